// Boards, kiosks, signs and printers of the hall: what is dead or needs a hand first. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { DeviceRow, rateDevices } from '../staff/devices.js';
import { limitsOf } from './figures.js';
import { useAsked } from './live.js';

const AGAIN_MS = 15000;

// Asked again now and then, and at once when an alarm of a device begins or ends.
function useDevices({ api, path, live, beat }) {
  const [round, setRound] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setRound((n) => n + 1), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const alarms = live.day.alarms.map((one) => `${one.kind} ${one.subject}`).join(',');
  return useAsked(() => api.get(`${path}/devices`, { retries: 0 }), path, `${beat} ${round} ${alarms}`);
}

export function DevicesPanel({ api, path, hall, live, i18n, beat, now, session }) {
  const found = useDevices({ api, path, live, beat });
  const rows = found.data ? rateDevices({ ...found.data, now }, limitsOf(hall).board_seconds * 1000) : [];
  const bad = rows.filter((row) => row.tone !== 'good').length;
  return html`${found.error && html`<div role="alert"><p class="problem">${problemText(found.error, i18n)}</p>
      <button type="button" class="button" onClick=${found.ask}>${i18n.t('retry')}</button></div>`}
    ${!found.data && !found.error && html`<p class="quiet" role="status">${i18n.t('loading')}</p>`}
    ${found.data && !rows.length && html`<p class="quiet none">${i18n.t('devices.none')}</p>`}
    ${rows.length > 0 && html`<p class="quiet small" role="status">${bad ? i18n.t('devices.bad', { n: bad }) : i18n.t('devices.well', { n: rows.length })}</p>`}
    <ul class="devices" tabindex="0" aria-label=${i18n.t('panel.devices')}>${rows.map((row) => html`<${DeviceRow} key=${`${row.kind} ${row.name}`} row=${row} hall=${hall} now=${now} i18n=${i18n} />`)}</ul>
    ${session.person.role === 'admin' && html`<div class="acts"><a class="button" href=${`/admin#${hall.code}/devices`}>${i18n.t('devices.admin')}</a></div>`}`;
}
