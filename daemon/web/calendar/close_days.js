// Closing days, or planning fewer counters on them. Says before how many bookings it hits; in force at once.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { addDays, dayFromIso, daysBetween, isDay, isoOf } from '../shared/dates.js';
import { useAct } from '../staff/act.js';
import { Ask } from '../staff/ask.js';
import { poolsOf } from '../staff/calendar.js';
import { Field, Switch, typed } from '../staff/form.js';
import { isStanding } from './plan.js';
import { poolName } from './text.js';

const ASKED_DAYS = 7; // of one question
const DAYS_MAX = 62; // longer closures are made in the hall's settings

const special = (form) => ({
  from: isoOf(form.from), to: isoOf(form.to), kind: form.kind, reason: form.reason.trim() || '-',
  ...(form.kind === 'fewer' && { public: Number(form.public), staff: Number(form.staff), ...(form.pool && { pool: form.pool }) }),
});

async function countBookings(api, code, form) {
  let n = 0;
  for (let day = form.from; day <= form.to; day = addDays(day, ASKED_DAYS)) {
    const days = Math.min(ASKED_DAYS, daysBetween(day, form.to) + 1);
    const { bookings } = await api.get(`/halls/${code}/bookings?from=${day}&days=${days}`, { retries: 1 });
    n += bookings.filter((one) => isStanding(one) && one.state !== 'checked_in').length;
  }
  return { n, exact: form.kind === 'closed' };
}

// An admin may ask the daemon what exactly would not fit any more.
async function countConflicts(api, code, form) {
  const file = await api.get(`/halls/${code}/config`, { retries: 1 });
  const changed = { ...file, special_days: [...(file.special_days || []), special(form)] };
  const { conflicts } = await api.post(`/halls/${code}/config/preview`, changed, { retries: 1 });
  const hit = conflicts.filter(({ booking }) => booking.day >= form.from && booking.day <= form.to);
  return { n: hit.length, exact: true };
}

function useHits({ api, hall, form, role }) {
  const [hits, setHits] = useState(null);
  const valid = isDay(form.from) && isDay(form.to) && form.from <= form.to && daysBetween(form.from, form.to) < DAYS_MAX;
  useEffect(() => {
    setHits(null);
    if (!valid) return undefined;
    let current = true;
    const count = role === 'admin' && form.kind === 'fewer' ? countConflicts : countBookings;
    const timer = setTimeout(() => {
      count(api, hall.code, form).then((found) => current && setHits(found), () => current && setHits({ failed: true }));
    }, 300); // while somebody still types
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [form.from, form.to, form.kind, form.pool, form.public, form.staff]);
  return { hits, valid };
}

function Hits({ hits, i18n }) {
  if (!hits) return html`<p class="quiet" role="status">${i18n.t('close.counting')}</p>`;
  if (hits.failed) return html`<p class="quiet" role="status">${i18n.t('close.unknown')}</p>`;
  const key = hits.n === 0 ? 'close.hits.none' : hits.exact ? 'close.hits' : 'close.hits.most';
  return html`<p role="status" class=${hits.n ? 'hits some' : 'hits'}>${i18n.t(key, { n: hits.n })}</p>`;
}

export function CloseDaysDialog({ api, i18n, hall, day, role, onDone, onClose }) {
  const act = useAct({ api });
  const [form, setForm] = useState({ from: day, to: day, kind: 'closed', pool: '', public: '1', staff: '0', reason: '' });
  const set = (part) => setForm((old) => ({ ...old, ...part }));
  const { hits, valid } = useHits({ api, hall, form, role });
  const fewer = form.kind === 'fewer';
  const body = { from: form.from, to: form.to, kind: form.kind, reason: form.reason.trim() };
  if (fewer) Object.assign(body, { public: Number(form.public) || 0, staff: Number(form.staff) || 0 }, form.pool && { pool: form.pool });
  const some = !fewer || Number(form.public) > 0 || Number(form.staff) > 0;
  const date = (key, more) => html`<${Field} id=${`close-${key}`} type="date" label=${i18n.t(`close.${key}`)}
    value=${isDay(form[key]) ? isoOf(form[key]) : ''}
    onInput=${(event) => set({ [key]: dayFromIso(event.target.value), ...more?.(dayFromIso(event.target.value)) })} />`;
  return html`<${Ask} id="close" heading=${i18n.t('close.heading')} label=${i18n.t(fewer ? 'close.do.fewer' : 'close.do')} i18n=${i18n}
    run=${act} danger=${true}
    ready=${Boolean(valid && some && form.reason.trim())} onClose=${onClose}
    onSubmit=${() => act.run({ id: 'close', path: `/halls/${hall.code}/closures`, body, done: () => onDone(form, hits?.n) })}>
    <${Switch} label=${i18n.t('close.kind')} value=${form.kind} onChange=${(kind) => set({ kind })}
      options=${['closed', 'fewer'].map((value) => ({ value, label: i18n.t(`close.kind.${value}`) }))} />
    <div class="two">${date('from', (from) => (form.to < from ? { to: from } : {}))}${date('to')}</div>
    ${fewer && html`<div class="two">
      ${poolsOf(hall).length > 1 && html`<${Field} id="close-pool" label=${i18n.t('close.pool')} value=${form.pool}
        onChange=${typed((pool) => set({ pool }))}>
        <option value="">${i18n.t('close.pool.all')}</option>
        ${poolsOf(hall).map((one) => html`<option key=${one.code} value=${one.code}>${poolName(hall, one.code, i18n)}</option>`)}<//>`}
      <${Field} id="close-public" type="number" min="0" max="255" label=${i18n.t('close.public')} value=${form.public}
        onInput=${typed((value) => set({ public: value }))} />
      <${Field} id="close-staff" type="number" min="0" max="255" label=${i18n.t('close.staff')} value=${form.staff}
        onInput=${typed((value) => set({ staff: value }))} />
    </div>`}
    <${Field} id="close-reason" label=${i18n.t('reason')} note=${i18n.t('close.reason.note')} maxlength="60" value=${form.reason}
      onInput=${typed((reason) => set({ reason }))} />
    ${valid ? html`<${Hits} hits=${hits} i18n=${i18n} />` : html`<p class="problem" role="status">${i18n.t('close.dates')}</p>`}
    <p class="quiet small">${i18n.t('close.note')}</p>
  <//>`;
}
