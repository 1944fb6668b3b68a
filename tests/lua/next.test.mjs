// Who is next: the ranks, the classes, the offsets, the bound on overtaking, and many clerks at once.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, MINUTE } from '../lib/hall.mjs';
import { random, Model } from '../lib/model.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeHall(server.redis, sample({ code: `n${n++}`, ...change }));

async function order(h, counter, count) {
    const got = [];
    for (let i = 0; i < count; i++) {
        const { ticket } = await h.next(counter);
        got.push(ticket && ticket.number);
        if (!ticket) break;
        await h.present('begin', counter);
        await h.present('finish', counter);
    }
    return got;
}

test('ticket_next: by arrival within a class, priority classes sooner by their target', async () => {
    const h = await fresh();
    await h.issue('a'); // A001, target 12:30
    h.at += 10 * MINUTE;
    await h.issue('a', 'elderly'); // A002, target 12:20
    h.at += 15 * MINUTE;
    await h.issue('a', 'elderly'); // A003, target 12:35
    await h.open('1');
    assert.deepEqual(await order(h, '1', 4), ['A002', 'A001', 'A003', null]);
});

test('ticket_next: ties go by arrival, then by number', async () => {
    const h = await fresh();
    await h.issue('a'); // 12:30
    await h.issue('b'); // 12:30, same moment, next number
    h.at += 20 * MINUTE;
    await h.issue('b', 'elderly'); // 12:30 as well
    await h.open('1');
    assert.deepEqual(await order(h, '1', 3), ['A001', 'A002', 'A003']);
});

test('ticket_next: a helper takes other work only when it has waited longer by the offset', async () => {
    const h = await fresh();
    await h.issue('a'); // rank 12:30, for the helper 12:40
    h.at += 5 * MINUTE;
    await h.issue('c'); // rank 12:35
    h.at += 10 * MINUTE;
    await h.issue('c'); // rank 12:45
    await h.open('4');
    assert.deepEqual(await order(h, '4', 4), ['C001', 'A001', 'C002', null]);
});

test('ticket_next: a counter never gets what its profile does not serve', async () => {
    const h = await fresh();
    await h.issue('b');
    await h.open('4');
    assert.equal((await h.next('4')).ticket, null);
    await assert.rejects(h.write('ticket_call', 'clerk:c4', ['4', 'A001', 'x']), { code: 'ticket_not_served' });
});

test('ticket_next: nobody is overtaken more than the bound', async () => {
    const h = await fresh();
    await h.issue('a'); // A001 normal, 12:30
    await h.issue('a'); // A002
    for (let i = 0; i < 6; i++) {
        h.at += MINUTE;
        await h.issue('a', 'elderly'); // all before 12:30
    }
    await h.open('1');
    assert.deepEqual(await order(h, '1', 9), ['A003', 'A004', 'A005', 'A001', 'A002', 'A006', 'A007', 'A008', null]);
    const calls = (await h.events()).filter((e) => e.type === 'ticket.called');
    assert.deepEqual(calls.map((e) => [e.number, e.why.rule, e.why.overtaken]).slice(0, 5),
        [['A003', 'rank', 0], ['A004', 'rank', 0], ['A005', 'rank', 0], ['A001', 'bound', 3], ['A002', 'bound', 3]]);
});

test('ticket_next: whoever was at the bound and is moved to another line holds nobody up', async () => {
    const h = await fresh({ rules: { overtaking_max: 3 } });
    await h.open('1');
    const first = await h.issue('a');
    await h.issue('a');
    for (let i = 0; i < 3; i++) await h.issue('a', 'elderly');
    assert.deepEqual(await order(h, '1', 3), ['A003', 'A004', 'A005']);
    await h.write('ticket_move', 'supervisor:s', [first.id, 'b', 'asked']);
    assert.equal((await h.next('1')).ticket.why.rule, 'bound'); // A002, of which the same is true
    await h.present('begin', '1');
    await h.present('finish', '1');
    assert.deepEqual(await order(h, '1', 2), ['A001', null]);
    const keys = await h.redis.keys(`${h.tag.replace(/[{}]/g, '?')}:*`);
    assert.deepEqual(keys.filter((k) => /:([le]:.*|heads)$/.test(k)), [], 'a line that nobody waits in has no keys');
});

test('ticket_next: a chosen call counts as overtaking and keeps its reason', async () => {
    const h = await fresh();
    for (let i = 0; i < 6; i++) await h.issue('a');
    await h.open('1');
    h.at += MINUTE;
    for (const number of ['A004', 'A005', 'A006']) {
        const t = await h.write('ticket_call', 'clerk:c1', ['1', number, 'brought "papers"']);
        assert.equal(t.why.rule, 'chosen');
        assert.equal(t.why.reason, 'brought "papers"');
        await h.present('begin', '1');
        await h.present('finish', '1');
    }
    // All of one moment: who entered first is told by their order, not by a clock.
    assert.equal((await h.read('ticket_view', ['A001'])).overtaken, 3);
    h.at -= 60 * MINUTE; // another daemon, whose clock lags
    await h.issue('a');
    await h.write('ticket_call', 'clerk:c1', ['1', 'A007', 'again']);
    assert.equal((await h.read('ticket_view', ['A001'])).overtaken, 4);
});

test('ticket_next on a busy counter: refused, or one step with what becomes of the present one', async () => {
    const h = await fresh();
    for (let i = 0; i < 5; i++) { await h.issue('a'); h.at += 1000; }
    await h.open('1');
    const first = (await h.next('1')).ticket;
    await assert.rejects(h.next('1'), { code: 'counter_busy', field: 'present' });
    await assert.rejects(h.next('1', 'finish'), { code: 'ticket_state' }, 'called, not begun');
    await assert.rejects(h.next('1', 'absent', '1795000000000-A099'), { code: 'ticket_other' });
    const missed = await h.next('1', 'absent', first.id);
    assert.equal(missed.finished.state, 'missed');
    assert.equal(missed.ticket.number, 'A002');
    const back = await h.next('1', 'put_back');
    assert.equal(back.finished.state, 'waiting');
    assert.equal(back.ticket.number, 'A003');
    await h.present('begin', '1');
    assert.equal((await h.next('1', 'park')).ticket.number, 'A004');
    await h.present('begin', '1');
    const last = await h.next('1', 'finish');
    assert.equal(last.finished.state, 'done');
    assert.equal(last.ticket.number, 'A005');
});

test('ticket_next put_back with nobody else waiting does not call the same one at once', async () => {
    const h = await fresh();
    await h.issue('a');
    await h.open('1');
    await h.next('1');
    const r = await h.next('1', 'put_back');
    assert.equal(r.ticket, null);
    assert.equal((await h.snapshot()).tickets[0].state, 'waiting');
});

test('ticket_next: N clerks at once get N different tickets, never an error', async () => {
    const counters = Array.from({ length: 40 }, (_, i) => ({ code: String(i + 1), profile: 'all' }));
    const h = await fresh({ counters });
    for (const c of counters) await h.open(c.code);
    for (let i = 0; i < 30; i++) await h.issue(['a', 'b', 'c'][i % 3]);
    const got = await Promise.all(counters.map((c) => h.next(c.code)));
    const ids = got.map((r) => r.ticket?.id).filter(Boolean);
    assert.equal(ids.length, 30);
    assert.equal(new Set(ids).size, 30);
});

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`ticket_next: a random day agrees with brute force (seed ${seed})`, async () => {
        const rnd = random(seed);
        const config = sample({ code: `p${seed}`, rules: { overtaking_max: 1 + (seed % 3) } });
        const h = await makeHall(server.redis, config);
        const model = new Model(config);
        const codes = ['1', '2', '3', '4'];
        const at = {}; // counter -> {id, state}
        const parked = [];
        const missed = [];
        for (const c of codes) await h.open(c);
        const enter = (t) => model.enter(t, t.line, t.rank, h.at);
        for (let step = 0; step < 500; step++) {
            h.at += rnd(3) * MINUTE / 2;
            const c = codes[rnd(4)];
            const here = at[c];
            const what = rnd(12);
            if (what < 4) {
                enter(await h.issue(['a', 'b', 'c'][rnd(3)], ['', '', 'elderly'][rnd(3)]));
            } else if (what < 8) {
                const present = !here ? '' : here.state === 'called' ? ['absent', 'put_back'][rnd(2)] : ['finish', 'park', 'put_back'][rnd(3)];
                const expected = model.pick(c);
                const got = await h.next(c, present);
                assert.equal(got.ticket?.id ?? null, expected, `step ${step}`);
                if (got.finished?.state === 'waiting') enter(got.finished);
                if (got.finished?.state === 'parked') parked.push({ id: got.finished.id, by: c });
                if (got.finished?.state === 'missed') missed.push(got.finished.id);
                if (got.ticket) model.called(got.ticket.id);
                at[c] = got.ticket && { id: got.ticket.id, state: 'called' };
            } else if (what === 8 && here?.state === 'called') {
                await h.present('begin', c);
                here.state = 'serving';
            } else if (what === 9 && here) {
                enter(await h.write('ticket_transfer', `clerk:c${c}`, rnd(2) ? [c, '', 'c', ''] : [c, '', '', codes[rnd(4)]]));
                at[c] = null;
            } else if (what === 10 && model.waiting.length) {
                const { id } = model.waiting[rnd(model.waiting.length)];
                await h.write('ticket_cancel', 'citizen:', [id]);
                model.leave(id);
            } else if (what === 11) {
                const id = missed.shift();
                const t = id && await h.write('ticket_return', 'kiosk:k1', [id]).catch(() => null);
                if (t) enter(t);
                const p = !here && parked.shift();
                if (p) {
                    const r = await h.write('ticket_resume', `clerk:c${c}`, [c, p.id]);
                    if (r.state === 'waiting') enter(r);
                    else at[c] = { id: p.id, state: 'serving' };
                }
            }
        }
        const left = await h.snapshot();
        assert.deepEqual(left.tickets.filter((t) => t.state === 'waiting').map((t) => t.id).sort(), model.waiting.map((w) => w.id).sort());
    });
}
