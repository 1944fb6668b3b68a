// One ticket: where it is, what happened to it, and what can be done for its holder. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { problemText } from '../shared/i18n.js';
import { whyText } from '../shared/why.js';
import { History } from '../clerk/history.js';
import { Field, typed } from '../staff/form.js';
import { waitedMs } from './figures.js';
import { useAsked } from './live.js';
import { className, counterName, minuteText, rangeText, serviceName } from './text.js';

const NOTE_MAX = 200;
const ENDED = new Set(['done', 'cancelled', 'expired']);
const DELAY_MAX = 15; // of halls stored before they could say

function Facts({ ticket, told, hall, i18n, now }) {
  const time = (ms) => timeText(ms, i18n.lang, hall.zone);
  const fact = (key, value) => value && html`<div key=${key}><dt>${i18n.t(`fact.${key}`)}</dt><dd>${value}</dd></div>`;
  const steps = (ticket.steps || []).map((code) => serviceName(hall, code, i18n)).join(i18n.t('and'));
  const { promise } = ticket;
  return html`<dl class="facts">
    ${fact('state', html`<b>${i18n.t(`state.${ticket.state}`)}</b>${ticket.counter ? ` · ${counterName(hall, ticket.counter, i18n)}` : ''}`)}
    ${fact('service', serviceName(hall, ticket.service, i18n))}
    ${fact('class', className(hall, ticket.class, i18n))}
    ${fact('issued', time(ticket.issued))}
    ${ticket.booked && fact('booked', time(ticket.booked))}
    ${ticket.state === 'waiting' && fact('waited', minuteText(waitedMs(ticket, now), i18n))}
    ${ticket.state === 'waiting' && fact('to_go', rangeText(told, i18n))}
    ${ticket.away && fact('away', i18n.t('until', { time: time(ticket.away) }))}
    ${promise && fact('promise', i18n.t('promise', { range: rangeText(promise, i18n), time: time(promise.at) }))}
    ${ticket.persons > 1 && fact('persons', ticket.persons)}
    ${fact('steps', steps)}
    ${ticket.why && fact('why', whyText(ticket.why, i18n, 'clerk', time))}
  </dl>`;
}

function Note({ ticket, i18n, act, path, done }) {
  const [text, setText] = useState(ticket.note || '');
  useEffect(() => setText(ticket.note || ''), [ticket.note]);
  const submit = (event) => {
    event.preventDefault();
    act.run({
      id: 'note', path: `${path}/tickets/${ticket.id}/note`, body: text.trim() ? { text: text.trim() } : {}, done: () => done(i18n.t('note.done')),
    });
  };
  return html`<form class="part" onSubmit=${submit} novalidate>
    <${Field} id="ticket-note" label=${i18n.t('note.label')} note=${i18n.t('note.note')} maxlength=${NOTE_MAX} value=${text} onInput=${typed(setText)} />
    ${text.trim() !== (ticket.note || '') && html`<div class="acts"><button type="submit" class="button"
      aria-busy=${act.pending === 'note' ? 'true' : null}>${i18n.t('note.do')}</button></div>`}
  </form>`;
}

// "Needs more time": out of the line for so long.
function Delay({ ticket, hall, i18n, act, path, done }) {
  const most = hall.rules.delay_minutes_max ?? DELAY_MAX;
  if ((ticket.delays || 0) >= (hall.rules.delay_max ?? 2)) return html`<p class="quiet small">${i18n.t('delay.often')}</p>`;
  const delay = (minutes) => act.run({
    id: 'delay', path: `${path}/tickets/${ticket.id}/delay`, body: { minutes }, done: () => done(i18n.t('delay.done', { n: minutes })),
  });
  const offered = [...new Set([5, 10, most].filter((n) => n <= most))];
  return html`<section class="part"><h3>${i18n.t('delay.heading')}</h3><div class="acts">${offered.map((n) =>
    html`<button type="button" class="button" key=${n} onClick=${() => delay(n)}>${i18n.t('delay.do', { n })}</button>`)}</div></section>`;
}

function Acts({ ticket, i18n, act, path, ask, done }) {
  const post = (id) => act.run({ id, path: `${path}/tickets/${ticket.id}/${id}`, body: {}, done: () => done(i18n.t(`${id}.done`, { n: ticket.number })) });
  const button = (id, press, more = '') => html`<button type="button" class=${`button ${more}`} key=${id}
    aria-busy=${act.pending === id ? 'true' : null} onClick=${press}>${i18n.t(`${id}.open`)}</button>`;
  const { state } = ticket;
  return html`<div class="acts">
    ${state === 'waiting' && button('ticket_move', () => ask('ticket_move', { ticket }))}
    ${state === 'coming' && button('arrive', () => post('arrive'))}
    ${state === 'missed' && button('return', () => post('return'))}
    ${button('reprint', () => ask('reprint', { ticket }))}
    ${(state === 'waiting' || state === 'coming') && button('withdraw', () => ask('withdraw', { ticket }), 'danger')}
  </div>`;
}

export function TicketPanel(props) {
  const { api, live, hall, i18n, place, path, beat } = props;
  const alive = Object.values(live.state.tickets).find((one) => one.id === place.of || one.number === place.of);
  const kept = useRef({}); // a number that has ended is nobody's any more, its ticket is still there
  if (alive) kept.current = { of: place.of, id: alive.id };
  const id = kept.current.of === place.of ? kept.current.id : place.of;
  const stamp = alive ? `${alive.state} ${alive.since} ${alive.rank} ${alive.note}` : 'gone'; // the stream tells that it moved
  const found = useAsked(() => api.get(`${path}/tickets/${id}`, { retries: 1 }), id, `${beat} ${stamp}`);
  if (found.error && !found.data) {
    const none = found.error.code === 'ticket_unknown';
    return html`<div role="alert"><p>${none ? i18n.t('ticket.none', { n: place.of }) : problemText(found.error, i18n)}</p>
      ${!none && html`<button type="button" class="button" onClick=${found.ask}>${i18n.t('retry')}</button>`}</div>`;
  }
  if (!found.data) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  const ticket = { ...found.data, ...(alive && { state: alive.state, since: alive.since, counter: alive.counter }) };
  const over = ENDED.has(ticket.state);
  const row = (live.forecast?.tickets || []).find(([one]) => one === ticket.id);
  const told = row && { low: row[1], likely: row[2], high: row[3] };
  const about = { ...props, ticket, told };
  return html`<${Facts} ...${about} />
    ${!over && html`<${Acts} ...${about} />`}
    ${(ticket.state === 'waiting' || ticket.state === 'coming') && html`<${Delay} ...${about} />`}
    ${!over && html`<${Note} key=${ticket.id} ...${about} />`}
    ${ticket.history?.length > 0 && html`<section class="part"><h3>${i18n.t('history.heading')}</h3>
      <${History} entries=${ticket.history} hall=${hall} i18n=${i18n} /></section>`}`;
}
