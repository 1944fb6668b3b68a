// The waitlist, for a new time and for an earlier one: on which days, and why somebody cannot join.
// SPDX-License-Identifier: MIT
import { html } from './ui.js';
import { ApiError } from './api.js';
import { dayFromIso, isDay, isoOf } from './dates.js';

function DayField({ id, label, value, min, max, fault, onDay }) {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} class="input" type="date" value=${value ? isoOf(value) : ''} min=${min ? isoOf(min) : null}
      max=${max ? isoOf(max) : null} required aria-invalid=${String(Boolean(fault))}
      aria-describedby=${fault ? 'days-note' : null} onInput=${(event) => onDay(dayFromIso(event.target.value))} />
  </div>`;
}

// The key of what is wrong with the days, or null.
export const daysFault = (from, to) => {
  if (!isDay(from) || !isDay(to)) return 'wait.days.missing';
  return from > to ? 'wait.days.order' : null;
};

// first, last: between which they lie, where that is known.
export function WaitDays({ from, to, first, last, fault, i18n, onDays }) {
  return html`<div class="two">
      <${DayField} id="from" label=${i18n.t('wait.from')} value=${from} min=${first} max=${last} fault=${fault}
        onDay=${(day) => onDays({ from: day, to })} />
      <${DayField} id="to" label=${i18n.t('wait.to')} value=${to} min=${first} max=${last} fault=${fault}
        onDay=${(day) => onDays({ from, to: day })} />
    </div>
    ${fault && html`<p id="days-note" class="problem" role="alert">${i18n.t(fault)}</p>`}`;
}

// Codes that mean something else here than where a time is booked.
const HERE = { phone_limit: 'wait_limit', booking_unknown: 'phone_other', booking_state: 'wait_over' };

export const joined = (promise) =>
  promise.catch((error) => {
    throw HERE[error.code] ? new ApiError(HERE[error.code], error) : error;
  });
