// The voice of a board: one sound for each call, put together by the daemon, played in the queue of the chimes. What
// does not come in time is left to the chime. SPDX-License-Identifier: MIT

const ANSWER_MS = 3000; // the daemon needs a few ms; after this the number has long been read

// Where the hall's file gives no board a voice every board speaks; else those that have one, one for each zone, so that
// no second loudspeaker repeats it. layout: the board's own entry there.
export const speaks = (hall, layout) => !hall?.boards?.some((board) => board.voice) || Boolean(layout?.voice);

// sound: of shared/sound.js; authorization(): header; limit(ms): a signal that aborts after that time.
export function makeVoice({ base, hall, authorization, sound, fetch: ask = (...args) => globalThis.fetch(...args),
  limit = limitOf }) {
  async function load(call, form, signal) {
    const query = new URLSearchParams({ number: call.number, counter: call.counter, form });
    const headers = { accept: 'audio/wav', authorization: authorization() };
    const response = await ask(`${base}/halls/${hall}/voice?${query}`, { headers, signal });
    return response.ok ? sound.decode(await response.arrayBuffer()) : null;
  }

  return {
    // -> what says it and tells how many seconds that took, or null where it cannot be said
    async prepare(call, form) {
      if (sound.state !== 'ready') return null;
      const { signal, late, done } = limit(ANSWER_MS);
      try {
        const buffer = await Promise.race([load(call, form, signal), late]);
        return buffer ? () => sound.playBuffer(buffer).then(() => buffer.duration) : null;
      } finally {
        done();
      }
    },
  };
}

// An abort alone would not end a decoder that hangs.
function limitOf(ms) {
  const abort = new AbortController();
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => {
      abort.abort();
      fail(new Error('the sound did not come in time'));
    }, ms);
  });
  return { signal: abort.signal, late, done: () => clearTimeout(timer) };
}
