// What the screens of a hall report, and how a new one is admitted: acknowledged calls, health, pairing.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { Hall, makeHall, sample, Refused, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());

const DAY = 24 * 60 * MINUTE;
const SECOND = 1000;
const fresh = (alarms) => makeHall(server.redis, { ...sample({ code: `sh${n++}` }), alarms });
const refused = (promise, code, field, wait) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code
    && (!field || e.field === field) && (wait === undefined || e.wait === wait), `${code} ${field ?? ''}`);
const nameOf = (t, at = t.since, sounded = '') => `${t.number}@${t.counter}#${t.calls}-${at}${sounded}`;
const shown = async (h, calls, device = 'b1') => (await h.write('call_shown', `board:${device}`, [device, [calls].flat().join(',')])).shown;
const told = async (h) => (await h.events()).filter((e) => e.type === 'ticket.shown');
const present = (h, move, counter = '1') => h.write(`ticket_${move}`, `clerk:c${counter}`, [counter, '']);

// A hall with a called ticket at counter 1.
async function called(alarms) {
    const h = await fresh(alarms);
    await h.issue();
    await h.open('1');
    const { ticket } = await h.next('1');
    return { h, t: ticket };
}

test('call_shown: the first board that shows a call makes the event, a second one nothing', async () => {
    const { h, t } = await called();
    assert.equal(t.shown, false);
    h.at += SECOND;
    assert.equal(await shown(h, nameOf(t, t.since, '+')), 1);
    assert.equal(await shown(h, nameOf(t)), 0);
    assert.equal(await shown(h, nameOf(t), 'b2'), 0);
    const [event, ...more] = await told(h);
    assert.deepEqual(more, []);
    assert.deepEqual([event.ticket, event.from, event.to, event.counter, event.calls, event.device, event.sounded, event.at, event.by],
        [t.id, 'called', 'called', '1', 1, 'b1', true, h.at, 'board:b1']);
    assert.equal((await h.read('ticket_view', [t.id])).shown, true);
    assert.equal((await h.snapshot()).tickets[0].shown, true);
});

test('call_shown: a recall is to be shown anew; the one before is old then', async () => {
    const { h, t } = await called();
    await shown(h, nameOf(t));
    h.at += 20 * SECOND;
    const again = await present(h, 'recall');
    assert.deepEqual([again.calls, again.shown], [2, false]);
    assert.equal(await shown(h, nameOf(t)), 0, 'the first call is over');
    assert.equal(await shown(h, nameOf(again, h.at)), 1);
    assert.deepEqual((await told(h)).map((e) => e.calls), [1, 2]);
});

test('call_shown: a call of before, to the same counter, is not the present one', async () => {
    const { h, t } = await called();
    h.at += MINUTE;
    await present(h, 'put_back');
    assert.equal(await shown(h, nameOf(t)), 0, 'it waits');
    h.at += MINUTE;
    const second = await h.write('ticket_call', 'clerk:c1', ['1', t.id, 'asked']);
    assert.deepEqual([second.calls, second.shown], [1, false]);
    assert.equal(await shown(h, nameOf(t)), 0, 'late: two calls that differ by their moment alone');
    assert.equal(await shown(h, nameOf(second)), 1);
    await present(h, 'put_back');
    const third = await h.write('ticket_call', 'clerk:c1', ['1', t.id, 'asked']);
    assert.equal(third.shown, false, 'another call, another look at the board');
});

test('call_shown: an undone begin leaves the call shown; only a called ticket says whether it is', async () => {
    const { h, t } = await called();
    await shown(h, nameOf(t));
    assert.ok(!('shown' in await present(h, 'begin')));
    const { tickets: [back] } = await present(h, 'undo');
    assert.deepEqual([back.state, back.shown], ['called', true]);
    await present(h, 'begin');
    assert.equal(await shown(h, nameOf(t)), 0, 'the citizen is there');
    assert.equal((await told(h)).length, 1);
});

test('call_shown: a batch; what is unknown, at another counter or of another count is passed over', async () => {
    const h = await fresh();
    for (let i = 0; i < 3; i++) await h.issue();
    for (const counter of ['1', '2', '3']) await h.open(counter);
    const [a, b, c] = await Promise.all(['1', '2', '3'].map(async (counter) => (await h.next(counter)).ticket));
    assert.equal(await shown(h, [nameOf(a), `Z999@1#1-${a.since}`, nameOf({ ...b, counter: '3' }), nameOf({ ...c, calls: 2 }), nameOf(c),
        nameOf(c)]), 2);
    assert.deepEqual((await told(h)).map((e) => e.number), [a.number, c.number]);
});

test('call_shown refuses what is no list of calls, and a citizen is told nothing of it', async () => {
    const { h, t } = await called();
    const seen = (await h.events()).length;
    for (const bad of ['', 'A001', `A001@1#1`, `A001@1-${t.since}`, `a001@1#1-${t.since}`, `A001@"#1-${t.since}`,
        Array(21).fill(nameOf(t)).join(',')]) {
        await refused(shown(h, bad), 'field_invalid', 'calls');
    }
    await refused(shown(h, nameOf(t), 'b"1'), 'field_invalid', 'device');
    assert.equal((await h.events()).length, seen);
    assert.ok(!('shown' in await h.read('ticket_own', [t.id])));
});

const health = (h, name, more = {}) => h.write('device_health', `board:${name}`, [name, JSON.stringify({ kind: 'board', ...more })]);
const unshown = async (h) => (await h.snapshot()).unshown_ms;

test('device_health: the last word of each, with the moment of the store; no event', async () => {
    const h = await fresh();
    const seen = (await h.events()).length;
    await health(h, 'b1', { page: '/assets/x.js' });
    h.at += MINUTE;
    await health(h, 'k1', { kind: 'kiosk' });
    await h.write('device_seen', 'system:', ['b1']);
    assert.equal((await h.events()).length, seen);
    assert.deepEqual(await h.read('health_list'), {
        devices: { b1: { kind: 'board', page: '/assets/x.js', at: h.at - MINUTE }, k1: { kind: 'kiosk', at: h.at } },
        seen: { b1: h.at }, alarms: [],
    });
    for (const bad of ['', '{}', '[1]', '{"a":', `{"a":"${'x'.repeat(1000)}"}`]) {
        await refused(h.write('device_health', 'board:b1', ['b1', bad]), 'field_invalid', 'json');
    }
    await refused(health(h, 'b"'), 'field_invalid', 'name');
});

test('a removed device leaves nothing behind, even when a worker reports it once more', async () => {
    const h = await fresh();
    await health(h, 'b1');
    await h.write('device_seen', 'system:', ['b1']);
    await h.write('device_forget', 'admin:root', ['b1']);
    await health(h, 'b1');
    await h.write('device_seen', 'system:', ['b1,b2']);
    const { devices, seen } = await h.read('health_list');
    assert.deepEqual([Object.keys(devices), Object.keys(seen)], [[], ['b2']]);
});

test('a page that hangs is not seen, however alive its stream is; one that never told how it is, is', async () => {
    const h = await fresh();
    await health(h, 'b1');
    const seenAt = async (name) => (await h.read('health_list')).seen[name];
    const start = h.at;
    h.at += 150 * SECOND;
    await h.write('device_seen', 'system:', ['b1,old', 150 * SECOND]);
    assert.deepEqual([await seenAt('b1'), await seenAt('old')], [h.at, h.at]);
    h.at += 1;
    await h.write('device_seen', 'system:', ['b1,old', 150 * SECOND]);
    assert.deepEqual([await seenAt('b1'), await seenAt('old')], [start + 150 * SECOND, h.at]);
    await health(h, 'b1');
    await h.write('device_seen', 'system:', ['b1', 150 * SECOND]);
    assert.equal(await seenAt('b1'), h.at);
});

test('calls are missed only where a board was about within a day', async () => {
    const h = await fresh();
    assert.equal(await unshown(h), 0, 'a hall without boards');
    await health(h, 'k1', { kind: 'kiosk' });
    assert.equal(await unshown(h), 0, 'a kiosk shows no calls');
    await health(h, 'b1');
    assert.equal(await unshown(h), 8000);
    h.at += DAY - 1;
    assert.equal(await unshown(h), 8000);
    h.at += 1;
    assert.equal(await unshown(h), 0);
    const never = await fresh({ unshown_seconds: 0 });
    await health(never, 'b1');
    assert.equal(await unshown(never), 0);
    const patient = await fresh({ unshown_seconds: 30 });
    await health(patient, 'b1');
    assert.equal(await unshown(patient), 30000);
});

// ---- pairing ----

let sys;
beforeEach(async () => {
    const keys = await server.redis.keys('{sys}*');
    if (keys.length) await server.redis.del(keys);
    sys = new Hall(server.redis, 'sys');
    await sys.write('hall_register', 'admin:local', ['xh']);
});
const TEN = 10 * MINUTE;
const open = (secret, code, { kind = 'board', address = '', prefix = '', ms = TEN } = {}) =>
    sys.write('pair_open', 'system:', [secret, code, kind, ms, address, prefix]);
const claim = (code, name = 'b1', hall = 'xh', who = 'admin:root') => sys.write('pair_claim', who, [code, name, hall]);
const take = (secret, token = 'th') => sys.write('pair_take', 'system:', [secret, token]);
const who = (token) => sys.read('principal_find', [token]);

test('pairing: code, claim, token once; who admitted it stands in the event', async () => {
    assert.deepEqual(await open('s1', 'CODE2222'), { code: 'CODE2222', expires: sys.at + TEN });
    assert.deepEqual(await sys.read('pair_view', ['s1']), { state: 'waiting', expires: sys.at + TEN });
    assert.deepEqual(await take('s1'), { state: 'waiting', expires: sys.at + TEN });
    assert.deepEqual(await claim('CODE2222'), { name: 'b1', kind: 'board', hall: 'xh' });
    assert.equal((await sys.read('pair_view', ['s1'])).state, 'claimed');
    await refused(who('th'), 'unauthenticated');
    assert.deepEqual(await take('s1'), { state: 'paired', device: { name: 'b1', kind: 'board', hall: 'xh' } });
    assert.deepEqual(await who('th'), { kind: 'device', name: 'b1', role: 'board', halls: 'xh', hall: 'xh' });
    assert.deepEqual((await sys.read('device_hall', ['xh'])).devices, [{ name: 'b1', kind: 'board', hall: 'xh' }]);
    const [[, [, event]]] = await server.redis.xrevrange('{sys}:events', '+', '-', 'COUNT', 1);
    const { type, by, device } = JSON.parse(event);
    assert.deepEqual([type, by, device], ['device.added', 'admin:root', 'b1']);
    await refused(take('s1', 'other'), 'pair_unknown', 'secret');
    await refused(who('other'), 'unauthenticated');
    assert.deepEqual((await server.redis.keys('{sys}:pair*')), [], 'nothing of it is left');
});

test('a code lasts ten minutes, to the millisecond', async () => {
    await open('s1', 'CODE2222');
    await open('s2', 'CODE3333');
    sys.at += TEN - 1;
    await claim('CODE2222');
    sys.at += 1;
    await refused(claim('CODE3333', 'b2'), 'pair_unknown', 'code');
    await refused(take('s2'), 'pair_unknown', 'secret');
    assert.equal((await take('s1')).state, 'paired', 'claimed in time, and fetched a moment later');
    assert.deepEqual(await open('s2', 'CODE4444'), { code: 'CODE4444', expires: sys.at + TEN });
});

test('a claim that no screen fetches ends a minute after the code', async () => {
    await open('s1', 'CODE2222');
    sys.at += TEN - 1;
    await claim('CODE2222');
    sys.at += MINUTE;
    await refused(take('s1'), 'pair_unknown');
    await open('s2', 'CODE3333');
    assert.equal((await claim('CODE3333', 'b1')).name, 'b1', 'its name is free again');
});

test('the same screen keeps its code; a code is good for one screen and for one claim', async () => {
    await open('s1', 'CODE2222');
    sys.at += MINUTE;
    assert.deepEqual(await open('s1', 'CODE9999'), { code: 'CODE2222', expires: sys.at - MINUTE + TEN });
    await refused(open('s1', 'CODE9999', { kind: 'kiosk' }), 'field_invalid', 'secret');
    await refused(open('s2', 'CODE2222'), 'pair_code_taken');
    await claim('CODE2222');
    await refused(claim('CODE2222', 'b2'), 'pair_unknown', 'code');
    await refused(open('s1', 'CODE9999'), 'field_invalid', 'secret');
    sys.at += TEN;
    assert.equal((await open('s2', 'CODE2222')).code, 'CODE2222', 'free again after its time');
});

test('what is claimed must be new: names, halls, kinds', async () => {
    await refused(open('s1', 'CODE2222', { kind: 'sign' }), 'field_invalid', 'kind');
    await open('s1', 'CODE2222', { kind: 'kiosk' });
    await refused(claim('CODE2222', 'k1', 'nowhere'), 'hall_unknown', 'hall');
    await sys.write('device_add', 'admin:root', ['old', 'board', 'xh', 'th0']);
    await refused(claim('CODE2222', 'old'), 'device_exists', 'name');
    assert.equal((await claim('CODE2222', 'k1')).kind, 'kiosk', 'what it is, the screen has said');
    await open('s2', 'CODE3333');
    await refused(claim('CODE3333', 'k1'), 'device_exists', 'name');
    await sys.write('device_add', 'admin:root', ['k1', 'board', 'xh', 'th1']);
    await refused(take('s1'), 'device_exists', 'name');
});

test('wrong codes of an admin are counted; another admin is not held up', async () => {
    for (let i = 0; i < 10; i++) await refused(claim('WRNG2222'), 'pair_unknown', 'code');
    await open('s1', 'CODE2222');
    await refused(claim('CODE2222'), 'rate_limit', '-', 60);
    assert.equal((await claim('CODE2222', 'b1', 'xh', 'admin:wu')).name, 'b1');
    sys.at += MINUTE;
    await open('s2', 'CODE3333');
    assert.equal((await claim('CODE3333', 'b2')).name, 'b2', 'a right one uses nothing up');
    await open('s3', 'CODE4444');
    assert.equal((await claim('CODE4444', 'b3')).name, 'b3');
});

test('one network opens so many pairings, all together so many more', async () => {
    const from = { address: 'a', prefix: 'x' };
    for (let i = 0; i < 30; i++) await open(`s${i}`, `C${i}`, from);
    await refused(open('t', 'T', from), 'rate_limit', '-', 20);
    await open('t', 'T', { address: 'b', prefix: 'x' });
    for (let i = 31; i < 200; i++) await open(`s${i}`, `C${i}`);
    sys.at += MINUTE;
    await refused(open('u', 'U'), 'rate_limit', '-', 9 * 60);
    assert.equal((await open('s5', 'ANY')).code, 'C5', 'who has one keeps it');
    sys.at += 9 * MINUTE;
    await open('u', 'U');
});
