// What is wrong, first on the page: in words, since when, and what to do. Several of one kind are one group, so that the lines
// below stay in sight. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { printerName } from '../staff/printers.js';
import { groupsOf, limitsOf, troubleMinutes } from './figures.js';
import { counterName, minuteText, rangeText, serviceName } from './text.js';

const OF_SERVICE = new Set(['wait', 'predicted', 'uncovered']);
const OF_DEVICE = new Set(['board', 'kiosk', 'sign', 'printer']);
const SHOWN = 6; // the worst of a group; all of them stand in the lines, too
const SHAPES = { bad: '■', warn: '▲' };

function nameOf(one, { hall, i18n }) {
  if (one.kind === 'printer') return printerName(hall, one.subject, i18n);
  return OF_SERVICE.has(one.kind) ? serviceName(hall, one.subject, i18n) : one.subject;
}

function valuesOf(one, { hall, i18n }) {
  const values = { n: Number(one.value) || 0, subject: nameOf(one, { hall, i18n }), limit: limitsOf(hall).wait_minutes };
  if (one.kind === 'wait') values.n = troubleMinutes(one);
  if (one.counter) values.counter = counterName(hall, one.counter, i18n);
  values.range = rangeText(one.row?.wait, i18n) || i18n.t('min', { n: values.n });
  return values;
}

function severalOf({ list }, { hall, i18n }) {
  const names = list.map((one) => nameOf(one, { hall, i18n })).join(i18n.t('and'));
  return { n: list.length, names, most: troubleMinutes(list[0]), limit: limitsOf(hall).wait_minutes };
}

// What is wrong with one of a group, in a few letters.
function shortText(one, i18n) {
  if (one.kind === 'predicted') return rangeText(one.row?.wait, i18n) || i18n.t('min', { n: one.value });
  return minuteText(troubleMinutes(one) * 60000, i18n);
}

function Members({ list, hall, i18n, onPanel }) {
  const [all, setAll] = useState(false);
  const rest = list.length - SHOWN;
  return html`<ul class="members">
    ${(all ? list : list.slice(0, SHOWN)).map((one) => html`<li key=${one.subject}><button type="button" class="button"
      onClick=${() => onPanel('service', one.subject)}>${nameOf(one, { hall, i18n })} <b>${shortText(one, i18n)}</b></button></li>`)}
    ${rest > 0 && html`<li><button type="button" class="button plain" aria-expanded=${String(all)} onClick=${() => setAll(!all)}>
      ${i18n.t(all ? 'alarms.fewer' : 'alarms.all', { n: rest })}</button></li>`}
  </ul>`;
}

// Of the caps on messages, the hour's is of all halls, and other things are to be done about it.
const wordsOf = ({ kind, subject }) => (kind === 'cap' && subject === 'hour' ? 'cap.hour' : kind);

function Alarm({ group, hall, i18n, onPanel }) {
  const { kind, tone, list } = group;
  const [one] = list;
  const several = list.length > 1;
  const words = wordsOf(one);
  const known = i18n.has(`alarm.${words}`);
  const values = several ? severalOf(group, { hall, i18n }) : valuesOf(one, { hall, i18n });
  return html`<li class=${`alarm ${tone} ${several && OF_SERVICE.has(kind) ? 'group' : ''}`} data-kind=${kind} data-count=${list.length}>
    <span class="shape" aria-hidden="true">${SHAPES[tone]}</span>
    <p class="what"><b>${known ? i18n.t(`alarm.${words}${several ? '.several' : ''}`, values) : kind}</b>
      <span class="since">${i18n.t('alarm.since', { time: timeText(group.since, i18n.lang, hall.zone) })}</span></p>
    <p class="advice">${known && i18n.t(`alarm.${words}.do`, values)}</p>
    ${OF_SERVICE.has(kind) && !several && html`<button type="button" class="button" onClick=${() => onPanel('service', one.subject)}
      aria-label=${`${i18n.t('alarm.act')}: ${values.subject}`}>${i18n.t('alarm.act')}</button>`}
    ${OF_SERVICE.has(kind) && several && html`<${Members} list=${list} hall=${hall} i18n=${i18n} onPanel=${onPanel} />`}
    ${OF_DEVICE.has(kind) && html`<button type="button" class="button" onClick=${() => onPanel('devices')}
      aria-label=${several ? i18n.t('alarm.devices') : `${i18n.t('alarm.devices')}: ${values.subject}`}>${i18n.t('alarm.devices')}</button>`}
  </li>`;
}

export function Alarms({ troubles, hall, i18n, onPanel }) {
  const groups = groupsOf(troubles, (kind) => i18n.has(`alarm.${kind}.several`));
  return html`<section class="alarms" aria-labelledby="alarms-heading">
    <h2 id="alarms-heading" class="for-readers">${i18n.t('alarms.heading')}</h2>
    ${groups.length
      ? html`<ul aria-live="polite" aria-relevant="additions">${groups.map((group) => html`<${Alarm} key=${group.kind + (group.list[1] ? '' : group.list[0].subject)}
          group=${group} hall=${hall} i18n=${i18n} onPanel=${onPanel} />`)}</ul>`
      : html`<p class="calm"><span aria-hidden="true">●</span> ${i18n.t('alarms.none')}</p>`}
  </section>`;
}
