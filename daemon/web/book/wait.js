// The waitlist: on which days, and a number to tell. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { PhoneCode } from '../shared/phone_code.js';
import { visitQuery } from '../shared/slots.js';
import { servicesText } from '../shared/visit.js';
import { daysFault, joined, WaitDays } from '../shared/wait_days.js';
import { codeSender } from './send.js';

export function Wait({ api, hall, route, draft, setDraft, pow, now, i18n }) {
  const [fault, setFault] = useState(null);
  const [window, setWindow] = useState(null);
  const post = usePost(api);
  const wait = draft.wait || {};
  const from = wait.from || window?.first || '';
  const to = wait.to || window?.last || '';
  useEffect(() => {
    api.get(`/halls/${hall.code}/days?${visitQuery(route)}`, { cache: 'no-cache' }).then(setWindow, () => {});
  }, []);

  function check() {
    const found = daysFault(from, to);
    setFault(found);
    if (found) document.getElementById('from')?.focus();
    return !found;
  }

  async function submit(phone, code) {
    const body = { services: route.services, persons: route.persons, from, to, phone, code, lang: i18n.lang };
    const waiting = await joined(post(`/halls/${hall.code}/waitlist`, body));
    setDraft({ sent: null, wait: null });
    location.assign(`/b#${waiting.link}`);
    await new Promise(() => {});
  }

  const services = servicesText(hall, route.services, i18n);
  return html`<h1 tabindex="-1">${i18n.t('wait.heading')}</h1>
    <p class="quiet">${i18n.t('wait.lead', { services, n: hall.booking.offer_minutes })}</p>
    <${WaitDays} from=${from} to=${to} first=${window?.first} last=${window?.last} fault=${fault} i18n=${i18n}
      onDays=${(days) => setDraft({ wait: days })} />
    <${PhoneCode} what="wait" zone=${hall.zone} draft=${draft} onDraft=${setDraft} check=${check} submit=${submit}
      now=${now} i18n=${i18n}
      label=${i18n.t('wait.join')}
      send=${codeSender({ hall, post, pow, i18n }, { purpose: 'wait' })} />`;
}
