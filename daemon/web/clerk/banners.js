// What a clerk should know of the hall just now, calmly: who leads here, the announcement, the alarms that touch this desk.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { alarmTexts, linesOf, personOf } from './text.js';

// Those of the lines a counter serves, and what every desk notices: no messages go out, a board is dark.
function alarmsFor(state, hall, counter) {
  const lines = linesOf(hall, counter);
  return Object.values(state.hall.alarms)
    .filter(({ kind, subject }) => (kind === 'wait' || kind === 'predicted' ? subject in lines : kind === 'sms' || kind === 'board'))
    .sort((a, b) => a.since - b.since);
}

// Goes away by itself when its time is over.
function Announcement({ announcement, clock, i18n }) {
  const [, redraw] = useState(0);
  const leftMs = announcement.until - clock.now();
  useEffect(() => {
    const timer = setTimeout(() => redraw((n) => n + 1), Math.max(0, leftMs) + 50);
    return () => clearTimeout(timer);
  }, [announcement]);
  if (leftMs <= 0) return null;
  return html`<p class="banner accent" data-banner="announcement">${i18n.t('announcement', { text: i18n.name(announcement.texts) })}</p>`;
}

export function Banners({ live, counter, clock, i18n, stand }) {
  const { hall, state } = live;
  const [put, setPut] = useState({}); // alarms that were read, until they are raised anew
  const name = (alarm) => `${alarm.kind}|${alarm.subject}|${alarm.since}`;
  const alarms = alarmsFor(state, hall, counter).filter((alarm) => !put[name(alarm)]);
  const { announcement } = state.hall;
  return html`<div class="banners" role="status">
    ${stand === 'leading' && html`<p class="banner accent" data-banner="leading">${i18n.t('leading', { name: personOf(counter.clerk) })}</p>`}
    ${announcement && html`<${Announcement} key=${announcement.until} announcement=${announcement} clock=${clock} i18n=${i18n} />`}
    ${alarms.length > 0 && html`<p class="banner" data-banner="alarms">
      <span>${alarmTexts(alarms, hall, i18n).join(i18n.t('alarm.and'))}</span>
      <button type="button" class="button plain" onClick=${() => setPut({ ...put, ...Object.fromEntries(alarms.map((one) => [name(one), true])) })}>
        ${i18n.t('alarm.read')}</button>
    </p>`}
  </div>`;
}
