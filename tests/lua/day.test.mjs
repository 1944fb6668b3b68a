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
    const kept = /^(v|j|events|outbox|day|c:.*|n:\d+|p:.*|t:.*|m:.*|ml|mt|mc:.*|mn:.*|in)$/;
    assert.deepEqual(keys.filter((k) => !kept.test(k)), []);
    assert.deepEqual((await h.snapshot()).tickets, []);
    assert.equal((await h.events()).filter((e) => e.type === 'ticket.expired').length, 4);
});
