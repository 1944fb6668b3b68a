// Step 2: the documents to bring, each ticked, so that nobody comes twice. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { documentsOf, servicesText } from '../shared/visit.js';
import { Go } from './frame.js';
import { allTicked } from './state.js';

export function Papers({ hall, route, way, draft, setDraft, i18n }) {
  const [asked, setAsked] = useState(false);
  const documents = documentsOf(hall, route.services);
  const ticked = draft.ticked || [];
  const whole = allTicked(hall, route, draft);
  const tick = (key, on) => setDraft({ ticked: on ? [...ticked, key] : ticked.filter((one) => one !== key) });
  function onward(event) {
    event.preventDefault();
    if (whole) {
      way.go({ ...route, screen: 'time' });
      return;
    }
    setAsked(true);
    event.target.querySelector('input:not(:checked)')?.focus();
  }
  return html`<h1 tabindex="-1">${i18n.t('papers.heading')}</h1>
    <p class="quiet">${i18n.t('papers.lead', { services: servicesText(hall, route.services, i18n) })}</p>
    <form onSubmit=${onward} novalidate>
      <ul class="papers">
        ${documents.map(({ key, texts }) => html`<li key=${key}>
          <label class="tick">
            <input type="checkbox" checked=${ticked.includes(key)}
              onChange=${(event) => tick(key, event.target.checked)} />
            <span>${i18n.name(texts)}</span>
          </label>
        </li>`)}
      </ul>
      ${asked && !whole && html`<p class="problem" role="alert">${i18n.t('papers.open')}</p>`}
      <${Go}><button type="submit" class="button primary">${i18n.t('papers.yes')}</button><//>
    </form>`;
}
