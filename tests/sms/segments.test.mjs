// sms/encoding.h and sms/parts.h against two programs of others that count the parts of short messages, over random
// texts. A failure prints the whole text; SEGMENTS_SEED repeats a run or makes another, SEGMENTS_CASES makes it longer.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { build } from '../lib/daemon.mjs';

const require = createRequire(import.meta.url);
const { SegmentedMessage } = require('sms-segments-calculator');
const { split } = require('split-sms');

const SEED = Number(process.env.SEGMENTS_SEED ?? 23040);
const CASES = Number(process.env.SEGMENTS_CASES ?? 3000);
const PARTS_MAX = 4;

let state = SEED;
function random() { // mulberry32
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const int = (from, to) => from + Math.floor(random() * (to - from + 1));
const one = (list) => list[int(0, list.length - 1)];
const at = (from, to) => () => String.fromCodePoint(int(from, to));

const BASIC = Array.from('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿'
    + 'abcdefghijklmnopqrstuvwxyzäöñüà');
const EXTENSION = Array.from('\f^{}\\[~]|€');
// Each makes one character, or one cluster of several that belong together.
const KINDS = {
    letter: at(0x61, 0x7a),
    basic: () => one(BASIC),
    extension: () => one(EXTENSION),
    latin: () => one(Array.from('çáêíóúâîôûãõşğıłńœžćđåÁÈÊË’“”–…«»`\t\u00a0')),
    greek: at(0x391, 0x3a1),
    cyrillic: at(0x410, 0x44f),
    arabic: at(0x627, 0x64a),
    han: at(0x4e00, 0x9fff),
    rare_han: at(0x20000, 0x2a6df),
    chinese_mark: () => one(Array.from('，。：；、！？（）【】「」《》　')),
    emoji: at(0x1f600, 0x1f64f),
    family: () => one(['👨‍👩‍👧‍👦', '👩🏽‍💻', '🏳️‍🌈', '❤️', '1️⃣', '🇨🇳', '👍🏿']),
    combining: () => one(['e\u0301', 'a\u0308', 'n\u0303', 'a\u0300\u0316\u0323', '\u0915\u094d\u0937\u093f']),
    control: () => String.fromCodePoint(one([1, 7, 8, 9, 0x0b, 0x1a, 0x1b, 0x1f, 0x7f, 0x85, 0x9f, 0x200b, 0x2028, 0x202e, 0xfeff])),
};
const CLUSTERS = ['family', 'combining'];
// What texts are made of; more of one kind than of the others, as texts are.
const MIXTURES = [
    ['letter'], ['basic'], ['letter', 'extension'], ['extension'], ['basic', 'extension', 'letter'], ['letter', 'letter', 'latin'],
    ['han'], ['han', 'han', 'chinese_mark', 'letter'], ['han', 'rare_han'], ['rare_han'], ['emoji'], ['han', 'emoji'], ['letter', 'emoji'],
    ['cyrillic'], ['greek', 'arabic'], ['basic', 'control'], ['han', 'control'], ['letter', 'combining'], ['han', 'family'],
    ['family'], ['basic', 'combining', 'family', 'han', 'emoji'], Object.keys(KINDS),
];
// Lengths near where a part ends are the ones that matter.
const BORDERS = [70, 134, 160, 201, 268, 306, 459, 612];

function text() {
    const kinds = one(MIXTURES);
    const units = random() < 0.7 ? one(BORDERS) + int(-4, 4) : int(0, 700);
    // A run of one character and a pair at its end come upon a border far oftener than chance does.
    let made = random() < 0.3 ? KINDS[one(kinds)]().repeat(one([0, 65, 66, 151, 152, 153])) : '';
    while (made.length < units) made += KINDS[one(kinds)]();
    return { text: made, clusters: kinds.some((kind) => CLUSTERS.includes(kind)) || kinds.includes('control') };
}

// The program answers in the order of the questions.
async function ask(texts) {
    const program = spawn(join(build, 'sms/sms_parts'), { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks = [];
    program.stdout.on('data', (chunk) => chunks.push(chunk));
    program.stdin.end(texts.map((one) => `${Buffer.from(one).toString('hex')}\n`).join(''));
    const [code] = await once(program, 'close');
    assert.equal(code, 0);
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
    assert.equal(lines.length, texts.length);
    return lines.map((line) => JSON.parse(line));
}

let cases;
before(async () => {
    cases = Array.from({ length: CASES }, text);
    const answers = await ask(cases.map((one) => one.text));
    cases.forEach((one, i) => {
        one.ours = answers[i];
    });
});

const shown = (one) => `SEGMENTS_SEED=${SEED}: ${JSON.stringify(one.text)}`;
const unitsOf = (text, encoding) => (encoding === 'UCS2' ? text.length
    : Array.from(text).reduce((sum, char) => sum + (EXTENSION.includes(char) ? 2 : 1), 0));

test('encoding, parts and their lengths are those of split-sms', () => {
    const seen = { GSM7: 0, UCS2: 0 };
    for (const one of cases) {
        const theirs = split(one.text);
        const encoding = theirs.characterSet === 'GSM' ? 'GSM7' : 'UCS2';
        const lengths = theirs.parts.map((part) => part.bytes / (encoding === 'GSM7' ? 1 : 2));
        assert.deepEqual({ encoding: one.ours.encoding, lengths: one.ours.lengths }, { encoding, lengths }, shown(one));
        assert.equal(one.ours.units, unitsOf(one.text, encoding), shown(one));
        seen[encoding] += 1;
    }
    assert.ok(seen.GSM7 > CASES / 10 && seen.UCS2 > CASES / 10, JSON.stringify(seen));
});

test('encoding, parts, their lengths and septets are those of sms-segments-calculator', () => {
    let whole = 0;
    for (const one of cases) {
        const theirs = new SegmentedMessage(one.text);
        assert.equal(one.ours.encoding, theirs.encodingName === 'GSM-7' ? 'GSM7' : 'UCS2', shown(one));
        const bits = one.ours.encoding === 'GSM7' ? 7 : 16;
        // It keeps what is drawn as one character together, which no network asks for and which can cost a part more.
        if (one.clusters) {
            assert.ok(theirs.segmentsCount >= one.ours.lengths.length, shown(one));
            assert.equal(theirs.messageSize / bits, one.ours.units, shown(one));
            continue;
        }
        whole += 1;
        assert.deepEqual(one.ours.lengths, theirs.segments.map((part) => part.messageSizeInBits() / bits), shown(one));
        if (bits !== 7 || !one.ours.octets.length) continue;
        const septets = theirs.segments.map((part) => Array.from(part).flatMap((char) => char.codeUnits ?? []));
        assert.deepEqual(one.ours.octets, septets.map((part) => Buffer.from(part).toString('hex')), shown(one));
    }
    assert.ok(whole > CASES / 4, `${whole} texts without clusters`);
});

// A part by itself: a half of a pair has no text.
function partText(octets, encoding) {
    const bytes = Buffer.from(octets, 'hex');
    if (encoding === 'GSM7') return bytes.at(-1) === 0x1b ? null : '';
    const text = bytes.swap16().toString('utf16le');
    return text.isWellFormed?.() === false || /[\ud800-\udbff]$/.test(text) || /^[\udc00-\udfff]/.test(text) ? null : text;
}

test('parts split no pair, are as long as they were counted, and joined give the text again', () => {
    let cut = 0;
    for (const one of cases) {
        const { encoding, lengths, octets, joined, ucs2 } = one.ours;
        assert.equal(octets.length, lengths.length > PARTS_MAX ? 0 : lengths.length, shown(one));
        octets.forEach((part, i) => {
            assert.equal(part.length / 2, lengths[i] * (encoding === 'GSM7' ? 1 : 2), shown(one));
            assert.notEqual(partText(part, encoding), null, shown(one));
        });
        if (octets.length) assert.equal(Buffer.from(joined, 'hex').toString(), one.text, shown(one));
        if (encoding === 'UCS2' && octets.length) assert.deepEqual(ucs2, octets, shown(one));
        // A route without the 7-bit alphabet: held against the other program told to do so.
        const theirs = split(one.text, { characterset: 'Unicode' }).parts;
        assert.equal(ucs2.length, theirs.length > PARTS_MAX ? 0 : theirs.length, shown(one));
        ucs2.forEach((part, i) => assert.equal(partText(part, 'UCS2'), theirs[i].content, shown(one)));
        cut += octets.length > 1;
    }
    assert.ok(cut > CASES / 4, `${cut} texts of several parts`);
});

test('the seed is told', (t) => {
    t.diagnostic(`${CASES} texts, SEGMENTS_SEED=${SEED}`);
});
