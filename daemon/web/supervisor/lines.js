// Lines and waits as a table: who waits, how long, how long it would be now, who serves, what is left. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { byLevel, minutesOf } from './figures.js';
import { minuteText, rangeText, serviceName } from './text.js';

const SHAPES = { bad: '■', warn: '▲', good: '●' };

function Level({ row, i18n }) {
  if (row.level === 'none') return null;
  const word = row.waiting && !row.covered ? 'level.uncovered' : `level.${row.level}`;
  return html`<span class=${`level ${row.level}`}><span aria-hidden="true">${SHAPES[row.level]}</span> ${i18n.t(word)}</span>`;
}

function Staff({ row, i18n }) {
  const could = row.open.length + row.resting.length;
  const more = [
    row.helping.length && i18n.t('staff.helping', { n: row.helping.length }), row.ghosts && i18n.t('staff.ghosts', { n: row.ghosts }),
  ].filter(Boolean);
  return html`<b>${row.open.length}</b><span class="quiet"> / ${could}</span>
    ${more.map((text) => html` <span class="quiet small more">${text}</span>`)}`;
}

function Left({ row, i18n }) {
  if (row.stopped !== undefined) return html`<span class="badge warn" title=${row.stopped || null}>${i18n.t('left.stopped')}</span>`;
  if (row.left === null || row.left < 0) return html`<span class="quiet"><span aria-hidden="true">–</span><span class="for-readers">
    ${i18n.t('left.any')}</span></span>`;
  if (row.left === 0) return html`<span class="badge bad">${i18n.t('left.none')}</span>`;
  return i18n.t('left', { n: row.left });
}

function Row({ row, hall, i18n, chosen, onPanel }) {
  return html`<tr class=${row.level} data-service=${row.code} data-level=${row.level} aria-selected=${chosen ? 'true' : null}>
    <th scope="row"><button type="button" class="name" onClick=${() => onPanel('service', row.code)}
      aria-expanded=${String(chosen)}>${serviceName(hall, row.code, i18n)}</button></th>
    <td class="n"><b>${row.waiting}</b></td>
    <td class="longest">${row.waiting > 0 && html`<b>${minuteText(row.longestMs, i18n)}</b> <${Level} row=${row} i18n=${i18n} />`}</td>
    <td class="forecast">${row.wait
      ? rangeText(row.wait, i18n)
      : html`<span class="quiet">${row.covered ? '–' : i18n.t('forecast.nobody')}</span>`}</td>
    <td class="staff"><${Staff} row=${row} i18n=${i18n} /></td>
    <td class="left"><${Left} row=${row} i18n=${i18n} /></td>
  </tr>`;
}

const COLUMNS = ['service', 'n', 'longest', 'forecast', 'staff', 'left'];

export function Lines({ rows, hall, i18n, place, onPanel }) {
  const busy = byLevel(rows.filter((row) => row.waiting));
  const quiet = rows.filter((row) => !row.waiting);
  const draw = (row) => html`<${Row} key=${row.code} row=${row} hall=${hall} i18n=${i18n} onPanel=${onPanel}
    chosen=${place.panel === 'service' && place.of === row.code} />`;
  const longest = rows.reduce((most, row) => Math.max(most, row.longestMs), 0);
  return html`<section class="lines" aria-labelledby="lines-heading">
    <h2 id="lines-heading">${i18n.t('lines.heading')}
      <span class="quiet small">${busy.length ? i18n.t('lines.longest', { n: minutesOf(longest) }) : i18n.t('lines.none')}</span></h2>
    <table>
      <thead><tr>${COLUMNS.map((name) => html`<th scope="col" class=${name} key=${name}>${i18n.t(`column.${name}`)}</th>`)}</tr></thead>
      ${busy.length > 0 && html`<tbody>${busy.map(draw)}</tbody>`}
      ${quiet.length > 0 && html`<tbody class="quiet-rows">${quiet.map(draw)}</tbody>`}
    </table>
  </section>`;
}
