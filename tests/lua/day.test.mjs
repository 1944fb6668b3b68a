// A day that is over: kept once, whichever daemon was first.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, Refused, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change = {}) => makeHall(server.redis, sample({ code: `d${n++}`, ...change }));
const close = (h, day, learned, statistics) => h.write('day_close', 'system:forecast',
    [day, JSON.stringify(learned), JSON.stringify(statistics)]);
const days = async (h, csv) => (await h.read('statistics_days', [csv])).days;
const refused = (promise, code) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code);

test('day_close: the first daemon wins', async () => {
    const h = await fresh();
    assert.deepEqual(await close(h, '20261122', { day: '20261122', x: 1 }, { served: 5 }), { kept: true });
    assert.deepEqual(await close(h, '20261122', { day: '20261122', x: 2 }, { served: 6 }), { kept: false });
    assert.deepEqual(await days(h, '20261121,20261122'), { 20261122: { served: 5 } });
    assert.deepEqual((await h.read('forecast_start')).learned, { day: '20261122', x: 1 });
    const ttl = await server.redis.ttl(`${h.tag}:s:20261122`);
    assert.ok(ttl > 399 * 86400 && ttl <= 400 * 86400);
});

test('day_close: what an earlier day knew does not replace what was learned since', async () => {
    const h = await fresh();
    await close(h, '20261122', { day: '20261122' }, { n: 2 });
    assert.deepEqual(await close(h, '20261121', { day: '20261121' }, { n: 1 }), { kept: true });
    assert.equal((await h.read('forecast_start')).learned.day, '20261122');
    await close(h, '20261123', { day: '20261123' }, { n: 3 });
    assert.equal((await h.read('forecast_start')).learned.day, '20261123');
    assert.deepEqual(await days(h, '20261121,20261122,20261123'), { 20261121: { n: 1 }, 20261122: { n: 2 }, 20261123: { n: 3 } });
});

test('day_close and statistics_days refuse what is no day, and days to come', async () => {
    const h = await fresh();
    await refused(close(h, '20261124', {}, {}), 'day_unknown');
    await refused(close(h, 'today', {}, {}), 'day_unknown');
    await refused(days(h, 'x'), 'day_unknown');
    await refused(days(h, Array.from({ length: 63 }, (_, i) => `202611${String(i).padStart(2, '0')}`).join()), 'day_unknown');
    assert.deepEqual(await days(h, ''), {});
});

test('close of day: nothing of the day is left but what outlives it', async () => {
    const h = await fresh();
    for (let i = 0; i < 4; i++) await h.issue('a', i % 2 ? 'elderly' : '', true);
    await h.open('1');
    await h.open('2');
    await h.next('1');
    await h.write('ticket_transfer', 'clerk:c1', ['1', '', '', '', 'c2']);
    await h.next('1');
    await h.present('begin', '1');
    await h.present('park', '1');
    await h.next('1');
    await h.present('absent', '1');
    await h.write('forecast_set', 'system:forecast', [JSON.stringify({ left: { a: 3 } })]);
    h.at += 24 * 60 * MINUTE;
    h.day = '20261124';
    await h.write('hall_tick', 'system:');
    const keys = (await server.redis.keys(`${h.tag}:*`)).map((k) => k.slice(h.tag.length + 1)).sort();
    const kept = /^(v|j|events|outbox|day|c:.*|n:\d+|p:.*|t:.*|m:.*|ml|mt|mc:.*|mn:.*|sm:.*|spoken:.*|in)$/;
    assert.deepEqual(keys.filter((k) => !kept.test(k)), []);
    assert.deepEqual((await h.snapshot()).tickets, []);
    assert.equal((await h.events()).filter((e) => e.type === 'ticket.expired').length, 4);
});

test('what becomes of a message after its day was kept is of that day, whether it was closed by hand or at midnight', async () => {
    const h = await fresh();
    const zero = { queued: 0, accepted: 0, rejected: 0, expired: 0, delivered: 0, undelivered: 0, unknown: 0 };
    const kept = (messages) => ({ day: '20261123', served: 3, messages: { ...zero, ...messages } });
    const sent = async () => (await server.redis.xrange(`${h.tag}:outbox`, '-', '+')).map(([id]) => id);
    const start = (id) => h.startOne({ id, k: 'ticket', t: '', n: '', x: h.at + MINUTE });
    const end = (id, outcome, parts = 1) => h.endOne({ id }, outcome, '', parts, 'g');
    const report = (id, state) => h.write('message_report', 'system:sms', [id, 1, state, '']);
    await h.issue('a', '', true);
    await h.issue('a', '', true);
    const [early, late] = await sent();
    await start(early);
    await end(early, 'accepted');
    await h.write('hall_close_day', 'supervisor:wu');
    await close(h, '20261123', { day: '20261123' }, kept({ queued: 2, accepted: 1 }));
    // Still on the day, behind its close: one more is written, one is put off and then taken.
    await h.issue('a', '', true);
    await start(late);
    await end(late, 'retry');
    await start(late);
    await end(late, 'accepted', 2);
    assert.deepEqual(await days(h, '20261123'), { 20261123: kept({ queued: 3, accepted: 2 }) });
    const third = (await sent()).at(-1);
    const today = (await h.events()).filter((e) => e.type.startsWith('message.'));
    assert.ok(today.every((e) => e.day === undefined), 'of today');
    // Behind midnight: reports, and one that was too late.
    h.at += 24 * 60 * MINUTE;
    h.day = '20261124';
    await h.issue('a', '', true);
    const was = (await h.events()).length;
    await report(early, 'delivered');
    await report(early, 'delivered');
    await end(third, 'expired');
    assert.deepEqual(await days(h, '20261123,20261124'), { 20261123: kept({ queued: 3, accepted: 2, delivered: 1, expired: 1 }) });
    const told = (await h.events()).slice(was).filter((e) => e.type.startsWith('message.'));
    assert.deepEqual(told.map((e) => [e.type, e.day]), [['message.delivered', '20261123'], ['message.expired', '20261123']]);
    await close(h, '20261124', { day: '20261124' }, { messages: { ...zero, queued: 1 } });
    assert.deepEqual((await days(h, '20261124'))['20261124'].messages, { ...zero, queued: 1 }, 'and not of the next one');
    const ttl = await server.redis.ttl(`${h.tag}:sm:20261123`);
    assert.ok(ttl > 399 * 86400 && ttl <= 400 * 86400);
});

test('a day from before its messages were counted on their own keeps its figures', async () => {
    const h = await fresh();
    const figures = { served: 5, messages: { queued: 9, sent: 5, failed: 3 } };
    await close(h, '20261122', { day: '20261122' }, figures);
    assert.deepEqual(await days(h, '20261122'), { 20261122: figures });
});
