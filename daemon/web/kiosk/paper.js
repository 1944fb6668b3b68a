// The ticket on paper, at a kiosk with a printer: coming, there, or not: then the screen is the ticket.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { printTicket, printerOf } from '../shared/print_job.js';

const GIVE_UP_MS = 12000; // nobody stands longer than that before a slot
const FRESH_MS = 120000; // one given earlier was printed then: whoever scans again wants to see it, not more paper

// '' where there is no paper; printing, printed, failed or unknown.
export function usePaper({ api, hall, device, ticket, clock }) {
  const printer = printerOf(hall, device);
  const [printing] = useState(() => Boolean(printer) && clock.now() - ticket.issued < FRESH_MS);
  const [state, setState] = useState(printing ? 'printing' : '');
  useEffect(() => {
    if (!printing) return undefined;
    let here = true;
    printTicket({
      api, path: `/halls/${hall.code}`, ticket: ticket.id, key: newKey(), wanted: () => here, giveUpMs: GIVE_UP_MS,
    }).then((job) => job && setState(job.state), () => here && setState('failed'));
    return () => {
      here = false;
    };
  }, [ticket.id]);
  return state;
}

// The screen is the ticket, then.
export const isMissing = (state) => state === 'failed' || state === 'unknown';

function Printer() {
  return html`<svg class="printer" viewBox="0 0 48 48" aria-hidden="true">
    <path class="sheet" d="M15 27v15h18V27" /><path class="box" d="M7 17h34v15h-8v-5H15v5H7zM14 6h20v11H14z" />
  </svg>`;
}

export function Paper({ state, i18n }) {
  if (!state) return null;
  const bad = isMissing(state);
  return html`<div class=${`on-paper ${bad ? 'bad' : ''}`} data-paper=${state} role=${bad ? 'alert' : 'status'}>
    ${bad ? html`<span class="sign" aria-hidden="true">!</span>` : html`<${Printer} />`}
    <div><p class="what">${i18n.t(`paper.${state}`)}</p>${i18n.has(`paper.${state}.next`) && html`<p>${i18n.t(`paper.${state}.next`)}</p>`}</div>
  </div>`;
}
