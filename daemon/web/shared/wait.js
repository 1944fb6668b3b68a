// A forecast in words: the range that 8 of 10 waits fall into, and the most likely minute within it.
// SPDX-License-Identifier: MIT

// wait: {low, likely, high} in minutes, as the daemon rounded them; or nothing. '' without one.
export function waitText(wait, i18n) {
  if (!wait) return '';
  const { low, likely, high } = wait;
  if (high <= 1) return i18n.t('wait.now');
  return low === high ? i18n.t('wait.one', { n: likely }) : i18n.t('wait.range', { low, high });
}

// The most likely one by itself, where it says more than the range.
export function likelyText(wait, i18n) {
  if (!wait || wait.low === wait.high || wait.high <= 1) return '';
  return wait.likely < 1 ? i18n.t('wait.likely.now') : i18n.t('wait.likely', { n: wait.likely });
}

// Which share of today's forecasts held. '' while there are too few to say.
const FEW = 20;
export function keptText(kept, i18n) {
  if (!kept || kept.given < FEW) return '';
  return i18n.t('wait.kept', { percent: Math.round((100 * kept.kept) / kept.given) });
}
