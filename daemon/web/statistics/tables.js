// Services, counters, classes, and what is beside them. A table scrolls by itself where it is wider than the page.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { countText, minutesText, percentText } from './text.js';

const REASONS = ['wait', 'staff', 'result', 'place', 'other'];
const MESSAGES = ['queued', 'accepted', 'delivered', 'undelivered', 'rejected', 'expired', 'unknown'];

// columns: [{key, of(row) => text, share?(row) => 0..1}]; the first one names the row.
function Table({ id, rows, columns, i18n }) {
  if (!rows.length) return null;
  return html`<div class="card" data-table=${id}>
    <h2 id=${`${id}-heading`}>${i18n.t(`${id}.heading`)}</h2>
    <div class="wide" tabindex="0" role="region" aria-labelledby=${`${id}-heading`}><table>
      <thead><tr>${columns.map(({ key }) => html`<th key=${key} scope="col">${i18n.t(`column.${key}`)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${row.code}>
        ${columns.map(({ key, of, share }, i) => {
          const cell = html`${share && html`<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect x="0" y="0" width=${100 * share(row)} height="8" /></svg>`}${of(row)}`;
          return i ? html`<td key=${key}>${cell}</td>` : html`<th key=${key} scope="row">${cell}</th>`;
        })}
      </tr>`)}</tbody>
    </table></div>
  </div>`;
}

const TIMES = (i18n) => [
  { key: 'p50', of: (row) => minutesText(row.wait.p50, i18n) },
  { key: 'p90', of: (row) => minutesText(row.wait.p90, i18n) },
  { key: 'target', of: (row) => percentText(row.target_percent) },
];

function ratingText(row, i18n) {
  const rated = (row.good ?? 0) + (row.bad ?? 0);
  if (!rated) return '–';
  const worst = REASONS.filter((reason) => row[`bad_${reason}`]).sort((a, b) => row[`bad_${b}`] - row[`bad_${a}`])[0];
  return [`${percentText(row.good_percent)} (${rated})`, worst && i18n.t(`bad.${worst}`, { n: row[`bad_${worst}`] })].filter(Boolean).join(' · ');
}

const named = (list, code, i18n) => i18n.name(list?.find((one) => one.code === code)?.names) || code;
const busiest = (rows) => [...rows].sort((a, b) => (b.arrived ?? 0) - (a.arrived ?? 0));

export function Services({ numbers, hall, i18n }) {
  const rows = busiest(numbers.services.filter((one) => one.arrived || one.served || one.called));
  const most = Math.max(1, ...rows.map((one) => one.arrived));
  return html`<${Table} id="services" rows=${rows} i18n=${i18n} columns=${[
    { key: 'service', of: (row) => named(hall.services, row.code, i18n) },
    { key: 'arrived', of: (row) => countText(row.arrived), share: (row) => row.arrived / most },
    { key: 'served', of: (row) => countText((row.served ?? 0) + (row.stepped ?? 0)) },
    { key: 'missed', of: (row) => percentText(row.missed_percent) },
    ...TIMES(i18n),
    { key: 'at_counter', of: (row) => minutesText(row.service_time.mean, i18n) },
    { key: 'forecasts', of: (row) => percentText(row.forecasts_percent) },
    { key: 'ratings', of: (row) => ratingText(row, i18n) },
  ]} />`;
}

export function Counters({ numbers, hall, i18n }) {
  const rows = numbers.counters.filter((one) => one.called || one.served || one.open_ms);
  const pauses = (row) => row.pauses.map(({ reason, ms }) => `${reason} ${minutesText(ms, i18n)}`).join(', ') || '–';
  const load = (row) => (row.open_ms ? Math.min(1, row.serving_ms / row.open_ms) : 0);
  return html`<${Table} id="counters" rows=${rows} i18n=${i18n} columns=${[
    { key: 'counter', of: (row) => named(hall.counters, row.code, i18n).toUpperCase() },
    { key: 'served', of: (row) => countText((row.served ?? 0) + (row.stepped ?? 0)) },
    { key: 'open', of: (row) => minutesText(row.open_ms, i18n) },
    { key: 'load', of: (row) => percentText(row.open_ms ? Math.round(100 * load(row)) : undefined), share: load },
    { key: 'at_counter', of: (row) => minutesText(row.service_time.mean, i18n) },
    { key: 'way', of: (row) => minutesText(row.way.mean, i18n) },
    { key: 'missed', of: (row) => percentText(row.missed_percent) },
    { key: 'pauses', of: pauses },
  ]} />`;
}

export function Classes({ numbers, hall, i18n }) {
  const rows = numbers.classes.filter((one) => one.arrived || one.called);
  if (rows.length < 2) return null;
  return html`<${Table} id="classes" rows=${rows} i18n=${i18n} columns=${[
    { key: 'class', of: (row) => named(hall.classes, row.code, i18n) },
    { key: 'arrived', of: (row) => countText(row.arrived) },
    ...TIMES(i18n),
  ]} />`;
}

function List({ id, entries, i18n }) {
  const shown = entries.filter(([, n]) => n);
  if (!shown.length) return null;
  return html`<section class="card" data-list=${id}><h2>${i18n.t(`${id}.heading`)}</h2>
    <dl class="list">${shown.map(([key, n]) => html`<div key=${key}><dt>${i18n.t(`${id}.${key}`)}</dt><dd class="number">${n}</dd></div>`)}</dl></section>`;
}

// By which rule people were called, what else happened, and the text messages.
export function Beside({ numbers, i18n }) {
  const { total, messages } = numbers;
  const of = (names) => names.map((name) => [name, total[name]]);
  return html`<div class="beside">
    <${List} id="came" entries=${of(['walk_in', 'booked', 'remote', 'direct', 'persons'])} i18n=${i18n} />
    <${List} id="calls" entries=${[...of(['by_rank', 'by_bound', 'by_counter', 'by_choice']), ['overtaken', total.overtaken], ['recalled', total.recalled], ['undone', total.undone]]} i18n=${i18n} />
    <${List} id="beside" entries=${of(['returned', 'put_back', 'parked', 'transferred', 'moved', 'delayed', 'cancelled', 'expired'])} i18n=${i18n} />
    <${List} id="messages" entries=${MESSAGES.map((name) => [name, messages[name]])} i18n=${i18n} />
  </div>`;
}
