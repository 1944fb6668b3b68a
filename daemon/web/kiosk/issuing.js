// While the number is on its way, and when there is none. SPDX-License-Identifier: MIT
import { html, useEffect } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { issueTicket } from './issue.js';
import { Hours, Notice } from './states.js';

// After so many tries (some 20 s) waiting is no longer the only advice.
const LONG_TRIES = 7;

// Asks as long as this request is the present one.
export function useIssue({ api, hall, flow, dispatch }) {
  const { screen, key, request } = flow;
  useEffect(() => {
    if (screen !== 'issuing') return undefined;
    let here = true;
    issueTicket(
      {
        send: (body, id) => api.post(`/halls/${hall}/tickets`, body, { key: id, retries: 0 }),
        wait: (ms) => new Promise((done) => setTimeout(done, ms)),
        wanted: () => here,
        onRetry: (tries) => dispatch({ type: 'retrying', key, tries }),
      },
      request,
      key,
    ).then(
      (ticket) => ticket && dispatch({ type: 'issued', key, ticket }),
      (problem) => dispatch({ type: 'refused', key, problem }),
    );
    return () => {
      here = false;
    };
  }, [screen, key]);
}

export function Issuing({ flow, reset, i18n }) {
  const long = flow.tries >= LONG_TRIES;
  return html`<${Notice} id="issuing" busy=${true} heading=${i18n.t('issuing.heading')}>
    ${flow.tries > 0 && html`<p>${i18n.t(long ? 'issuing.long' : 'issuing.retry')}</p>`}
    ${flow.tries > 0 && html`<p class="quiet">${i18n.t('issuing.once')}</p>`}
    ${long && html`<button type="button" class="button" onClick=${reset}>${i18n.t('start_over')}</button>`}
  <//>`;
}

export function NotIssued({ hall, flow, dispatch, reset, i18n }) {
  const { problem } = flow;
  const key = `refused.${problem.code}`;
  const known = i18n.has(key);
  return html`<${Notice} id="refused" alert=${true} heading=${i18n.t(known ? key : 'refused.heading')}>
    <p>${known ? i18n.t(`${key}.next`) : problemText(problem, i18n)}</p>
    ${problem.code === 'hall_closed' && html`<${Hours} hall=${hall} i18n=${i18n} />`}
    <div class="actions">
      <button type="button" class="button primary" onClick=${() => dispatch({ type: 'back' })}>
        ${i18n.t('refused.services')}
      </button>
      <button type="button" class="button" onClick=${reset}>${i18n.t('start_over')}</button>
    </div>
  <//>`;
}
