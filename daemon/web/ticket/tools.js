// What a waiting citizen can tell the hall: "I need more time", how long the way is, and "I am back".
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { problemText } from '../shared/i18n.js';
import { Dialog } from '../shared/parts.js';
import { delayChoices, delaysLeft, travelOf } from './state.js';

const TRAVELS = [0, 5, 10, 15, 20, 30, 45, 60, 90]; // minutes; who lives further away books a time

// -> {busy, error, act(path, body) => true when it was done}
export function useAct(api, onTicket) {
  const [now, setNow] = useState({ busy: false, error: null });
  const post = usePost(api);
  async function act(path, body) {
    if (now.busy) return false;
    setNow({ busy: true, error: null });
    try {
      onTicket(await post(path, body));
      setNow({ busy: false, error: null });
      return true;
    } catch (error) {
      setNow({ busy: false, error });
      return false;
    }
  }
  return { ...now, act, clear: () => setNow({ busy: false, error: null }) };
}

function faultText(error, i18n) {
  const key = `fault.${error.code}`;
  return i18n.has(key) ? i18n.t(key) : problemText(error, i18n);
}

export function Fault({ error, i18n }) {
  return error ? html`<p class="problem" role="alert" data-problem=${error.code}>${faultText(error, i18n)}</p>` : null;
}

function Delay({ i18n, api, hall, ticket, onTicket }) {
  const [open, setOpen] = useState(false);
  const { busy, error, act, clear } = useAct(api, onTicket);
  const left = delaysLeft(ticket, hall.rules);
  if (left < 1) return null;
  const close = () => {
    clear();
    setOpen(false);
  };
  return html`<button type="button" class="button" onClick=${() => setOpen(true)}>${i18n.t('delay')}</button>
    <${Dialog} open=${open} onClose=${close} labelledBy="delay-ask">
      <h2 id="delay-ask">${i18n.t('delay.ask')}</h2>
      <p class="ask">${i18n.t('delay.text')}</p>
      <p class="ask quiet">${i18n.t('delay.left', { n: left })}</p>
      <${Fault} error=${error} i18n=${i18n} />
      <div class="actions">
        ${delayChoices(hall.rules).map((minutes) => html`<button type="button" class="button primary" key=${minutes}
          disabled=${busy} aria-busy=${String(busy)}
          onClick=${async () => (await act('/ticket/delay', { minutes })) && close()}>${i18n.t('time.minutes', { n: minutes })}</button>`)}
        <button type="button" class="button" onClick=${close}>${i18n.t('delay.no')}</button>
      </div>
    <//>`;
}

// When to set out depends on it, so it is asked where the wait is told.
function Travel({ i18n, api, hall, ticket, onTicket }) {
  const { busy, error, act } = useAct(api, onTicket);
  const travel = travelOf(ticket, hall.rules);
  const choices = TRAVELS.includes(travel) ? TRAVELS : [...TRAVELS, travel].sort((a, b) => a - b);
  return html`<div class="travel">
    <label for="travel">${i18n.t('travel')}</label>
    <select id="travel" class="input" value=${travel} aria-busy=${String(busy)}
      onChange=${(event) => act('/ticket/travel', { minutes: Number(event.target.value) })}>
      ${choices.map((minutes) => html`<option key=${minutes} value=${minutes} selected=${minutes === travel}>
        ${minutes ? i18n.t('time.minutes', { n: minutes }) : i18n.t('travel.here')}</option>`)}
    </select>
    <p class="small quiet">${i18n.t(ticket.phone && hall.messages_on ? 'travel.text.sms' : 'travel.text')}</p>
    <${Fault} error=${error} i18n=${i18n} />
  </div>`;
}

export function Tools(shared) {
  return html`<div class="tools"><${Travel} ...${shared} /><${Delay} ...${shared} /></div>`;
}

// Put off: it comes back by itself, or at once.
export function Back({ i18n, api, onTicket }) {
  const { busy, error, act } = useAct(api, onTicket);
  return html`<div class="back">
    <button type="button" class="button primary" disabled=${busy} aria-busy=${String(busy)}
      onClick=${() => act('/ticket/back', {})}>${i18n.t('back')}</button>
    <${Fault} error=${error} i18n=${i18n} />
  </div>`;
}
