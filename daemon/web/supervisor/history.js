// What happened to a ticket so far, one line for each move. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { historyText } from '../clerk/history.js';

export function History({ entries, hall, i18n }) {
  if (!entries?.length) return null;
  return html`<section class="part"><h3>${i18n.t('history.heading')}</h3><ol class="history">
    ${entries.map((one, n) => html`<li key=${n}><time>${timeText(one.at, i18n.lang, hall.zone)}</time>
      <span>${historyText(one, hall, i18n)}</span></li>`)}</ol></section>`;
}
