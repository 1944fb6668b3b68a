// Why the present citizen was called, for whoever serves them. SPDX-License-Identifier: MIT
import { timeText } from '../shared/clock.js';
import { whyText } from '../shared/why.js';

// What the sentences for citizens and clerks alike do not know of. The rules by which nobody was chosen from a line.
const OWN = new Set(['direct', 'clerk']);

export function whyWords({ ticket, hall, i18n }) {
  const { why } = ticket;
  if (!why) return '';
  if (why.rule === 'direct') return i18n.t('why.direct');
  const time = (ms) => timeText(ms, i18n.lang, hall.zone);
  const text = whyText(OWN.has(why.rule) ? { ...why, rule: 'counter' } : why, i18n, 'clerk', time);
  return why.rule === 'clerk' ? text.replace(i18n.t('why.clerk.counter'), i18n.t('why.to_clerk')) : text;
}
