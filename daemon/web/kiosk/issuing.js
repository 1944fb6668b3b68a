// While the number (or the way back into the line) is on its way, and when there is none. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { issueTicket } from './issue.js';
import { Hours, Notice } from './states.js';

const SLOW_MS = 4000; // after that somebody has to say that it goes on
const LONG_MS = 15000; // and after that waiting is no longer the only advice

// Typed, it is a number; scanned, it is known exactly.
const ticketPath = ({ ticket, number }) => `/tickets/${ticket ?? number}`;

// By screen: what is asked of the daemon, and what the answer is called.
const ASKS = {
  issuing: { path: () => '/tickets', body: (request) => request, done: 'issued' },
  returning: { path: (request) => `${ticketPath(request)}/return`, body: () => ({}), done: 'returned', else: arrive },
  checking: { path: () => '/check-in', body: (request) => request, done: 'checked_in' },
};

// A number that was not missed may be one from home, whose holder is here now. Its key is another one, since it is
// another request; the same each time, since it is the same.
function arrive({ post, request, key, error }) {
  if (error.code !== 'ticket_state') throw error;
  return post(`${ticketPath(request)}/arrive`, {}, `${key}-here`).catch((second) => {
    if (second.code === 'ticket_return_late') second.code = 'arrive_late'; // it was never called
    throw second.code === 'ticket_state' ? error : second;
  });
}

// A number that cannot come back may be the one called just now: then its counter is the best answer.
async function withCounter({ api, hall, request, problem }) {
  if (problem.code !== 'ticket_state' || !request.number) return problem;
  const board = await api.get(`/halls/${hall}/board`, { retries: 0 }).catch(() => null);
  const call = board?.calls.find((one) => one.number === request.number && one.state === 'called');
  return call ? Object.assign(problem, { counter: call.counter }) : problem;
}

// Asks as long as this request is the present one.
export function useIssue({ api, hall, flow, dispatch }) {
  const { screen, key, request } = flow;
  useEffect(() => {
    const ask = ASKS[screen];
    if (!ask) return undefined;
    let here = true;
    const post = (path, body, id) => api.post(`/halls/${hall}${path}`, body, { key: id, retries: 0 });
    issueTicket(
      {
        send: (wanted, id) => {
          const answer = post(ask.path(wanted), ask.body(wanted), id);
          return ask.else ? answer.catch((error) => ask.else({ post, request: wanted, key: id, error })) : answer;
        },
        wait: (ms) => new Promise((done) => setTimeout(done, ms)),
        wanted: () => here,
        onRetry: (tries) => dispatch({ type: 'retrying', key, tries }),
      },
      request,
      key,
    ).then(
      (ticket) => ticket && dispatch({ type: ask.done, key, ticket }),
      async (problem) => dispatch({ type: 'refused', key, problem: await withCounter({ api, hall, request, problem }) }),
    );
    return () => {
      here = false;
    };
  }, [screen, key]);
}

// How long the citizen has been waiting for an answer: 0, 1 (slow) or 2 (long).
function usePatience(key) {
  const [patience, setPatience] = useState(0);
  useEffect(() => {
    setPatience(0);
    const timers = [setTimeout(() => setPatience(1), SLOW_MS), setTimeout(() => setPatience(2), LONG_MS)];
    return () => timers.forEach(clearTimeout);
  }, [key]);
  return patience;
}

export function Issuing({ flow, reset, i18n }) {
  const patience = usePatience(flow.key);
  const slow = flow.tries > 0 || patience > 0;
  const long = patience > 1;
  const once = `${flow.screen}.once`;
  return html`<${Notice} id=${flow.screen} busy=${true} heading=${i18n.t(`${flow.screen}.heading`)}>
    ${slow && html`<p>${i18n.t(long ? 'issuing.long' : 'issuing.retry')}</p>`}
    ${slow && i18n.has(once) && html`<p class="quiet">${i18n.t(once)}</p>`}
    ${flow.again && html`<p class="scanned">${i18n.t('scan.again')}</p>`}
    ${long && html`<button type="button" class="button" onClick=${reset}>${i18n.t('start_over')}</button>`}
  <//>`;
}

export function NotIssued({ hall, clock, flow, dispatch, reset, i18n }) {
  const { problem } = flow;
  const key = `refused.${problem.code}`;
  const known = i18n.has(key);
  return html`<${Notice} id="refused" alert=${true} heading=${i18n.t(known ? key : 'refused.heading')}>
    <p>${known ? i18n.t(`${key}.next`, { n: hall.rules.return_within_minutes }) : problemText(problem, i18n)}</p>
    ${problem.code === 'hall_closed' && html`<${Hours} hall=${hall} clock=${clock} i18n=${i18n} />`}
    <div class="actions">
      <button type="button" class="button primary" onClick=${() => dispatch({ type: 'back' })}>
        ${i18n.t(i18n.has(`${key}.do`) ? `${key}.do` : 'refused.services')}
      </button>
      <button type="button" class="button" onClick=${reset}>${i18n.t('start_over')}</button>
    </div>
  <//>`;
}
