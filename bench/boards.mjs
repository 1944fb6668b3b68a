// Many board streams: what one weighs, how long an event takes to reach the last of them, and whether the API feels
// them. SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { STORE_CORE, addHall, build, calm, count, emptyHall, median, rssKb, spread, startWorld, table,
    today, undisturbed, watchOthers } from './world.mjs';
import { wrkRound } from './issue.mjs';

const EVENTS = 15;

// n streams of the hall's board, opened by a helper on the store's core, which has nothing else to do then.
async function openStreams({ daemon }, hall, n) {
    const child = spawn('taskset', ['-c', String(STORE_CORE), join(build, 'bench_streams'), String(daemon.ports.http),
        `/api/v1/halls/${hall.code}/board/stream`, hall.token, String(n)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = [];
    const waiting = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop();
        for (const line of parts) (waiting.shift() ?? ((l) => lines.push(l)))(line);
    });
    const ended = new Promise((r) => { child.once('close', r); });
    const line = () => (lines.length ? Promise.resolve(lines.shift()) : Promise.race([
        new Promise((r) => { waiting.push(r); }),
        ended.then((code) => { throw new Error(`the streams ended with ${code}`); })]));
    if (await line() !== `open ${n}`) throw new Error('the streams did not open');
    return {
        line,
        async close() {
            child.stdin.end();
            await ended;
        },
    };
}

const nowUs = () => (performance.timeOrigin + performance.now()) * 1000;

// From the call that makes an event to the last stream that has got it, in ms.
async function fanOut({ redis }, hall, streams) {
    const began = nowUs();
    await redis.call('FCALL', 'ticket_issue', 1, `{${hall.code}}`, Date.now(), '', 'kiosk:bench', today(),
        's0', '', '', '', '', '');
    const [, , at] = (await streams.line()).split(' ');
    return (Number(at) - began) / 1000;
}

export async function memory() {
    const world = await startWorld();
    try {
        await world.daemon.importHall('shanghai');
        const hall = await addHall(world, 'bench');
        await calm(world);
        const empty = rssKb(world.daemon.pid);
        const rows = [['no clients, two halls', `${(empty / 1024).toFixed(1)} MB`, '', '', '', '']];
        for (const n of [1000, 2000, 5000]) {
            const streams = await openStreams(world, hall, n);
            await calm(world);
            const full = rssKb(world.daemon.pid);
            const { times, others } = await undisturbed(() => watchOthers(world, async () => {
                const ms = [];
                for (let i = 0; i < EVENTS; i++) ms.push(await fanOut(world, hall, streams));
                return { times: ms };
            }));
            await streams.close();
            await calm(world);
            rows.push([`${count(n)} board streams`, `${(full / 1024).toFixed(1)} MB`,
                ((full - empty) / n).toFixed(1), median(times).toFixed(1), spread(times, 1),
                `${Math.round(others * 100)} %`]);
        }
        table(['daemon with', 'resident', 'KB per stream', 'event at the last one, ms', `${EVENTS} events`,
            'other processes'], rows);
    } finally {
        await world.stop();
    }
}

export async function boards() {
    const world = await startWorld();
    const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
    const STREAMS = 5000;
    const CONNECTIONS = 64;
    try {
        const hall = await addHall(world, 'bench');
        const quiet = await addHall(world, 'quiet');
        const rounds = { without: [], with: [] };
        const one = async () => {
            const r = await watchOthers(world, () => wrkRound(world, hall, CONNECTIONS, 2));
            await calm(world);
            await emptyHall(world.redis, hall.code);
            await calm(world);
            return r;
        };
        await one();
        for (let i = 0; i < ROUNDS; i++) {
            rounds.without.push(await undisturbed(one));
            const streams = await openStreams(world, quiet, STREAMS);
            await calm(world);
            rounds.with.push(await undisturbed(one));
            await streams.close();
            await calm(world);
        }
        const row = (title, list) => [title, `${count(median(list.map((r) => r.perSecond)))} ` +
            `(${spread(list.map((r) => r.perSecond / 1000), 1)} k)`, median(list.map((r) => r.p50)).toFixed(1),
        median(list.map((r) => r.p99)).toFixed(1), `${Math.round(median(list.map((r) => r.others)) * 100)} %`];
        const ratio = median(rounds.with.map((r, i) => r.perSecond / rounds.without[i].perSecond));
        table(['open board streams', `tickets/s, ${CONNECTIONS} connections`, 'p50 ms', 'p99 ms', 'other processes', 'ratio'], [
            [...row('0', rounds.without), '1'],
            [...row(`${count(STREAMS)} (of another hall)`, rounds.with), ratio.toFixed(2)]]);
    } finally {
        await world.stop();
    }
}
