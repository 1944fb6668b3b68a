// Proof of work: the small price a bot pays for every time it holds and every code it has sent. Solved in
// slices between two drawings, so that the page never stands still, and beforehand, so that nobody waits.
// SHA-256 of our own, since crypto.subtle exists only in secure contexts and halls may run plain HTTP.
// SPDX-License-Identifier: MIT

// FIPS 180-4: fractional parts of the cube roots of the first 64 primes.
const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const BLOCK = 64;
const SLICE_MS = 8; // half a frame: typing and scrolling stay smooth on slow phones
const CHECK_EVERY = 256; // hashes between two looks at the clock
const W = new Uint32Array(64);

function compress(state, block) {
  for (let i = 0; i < 16; i++) {
    const at = i * 4;
    W[i] = (block[at] << 24) | (block[at + 1] << 16) | (block[at + 2] << 8) | block[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15];
    const y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  // Not destructured: that would walk an iterator for each hash.
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] + a) | 0;
  state[1] = (state[1] + b) | 0;
  state[2] = (state[2] + c) | 0;
  state[3] = (state[3] + d) | 0;
  state[4] = (state[4] + e) | 0;
  state[5] = (state[5] + f) | 0;
  state[6] = (state[6] + g) | 0;
  state[7] = (state[7] + h) | 0;
}

// The hash of bytes whose first whole blocks are in `state` already; `tail` is the rest of `length` bytes.
function finish(state, tail, length) {
  const blocks = tail.length + 9 > BLOCK ? 2 : 1;
  const padded = new Uint8Array(blocks * BLOCK);
  padded.set(tail);
  padded[tail.length] = 0x80;
  const bits = length * 8; // texts of below 512 MB
  for (let i = 0; i < 4; i++) padded[padded.length - 1 - i] = bits >>> (8 * i);
  for (let i = 0; i < blocks; i++) compress(state, padded.subarray(i * BLOCK, (i + 1) * BLOCK));
  return state;
}

// The blocks that stay the same for every solution are worked through once.
function prepared(prefix) {
  const state = Int32Array.from(START);
  const whole = prefix.length - (prefix.length % BLOCK);
  for (let at = 0; at < whole; at += BLOCK) compress(state, prefix.subarray(at, at + BLOCK));
  return { state, rest: prefix.subarray(whole), length: prefix.length };
}

const bytesOf = (text) => new TextEncoder().encode(text);

function hashBehind({ state, rest, length }, text) {
  const tail = new Uint8Array(rest.length + text.length);
  tail.set(rest);
  for (let i = 0; i < text.length; i++) tail[rest.length + i] = text.charCodeAt(i);
  return finish(Int32Array.from(state), tail, length + text.length);
}

export function sha256Hex(text) {
  const ready = prepared(bytesOf(text));
  const words = finish(Int32Array.from(ready.state), ready.rest, ready.length);
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

export function leadingZeroBits(words) {
  let bits = 0;
  for (const word of words) {
    const zeros = Math.clz32(word);
    bits += zeros;
    if (zeros < 32) break;
  }
  return bits;
}

const pause = () => new Promise((done) => setTimeout(done, 0));

// -> a solution such that SHA-256(challenge + '.' + solution) begins with that many zero bits; null when
// wanted() says that nobody needs it any more.
export async function solve(challenge, bits, options = {}) {
  const { wanted = () => true, now = () => performance.now(), rest = pause } = options;
  const ready = prepared(bytesOf(`${challenge}.`));
  let until = now() + SLICE_MS;
  for (let n = 0; ; n++) {
    const solution = n.toString(36);
    if (leadingZeroBits(hashBehind(ready, solution)) >= bits) return solution;
    if (n % CHECK_EVERY !== 0 || now() < until) continue;
    await rest();
    if (!wanted()) return null;
    until = now() + SLICE_MS;
  }
}

const SPARE_MS = 60000; // a challenge this close to its end is not handed out: the request still has to travel

// Keeps one solved challenge in stock. warm(): begin now, in the background. take(): {challenge, solution},
// as soon as there is one; the next is begun by the next warm(). ask: () => GET …/challenge; now: the hall's time.
export function makePow({ ask, now, solver = solve }) {
  let stock = null; // {promise, expires}

  function begin() {
    const made = { expires: Infinity };
    made.promise = ask().then(async ({ challenge, bits, expires }) => {
      made.expires = expires;
      return { challenge, solution: await solver(challenge, bits) };
    });
    made.promise.catch(() => {
      if (stock === made) stock = null; // tell who takes it, and begin anew next time
    });
    return made;
  }

  const fresh = () => stock && now() < stock.expires - SPARE_MS;
  return {
    warm() {
      if (!fresh()) stock = begin();
    },
    async take() {
      if (!fresh()) stock = begin();
      const taken = stock;
      const proof = await taken.promise;
      if (stock === taken) stock = null;
      return proof;
    },
  };
}
