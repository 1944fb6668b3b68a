// The board's announcements and its fold. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAnnouncer } from '../../display/web/board/announce.js';
import { applyEvent, callKey, CALLS_MAX, emptyBoard, nextNumbers, notices, waitingLines, waitingTotal } from '../../display/web/board/fold.js';
import { settle, virtualTime } from './virtual_time.mjs';

const call = (number, more = {}) => ({ number, counter: '3', service: 'advice', at: 1000, calls: 1, ...more });

// say: ms the words of a call take, or a function of it; null: there are none.
function start({ say = null } = {}) {
  const time = virtualTime();
  const shown = [];
  const chimes = [];
  const spoken = []; // {number, form, from, to}
  let busy = 0;
  const sounding = async (ms) => {
    assert.equal(busy++, 0, 'two sounds at once');
    await time.wait(ms);
    busy--;
  };
  const announcer = makeAnnouncer({
    show: (one, group) => shown.push({ number: one.number, calls: one.calls, at: time.now(), group: group?.map((g) => g.number) ?? null }),
    async chime(kind) {
      chimes.push(kind);
      await sounding(kind === 'short' ? 650 : 1500);
    },
    async prepare(one, form) {
      const ms = typeof say === 'function' ? say(one) : say;
      if (ms === null) return null;
      return async () => {
        const entry = { number: one.number, form, from: time.now() };
        await sounding(ms);
        spoken.push({ ...entry, to: time.now() });
        return ms / 1000;
      };
    },
    wait: time.wait,
  });
  return { time, shown, chimes, spoken, announcer, numbers: () => shown.map((one) => one.number) };
}

const many = (n, more = {}) => Array.from({ length: n }, (_, i) => call(`A${100 + i}`, { at: 1000 + i * 100, ...more }));

test('ten calls in one second are all announced, one after the other, in their order', async () => {
  const { time, shown, chimes, announcer, numbers } = start();
  const calls = many(10);
  calls.forEach((one) => announcer.offer(one));
  await settle();
  assert.equal(shown.length, 1);
  await time.pass(60000);
  assert.deepEqual(numbers(), calls.map((one) => one.number));
  assert.equal(chimes.length, 10);
  const gaps = shown.slice(1).map((one, i) => one.at - shown[i].at);
  assert.ok(Math.min(...gaps) >= 1500, String(gaps));
  // The first found nobody waiting and had its full time; then the crowd is hurried; the last are not.
  assert.ok(gaps[1] < gaps[0] && gaps[1] < gaps.at(-1), String(gaps));
  assert.deepEqual(chimes, ['call', ...Array(6).fill('short'), ...Array(3).fill('call')]);
});

test('when more than three wait they share a screen, as many as are legible; three have it alone', async () => {
  const { time, shown, announcer } = start();
  many(10).forEach((one) => announcer.offer(one));
  await time.pass(60000);
  const six = many(10).slice(1, 7).map((one) => one.number);
  assert.deepEqual(shown.map((one) => one.group), [null, ...Array(6).fill(six), null, null, null]);
  const few = start();
  many(4).forEach((one) => few.announcer.offer(one)); // three of them wait
  await few.time.pass(60000);
  assert.deepEqual(few.shown.map((one) => one.group), [null, null, null, null]);
});

test('each is said once and whole, in its order; those that share a screen in the short form', async () => {
  const { time, spoken, chimes, announcer } = start({ say: 6000 });
  many(10).forEach((one) => announcer.offer(one));
  await time.pass(200000);
  assert.deepEqual(spoken.map((one) => one.number), many(10).map((one) => one.number));
  assert.deepEqual(spoken.map((one) => one.form), ['full', ...Array(6).fill('short'), ...Array(3).fill('full')]);
  for (const [i, one] of spoken.slice(1).entries()) assert.ok(one.from >= spoken[i].to, 'said into the one before');
  assert.ok(spoken.every((one) => one.to - one.from === 6000));
  assert.equal(chimes.length, 10);
});

test('a number stays as long as it is being said', async () => {
  const { time, shown, announcer } = start({ say: 9000 });
  many(2).forEach((one) => announcer.offer(one));
  await time.pass(60000);
  assert.equal(shown[1].at - shown[0].at, 1500 + 9000);
});

test('calls that come while others are said are neither lost nor said twice', async () => {
  const { time, spoken, announcer } = start({ say: 3000 });
  const offered = [];
  for (let i = 0; i < 40; i++) {
    const one = call(`B${100 + i}`, { at: 1000 + i });
    announcer.offer(one);
    if (i % 3 === 0) announcer.offer(one); // a replay
    offered.push(one.number);
    await time.pass(i % 7 ? 100 : 30000);
  }
  await time.pass(600000);
  assert.deepEqual(spoken.map((one) => one.number), offered);
  assert.equal(announcer.idle(), true);
});

test('the screen never falls minutes behind: with very many waiting there is no time for words', async () => {
  const { time, shown, spoken, chimes, announcer, numbers } = start({ say: 8000 });
  const calls = many(60);
  calls.forEach((one) => announcer.offer(one));
  const begun = time.now();
  await time.pass(600000);
  assert.deepEqual(numbers(), calls.map((one) => one.number), 'each was shown');
  assert.equal(chimes.length, 60, 'and chimed');
  const behind = shown[47].at - begun; // twelve left
  assert.ok(behind < 120000, `${behind / 1000} s for 48 calls`);
  assert.deepEqual(spoken.map((one) => one.number), [calls[0], ...calls.slice(47)].map((one) => one.number));
});

test('a recall among many sounds as a recall, and its number stands out again', async () => {
  const { time, shown, chimes, announcer } = start({ say: 2000 });
  many(5).forEach((one) => announcer.offer(one));
  announcer.offer(call('A102', { calls: 2, at: 5000 }));
  await time.pass(100000);
  assert.deepEqual(shown.map((one) => one.number), ['A100', 'A101', 'A102', 'A103', 'A104', 'A102']);
  assert.deepEqual(chimes, ['call', 'short', 'short', 'short', 'short', 'recall']);
});

test('words that fail, or never come, leave the call to its chime', async () => {
  const faults = [async () => { throw new Error('no network'); }, async () => async () => { throw new Error('stuck'); }, async () => null];
  for (const prepare of faults) {
    const time = virtualTime();
    const shown = [];
    const announcer = makeAnnouncer({ show: (one) => shown.push(one.number), chime: async () => {}, prepare,
      said: () => assert.fail('nothing was said'), wait: time.wait });
    many(2).forEach((one) => announcer.offer(one));
    await time.pass(20000);
    assert.deepEqual(shown, ['A100', 'A101']);
  }
});

test('a board loaded anew in the midst of calls that share a screen says those that were not said yet', async () => {
  const before = start({ say: 5000 });
  many(8).forEach((one) => before.announcer.offer(one));
  await before.time.pass(6500 + 5700); // the first, and the first of those together; the next has begun
  const memory = JSON.parse(JSON.stringify(before.announcer.memory()));
  const after = start({ say: 5000 });
  const announcer = makeAnnouncer({ memory, show: (one) => after.shown.push(one), chime: async () => {}, wait: after.time.wait });
  many(8).forEach((one) => announcer.offer(one));
  await after.time.pass(100000);
  const heard = [...before.shown, ...after.shown].map((one) => one.number);
  assert.deepEqual(heard, many(8).map((one) => one.number));
});

test('a recall sounds again though its number is on the board', async () => {
  const { time, chimes, announcer, numbers } = start();
  assert.equal(announcer.offer(call('A012')), true);
  assert.equal(announcer.offer(call('A012', { calls: 2, at: 2000 })), true);
  await time.pass(20000);
  assert.deepEqual(numbers(), ['A012', 'A012']);
  assert.deepEqual(chimes, ['call', 'recall']);
});

test('what was announced never rings again, whichever way it comes back', async () => {
  const { time, announcer, numbers } = start();
  announcer.offer(call('A012'));
  await time.pass(20000);
  assert.equal(announcer.offer(call('A012')), false);
  // A snapshot may know of a recall only when the number was first called.
  assert.equal(announcer.offer(call('A012', { at: 900 })), false);
  announcer.adopt([call('A013')]);
  assert.equal(announcer.offer(call('A013')), false);
  await time.pass(20000);
  assert.deepEqual(numbers(), ['A012']);
});

test('a board loaded anew goes on where it was: neither again nor skipped', async () => {
  const before = start();
  before.announcer.offer(call('A012'));
  before.announcer.offer(call('A013', { at: 2000 }));
  await settle();
  const memory = JSON.parse(JSON.stringify(before.announcer.memory()));
  const shown = [];
  const time = virtualTime();
  const after = makeAnnouncer({
    memory,
    show: (one) => shown.push(one.number),
    chime: async () => {},
    wait: time.wait,
  });
  [call('A012'), call('A013', { at: 2000 })].forEach((one) => after.offer(one));
  await time.pass(20000);
  assert.deepEqual(shown, ['A013']);
});

test('a number called again after it was put back rings again', async () => {
  const { time, announcer, numbers } = start();
  announcer.offer(call('A012'));
  announcer.offer(call('A012', { at: 9000 }));
  await time.pass(20000);
  assert.equal(numbers().length, 2);
});

test('a chime that fails holds nobody up', async () => {
  const time = virtualTime();
  const shown = [];
  const announcer = makeAnnouncer({
    show: (one) => shown.push(one.number),
    chime: async () => {
      throw new Error('no sound here');
    },
    wait: time.wait,
  });
  announcer.offer(call('A012'));
  announcer.offer(call('A013'));
  await time.pass(20000);
  assert.deepEqual(shown, ['A012', 'A013']);
});

test('the fold follows a call from called to serving to its end', () => {
  let board = emptyBoard();
  const change = (data) => {
    const result = applyEvent(board, { type: 'change', data });
    board = result.board;
    return result.calls;
  };
  assert.deepEqual(change({ at: 1, call: call('A012'), waiting: { advice: 4 } }), [call('A012')]);
  assert.equal(board.calls[0].state, 'called');
  assert.deepEqual(change({ at: 2, serving: 'A012' }), []);
  assert.equal(board.calls[0].state, 'serving');
  change({ at: 3, ended: 'A012', waiting: { advice: 0, pension: 2 }, counter: { code: '3', state: 'paused' } });
  assert.equal(board.calls[0].state, 'ended');
  assert.deepEqual(board.waiting, { pension: 2 });
  assert.deepEqual(board.counters, { 3: 'paused' });
});

test('a recall moves its number to the front and stands there once', () => {
  let board = emptyBoard();
  for (const data of [{ call: call('A012') }, { call: call('A013') }, { call: call('A012', { calls: 2 }) }]) {
    ({ board } = applyEvent(board, { type: 'change', data }));
  }
  assert.deepEqual(board.calls.map((one) => one.number), ['A012', 'A013']);
});

test('a call taken back leaves the list, and the close of day empties it', () => {
  const calls = ['A014', 'A013', 'A012'].map((number) => ({ ...call(number), state: 'called' }));
  const one = applyEvent({ ...emptyBoard(), calls }, { type: 'change', data: { withdrawn: 'A013' } });
  assert.deepEqual(one.board.calls.map((left) => left.number), ['A014', 'A012']);
  const none = applyEvent(one.board, { type: 'change', data: { day_closed: true } });
  assert.deepEqual(none.board.calls, []);
});

const change = (board, data) => applyEvent(board, { type: 'change', data });

test('what an undo brings back stands where it was, and is not announced', () => {
  let { board } = change(emptyBoard(), { call: call('A012', { at: 5 }) });
  ({ board } = change(board, { call: call('A013') }));
  ({ board } = change(board, { ended: 'A012' }));
  let result = change(board, { back: { ...call('A012', { at: 9 }), state: 'serving' } });
  assert.deepEqual(result.calls, []);
  assert.deepEqual(result.board.calls.map((one) => [one.number, one.state, one.at]), [['A013', 'called', 1000], ['A012', 'serving', 5]]);
  ({ board } = change(result.board, { withdrawn: 'A012' }));
  result = change(board, { back: { ...call('A012', { at: 9 }), state: 'called' } });
  assert.deepEqual(result.board.calls.map((one) => one.number), ['A012', 'A013']);
});

test('the bar tells what is announced until it ends, and what gives no more numbers', () => {
  const hall = { services: [{ code: 'a' }, { code: 'b' }, { code: 'c' }] };
  let { board } = change(emptyBoard(), { announcement: { texts: { en: 'Drill at 3' }, until: 100 } });
  assert.deepEqual(notices(hall, board, 99), [{ texts: { en: 'Drill at 3' } }]);
  assert.deepEqual(notices(hall, board, 100), []);
  ({ board } = change(board, { announcement: { texts: {}, until: 0 }, stopped: { c: 'full', a: 'full', b: 'ill' } }));
  assert.deepEqual(notices(hall, board, 1), [
    { stopped: [{ code: 'a' }, { code: 'c' }], reason: 'full' }, { stopped: [{ code: 'b' }], reason: 'ill' }]);
  ({ board } = change(board, { stopped: { a: 'full', '*': 'power' } }));
  assert.deepEqual(notices(hall, board, 1), [{ stopped: null, reason: 'power' }]);
  ({ board } = change(board, { stopped: {} }));
  assert.deepEqual(notices(hall, board, 1), []);
});

test('a forecast replaces the one before, and a snapshot keeps it', () => {
  const wait = { low: 5, likely: 8, high: 15 };
  const forecast = (services) => ({ type: 'forecast', data: { at: 1, services, kept: { given: 0, kept: 0 } } });
  let { board } = applyEvent(emptyBoard(), forecast([{ code: 'a', waiting: 2, wait }, { code: 'b', waiting: 0 }]));
  assert.deepEqual(board.waits, { a: wait });
  ({ board } = applyEvent(board, { type: 'snapshot', data: { calls: [], waiting: {}, counters: {} } }));
  assert.deepEqual(board.waits, { a: wait });
  assert.equal(board.announcement, null);
  ({ board } = applyEvent(board, forecast([])));
  assert.deepEqual(board.waits, {});
});

test('the list is bounded, the ninth call is on it, and what is at a counter never leaves it', () => {
  let { board } = change(emptyBoard(), { call: call('C001', { counter: '9' }) });
  for (let i = 0; i < 100; i++) {
    const number = `A${100 + i}`;
    ({ board } = change(board, { call: call(number) }));
    ({ board } = change(board, { ended: number }));
  }
  assert.equal(board.calls.length, CALLS_MAX);
  assert.deepEqual(board.calls.slice(0, 9).map((one) => one.number),
    ['A199', 'A198', 'A197', 'A196', 'A195', 'A194', 'A193', 'A192', 'A191']);
  assert.equal(board.calls.at(-1).number, 'C001');
  ({ board } = change(board, { ended: 'C001' }));
  ({ board } = change(board, { call: call('A500') }));
  assert.ok(!board.calls.some((one) => one.number === 'C001'));
});

test('a snapshot offers only those still called, oldest first', () => {
  const calls = [
    { ...call('A014'), state: 'called' },
    { ...call('A013'), state: 'serving' },
    { ...call('A012'), state: 'called' },
  ];
  const result = applyEvent(emptyBoard(), { type: 'snapshot', data: { calls, waiting: { x: 0 }, counters: {} } });
  assert.deepEqual(result.calls.map((one) => one.number), ['A012', 'A014']);
  assert.deepEqual(result.board.waiting, {});
});

test('a call has one key in a change and in a snapshot', () => {
  assert.equal(callKey(call('A012')), callKey({ ...call('A012'), state: 'called' }));
});

test('only lines with people are shown, in the order of the hall', () => {
  const services = Array.from({ length: 34 }, (_, i) => ({ code: `s${i}` }));
  const waiting = Object.fromEntries(services.map((service, i) => [service.code, i % 2 ? i : 0]));
  const lines = waitingLines(services, waiting);
  assert.deepEqual(lines.map((line) => line.count).slice(0, 4), [1, 3, 5, 7]);
  assert.equal(lines.length, 17);
  assert.equal(waitingTotal(services.slice(0, 4), { ...waiting, elsewhere: 9 }), 4);
});

test('the next numbers of several lines: by rank, each line in its own order', () => {
  let { board } = change(emptyBoard(), { next: { a: [['A003', 10], ['A001', 30]], b: [['C001', 20], ['C009', 20]], '@2': [['A009', 5]] } });
  assert.deepEqual(nextNumbers(board.next, ['a', 'b', '@2'], 9), ['A009', 'A003', 'C001', 'C009', 'A001']);
  assert.deepEqual(nextNumbers(board.next, ['a', 'b', 'none'], 2), ['A003', 'C001']);
  ({ board } = change(board, { next: { a: [] } }));
  assert.deepEqual(nextNumbers(board.next, ['a', '@2'], 9), ['A009']);
});
