// One booking, opened: what is known of it, and what can be done. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { dayText, momentText } from '../shared/dates.js';
import { useAct } from '../staff/act.js';
import { Problem } from '../staff/parts.js';
import { fieldsOf } from './fields.js';
import { useAsked } from './live.js';
import { phoneText } from './plan.js';
import { TONE, className, servicesText, spanText, stateText } from './text.js';

// What may still become of it.
const CAN = { confirmed: ['check_in', 'move', 'cancel'], held: ['cancel'] };

function Row({ name, children }) {
  if (!children || children === '–') return null;
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

// "clerk:li" is li; without a name it was the citizen.
const madeBy = (by, i18n) => (by || '').replace(/^[a-z]+:/, '') || i18n.t('facts.made.self');

function Typed({ hall, booking, fields, i18n }) {
  const asked = fieldsOf(hall, booking.services);
  return Object.entries(fields || {}).map(([code, text]) => html`<${Row} key=${code}
    name=${i18n.name(asked.find((one) => one.code === code)?.names) || code}>${text}<//>`);
}

function Facts({ hall, booking, detail, i18n }) {
  const { zone } = hall;
  const phone = phoneText(detail || booking, i18n);
  return html`<dl class="facts">
    <${Row} name=${i18n.t('facts.time')}>${dayText(booking.day, i18n.lang, 'long')}, ${spanText(booking, zone)}<//>
    <${Row} name=${i18n.t('facts.services')}>${servicesText(hall, booking.services, i18n)}<//>
    ${booking.persons > 1 && html`<${Row} name=${i18n.t('facts.persons')}>${i18n.t('persons', { n: booking.persons })}<//>`}
    ${booking.class && booking.class !== 'normal' && html`<${Row} name=${i18n.t('new.class')}>${className(hall, booking.class, i18n)}<//>`}
    <${Row} name=${i18n.t('new.share')}>${i18n.t(`share.${booking.share}`)}<//>
    <${Row} name=${i18n.t('new.phone')}>${phone || (booking.phone ? i18n.t('facts.phone.kept') : i18n.t('facts.phone.none'))}<//>
    <${Typed} hall=${hall} booking=${booking} fields=${detail?.fields} i18n=${i18n} />
    <${Row} name=${i18n.t('facts.lang')}>${booking.lang && i18n.t(`lang.${booking.lang}`)}<//>
    ${detail?.made && html`<${Row} name=${i18n.t('facts.made')}>
      ${i18n.t('facts.made.by', { who: madeBy(detail.by, i18n), time: momentText(detail.made, i18n.lang, zone, 'short') })}<//>`}
    ${booking.offer && booking.state === 'confirmed' && html`<${Row} name=${i18n.t('facts.offer')}>${i18n.t('facts.offer.made')}<//>`}
    ${booking.expires && html`<${Row} name=${i18n.t('facts.expires')}>${momentText(booking.expires, i18n.lang, zone)}<//>`}
    ${booking.ticket && html`<${Row} name=${i18n.t('facts.ticket')}>${String(booking.ticket).split('-').pop()}<//>`}
    ${booking.reason && html`<${Row} name=${i18n.t('reason')}>${booking.reason}<//>`}
  </dl>`;
}

export function Detail({ api, clock, i18n, hall, id, listed, beat, onAsk, onClose }) {
  const asked = useAsked(() => api.get(`/halls/${hall.code}/bookings/${id}`, { retries: 1 }), id, beat);
  const act = useAct({ api });
  const [ticket, setTicket] = useState(null);
  const detail = asked.fresh ? asked.data : null;
  const booking = detail || listed;
  if (!booking) {
    if (!asked.error) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
    return html`<p class="problem" role="alert">${problemText(asked.error, i18n)}</p>
      <div class="actions"><button type="button" class="button" onClick=${onClose}>${i18n.t('close')}</button>
        <button type="button" class="button primary" onClick=${asked.ask}>${i18n.t('retry')}</button></div>`;
  }
  const early = clock.now() < booking.at - (hall.booking?.early_minutes ?? 60) * 60000;
  const can = (CAN[booking.state] || []).filter((one) => one !== 'check_in' || !early);
  const checkIn = () => act.run({
    id: 'check_in', path: `/halls/${hall.code}/check-in`, body: { booking: booking.id },
    done: (answer) => setTicket(answer.number || answer.ticket?.number || ''),
  });
  return html`<div class="detail" data-state=${booking.state}>
    <p class="state"><b class="number">${booking.number}</b> <span class=${`badge ${TONE[booking.state] || ''}`}>
      ${stateText(booking, i18n)}</span></p>
    <${Facts} hall=${hall} booking=${booking} detail=${detail} i18n=${i18n} />
    ${asked.error && html`<p class="problem" role="alert">${problemText(asked.error, i18n)}</p>`}
    <${Problem} problem=${act.problem} i18n=${i18n} />
    <p class="done" role="status">${ticket !== null && i18n.t('checked_in', { number: ticket })}</p>
    <div class="do">
      ${can.includes('check_in') && html`<button type="button" class="button primary" aria-busy=${act.pending ? 'true' : null}
        onClick=${checkIn}>${i18n.t('do.check_in')}</button>`}
      ${can.includes('move') && html`<button type="button" class="button" onClick=${() => onAsk('move', booking)}>${i18n.t('do.move')}
        </button>`}
      ${can.includes('cancel') && html`<button type="button" class="button danger" onClick=${() => onAsk('cancel', booking)}>
        ${i18n.t('do.cancel')}</button>`}
    </div>
  </div>`;
}
