// Sections about time: hours, breaks, special days. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { weekdayText } from '../shared/dates.js';
import { WEEKDAYS, poolsOf } from '../staff/calendar.js';
import { Field, typed } from '../staff/form.js';
import { DateField, Entries, Num, Span, Time, Yes } from './parts.js';
import { poolText } from './pools.js';
import { spanText, specialText } from './words.js';

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const freshSpan = () => ({ days: WORKDAYS, from: '08:00', to: '12:00', every_weeks: 1 });

function Spans({ name, draft, set, i18n }) {
  return html`<${Entries} id=${name} value=${draft[name] || []} fresh=${freshSpan} i18n=${i18n} add=${i18n.t(`${name}.add`)}
    none=${i18n.t(`${name}.none`)} max=${64}
    removeLabel=${(one) => spanText(one, i18n)} onChange=${(value) => set([name], value)}
    render=${(one, change, id) => html`<${Span} id=${id} value=${one} onChange=${change} i18n=${i18n} />`} />`;
}

export function Hours(props) {
  const { draft, set, i18n } = props;
  return html`<${Spans} ...${props} name="hours" />
    <h3>${i18n.t('label.breaks')}</h3>
    <p class="quiet">${i18n.t('breaks.lead')}</p>
    <${Spans} ...${props} name="breaks" />
    <${Yes} id="outside" label=${i18n.t('label.tickets_outside_hours')} note=${i18n.t('does.tickets_outside_hours')}
      value=${draft.tickets_outside_hours}
      onChange=${(on) => set(['tickets_outside_hours'], on)} />`;
}

function DaySpans({ id, value, onChange, i18n }) {
  return html`<${Entries} id=${`${id}-span`} value=${value} fresh=${() => ({ from: '09:00', to: '12:00' })} i18n=${i18n}
    add=${i18n.t('special.add_span')} max=${6}
    removeLabel=${(one) => `${one.from}–${one.to}`} onChange=${onChange}
    render=${(one, change, mine) => html`<div class="inline">
      <${Time} id=${`${mine}-from`} label=${i18n.t('span.from')} value=${one.from} onChange=${(from) => change({ ...one, from })}
        i18n=${i18n} />
      <${Time} id=${`${mine}-to`} label=${i18n.t('span.to')} value=${one.to} onChange=${(to) => change({ ...one, to })} i18n=${i18n} />
        </div>`} />`;
}

// Another kind keeps the dates and the reason, and drops what only the old kind had.
function ofKind(one, kind) {
  const { from, to, reason } = one;
  const spans = kind === 'workday' ? [] : one.spans || [];
  const kept = { from, ...(to && { to }), kind, spans, public: 0, staff: 0, ...(reason && { reason }) };
  if (kind === 'hours' && !kept.spans.length) kept.spans = [{ from: '09:00', to: '12:00' }];
  if (kind === 'workday') kept.like = one.like || 'mon';
  if (kind === 'fewer') Object.assign(kept, { public: one.public || 1, staff: one.staff || 0 });
  return kept;
}

function Special({ one, change, id, draft, i18n }) {
  const put = (part) => {
    const next = { ...one, ...part };
    for (const key of Object.keys(next)) if (next[key] === undefined || next[key] === '') delete next[key];
    change(next);
  };
  return html`<div class="inline">
      <${DateField} id=${`${id}-from`} label=${i18n.t('dates.from')} value=${one.from} onChange=${(from) => put({ from })} />
      <${DateField} id=${`${id}-to`} label=${i18n.t('dates.to')} value=${one.to} onChange=${(to) => put({ to })} />
      <${Field} id=${`${id}-kind`} label=${i18n.t('special.kind')} value=${one.kind} onChange=${typed((kind) => change(ofKind(one, kind)))}>
        ${['closed', 'hours', 'workday', 'fewer'].map((kind) => html`<option key=${kind} value=${kind}>${i18n.t(`special.kind.${kind}`)}
          </option>`)}<//>
      ${one.kind === 'workday' && html`<${Field} id=${`${id}-like`} label=${i18n.t('special.like')} value=${one.like}
        onChange=${typed((like) => put({ like }))}>
        ${WEEKDAYS.map((day, i) => html`<option key=${day} value=${day}>${weekdayText(i, i18n.lang)}</option>`)}<//>`}
      ${one.kind === 'fewer' && html`
        <${Field} id=${`${id}-pool`} label=${i18n.t('special.pool')} value=${one.pool || ''} onChange=${typed((pool) => put({ pool }))}>
          <option value="">${i18n.t('special.pool.all')}</option>
          ${poolsOf(draft).map((pool) => html`<option key=${pool.code} value=${pool.code}>${poolText(draft, pool, i18n)}</option>`)}<//>
        <${Num} id=${`${id}-public`} label=${i18n.t('share.public')} value=${one.public ?? 0} max=${255}
          onChange=${(n) => put({ public: n })} i18n=${i18n} />
        <${Num} id=${`${id}-staff`} label=${i18n.t('share.staff')} value=${one.staff ?? 0} max=${255} onChange=${(n) => put({ staff: n })}
          i18n=${i18n} />`}
      <${Field} id=${`${id}-reason`} class="grow" label=${i18n.t('special.reason')} maxlength="60" value=${one.reason || ''}
        onInput=${typed((reason) => put({ reason }))} />
    </div>
    ${one.kind !== 'workday' && html`<${DaySpans} id=${id} value=${one.spans || []} onChange=${(spans) => change({ ...one, spans })}
      i18n=${i18n} />`}
    <p class="quiet small">${i18n.t(`special.does.${one.kind}`)}</p>`;
}

export function SpecialDays({ draft, set, i18n, today }) {
  return html`<${Entries} id="special" value=${draft.special_days || []} i18n=${i18n} add=${i18n.t('special.add')}
    none=${i18n.t('special.none')}
    fresh=${() => ({ from: today, kind: 'closed', spans: [], public: 0, staff: 0 })}
    removeLabel=${(one) => specialText(one, i18n)} onChange=${(value) => set(['special_days'], value)}
    render=${(one, change, id) => html`<${Special} one=${one} change=${change} id=${id} draft=${draft} i18n=${i18n} />`} />`;
}
