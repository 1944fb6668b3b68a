// The real paihaod with its embedded Redis in a folder of its own, on ports the kernel chooses, and a client for its
// API. Ended by its process id. The build comes from $PAIHAO_BUILD (default: build/ beside daemon/).
//
//   const d = await startDaemon();               // ready when this returns
//   await d.importHall('small');                 // config/halls/small.yaml, tickets at any hour
//   const t = await d.post('/halls/small/tickets', { service: 'id-card' });   // as admin, with a fresh key
//   const clerk = await d.clerk('li', 'small');  // a session: clerk.post(...), clerk.get(...)
//   const kiosk = await d.device('k1', 'kiosk', 'small');
//   const r = await d.request('POST', '/halls/small/tickets', { body, token, key });  // never throws on a status
//   const stream = await d.stream('/halls/small/stream'); await stream.next('change'); stream.close();
//   await d.stop();
//
// When the test file fails, the daemon's log follows on stderr. SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { eventually, root } from './redis.mjs';

export { eventually, root };
export const build = process.env.PAIHAO_BUILD || join(root, 'build');
export const paihaod = join(build, 'daemon/paihaod');
export const PASSWORD = 'correct horse 7 staple';

const LOG_SHOWN = 8000;
const running = new Set();

// Nobody stopped these: the test file ended early, or failed.
process.on('exit', (code) => {
    for (const d of running) {
        d.child.kill('SIGKILL');
        if (d.redisPid()) process.kill(d.redisPid(), 'SIGKILL');
    }
    for (const d of Daemon.all) if (!d.options.dir) rmSync(d.dir, { recursive: true, force: true });
    if (code === 0) return;
    for (const d of Daemon.all) process.stderr.write(`\n--- log of ${d.dir}\n${d.log.slice(-LOG_SHOWN)}\n`);
});

export class Problem extends Error {
    constructor(answer, what) {
        super(`${what}: ${answer.status} ${answer.text.slice(0, 400)}`);
        Object.assign(this, { status: answer.status, code: answer.json?.code, field: answer.json?.field, answer });
    }
}

// Requests under /api/v1 with one authorization.
export class Client {
    constructor(daemon, { token = null, headers = {} } = {}) {
        this.daemon = daemon;
        this.token = token;
        this.headers = headers;
    }

    // body: an object (sent as JSON) or a string. key: null sends no Idempotency-Key. Answers {status, headers, text,
    // json}; throws only when there is no answer.
    async request(method, path, { body, headers = {}, token = this.token, key, redirect = 'follow', base } = {}) {
        const sent = { ...this.headers, ...headers };
        if (token) sent.authorization ??= token.includes(' ') ? token : `Bearer ${token}`;
        if (method !== 'GET' && key !== null) sent['idempotency-key'] ??= key ?? randomUUID();
        if (body !== undefined) sent['content-type'] ??= 'application/json';
        const response = await fetch((base ?? `${this.daemon.url}/api/v1`) + path, {
            method, headers: sent, redirect,
            body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
        });
        const text = await response.text();
        let json;
        if (/json/.test(response.headers.get('content-type') ?? '')) json = JSON.parse(text);
        return { status: response.status, headers: response.headers, text, json };
    }

    async call(method, path, body, options) {
        const answer = await this.request(method, path, { body, ...options });
        if (answer.status >= 400) throw new Problem(answer, `${method} ${path}`);
        return answer.json ?? answer.text;
    }

    get(path, options) { return this.call('GET', path, undefined, options); }
    post(path, body = {}, options) { return this.call('POST', path, body, options); }
    put(path, body, options) { return this.call('PUT', path, body, options); }
    delete(path, options) { return this.call('DELETE', path, undefined, options); }

    async stream(path, { lastEventId, headers = {} } = {}) {
        const abort = new AbortController();
        const sent = { accept: 'text/event-stream', ...this.headers, ...headers };
        if (this.token) sent.authorization = this.token.includes(' ') ? this.token : `Bearer ${this.token}`;
        if (lastEventId) sent['last-event-id'] = lastEventId;
        const response = await fetch(`${this.daemon.url}/api/v1${path}`, { headers: sent, signal: abort.signal });
        if (response.status !== 200) {
            const text = await response.text();
            throw new Problem({ status: response.status, text, json: JSON.parse(text) }, `stream ${path}`);
        }
        return new Stream(response, abort);
    }
}

// The events of one stream in their order: {event, id, data}, kept until somebody asks.
export class Stream {
    constructor(response, abort) {
        this.abort = abort;
        this.events = [];
        this.ended = false;
        this.reader = response.body.getReader();
        this.reading = this.read();
    }

    async read() {
        const decoder = new TextDecoder();
        let rest = '';
        try {
            for (let piece = await this.reader.read(); !piece.done; piece = await this.reader.read()) {
                rest += decoder.decode(piece.value, { stream: true });
                const blocks = rest.split('\n\n');
                rest = blocks.pop();
                for (const block of blocks) this.take(block);
            }
        } catch { /* closed by either side */ }
        this.ended = true;
    }

    take(block) {
        const e = { event: 'message', id: undefined, data: '' };
        for (const line of block.split('\n')) {
            const [, field, value] = line.match(/^([^:]*):? ?(.*)$/);
            if (field === 'data') e.data += value;
            else if (field) e[field] = value;
        }
        if (e.data) this.events.push({ ...e, data: JSON.parse(e.data) });
    }

    // The next event of that type (or the next one at all) for which check holds; earlier ones are dropped.
    async next(type, check = () => true, withinMs) {
        return eventually(`a ${type ?? ''} event`, () => {
            while (this.events.length) {
                const e = this.events.shift();
                if ((!type || e.event === type) && check(e.data)) return e;
            }
            return null;
        }, withinMs);
    }

    // Not waited for: an idle body of nodejs 18 never tells that it was aborted.
    close() {
        this.reader.cancel().catch(() => {}); // aborting alone leaves the connection open on nodejs 18
        this.abort.abort();
        this.ended = true;
    }
}

class Daemon extends Client {
    static all = [];

    constructor(options) {
        super(null);
        this.daemon = this;
        this.options = options;
        this.dir = options.dir ?? mkdtempSync(join(tmpdir(), 'paihao-'));
        this.stateDir = join(this.dir, 'state');
        this.config = join(this.dir, 'paihao.yaml');
        this.log = '';
        Daemon.all.push(this);
    }

    // JSON is YAML. settings: as in config/paihao.yaml, by section.
    writeSettings(settings = this.options.settings ?? {}) {
        const { http, ...others } = settings;
        writeFileSync(this.config, JSON.stringify({ state_dir: this.stateDir, workers: 2,
            http: { port: 0, admin_port: 0, ...http }, ...others }, null, 2));
    }

    async start() {
        this.writeSettings();
        this.child = spawn(this.options.program ?? paihaod, ['--config', this.config],
            { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.options.env } });
        this.hold(false); // a test that failed and never came to stop() must still end
        running.add(this);
        for (const out of [this.child.stdout, this.child.stderr]) {
            out.setEncoding('utf8').on('data', (text) => { this.log += text; });
        }
        this.ended = new Promise((r) => {
            this.child.once('close', (code, signal) => {
                running.delete(this);
                r({ code, signal });
            });
        });
        this.exited = null;
        this.ended.then((how) => { this.exited = how; });
        const ports = join(this.stateDir, 'ports');
        await eventually('the daemon listens', () => {
            if (this.exited) throw new Error(`paihaod ended: ${JSON.stringify(this.exited)}\n${this.log}`);
            return existsSync(ports) && JSON.parse(readFileSync(ports, 'utf8')).pid === this.child.pid;
        }, 20000);
        this.ports = JSON.parse(readFileSync(ports, 'utf8'));
        this.url = `http://127.0.0.1:${this.ports.http}`;
        this.adminUrl = `http://127.0.0.1:${this.ports.admin}`;
        this.token = readFileSync(join(this.stateDir, 'ctl.token'), 'utf8').trim();
        if (this.options.ready !== false) await this.ready();
        return this;
    }

    // Whether the process of the test stays alive for this child.
    hold(on) {
        for (const handle of [this.child, this.child.stdout, this.child.stderr]) handle[on ? 'ref' : 'unref']();
    }

    admin(path, options) { return this.request('GET', path, { base: this.adminUrl, token: null, ...options }); }

    async ready() {
        await eventually('the daemon is ready', async () => (await this.admin('/readyz')).status === 200, 20000);
        return this;
    }

    get pid() { return this.child.pid; }

    redisPid() {
        const file = join(this.stateDir, 'redis.pid');
        return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    }

    // A connection to the embedded Redis; the caller disconnects.
    redis() { return new Redis({ path: join(this.stateDir, 'redis.sock') }); }

    // Ends it in order. Fails when it did not end with 0, or a sanitizer had something to say.
    async stop({ keep = false } = {}) {
        this.hold(true);
        if (!this.exited) this.child.kill('SIGTERM');
        const how = await this.ended;
        if (!keep && !this.options.dir) rmSync(this.dir, { recursive: true, force: true });
        if (/runtime error:|ERROR: \w+Sanitizer/.test(this.log)) throw new Error(`a sanitizer reports:\n${this.log}`);
        if (how.code !== 0) throw new Error(`paihaod ended with ${JSON.stringify(how)}\n${this.log}`);
    }

    async restart() {
        await this.stop({ keep: true });
        return this.start();
    }

    // As a power cut would: the daemon and its Redis.
    async crash() {
        const redis = this.redisPid();
        this.hold(true);
        this.child.kill('SIGKILL');
        await this.ended;
        try {
            if (redis) process.kill(redis, 'SIGKILL');
        } catch { /* it went with its daemon */ }
    }

    // file: a name below config/halls. edit: changes the text first. Tickets are given at any hour unless hours is set.
    async importHall(file = 'small', { code = file, hours = false, edit = (text) => text } = {}) {
        let text = readFileSync(join(root, 'config/halls', `${file}.yaml`), 'utf8');
        if (!hours) text = text.replace(/^tickets_outside_hours:.*$/m, 'tickets_outside_hours: yes');
        if (code !== file) text = text.replace(/^code:.*$/m, `code: ${code}`);
        return this.put(`/halls/${code}/config`, edit(text), { headers: { 'content-type': 'application/yaml' } });
    }

    as(token) { return new Client(this, { token }); }

    nobody() { return new Client(this); }

    async addStaff(name, role, halls = ['*'], password = PASSWORD) {
        return this.post('/staff', { name, role, halls: [halls].flat(), password });
    }

    // A session: the cookie's value also works as a Bearer token.
    async login(name, password = PASSWORD) {
        const answer = await this.nobody().request('POST', '/session', { body: { name, password }, key: null });
        if (answer.status !== 200) throw new Problem(answer, 'login');
        return this.as(answer.headers.get('set-cookie').match(/paihao_session=([^;]+)/)[1]);
    }

    async staff(name, role, halls) {
        await this.addStaff(name, role, halls);
        return this.login(name);
    }

    clerk(name, halls) { return this.staff(name, 'clerk', halls); }

    async device(name, kind, hall) {
        const { token } = await this.post('/devices', { name, kind, hall });
        return this.as(token);
    }

    // Of a citizen, from the link of an issued ticket.
    citizen(link) { return this.as(`Ticket ${link}`); }
}

// options: settings (by section), env, program, ready: false (do not wait for /readyz), dir (kept afterwards).
export async function startDaemon(options = {}) {
    return new Daemon(options).start();
}
