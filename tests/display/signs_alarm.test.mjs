// A sign that shows nothing for too long is an alarm of the hall, and no longer when it is back or was taken down. Business
// time runs faster, since an alarm waits for half a minute at least.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, eventually } from '../lib/daemon.mjs';
import { startController } from '../lib/sign_controller.mjs';
import { isState, onbon, shows, withSigns } from '../lib/signs.mjs';

const H = '/halls/small';
let d;
let redis;
let sign;

const configure = (signs) => d.importHall('small', { edit: withSigns(signs, (text) => text
    .replace(/board_seconds: \d+/, 'board_seconds: 30')) });
const alarms = async () => (await d.get(`${H}/alarms`)).alarms.filter((one) => one.kind === 'sign');

before(async () => {
    sign = await startController();
    d = await startDaemon({ settings: { demo: { clock_speed: 20 } } });
    await configure([onbon('s-1', sign, { idle: '空闲' })]);
    redis = d.redis();
    await d.post(`${H}/tickets`, { service: 'id-card' }); // somebody is there: it matters
});
after(async () => {
    redis?.disconnect();
    await d?.stop();
    await sign?.stop();
});

test('a broken sign is an alarm, told by SMS and on the staff stream; it ends when the sign is back', async () => {
    await shows(sign, '空闲');
    await isState(redis, 's-1', 'ok');
    assert.deepEqual(await alarms(), []);
    const staff = await d.stream(`${H}/stream`);
    await staff.next('snapshot');
    await sign.pull();
    const raised = await staff.next('change', (e) => e.type === 'alarm.raised' && e.alarm === 'sign', 40000);
    assert.equal(raised.data.subject, 's-1');
    assert.ok(raised.data.value >= 30);
    assert.deepEqual((await alarms()).map((one) => one.subject), ['s-1']);
    await staff.next('change', (e) => e.type === 'message.queued' && e.kind === 'alarm');
    await sign.plug();
    await staff.next('change', (e) => e.type === 'alarm.cleared' && e.alarm === 'sign' && e.subject === 's-1', 60000);
    await staff.close();
});

test('a sign that is taken down is no alarm any more', async () => {
    await sign.pull();
    await eventually('the alarm', async () => (await alarms()).length === 1, 40000);
    await configure([]);
    await eventually('no alarm', async () => (await alarms()).length === 0, 40000);
    await sign.plug();
});
