// One message, and its life when it is opened. SPDX-License-Identifier: MIT
import { html } from '../../shared/ui.js';
import { clockText, dayAt, dayText } from '../../shared/dates.js';
import { lifeOf, reasonText, stateTone } from './rules.js';
import { kindText } from './today.js';

const SECOND_MS = 1000;
const WELL = new Set(['accepted', 'delivered']);

function secondsText(ms, i18n) {
  const s = Math.round(ms / SECOND_MS);
  if (s < 60) return i18n.t('life.seconds', { n: s });
  return s < 3600 ? i18n.t('life.minutes', { n: Math.round(s / 60) }) : i18n.t('life.hours', { n: Math.round(s / 3600) });
}

const whenText = (ms, hall, i18n) => `${dayText(dayAt(ms, hall.zone), i18n.lang, 'date')} ${clockText(ms, hall.zone)}`;

function Step({ step, before, message, hall, i18n }) {
  const took = before && step.at - before.at >= SECOND_MS ? secondsText(step.at - before.at, i18n) : '';
  const by = step.state === 'accepted' && message.gateway ? ` · ${message.gateway}` : '';
  return html`<li class=${step.tone} data-step=${step.state}><b>${i18n.t(`life.${step.state}`)}</b>${by}
    <span class="quiet small"> ${whenText(step.at, hall, i18n)}${took ? ` · ${i18n.t('life.after', { time: took })}` : ''}</span></li>`;
}

function Facts({ message, i18n }) {
  const facts = [];
  if (message.tries > 0) facts.push(i18n.t('life.tries', { n: message.tries }));
  if (message.parts > 0) facts.push(i18n.t('life.parts', { n: message.parts }));
  if (message.gateway) facts.push(i18n.t('life.gateway', { gateway: message.gateway }));
  if (message.ticket) facts.push(i18n.t('life.of', { id: message.ticket }));
  return facts.length ? html`<p class="quiet small facts-line">${facts.join(' · ')}</p>` : null;
}

// A phone of the hall's staff stands in the hall file, by its place there.
const toText = (to, i18n) => (/^#\d+$/.test(to) ? i18n.t('life.alarm_phone', { n: to.slice(1) }) : to || i18n.t('life.no_number'));

export function Message({ message, hall, i18n }) {
  const steps = lifeOf(message);
  const tone = stateTone(message.state);
  const reason = WELL.has(message.state) ? '' : reasonText(message.reason, i18n); // "accepted", "http_200"
  const open = message.not_before > message.at && message.state === 'queued';
  return html`<li class="message" data-message=${message.message} data-state=${message.state}><details>
    <summary><span class="when quiet">${whenText(message.at, hall, i18n)}</span> <span class="what">${kindText(message.kind, i18n)}</span>
      <span class="number">${message.number}</span> <span class="to quiet">${toText(message.to, i18n)}</span>
      <span class=${`badge ${tone}`}>${i18n.t(`state.${message.state}`)}</span></summary>
    <ol class="life">${steps.map((step, i) => html`<${Step} key=${step.state} step=${step} before=${steps[i - 1]} message=${message} hall=${hall} i18n=${i18n} />`)}
      ${open && html`<li class="next"><b>${i18n.t('life.not_before')}</b> <span class="quiet small">${whenText(message.not_before, hall, i18n)}</span></li>`}</ol>
    ${reason && html`<p class="why">${reason}</p>`}
    <${Facts} message=${message} i18n=${i18n} />
  </details></li>`;
}
