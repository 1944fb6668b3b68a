// What can be done about a booking: calendar, another time, giving it back. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { refusalText } from '../shared/refusal.js';
import { Dialog } from '../shared/parts.js';
import { canMove, canWait } from './state.js';

const KEEP_URL_MS = 60000; // longer than any browser takes to begin the download

// The file needs the link's code in a header, so it is fetched and handed over as a download.
function Calendar({ api, booking, i18n }) {
  const [error, setError] = useState(null);
  async function save() {
    setError(null);
    try {
      const headers = { authorization: api.authorization() };
      const answer = await fetch(`${api.base}/booking/calendar.ics`, { headers, cache: 'no-store' });
      if (!answer.ok) throw new Error(String(answer.status));
      const url = URL.createObjectURL(new Blob([await answer.text()], { type: 'text/calendar;charset=utf-8' }));
      const anchor = document.createElement('a');
      anchor.href = url;
      anchor.download = `${booking.number}.ics`;
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(url), KEEP_URL_MS);
    } catch (failed) {
      setError(failed);
    }
  }
  return html`<button type="button" class="button" onClick=${save}>${i18n.t('calendar')}</button>
    ${error && html`<p class="problem" role="alert">${i18n.t('calendar.failed')}</p>`}`;
}

function Cancel({ api, hall, booking, onVisit, i18n }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const post = usePost(api);
  const held = booking.state === 'held';
  async function cancel() {
    setBusy(true);
    setError(null);
    try {
      const cancelled = await post('/booking/cancel');
      setOpen(false);
      onVisit({ ...booking, ...cancelled });
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  }
  const { cancels_max: n, block_days: days } = hall.booking;
  return html`<button type="button" class="button plain cancel"
    onClick=${() => setOpen(true)}>${i18n.t(held ? 'held.cancel' : 'cancel')}</button>
    <${Dialog} open=${open} onClose=${() => setOpen(false)} labelledBy="cancel-ask">
      <h2 id="cancel-ask">${i18n.t(held ? 'held.cancel.ask' : 'cancel.ask')}</h2>
      ${!held && html`<p class="ask">${i18n.t('cancel.text')}</p>
        <p class="ask quiet">${i18n.t(booking.offer ? 'cancel.excused' : 'cancel.counts', { n, days })}</p>`}
      ${error && html`<p class="problem" role="alert">${refusalText(error, i18n, hall.zone)}</p>`}
      <div class="actions">
        <button type="button" class="button danger" aria-busy=${String(busy)} disabled=${busy} onClick=${cancel}>
          ${i18n.t(held ? 'held.cancel' : 'cancel.yes')}</button>
        <button type="button" class="button primary" onClick=${() => setOpen(false)}>${i18n.t('cancel.no')}</button>
      </div>
    <//>`;
}

export function Actions(props) {
  const { booking, hall, onMove, onEarlier, now, i18n } = props;
  const confirmed = booking.state === 'confirmed';
  return html`<section class="doings" aria-label=${i18n.t('doings')}>
    ${confirmed && html`<${Calendar} ...${props} />`}
    ${canMove(booking, now()) && html`<button type="button" class="button"
      onClick=${onMove}>${i18n.t('move')}</button>`}
    ${canWait(booking, hall, now()) && hall.codes_on && html`<button type="button" class="button"
      onClick=${onEarlier}>${i18n.t('earlier')}</button>`}
    <${Cancel} ...${props} />
  </section>`;
}
