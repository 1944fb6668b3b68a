// Digits on the screen. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export function Pad({ label, i18n, empty, onDigit, onErase, onClear }) {
  const key = (digit) => html`<button type="button" class="key" key=${digit} onClick=${() => onDigit(digit)}>${digit}</button>`;
  return html`<div class="pad" role="group" aria-label=${label}>
    ${DIGITS.map(key)}
    <button type="button" class="key wide" disabled=${empty} onClick=${onClear}>${i18n.t('key.clear')}</button>
    ${key('0')}
    <button type="button" class="key wide" disabled=${empty} onClick=${onErase}>${i18n.t('key.erase')}</button>
  </div>`;
}
