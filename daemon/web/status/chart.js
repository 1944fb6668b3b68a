// The day's waits as bars (usual) and a line of dots (today), and the same numbers as a table. Drawn in the width there
// is, so that letters stay legible at 300 px. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { scaleFor } from '../statistics/text.js';
import { curveOf, usualText } from './say.js';

const HIGH = 170;
const EDGE = { left: 30, right: 4, top: 10, bottom: 22 };
const LABEL_WIDTH = 34;

function useWidth() {
  const box = useRef(null);
  const [width, setWidth] = useState(300);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(160, Math.round(entry.contentRect.width))));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, width];
}

function Bars({ curve, width, label }) {
  const scale = scaleFor(Math.max(1, ...curve.flatMap((one) => [one.usual ?? 0, one.today ?? 0])));
  const step = (width - EDGE.left - EDGE.right) / curve.length;
  const x = (i) => EDGE.left + step * (i + 0.5);
  const y = (value) => EDGE.top + (HIGH - EDGE.top - EDGE.bottom) * (1 - value / scale.top);
  const every = Math.ceil((curve.length * LABEL_WIDTH) / (width - EDGE.left));
  const dots = curve.map((one, i) => [x(i), one.today]).filter(([, value]) => value !== undefined);
  return html`<svg class="chart" viewBox=${`0 0 ${width} ${HIGH}`} width=${width} height=${HIGH} role="img" aria-label=${label}>
    ${scale.marks.map((mark) => html`<g key=${mark}>
      <line class="grid" x1=${EDGE.left} x2=${width - EDGE.right} y1=${y(mark)} y2=${y(mark)} />
      <text class="mark" x=${EDGE.left - 6} y=${y(mark) + 4} text-anchor="end">${mark}</text>
    </g>`)}
    ${curve.map((one, i) => html`<g key=${one.hour}>
      ${one.usual > 0 && html`<rect class="usual" x=${x(i) - step * 0.36} width=${step * 0.72} y=${y(one.usual)} height=${y(0) - y(one.usual)} rx="2" />`}
      ${i % every === 0 && html`<text class="mark" x=${x(i)} y=${HIGH - 6} text-anchor="middle">${one.hour}</text>`}
    </g>`)}
    ${dots.length > 1 && html`<polyline class="today" points=${dots.map(([at, value]) => `${at},${y(value)}`).join(' ')} />`}
    ${dots.map(([at, value]) => html`<circle key=${at} class="dot" cx=${at} cy=${y(value)} r="4.5" />`)}
  </svg>`;
}

function Numbers({ curve, words }) {
  const cell = (value) => (value === undefined ? '–' : value);
  const pad = (hour) => `${String(hour).padStart(2, '0')}:00`;
  return html`<details class="numbers"><summary>${words.t('curve.table')}</summary>
    <table>
      <thead><tr><th scope="col">${words.t('curve.hour')}</th><th scope="col">${words.t('curve.usual')} (${words.t('curve.unit')})</th>
        <th scope="col">${words.t('curve.today')} (${words.t('curve.unit')})</th></tr></thead>
      <tbody>${curve.map((one) => html`<tr key=${one.hour} data-hour=${one.hour}><th scope="row">${pad(one.hour)}</th>
        <td>${cell(one.usual)}</td><td>${cell(one.today)}</td></tr>`)}</tbody>
    </table></details>`;
}

export function Curve({ status, words }) {
  const [box, width] = useWidth();
  const curve = curveOf(status);
  const today = curve.some((one) => one.today !== undefined);
  return html`<section class="card curve" hidden=${!curve.length}>
    <h2>${words.t('curve')}</h2>
    <ul class="legend">
      ${status.usual && html`<li><span class="swatch usual"></span> ${words.t('curve.usual')}</li>`}
      ${today && html`<li><span class="swatch dot"></span> ${words.t('curve.today')}</li>`}
      <li class="quiet">${words.t('curve.unit')}</li>
    </ul>
    <div class="drawing" ref=${box}>${curve.length > 0 && html`<${Bars} curve=${curve} width=${width} label=${words.t('curve')} />`}</div>
    <p class="quiet small">${usualText(status, words)}</p>
    <${Numbers} curve=${curve} words=${words} />
  </section>`;
}
