// The button that takes the last press back, as long as it stands. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { UNDO } from './actions.js';
import { KeyButton } from './parts.js';
import { secondsLeft, stepsText } from './undo.js';

export function UndoButton({ undo, clock, i18n, keys, keyOf, run, press }) {
  const label = html`<span class="word">${i18n.t('do.undo')} <span class="seconds" aria-hidden="true">${i18n.t('undo.seconds', { n: secondsLeft(undo, clock.now()) })}</span></span>
    <span class="what">${stepsText(undo.steps, i18n)}</span>`;
  return html`<${KeyButton} action=${UNDO} i18n=${i18n} keys=${keys} keyOf=${keyOf} pending=${run.pending} onPress=${press} label=${label} class="undo" />`;
}
