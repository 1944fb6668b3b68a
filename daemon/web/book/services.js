// Step 1: what for, for how many, and who comes first. SPDX-License-Identifier: MIT
import { html, useMemo, useState } from '../shared/ui.js';
import { searchIndex, searchServices } from '../shared/search.js';
import { bookableServices, minutesOf, personsMax, SERVICES_MAX, servicesOf } from '../shared/visit.js';
import { Go } from './frame.js';
import { nextStep, writeRoute } from './state.js';

const SEARCH_FROM = 7; // fewer are seen at a glance

const aboutMinutes = (one, i18n) => i18n.t('minutes.about', { n: minutesOf({ services: [one] }, [one.code]) });

// A list of services to choose one of, with a search where it is long. shut(one): it cannot be chosen now; note says why.
export function Pick({ services, i18n, onPick, note = aboutMinutes, shut = () => false }) {
  const [query, setQuery] = useState('');
  const index = useMemo(() => searchIndex(services), [services]);
  const found = searchServices(index, query);
  return html`${services.length >= SEARCH_FROM &&
    html`<div class="field">
      <label for="search">${i18n.t('search')}</label>
      <input id="search" class="input" type="search" autocomplete="off" spellcheck="false" maxlength="40"
        value=${query}
        placeholder=${i18n.t('search.example')} onInput=${(event) => setQuery(event.target.value)} />
      <p class="for-readers" role="status">${query ? i18n.t('search.found', { n: found.length }) : ''}</p>
    </div>`}
    ${found.length
      ? html`<ul class="choices">
          ${found.map((one) => html`<li key=${one.code}>
            <button type="button" class="choice" data-service=${one.code} disabled=${shut(one)}
              onClick=${() => onPick(one.code)}>
              <span>${i18n.name(one.names)}</span>
              <span class="small quiet">${note(one, i18n)}</span>
            </button>
          </li>`)}
        </ul>`
      : html`<p class="notice-box">${i18n.t('search.none', { query })}</p>`}`;
}

function Persons({ i18n, persons, max, onPersons }) {
  if (max < 2) return null;
  return html`<div class="field">
    <label for="persons">${i18n.t('persons')}</label>
    <div class="stepper">
      <button type="button" class="button" disabled=${persons <= 1} aria-label=${i18n.t('persons.less')}
        onClick=${() => onPersons(persons - 1)}>−</button>
      <output id="persons" aria-live="polite">${i18n.t('persons.n', { n: persons })}</output>
      <button type="button" class="button" disabled=${persons >= max} aria-label=${i18n.t('persons.more')}
        onClick=${() => onPersons(persons + 1)}>+</button>
    </div>
    <p class="small quiet">${i18n.t('persons.max', { n: max })}</p>
  </div>`;
}

export function Class({ i18n, hall, chosen, onClass }) {
  if ((hall.classes || []).length < 2) return null;
  const normal = hall.classes[0].code;
  return html`<div class="field">
    <label for="class">${i18n.t('class')}</label>
    <select id="class" class="input"
      onChange=${(event) => onClass(event.target.value === normal ? '' : event.target.value)}>
      ${hall.classes.map((one) => html`<option key=${one.code} value=${one.code}
        selected=${(chosen || normal) === one.code}>
        ${one.code === normal ? i18n.t('class.none') : i18n.name(one.names)}</option>`)}
    </select>
  </div>`;
}

function Chosen({ i18n, hall, codes, onDrop }) {
  return html`<ul class="chosen">
    ${servicesOf(hall, codes).map((one) => html`<li key=${one.code}>
      <span>${i18n.name(one.names)}</span>
      <button type="button" class="button plain" aria-label=${i18n.t('drop.named', { name: i18n.name(one.names) })}
        onClick=${() => onDrop(one.code)}>${i18n.t('drop')}</button>
    </li>`)}
  </ul>`;
}

function Others({ i18n, hall }) {
  return html`<ul class="others">
    ${hall.codes_on && html`<li><a
      href=${writeRoute({ hall: hall.code, screen: 'mine' })}>${i18n.t('mine.link')}</a></li>`}
    ${hall.remote?.open && html`<li><a
      href=${writeRoute({ hall: hall.code, screen: 'home' })}>${i18n.t('home.link')}</a></li>`}
  </ul>`;
}

export function Services({ hall, route, way, i18n }) {
  const offered = useMemo(() => bookableServices(hall), [hall]);
  const picking = route.screen === 'add' || !route.services.length;
  if (!offered.length || !hall.codes_on) {
    return html`<h1 tabindex="-1">${i18n.t('closed')}</h1><p
      class="quiet">${i18n.t(offered.length ? 'closed.messages' : 'closed.text')}</p><${Others} i18n=${i18n} hall=${hall} />`;
  }
  if (picking) {
    const free = offered.filter((one) => !route.services.includes(one.code));
    const pick = (code) => way.go({ ...route, screen: 'services', services: [...route.services, code] });
    return html`<h1 tabindex="-1">${i18n.t(route.screen === 'add' ? 'add.heading' : 'services.heading')}</h1>
      <${Pick} services=${free} i18n=${i18n} onPick=${pick} />
      <${Others} i18n=${i18n} hall=${hall} />`;
  }
  const more = route.services.length < Math.min(SERVICES_MAX, offered.length);
  return html`<h1 tabindex="-1">${i18n.t('chosen.heading')}</h1>
    <${Chosen} i18n=${i18n} hall=${hall} codes=${route.services}
      onDrop=${(code) => way.swap({ ...route, services: route.services.filter((one) => one !== code) })} />
    ${more && html`<p><button type="button" class="button" onClick=${() => way.go({ ...route, screen: 'add' })}>
      ${i18n.t('add')}</button></p>`}
    <${Persons} i18n=${i18n} persons=${route.persons} max=${personsMax(hall, route.services)}
      onPersons=${(persons) => way.swap({ ...route, persons })} />
    <${Class} i18n=${i18n} hall=${hall} chosen=${route.class}
      onClass=${(kind) => way.swap({ ...route, class: kind })} />
    <${Go} note=${i18n.t('minutes.about', { n: minutesOf(hall, route.services, route.persons) })}>
      <button type="button" class="button primary"
        onClick=${() => way.go({ ...route, screen: nextStep(hall, route, 'services') })}>
        ${i18n.t('continue')}</button>
    <//>`;
}
