// A real Kannel (bearerbox and smsbox from Debian) in front of an SMSC of the test's own (npm smpp), on ports of the
// kernel's choice, in a folder of its own. Processes are ended by their id.
//
//   const k = await startKannel();            // bound to the SMSC and taking messages when this returns
//   k.gateway({ timeout_ms: 2000 })           // an entry of sms.gateways that sends through it
//   await k.smsc.received('A001')             // {from, to, text, coding, parts}, once a message holds that text
//   k.smsc.report = 'UNDELIV';                // what delivery reports say from now on; null: none are sent
//   k.smsc.say(phone, '0')                   // a text from a phone; where texts go: startKannel({ texts })
//   await k.hang(); await k.wake();           // smsbox stopped in its tracks, and going on
//   await k.stopSmsbox(); await k.startSmsbox();
//   await k.stop();
// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import smpp from 'smpp';
import { eventually, freePort } from './redis.mjs';

const STOP_MS = 5000; // bearerbox waits for its queues, at times for ever
const STATES = { DELIVRD: 2, EXPIRED: 3, UNDELIV: 5, REJECTD: 8 };

// All texts from phones, whatever they begin with; nothing that the address answers is sent back.
const service = (url) => `
group = sms-service
keyword = default
get-url = "${url}?from=%p&to=%P&text=%a&id=%I"
max-messages = 0
catch-all = true
omit-empty = true
`;

function config(dir, port) {
    return `
group = core
admin-port = ${port.admin}
admin-interface = 127.0.0.1
admin-password = adm
status-password = st
smsbox-port = ${port.box}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
dlr-storage = internal
sms-resend-freq = 5
store-type = file
store-location = "${dir}/store"

group = smsc
smsc = smpp
smsc-id = SMPP1
allowed-smsc-id = SMPP1
host = 127.0.0.1
port = ${port.smsc}
transceiver-mode = true
smsc-username = "govhall"
smsc-password = "pw"
system-type = ""
interface-version = 34
max-pending-submits = 50
throughput = 200
reconnect-delay = 2

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${port.send}
sendsms-interface = 127.0.0.1
sendsms-chars = "0123456789 +-"
mo-recode = true

group = sendsms-user
username = qh
password = secret
max-messages = 10
concatenation = true
user-deny-ip = "*.*.*.*"
user-allow-ip = "127.0.0.1"
`;
}

// A short message centre: takes everything, joins what comes in parts, and reports each as report says.
class Smsc {
    constructor() {
        this.messages = [];
        this.parts = new Map();
        this.sessions = new Set();
        this.report = 'DELIVRD';
        this.ids = 0;
        this.server = smpp.createServer((session) => this.greet(session));
    }

    async listen() {
        this.server.listen(0, '127.0.0.1');
        await once(this.server, 'listening');
        return this.server.address().port;
    }

    greet(session) {
        this.sessions.add(session);
        session.on('close', () => this.sessions.delete(session));
        session.on('error', () => {}); // the other side went away
        session.on('bind_transceiver', (pdu) => session.send(pdu.response()));
        session.on('enquire_link', (pdu) => session.send(pdu.response()));
        session.on('unbind', (pdu) => session.send(pdu.response()));
        session.on('submit_sm', (pdu) => this.take(session, pdu));
    }

    take(session, pdu) {
        this.ids += 1;
        const id = this.ids.toString(16).padStart(8, '0');
        session.send(pdu.response({ message_id: id }));
        this.join(pdu);
        if (this.report && pdu.registered_delivery & 1) this.tell(session, pdu, id);
    }

    join(pdu) {
        const [udh] = pdu.short_message.udh ?? [];
        const part = { from: pdu.source_addr, to: pdu.destination_addr, text: pdu.short_message.message,
            coding: pdu.data_coding };
        if (!udh) {
            this.messages.push({ ...part, parts: 1 });
            return;
        }
        const [reference, total, number] = udh.subarray(2); // 00 03 reference total number
        const key = `${part.to} ${reference}`;
        const all = this.parts.get(key) ?? [];
        all[number - 1] = part.text;
        this.parts.set(key, all);
        if (all.filter(Boolean).length < total) return;
        this.parts.delete(key);
        this.messages.push({ ...part, text: all.join(''), parts: total });
    }

    tell(session, pdu, id) {
        session.deliver_sm({
            source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
            short_message: `id:${id} sub:001 dlvrd:001 submit date:2611231200 done date:2611231200 `
                + `stat:${this.report} err:000 text:`,
            receipted_message_id: id, message_state: STATES[this.report],
        });
    }

    // A text from a phone, in the alphabet it needs.
    say(phone, text) {
        const [session] = this.sessions;
        const coding = /[^\x20-\x7e\n]/.test(text) ? 8 : 0;
        session.deliver_sm({ source_addr: phone, source_addr_ton: 1, source_addr_npi: 1, destination_addr: '1069',
            data_coding: coding, short_message: { message: text } });
    }

    // The first message whose text holds what (a string, or a function of the message).
    async received(what, withinMs = 20000) {
        const holds = typeof what === 'function' ? what : (m) => m.text.includes(what);
        return eventually(`the SMSC gets ${what}`, () => this.messages.find(holds), withinMs);
    }

    async close() {
        for (const session of this.sessions) session.destroy();
        this.server.close();
        await once(this.server, 'close');
    }
}

class Kannel {
    constructor() {
        this.dir = mkdtempSync(join(tmpdir(), 'paihao-kannel-'));
        this.smsc = new Smsc();
        this.log = '';
        mkdirSync(join(this.dir, 'store'));
        // The test file ended early, or failed.
        this.onExit = () => {
            for (const box of [this.smsbox, this.bearerbox]) box?.child.kill('SIGKILL');
        };
        process.on('exit', this.onExit);
    }

    launch(program) {
        const child = spawn(`/usr/sbin/${program}`, ['-v', '2', 'kannel.conf'],
            { cwd: this.dir, stdio: ['ignore', 'pipe', 'pipe'] });
        for (const out of [child.stdout, child.stderr]) {
            out.setEncoding('utf8').on('data', (text) => { this.log += text; });
        }
        return { child, ended: once(child, 'close') };
    }

    async end(box) {
        if (!box) return;
        box.child.kill('SIGCONT');
        box.child.kill('SIGTERM');
        const hard = setTimeout(() => box.child.kill('SIGKILL'), STOP_MS);
        await box.ended;
        clearTimeout(hard);
    }

    async status() {
        return (await fetch(`http://127.0.0.1:${this.port.admin}/status.txt?password=st`)).text();
    }

    get sendUrl() { return `http://127.0.0.1:${this.port.send}/cgi-bin/sendsms`; }

    // texts: asked for the address that texts from phones go to, once the ports are known.
    async start(texts) {
        this.port = { smsc: await this.smsc.listen(), admin: await freePort(), box: await freePort(),
            send: await freePort() };
        const heard = texts ? service(await texts(this)) : '';
        writeFileSync(join(this.dir, 'kannel.conf'), config(this.dir, this.port) + heard);
        this.bearerbox = this.launch('bearerbox');
        await eventually('bearerbox is bound to the SMSC', async () => / \(online /.test(await this.status()), 20000);
        await this.startSmsbox();
        return this;
    }

    async startSmsbox() {
        this.smsbox = this.launch('smsbox');
        // Without a password it answers 403 as soon as it takes messages, and 503 before.
        await eventually('smsbox takes messages', async () => (await fetch(this.sendUrl)).status === 403, 20000);
    }

    async stopSmsbox() {
        await this.end(this.smsbox);
        this.smsbox = null;
    }

    hang() { this.smsbox.child.kill('SIGSTOP'); }

    wake() { this.smsbox.child.kill('SIGCONT'); }

    // An entry of sms.gateways: besides the preset, where it is and who we are.
    gateway(change = {}, password = 'secret') {
        const file = join(this.dir, `password-${password}`);
        writeFileSync(file, `${password}\n`);
        return { name: 'kannel', preset: 'kannel', base_url: `http://127.0.0.1:${this.port.send}`, login: 'qh',
            password_file: file, app_id: 'SMPP1',
            from: '1069', report_secret: 'a-secret-of-kannel-alone', timeout_ms: 5000, rate_per_second: 100, ...change };
    }

    async stop() {
        await this.stopSmsbox();
        await this.end(this.bearerbox);
        await this.smsc.close();
        process.off('exit', this.onExit);
        rmSync(this.dir, { recursive: true, force: true });
    }
}

export async function startKannel({ texts } = {}) {
    const kannel = new Kannel();
    try {
        return await kannel.start(texts);
    } catch (e) {
        kannel.onExit();
        kannel.smsc.server.close();
        throw new Error(`${e.message}\n${kannel.log.slice(-4000)}`);
    }
}
