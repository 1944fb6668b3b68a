// Five hundred boards that never read: what one costs is bounded, each is dropped within the stall time, and those that do
// read get every event meanwhile. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';

const SILENT = 500;
const READERS = 10;
const STALL_S = 5;
const H = '/halls/small';
const EVENTS = 800; // about as many changes of 90 bytes as the kernel takes for a reader that takes nothing
// What its socket did not take, one piece of 4 KB, and what the sanitizer puts around it. Were unread events kept for each
// reader it would be ten times as much.
const KB_A_READER = 8;

test(`${SILENT} boards that never read cost ${KB_A_READER} KB each at most, and are dropped`, async (t) => {
    const d = await startDaemon({ settings: { workers: 1, http: { stall_s: STALL_S } },
        env: { ASAN_OPTIONS: 'quarantine_size_mb=1' } }); // else freed memory would look like growth
    t.after(() => d.stop());
    await d.importHall('small', { edit: (text) => text.replaceAll('last: 999', 'last: 9999') });
    const board = await d.device('b1', 'board', 'small');
    const memoryKb = () => Number(readFileSync(`/proc/${d.pid}/status`, 'utf8').match(/RssAnon:\s+(\d+) kB/)[1]);
    const streams = async () => Number((await d.admin('/metrics')).text.match(/^paihao_streams\{channel="board"\} (\d+)/m)?.[1] ?? 0);
    let issued = 0;
    const issue = async (n) => {
        for (let i = 0; i < n / 20; i++) {
            await Promise.all(Array.from({ length: 20 }, () => d.post(`${H}/tickets`, { service: 'residence' })));
            issued += 20;
        }
    };
    const readers = await Promise.all(Array.from({ length: READERS }, () => board.stream(`${H}/board/stream`)));
    t.after(() => readers.forEach((r) => r.close()));
    // How much memory the events take at most.
    const flood = async (before) => {
        let most = before;
        for (let i = 0; i < EVENTS / 100; i++) {
            await issue(100);
            most = Math.max(most, memoryKb());
        }
        return most - before;
    };
    await flood(0);
    const growthWithout = await flood(memoryKb()); // tickets are kept whoever reads
    const crowd = spawn(join(build, 'daemon/crowd'), [String(d.ports.http), String(SILENT),
        `GET /api/v1${H}/board/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${board.token}\r\n\r\n`],
    { stdio: ['pipe', 'ignore', 'inherit'] });
    t.after(() => crowd.kill('SIGKILL'));
    await eventually('all are there', async () => await streams() === SILENT + READERS, 20000);
    const opened = memoryKb();
    const growth = await flood(opened);
    const full = performance.now();
    await eventually('the silent are dropped', async () => {
        await issue(20); // some sockets take a little more
        return await streams() === READERS;
    }, (STALL_S + 20) * 1000);
    const each = (growth - growthWithout) / SILENT;
    t.diagnostic(`${SILENT} that do not read: the daemon grew by ${growth} KB from ${opened} KB, by ${growthWithout} KB without them: `
        + `${each.toFixed(1)} KB each; dropped ${Math.round(performance.now() - full)} ms after the last of ${EVENTS} events`);
    assert.ok(each < KB_A_READER, `${each} KB`);
    for (const r of readers) {
        await r.next('change', (c) => c.waiting?.residence === issued, 20000);
        assert.equal(r.ended, false);
    }
});
