// A program on a pseudo-terminal (script, of bsdutils), and what stands on its screen: a terminal that knows the few
// sequences paihaoctl writes, and fails on any other.
//
//   const t = startTerminal([program, 'board', 'small'], { cols: 60, rows: 9, dir });
//   await t.shows('A001'); t.bells; t.type('q'); t.resize(40, 12); const code = await t.ended;
// SPDX-License-Identifier: MIT
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './redis.mjs';

const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;
const running = new Set();
let count = 0;

// Those a failed test left; a file's after() calls it.
export const endTerminals = () => running.forEach((child) => child.kill('SIGKILL'));

export class Screen {
    constructor() {
        Object.assign(this, { lines: [], row: 0, bells: 0, alternate: false, cursor: true, odd: [], column: [] });
        this.rest = '';
    }

    feed(text) {
        this.rest += text;
        // Half a sequence waits for its end.
        for (let m; (m = /^(?:\x1b\[([?0-9;]*)([A-Za-z])|\r?\n|\r|\x07|[^\x1b\r\n\x07]+)/.exec(this.rest));) {
            if (m[0] === '\r' && this.rest.length === 1) return;
            this.rest = this.rest.slice(m[0].length);
            this.take(m);
        }
        if (this.rest.length > 20) this.odd.push(this.rest.slice(0, 20));
    }

    take([whole, args, letter]) {
        if (whole === '\x07') this.bells += 1;
        else if (whole.includes('\n')) this.go(this.row + 1);
        else if (whole === '\r') this.go(this.row);
        else if (!letter) this.now += whole;
        else if (letter === 'H' && !args) this.go(0);
        else if (letter === 'K' && !args) this.lines[this.row] = this.now;
        else if (letter === 'J' && !args) this.lines.length = this.row + 1;
        else if (letter === 'm') return;
        else if (args === '?1049') this.alternate = letter === 'h';
        else if (args === '?25') this.cursor = letter === 'h';
        else this.odd.push(whole);
    }

    go(row) {
        this.row = row;
        this.now = '';
    }

    get text() { return this.lines.join('\n'); }
}

export function startTerminal(command, { cols = 80, rows = 24, dir, env = {} }) {
    const name = join(dir, `tty-${count += 1}`);
    const line = `stty rows ${rows} cols ${cols}; tty >${quote(name)}; exec ${command.map(quote).join(' ')}`;
    const child = spawn('script', ['-qefc', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
    const screen = new Screen();
    child.stdout.setEncoding('utf8').on('data', (text) => screen.feed(text));
    running.add(child);
    child.once('close', () => running.delete(child));
    const ended = new Promise((done) => { child.once('close', (code) => done(code)); });
    return {
        screen,
        ended,
        get bells() { return screen.bells; },
        shows: (text, withinMs = 15000) => eventually(`the screen shows ${text}\n--\n${screen.text}\n--`, () => screen.text.includes(text), withinMs),
        hides: (text, withinMs = 15000) => eventually(`the screen hides ${text}`, () => !screen.text.includes(text), withinMs),
        type: (keys) => child.stdin.write(keys),
        // As a window would: the terminal is told, and tells the program.
        async resize(newCols, newRows) {
            await eventually('the terminal has a name', () => existsSync(name) && readFileSync(name, 'utf8').includes('/dev/'));
            execFileSync('stty', ['-F', readFileSync(name, 'utf8').trim(), 'rows', String(newRows), 'cols', String(newCols)]);
        },
    };
}
