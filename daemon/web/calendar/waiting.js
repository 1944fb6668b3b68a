// Who waits for a time, in order. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { dayText } from '../shared/dates.js';
import { servicesText } from './text.js';

const datesText = (one, i18n) => {
  const [from, to] = [one.from, one.to].map((day) => dayText(String(day), i18n.lang, 'short'));
  return from === to ? from : i18n.t('waiting.between', { from, to });
};

export function Waiting({ hall, i18n, asked }) {
  const all = asked.data?.waiting || [];
  if (asked.error && !asked.data) {
    return html`<p class="problem" role="alert">${problemText(asked.error, i18n)}</p><button type="button" class="button"
      onClick=${asked.ask}>${i18n.t('retry')}</button>`;
  }
  if (!asked.data) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  if (!all.length) return html`<p class="quiet">${i18n.t('waiting.none')}</p>`;
  return html`<p class="quiet small">${i18n.t('waiting.lead')}</p>
    <ol class="rows">${all.map((one, i) => html`<li key=${one.id}>
      <p><b>${i + 1}. ${servicesText(hall, one.services, i18n)}</b> ${one.persons > 1 && html`<span class="quiet">
        ${i18n.t('persons', { n: one.persons })}</span>`}</p>
      <p class="quiet">${datesText(one, i18n)}${one.booking ? i18n.t('list.then') + i18n.t('waiting.earlier') : ''}</p>
      ${one.state === 'offered' && html`<p><span class="badge warn">${i18n.t('waiting.offered')}</span></p>`}
    </li>`)}</ol>`;
}
