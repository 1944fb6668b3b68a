// No hall is chosen yet: by name, or by what the citizen needs: which service, then where it is soonest or nearest.
// SPDX-License-Identifier: MIT
import { html, useEffect } from '../shared/ui.js';
import { Unread, useAnswer } from '../shared/slots.js';
import { Head } from '../shared/visit_parts.js';
import { FirstFree } from './first_free.js';
import { useTopOf } from './frame.js';
import { Pick } from './services.js';
import { writeRoute } from './state.js';

function Names({ api, i18n }) {
  const read = useAnswer(api, '/halls');
  // A hall that takes no bookings online is no choice here.
  const halls = read.answer?.halls.filter((one) => one.booking || one.remote);
  const several = halls?.filter((one) => one.booking).length > 1;
  return html`<h1 tabindex="-1">${i18n.t('halls.choose')}</h1>
    ${!halls && html`<${Unread} i18n=${i18n} ...${read} />`}
    ${halls?.length === 0 && html`<p class="quiet">${i18n.t('halls.none')}</p>`}
    ${several && html`<p><a class="button primary" href=${writeRoute({ hall: '', screen: 'any' })}>
      ${i18n.t('halls.by.service')}</a></p><h2>${i18n.t('halls.by.name')}</h2>`}
    <ul class="choices">
      ${halls?.map((hall) => html`<li key=${hall.code}>
        <a class="choice" data-hall=${hall.code} href=${writeRoute({ hall: hall.code })}>
          <span class="strong">${i18n.name(hall.names)}</span>
          <span class="small quiet">${i18n.name(hall.address)}</span>
        </a>
      </li>`)}
    </ul>`;
}

function Which({ api, way, i18n }) {
  const read = useAnswer(api, '/services');
  const services = read.answer?.services;
  const note = (one) => i18n.t('halls.with', { n: one.halls });
  return html`<h1 tabindex="-1">${i18n.t('services.heading')}</h1>
    ${!services && html`<${Unread} i18n=${i18n} ...${read} />`}
    ${services?.length === 0 && html`<p class="quiet">${i18n.t('halls.none.open')}</p>`}
    ${services?.length > 0 && html`<${Pick} services=${services} i18n=${i18n} note=${note}
      onPick=${(code) => way.go({ hall: '', services: [code] })} />`}`;
}

const partOf = ({ services, screen }) => {
  if (services.length) return ['first-free', FirstFree];
  return screen === 'any' ? ['any', Which] : ['halls', Names];
};

export function Halls({ api, way, route, i18n }) {
  const [name, Part] = partOf(route);
  useEffect(() => {
    document.title = i18n.t('halls.title');
    document.documentElement.dataset.screen = name;
  });
  useTopOf(name);
  const before = { hall: '', screen: name === 'first-free' ? 'any' : 'services' };
  return html`<${Head} i18n=${i18n} />
    ${name !== 'halls' && html`<nav class="way" aria-label=${i18n.t('way')}>
      <a class="button plain back" href=${writeRoute(before)} onClick=${(event) => {
        event.preventDefault();
        way.back(before);
      }}>${i18n.t('back')}</a>
    </nav>`}
    <main data-screen=${name}><${Part} key=${name} api=${api} way=${way} route=${route} i18n=${i18n} /></main>`;
}
