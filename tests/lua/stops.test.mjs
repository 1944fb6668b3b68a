// What is set for today: services that give no more numbers, numbers left, ghost counters, announcements.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, Refused, MINUTE, NOON } from '../lib/hall.mjs';
import { makeVisitHall, remote, book, checkIn } from '../lib/visits.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change = {}) => makeHall(server.redis, sample({ code: `s${n++}`, ...change }));
const refused = (promise, code, field) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code
    && (!field || e.field === field));
const last = async (h) => (await h.events()).at(-1);
const stop = (h, service = '', reason = 'full') => h.write('service_stop', 'supervisor:wu', [service, reason]);
const start = (h, service = '') => h.write('service_start', 'supervisor:wu', [service]);
const left = (h, counts) => h.write('forecast_set', 'system:forecast', [JSON.stringify({ left: counts })]);
const staffIssue = (h, service = 'a') => h.write('ticket_issue', 'clerk:c1', [service, '', 'zh', '', '', '', '']);

test('service_stop: one service, then all; staff still give numbers, bookings still check in', async () => {
    const h = await makeVisitHall(server.redis, `s${n++}`, {});
    const b = await book(h, 'a', NOON + 30 * MINUTE);
    assert.deepEqual(await stop(h, 'a', 'ill "today"'), { stopped: { a: 'ill "today"' } });
    const told = await last(h);
    assert.deepEqual([told.type, told.service, told.reason], ['hall.stopped', 'a', 'ill "today"']);
    await refused(h.issue('a'), 'service_stopped', 'service');
    await refused(remote(h, 'a'), 'service_stopped', 'service');
    await h.issue('b');
    await staffIssue(h);
    assert.equal((await checkIn(h, b.id)).state, 'waiting');
    assert.deepEqual(await stop(h), { stopped: { '*': 'full', a: 'ill "today"' } });
    await refused(h.issue('b'), 'service_stopped');
    assert.deepEqual((await h.snapshot()).stopped, { '*': 'full', a: 'ill "today"' });
    assert.deepEqual(await start(h), { stopped: {} }, 'all, also the one that was stopped by itself');
    assert.deepEqual([(await last(h)).type, (await last(h)).service], ['hall.started', '*']);
    await h.issue('a');
    await h.issue('b');
});

test('service_stop and service_start tell nothing new twice, and know the services', async () => {
    const h = await fresh();
    await refused(stop(h, 'x'), 'service_unknown', 'service');
    await refused(start(h, 'x'), 'service_unknown', 'service');
    const seen = (await h.events()).length;
    await start(h, 'a');
    await start(h);
    assert.equal((await h.events()).length, seen);
    await stop(h, 'a');
    await stop(h, 'a');
    assert.equal((await h.events()).length, seen + 1);
    await stop(h, 'a', 'another reason');
    assert.equal((await h.events()).length, seen + 2);
    assert.deepEqual(await start(h, 'a'), { stopped: {} });
});

test('numbers left: the last one is given, then none; staff and check-ins are not refused', async () => {
    const h = await makeVisitHall(server.redis, `s${n++}`, {});
    const b = await book(h, 'a', NOON + 30 * MINUTE);
    await left(h, { a: 2, b: -1, c: 0 });
    await checkIn(h, b.id); // its time was spoken for before
    await h.issue('a');
    await remote(h, 'a');
    await refused(h.issue('a'), 'tickets_out', 'service');
    await refused(remote(h, 'a'), 'tickets_out', 'service');
    await refused(h.issue('c'), 'tickets_out');
    await staffIssue(h);
    await h.issue('b');
    assert.deepEqual((await h.read('forecast_start')).left, { a: 0, b: -1, c: 0 });
    await left(h, { a: 1, b: -1 });
    await h.issue('a');
    await h.issue('c');
});

test('numbers left: an old forecast stops nobody, nor does a hall that does not want it', async () => {
    const h = await fresh();
    await left(h, { a: 0 });
    h.at += 5 * MINUTE;
    await refused(h.issue('a'), 'tickets_out');
    h.at += 1;
    await h.issue('a');
    const free = await fresh({ rules: { last_tickets: false } });
    await left(free, { a: 0 });
    await free.issue('a');
});

test('hall_ghosts: counters that work without the program', async () => {
    const h = await fresh();
    const ghosts = (profile, count) => h.write('hall_ghosts', 'supervisor:wu', [profile, count]);
    assert.deepEqual(await ghosts('all', 3), { ghosts: { all: 3 } });
    assert.deepEqual([(await last(h)).type, (await last(h)).profile, (await last(h)).count], ['hall.ghosts', 'all', 3]);
    assert.deepEqual(await ghosts('helper', 1), { ghosts: { all: 3, helper: 1 } });
    const seen = (await h.events()).length;
    await ghosts('helper', 1);
    assert.equal((await h.events()).length, seen);
    assert.deepEqual(await ghosts('all', 0), { ghosts: { helper: 1 } });
    assert.deepEqual((await h.snapshot()).ghosts, { helper: 1 });
    await refused(ghosts('x', 1), 'profile_unknown', 'profile');
    const without = sample({ code: h.tag.slice(1, -1), profiles: sample().profiles.slice(0, 1), counters: [{ code: '1', profile: 'all' }] });
    await h.write('hall_configure', 'admin:root', [JSON.stringify(without), '']);
    assert.deepEqual(await ghosts('helper', 0), { ghosts: {} }, 'of a profile that is gone');
});

test('hall_announce: for so long, then gone; taken away by no text', async () => {
    const h = await fresh();
    const announce = (zh, en, minutes = '') => h.write('hall_announce', 'supervisor:wu', [zh, en, '', minutes]);
    const told = await announce('停电 "A"', 'power is off', 30);
    assert.deepEqual(told, { texts: { zh: '停电 "A"', en: 'power is off' }, until: NOON + 30 * MINUTE });
    const event = await last(h);
    assert.deepEqual([event.type, event.texts, event.until], ['hall.announced', told.texts, told.until]);
    assert.deepEqual((await h.snapshot()).announcement, told);
    h.at = told.until - 1;
    assert.deepEqual((await h.snapshot()).announcement, told);
    h.at = told.until;
    assert.equal((await h.snapshot()).announcement, null);
    assert.equal((await announce('', 'x')).until, h.at + 60 * MINUTE, 'an hour unless told');
    assert.deepEqual(await announce('', ''), { texts: {}, until: 0 });
    assert.equal((await h.snapshot()).announcement, null);
    assert.deepEqual([(await last(h)).texts, (await last(h)).until], [{}, 0]);
});

test('close of day: what was set for the day is gone, announcements last as long as they were meant to', async () => {
    const h = await fresh();
    await stop(h, 'a');
    await left(h, { b: 0 });
    await h.write('hall_ghosts', 'supervisor:wu', ['all', 2]);
    await h.write('hall_announce', 'supervisor:wu', ['x', '', '', 60]);
    await h.write('hall_close_day', 'supervisor:wu');
    const after_it = await h.snapshot();
    assert.deepEqual([after_it.stopped, after_it.ghosts, after_it.announcement.texts], [{}, {}, { zh: 'x' }]);
    await h.issue('a');
    await h.issue('b');
});

test('the first command of a new day clears them, too', async () => {
    const h = await fresh();
    await stop(h);
    h.at += 24 * 60 * MINUTE;
    h.day = '20261124';
    await h.issue('a');
    assert.deepEqual((await h.snapshot()).stopped, {});
});
