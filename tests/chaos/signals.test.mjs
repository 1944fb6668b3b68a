// What the daemon tells its service manager, and how it ends when it is told to at a bad moment. The plain cases are in
// tests/api/program.test.mjs. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, eventually, root, startDaemon } from '../lib/daemon.mjs';

const H = '/halls/small';
const END_MS = 10000;

async function listenTo(t, address) {
    const child = spawn(join(build, 'daemon/notify_listener'), [address], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece) => { text += piece; });
    await eventually('the listener', () => text.startsWith('listening\n'));
    return () => text.split('\n').slice(1, -1);
}

async function endsWell(d) {
    const begun = Date.now();
    d.hold(true);
    d.child.kill('SIGTERM');
    const how = await d.ended;
    assert.deepEqual(how, { code: 0, signal: null }, d.log);
    assert.ok(Date.now() - begun < END_MS, `ended after ${Date.now() - begun} ms`);
    assert.ok(!/runtime error:|ERROR: \w+Sanitizer/.test(d.log), d.log);
    rmSync(d.dir, { recursive: true, force: true });
}

for (const abstract of [false, true]) {
    test(`the service manager hears of every step, on ${abstract ? 'an abstract socket' : 'a file'}`, async (t) => {
        const dir = mkdtempSync(join(tmpdir(), 'paihao-notify-'));
        t.after(() => rmSync(dir, { recursive: true, force: true }));
        const address = abstract ? `@paihao-test-${process.pid}` : join(dir, 'n');
        const told = await listenTo(t, address);
        const d = await startDaemon({ env: { NOTIFY_SOCKET: address, WATCHDOG_USEC: '200000' } });
        const has = (pattern, from = 0) => eventually(pattern.source, () => told().slice(from).some((x) => pattern.test(x)), 5000);
        await has(/^READY=1(\||$)/);
        await has(/STATUS=Serving\.$/);
        await eventually('the watchdog is fed', () => told().filter((x) => x === 'WATCHDOG=1').length >= 3, 5000);
        for (const settings of [{ log: { level: 'debug' } }, { log: { level: 'nonsense' } }]) {
            const before = told().length;
            const soonest = readFileSync('/proc/uptime', 'utf8').split('.')[0] * 1e6;
            d.writeSettings(settings);
            d.child.kill('SIGHUP');
            await has(/^RELOADING=1\|MONOTONIC_USEC=\d+$/, before);
            await has(/^READY=1(\||$)/, before);
            const all = told().slice(before).filter((x) => x !== 'WATCHDOG=1');
            assert.match(all[0], /^RELOADING/);
            assert.ok(Number(all[0].match(/\d+$/)[0]) >= soonest, 'the monotonic clock in microseconds');
        }
        d.writeSettings({});
        await d.stop();
        assert.match(told().filter((x) => x !== 'WATCHDOG=1').at(-1), /^STOPPING=1(\||$)/);
    });
}

test('the watchdog of another process is not fed', async (t) => {
    const told = await listenTo(t, `@paihao-other-${process.pid}`);
    const d = await startDaemon({ env: { NOTIFY_SOCKET: `@paihao-other-${process.pid}`, WATCHDOG_USEC: '100000',
        WATCHDOG_PID: String(process.pid) } });
    const until = Date.now() + 5 * 100;
    await eventually('several periods have passed', () => told().length > 0 && Date.now() > until);
    await d.stop();
    assert.ok(!told().includes('WATCHDOG=1'));
});

test('a service manager that is gone does no harm', async () => {
    const d = await startDaemon({ env: { NOTIFY_SOCKET: '/nonexistent/socket', WATCHDOG_USEC: '100000' } });
    await eventually('it says so', () => /notify: /.test(d.log));
    await d.stop();
});

test('SIGTERM: writes that wait for a slow store are answered, streams end, silent connections do not hold it up', async () => {
    const d = await startDaemon();
    await d.importHall('small');
    const streams = [];
    for (let i = 0; i < 10; i++) streams.push(await d.stream(`${H}/stream`), await d.stream(`${H}/board/stream`));
    for (const s of streams) await s.next('snapshot');
    const silent = [];
    for (const text of ['', 'GET /api/v1/halls HTTP/1.1\r\nHo', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{']) {
        for (let i = 0; i < 5; i++) {
            const socket = connect(d.ports.http, '127.0.0.1').on('error', () => { /* cut off: that is what happens */ });
            socket.write(text);
            silent.push(socket);
        }
    }
    const redis = d.redis();
    await redis.ping();
    redis.debug('SLEEP', '1.5').catch(() => { /* it may be ended meanwhile */ });
    const other = d.redis();
    other.on('error', () => { /* ended with the daemon */ });
    const asleep = other.ping().catch(() => { /* likewise */ });
    const pending = async () => Number((await d.admin('/metrics')).text.match(/^paihao_store_calls_pending (\d+)/m)[1]);
    const writes = Array.from({ length: 30 }, () => d.request('POST', `${H}/tickets`, { body: { service: 'advice' } }));
    await eventually('all of them wait for the store', async () => await pending() >= 30, 1400);
    const ending = endsWell(d);
    const answers = await Promise.all(writes);
    assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([201]));
    assert.equal(new Set(answers.map((a) => a.json.number)).size, 30);
    await ending;
    for (const s of streams) await eventually('the stream has ended', () => s.ended);
    await asleep;
    redis.disconnect();
    other.disconnect();
    for (const socket of silent) socket.destroy();
});

test('SIGTERM again and again, and SIGINT, end it once', async () => {
    const d = await startDaemon();
    await d.importHall('small');
    const s = await d.stream(`${H}/stream`);
    d.child.kill('SIGINT');
    for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT']) d.child.kill(name);
    await endsWell(d);
    await eventually('the stream has ended', () => s.ended);
});

test('SIGTERM right at the start, with and without a store', async (t) => {
    for (const store of [{}, { redis: 'unix:/nonexistent/s' }, { redis: '127.0.0.1:1' }]) {
        const d = await startDaemon({ ready: false, settings: { store } });
        await endsWell(d);
    }
    const d = await startDaemon({ ready: false, settings: { workers: 8 } });
    t.diagnostic(d.log.split('\n').at(-2));
    await endsWell(d);
});

test('nobody reads the log any more: the daemon lives on', async () => {
    const d = await startDaemon({ settings: { log: { level: 'debug' } } });
    d.child.stderr.destroy();
    d.child.stdout.destroy();
    await d.importHall('small');
    await d.clerk('li', 'small');
    for (let i = 0; i < 20; i++) assert.equal((await d.request('POST', `${H}/tickets`, { body: { service: 'advice' } })).status, 201);
    await endsWell(d);
});

test('settings that became unreadable change nothing', async () => {
    const d = await startDaemon();
    for (const text of ['state_dir: [', '', 'a: 1\n', '\0', `state_dir: ${root}\n`]) {
        const before = d.log.length;
        writeFileSync(d.config, text);
        d.child.kill('SIGHUP');
        await eventually('the log tells', () => /settings: nothing was reloaded: /.test(d.log.slice(before)), 5000);
        await d.ready();
    }
    rmSync(d.config);
    const before = d.log.length;
    d.child.kill('SIGHUP');
    await eventually('the log tells', () => /settings: nothing was reloaded: /.test(d.log.slice(before)), 5000);
    await d.stop();
});
