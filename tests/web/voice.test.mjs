// The board's voice without a browser: what is asked for, what is played, and what a sound that is stuck costs.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSound } from '../../daemon/web/shared/sound.js';
import { makeVoice, speaks } from '../../display/web/board/voice.js';
import { settle, virtualTime } from './virtual_time.mjs';

// As much of the browser's audio as the page uses: sounds end when their time is over, unless `stuck`.
function audio(time, { stuck = () => false } = {}) {
  const log = [];
  class Context {
    state = 'running';
    currentTime = 0;
    destination = {};
    async resume() {}
    createGain() {
      const gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
      return { gain, connect: (to) => to };
    }
    createOscillator() { return { frequency: {}, connect: (to) => to, start() { log.push(['tone', time.now()]); }, stop() {} }; }
    createBufferSource() {
      const source = {
        connect: (to) => to,
        disconnect() {},
        start() {
          if (source.buffer.broken) throw new Error('cannot be played');
          log.push([source.buffer.name, time.now()]);
          if (!stuck(source.buffer)) time.setTimeout(() => source.onended?.(), source.buffer.duration * 1000);
        },
      };
      return source;
    }
    async decodeAudioData(bytes) { return { name: new TextDecoder().decode(bytes), duration: 4 }; }
  }
  const timers = { later: time.setTimeout, drop: time.clearTimeout };
  return { sound: makeSound({ Context, timers }), log };
}

const buffer = (name, duration, more = {}) => ({ name, duration, ...more });

test('sounds wait for one another, whoever asked for them', async () => {
  const time = virtualTime(0);
  const { sound, log } = audio(time);
  await sound.unlock();
  sound.play('short');
  sound.playBuffer(buffer('one', 3));
  sound.playBuffer(buffer('two', 2));
  sound.play('short');
  await time.pass(20000);
  assert.deepEqual(log.map(([name]) => name).filter((name, i, all) => name !== all[i - 1]), ['tone', 'one', 'two', 'tone']);
  const at = Object.fromEntries(log.map(([name, ms]) => [name, ms]));
  assert.deepEqual([at.one, at.two, at.tone], [650, 3650, 5650]);
});

test('a sound that never ends is given up 2 s after it should have ended', async () => {
  const time = virtualTime(0);
  const { sound, log } = audio(time, { stuck: (one) => one.name === 'one' });
  await sound.unlock();
  let over = null;
  sound.playBuffer(buffer('one', 3)).then(() => { over = time.now(); });
  sound.playBuffer(buffer('two', 2));
  await time.pass(4900);
  assert.equal(over, null);
  await time.pass(20000);
  assert.equal(over, 5000);
  assert.deepEqual(log, [['one', 0], ['two', 5000]]);
  assert.equal(time.pending(), 0);
});

test('a sound that fails fails alone', async () => {
  const time = virtualTime(0);
  const { sound, log } = audio(time);
  await sound.unlock();
  const failed = sound.playBuffer(buffer('one', 3, { broken: true })).then(() => 'played', () => 'failed');
  sound.playBuffer(buffer('two', 2));
  await time.pass(20000);
  assert.equal(await failed, 'failed');
  assert.deepEqual(log.map(([name]) => name), ['two']);
});

const CALL = { number: 'A012', counter: 'east-2', calls: 1, at: 1 };

function voiceOf(answer, { time = virtualTime(0), state = 'ready' } = {}) {
  const asked = [];
  const { sound, log } = audio(time);
  sound.state = state;
  const voice = makeVoice({
    base: '/api/v1',
    hall: 'xh',
    authorization: () => 'Bearer t',
    sound,
    async fetch(url, options) {
      asked.push([url, options.headers.authorization]);
      return answer(options);
    },
    limit(ms) {
      const abort = new AbortController();
      let timer;
      const late = new Promise((_, fail) => { timer = time.setTimeout(() => { abort.abort(); fail(new Error('late')); }, ms); });
      return { signal: abort.signal, late, done: () => time.clearTimeout(timer) };
    },
  });
  return { voice, asked, log, time, sound };
}

const wav = (text) => ({ ok: true, arrayBuffer: async () => new TextEncoder().encode(text) });

test('a call is asked for with its counter and form, and what came is said', async () => {
  const { voice, asked, log, time, sound } = voiceOf(async () => wav('hello'), { state: 'blocked' });
  await sound.unlock();
  const say = await voice.prepare(CALL, 'short');
  assert.deepEqual(asked, [['/api/v1/halls/xh/voice?number=A012&counter=east-2&form=short', 'Bearer t']]);
  const seconds = say();
  await time.pass(10000);
  assert.equal(await seconds, 4);
  assert.deepEqual(log, [['hello', 0]]);
  assert.equal(time.pending(), 0, 'the deadline was put away');
});

test('what is refused is not said, and a board without sound does not ask', async () => {
  assert.equal(await voiceOf(async () => ({ ok: false })).voice.prepare(CALL, 'full'), null);
  const { voice, asked } = voiceOf(async () => wav('hello'), { state: 'blocked' });
  assert.equal(await voice.prepare(CALL, 'full'), null);
  assert.deepEqual(asked, []);
});

test('an answer that does not come in time is given up', async () => {
  const time = virtualTime(0);
  let aborted = false;
  const { voice } = voiceOf((options) => new Promise(() => options.signal.addEventListener('abort', () => { aborted = true; })), { time });
  const outcome = voice.prepare(CALL, 'full').then(() => 'came', () => 'late');
  await time.pass(2900);
  assert.equal(aborted, false);
  await time.pass(200);
  await settle();
  assert.equal(await outcome, 'late');
  assert.equal(aborted, true);
});

test('where no board has a voice every board speaks, else those that have one', () => {
  const hall = (...voices) => ({ boards: voices.map((voice, i) => ({ code: `b${i}`, voice })) });
  assert.equal(speaks(null, null), true);
  assert.equal(speaks({ boards: [] }, null), true);
  assert.equal(speaks(hall(false, false), { voice: false }), true);
  assert.equal(speaks(hall(false, true), { voice: false }), false);
  assert.equal(speaks(hall(false, true), null), false);
  assert.equal(speaks(hall(false, true), { voice: true }), true);
});
