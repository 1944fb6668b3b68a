// The phone number, if wanted. To say no is as easy as to say yes. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { Pad } from './pad.js';

// Shorter numbers exist nowhere; the daemon judges the rest.
export const DIGITS_MIN = 6;

// Grouped as people say it: 138 0000 1234 for a Chinese mobile number, else in threes.
export function phoneGroups(digits, country) {
  const chinese = country === '86' && digits.startsWith('1');
  const parts = chinese ? [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)] : digits.match(/.{1,3}/g) || [];
  return parts.filter(Boolean).join('\u2009\u2009');
}

// A keyboard, where there is one, types as well.
function onKey(event, dispatch) {
  if (/^[0-9]$/.test(event.key)) dispatch({ type: 'digit', digit: event.key });
  if (event.key === 'Backspace') dispatch({ type: 'undigit' });
}

export function Phone({ hall, flow, dispatch, issue, i18n }) {
  const { phone, problem } = flow;
  const abroad = phone.startsWith('00');
  return html`<section class="phone" onKeyDown=${(event) => onKey(event, dispatch)}>
    <div class="head">
      <div>
        <h1 tabindex="-1">${i18n.t('phone.heading')}</h1>
        <p class="quiet">${i18n.t('phone.lead')}</p>
      </div>
    </div>
    <div class="body">
      <div class="entry">
        <output class=${phone ? 'digits' : 'digits empty'} aria-label=${i18n.t('phone.label')} aria-live="polite">
          ${hall.country && !abroad && html`<span class="country">+${hall.country}</span>`}
          <span>${phone ? phoneGroups(phone, hall.country) : i18n.t('phone.empty')}</span>
        </output>
        <p class=${problem ? 'problem' : 'quiet'} role=${problem ? 'alert' : null}>
          ${problem ? problemText(problem, i18n) : i18n.t('phone.privacy')}
        </p>
      </div>
      <${Pad} label=${i18n.t('phone.label')} i18n=${i18n} empty=${!phone}
        onDigit=${(digit) => dispatch({ type: 'digit', digit })}
        onErase=${() => dispatch({ type: 'undigit' })} onClear=${() => dispatch({ type: 'cleardigits' })} />
      <div class="answers">
        <button type="button" class="button primary" disabled=${phone.length < DIGITS_MIN} onClick=${() => issue(true)}>
          ${i18n.t('phone.yes')}
        </button>
        <button type="button" class="button strong" onClick=${() => issue(false)}>${i18n.t('phone.no')}</button>
      </div>
    </div>
    <footer class="foot">
      <button type="button" class="button" onClick=${() => dispatch({ type: 'back' })}>${i18n.t('back')}</button>
    </footer>
  </section>`;
}
