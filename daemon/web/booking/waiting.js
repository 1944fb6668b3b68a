// A place on the waitlist: what happens next, and the way off it. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { dayText } from '../shared/dates.js';
import { refusalText } from '../shared/refusal.js';
import { Dialog, LinkBanner } from '../shared/parts.js';
import { servicesText } from '../shared/visit.js';
import { waitingDays } from './state.js';
import { Head } from '../shared/visit_parts.js';

// link: of the place; onLeft(waiting): it is given up.
export function Leave({ api, link, onLeft, i18n }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const post = usePost(api);
  async function leave() {
    setBusy(true);
    setError(null);
    try {
      const waiting = await post('/waiting/leave', {}, { authorization: `Ticket ${link}` });
      setOpen(false);
      onLeft(waiting);
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  }
  return html`<button type="button" class="button plain cancel"
    onClick=${() => setOpen(true)}>${i18n.t('waiting.leave')}</button>
    <${Dialog} open=${open} onClose=${() => setOpen(false)} labelledBy="leave-ask">
      <h2 id="leave-ask">${i18n.t('waiting.leave.ask')}</h2>
      <p class="ask">${i18n.t('waiting.leave.text')}</p>
      ${error && html`<p class="problem" role="alert">${refusalText(error, i18n)}</p>`}
      <div class="actions">
        <button type="button" class="button danger" aria-busy=${String(busy)} disabled=${busy}
          onClick=${leave}>${i18n.t('waiting.leave')}</button>
        <button type="button" class="button primary"
          onClick=${() => setOpen(false)}>${i18n.t('waiting.stay')}</button>
      </div>
    <//>`;
}

export function Waiting(props) {
  const { api, waiting, hall, link, freshness, i18n, onVisit } = props;
  const days = waitingDays(waiting, hall.zone);
  const ended = waiting.state === 'ended';
  const text = waiting.booking && waiting.state === 'waiting' ? 'waiting.earlier.text' : `waiting.${waiting.state}.text`;
  const short = (day) => dayText(day, i18n.lang, 'short');
  const span = i18n.t('waiting.days', { from: short(days.from), to: short(days.to) });
  const persons = waiting.persons > 1 && i18n.t('persons.n', { n: waiting.persons });
  return html`<${Head} i18n=${i18n} hall=${hall} />
    <${LinkBanner} link=${ended ? null : freshness} i18n=${i18n} zone=${hall.zone} />
    <main data-part=${`waiting-${waiting.state}`}>
      <h1 tabindex="-1">${i18n.t(`waiting.${waiting.state}`)}</h1>
      <p class="lead">${i18n.t(text, { n: hall.booking.offer_minutes })}</p>
      ${waiting.offer_link && html`<p><a class="button primary"
        href=${`/b#${waiting.offer_link}`}>${i18n.t('offer.look')}</a></p>`}
      <dl class="facts">
        <div><dt>${i18n.t('fact.services')}</dt><dd>${servicesText(hall, waiting.services, i18n)}</dd></div>
        ${persons && html`<div><dt>${i18n.t('fact.persons')}</dt><dd>${persons}</dd></div>`}
        <div><dt>${i18n.t('fact.days')}</dt><dd>${days.from === days.to ? dayText(days.from, i18n.lang) : span}</dd></div>
        <div><dt>${i18n.t('fact.where')}</dt><dd>${i18n.name(hall.names)}</dd></div>
      </dl>
      <p><a class=${`button ${ended ? 'primary' : ''}`}
        href=${`/book#${hall.code}?s=${waiting.services.join(',')}`}>${i18n.t('waiting.look')}</a></p>
      ${!ended && html`<${Leave} api=${api} i18n=${i18n} link=${link.link} onLeft=${onVisit} />`}
    </main>`;
}
