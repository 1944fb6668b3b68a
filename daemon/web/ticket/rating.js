// How the visit was: one tap; where it was not good, one more that says why. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Fault, useAct } from './tools.js';

const REASONS = ['wait', 'staff', 'result', 'place', 'other'];

export function Rating({ i18n, api, ticket, onTicket }) {
  const [bad, setBad] = useState(false);
  const { busy, error, act } = useAct(api, onTicket);
  if (ticket.rating) return html`<p class="rated" role="status">${i18n.t('rating.thanks')}</p>`;
  const rate = (body) => act('/ticket/rating', body);
  return html`<section class="rating" aria-labelledby="rating-ask">
    <h2 id="rating-ask">${i18n.t(bad ? 'rating.why' : 'rating.ask')}</h2>
    ${bad
      ? html`<ul>${REASONS.map((reason) => html`<li key=${reason}><button type="button" class="button" disabled=${busy}
          onClick=${() => rate({ rating: 'bad', reason })}>${i18n.t(`rating.${reason}`)}</button></li>`)}</ul>`
      : html`<div class="actions">
          <button type="button" class="button" disabled=${busy} aria-busy=${String(busy)}
            onClick=${() => rate({ rating: 'good' })}>${i18n.t('rating.good')}</button>
          <button type="button" class="button" disabled=${busy} onClick=${() => setBad(true)}>${i18n.t('rating.bad')}</button>
        </div>`}
    <${Fault} error=${error} i18n=${i18n} />
  </section>`;
}
