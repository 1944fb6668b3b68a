// What "next" costs inside Redis: the Shanghai hall, general counters that serve every service, 2,000 waiting.
// SPDX-License-Identifier: MIT
import { insideUs, median, spread, startWorld, table, today, undisturbed, watchOthers } from './world.mjs';

const WAITING = 2000;
const COUNTERS = 12;
const CALLS = 600; // a round; then as many tickets are given, so that 2,000 wait at the start of each
const ROUNDS = 5;
const HALL = 'shanghai';

// The hall with its first so many services only.
function cut(file, limit) {
    const services = file.services.slice(0, limit);
    const known = new Set(['*', ...services.map((s) => s.code)]);
    const profiles = file.profiles.map((p) => ({ ...p, serves: p.serves.filter((s) => known.has(s.service)) })).filter((p) => p.serves.length);
    const left = new Set(profiles.map((p) => p.code));
    return { ...file, services, profiles, counters: file.counters.filter((c) => left.has(c.profile)),
        pools: file.pools.map((p) => ({ ...p, services: p.services.filter((s) => known.has(s)) })).filter((p) => p.services.length) };
}

// together: one press finishes a ticket and calls the next; else the counters are free. atOnce: all counters press in one
// moment and Redis goes from one to the next; else one after the other, each finding a store that slept meanwhile.
async function measure(limit, { together = false, atOnce = false } = {}) {
    const world = await startWorld({ fsync: 'always' });
    try {
        await world.daemon.importHall(HALL);
        const file = cut(JSON.parse(await world.redis.get(`{${HALL}}:j`)), limit);
        await world.redis.call('FCALL', 'hall_configure', 1, `{${HALL}}`, Date.now(), '', 'system:', today(), JSON.stringify(file), '');
        const general = file.profiles.find((p) => p.serves.some((s) => s.service === '*'));
        const services = file.services.map((s) => s.code);
        const classes = file.classes.map((c) => c.code);
        const counters = file.counters.slice(0, COUNTERS).map((c) => c.code);
        const call = async (name, who, args) => JSON.parse(await world.redis.call('FCALL', name, 1, `{${HALL}}`,
            Date.now(), '', who, today(), ...args));
        let given = 0;
        const each = (list, work) => (atOnce ? Promise.all(list.map(work)) : list.reduce((before, one) => before.then(() => work(one)), Promise.resolve()));
        const give = async (n) => {
            for (let i = 0; i < n; i += counters.length) {
                // One in eight has a priority class, so that somebody is overtaken and the bound has work to do.
                await each(counters, () => {
                    given++;
                    return call('ticket_issue', 'kiosk:bench', [services[given % services.length],
                        given % 8 ? 'normal' : classes[1 + given % (classes.length - 1)], '', '', '', '']);
                });
            }
        };
        for (const c of counters) await call('counter_open', `clerk:c${c}`, [c, general.code]);
        await give(WAITING);
        let first = true;
        const round = async () => {
            let us = 0;
            for (let i = 0; i < CALLS; i += counters.length) {
                const present = first || !together ? '' : 'finish';
                for (const c of first ? [] : counters) {
                    await call('ticket_begin', `clerk:c${c}`, [c, '']);
                    if (!present) await call('ticket_finish', `clerk:c${c}`, [c, '']);
                }
                await world.redis.config('RESETSTAT');
                await each(counters, async (c) => {
                    const r = await call('ticket_next', `clerk:c${c}`, [c, present, '']);
                    if (!r.ticket) throw new Error('nobody was waiting');
                });
                us += (await insideUs(world.redis, 'fcall')).us * counters.length;
                first = false;
            }
            await world.redis.config('RESETSTAT');
            await give(CALLS);
            return { us: us / CALLS, issueUs: (await insideUs(world.redis, 'fcall')).us };
        };
        await round(); // warms up
        const rounds = [];
        for (let i = 0; i < ROUNDS; i++) rounds.push(await undisturbed(() => watchOthers(world, round)));
        const row = (title, field, of) => [title, median(rounds.map((r) => r[field])).toFixed(0),
            spread(rounds.map((r) => r[field])), of, `${Math.round(median(rounds.map((r) => r.others)) * 100)} %`];
        return [
            row(together ? '`ticket_next` (finish and call)' : '`ticket_next`', 'us',
                `${services.length} services, ${counters.length} counters that serve all${atOnce ? ' and press at once' : ''}, ${WAITING} waiting`),
            row('`ticket_issue` in the same hall', 'issueUs', atOnce ? `${counters.length} at once` : 'one call at a time')];
    } finally {
        await world.stop();
    }
}

export async function next() {
    const rows = [...await measure(30, { atOnce: true }), ...await measure(30), (await measure(30, { together: true }))[0],
        (await measure(Infinity, { together: true }))[0]];
    table(['function', 'µs inside Redis', 'rounds', 'of', 'other processes'], rows);
}
