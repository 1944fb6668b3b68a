// Who waits, who is set aside, who did not come, who is booked soon, who is on the way. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { comingTickets, missedTickets, parkedTickets } from './fold.js';
import { Lines } from './lines.js';
import { personOf, serviceName } from './text.js';
import { useUpcoming } from './upcoming.js';

function Row({ number, name, note, label, disabled, pending, onOpen, onPress, i18n }) {
  const words = label && i18n.t(label);
  return html`<li class="row">
    ${onOpen ? html`<button type="button" class="number open" aria-label=${i18n.t('find.open', { number })} onClick=${onOpen}>${number}</button>`
      : html`<span class="number">${number}</span>`}
    <span class="about"><span class="name">${name}</span><span class="quiet">${note}</span></span>
    ${label && html`<button type="button" class="button" disabled=${disabled} aria-busy=${pending ? 'true' : null}
      aria-label=${`${number} ${words}`} onClick=${onPress}>${words}</button>`}
  </li>`;
}

function Kept({ id, count, children, i18n }) {
  return html`<section aria-labelledby=${`${id}-heading`}>
    <h2 id=${`${id}-heading`}>${i18n.t(`${id}.heading`)} <span class="count">${count}</span></h2>
    ${count ? html`<ul>${children}</ul>` : html`<p class="quiet none">${i18n.t(`${id}.none`)}</p>`}
  </section>`;
}

// What is not needed with every citizen: its count is in sight, its list one press away.
function Folded({ id, count, hint, children, i18n }) {
  if (!count) return null;
  return html`<details class="folded" data-list=${id}>
    <summary><b>${i18n.t(`${id}.heading`)}</b> <span class="quiet">${hint}</span> <b class="count">${count}</b></summary>
    <ul>${children}</ul>
  </details>`;
}

function useRows(props) {
  const { live, counter, present, working, clock, i18n, run, session, place, ask } = props;
  const { hall } = live;
  const path = `/halls/${place.hall}`;
  const time = (ms) => timeText(ms, i18n.lang, hall.zone);
  const own = (ticket) => personOf(ticket.by) === session.person.name;
  const does = (id, where, body = {}) => () => run.run({ id, path: `${path}/${where}`, body });
  const row = (ticket, note, label, onPress, disabled = false) => html`<${Row} key=${ticket.id} number=${ticket.number} i18n=${i18n}
    name=${serviceName(hall, ticket.service, i18n)} note=${note} label=${label} disabled=${disabled} onPress=${onPress}
    onOpen=${() => ask({ id: 'ticket', ticket: ticket.id })} />`;
  const missedNote = (ticket) => {
    const until = ticket.until ?? ticket.since + hall.rules.return_within_minutes * 60000;
    const may = clock.now() < until && ticket.returns < hall.rules.return_max;
    return i18n.t(may ? 'missed.until' : 'missed.over', { time: time(until) });
  };
  const comingNote = (ticket) => (ticket.away ? i18n.t('coming.away', { time: time(ticket.away) })
    : i18n.t('coming.until', { time: time(ticket.rank + hall.remote.arrive_minutes * 60000) }));
  return {
    time,
    isOwn: own,
    parked: (ticket) => {
      const how = own(ticket) ? 'resume' : 'resume_waiting';
      const who = own(ticket) ? i18n.t('choose.you') : personOf(ticket.by);
      return row(ticket, i18n.t('parked.note', { name: who, time: time(ticket.since) }), `do.${how}`,
        does(how, `counters/${counter.code}/resume`, { ticket: ticket.id }), !working || (own(ticket) && Boolean(present)));
    },
    missed: (ticket) => row(ticket, missedNote(ticket), 'do.return', does('return', `tickets/${ticket.id}/return`)),
    coming: (ticket) => row(ticket, comingNote(ticket), 'do.arrived', does('arrived', `tickets/${ticket.id}/arrive`)),
    booking: (booking) => html`<${Row} key=${booking.id} number=${time(booking.at)} i18n=${i18n} label="do.check_in"
      name=${booking.services.map((code) => serviceName(hall, code, i18n)).join(i18n.t('profile.and'))}
      note=${[booking.number, booking.persons > 1 && i18n.t('present.persons', { n: booking.persons }), booking.phone_tail && `…${booking.phone_tail}`]
        .filter(Boolean).join(' · ')}
      onPress=${does('check_in', 'check-in', { booking: booking.id })} />`,
  };
}

export function Lists(props) {
  const { live, counter, clock, i18n } = props;
  const { state } = live;
  const rows = useRows(props);
  const soon = useUpcoming(props);
  const parked = parkedTickets(state).sort((a, b) => rows.isOwn(b) - rows.isOwn(a));
  const missed = missedTickets(state);
  const coming = comingTickets(state);
  return html`<aside class="lists" tabindex="0" aria-label=${i18n.t('lists.label')}>
    <${Lines} live=${live} counter=${counter} clock=${clock} i18n=${i18n} />
    <${Kept} id="parked" count=${parked.length} i18n=${i18n}>${parked.map(rows.parked)}<//>
    <${Kept} id="missed" count=${missed.length} i18n=${i18n}>${missed.map(rows.missed)}<//>
    <${Folded} id="soon" count=${soon.length} hint=${soon[0] && rows.time(soon[0].at)} i18n=${i18n}>${soon.map(rows.booking)}<//>
    <${Folded} id="coming" count=${coming.length} i18n=${i18n}>${coming.map(rows.coming)}<//>
  </aside>`;
}
