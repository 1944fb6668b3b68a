// Reads ESC/POS: what comes out on paper, line by line, with sizes, QR codes and pictures. Written from the manuals of
// printers, not from the program's own encoder. Knows the commands of the program and (with loose: true) those of npm
// receiptline, against which it is held. SPDX-License-Identifier: MIT
const ESC = 0x1b, FS = 0x1c, GS = 0x1d, DLE = 0x10, LF = 0x0a;
const chinese = new TextDecoder('gb18030', { fatal: true });

// How many bytes follow "prefix letter"; a function where that stands in the bytes themselves.
const LENGTHS = {
    [ESC]: { '@': 0, a: 1, E: 1, d: 1, 2: 0, 3: 1, '-': 1, M: 1, ' ': 1, '{': 1, t: 1, $: 2, '\\': 2, J: 1 },
    [FS]: { '&': 0, '.': 0, '!': 1, '-': 1, S: 2, '(': block },
    [GS]: { '!': 1, '(': block, v: raster, V: (b) => (b[0] === undefined ? null : b[0] >= 65 ? 2 : 1), r: 1, a: 1, B: 1, L: 2, W: 2, 8: wide },
    [DLE]: { '\x04': 1 },
};

function block(b) { return b.length < 3 ? null : 3 + b[1] + 256 * b[2]; }
function wide(b) { return b.length < 5 ? null : 5 + b[1] + 256 * (b[2] + 256 * (b[3] + 256 * b[4])); }
function raster(b) { return b.length < 6 ? null : 6 + (b[2] + 256 * b[3]) * (b[4] + 256 * b[5]); }

// The next piece: {name: 'GS (', args, length}, {text: byte(s)}, or null when it is not all there yet.
export function piece(bytes, at) {
    const first = bytes[at];
    if (first === undefined) return null;
    const table = LENGTHS[first];
    if (!table) return { text: bytes.subarray(at, at + 1), length: 1 };
    if (bytes[at + 1] === undefined) return null;
    const letter = String.fromCharCode(bytes[at + 1]);
    const rule = table[letter];
    if (rule === undefined) throw new Error(`an unknown command at ${at}: ${bytes.subarray(at, at + 4).toString('hex')}`);
    const n = typeof rule === 'function' ? rule(bytes.subarray(at + 2)) : rule;
    if (n === null || at + 2 + n > bytes.length) return null;
    const prefix = { [ESC]: 'ESC', [FS]: 'FS', [GS]: 'GS', [DLE]: 'DLE' }[first];
    return { name: `${prefix} ${letter}`, args: bytes.subarray(at + 2, at + 2 + n), length: 2 + n };
}

class Paper {
    constructor({ columns = 32, loose = false } = {}) {
        Object.assign(this, { columns, loose, lines: [], qr: [], images: [], cuts: 0, feeds: 0, asked: 0, began: false });
        this.reset();
        this.line = [];
        this.stored = {};
    }

    reset() { Object.assign(this, { mode: false, size: [1, 1], bold: false, align: 'left', double: false }); }

    // Chinese bytes count only in Chinese mode; a strict printer leaves it with the first Latin letter.
    put(byte) {
        if (byte === LF) return this.end();
        if (byte < 0x80 && !this.half) {
            if (!this.loose) this.mode = false;
            this.line.push({ text: String.fromCharCode(byte), columns: 1, size: this.size, bold: this.bold });
        } else if (!this.half) {
            if (!this.mode) throw new Error('Chinese bytes outside of Chinese mode');
            this.half = byte;
        } else {
            const text = chinese.decode(Uint8Array.of(this.half, byte));
            this.half = null;
            this.line.push({ text, columns: 2, size: this.size, bold: this.bold, chinese: true, double: this.double });
        }
        return undefined;
    }

    end() {
        const text = this.line.map((one) => one.text).join('');
        const columns = this.line.reduce((sum, one) => sum + one.columns * one.size[0], 0);
        if (columns > this.columns) throw new Error(`a line of ${columns} columns: ${text}`);
        const sizes = [...new Set(this.line.map((one) => one.size.join('x')))];
        this.lines.push({ text, columns, align: this.align, bold: this.line.some((one) => one.bold), size: sizes.join(' '),
            double: this.line.filter((one) => one.chinese).every((one) => one.double) });
        this.line = [];
    }

    command(name, args) {
        const acts = {
            'ESC @': () => { this.reset(); this.began = true; },
            'ESC a': () => { this.align = ['left', 'centre', 'right'][args[0] % 48]; },
            'ESC E': () => { this.bold = Boolean(args[0] & 1); },
            'ESC d': () => { this.feeds += args[0]; },
            'FS &': () => { this.mode = true; },
            'FS .': () => { this.mode = false; },
            'FS !': () => { this.double = (args[0] & 0x0c) === 0x0c; },
            'GS !': () => { this.size = [(args[0] >> 4) + 1, (args[0] & 15) + 1]; },
            'GS V': () => { this.cuts += 1; },
            'GS r': () => { this.asked += 1; },
            'GS (': () => this.block(args),
            'GS v': () => this.picture(args[2] + 256 * args[3], args[4] + 256 * args[5], args.subarray(6)),
            'GS 8': () => this.graphics(args.subarray(5)),
        };
        acts[name]?.();
    }

    block(args) {
        if (args[0] !== 0x6b || args[3] !== 0x31) return;
        const rest = args.subarray(5);
        if (args[4] === 0x41) this.stored.model = rest[0] - 48;
        else if (args[4] === 0x43) [this.stored.dots] = rest;
        else if (args[4] === 0x45) this.stored.level = 'LMQH'[rest[0] - 48];
        else if (args[4] === 0x50) this.stored.text = rest.subarray(1).toString('utf8');
        else if (args[4] === 0x51) this.qr.push({ ...this.stored, line: this.lines.length });
    }

    graphics(b) { // GS 8 L 112: a picture into the store, printed by the next one
        if (b[1] === 0x70) this.picture(Math.ceil((b[6] + 256 * b[7]) / 8), b[8] + 256 * b[9], b.subarray(10));
    }

    picture(width, height, bits) { this.images.push({ width: width * 8, height, bits: Buffer.from(bits), line: this.lines.length }); }
}

// -> {lines: [{text, columns, size: '2x2', bold, align}], qr, images, cuts, asked}; throws on what a printer would not
// understand, and on a line longer than the paper is wide.
export function readPaper(bytes, options) {
    const paper = new Paper(options);
    for (let at = 0; at < bytes.length;) {
        const one = piece(bytes, at);
        if (!one) throw new Error(`a command that is cut off at ${at} of ${bytes.length}`);
        if (one.name) paper.command(one.name, one.args);
        else paper.put(one.text[0]);
        at += one.length;
    }
    if (paper.line.length) throw new Error('a line without an end');
    return paper;
}

// A picture as a PBM file, with white around it as the paper has.
export function pbm({ width, height, bits }) {
    const margin = 16;
    const row = Math.ceil((width + 2 * margin) / 8);
    const out = Buffer.alloc(row * (height + 2 * margin));
    for (let y = 0; y < height; y++) bits.copy(out, (y + margin) * row + margin / 8, y * (width / 8), (y + 1) * (width / 8));
    return Buffer.concat([Buffer.from(`P4\n${row * 8} ${height + 2 * margin}\n`), out]);
}
