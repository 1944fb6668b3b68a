// From a clerk's press to the board: two daemons on one Redis, clerks press next through the one at a steady pace, and a
// board in another process follows the stream of the other. SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startDaemon } from '../tests/lib/daemon.mjs';
import { OwnRedis } from '../tests/lib/own_redis.mjs';
import { DAEMON_CORE, STORE_CORE, addHall, bench, calm, cpuUs, eventually, median, pin, spread, table } from './world.mjs';

const PER_SECOND = 200;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const COUNTERS = 40;
const WARM = PER_SECOND; // calls of the first second are not counted

const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
const toMs = (ns) => Number(ns) / 1e6;

async function startTwo() {
    const own = await new OwnRedis().start();
    const settings = { workers: 1, log: { level: 'warn' }, store: own.settings(), key_file: join(own.dir, 'keys') };
    const [daemon, other] = [await startDaemon({ settings }), await startDaemon({ settings })];
    const redis = own.client();
    await redis.config('SET', 'appendfsync', 'everysec', 'auto-aof-rewrite-percentage', '0');
    pin(daemon.pid, DAEMON_CORE);
    pin(other.pid, DAEMON_CORE);
    pin(own.child.pid, STORE_CORE);
    daemon.redisPid = () => own.child.pid; // what calm() looks at
    return { daemon, other, redis, async stop() {
        redis.disconnect();
        await daemon.stop();
        await other.stop();
        await own.stop();
    } };
}

// {at: number → when the board had it, close()}
async function openBoard({ daemon, other }, code) {
    const { token } = await daemon.device(`board-${code}`, 'board', code);
    const child = spawn('taskset', ['-c', String(STORE_CORE), process.execPath, bench('press_board.mjs'),
        `${other.url}/api/v1/halls/${code}/board/stream`, token], { stdio: ['pipe', 'pipe', 'inherit'] });
    const at = new Map();
    let open = false;
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) {
            if (line === 'open') open = true;
            else at.set(line.split(' ')[0], BigInt(line.split(' ')[1]));
        }
    });
    await eventually('the board is open', () => open);
    return { at, close: () => new Promise((r) => { child.once('close', r).stdin.end(); }) };
}

async function fill({ daemon }, code, n) {
    for (let i = 0; i < n;) {
        const some = Math.min(50, n - i);
        await Promise.all(Array.from({ length: some }, (_, k) => daemon.post(`/halls/${code}/tickets`, { service: `s${(i + k) % 24}` })));
        i += some;
    }
}

// Presses at their times, whether those before are answered or not; a counter still at it is passed over.
async function pressAll({ daemon }, code, n) {
    const free = Array.from({ length: COUNTERS }, (_, i) => ({ code: String(i + 1), present: null }));
    const calls = [];
    const running = [];
    let late = 0;
    async function press(desk) {
        const began = process.hrtime.bigint();
        const { ticket } = await daemon.post(`/halls/${code}/counters/${desk.code}/next`, desk.present ? { present: 'absent' } : {});
        calls.push({ number: ticket.number, began, answered: process.hrtime.bigint() });
        desk.present = ticket;
        free.push(desk);
    }
    const began = performance.now();
    for (let i = 0; i < n; i++) {
        const wait = began + (i * 1000) / PER_SECOND - performance.now();
        if (wait > 0) await new Promise((r) => { setTimeout(r, wait); });
        const desk = free.shift();
        if (desk) running.push(press(desk));
        else late++;
    }
    await Promise.all(running);
    return { calls, late, perSecond: calls.length / ((performance.now() - began) / 1000) };
}

async function round(world, code) {
    const n = PER_SECOND * SECONDS;
    await fill(world, code, n);
    const board = await openBoard(world, code);
    await calm(world);
    const before = [cpuUs(world.daemon.pid), cpuUs(world.other.pid)];
    const { calls, late, perSecond } = await pressAll(world, code, n);
    await eventually('the board has all of them', () => calls.every((c) => board.at.has(c.number)));
    const cpu = [world.daemon, world.other].map((d, i) => (cpuUs(d.pid) - before[i]) / calls.length);
    await board.close();
    const counted = calls.slice(WARM);
    const shown = counted.map((c) => toMs(board.at.get(c.number) - c.began));
    const answered = counted.map((c) => toMs(c.answered - c.began));
    return { perSecond, late, cpu, shown: [0.5, 0.99, 1].map((p) => percentile(shown, p)),
        answered: [0.5, 0.99, 1].map((p) => percentile(answered, p)) };
}

export async function press() {
    const world = await startTwo();
    try {
        const rounds = [];
        for (let i = 0; i < ROUNDS; i++) {
            const code = `press${i}`;
            const counters = Array.from({ length: COUNTERS }, (_, k) => ({ code: String(k + 1), profile: 'all' }));
            await addHall(world, code, { counters });
            await Promise.all(counters.map((c) => world.daemon.post(`/halls/${code}/counters/${c.code}/open`)));
            await eventually('the other one knows the hall', () => world.other.get(`/halls/${code}`));
            rounds.push(await round(world, code));
        }
        const of = (pick, digits = 1) => {
            const list = rounds.map(pick);
            return `${median(list).toFixed(digits)} (${spread(list, digits)})`;
        };
        table([`${PER_SECOND} calls/s for ${SECONDS} s, ${COUNTERS} counters`, 'p50 ms', 'p99 ms', 'slowest ms'], [
            ['press to the answer', ...[0, 1, 2].map((i) => of((r) => r.answered[i]))],
            ['press to the event on a board, through another daemon', ...[0, 1, 2].map((i) => of((r) => r.shown[i]))]]);
        console.log(`\nCalls a second ${of((r) => r.perSecond)}; presses not made as no counter was free ${of((r) => r.late, 0)}; ` +
            `CPU a call of the daemon that is pressed ${of((r) => r.cpu[0], 0)} µs, of the other ${of((r) => r.cpu[1], 0)} µs.`);
    } finally {
        await world.stop();
    }
}
