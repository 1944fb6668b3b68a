// A gateway (ISMG) that speaks CMPP 2.0 and 3.0, written from the specification and not from the daemon's code. It lets
// in whoever knows the secret, finds fault with every octet that is not as it is written, keeps what it is sent, and
// misbehaves on request.
//
//   const ismg = await startIsmg({ spid: '900001', secret: '888888', version: '3.0' });   // ismg.address
//   ismg.answer = (submit) => ({ result: 8 });     // 0 from the start; a promise is waited for, null is no answer,
//                                                  // 'drop' ends the connection
//   ismg.report = { stat: 'DELIVRD', when: 'after', times: 1, other: false };   // or null; of each part
//   ismg.submits                                   // {number, text, fmt, total, no, ...} of each part
//   ismg.texts()                                   // of whole messages, parts joined
//   await ismg.deliver({ from, to, text, fmt });   // its DELIVER_RESP; parts: several octets with a header
//   ismg.faults                                    // what no ISMG would take: must stay empty
// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

const CONNECT = 1;
const TERMINATE = 2;
const SUBMIT = 4;
const DELIVER = 5;
const ACTIVE_TEST = 8;
const RESP = 0x80000000;
const SECONDS_OFF_MAX = 600;
const WINDOW = 16;

const md5 = (...pieces) => createHash('md5').update(Buffer.concat(pieces.map((p) => Buffer.from(p)))).digest();
const padded = (text, width) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(width)]).subarray(0, width);

export function frame(command, sequence, ...body) {
    const rest = Buffer.concat(body.map((b) => Buffer.from(b)));
    const head = Buffer.alloc(12);
    head.writeUInt32BE(12 + rest.length, 0);
    head.writeUInt32BE(command >>> 0, 4);
    head.writeUInt32BE(sequence, 8);
    return Buffer.concat([head, rest]);
}

// Reads field after field; what is left over at the end, or missing, is a fault.
class Reader {
    constructor(bytes, what) {
        Object.assign(this, { bytes, what, at: 0 });
    }

    raw(width, name) {
        if (this.at + width > this.bytes.length) throw new Error(`${this.what}: ${name} is cut off`);
        this.at += width;
        return this.bytes.subarray(this.at - width, this.at);
    }

    number(width, name) { return this.raw(width, name).readUIntBE(0, width); }

    // A fixed width filled up with NUL, nothing else behind the first one.
    text(width, name) {
        const all = this.raw(width, name);
        const end = all.indexOf(0) < 0 ? width : all.indexOf(0);
        if (all.subarray(end).some((b) => b !== 0)) throw new Error(`${this.what}: ${name} goes on behind its NUL`);
        const text = all.subarray(0, end).toString('latin1');
        if (/[^\x20-\x7e]/.test(text)) throw new Error(`${this.what}: ${name} holds what is no character`);
        return text;
    }

    expect(name, got, ...allowed) {
        if (!allowed.includes(got)) throw new Error(`${this.what}: ${name} is ${got}, not ${allowed.join(' or ')}`);
        return got;
    }

    end() {
        if (this.at !== this.bytes.length) throw new Error(`${this.what}: ${this.bytes.length - this.at} octets too many`);
    }
}

function decode(fmt, octets) {
    if (fmt === 0) {
        if (octets.some((b) => b > 126)) throw new Error('SUBMIT: Msg_Fmt 0 with more than ASCII');
        return octets.toString('latin1');
    }
    if (fmt === 8) return new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true }).decode(octets);
    if (fmt === 15) return new TextDecoder('gb18030', { fatal: true }).decode(octets);
    throw new Error(`SUBMIT: Msg_Fmt ${fmt} for a text`);
}

function header(octets, total, no) {
    const [length, element, size, reference, parts, part] = octets;
    if (length !== 5 || element !== 0 || size !== 3) throw new Error('SUBMIT: the header of a part is none');
    if (parts !== total || part !== no) throw new Error(`SUBMIT: part ${part}/${parts} in the header, ${no}/${total} outside`);
    return reference;
}

function readSubmit(body, three) {
    const r = new Reader(body, 'SUBMIT');
    const wide = three ? 32 : 21;
    const s = {};
    r.expect('Msg_Id', r.raw(8, 'Msg_Id').toString('hex'), '0000000000000000');
    s.total = r.number(1, 'Pk_total');
    s.no = r.number(1, 'Pk_number');
    if (s.no < 1 || s.no > s.total) throw new Error(`SUBMIT: part ${s.no} of ${s.total}`);
    r.expect('Registered_Delivery', r.number(1, 'Registered_Delivery'), 0, 1, 2);
    s.level = r.number(1, 'Msg_level');
    s.service = r.text(10, 'Service_Id');
    s.feeUser = r.expect('Fee_UserType', r.number(1, 'Fee_UserType'), 0, 1, 2, 3);
    s.feeNumber = r.text(wide, 'Fee_terminal_Id');
    if (three) r.expect('Fee_terminal_type', r.number(1, 'Fee_terminal_type'), 0, 1);
    r.number(1, 'TP_pId');
    s.udhi = r.expect('TP_udhi', r.number(1, 'TP_udhi'), 0, 1);
    s.fmt = r.number(1, 'Msg_Fmt');
    s.source = r.text(6, 'Msg_src');
    s.feeType = r.expect('FeeType', r.text(2, 'FeeType'), '01', '02', '03', '04', '05');
    s.feeCode = r.text(6, 'FeeCode');
    s.valid = r.text(17, 'ValId_Time');
    if (!/^\d{13}\d\d[+-]$/.test(s.valid)) throw new Error(`SUBMIT: ValId_Time ${s.valid}`);
    r.expect('At_Time', r.text(17, 'At_Time'), '');
    s.from = r.text(21, 'Src_Id');
    r.expect('DestUsr_tl', r.number(1, 'DestUsr_tl'), 1);
    s.number = r.text(wide, 'Dest_terminal_Id');
    if (!/^\d{5,15}$/.test(s.number)) throw new Error('SUBMIT: Dest_terminal_Id is no number');
    if (three) r.expect('Dest_terminal_type', r.number(1, 'Dest_terminal_type'), 0);
    const length = r.number(1, 'Msg_Length');
    if (length > (s.fmt === 0 ? 159 : 140)) throw new Error(`SUBMIT: Msg_Length ${length} in Msg_Fmt ${s.fmt}`);
    let octets = r.raw(length, 'Msg_Content');
    r.expect(three ? 'LinkID' : 'Reserve', r.text(three ? 20 : 8, 'the tail'), '');
    r.end();
    if ((s.total > 1) !== (s.udhi === 1)) throw new Error(`SUBMIT: TP_udhi ${s.udhi} with ${s.total} parts`);
    if (s.udhi) {
        s.reference = header(octets, s.total, s.no);
        octets = octets.subarray(6);
    }
    s.text = decode(s.fmt, octets);
    return s;
}

// One connection of a client.
class Connection {
    sequence = 0;
    open = 0; // SUBMITs that are not answered
    answers = new Map(); // what we asked, by sequence
    rest = Buffer.alloc(0);

    constructor(ismg, socket) {
        Object.assign(this, { ismg, socket, state: 'new', three: false });
        socket.on('error', () => socket.destroy());
        socket.on('data', (piece) => this.take(piece));
        socket.once('close', () => {
            this.state = 'closed';
            ismg.connections.delete(this);
        });
    }

    take(piece) {
        this.rest = Buffer.concat([this.rest, piece]);
        while (this.rest.length >= 12) {
            const length = this.rest.readUInt32BE(0);
            if (length < 12 || length > 4096) {
                this.fault(new Error(`a frame of ${length} octets`));
                this.socket.destroy();
                return;
            }
            if (this.rest.length < length) return;
            const one = this.rest.subarray(0, length);
            this.rest = this.rest.subarray(length);
            try {
                this.handle(one.readUInt32BE(4), one.readUInt32BE(8), one.subarray(12));
            } catch (e) {
                this.fault(e);
            }
        }
    }

    fault(e) { this.ismg.faults.push(e.message); }

    say(command, sequence, ...body) {
        if (!this.ismg.mute) this.socket.write(frame(command, sequence, ...body));
    }

    // Resolves with the body of the answer.
    ask(command, ...body) {
        const sequence = ++this.sequence;
        const answer = new Promise((resolve) => { this.answers.set(sequence, resolve); });
        this.say(command, sequence, ...body);
        return answer;
    }

    status(n) {
        const b = Buffer.alloc(this.three ? 4 : 1);
        b.writeUIntBE(n, 0, b.length);
        return b;
    }

    handle(command, sequence, body) {
        if (command >= RESP) {
            const resolve = this.answers.get(sequence);
            if (!resolve) throw new Error(`an answer ${command.toString(16)} to nothing`);
            this.answers.delete(sequence);
            resolve(body);
            return;
        }
        if (command === CONNECT) this.connect(sequence, body);
        else if (this.state !== 'in') throw new Error(`command ${command} before CONNECT`);
        else if (command === SUBMIT) this.submit(sequence, body);
        else if (command === ACTIVE_TEST) this.activeTest(sequence, body);
        else if (command === TERMINATE) this.terminate(sequence, body);
        else throw new Error(`command ${command}`);
    }

    connect(sequence, body) {
        const r = new Reader(body, 'CONNECT');
        const { ismg } = this;
        const spid = r.text(6, 'Source_Addr');
        const proof = r.raw(16, 'AuthenticatorSource');
        const version = r.expect('Version', r.number(1, 'Version'), 0x20, 0x30);
        const stamp = String(r.number(4, 'Timestamp')).padStart(10, '0');
        r.end();
        ismg.asked.push({ spid, version });
        if (!/^(0[1-9]|1[0-2])\d{8}$/.test(stamp) || Math.abs(ismg.secondsOff(stamp)) > SECONDS_OFF_MAX)
            throw new Error(`CONNECT: Timestamp ${stamp}`);
        this.three = version === 0x30 && ismg.version === '3.0';
        const right = spid === ismg.spid && proof.equals(md5(spid, Buffer.alloc(9), ismg.secret, stamp));
        const status = ismg.status || (right ? 0 : 3);
        const own = ismg.proof === 'wrong' ? Buffer.alloc(16, 7)
            : md5(ismg.proof === 'narrow' ? [status] : [0, 0, 0, status], proof, ismg.secret);
        this.state = status === 0 ? 'in' : 'refused';
        this.say(CONNECT + RESP, sequence, this.status(status), own, [this.three ? 0x30 : 0x20]);
        if (this.state === 'in') ismg.entered++;
        else this.socket.end();
    }

    submit(sequence, body) {
        const { ismg } = this;
        if (++this.open > ismg.window) throw new Error(`${this.open} SUBMITs at once, ${ismg.window} are allowed`);
        const submit = readSubmit(body, this.three);
        if (submit.source !== ismg.spid) throw new Error(`SUBMIT: Msg_src ${submit.source}`);
        Object.assign(submit, { id: ismg.nextId(), sequence, connection: this, three: this.three });
        ismg.submits.push(submit);
        void this.answer(submit);
    }

    async answer(submit) {
        const { ismg } = this;
        const order = ismg.report;
        let answer = ismg.answer(submit);
        if (answer instanceof Promise) answer = await answer;
        if (answer === 'drop') this.socket.destroy();
        if (answer === null || answer === 'drop') return;
        this.open--;
        submit.result = answer.result ?? 0;
        const id = Buffer.alloc(8);
        if (!submit.result) id.writeBigUInt64BE(submit.id);
        const say = () => this.say(SUBMIT + RESP, submit.sequence, id, this.status(submit.result));
        if (submit.result || !order) {
            say();
            return;
        }
        if (order.when === 'before') ismg.reportOn(submit, order);
        say();
        if (order.when !== 'before') ismg.reportOn(submit, order);
    }

    activeTest(sequence, body) {
        new Reader(body, 'ACTIVE_TEST').end();
        this.ismg.tests++;
        if (this.ismg.testManner === 'request') void this.ask(ACTIVE_TEST);
        else if (this.ismg.testManner === 'answer') this.say(ACTIVE_TEST + RESP, sequence, [0]);
    }

    terminate(sequence, body) {
        new Reader(body, 'TERMINATE').end();
        if (this.open) throw new Error(`TERMINATE with ${this.open} SUBMITs unanswered`);
        this.ismg.terminated++;
        this.say(TERMINATE + RESP, sequence);
        this.socket.end();
    }
}

class Ismg {
    submits = [];
    faults = [];
    asked = []; // CONNECTs
    reports = []; // promises of their DELIVER_RESP
    connections = new Set();
    entered = 0;
    terminated = 0;
    tests = 0;
    ids = 0;
    answer = () => ({ result: 0 });
    report = null;
    mute = false; // takes everything, says nothing
    status = 0; // of CONNECT_RESP, whoever comes
    proof = 'wide'; // AuthenticatorISMG over a Status of four octets; narrow: of one; wrong
    testManner = 'answer'; // request: as one mock does; silent
    window = WINDOW;

    constructor(options) {
        Object.assign(this, { spid: '900001', secret: '888888', version: '3.0', ...options });
    }

    get address() { return `127.0.0.1:${this.port}`; }

    async plug() {
        this.server = createServer((socket) => { this.connections.add(new Connection(this, socket.setNoDelay())); });
        this.server.unref();
        await new Promise((r) => { this.server.listen(this.port ?? 0, '127.0.0.1', r); });
        this.port = this.server.address().port;
        return this;
    }

    drop() { for (const c of this.connections) c.socket.destroy(); }

    stop() {
        this.drop();
        return new Promise((r) => { this.server.close(r); });
    }

    // Between "MMDDHHMMSS" at +8 and now; a year may have begun in between.
    secondsOff(stamp) {
        const [month, day, hour, minute, second] = stamp.match(/../g).map(Number);
        const off = (year) => Date.UTC(year, month - 1, day, hour - 8, minute, second) / 1000 - Date.now() / 1000;
        const year = new Date().getUTCFullYear();
        return [year - 1, year, year + 1].map(off).sort((a, b) => Math.abs(a) - Math.abs(b))[0];
    }

    // Month 4 bits, day 5, hour 5, minute 6, second 6, gateway 22, sequence 16.
    nextId() {
        const now = new Date(Date.now() + 8 * 3600000);
        const parts = [[now.getUTCMonth() + 1, 4], [now.getUTCDate(), 5], [now.getUTCHours(), 5], [now.getUTCMinutes(), 6],
            [now.getUTCSeconds(), 6], [4242, 22], [++this.ids & 0xffff, 16]];
        return parts.reduce((id, [value, bits]) => (id << BigInt(bits)) | BigInt(value), 0n);
    }

    // The connection that came first, or the one beside `than`.
    one(than) {
        const c = [...this.connections].find((x) => x.state === 'in' && x !== than);
        if (!c) throw new Error('nobody is connected');
        return c;
    }

    // The octets of a report on a part.
    reportContent(submit, stat, three) {
        const id = Buffer.alloc(8);
        id.writeBigUInt64BE(submit.id);
        return Buffer.concat([id, padded(stat, 7), padded('2611301200', 10), padded('2611301201', 10),
            padded(submit.number, three ? 32 : 21), Buffer.from([0, 0, 0, 9])]);
    }

    reportOn(submit, { stat = 'DELIVRD', times = 1, other = false }) {
        const c = other ? this.one(submit.connection) : submit.connection;
        for (let i = 0; i < times; i++)
            this.reports.push(this.bring(c, { from: submit.number, content: this.reportContent(submit, stat, c.three), report: 1 }));
    }

    // A DELIVER; resolves with {result, id fits}.
    async bring(c, { from = '', to = '10690001', content, fmt = 0, udhi = 0, report = 0, tail = c.three ? 20 : 8 }) {
        const id = Buffer.alloc(8);
        id.writeBigUInt64BE(this.nextId());
        const answer = await c.ask(DELIVER, id, padded(to, 21), padded('QUEUE', 10), [0, udhi, fmt],
            padded(from, c.three ? 32 : 21), c.three ? [0] : [], [report, content.length], content, Buffer.alloc(tail));
        const r = new Reader(answer, 'DELIVER_RESP');
        try {
            r.expect('Msg_Id', r.raw(8, 'Msg_Id').toString('hex'), id.toString('hex'));
            const result = r.number(c.three ? 4 : 1, 'Result');
            r.end();
            return { result };
        } catch (e) {
            c.fault(e);
            throw e;
        }
    }

    // From a phone; answers is undefined while nobody acknowledged it.
    deliver({ on = this.one(), ...what }) { return this.bring(on, what); }

    texts() {
        const whole = new Map();
        for (const s of this.submits.filter((x) => x.result === 0)) {
            const key = s.total === 1 ? s.id : `${s.number} ${s.reference}`;
            if (!whole.has(key)) whole.set(key, { total: s.total, parts: [] });
            whole.get(key).parts[s.no - 1] = s.text;
        }
        return [...whole.values()].filter((w) => Object.keys(w.parts).length === w.total).map((w) => w.parts.join(''));
    }
}

export const startIsmg = (options) => new Ismg(options).plug();
