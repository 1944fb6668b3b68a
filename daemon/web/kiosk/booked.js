// Checking in with a booking: scan the QR code, or type the phone number; with several bookings choose one.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { timeText } from '../shared/clock.js';
import { problemText } from '../shared/i18n.js';
import { Pad } from './pad.js';
import { DIGITS_MIN, phoneGroups } from './phone.js';

function problemOf({ problem, hall, i18n }) {
  if (problem.code === 'booking_early' && problem.from) {
    return i18n.t('booked.early', { time: timeText(problem.from, i18n.lang, hall.zone) });
  }
  const key = `booked.${problem.code}`;
  return i18n.has(key) ? i18n.t(key) : problemText(problem, i18n);
}

// A keyboard, where there is one, types as well.
function onKey(event, dispatch) {
  if (/^[0-9]$/.test(event.key)) dispatch({ type: 'digit', digit: event.key });
  if (event.key === 'Backspace') dispatch({ type: 'undigit' });
}

export function Booked({ hall, flow, dispatch, i18n }) {
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
          ${problem ? problemOf({ problem, hall, i18n }) : i18n.t('booked.why')}
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
  const nameOf = (code) => i18n.name(hall.services.find((one) => one.code === code)?.names) || code;
  const pick = (booking) => dispatch({ type: 'check_in', key: newKey(), request: { booking } });
  return html`<section class="choose">
    <div class="head"><h1 tabindex="-1">${i18n.t('choose.heading')}</h1></div>
    <ul class="body choices">
      ${flow.choices.map((one) => html`<li key=${one.id}>
        <button type="button" class="button strong choice" onClick=${() => pick(one.id)}>
          <span class="number">${timeText(one.at, i18n.lang, hall.zone)}</span>
          <span>${one.services.map(nameOf).join(i18n.lang === 'zh' ? '、' : ', ')}</span>
        </button>
      </li>`)}
    </ul>
    <footer class="foot">
      <button type="button" class="button" onClick=${() => dispatch({ type: 'back' })}>${i18n.t('back')}</button>
    </footer>
  </section>`;
}
