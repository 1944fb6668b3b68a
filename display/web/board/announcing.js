// What a board makes of the calls its stream tells: which are announced, which are only shown, and what it remembers of
// them over a reload. SPDX-License-Identifier: MIT
import { makeAnnouncer } from './announce.js';
import { callKey } from './fold.js';

const FRESH_MS = 10000; // how long a new call stands out
const LOG_MAX = 20;
const MISSED_MS = 60000; // a call that was missed so long ago is shown; to ring for it now would only confuse

// A board that was loaded anew a moment ago still knows what it announced; one that was off does not.
const MEMORY_KEY = 'paihao.announced';
const MEMORY_MS = 120000;
function readMemory() {
  try {
    const { at, memory } = JSON.parse(sessionStorage.getItem(MEMORY_KEY));
    return Date.now() - at < MEMORY_MS ? memory : null;
  } catch {
    return null;
  }
}

// state: the page's; newest, group, fresh, announced, log and said are kept here. mine(call): is it for this screen?
// chime(kind): resolves when it has sounded; prepare(call, form): see announce.js. onShown(calls): they stand on this
// screen now.
export function makeAnnouncing({ state, clock, mine, chime, prepare, draw, onShown }) {
  const remembered = readMemory();
  let freshTimer = null;

  function keep() {
    const memory = announcer.memory();
    sessionStorage.setItem(MEMORY_KEY, JSON.stringify({ at: Date.now(), memory }));
  }

  // No news any more. Calls shown together stay until the last of them was said.
  function calm() {
    state.fresh = false;
    if (announcer.idle()) state.group = null;
    else freshTimer = setTimeout(calm, FRESH_MS);
    draw();
  }

  function show(call, group) {
    Object.assign(state, { newest: { ...call, state: 'called' }, group, fresh: true, announced: state.announced + 1 });
    state.log = [...state.log, call].slice(-LOG_MAX);
    for (const key of state.said.keys()) if (!state.log.some((one) => callKey(one) === key)) state.said.delete(key);
    keep();
    clearTimeout(freshTimer);
    freshTimer = setTimeout(calm, FRESH_MS);
    draw();
    onShown([call]);
  }

  const announcer = makeAnnouncer({
    memory: remembered ?? [],
    show,
    chime,
    prepare,
    said(call, seconds) {
      state.said.set(callKey(call), seconds);
      draw();
    },
    wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  });

  return {
    // The first snapshot is the past: others have announced it.
    begin(calls) {
      state.newest = calls.filter(mine)[0] ?? null;
      if (!remembered) announcer.adopt(calls.filter(mine));
    },
    // What comes later, by whatever way, has not been heard yet. caughtUp: it was told as it happened, and rings whatever
    // the clocks say; else it may be old news.
    take(calls, caughtUp) {
      const missed = calls.filter((call) => mine(call) && !caughtUp && clock.age(call.at) > MISSED_MS);
      announcer.adopt(missed);
      const latest = missed[missed.length - 1]; // it stands large all the same, unless a newer one is announced
      if (latest && !state.fresh && !(state.newest?.at >= latest.at)) state.newest = latest;
      calls.filter((call) => mine(call) && !missed.includes(call)).forEach((call) => announcer.offer(call));
      if (missed.length) onShown(missed);
    },
    keep,
    idle: () => announcer.idle() && !state.fresh,
  };
}
