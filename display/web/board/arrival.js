// The code that proves to be in the hall: people type it into their phone to check in. It changes every few minutes;
// one that is too old is not shown. SPDX-License-Identifier: MIT

const SPARE_MS = 1000; // the daemon's clock decides when the next one begins
const RETRY_MS = 5000;

// Is there anything in this hall that asks for the code?
export const needsArrivalCode = (hall) => Boolean(hall?.booking?.open || hall?.remote?.open);

// ask() -> {code, until}; now() -> ms; show(code or null). Returns stop().
export function followArrival({ ask, now, show, later = setTimeout, drop = clearTimeout }) {
  let timer = null;
  let until = 0;
  async function next() {
    try {
      const found = await ask();
      until = found.until;
      show(found.code);
      timer = later(next, Math.max(SPARE_MS, until - now() + SPARE_MS));
    } catch {
      // The code before is still accepted for a while, but nobody should type one that ends at any moment.
      if (now() > until) show(null);
      timer = later(next, RETRY_MS);
    }
  }
  next();
  return () => drop(timer);
}
