// What happens if this is saved: the changes in words, the bookings that would no longer fit, the times of the next two
// weeks beside the present ones. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { dayText, momentText } from '../shared/dates.js';
import { pathAt } from './file.js';
import { poolText } from './pools.js';
import { changeText, faultPlace } from './words.js';

export const PREVIEW_DAYS = 14;
const FITTING_SHOWN = 40; // a longer list helps nobody before saving; the calendar lists them all

export function ChangeList({ list, files, i18n }) {
  return html`<ul class="changes">${list.map((change, i) => {
    const said = changeText(change, files, i18n);
    return html`<li key=${i} class=${said.kind}>
      <b>${said.place}</b>
      ${said.kind === 'changed' ? html`<span><del>${said.before}</del> → <ins>${said.after}</ins></span>` : null}
      ${said.kind === 'added' ? html`<span>${i18n.t('change.added')} <ins>${said.after}</ins></span>` : null}
      ${said.kind === 'removed' ? html`<span>${i18n.t('change.removed')} <del>${said.before}</del></span>` : null}
    </li>`;
  })}</ul>`;
}

// A fault the daemon found in the file: its sentence, and the place in words. sent: what was sent, a file or its YAML.
export function Fault({ error, sent, i18n, onGo }) {
  const sentence = (error.detail || '').replace(/^[^:]*:\d+:\d+:\s*/, '');
  const { line, column } = error.body || {};
  const path = column && typeof sent === 'object' ? pathAt(JSON.stringify(sent), column) : [];
  return html`<div class="fault" role="alert"><p class="problem"><b>${problemText(error, i18n)}</b></p>
    ${path.length > 0 && html`<p>${i18n.t('fault.at')} <b>${faultPlace(path, sent, i18n)}</b>${' '}
      <button type="button" class="button" onClick=${() => onGo(path)}>${i18n.t('fault.go')}</button></p>`}
    ${line && typeof sent === 'string' && html`<p>${i18n.t('fault.line', { n: line })}</p>`}
    ${sentence && html`<p lang="en">${sentence}</p>`}</div>`;
}

// known: those that do not fit as it is; the change is not to blame for them.
function Unfit({ preview, known, hall, i18n }) {
  const all = preview.conflicts.filter(({ booking }) => !known.has(booking.id));
  const old = preview.conflicts.length - all.length;
  const name = (code) => i18n.name(hall.services.find((one) => one.code === code)?.names) || code;
  const before = old > 0 && html`<p class="quiet">${i18n.t('preview.unfit.before', { n: old })}</p>`;
  if (!all.length) return html`<p class="fits">${i18n.t(old ? 'preview.fits.others' : 'preview.fits')}</p>${before}`;
  return html`<p class="unfit"><b>${i18n.t(preview.more ? 'preview.unfit.more' : 'preview.unfit', { n: all.length })}
    </b> ${i18n.t('preview.unfit.kept')}</p>
    <ul class="rows">${all.slice(0, FITTING_SHOWN).map(({ booking, reason }) => html`<li key=${booking.id}>
      <b>${booking.number}</b> ${momentText(booking.at, i18n.lang, hall.zone, 'short')}
      <span class="quiet">${booking.services.map(name).join(i18n.t('and'))}</span>
      <span class="badge warn">${i18n.t(`conflict.${reason}`)}</span></li>`)}</ul>
    ${all.length > FITTING_SHOWN && html`<p class="quiet">${i18n.t('preview.rest', { n: all.length - FITTING_SHOWN })}</p>`}${before}`;
}

const hoursText = (minutes, i18n) => (minutes ? i18n.t('hours.n', { n: Math.round(minutes / 6) / 10 }) : i18n.t('preview.closed'));
const unitsOf = (slots, pool) => slots[pool] || { public: 0, staff: 0 };

function Pair({ before, after, i18n }) {
  if (before === after) return html`<td>${after}</td>`;
  return html`<td class="differs"><del>${before}</del> <span aria-hidden="true">→</span><span class="for-readers">${i18n.t('change.to')}
    </span> <ins>${after}</ins></td>`;
}

function Slots({ preview, files, i18n }) {
  const codes = [...new Set(preview.days.flatMap((day) => [...Object.keys(day.slots_before), ...Object.keys(day.slots_after)]))];
  const pool = (code) => files.after.pools?.find((one) => one.code === code) || files.before.pools?.find((one) => one.code === code);
  const name = (code) => (pool(code) ? poolText(files.after, pool(code), i18n) : code);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${i18n.t('preview.slots')}><table class="slots">
    <thead>
      <tr><th scope="col" rowspan="2">${i18n.t('preview.day')}</th><th scope="col" rowspan="2">${i18n.t('preview.open')}</th>
        ${codes.map((code) => html`<th scope="colgroup" colspan="2" key=${code}>${name(code)}</th>`)}</tr>
      <tr>${codes.flatMap((code) => ['public', 'staff'].map((share) => html`<th scope="col" class="quiet" key=${`${code}-${share}`}>
        ${i18n.t(`share.${share}`)}</th>`))}</tr>
    </thead>
    <tbody>${preview.days.map((day) => html`<tr key=${day.day}>
      <th scope="row">${dayText(day.day, i18n.lang, 'short')}</th>
      <${Pair} before=${hoursText(day.open_before, i18n)} after=${hoursText(day.open_after, i18n)} i18n=${i18n} />
      ${codes.flatMap((code) => ['public', 'staff'].map((share) => html`<${Pair} key=${`${code}-${share}`}
        before=${unitsOf(day.slots_before, code)[share]} after=${unitsOf(day.slots_after, code)[share]} i18n=${i18n} />`))}
    </tr>`)}</tbody>
  </table></div>`;
}

export function Preview({ preview, known, list, files, act, sent, i18n, onSave, onBack, onGo }) {
  const stepChanged = preview.base_minutes_before !== preview.base_minutes_after;
  return html`<section class="preview" aria-labelledby="preview-heading">
    <h2 id="preview-heading" tabindex="-1">${i18n.t('preview.heading')}</h2>
    <section class="card"><h3>${i18n.t('preview.changes', { n: list.length })}</h3>
      ${list.length > 0 ? html`<${ChangeList} list=${list} files=${{ before: files.before, after: files.after }} i18n=${i18n} />` :
        html`<p class="quiet">${i18n.t('preview.whole')}</p>`}</section>
    <section class="card"><h3>${i18n.t('preview.bookings')}</h3><${Unfit} preview=${preview} known=${known} hall=${files.before} i18n=${i18n} /></section>
    <section class="card"><h3>${i18n.t('preview.slots')}</h3>
      <p class="quiet">${i18n.t('preview.slots.lead')}</p>
      ${stepChanged && html`<p>${i18n.t('preview.step', { before: preview.base_minutes_before, after: preview.base_minutes_after })}</p>`}
      <${Slots} preview=${preview} files=${files} i18n=${i18n} /></section>
    ${act.problem && html`<${Fault} error=${act.problem.error} sent=${sent} i18n=${i18n} onGo=${onGo} />`}
    <div class="actions"><button type="button" class="button" onClick=${onBack}>${i18n.t('preview.back')}</button>
      <button type="button" class="button primary" aria-busy=${act.pending === 'save' ? 'true' : null} onClick=${onSave}>
        ${i18n.t('preview.save')}</button></div>
  </section>`;
}
