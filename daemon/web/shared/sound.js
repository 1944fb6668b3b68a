// Chimes made by oscillators: nothing to download, nothing to license; and sounds that were fetched. They wait for one
// another.
// Browsers stay silent until somebody has touched the page; `blocked` says so, for the banner.
// SPDX-License-Identifier: MIT

// [frequency in Hz, start in s, length in s]
const CHIMES = {
  call: { notes: [[659.3, 0, 0.9], [523.3, 0.35, 1.2]], ms: 1400 },
  recall: { notes: [[659.3, 0, 0.5], [659.3, 0.3, 0.5], [523.3, 0.6, 1.1]], ms: 1600 },
  short: { notes: [[659.3, 0, 0.35], [523.3, 0.18, 0.5]], ms: 650 },
  own: { notes: [[523.3, 0, 0.6], [659.3, 0.2, 0.6], [784, 0.4, 1.2]], ms: 1500 },
};
const STUCK_MS = 2000; // a sound that has not ended so long after its end will not
const RELEASE_S = 0.02; // a note that starts or ends at once clicks

function playNote(context, [frequency, start, length]) {
  const at = context.currentTime + 0.02 + start;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.4, at + RELEASE_S);
  gain.gain.exponentialRampToValueAtTime(0.001, at + length);
  gain.connect(context.destination);
  // A soft octave above the tone carries over the noise of a hall.
  for (const [multiple, share] of [[1, 1], [2, 0.25]]) {
    const tone = context.createOscillator();
    const level = context.createGain();
    tone.frequency.value = frequency * multiple;
    level.gain.value = share;
    tone.connect(level).connect(gain);
    tone.start(at);
    tone.stop(at + length + RELEASE_S);
  }
}

// Resolves when it has ended, or should have: a device that was pulled out never says so.
function playToEnd(context, buffer, { later, drop }) {
  return new Promise((done) => {
    const source = context.createBufferSource();
    const end = () => {
      drop(watchdog);
      source.onended = null;
      source.disconnect();
      done();
    };
    const watchdog = later(end, buffer.duration * 1000 + STUCK_MS);
    source.buffer = buffer;
    source.onended = end;
    source.connect(context.destination);
    source.start();
  });
}

const TIMERS = {
  later: (then, ms) => setTimeout(then, ms),
  drop: (timer) => clearTimeout(timer),
};

export function makeSound({ Context = globalThis.AudioContext, timers = TIMERS } = {}) {
  let context = null;
  let queue = Promise.resolve();
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener());
  // One that fails fails alone: the next one still has its turn.
  function enqueue(start) {
    const turn = queue.then(start);
    queue = turn.catch(() => {});
    return turn;
  }

  const sound = {
    // 'off': this browser cannot; 'blocked': a touch is needed; 'ready'
    state: Context ? 'blocked' : 'off',
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // Tries without a gesture first: a board started with the autoplay flag needs no banner.
    async unlock() {
      if (!Context || sound.state === 'ready') return;
      context ??= new Context();
      context.onstatechange = () => {
        sound.state = context.state === 'running' ? 'ready' : 'blocked';
        tell();
      };
      // resume() stays pending for ever where a gesture is missing: nobody waits for it.
      context.resume().catch(() => {});
      if (context.state === 'running') sound.state = 'ready';
      tell();
    },
    // Resolves when the chime is over, or at once where there is no sound.
    play(kind) {
      const chime = CHIMES[kind];
      return enqueue(() => {
        if (sound.state !== 'ready') return undefined;
        chime.notes.forEach((note) => playNote(context, note));
        return new Promise((done) => timers.later(done, chime.ms));
      });
    },
    // A whole file of sound, to be played; null where there is no sound.
    decode: async (bytes) => (sound.state === 'ready' ? context.decodeAudioData(bytes) : null),
    // Resolves when it is over, at the latest 2 s after it should be.
    playBuffer: (buffer) => enqueue(() => (sound.state === 'ready' ? playToEnd(context, buffer, timers) : undefined)),
    lengthMs: (kind) => CHIMES[kind].ms,
  };
  const page = globalThis.document;
  // Not pointerdown: what it changes on the page would move under the finger before the click lands.
  for (const gesture of ['click', 'keydown']) {
    page?.addEventListener(gesture, () => sound.unlock(), { passive: true });
  }
  return sound;
}
