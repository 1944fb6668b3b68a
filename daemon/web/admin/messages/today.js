// Today's messages by kind and by what became of them, and why some came to nothing. SPDX-License-Identifier: MIT
import { html } from '../../shared/ui.js';
import { dayAt } from '../../shared/dates.js';
import { GROUPS, byReason, reasonText, tableOf } from './rules.js';

const NUMBERS_SHOWN = 6;
const count = (n, i18n) => new Intl.NumberFormat(i18n.lang === 'zh' ? 'zh-CN' : 'en-GB').format(n);
export const kindText = (kind, i18n) => (i18n.has(`kind.${kind}`) ? i18n.t(`kind.${kind}`) : kind);

function Cell({ group, n, i18n }) {
  const bad = n > 0 && (group.id === 'failed' || group.id === 'unknown') ? group.id : '';
  return html`<td data-label=${i18n.t(`group.${group.id}`)} class=${`${bad} ${n ? '' : 'zero'}`}>${n ? count(n, i18n) : '–'}</td>`;
}

function Table({ counts, i18n }) {
  const { rows, total, all } = tableOf(counts);
  const sum = html`<tr class="sum"><th scope="row">${i18n.t('today.all')}</th>${GROUPS.map((group, i) => html`<${Cell} key=${group.id} group=${group} n=${total[i]} i18n=${i18n} />`)}
    <td data-label=${i18n.t('today.all')}>${count(all, i18n)}</td></tr>`;
  return html`<table class="today"><caption class="for-readers">${i18n.t('today.caption')}</caption>
    <thead><tr><th scope="col">${i18n.t('today.kind')}</th>${GROUPS.map((group) => html`<th key=${group.id} scope="col">${i18n.t(`group.${group.id}`)}</th>`)}
      <th scope="col">${i18n.t('today.all')}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${row.kind} data-kind=${row.kind}><th scope="row">${kindText(row.kind, i18n)}</th>
      ${row.cells.map((n, i) => html`<${Cell} key=${GROUPS[i].id} group=${GROUPS[i]} n=${n} i18n=${i18n} />`)}
      <td data-label=${i18n.t('today.all')}>${count(row.all, i18n)}</td></tr>`)}${sum}</tbody></table>`;
}

// Above a bound nothing is written: told where it happened, else it is nothing to read.
function Bounds({ counts, i18n }) {
  const { number = 0, hall = 0 } = counts.capped || {};
  return html`${number > 0 && html`<p class="note warn">▲ ${i18n.t('today.capped.number', { n: number, max: counts.cap?.number })}</p>`}
    ${hall > 0 && html`<p class="note bad">■ ${i18n.t('today.capped.hall', { n: hall, max: counts.cap?.hall })}</p>`}`;
}

function Failures({ messages, hall, i18n }) {
  const found = byReason(messages);
  if (!found.length) return html`<p class="fits">${i18n.t('failures.none')}</p>`;
  return html`<ul class="failures">${found.map(({ reason, list }) => {
    const numbers = [...new Set(list.map((one) => one.number).filter(Boolean))];
    return html`<li key=${reason} data-reason=${reason}><p><b>${i18n.has(`reason.state.${reason}`) ? i18n.t(`reason.state.${reason}`) : reasonText(reason, i18n)}</b>${' '}
      <span class="badge bad">${i18n.t('failures.n', { n: list.length })}</span></p>
      <p class="quiet small">${[...new Set(list.map((one) => kindText(one.kind, i18n)))].join(i18n.t('comma'))}${numbers.length ? ` · ${numbers.slice(0, NUMBERS_SHOWN).join(i18n.t('comma'))}${numbers.length > NUMBERS_SHOWN ? ' …' : ''}` : ''}</p></li>`;
  })}</ul>`;
}

export function Today({ hall, i18n, counts, failed }) {
  const mine = failed.filter((one) => dayAt(one.at, hall.zone) === counts.day);
  return html`<section class="part" aria-labelledby="today-heading">
    <h3 id="today-heading">${i18n.t('today.heading')}</h3>
    ${!counts.messages && html`<p class="card quiet">${i18n.t('today.none')}</p>`}
    ${counts.messages > 0 && html`<div class="card"><${Table} counts=${counts} i18n=${i18n} />
      <p class="quiet small">${i18n.t('today.parts', { n: count(counts.parts, i18n) })}${counts.opted_out ? ` ${i18n.t('today.opted_out', { n: counts.opted_out })}` : ''}</p></div>`}
    <${Bounds} counts=${counts} i18n=${i18n} />
    ${counts.messages > 0 && html`<h3>${i18n.t('failures.heading')}</h3><${Failures} messages=${mine} hall=${hall} i18n=${i18n} />`}
  </section>`;
}
