// My bookings, against a code to the phone they were made with. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { PhoneCode } from '../shared/phone_code.js';
import { dayWords, servicesText, timeWords } from '../shared/visit.js';
import { codeSender } from './send.js';
import { writeRoute } from './state.js';

function Item({ link, title, text }) {
  return html`<li><a class="choice" href=${`/b#${link}`}><span class="strong">${title}</span><span
    class="small quiet">${text}</span></a></li>`;
}

// Its `to` is the moment behind the last day.
const waitingTitle = ({ from, to }, { zone }, i18n) =>
  i18n.t('mine.waiting', { from: dayWords(from, zone, i18n, 'date'), to: dayWords(to - 1, zone, i18n, 'date') });

function Found({ hall, found, i18n, onClose }) {
  const { bookings, waiting } = found;
  return html`<h1 tabindex="-1">${i18n.t('mine.found')}</h1>
    ${bookings.length === 0 && waiting.length === 0 && html`<p class="notice-box">${i18n.t('mine.none')}</p>`}
    <ul class="choices">
      ${bookings.map((one) => html`<${Item} key=${one.id} link=${one.link}
        text=${servicesText(hall, one.services, i18n)}
        title=${`${dayWords(one.at, hall.zone, i18n)} ${timeWords(one.at, hall.zone, i18n)}`} />`)}
      ${waiting.map((one) => html`<${Item} key=${one.id} link=${one.link}
        text=${servicesText(hall, one.services, i18n)}
        title=${waitingTitle(one, hall, i18n)} />`)}
    </ul>
    <div class="actions">
      <a class="button" href=${writeRoute({ hall: hall.code })}>${i18n.t('mine.book')}</a>
      <button type="button" class="button plain" onClick=${onClose}>${i18n.t('mine.close')}</button>
    </div>`;
}

export function Mine({ api, hall, draft, setDraft, pow, now, i18n }) {
  const post = usePost(api);
  if (draft.mine) {
    return html`<${Found} hall=${hall} found=${draft.mine} i18n=${i18n}
      onClose=${() => setDraft({ mine: null, phone: '', sent: null })} />`;
  }
  async function submit(phone, code) {
    const { bookings = [], waiting = [] } = await post(`/halls/${hall.code}/my-bookings`, { phone, code });
    setDraft({ mine: { bookings, waiting }, sent: null });
    document.querySelector('main h1')?.focus();
  }
  return html`<h1 tabindex="-1">${i18n.t('mine.heading')}</h1>
    <p class="quiet">${i18n.t('mine.lead')}</p>
    <${PhoneCode} what="manage" zone=${hall.zone} draft=${draft} onDraft=${setDraft} submit=${submit} now=${now} i18n=${i18n}
      label=${i18n.t('mine.show')}
      send=${codeSender({ hall, post, pow, i18n }, { purpose: 'manage' })} />`;
}
