// Charts as plain SVG, each with its numbers as a table for those who listen or want to copy them.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { dayText } from '../shared/dates.js';
import { countText, minutesText, scaleFor } from './text.js';

const WIDE = 520; // about what a chart has on a desktop, so that its letters are as large as said
const HIGH = 220;
const EDGE = { left: 44, right: 12, top: 24, bottom: 28 };
const MINUTE_MS = 60000;
const LABELS_MAX = 10; // more would run into each other

const plot = { width: WIDE - EDGE.left - EDGE.right, height: HIGH - EDGE.top - EDGE.bottom };

function Axis({ scale, unit }) {
  const y = (value) => EDGE.top + plot.height * (1 - value / scale.top);
  return html`${scale.marks.map((mark) => html`<g key=${mark}>
    <line class="grid" x1=${EDGE.left} x2=${WIDE - EDGE.right} y1=${y(mark)} y2=${y(mark)} />
    <text class="mark" x=${EDGE.left - 8} y=${y(mark) + 4} text-anchor="end">${mark}${unit}</text>
  </g>`)}`;
}

// groups: [{label, bars: [number or undefined], line?: number}]; limit: {value, label}?
function Bars({ groups, series, limit, label }) {
  const most = Math.max(1, limit?.value ?? 0, ...groups.flatMap((one) => [...one.bars, one.line]).filter(Number.isFinite));
  const scale = scaleFor(most);
  const step = plot.width / groups.length;
  const width = Math.max(2, Math.min(22, (step * 0.7) / series.length));
  const y = (value) => EDGE.top + plot.height * (1 - value / scale.top);
  const every = Math.ceil(groups.length / LABELS_MAX);
  return html`<svg class="chart" viewBox=${`0 0 ${WIDE} ${HIGH}`} role="img" aria-label=${label}>
    <${Axis} scale=${scale} unit="" />
    ${groups.map((group, i) => {
      const middle = EDGE.left + step * (i + 0.5);
      const left = middle - (width * series.length) / 2;
      return html`<g key=${group.label}>
        ${group.bars.map((value, k) => Number.isFinite(value) && value > 0 && html`<rect key=${k} class=${`bar ${series[k]}`} x=${left + width * k}
          y=${y(value)} width=${width - 1} height=${y(0) - y(value)} />`)}
        ${Number.isFinite(group.line) && html`<line class="reach" x1=${middle} x2=${middle} y1=${y(group.line)} y2=${y(group.bars[0] ?? 0)} />
          <line class="reach" x1=${middle - width / 2} x2=${middle + width / 2} y1=${y(group.line)} y2=${y(group.line)} />`}
        ${i % every === 0 && html`<text class="mark" x=${middle} y=${HIGH - 8} text-anchor="middle">${group.label}</text>`}
      </g>`;
    })}
    ${limit && html`<g><line class="limit" x1=${EDGE.left} x2=${WIDE - EDGE.right} y1=${y(limit.value)} y2=${y(limit.value)} />
      <text class="mark limit-text" x=${WIDE - EDGE.right} y=${y(limit.value) - 5} text-anchor="end">${limit.label}</text></g>`}
  </svg>`;
}

function Legend({ items, i18n }) {
  return html`<ul class="legend">${items.map(([kind, key]) => html`<li key=${key}><span class=${`swatch ${kind}`}></span> ${i18n.t(key)}</li>`)}</ul>`;
}

function Table({ caption, heads, rows }) {
  return html`<details class="data"><summary>${caption}</summary><div class="wide" tabindex="0" role="region" aria-label=${caption}><table>
    <thead><tr>${heads.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.map(([first, ...rest]) => html`<tr key=${first}><th scope="row">${first}</th>${rest.map((cell, i) => html`<td key=${i}>${cell}</td>`)}</tr>`)}</tbody>
  </table></div></details>`;
}

function Chart({ id, heading, legend, i18n, children }) {
  return html`<figure class="card chart-card" data-chart=${id}>
    <figcaption><h2>${heading}</h2><${Legend} items=${legend} i18n=${i18n} /></figcaption>
    ${children}
  </figure>`;
}

const ARRIVALS = [['came', 'legend.arrived'], ['done', 'legend.served']];
const minutes = (ms) => (ms === undefined ? undefined : ms / MINUTE_MS);

// What came and what was done; how long half of them waited, and nine in ten.
function pair({ id, entries, hall, i18n, labelOf, caption }) {
  const limit = hall.alarms?.wait_minutes;
  const heads = [i18n.t(`table.${id}`), i18n.t('legend.arrived'), i18n.t('legend.served'), i18n.t('legend.p50'), i18n.t('legend.p90')];
  const rows = entries.map((one) => [labelOf(one, true), countText(one.arrived), countText(one.served), minutesText(one.wait.p50, i18n), minutesText(one.wait.p90, i18n)]);
  return html`<div class="charts">
    <${Chart} id=${`${id}-people`} heading=${i18n.t(`chart.${id}.people`)} legend=${ARRIVALS} i18n=${i18n}>
      <${Bars} series=${['came', 'done']} label=${i18n.t(`chart.${id}.people`)}
        groups=${entries.map((one) => ({ label: labelOf(one), bars: [one.arrived, one.served ?? 0] }))} />
    <//>
    <${Chart} id=${`${id}-wait`} heading=${i18n.t(`chart.${id}.wait`)} legend=${[['half', 'legend.p50'], ['reach', 'legend.p90']]} i18n=${i18n}>
      <${Bars} series=${['half']} label=${i18n.t(`chart.${id}.wait`)} limit=${limit && { value: limit, label: i18n.t('limit', { n: limit }) }}
        groups=${entries.map((one) => ({ label: labelOf(one), bars: [minutes(one.wait.p50)], line: minutes(one.wait.p90) }))} />
    <//>
    <${Table} caption=${caption} heads=${heads} rows=${rows} />
  </div>`;
}

// From the first hour with anybody to the last, so that a gap at noon is seen.
export function Hours({ numbers, hall, i18n }) {
  const busy = numbers.hours.filter((one) => one.arrived || one.called).map((one) => one.hour);
  if (!busy.length) return null;
  const entries = Array.from({ length: Math.max(...busy) - Math.min(...busy) + 1 }, (_, i) => Math.min(...busy) + i)
    .map((hour) => numbers.hours.find((one) => one.hour === hour) ?? { hour, arrived: 0, wait: { n: 0 } });
  return pair({ id: 'hours', entries, hall, i18n, labelOf: (one) => `${String(one.hour).padStart(2, '0')}:00`, caption: i18n.t('table.hours.caption') });
}

export function ByDay({ numbers, hall, i18n }) {
  const labelOf = (one, whole) => (whole ? dayText(one.day, i18n.lang, 'medium') : `${Number(one.day.slice(4, 6))}/${Number(one.day.slice(6))}`);
  return pair({ id: 'days', entries: numbers.days, hall, i18n, labelOf, caption: i18n.t('table.days.caption') });
}
