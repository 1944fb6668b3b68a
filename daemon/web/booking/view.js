// What the booking page draws: the time first, then what to do now, then the rest. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { clockText } from '../shared/dates.js';
import { LinkBanner } from '../shared/parts.js';
import { dayWords, documentsOf, leftText } from '../shared/visit.js';
import { Head, When } from '../shared/visit_parts.js';
import { useSeconds } from '../shared/phone_code.js';
import { dayNote } from '../shared/opening.js';
import { checkInFrom, checkInPhase, checkInUntil, isFinal, isOpenThen, shownState, ticketNumber } from './state.js';
import { keepDraft, readDraft } from '../book/draft.js';
import { visitKey, writeRoute } from '../book/state.js';
import { Actions } from './actions.js';
import { CheckIn, Code } from './check_in.js';
import { WaitedFor } from './earlier.js';
import { Facts } from './facts.js';
import { Offer } from './offer.js';

function Documents({ i18n, hall, booking }) {
  const documents = documentsOf(hall, booking.services);
  if (!documents.length) return null;
  return html`<section class="documents"><h2>${i18n.t('documents')}</h2>
    <ul>${documents.map(({ key, texts }) => html`<li key=${key}>${i18n.name(texts)}</li>`)}</ul>
  </section>`;
}

function Warning({ i18n, hall, booking }) {
  if (!booking.warning) return null;
  const n = hall.booking[`${booking.warning}_max`];
  return html`<p class="notice-box warn" role="alert" data-warning=${booking.warning}>
    ${i18n.t(`warning.${booking.warning}`, { n, days: hall.booking.block_days })}</p>`;
}

function Where({ i18n, hall }) {
  const address = i18n.name(hall.address);
  return html`<p class="where"><span
    class="strong">${i18n.name(hall.names)}</span>${address && html`<br />${address}`}</p>`;
}

// Of an early time the check-in may begin the evening before.
const checkInTimes = (booking, hall, i18n) => ({
  day: dayWords(checkInFrom(booking, hall), hall.zone, i18n, 'short'),
  from: clockText(checkInFrom(booking, hall), hall.zone),
  until: clockText(checkInUntil(booking, hall), hall.zone),
});

// Nobody has to find out at a closed door. What staff offer instead is told by its own part.
function ClosedThen({ i18n, hall, booking }) {
  if (booking.offer || isOpenThen(booking, hall)) return null;
  const note = dayNote(hall, booking.day);
  const reason = note?.kind === 'closed' ? note.reason || i18n.name(note.names) : '';
  return html`<p class="notice-box warn" role="alert" data-closed>${i18n.t('closed_then')}
    ${reason && html`<br />${i18n.t('reason', { text: reason })}`}</p>`;
}

function Confirmed(props) {
  const { i18n, hall, booking, now } = props;
  const phase = checkInPhase(booking, hall, now());
  const times = checkInTimes(booking, hall, i18n);
  return html`<p class="badge good state">${i18n.t('confirmed')}</p>
    <${When} at=${booking.at} hall=${hall} i18n=${i18n} label=${i18n.t('yours')} />
    <${Where} i18n=${i18n} hall=${hall} />
    <${ClosedThen} i18n=${i18n} hall=${hall} booking=${booking} />
    ${booking.offer && html`<${Offer} ...${props} own=${true} />`}
    <${WaitedFor} ...${props} />
    ${phase === 'open'
      ? html`<${CheckIn} ...${props} until=${times.until} />`
      : html`<p class="lead">${i18n.t(`arrive.${phase}`, times)}</p>`}
    <div class="beside">
      <${Documents} i18n=${i18n} hall=${hall} booking=${booking} />
      <${Code} ...${props} />
    </div>
    <${Facts} i18n=${i18n} hall=${hall} booking=${booking} where=${false} />
    <${Actions} ...${props} />`;
}

// The tab that holds the time can go on where it was; any other can at least give it back.
function Held(props) {
  const { i18n, hall, booking, link, now } = props;
  const left = Math.max(0, booking.expires - now());
  useSeconds(left > 0);
  const { services, persons } = booking;
  const kind = booking.class === hall.classes[0]?.code ? '' : booking.class;
  const route = { hall: hall.code, screen: 'phone', services, persons, class: kind };
  // The draft says which time is held; the steps before it are asked again where it is of another window.
  const hold = { ...booking, link: link.link, visit: visitKey(route) };
  const goOn = () => keepDraft(hall.code, { ...readDraft(hall.code), hold });
  return html`<${When} at=${booking.at} hall=${hall} i18n=${i18n} label=${i18n.t('held')} />
    <p class="lead" role="timer">${i18n.t('held.left', { time: leftText(left) })}</p>
    <p><a class="button primary" onClick=${goOn}
      href=${`/book${writeRoute(route)}`}>${i18n.t('held.go')}</a></p>
    <${Facts} i18n=${i18n} hall=${hall} booking=${booking} />
    <${Actions} ...${props} />`;
}

function CheckedIn({ i18n, hall, booking, link }) {
  let ticket = null;
  try {
    ticket = localStorage.getItem(`paihao.ticket.${link.id}`);
  } catch {
    // then the number has to do
  }
  const number = ticketNumber(booking);
  return html`<h1 tabindex="-1">${i18n.t('checked_in')}</h1>
    ${number && html`<p class="number mine">${number}</p>`}
    <p class="lead">${i18n.t('checked_in.text')}</p>
    ${ticket && html`<p><a class="button primary" href=${`/t#${ticket}`}>${i18n.t('checked_in.go')}</a></p>`}
    <${Facts} i18n=${i18n} hall=${hall} booking=${booking} />`;
}

function Ended(props) {
  const { i18n, hall, booking, state } = props;
  return html`<h1 tabindex="-1">${i18n.t(state)}</h1>
    <${Warning} ...${props} />
    <p class="lead">${i18n.t(`${state}.text`, { days: hall.booking.block_days, ...checkInTimes(booking, hall, i18n) })}</p>
    ${booking.reason && html`<p>${i18n.t('reason', { text: booking.reason })}</p>`}
    <p><a class="button primary"
      href=${`/book#${hall.code}?s=${booking.services.join(',')}`}>${i18n.t('book.again')}</a></p>
    <p class="struck"><${When} tag="span" at=${booking.at} hall=${hall} i18n=${i18n} /></p>
    <${Facts} i18n=${i18n} hall=${hall} booking=${booking} />`;
}

const PARTS = { confirmed: Confirmed, held: Held, offered: Offer, checked_in: CheckedIn };

export function VisitPage(props) {
  const { i18n, hall, booking, freshness, now } = props;
  const state = shownState(booking, hall, now());
  const Part = PARTS[state] || Ended;
  return html`<${Head} i18n=${i18n} hall=${hall} />
    <${LinkBanner} link=${isFinal(booking) ? null : freshness} i18n=${i18n} zone=${hall.zone} />
    <main data-part=${state} data-link=${freshness.state}><${Part} ...${props} state=${state} /></main>`;
}
