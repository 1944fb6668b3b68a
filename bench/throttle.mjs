// How long a throttled link idles: a message centre (npm smpp, a process of its own) that takes so many submit_sm a second and
// answers ESME_RTHROTTLED to all above, and a daemon with more queued than it can get rid of. The centre measures: from its
// last answer, when nothing is without one, to the next submit_sm. The link's penalty is a second for each throttled answer
// (docs/sms.md). How late its own timers come says what the machine adds to that. SPDX-License-Identifier: MIT
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import smpp from 'smpp';
import { HALL, OUTBOX, fill, gateways, sampleEntry, withText } from './drain.mjs';
import { count, eventually, median, startWorld, table, unpin } from './world.mjs';

const WINDOWS = [1, 10];
const PER_SECOND = 200;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 12);
const MESSAGES = 20000;
const PENALTY_MS = 1000;
const SLACK_MS = 20; // the way back to the centre
const TICK_MS = 5;

// The centre: a window of a second that opens with the first submit_sm in it.
if (process.argv[2] === 'centre') {
    const seen = { taken: 0, throttled: 0, idle: [], penalties: [], late: 0, on: false };
    let opened = -Infinity;
    let inWindow = 0;
    let open = 0;
    let answered = 0;
    let refused = 0; // when it was throttled last, and for which the link owes a pause
    const arrive = () => {
        const now = performance.now();
        if (seen.on && open === 0 && answered) {
            seen.idle.push(now - answered);
            if (refused) seen.penalties.push(now - refused);
        }
        refused = 0;
        open++;
        if (now - opened >= 1000) [opened, inWindow] = [now, 0];
        return ++inWindow <= PER_SECOND;
    };
    let ticked = performance.now();
    setInterval(() => {
        const now = performance.now();
        seen.late = Math.max(seen.late, now - ticked - TICK_MS);
        ticked = now;
    }, TICK_MS);
    const server = smpp.createServer((session) => {
        session.on('error', () => {});
        session.socket.setNoDelay(true); // or its answers lie in the kernel until the daemon's next word
        for (const command of ['bind_transceiver', 'enquire_link', 'unbind']) session.on(command, (pdu) => session.send(pdu.response()));
        session.on('submit_sm', (pdu) => {
            const takes = arrive();
            seen[takes ? 'taken' : 'throttled']++;
            session.send(pdu.response(takes ? { message_id: String(seen.taken) } : { command_status: smpp.ESME_RTHROTTLED }));
            open--;
            answered = performance.now();
            if (!takes) refused = answered;
        });
    });
    server.listen(0, '127.0.0.1', () => process.send(server.address().port));
    process.on('message', (on) => {
        if (on) Object.assign(seen, { taken: 0, throttled: 0, idle: [], penalties: [], late: 0, on });
        else process.send(seen);
    });
    process.on('disconnect', () => process.exit());
}

async function round(window) {
    const child = fork(fileURLToPath(import.meta.url), ['centre']);
    const [port] = await once(child, 'message');
    const world = await startWorld({ settings: gateways({ kind: 'smpp', address: `127.0.0.1:${port}`, login: 'bench', from: '10691234', window }) });
    try {
        for (const pid of [world.daemon.pid, world.daemon.redisPid()]) unpin(pid);
        await world.daemon.importHall(HALL, { edit: withText });
        const entry = await sampleEntry(world);
        await eventually('the sample is out', async () => await world.redis.xlen(OUTBOX) === 0);
        await fill(world.redis, entry, MESSAGES);
        child.send(true);
        await new Promise((r) => { setTimeout(r, SECONDS * 1000); });
        child.send(false);
        const [seen] = await once(child, 'message');
        if (await world.redis.xlen(OUTBOX) === 0) throw new Error('nothing was left to send: idle for no reason of the link');
        return seen;
    } finally {
        child.disconnect();
        await world.stop();
    }
}

export async function throttle() {
    const rows = [];
    for (const window of WINDOWS) {
        const r = await round(window);
        if (!r.penalties.length) throw new Error('the centre never throttled');
        const longest = Math.max(...r.idle);
        rows.push([window, count(r.taken / SECONDS), r.throttled, PENALTY_MS, median(r.penalties).toFixed(1), longest.toFixed(1), r.late.toFixed(1),
            longest <= PENALTY_MS + Math.max(SLACK_MS, r.late) ? 'yes' : '**no**']);
    }
    table(['window', `taken a second, of ${PER_SECOND}`, 'throttled answers', 'penalty, ms', 'from a throttled answer to the next submit_sm, ms (median)',
        'longest idle, ms', 'a timer of the centre late by at most, ms', 'never longer than its penalty'], rows);
    console.log(`\nJudged with ${SLACK_MS} ms for the way to the centre, or as much as its timers were late.`);
}
