// Sending a citizen on: to another service, or to a certain counter. SPDX-License-Identifier: MIT
import { html, useMemo, useState } from '../shared/ui.js';
import { searchIndex, searchServices } from '../shared/search.js';
import { Ask, Choice } from '../staff/ask.js';
import { counterName, personOf } from './text.js';

function servicesFor({ index, query, present, i18n }) {
  return searchServices(index, query)
    .filter((service) => service.code !== present.service)
    .map((service) => ({ value: service.code, label: i18n.name(service.names) }));
}

function countersFor({ hall, state, query, counter, i18n }) {
  return hall.counters
    .filter(({ code }) => code !== counter.code && counterName(hall, code, i18n).includes(query.trim()))
    .map(({ code }) => {
      const { state: is = 'closed', clerk } = state.counters[code] || {};
      const who = is === 'closed' ? '' : ` · ${personOf(clerk)}`;
      return {
        value: code,
        label: html`<span class="name">${counterName(hall, code, i18n)}</span> <span class="quiet">${i18n.t(`counter.${is}`)}${who}</span>`,
      };
    });
}

export function TransferDialog({ action, live, counter, present, i18n, run, perform, onClose }) {
  const { hall, state } = live;
  const [to, setTo] = useState('service');
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const index = useMemo(() => searchIndex(hall.services), [hall]);
  if (!present) return null;
  const all = { hall, state, index, query, counter, present, i18n };
  const options = to === 'service' ? servicesFor(all) : countersFor(all);
  const value = options.some((option) => option.value === chosen) ? chosen : query && options.length === 1 ? options[0].value : '';
  const turn = (next) => {
    setTo(next);
    setQuery('');
    setChosen('');
  };
  return html`<${Ask} id="transfer" heading=${i18n.t('transfer.heading', { number: present.number })} label=${i18n.t('do.transfer')}
    i18n=${i18n} run=${run} ready=${Boolean(value)} onClose=${onClose}
    onSubmit=${() => perform(action, to === 'service' ? { service: value } : { to_counter: value })}>
    <div class="switch" role="group" aria-label=${i18n.t('transfer.to')}>
      ${['service', 'counter'].map(
        (one) => html`<button type="button" class="button" key=${one} aria-pressed=${String(one === to)} onClick=${() => turn(one)}>
          ${i18n.t(`transfer.${one}`)}
        </button>`,
      )}
    </div>
    <div class="field">
      <label for="transfer-find">${i18n.t('transfer.find')}</label>
      <input id="transfer-find" class="input" autofocus autocomplete="off" maxlength="24" value=${query}
        onInput=${(event) => setQuery(event.target.value)} />
    </div>
    <fieldset class="scroll">
      <legend>${i18n.t(`transfer.${to}`)}</legend>
      ${options.length
        ? html`<${Choice} name="target" options=${options} value=${value} onChange=${setChosen} />`
        : html`<p class="quiet">${i18n.t('transfer.none')}</p>`}
    </fieldset>
  <//>`;
}
