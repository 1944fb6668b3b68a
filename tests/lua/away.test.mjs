// "I need more time": out of the line for some minutes, and back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, Refused, MINUTE, NOON } from '../lib/hall.mjs';
import { makeVisitHall, remote, arrive, book, checkIn } from '../lib/visits.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change = {}) => makeHall(server.redis, sample({ code: `w${n++}`, ...change }));
const delay = (h, id, minutes, who = 'citizen:') => h.write('ticket_delay', who, [id, minutes]);
const back = (h, id) => h.write('ticket_back', 'citizen:', [id]);
const tick = (h) => h.write('hall_tick', 'system:');
const view = (h, id) => h.read('ticket_view', [id]);
const refused = (promise, code, field) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code
    && (!field || e.field === field));
const last = async (h) => (await h.events()).at(-1);
const waiting = async (h, service = 'a') => (await h.read('ticket_list', ['waiting', service, ''])).tickets.map((t) => t.number);
const coming = async (h) => (await h.read('ticket_list', ['coming', '', ''])).tickets.map((t) => t.number);

test('ticket_delay: out of the line, told in one event, back by itself with the place kept', async () => {
    const h = await fresh();
    const first = await h.issue();
    h.at += MINUTE;
    await h.issue();
    const t = await delay(h, first.id, 10);
    assert.deepEqual([t.state, t.away, t.delays, t.rank, t.since, t.ahead], ['coming', h.at + 10 * MINUTE, 1, NOON + 30 * MINUTE, h.at, 0]);
    const told = await last(h);
    assert.deepEqual([told.type, told.from, told.to, told.line, told.rank, told.until, told.delays],
        ['ticket.delayed', 'waiting', 'coming', 'a', t.rank, t.away, 1]);
    assert.deepEqual([await waiting(h), await coming(h)], [['A002'], ['A001']]);
    h.at = t.away - 1;
    await tick(h);
    assert.equal((await view(h, first.id)).state, 'coming', 'not a millisecond early');
    h.at = t.away;
    await tick(h);
    const there = await view(h, first.id);
    assert.deepEqual([there.state, there.rank, there.away, there.delays], ['waiting', NOON + 30 * MINUTE, undefined, 1]);
    assert.deepEqual([(await last(h)).type, (await last(h)).from, (await last(h)).line], ['ticket.arrived', 'coming', 'a']);
    assert.deepEqual([await waiting(h), await coming(h)], [['A001', 'A002'], []]);
    await tick(h);
    assert.equal((await h.events()).filter((e) => e.type === 'ticket.arrived').length, 1, 'once');
    assert.deepEqual(there.history.map((p) => p.what), ['issued', 'delayed', 'arrived']);
});

test('a delay beyond its rank moves the rank to its end; whoever is back early has it from then', async () => {
    const h = await fresh();
    const t = await h.issue('a', 'elderly'); // rank: noon + 10
    const away = await delay(h, t.id, 15);
    assert.equal(away.rank, NOON + 15 * MINUTE);
    h.at = NOON + 3 * MINUTE;
    assert.equal((await back(h, t.id)).rank, NOON + 10 * MINUTE, 'the delay ended sooner, before its old rank');
    await delay(h, t.id, 15);
    h.at = NOON + 12 * MINUTE;
    assert.equal((await back(h, t.id)).rank, h.at);
});

test('a tick that comes late does not cost the place', async () => {
    const h = await fresh();
    const t = await h.issue('a', 'elderly');
    await delay(h, t.id, 15);
    h.at = NOON + 40 * MINUTE;
    await tick(h);
    assert.equal((await view(h, t.id)).rank, NOON + 15 * MINUTE);
});

test('whoever is back by now is called, whenever the tick comes', async () => {
    const h = await fresh();
    const t = await h.issue('a', 'elderly');
    await h.issue();
    await delay(h, t.id, 5);
    await h.open('1');
    h.at += 5 * MINUTE - 1;
    assert.equal((await h.next('1')).ticket.number, 'A002');
    h.at += 1;
    assert.equal((await h.next('1', 'absent')).ticket.number, 'A001');
});

test('ticket_delay is bounded in minutes and in count, also of a delay in a delay', async () => {
    const h = await fresh({ rules: { delay_minutes_max: 15, delay_max: 2 } });
    const t = await h.issue();
    await refused(delay(h, t.id, 16), 'field_invalid', 'minutes');
    await refused(delay(h, t.id, 0), 'field_invalid', 'minutes');
    await delay(h, t.id, 15);
    h.at += 5 * MINUTE;
    const again = await delay(h, t.id, 15);
    assert.deepEqual([again.away, again.delays], [h.at + 15 * MINUTE, 2]);
    await refused(delay(h, t.id, 1), 'delay_often', 'ticket');
    h.at = NOON + 15 * MINUTE;
    await tick(h);
    assert.equal((await view(h, t.id)).state, 'coming', 'the first end no longer counts');
    await back(h, t.id);
    await refused(delay(h, t.id, 1), 'delay_often', 'ticket');
});

test('ticket_delay and ticket_back: only where they make sense', async () => {
    const h = await fresh();
    await refused(delay(h, 'A999', 5), 'ticket_unknown');
    const t = await h.issue();
    await refused(back(h, t.id), 'not_away');
    await refused(back(h, 'A999'), 'ticket_unknown');
    await h.open('1');
    await h.next('1');
    await refused(delay(h, t.id, 5), 'ticket_state');
    await refused(back(h, t.id), 'not_away');
});

test('an away ticket is never called, and holds nobody up', async () => {
    const h = await fresh();
    const first = await h.issue();
    await h.issue();
    await h.open('1');
    await delay(h, first.id, 10);
    assert.equal((await h.next('1')).ticket.number, 'A002');
    await refused(h.write('ticket_call', 'supervisor:wu', ['1', 'A001', 'asked']), 'counter_busy');
    await h.present('absent', '1');
    assert.equal((await h.next('1')).ticket, null);
    await refused(h.write('ticket_call', 'supervisor:wu', ['1', 'A001', 'asked']), 'ticket_state');
});

test('ticket_arrive at the kiosk brings a delayed ticket back, too', async () => {
    const h = await fresh();
    const t = await h.issue();
    await delay(h, t.id, 10);
    assert.equal((await arrive(h, t.id)).state, 'waiting');
    assert.deepEqual(await waiting(h), ['A001']);
    assert.equal(await server.redis.zscore(`${h.tag}:later`, `back|${t.id}`), null);
    assert.equal(await server.redis.exists(`${h.tag}:away`, `${h.tag}:back`), 0);
});

test('a delayed ticket can be cancelled, and expires with the day; nothing of it is left', async () => {
    const h = await fresh();
    const [one, two] = [await h.issue(), await h.issue()];
    await delay(h, one.id, 10);
    await delay(h, two.id, 10);
    await h.write('ticket_cancel', 'citizen:', [one.id]);
    assert.equal((await view(h, one.id)).state, 'cancelled');
    await h.write('hall_close_day', 'supervisor:wu');
    assert.equal((await view(h, two.id)).state, 'expired');
    h.at += 20 * MINUTE;
    await tick(h);
    assert.equal((await h.events()).filter((e) => e.type === 'ticket.arrived').length, 0);
    for (const key of ['away', 'coming', 'later']) assert.equal(await server.redis.exists(`${h.tag}:${key}`), 0, key);
});

test('held for a counter that has closed meanwhile, it goes back to the line of its service', async () => {
    const h = await fresh();
    const t = await h.issue();
    await h.open('1');
    await h.open('2');
    await h.next('1');
    await h.write('ticket_transfer', 'clerk:c1', ['1', '', '', '2']);
    const away = await delay(h, t.id, 10, 'clerk:c1');
    assert.equal(away.line, '@2');
    await h.write('counter_close', 'clerk:c2', ['2']);
    const there = await back(h, t.id);
    assert.deepEqual([there.line, await waiting(h)], ['a', ['A001']]);
});

test('a number from home: its place moves and it lapses later, but nobody is known to be back', async () => {
    const h = await makeVisitHall(server.redis, `w${n++}`, { remote: { arrive_minutes: 15, alive_max: 1 } });
    const t = await remote(h);
    h.at = t.rank - 5 * MINUTE;
    const later = await delay(h, t.id, 10);
    assert.deepEqual([later.state, later.away, later.rank], ['coming', undefined, h.at + 10 * MINUTE]);
    assert.equal((await last(h)).until, undefined);
    h.at = later.rank + 15 * MINUTE;
    await tick(h);
    assert.equal((await view(h, t.id)).state, 'coming', 'neither back nor lapsed');
    h.at += 1;
    await refused(delay(h, t.id, 10), 'ticket_return_late');
    await tick(h);
    assert.equal((await view(h, t.id)).state, 'expired');
});

test('delayed tickets do not use up the numbers from home', async () => {
    const h = await makeVisitHall(server.redis, `w${n++}`, { remote: { alive_max: 1 } });
    await delay(h, (await h.issue()).id, 10);
    await remote(h);
    await refused(remote(h), 'remote_closed');
});

test('a booking can wait a little, too', async () => {
    const h = await makeVisitHall(server.redis, `w${n++}`, {});
    const b = await book(h, 'a,b', NOON + 30 * MINUTE, { ordered: true, persons: 2 });
    const t = await checkIn(h, b.id);
    const away = await delay(h, t.id, 10);
    assert.deepEqual([away.booking, away.persons, away.steps], [b.id, 2, ['b']]);
    assert.equal((await back(h, t.id)).rank, t.rank);
});

test('whoever is delayed is told to come anew, not while away', async () => {
    const h = await fresh({ rules: { come_now_ahead: 1 } });
    for (let i = 0; i < 3; i++) await h.issue();
    const t = await h.issue('a', '', true);
    await h.open('1');
    const told = async () => (await h.events()).filter((e) => e.type === 'message.queued' && e.kind === 'come_now').length;
    await h.next('1'); // two before it
    await h.next('1', 'absent'); // one: told
    assert.equal(await told(), 1);
    await delay(h, t.id, 10);
    await h.next('1', 'absent');
    await h.issue('a', 'elderly');
    await h.next('1', 'absent');
    assert.equal(await told(), 1, 'away');
    await h.issue('a', 'elderly');
    await back(h, t.id);
    await h.next('1', 'absent');
    assert.equal(await told(), 2);
});

test('a delay begins the count of overtakings anew', async () => {
    const h = await fresh({ rules: { overtaking_max: 2 } });
    const t = await h.issue();
    await h.open('1');
    for (let i = 0; i < 2; i++) {
        await h.issue('a', 'elderly');
        assert.equal((await h.next('1', i ? 'absent' : '')).ticket.class, 'elderly');
    }
    assert.equal((await view(h, t.id)).overtaken, 2);
    await delay(h, t.id, 5);
    assert.equal((await back(h, t.id)).ahead, 0);
    await h.issue('a', 'elderly');
    assert.equal((await h.next('1', 'absent')).ticket.class, 'elderly');
});
