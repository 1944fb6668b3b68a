// What belongs to no hall: the gateways' own ids, reports that come before them, the state of links, what is spent.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { Hall, NOON, MINUTE } from '../lib/hall.mjs';

let server;
let g;
before(async () => {
    server = await startRedis();
    g = new Hall(server.redis, 'sms');
    g.day = '';
});
after(() => server.stop());
const write = (name, ...args) => g.write(name, 'system:sms', args);

test('gateway_ids: a report finds its message and part', async () => {
    assert.deepEqual(await write('gateway_ids', 'g1', 'xh.100-0', 3, 'AB12', 'ab12', ''), { reports: [], refused: [] });
    assert.deepEqual(await write('gateway_report', 'g1', 'ab12', 'delivered', ''), { message: 'xh.100-0', part: 2 });
    assert.deepEqual(await write('gateway_report', 'g1', 'AB12', 'undelivered', '001'), { message: 'xh.100-0', part: 1 });
    assert.deepEqual(await write('gateway_report', 'g1', 'ab12', 'delivered', ''), { message: 'xh.100-0', part: 2 }, 'brought again');
    assert.deepEqual(await write('gateway_report', 'g2', 'ab12', 'delivered', ''), { parked: true }, 'of another gateway');
});

test('gateway_report before the ids: parked, answered once with them, then forgotten', async () => {
    assert.deepEqual(await write('gateway_report', 'g1', 'early', 'unknown', ''), { parked: true });
    assert.deepEqual(await write('gateway_report', 'g1', 'early', 'delivered', 'ok'), { parked: true });
    assert.deepEqual(await write('gateway_report', 'g1', 'early', 'unknown', ''), { parked: true });
    assert.deepEqual(await write('gateway_ids', 'g1', 'xh.101-0', 2, 'other', 'early'),
        { reports: [{ message: 'xh.101-0', part: 2, state: 'delivered', reason: 'ok' }], refused: [] });
    assert.deepEqual(await write('gateway_ids', 'g1', 'xh.101-0', 2, 'other', 'early'), { reports: [], refused: [] });
});

test('how long ids and parked reports are kept', async () => {
    await write('gateway_ids', 'g1', 'xh.102-0', 1, 'long');
    await write('gateway_report', 'g1', 'orphan', 'delivered', '');
    const ttl = (key) => server.redis.ttl(`{sms}:${key}`);
    const within = async (key, s) => { const left = await ttl(key); assert.ok(left > s - 60 && left <= s, `${key}: ${left}`); };
    await within('gi:g1:long', 72 * 3600);
    await within('gp:g1:orphan', 600);
    await write('gateway_report', 'g1', 'long', 'unknown', '');
    await within('gi:g1:long', 72 * 3600);
    await write('gateway_report', 'g1', 'long', 'delivered', '');
    await within('gi:g1:long', 3600);
});

test('gateway_ids and gateway_report refuse what is none, and write nothing', async () => {
    const count = async () => (await server.redis.keys('{sms}:*')).length;
    const was = await count();
    for (const [name, field, ...args] of [
        ['gateway_ids', 'gateway', 'g 1', 'xh.1-0', 1, 'a'], ['gateway_ids', 'message', 'g1'], ['gateway_ids', 'ids', 'g1', 'xh.1-0'],
        ['gateway_ids', 'ids', 'g1', 'xh.1-0', 2, 'good'], ['gateway_ids', 'ids', 'g1', 'xh.1-0', 0], ['gateway_ids', 'ids', 'g1', 'xh.1-0', 'a', 'b'],
        ['gateway_ids', 'message', 'g1', ...Array.from({ length: 65 }, (_, i) => [`xh.${i}-0`, 1, `id${i}`]).flat()],
        ['gateway_report', 'id', 'g1', '', 'delivered', ''], ['gateway_report', 'id', 'g1', 'x'.repeat(65), 'delivered', ''],
        ['gateway_report', 'state', 'g1', 'a', 'DELIVRD', ''], ['gateway_report', 'reason', 'g1', 'a', 'delivered', 'to +86 138'],
    ]) await assert.rejects(write(name, ...args), { code: 'field_invalid', field }, `${name} ${args}`);
    assert.equal(await count(), was);
});

test('gateway_ids of many messages: those that are none are named, the others kept, parked reports told for each', async () => {
    for (const id of ['b1', 'b4']) await write('gateway_report', 'g1', id, 'delivered', '');
    const many = [['xh.201-0', 1, 'b1'], ['xh}.202-0', 1, 'b2'], ['yh.203-0', 2, 'b3', 'x'.repeat(65)], ['yh.204-0', 2, 'b5', 'b4']];
    assert.deepEqual(await write('gateway_ids', 'g1', ...many.flat()), {
        reports: [{ message: 'xh.201-0', part: 1, state: 'delivered', reason: '' }, { message: 'yh.204-0', part: 2, state: 'delivered', reason: '' }],
        refused: ['xh}.202-0', 'yh.203-0'] });
    assert.deepEqual(await write('gateway_report', 'g1', 'b5', 'delivered', ''), { message: 'yh.204-0', part: 1 });
    for (const id of ['b2', 'b3']) assert.deepEqual(await write('gateway_report', 'g1', id, 'delivered', ''), { parked: true });
});

test('gateway_state and gateway_list: what each daemon says, for 30 seconds', async () => {
    await write('gateway_state', 'g3', 'd2', '{"state":"down","reason":"bind"}');
    g.at += 20000;
    await write('gateway_state', 'g3', 'd1', '{}');
    const daemons = async () => (await g.read('gateway_list', ['', 'g3', 'g9'])).gateways.map((one) => one.daemons);
    assert.deepEqual(await daemons(), [[{ daemon: 'd1', at: g.at }, { daemon: 'd2', at: g.at - 20000, state: 'down', reason: 'bind' }], []]);
    g.at += 10001;
    assert.deepEqual((await daemons())[0].map((d) => d.daemon), ['d1']);
    await write('gateway_state', 'g3', 'd1', '{"state":"up"}');
    assert.deepEqual(await server.redis.hkeys('{sms}:gs:g3'), ['d1'], 'the other one is gone for good');
    for (const bad of ['', 'up', '[1]', '{"a":', `{"a":"${'x'.repeat(5000)}"}`]) {
        await assert.rejects(write('gateway_state', 'g3', 'd1', bad), { code: 'field_invalid', field: 'state' }, bad.slice(0, 9));
    }
    g.at = NOON;
});

test('gateway_spent: by hour and day, and no more than the hour of all gateways may have', async () => {
    g.at = NOON + 60 * MINUTE;
    assert.deepEqual(await write('gateway_spent', 'g4', 2, 5), { all: 2, hour: 2, day: 2, allowed: true });
    assert.deepEqual(await write('gateway_spent', 'g5', 3, 5), { all: 5, hour: 3, day: 3, allowed: true });
    g.at += 50 * MINUTE;
    assert.deepEqual(await write('gateway_spent', 'g4', 1, 5), { all: 5, hour: 2, day: 2, allowed: false, wait_ms: 10 * MINUTE });
    assert.deepEqual(await write('gateway_spent', 'g4', 0, 5), { all: 5, hour: 2, day: 2, allowed: true });
    assert.deepEqual(await write('gateway_spent', 'g4', 1), { all: 6, hour: 3, day: 3, allowed: true }, 'no limit');
    const spent = async () => { const { gateways, hour } = await g.read('gateway_list', ['', 'g4', 'g5']); return [hour, ...gateways.map((one) => one.spent)]; };
    assert.deepEqual(await spent(), [6, { hour: 3, day: 3, of: '20261123' }, { hour: 3, day: 3, of: '20261123' }]);
    g.at += 10 * MINUTE;
    assert.deepEqual(await spent(), [0, { hour: 0, day: 3, of: '20261123' }, { hour: 0, day: 3, of: '20261123' }]);
    assert.deepEqual(await write('gateway_spent', 'g4', 4, 3), { all: 4, hour: 4, day: 7, allowed: true }, 'more than an hour may have, alone');
    assert.equal((await write('gateway_spent', 'g4', 1, 3)).allowed, false);
    g.at += 24 * 60 * MINUTE;
    assert.deepEqual(await write('gateway_spent', 'g4', 1, 5), { all: 1, hour: 1, day: 1, allowed: true });
    assert.equal((await write('gateway_spent', 'g4', 250)).hour, 251, 'what was sent in a second, told at once');
    assert.equal((await g.read('gateway_list', ['', 'g4', 'g5'])).month, 261);
    await assert.rejects(write('gateway_spent', 'g4', 1000001, 5), { code: 'field_invalid', field: 'parts' });
    await assert.rejects(write('gateway_spent', '', 1, 5), { code: 'field_invalid', field: 'gateway' });
});

test('gateway_spent: the day is the one of the hall that sends, and whoever asks is told of its own', async () => {
    const on = async (day, parts = 1) => {
        g.day = day;
        const { day: spent } = await write('gateway_spent', 'g6', parts, 0);
        g.day = '';
        return spent;
    };
    const at = async (day) => { const { gateways, month } = await g.read('gateway_list', [day, 'g6']); return [gateways[0].spent.day, gateways[0].spent.of, month]; };
    g.at = Date.UTC(2026, 11, 31, 16, 5); // five past midnight in Shanghai
    assert.deepEqual([await on('20261231'), await on('20261231'), await on('20270101'), await on('20261231')], [1, 2, 1, 3],
        'one in Berlin and one in Shanghai do not disturb each other');
    assert.deepEqual([await on('20270102', 0), await on('20261231', 0)], [0, 3], 'asking begins no day');
    assert.deepEqual(await at('20261231'), [3, '20261231', 3]);
    assert.deepEqual(await at('20270101'), [1, '20270101', 1]);
    assert.deepEqual(await at(''), [3, '20261231', 3], 'in UTC the old year has eight hours to go');
    for (const day of ['20270102', '20270103', '20270104']) await on(day);
    assert.deepEqual(await server.redis.hkeys('{sms}:gd:g6').then((days) => days.sort()), ['20270101', '20270102', '20270103', '20270104']);
    await assert.rejects(g.read('gateway_list', ['today', 'g6']), { code: 'field_invalid', field: 'day' });
});

test('gateway_spent: the day in UTC where none is named, also at the ends of years and in leap years', async () => {
    for (const day of ['2027-01-01', '2026-12-31', '2028-02-29', '2028-03-01', '2100-02-28', '2100-03-01']) {
        for (const time of ['00:00:00.000', '23:59:59.999']) {
            g.at = Date.parse(`${day}T${time}Z`);
            await server.redis.del('{sms}:gd:g7');
            await write('gateway_spent', 'g7', 1, 0);
            assert.equal((await g.read('gateway_list', ['', 'g7'])).gateways[0].spent.of, day.replaceAll('-', ''));
        }
    }
});

const part = (gateway, mark, total, number, sealed = `k1.${mark}-${number}`) => write('gateway_part', gateway, mark, total, number, sealed);

test('gateway_part: in any order, all of them with the last, and again until gateway_joined', async () => {
    g.at = NOON;
    assert.deepEqual(await part('p1', 'm1', 3, 3), { parts: [] });
    assert.deepEqual(await part('p1', 'm2', 3, 1), { parts: [] }, 'another text');
    assert.deepEqual(await part('p2', 'm1', 3, 1), { parts: [] }, 'another gateway');
    assert.deepEqual(await part('p1', 'm1', 3, 1, 'k1.old'), { parts: [] });
    assert.deepEqual(await part('p1', 'm1', 3, 1), { parts: [] }, 'it came again');
    const whole = { parts: ['k1.m1-1', 'k1.m1-2', 'k1.m1-3'] };
    assert.deepEqual([await part('p1', 'm1', 3, 2), await part('p1', 'm1', 3, 2)], [whole, whole]);
    await write('gateway_joined', 'p1', 'm1');
    assert.equal(await server.redis.exists('{sms}:gx:p1:m1'), 0);
    assert.deepEqual(await part('p1', 'm1', 3, 2), { parts: [] }, 'the reference means another text by now');
    await write('gateway_joined', 'p1', 'nothing');
});

test('gateway_part: forgotten ten minutes after the first part, and the oldest text when there are too many', async () => {
    g.at = NOON;
    await part('p3', 'm1', 2, 1);
    const ttl = await server.redis.pttl('{sms}:gx:p3:m1');
    assert.ok(ttl > 590000 && ttl <= 600000, String(ttl));
    g.at += 10 * MINUTE - 1;
    assert.equal((await part('p3', 'm1', 2, 2)).parts.length, 2);
    g.at += 1;
    assert.deepEqual(await part('p3', 'm1', 2, 2), { parts: [] }, 'it is another text');
    for (let i = 0; i < 510; i++) {
        g.at += 1;
        await part('p4', `n${i}`, 2, 1);
    }
    assert.equal(await server.redis.zcard('{sms}:gx:p4'), 500);
    assert.equal((await server.redis.keys('{sms}:gx:p4:*')).length, 500, 'no part stays that nobody can find');
    assert.deepEqual(await part('p4', 'n9', 2, 2), { parts: [] }, 'the oldest went');
    assert.equal((await part('p4', 'n11', 2, 2)).parts.length, 2);
    g.at = NOON;
});

test('gateway_part refuses what is no part', async () => {
    for (const [field, ...args] of [['gateway', '', 'm', 2, 1], ['mark', 'p5', '', 2, 1], ['mark', 'p5', 'a:b', 2, 1], ['total', 'p5', 'm', 1, 1],
        ['total', 'p5', 'm', 17, 1], ['total', 'p5', 'm', '2x', 1], ['number', 'p5', 'm', 2, 0], ['number', 'p5', 'm', 2, 3],
        ['sealed', 'p5', 'm', 2, 1, 'in clear!'], ['sealed', 'p5', 'm', 2, 1, ''], ['sealed', 'p5', 'm', 2, 1, 'x'.repeat(1025)]]) {
        await assert.rejects(part(...args), { code: 'field_invalid', field }, `${field} ${args}`);
    }
    await assert.rejects(write('gateway_joined', '', 'm'), { code: 'field_invalid', field: 'gateway' });
    await assert.rejects(write('gateway_joined', 'p5', ''), { code: 'field_invalid', field: 'mark' });
    assert.equal(await server.redis.exists('{sms}:gx:p5', '{sms}:gx:p5:m'), 0);
});
