// Looks for phone numbers and secrets where they must not be: in any spelling, in any of the usual encodings, and as the
// plain hash of a number (which anybody can turn back by hashing all numbers). SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const HASHES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'ripemd160', 'blake2b512', 'blake2s256'];
const BLAKE2B_BITS = [128, 160, 256, 384]; // the lengths libsodium would be asked for

// Every way a citizen might type a Chinese mobile number of 11 digits.
export function spellings(digits) {
    const [a, b, c] = [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)];
    const wide = [...digits].map((x) => String.fromCodePoint(0xff10 + Number(x))).join('');
    return [digits, `+86${digits}`, `0086${digits}`, `86${digits}`, `${a} ${b} ${c}`, `${a}-${b}-${c}`, `${a}.${b}.${c}`,
        `+86 ${a} ${b} ${c}`, `+86-${a}-${b}-${c}`, `(${a})${b}${c}`, `(+86) ${a} ${b}-${c}`, `00 86 ${a} ${b} ${c}`, wide,
        `＋86${wide}`];
}

function encodings(bytes) {
    const base64 = bytes.toString('base64').replace(/=+$/, '');
    return [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('hex').toUpperCase()),
        Buffer.from(base64), Buffer.from(base64.replaceAll('+', '-').replaceAll('/', '_'))];
}

// Of many texts at once: {`bits text`: digest}.
function blake2b(texts) {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-b2-'));
    const digests = {};
    try {
        texts.forEach((text, i) => writeFileSync(join(dir, String(i)), text));
        for (const bits of BLAKE2B_BITS) {
            const told = spawnSync('b2sum', ['-l', String(bits), ...texts.keys()].map(String), { cwd: dir, encoding: 'utf8' });
            if (told.status !== 0) throw new Error(`b2sum: ${told.stderr}`);
            told.stdout.trim().split('\n').forEach((line, i) => {
                digests[`${bits} ${texts[i]}`] = Buffer.from(line.split(' ')[0], 'hex');
            });
        }
    } finally {
        rmSync(dir, { recursive: true });
    }
    return digests;
}

function little(number) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(number));
    return bytes.subarray(0, 6); // as Redis packs whole numbers
}

const forms = (digits) => [digits, `86${digits}`, `+86${digits}`];

// [{what, bytes}] for numbers of 11 digits.
export function phoneNeedles(numbers) {
    const needles = [];
    const digests = blake2b(numbers.flatMap(forms));
    const add = (what, all) => needles.push(...all.map((bytes) => ({ what, bytes })));
    for (const digits of numbers) {
        for (const typed of spellings(digits)) add(`${digits} as ${typed}`, [Buffer.from(typed), Buffer.from(encodeURIComponent(typed))]);
        for (const form of forms(digits)) {
            add(`${form} encoded`, encodings(Buffer.from(form)).slice(1));
            if (form[0] !== '+') add(`${form} as a whole number`, [little(form)]);
            for (const name of HASHES) add(`${name} of ${form}`, encodings(createHash(name).update(form).digest()));
            for (const bits of BLAKE2B_BITS) add(`BLAKE2b-${bits} of ${form}`, encodings(digests[`${bits} ${form}`]));
        }
    }
    return needles;
}

export function secretNeedles(what, text) {
    return encodings(Buffer.from(text)).map((bytes) => ({ what, bytes }));
}

// Digits with whatever stands between them, full-width ones too: finds a spelling nobody has thought of.
function digitsOf(bytes) {
    return bytes.toString('utf8').replace(/[０-９]/g, (x) => String(x.codePointAt(0) - 0xff10)).replace(/[\s().+\-/_]/g, '');
}

// hay: [{where, bytes}]. digits: numbers to look for in any spelling. Answers what was found where.
export function search(hay, needles, digits = []) {
    const found = [];
    for (const { where, bytes } of hay) {
        for (const needle of needles) if (bytes.includes(needle.bytes)) found.push(`${needle.what} in ${where}`);
        const plain = digits.length ? digitsOf(bytes) : '';
        for (const number of digits) if (plain.includes(number)) found.push(`${number} in some spelling in ${where}`);
    }
    return [...new Set(found)];
}

// Every file below dir but those that skip() names. By hand: nodejs 18 takes a socket for a folder when asked to recurse.
export function filesBelow(dir, skip = () => false, top = dir) {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
        const path = join(dir, entry.name);
        const where = relative(top, path);
        if (entry.isDirectory()) return filesBelow(path, skip, top);
        return entry.isFile() && !skip(where) ? [{ where, bytes: readFileSync(path) }] : [];
    });
}

const DUMPS = {
    string: (redis, key) => redis.get(key),
    hash: (redis, key) => redis.hgetall(key),
    list: (redis, key) => redis.lrange(key, 0, -1),
    set: (redis, key) => redis.smembers(key),
    zset: (redis, key) => redis.zrange(key, 0, -1, 'WITHSCORES'),
    stream: (redis, key) => redis.xrange(key, '-', '+'),
};

// Everything in a Redis, as it would be read: a file of it may hold numbers packed or compressed.
export async function dumpRedis(redis) {
    const keys = await redis.keys('*');
    const lines = [];
    for (const key of keys) lines.push(JSON.stringify([key, await DUMPS[await redis.type(key)](redis, key)]));
    return Buffer.from(lines.join('\n'));
}
