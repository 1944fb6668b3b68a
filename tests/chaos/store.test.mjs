// A store that is full, loses its connections, its library or all it holds, goes back in time, or may not be written to:
// the daemon says so, refuses what it must, and goes on by itself. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';
import { OwnRedis } from '../lib/own_redis.mjs';

const H = '/halls/small';
let own;
let redis;
let d;

before(async () => {
    own = await new OwnRedis().start();
    redis = own.client();
    d = await startDaemon({ settings: { store: own.settings() } });
    await d.importHall('small');
});

after(async () => {
    await d?.stop();
    redis?.disconnect();
    await own?.stop();
});

const issue = (daemon = d) => daemon.post(`${H}/tickets`, { service: 'id-card' });
const asked = (daemon = d) => daemon.request('POST', `${H}/tickets`, { body: { service: 'id-card' } });

async function notReady(pattern, daemon = d) {
    await eventually(`not ready: ${pattern}`, async () => {
        const answer = await daemon.admin('/readyz');
        return answer.status === 503 && pattern.test(answer.json.reason);
    });
}

function historyIsClean() {
    const ran = spawnSync(join(build, 'daemon/ctl/paihaoctl'), ['--state-dir', d.stateDir, 'history', 'check', 'small'], { encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
}

test('connections that break under load: nobody notices', async () => {
    let open = true;
    const numbers = [];
    const given = new Array(6).fill(0); // by each kiosk
    const kiosk = async (i) => {
        while (open) {
            const answer = await asked();
            assert.equal(answer.status, 201, answer.text);
            numbers.push(answer.json.number);
            given[i]++;
            if (numbers.length % 100 === 0) await d.post(`${H}/close-day`);
        }
    };
    const working = Promise.all(given.map((_, i) => kiosk(i)));
    try {
        for (let i = 0; i < 25; i++) {
            const before = [...given];
            await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
            await redis.client('KILL', 'TYPE', 'pubsub');
            // What was under way has its answer: a call that meets two broken connections is given up.
            await Promise.race([working, eventually('tickets again', () => given.every((n, k) => n > before[k] + 1))]);
        }
    } finally {
        open = false;
    }
    await working;
    const { events } = await d.get(`${H}/events?limit=1`);
    const last = Number((await redis.xrevrange('{small}:events', '+', '-', 'COUNT', 1))[0][0].split('-')[1]);
    assert.ok(events.length === 1 && last > numbers.length);
    const issued = (await redis.xrange('{small}:events', '-', '+')).filter(([, [, e]]) => e.includes('"ticket.issued"'));
    assert.equal(issued.length, numbers.length, 'each exactly once');
    historyIsClean();
});

test('a library that is gone is loaded again, and the call is answered', async () => {
    for (let i = 0; i < 5; i++) {
        await redis.call('FUNCTION', 'FLUSH');
        const answers = await Promise.all(Array.from({ length: 10 }, () => asked()));
        assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([201]));
    }
});

test('a full store: no new tickets, but the work at the counters goes on', async () => {
    const waiting = [];
    for (let i = 0; i < 4; i++) waiting.push(await issue());
    await d.post(`${H}/counters/1/open`);
    const { ticket } = await d.post(`${H}/counters/1/next`);
    await d.post(`${H}/counters/1/begin`);
    const used = Number((await redis.info('memory')).match(/^used_memory:(\d+)/m)[1]);
    await redis.config('SET', 'maxmemory', String(Math.floor(used / 2)));
    const refused = await asked();
    assert.equal(`${refused.status} ${refused.json.code}`, '507 store_full');
    await notReady(/memory|full/i);
    const last = waiting.find((t) => t.id !== ticket.id);
    assert.equal((await d.citizen(last.link).post('/ticket/cancel')).state, 'cancelled');
    assert.equal((await d.post(`${H}/counters/1/finish`)).state, 'done');
    assert.equal((await d.get(`${H}/counters`)).counters[0].state, 'open');
    await redis.config('SET', 'maxmemory', '0');
    await d.ready();
    await issue();
    await d.post(`${H}/close-day`);
    historyIsClean();
});

test('a store that may only be read: refused as such, and back by itself', async () => {
    await redis.call('REPLICAOF', '127.0.0.1', '1');
    try {
        const answer = await asked();
        assert.equal(answer.status, 503, answer.text);
        assert.match(answer.headers.get('retry-after'), /^[1-3]$/);
        await notReady(/replica|read/i);
    } finally {
        await redis.call('REPLICAOF', 'NO', 'ONE');
    }
    await d.ready();
    await issue();
});

test('a store that lost everything: streams start anew, and a new import is enough', async () => {
    const board = await d.stream(`${H}/board/stream`);
    const before = (await board.next('snapshot')).id;
    await issue();
    const clerk = await d.clerk('li', 'small');
    await redis.flushall();
    const gone = await eventually('the hall is gone', async () => {
        const answer = await asked();
        return answer.status === 404 && answer.json.code;
    });
    assert.equal(gone, 'hall_unknown');
    assert.equal((await d.admin('/readyz')).status, 200, 'an empty store is a store');
    // A second has to pass: the epoch of the events is the second in which the hall was made.
    await eventually('another second', () => Math.floor(Date.now() / 1000) > Number(before.split('-')[0]));
    await d.importHall('small');
    const first = await issue();
    assert.equal(first.number, 'A001');
    const snapshot = await board.next('snapshot', (s) => s.event && s.event.split('-')[0] !== before.split('-')[0]);
    assert.notEqual(snapshot.id.split('-')[0], before.split('-')[0]);
    const late = await d.stream(`${H}/board/stream`, { lastEventId: before });
    assert.equal((await late.next(undefined, (e) => e.calls || e.at)).event, 'snapshot');
    await eventually('a session of before is none', async () => (await clerk.request('GET', '/session')).status === 401, 35000);
    await board.close();
    await late.close();
    historyIsClean();
});

test('an older copy is restored: who has seen more gets the present state', async () => {
    const e = await startDaemon();
    await e.importHall('small');
    for (let i = 0; i < 3; i++) await issue(e);
    await e.stop({ keep: true });
    const [data, copy] = [join(e.stateDir, 'redis'), join(e.dir, 'copy')];
    cpSync(data, copy, { recursive: true });
    await e.start();
    const staff = await e.stream(`${H}/stream`);
    await staff.next('snapshot');
    for (let i = 0; i < 5; i++) await issue(e);
    const seen = (await staff.next('change', (c) => c.number === 'A008')).id;
    await staff.close();
    await e.stop({ keep: true });
    rmSync(data, { recursive: true });
    cpSync(copy, data, { recursive: true });
    await e.start();
    const again = await e.stream(`${H}/stream`, { lastEventId: seen });
    const first = await again.next(undefined, (x) => x.tickets || x.type);
    assert.equal(first.event, 'snapshot');
    assert.deepEqual(first.data.tickets.map((t) => t.number).sort(), ['A001', 'A002', 'A003']);
    assert.equal((await issue(e)).number, 'A004');
    await again.next('change', (c) => c.number === 'A004');
    await again.close();
    await e.stop();
});
