// Step 3: day and time. Picking a time holds it. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { dayAt } from '../shared/dates.js';
import { DayTime } from '../shared/slots.js';
import { dayWords, timeWords } from '../shared/visit.js';
import { Held } from './held.js';
import { holdOf, visitKey } from './state.js';

export async function takeHold({ hall, route, post, pow, i18n }, at) {
  const { services, persons, class: kind } = route;
  const wish = { services, at, persons, ...(kind && { class: kind }), lang: i18n.lang };
  const held = await post(`/halls/${hall.code}/holds`, wish, { add: pow.take });
  return { ...held, visit: visitKey(route) };
}

// It would run out by itself; so it is no matter when this fails.
const letGo = (api, { link }) =>
  api.post('/booking/cancel', {}, { retries: 1, authorization: `Ticket ${link}` }).catch(() => {});

export function When({ api, hall, route, way, draft, setDraft, pow, now, i18n }) {
  const [busyAt, setBusyAt] = useState(null);
  const [error, setError] = useState(null);
  const post = usePost(api);
  const present = holdOf(route, draft);

  async function pick(at) {
    if (present?.at === at) {
      way.go({ ...route, screen: 'phone' });
      return;
    }
    setBusyAt(at);
    setError(null);
    try {
      const hold = await takeHold({ hall, route, post, pow, i18n }, at);
      // Only now: whoever loses the new time keeps the old one.
      if (draft.hold) letGo(api, draft.hold);
      setDraft({ hold, sent: null, booked: null });
      way.swap({ ...route, day: dayAt(at, hall.zone) });
      way.go({ ...way.route, screen: 'phone' });
    } catch (failed) {
      setError(failed);
      scrollTo(0, 0);
    }
    setBusyAt(null);
    pow.warm();
  }

  const words = (at) => ({ day: dayWords(at, hall.zone, i18n, 'short'), time: timeWords(at, hall.zone, i18n) });
  const wait = () => html`<div class="wait-offer">
    <p class="quiet">${i18n.t('wait.offer')}</p>
    <p><button type="button" class="button"
      onClick=${() => way.go({ ...route, screen: 'wait' })}>${i18n.t('wait.open')}</button></p>
  </div>`;
  return html`<h1 tabindex="-1">${i18n.t('time.heading')}</h1>
    ${present && html`<${Held} hold=${present} hall=${hall} now=${now} i18n=${i18n}>
      <button type="button" class="button primary" onClick=${() => way.go({ ...route, screen: 'phone' })}>
        ${i18n.t('hold.go', words(present.at))}
      </button>
    <//>`}
    <${DayTime} api=${api} hall=${hall} visit=${route} day=${route.day} busyAt=${busyAt} error=${error} i18n=${i18n}
      onDay=${(day) => way.swap({ ...route, day })} onPick=${pick} none=${wait} />`;
}
