// Section: messages. What leaves through which gateway, how today's messages fared, and where a single one is. Asks again
// every few seconds by itself. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../../shared/ui.js';
import { problemText } from '../../shared/i18n.js';
import { LinkBanner } from '../../shared/parts.js';
import { openPoll } from '../../shared/poll.js';
import { Budget } from './budget.js';
import { Gateways } from './gateways.js';
import { Find } from './find.js';
import { Today } from './today.js';

const EVERY_MS = 5000;
const HIDDEN_MS = 60000; // nobody looks
const STALE_MS = 20000;
const OFFLINE_MS = 60000;

// Everything of one moment: {gateways, counts, failed}; error: the last answer was a refusal.
function useMessages({ api, hall }) {
  const [now, setNow] = useState({ link: { state: 'connecting' } });
  const poll = useRef(null);
  useEffect(() => {
    const read = { retries: 0 };
    const ask = async () => {
      try {
        const [gateways, counts, failed] = await Promise.all([api.get(`/sms/gateways?hall=${hall}`, read), api.get(`/halls/${hall}/messages/counts`, read),
          api.get(`/halls/${hall}/messages?state=failed&limit=100`, read)]);
        return { gateways, counts, failed };
      } catch (error) {
        setNow((old) => ({ ...old, error }));
        throw error;
      }
    };
    poll.current = openPoll({
      ask, staleMs: STALE_MS, offlineMs: OFFLINE_MS,
      onAnswer: (data) => setNow((old) => ({ ...old, data, error: null })),
      onState: (link) => setNow((old) => ({ ...old, link })),
      everyMs: () => (document.hidden ? HIDDEN_MS : EVERY_MS),
    });
    return () => poll.current.close();
  }, [hall]);
  return { ...now, ask: () => poll.current.refresh() };
}

export function Messages({ api, i18n, draft: hall }) {
  const { data, error, link, ask } = useMessages({ api, hall: hall.code });
  if (!data && error) {
    return html`<div class="messages"><div class="card" role="alert"><p>${problemText(error, i18n)}</p>
      <div class="actions"><button type="button" class="button primary" onClick=${ask}>${i18n.t('retry')}</button></div></div></div>`;
  }
  if (!data) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  const { gateways, counts, failed } = data;
  const shared = { api, hall, i18n };
  return html`<div class="messages" data-link=${link.state}>
    <${LinkBanner} link=${link} i18n=${i18n} zone=${hall.zone} />
    <${Gateways} ...${shared} gateways=${gateways} onTried=${ask} />
    <${Budget} i18n=${i18n} gateways=${gateways} zone=${hall.zone} />
    <${Today} ...${shared} counts=${counts} failed=${failed.messages} />
    <${Find} ...${shared} />
  </div>`;
}
