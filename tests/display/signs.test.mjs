// LED signs of the real daemon: each shows what follows from the hall's events, whatever its controller does, and no call
// ever waits for it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, eventually } from '../lib/daemon.mjs';
import { startController } from '../lib/sign_controller.mjs';
import { healthOf, isState, onbon, shows, withSigns } from '../lib/signs.mjs';

const H = '/halls/small';
let d;
let redis;
let kiosk;
let one; // over counter 1, its controller has a second area for the zone
let newest;
const ill = {}; // controllers that misbehave

const issue = (service = 'id-card') => kiosk.post(`${H}/tickets`, { service });
const at = (counter, verb, body = {}) => d.post(`${H}/counters/${counter}/${verb}`, body);
const signs = () => [
    onbon('one', one, { counter: '1', text: '{number} 请到 {counter}', idle: '请稍候', closed: '暂停服务', width: 128 }),
    onbon('zone', one, { zone: 'B', area: 1, y: 16 }),
    onbon('newest', newest, { idle: 'C:\\C2 Z[', colour: 'green', width: 128 }),
    ...Object.entries(ill).map(([manner, c]) => onbon(manner, c, { counter: '2' })),
];
const configure = (list) => d.importHall('small', { edit: withSigns(list, (text) => text
    .replace('{letter: A,', '{letter: Z,').replaceAll('series: A', 'series: Z')
    .replace('{code: "2", profile: general}', '{code: "2", profile: general, zone: B}')
    .replace('{code: "3", profile: papers,', '{code: "3", profile: papers, zone: B,')) });

before(async () => {
    [one, newest] = [await startController(), await startController()];
    for (const manner of ['nack', 'busy', 'garbage', 'silent', 'hangup', 'deaf', 'flood']) ill[manner] = await startController();
    d = await startDaemon();
    await configure(signs());
    redis = d.redis();
    kiosk = await d.device('k1', 'kiosk', 'small');
});
after(async () => {
    redis?.disconnect();
    await d?.stop();
    for (const c of [one, newest, ...Object.values(ill)]) await c.stop();
});

test('a sign shows the call to its counter, until it ends; else that nobody is called, or that the counter is closed', async () => {
    await shows(one, '暂停服务');
    await shows(newest, 'C:＼C2 Z['); // no markup comes out of a hall's text
    await at('1', 'open');
    await shows(one, '请稍候');
    const { number } = await issue();
    assert.match(number, /^Z/); // the end of a frame, were it sent as it is
    await at('1', 'next');
    await shows(one, `${number} 请到 1`);
    await shows(newest, `${number} 1`);
    const area = one.areas.get(0);
    assert.deepEqual([area.x, area.y, area.width, area.height, area.runMode, area.timeoutMs, area.mode, area.colour],
        [0, 0, 128, 16, 2, 3000, 1, 1]);
    assert.equal(newest.areas.get(0).colour, 2);
    await at('1', 'begin');
    const { frames } = one;
    await eventually('it is refreshed', () => one.frames > frames + 2);
    assert.equal(one.shown(), `${number} 请到 1`);
    await at('1', 'finish');
    await shows(one, '请稍候');
    await shows(newest, 'C:＼C2 Z[');
    await at('1', 'pause', { reason: 'tea' });
    await shows(one, '暂停服务');
    await at('1', 'open');
    await shows(one, '请稍候');
    assert.deepEqual(one.faults, []);
    assert.ok(one.pings > 0);
});

test('the newest call, of the hall and of a zone; what is undone or put back leaves; the board says the same', async () => {
    await at('2', 'open');
    await at('3', 'open');
    const [a, b, c] = [await issue(), await issue(), await issue('certificate')];
    await at('1', 'next');
    await at('2', 'next');
    await shows(newest, `${b.number} 2`);
    await at('3', 'next');
    await shows(newest, `${c.number} 3 号（无障碍）`);
    await shows(one, `${c.number} 3 号（无障碍）`, 1);
    await at('1', 'recall');
    await shows(newest, `${a.number} 1`);
    await shows(one, `${c.number} 3 号（无障碍）`, 1);
    const board = await d.get(`${H}/board`);
    assert.equal(board.calls[0].number, a.number);
    await at('3', 'put-back');
    await shows(one, `${b.number} 2`, 1);
    await at('3', 'next');
    await shows(one, `${c.number} 3 号（无障碍）`, 1);
    await at('3', 'undo');
    await shows(one, `${b.number} 2`, 1);
    for (const counter of ['1', '2']) await at(counter, 'absent');
    await shows(newest, 'C:＼C2 Z[');
    assert.equal(one.areas.get(1).y, 16);
    assert.deepEqual([...one.faults, ...newest.faults], []);
});

test('twenty calls at once are a few texts, and the last one stays', async () => {
    for (let i = 0; i < 20; i++) await issue('advice');
    await eventually('it has rested for a second', () => performance.now() - newest.areas.get(0).at > 200);
    const { frames } = newest;
    let last;
    for (let i = 0; i < 20; i++) last = (await at('3', 'next', i ? { present: 'absent' } : {})).ticket;
    await shows(newest, `${last.number} 3 号（无障碍）`);
    assert.ok(newest.frames - frames < 15, `${newest.frames - frames} frames for twenty calls`);
    await at('3', 'absent');
});

test('a controller that says no, talks nonsense, nothing, hangs up or never reads delays no call', async () => {
    await shows(ill.nack, ''); // all of them were well until now
    for (const manner of Object.keys(ill)) await isState(redis, manner, 'ok');
    const stream = await d.stream(`${H}/board/stream`);
    await stream.next('snapshot');
    const took = [];
    const call = async () => {
        const { number } = await issue();
        const begun = performance.now();
        await at('2', 'next');
        await stream.next('change', (e) => e.call?.number === number);
        took.push(performance.now() - begun);
        await at('2', 'absent');
    };
    for (let i = 0; i < 10; i++) await call();
    const usual = Math.max(...took.splice(0));
    for (const [manner, c] of Object.entries(ill)) c.manner = manner;
    ill.deaf.pull().then(() => ill.deaf.plug());
    ill.flood.pull().then(() => ill.flood.plug());
    for (let i = 0; i < 10; i++) await call();
    const health = { // meanwhile all of them have done their worst
        nack: await isState(redis, 'nack', 'refused', { error: 'nack_12' }),
        busy: await isState(redis, 'busy', 'refused', { error: 'nack_3' }),
        garbage: await isState(redis, 'garbage', 'broken', { error: 'garbage' }),
        silent: await isState(redis, 'silent', 'silent', { error: 'no_answer' }),
        hangup: await isState(redis, 'hangup', 'broken', { error: 'hung_up' }),
        deaf: await isState(redis, 'deaf', 'silent', { error: 'no_answer' }),
        flood: await isState(redis, 'flood', 'broken', { error: 'garbage' }),
    };
    for (let i = 0; i < 10; i++) await call();
    // A call that waited for an answer of one of them would take 3 s.
    assert.ok(Math.max(...took) < Math.max(2500, 3 * usual), `${Math.max(...took)} ms for the slowest call, ${usual} ms before`);
    for (const one of Object.values(health)) assert.ok(Math.abs(one.at - Date.now()) < 60000 && one.since <= one.at);
    await shows(one, '请稍候'); // the others go on
    await stream.close();
    const { number } = await issue();
    await at('2', 'next');
    for (const c of Object.values(ill)) {
        c.manner = 'ack';
        for (const socket of c.sockets) socket.resume();
    }
    await Promise.all(Object.entries(ill).map(async ([manner, c]) => {
        await shows(c, `${number} 2`, 0, 40000);
        await isState(redis, manner, 'ok', { shown: `${number} 2` });
    }));
    for (const c of Object.values(ill)) assert.deepEqual(c.faults, []);
    await at('2', 'absent');
});

test('a sign that is gone is broken, and comes back by itself', async () => {
    await newest.pull();
    await isState(redis, 'newest', 'broken');
    await newest.plug();
    await shows(newest, 'C:＼C2 Z[');
    const health = await isState(redis, 'newest', 'ok');
    assert.equal(health.error, undefined);
});

test('metrics tell how signs are and what became of frames; no number stands in the log', async () => {
    const { text } = await d.admin('/metrics');
    const value = (line) => Number(text.match(new RegExp(`^${line.replace(/[{}]/g, '\\$&')} (\\d+)$`, 'm'))?.[1]);
    assert.equal(value('paihao_sign_state{state="ok"}'), signs().length);
    for (const outcome of ['taken', 'refused', 'busy', 'garbage', 'silent']) {
        assert.ok(value(`paihao_sign_frames_total{outcome="${outcome}"}`) > 0, outcome);
    }
    assert.doesNotMatch(d.log, /Z0\d\d/);
});

test('a changed hall file: a sign goes dark where it is no longer, begins where it is new, and goes on else', async () => {
    await shows(one, '请稍候');
    const { connections } = one;
    const moved = await startController();
    await configure([onbon('one', one, { counter: '1', idle: '欢迎' }), onbon('newest', moved, { idle: '欢迎' })]);
    await shows(one, '欢迎');
    await shows(moved, '欢迎');
    await shows(newest, '');
    assert.equal(newest.areas.get(0).text, ''); // it was told so: it did not have to wait for its own clock
    await eventually('the others are forgotten', async () => Object.keys(await healthOf(redis)).length === 2);
    await eventually('their lines are closed', () => newest.sockets.size === 0 && ill.nack.sockets.size === 0);
    assert.equal(one.connections, connections); // nothing has changed for it but the text
    await configure([]);
    await shows(one, '');
    await shows(moved, '');
    await moved.stop();
});

test('the hall as the public reads it has no signs; the exported file has', async () => {
    await configure(signs());
    assert.equal((await kiosk.get(H)).signs, undefined);
    const text = await d.get(`${H}/config`);
    assert.match(typeof text === 'string' ? text : JSON.stringify(text), /127\.0\.0\.1/);
    await shows(one, '请稍候');
});

test('a wrong sign is told with its place', async () => {
    await assert.rejects(configure([onbon('x', { address: '8.8.8.8:5005' })]), (e) => e.status === 422 || e.status === 400);
});
