// Visits of several services under one number: which comes next, and that the place is kept.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { MINUTE, NOON } from '../lib/hall.mjs';
import { makeVisitHall, book, checkIn } from '../lib/visits.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const AT = NOON + 30 * MINUTE;
// a and b by everybody, c also by the helper at counter 4.
const fresh = (change) => makeVisitHall(server.redis, `s${n++}`, change);

async function visit(h, services, more) {
    const b = await book(h, services, AT, more);
    return checkIn(h, b.id);
}
async function serve(h, counter) {
    const { ticket } = await h.next(counter);
    await h.present('begin', counter);
    return ticket;
}

test('ticket_finish with services left: the same number and rank in the next line', async () => {
    const h = await fresh();
    const t = await visit(h, 'a,c,b', { ordered: true });
    assert.deepEqual([t.number, t.service, t.steps], ['A001', 'a', ['c', 'b']]);
    await h.open('1');
    await serve(h, '1');
    h.at += 9 * MINUTE;
    const seen = (await h.events()).length;
    const on = await h.present('finish', '1');
    assert.deepEqual([on.state, on.id, on.service, on.line, on.rank, on.steps, on.next_step, on.ahead],
        ['waiting', t.id, 'c', 'c', AT, ['b'], 'c', 0]);
    assert.equal(on.counter, undefined);
    const told = (await h.events()).slice(seen);
    assert.deepEqual(told.map((e) => [e.type, e.from, e.to, e.counter, e.done, e.service, e.line, e.rank, e.left]),
        [['ticket.stepped', 'serving', 'waiting', '1', 'a', 'c', 'c', AT, 1]]);
    assert.deepEqual(told[0].steps, ['b']);
    assert.equal((await serve(h, '1')).id, t.id);
    const last = await h.present('finish', '1');
    assert.deepEqual([last.service, last.steps, last.next_step], ['b', undefined, 'b']);
    await serve(h, '1');
    const done = await h.present('finish', '1');
    assert.deepEqual([done.state, done.next_step], ['done', undefined]);
    assert.deepEqual((await h.snapshot()).tickets, []);
});

test('ticket_next finish: the counter goes on with the same citizen when it is their turn', async () => {
    const h = await fresh();
    const t = await visit(h, 'a,b', { ordered: true });
    await h.open('1');
    await serve(h, '1');
    h.at += MINUTE;
    const walk_in = await h.issue('b');
    const got = await h.next('1', 'finish');
    assert.deepEqual([got.finished.state, got.finished.next_step, got.ticket.id, got.ticket.service], ['waiting', 'b', t.id, 'b']);
    assert.equal(got.ticket.calls, 1);
    await h.present('begin', '1');
    const after = await h.next('1', 'finish');
    assert.deepEqual([after.finished.state, after.ticket.id], ['done', walk_in.id]);
});

test('ticket_next finish: somebody whose rank is sooner goes first', async () => {
    const h = await fresh();
    h.at -= 15 * MINUTE;
    const sooner = await h.issue('b');
    h.at += 15 * MINUTE;
    const t = await visit(h, 'a,b', { ordered: true });
    await h.open('1');
    await h.write('ticket_call', 'clerk:c1', ['1', t.id, 'asked']);
    await h.present('begin', '1');
    const got = await h.next('1', 'finish');
    assert.deepEqual([got.finished.next_step, got.finished.ahead, got.ticket.id], ['b', 1, sooner.id]);
});

test('steps in no order: where the least work waits for each open counter', async () => {
    const h = await fresh({ minutes: { a: 10, b: 10, c: 10 } });
    await h.open('1');
    for (const s of ['b', 'b', 'c', 'c', 'c']) await h.issue(s);
    const t = await visit(h, 'a,b,c');
    assert.deepEqual([t.service, t.steps], ['a', ['b', 'c']], 'nobody waits for a');
    await h.write('ticket_call', 'clerk:c1', ['1', t.id, 'asked']);
    await h.present('begin', '1');
    assert.equal((await h.present('finish', '1')).next_step, 'b', '20 minutes against 30');
});

test('steps in no order: a second counter halves the work, longer minutes add to it', async () => {
    const h = await fresh({ minutes: { a: 10, b: 10, c: 10 } });
    await h.open('1');
    await h.open('4'); // serves a and c, too
    for (const s of ['b', 'b', 'c', 'c', 'c']) await h.issue(s);
    const t = await visit(h, 'b,c');
    assert.deepEqual([t.number, t.service, t.steps], ['A003', 'c', ['b']], '30/2 against 20; the number is of the first');
    const slow = await fresh({ minutes: { a: 10, b: 10, c: 50 } });
    await slow.open('1');
    await slow.open('4');
    for (const s of ['b', 'b', 'c']) await slow.issue(s);
    assert.equal((await visit(slow, 'c,b')).service, 'b', '50/2 against 20');
});

test('steps in no order: ties go to the one named first, a service nobody serves now waits', async () => {
    const h = await fresh();
    assert.equal((await visit(h, 'c,a,b')).service, 'c', 'no counter at all');
    await h.open('4');
    const t = await visit(h, 'b,c,a');
    assert.deepEqual([t.service, t.steps], ['a', ['b', 'c']], 'one waits for c, nobody serves b');
    await h.write('counter_pause', 'clerk:c4', ['4', 'tea']);
    assert.equal((await visit(h, 'b,a')).service, 'b', 'a paused counter serves nothing');
});

test('steps in order: the next one, however long its line', async () => {
    const h = await fresh();
    await h.open('1');
    for (let i = 0; i < 9; i++) await h.issue('b');
    const t = await visit(h, 'a,b,c', { ordered: true });
    assert.equal(t.service, 'a');
    await h.write('ticket_call', 'clerk:c1', ['1', t.id, 'asked']);
    await h.present('begin', '1');
    assert.equal((await h.present('finish', '1')).next_step, 'b');
});

test('ticket_cancel ends all steps', async () => {
    const h = await fresh();
    const t = await visit(h, 'a,b');
    assert.equal((await h.write('ticket_cancel', 'citizen:', [t.id])).state, 'cancelled');
    await h.open('1');
    assert.equal((await h.next('1')).ticket, null);
});

test('ticket_transfer keeps the steps, but does not ask for the same service twice', async () => {
    const h = await fresh();
    const t = await visit(h, 'a,b,c', { ordered: true });
    await h.open('1');
    await serve(h, '1');
    const b = await h.write('ticket_transfer', 'clerk:c1', ['1', t.id, 'b', '']);
    assert.deepEqual([b.service, b.steps], ['b', ['c']]);
    assert.deepEqual((await h.events()).at(-1).steps, ['c']);
    await serve(h, '1');
    await h.open('3');
    const at3 = await h.write('ticket_transfer', 'clerk:c1', ['1', t.id, '', '3']);
    assert.deepEqual([at3.service, at3.line, at3.steps], ['b', '@3', ['c']]);
    await serve(h, '3');
    const on = await h.present('finish', '3');
    assert.deepEqual([on.next_step, on.line, on.steps], ['c', 'c', undefined]);
    await serve(h, '3');
    await h.write('ticket_transfer', 'clerk:c3', ['3', t.id, 'a', '']);
    await serve(h, '3');
    assert.equal((await h.present('finish', '3')).state, 'done');
});

test('what else happens to a ticket leaves its steps as they are', async () => {
    const h = await fresh();
    const t = await visit(h, 'a,b', { ordered: true });
    await h.open('1');
    await serve(h, '1');
    await h.present('park', '1');
    await h.write('ticket_resume', 'clerk:c1', ['1', t.id]);
    await h.present('put_back', '1');
    await h.next('1');
    await h.present('absent', '1');
    await h.write('ticket_return', 'kiosk:k1', [t.id]);
    await serve(h, '1');
    assert.deepEqual((await h.read('ticket_view', [t.id])).steps, ['b']);
    assert.equal((await h.present('finish', '1')).next_step, 'b');
});

test('a service that is a later step of somebody cannot be taken out of the hall', async () => {
    const h = await fresh();
    await visit(h, 'a,b', { ordered: true });
    const { config } = await h.read('hall_config');
    config.services = config.services.filter((s) => s.code !== 'b');
    await assert.rejects(h.write('hall_configure', 'admin:root', [JSON.stringify(config), '']), { code: 'service_in_use', field: 'b' });
});

test('a step into a line: nobody there is overtaken beyond the bound', async () => {
    const h = await fresh({ rules: { overtaking_max: 1 } });
    await h.open('1');
    await h.open('2');
    const walk_in = await h.issue('b'); // rank: that of the bookings
    h.at += 1;
    const one = await visit(h, 'a,b', { ordered: true, klass: 'elderly' });
    const two = await visit(h, 'a,b', { ordered: true, klass: 'elderly' });
    await serve(h, '1');
    await serve(h, '2');
    h.at += MINUTE;
    await h.present('finish', '2');
    assert.equal((await h.next('1', 'finish')).ticket.id, one.id);
    assert.equal((await h.next('2')).ticket.id, walk_in.id, 'at its bound');
    assert.equal((await h.snapshot()).tickets.find((t) => t.id === two.id).state, 'waiting');
});
