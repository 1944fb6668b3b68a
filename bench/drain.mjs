// A hundred thousand messages queued at once, and a call behind them: how fast they go out through the gateway that sends
// nothing (so all of it is outbox, store and texts), how soon the call does, and whether memory stays flat. The daemon is
// stopped (SIGSTOP) while they are queued. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { count, cpuUs, eventually, rssKb, startWorld, table, watchOthers } from './world.mjs';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 100000);
const BATCH = 1000;
const LOOK_MS = 20;
const HALL = 'small';
const OUTBOX = `{${HALL}}:outbox`;
const WORTH_MS = 3600000;
const MB = 1024;

const settings = { sms: { gateways: [{ name: 'none', kind: 'null', rate_per_second: 100000, window: 64 }] } };

// An entry as the daemon's own library writes it, caught on its way.
async function sampleEntry({ daemon, redis }) {
    const reader = redis.duplicate();
    const next = reader.xread('BLOCK', 10000, 'COUNT', 1, 'STREAMS', OUTBOX, '$');
    await eventually('the reader waits', async () => /blocked_clients:[1-9]/.test(await redis.info('clients')));
    await daemon.post(`/halls/${HALL}/tickets`, { service: 'id-card', lang: 'zh', phone: '13800000001' });
    const [[, [[, fields]]]] = await next;
    reader.disconnect();
    return fields;
}

const withField = (fields, name, value) => {
    const copy = [...fields];
    copy[copy.indexOf(name) + 1] = value;
    return copy;
};

async function fill(redis, entry) {
    const fields = withField(entry, 'x', String(Date.now() + WORTH_MS));
    for (let done = 0; done < MESSAGES; done += BATCH) {
        const batch = redis.pipeline();
        for (let i = 0; i < BATCH; i++) batch.xadd(OUTBOX, '*', ...fields);
        await batch.exec();
    }
    return redis.xadd(OUTBOX, '*', ...withField(fields, 'k', 'called'));
}

const acceptedCount = async (daemon) => Number(/^paihao_messages_total\{state="accepted"\} (\d+)/m
    .exec((await daemon.admin('/metrics')).text)?.[1] ?? 0);

async function drained({ daemon, redis }, call) {
    const began = performance.now();
    const seen = { call: 0, peak: 0, half: 0 };
    process.kill(daemon.pid, 'SIGCONT');
    for (;;) {
        const [left, state] = await Promise.all([redis.xlen(OUTBOX), redis.hget(`{${HALL}}:m:${call}`, 'st')]);
        const rss = rssKb(daemon.pid);
        if (!seen.call && state === 'accepted') seen.call = performance.now() - began;
        seen.peak = Math.max(seen.peak, rss);
        if (left > MESSAGES / 2) seen.half = Math.max(seen.half, rss);
        if (left === 0) return { ...seen, ms: performance.now() - began };
        await new Promise((r) => { setTimeout(r, LOOK_MS); });
    }
}

export async function drain() {
    const world = await startWorld({ settings });
    const { daemon, redis } = world;
    try {
        await daemon.importHall(HALL);
        const entry = await sampleEntry(world);
        await eventually('the sample is out', async () => await redis.xlen(OUTBOX) === 0);
        const before = { rss: rssKb(daemon.pid), accepted: await acceptedCount(daemon) };
        process.kill(daemon.pid, 'SIGSTOP');
        const call = await fill(redis, entry);
        const cpu = [daemon.pid, daemon.redisPid()].map(cpuUs);
        const r = await watchOthers(world, () => drained(world, call));
        const spent = [daemon.pid, daemon.redisPid()].map((pid, i) => (cpuUs(pid) - cpu[i]) / MESSAGES);
        assert.equal(await acceptedCount(daemon) - before.accepted, MESSAGES + 1); // each once
        table(['queued', 'messages/s', 'the call behind them, ms', 'daemon CPU µs', 'Redis CPU µs', 'resident before',
            'in the first half', 'at most', 'afterwards', 'other processes'],
        [[count(MESSAGES), count(MESSAGES * 1000 / r.ms), r.call.toFixed(0), spent[0].toFixed(0), spent[1].toFixed(0),
            ...[before.rss, r.half, r.peak, rssKb(daemon.pid)].map((kb) => `${(kb / MB).toFixed(1)} MB`),
            `${Math.round(r.others * 100)} %`]]);
    } finally {
        await world.stop();
    }
}
