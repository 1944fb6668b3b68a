// What a forecast gives the store: promises made once, who is told to come, and what a forecast starts from.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, MINUTE, NOON } from '../lib/hall.mjs';
import { makeVisitHall, remote } from '../lib/visits.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change = {}) => makeHall(server.redis, sample({ code: `f${n++}`, ...change }));
const set = (h, json) => h.write('forecast_set', 'system:forecast', [JSON.stringify(json)]);
const of = async (h, type) => (await h.events()).filter((e) => e.type === type);
const told = async (h) => (await h.events()).filter((e) => e.type === 'message.queued' && e.kind === 'come_now').map((e) => e.number);

test('forecast_set: the first range is the promise, whatever comes later', async () => {
    const h = await fresh();
    const [one, two] = [await h.issue(), await h.issue()];
    assert.deepEqual(await set(h, { promises: [[one.id, 5, 10, 20]] }), { promised: 1, told: 0 });
    h.at += MINUTE;
    assert.deepEqual(await set(h, { promises: [[one.id, 1, 2, 3], [two.id, 10, 15, 30]] }), { promised: 1, told: 0 });
    const promise = { low: 5, likely: 10, high: 20, at: NOON };
    assert.deepEqual((await h.read('ticket_own', [one.id])).promise, promise);
    assert.deepEqual((await h.snapshot()).tickets[0].promise, promise);
    assert.deepEqual((await of(h, 'ticket.promised')).map((e) => [e.number, e.low, e.likely, e.high, e.line, e.from, e.to]),
        [['A001', 5, 10, 20, 'a', 'waiting', 'waiting'], ['A002', 10, 15, 30, 'a', 'waiting', 'waiting']]);
});

test('forecast_set: no promise to whoever is called, gone or unknown', async () => {
    const h = await fresh();
    const one = await h.issue();
    await h.open('1');
    await h.next('1');
    assert.deepEqual(await set(h, { promises: [[one.id, 5, 10, 20], ['1795435200000-A999', 1, 2, 3]] }), { promised: 0, told: 0 });
    assert.deepEqual(await of(h, 'ticket.promised'), []);
});

test('forecast_set: come now is told once, to those who wait for it', async () => {
    const h = await fresh({ rules: { come_now_ahead: 1 } });
    for (let i = 0; i < 3; i++) await h.issue();
    const [mine, other] = [await h.issue('a', '', true), await h.issue('a')];
    h.at += 2 * MINUTE;
    assert.deepEqual(await set(h, { come: [mine.id, other.id] }), { promised: 0, told: 1 });
    assert.deepEqual(await set(h, { come: [mine.id] }), { promised: 0, told: 0 });
    assert.deepEqual(await told(h), ['A004']);
});

test('forecast_set: who has just been given the number needs no second message', async () => {
    const h = await fresh({ rules: { come_now_ahead: 1 } });
    for (let i = 0; i < 3; i++) await h.issue();
    const mine = await h.issue('a', '', true);
    assert.deepEqual(await set(h, { come: [mine.id] }), { promised: 0, told: 0 });
    h.at += 10 * MINUTE;
    assert.deepEqual(await set(h, { come: [mine.id] }), { promised: 0, told: 0 });
    assert.deepEqual(await told(h), []);
});

const phone = (h, service = 'a') => h.issue(service, '', true);
async function delays(h) {
    const entries = await server.redis.xrange(`${h.tag}:outbox`, '-', '+');
    return entries.map(([, f]) => Object.fromEntries(f.flatMap((v, i) => (i % 2 ? [] : [[v, f[i + 1]]]))))
        .filter((m) => m.k === 'delay').map((m) => [m.n, (+m.b - NOON) / MINUTE]);
}
const slow = (minutes = 20) => makeHall(server.redis, { ...sample({ code: `f${n++}` }), delay_minutes: minutes });

test('a wait that grew beyond its promise by the hall\'s minutes is told, to the next five; not to whom it was told already', async () => {
    const h = await slow();
    const [one, two] = [await phone(h), await h.issue()];
    await set(h, { promises: [[one.id, 5, 10, 20], [two.id, 5, 10, 20]] });
    await set(h, { late: [[one.id, 40], [two.id, 41]] });
    assert.deepEqual(await delays(h), [], 'by 20 minutes and not more; no phone');
    h.at += MINUTE;
    await set(h, { late: [[one.id, 41], [two.id, 41]] });
    assert.deepEqual(await delays(h), [['A001', 45]]);
    await Promise.all([1, 2, 3].map(() => set(h, { late: [[one.id, 90]] })));
    assert.equal((await delays(h)).length, 1, 'not more often than every 20 minutes');
    h.at += 20 * MINUTE;
    await set(h, { late: [[one.id, 41]] });
    assert.equal((await delays(h)).length, 1, 'not later than was told by more than 20 minutes');
    await set(h, { late: [[one.id, 42]] });
    assert.deepEqual(await delays(h), [['A001', 45], ['A001', 65]]);
});

test('no news of a longer wait: without a promise, to whoever asked for more time, was called, or where the hall wants none', async () => {
    const h = await slow();
    const [none, away, called] = [await phone(h), await phone(h), await phone(h)];
    await set(h, { promises: [[away.id, 1, 2, 3], [called.id, 1, 2, 3]] });
    await h.write('ticket_delay', 'citizen:', [away.id, 5]);
    await h.open('1');
    await h.write('ticket_call', 'clerk:c1', ['1', called.id, 'asked']);
    const late = [none, away, called].map((t) => [t.id, 200]);
    await set(h, { late });
    await h.present('put_back', '1');
    await set(h, { late: [...late, ['1795435200000-A999', 200]] });
    const never = await slow(0);
    const t = await phone(never);
    await set(never, { promises: [[t.id, 1, 2, 3]] });
    await set(never, { late: [[t.id, 200]] });
    assert.deepEqual([await delays(h), await delays(never)], [[], []]);
});

test('while there is a forecast nobody is told by position; without one, everybody again', async () => {
    const h = await fresh({ rules: { come_now_ahead: 2 } });
    for (let i = 0; i < 5; i++) await h.issue();
    await h.issue('a', '', true);
    await h.open('1');
    await set(h, {});
    for (let i = 0; i < 4; i++) await h.next('1', i ? 'absent' : '');
    assert.deepEqual(await told(h), []);
    h.at += 2 * MINUTE;
    await h.next('1', 'absent');
    assert.deepEqual(await told(h), ['A006']);
});

test('with a forecast, few before it may still be long: told by it', async () => {
    const h = await fresh();
    await set(h, {});
    await h.issue();
    const mine = await h.issue('a', '', true);
    h.at += 5 * MINUTE;
    assert.deepEqual(await set(h, { come: [mine.id] }), { promised: 0, told: 1 });
});

test('a number from home is told by prediction, too; not twice, not when it has lapsed', async () => {
    const h = await makeVisitHall(server.redis, `f${n++}`, { rules: { come_now_ahead: 1 } });
    for (let i = 0; i < 3; i++) await h.issue();
    const phone = ['rec1', 'k1.sealed', 'hash1'];
    const mine = await remote(h, 'a', { phone });
    h.at += 10 * MINUTE;
    assert.equal((await set(h, { come: [mine.id], promises: [[mine.id, 5, 6, 7]] })).told, 1);
    assert.equal((await set(h, { come: [mine.id] })).told, 0);
    assert.equal((await h.read('ticket_own', [mine.id])).promise.likely, 6);
});

test('forecast_start: all that a forecast needs, as of one event', async () => {
    const h = await fresh();
    const one = await h.issue();
    await h.open('1');
    await h.write('ticket_travel', 'citizen:', [one.id, 20]);
    await set(h, { left: { a: 3, b: -1, gone: 4 }, promises: [[one.id, 5, 10, 20]] });
    await h.write('hall_ghosts', 'supervisor:wu', ['all', 2]);
    const start = await h.read('forecast_start');
    assert.deepEqual([start.learned, start.left, start.ghosts, start.stopped, start.alarms, start.seen, start.version],
        [null, { a: 3, b: -1 }, { all: 2 }, {}, [], {}, 1]);
    const { learned, left, seen, ...rest } = start;
    assert.deepEqual(rest, await h.snapshot());
    assert.deepEqual([rest.tickets[0].travel, rest.tickets[0].promise.likely, rest.counters[0].state], [20, 10, 'open']);
    assert.equal(rest.event, (await h.events()).at(-1).id);
});
