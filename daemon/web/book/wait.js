// The waitlist: on which days, and a number to tell. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { dayFromIso, isDay, isoOf } from '../shared/dates.js';
import { PhoneCode } from '../shared/phone_code.js';
import { visitQuery } from '../shared/slots.js';
import { servicesText } from '../shared/visit.js';
import { codeSender } from './send.js';

function DayField({ id, label, value, min, max, fault, onDay }) {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} class="input" type="date" value=${value ? isoOf(value) : ''} min=${min ? isoOf(min) : null}
      max=${max ? isoOf(max) : null}
      aria-invalid=${String(Boolean(fault))} onInput=${(event) => onDay(dayFromIso(event.target.value))} />
  </div>`;
}

export const waitFault = (from, to) => {
  if (!isDay(from) || !isDay(to)) return 'wait.days.missing';
  return from > to ? 'wait.days.order' : null;
};

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
    const found = waitFault(from, to);
    setFault(found);
    if (found) document.getElementById('from')?.focus();
    return !found;
  }

  async function submit(phone, code) {
    const body = { services: route.services, persons: route.persons, from, to, phone, code, lang: i18n.lang };
    const waiting = await post(`/halls/${hall.code}/waitlist`, body);
    setDraft({ sent: null, wait: null });
    location.assign(`/b#${waiting.link}`);
    await new Promise(() => {});
  }

  const services = servicesText(hall, route.services, i18n);
  return html`<h1 tabindex="-1">${i18n.t('wait.heading')}</h1>
    <p class="quiet">${i18n.t('wait.lead', { services, n: hall.booking.offer_minutes })}</p>
    <div class="two">
      <${DayField} id="from" label=${i18n.t('wait.from')} value=${from} min=${window?.first} max=${window?.last}
        fault=${fault}
        onDay=${(day) => setDraft({ wait: { from: day, to } })} />
      <${DayField} id="to" label=${i18n.t('wait.to')} value=${to} min=${window?.first} max=${window?.last}
        fault=${fault}
        onDay=${(day) => setDraft({ wait: { from, to: day } })} />
    </div>
    ${fault && html`<p class="problem" role="alert">${i18n.t(fault)}</p>`}
    <${PhoneCode} what="wait" draft=${draft} onDraft=${setDraft} check=${check} submit=${submit} now=${now} i18n=${i18n}
      label=${i18n.t('wait.join')}
      send=${codeSender({ hall, post, pow, i18n }, { purpose: 'wait' })} />`;
}
