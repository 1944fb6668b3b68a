// Section: services, what they are called, how long they take, what to bring and what is asked. SPDX-License-Identifier: MIT
import { html, useMemo, useState } from '../shared/ui.js';
import { searchIndex, searchServices } from '../shared/search.js';
import { lengthOf } from '../staff/calendar.js';
import { Field, typed } from '../staff/form.js';
import { Entries, Num, Texts, Yes } from './parts.js';

const TYPES = ['text', 'number', 'date', 'choice'];

function FieldForm({ one, change, id, languages, i18n }) {
  const put = (part) => change({ ...one, ...part });
  return html`<div class="asked">
    <${Texts} id=${`${id}-names`} label=${i18n.t('fields.question')} value=${one.names} languages=${languages}
      onChange=${(names) => put({ names })} i18n=${i18n} />
    <div class="inline">
      <${Field} id=${`${id}-type`} label=${i18n.t('fields.type')} value=${one.type}
        onChange=${typed((type) => put({ type, choices: type === 'choice' ? one.choices || [] : [] }))}>
        ${TYPES.map((type) => html`<option key=${type} value=${type}>${i18n.t(`value.type.${type}`)}</option>`)}<//>
      ${one.type === 'text' && html`<${Num} id=${`${id}-max`} label=${i18n.t('fields.max.text')} value=${one.max} min=${1} max=${200}
        onChange=${(max) => put({ max })} i18n=${i18n} />`}
      ${one.type === 'number' && html`<${Num} id=${`${id}-max`} label=${i18n.t('fields.max.number')} value=${one.max} min=${1}
        onChange=${(max) => put({ max })} i18n=${i18n} />`}
      <${Yes} id=${`${id}-required`} label=${i18n.t('fields.required')} value=${one.required} onChange=${(required) => put({ required })} />
    </div>
    ${one.type === 'choice' && html`<${Entries} id=${`${id}-choice`} value=${one.choices || []} fresh=${() => ({})} i18n=${i18n}
      add=${i18n.t('fields.choice.add')} max=${50}
      removeLabel=${(choice) => i18n.name(choice)} onChange=${(choices) => put({ choices })}
      render=${(choice, set, mine) => html`<${Texts} id=${mine} label=${i18n.t('fields.choice')} value=${choice} languages=${languages}
        onChange=${set} i18n=${i18n} />`} />`}
  </div>`;
}

const freshField = (fields) => {
  let n = fields.length + 1;
  while (fields.some((one) => one.code === `field-${n}`)) n++;
  return { code: `field-${n}`, names: {}, type: 'text', required: false, max: 100, choices: [] };
};

function Booking({ service, set, draft, i18n, id }) {
  const booking = service.booking || {};
  const put = (key, value) => set(['booking', key], value);
  const fields = booking.fields || [];
  return html`<h3>${i18n.t('service.booking')}</h3>
    <${Yes} id=${`${id}-bookable`} label=${i18n.t('label.services.booking.open')} note=${i18n.t('does.services.booking.open')}
      value=${booking.open !== false} onChange=${(on) => put('open', on)} />
    <div class="inline">
      <${Num} id=${`${id}-length`} label=${i18n.t('label.services.booking.minutes')} unit=${i18n.t('minutes')}
        note=${booking.minutes ? null : i18n.t('does.services.booking.minutes', { n: lengthOf(service) })}
        value=${booking.minutes ?? 0} max=${480} onChange=${(n) => put('minutes', n)} i18n=${i18n} />
      <${Num} id=${`${id}-cap`} label=${i18n.t('label.services.booking.cap')} note=${i18n.t('does.services.booking.cap')}
        value=${booking.cap ?? 0} max=${255} onChange=${(n) => put('cap', n)} i18n=${i18n} />
      <${Num} id=${`${id}-persons`} label=${i18n.t('label.services.booking.persons_max')}
        note=${i18n.t('does.services.booking.persons_max')} value=${booking.persons_max ?? 1} min=${1} max=${10}
        onChange=${(n) => put('persons_max', n)} i18n=${i18n} />
    </div>
    <h3>${i18n.t('label.services.booking.fields')}</h3>
    <p class="quiet">${i18n.t('fields.lead')}</p>
    <${Entries} id=${`${id}-field`} value=${fields} fresh=${() => freshField(fields)} i18n=${i18n} add=${i18n.t('fields.add')} max=${10}
      removeLabel=${(one) => i18n.name(one.names)} onChange=${(value) => put('fields', value)}
      render=${(one, change, mine) => html`<${FieldForm} one=${one} change=${change} id=${mine} languages=${draft.languages}
        i18n=${i18n} />`} />`;
}

function Service({ service, set, draft, i18n, onBack }) {
  const id = `service-${service.code}`;
  return html`<div class="service">
    <button type="button" class="button" onClick=${onBack}>‹ ${i18n.t('services.back')}</button>
    <h3>${i18n.name(service.names) || service.code}</h3>
    <${Texts} id=${`${id}-names`} label=${i18n.t('name')} value=${service.names} languages=${draft.languages}
      onChange=${(names) => set(['names'], names)} i18n=${i18n} />
    <div class="inline">
      <${Num} id=${`${id}-minutes`} label=${i18n.t('label.services.minutes')} unit=${i18n.t('minutes')}
        note=${i18n.t('does.services.minutes')} value=${service.minutes} min=${1} max=${480}
        onChange=${(n) => set(['minutes'], n)} i18n=${i18n} />
      <${Field} id=${`${id}-words`} class="grow" label=${i18n.t('label.services.words')} note=${i18n.t('does.services.words')}
        value=${(service.words || []).join(', ')}
        onChange=${(event) => set(['words'], event.target.value.split(/[,，、]/).map((word) => word.trim()).filter(Boolean))} />
    </div>
    <${Yes} id=${`${id}-open`} label=${i18n.t('label.services.open')} note=${i18n.t('does.services.open')} value=${service.open}
      onChange=${(on) => set(['open'], on)} />
    <${Yes} id=${`${id}-kiosk`} label=${i18n.t('label.services.kiosk')} note=${i18n.t('does.services.kiosk')} value=${service.kiosk}
      onChange=${(on) => set(['kiosk'], on)} />
    <h3>${i18n.t('label.services.documents')}</h3>
    <p class="quiet">${i18n.t('does.services.documents')}</p>
    <${Entries} id=${`${id}-document`} value=${service.documents || []} fresh=${() => ({})} i18n=${i18n} add=${i18n.t('documents.add')}
      max=${30} removeLabel=${(one) => i18n.name(one)}
      onChange=${(value) => set(['documents'], value)}
      render=${(one, change, mine) => html`<${Texts} id=${mine} label=${i18n.t('documents.one')} value=${one} languages=${draft.languages}
        onChange=${change} i18n=${i18n} />`} />
    <${Booking} service=${service} set=${set} draft=${draft} i18n=${i18n} id=${id} />
  </div>`;
}

export function Services({ draft, set, i18n, changed }) {
  const [open, setOpen] = useState('');
  const [query, setQuery] = useState('');
  const index = useMemo(() => searchIndex(draft.services), [draft.services]);
  const at = draft.services.findIndex((one) => one.code === open);
  const turn = (code) => {
    setOpen(code);
    scrollTo(0, 0);
  };
  if (at >= 0) {
    return html`<${Service} key=${open} service=${draft.services[at]} set=${(path, value) => set(['services', at, ...path], value)}
      draft=${draft} i18n=${i18n} onBack=${() => turn('')} />`;
  }
  const found = query ? searchServices(index, query) : draft.services;
  return html`${draft.services.length > 8 && html`<${Field} id="service-find" label=${i18n.t('services.find')} maxlength="24"
    value=${query} onInput=${typed(setQuery)} />`}
    <ul class="list">${found.map((one) => html`<li key=${one.code}>
      <button type="button" class="button plain" onClick=${() => turn(one.code)}>
        <b>${i18n.name(one.names) || one.code}</b>
        <span class="quiet">${i18n.t('services.length', { n: lengthOf(one) })}</span>
        ${one.open === false && html`<span class="badge bad">${i18n.t('services.closed')}</span>`}
        ${one.booking?.open === false && html`<span class="badge">${i18n.t('services.not_booked')}</span>`}
        ${changed(['services', one.code]) && html`<span class="badge accent">${i18n.t('changed')}</span>`}
      </button></li>`)}</ul>`;
}
