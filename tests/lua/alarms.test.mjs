// Alarms: on once, off once, told to the hall's alarm phones; devices last seen.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, Refused, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const PHONES = ['+8613800138000', '+4915112345678'];
const fresh = (phones = PHONES) => makeHall(server.redis, { ...sample({ code: `al${n++}` }), alarms: { wait_minutes: 30, phones } });
const refused = (promise, code, field) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code
    && (!field || e.field === field));
const set = (h, kind, subject, value, on) => h.write('alarm_set', 'system:forecast', [kind, subject, value, on]);
const list = async (h) => (await h.read('alarm_list')).alarms;
const queued = async (h) => (await server.redis.xrange(`${h.tag}:outbox`, '-', '+')).map(([id, flat]) => {
    const entry = { id };
    for (let i = 0; i < flat.length; i += 2) entry[flat[i]] = flat[i + 1];
    return entry;
});

test('alarm_set: raised once, kept up to date, cleared once', async () => {
    const h = await fresh();
    const since = h.at;
    assert.deepEqual(await set(h, 'wait', 'a', 35, 1), { changed: true });
    assert.deepEqual(await list(h), [{ kind: 'wait', subject: 'a', value: 35, since }]);
    h.at += MINUTE;
    assert.deepEqual(await set(h, 'wait', 'a', 36, 1), { changed: false });
    assert.deepEqual(await list(h), [{ kind: 'wait', subject: 'a', value: 36, since }]);
    await set(h, 'board', 'board-1', 95, 1);
    assert.deepEqual((await h.snapshot()).alarms.map((a) => `${a.kind} ${a.subject}`), ['board board-1', 'wait a']);
    assert.deepEqual(await set(h, 'wait', 'a', 20, 0), { changed: true });
    assert.deepEqual(await set(h, 'wait', 'a', 20, 0), { changed: false });
    const told = (await h.events()).filter((e) => e.type.startsWith('alarm.'));
    assert.deepEqual(told.map((e) => [e.type, e.alarm, e.subject, e.value]),
        [['alarm.raised', 'wait', 'a', 35], ['alarm.raised', 'board', 'board-1', 95], ['alarm.cleared', 'wait', 'a', 20]]);
});

test('a raised alarm is told by SMS to each alarm phone, once; no event has the number', async () => {
    const h = await fresh();
    await set(h, 'wait', 'a', 35, 1);
    await set(h, 'wait', 'a', 37, 1);
    const entries = await queued(h);
    assert.deepEqual(entries.map((e) => [e.k, e.p, e.w, e.s, e.u, e.v, e.l]),
        [['alarm', '#1', 'wait', 'a', '', '35', 'zh'], ['alarm', '#2', 'wait', 'a', '', '35', 'zh']]);
    await set(h, 'board', 'k-1', 95, 1);
    assert.deepEqual((await queued(h)).slice(2).map((e) => [e.w, e.s, e.u]), [['board', '', 'k-1'], ['board', '', 'k-1']]);
    const started = await h.startOne(entries[1]);
    assert.deepEqual([started.phone, started.plain], [null, PHONES[1]]);
    await h.endOne(entries[1], 'accepted', '', 1);
    const events = JSON.stringify(await h.events());
    for (const phone of PHONES) assert.ok(!events.includes(phone.slice(1)));
    assert.ok(!JSON.stringify(await h.snapshot()).includes('138001'));
});

test('an alarm phone that is gone by then gets nothing', async () => {
    const h = await fresh([PHONES[0]]);
    await set(h, 'sms', '-', 50, 1);
    await h.write('hall_configure', 'admin:root', [JSON.stringify(sample({ code: h.tag.slice(1, -1) })), '']);
    const [entry] = await queued(h);
    const started = await h.startOne(entry);
    assert.deepEqual([started.phone, started.plain], [null, undefined]);
});

test('a hall stored before there were alarms has no phones', async () => {
    const h = await makeHall(server.redis, sample({ code: `al${n++}` }));
    await set(h, 'wait', 'a', 35, 1);
    assert.deepEqual(await queued(h), []);
});

test('alarm_set refuses what is no alarm', async () => {
    const h = await fresh();
    await refused(set(h, 'fire', 'a', 1, 1), 'field_invalid', 'kind');
    await refused(set(h, 'wait', '', 1, 1), 'field_invalid', 'subject');
    await refused(set(h, 'wait', 'a"b', 1, 1), 'field_invalid', 'subject');
    await refused(set(h, 'wait', 'a', 'x', 1), 'field_invalid', 'value');
});

test('close of day ends the alarms of waits, with an event each; a dead board or sign stays dead', async () => {
    const h = await fresh();
    await set(h, 'wait', 'a', 35, 1);
    await set(h, 'predicted', 'b', 40, 1);
    await set(h, 'board', 'board-1', 95, 1);
    await set(h, 'sign', 's1', 95, 1);
    await h.write('hall_close_day', 'supervisor:wu');
    assert.deepEqual((await list(h)).map((a) => a.kind), ['board', 'sign']);
    const told = (await h.events()).filter((e) => e.type === 'alarm.cleared').map((e) => `${e.alarm} ${e.subject} ${e.value}`).sort();
    assert.deepEqual(told, ['predicted b 40', 'wait a 35']);
});

test('device_seen: no event, told to a forecast that starts', async () => {
    const h = await fresh();
    const seen = (await h.events()).length;
    await h.write('device_seen', 'system:forecast', ['board-1,kiosk:k1']);
    h.at += MINUTE;
    await h.write('device_seen', 'system:forecast', ['kiosk:k1']);
    assert.equal((await h.events()).length, seen);
    assert.deepEqual((await h.read('forecast_start')).seen, { 'board-1': h.at - MINUTE, 'kiosk:k1': h.at });
    assert.deepEqual((await h.read('seen_list')).seen, { 'board-1': h.at - MINUTE, 'kiosk:k1': h.at });
});

test('device_forget: a device that was removed is not missed', async () => {
    const h = await fresh([]);
    await h.write('device_seen', 'system:forecast', ['board-1,kiosk:k1,kiosk:k2']);
    await set(h, 'board', 'board-1', 95, 1);
    await set(h, 'kiosk', 'k1', 95, 1);
    await h.write('device_forget', 'admin:root', ['board-1']);
    assert.deepEqual(Object.keys((await h.read('seen_list')).seen), ['kiosk:k1', 'kiosk:k2']);
    assert.deepEqual((await list(h)).map((a) => a.kind), ['kiosk']);
    const told = (await h.events()).at(-1);
    assert.deepEqual([told.type, told.alarm, told.subject, told.value], ['alarm.cleared', 'board', 'board-1', 95]);
    await h.write('device_forget', 'admin:root', ['k1']);
    assert.deepEqual(await list(h), []);
    assert.deepEqual(Object.keys((await h.read('seen_list')).seen), ['kiosk:k2']);
    const seen = (await h.events()).length;
    await h.write('device_forget', 'admin:root', ['k2']);
    assert.equal((await h.events()).length, seen);
});

test('the hour\'s cap of all halls: raised once, told to the alarm phones in words of its own, ends with the hour and not with the day', async () => {
    const h = await fresh();
    const hourEnds = h.at + 60 * MINUTE;
    const raise = () => h.write('alarm_set', 'system:sms', ['cap', 'hour', 20000, 1, hourEnds]);
    assert.deepEqual([await raise(), await raise()], [{ changed: true }, { changed: false }], 'two daemons see it');
    assert.deepEqual((await list(h))[0], { kind: 'cap', subject: 'hour', value: 20000, since: h.at, until: hourEnds });
    assert.deepEqual((await queued(h)).map((e) => [e.k, e.p, e.w, e.v]), [['alarm', '#1', 'cap_hour', '20000'], ['alarm', '#2', 'cap_hour', '20000']]);
    await h.write('hall_close_day', 'supervisor:wu');
    h.at = hourEnds - 1;
    await h.write('hall_tick', 'system:', ['', '']);
    assert.equal((await list(h)).length, 1);
    h.at = hourEnds;
    await h.write('hall_tick', 'system:', ['', '']);
    await h.write('hall_tick', 'system:', ['', '']);
    assert.deepEqual(await list(h), []);
    const told = (await h.events()).filter((e) => e.type.startsWith('alarm.')).map((e) => `${e.type} ${e.alarm} ${e.subject} ${e.value}`);
    assert.deepEqual(told, ['alarm.raised cap hour 20000', 'alarm.cleared cap hour 20000']);
});

test('no cap but the hour\'s is raised from outside, and that one has an end', async () => {
    const h = await fresh();
    const cap = (subject, ends) => h.write('alarm_set', 'system:sms', ['cap', subject, 5, 1, ends]);
    await refused(cap('hour', ''), 'field_invalid', 'kind');
    await refused(cap('hall', h.at + MINUTE), 'field_invalid', 'kind');
    await refused(h.write('alarm_set', 'system:sms', ['wait', 'a', 5, 1, h.at + MINUTE]), 'field_invalid', 'kind');
});
