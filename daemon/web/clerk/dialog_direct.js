// Somebody stands at the counter without a number: one is given, and served at once or put into its line. SPDX-License-Identifier: MIT
import { html, useMemo, useState } from '../shared/ui.js';
import { searchIndex, searchServices } from '../shared/search.js';
import { Ask, Choice } from '../staff/ask.js';
import { Field, Switch, typed } from '../staff/form.js';
import { linesOf, serviceName } from './text.js';

// As many as may come with one number of that service.
const personsMax = (hall, code) => Math.max(1, hall.services.find((one) => one.code === code)?.booking?.persons_max ?? 1);
// What becomes of the present one; the first is meant most often.
const BECOMES = { serving: ['finish', 'park'], called: ['put_back', 'absent'] };

// A counter's own services first: that is what people come to it for.
function optionsFor({ hall, counter, index, query, i18n }) {
  const lines = linesOf(hall, counter);
  const place = (one) => lines[one.code] ?? Infinity;
  const found = searchServices(index, query);
  const sorted = query.trim() ? found : [...found].sort((a, b) => place(a) - place(b) || 0);
  return sorted.map((one) => ({ value: one.code, label: serviceName(hall, one.code, i18n) }));
}

export function DirectDialog({ action, live, counter, present, i18n, run, place, perform, onClose }) {
  const { hall } = live;
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const [group, setGroup] = useState('normal');
  const [persons, setPersons] = useState('1');
  const [when, setWhen] = useState('now');
  const [becomes, setBecomes] = useState(present ? BECOMES[present.state][0] : '');
  const index = useMemo(() => searchIndex(hall.services), [hall]);
  const options = optionsFor({ hall, counter, index, query, i18n });
  const value = options.some((one) => one.value === chosen) ? chosen : query && options.length === 1 ? options[0].value : '';
  const classes = hall.classes.map((one) => html`<option key=${one.code} value=${one.code}>${i18n.name(one.names)}</option>`);
  const count = Number(persons);
  const most = personsMax(hall, value);
  const countRight = Number.isInteger(count) && count >= 1 && count <= most;
  const body = { service: value, class: hall.classes.some((one) => one.code === group) ? group : undefined,
    persons: count > 1 ? count : undefined };
  const submit = () => (when === 'now' ? perform(action, { ...body, present: present ? becomes : undefined })
    : run.run({ id: 'issue', path: `/halls/${place.hall}/tickets`, body }));
  return html`<${Ask} id="direct" heading=${i18n.t('direct.heading')} label=${i18n.t(`direct.do.${when}`)} i18n=${i18n} run=${run}
    ready=${Boolean(value && countRight)} onClose=${onClose} onSubmit=${submit}>
    <${Switch} label=${i18n.t('direct.when')} value=${when} onChange=${setWhen}
      options=${['now', 'line'].map((one) => ({ value: one, label: i18n.t(`direct.${one}`) }))} />
    ${present && when === 'now' && html`<div class="field"><span class="label">${i18n.t('direct.present', { number: present.number })}</span>
      <${Switch} label=${i18n.t('direct.present', { number: present.number })} value=${becomes} onChange=${setBecomes}
        options=${BECOMES[present.state].map((one) => ({ value: one, label: i18n.t(`do.${one}`) }))} /></div>`}
    <${Field} id="direct-find" label=${i18n.t('direct.find')} autofocus maxlength="24" value=${query} onInput=${typed(setQuery)} />
    <fieldset class="scroll">
      <legend>${i18n.t('transfer.service')}</legend>
      ${options.length ? html`<${Choice} name="service" options=${options} value=${value} onChange=${setChosen} />`
        : html`<p class="quiet">${i18n.t('transfer.none')}</p>`}
    </fieldset>
    <div class="pair">
      <${Field} id="direct-class" label=${i18n.t('direct.class')} value=${group} onChange=${typed(setGroup)}>${classes}<//>
      <${Field} id="direct-persons" label=${i18n.t('direct.persons')} inputmode="numeric" maxlength="2" value=${persons}
        onInput=${typed(setPersons)} problem=${countRight || !value ? '' : i18n.t('direct.persons.range', { n: most })} />
    </div>
  <//>`;
}
