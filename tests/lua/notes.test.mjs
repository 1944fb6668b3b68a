// What is kept with a ticket: the staff's note, the citizen's way and rating, the reprint.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, Refused, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change = {}) => makeHall(server.redis, sample({ code: `n${n++}`, ...change }));
const refused = (promise, code, field) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code
    && (!field || e.field === field));
const last = async (h) => (await h.events()).at(-1);
const note = (h, id, text, who = 'clerk:c1') => h.write('ticket_note', who, [id, text]);
const rate = (h, id, rating, reason = '') => h.write('ticket_rate', 'citizen:', [id, rating, reason]);
const travel = (h, id, minutes) => h.write('ticket_travel', 'citizen:', [id, minutes]);

async function served(h) {
    const t = await h.issue();
    await h.open('1');
    await h.next('1');
    await h.present('begin', '1');
    h.at += MINUTE;
    await h.present('finish', '1');
    return t;
}

test('ticket_note: for staff, never in an event, never told to the citizen', async () => {
    const h = await fresh();
    const t = await h.issue();
    const text = 'walks slowly, "passport" left at 3';
    assert.equal((await note(h, t.id, text)).note, text);
    const told = await last(h);
    assert.deepEqual([told.type, told.note, told.from, told.to], ['ticket.noted', true, 'waiting', 'waiting']);
    assert.equal((await h.read('ticket_view', [t.id])).note, text);
    assert.equal((await h.snapshot()).tickets[0].note, text);
    for (const answer of [await h.read('ticket_own', [t.id]), await travel(h, t.id, 20),
        await h.write('ticket_delay', 'citizen:', [t.id, 5]), await h.write('ticket_back', 'citizen:', [t.id]),
        await h.write('ticket_cancel', 'citizen:', [t.id])]) {
        assert.equal(answer.note, undefined);
    }
    assert.ok(!JSON.stringify(await h.events()).includes('slowly'));
});

test('ticket_note: told once, taken away by no text, gone with the ticket', async () => {
    const h = await fresh();
    const t = await h.issue();
    await note(h, t.number, 'x');
    const seen = (await h.events()).length;
    await note(h, t.id, 'x');
    assert.equal((await h.events()).length, seen, 'the same note is no event');
    assert.equal((await note(h, t.id, '')).note, undefined);
    assert.equal((await last(h)).note, false);
    await refused(note(h, 'A999', 'x'), 'ticket_unknown');
    await h.write('ticket_cancel', 'clerk:c1', [t.id]);
    await refused(note(h, t.id, 'late'), 'ticket_state');
});

test('ticket_note stays through calls and steps, and the kiosk does not see it', async () => {
    const h = await fresh();
    const t = await h.issue();
    await note(h, t.id, 'x');
    await h.open('1');
    assert.equal((await h.next('1')).ticket.note, 'x');
    await h.present('absent', '1');
    assert.equal((await h.write('ticket_return', 'kiosk:k1', [t.id])).note, undefined);
});

test('ticket_reprint: the same ticket, and who did it', async () => {
    const h = await fresh();
    const t = await h.issue();
    const again = await h.write('ticket_reprint', 'clerk:li', [t.number]);
    assert.deepEqual([again.id, again.ahead], [t.id, 0]);
    const told = await last(h);
    assert.deepEqual([told.type, told.by, told.from, told.to], ['ticket.reprinted', 'clerk:li', 'waiting', 'waiting']);
    await h.write('ticket_cancel', 'clerk:c1', [t.id]);
    await refused(h.write('ticket_reprint', 'clerk:li', [t.id]), 'ticket_state');
});

test('ticket_travel: how long the way is, while there is time to come', async () => {
    const h = await fresh();
    const t = await h.issue();
    assert.equal((await travel(h, t.id, 25)).travel, 25);
    assert.deepEqual([(await last(h)).type, (await last(h)).minutes], ['ticket.travel', 25]);
    const seen = (await h.events()).length;
    await travel(h, t.id, 25);
    assert.equal((await h.events()).length, seen);
    assert.equal((await travel(h, t.id, 0)).travel, 0, 'in the hall already');
    await h.open('1');
    await h.next('1');
    await refused(travel(h, t.id, 5), 'ticket_state');
});

test('ticket_rate: once, after the visit; the counter is told, the clerk is not', async () => {
    const h = await fresh();
    const t = await served(h);
    const rated = await rate(h, t.id, 'bad', 'wait');
    assert.equal(rated.rating, 'bad');
    assert.equal(rated.by, undefined);
    const told = await last(h);
    assert.deepEqual([told.type, told.rating, told.reason, told.counter, told.service], ['ticket.rated', 'bad', 'wait', '1', 'a']);
    await refused(rate(h, t.id, 'good'), 'rated');
    assert.ok(await server.redis.ttl(`${h.tag}:t:${t.id}`) > 0, 'the record still ends by itself');
    const other = await served(await fresh());
    assert.equal(other.rating, undefined);
});

test('ticket_rate: not before, not of a visit that did not take place, not with made-up words', async () => {
    const h = await fresh();
    const t = await h.issue();
    await refused(rate(h, t.id, 'good'), 'ticket_state');
    await h.write('ticket_cancel', 'citizen:', [t.id]);
    await refused(rate(h, t.id, 'good'), 'ticket_state');
    const done = await served(h);
    await refused(rate(h, done.id, 'great'), 'field_invalid', 'rating');
    await refused(rate(h, done.id, 'bad', 'weather'), 'field_invalid', 'reason');
    assert.equal((await rate(h, done.id, 'good')).rating, 'good');
});

test('ticket_issue for several persons: bounded by what the service takes', async () => {
    const services = sample().services.map((s) => ({ ...s, booking: { open: true, minutes: 0, cap: 0, persons_max: s.code === 'a' ? 4 : 1, fields: [] } }));
    const h = await fresh({ services });
    const issue = (service, persons) => h.write('ticket_issue', 'kiosk:k1', [service, '', 'zh', '', '', '', persons]);
    const t = await issue('a', 4);
    assert.equal(t.persons, 4);
    assert.equal((await last(h)).persons, 4);
    assert.equal((await issue('a', 1)).persons, undefined);
    await refused(issue('a', 5), 'field_invalid', 'persons');
    await refused(issue('b', 2), 'field_invalid', 'persons');
    assert.equal((await issue('b', '')).persons, undefined);
});
