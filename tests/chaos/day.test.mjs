// The demo day in the large hall, on a clock that runs fast: once undisturbed, once with the store killed twice under it.
// And the history check finds what is planted in a copy of it.
//
// PAIHAO_DAY_SPEED (1200) and PAIHAO_DAY_CITIZENS (320): a slower clock and more citizens for script/chaos.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';

const SPEED = Number(process.env.PAIHAO_DAY_SPEED ?? 1200);
const CITIZENS = Number(process.env.PAIHAO_DAY_CITIZENS ?? 320);
const COUNTERS = 12;
const HOURS = 8;
const paihaoctl = join(build, 'daemon/ctl/paihaoctl');

// Where it is that hour now, so that midnight falls where the test wants it.
function zone(hour) {
    let east = hour - new Date().getUTCHours();
    if (east < -12) east += 24;
    if (east > 14) east -= 24;
    return `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
}

async function startHall(speed, { dir, hour = 8 } = {}) {
    const d = await startDaemon({ dir, settings: { demo: { clock_speed: speed } } });
    if (!dir) await d.importHall('shanghai', { edit: (text) => text.replace(/^zone:.*$/m, `zone: ${zone(hour)}`) });
    return d;
}

function demoDay(d, seed) {
    const ctl = spawn(paihaoctl, ['--state-dir', d.stateDir, 'demo', 'day', '--hall', 'shanghai', '--seed', String(seed),
        '--citizens', String(CITIZENS), '--counters', String(COUNTERS), '--hours', String(HOURS)]);
    let told = '';
    for (const out of [ctl.stdout, ctl.stderr]) out.setEncoding('utf8').on('data', (text) => { told += text; });
    return new Promise((r) => { ctl.once('close', (code) => r({ code, told })); });
}

function check(day) {
    assert.equal(day.code, 0, day.told);
    const number = (pattern) => Number(day.told.match(pattern)?.[1] ?? assert.fail(`${pattern} in: ${day.told}`));
    assert.equal(number(/requests \d+, errors (\d+);/), 0);
    assert.equal(number(/; faults (\d+)\n/), 0);
    assert.equal(number(/; tickets (\d+),/) + number(/turned away (\d+)/), CITIZENS);
    assert.ok(number(/served without one (\d+)/) > 0);
    assert.ok(number(/overtaken at most (\d+) times/) <= 3);
    const [served, called] = [number(/ (\d+) served,/), number(/ (\d+) called,/)];
    assert.ok(served > CITIZENS / 3 && called >= served, day.told);
}

async function issued(d) {
    const { text } = await d.admin('/metrics');
    return Number(text.match(/^paihao_events_total\{type="ticket.issued"\} (\d+)/m)?.[1] ?? 0);
}

function historyCheck(d) {
    const ran = spawnSync(paihaoctl, ['--state-dir', d.stateDir, 'history', 'check', 'shanghai'], { encoding: 'utf8' });
    return { code: ran.status, faults: Number(ran.stdout.match(/faults (\d+)/)?.[1]), told: ran.stdout };
}

test('a day begun in the evening ends before midnight', async (t) => {
    let day;
    let hours;
    // Some eight seconds to midnight; where the machine is so slow that they pass before the day begins, twice as many.
    for (const speed of [2 * SPEED, SPEED, SPEED / 2]) {
        const d = await startHall(Math.min(speed, 3600), { hour: 19 });
        day = await demoDay(d, 3);
        await d.stop();
        t.diagnostic(day.told.trim().replaceAll('\n', '; '));
        hours = Number(day.told.match(/counters, ([\d.]+) h by/)?.[1]);
        if (hours < HOURS) break;
    }
    assert.equal(day.code, 0, day.told);
    assert.match(day.told, /, errors 0;[^]*; faults 0\n/);
    assert.ok(hours < 5, 'shorter than it was asked for');
});

test('a day without disturbance, at twice the speed', async (t) => {
    const d = await startHall(Math.min(2 * SPEED, 3600));
    const day = await demoDay(d, 1);
    t.diagnostic(day.told.trim().replaceAll('\n', '; '));
    check(day);
    await d.stop();
});

// Forged events, each a fault of its own; next is the sequence number that comes next, old a ticket that is over.
const forgeries = [
    ['a number is left out', (next, e) => [next, { ...e, type: 'ticket.issued', from: '-', to: 'waiting',
        ticket: e.ticket.replace(/\d+$/, '998'), number: e.number.replace(/\d+$/, '998'), line: e.service, rank: e.at }]],
    ['a ticket that is over is called', (next, e) => [next, { ...e, type: 'ticket.called', from: 'waiting', to: 'called',
        counter: '2', line: e.service, calls: 1, why: { rule: 'rank', overtaken: 0, bound: 3, offset: 0, waited: 1 } }]],
    ['a counter that is closed serves somebody', (next, e) => [next, { ...e, type: 'ticket.begun', from: 'called',
        to: 'serving', counter: '5' }]],
    ['an event is missing', (next) => [next + 1, { type: 'counter.closed', at: 1, by: 'clerk:x', counter: '3', clerk: 'x', reason: '' }]],
];

test('a day with the store killed twice; what is planted in a copy of it is found', async (t) => {
    const d = await startHall(SPEED);
    const day = demoDay(d, 2);
    for (const share of [0.25, 0.5]) {
        await eventually(`${share} of the citizens`, async () => await issued(d) >= CITIZENS * share, HOURS * 3600e3 / SPEED);
        const pid = d.redisPid();
        process.kill(pid, 'SIGKILL');
        await eventually('another Redis', () => d.redisPid() && d.redisPid() !== pid);
        await d.ready();
    }
    const done = await day;
    t.diagnostic(done.told.trim().replaceAll('\n', '; '));
    check(done);
    assert.deepEqual([historyCheck(d).code, historyCheck(d).faults], [0, 0]);

    const dir = mkdtempSync(join(tmpdir(), 'paihao-copy-'));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    await d.stop({ keep: true });
    cpSync(d.stateDir, join(dir, 'state'), { recursive: true });
    rmSync(d.dir, { recursive: true });
    const copy = await startHall(1, { dir });
    const redis = copy.redis();
    t.after(() => redis.disconnect());
    assert.equal(historyCheck(copy).faults, 0, 'the copy is whole');
    const all = (await redis.xrange('{shanghai}:events', '-', '+')).map(([id, [, json]]) => ({ id, ...JSON.parse(json) }));
    const [epoch, last] = all.at(-1).id.split('-');
    const over = all.find((e) => e.type === 'ticket.finished');
    let [next, faults] = [Number(last) + 1, 0];
    for (const [what, forge] of forgeries) {
        const [seq, { id, ...event }] = forge(next, over);
        await redis.xadd('{shanghai}:events', `${epoch}-${seq}`, 'e', JSON.stringify(event));
        const found = historyCheck(copy);
        assert.equal(found.code, 1, what);
        assert.ok(found.faults > faults, `${what}: ${found.told}`);
        ({ faults } = found);
        next = seq + 1;
    }
    await copy.stop();
});
