// Screens on which there is nothing to choose: one heading, one sentence, the next step.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { dayAt } from '../shared/dates.js';
import { daysText, hoursRows, opensText, rareTexts, todayTexts } from './hours.js';

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

// The week, what comes only every few weeks, and when it opens next.
export function Hours({ hall, clock, i18n }) {
  const now = clock.now();
  const today = dayAt(now, hall.zone);
  const opens = opensText(hall, now, i18n);
  const { text } = todayTexts(hall, today, i18n);
  return html`${opens && html`<p class="opens">${opens}</p>`}
    ${text && html`<p>${text}</p>`}
    <dl class="hours" aria-label=${i18n.t('closed.hours')}>
      ${hoursRows(hall).map(
        (row) => html`<div>
          <dt>${daysText(row.days, i18n)}</dt>
          <dd>${row.times.map((time) => html`<span>${time}</span> `)}</dd>
        </div>`,
      )}
    </dl>
    ${rareTexts(hall, today, i18n).map((rare) => html`<p class="quiet" key=${rare}>${rare}</p>`)}`;
}

// Those who took a number before may still have missed their call, and one may check in before it opens.
export function Closed({ hall, clock, dispatch, i18n }) {
  const { closed } = todayTexts(hall, dayAt(clock.now(), hall.zone), i18n);
  return html`<${Notice} id="closed" heading=${closed || i18n.t('closed.heading')}>
    <${Hours} hall=${hall} clock=${clock} i18n=${i18n} />
    <div class="actions">
      ${hall.booking?.open && html`<button type="button" class="button" onClick=${() => dispatch({ type: 'have_booking' })}>
        ${i18n.t('booked.open')}</button>`}
      <button type="button" class="button" onClick=${() => dispatch({ type: 'come_back' })}>
        ${i18n.t(hall.remote?.open ? 'missed.open.remote' : 'missed.open')}</button>
    </div>
  <//>`;
}
