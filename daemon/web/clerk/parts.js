// Small parts of the console. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { LanguageSwitch } from '../shared/parts.js';
import { timerText } from './text.js';

// A page with nothing on it yet: loading, or what went wrong and the way on.
export function Quiet({ i18n, error, onRetry, onLeave }) {
  if (!error) return html`<main class="quiet-page"><p class="quiet" role="status">${i18n.t('loading')}</p></main>`;
  return html`<main class="quiet-page">
    <div class="card" role="alert">
      <h1>${i18n.t('failed.heading')}</h1>
      <p>${problemText(error, i18n)}</p>
      <div class="actions">
        ${onLeave && html`<button type="button" class="button" onClick=${onLeave}>${i18n.t('choose.other_hall')}</button>`}
        ${onRetry && html`<button type="button" class="button primary" onClick=${onRetry}>${i18n.t('retry')}</button>`}
      </div>
    </div>
  </main>`;
}

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

export function Problem({ problem, i18n }) {
  return html`<div class="outcome" role="alert">
    ${problem &&
    html`<p class="problem">${problemText(problem.error, i18n)}</p>
      ${problem.retry && html`<button type="button" class="button" onClick=${problem.retry}>${i18n.t('retry')}</button>`}`}
  </div>`;
}

// i18n: where the language can be chosen in the header itself.
export function Top({ title, children, i18n }) {
  return html`<header class="top">
    <div class="where">${title}</div>
    <div class="tools">${children}${i18n && html`<${LanguageSwitch} i18n=${i18n} />`}</div>
  </header>`;
}
