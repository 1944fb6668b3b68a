// A clock that tests move by hand: timers fire in their order, nothing sleeps.
// SPDX-License-Identifier: MIT

// Lets promises that are ready run; a macrotask comes after all of them.
export const settle = () => new Promise((done) => setImmediate(done));

export function virtualTime(startMs = 1_795_465_432_000) {
  let now = startMs;
  let next = 1;
  const timers = new Map();
  return {
    now: () => now,
    setTimeout(then, ms) {
      timers.set(next, { at: now + ms, then });
      return next++;
    },
    clearTimeout: (id) => timers.delete(id),
    wait: (ms) => new Promise((done) => timers.set(next++, { at: now + ms, then: done })),
    pending: () => timers.size,
    // Moves on by ms, firing what comes due on the way.
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= end);
        if (!due.length) break;
        const [id, timer] = due.reduce((first, one) => (one[1].at < first[1].at ? one : first));
        timers.delete(id);
        now = Math.max(now, timer.at);
        timer.then();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
