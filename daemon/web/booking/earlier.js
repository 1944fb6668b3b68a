// An earlier time for this booking: a place on the waitlist, against a code to the phone it was made with.
// SPDX-License-Identifier: MIT
import { html, useEffect, useMemo, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { PhoneCode } from '../shared/phone_code.js';
import { makePow } from '../shared/pow.js';
import { useAnswer, visitQuery } from '../shared/slots.js';
import { Head, When } from '../shared/visit_parts.js';
import { daysFault, joined, WaitDays } from '../shared/wait_days.js';
import { codeSender } from '../book/send.js';
import { dropDraft, keepDraft, readDraft } from '../book/draft.js';
import { Leave } from './waiting.js';

// Kept as the steps of a booking are, under the booking's own name.
function useKept(id) {
  const [draft, set] = useState(() => readDraft(id));
  const change = (more) =>
    set((before) => {
      const next = { ...before, ...more };
      keepDraft(id, next);
      return next;
    });
  return [draft, change];
}

export function Earlier({ api, hall, booking, now, i18n, onVisit, onDone }) {
  const [draft, setDraft] = useKept(booking.id);
  const [fault, setFault] = useState(null);
  const { answer: window } = useAnswer(api, `/halls/${hall.code}/days?${visitQuery(booking)}`);
  const pow = useMemo(() => makePow({ ask: () => api.get(`/halls/${hall.code}/challenge`), now }), [hall.code]);
  const post = usePost(api);
  const { from = window?.first ?? '', to = booking.day } = draft.days || {};
  useEffect(() => pow.warm(), [pow]);

  function check() {
    const found = daysFault(from, to);
    setFault(found);
    if (found) document.getElementById('from')?.focus();
    return !found;
  }

  async function submit(phone, code) {
    const { services, persons, id } = booking;
    const body = { services, persons, from, to, phone, code, lang: i18n.lang, booking: id };
    const waiting = await joined(post(`/halls/${hall.code}/waitlist`, body));
    dropDraft(id);
    onVisit({ ...booking, waiting: waiting.id, waiting_link: waiting.link });
    onDone();
  }

  return html`<${Head} i18n=${i18n} hall=${hall} />
    <nav class="way"><button type="button" class="button plain back"
      onClick=${onDone}>${i18n.t('back')}</button></nav>
    <main data-part="earlier">
      <h1 tabindex="-1">${i18n.t('earlier.heading')}</h1>
      <p class="quiet">${i18n.t('earlier.lead', { n: hall.booking.offer_minutes })}</p>
      <p class="old"><${When} tag="span" at=${booking.at} hall=${hall} i18n=${i18n} label=${i18n.t('move.now')} /></p>
      <${WaitDays} from=${from} to=${to} first=${window?.first} last=${booking.day} fault=${fault} i18n=${i18n}
        onDays=${(days) => setDraft({ days })} />
      <p class="small quiet">${i18n.t('earlier.phone')}</p>
      <${PhoneCode} what="wait" draft=${draft} onDraft=${setDraft} check=${check} submit=${submit} zone=${hall.zone}
        now=${now} i18n=${i18n} label=${i18n.t('wait.join')}
        send=${codeSender({ hall, post, pow, i18n }, { purpose: 'wait' })} />
    </main>`;
}

// On the page of the booking, while it waits. An offer that was made stands there instead.
export function WaitedFor({ api, booking, i18n, onVisit }) {
  if (!booking.waiting || booking.offer_at) return null;
  const left = () => onVisit({ ...booking, waiting: undefined, waiting_link: undefined });
  return html`<div class="notice-box" data-waiting=${booking.waiting}>
    <p>${i18n.t('earlier.waiting')}</p>
    <${Leave} api=${api} i18n=${i18n} link=${booking.waiting_link} onLeft=${left} />
  </div>`;
}
