// An LED sign's controller that speaks the Onbon protocol, written from its description and not from the daemon's
// code. It keeps what each area shows, goes dark by itself when it is not refreshed, and misbehaves on request.
//
//   const c = await startController();       // c.address for a hall file
//   c.shown()                                // text of area 0; '' when it is dark
//   c.manner = 'nack';                       // ack, nack, busy, garbage, silent, hangup, deaf, flood
//   c.pull(); await c.plug(); await c.stop();
// SPDX-License-Identifier: MIT
import { createServer } from 'node:net';

const START = 0xa5;
const END = 0x5a;
const ESCAPED = new Map([[0xa602, 0xa5], [0xa601, 0xa6], [0x5b02, 0x5a], [0x5b01, 0x5b]]);

export function crc16(bytes, start = 0) {
    let crc = start;
    for (const byte of bytes) {
        crc ^= byte;
        for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
    }
    return crc;
}

// One frame's header and data, or an Error.
export function unpack(frame) {
    const plain = [];
    for (let i = 0; i < frame.length; i++) {
        if (frame[i] !== 0xa6 && frame[i] !== 0x5b) plain.push(frame[i]);
        else {
            const byte = ESCAPED.get((frame[i] << 8) | frame[++i]);
            if (byte == null) throw new Error(`no such escape in ${frame.toString('hex')}`);
            plain.push(byte);
        }
    }
    const all = Buffer.from(plain);
    const data = all.subarray(14, -2);
    if (all.length < 17 || all.readUInt16LE(12) !== data.length) throw new Error(`length of ${all.toString('hex')}`);
    if (crc16(all.subarray(0, -2)) !== all.readUInt16LE(all.length - 2)) throw new Error(`CRC of ${all.toString('hex')}`);
    return { to: all.readUInt16LE(0), from: all.readUInt16LE(2), version: all[11], data };
}

export function pack(data) {
    const head = Buffer.from('00800100000000000000fe020000', 'hex');
    head.writeUInt16LE(data.length, 12);
    const plain = Buffer.concat([head, data]);
    const crc = Buffer.alloc(2);
    crc.writeUInt16LE(crc16(plain));
    const out = [0xa5, 0xa5];
    for (const byte of Buffer.concat([plain, crc])) {
        const two = [...ESCAPED].find(([, plainByte]) => plainByte === byte);
        if (two) out.push(two[0] >> 8, two[0] & 255);
        else out.push(byte);
    }
    return Buffer.from([...out, END]);
}

// The areas of a command A3 06.
function areasOf(data) {
    const gone = data[5];
    const areas = [];
    for (let at = 7 + gone; areas.length < data[6 + gone];) {
        const len = data.readUInt16LE(at);
        const a = data.subarray(at + 2, at + 2 + len);
        const text = a.subarray(27);
        if (a.readUInt32LE(23) !== text.length) throw new Error('length of the text');
        areas.push({ id: a[9], x: a.readUInt16LE(1) * 8, y: a.readUInt16LE(3), width: a.readUInt16LE(5) * 8,
            height: a.readUInt16LE(7), runMode: a[11], timeoutMs: a.readUInt16LE(12) * 1000, mode: a[19],
            colour: Number(text.toString('latin1').match(/^\\C(\d)/)?.[1]),
            text: new TextDecoder('gbk').decode(text).replace(/^\\C\d/, '').trim() });
        at += 2 + len;
    }
    return areas;
}

class Controller {
    manner = 'ack';
    areas = new Map();
    frames = 0; // that showed something
    pings = 0;
    connections = 0;
    bytes = 0;
    faults = []; // of ours: frames no controller would take
    sockets = new Set();

    get address() { return `127.0.0.1:${this.port}`; }

    async plug() {
        this.server = createServer((socket) => this.accept(socket));
        this.server.unref();
        await new Promise((r) => { this.server.listen(this.port ?? 0, '127.0.0.1', r); });
        this.port = this.server.address().port;
        return this;
    }

    pull() {
        for (const socket of this.sockets) socket.destroy();
        return new Promise((r) => { this.server.close(r); });
    }

    stop() { return this.pull(); }

    accept(socket) {
        let rest = Buffer.alloc(0);
        this.connections++;
        this.sockets.add(socket.unref());
        socket.on('error', () => socket.destroy());
        socket.once('close', () => this.sockets.delete(socket));
        if (this.manner === 'deaf') socket.pause();
        if (this.manner === 'flood') this.flood(socket);
        socket.on('data', (piece) => {
            this.bytes += piece.length;
            rest = Buffer.concat([rest, piece]);
            for (let end = rest.indexOf(END); end >= 0; end = rest.indexOf(END)) {
                let begin = 0;
                while (rest[begin] === START) begin++;
                this.take(socket, begin, rest.subarray(begin, end));
                rest = rest.subarray(end + 1);
            }
        });
    }

    flood(socket) {
        const much = Buffer.alloc(65536, 0x11);
        const on = () => { while (!socket.destroyed && this.manner === 'flood' && socket.write(much)); };
        socket.on('drain', on);
        on();
    }

    take(socket, starts, frame) {
        let data;
        try {
            if (starts < 1) throw new Error('a frame without a start');
            ({ data } = unpack(frame));
        } catch (e) {
            this.faults.push(e.message);
            return;
        }
        if (this.manner === 'hangup') {
            socket.destroy();
            return;
        }
        if (this.manner === 'silent' || this.manner === 'deaf' || this.manner === 'flood') return;
        if (this.manner === 'garbage') {
            socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
            return;
        }
        const refuses = { nack: 12, busy: 3 }[this.manner];
        if (refuses && data[0] === 0xa3) {
            socket.write(pack(Buffer.from([0xa0, 1, refuses, 0, 0])));
            return;
        }
        if (data[0] === 0xa2) this.pings++;
        if (data[0] === 0xa3 && data[1] === 6) this.show(areasOf(data));
        socket.write(pack(Buffer.from([0xa0, 0, 0, 0, 0])));
    }

    show(areas) {
        this.frames++;
        for (const area of areas) this.areas.set(area.id, { ...area, at: performance.now() });
    }

    // As the people in the hall see it.
    shown(id = 0) {
        const area = this.areas.get(id);
        const dark = !area || (area.runMode === 2 && performance.now() - area.at > area.timeoutMs);
        return dark ? '' : area.text;
    }
}

export const startController = () => new Controller().plug();
