// Who is probably next and why: a look ahead that reserves nobody. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { nextWhy } from './next.js';
import { serviceName } from './text.js';

export function NextUp({ live, counter, queue, clock, i18n }) {
  const { hall } = live;
  const [ticket] = queue;
  if (!ticket) return null;
  const time = (ms) => timeText(ms, i18n.lang, hall.zone);
  const why = nextWhy({ ticket, hall, counter, now: clock.now(), i18n, time });
  return html`<p class="next-up" title=${i18n.t('next.note')}>
    <span class="quiet">${i18n.t('next.probably')}</span>
    <b class="number">${ticket.number}</b>
    <span class="name">${serviceName(hall, ticket.service, i18n)}</span>
    <span class="quiet reason">${why}</span>
  </p>`;
}
