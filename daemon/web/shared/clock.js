// The hall's time. A board's own clock may be wrong by hours, so time comes from the daemon: every
// heartbeat says what it is, and of the last few the one that travelled fastest is believed.
// SPDX-License-Identifier: MIT

const SAMPLES = 5;
const ASK_MS = 300000; // a board runs for months, and no two clocks run alike
const WRONG_MS = 1000; // so far apart: the daemon's clock was set

export function makeClock({ steady = () => performance.now(), speed = 1 } = {}) {
  let samples = [];
  let measured = null; // an answer whose way there and back was measured
  let factor = speed;
  const tells = (sample, at) => sample.serverMs + (at - sample.at) * factor;

  const clock = {
    steady,
    // serverMs: `now` of a heartbeat, a snapshot or GET /clock, on its arrival.
    observe(serverMs) {
      if (!Number.isFinite(serverMs)) return;
      samples = [...samples, { serverMs, at: steady() }].slice(-SAMPLES);
      const at = steady();
      const heard = Math.max(...samples.map((s) => tells(s, at)));
      if (measured && Math.abs(tells(measured, at) - heard) > WRONG_MS * factor) measured = null;
    },
    // Of several questions the one that was answered quickest: half its time was the way back.
    measure(answers) {
      const [best] = [...answers].sort((a, b) => a.took - b.took);
      if (best) measured = { serverMs: best.serverMs + (best.took / 2) * factor, at: best.at };
    },
    // A demo's clock runs faster (GET /clock).
    setSpeed(value) {
      factor = value > 0 ? value : 1;
    },
    // Delay only ever makes a sample late, so the latest time any of them gives is the best one.
    now() {
      if (!samples.length) return measured ? tells(measured, steady()) : Date.now();
      const at = steady();
      return measured ? tells(measured, at) : Math.max(...samples.map((s) => tells(s, at)));
    },
    // What it was when the steady clock stood there / how many real ms ago a moment was.
    past: (at) => clock.now() - (steady() - at) * factor,
    age: (ms) => (clock.now() - ms) / factor,
  };
  return clock;
}

async function askOnce(clock, api) {
  const begun = clock.steady();
  const { now, speed } = await api.get('/clock', { retries: 0 });
  const at = clock.steady();
  return { serverMs: now, speed, at, took: at - begun };
}

// What time it is there, and whether it runs faster (a demo). Without an answer the heartbeats have to do.
export const askClock = (clock, api) =>
  api.get('/clock').then(({ now, speed }) => {
    clock.setSpeed(speed);
    clock.observe(now);
  }, () => {});

// The same for a screen that runs for months: five questions one after the other, and again every few minutes.
export async function followClock(clock, api, later = setTimeout) {
  const answers = [];
  try {
    for (let i = 0; i < SAMPLES; i++) answers.push(await askOnce(clock, api));
  } catch {
    // the link is broken; what was answered before does
  }
  if (answers.length) clock.setSpeed(answers[0].speed);
  clock.measure(answers);
  later(() => followClock(clock, api, later), ASK_MS);
}

const LOCALES = { zh: 'zh-CN', en: 'en-GB', de: 'de-DE' };

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
