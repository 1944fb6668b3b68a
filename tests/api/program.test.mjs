// The program itself: options, exit statuses, signals, its files. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, paihaod, startDaemon } from '../lib/daemon.mjs';

const run = (...args) => spawnSync(paihaod, args, { encoding: 'utf8', timeout: 20000 });

test('options print what they say and end with sysexits', () => {
    assert.match(run('--version').stdout, /^paihaod \d+\.\d+\.\d+\nlibevent 2\..*\nlibmicrohttpd /);
    assert.match(run('--help').stdout, /^usage: paihaod/);
    assert.match(run('--print-sample').stdout, /state_dir:/);
    assert.match(run('--print-config').stdout, /state_dir:/);
    assert.equal(run('--check-config').status, 0);
    assert.equal(run('--nonsense').status, 64);
    assert.equal(run('stray').status, 64);
    const missing = run('--config', '/nonexistent/paihao.yaml', '--check-config');
    assert.equal(missing.status, 78);
    assert.match(missing.stderr, /\/nonexistent\/paihao\.yaml/);
});

test('the sample is a settings file', async () => {
    const d = await startDaemon();
    const sample = join(d.dir, 'sample.yaml');
    writeFileSync(sample, run('--print-sample').stdout);
    assert.equal(run('--config', sample, '--check-config').status, 0);
    writeFileSync(sample, 'workers: many\n');
    const bad = run('--config', sample);
    assert.equal(bad.status, 78);
    assert.match(bad.stderr, /sample\.yaml:1:\d+: /);
    await d.stop();
});

test('it starts quickly, keeps its secrets to itself, and cleans up', async () => {
    const begun = Date.now();
    const d = await startDaemon({ settings: { workers: 1 } });
    const tookMs = Date.now() - begun;
    assert.ok(tookMs < 5000, `ready after ${tookMs} ms`); // far above what it takes; bench/ measures
    for (const file of ['ctl.token', 'ports', 'keys']) {
        assert.equal(statSync(join(d.stateDir, file)).mode & 0o777, 0o600, file);
    }
    assert.equal(statSync(d.stateDir).mode & 0o777, 0o700);
    assert.match(d.log, /listening on http:\/\/127\.0\.0\.1:\d+ \(admin :\d+\)/);
    assert.ok(!d.log.includes(d.token));
    const redis = d.redisPid();
    await d.stop({ keep: true });
    for (const file of ['ctl.token', 'ports', 'redis.pid']) assert.ok(!existsSync(join(d.stateDir, file)), file);
    assert.throws(() => process.kill(redis, 0));
});

test('a second daemon in the same folder, or on the same port, is refused', async () => {
    const d = await startDaemon();
    const second = run('--config', d.config);
    assert.equal(second.status, 73);
    assert.match(second.stderr, /another paihaod runs there/);
    const other = join(d.dir, 'other.yaml');
    const settings = { state_dir: join(d.dir, 'other'), http: { port: d.ports.admin, admin_port: 0 } };
    writeFileSync(other, JSON.stringify(settings));
    const taken = run('--config', other);
    assert.equal(taken.status, 71);
    assert.match(taken.stderr, /error/);
    assert.equal((await d.admin('/readyz')).status, 200);
    await d.stop();
});

test('SIGHUP takes over what can change, all or nothing', async () => {
    const d = await startDaemon();
    const reload = async (settings, pattern) => {
        d.writeSettings(settings);
        const before = d.log.length;
        d.child.kill('SIGHUP');
        await eventually('the log tells', () => pattern.test(d.log.slice(before)), 5000);
    };
    await reload({ log: { level: 'debug' } }, /settings: reloaded/);
    await reload({ log: { level: 'info', format: 'json' } }, /"msg":"settings: reloaded"|settings: reloaded/);
    await reload({ log: { level: 'nothing' } }, /nothing was reloaded: .*level/);
    await reload({ log: { level: 'error' }, session: { idle_minutes: 7 } }, /nothing was reloaded: .*idle_minutes/);
    assert.equal((await d.admin('/readyz')).status, 200);
    await d.stop();
});

test('SIGTERM answers what is under way, ends the streams, and loses nothing', async () => {
    const d = await startDaemon();
    await d.importHall('small');
    const stream = await d.stream('/halls/small/board/stream');
    await stream.next('snapshot');
    // The head of a request is there, its body is not: it must still be answered.
    const slow = connect(d.ports.http, '127.0.0.1');
    let answer = '';
    slow.setEncoding('utf8').on('data', (text) => { answer += text; });
    const body = JSON.stringify({ service: 'id-card' });
    slow.write(`POST /api/v1/halls/small/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${d.token}\r\n`
        + `Content-Type: application/json\r\nIdempotency-Key: slow-request\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
    const writes = Array.from({ length: 50 }, () => d.request('POST', '/halls/small/tickets', { body: { service: 'id-card' } })
        .catch(() => null));
    await d.request('GET', '/clock');
    d.child.kill('SIGTERM');
    slow.write(body.slice(5));
    const given = (await Promise.all(writes)).filter((a) => a?.status === 201).map((a) => a.json.number);
    await eventually('the stream has ended', () => stream.ended);
    await eventually('the slow request is answered', () => /^HTTP\/1\.1 (201|503) /.test(answer));
    if (answer.startsWith('HTTP/1.1 201')) given.push(answer.match(/"number":"(\w+)"/)[1]);
    await d.stop({ keep: true });
    await d.start();
    const { tickets } = await d.get('/halls/small/tickets?state=waiting&limit=200');
    const kept = tickets.map((t) => t.number);
    for (const number of given) assert.ok(kept.includes(number), number);
    assert.equal(new Set(kept).size, kept.length);
    await d.stop();
});

test('the log never shows a token, a password or a phone number', async () => {
    const d = await startDaemon({ settings: { log: { level: 'debug' } } });
    await d.importHall('small');
    const clerk = await d.clerk('li', 'small');
    const kiosk = await d.device('k1', 'kiosk', 'small');
    const { link } = await kiosk.post('/halls/small/tickets', { service: 'id-card', phone: '13800010001' });
    await d.citizen(link).get('/ticket');
    await clerk.request('POST', '/halls/small/counters/1/pause', { body: { reason: '13800010001' }, key: 'x' });
    const metrics = (await d.admin('/metrics')).text;
    const log = d.log;
    await d.stop({ keep: true });
    const secrets = [d.token, clerk.token, kiosk.token, link.split('.')[2], 'correct horse', '13800010001'];
    const stored = readFileSync(join(d.stateDir, 'redis.log'), 'utf8');
    for (const secret of secrets) assert.ok(!(log + metrics + stored).includes(secret), secret);
});
