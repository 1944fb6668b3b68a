// Numbers in words. Pure. SPDX-License-Identifier: MIT

const MINUTE_MS = 60000;

// "4.2 min" below ten, whole minutes above; "2 h 05" from two hours on. '–' where nothing was measured.
export function minutesText(ms, i18n) {
  if (ms === undefined || ms === null) return '–';
  const minutes = ms / MINUTE_MS;
  if (minutes >= 120) {
    const whole = Math.round(minutes);
    return i18n.t('hours', { h: Math.floor(whole / 60), m: String(whole % 60).padStart(2, '0') });
  }
  return i18n.t('minutes', { n: minutes < 9.95 ? (Math.round(minutes * 10) / 10).toString() : Math.round(minutes) });
}

export const percentText = (n) => (n === undefined ? '–' : `${n} %`);
export const countText = (n) => String(n ?? 0);

// A scale that ends at a round number at or above `most`, and its marks: at most five.
export function scaleFor(most) {
  const steps = [1, 2, 5, 10, 15, 20, 30, 50, 60, 100, 120, 200, 300, 500, 1000, 2000, 5000, 10000, 50000, 100000];
  const step = steps.find((one) => one * 4 >= most) ?? steps.at(-1);
  const top = Math.max(step, Math.ceil(most / step) * step);
  return { top, marks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step) };
}
