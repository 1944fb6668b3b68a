// What "next" costs inside Redis: the Shanghai hall, general counters that serve every service, 2,000 waiting.
// SPDX-License-Identifier: MIT
import { insideUs, median, spread, startWorld, table, today, undisturbed, watchOthers } from './world.mjs';

const WANTED_US = 60; // of a call among 30 services, while presses go on
const WAITING = 2000;
const COUNTERS = 12;
const CALLS = 600; // a round; then as many tickets are given, so that 2,000 wait at the start of each
const ROUNDS = 5;
const HALL = 'shanghai';
// Above any command that a function runs and below any function: the commands are not logged, which would cost more than they do.
const LOG_ABOVE_US = 15;

// The hall with its first so many services only.
function cut(file, limit) {
    const services = file.services.slice(0, limit);
    const known = new Set(['*', ...services.map((s) => s.code)]);
    const profiles = file.profiles.map((p) => ({ ...p, serves: p.serves.filter((s) => known.has(s.service)) })).filter((p) => p.serves.length);
    const left = new Set(profiles.map((p) => p.code));
    // Open all the time, or the forecast would give the last number of the day at some hour.
    return { ...file, hours: [], tickets_outside_hours: true, services, profiles, counters: file.counters.filter((c) => left.has(c.profile)),
        pools: file.pools.map((p) => ({ ...p, services: p.services.filter((s) => known.has(s)) })).filter((p) => p.services.length) };
}

// The hall with its counters open and 2,000 waiting. give: so many tickets more, as many at a time as there are counters.
async function openHall(world, limit, atOnce) {
    await world.daemon.importHall(HALL);
    const file = cut(JSON.parse(await world.redis.get(`{${HALL}}:j`)), limit);
    await world.redis.call('FCALL', 'hall_configure', 1, `{${HALL}}`, Date.now(), '', 'system:', today(), JSON.stringify(file), '');
    const general = file.profiles.find((p) => p.serves.some((s) => s.service === '*'));
    const services = file.services.map((s) => s.code);
    const classes = file.classes.map((c) => c.code);
    const counters = file.counters.slice(0, COUNTERS).map((c) => c.code);
    const call = async (name, who, args) => JSON.parse(await world.redis.call('FCALL', name, 1, `{${HALL}}`,
        Date.now(), '', who, today(), ...args));
    const press = async (name, counter, ...args) => {
        const answer = await call(name, `clerk:c${counter}`, [counter, ...args]);
        if (name === 'ticket_next' && !answer.ticket) throw new Error('nobody was waiting');
    };
    const each = (list, work) => (atOnce ? Promise.all(list.map(work)) : list.reduce((before, one) => before.then(() => work(one)), Promise.resolve()));
    let given = 0;
    // One in eight has a priority class, so that somebody is overtaken and the bound has work to do.
    const issue = () => {
        given++;
        return call('ticket_issue', 'kiosk:bench', [services[given % services.length],
            given % 8 ? 'normal' : classes[1 + given % (classes.length - 1)], '', '', '', '']);
    };
    const give = async (n) => { for (let i = 0; i < n; i += counters.length) await each(counters, issue); };
    for (const c of counters) await call('counter_open', `clerk:c${c}`, [c, general.code]);
    await give(WAITING);
    return { services, counters, press, each, issue, give };
}

const others = (rounds) => `${Math.round(median(rounds.map((r) => r.others)) * 100)} %`;

const row = (title, rounds, field, of) => [title, median(rounds.map((r) => r[field])).toFixed(0), spread(rounds.map((r) => r[field])), of, others(rounds)];

async function measured(world, round) {
    await round(); // warms up
    const rounds = [];
    for (let i = 0; i < ROUNDS; i++) rounds.push(await undisturbed(() => watchOthers(world, round)));
    return rounds;
}

// together: one press finishes a ticket and calls the next; else the counters are free. atOnce: all counters press in one
// moment and Redis goes from one to the next; else one after the other, each finding a store that slept meanwhile.
async function measure(limit, { together = false, atOnce = false } = {}) {
    const world = await startWorld({ fsync: 'always' });
    try {
        const { services, counters, press, each, give } = await openHall(world, limit, atOnce);
        let first = true;
        const rounds = await measured(world, async () => {
            let us = 0;
            for (let i = 0; i < CALLS; i += counters.length) {
                const present = first || !together ? '' : 'finish';
                for (const c of first ? [] : counters) {
                    await press('ticket_begin', c, '');
                    if (!present) await press('ticket_finish', c, '');
                }
                await world.redis.config('RESETSTAT');
                await each(counters, (c) => press('ticket_next', c, present, ''));
                us += (await insideUs(world.redis, 'fcall')).us * counters.length;
                first = false;
            }
            await world.redis.config('RESETSTAT');
            await give(CALLS);
            return { us: us / CALLS, issueUs: (await insideUs(world.redis, 'fcall')).us };
        });
        return [
            row(together ? '`ticket_next` (finish and call)' : '`ticket_next`', rounds, 'us',
                `${services.length} services, ${counters.length} counters that serve all${atOnce ? ' and press at once after a pause' : ''}, ${WAITING} waiting`),
            row('`ticket_issue` in the same hall', rounds, 'issueUs', atOnce ? `${counters.length} at once` : 'one call at a time')];
    } finally {
        await world.stop();
    }
}

// What each call of a function took inside Redis since the log was reset; the median of each function.
async function logged(redis) {
    const took = {};
    for (const [, , us, [command, name]] of await redis.call('SLOWLOG', 'GET', '-1')) {
        if (command === 'FCALL') (took[name] ??= []).push(us);
    }
    return Object.fromEntries(Object.entries(took).map(([name, list]) => [name, median(list)]));
}

// Presses go on without a pause: each counter begins, finishes and calls the next, and Redis always has the next press before it.
async function sustained(limit) {
    const world = await startWorld({ fsync: 'always' });
    try {
        const { services, counters, press, issue } = await openHall(world, limit, true);
        await Promise.all(counters.map((c) => press('ticket_next', c, '', '')));
        await world.redis.config('SET', 'slowlog-log-slower-than', String(LOG_ABOVE_US));
        await world.redis.config('SET', 'slowlog-max-len', String(10 * CALLS));
        const rounds = await measured(world, async () => {
            await world.redis.call('SLOWLOG', 'RESET');
            const presses = [];
            for (let i = 0; i < CALLS; i += counters.length) {
                for (const c of counters) presses.push(press('ticket_begin', c, ''), press('ticket_finish', c, ''), press('ticket_next', c, '', ''));
            }
            await Promise.all(presses);
            await Promise.all(Array.from({ length: CALLS }, issue));
            return logged(world.redis);
        });
        const of = `${services.length} services, ${counters.length} counters that serve all and press without a pause, ${WAITING} waiting`;
        return { us: median(rounds.map((r) => r.ticket_next)), rows: ['ticket_next', 'ticket_begin', 'ticket_finish', 'ticket_issue']
            .map((name) => row(`\`${name}\``, rounds, name, of)) };
    } finally {
        await world.stop();
    }
}

export async function next() {
    const going = await sustained(30);
    table(['function', 'µs inside Redis (median)', 'rounds', 'of', 'other processes'], going.rows);
    console.log(`\nWanted of a call: below ${WANTED_US} µs: ${going.us < WANTED_US ? 'reached' : '**not reached**'}, ${going.us.toFixed(0)}.\n`);
    const rows = [...await measure(30, { atOnce: true }), ...await measure(30), (await measure(30, { together: true }))[0],
        (await measure(Infinity, { together: true }))[0]];
    table(['function', 'µs inside Redis (mean)', 'rounds', 'of', 'other processes'], rows);
}
