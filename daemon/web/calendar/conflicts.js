// Bookings that no longer fit, why, and new times for all of them at once. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { dayAt, momentText } from '../shared/dates.js';
import { useAct } from '../staff/act.js';
import { Problem } from '../staff/parts.js';
import { servicesText } from './text.js';

export const conflictsOf = (answer) => answer?.conflicts || [];

function Line({ booking, hall, i18n, open, onOpen, children }) {
  return html`<li>
    <button type="button" class="button plain line" aria-pressed=${String(open === booking.id)} onClick=${() => onOpen(booking)}>
      <b class="number">${booking.number}</b> ${momentText(booking.at, i18n.lang, hall.zone, 'short')}
      <span class="quiet">${servicesText(hall, booking.services, i18n)}</span></button>
    ${children}
  </li>`;
}

// Those without a phone number cannot be asked; the others found no time.
function Result({ result, hall, i18n, open, onOpen }) {
  const left = result.unresolved;
  return html`<div class="result" role="status">
    <p><b>${i18n.t('rebook.offered', { n: result.offered })}</b>
      ${result.already > 0 && ` ${i18n.t('rebook.already', { n: result.already })}`}</p>
    ${left.length > 0 && html`<p>${i18n.t('rebook.left', { n: left.length })}</p>
      <ul class="rows">${left.map((one) => html`<${Line} key=${one.id} booking=${one} hall=${hall} i18n=${i18n} open=${open}
        onOpen=${onOpen}>
        <p class="small">${i18n.t(one.phone ? 'left.no_time' : 'left.no_phone')}</p><//>`)}</ul>`}
    ${result.more && html`<p>${i18n.t('rebook.more')}</p>`}
  </div>`;
}

function Offer({ one, hall, i18n }) {
  if (one.offer === 'none') return null;
  const time = one.until ? momentText(one.until, i18n.lang, hall.zone, 'short') : '';
  const untold = one.offer === 'offered' && !one.booking.phone;
  return html`<p><span class=${`badge ${one.offer === 'offered' && !untold ? 'accent' : 'warn'}`}>
    ${i18n.t(untold ? 'offer.untold' : `offer.${one.offer}`, { time })}</span></p>`;
}

export function Conflicts({ api, i18n, hall, asked, boss, open, onOpen, clock }) {
  const act = useAct({ api });
  const [result, setResult] = useState(null);
  const [sure, setSure] = useState(false);
  const all = conflictsOf(asked.data);
  const waiting = all.filter((one) => one.offer !== 'offered' && one.booking.phone); // the others have to be called
  const days = all.map((one) => one.booking.day).sort();
  const rebook = () => act.run({
    id: 'rebook', path: `/halls/${hall.code}/rebook`,
    body: { from: days[0] || dayAt(clock.now(), hall.zone), to: days[days.length - 1] || dayAt(clock.now(), hall.zone) },
    done: (answer) => {
      setSure(false);
      setResult(answer);
      asked.ask();
    },
  });
  if (asked.error && !asked.data) {
    return html`<p class="problem" role="alert">${problemText(asked.error, i18n)}</p><button type="button" class="button"
      onClick=${asked.ask}>${i18n.t('retry')}</button>`;
  }
  if (!asked.data) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  return html`${result && html`<${Result} result=${result} hall=${hall} i18n=${i18n} open=${open} onOpen=${onOpen} />`}
    <${Problem} problem=${act.problem} i18n=${i18n} />
    ${!all.length && html`<p class="quiet">${i18n.t('conflicts.none')}</p>`}
    ${all.length > 0 && html`<p class="quiet small">${i18n.t('conflicts.lead')}</p>`}
    ${boss && waiting.length > 0 && !sure && html`<button type="button" class="button primary" onClick=${() => setSure(true)}>
      ${i18n.t('rebook.do', { n: waiting.length })}</button>`}
    ${sure && html`<div class="card sure"><p>${i18n.t('rebook.sure', { n: waiting.length, hours: hall.booking?.rebook_hours ?? 48 })}</p>
      <div class="actions"><button type="button" class="button" onClick=${() => setSure(false)}>${i18n.t('ask.cancel')}</button>
        <button type="button" class="button primary" aria-busy=${act.pending ? 'true' : null} onClick=${rebook}>${i18n.t('rebook.yes')}
          </button></div></div>`}
    <ul class="rows">${all.map((one) => html`<${Line} key=${one.booking.id} booking=${one.booking} hall=${hall} i18n=${i18n} open=${open}
      onOpen=${onOpen}>
      <p class="small">${i18n.t(`conflict.${one.reason}`)}${!one.booking.phone && i18n.t('list.then') + i18n.t('left.no_phone')}</p>
      <${Offer} one=${one} hall=${hall} i18n=${i18n} /><//>`)}</ul>
    ${asked.data.more && html`<p class="quiet">${i18n.t('conflicts.more')}</p>`}`;
}
