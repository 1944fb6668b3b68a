// What to bring, and whether somebody comes first. The usual case is the large button.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { isLong } from './tile.js';

const NORMAL = 'normal';

function Documents({ list, i18n }) {
  if (!list?.length) return null;
  return html`<div class="card documents">
    <h2>${i18n.t('details.documents')}</h2>
    <ul>
      ${list.map((names) => html`<li>${i18n.name(names)}</li>`)}
    </ul>
    <p class="quiet">${i18n.t('details.documents.missing')}</p>
  </div>`;
}

function Classes({ classes, i18n, onTake }) {
  if (!classes.length) return null;
  return html`<div class="classes" role="group" aria-labelledby="classes-heading">
    <h2 id="classes-heading">${i18n.t('details.priority')}</h2>
    <p class="quiet">${i18n.t('details.priority.note')}</p>
    <ul>
      ${classes.map(
        (one) => html`<li key=${one.code}>
          <button type="button" class="button" onClick=${() => onTake(one.code)}>${i18n.name(one.names)}</button>
        </li>`,
      )}
    </ul>
  </div>`;
}

export function Details({ hall, waiting, flow, dispatch, issue, i18n }) {
  const service = hall.services.find((one) => one.code === flow.service);
  if (!service) return null;
  const n = waiting[service.code] || 0;
  const take = (code) => {
    dispatch({ type: 'class', class: code });
    if (!hall.messages_on) issue(false); // no SMS is sent here: nobody is asked for a phone number
  };
  return html`<section class="details">
    <div class="head">
      <div>
        <h1 tabindex="-1" class=${isLong(i18n.name(service.names)) ? 'long' : ''}>${i18n.name(service.names)}</h1>
        <p class="quiet lead">${i18n.t(n ? 'tile.waiting' : 'tile.nobody', { n })}</p>
      </div>
    </div>
    <div class="body">
      <${Documents} list=${service.documents} i18n=${i18n} />
      <div class="choice">
        <button type="button" class="button primary take" onClick=${() => take(NORMAL)}>${i18n.t('details.take')}</button>
        <${Classes} classes=${hall.classes.filter((one) => one.code !== NORMAL)} i18n=${i18n} onTake=${take} />
      </div>
    </div>
    <footer class="foot">
      <button type="button" class="button" onClick=${() => dispatch({ type: 'back' })}>${i18n.t('back')}</button>
    </footer>
  </section>`;
}
