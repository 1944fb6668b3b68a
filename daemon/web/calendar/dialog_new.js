// Booking for a person at the desk or on the phone. What was typed stays when it is refused; where a limit of the phone
// number refuses, a reason lets staff go on. SPDX-License-Identifier: MIT
import { html, useMemo, useState } from '../shared/ui.js';
import { dayAt } from '../shared/dates.js';
import { searchIndex, searchServices } from '../shared/search.js';
import { useAct } from '../staff/act.js';
import { Ask } from '../staff/ask.js';
import { isBookable, lengthOf, serviceOf } from '../staff/calendar.js';
import { Field, Switch, typed } from '../staff/form.js';
import { BookingFields, allFilled, fieldsOf, filled } from './fields.js';
import { serviceName } from './text.js';
import { TimePicker } from './times.js';

const SERVICES_MAX = 8;
const LIMITS = new Set(['phone_limit', 'phone_day_limit', 'phone_blocked']);
const GONE = new Set(['slot_taken', 'slot_none', 'calendar_changed']);

function Services({ hall, i18n, chosen, onChange }) {
  const [query, setQuery] = useState('');
  const index = useMemo(() => searchIndex(hall.services.filter(isBookable)), [hall]);
  const found = searchServices(index, query).filter((one) => !chosen.includes(one.code));
  const few = index.length <= 8;
  const add = (code) => {
    onChange([...chosen, code]);
    setQuery('');
  };
  return html`<fieldset class="services">
    <legend>${i18n.t('new.services')}</legend>
    ${chosen.length > 0 && html`<ol class="chosen">${chosen.map((code, i) => html`<li key=${code}>
      <span>${chosen.length > 1 ? `${i + 1}. ` : ''}${serviceName(hall, code, i18n)}</span>
      <span class="quiet">${i18n.t('minutes', { n: lengthOf(serviceOf(hall, code)) })}</span>
      <button type="button" class="button plain" aria-label=${i18n.t('new.remove', { name: serviceName(hall, code, i18n) })}
        onClick=${() => onChange(chosen.filter((one) => one !== code))}>${i18n.t('remove')}</button>
    </li>`)}</ol>`}
    ${chosen.length < SERVICES_MAX && html`<div class="add">
      ${!few && html`<${Field} id="new-find" label=${i18n.t(chosen.length ? 'new.another' : 'new.find')} maxlength="24" value=${query}
        onInput=${typed(setQuery)} />`}
      <ul class="found">${(few || query ? found : found.slice(0, 4)).slice(0, 8).map((one) => html`<li key=${one.code}>
        <button type="button" class="button" onClick=${() => add(one.code)}>+ ${i18n.name(one.names)}</button></li>`)}
      </ul></div>`}
  </fieldset>`;
}

function Person({ hall, i18n, form, set, error }) {
  return html`<div class="two">
    <${Field} id="new-phone" type="tel" label=${`${i18n.t('new.phone')}${i18n.t('optional')}`} note=${i18n.t('new.phone.note')}
      maxlength="24"
      value=${form.phone} problem=${error?.code === 'phone_invalid' ? i18n.t('problem.phone_invalid') : null}
        onInput=${typed((phone) => set({ phone }))} />
    <${Field} id="new-class" label=${i18n.t('new.class')} value=${form.class} onChange=${typed((value) => set({ class: value }))}>
      ${hall.classes.map((one) => html`<option key=${one.code} value=${one.code}>${i18n.name(one.names) || one.code}</option>`)}
    <//>
    <${Field} id="new-lang" label=${i18n.t('new.lang')} value=${form.lang} onChange=${typed((lang) => set({ lang }))}>
      ${hall.languages.map((lang) => html`<option key=${lang} value=${lang}>${i18n.t(`lang.${lang}`)}</option>`)}
    <//>
  </div>`;
}

const bodyOf = (form, fields) => {
  const body = { services: form.services, at: form.at, share: form.share, persons: form.persons, lang: form.lang, class: form.class };
  if (form.phone.trim()) body.phone = form.phone.trim();
  if (form.services.length > 1) body.ordered = form.ordered ? 'yes' : 'no';
  const typedIn = filled(fields, form.fields);
  if (Object.keys(typedIn).length) body.fields = typedIn;
  if (form.override.trim()) body.override = form.override.trim();
  return body;
};

export function NewDialog({ api, i18n, hall, day, at: wished, onDone, onClose }) {
  const act = useAct({ api });
  const [form, setForm] = useState({
    services: [], share: 'staff', persons: 1, day, at: null, phone: '', class: hall.classes[0]?.code || '',
    lang: hall.languages.includes(i18n.lang) ? i18n.lang : hall.languages[0], ordered: true, fields: {}, override: '',
  });
  const set = (part) => setForm((old) => ({ ...old, ...part }));
  const fields = fieldsOf(hall, form.services);
  const error = act.problem?.error;
  const limit = error && LIMITS.has(error.code);
  const persons = Math.min(...form.services.map((code) => serviceOf(hall, code)?.booking?.persons_max || 1), 10);
  const ready = form.services.length && form.at && allFilled(fields, form.fields);
  const submit = () => act.run({ id: 'new', path: `/halls/${hall.code}/bookings`, body: bodyOf(form, fields), done: onDone });
  return html`<${Ask} id="new" wide=${true} heading=${i18n.t('new.heading')}
    label=${i18n.t(limit || form.override ? 'new.do.override' : 'new.do')} i18n=${i18n} run=${act}
    ready=${Boolean(ready) && (!limit || Boolean(form.override.trim()))} onSubmit=${submit} onClose=${onClose}>
    <div class="halves">
      <div class="part">
        <${Services} hall=${hall} i18n=${i18n} chosen=${form.services} onChange=${(services) => set({ services, at: null, persons: 1 })} />
        ${form.services.length > 0 && persons > 1 && html`<${Field} id="new-persons" label=${i18n.t('new.persons')}
          value=${String(form.persons)}
          onChange=${typed((n) => set({ persons: Number(n), at: null }))}>
          ${Array.from({ length: persons }, (_, i) => html`<option key=${i} value=${i + 1}>${i18n.t('persons', { n: i + 1 })}</option>`)}
            <//>`}
        ${form.services.length > 1 && html`<label class="option"><input type="checkbox" checked=${form.ordered}
          onChange=${(event) => set({ ordered: event.target.checked })} /> ${i18n.t('new.ordered')}</label>`}
        <${Person} hall=${hall} i18n=${i18n} form=${form} set=${set} error=${error} />
        <${BookingFields} fields=${fields} values=${form.fields} onChange=${(values) => set({ fields: values })} i18n=${i18n}
          problemField=${error?.field} />
      </div>
      <div class="part">
        <${Switch} label=${i18n.t('new.share')} value=${form.share} onChange=${(share) => set({ share, at: null })}
          options=${['staff', 'public'].map((value) => ({ value, label: i18n.t(`share.${value}`) }))} />
        <${TimePicker} api=${api} i18n=${i18n} hall=${hall} services=${form.services} persons=${form.persons} share=${form.share}
          day=${form.day}
          onDay=${(next) => set({ day: next, at: null })} at=${form.at} wished=${wished}
          onAt=${(at) => set({ at, day: dayAt(at, hall.zone) })}
            alternatives=${error && GONE.has(error.code) ? error.body.alternatives : null} />
      </div>
    </div>
    ${(limit || form.override) && html`<${Field} id="new-override" label=${i18n.t('new.override')} note=${i18n.t('new.override.note')}
      maxlength="120"
      value=${form.override} onInput=${typed((override) => set({ override }))} />`}
  <//>`;
}
