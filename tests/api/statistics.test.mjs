// Statistics: the live numbers are what another fold of the same events gives; a day that was closed keeps them; the table
// for spreadsheets is safe. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';
import { addDays, dayAt, dayBegins } from '../../daemon/web/shared/dates.js';
import { refusal } from '../lib/citizen.mjs';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';
import { countEvents, durationsAgree, playMorning } from '../lib/statistics.mjs';
import { noonZone } from '../web/world.mjs';

const HOUR = 3600000;
const zone = noonZone();
const today = dayAt(Date.now(), zone);
let d;
let redis;
let boss;

before(async () => {
    d = await startDaemon();
    redis = d.redis();
    boss = await d.staff('boss', 'supervisor', ['*']);
});

after(async () => {
    redis.disconnect();
    await d.stop();
});

async function hall(code, edit = (text) => text) {
    await d.importHall('small', { code, edit: (text) => edit(text.replace(/^zone:.*$/m, `zone: ${zone}`)
        .replace('last_tickets: yes', 'last_tickets: no')) }); // a morning in seconds: no forecast is to stop it
    return code;
}

const noon = () => dayBegins(today, zone) + 12 * HOUR;
const play = (code, options = {}) =>
    playMorning(redis, code, { from: noon() - 4 * HOUR, to: noon() - 1000, day: today, ...options });
const view = (code, query = '') => boss.get(`/halls/${code}/statistics${query}`);

async function eventsOf(code) {
    const all = [];
    for (let after = ''; ;) {
        const page = await boss.get(`/halls/${code}/events?limit=1000${after && `&after=${after}`}`);
        all.push(...page.events);
        if (!page.more) return all;
        after = page.last;
    }
}

function agree(counted, told, what) {
    for (const [name, value] of Object.entries(counted)) {
        if (Array.isArray(value)) assert.ok(durationsAgree(value, told[name]), `${what} ${name}: ${JSON.stringify(told[name])}`);
        else assert.equal(told[name] ?? 0, value, `${what} ${name}`);
    }
}

test('live numbers are what another fold of the events gives', async () => {
    const code = await hall('st-live');
    await play(code);
    const told = await view(code);
    const counted = countEvents(await eventsOf(code), zone);
    assert.deepEqual([told.from, told.to, told.today, told.partial], [today, today, today, false]);
    assert.equal(told.days[0].state, 'live');
    assert.ok(counted.total.served > 20 && counted.total.transferred > 0 && counted.total.missed > 0, 'a morning worth counting');
    assert.ok((told.total.undone ?? 0) > 0, 'something was undone');
    agree(counted.total, told.total, 'total');
    agree(counted.total, told.days[0], 'day');
    for (const one of told.hours) agree(counted.hours[one.hour], one, `hour ${one.hour}`);
    for (const one of told.services) agree(counted.services[one.code], one, one.code);
    for (const one of told.classes) agree(counted.classes[one.code], one, one.code);
    for (const one of told.counters) agree({ ...counted.counters[one.code], arrived: 0 }, one, `counter ${one.code}`);
    assert.deepEqual(told.services.map((one) => one.code), Object.keys(counted.services).sort());
});

test('each further question tells what has happened since, in every worker', async () => {
    const code = await hall('st-more');
    const clerk = await d.clerk('li', code);
    await clerk.post(`/halls/${code}/counters/1/open`);
    for (let n = 1; n <= 3; n += 1) {
        await d.post(`/halls/${code}/tickets`, { service: 'id-card' });
        const answers = await Promise.all(Array.from({ length: 8 }, () => view(code)));
        for (const told of answers) assert.equal(told.total.walk_in, n);
    }
    const { ticket } = await clerk.post(`/halls/${code}/counters/1/next`);
    assert.equal((await view(code)).total.called, 1);
    await clerk.post(`/halls/${code}/counters/1/undo`);
    const told = await view(code);
    assert.equal(told.total.called, undefined);
    assert.equal(told.total.wait.n, 0);
    assert.equal(told.total.undone, 1);
    assert.ok(ticket.number);
});

test('counters: what is open until now', async () => {
    const code = await hall('st-counter');
    const at = Date.now() - 30 * 60000;
    const { Hall } = await import('../lib/hall.mjs');
    const hand = new Hall(redis, code);
    Object.assign(hand, { at, day: today });
    await hand.write('counter_open', 'clerk:c1', ['1', '', '']);
    hand.at += 10 * 60000;
    await hand.write('counter_pause', 'clerk:c1', ['1', '=培训']);
    const [one] = (await view(code)).counters;
    assert.equal(one.open_ms, 600000);
    assert.equal(one.pauses[0].reason, '=培训');
    assert.ok(Math.abs(one.pauses[0].ms - 20 * 60000) < 60000);
});

test('a day that is over keeps the numbers it had', async () => {
    const code = await hall('st-close');
    await play(code, { seed: 7 });
    await eventually('all messages are sent', async () => await redis.xlen(`{${code}}:outbox`) === 0); // paced, and of this day
    await boss.post(`/halls/${code}/close-day`);
    const stored = await eventually('the day is stored', async () => JSON.parse(await redis.get(`{${code}}:s:${today}`)), 20000);
    assert.equal(stored.day, today);
    // Seen as any day: the same store, under another date.
    const past = addDays(today, -3);
    await redis.set(`{${code}}:s:${past}`, JSON.stringify(stored));
    const told = await view(code, `?from=${past}&to=${past}`);
    assert.equal(told.days[0].state, 'stored');
    const plain = ({ days, from, to, at, ...rest }) => rest;
    const same = (live) => isDeepStrictEqual(plain(live), plain(told));
    let live = await view(code); // of a worker that may be some events behind
    await eventually('each worker knows the whole day', async () => same(live = await view(code))).catch(() => {});
    assert.deepEqual(plain(told), plain(live));
    const both = await view(code, `?from=${past}&to=${today}`);
    assert.deepEqual(both.days.map((day) => day.state), ['stored', 'none', 'none', 'live']);
    assert.equal(both.total.served, 2 * live.total.served);
    assert.equal(both.total.wait.n, 2 * live.total.wait.n);
    assert.equal(both.total.wait.p50, live.total.wait.p50);
});

test('two months at most, the earlier day first, and only for those who lead', async () => {
    const code = await hall('st-range');
    const days = (n) => addDays(today, n);
    assert.equal((await view(code, `?from=${days(-61)}&to=${today}`)).days.length, 62);
    assert.equal((await view(code, `?to=${days(-1)}`)).days[0].day, days(-1));
    assert.deepEqual(await refusal(view(code, `?from=${days(-62)}&to=${today}`)), '422 field_invalid to');
    assert.deepEqual(await refusal(view(code, `?from=${today}&to=${days(-1)}`)), '422 field_invalid to');
    assert.deepEqual(await refusal(view(code, '?from=20261301')), '422 day_unknown from');
    const clerk = await d.clerk('wang', code);
    assert.equal((await clerk.request('GET', `/halls/${code}/statistics`)).status, 403);
    assert.equal((await clerk.request('GET', `/halls/${code}/statistics.csv`)).status, 403);
});

test('a day whose beginning is gone says so', async () => {
    const code = await hall('st-gone');
    for (let n = 0; n < 4; n += 1) await d.post(`/halls/${code}/tickets`, { service: 'id-card' });
    await redis.xtrim(`{${code}}:events`, 'MAXLEN', 2);
    const told = await view(code);
    assert.equal(told.partial, true);
    assert.equal(told.total.walk_in, 2);
});

// Quoted cells and all (RFC 4180).
function readCsv(text) {
    const rows = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
        rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
        if (end === '\r\n') rows.push([]);
    }
    return rows.slice(0, -1);
}

test('the table: a row for each service and hour, heads in the hall\'s language, no formula', async () => {
    const code = await hall('st-table', (text) => text.replace('{zh: 身份证办理, en: Identity card}', '{zh: \'=1+1,"x"\', en: Identity card}'));
    await play(code, { seed: 3 });
    const answer = await boss.request('GET', `/halls/${code}/statistics.csv`);
    assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(answer.headers.get('content-disposition'), new RegExp(`^attachment; filename="${code}-${today}-${today}\\.csv"$`));
    const bytes = Buffer.from(await (await fetch(`${d.url}/api/v1/halls/${code}/statistics.csv`,
        { headers: { authorization: `Bearer ${boss.token}` } })).arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    const [heads, ...rows] = readCsv(bytes.subarray(3).toString());
    assert.deepEqual(heads.slice(0, 5), ['日期', '时段', '事项代码', '事项', '到达']);
    for (const row of rows) {
        assert.equal(row.length, heads.length);
        for (const cell of row) assert.doesNotMatch(cell, /^[=+@\t\r-]/);
    }
    const cell = (row, head) => row[heads.indexOf(head)];
    assert.ok(rows.some((row) => cell(row, '事项') === '\'=1+1,"x"'));
    const told = await view(code);
    const sum = (head) => rows.reduce((n, row) => n + Number(cell(row, head)), 0);
    assert.equal(sum('到达'), told.total.arrived);
    assert.equal(sum('办结'), told.total.served);
    assert.equal(sum('目标时间内'), told.total.target_met ?? 0);
});

test('the table by counter: a row for each day and counter, what it did and why it paused, no formula', async () => {
    const code = await hall('st-desks');
    await play(code, { seed: 5 });
    const answer = await boss.request('GET', `/halls/${code}/statistics.csv?by=counter`);
    assert.match(answer.headers.get('content-disposition'), new RegExp(`"${code}-counters-${today}-${today}\\.csv"`));
    const [heads, ...rows] = readCsv(answer.text.replace(/^\ufeff/, ''));
    assert.deepEqual(heads.slice(0, 4), ['日期', '窗口', '开放（分）', '办理（分）']);
    const { counters } = await view(code);
    assert.deepEqual(rows.map((row) => row[1]), counters.map((one) => one.code));
    rows.forEach((row, i) => {
        const cell = (head) => row[heads.indexOf(head)];
        assert.equal(row.length, heads.length);
        assert.equal(cell('办结'), String(counters[i].served ?? 0));
        assert.equal(cell('叫号'), String(counters[i].called ?? 0));
        assert.ok(Math.abs(Number(cell('开放（分）')) - counters[i].open_ms / 60000) < 0.2, 'open');
        for (const { reason } of counters[i].pauses) assert.ok(row.at(-1).includes(reason), row.at(-1));
    });
    assert.equal(await refusal(boss.get(`/halls/${code}/statistics.csv?by=clerk`)), '422 field_invalid by');
    const other = await hall('st-formula');
    const reasons = { '=SUM(A1)': "'=SUM(A1) 0.0", '＝SUM(A1)': "'＝SUM(A1) 0.0", '＋1': "'＋1 0.0", '－1': "'－1 0.0", '＠x': "'＠x 0.0", '１＝1': '１＝1 0.0' };
    for (const [i, reason] of Object.keys(reasons).slice(0, counters.length).entries()) {
        await d.post(`/halls/${other}/counters/${counters[i].code}/open`);
        await d.post(`/halls/${other}/counters/${counters[i].code}/pause`, { reason });
    }
    const [, ...others] = readCsv((await boss.request('GET', `/halls/${other}/statistics.csv?by=counter`)).text);
    assert.deepEqual(others.map((row) => row.at(-1)), Object.values(reasons).slice(0, counters.length));
});

test('paihaoctl tells them, too', async () => {
    const code = await hall('st-ctl');
    await d.post(`/halls/${code}/tickets`, { service: 'id-card' });
    const run = promisify(execFile);
    const { stdout } = await run(join(build, 'daemon/ctl/paihaoctl'),
        ['--state-dir', d.stateDir, 'statistics', 'view', '--hall', code]).catch((e) => e);
    assert.match(stdout, /walk_in/);
});
