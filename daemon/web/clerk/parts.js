// Small parts of the console. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { timerText } from './text.js';

export function Timer({ clock, since, label }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return html`<span class="timer" role="timer" aria-label=${label}>${timerText(clock.now() - since)}</span>`;
}

// A button that names its key.
export function KeyButton({ action, i18n, keys, pending, onPress, label, ...rest }) {
  const waiting = pending === action.id;
  return html`<button type="button" data-action=${action.id} aria-busy=${waiting ? 'true' : null}
    aria-keyshortcuts=${keys && action.key ? action.key : null}
    onClick=${() => onPress(action)} ...${rest}
    class=${`button ${action.primary ? 'primary' : ''} ${rest.class || ''}`}>
    <span>${label || i18n.t(`do.${action.id}`)}</span>
    ${keys && action.key && html`<kbd aria-hidden="true">${action.key.toUpperCase()}</kbd>`}
  </button>`;
}
