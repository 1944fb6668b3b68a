// What stands around every screen: the hall, the language, how far it is. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { Head } from '../shared/visit_parts.js';
import { bookableServices } from '../shared/visit.js';
import { backFrom, stepsOf, writeRoute } from './state.js';

function Progress({ i18n, steps, at }) {
  return html`<div class="progress">
    <p class="small">${i18n.t('step.of', { n: at + 1, of: steps.length })}</p>
    <div class="bar" aria-hidden="true">${steps.map((step, n) => html`<span key=${step}
      class=${n <= at ? 'done' : ''}></span>`)}</div>
  </div>`;
}

export function Frame({ i18n, hall, route, way, children }) {
  const steps = stepsOf(hall, route);
  const { screen } = route;
  const at = bookableServices(hall).length ? steps.indexOf(screen) : -1;
  const first = screen === 'services';
  const before = { ...route, screen: backFrom(hall, route, screen) };
  return html`<${Head} i18n=${i18n} hall=${hall} />
    <nav class="way" aria-label=${i18n.t('way')}>
      ${first
        ? html`<a class="button plain back" href=${writeRoute({ hall: '' })}>${i18n.t('halls.other')}</a>`
        : html`<a class="button plain back" href=${writeRoute(before)} onClick=${(event) => {
            event.preventDefault();
            way.back(before);
          }}>${i18n.t('back')}</a>`}
      ${at >= 0 && html`<${Progress} i18n=${i18n} steps=${steps} at=${at} />`}
    </nav>
    <main data-screen=${screen}>${children}</main>`;
}

// The one way on, always in reach of the thumb.
export function Go({ children, note }) {
  return html`<div class="go">${note && html`<p class="small quiet">${note}</p>`}${children}</div>`;
}
