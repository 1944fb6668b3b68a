// A time offered from the waitlist, or instead of one that cannot take place: old and new side by side, yes or no,
// and until when. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { dayAt } from '../shared/dates.js';
import { refusalText } from '../shared/refusal.js';
import { useSeconds } from '../shared/phone_code.js';
import { dayWords, leftText, timeWords } from '../shared/visit.js';
import { When } from '../shared/visit_parts.js';
import { Facts } from './facts.js';

const HOUR_MS = 3600000;

// Minutes run visibly; hours and days are told as a time.
function Until({ at, hall, now, i18n }) {
  const left = Math.max(0, at - now());
  useSeconds(left > 0 && left < HOUR_MS);
  if (left < HOUR_MS) return html`<p class="lead" role="timer">${i18n.t('offer.left', { time: leftText(left) })}</p>`;
  const today = dayAt(at, hall.zone) === dayAt(now(), hall.zone);
  const words = { day: dayWords(at, hall.zone, i18n, 'short'), time: timeWords(at, hall.zone, i18n) };
  return html`<p class="lead">${i18n.t(today ? 'offer.until' : 'offer.until.day', words)}</p>`;
}

// On the page of the booking that an offer would replace.
function OfOwn({ booking, hall, i18n }) {
  const { offer, offer_at: at, offer_link: link } = booking;
  if (!at) return null;
  const time = { day: dayWords(at, hall.zone, i18n), time: timeWords(at, hall.zone, i18n) };
  return html`<div class="notice-box accent" data-offer=${offer}>
    <p>${i18n.t('offer.own', time)}</p>
    ${link && html`<p><a class="button" href=${`/b#${link}`}>${i18n.t('offer.look')}</a></p>`}
  </div>`;
}

export function Offer(props) {
  const { api, booking, hall, i18n, now, own, onVisit, refresh } = props;
  const [busy, setBusy] = useState(null);
  const [error, setError] = useState(null);
  const post = usePost(api);
  if (own) return html`<${OfOwn} ...${props} />`;

  async function answer(what) {
    setBusy(what);
    setError(null);
    try {
      const visit = await post(`/booking/${what}`);
      if (what === 'accept' && visit.link) {
        location.assign(`/b#${visit.link}`); // what holds the time from now on may be the old booking
        if (visit.id === booking.id) onVisit(visit);
      } else onVisit({ ...booking, ...visit });
    } catch (failed) {
      setError(failed);
      if (['offer_gone', 'booking_state'].includes(failed.code)) refresh();
    }
    setBusy(null);
  }
  const old = booking.replaces_at;
  const heading = booking.at < old ? 'offer.earlier' : booking.replaces ? 'offer.instead' : 'offer';
  return html`<p class="badge accent state">${i18n.t(heading)}</p>
    <div class=${old ? 'beside times-two' : ''}>
      ${old && html`<${When} tag="p" at=${old} hall=${hall} i18n=${i18n} label=${i18n.t('offer.old')} />`}
      <${When} at=${booking.at} hall=${hall} i18n=${i18n}
        label=${i18n.t(booking.replaces ? 'offer.new' : 'offer.free')} />
    </div>
    <${Until} at=${booking.expires} hall=${hall} now=${now} i18n=${i18n} />
    ${error && html`<p class="problem" role="alert" data-problem=${error.code}>${refusalText(error, i18n, hall.zone)}</p>`}
    ${error?.code !== 'offer_gone' && html`<div class="actions offer-answer">
      <button type="button" class="button primary" aria-busy=${String(busy === 'accept')} disabled=${busy !== null}
        onClick=${() => answer('accept')}>${i18n.t('offer.yes')}</button>
      <button type="button" class="button" aria-busy=${String(busy === 'decline')} disabled=${busy !== null}
        onClick=${() => answer('decline')}>${i18n.t(booking.replaces ? 'offer.no.keep' : 'offer.no')}</button>
    </div>
    <p class="small quiet">${i18n.t(booking.replaces ? 'offer.keep' : 'offer.next')}</p>`}
    <${Facts} i18n=${i18n} hall=${hall} booking=${booking} />`;
}
