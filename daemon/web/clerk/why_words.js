// Why the present citizen was called, for whoever serves them. SPDX-License-Identifier: MIT
import { timeText } from '../shared/clock.js';
import { whyText } from '../shared/why.js';

export function whyWords({ ticket, hall, i18n }) {
  return whyText(ticket.why, i18n, 'clerk', (ms) => timeText(ms, i18n.lang, hall.zone));
}
