// A private Redis (or a small Cluster) with the function library loaded, for tests that call it directly with the
// clock passed in. Files in a temporary folder; the processes started here are ended by their id.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Redis from 'ioredis';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

// Joins the library's files as the build does (daemon/lua/CMakeLists.txt names their order).
export function libraryText() {
    const list = readFileSync(join(root, 'daemon/lua/CMakeLists.txt'), 'utf8').match(/set\(LUA_FILES ([^)]*)\)/)[1];
    const body = list.split(/\s+/).map((f) => readFileSync(join(root, 'daemon/lua', `${f}.lua`), 'utf8')).join('');
    return `#!lua name=paihao\nlocal LIBRARY_VERSION = 'test'\n${body}`;
}

export async function eventually(what, check, withinMs = 10000) {
    const until = Date.now() + withinMs;
    for (;;) {
        let last;
        try {
            const got = await check();
            if (got) return got;
        } catch (e) {
            last = e;
        }
        if (Date.now() > until) throw new Error(`never came true: ${what}${last ? ` (${last.message})` : ''}`);
        await new Promise((r) => { setTimeout(r, 20); });
    }
}

// Below those that the kernel gives to whoever asks for any: a program that is stopped and started again must find its
// port free, however many others are started meanwhile.
export async function freePort() {
    for (;;) {
        const port = 10000 + Math.floor(Math.random() * 22000);
        const server = createServer();
        const free = await new Promise((r) => { server.once('error', () => r(false)).listen(port, '127.0.0.1', () => r(true)); });
        if (!free) continue;
        await new Promise((r) => { server.close(r); });
        return port;
    }
}

function launch(dir, args) {
    const child = spawn('redis-server', ['--dir', dir, '--save', '', '--appendonly', 'no', ...args],
        { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = new Promise((r) => { child.once('exit', r); });
    return { child, async stop() { child.kill('SIGTERM'); await ended; } };
}

export async function startRedis() {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-redis-'));
    const path = join(dir, 's');
    const server = launch(dir, ['--port', '0', '--unixsocket', path]);
    await eventually('redis is there', () => existsSync(path));
    const redis = new Redis({ path });
    await redis.call('FUNCTION', 'LOAD', 'REPLACE', libraryText());
    return {
        redis, path,
        async stop() {
            redis.disconnect();
            await server.stop();
            rmSync(dir, { recursive: true });
        },
    };
}

// Three primaries on loopback, the library loaded on each (FUNCTION LOAD is per primary).
export async function startCluster() {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-cluster-'));
    const nodes = [];
    for (let i = 0; i < 3; i++) {
        const port = await freePort();
        const bus = await freePort();
        execFileSync('mkdir', [join(dir, String(i))]);
        nodes.push({ port, ...launch(join(dir, String(i)), ['--port', String(port), '--bind', '127.0.0.1',
            '--cluster-port', String(bus), '--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']) });
    }
    const addresses = nodes.map((n) => `127.0.0.1:${n.port}`);
    const clients = nodes.map((n) => new Redis({ port: n.port, host: '127.0.0.1' }));
    for (const c of clients) await eventually('a node answers', () => c.ping());
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: 'ignore' });
    for (const c of clients) {
        await eventually('the cluster is whole', async () => (await c.cluster('INFO')).includes('cluster_state:ok'));
        await c.call('FUNCTION', 'LOAD', 'REPLACE', libraryText());
    }
    const redis = new Redis.Cluster(nodes.map((n) => ({ port: n.port, host: '127.0.0.1' })));
    return {
        redis, clients,
        async stop() {
            redis.disconnect();
            clients.forEach((c) => c.disconnect());
            for (const n of nodes) await n.stop();
            rmSync(dir, { recursive: true });
        },
    };
}

export const sampleFiles = () => readdirSync(join(root, 'config/halls')).filter((f) => f.endsWith('.yaml'));
