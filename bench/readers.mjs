// Many readers of one stream, in a process of their own on the store's core (bench/streams.c).
// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { STORE_CORE, build } from './world.mjs';

// The wall clock in µs, as the readers tell it.
export const nowUs = () => (performance.timeOrigin + performance.now()) * 1000;

// n readers of the address. first: 'answer' where no snapshot is sent. change() gives the next change that all have got:
// {last, p99, p50 (µs of the wall clock), bytes}.
export async function openStreams({ port, path, token = 'none', n, first = 'snapshot' }) {
    const child = spawn('taskset', ['-c', String(STORE_CORE), join(build, 'bench_streams'), String(port), path, token, String(n), first],
        { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = [];
    const waiting = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop();
        for (const line of parts) (waiting.shift() ?? ((l) => lines.push(l)))(line);
    });
    const ended = new Promise((r) => { child.once('close', r); });
    const line = () => (lines.length ? Promise.resolve(lines.shift()) : Promise.race([
        new Promise((r) => { waiting.push(r); }),
        ended.then((code) => { throw new Error(`the streams ended with ${code}`); })]));
    if (await line() !== `open ${n}`) throw new Error('the streams did not open');
    return {
        async change() {
            const [, , last, p99, p50, bytes] = (await line()).split(' ').map(Number);
            return { last, p99, p50, bytes };
        },
        async close() {
            child.stdin.end();
            await ended;
        },
    };
}
