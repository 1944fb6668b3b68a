// paihaoctl board on a real pseudo-terminal, with real calls: numbers appear, calls and recalls ring, a daemon that is
// killed is noticed and comes back, and the terminal is left as it was. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';
import { endTerminals, startTerminal } from '../lib/terminal.mjs';

const ctl = join(build, 'daemon/ctl/paihaoctl');
let d;

before(async () => { d = await startDaemon(); });
after(async () => {
    endTerminals();
    await d.stop();
});

const command = (...words) => [ctl, '--state-dir', d.stateDir, 'board', ...words];
const once = (...words) => spawnSync(ctl, command(...words).slice(1), { encoding: 'utf8' });

async function hall(code, edit) {
    await d.importHall('small', { code, edit });
    const H = `/halls/${code}`;
    await d.post(`${H}/counters/1/open`, { profile: 'general' });
    return { issue: () => d.post(`${H}/tickets`, { service: 'id-card' }), at: (what, body) => d.post(`${H}/counters/1/${what}`, body), H };
}

test('a call appears and rings, a recall rings, what is not a call does not; the daemon is killed, and is back', async () => {
    const { issue, at } = await hall('tb-life');
    const t = startTerminal(command('tb-life', '--lang', 'en'), { cols: 60, rows: 9, dir: d.dir });
    await t.shows('Please watch for your number');
    assert.ok(t.screen.alternate && !t.screen.cursor);
    for (let i = 0; i < 3; i += 1) await issue();
    await t.shows('Identity card');
    await at('next');
    await t.shows('A001 → Counter 1');
    assert.equal(t.bells, 1);
    await at('recall');
    await eventually('it rings again', () => t.bells === 2);
    await at('begin');
    await t.shows('being served');
    await at('next', { present: 'finish' });
    await t.shows('A002 → Counter 1');
    assert.equal(t.bells, 3);
    await d.crash();
    await t.shows('Not up to date since', 25000);
    assert.ok(t.screen.text.includes('A002'), 'numbers stay for a minute');
    await d.start(); // on another port, with another token
    await at('next', { present: 'absent' }); // before it has come back, most likely: told all the same
    await t.shows('A003 → Counter 1', 30000);
    await t.hides('Not up to date since');
    await at('recall');
    await eventually('it rings for the recall', () => t.bells === 5);
    await at('begin');
    await t.shows('being served');
    assert.equal(t.bells, 5, 'nothing rang twice, nothing was left out');
    t.type('\x03');
    assert.equal(await t.ended, 0);
    assert.ok(!t.screen.alternate && t.screen.cursor, 'the terminal is left as it was');
    assert.deepEqual(t.screen.odd, []);
});

test('large letters where there is room, text where there is none, as the window changes; no bell with --quiet', async () => {
    const { issue, at } = await hall('tb-size');
    await issue();
    await at('next');
    const t = startTerminal(command('tb-size', '--lang', 'en', '--quiet'), { cols: 100, rows: 30, dir: d.dir });
    await t.shows('██████');
    assert.ok(t.screen.lines.length <= 30);
    await t.resize(44, 8);
    await t.shows('A001 → Counter 1');
    assert.ok(t.screen.lines.length <= 8 && t.screen.lines.every((line) => line.length <= 44), t.screen.text);
    assert.ok(!t.screen.text.includes('█'));
    await at('recall');
    await t.resize(100, 30);
    await t.shows('█');
    await t.hides('A001 → Counter 1');
    assert.equal(t.bells, 0);
    t.type('q');
    assert.equal(await t.ended, 0);
});

test('stopped numbers and announcements, and nothing of theirs reaches the terminal as a command', async () => {
    const { H } = await hall('tb-told', (text) => text.replace('{zh: 身份证办理, en: Identity card}', '{zh: "身份\u202e证", en: "Card"}'));
    const t = startTerminal(command('tb-told', '--lang', 'zh'), { dir: d.dir });
    await t.shows('请留意叫号');
    await d.post(`${H}/announce`, { zh: '电梯维修中', minutes: 10 });
    await t.shows('电梯维修中');
    await d.post(`${H}/stop`, { service: 'id-card', reason: '打印机坏了' });
    await t.shows('打印机坏了');
    assert.ok(!t.screen.text.includes('\u202e'));
    await d.post(`${H}/start`, {});
    await t.hides('打印机坏了');
    t.type('q');
    assert.equal(await t.ended, 0);
    assert.deepEqual(t.screen.odd, []);
});

test('--once prints the board as text and ends', async () => {
    const { issue, at } = await hall('tb-once');
    for (let i = 0; i < 2; i += 1) await issue();
    await at('next');
    const { status, stdout } = once('tb-once', '--once', '--lang', 'en');
    assert.equal(status, 0);
    assert.ok(!stdout.includes('\x1b'));
    assert.match(stdout, /^Neighbourhood service point +\w{3} \d+ \w{3} \d\d:\d\d\nA001 → Counter 1 {2}\(Now calling\)\n/);
    assert.match(stdout, /Identity card +1\n/);
    assert.match(once('tb-once', '--once').stdout, /身份证办理 +1\n/);
    assert.equal(once('nowhere', '--once').status, 1);
    assert.equal(once().status, 64);
    assert.equal(once('tb-once', '--lang', 'fr').status, 64);
});

test('into a pipe: a line for each call as it is made; a board\'s own token is enough', async () => {
    const { issue, at } = await hall('tb-pipe');
    const { token } = await d.device('b-pipe', 'board', 'tb-pipe');
    for (let i = 0; i < 2; i += 1) await issue();
    await at('next'); // before we came: not told
    const child = spawn(ctl, ['--url', d.url, '--token', token, 'board', 'tb-pipe'], { stdio: ['ignore', 'pipe', 'pipe'] });
    process.once('exit', () => child.kill());
    let [text, said] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece) => { text += piece; });
    child.stderr.setEncoding('utf8').on('data', (piece) => { said += piece; });
    const ended = new Promise((done) => { child.once('close', done); });
    await eventually('it follows', () => said.includes('up to date'), 15000);
    await at('recall');
    await at('next', { present: 'absent' });
    await eventually('both are told', () => text.split('\n').length === 3, 15000);
    assert.match(text, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d A001 1 recall\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d A002 1 call\n$/);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    const refused = spawnSync(ctl, ['--url', d.url, '--token', 'nonsense', 'board', 'tb-pipe'], { encoding: 'utf8', timeout: 30000 });
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /cannot be read \(401\)/);
});
