// The hall's time. A board's own clock may be wrong by hours, so time comes from the daemon: every
// heartbeat says what it is, and of the last few the one that travelled fastest is believed.
// SPDX-License-Identifier: MIT

const SAMPLES = 5;

export function makeClock({ steady = () => performance.now(), speed = 1 } = {}) {
  let samples = [];
  let factor = speed;

  return {
    // serverMs: `now` of a heartbeat, a snapshot or GET /clock, on its arrival.
    observe(serverMs) {
      if (!Number.isFinite(serverMs)) return;
      samples = [...samples, { serverMs, at: steady() }].slice(-SAMPLES);
    },
    // A demo's clock runs faster (GET /clock).
    setSpeed(value) {
      factor = value > 0 ? value : 1;
    },
    // Delay only ever makes a sample late, so the latest time any of them gives is the best one.
    now() {
      if (!samples.length) return Date.now();
      const at = steady();
      return Math.max(...samples.map((s) => s.serverMs + (at - s.at) * factor));
    },
  };
}

// What time it is there, and whether it runs faster (a demo). Without an answer the heartbeats have to do.
export const askClock = (clock, api) =>
  api.get('/clock').then(({ now, speed }) => {
    clock.setSpeed(speed);
    clock.observe(now);
  }, () => {});

const LOCALES = { zh: 'zh-CN', en: 'en-GB' };

function format(ms, lang, zone, fields) {
  const options = { ...fields, timeZone: zone || undefined };
  try {
    return new Intl.DateTimeFormat(LOCALES[lang] || lang, options).format(ms);
  } catch {
    return new Intl.DateTimeFormat(LOCALES[lang] || lang, fields).format(ms); // zone unknown here
  }
}

export const timeText = (ms, lang, zone) =>
  format(ms, lang, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export const dateText = (ms, lang, zone) =>
  format(ms, lang, zone, { weekday: 'long', day: 'numeric', month: 'long' });
