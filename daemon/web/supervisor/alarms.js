// What is wrong, first on the page: in words, since when, and what to do. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { printerName } from '../staff/printers.js';
import { limitsOf, minutesOf } from './figures.js';
import { counterName, rangeText, serviceName } from './text.js';

const OF_SERVICE = new Set(['wait', 'predicted', 'uncovered']);
const OF_DEVICE = new Set(['board', 'sign', 'printer']);
const SHOWN = 6; // the worst; a hall where everything is late must still show its lines
const SHAPES = { bad: '■', warn: '▲' };

function valuesOf(one, { hall, i18n, now }) {
  const limits = limitsOf(hall);
  const values = { n: Number(one.value) || 0, subject: one.subject, limit: limits.wait_minutes };
  if (one.kind === 'printer') values.subject = printerName(hall, one.subject, i18n);
  if (one.counter) values.counter = counterName(hall, one.counter, i18n);
  if (!OF_SERVICE.has(one.kind)) return values;
  values.subject = serviceName(hall, one.subject, i18n);
  if (one.kind === 'wait' && one.row?.waiting) values.n = minutesOf(one.row.longestMs);
  values.range = rangeText(one.row?.wait, i18n) || i18n.t('min', { n: values.n });
  values.since = timeText(Math.min(one.since, now), i18n.lang, hall.zone);
  return values;
}

function Alarm({ one, hall, i18n, now, onPanel }) {
  const values = valuesOf(one, { hall, i18n, now });
  const known = i18n.has(`alarm.${one.kind}`);
  return html`<li class=${`alarm ${one.tone}`} data-kind=${one.kind}>
    <span class="shape" aria-hidden="true">${SHAPES[one.tone]}</span>
    <p class="what"><b>${known ? i18n.t(`alarm.${one.kind}`, values) : one.kind}</b>
      <span class="since">${i18n.t('alarm.since', { time: timeText(one.since, i18n.lang, hall.zone) })}</span></p>
    <p class="advice">${known && i18n.t(`alarm.${one.kind}.do`, values)}</p>
    ${OF_SERVICE.has(one.kind) && html`<button type="button" class="button" onClick=${() => onPanel('service', one.subject)}
      aria-label=${`${i18n.t('alarm.act')}: ${values.subject}`}>${i18n.t('alarm.act')}</button>`}
    ${OF_DEVICE.has(one.kind) && html`<button type="button" class="button" onClick=${() => onPanel('devices')}
      aria-label=${`${i18n.t('alarm.devices')}: ${values.subject}`}>${i18n.t('alarm.devices')}</button>`}
  </li>`;
}

export function Alarms({ troubles, hall, i18n, now, onPanel }) {
  const [all, setAll] = useState(false);
  const shown = all ? troubles : troubles.slice(0, SHOWN);
  return html`<section class="alarms" aria-labelledby="alarms-heading">
    <h2 id="alarms-heading" class="for-readers">${i18n.t('alarms.heading')}</h2>
    ${troubles.length
      ? html`<ul aria-live="polite">${shown.map((one) => html`<${Alarm} key=${`${one.kind} ${one.subject}`} one=${one} hall=${hall}
          i18n=${i18n} now=${now} onPanel=${onPanel} />`)}</ul>`
      : html`<p class="calm"><span aria-hidden="true">●</span> ${i18n.t('alarms.none')}</p>`}
    ${troubles.length > SHOWN && html`<button type="button" class="button plain" aria-expanded=${String(all)} onClick=${() => setAll(!all)}>
      ${i18n.t(all ? 'alarms.fewer' : 'alarms.all', { n: troubles.length - SHOWN })}</button>`}
  </section>`;
}
