// Who waits, who is set aside, who did not come, who is on the way. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { comingTickets, missedTickets, parkedTickets, waitingLines } from './fold.js';
import { lineName, personOf, profileLines, serviceName, waitText } from './text.js';

function Line({ hall, line, help, clock, i18n }) {
  return html`<li class="line">
    <span class="name">${lineName(hall, line.line, i18n)}${help > 0 && html` <span class="badge">${i18n.t('lines.help', { n: help })}</span>`}</span>
    <span class="quiet">${waitText(clock.now() - line.oldest, i18n)}</span>
    <b>${line.count}</b>
  </li>`;
}

function Lines({ live, counter, clock, i18n }) {
  const { hall, state } = live;
  const serves = profileLines(hall, counter.profile, counter.code);
  const order = ['@', ...hall.services.map((service) => service.code)];
  const place = (line) => order.indexOf(line.line[0] === '@' ? '@' : line.line);
  const lines = waitingLines(state).sort((a, b) => place(a) - place(b));
  const own = lines.filter((line) => line.line in serves);
  const rest = lines.filter((line) => !(line.line in serves));
  const draw = (line) => html`<${Line} key=${line.line} hall=${hall} line=${line} help=${serves[line.line]} clock=${clock} i18n=${i18n} />`;
  const total = own.reduce((sum, line) => sum + line.count, 0);
  return html`<section aria-labelledby="lines-heading" tabindex="0">
    <h2 id="lines-heading">${i18n.t('lines.heading')} <span class="count">${total}</span></h2>
    ${own.length ? html`<ul>${own.map(draw)}</ul>` : html`<p class="quiet none">${i18n.t('lines.none')}</p>`}
    ${rest.length > 0 &&
    html`<details>
      <summary>${i18n.t('lines.rest', { n: rest.reduce((sum, line) => sum + line.count, 0) })}</summary>
      <ul class="rest">${rest.map(draw)}</ul>
    </details>`}
  </section>`;
}

function Row({ ticket, hall, note, label, disabled, pending, i18n, onPress }) {
  const words = i18n.t(label);
  return html`<li class="row">
    <span class="number">${ticket.number}</span>
    <span class="about"><span class="name">${serviceName(hall, ticket.service, i18n)}</span><span class="quiet">${note}</span></span>
    <button type="button" class="button" disabled=${disabled} aria-busy=${pending ? 'true' : null}
      aria-label=${`${ticket.number} ${words}`} onClick=${onPress}>${words}</button>
  </li>`;
}

function Kept({ id, tickets, none, children, i18n }) {
  return html`<section aria-labelledby=${`${id}-heading`}>
    <h2 id=${`${id}-heading`}>${i18n.t(`${id}.heading`)} <span class="count">${tickets.length}</span></h2>
    ${tickets.length ? html`<ul>${children}</ul>` : html`<p class="quiet none">${i18n.t(none)}</p>`}
  </section>`;
}

export function Lists({ live, counter, present, working, clock, i18n, run, session, place }) {
  const { hall, state } = live;
  const parked = parkedTickets(state);
  const missed = missedTickets(state);
  const coming = comingTickets(state);
  const time = (ms) => timeText(ms, i18n.lang, hall.zone);
  const own = (ticket) => personOf(ticket.by) === session.person.name;
  const resume = (ticket) => run.run({
    id: own(ticket) ? 'resume' : 'resume_waiting',
    path: `/halls/${place.hall}/counters/${counter.code}/resume`,
    body: { ticket: ticket.id },
  });
  const missedNote = (ticket) => {
    const until = ticket.until ?? ticket.since + hall.rules.return_within_minutes * 60000;
    const may = clock.now() < until && ticket.returns < hall.rules.return_max;
    return i18n.t(may ? 'missed.until' : 'missed.over', { time: time(until) });
  };
  const comeBack = (ticket) => run.run({ id: 'return', path: `/halls/${place.hall}/tickets/${ticket.id}/return`, body: {} });
  const isHere = (ticket) => run.run({ id: 'arrived', path: `/halls/${place.hall}/tickets/${ticket.id}/arrive`, body: {} });
  const comingNote = (ticket) => i18n.t('coming.until', { time: time(ticket.rank + hall.remote.arrive_minutes * 60000) });
  return html`<aside class="lists" tabindex="0" aria-label=${i18n.t('lists.label')}>
    <${Lines} live=${live} counter=${counter} clock=${clock} i18n=${i18n} />
    <${Kept} id="parked" tickets=${parked} none="parked.none" i18n=${i18n}>
      ${parked.map((ticket) => html`<${Row} key=${ticket.id} ticket=${ticket} hall=${hall} i18n=${i18n}
        note=${i18n.t('parked.note', { name: own(ticket) ? i18n.t('choose.you') : personOf(ticket.by), time: time(ticket.since) })}
        label=${own(ticket) ? 'do.resume' : 'do.resume_waiting'} disabled=${!working || (own(ticket) && Boolean(present))}
        onPress=${() => resume(ticket)} />`)}
    <//>
    <${Kept} id="missed" tickets=${missed} none="missed.none" i18n=${i18n}>
      ${missed.map((ticket) => html`<${Row} key=${ticket.id} ticket=${ticket} hall=${hall} i18n=${i18n}
        note=${missedNote(ticket)}
        label="do.return" disabled=${false} onPress=${() => comeBack(ticket)} />`)}
    <//>
    ${coming.length > 0 && html`<${Kept} id="coming" tickets=${coming} i18n=${i18n}>
      ${coming.map((ticket) => html`<${Row} key=${ticket.id} ticket=${ticket} hall=${hall} i18n=${i18n}
        note=${comingNote(ticket)} label="do.arrived" disabled=${false} onPress=${() => isHere(ticket)} />`)}
    <//>`}
  </aside>`;
}
