// The queue of announcements: each call is shown large, sounded and said, one after the other, none skipped and none
// twice. When many wait, several share a screen and are said in the short form; when very many do, they have a chime
// each until the voice can keep up again. SPDX-License-Identifier: MIT
import { callName } from './fold.js';

const FULL_MS = 4500; // long enough to read the number, the counter, and the number again
const SHORT_MS = 1800;
const CROWD = 3; // more than so many waiting: they are merged
const MERGED_MAX = 6; // on one screen, legible from the back of the hall
const HURRY = 12; // more than so many waiting: with words the screen would fall minutes behind the counters
const REMEMBERED = 1000; // names; a day's calls of a busy board between two reconnects

const SAVED = 50; // enough to recognise all calls of a snapshot

const isRecall = (call) => call.calls > 1;
const silent = async () => null;

// show(call, group): puts it on the screen, alone (null) or as one of those shown together; chime(kind): resolves when
// it has sounded; prepare(call, form): resolves to what says the call when it is called, or to null; said(call,
// seconds); wait(ms). memory: what memory() gave before the page was loaded anew.
export function makeAnnouncer({ show, chime, prepare = silent, said = () => {}, wait, memory = [] }) {
  const seen = new Map(memory); // name of a call -> when it was made
  const queue = [];
  let rest = []; // of those shown together: not yet said
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

  // A sound that fails must not hold up the next citizen. The words come over the network while the chime sounds.
  async function sound(call, kind, form) {
    const hurried = rest.length + queue.length > HURRY;
    const words = hurried ? null : prepare(call, form).catch(() => null);
    await chime(kind).catch(() => {});
    const say = await words;
    if (!say) return;
    const seconds = await say().catch(() => null);
    if (seconds !== null) said(call, seconds);
  }

  async function announce(call, group) {
    show(call, group);
    const recall = isRecall(call) ? 'recall' : null;
    await (group
      ? Promise.all([sound(call, recall ?? 'short', 'short'), wait(SHORT_MS)])
      : Promise.all([sound(call, recall ?? 'call', 'full'), wait(FULL_MS)]));
  }

  async function announceTogether(group) {
    rest = [...group];
    while (rest.length) await announce(rest.shift(), group);
  }

  async function run() {
    if (running) return;
    running = true;
    while (queue.length) {
      if (queue.length > CROWD) await announceTogether(queue.splice(0, MERGED_MAX));
      else await announce(queue.shift(), null);
    }
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
      const waiting = new Set([...rest, ...queue].map(callName));
      return [...seen].filter(([name]) => !waiting.has(name)).slice(-SAVED);
    },
  };
}
