// The service is known, the hall is not: where it is soonest, or nearest. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Unread, useAnswer, visitQuery } from '../shared/slots.js';
import { dayWords, timeWords } from '../shared/visit.js';
import { writeRoute } from './state.js';

const PLACE_WAIT_MS = 15000;
const PLACE_AGE_MS = 600000;
const ROUND_FROM_M = 9500; // farther away, nobody counts hundreds of metres

// Where the citizen is, in whole hundredths of a degree (a kilometre): nobody need know more.
function askPlace() {
  return new Promise((done, fail) => {
    if (!navigator.geolocation) fail(new Error('no place'));
    else navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lat: coords.latitude.toFixed(2), lon: coords.longitude.toFixed(2) }),
      fail,
      { timeout: PLACE_WAIT_MS, maximumAge: PLACE_AGE_MS },
    );
  });
}

const distanceText = (metres, i18n) => {
  if (!Number.isFinite(metres)) return '';
  return i18n.t('halls.km', { n: metres < ROUND_FROM_M ? (metres / 1000).toFixed(1) : Math.round(metres / 1000) });
};

const firstText = ({ first, zone }, i18n) =>
  first
    ? i18n.t('halls.first', { day: dayWords(first, zone, i18n, 'short'), time: timeWords(first, zone, i18n) })
    : i18n.t('halls.full');

const placeText = (one, i18n) =>
  [i18n.name(one.address), distanceText(one.distance_m, i18n)].filter(Boolean).join(' · ');

function Order({ i18n, near, busy, onOrder }) {
  return html`<div class="order" role="group" aria-label=${i18n.t('halls.order')}>
    <button type="button" class="button" aria-pressed=${String(!near)}
      onClick=${() => onOrder(false)}>${i18n.t('halls.soon')}</button>
    <button type="button" class="button" aria-pressed=${String(near)} aria-busy=${String(busy)}
      onClick=${() => onOrder(true)}>${i18n.t('halls.near')}</button>
  </div>`;
}

const namesOf = (services, codes, i18n) =>
  codes.map((code) => i18n.name(services?.find((one) => one.code === code)?.names)).filter(Boolean)
    .join(i18n.lang === 'zh' ? '、' : ', ');

export function FirstFree({ api, route, i18n }) {
  const [place, setPlace] = useState({}); // {lat, lon}, {asked} or {refused}
  const where = place.lat ? `&lat=${place.lat}&lon=${place.lon}` : '';
  const read = useAnswer(api, `/first-free?${visitQuery(route)}${where}`);
  const { answer: known } = useAnswer(api, '/services');
  const halls = read.answer?.halls;
  function order(near) {
    if (!near) setPlace({});
    else if (!place.lat && !place.asked) {
      setPlace({ asked: true });
      askPlace().then(setPlace, () => setPlace({ refused: true }));
    }
  }
  return html`<h1 tabindex="-1">${i18n.t('halls.where')}</h1>
    <p class="quiet">${namesOf(known?.services, route.services, i18n)}</p>
    ${halls?.length > 1 && html`<${Order} i18n=${i18n} near=${Boolean(place.lat)} busy=${Boolean(place.asked)}
      onOrder=${order} />`}
    <p class=${place.refused ? 'small quiet' : 'for-readers'} 
      role="status">${place.refused ? i18n.t('halls.near.no') : ''}</p>
    ${!halls && html`<${Unread} i18n=${i18n} ...${read} />`}
    ${halls?.length === 0 && html`<p class="notice-box">${i18n.t('halls.none.service')}</p>`}
    <ul class="choices">
      ${halls?.map((one) => html`<li key=${one.hall}>
        <a class="choice" data-hall=${one.hall} href=${writeRoute({ ...route, hall: one.hall, screen: 'services' })}>
          <span class="strong">${i18n.name(one.names)}</span>
          <span class="small">${firstText(one, i18n)}</span>
          <span class="small quiet">${placeText(one, i18n)}</span>
        </a>
      </li>`)}
    </ul>
    <p><a href=${writeRoute({ hall: '' })}>${i18n.t('halls.all')}</a></p>`;
}
