// The release of new times: 40,000 slots of which few are left, a hundred confirms a second of citizens who hold, get a code
// and confirm, and a hundred searches for each. Every answer is counted; the counters are read back. The daemon has core 1;
// wrk and Redis share core 0, and the citizens and their gateway are where there is room. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { STORE_CORE, bench, count, cpuUs, median, run, spread, startWorld, table, undisturbed, watchOthers } from './world.mjs';
import { bookableHall } from '../tests/lib/citizen.mjs';
import { startGateway } from '../tests/lib/gateway.mjs';
import { Rush } from '../tests/lib/rush.mjs';

const SECONDS = Number(process.env.BENCH_RUSH_SECONDS ?? 10);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const PER_SECOND = 128; // a fifth of them go away without a time
const SEARCHES_PER_SECOND = 19000; // wrk pauses from one answer to the next question, so it comes to fewer
const CONNECTIONS = 64;
const UNITS = 10;
const DAYS = 63;
const SLOTS = 64; // × 63 days × 10 units = 40,320
const FIRST_CELL = 9 * 12; // 09:00
const OPEN_DAYS = 20; // the last ones, in which anything is left
const CELLS = 2; // ten minutes
const LEFT = 0.9; // visits still possible, of the citizens that come: so that some lose
const EVERY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const HOURS = { days: EVERY, from: '09:00', to: '14:20' };
const ZONE_MS = 8 * 3600000; // Asia/Shanghai
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

const dayText = (ms) => new Date(ms + ZONE_MS).toISOString().slice(0, 10).replaceAll('-', '');
const dayBegins = (day) => Date.parse(`${day.replace(/(....)(..)(..)/, '$1-$2-$3')}T00:00:00+08:00`);

async function makeHall(daemon, code) {
    const rules = { from_days: 1, to_days: DAYS, codes_per_hour_max: 100000 };
    await bookableHall(daemon, { code, booking: rules, edit: (c) => {
        const services = [...LETTERS].map((series, i) => ({ ...c.services[0], code: `s${i}`, series, minutes: 10, documents: [],
            booking: { ...c.services[0].booking, open: true, minutes: 5 * (i % 6 + 1), cap: 0, persons_max: 4 } }));
        return { ...c, services, series: services.map((s) => ({ letter: s.series, first: 1, last: 999 })), hours: [HOURS],
            profiles: [{ code: 'all', serves: [{ service: '*', offset_minutes: 0 }] }],
            counters: [{ code: '1', profile: 'all' }],
            pools: [{ code: 'hall', services: ['*'], plan: [{ ...HOURS, public: UNITS, staff: 0, walk_in: 0 }] }] };
    } });
}

// Full but for `left` visits of two cells each, spread over the last days.
function fill(days, left) {
    const used = new Map(days.map((day) => [day, Buffer.concat([Buffer.alloc(FIRST_CELL), Buffer.alloc(SLOTS, UNITS)])]));
    const open = days.slice(-OPEN_DAYS);
    for (let i = 0; i < left; i++) {
        const bytes = used.get(open[i % OPEN_DAYS]);
        const cell = FIRST_CELL + CELLS * (Math.floor(i / OPEN_DAYS) % (SLOTS / CELLS));
        for (let c = cell; c < cell + CELLS; c++) bytes[c]--;
    }
    return used;
}

async function searches(world, hall, seconds) {
    const text = await run(STORE_CORE, 'wrk', ['-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`,
        '-s', bench('search.lua'), world.daemon.url, '--', hall, String(LETTERS.length), String(SEARCHES_PER_SECOND / CONNECTIONS)]);
    const r = JSON.parse(/RESULT (.*)/.exec(text)[1]);
    if (r.failed || r.lost) throw new Error(`wrk met errors: ${JSON.stringify(r)}`);
    return r;
}

async function round(world, gateway, code) {
    const citizens = PER_SECOND * SECONDS;
    const days = Array.from({ length: DAYS }, (_, i) => dayText(Date.now() + (i + 1) * 86400000));
    const used = fill(days, Math.floor(citizens * LEFT));
    await makeHall(world.daemon, code);
    for (const [day, bytes] of used) await world.redis.set(`{${code}}:k:hall:p:${day}`, bytes, 'EX', 8640000);
    const rush = new Rush(world.daemon, gateway, code, { service: 's1', cells: CELLS, units: UNITS });
    await rush.prepare(citizens * 4);
    const free = [];
    for (const day of days.slice(-OPEN_DAYS)) {
        free.push(...(await world.daemon.nobody().get(`/halls/${code}/times?services=s1&day=${day}`)).times);
    }
    const cpu = () => [world.daemon.pid, world.daemon.redisPid()].map(cpuUs);
    const before = cpu();
    const r = await watchOthers(world, async () => {
        const searching = searches(world, code, SECONDS);
        const coming = [];
        const began = performance.now();
        await new Promise((done) => {
            const timer = setInterval(() => {
                const due = Math.min(citizens, (performance.now() - began) / 1000 * PER_SECOND);
                // One in five wants one of the same few times, the others any.
                while (coming.length < due) {
                    coming.push(rush.citizen(free[Math.floor(Math.random() * (coming.length % 5 ? free.length : 20))].at));
                }
                if (coming.length < citizens) return;
                clearInterval(timer);
                done();
            }, 5);
        });
        await Promise.all(coming);
        return searching;
    });
    const after = cpu();
    await rush.check(world.redis, days, (day) => used.get(day), dayBegins);
    const told = Object.keys(rush.outcomes).filter((o) => !['held', 'confirmed', 'hold: slot_taken'].includes(o));
    assert.deepEqual(told, [], JSON.stringify(rush.outcomes));
    const ms = rush.confirmMs.sort((a, b) => a - b);
    return { ...rush.outcomes, lost: rush.outcomes['hold: slot_taken'], searches: r.requests, searchRate: r.requests / r.seconds,
        searchP99: r.p99 / 1000, p50: ms[Math.floor(ms.length / 2)], p99: ms[Math.floor(ms.length * 0.99)], worst: ms.at(-1),
        daemon: (after[0] - before[0]) / 1e6 / r.seconds, store: (after[1] - before[1]) / 1e6 / r.seconds, others: r.others };
}

export async function rush() {
    const gateway = await startGateway();
    const world = await startWorld({ settings: { http: { trusted_proxies: '127.0.0.1' },
        sms: { gateways: [gateway.settings({ rate_per_second: 1000 })] } } });
    try {
        const rounds = [];
        let halls = 0;
        for (let i = 0; i < ROUNDS; i++) rounds.push(await undisturbed(() => round(world, gateway, `rush${++halls}`)));
        const of = (list, digits) => `${median(list).toFixed(digits)} (${spread(list, digits)})`;
        const all = (field, digits = 0) => of(rounds.map((r) => r[field]), digits);
        table([`${count(DAYS * SLOTS * UNITS)} slots, ${SECONDS} s a round`, `median of ${ROUNDS} (all rounds)`], [
            ['searches a second (60 days each)', all('searchRate')],
            ['confirmed in a round', all('confirmed')],
            ['searches for each confirm', of(rounds.map((r) => r.searches / r.confirmed), 0)],
            ['held / refused with alternatives', `${all('held')} / ${all('lost')}`],
            ['other refusals and errors', '0'],
            ['sold twice, or lost', '0: each counter is what was there and what was acknowledged'],
            ['confirm, p50 ms', all('p50', 1)],
            ['confirm, p99 ms', all('p99', 1)],
            ['confirm, slowest ms', all('worst', 1)],
            ['search, p99 ms', all('searchP99', 1)],
            ['CPU of the daemon, of Redis (cores)', `${all('daemon', 2)}, ${all('store', 2)}`],
            ['other processes', `${all('others', 2)} of the machine`],
        ]);
    } finally {
        await world.stop();
        await gateway.stop();
    }
}
