// What the ticket page draws: the number, then the one thing that matters now, then the rest.
// SPDX-License-Identifier: MIT
import { html, useRef, useState } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { problemText } from '../shared/i18n.js';
import { newKey } from '../shared/api.js';
import { servicesText } from '../shared/visit.js';
import { likelyText, waitText } from '../shared/wait.js';
import { whyText } from '../shared/why.js';
import { Dialog, LanguageSwitch, LinkBanner } from '../shared/parts.js';
import { Arrive } from './arrive.js';
import { Rating } from './rating.js';
import { Back, Tools } from './tools.js';
import { advice, isAway, isFinal, isLate, isNear, lapsesAt } from './state.js';

function Head({ i18n, hall }) {
  return html`<header class="top">
    <p class="hall">${hall ? i18n.name(hall.names) : ''}</p>
    <${LanguageSwitch} i18n=${i18n} />
  </header>`;
}

// A whole page with one thing to say (no link, link too old, first loading).
export function Notice({ i18n, hall, heading, text, children }) {
  return html`<${Head} i18n=${i18n} hall=${hall} />
    <main class="notice">
      <h1>${heading}</h1>
      ${text && html`<p class="quiet">${text}</p>`}
      ${children}
    </main>`;
}

// The forecast. A range first: a single minute would claim more than anybody knows.
function Wait({ i18n, ticket }) {
  if (!ticket.wait) return null;
  const likely = likelyText(ticket.wait, i18n);
  return html`<p class="wait" data-wait=${`${ticket.wait.low}-${ticket.wait.high}`}>
    <span>${i18n.t('wait')}</span>
    <span><span class="range">${waitText(ticket.wait, i18n)}</span>${likely && html` <span class="quiet">${likely}</span>`}</span>
  </p>`;
}

function Ahead({ i18n, ticket }) {
  if (!Number.isInteger(ticket.ahead)) return html`<p class="state">${i18n.t('state.waiting')}</p>`;
  if (ticket.ahead === 0) return html`<p class="state">${i18n.t('ahead.none')}</p>`;
  return html`<p class="ahead">
    <span>${i18n.t('ahead')}</span>
    <span><span class="count" data-ahead=${ticket.ahead}>${ticket.ahead}</span>
      ${' '}${i18n.t('ahead.unit', { n: ticket.ahead })}</span>
  </p>`;
}

// By when to be there comes first; how many are ahead can change on the way.
function Coming({ i18n, ticket, hall, late }) {
  const time = timeText(lapsesAt(ticket, hall.remote), i18n.lang, hall.zone);
  if (late) return html`<p class="state">${i18n.t('coming.over')}</p>`;
  return html`<p class="state">${i18n.t('coming', { time })}</p>
    <p data-ahead=${ticket.ahead}>${ticket.ahead ? i18n.t('ahead.coming', { n: ticket.ahead }) : i18n.t('ahead.nobody')}</p>`;
}

function Away({ i18n, ticket, hall }) {
  return html`<p class="state">${i18n.t('away', { time: timeText(ticket.away, i18n.lang, hall.zone) })}</p>`;
}

// Chinese has words on both sides of the counter, English only before it.
function Called({ i18n, ticket }) {
  return html`<p class="called-to">
    <span>${i18n.t('called.before')}</span>${' '}
    <span class="counter number" data-counter=${ticket.counter}>${ticket.counter.toUpperCase()}</span>${' '}
    <span>${i18n.t('called.after')}</span>
  </p>`;
}

function Advice({ i18n, ticket, hall, now }) {
  const found = advice(ticket, hall, now);
  if (!found) return null;
  const [key, values] = found;
  const time = values.until ? timeText(values.until, i18n.lang, hall.zone) : '';
  return html`<p class="advice">${i18n.t(key, { ...values, time })}</p>`;
}

function Facts({ i18n, ticket, hall }) {
  const service = hall.services.find((one) => one.code === ticket.service);
  const kind = hall.classes.find((one) => one.code === ticket.class);
  const rows = [
    ['service', i18n.name(service?.names) || null],
    ['class', ticket.class === hall.classes[0]?.code ? null : i18n.name(kind?.names) || null],
    ['steps', servicesText(hall, ticket.steps ?? [], i18n)], // in one visit under one number
    ['persons', ticket.persons > 1 ? i18n.t('persons.n', { n: ticket.persons }) : null],
    ['booked', ticket.booked ? timeText(ticket.booked, i18n.lang, hall.zone) : null],
    [ticket.booked ? 'checked_in' : 'issued', timeText(ticket.issued, i18n.lang, hall.zone)],
  ];
  return html`<dl class="facts">
    ${rows
      .filter(([, text]) => text)
      .map(([key, text]) => html`<div key=${key}><dt>${i18n.t(key)}</dt><dd>${text}</dd></div>`)}
  </dl>`;
}

function Cancel({ i18n, api, ticket, onTicket }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const key = useRef(null);
  async function cancel() {
    key.current ??= newKey(); // pressing again after a failure repeats the same action
    setBusy(true);
    setError(null);
    try {
      const cancelled = await api.post('/ticket/cancel', {}, { key: key.current });
      setOpen(false);
      onTicket({ ...ticket, ...cancelled });
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  }
  return html`<button type="button" class="button plain cancel" onClick=${() => setOpen(true)}>
      ${i18n.t('cancel')}
    </button>
    <${Dialog} open=${open} onClose=${() => setOpen(false)} labelledBy="cancel-ask">
      <h2 id="cancel-ask">${i18n.t('cancel.ask')}</h2>
      <p class="ask">${i18n.t('cancel.text', { number: ticket.number })}</p>
      ${error && html`<p class="problem" role="alert">${problemText(error, i18n)}</p>`}
      <div class="actions">
        <button type="button" class="button danger" aria-busy=${String(busy)} disabled=${busy}
          onClick=${cancel}>${i18n.t('cancel.yes')}</button>
        <button type="button" class="button primary" onClick=${() => setOpen(false)}>
          ${i18n.t('cancel.no')}
        </button>
      </div>
    <//>`;
}

function Ring({ i18n, sound }) {
  if (sound.state !== 'blocked') return null;
  return html`<button type="button" class="button ring" onClick=${() => sound.unlock()}>
    ${i18n.t('ring')}
  </button>`;
}

const liveKey = (link) => {
  if (link.state === 'live') return link.mode === 'poll' ? 'live.poll' : 'live';
  return link.state === 'connecting' ? 'live.connecting' : 'live.behind';
};

export function TicketPage({ i18n, api, sound, hall, ticket, link, now, onTicket }) {
  const ended = isFinal(ticket);
  const coming = ticket.state === 'coming';
  const late = isLate(ticket, hall, now);
  const waiting = ticket.state === 'waiting';
  const why = ['called', 'serving'].includes(ticket.state) &&
    whyText(ticket.why, i18n, 'citizen', (ms) => timeText(ms, i18n.lang, hall.zone));
  const away = isAway(ticket);
  const shared = { i18n, api, hall, ticket, onTicket: (changed) => onTicket({ ...ticket, ...changed }) };
  return html`<${Head} i18n=${i18n} hall=${hall} />
    <${LinkBanner} link=${ended ? null : link} i18n=${i18n} zone=${hall.zone} />
    <main class=${isNear(ticket, hall.rules) ? 'near' : ''} data-link=${ended ? 'live' : link.state}>
      <h1><span class="label">${i18n.t('number')}</span>
        <span class="number mine">${ticket.number}</span></h1>
      <div class="now" aria-live=${ticket.state === 'called' ? 'assertive' : 'polite'}>
        ${away && html`<${Away} i18n=${i18n} ticket=${ticket} hall=${hall} />`}
        ${coming && !away && html`<${Coming} i18n=${i18n} ticket=${ticket} hall=${hall} late=${late} />`}
        ${waiting && html`<${Ahead} i18n=${i18n} ticket=${ticket} />`}
        ${(waiting || coming) && html`<${Wait} i18n=${i18n} ticket=${ticket} />`}
        ${ticket.state === 'called' && html`<${Called} i18n=${i18n} ticket=${ticket} />`}
        ${!waiting && !coming && ticket.state !== 'called' && html`<p class="state">${i18n.t(ticket.state)}</p>`}
        <${Advice} i18n=${i18n} ticket=${ticket} hall=${hall} now=${now} />
      </div>
      ${away && html`<${Back} ...${shared} />`}
      ${coming && !away && !late && html`<${Arrive} ...${shared} />`}
      ${why && html`<section class="why"><h2>${i18n.t('why')}</h2><p>${why}</p></section>`}
      ${waiting && html`<${Ring} i18n=${i18n} sound=${sound} />`}
      ${(waiting || (coming && !away && !late)) && html`<${Tools} ...${shared} />`}
      ${ticket.state === 'done' && html`<${Rating} ...${shared} />`}
      <${Facts} i18n=${i18n} ticket=${ticket} hall=${hall} />
    </main>
    <footer>
      ${!ended && html`<p class=${`freshness ${link.state}`}>${i18n.t(liveKey(link))}</p>`}
      ${(waiting || coming) && html`<${Cancel} i18n=${i18n} api=${api} ticket=${ticket} onTicket=${onTicket} />`}
    </footer>`;
}
