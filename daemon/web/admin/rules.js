// Sections that are lists of rules: one row each, with a sentence that says what it does. A new rule of the hall file is a
// row here and its words. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { Num, Time, Yes } from './parts.js';

const DAY = 1440;
// [member, type, lowest, highest, unit]; a text starts a group.
export const BOOKING = [
  'window',
  ['open', 'yes'],
  ['from_days', 'int', 0, 365, 'days'],
  ['to_days', 'int', 0, 365, 'days'],
  ['working_days', 'yes'],
  ['notice_minutes', 'int', 0, 7 * DAY, 'minutes'],
  ['release_at', 'time'],
  ['release_spread_minutes', 'int', 0, DAY / 2, 'minutes'],
  'held',
  ['hold_minutes', 'int', 1, 60, 'minutes'],
  ['quarantine_min_minutes', 'int', 0, DAY, 'minutes'],
  ['quarantine_max_minutes', 'int', 0, DAY, 'minutes'],
  ['offer_minutes', 'int', 1, 120, 'minutes'],
  ['rebook_hours', 'int', 1, 14 * 24, 'hours'],
  'day',
  ['early_minutes', 'int', 0, DAY / 2, 'minutes'],
  ['late_minutes', 'int', 0, DAY / 4, 'minutes'],
  ['overbook_percent_max', 'int', 0, 50, 'percent'],
  'limits',
  ['alive_max', 'int', 1, 50],
  ['service_day_max', 'int', 1, 20],
  ['cancels_max', 'int', 1, 1000],
  ['misses_max', 'int', 1, 1000],
  ['block_days', 'int', 1, 365, 'days'],
  ['codes_per_hour_max', 'int', 1, 100000],
];
export const REMOTE = [
  ['open', 'yes'],
  ['arrive_minutes', 'int', 0, DAY / 4, 'minutes'],
  ['alive_max', 'int', 1, 5000],
];

function Rule({ part, rule: [name, type, min, max, unit], value, onChange, i18n }) {
  const shared = { id: `${part}-${name}`, label: i18n.t(`label.${part}.${name}`), value, onChange, i18n };
  const does = i18n.t(`does.${part}.${name}`, { n: value });
  if (type === 'yes') return html`<${Yes} ...${shared} note=${does} />`;
  if (type === 'time') return html`<div class="rule"><${Time} ...${shared} /><p class="quiet">${does}</p></div>`;
  return html`<div class="rule"><${Num} ...${shared} min=${min} max=${max} unit=${unit && i18n.t(unit)} /><p class="quiet">${does}</p>
    </div>`;
}

export function Rules({ part, rules, draft, set, i18n }) {
  return html`<div class="rules">${rules.map((rule) =>
    typeof rule === 'string'
      ? html`<h3 key=${rule}>${i18n.t(`rules.${rule}`)}</h3>`
      : html`<${Rule} key=${rule[0]} part=${part} rule=${rule} value=${draft[part]?.[rule[0]]}
        onChange=${(value) => set([part, rule[0]], value)} i18n=${i18n} />`,
  )}</div>`;
}
