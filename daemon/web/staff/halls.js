// Which hall. One hall is no choice and is entered at once. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { Quiet, Top } from './parts.js';

export const worksInSeveral = (person) => person.halls.length > 1 || person.halls.includes('*');

// onChoose(code, atOnce): atOnce when there was nothing to choose.
export function ChooseHall({ api, i18n, session, heading, onChoose }) {
  const [found, setFound] = useState({});
  const load = () => {
    setFound({});
    api.get('/halls').then(({ halls }) => {
      const all = session.person.halls.includes('*');
      const mine = halls.filter((hall) => all || session.person.halls.includes(hall.code));
      if (mine.length === 1) onChoose(mine[0].code, true);
      else setFound({ halls: mine });
    }, (error) => setFound({ error }));
  };
  useEffect(load, []);
  if (!found.halls) return html`<${Quiet} i18n=${i18n} error=${found.error} onRetry=${load} />`;
  return html`<div class="chooser">
    <${Top} i18n=${i18n} title=${session.person.name}>
      <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
    <//>
    <main>
      <h1>${heading}</h1>
      ${!found.halls.length && html`<p class="card">${i18n.t('choose.no_hall')}</p>`}
      <ul class="halls">
        ${found.halls.map(
          (hall) => html`<li key=${hall.code}>
            <button type="button" class="button" onClick=${() => onChoose(hall.code)}>
              <b>${i18n.name(hall.names)}</b><span class="quiet">${i18n.name(hall.address)}</span>
            </button>
          </li>`,
        )}
      </ul>
    </main>
  </div>`;
}
