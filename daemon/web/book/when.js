// Step 3: day and time. Picking a time holds it. SPDX-License-Identifier: MIT
import { html, useRef, useState } from '../shared/ui.js';
import { dayAt, dayText } from '../shared/dates.js';
import { makeAttempt } from '../shared/attempt.js';
import { DayTime } from '../shared/slots.js';
import { timeWords } from '../shared/visit.js';
import { Held } from './held.js';
import { holdOf, visitKey } from './state.js';

// The new time first, then the old one goes back: whoever loses the new one keeps the old.
export async function takeHold({ api, attempt, hall, route, pow, lang }, at) {
  const held = await attempt(
    `${visitKey(route)} ${at}`,
    async () => ({
      services: route.services, at, persons: route.persons, ...(route.class && { class: route.class }), lang, ...(await pow.take()),
    }),
    (body, key) => api.post(`/halls/${hall.code}/holds`, body, { key }),
  );
  return { ...held, visit: visitKey(route) };
}

const letGo = (api, hold) =>
  api.post('/booking/cancel', {}, { retries: 1, authorization: `Ticket ${hold.link}` }).catch(() => {}); // it runs out by itself

export function When({ api, hall, route, way, draft, setDraft, pow, now, i18n }) {
  const [busyAt, setBusyAt] = useState(null);
  const [error, setError] = useState(null);
  const attempt = useRef(null);
  attempt.current ??= makeAttempt();
  const present = holdOf(route, draft);

  async function pick(at) {
    if (present?.at === at) {
      way.go({ ...route, screen: 'phone' });
      return;
    }
    setBusyAt(at);
    setError(null);
    try {
      const hold = await takeHold({ api, attempt: attempt.current, hall, route, pow, lang: i18n.lang }, at);
      if (draft.hold) letGo(api, draft.hold);
      setDraft({ hold, sent: null });
      way.swap({ ...route, day: dayAt(at, hall.zone) });
      way.go({ ...way.route, screen: 'phone' });
    } catch (failed) {
      setError(failed);
      scrollTo(0, 0);
    }
    setBusyAt(null);
    pow.warm();
  }

  const wait = () => html`<div class="wait-offer">
    <p class="quiet">${i18n.t('wait.offer')}</p>
    <p><button type="button" class="button" onClick=${() => way.go({ ...route, screen: 'wait' })}>${i18n.t('wait.open')}</button></p>
  </div>`;
  return html`<h1 tabindex="-1">${i18n.t('time.heading')}</h1>
    ${present && html`<${Held} hold=${present} hall=${hall} now=${now} i18n=${i18n}>
      <button type="button" class="button primary" onClick=${() => way.go({ ...route, screen: 'phone' })}>
        ${i18n.t('hold.go', { time: timeWords(present.at, hall.zone, i18n), day: dayText(dayAt(present.at, hall.zone), i18n.lang, 'short') })}
      </button>
    <//>`}
    <${DayTime} api=${api} hall=${hall} visit=${route} day=${route.day} busyAt=${busyAt} error=${error} i18n=${i18n}
      onDay=${(day) => way.swap({ ...route, day })} onPick=${pick} none=${wait} />`;
}
