// A ticket printer on TCP that does on request what real ones do: no paper, cover open, nobody there, hangs up, says nothing.
//
//   const p = await startPrinter();          // p.address for the hall file
//   p.paper = 'out' | 'low' | 'ok'; p.cover = true; p.silent = true; p.garbage = true;
//   p.onJob = 'hang up' | 'say nothing' | 'run out of paper' | 'know no GS r';   // once the bytes of a job come
//   await p.refuse(); await p.listen();
//   p.slips                                  // bytes of each job that came to its end or broke off
//   p.stop();
// SPDX-License-Identifier: MIT
import { createServer } from 'node:net';
import { piece } from './escpos.mjs';

class Printer {
    constructor() {
        Object.assign(this, { paper: 'ok', cover: false, silent: false, garbage: false, onJob: '', slips: [], connections: 0, looks: 0 });
        this.sockets = new Set();
        this.port = 0;
    }

    listen() {
        this.server = createServer((socket) => this.serve(socket));
        return new Promise((ready) => {
            this.server.listen(this.port, '127.0.0.1', () => {
                this.port = this.server.address().port;
                this.server.unref();
                ready(this);
            });
        });
    }

    get address() { return `127.0.0.1:${this.port}`; }

    refuse() {
        for (const socket of this.sockets) socket.destroy();
        return new Promise((done) => { this.server.close(done); });
    }

    stop() { return this.refuse(); }

    status(n) {
        const out = this.paper === 'out';
        const offline = this.cover || out;
        if (n === 1) return 0x12 | (offline ? 0x08 : 0);
        if (n === 2) return 0x12 | (this.cover ? 0x04 : 0) | (out ? 0x20 : 0);
        return 0x12 | (out ? 0x60 : 0) | (this.paper === 'low' || out ? 0x0c : 0);
    }

    serve(socket) {
        this.connections += 1;
        this.sockets.add(socket.unref());
        const job = { bytes: [], muted: false, kept: false };
        const keep = () => {
            if (job.bytes.length && !job.kept) this.slips.push(Buffer.concat(job.bytes));
            job.kept = job.bytes.length > 0;
        };
        let rest = Buffer.alloc(0);
        socket.on('data', (data) => {
            rest = Buffer.concat([rest, data]);
            for (let one = piece(rest, 0); one && !socket.destroyed; one = piece(rest, 0)) {
                this.take(socket, job, one, rest.subarray(0, one.length), keep);
                rest = rest.subarray(one.length);
            }
        });
        socket.on('error', () => {});
        socket.on('close', () => {
            this.sockets.delete(socket);
            keep();
        });
    }

    take(socket, job, one, bytes, keep) {
        if (one.name === 'DLE \x04') {
            this.looks += one.args[0] === 1;
            if (this.garbage) socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
            else if (!this.silent && !job.muted) socket.write(Uint8Array.of(this.status(one.args[0])));
            return;
        }
        job.bytes.push(bytes);
        if (this.onJob === 'hang up' && job.bytes.length > 20) {
            keep();
            socket.destroy();
        }
        if (this.onJob === 'run out of paper') this.paper = 'out';
        if (this.onJob === 'say nothing') job.muted = true;
        if (one.name !== 'GS r') return;
        keep();
        if (this.onJob === '' && !this.silent) socket.write(Uint8Array.of(this.paper === 'ok' ? 0x00 : 0x03));
    }
}

export const startPrinter = () => new Printer().listen();
