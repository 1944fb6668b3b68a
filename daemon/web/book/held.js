// The time that is kept, and how long still. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { useSeconds } from '../shared/phone_code.js';
import { dayWords, leftText, timeWords } from '../shared/visit.js';
import { holdLeft } from './state.js';

const WARN_MS = 120000;

export function Held({ hold, hall, now, i18n, children }) {
  const left = holdLeft(hold, now());
  useSeconds(left > 0);
  const late = left === 0;
  return html`<div class=${`held ${late ? 'late' : left < WARN_MS ? 'soon' : ''}`}
    data-held=${late ? 'late' : 'kept'}>
    <p class="when"><span>${dayWords(hold.at, hall.zone, i18n)}</span>${' '}<b
      class="clock">${timeWords(hold.at, hall.zone, i18n)}</b></p>
    <p class="countdown" role="timer">${late ? i18n.t('hold.late') : i18n.t('hold.left', { time: leftText(left) })}</p>
    <p class="for-readers" role="status">${late ? i18n.t('hold.late') : left < WARN_MS ? i18n.t('hold.soon') : ''}</p>
    ${children}
  </div>`;
}
