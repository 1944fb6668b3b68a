// One call to ten thousand boards on one worker: when the last has it and what a board weighs, beside nginx with nchan, in
// alternating rounds with the same readers and the same text; and what a caller of the API feels meanwhile. Then a thousand
// boards to which nothing happens. SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { addHall, calm, count, cpuUs, median, rssKb, spread, startWorld, table, undisturbed, watchOthers } from './world.mjs';
import { hasNchan, nchanVersion, startNchan } from './nchan.mjs';
import { nowUs, openStreams } from './readers.mjs';

const BOARDS = Number(process.env.BENCH_BOARDS ?? 10000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CALLS = 15; // a round
const PAUSE_MS = 150; // between two calls: what one costs later is not the next one's
const IDLE_BOARDS = 1000;
const IDLE_S = Number(process.env.BENCH_IDLE_S ?? 180);
const ALONE_S = 180; // the daemon with nobody there, at most

const pause = (ms) => new Promise((r) => { setTimeout(r, ms); });
const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

const anonymousKb = (pid) => Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const weight = (pid) => ({ rss: rssKb(pid), anonymous: anonymousKb(pid) });

const boardPath = (hall) => `/api/v1/halls/${hall.code}/board/stream`;

// A hall in which A001 stands at the counter, so that each recall is one event: {call(), text: of its data}
async function prepare(world) {
    const hall = await addHall(world, 'bench');
    const at = `/halls/${hall.code}/counters/1`;
    await world.daemon.post(`${at}/open`);
    await world.daemon.post(`${at}/next`);
    const board = await world.daemon.as(hall.token).stream(`/halls/${hall.code}/board/stream`);
    await world.daemon.post(`${at}/recall`);
    const event = await board.next('change', (c) => c.call);
    board.close();
    return { hall, call: () => world.daemon.post(`${at}/recall`), text: JSON.stringify(event.data) };
}

// What one round of calls took: [{last, p99}] in ms.
async function calls(streams, call) {
    const all = [];
    for (let i = 0; i < CALLS; i++) {
        await pause(PAUSE_MS);
        const began = nowUs();
        const answered = call();
        const change = await streams.change();
        await answered;
        all.push({ last: (change.last - began) / 1000, p99: (change.p99 - began) / 1000, bytes: change.bytes });
    }
    const of = (pick) => median(all.map(pick));
    return { last: of((c) => c.last), worst: Math.max(...all.map((c) => c.last)), p99: of((c) => c.p99), bytes: of((c) => c.bytes) };
}

// One request after the other while work runs: their 99th percentile in ms.
async function asking(world, hall, work) {
    const took = [];
    let on = true;
    const ask = (async () => {
        while (on) {
            const began = performance.now();
            await world.daemon.get(`/halls/${hall.code}/counters`);
            took.push(performance.now() - began);
            await pause(1);
        }
    })();
    await work();
    on = false;
    await ask;
    return { p50: percentile(took, 0.5), p99: percentile(took, 0.99), n: took.length };
}

async function measure({ pid, cpu, open, call }) {
    const before = weight(pid);
    const streams = await open();
    try {
        await pause(1500);
        const full = weight(pid);
        const began = cpu();
        const r = await calls(streams, call);
        const spent = (cpu() - began) / CALLS / BOARDS;
        return { ...r, us: spent, kb: (full.rss - before.rss) / BOARDS, anonymous: (full.anonymous - before.anonymous) / BOARDS, streams };
    } catch (error) {
        await streams.close();
        throw error;
    }
}

async function ourRound(texts) {
    const world = await startWorld();
    try {
        const { hall, call, text } = await prepare(world);
        texts.push(text);
        await calm(world);
        const { pid } = world.daemon;
        const r = await watchOthers(world, () => measure({ pid, cpu: () => cpuUs(pid), call,
            open: () => openStreams({ port: world.daemon.ports.http, path: boardPath(hall), token: hall.token, n: BOARDS }) }));
        const quiet = await asking(world, hall, () => pause(1500));
        const during = await asking(world, hall, () => calls(r.streams, call));
        await r.streams.close();
        return { ...r, quiet, during };
    } finally {
        await world.stop();
    }
}

async function theirRound(text) {
    const nchan = await startNchan(BOARDS);
    try {
        const r = await measure({ pid: nchan.pid, cpu: () => cpuUs(nchan.pid), call: () => nchan.publish(text),
            open: () => openStreams({ port: nchan.port, path: '/board/stream', n: BOARDS, first: 'answer' }) });
        await r.streams.close();
        return r;
    } finally {
        await nchan.stop();
    }
}

export async function fanout() {
    const ours = [];
    const theirs = [];
    const texts = [];
    for (let i = 0; i < ROUNDS; i++) {
        ours.push(await undisturbed(() => ourRound(texts)));
        if (hasNchan()) theirs.push(await theirRound(texts.at(-1)));
    }
    const of = (list, pick, digits = 1) => `${median(list.map(pick)).toFixed(digits)} (${spread(list.map(pick), digits)})`;
    const ratio = (pick) => median(ours.map((r, i) => pick(r) / pick(theirs[i]))).toFixed(2);
    const columns = [(r) => r.last, (r) => r.p99, (r) => r.worst, (r) => r.us, (r) => r.kb, (r) => r.anonymous];
    const row = (title, list) => [title, ...columns.map((pick) => of(list, pick))];
    const rows = [row('paihao', ours)];
    if (theirs.length) rows.push(row('nchan', theirs), ['ratio', ...columns.map((pick) => `**${ratio(pick)}**`)]);
    table([`one call to ${count(BOARDS)} boards`, 'at the last one, ms', 'p99 of them, ms', 'slowest call of a round, ms',
        'CPU µs a board', 'KB a board (resident)', 'KB a board (of its own)'], rows);
    console.log(`\nMedians of ${ROUNDS} rounds of ${CALLS} calls in turn (all rounds). Read in one piece: ` +
        `${median(ours.map((r) => r.bytes))} bytes of paihao${theirs.length ? `, ${median(theirs.map((r) => r.bytes))} of nchan; ${nchanVersion()}` : ''}. ` +
        `Other processes took ${Math.round(median(ours.map((r) => r.others)) * 100)} % of the machine.`);
    console.log(`\nOne request after the other on the same worker, p50 and p99 in ms: ${of(ours, (r) => r.quiet.p50)} and ` +
        `${of(ours, (r) => r.quiet.p99)} while the boards are idle, ${of(ours, (r) => r.during.p50)} and ${of(ours, (r) => r.during.p99)} while ` +
        `calls go out to all of them (${count(median(ours.map((r) => r.during.n)))} requests a round).`);
    if (!hasNchan()) console.log('\nnginx and nchan are not installed (nginx, libnginx-mod-nchan): nothing to compare with.');
}

export async function idle() {
    const world = await startWorld();
    try {
        const { hall } = await prepare(world);
        const spent = () => [world.daemon.pid, world.daemon.redisPid()].map(cpuUs);
        const share = async (seconds) => {
            await calm(world);
            const before = spent();
            const began = performance.now();
            await pause(seconds * 1000);
            const us = (performance.now() - began) * 1000;
            return spent().map((after, i) => ((after - before[i]) / us) * 100);
        };
        const without = await share(Math.min(IDLE_S, ALONE_S));
        const streams = await openStreams({ port: world.daemon.ports.http, path: boardPath(hall), token: hall.token, n: IDLE_BOARDS });
        const withBoards = await share(IDLE_S);
        await streams.close();
        const row = (title, [daemon, redis]) => [title, `${daemon.toFixed(2)} %`, `${redis.toFixed(2)} %`];
        table([`for ${IDLE_S} s; nobody there for ${Math.min(IDLE_S, ALONE_S)} s`, 'of a core, daemon', 'Redis'], [row('nobody there', without),
            row(`${count(IDLE_BOARDS)} idle boards`, withBoards)]);
    } finally {
        await world.stop();
    }
}
