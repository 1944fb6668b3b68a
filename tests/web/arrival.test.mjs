// The arrival code on the board: shown while it is good, renewed in time, gone when it may be too old.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followArrival, needsArrivalCode } from '../../display/web/board/arrival.js';

// Time stands still until told.
function world(answers) {
  const w = { time: 1000, shown: [], timers: [], asked: 0 };
  w.stop = followArrival({
    ask: async () => {
      const answer = answers[Math.min(w.asked, answers.length - 1)];
      w.asked += 1;
      if (!answer) throw new Error('away');
      return answer;
    },
    now: () => w.time,
    show: (code) => w.shown.push(code),
    later: (fn, ms) => w.timers.push({ fn, ms }),
    drop: () => { w.dropped = true; },
  });
  w.settle = () => new Promise((done) => setImmediate(done));
  w.tick = async () => {
    const { fn, ms } = w.timers.pop();
    w.time += ms;
    fn();
    await w.settle();
  };
  return w;
}

test('the code is renewed just after it ends', async () => {
  const w = world([{ code: '0481', until: 61000 }, { code: '7702', until: 661000 }]);
  await w.settle();
  assert.deepEqual(w.shown, ['0481']);
  assert.equal(w.timers[0].ms, 61000);
  await w.tick();
  assert.deepEqual(w.shown, ['0481', '7702']);
  w.stop();
  assert.ok(w.dropped);
});

test('while the daemon is away the code stays until it may be too old, then it is not shown', async () => {
  const w = world([{ code: '0481', until: 9000 }, null]);
  await w.settle();
  await w.tick(); // 1 s behind its end
  assert.deepEqual(w.shown, ['0481', null]);
  assert.equal(w.timers.at(-1).ms, 5000);
});

test('only halls that ask for the code show one', () => {
  assert.equal(needsArrivalCode({ booking: { open: true }, remote: { open: false } }), true);
  assert.equal(needsArrivalCode({ booking: { open: false }, remote: { open: true } }), true);
  assert.equal(needsArrivalCode({ booking: { open: false }, remote: { open: false } }), false);
  assert.equal(needsArrivalCode({}), false);
});
