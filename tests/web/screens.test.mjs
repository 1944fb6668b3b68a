// What screens do by themselves, without a browser: acknowledging calls, telling how they are, waiting to be admitted; and how
// devices are rated. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../daemon/web/shared/api.js';
import { healthOf, reportHealth } from '../../daemon/web/shared/health.js';
import { newSecret, pair } from '../../daemon/web/shared/pairing.js';
import { rateDevices, seenText } from '../../daemon/web/staff/devices.js';
import { makeI18n } from '../../daemon/web/shared/i18n.js';
import { makeShown } from '../../display/web/board/shown.js';

const call = (n, calls = 1) => ({ number: `A00${n}`, counter: '1', calls, at: 1000 + n });
const network = () => new ApiError('network');

// A board whose waits pass at once, on a clock of its own; answers: what each request meets, the last one for ever.
function board(answers = [{}]) {
  const world = { now: 0, sent: [] };
  const api = {
    async post(path, body, { key }) {
      world.sent.push({ at: world.now, path, calls: body.calls, key });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const wait = async (ms) => { world.now += ms; };
  world.shown = makeShown({ api, path: '/shown', paint: async () => {}, now: () => world.now, wait });
  return world;
}

async function settled(world, n) {
  for (let i = 0; i < 1000 && world.sent.length < n; i++) await Promise.resolve();
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

test('calls are told in batches, at most one request a second, each with a key of its own', async () => {
  const world = board();
  await world.shown.add(call(1), true);
  for (let i = 2; i <= 24; i++) world.shown.add({ ...call(0), number: `B${String(i).padStart(3, '0')}` }, false);
  await settled(world, 3);
  assert.deepEqual(world.sent[0].calls, ['A001@1#1-1001+']);
  assert.equal(world.sent.flatMap((one) => one.calls).length, 24);
  assert.ok(world.sent.every((one) => one.calls.length <= 20 && one.path === '/shown'));
  for (let i = 1; i < world.sent.length; i++) assert.ok(world.sent[i].at - world.sent[i - 1].at >= 1000);
  assert.equal(new Set(world.sent.map((one) => one.key)).size, world.sent.length);
});

test('what got no answer is sent again under the same key, until there is one', async () => {
  const world = board([network(), new ApiError('store_down', { status: 503 }), new ApiError('rate_limit', { status: 429 }), {}]);
  await world.shown.add(call(1), false);
  await settled(world, 4);
  assert.equal(world.sent.length, 4);
  assert.equal(new Set(world.sent.map((one) => one.key)).size, 1);
});

test('a refusal is an answer; what is older than a minute is of no use to anybody', async () => {
  const refused = board([new ApiError('forbidden', { status: 403 })]);
  await refused.shown.add(call(1), false);
  await settled(refused, 1);
  assert.equal(refused.sent.length, 1);
  const away = board([network()]);
  await away.shown.add(call(1), false);
  await settled(away, 60);
  assert.ok(away.sent.length > 20 && away.sent.at(-1).at <= 62000, `${away.sent.length} until ${away.sent.at(-1).at}`);
});

test('a screen that paints nothing tells nothing', async () => {
  const sent = [];
  const shown = makeShown({ api: { post: async () => sent.push(1) }, path: '/x', paint: () => new Promise(() => {}) });
  shown.add(call(1), true);
  for (let i = 0; i < 20; i++) await Promise.resolve();
  assert.deepEqual(sent, []);
});

test('health has what the daemon asks for, within its bounds', async () => {
  const view = { innerWidth: 1919.6, innerHeight: 1080, devicePixelRatio: 1.25 };
  const health = healthOf({ sound: 'ready', announced: 3, since: 5 }, view);
  assert.match(health.page, /\/health\.js$/);
  assert.deepEqual({ ...health, page: '' }, { page: '', width: 1920, height: 1080, ratio: 125, sound: 'ready', voice: 'no', announced: 3, since: 5 });
  const bare = healthOf({}, {});
  assert.deepEqual([bare.width, bare.height, bare.ratio, bare.sound, 'layout' in bare], [1, 1, 100, 'off', false]);
  let told = 0;
  let refused = 0;
  const beats = [];
  const api = { post: async () => { told += 1; if (told === 2) throw network(); if (told === 3) throw new ApiError('unauthenticated', { status: 401 }); } };
  reportHealth({ api, every: (then) => beats.push(then), drop: () => {}, onRefused: () => { refused += 1; } });
  for (let i = 0; i < 2; i++) await beats[0]();
  assert.deepEqual([told, refused], [3, 1]);
});

// A daemon for screens to be admitted by: opens and takes as the test says.
function admission(takes) {
  const world = { opened: [], asked: [], shown: [], storage: new Map() };
  const storage = { getItem: (key) => world.storage.get(key) ?? null, setItem: (key, value) => world.storage.set(key, value),
    removeItem: (key) => world.storage.delete(key) };
  const api = {
    async post(path, { secret }, options) {
      if (path === '/pairings') {
        world.opened.push(secret);
        return { code: `CODE${world.opened.length}` };
      }
      world.asked.push(options.key);
      const answer = takes.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  let n = 0;
  world.run = (more = {}) => pair({ kind: 'board', api, storage, show: (state) => world.shown.push(state), secretOf: () => `secret${n++}`,
    wait: async () => {}, ...more });
  return world;
}
const waiting = { state: 'waiting' };
const paired = { state: 'paired', device: { token: 'T' } };

test('a new screen waits for its token, under a new request each time it was answered', async () => {
  const world = admission([waiting, network(), network(), waiting, paired]);
  assert.equal(await world.run(), 'T');
  const [first, second, third, fourth, fifth] = world.asked;
  assert.ok(first !== second && second === third && third === fourth && fourth !== fifth, 'a lost answer is asked for again');
  assert.ok(world.shown.some((one) => one.lost && one.code === 'CODE1'));
  assert.deepEqual([world.opened, world.storage.size], [['secret0'], 0]);
});

test('a code that is over, or a name that was taken meanwhile: a new secret and a new code', async () => {
  const gone = (code) => new ApiError(code, { status: 404 });
  const world = admission([gone('pair_unknown'), waiting, gone('device_exists'), paired]);
  assert.equal(await world.run(), 'T');
  assert.deepEqual(world.opened, ['secret0', 'secret1', 'secret2']);
});

test('the secret outlives a reload; the token of before is believed when it works again', async () => {
  const world = admission(Array(20).fill(waiting));
  world.storage.set('paihao.pairing.board', 'kept');
  let asked = 0;
  assert.equal(await world.run({ knowsOld: async () => ++asked === 2 }), null);
  assert.deepEqual([world.opened, asked], [['kept'], 2]);
  assert.match(newSecret(), /^[0-9a-f]{48}$/);
});

test('devices: the dead first, then what needs a hand; a board without sound, an old page, a printer without paper', () => {
  const now = 10_000_000;
  const screen = (name, more = {}) => ({ name, kind: 'board', seen: now - 1000, old: false, health: { sound: 'ready' }, ...more });
  const rows = rateDevices({
    now, alarms: [{ kind: 'board', subject: 'alarmed' }, { kind: 'sign', subject: 's2' }],
    devices: [screen('fine'), screen('alarmed'), screen('silent', { seen: now - 90001 }), screen('edge', { seen: now - 90000 }),
      screen('never', { seen: undefined, health: undefined }), screen('blocked', { health: { sound: 'blocked' }, old: true }),
      { name: 'k1', kind: 'kiosk', seen: now, health: { sound: 'off' } }],
    signs: [{ code: 's1', seen: now, health: { state: 'ok' } }, { code: 's2', seen: now, health: { state: 'ok' } }],
    printers: [{ code: 'p1', health: { state: 'paper_out' } }, { code: 'p2', health: { state: 'paper_low' } }, { code: 'p3' }],
  });
  assert.deepEqual(rows.map((row) => `${row.name} ${row.tone} ${row.notes.map(([word]) => word)}`), [
    'alarmed bad silent', 'never bad never', 'silent bad silent', 'p1 bad paper_out', 'p3 bad broken', 's2 bad silent',
    'blocked warn blocked,old', 'p2 warn paper_low', 'edge good ', 'fine good ', 'k1 good ', 's1 good ']);
  const i18n = { ...makeI18n({ zh: {}, en: {} }, 'en'), t: (key, values) => `${key} ${values?.n ?? ''}`.trim() };
  const seen = (ms) => seenText(ms && now - ms, { now, hall: { zone: 'UTC' }, i18n });
  assert.deepEqual([seen(0), seen(119999), seen(120000), seen(3 * 3600000 - 1), seen(49 * 3600000)],
    ['device.never', 'device.seen.now', 'device.seen.minutes 2', 'device.seen.time', 'device.seen.days 2']);
});
