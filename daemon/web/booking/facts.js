// The facts of a booking. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { servicesText } from '../shared/visit.js';

// where: false on a page that says so already.
export function Facts({ i18n, hall, booking, where = true }) {
  const kind = hall.classes.find((one) => one.code === booking.class);
  const comma = i18n.lang === 'zh' ? '，' : ', ';
  const rows = [
    ['services', servicesText(hall, booking.services, i18n)],
    ['persons', booking.persons > 1 ? i18n.t('persons.n', { n: booking.persons }) : ''],
    ['class', !kind || kind === hall.classes[0] ? '' : i18n.name(kind.names)],
    ['where', where && [i18n.name(hall.names), i18n.name(hall.address)].filter(Boolean).join(comma)],
    ['number', booking.number],
  ];
  return html`<dl class="facts">
    ${rows.filter(([, text]) => text).map(([key, text]) => html`<div
      key=${key}><dt>${i18n.t(`fact.${key}`)}</dt><dd>${text}</dd></div>`)}
  </dl>`;
}
