// Makes a set of voice clips with espeak-ng, as placeholders until somebody records better ones: one file a word,
// 16 kHz mono 16-bit, silence cut off, all of one loudness. The words are those display/voice_text.c asks for.
// usage: node voice.mjs [--force] DIR    The same set each time, in some seconds. A folder that is there is left alone,
// as there may be recordings in it, unless --force says that it can be made again. SPDX-License-Identifier: MIT
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const RATE = 16000;
const AT_ONCE = 2;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const run = promisify(execFile);

// Clip -> what espeak-ng is given. Letters are told in English in Chinese halls, too.
const spelled = (voice) => Object.fromEntries(LETTERS.map((letter) => [letter, { voice, text: letter.toUpperCase() }]));
const words = (voice, texts) => Object.fromEntries(Object.entries(texts).map(([clip, text]) => [clip, { voice, text }]));
const upTo = (voice, last) => words(voice, Object.fromEntries(Array.from({ length: last + 1 }, (_, n) => [n, String(n)])));

const SETS = {
    zh: {
        ...spelled('en'),
        // Pinyin: the voice `cmn` of espeak-ng 1.51 reads characters as English letters.
        ...words('cmn-latn-pinyin', { 0: 'ling2', 1: 'yi1', 2: 'er4', 3: 'san1', 4: 'si4', 5: 'wu3', 6: 'liu4', 7: 'qi1',
            8: 'ba1', 9: 'jiu3', 10: 'shi2', 100: 'bai3', yao: 'yao1', please: 'qing3', number: 'hao4', to: 'dao4',
            counter: 'chuang1kou3' }),
    },
    en: {
        ...spelled('en'),
        ...upTo('en', 19),
        ...words('en', { 20: '20', 30: '30', 40: '40', 50: '50', 60: '60', 70: '70', 80: '80', 90: '90', hundred: 'hundred',
            and: 'and', counter: 'counter' }),
    },
    de: {
        ...spelled('de'),
        ...upTo('de', 99), // einundzwanzig is not made of its parts in their order
        ...words('de', { 100: 'hundert', counter: 'Schalter' }),
    },
};

// The samples of what espeak-ng writes to a pipe: a plain header of 44 bytes whose lengths mean nothing.
function samplesOf(wav) {
    const rate = wav.readUInt32LE(24);
    const samples = new Float64Array((wav.length - 44) >> 1);
    for (let i = 0; i < samples.length; i++) samples[i] = wav.readInt16LE(44 + 2 * i) / 32768;
    return { rate, samples };
}

const WING = 24; // zero crossings of the filter on either side: no audible mirror above 7 kHz
const kernels = new Map();

// One row of weights for each position an output sample may have between two input samples.
function kernelOf(rate) {
    if (kernels.has(rate)) return kernels.get(rate);
    const gcd = (a, b) => (b ? gcd(b, a % b) : a);
    const phases = RATE / gcd(rate, RATE);
    const cutoff = 0.92 * Math.min(1, RATE / rate);
    const half = Math.ceil(WING / cutoff);
    const rows = Array.from({ length: phases }, (_, phase) => {
        const row = Float64Array.from({ length: 2 * half }, (__, k) => {
            const x = k - half + 1 - phase / phases;
            const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
            const edge = Math.abs(x) >= half ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
            return cutoff * sinc * edge;
        });
        const sum = row.reduce((all, weight) => all + weight, 0);
        return row.map((weight) => weight / sum);
    });
    kernels.set(rate, { rows, half });
    return kernels.get(rate);
}

function resample({ rate, samples }) {
    const { rows, half } = kernelOf(rate);
    const out = new Float64Array(Math.floor((samples.length * RATE) / rate));
    for (let n = 0; n < out.length; n++) {
        const at = Math.floor((n * rate) / RATE);
        const row = rows[Math.round((((n * rate) % RATE) / RATE) * rows.length) % rows.length];
        let sum = 0;
        for (let k = 0; k < row.length; k++) sum += row[k] * (samples[at + k - half + 1] ?? 0);
        out[n] = sum;
    }
    return out;
}

const QUIET = 0.02; // of the loudest sample: what is below it, before and behind the word, is silence
const HEAD = 0.01 * RATE; // kept of it, so that no consonant loses its beginning
const TAIL = 0.04 * RATE; // and what parts one word from the next
const FADE = 0.005 * RATE;

function trim(samples) {
    const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const loud = (one) => Math.abs(one) > QUIET * peak;
    const first = samples.findIndex(loud);
    if (peak === 0 || first < 0) throw new Error('espeak-ng said nothing');
    let last = samples.length - 1;
    while (!loud(samples[last])) last--;
    const cut = samples.slice(Math.max(0, first - HEAD), Math.min(samples.length, last + TAIL));
    for (let i = 0; i < FADE && i < cut.length; i++) { // a sound that begins or ends at once clicks
        cut[i] *= i / FADE;
        cut[cut.length - 1 - i] *= i / FADE;
    }
    return cut;
}

const LOUD = 10 ** (-19 / 20); // root mean square of what is heard
const PEAK_MAX = 10 ** (-1 / 20);

function level(samples) {
    const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const heard = samples.filter((one) => Math.abs(one) > 0.05 * peak);
    const mean = Math.sqrt(heard.reduce((sum, one) => sum + one * one, 0) / heard.length);
    const gain = Math.min(LOUD / mean, PEAK_MAX / peak);
    return samples.map((one) => one * gain);
}

function wavOf(samples) {
    const wav = Buffer.alloc(44 + 2 * samples.length);
    wav.write('RIFF', 0, 'latin1');
    wav.writeUInt32LE(36 + 2 * samples.length, 4);
    wav.write('WAVEfmt ', 8, 'latin1');
    wav.writeUInt32LE(16, 16);
    wav.writeUInt16LE(1, 20); // PCM
    wav.writeUInt16LE(1, 22); // mono
    wav.writeUInt32LE(RATE, 24);
    wav.writeUInt32LE(2 * RATE, 28);
    wav.writeUInt16LE(2, 32);
    wav.writeUInt16LE(16, 34);
    wav.write('data', 36, 'latin1');
    wav.writeUInt32LE(2 * samples.length, 40);
    samples.forEach((one, i) => wav.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(one * 32767))), 44 + 2 * i));
    return wav;
}

async function makeClip(path, { voice, text }) {
    const { stdout } = await run('espeak-ng', ['-v', voice, '-s', '165', '--stdout', text],
        { encoding: 'buffer', maxBuffer: 16 * 1024 * 1024 });
    writeFileSync(path, wavOf(level(trim(resample(samplesOf(stdout))))));
}

const README = `Voice clips of paihao: PLACEHOLDERS
===================================

Made by script/voice with espeak-ng, a synthetic voice. They are understood, not pleasant: replace them with
recordings of one speaker for each language.

  zh/ en/ de/    one folder a language, one file a word; what is said in each stands in manifest.json
  name-CODE.wav  the name of a counter, e.g. zh/name-east-2.wav (none are shipped): said instead of its code

A clip is a WAV file of 16 kHz, mono, 16-bit PCM, at most 5 s; anything else is left out and the log says so. To bring
a recording into that form, without silence at its ends:

  sox recording.wav -r 16000 -c 1 -b 16 zh/please.wav norm -3 silence 1 0.01 1% reverse silence 1 0.01 1% reverse

Copy this folder, replace files, set display.voice_dir in paihao.yaml to the copy, and send the daemon a SIGHUP.
A language whose words are not all there is left out of a call; without any the board sounds its chime alone.
`;

async function main() {
    const force = process.argv.includes('--force');
    const [out, ...more] = process.argv.slice(2).filter((one) => one !== '--force');
    if (!out || more.length) {
        console.error('usage: script/voice [--force] DIR');
        process.exit(64);
    }
    const dir = resolve(out);
    if (existsSync(dir) && !force) throw new Error(`${out} is there already`);
    const made = `${dir}.new`;
    rmSync(made, { recursive: true, force: true });
    const todo = Object.entries(SETS).flatMap(([lang, clips]) => {
        mkdirSync(join(made, lang), { recursive: true });
        return Object.entries(clips).map(([clip, what]) => [join(made, lang, `${clip}.wav`), what]);
    });
    const version = execFileSync('espeak-ng', ['--version'], { encoding: 'utf8' }).match(/\d+(\.\d+)+/)?.[0];
    const work = async () => {
        for (let one = todo.pop(); one; one = todo.pop()) await makeClip(...one);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const languages = Object.fromEntries(Object.entries(SETS).map(([lang, clips]) =>
        [lang, Object.fromEntries(Object.entries(clips).map(([clip, { text }]) => [clip, text]))]));
    const manifest = { placeholder: true, made_with: `espeak-ng ${version}`, rate: RATE, languages };
    writeFileSync(join(made, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    writeFileSync(join(made, 'README'), README);
    rmSync(dir, { recursive: true, force: true });
    renameSync(made, dir);
}

main().catch((error) => {
    console.error(`voice: ${error.message}`);
    process.exit(1);
});
