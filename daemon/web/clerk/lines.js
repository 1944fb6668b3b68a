// Who waits: each line with its count, the longest wait, and how long somebody who comes now would wait.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { waitText as forecastText } from '../shared/wait.js';
import { waitingLines, waitingTickets } from './fold.js';
import { isHeld, lineName, linesOf, serviceName, waitText } from './text.js';

// A forecast older than this says nothing any more.
const FRESH_MS = 300000;

export function waitsOf(forecast, now) {
  if (!forecast || now - forecast.at > FRESH_MS) return {};
  return Object.fromEntries((forecast.services || []).map((one) => [one.code, one]));
}

function Line({ hall, line, help, told, stopped, clock, i18n }) {
  const forecast = forecastText(told?.wait, i18n);
  return html`<li class="line">
    <span class="name">${lineName(hall, line.line, i18n)}
      ${help > 0 && html` <span class="badge">${i18n.t('lines.help', { n: help })}</span>`}
      ${stopped && html` <span class="badge warn">${i18n.t('lines.stopped')}</span>`}
      ${forecast && html`<span class="quiet forecast">${i18n.t('lines.forecast', { wait: forecast })}</span>`}</span>
    <span class="quiet">${line.count > 0 && waitText(clock.now() - line.oldest, i18n)}</span>
    <b>${line.count}</b>
  </li>`;
}

// Sent to this counter or to this person: one by one, since nobody else can call them.
function Held({ tickets, hall, clock, i18n }) {
  return tickets.map((ticket) => html`<li class="line held" key=${ticket.id}>
    <span class="name"><b class="number">${ticket.number}</b> ${serviceName(hall, ticket.service, i18n)}
      <span class="badge accent">${i18n.t(ticket.line[0] === '&' ? 'next.clerk' : 'next.counter')}</span></span>
    <span class="quiet">${waitText(clock.now() - ticket.issued, i18n)}</span>
  </li>`);
}

export function Lines({ live, counter, clock, i18n }) {
  const { hall, state } = live;
  const serves = linesOf(hall, counter);
  const order = hall.services.map((service) => service.code);
  const lines = waitingLines(state).sort((a, b) => order.indexOf(a.line) - order.indexOf(b.line));
  const held = waitingTickets(state).filter((ticket) => isHeld(ticket.line) && ticket.line in serves);
  const own = lines.filter((line) => line.line in serves && !isHeld(line.line));
  const rest = lines.filter((line) => !(line.line in serves));
  const told = waitsOf(live.forecast, clock.now());
  const { stopped } = state.hall;
  const draw = (line) => html`<${Line} key=${line.line} hall=${hall} line=${line} help=${serves[line.line]} told=${told[line.line]}
    stopped=${'*' in stopped || line.line in stopped} clock=${clock} i18n=${i18n} />`;
  const total = own.reduce((sum, line) => sum + line.count, held.length);
  return html`<section aria-labelledby="lines-heading" tabindex="0">
    <h2 id="lines-heading">${i18n.t('lines.heading')} <span class="count">${total}</span></h2>
    ${total > 0 ? html`<ul><${Held} tickets=${held} hall=${hall} clock=${clock} i18n=${i18n} />${own.map(draw)}</ul>`
      : html`<p class="quiet none">${i18n.t('lines.none')}</p>`}
    ${rest.length > 0 &&
    html`<details>
      <summary>${i18n.t('lines.rest', { n: rest.reduce((sum, line) => sum + line.count, 0) })}</summary>
      <ul class="rest">${rest.map(draw)}</ul>
    </details>`}
  </section>`;
}
