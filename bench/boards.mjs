// Many board streams: what one weighs, how long an event takes to reach the last of them, and whether the API feels
// them. SPDX-License-Identifier: MIT
import { openStreams, nowUs } from './readers.mjs';
import { addHall, calm, count, emptyHall, median, rssKb, spread, startWorld, table,
    today, undisturbed, watchOthers } from './world.mjs';
import { wrkRound } from './issue.mjs';

const EVENTS = 15;

const openBoards = ({ daemon }, hall, n) => openStreams({ port: daemon.ports.http, path: `/api/v1/halls/${hall.code}/board/stream`,
    token: hall.token, n });

// From the call that makes an event to the last stream that has got it, in ms.
async function fanOut({ redis }, hall, streams) {
    const began = nowUs();
    await redis.call('FCALL', 'ticket_issue', 1, `{${hall.code}}`, Date.now(), '', 'kiosk:bench', today(),
        's0', '', '', '', '', '');
    const { last } = await streams.change();
    return (last - began) / 1000;
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
            const streams = await openBoards(world, hall, n);
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
            const streams = await openBoards(world, quiet, STREAMS);
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
