// What happened to a ticket so far, in words: the daemon's history, one line for each move. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { counterName, serviceName, lineName, personOf } from './text.js';

// What `where` is of: a counter, a service or line, or nothing worth telling.
const AT_COUNTER = new Set(['called', 'recalled', 'begun', 'finished', 'missed', 'put_back', 'parked']);
const TO_LINE = new Set(['transferred', 'moved', 'stepped']);

function placeText({ what, where }, hall, i18n) {
  if (!where || where === '-') return '';
  if (AT_COUNTER.has(what) || hall.counters.some((one) => one.code === where && !TO_LINE.has(what))) return counterName(hall, where, i18n);
  if (TO_LINE.has(what)) return lineName(hall, where, i18n);
  return hall.services.some((one) => one.code === where) ? serviceName(hall, where, i18n) : personOf(where);
}

export function historyText(entry, hall, i18n) {
  const place = placeText(entry, hall, i18n);
  return `${i18n.t(`history.${entry.what}`)}${place && ` · ${place}`}`;
}

// Of the present visit, the newest last.
export function History({ entries, hall, i18n }) {
  if (!entries?.length) return null;
  return html`<ol class="history">
    ${entries.map((one) => html`<li key=${`${one.at}-${one.what}`}>
      <time>${timeText(one.at, i18n.lang, hall.zone)}</time> <span>${historyText(one, hall, i18n)}</span>
    </li>`)}
  </ol>`;
}

// When it was called and begun last, for the times of the visit.
export function momentsOf(entries = []) {
  const last = (what) => entries.filter((one) => one.what === what).at(-1)?.at;
  return { called: last('called'), begun: last('begun') };
}
