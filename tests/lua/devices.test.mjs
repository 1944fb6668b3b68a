// What stands in the hall besides people: the lease of its signs, and the health of devices.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis, eventually } from '../lib/redis.mjs';
import { makeHall, sample, Refused, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = () => makeHall(server.redis, sample({ code: `dv${n++}` }));
const refused = (promise, code, field) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code && e.field === field);
const take = async (h, holder, ms = 9000, what = 'signs') => (await h.write('lease_take', 'system:signs', [what, holder, ms])).held;
const health = async (h) => (await h.read('health_list')).devices;

test('lease_take: one holds it as long as it asks again; it is given back at once, or runs out', async () => {
    const h = await fresh();
    const seen = (await h.events()).length;
    assert.equal(await take(h, 'one'), true);
    assert.equal(await take(h, 'two'), false);
    assert.equal(await take(h, 'one'), true);
    assert.equal(await take(h, 'two', 0), false); // what it has not got it cannot give back
    assert.equal(await take(h, 'one', 9000), true);
    assert.equal(await take(h, 'two', 9000, 'printers'), true); // another thing
    assert.equal(await take(h, 'one', 0), false);
    assert.equal(await take(h, 'two', 50), true);
    await eventually('it runs out', () => take(h, 'one'));
    assert.equal((await h.events()).length, seen);
});

test('lease_take: twenty at once, one holds it', async () => {
    const h = await fresh();
    const held = await Promise.all(Array.from({ length: 20 }, (_, i) => take(h, `d${i}`)));
    assert.equal(held.filter(Boolean).length, 1);
});

test('lease_take refuses what is none', async () => {
    const h = await fresh();
    await refused(take(h, 'one', 9000, 'signs|x'), 'field_invalid', 'what');
    await refused(take(h, '', 9000), 'field_invalid', 'holder');
    await refused(take(h, 'one', 'x'), 'field_invalid', 'ms');
    await refused(take(h, 'one', -1), 'field_invalid', 'ms');
    await refused(take(h, 'one', 60001), 'field_invalid', 'ms');
});

test('device_health: the newest one is kept, with its moment; no event', async () => {
    const h = await fresh();
    const seen = (await h.events()).length;
    await h.write('device_health', 'system:signs', ['sign:s1', '{"state":"ok","shown":"A001 1","since":5}']);
    h.at += MINUTE;
    await h.write('device_health', 'system:signs', ['sign:s2', '{"state":"silent","error":"no_answer","since":7}']);
    assert.deepEqual(await health(h), { 'sign:s1': { at: h.at - MINUTE, state: 'ok', shown: 'A001 1', since: 5 },
        'sign:s2': { at: h.at, state: 'silent', error: 'no_answer', since: 7 } });
    await h.write('device_health', 'system:signs', ['sign:s1', '{}']);
    assert.deepEqual((await health(h))['sign:s1'], { at: h.at });
    assert.equal((await h.events()).length, seen);
    await refused(h.write('device_health', 'system:signs', ['a b', '{}']), 'field_invalid', 'name');
    await refused(h.write('device_health', 'system:signs', ['sign:s1', 'x']), 'field_invalid', 'health');
    await refused(h.write('device_health', 'system:signs', ['sign:s1', `{"x":"${'x'.repeat(2000)}"}`]), 'field_invalid', 'health');
});

test('hall_configure: a sign that is no longer in the file is forgotten, other devices are not', async () => {
    const h = await fresh();
    for (const name of ['sign:s1', 'sign:s2', 'board-1', 'printer:p1']) await h.write('device_health', 'system:signs', [name, '{}']);
    const file = { ...sample({ code: h.tag.slice(1, -1) }), signs: [{ code: 's2' }] };
    await h.write('hall_configure', 'admin:root', [JSON.stringify(file), '']);
    assert.deepEqual(Object.keys(await health(h)).sort(), ['board-1', 'printer:p1', 'sign:s2']);
});
