// A redis-server that belongs to the test and not to a daemon: on a unix socket and on a TCP port, with a password if
// wanted, keeping what it is told (append-only file) over kill and start. And a proxy in front of it that can hold up
// single connections.
//
//   const own = await new OwnRedis({ password: 'p' }).start();
//   startDaemon({ settings: { store: { redis: own.address, password_file: own.passwordFile } } });
//   await own.kill(); await own.start(); await own.stop();
//
// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { eventually, freePort } from './redis.mjs';

const running = new Set();
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });

export class OwnRedis {
    constructor({ password = '' } = {}) {
        this.password = password;
        this.dir = mkdtempSync(join(tmpdir(), 'paihao-own-'));
        this.path = join(this.dir, 's');
        this.passwordFile = join(this.dir, 'password');
        writeFileSync(this.passwordFile, `${password}\n`, { mode: 0o600 });
    }

    get address() { return `unix:${this.path}`; }

    get tcp() { return `127.0.0.1:${this.port}`; }

    // Settings of a daemon that works with it.
    settings(redis = this.address) {
        return { redis, ...(this.password && { password_file: this.passwordFile }) };
    }

    async start() {
        this.port ??= await freePort();
        writeFileSync(join(this.dir, 'conf'), [`dir ${this.dir}`, `port ${this.port}`, 'bind 127.0.0.1',
            `unixsocket ${this.path}`, 'save ""', 'appendonly yes', 'appendfsync always', 'logfile log',
            ...(this.password ? [`requirepass ${JSON.stringify(this.password)}`] : [])].join('\n'), { mode: 0o600 });
        this.child = spawn('redis-server', [join(this.dir, 'conf')], { stdio: 'ignore' });
        this.child.unref();
        running.add(this.child);
        this.ended = new Promise((r) => { this.child.once('exit', r); });
        await eventually('redis answers', async () => {
            const redis = this.client();
            try {
                return await redis.ping() === 'PONG';
            } finally {
                redis.disconnect();
            }
        });
        return this;
    }

    // The caller disconnects.
    client() {
        const redis = new Redis({ path: this.path, password: this.password || undefined, retryStrategy: null,
            maxRetriesPerRequest: 0 });
        redis.on('error', () => { /* the command says it, too */ });
        return redis;
    }

    signal(name) { this.child.kill(name); }

    async kill(signal = 'SIGKILL') {
        this.child.ref();
        this.child.kill(signal);
        await this.ended;
        running.delete(this.child);
    }

    async stop() {
        if (running.has(this.child)) await this.kill();
        rmSync(this.dir, { recursive: true, force: true });
    }
}

// Passes connections on to a Redis. A connection for which hold(first) says true, first being the first bytes that came
// through it, is left without an answer until release().
export class RedisProxy {
    constructor(path, hold) {
        this.path = path;
        this.hold = hold;
        this.held = [];
        this.sockets = new Set();
        this.server = createServer((client) => this.accept(client));
        this.server.unref(); // a test that failed and never came to stop() must still end
    }

    async start() {
        await new Promise((r) => { this.server.listen(0, '127.0.0.1', r); });
        this.address = `127.0.0.1:${this.server.address().port}`;
        return this;
    }

    accept(client) {
        this.sockets.add(client.unref());
        client.on('error', () => client.destroy());
        client.once('close', () => this.sockets.delete(client));
        client.once('data', (first) => {
            const pass = () => {
                const redis = connect(this.path).unref();
                redis.on('error', () => client.destroy());
                redis.write(first);
                client.pipe(redis).pipe(client);
                client.resume();
            };
            client.pause();
            if (this.hold(first.toString())) this.held.push(pass);
            else pass();
        });
    }

    release() {
        for (const pass of this.held.splice(0)) pass();
    }

    async stop() {
        for (const socket of this.sockets) socket.destroy();
        await new Promise((r) => { this.server.close(r); });
    }
}
