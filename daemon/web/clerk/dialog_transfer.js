// Sending a citizen on: to another service, to a counter where somebody works, or to that person. SPDX-License-Identifier: MIT
import { html, useMemo, useState } from '../shared/ui.js';
import { searchIndex, searchServices } from '../shared/search.js';
import { Ask, Choice } from '../staff/ask.js';
import { Switch } from '../staff/form.js';
import { counterName, personOf } from './text.js';

const label = (name, about) => html`<span class="name">${name}</span> <span class="quiet">${about}</span>`;

function servicesFor({ index, query, present, i18n }) {
  return searchServices(index, query)
    .filter((service) => service.code !== present.service)
    .map((service) => ({ value: service.code, label: i18n.name(service.names) }));
}

function countersFor({ hall, state, query, counter, i18n }) {
  return hall.counters
    .map(({ code }) => state.counters[code])
    .filter((one) => one && one.state !== 'closed' && one.code !== counter.code && counterName(hall, one.code, i18n).includes(query.trim()))
    .map((one) => ({ value: one.code, label: label(counterName(hall, one.code, i18n), `${i18n.t(`counter.${one.state}`)} · ${personOf(one.clerk)}`) }));
}

// Those at a counter just now, but for whoever asks.
function clerksFor({ hall, state, query, counter, i18n }) {
  const wanted = query.trim().toLowerCase();
  return Object.values(state.counters)
    .filter((one) => one.clerk && one.state !== 'closed' && one.code !== counter.code)
    .map((one) => ({ name: personOf(one.clerk), one }))
    .filter(({ name }) => name !== personOf(counter.clerk) && name.includes(wanted))
    .map(({ name, one }) => ({ value: name, label: label(name, `${counterName(hall, one.code, i18n)} · ${i18n.t(`counter.${one.state}`)}`) }));
}

const TARGETS = {
  service: { find: servicesFor, body: (value) => ({ service: value }) },
  counter: { find: countersFor, body: (value) => ({ to_counter: value }) },
  clerk: { find: clerksFor, body: (value) => ({ to_clerk: value }) },
};

export function TransferDialog({ action, live, counter, present, i18n, run, perform, onClose }) {
  const { hall, state } = live;
  const [to, setTo] = useState('service');
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const index = useMemo(() => searchIndex(hall.services), [hall]);
  if (!present) return null;
  const options = TARGETS[to].find({ hall, state, index, query, counter, present, i18n });
  const value = options.some((option) => option.value === chosen) ? chosen : query && options.length === 1 ? options[0].value : '';
  const turn = (next) => {
    setTo(next);
    setQuery('');
    setChosen('');
  };
  const targets = Object.keys(TARGETS).map((one) => ({ value: one, label: i18n.t(`transfer.${one}`) }));
  return html`<${Ask} id="transfer" heading=${i18n.t('transfer.heading', { number: present.number })} label=${i18n.t('do.transfer')}
    i18n=${i18n} run=${run} ready=${Boolean(value)} onClose=${onClose} onSubmit=${() => perform(action, TARGETS[to].body(value))}>
    <${Switch} label=${i18n.t('transfer.to')} options=${targets} value=${to} onChange=${turn} />
    <div class="field">
      <label for="transfer-find">${i18n.t('transfer.find')}</label>
      <input id="transfer-find" class="input" autofocus autocomplete="off" maxlength="24" value=${query}
        onInput=${(event) => setQuery(event.target.value)} />
    </div>
    <fieldset class="scroll">
      <legend>${i18n.t(`transfer.${to}`)}</legend>
      ${options.length
        ? html`<${Choice} name="target" options=${options} value=${value} onChange=${setChosen} />`
        : html`<p class="quiet">${i18n.t(to !== 'service' && !query ? 'transfer.nobody' : 'transfer.none')}</p>`}
    </fieldset>
  <//>`;
}
