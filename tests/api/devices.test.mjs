// What screens report and who learns of it: calls acknowledged by boards, health, the list of a hall's devices, and a board
// that dies, up to the SMS. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

let d;
let board;
let kiosk;
let clerk;
const H = '/halls/small';
before(async () => {
    d = await startDaemon();
    await d.importHall('small');
    await d.importHall('small', { code: 'other' });
    board = await d.device('board-1', 'board', 'small');
    kiosk = await d.device('kiosk-1', 'kiosk', 'small');
    clerk = await d.clerk('li', 'small');
    await clerk.post(`${H}/counters/1/open`, { profile: 'general' });
});
after(() => d.stop());

const fails = (promise, status, code, field) => assert.rejects(promise, (e) => {
    assert.deepEqual([e.status, e.code, e.field], [status, code, field]);
    return true;
});
const nameOf = (t, sounded = '') => `${t.number}@${t.counter}#${t.calls}-${t.since}${sounded}`;
const HEALTH = { page: '/assets/board-0123456789abcdef.js', width: 1920, height: 1080, ratio: 100, sound: 'ready', voice: 'no' };

async function callNext() {
    await d.post(`${H}/tickets`, { service: 'id-card' });
    const { ticket } = await clerk.post(`${H}/counters/1/next`);
    return ticket;
}

test('a board acknowledges a call: staff are told once, whatever board is first', async () => {
    const staff = await clerk.stream(`${H}/stream`);
    const watched = await board.stream(`${H}/board/stream`);
    await Promise.all([staff.next('snapshot'), watched.next('snapshot')]);
    const ticket = await callNext();
    assert.equal(ticket.shown, false);
    await watched.next('change', (c) => c.call?.number === ticket.number);
    const key = randomUUID();
    assert.deepEqual(await board.post(`${H}/board/shown`, { calls: [nameOf(ticket, '+')] }, { key }), { shown: 1 });
    assert.deepEqual(await board.post(`${H}/board/shown`, { calls: [nameOf(ticket, '+')] }, { key }), { shown: 1 }, 'the same answer');
    const { data } = await staff.next('change', (e) => e.type === 'ticket.shown');
    assert.deepEqual([data.number, data.counter, data.calls, data.device, data.sounded], [ticket.number, '1', 1, 'board-1', true]);
    const second = await d.device('board-2', 'board', 'small');
    assert.deepEqual(await second.post(`${H}/board/shown`, { calls: [nameOf(ticket)] }), { shown: 0 });
    assert.equal((await clerk.get(`${H}/tickets/${ticket.id}`)).shown, true);
    await clerk.post(`${H}/counters/1/begin`);
    await watched.next('change', (c) => c.serving === ticket.number);
    const { events } = await d.get(`${H}/events?limit=1000`);
    assert.equal(events.filter((e) => e.type === 'ticket.shown').length, 1);
    assert.ok(!('shown' in await clerk.get(`${H}/tickets/${ticket.id}`)));
    await clerk.post(`${H}/counters/1/finish`);
    staff.close();
    watched.close();
});

test('what is no call is refused, and so is who is no board of this hall', async () => {
    for (const calls of [[], ['A001'], [1], 'A001@1#1-1', Array(21).fill('A001@1#1-1')]) {
        await fails(board.post(`${H}/board/shown`, { calls }), 422, 'field_invalid', 'calls');
    }
    for (const who of [kiosk, clerk, d]) await fails(who.post(`${H}/board/shown`, { calls: ['A001@1#1-1'] }), 403, 'forbidden');
    await fails(board.post('/halls/other/board/shown', { calls: ['A001@1#1-1'] }), 403, 'forbidden');
    await fails(board.post(`${H}/board/shown`, { calls: ['A001@1#1-1'] }, { key: null }), 400, 'idempotency_missing');
});

test('health: the hall lists its devices, with what each told last', async () => {
    const { now } = await d.get('/clock');
    const more = { layout: 'main', announced: 12, since: now - 5000 };
    assert.deepEqual(await board.post('/device/health', { ...HEALTH, ...more }, { key: null }), { done: true });
    await kiosk.post('/device/health', { ...HEALTH, page: 'dev', sound: 'off' });
    await d.device('board-never', 'board', 'small');
    const list = await clerk.get(`${H}/devices`);
    const [b1, b2, never, k1] = ['board-1', 'board-2', 'board-never', 'kiosk-1'].map((name) => list.devices.find((one) => one.name === name));
    assert.deepEqual([list.devices.length, list.printers, list.alarms], [4, [], []]);
    assert.ok(list.signs.every((sign) => sign.code === 'over-3' && sign.health.state === 'ok'), 'the one of the hall file, as soon as it is driven');
    const { at, ...told } = b1.health;
    assert.deepEqual(told, { kind: 'board', ...HEALTH, voice: false, ...more });
    assert.deepEqual([b1.old, b1.seen >= now, at >= now], [true, true, true], 'no such page is served here');
    assert.deepEqual([b2.kind, b2.health], ['board', undefined], 'it has told nothing');
    assert.deepEqual(never, { name: 'board-never', kind: 'board' });
    assert.deepEqual([k1.kind, k1.old, k1.health.sound], ['kiosk', false, 'off']);
    const page = (await (await fetch(`${d.url}/board`)).text()).match(/\/assets\/board-\w+\.js/)[0];
    await board.post('/device/health', { ...HEALTH, page });
    assert.equal((await clerk.get(`${H}/devices`)).devices.find((one) => one.name === 'board-1').old, false);
    assert.deepEqual((await d.get('/halls/other/devices')).devices, []);
    await fails(board.get(`${H}/devices`), 403, 'forbidden');
});

test('every figure of a screen is bounded', async () => {
    const bad = { page: ['', 'x'.repeat(121), 5, 'a\nb'], width: [0, 40000, '1920', 1.5], height: [0, -1], ratio: [0, 5000], sound: ['loud', true],
        voice: [true, 'maybe'], layout: ['A B', ''], announced: [-1, 2 ** 53], since: [-1, 'now'] };
    for (const [field, values] of Object.entries(bad)) {
        for (const value of values) await fails(board.post('/device/health', { ...HEALTH, [field]: value }), 422, 'field_invalid', field);
    }
    await fails(board.post('/device/health', { ...HEALTH, name: 'x' }), 422, 'field_unknown', 'name');
    await fails(board.post('/device/health', { ...HEALTH, width: undefined }), 422, 'field_missing', 'width');
    await fails(clerk.post('/device/health', HEALTH), 403, 'forbidden');
});

test('calls are missed where a board was about: the snapshot says after how long', async () => {
    const unshown = async (hall) => {
        const stream = await d.stream(`/halls/${hall}/stream`);
        const { data } = await stream.next('snapshot');
        stream.close();
        return data.unshown_ms;
    };
    assert.equal(await unshown('other'), 0);
    await board.post('/device/health', HEALTH);
    await eventually('the hall is asked anew', async () => await unshown('small') === 8000);
});

test('the day with its acknowledgements stands up to the history check', async () => {
    await board.post(`${H}/board/shown`, { calls: [nameOf(await callNext())] });
    const again = await clerk.post(`${H}/counters/1/recall`);
    await board.post(`${H}/board/shown`, { calls: [nameOf(again)] });
    await clerk.post(`${H}/counters/1/begin`);
    await clerk.post(`${H}/counters/1/finish`);
    const checked = execFileSync(join(build, 'daemon/ctl/paihaoctl'), ['--state-dir', d.stateDir, 'history', 'check', 'small'],
        { encoding: 'utf8' });
    assert.match(checked, /faults 0\n/);
});

test('a board dies: an alarm for staff and an SMS; it is back: the alarm ends', async () => {
    const gateway = await startGateway();
    const fast = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] }, demo: { clock_speed: 60 } } });
    await fast.importHall('small', { edit: (text) => text.replace(/board_seconds: \d+/, 'board_seconds: 30') });
    // A hall where somebody works is one where a board is missed, at whatever hour the test runs.
    await fast.post(`${H}/counters/1/open`, { profile: 'general' });
    await fast.post(`${H}/tickets`, { service: 'id-card' });
    const screen = await fast.device('board-9', 'board', 'small');
    const staff = await fast.stream(`${H}/stream`);
    const stream = await screen.stream(`${H}/board/stream`);
    await stream.next('snapshot');
    const listed = async () => {
        const { devices, alarms } = await fast.get(`${H}/devices`);
        return { seen: devices[0].seen, alarms: alarms.map((a) => `${a.kind} ${a.subject}`) };
    };
    await eventually('it was seen', async () => (await listed()).seen, 20000);
    stream.close();
    await staff.next('change', (e) => e.type === 'alarm.raised' && e.alarm === 'board' && e.subject === 'board-9', 40000);
    assert.deepEqual((await listed()).alarms, ['board board-9']);
    const sms = await eventually('the SMS is there', () => gateway.received.find((one) => one.text.includes('board-9')), 20000);
    assert.equal(sms.to.replace('+', ''), '8613800138000');
    const back = await screen.stream(`${H}/board/stream`);
    await staff.next('change', (e) => e.type === 'alarm.cleared' && e.alarm === 'board', 40000);
    assert.deepEqual((await listed()).alarms, []);
    assert.equal(gateway.received.filter((one) => one.text.includes('board-9')).length, 1, 'told once');
    back.close();
    staff.close();
    await fast.stop();
    await gateway.stop();
});
