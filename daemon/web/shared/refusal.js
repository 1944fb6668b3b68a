// Why a citizen was refused, in words that say what to do now, and until when where that is known.
// SPDX-License-Identifier: MIT
import { problemText } from './i18n.js';
import { dayWords, timeWords } from './visit.js';

const MINUTE_S = 60;
const HOUR_S = 3600;
const LONG_S = 90; // shorter is "a moment"; the plain sentence says that

function waitWords(error, i18n) {
  const [unit, seconds] = error.waitS < HOUR_S ? ['minutes', MINUTE_S] : ['hours', HOUR_S];
  const key = `problem.${error.code}.${unit}`;
  return i18n.has(key) ? i18n.t(key, { n: Math.ceil(error.waitS / seconds) }) : null;
}

export function refusalText(error, i18n, zone, now = Date.now()) {
  if (error.code === 'phone_blocked' && error.waitS > 0) {
    const at = now + error.waitS * 1000;
    return i18n.t('problem.phone_blocked.until', { day: dayWords(at, zone, i18n), time: timeWords(at, zone, i18n) });
  }
  return (error.waitS > LONG_S && waitWords(error, i18n)) || problemText(error, i18n);
}
