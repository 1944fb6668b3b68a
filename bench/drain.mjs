// A hundred thousand messages queued at once, and a call behind them: how fast they go out through the gateway that sends
// nothing (so all of it is outbox, store and texts), how soon the call does, and whether memory stays flat. Then the same
// through SMPP, beside the bare codec over a blocking socket (smpp_bare.c). The daemon is stopped (SIGSTOP) while they are
// queued. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DAEMON_CORE, STORE_CORE, bench, build, count, cpuUs, eventually, median, pin, rssKb, run, spread, startWorld, table,
    unpin, watchOthers } from './world.mjs';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 100000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const WINDOWS = { 1: 20000, 10: 100000, 50: 100000 }; // messages of a round
const WANTED = 0.5;
const BATCH = 1000;
const LOOK_MS = 20;
export const HALL = 'small';
export const OUTBOX = `{${HALL}}:outbox`;
const WORTH_MS = 3600000;
const MB = 1024;

// One part, as smpp_bare.c sends it.
export const withText = (file) => `${file}\nmessages: {ticket: {en: "Number {number}: counter 3. Please come now."}}\n`;

export const gateways = (gateway) => ({ sms: { gateways: [{ name: 'g', rate_per_second: 100000, ...gateway }] } });

// An entry as the daemon's own library writes it, caught on its way.
export async function sampleEntry({ daemon, redis }) {
    const reader = redis.duplicate();
    const next = reader.xread('BLOCK', 10000, 'COUNT', 1, 'STREAMS', OUTBOX, '$');
    await eventually('the reader waits', async () => /blocked_clients:[1-9]/.test(await redis.info('clients')));
    await daemon.post(`/halls/${HALL}/tickets`, { service: 'id-card', lang: 'en', phone: '13800000001' });
    const [[, [[, fields]]]] = await next;
    reader.disconnect();
    return fields;
}

const withField = (fields, name, value) => {
    const copy = [...fields];
    copy[copy.indexOf(name) + 1] = value;
    return copy;
};

export async function fill(redis, entry, messages) {
    const fields = withField(entry, 'x', String(Date.now() + WORTH_MS));
    for (let done = 0; done < messages; done += BATCH) {
        const batch = redis.pipeline();
        for (let i = 0; i < BATCH; i++) batch.xadd(OUTBOX, '*', ...fields);
        await batch.exec();
    }
    const call = await redis.xadd(OUTBOX, '*', ...withField(fields, 'k', 'called'));
    await redis.publish('paihao:bell', `${HALL} outbox`); // as the library rings the bell
    return call;
}

const acceptedCount = async (daemon) => Number(/^paihao_messages_total\{state="accepted"\} (\d+)/m
    .exec((await daemon.admin('/metrics')).text)?.[1] ?? 0);

async function drained({ daemon, redis }, call, messages) {
    const began = performance.now();
    const seen = { call: 0, peak: 0, half: 0 };
    process.kill(daemon.pid, 'SIGCONT');
    for (;;) {
        const [left, state] = await Promise.all([redis.xlen(OUTBOX), redis.hget(`{${HALL}}:m:${call}`, 'st')]);
        const rss = rssKb(daemon.pid);
        if (!seen.call && state === 'accepted') seen.call = performance.now() - began;
        seen.peak = Math.max(seen.peak, rss);
        if (left > messages / 2) seen.half = Math.max(seen.half, rss);
        if (left === 0) return { ...seen, ms: performance.now() - began };
        await new Promise((r) => { setTimeout(r, LOOK_MS); });
    }
}

// All of them, each once, through a daemon with that gateway.
async function round(gateway, messages, { loose = false, fsync = 'everysec' } = {}) {
    const world = await startWorld({ settings: gateways(gateway), fsync });
    const { daemon, redis } = world;
    if (loose) for (const pid of [daemon.pid, daemon.redisPid()]) unpin(pid);
    try {
        await daemon.importHall(HALL, { edit: withText });
        const entry = await sampleEntry(world);
        await eventually('the sample is out', async () => await redis.xlen(OUTBOX) === 0);
        const before = { rss: rssKb(daemon.pid), accepted: await acceptedCount(daemon) };
        process.kill(daemon.pid, 'SIGSTOP');
        const call = await fill(redis, entry, messages);
        const cpu = [daemon.pid, daemon.redisPid()].map(cpuUs);
        const r = await watchOthers(world, () => drained(world, call, messages));
        const [daemonUs, storeUs] = [daemon.pid, daemon.redisPid()].map((pid, i) => (cpuUs(pid) - cpu[i]) / messages);
        assert.equal(await acceptedCount(daemon) - before.accepted, messages + 1);
        return { ...r, perSecond: messages * 1000 / r.ms, before: before.rss, after: rssKb(daemon.pid), daemonUs, storeUs };
    } finally {
        await world.stop();
    }
}

export async function drain() {
    const r = await round({ kind: 'null', window: 64 }, MESSAGES);
    table(['queued', 'messages/s', 'the call behind them, ms', 'daemon CPU µs', 'Redis CPU µs', 'resident before',
        'in the first half', 'at most', 'afterwards', 'other processes'],
    [[count(MESSAGES), count(r.perSecond), r.call.toFixed(0), r.daemonUs.toFixed(0), r.storeUs.toFixed(0),
        ...[r.before, r.half, r.peak, r.after].map((kb) => `${(kb / MB).toFixed(1)} MB`), `${Math.round(r.others * 100)} %`]]);
}

// The centre of smpp.mjs, in a process of its own. Beside the bare codec it has a core to itself; three processes share the two
// cores as the kernel places them.
export async function outbox() {
    const child = fork(bench('smpp.mjs'), ['centre']);
    const [port] = await once(child, 'message');
    const rows = [];
    for (const [window, messages] of Object.entries(WINDOWS)) {
        const rounds = [];
        const bare = [];
        for (let i = 0; i < ROUNDS; i++) {
            pin(child.pid, STORE_CORE);
            const us = await run(DAEMON_CORE, join(build, 'bench_smpp'), [port, window, messages].map(String));
            bare.push(messages / Number(us) * 1e6);
            unpin(child.pid);
            rounds.push(await round({ kind: 'smpp', address: `127.0.0.1:${port}`, login: 'bench', from: '10691234',
                window: Number(window) }, messages, { loose: true, fsync: process.env.BENCH_FSYNC }));
        }
        const all = rounds.map((r) => r.perSecond);
        const of = (field) => median(rounds.map((r) => r[field])).toFixed(0);
        rows.push([window, `${count(median(bare))} (${spread(bare.map((n) => n / 1000), 1)} k)`,
            `${count(median(all))} (${spread(all.map((n) => n / 1000), 1)} k)`, `**${(median(all) / median(bare)).toFixed(2)}**`,
            of('daemonUs'), of('storeUs'), `${Math.round(median(rounds.map((r) => r.others)) * 100)} %`]);
    }
    child.disconnect();
    await once(child, 'exit');
    table(['window', 'bare codec, submit_sm/s (all rounds)', 'outbox to accepted, messages/s', 'ratio', 'daemon CPU µs',
        'Redis CPU µs', 'other processes'], rows);
    console.log(`\nWanted: ratio ${WANTED} at each window.`);
}
