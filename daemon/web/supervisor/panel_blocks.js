// Phone numbers that staff have blocked: until when, why, by whom. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { momentText } from '../shared/dates.js';
import { useAsked } from './live.js';
import { whoText } from './text.js';

function Block({ block, hall, i18n, ask }) {
  const phone = i18n.t('blocks.tail', { tail: block.phone_tail || '····' });
  return html`<li class="block-row">
    <p><b>${phone}</b> <span class="quiet">${i18n.t('blocks.until', { time: momentText(block.until, i18n.lang, hall.zone) })}</span></p>
    <p>${block.reason} <span class="quiet small">${whoText(block.by, i18n)}</span></p>
    <button type="button" class="button" aria-label=${`${i18n.t('unblock.open')} ${phone}`} onClick=${() => ask('unblock', { block })}>
      ${i18n.t('unblock.open')}</button></li>`;
}

export function BlocksPanel({ api, path, hall, i18n, beat, ask }) {
  const found = useAsked(() => api.get(`${path}/phones/blocked`, { retries: 1 }), path, beat);
  const blocks = found.data?.blocks || [];
  return html`<p class="quiet small">${i18n.t('blocks.lead')}</p>
    <div class="acts"><button type="button" class="button primary" onClick=${() => ask('block')}>${i18n.t('block.open')}</button></div>
    ${found.error && html`<div role="alert"><p class="problem">${problemText(found.error, i18n)}</p>
      <button type="button" class="button" onClick=${found.ask}>${i18n.t('retry')}</button></div>`}
    ${!found.data && !found.error && html`<p class="quiet" role="status">${i18n.t('loading')}</p>`}
    ${found.data && !blocks.length && html`<p class="quiet none">${i18n.t('blocks.none')}</p>`}
    <ul class="list">${blocks.map((block) => html`<${Block} key=${block.record || `${block.phone_tail} ${block.until}`} block=${block} hall=${hall}
      i18n=${i18n} ask=${ask} />`)}</ul>`;
}
