// What every section needs: a daemon of its own pinned to a core, its Redis to the other, a hall with 24 services, the
// processor time of a process, medians, tables. SPDX-License-Identifier: MIT
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { build, eventually, startDaemon } from '../tests/lib/daemon.mjs';
import { sample } from '../tests/lib/hall.mjs';

export { build, eventually };
export const STORE_CORE = 0;
export const DAEMON_CORE = cpus().length > 1 ? 1 : 0; // the load generator's, too
export const SERVICES = 24;
const TICK_MS = 10; // USER_HZ is 100 on every Linux
const CALM_MS = 200;

export const median = (list) => {
    const sorted = [...list].sort((a, b) => a - b);
    return sorted.length % 2 ? sorted[(sorted.length - 1) / 2]
        : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
};
export const spread = (list, digits = 0) => `${Math.min(...list).toFixed(digits)}–${Math.max(...list).toFixed(digits)}`;
export const count = (n) => Math.round(n).toLocaleString('en');

export function table(head, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    console.log([line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
}

// User and system time of all threads, in µs; exact to 10 ms, so only differences over seconds mean anything.
export function cpuUs(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS * 1000;
}

// How busy the machine was, and how much of that we were: user and system time of all its processes; of this one and
// of what it has run to the end. Daemon and store are counted apart.
function machineUs() {
    const [user, nice, system, idle, wait] = readFileSync('/proc/stat', 'utf8').match(/^cpu\s+(.*)/)[1].split(' ').map(Number);
    return { busy: (user + nice + system) * TICK_MS * 1000, all: (user + nice + system + idle + wait) * TICK_MS * 1000 };
}

function ownUs() {
    const fields = readFileSync('/proc/self/stat', 'utf8').replace(/^.*\) /, '').split(' ').slice(11, 15).map(Number);
    return fields.reduce((a, b) => a + b) * TICK_MS * 1000;
}

// Runs work; answers what it gave, and the share of all cores that other people's processes took meanwhile.
export async function watchOthers({ daemon }, work) {
    const ours = () => ownUs() + cpuUs(daemon.pid) + cpuUs(daemon.redisPid());
    const before = machineUs();
    const mine = ours();
    const result = await work();
    const after = machineUs();
    const others = (after.busy - before.busy - (ours() - mine)) / (after.all - before.all);
    return { ...result, others: Math.max(0, others) };
}

// A round in which others took more than this of the machine is done again, after it has become quiet, while there is
// patience left for the whole run; the least disturbed try counts.
const DISTURBED = 0.03;
const LOOK_MS = 300;
let patienceMs = Number(process.env.BENCH_PATIENCE_S ?? 60) * 1000;

async function quietMachine() {
    for (let last = 1; last > DISTURBED && patienceMs > 0;) {
        const before = machineUs();
        const began = performance.now();
        await new Promise((r) => { setTimeout(r, LOOK_MS); });
        const after = machineUs();
        last = (after.busy - before.busy) / (after.all - before.all);
        if (last > DISTURBED) patienceMs -= performance.now() - began;
    }
}

export async function undisturbed(round) {
    let best;
    for (;;) {
        await quietMachine();
        const began = performance.now();
        const r = await round();
        if (!best || r.others < best.others) best = r;
        if (best.others <= DISTURBED || patienceMs <= 0) return best;
        patienceMs -= performance.now() - began;
    }
}

export function rssKb(pid) {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

export function pin(pid, core) {
    execFileSync('taskset', ['-a', '-p', '-c', String(core), String(pid)], { stdio: 'ignore' });
}

// The kernel places it.
export function unpin(pid) {
    execFileSync('taskset', ['-a', '-p', '-c', `0-${cpus().length - 1}`, String(pid)], { stdio: 'ignore' });
}

// Runs a program on a core to its end; answers what it printed.
export function run(core, program, args) {
    const child = spawn('taskset', ['-c', String(core), program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const out of [child.stdout, child.stderr]) out.setEncoding('utf8').on('data', (t) => { text += t; });
    return new Promise((resolve, reject) => {
        child.once('close', (code) => {
            if (code === 0) resolve(text);
            else reject(new Error(`${program} ended with ${code}:\n${text}`));
        });
    });
}

export async function startWorld({ fsync = 'everysec', settings = {} } = {}) {
    const daemon = await startDaemon({ settings: { workers: 1, log: { level: 'warn' },
        store: { fsync }, ...settings } });
    pin(daemon.pid, DAEMON_CORE);
    pin(daemon.redisPid(), STORE_CORE);
    const redis = daemon.redis();
    // Redis rewrites its file whenever it has doubled, in a child on the same core: some rounds would have it and
    // others not. So it is done between them, in emptyHall().
    await redis.config('SET', 'auto-aof-rewrite-percentage', '0');
    return {
        daemon, redis,
        async stop() {
            redis.disconnect();
            await daemon.stop();
        },
    };
}

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

function hallFile(code, change) {
    const services = Array.from({ length: SERVICES }, (_, i) => ({ code: `s${i}`, series: LETTERS[i], minutes: 10,
        names: { zh: `服务 ${i}`, en: `Service ${i}` }, words: [], documents: [], kiosk: true, open: true }));
    return { ...sample({ code, services,
        profiles: [{ code: 'all', serves: [{ service: '*', offset_minutes: 0 }] }],
        counters: [{ code: '1', profile: 'all' }] }),
    series: services.map((s) => ({ letter: s.series, first: 1, last: 9999 })), ...change };
}

const system = (redis, name, tag, ...args) => redis.call('FCALL', name, 1, tag, Date.now(), '', 'system:', ...args);

// A hall of 24 services with a series each, so that the numbers last for 240,000 tickets a round, and its kiosk.
export async function addHall({ daemon, redis }, code, change) {
    const day = today();
    await system(redis, 'hall_configure', `{${code}}`, day, JSON.stringify(hallFile(code, change)), '');
    await system(redis, 'hall_register', '{sys}', '', code);
    const kiosk = await daemon.device(`kiosk-${code}`, 'kiosk', code);
    await eventually('the hall gives tickets', () => kiosk.post(`/halls/${code}/tickets`, { service: 's0' }));
    return { code, day, token: kiosk.token };
}

// The same hall, known to the library alone, so that the daemon does not read what redis-benchmark makes. That can ask
// for one service only: its series is longer than a hall file's may be.
export async function addBareHall({ redis }, code) {
    const day = today();
    const file = hallFile(code, { series: [...LETTERS].map((letter) => ({ letter, first: 1, last: 9999999 })) });
    await system(redis, 'hall_configure', `{${code}}`, day, JSON.stringify(file), '');
    return { code, day };
}

export function today() {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date()).replaceAll('-', '');
}

// Every ticket and every kept answer of the hall goes; its configuration and its stream stay.
export async function emptyHall(redis, code) {
    const kept = new Set(['v', 'j', 'events', 'outbox'].map((k) => `{${code}}:${k}`));
    let cursor = '0';
    do {
        const [next, found] = await redis.scan(cursor, 'MATCH', `{${code}}:*`, 'COUNT', 5000);
        const gone = found.filter((k) => !kept.has(k));
        if (gone.length) await redis.unlink(...gone);
        cursor = next;
    } while (cursor !== '0');
    await redis.bgrewriteaof();
    await eventually('the file is rewritten', async () => {
        const info = await redis.info('persistence');
        return /aof_rewrite_in_progress:0/.test(info) && /aof_rewrite_scheduled:0/.test(info);
    });
}

// Until neither process has anything left to do: the events of the last round are read, the file is written.
export async function calm({ daemon }) {
    const spent = () => cpuUs(daemon.pid) + cpuUs(daemon.redisPid());
    for (let before = spent(), tries = 0; tries < 100; tries++) {
        await new Promise((r) => { setTimeout(r, CALM_MS); });
        const after = spent();
        if (after - before <= 2 * TICK_MS * 1000) return;
        before = after;
    }
    throw new Error('the daemon did not come to rest');
}

// What one µs figure costs Redis: µs inside one command since the last CONFIG RESETSTAT.
export async function insideUs(redis, command) {
    const info = await redis.info('commandstats');
    const m = new RegExp(`cmdstat_${command}:calls=(\\d+),usec=(\\d+)`).exec(info);
    return m ? { calls: Number(m[1]), us: Number(m[2]) / Number(m[1]) } : { calls: 0, us: 0 };
}

export const bench = (name) => join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, name);
