// What to bring, and whether somebody comes first. The usual case is the large button.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { likelyText, waitText } from '../shared/wait.js';
import { toldOf } from './live.js';
import { isLong } from './tile.js';

const NORMAL = 'normal';
const FEW_LEFT = 20; // so many numbers are worth telling of
const PERSONS_MAX = 6; // on one row of buttons; larger groups come to the desk

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

// How long it takes, and how many numbers are left: before somebody decides to wait.
function Told({ told, i18n }) {
  const wait = waitText(told.wait, i18n);
  const few = told.left !== undefined && told.left <= FEW_LEFT;
  if (!wait && !few) return null;
  return html`<p class="told" data-left=${few ? told.left : null}>
    ${wait && html`<span>${i18n.t('details.wait', { time: wait })}</span> `}
    ${wait && likelyText(told.wait, i18n) && html`<span class="quiet">${likelyText(told.wait, i18n)}</span> `}
    ${few && html`<span class="badge warn">${i18n.t('details.left', { n: told.left })}</span>`}
  </p>`;
}

// One number for all of them.
function Persons({ most, chosen, i18n, onChoose }) {
  if (most < 2) return null;
  return html`<div class="persons" role="group" aria-labelledby="persons-heading">
    <h2 id="persons-heading">${i18n.t('details.persons')}</h2>
    <ul>
      ${Array.from({ length: Math.min(most, PERSONS_MAX) }, (_, i) => i + 1).map((n) => html`<li key=${n}>
        <button type="button" class="button number" aria-pressed=${String(n === chosen)} onClick=${() => onChoose(n)}>${n}</button>
      </li>`)}
    </ul>
  </div>`;
}

export function Details({ hall, waiting, live, flow, dispatch, issue, i18n }) {
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
        <${Told} told=${toldOf(live, service.code)} i18n=${i18n} />
      </div>
      <${Persons} most=${service.booking?.persons_max ?? 1} chosen=${flow.persons} i18n=${i18n}
        onChoose=${(persons) => dispatch({ type: 'persons', persons })} />
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
