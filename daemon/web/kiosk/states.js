// Screens on which there is nothing to choose: one heading, one sentence, the next step.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { daysText, hoursRows } from './hours.js';

export function Notice({ id, heading, children, busy = false, alert = false }) {
  return html`<section class="notice" data-screen=${id} role=${alert ? 'alert' : 'status'}>
    <h1 tabindex="-1" class=${busy ? 'busy' : ''}>${heading}</h1>
    ${children}
  </section>`;
}

export function Loading({ i18n }) {
  return html`<main class="kiosk alone">
    <${Notice} id="loading" busy=${true} heading=${i18n.t('loading.heading')} />
  </main>`;
}

export function Offline({ i18n }) {
  return html`<${Notice} id="offline" alert=${true} heading=${i18n.t('offline.heading')}><p>${i18n.t('offline.next')}</p><//>`;
}

// While nothing is known of the hall, not even its language: in both.
function Both({ i18n, id, heading, next }) {
  return html`<main class="kiosk alone">
    <section class="notice" data-screen=${id} role="alert">
      ${i18n.langs.map(
        (lang) => html`<div lang=${i18n.tag(lang)} key=${lang}>
          <h1>${i18n.t(heading, {}, lang)}</h1>
          <p>${i18n.t(next, {}, lang)}</p>
        </div>`,
      )}
    </section>
  </main>`;
}

export function NotYet({ i18n }) {
  return html`<${Both} i18n=${i18n} id="offline" heading="offline.heading" next="offline.next" />`;
}

// The token is missing, revoked or of another kind: only staff can help.
export function Refused({ i18n, error }) {
  const next = error.code === 'hall_unknown' ? 'token.hall' : 'token.next';
  return html`<${Both} i18n=${i18n} id="token" heading="token.heading" next=${next} />`;
}

export function Hours({ hall, i18n }) {
  const words = { to: i18n.t('days.to'), and: i18n.t('days.and') };
  return html`<dl class="hours" aria-label=${i18n.t('closed.hours')}>
    ${hoursRows(hall.hours).map(
      (row) => html`<div>
        <dt>${daysText(row.days, i18n.tag(), words)}</dt>
        <dd>${row.times.map((time) => html`<span>${time}</span> `)}</dd>
      </div>`,
    )}
  </dl>`;
}

// Those who took a number before may still have missed their call.
export function Closed({ hall, dispatch, i18n }) {
  return html`<${Notice} id="closed" heading=${i18n.t('closed.heading')}>
    <p>${i18n.t('closed.next')}</p>
    <${Hours} hall=${hall} i18n=${i18n} />
    <p><button type="button" class="button" onClick=${() => dispatch({ type: 'come_back' })}>${i18n.t('missed.open')}</button></p>
  <//>`;
}
