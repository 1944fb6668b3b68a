// Tickets issued per second: over HTTP by wrk, beside the same function called by redis-benchmark with pipeline 16,
// in alternating rounds on the same Redis. SPDX-License-Identifier: MIT
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { DAEMON_CORE, SERVICES, addBareHall, addHall, bench, calm, count, cpuUs, emptyHall, insideUs, median, run, spread,
    startWorld, table, undisturbed, watchOthers } from './world.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5); // more where others use the machine, too
const SECONDS = 2;
const CONNECTIONS = [64, 256];
const DIRECT_CALLS = 60000;

// Like the daemon's own: 22 characters, a colon, 11 of a fingerprint.
const REQUEST = 'abcdefghij__rand_int__:0123456789a';

export async function wrkRound({ daemon }, hall, connections, seconds = SECONDS) {
    const text = await run(DAEMON_CORE, 'wrk', ['-t', '1', '-c', String(connections), '-d', `${seconds}s`,
        '-s', bench('issue.lua'), daemon.url, '--', hall.code, hall.token, String(SERVICES),
        randomBytes(8).toString('hex')]);
    const r = JSON.parse(/RESULT (.*)/.exec(text)[1]);
    if (r.failed || r.lost || !r.requests) throw new Error(`wrk met errors: ${JSON.stringify(r)}`);
    return { n: r.requests, perSecond: r.requests / r.seconds, p50: r.p50 / 1000, p99: r.p99 / 1000 };
}

async function directRound({ daemon }, hall) {
    const text = await run(DAEMON_CORE, 'redis-benchmark', ['-s', join(daemon.stateDir, 'redis.sock'), '-P', '16',
        '-c', '50', '-n', String(DIRECT_CALLS), '-r', '2000000000', '--csv', 'FCALL', 'ticket_issue', '1',
        `{${hall.code}}`, String(Date.now()), REQUEST, 'kiosk:bench', hall.day, 's7', '', '', '', '', '']);
    const perSecond = Number(/"FCALL[^\n]*?","([\d.]+)"/.exec(text)?.[1]);
    if (!perSecond) throw new Error(`redis-benchmark: ${text}`);
    return { n: DIRECT_CALLS, perSecond };
}

// One round with what it cost both processes.
async function measured(world, hall, round) {
    const pids = [world.daemon.pid, world.daemon.redisPid()];
    await world.redis.config('RESETSTAT');
    const before = pids.map(cpuUs);
    const r = await watchOthers(world, round);
    await calm(world);
    const after = pids.map(cpuUs);
    const inside = await insideUs(world.redis, 'fcall');
    const given = await world.redis.hlen(`{${hall.code}}:num`);
    // redis-benchmark draws its request ids, so that a few are drawn twice; each of wrk's is its own.
    if (given < r.n * (hall.token ? 1 : 0.999)) throw new Error(`${r.n} answers but ${given} tickets`);
    await emptyHall(world.redis, hall.code);
    await calm(world);
    return { ...r, daemonUs: (after[0] - before[0]) / r.n, redisUs: (after[1] - before[1]) / r.n,
        insideUs: inside.us };
}

async function series(fsync) {
    const world = await startWorld({ fsync });
    try {
        const bare = await addBareHall(world, 'bare');
        const hall = await addHall(world, 'bench');
        const all = { direct: [], 64: [], 256: [] };
        await measured(world, hall, () => wrkRound(world, hall, 64, 1));
        for (let i = 0; i < ROUNDS; i++) {
            all.direct.push(await undisturbed(() => measured(world, bare, () => directRound(world, bare))));
            for (const c of CONNECTIONS) {
                all[c].push(await undisturbed(() => measured(world, hall, () => wrkRound(world, hall, c))));
            }
        }
        return all;
    } finally {
        await world.stop();
    }
}

export async function issue() {
    const rows = [];
    for (const fsync of ['everysec', 'always']) {
        const all = await series(fsync);
        const of = (name, field) => median(all[name].map((r) => r[field]));
        const rates = (name) => `${count(of(name, 'perSecond'))} (${spread(all[name].map((r) => r.perSecond / 1000), 1)} k)`;
        const others = (name) => `${Math.round(of(name, 'others') * 100)} %`;
        rows.push([fsync, 'redis-benchmark -P 16 -c 50', rates('direct'), '1', '', '', of('direct', 'insideUs').toFixed(1),
            of('direct', 'redisUs').toFixed(1), '', others('direct')]);
        for (const c of CONNECTIONS) {
            const ratio = median(all[c].map((r, i) => r.perSecond / all.direct[i].perSecond));
            rows.push([fsync, `HTTP, ${c} connections`, rates(c), `**${ratio.toFixed(2)}**`, of(c, 'p50').toFixed(1),
                of(c, 'p99').toFixed(1), of(c, 'insideUs').toFixed(1), of(c, 'redisUs').toFixed(1),
                of(c, 'daemonUs').toFixed(1), others(c)]);
        }
    }
    table(['fsync', 'issued by', 'tickets/s (all rounds)', 'ratio', 'p50 ms', 'p99 ms', 'inside Redis µs',
        'Redis CPU µs', 'daemon CPU µs', 'other processes'], rows);
}
