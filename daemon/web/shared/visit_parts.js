// What the pages of bookings have in common: head, a page with one thing to say, a day and time written large.
// SPDX-License-Identifier: MIT
import { html } from './ui.js';
import { clockText, dayAt, dayText } from './dates.js';
import { LanguageSwitch } from './parts.js';
import { seasonOf } from './visit.js';

export function Head({ i18n, hall }) {
  return html`<header class="top">
    <p class="hall">${hall ? i18n.name(hall.names) : '排号'}</p>
    <${LanguageSwitch} i18n=${i18n} />
  </header>`;
}

// A whole page with one thing to say.
export function Notice({ i18n, hall, heading, text, children }) {
  return html`<${Head} i18n=${i18n} hall=${hall} />
    <main class="notice">
      <h1 tabindex="-1">${heading}</h1>
      ${text && html`<p class="quiet">${text}</p>`}
      ${children}
    </main>`;
}

// Day and time, large.
export function When({ at, hall, i18n, label, tag = 'h1' }) {
  const season = seasonOf(at, hall.zone);
  return html`<${tag} class="when" tabindex="-1">
    ${label && html`<span class="label">${label}</span>${' '}`}
    <span class="day">${dayText(dayAt(at, hall.zone), i18n.lang)}</span>${' '}
    <span class="clock">${clockText(at, hall.zone)}</span>
    ${season && html` <span class="season">${i18n.t(`season.${season}`)}</span>`}
  <//>`;
}
