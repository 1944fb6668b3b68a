// Bookings that no longer fit, why, and new times for all of them at once. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { dayAt, momentText } from '../shared/dates.js';
import { useAct } from '../staff/act.js';
import { Problem } from '../staff/parts.js';
import { servicesText } from './text.js';

export const conflictsOf = (answer) => answer?.conflicts || [];
const bookingOf = (one) => one.booking || one;
const offerOf = (one) => one.offer;

function offerText(offer, hall, i18n) {
  if (!offer) return null;
  const state = typeof offer === 'string' ? 'offered' : offer.state || 'held';
  const time = offer.at ? momentText(offer.at, i18n.lang, hall.zone, 'short') : '';
  return i18n.t(`offer.${i18n.has(`offer.${state}`) ? state : 'held'}`, { time });
}

function Line({ one, hall, i18n, open, onOpen, tail }) {
  const booking = bookingOf(one);
  return html`<li>
    <button type="button" class="button plain line" aria-pressed=${String(open === booking.id)} onClick=${() => onOpen(booking)}>
      <b class="number">${booking.number}</b> ${momentText(booking.at, i18n.lang, hall.zone, 'short')}
      <span class="quiet">${servicesText(hall, booking.services, i18n)}</span></button>
    ${tail}
  </li>`;
}

function Result({ result, hall, i18n, open, onOpen }) {
  const offered = result.offered?.length ?? result.offered ?? 0;
  const left = result.unresolved || [];
  return html`<div class="result" role="status">
    <p><b>${i18n.t('rebook.offered', { n: offered })}</b></p>
    ${left.length > 0 && html`<p>${i18n.t('rebook.left', { n: left.length })}</p>
      <ul class="rows">${left.map((one) => html`<${Line} key=${bookingOf(one).id} one=${one} hall=${hall} i18n=${i18n} open=${open} onOpen=${onOpen}
        tail=${one.why && html`<p class="small">${said('left', one.why, i18n)}</p>`} />`)}</ul>`}
  </div>`;
}

const said = (kind, why, i18n) => i18n.t(i18n.has(`${kind}.${why}`) ? `${kind}.${why}` : `${kind}.other`);

export function Conflicts({ api, i18n, hall, asked, boss, open, onOpen, clock }) {
  const act = useAct({ api });
  const [result, setResult] = useState(null);
  const [sure, setSure] = useState(false);
  const all = conflictsOf(asked.data);
  const waiting = all.filter((one) => !offerOf(one));
  const days = all.map((one) => bookingOf(one).day).sort();
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
    return html`<p class="problem" role="alert">${problemText(asked.error, i18n)}</p><button type="button" class="button" onClick=${asked.ask}>${i18n.t('retry')}</button>`;
  }
  if (!asked.data) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  return html`${result && html`<${Result} result=${result} hall=${hall} i18n=${i18n} open=${open} onOpen=${onOpen} />`}
    <${Problem} problem=${act.problem} i18n=${i18n} />
    ${!all.length && html`<p class="quiet">${i18n.t('conflicts.none')}</p>`}
    ${all.length > 0 && html`<p class="quiet small">${i18n.t('conflicts.lead')}</p>`}
    ${boss && waiting.length > 0 && !sure && html`<button type="button" class="button primary" onClick=${() => setSure(true)}>${i18n.t('rebook.do', { n: waiting.length })}</button>`}
    ${sure && html`<div class="card sure"><p>${i18n.t('rebook.sure', { n: waiting.length, hours: hall.booking?.rebook_hours ?? 48 })}</p>
      <div class="actions"><button type="button" class="button" onClick=${() => setSure(false)}>${i18n.t('ask.cancel')}</button>
        <button type="button" class="button primary" aria-busy=${act.pending ? 'true' : null} onClick=${rebook}>${i18n.t('rebook.yes')}</button></div></div>`}
    <ul class="rows">${all.map((one) => html`<${Line} key=${bookingOf(one).id} one=${one} hall=${hall} i18n=${i18n} open=${open} onOpen=${onOpen}
      tail=${html`<p class="small">${said('conflict', one.why, i18n)}</p>${offerOf(one) && html`<p><span class="badge warn">${offerText(offerOf(one), hall, i18n)}</span></p>`}`} />`)}</ul>`;
}
