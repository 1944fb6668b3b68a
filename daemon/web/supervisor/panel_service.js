// One service: how it stands, who waits for it, and what can be done. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { servesOf, waitedMs } from './figures.js';
import { className, minuteText, rangeText } from './text.js';

const SHOWN = 8; // of a long line at first

function Facts({ row, hall, i18n }) {
  const short = ({ code }) => i18n.name(hall.counters.find((one) => one.code === code)?.names) || code; // a dozen may stand there
  const names = (counters) => counters.map(short).join(i18n.t('and'));
  const resting = row.resting.map((one) => `${short(one)} (${i18n.t(`counter.${one.state}`)})`).join(i18n.t('and'));
  const fact = (key, value) => value && html`<div key=${key}><dt>${i18n.t(`fact.${key}`)}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
    ${fact('waiting', i18n.t('people', { n: row.waiting }))}
    ${row.waiting > 0 && fact('longest', minuteText(row.longestMs, i18n))}
    ${fact('wait', rangeText(row.wait, i18n) || i18n.t(row.covered ? 'fact.wait.unknown' : 'forecast.nobody'))}
    ${fact('open', names(row.open) || i18n.t('fact.nobody'))}
    ${fact('helping', names(row.helping))}
    ${fact('resting', resting)}
    ${row.ghosts > 0 && fact('ghosts', i18n.t('ghosts.n', { n: row.ghosts }))}
    ${row.left !== null && row.left >= 0 && fact('left', i18n.t('left.n', { n: row.left }))}
    ${row.stopped !== undefined && fact('stopped', row.stopped || i18n.t('left.stopped'))}
  </dl>`;
}

function Waiting({ row, hall, live, i18n, now, onPanel }) {
  const [all, setAll] = useState(false);
  if (!row.waiting) return null;
  const told = Object.fromEntries((live.forecast?.tickets || []).map(([id, low, likely, high]) => [id, { low, likely, high }]));
  const shown = all ? row.tickets : row.tickets.slice(0, SHOWN);
  return html`<h3>${i18n.t('service.waiting')}</h3>
    <ol class="tickets">${shown.map((ticket) => html`<li key=${ticket.id}>
      <button type="button" class="number" onClick=${() => onPanel('ticket', ticket.id)}>${ticket.number}</button>
      <span class="quiet">${className(hall, ticket.class, i18n)}</span>
      <span>${i18n.t('waited', { time: minuteText(waitedMs(ticket, now), i18n) })}</span>
      <span class="quiet">${told[ticket.id] ? i18n.t('then', { range: rangeText(told[ticket.id], i18n) }) : ''}</span></li>`)}</ol>
    ${row.tickets.length > shown.length && html`<button type="button" class="button plain" onClick=${() => setAll(true)}>
      ${i18n.t('service.all', { n: row.tickets.length })}</button>`}`;
}

// The profile with which one more counter would help most: its own work, and as little else as possible.
function bestProfile(hall, service) {
  const own = hall.profiles.map(({ code }) => ({ code, serves: servesOf(hall, code) })).filter((one) => one.serves[service] === 0);
  return own.sort((a, b) => Object.keys(a.serves).length - Object.keys(b.serves).length)[0]?.code;
}

export function ServicePanel(props) {
  const { rows, hall, live, i18n, place, path, act, ask, done, onPanel } = props;
  const row = rows.find((one) => one.code === place.of);
  if (!row) return html`<p class="quiet">${i18n.t('problem.service_unknown')}</p>`;
  const profile = bestProfile(hall, row.code);
  const own = row.code in live.day.stopped;
  const start = () => act.run({
    id: 'start', path: `${path}/start`, body: { service: row.code }, done: () => done(i18n.t('start.done')),
  });
  return html`<${Facts} ...${props} row=${row} />
    <div class="acts">
      ${profile && html`<button type="button" class="button primary" onClick=${() => onPanel('whatif', profile)}>
        ${i18n.t('service.whatif')}</button>`}
      <button type="button" class="button" disabled=${!row.waiting} onClick=${() => ask('line_move', { row })}>${i18n.t('line_move.open')}</button>
      ${own
        ? html`<button type="button" class="button" aria-busy=${act.pending ? 'true' : null} onClick=${start}>${i18n.t('start.do')}</button>`
        : row.stopped === undefined && html`<button type="button" class="button" onClick=${() => ask('stop', { service: row.code })}>
          ${i18n.t('stop.open')}</button>`}
    </div>
    <${Waiting} ...${props} row=${row} />`;
}
