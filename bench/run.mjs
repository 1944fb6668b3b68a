// Runs the sections named on the command line, or all of them, and prints their tables as Markdown.
// SPDX-License-Identifier: MIT
import { cpus, release } from 'node:os';
import { execFileSync } from 'node:child_process';
import { boards, memory } from './boards.mjs';
import { drain, outbox } from './drain.mjs';
import { eta } from './eta.mjs';
import { fanout, idle } from './fanout.mjs';
import { issue } from './issue.mjs';
import { calendar } from './calendar.mjs';
import { next } from './next.mjs';
import { press } from './press.mjs';
import { rush } from './rush.mjs';
import { search } from './search.mjs';
import { smppDriver } from './smpp.mjs';
import { start } from './start.mjs';
import { throttle } from './throttle.mjs';

const SECTIONS = {
    issue: ['tickets issued per second', issue],
    next: ['calling the next one', next],
    press: ['from a press to the board', press],
    memory: ['resident memory, and an event to every board', memory],
    start: ['from exec to ready', start],
    boards: ['open boards and the API', boards],
    fanout: ['one call to ten thousand boards, beside nchan', fanout],
    idle: ['a thousand idle boards', idle],
    calendar: ['the calendar alone', calendar],
    search: ['searches per second', search],
    rush: ['the release of new times', rush],
    eta: ['the honest wait', eta],
    drain: ['a hundred thousand messages', drain],
    outbox: ['messages from the outbox to SMPP', outbox],
    throttle: ['a throttled link', throttle],
    smpp: ['messages through the SMPP driver', smppDriver],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((w) => !SECTIONS[w]);
if (unknown.length) {
    console.error(`usage: bench/run [${Object.keys(SECTIONS).join('] [')}]`);
    process.exit(64);
}
const redis = execFileSync('redis-server', ['--version'], { encoding: 'utf8' }).match(/v=(\S+)/)[1];
console.log(`${new Date().toISOString().slice(0, 16)} UTC, ${cpus().length} × ${cpus()[0].model.trim()}, ` +
    `Linux ${release().split('-')[0]}, Redis ${redis}`);
for (const [name, [title, section]] of Object.entries(SECTIONS)) {
    if (wanted.length && !wanted.includes(name)) continue;
    console.log(`\n### ${name}: ${title}\n`);
    await section();
}
