// Searches per second over HTTP: 60 days of 64 base slots, capacity 8, half booked. The daemon has core 1; wrk and Redis
// share core 0, so that all of it runs on two cores. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { STORE_CORE, bench, count, cpuUs, median, run, spread, startWorld, table, undisturbed, watchOthers } from './world.mjs';
import { bookableHall } from '../tests/lib/citizen.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);
const CONNECTIONS = 64;
const HALL = 'search';
const DAYS = 60;
const UNITS = 8;
const FIRST_CELL = 9 * 12; // 09:00
const SLOTS = 64;
const CHANGE_MS = 10;
const LENGTHS = 6; // services of 5 to 30 minutes
const QUESTIONS = 24 * 5;
const EVERY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const HOURS = { days: EVERY, from: '09:00', to: '14:20' };
const ZONE_MS = 8 * 3600000; // Asia/Shanghai

const ROWS = [
    ['one question, nothing changes', { questions: 1, changes: false }],
    ['one question, a change every 10 ms', { questions: 1, changes: true }],
    [`${QUESTIONS} questions, a change every 10 ms: each answer computed`, { questions: QUESTIONS, changes: true }],
];

const dayText = (ms) => new Date(ms + ZONE_MS).toISOString().slice(0, 10).replaceAll('-', '');
// Even cells are half full, the others anything from empty to full: half of the units, and no day like the next.
const usedAt = (day, slot) => (slot % 2 ? (slot * 7 + day * 5) % (UNITS + 1) : UNITS / 2);

async function makeHall({ daemon, redis }) {
    const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
    await bookableHall(daemon, { code: HALL, booking: { from_days: 1, to_days: DAYS }, edit: (c) => {
        const services = [...letters].map((series, i) => ({ ...c.services[0], code: `s${i}`, series, minutes: 10, documents: [],
            booking: { ...c.services[0].booking, open: true, minutes: 5 * (i % LENGTHS + 1), cap: 0, persons_max: 4 } }));
        return { ...c, services, series: services.map((s) => ({ letter: s.series, first: 1, last: 999 })), hours: [HOURS],
            profiles: [{ code: 'all', serves: [{ service: '*', offset_minutes: 0 }] }],
            counters: [{ code: '1', profile: 'all' }],
            pools: [{ code: 'hall', services: ['*'], plan: [{ ...HOURS, public: UNITS, staff: 0, walk_in: 0 }] }] };
    } });
    const today = Date.now();
    const days = Array.from({ length: DAYS }, (_, i) => dayText(today + (i + 1) * 86400000));
    for (const [i, day] of days.entries()) {
        const used = Buffer.alloc(FIRST_CELL + SLOTS);
        for (let slot = 0; slot < SLOTS; slot++) used[FIRST_CELL + slot] = usedAt(i, slot);
        await redis.set(`{${HALL}}:k:hall:p:${day}`, used, 'EX', 86400 * 100);
    }
    return { days, version: (await daemon.get(`/halls/${HALL}`)).version };
}

// What the daemon answers is what the counters say.
async function checkAnswer({ daemon }, days) {
    const answer = await daemon.nobody().get(`/halls/${HALL}/days?services=s2&count=${DAYS}`); // 15 minutes
    const free = (i) => Array.from({ length: SLOTS - 2 }, (_, slot) => [0, 1, 2].every((k) => usedAt(i, slot + k) < UNITS))
        .filter(Boolean).length;
    assert.deepEqual(answer.days.map((d) => [d.day, d.free]), days.map((day, i) => [day, free(i)]));
}

// Every 10 ms a unit is taken, or the one of before given back.
function startChanges({ redis }, { days, version }) {
    const say = (name, ...args) => redis.call('FCALL', name, 1, `{${HALL}}`, Date.now(), '', 'clerk:bench',
        dayText(Date.now()), ...args);
    let last = null;
    let n = 0;
    let busy = Promise.resolve();
    const one = async () => {
        if (last) {
            await say('booking_cancel', last, 'bench');
            last = null;
        } else {
            const slot = 2 * (n % (SLOTS / 2));
            const at = Date.parse(`${days[n % DAYS].replace(/(....)(..)(..)/, '$1-$2-$3')}T09:00:00+08:00`) + slot * 300000;
            const day = days[n % DAYS];
            const time = [at, at + 300000, day, `hall|p|${day}|${FIRST_CELL + slot}|${UNITS}`, version];
            last = JSON.parse(await say('booking_make', 's0', '1', ...time, randomBytes(16).toString('hex'), ...Array(8).fill(''))).id;
        }
        n++;
    };
    const timer = setInterval(() => { busy = busy.then(one); }, CHANGE_MS);
    return async () => {
        clearInterval(timer);
        await busy;
        if (last) await one();
        return n;
    };
}

async function round(world, hall, { questions, changes }) {
    const stop = changes ? startChanges(world, hall) : async () => 0;
    const before = [world.daemon.pid, world.daemon.redisPid()].map(cpuUs);
    const r = await watchOthers(world, async () => {
        const text = await run(STORE_CORE, 'wrk', ['-t', '1', '-c', String(CONNECTIONS), '-d', `${SECONDS}s`,
            '-s', bench('search.lua'), world.daemon.url, '--', HALL, String(questions)]);
        return JSON.parse(/RESULT (.*)/.exec(text)[1]);
    });
    const after = [world.daemon.pid, world.daemon.redisPid()].map(cpuUs);
    const changed = await stop();
    if (r.failed || r.lost || !r.requests) throw new Error(`wrk met errors: ${JSON.stringify(r)}`);
    return { perSecond: r.requests / r.seconds, p50: r.p50 / 1000, p99: r.p99 / 1000, bytes: r.bytes / r.requests,
        daemonUs: (after[0] - before[0]) / r.requests, storeUs: (after[1] - before[1]) / r.requests,
        changes: changed / r.seconds, others: r.others };
}

export async function search() {
    const world = await startWorld();
    try {
        const hall = await makeHall(world);
        await checkAnswer(world, hall.days);
        const all = ROWS.map(() => []);
        await round(world, hall, ROWS[0][1]); // warms up
        for (let i = 0; i < ROUNDS; i++) {
            for (const [k, [, how]] of ROWS.entries()) all[k].push(await undisturbed(() => round(world, hall, how)));
        }
        await checkAnswer(world, hall.days);
        table(['60 days × 64 slots, 64 connections', 'searches/s (all rounds)', 'p50 ms', 'p99 ms', 'daemon CPU µs',
            'Redis CPU µs', 'changes/s', 'bytes', 'other processes'],
        all.map((rounds, k) => {
            const of = (field, digits = 1) => median(rounds.map((r) => r[field])).toFixed(digits);
            return [ROWS[k][0], `${count(Number(of('perSecond')))} (${spread(rounds.map((r) => r.perSecond / 1000), 1)} k)`,
                of('p50'), of('p99'), of('daemonUs'), of('storeUs', 2), of('changes', 0), of('bytes', 0),
                `${Math.round(median(rounds.map((r) => r.others)) * 100)} %`];
        }));
    } finally {
        await world.stop();
    }
}
