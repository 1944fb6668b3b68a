// Silent connections, headers that come byte by byte, and boards that never read: the API answers others about as fast
// as without them, and the daemon's memory does not grow with what is not read.
//
// PAIHAO_SLOW_STREAMS (1000): more for script/chaos, which also waits until boards that never read are cut off.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';

const STREAMS = Number(process.env.PAIHAO_SLOW_STREAMS ?? 1000);
const H = '/halls/small';
const FILL = 1000; // changes of 90 bytes: more than the kernel takes for a reader that takes nothing
const MORE = 700; // and further behind than the events that are kept for it
const DEADLINE_MS = 3000;
const MARGIN_MS = 5000; // of a busy machine, on top of the deadline
// An answer may take so many times as long as without the load. A daemon held up by one of them for a deadline, or for
// the time a reader stalls, is a hundred times slower.
const TIMES = 10;
const FLOOR_MS = 20; // what is quicker than this is not told apart from noise
let d;
let board;
let baseline;

before(async () => {
    d = await startDaemon({ settings: { http: { request_deadline_ms: DEADLINE_MS } },
        env: { ASAN_OPTIONS: 'quarantine_size_mb=4' } }); // else freed memory would look like growth
    await d.importHall('small', { edit: (text) => text.replaceAll('last: 999', 'last: 9999') });
    board = await d.device('b1', 'board', 'small');
    await measure(); // caches and heaps have their size after this
    baseline = await measure();
});

after(() => d.stop());

// The median and the 95th percentile of some requests, each on a connection of its own, as a new client would come.
async function measure(n = 160) {
    const took = [];
    const ask = async () => {
        for (let i = 0; i < n / 4; i++) {
            const begun = performance.now();
            const answer = await d.request(i % 4 ? 'GET' : 'POST', i % 4 ? `${H}/counters` : `${H}/tickets`,
                { body: i % 4 ? undefined : { service: 'advice' }, headers: { connection: 'close' } });
            took.push(performance.now() - begun);
            assert.ok(answer.status < 300, answer.text);
        }
    };
    await Promise.all([ask(), ask(), ask(), ask()]);
    took.sort((a, b) => a - b);
    return { median: took[Math.floor(n / 2)], most: took[Math.floor(n * 0.95)] };
}

const shown = (m) => `median ${m.median.toFixed(1)} ms, 95 % within ${m.most.toFixed(1)} ms`;

async function asQuick(t, what) {
    const now = await measure();
    t.diagnostic(`${what}: ${shown(now)}; without: ${shown(baseline)}`);
    for (const part of ['median', 'most']) {
        const bound = TIMES * Math.max(baseline[part], FLOOR_MS);
        assert.ok(now[part] <= bound, `${what}: ${part} ${now[part].toFixed(1)} ms, bound ${bound.toFixed(1)} ms`);
    }
}

function memoryMb() {
    return Number(readFileSync(`/proc/${d.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)[1]) / 1024;
}

async function open(n, text) {
    const sockets = await Promise.all(Array.from({ length: n }, () => new Promise((r, reject) => {
        const socket = connect(d.ports.http, '127.0.0.1', () => {
            if (text) socket.write(text);
            r(socket);
        }).on('error', reject);
    })));
    for (const socket of sockets) {
        socket.on('error', () => { /* cut off: that is what happens */ }).resume();
        socket.once('close', () => { socket.over = true; });
    }
    return sockets;
}

test('500 silent connections', async (t) => {
    const begun = Date.now();
    const sockets = await open(500);
    await asQuick(t, '500 silent connections');
    await eventually('all are closed', () => sockets.every((s) => s.over), DEADLINE_MS + MARGIN_MS);
    assert.ok(Date.now() - begun >= DEADLINE_MS * 0.9, 'not before their time');
});

test('200 headers that come byte by byte', async (t) => {
    const sockets = await open(200, 'GET /api/v1/halls HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const trickle = setInterval(() => { for (const s of sockets) if (!s.over && s.writable) s.write('a'); }, 50);
    t.after(() => clearInterval(trickle));
    await asQuick(t, '200 slow headers');
    await eventually('all are closed', () => sockets.every((s) => s.over), DEADLINE_MS + MARGIN_MS);
});

test('200 bodies that come byte by byte', async (t) => {
    const sockets = await open(200, `POST /api/v1${H}/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${d.token}\r\n`
        + 'Content-Type: application/json\r\nIdempotency-Key: slow-body\r\nContent-Length: 5000\r\n\r\n{"service":"');
    const trickle = setInterval(() => { for (const s of sockets) if (!s.over && s.writable) s.write('a'); }, 50);
    t.after(() => clearInterval(trickle));
    await asQuick(t, '200 slow bodies');
    await eventually('all are closed', () => sockets.every((s) => s.over), DEADLINE_MS + MARGIN_MS);
});

test(`${STREAMS} boards that never read`, async (t) => {
    const before = memoryMb();
    const crowd = spawn(join(build, 'daemon/crowd'), [String(d.ports.http), String(STREAMS),
        `GET /api/v1${H}/board/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${board.token}\r\n\r\n`],
    { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => crowd.kill('SIGKILL'));
    let told = '';
    crowd.stdout.setEncoding('utf8').on('data', (text) => { told += text; });
    const streams = async () => Number((await d.admin('/metrics')).text.match(/^paihao_streams\{channel="board"\} (\d+)/m)?.[1] ?? 0);
    await eventually('all are open', async () => told.startsWith('there') && await streams() >= STREAMS, 20000);
    const opened = memoryMb();
    await asQuick(t, `${STREAMS} streams`);
    const reader = await board.stream(`${H}/board/stream`);
    await reader.next('snapshot');
    let last;
    const work = async (n) => {
        for (let i = 0; i < n / 10; i++) {
            last = (await Promise.all(Array.from({ length: 10 }, () => d.post(`${H}/tickets`, { service: 'residence' })))).length;
        }
        assert.equal(last, 10);
    };
    await work(FILL);
    const half = memoryMb();
    await asQuick(t, `${STREAMS} streams that are full`);
    const begun = performance.now();
    await work(MORE);
    const { tickets } = await d.get(`${H}/tickets?state=waiting&service=residence&limit=1`);
    assert.equal(tickets.length, 1);
    await reader.next('change', (c) => c.waiting?.residence >= FILL + MORE, 20000);
    t.diagnostic(`${MORE} tickets to ${STREAMS} streams took ${Math.round(performance.now() - begun)} ms`);
    const end = memoryMb();
    t.diagnostic(`memory: ${before.toFixed(1)} MB, with the streams ${opened.toFixed(1)}, when they are full `
        + `${half.toFixed(1)}, after ${MORE} events more ${end.toFixed(1)}`);
    assert.ok(opened - before < STREAMS * 0.064 + 16, 'each stream costs little');
    assert.ok(end - half < 12, `unread events are not kept for each reader: ${half.toFixed(1)} -> ${end.toFixed(1)} MB`);
    if (STREAMS > 1000) {
        await eventually('who never reads is cut off', async () => await streams() === 1, 60000);
    }
    await reader.close();
    crowd.stdin.end();
    await eventually('they are gone', async () => await streams() === 0, 10000);
});
