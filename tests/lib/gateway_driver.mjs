// One gateway of the daemon on a loop of its own (tests/lib/gateway_driver.c), driven over stdin.
//   const g = await startDriver({ kind: 'smpp', address: '127.0.0.1:2775', ... });
//   await g.told((l) => l.up === true);
//   await g.send('a text', { to: '+8613800000001' })  // its result
//   g.say({ take: 'no' });
//   await g.leave();                                   // as the daemon does at its end
//   await g.stop();
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, root } from './redis.mjs';

const build = process.env.PAIHAO_BUILD || join(root, 'build');
const PATIENCE_MS = 20000;

export async function startDriver(settings, { password } = {}) {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-driver-'));
    const gateway = { name: 'test', timeout_ms: 10000, ...settings };
    if (password !== undefined) {
        gateway.password_file = join(dir, 'password');
        writeFileSync(gateway.password_file, `${password}\n`);
    }
    writeFileSync(join(dir, 'paihao.yaml'), JSON.stringify({ sms: { gateways: [gateway] } }));
    const child = spawn(join(build, 'sms/gateway_driver'), [join(dir, 'paihao.yaml')],
        { stdio: ['pipe', 'pipe', 'pipe'] });
    const driver = { lines: [], log: '', code: null, dir, pid: child.pid };
    const ended = new Promise((r) => {
        child.once('close', (code) => {
            driver.code = code;
            rmSync(dir, { recursive: true, force: true });
            r(code);
        });
    });
    const killed = () => child.kill('SIGKILL');
    process.once('exit', killed);
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop();
        for (const line of parts) driver.lines.push(JSON.parse(line));
    });
    child.stderr.setEncoding('utf8').on('data', (text) => { driver.log += text; });
    let names = 0;
    let pings = 0;
    // Of a line that comes later than the first `from` ones.
    driver.told = async (matches, from = 0, withinMs = PATIENCE_MS) => {
        const found = () => driver.lines.slice(from).find(matches);
        await eventually('a line of the driver', () => found() || driver.code !== null, withinMs).catch(() => {});
        return found() ?? assert.fail(`never told: ${matches}; but ${JSON.stringify(driver.lines.slice(-5))}\n${driver.log.slice(-3000)}`);
    };
    driver.say = (o) => child.stdin.write(`${JSON.stringify(o)}\n`);
    driver.begin = (text, { to = '+8613800000001', valid_ms = 600000 } = {}) => {
        const name = `m${names++}`;
        driver.say({ send: name, to, text, valid_ms });
        return () => driver.told((l) => l.result === name);
    };
    driver.send = (text, options) => driver.begin(text, options)();
    // What it has told once everything before this is done, from the line `from` on.
    driver.settled = async (from = 0) => {
        const ping = ++pings;
        driver.say({ ping });
        await driver.told((l) => l.pong === ping);
        return driver.lines.slice(from).filter((l) => !l.pong);
    };
    driver.up = (times = 1) => driver.told(() => driver.lines.filter((l) => l.up === true).length >= times);
    driver.down = (reason) => driver.told((l) => l.up === false && (!reason || l.reason === reason));
    driver.leave = async () => {
        driver.say({ leave: 1 });
        return ended;
    };
    driver.ended = ended;
    driver.stop = async () => {
        child.stdin.end();
        const code = await ended;
        process.off('exit', killed);
        if (code !== 0) throw new Error(`the driver ended with ${code}:\n${driver.log.slice(-4000)}`);
    };
    return driver;
}
