// Checking in with a booking: scan the QR code, or type the phone number; with several bookings choose one.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { timeText } from '../shared/clock.js';
import { dayAt, momentText } from '../shared/dates.js';
import { problemText as problemWords } from '../shared/i18n.js';
import { servicesText } from '../shared/visit.js';
import { Pad } from './pad.js';
import { DIGITS_MIN, phoneGroups } from './phone.js';

// When it can be checked in; who scanned a booking of another day has to hear which.
function fromText(ms, { hall, clock, i18n }) {
  const today = dayAt(clock.now(), hall.zone) === dayAt(ms, hall.zone);
  return today ? timeText(ms, i18n.lang, hall.zone) : momentText(ms, i18n.lang, hall.zone);
}

function problemText(props) {
  const { flow, i18n } = props;
  const { problem, scan } = flow;
  if (problem.code === 'booking_early' && problem.body?.from) {
    return i18n.t('booked.early', { time: fromText(problem.body.from, props) });
  }
  const key = `booked.${problem.code}`;
  if (scan && i18n.has(`${key}.scan`)) return i18n.t(`${key}.scan`);
  return i18n.has(key) ? i18n.t(key) : problemWords(problem, i18n);
}

// A keyboard, where there is one, types as well.
function onKey(event, dispatch) {
  if (/^[0-9]$/.test(event.key)) dispatch({ type: 'digit', digit: event.key });
  if (event.key === 'Backspace') dispatch({ type: 'undigit' });
}

export function Booked(props) {
  const { hall, flow, dispatch, i18n } = props;
  const { phone, problem } = flow;
  const send = () => dispatch({ type: 'check_in', key: newKey(), request: { phone } });
  return html`<section class="phone booked" onKeyDown=${(event) => onKey(event, dispatch)}>
    <div class="head">
      <div>
        <h1 tabindex="-1">${i18n.t('booked.heading')}</h1>
        <p class="quiet">${i18n.t('booked.lead')}</p>
      </div>
    </div>
    <div class="body">
      <div class="entry">
        <output class=${phone ? 'digits' : 'digits empty'} aria-label=${i18n.t('phone.label')} aria-live="polite">
          ${hall.country && !phone.startsWith('00') && html`<span class="country">+${hall.country}</span>`}
          <span>${phone ? phoneGroups(phone, hall.country) : i18n.t('booked.empty')}</span>
        </output>
        <p class=${problem ? 'problem' : 'quiet'} role=${problem ? 'alert' : null}>
          ${problem ? problemText(props) : i18n.t('booked.why')}
        </p>
      </div>
      <${Pad} label=${i18n.t('phone.label')} i18n=${i18n} empty=${!phone}
        onDigit=${(digit) => dispatch({ type: 'digit', digit })}
        onErase=${() => dispatch({ type: 'undigit' })} onClear=${() => dispatch({ type: 'cleardigits' })} />
      <div class="answers">
        <button type="button" class="button primary" disabled=${phone.length < DIGITS_MIN} onClick=${send}>
          ${i18n.t('booked.do')}
        </button>
      </div>
    </div>
    <footer class="foot">
      <button type="button" class="button" onClick=${() => dispatch({ type: 'back' })}>${i18n.t('back')}</button>
    </footer>
  </section>`;
}

export function Choose({ hall, flow, dispatch, i18n }) {
  const pick = (booking) => dispatch({ type: 'check_in', key: newKey(), request: { booking } });
  return html`<section class="several">
    <div class="head"><h1 tabindex="-1">${i18n.t('choose.heading')}</h1></div>
    <ul class="body">
      ${flow.choices.map((one) => html`<li key=${one.id}>
        <button type="button" class="tile" onClick=${() => pick(one.id)}>
          <span class="number">${timeText(one.at, i18n.lang, hall.zone)}</span>
          <span class="name">${servicesText(hall, one.services, i18n)}</span>
          ${one.persons > 1 && html`<span class="quiet">${i18n.t('choose.persons', { n: one.persons })}</span>`}
        </button>
      </li>`)}
    </ul>
    <footer class="foot">
      <button type="button" class="button" onClick=${() => dispatch({ type: 'back' })}>${i18n.t('back')}</button>
    </footer>
  </section>`;
}
