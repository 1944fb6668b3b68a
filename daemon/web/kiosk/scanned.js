// Codes that are of no use here, and those that are read while somebody is in the middle of something.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { Dialog } from '../shared/parts.js';
import { Notice } from './states.js';

// The other hall, if this daemon knows it.
function useHall(api, code) {
  const [hall, setHall] = useState(null);
  useEffect(() => {
    let here = true;
    setHall(null);
    if (code) api.get(`/halls/${code}`, { retries: 0 }).then((found) => here && setHall(found), () => {});
    return () => {
      here = false;
    };
  }, [code]);
  return hall;
}

function Elsewhere({ other, i18n }) {
  if (!other) return html`<p>${i18n.t('unread.elsewhere.next')}</p>`;
  const address = i18n.name(other.address);
  return html`<p class="place">
    <span>${i18n.t('unread.elsewhere.go')}</span>
    <strong>${i18n.name(other.names)}</strong>
    ${address && html`<span>${address}</span>`}
  </p>`;
}

export function Unread({ api, hall, flow, dispatch, reset, i18n }) {
  const { kind, elsewhere } = flow.scan;
  const other = useHall(api, elsewhere);
  const byPhone = hall.booking?.open && kind === 'unknown';
  return html`<${Notice} id="unread" alert=${true} heading=${i18n.t(`unread.${kind}`)}>
    ${elsewhere ? html`<${Elsewhere} other=${other} i18n=${i18n} />` : html`<p>${i18n.t('unread.unknown.next')}</p>`}
    <div class="actions">
      ${byPhone && html`<button type="button" class="button primary" onClick=${() => dispatch({ type: 'have_booking' })}>
        ${i18n.t('unread.phone')}</button>`}
      <button type="button" class=${byPhone ? 'button' : 'button primary'} onClick=${reset}>${i18n.t('start_over')}</button>
    </div>
  <//>`;
}

// A code of use here: go on with it? Any other: why not.
export function AskScan({ flow, dispatch, i18n }) {
  const { kind = 'unknown', elsewhere } = flow.asked?.scan ?? {};
  const useless = kind === 'unknown' || elsewhere;
  const why = elsewhere ? 'unread.elsewhere.next' : 'unread.unknown.next';
  const no = () => dispatch({ type: 'scan_no' });
  const yes = () => dispatch({ type: 'scan_yes' });
  return html`<${Dialog} open=${Boolean(flow.asked)} onClose=${no} labelledBy="scan-heading">
    <h2 id="scan-heading">${i18n.t(`${useless ? 'unread' : 'scan'}.${kind}`)}</h2>
    <p>${i18n.t(useless ? why : 'scan.lost')}</p>
    <div class="actions">
      ${!useless && html`<button type="button" class="button" onClick=${no}>${i18n.t('scan.no')}</button>`}
      <button type="button" class="button primary" autofocus onClick=${useless ? no : yes}>
        ${i18n.t(useless ? 'scan.ok' : 'scan.yes')}</button>
    </div>
  <//>`;
}
