// What stands around every screen: the hall, the language, how far it is. SPDX-License-Identifier: MIT
import { html, useEffect, useRef } from '../shared/ui.js';
import { Head } from '../shared/visit_parts.js';
import { bookableServices, dayWords, timeWords } from '../shared/visit.js';
import { backFrom, stepsOf, writeRoute } from './state.js';

const NOT_BOOKING = new Set(['mine', 'home']);

function Progress({ i18n, steps, at }) {
  return html`<div class="progress">
    <p class="small">${i18n.t('step.of', { n: at + 1, of: steps.length })}</p>
    <div class="bar" aria-hidden="true">${steps.map((step, n) => html`<span key=${step}
      class=${n <= at ? 'done' : ''}></span>`)}</div>
  </div>`;
}

// Whoever comes back here after booking need not wonder whether it worked.
function Booked({ i18n, hall, booked }) {
  const words = { day: dayWords(booked.at, hall.zone, i18n), time: timeWords(booked.at, hall.zone, i18n) };
  return html`<div class="notice-box accent" data-booked="true">
    <p>${i18n.t('booked', words)}</p>
    <a class="button" href=${`/b#${booked.link}`}>${i18n.t('booked.look')}</a>
  </div>`;
}

export function Frame({ i18n, hall, route, way, draft, children }) {
  const steps = stepsOf(hall, route);
  const { screen } = route;
  const at = bookableServices(hall).length && hall.codes_on ? steps.indexOf(screen) : -1;
  const first = screen === 'services';
  const before = { ...route, screen: backFrom(hall, route, screen) };
  return html`<${Head} i18n=${i18n} hall=${hall} />
    <nav class="way" aria-label=${i18n.t('way')}>
      ${first
        ? html`<a class="button plain back" href=${writeRoute({ ...route, hall: '' })}>${i18n.t('halls.other')}</a>`
        : html`<a class="button plain back" href=${writeRoute(before)} onClick=${(event) => {
            event.preventDefault();
            way.back(before);
          }}>${i18n.t('back')}</a>`}
      ${at >= 0 && html`<${Progress} i18n=${i18n} steps=${steps} at=${at} />`}
    </nav>
    <main data-screen=${screen}>${draft.booked && !NOT_BOOKING.has(screen)
      && html`<${Booked} i18n=${i18n} hall=${hall} booked=${draft.booked} />`}${children}</main>`;
}

// The one way on, always in reach of the thumb.
export function Go({ children, note }) {
  return html`<div class="go">${note && html`<p class="small quiet">${note}</p>`}${children}</div>`;
}

// Each new screen begins at its top and at its heading, for those who listen.
export function useTopOf(screen) {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) {
      scrollTo(0, 0);
      document.querySelector('main h1')?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [screen]);
}
