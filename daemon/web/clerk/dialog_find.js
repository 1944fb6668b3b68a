// Finding a number that is anywhere in the hall. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Ask, Choice } from '../staff/ask.js';
import { Field, typed } from '../staff/form.js';
import { serviceName } from './text.js';

const SHOWN_MAX = 40; // a number typed finds any of them

export function FindDialog({ live, i18n, run, ask, onClose }) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const wanted = query.trim().toUpperCase();
  const found = Object.values(live.state.tickets)
    .filter((one) => one.number.includes(wanted))
    .sort((a, b) => (a.number < b.number ? -1 : 1))
    .slice(0, SHOWN_MAX);
  const exact = found.find((one) => one.number === wanted);
  const value = found.some((one) => one.id === chosen) ? chosen : (exact ?? (found.length === 1 ? found[0] : null))?.id;
  const options = found.map((one) => ({ value: one.id, label: html`<b class="number">${one.number}</b>
    <span class="name">${serviceName(live.hall, one.service, i18n)}</span>
    <span class="quiet">${i18n.t(one.away ? 'state.away' : `state.${one.state}`)}</span>` }));
  // The next question takes this one's place, so nothing is closed.
  const open = () => ask({ id: 'ticket', ticket: value });
  return html`<${Ask} id="find" heading=${i18n.t('do.find')} label=${i18n.t('find.do')} i18n=${i18n} run=${run} ready=${Boolean(value)}
    onClose=${onClose} onSubmit=${() => { open(); return false; }}>
    <${Field} id="find-number" label=${i18n.t('call.number')} autofocus maxlength="8" value=${query} onInput=${typed(setQuery)} />
    <fieldset class="scroll">
      <legend>${i18n.t('find.found', { n: found.length })}</legend>
      ${options.length ? html`<${Choice} name="ticket" options=${options} value=${value} onChange=${setChosen} />`
        : html`<p class="quiet">${i18n.t('find.none')}</p>`}
    </fieldset>
  <//>`;
}
