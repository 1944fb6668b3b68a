// Redis is away at the start, dies, stands still: 503 within 3 s, recovery without help, nothing acknowledged lost.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';

const issue = '/halls/small/tickets';
const body = { service: 'id-card' };

async function refusedWithin3s(d, method, path, options, statuses = [503]) {
    const begun = Date.now();
    const answer = await d.request(method, path, options);
    assert.ok(statuses.includes(answer.status), `${answer.status} ${answer.text}`);
    assert.ok(Date.now() - begun < 3000, `${Date.now() - begun} ms`);
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    return answer;
}

test('a Redis that is not there at the start', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-chaos-'));
    const path = join(dir, 's');
    const d = await startDaemon({ ready: false, settings: { store: { redis: `unix:${path}` } } });
    const { status, json } = await d.admin('/readyz');
    assert.equal(status, 503);
    assert.equal(json.ready, false);
    assert.ok(json.reason.length > 5, json.reason);
    assert.equal((await d.admin('/healthz')).status, 200);
    assert.equal((await refusedWithin3s(d, 'GET', '/halls/small')).json.code, 'store_down');
    await refusedWithin3s(d, 'POST', issue, { body });
    const redis = spawn('redis-server', ['--dir', dir, '--port', '0', '--unixsocket', path, '--save', ''], { stdio: 'ignore' });
    await d.ready();
    await d.importHall('small');
    await d.post(issue, body);
    await d.stop();
    redis.kill();
    rmSync(dir, { recursive: true });
});

test('a Redis that dies under load', async () => {
    const d = await startDaemon();
    await d.importHall('small');
    const given = new Map(); // number -> id, as acknowledged
    const codes = new Set();
    let going = true;
    const client = async () => {
        while (going) {
            const begun = Date.now();
            const answer = await d.request('POST', issue, { body });
            assert.ok(Date.now() - begun < 3500, `answered after ${Date.now() - begun} ms`);
            if (answer.status === 201) given.set(answer.json.number, answer.json.id);
            else codes.add(answer.json.code);
            await new Promise((r) => { setTimeout(r, 5); });
        }
    };
    const clients = Array.from({ length: 8 }, client);
    for (let round = 0; round < 3; round++) {
        const had = given.size;
        await eventually('tickets are given', () => given.size > had + 10, 20000);
        const pid = d.redisPid();
        process.kill(pid, 'SIGKILL');
        await eventually('another Redis is there', () => d.redisPid() && d.redisPid() !== pid, 20000);
    }
    const had = given.size;
    await eventually('tickets are given again', () => given.size > had + 10, 20000);
    going = false;
    await Promise.all(clients);
    for (const code of codes) assert.ok(['store_down', 'store_timeout', 'busy'].includes(code), code);
    const read = (number) => eventually('a worker is back', () => d.get(`${issue}/${number}`));
    for (const [number, id] of given) assert.equal((await read(number)).id, id);
    await d.stop();
});

test('a Redis that stands still', async () => {
    const d = await startDaemon();
    await d.importHall('small');
    const pid = d.redisPid();
    const key = 'one-action-1';
    process.kill(pid, 'SIGSTOP');
    try {
        // Cached: who asks and which hall. The outcome of a write that was sent is unknown.
        const write = refusedWithin3s(d, 'POST', issue, { body, key }, [503, 504]);
        const read = refusedWithin3s(d, 'GET', `${issue}?state=waiting`);
        assert.ok(['store_timeout', 'store_down'].includes((await write).json.code));
        assert.equal((await read).json.code, 'store_down');
        await eventually('not ready', async () => (await d.admin('/readyz')).status === 503, 6000);
        assert.equal((await d.admin('/healthz')).status, 200);
    } finally {
        process.kill(pid, 'SIGCONT');
    }
    await d.ready();
    const ticket = await d.post(issue, body, { key });
    const { tickets } = await d.get(`${issue}?state=waiting`);
    assert.deepEqual(tickets.map((t) => t.id), [ticket.id]); // done once, whenever it was
    await d.stop();
});

test('a daemon and its Redis that vanish at once', async () => {
    const d = await startDaemon();
    await d.importHall('small');
    const clerk = await d.clerk('li', 'small');
    const given = [];
    for (let i = 0; i < 20; i++) given.push(await d.post(issue, body));
    await clerk.post('/halls/small/counters/1/open');
    const called = (await clerk.post('/halls/small/counters/1/next')).ticket;
    await d.crash();
    await d.start();
    for (const t of given) assert.equal((await d.get(`${issue}/${t.number}`)).id, t.id);
    const { counters } = await clerk.get('/halls/small/counters');
    assert.equal(counters.find((c) => c.code === '1').ticket.id, called.id);
    await d.stop();
});
