// Calling a certain citizen out of turn: allowed, with a reason that is kept and shown.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Ask, Choice } from '../staff/ask.js';
import { className, serviceName, waitText } from './text.js';

const REASON_MAX = 120;
// A full hall has hundreds; a number typed finds any of them.
const SHOWN_MAX = 40;

export function CallDialog({ action, live, queue, clock, i18n, run, perform, onClose }) {
  const { hall } = live;
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const wanted = query.trim().toUpperCase();
  const found = queue.filter((ticket) => ticket.number.includes(wanted));
  const ticket = found.find((one) => one.id === chosen) || (wanted && found.length === 1 ? found[0] : null);
  const label = (one) => html`<b class="number">${one.number}</b>
    <span class="name">${serviceName(hall, one.service, i18n)}</span>
    <span class="quiet">${one.class !== 'normal' ? `${className(hall, one.class, i18n)} · ` : ''}${waitText(clock.now() - one.issued, i18n)}</span>`;
  const options = found.slice(0, SHOWN_MAX).map((one) => ({ value: one.id, label: label(one) }));
  return html`<${Ask} id="call" heading=${i18n.t('call.heading')} i18n=${i18n} run=${run}
    label=${ticket ? i18n.t('call.do', { number: ticket.number }) : i18n.t('call.do.none')}
    ready=${Boolean(ticket && reason.trim())} onClose=${onClose}
    onSubmit=${() => perform(action, { ticket: ticket.id, reason: reason.trim() })}>
    <div class="field">
      <label for="call-number">${i18n.t('call.number')}</label>
      <input id="call-number" class="input" autofocus autocomplete="off" maxlength="8" value=${query}
        onInput=${(event) => setQuery(event.target.value)} />
    </div>
    <fieldset class="scroll">
      <legend>${i18n.t('call.waiting', { n: found.length })}</legend>
      ${options.length
        ? html`<${Choice} name="ticket" options=${options} value=${ticket?.id} onChange=${setChosen} />`
        : html`<p class="quiet">${i18n.t(wanted ? 'call.none' : 'lines.none')}</p>`}
    </fieldset>
    <div class="field">
      <label for="call-reason">${i18n.t('call.reason')}</label>
      <input id="call-reason" class="input" maxlength=${REASON_MAX} value=${reason} aria-describedby="call-note"
        onInput=${(event) => setReason(event.target.value)} />
      <p id="call-note" class="quiet small">${i18n.t('call.note')}</p>
    </div>
  <//>`;
}
