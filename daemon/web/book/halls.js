// Which hall: by name; or, once the service is known, where it is soonest or nearest. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { dayWords, timeWords } from '../shared/visit.js';
import { visitQuery } from '../shared/slots.js';
import { Notice } from '../shared/visit_parts.js';
import { writeRoute } from './state.js';

const PLACE_WAIT_MS = 15000;
const PLACE_AGE_MS = 600000;

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
  return i18n.t('halls.km', { n: metres < 9500 ? (metres / 1000).toFixed(1) : Math.round(metres / 1000) });
};

const firstWords = ({ first, zone }, i18n) => ({
  day: dayWords(first, zone, i18n, 'short'),
  time: timeWords(first, zone, i18n),
});

const placeText = (one, i18n) =>
  [i18n.name(one.address), distanceText(one.distance_m, i18n)].filter(Boolean).join(' · ');

function FirstFree({ found, route, i18n }) {
  return html`<ul class="choices">
    ${found.map((one) => html`<li key=${one.hall}>
      <a class="choice" data-hall=${one.hall} href=${writeRoute({ ...route, hall: one.hall, screen: 'services' })}>
        <span class="strong">${i18n.name(one.names)}</span>
        <span class="small quiet">${placeText(one, i18n)}</span>
        <span class="small">${one.first
          ? i18n.t('halls.first', firstWords(one, i18n))
          : i18n.t('halls.full')}</span>
      </a>
    </li>`)}
  </ul>`;
}

function Names({ halls, i18n }) {
  return html`<ul class="choices">
    ${halls.map((hall) => html`<li key=${hall.code}>
      <a class="choice" data-hall=${hall.code} href=${writeRoute({ hall: hall.code })}>
        <span class="strong">${i18n.name(hall.names)}</span>
        <span class="small quiet">${i18n.name(hall.address)}</span>
      </a>
    </li>`)}
  </ul>`;
}

export function Halls({ api, route, i18n }) {
  const [found, setFound] = useState({});
  const [place, setPlace] = useState({}); // {lat, lon} or {refused}
  const [round, setRound] = useState(0);
  const byService = route.services.length > 0;
  useEffect(() => {
    document.title = i18n.t('halls.title');
    document.documentElement.dataset.screen = 'halls';
  });
  useEffect(() => {
    let here = true;
    setFound({});
    const where = place.lat ? `&lat=${place.lat}&lon=${place.lon}` : '';
    const path = byService ? `/first-free?${visitQuery(route)}${where}` : '/halls';
    api.get(path).then(({ halls }) => here && setFound({ halls, byService }), (error) => here && setFound({ error }));
    return () => {
      here = false;
    };
  }, [byService, place.lat, place.lon, round]);
  if (found.error) {
    return html`<${Notice} i18n=${i18n} heading=${problemText(found.error, i18n)}>
      <button type="button" class="button primary" onClick=${() => setRound((n) => n + 1)}>${i18n.t('retry')}</button>
    <//>`;
  }
  const known = found.byService === byService ? found.halls : null;
  // A hall that takes no bookings online is no choice here.
  const halls = known?.filter((one) => byService || one.booking || one.remote);
  if (!halls) return html`<${Notice} i18n=${i18n} heading=${i18n.t('loading')} />`;
  const heading = i18n.t(byService ? (place.lat ? 'halls.nearest' : 'halls.earliest') : 'halls.choose');
  return html`<${Notice} i18n=${i18n} heading=${heading}>
    ${!halls.length && html`<p class="quiet">${i18n.t(byService ? 'halls.none.service' : 'halls.none')}</p>`}
    ${byService && halls.length > 1 && !place.lat && html`<p><button type="button" class="button" onClick=${() =>
      askPlace().then(setPlace, () => setPlace({ refused: true }))}>${i18n.t('halls.near')}</button></p>`}
    ${place.refused && html`<p class="quiet" role="status">${i18n.t('halls.near.no')}</p>`}
    ${byService ? html`<${FirstFree} found=${halls} route=${route} i18n=${i18n} />` : html`<${Names}
      halls=${halls} i18n=${i18n} />`}
    ${byService && html`<p><a href=${writeRoute({ hall: '' })}>${i18n.t('halls.all')}</a></p>`}
  <//>`;
}
