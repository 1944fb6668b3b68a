// Small parts of the pages of staff. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { LanguageSwitch } from '../shared/parts.js';

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
