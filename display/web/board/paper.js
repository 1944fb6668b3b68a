// Electronic paper: drawn again only when something changed, with half a minute between two drawings, and once an hour
// black and white in full, against what earlier pictures leave behind. SPDX-License-Identifier: MIT

const APART_MS = 30000;
const REFRESH_MS = 3600000;

// draw(): puts the present state on the screen; refresh(): the same after clearing it.
export function makePaper({ draw, refresh, now = () => performance.now(), later = setTimeout, drop = clearTimeout }) {
  let drawn = -Infinity;
  let cleared = now();
  let timer = null;
  let hourly = null;

  function paint() {
    drop(timer);
    drop(hourly);
    timer = null;
    drawn = now();
    const due = drawn - cleared >= REFRESH_MS;
    if (due) cleared = drawn;
    hourly = later(paint, Math.max(APART_MS, cleared + REFRESH_MS - drawn));
    (due ? refresh : draw)();
  }

  return {
    // Something changed. urgent: another screen altogether, which nobody should wait for.
    request({ urgent = false } = {}) {
      const wait = urgent ? 0 : drawn + APART_MS - now();
      if (wait <= 0) paint();
      else timer ??= later(paint, wait);
    },
    stop() {
      drop(timer);
      drop(hourly);
    },
  };
}
