// The queue of announcements: each call is shown large and sounded, one after the other, none skipped
// and none twice. When many wait, each gets less time. SPDX-License-Identifier: MIT
import { callName } from './fold.js';

const FULL_MS = 4500; // long enough to read the number, the counter, and the number again
const SHORT_MS = 1800;
const CROWD = 3; // more than so many waiting: the short form
const REMEMBERED = 1000; // names; a day's calls of a busy board between two reconnects

const SAVED = 50; // enough to recognise all calls of a snapshot

// show(call): puts it on the screen; chime(kind): resolves when it has sounded; wait(ms).
// memory: what memory() gave before the page was loaded anew.
export function makeAnnouncer({ show, chime, wait, memory = [] }) {
  const seen = new Map(memory); // name of a call -> when it was made
  const queue = [];
  let running = false;

  function remember(call) {
    const name = callName(call);
    // A snapshot may date a call earlier than its event did, never later: only a later one is new.
    if (seen.get(name) >= call.at) return false;
    seen.delete(name); // so that it moves to the end: the oldest stand in front
    seen.set(name, call.at);
    if (seen.size > REMEMBERED) seen.delete(seen.keys().next().value);
    return true;
  }

  async function announce(call) {
    const crowded = queue.length > CROWD;
    const kind = crowded ? 'short' : call.calls > 1 ? 'recall' : 'call';
    show(call);
    // A chime that fails must not hold up the next citizen.
    await Promise.all([chime(kind).catch(() => {}), wait(crowded ? SHORT_MS : FULL_MS)]);
  }

  async function run() {
    if (running) return;
    running = true;
    while (queue.length) await announce(queue.shift());
    running = false;
  }

  return {
    // For a board that has just been switched on: these were announced by others.
    adopt: (calls) => calls.forEach(remember),
    // true when it is new and will be announced
    offer(call) {
      if (!remember(call)) return false;
      queue.push(call);
      run();
      return true;
    },
    idle: () => !running,
    // What has been announced (not what still waits for it), to be kept over a reload.
    memory() {
      const waiting = new Set(queue.map(callName));
      return [...seen].filter(([name]) => !waiting.has(name)).slice(-SAVED);
    },
  };
}
