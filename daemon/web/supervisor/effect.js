// What a change would do to the waits, worked out by the daemon's forecast: asked when the change is chosen, and again now and
// then, since the hall goes on. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { changesOf } from './figures.js';
import { useAsked } from './live.js';
import { serviceName } from './text.js';

const AGAIN_MS = 30000;
const SHOWN = 6; // of a hall with many services; the rest changes less

const minutes = (wait, i18n) => (wait ? i18n.t('min', { n: wait.likely }) : i18n.t('effect.nobody'));

function Change({ change, hall, i18n }) {
  const better = change.gain > 0;
  return html`<li class=${better ? 'better' : 'worse'} data-service=${change.code}>
    <span class="name">${serviceName(hall, change.code, i18n)}</span>
    <span class="change"><span class="quiet">${minutes(change.before, i18n)}</span> <span aria-hidden="true">→</span>
      <span class="for-readers">${i18n.t('effect.to')}</span> <b>${minutes(change.after, i18n)}</b></span>
    <span class="gain"><span aria-hidden="true">${better ? '▼' : '▲'}</span> ${i18n.t(better ? 'effect.shorter' : 'effect.longer')}</span>
  </li>`;
}

export function Effect({ api, path, hall, i18n, now, body }) {
  const found = useAsked(() => api.post(`${path}/what-if`, body, { retries: 1 }), JSON.stringify(body), Math.floor(now / AGAIN_MS));
  if (found.error) {
    return html`<div class="effect" role="alert"><p class="problem">${problemText(found.error, i18n)}</p>
      <button type="button" class="button" onClick=${found.ask}>${i18n.t('retry')}</button></div>`;
  }
  if (!found.data) return html`<p class="effect quiet" role="status">${i18n.t('effect.asking')}</p>`;
  const { services } = found.data;
  const changes = changesOf(services);
  const known = services.some((one) => one.before || one.after);
  return html`<div class="effect" aria-live="polite">
    ${changes.length
      ? html`<ul class="changes">${changes.slice(0, SHOWN).map((change) => html`<${Change} key=${change.code} change=${change} hall=${hall}
          i18n=${i18n} />`)}</ul>
        ${changes.length > SHOWN && html`<p class="quiet small">${i18n.t('effect.more', { n: changes.length - SHOWN })}</p>`}`
      : html`<p>${i18n.t(known ? 'effect.none' : 'effect.unknown')}</p>`}
    ${changes.length > 0 && html`<p class="quiet small">${i18n.t('effect.note')}</p>`}
  </div>`;
}
