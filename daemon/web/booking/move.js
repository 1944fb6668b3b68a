// Another time for the same visit: the new one is taken and the old one given back in one step.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { dayAt } from '../shared/dates.js';
import { DayTime } from '../shared/slots.js';
import { Dialog } from '../shared/parts.js';
import { Head, When } from '../shared/visit_parts.js';

const TIME_CODES = new Set(['slot_taken', 'slot_none', 'calendar_changed', 'hold_expired']);

export function Move({ api, hall, booking, i18n, onVisit, onDone }) {
  const [day, setDay] = useState(dayAt(booking.at, hall.zone));
  const [wish, setWish] = useState(null); // a time to be confirmed
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const post = usePost(api);

  async function move() {
    setBusy(true);
    setError(null);
    try {
      const moved = await post('/booking/move', { at: wish });
      onVisit({ ...booking, ...moved });
      setWish(null);
      onDone();
      return;
    } catch (failed) {
      setError(failed);
      if (TIME_CODES.has(failed.code)) scrollTo(0, 0);
    }
    setWish(null);
    setBusy(false);
  }

  return html`<${Head} i18n=${i18n} hall=${hall} />
    <nav class="way"><button type="button" class="button plain back"
      onClick=${onDone}>${i18n.t('back')}</button></nav>
    <main data-part="move">
      <h1 tabindex="-1">${i18n.t('move.heading')}</h1>
      <p class="quiet">${i18n.t('move.lead')}</p>
      <p class="old"><${When} tag="span" at=${booking.at} hall=${hall} i18n=${i18n} label=${i18n.t('move.now')} /></p>
      <${DayTime} api=${api} hall=${hall} visit=${booking} day=${day} busyAt=${busy ? wish : null}
        error=${error} i18n=${i18n}
        onDay=${setDay} onPick=${setWish} />
    </main>
    <${Dialog} open=${wish !== null} onClose=${() => busy || setWish(null)} labelledBy="move-ask">
      <h2 id="move-ask">${i18n.t('move.ask')}</h2>
      ${wish !== null && html`<div class="beside times-two">
        <${When} tag="p" at=${booking.at} hall=${hall} i18n=${i18n} label=${i18n.t('move.from')} />
        <${When} tag="p" at=${wish} hall=${hall} i18n=${i18n} label=${i18n.t('move.to')} />
      </div>`}
      <div class="actions">
        <button type="button" class="button" onClick=${() => setWish(null)}
          disabled=${busy}>${i18n.t('move.no')}</button>
        <button type="button" class="button primary" aria-busy=${String(busy)} disabled=${busy}
          onClick=${move}>${i18n.t('move.yes')}</button>
      </div>
    <//>`;
}
