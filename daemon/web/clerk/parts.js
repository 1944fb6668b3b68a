// Small parts of the console. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { timerText } from './text.js';

export function Timer({ clock, since, label, class: more = '' }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return html`<span class=${`timer ${more}`} role="timer" aria-label=${label}>${timerText(clock.now() - since)}</span>`;
}

// A button that names its key. keyOf(action): the key it has here.
export function KeyButton({ action, i18n, keys, keyOf, pending, onPress, label, ...rest }) {
  const waiting = pending === action.id;
  const key = keys ? keyOf(action) : '';
  return html`<button type="button" data-action=${action.id} aria-busy=${waiting ? 'true' : null}
    aria-keyshortcuts=${key || null}
    onClick=${() => onPress(action)} ...${rest}
    class=${`button ${action.primary ? 'primary' : ''} ${rest.class || ''}`}>
    <span>${label || i18n.t(`do.${action.id}`)}</span>
    ${key && html`<kbd aria-hidden="true">${key.toUpperCase()}</kbd>`}
  </button>`;
}
