// A hall's public status: what waits and statistics say, what the weeks behind teach, for any origin, cheap, and about
// nobody. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addDays, momentOf, weekdayOf } from '../../daemon/web/shared/dates.js';
import { WEEKDAYS } from '../../daemon/web/shared/opening.js';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { importOpen, keepAs, play, today, zone } from '../lib/status.mjs';

const PHONE = '+8613800138077';
let d;
let redis;

before(async () => {
    d = await startDaemon();
    redis = d.redis();
});
after(async () => {
    redis?.disconnect();
    await d?.stop();
});

const status = (code) => d.nobody().get(`/halls/${code}/status`);
const soon = (what, check) => eventually(what, check, 20000);

test('what it says now is what waits and statistics say', async () => {
    const H = await importOpen(d, 'su-now');
    await play(redis, 'su-now');
    const { hours } = await d.get(`${H}/statistics`);
    const counted = hours.filter((one) => one.wait.n >= 5).map((one) => [one.hour, one.wait.p50, one.wait.n]);
    assert.ok(counted.length >= 3, 'a morning worth telling');
    await soon('the hours of the statistics', async () =>
        JSON.stringify((await status('su-now')).hours.map(({ hour, today: t }) => [hour, t?.p50, t?.n])) === JSON.stringify(counted));
    // Waits move on while it is kept: it is what they were some seconds ago.
    const lines = ({ services, kept }) => JSON.stringify([kept, services.map((s) => [s.code, s.waiting, s.wait?.low, s.wait?.likely, s.wait?.high, s.left])]);
    const seen = new Set();
    await soon('the waits of the forecast', async () => {
        seen.add(lines(await d.get(`${H}/waits`)));
        const told = await status('su-now');
        return told.services.some((s) => s.wait) && seen.has(lines(told));
    });
    const told = await status('su-now');
    assert.equal(told.state, 'open');
    assert.equal(told.closes, momentOf(today, 17 * 60, zone));
    assert.equal(told.usual, undefined);
    assert.deepEqual(told.best, []);
    assert.equal(told.services[0].names.en, 'Identity card');
});

test('the best hour and the usual waits are those of the same weekdays; fewer than three say nothing', async () => {
    const H = await importOpen(d, 'su-past');
    await play(redis, 'su-past', { seed: 5 });
    await keepAs(d, redis, 'su-past', [7, 14, 21, 6, 13, 20]); // today's weekday, and tomorrow's
    const { hours } = await d.get(`${H}/statistics?from=${addDays(today, -7)}&to=${addDays(today, -7)}`);
    const told = await status('su-past');
    assert.deepEqual(told.usual, { days: 3, weekday: true });
    const usual = told.hours.filter((one) => one.usual).map((one) => [one.hour, one.usual.p50, one.usual.days]);
    assert.deepEqual(usual, hours.filter((one) => one.wait.n >= 2).map((one) => [one.hour, one.wait.p50, 3]));
    const best = Math.min(...usual.map(([, p50]) => p50));
    assert.ok(Math.max(...usual.map(([, p50]) => p50)) - best > 120000, 'hours differ');
    const [hour] = usual.find(([, p50]) => p50 === best);
    // Today's hours are over; so only tomorrow's is told.
    assert.deepEqual(told.best, [{ day: addDays(today, 1), hour, p50: best, days: 3 }]);

    await importOpen(d, 'su-few');
    const stored = await redis.get(`{su-past}:s:${addDays(today, -7)}`);
    for (const n of [6, 13]) await redis.set(`{su-few}:s:${addDays(today, -n)}`, stored);
    const few = await status('su-few');
    assert.deepEqual([few.best, few.usual, few.hours], [[], undefined, []]);
});

test('a broken day of the past hides no other, and is no error', async () => {
    await importOpen(d, 'su-broken');
    const stored = await redis.get(`{su-past}:s:${addDays(today, -7)}`);
    for (const n of [1, 2, 3]) await redis.set(`{su-broken}:s:${addDays(today, -n)}`, stored);
    await redis.set(`{su-broken}:s:${addDays(today, -4)}`, '{"v":1,"cells":7}');
    const told = await status('su-broken');
    assert.deepEqual(told.usual, { days: 3, weekday: false });
});

test('closed: when it opens; stopped: why', async () => {
    const tomorrow = addDays(today, 1);
    await importOpen(d, 'su-closed', { days: WEEKDAYS[weekdayOf(tomorrow)], from: '09:30', to: '12:00' });
    const closed = await status('su-closed');
    assert.equal(closed.state, 'closed');
    assert.equal(closed.opens, momentOf(tomorrow, 9 * 60 + 30, zone));
    assert.equal(closed.closes, undefined);
    const H = await importOpen(d, 'su-stopped');
    await d.post(`${H}/stop`, { service: 'id-card', reason: 'printer broken' });
    const one = await soon('one is stopped', async () => {
        const told = await status('su-stopped');
        return told.services.find((s) => s.stopped) && told;
    });
    assert.equal(one.state, 'open');
    assert.equal(one.services.find((s) => s.code === 'id-card').stopped, 'printer broken');
    await d.post(`${H}/stop`, { reason: 'power cut' });
    await soon('all are stopped', async () => (await status('su-stopped')).state === 'stopped');
    assert.equal((await status('su-stopped')).stopped, 'power cut');
});

test('nobody is in it: no number, no name, no phone, not even with one person there', async () => {
    const H = await importOpen(d, 'su-quiet');
    const clerk = await d.clerk('zhangsan', 'su-quiet');
    const { number, id } = await d.post(`${H}/tickets`, { service: 'id-card', phone: PHONE });
    await clerk.post(`${H}/counters/1/open`, { profile: 'general' });
    await clerk.post(`${H}/counters/1/next`);
    await d.post(`${H}/tickets`, { service: 'id-card', phone: PHONE });
    const text = await soon('it is told', async () => {
        const told = await d.nobody().request('GET', `${H}/status`);
        return told.json.services.find((s) => s.waiting === 1) && told.text;
    });
    for (const needle of [number, id, 'zhangsan', '13800138077', 'clerk']) assert.ok(!text.includes(needle), needle);
    assert.ok(!JSON.parse(text).hours.length, 'the wait of one is not told');
});

test('kept for some seconds: a thousand embeds, some answers; 304 while nothing changed', async () => {
    const H = await importOpen(d, 'su-many');
    const answers = await Promise.all(Array.from({ length: 300 }, () => d.nobody().request('GET', `${H}/status`)));
    assert.ok(answers.every((one) => one.status === 200));
    const made = new Set(answers.map((one) => one.json.at));
    assert.ok(made.size <= 4, `made ${made.size} times by two workers`);
    const [{ headers }] = answers;
    assert.equal(headers.get('cache-control'), 'public, max-age=3');
    // The first forecast of the hall may come between the two.
    const same = await soon('nothing has changed', async () => {
        const { etag } = Object.fromEntries((await d.nobody().request('GET', `${H}/status`)).headers);
        const again = await d.nobody().request('GET', `${H}/status`, { headers: { 'if-none-match': etag } });
        return again.status === 304 && again;
    });
    assert.equal(same.text, '');
    assert.equal(same.headers.get('access-control-allow-origin'), '*');
    const etag = (await d.nobody().request('GET', `${H}/status`)).headers.get('etag');
    await d.importHall('small', { code: 'su-many', edit: (text) => text.replace('en: Identity card', 'en: Passport') });
    await soon('a new file is told at once', async () => (await status('su-many')).services[0].names.en === 'Passport');
    assert.notEqual((await d.nobody().request('GET', `${H}/status`)).headers.get('etag'), etag);
});

test('any origin may read this, and nothing else; an unknown hall is one', async () => {
    await importOpen(d, 'su-open');
    const origin = async (path) => (await d.nobody().request('GET', path, { headers: { origin: 'https://city.example' } })).headers.get('access-control-allow-origin');
    assert.equal(await origin('/halls/su-open/status'), '*');
    for (const path of ['/halls/su-open/waits', '/halls/su-open', '/halls', '/clock', '/session']) assert.equal(await origin(path), null, path);
    const unknown = await d.nobody().request('GET', '/halls/nowhere/status');
    assert.deepEqual([unknown.status, unknown.json.code], [404, 'hall_unknown']);
    assert.equal(unknown.headers.get('access-control-allow-origin'), null);
});

test('only the page of the status may stand inside another', async () => {
    for (const page of ['/', '/t', '/book', '/b', '/kiosk', '/clerk', '/calendar', '/supervisor', '/statistics', '/admin', '/board', '/status', '/api/v1/halls']) {
        const { headers } = await fetch(d.url + page);
        const ancestors = /frame-ancestors ([^;]+)/.exec(headers.get('content-security-policy'))[1];
        assert.equal(ancestors, page === '/status' ? '*' : "'none'", page);
        assert.equal(headers.get('x-frame-options'), null);
        assert.equal(headers.get('set-cookie'), null);
    }
});
