// The voice of the boards, from the real daemon with the real clips: what is said, how long it is, who may hear it,
// what is refused, and clips that are replaced, broken or missing. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';

const RATE = 16000;
const HEADER = 44;
const PAUSE = 0.25 * RATE * 2; // bytes
const BETWEEN = 0.5 * RATE * 2;
const shipped = join(build, 'voice');

const dirs = [];
function copyOfClips() {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-clips-'));
    dirs.push(dir);
    cpSync(shipped, dir, { recursive: true });
    return dir;
}

let d;
let board;
before(async () => {
    d = await startDaemon();
    const counters = ['3a', '12', '101', 'east-2'].map((code) => `  - {code: "${code}", profile: general}\n`).join('');
    await d.importHall('small', { edit: (text) => text.replace(/^counters:.*\n/m, (line) => `${line}${counters}`) });
    board = await d.device('b1', 'board', 'small');
});
after(async () => {
    await d?.stop();
    dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true }));
});

// {status, headers, wav}; query as an object.
async function ask(client, query, { headers = {}, hall = 'small', daemon = d } = {}) {
    const sent = client.token ? { authorization: `Bearer ${client.token}`, ...headers } : headers;
    const response = await fetch(`${daemon.url}/api/v1/halls/${hall}/voice?${new URLSearchParams(query)}`, { headers: sent });
    const bytes = Buffer.from(await response.arrayBuffer());
    const problem = /problem/.test(response.headers.get('content-type') ?? '') ? JSON.parse(bytes) : null;
    return { status: response.status, headers: response.headers, wav: bytes, problem };
}

// The samples of a WAV, every field of whose header is right.
function samplesOf(wav) {
    assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
    assert.equal(wav.readUInt32LE(4), wav.length - 8);
    assert.equal(wav.toString('latin1', 8, 16), 'WAVEfmt ');
    assert.equal(wav.readUInt32LE(16), 16);
    const format = [wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt32LE(28), wav.readUInt16LE(32),
        wav.readUInt16LE(34)];
    assert.deepEqual(format, [1, 1, RATE, 2 * RATE, 2, 16]);
    assert.equal(wav.toString('latin1', 36, 40), 'data');
    assert.equal(wav.readUInt32LE(40), wav.length - HEADER);
    return wav.subarray(HEADER);
}

const clip = (lang, word, dir = shipped) => readFileSync(join(dir, lang, `${word}.wav`)).subarray(HEADER);
const silence = (bytes) => Buffer.alloc(bytes);
const said = (lang, words, dir) =>
    Buffer.concat(words.split(' ').map((word) => (word === ',' ? silence(PAUSE) : clip(lang, word, dir))));
const together = (...parts) => Buffer.concat(parts.flatMap((part, i) => (i ? [silence(BETWEEN), part] : [part])));

async function says(query, expected, options) {
    const answer = await ask(board, query, options);
    assert.equal(answer.status, 200, JSON.stringify(answer.problem));
    const samples = samplesOf(answer.wav);
    assert.equal(samples.length, expected.length, `${samples.length / 2 / RATE} s instead of ${expected.length / 2 / RATE} s`);
    assert.ok(samples.equals(expected));
    return answer;
}

test('the shipped set is whole: every word of every language, of one form and loudness', () => {
    const { placeholder, languages } = JSON.parse(readFileSync(join(shipped, 'manifest.json')));
    assert.equal(placeholder, true);
    assert.deepEqual(Object.keys(languages), ['zh', 'en', 'de']);
    for (const [lang, words] of Object.entries(languages)) {
        assert.deepEqual(readdirSync(join(shipped, lang)).sort(), Object.keys(words).map((word) => `${word}.wav`).sort());
        for (const word of Object.keys(words)) {
            const samples = samplesOf(readFileSync(join(shipped, lang, `${word}.wav`)));
            const values = Array.from({ length: samples.length / 2 }, (_, i) => samples.readInt16LE(2 * i) / 32768);
            const peak = values.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
            assert.ok(peak > 0.1 && peak < 0.95, `${lang} ${word}: peak ${peak}`);
            assert.ok(values.length > 0.1 * RATE && values.length < 2 * RATE, `${lang} ${word}: ${values.length / RATE} s`);
            const edge = [...values.slice(0, 8), ...values.slice(-8)];
            assert.ok(Math.max(...edge.map(Math.abs)) < 0.05, `${lang} ${word} begins or ends with a click`);
        }
    }
    assert.match(d.log, /voice: \d+ clips of zh, \d+ of en, \d+ of de/);
    assert.doesNotMatch(d.log, /left out|clips are missing/);
});

test('a call is said in the languages of the hall, one after the other, digits spelled', async () => {
    const zh = said('zh', 'please a 0 yao 2 number to 3 number counter');
    await says({ number: 'A012', counter: '3' }, together(zh, said('en', 'a 0 1 2 , counter 3')));
    await says({ number: 'Z100', counter: '12', languages: 'en,zh' },
        together(said('en', 'z 1 0 0 , counter 12'), said('zh', 'please z yao 0 0 number to 10 2 number counter')));
    await says({ number: 'A001', counter: '101', languages: 'zh' }, said('zh', 'please a 0 0 yao number to 1 100 0 1 number counter'));
    await says({ number: 'A001', counter: '3a', languages: 'en' }, said('en', 'a 0 0 1 , counter 3 a'));
    await says({ number: 'A001', counter: '12', languages: 'de' }, said('de', 'a 0 0 1 , counter 12'));
    await says({ number: 'A012', counter: '3', form: 'short' },
        together(said('zh', 'a 0 yao 2 number , 3 number counter'), said('en', 'a 0 1 2 , counter 3')));
});

test('what has not changed is not sent again', async () => {
    const query = { number: 'A012', counter: '3' };
    const first = await ask(board, query);
    const etag = first.headers.get('etag');
    assert.match(etag, /^"[0-9a-f]{16}-[0-9a-f]{16}"$/);
    assert.equal(first.headers.get('content-type'), 'audio/wav');
    assert.equal(first.headers.get('cache-control'), 'private, no-cache');
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
        const again = await ask(board, query, { headers: { 'if-none-match': known } });
        assert.equal(again.status, 304);
        assert.equal(again.wav.length, 0);
        assert.equal(again.headers.get('etag'), etag);
    }
    assert.equal((await ask(board, query, { headers: { 'if-none-match': '"other"' } })).status, 200);
    for (const other of [{ counter: '2' }, { number: 'A013' }, { form: 'short' }, { languages: 'en' }]) {
        assert.notEqual((await ask(board, { ...query, ...other })).headers.get('etag'), etag);
    }
    const metrics = (await d.admin('/metrics')).text;
    assert.match(metrics, /paihao_voice_calls_total\{from="built"\} [1-9]/);
    assert.match(metrics, /paihao_voice_calls_total\{from="memory"\} [1-9]/);
});

test('it is for the boards, kiosks and staff of the hall', async () => {
    const query = { number: 'A012', counter: '3' };
    await d.importHall('small', { code: 'other' });
    const others = await d.device('b-other', 'board', 'other');
    const { link } = await d.post('/halls/small/tickets', { service: 'id-card' });
    const status = async (client) => (await ask(client, query)).status;
    assert.equal(await status(await d.device('k1', 'kiosk', 'small')), 200);
    assert.equal(await status(await d.clerk('li', 'small')), 200);
    assert.equal(await status(d), 200);
    assert.equal(await status(others), 403);
    assert.equal(await status(d.nobody()), 401);
    const citizen = await ask(d.nobody(), query, { headers: { authorization: `Ticket ${link.split(/[#/]/).pop()}` } });
    assert.equal(citizen.status, 403);
});

test('what is no call of this hall is refused, with the field', async () => {
    const good = { number: 'A012', counter: '3' };
    const bad = [
        [{ counter: '3' }, 422, 'number'], [{ number: 'A012' }, 422, 'counter'],
        [{ ...good, number: 'a012' }, 422, 'number'], [{ ...good, number: 'A012@' }, 422, 'number'],
        [{ ...good, number: '012' }, 422, 'number'], [{ ...good, number: '1795465432000-A012' }, 422, 'number'],
        [{ ...good, number: '../A1' }, 422, 'number'], [{ ...good, number: 'A'.repeat(300) }, 422, 'number'],
        [{ ...good, counter: '4711' }, 404, 'counter'], [{ ...good, counter: '../3' }, 422, 'counter'],
        [{ ...good, languages: 'fr' }, 422, 'languages'], [{ ...good, languages: 'zh,zh' }, 422, 'languages'],
        [{ ...good, languages: '*' }, 422, 'languages'], [{ ...good, languages: 'zh,en,de,zh' }, 422, 'languages'],
        [{ ...good, form: 'long' }, 422, 'form'],
    ];
    for (const [query, status, field] of bad) {
        const answer = await ask(board, query);
        assert.equal(answer.status, status, JSON.stringify([query, answer.problem]));
        assert.equal(answer.problem.field, field, JSON.stringify([query, answer.problem]));
    }
    assert.equal((await ask(d, good, { hall: 'nowhere' })).status, 404);
});

test('the voice of the hall file: other languages, another one, said twice', async () => {
    const voice = 'voice: {languages: [en], digit_one: yi, repeat: 2}\n';
    const edit = (text) => text.replace(/^voice:.*\n(?: .*\n)*/m, voice);
    await d.importHall('small', { code: 'plain', edit });
    const own = await d.device('b-plain', 'board', 'plain');
    const answer = await ask(own, { number: 'A012', counter: '3' }, { hall: 'plain' });
    const once = said('en', 'a 0 1 2 , counter 3');
    assert.ok(samplesOf(answer.wav).equals(together(once, once)));
    const brief = await ask(own, { number: 'A011', counter: '3', form: 'short', languages: 'zh' }, { hall: 'plain' });
    assert.ok(samplesOf(brief.wav).equals(said('zh', 'a 0 1 1 number , 3 number counter')));
});

test('clips are replaced while the daemon runs: a name, a missing word, a broken file, no folder', async () => {
    const dir = copyOfClips();
    cpSync(join(shipped, 'en', 'hundred.wav'), join(dir, 'zh', 'name-east-2.wav'));
    rmSync(join(dir, 'en', 'hundred.wav'));
    writeFileSync(join(dir, 'de', 'counter.wav'), 'not a sound');
    const settings = { display: { voice_dir: dir } };
    const reload = async (more, line) => {
        d.log = '';
        d.writeSettings({ ...settings, ...more });
        process.kill(d.pid, 'SIGHUP');
        await eventually(line, () => d.log.includes(line), 20000);
    };
    const before = await ask(board, { number: 'A012', counter: '3' });
    await reload({}, `de in ${dir}`);
    assert.match(d.log, /voice en: 1 clips are missing, calls with them are not said: hundred/);
    assert.match(d.log, /voice de: counter\.wav left out: it is no WAV file/);
    const named = { number: 'A012', counter: 'east-2', languages: 'zh' };
    const expected = said('zh', 'please a 0 yao 2 number to name-east-2', dir);
    // Each worker has them a moment later.
    await eventually('every worker has the new clips', async () => {
        for (let i = 0; i < 8; i++) if ((await ask(board, named)).wav.length !== expected.length + HEADER) return false;
        return true;
    }, 20000);
    await says(named, expected);
    const after = await ask(board, { number: 'A012', counter: '3' }, { headers: { 'if-none-match': before.headers.get('etag') } });
    assert.equal(after.status, 200, 'another set has other tags');
    // Half a sentence is worse than none: the language is left out, and where none is left the board has its chime.
    await says({ number: 'A012', counter: '101' }, said('zh', 'please a 0 yao 2 number to 1 100 0 1 number counter', dir));
    const none = await ask(board, { number: 'A012', counter: '101', languages: 'en,de' });
    assert.deepEqual([none.status, none.problem.code], [404, 'voice_missing']);
    await reload({ display: { voice_dir: join(dir, 'nowhere') } }, 'the clips stay as they are');
    await says(named, expected);
});

test('without any clips the board gets a plain answer', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'paihao-clips-'));
    dirs.push(empty);
    mkdirSync(join(empty, 'zh'));
    for (const voiceDir of [empty, join(empty, 'nowhere')]) {
        const other = await startDaemon({ settings: { display: { voice_dir: voiceDir } } });
        try {
            await other.importHall('small');
            const own = await other.device('b1', 'board', 'small');
            const answer = await ask(own, { number: 'A012', counter: '3' }, { daemon: other });
            assert.deepEqual([answer.status, answer.problem.code], [404, 'voice_missing']);
        } finally {
            await other.stop();
        }
    }
});
