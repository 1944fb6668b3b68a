// Section: counters planned for bookings, in pools that share their work. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { Field, typed } from '../staff/form.js';
import { Entries, Num, Span } from './parts.js';
import { spanText } from './words.js';

// Called by what it serves.
export function poolText(draft, pool, i18n) {
  if (pool.services.includes('*')) return i18n.t('pool.rest');
  const names = pool.services.slice(0, 2).map((code) => i18n.name(draft.services.find((one) => one.code === code)?.names) || code);
  return names.join(i18n.t('and')) + (pool.services.length > 2 ? i18n.t('pool.more', { n: pool.services.length - 2 }) : '') || pool.code;
}

const freshPlan = () => ({
  days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '12:00', every_weeks: 1, public: 1, staff: 0, walk_in: 0,
});

function Plan({ one, change, id, i18n }) {
  const units = (share) => html`<${Num} id=${`${id}-${share}`} label=${i18n.t(`share.${share}`)} value=${one[share] ?? 0} max=${255}
    onChange=${(n) => change({ ...one, [share]: n })} i18n=${i18n} />`;
  return html`<${Span} id=${id} value=${one} onChange=${change} i18n=${i18n}>${units('public')}${units('staff')}${units('walk_in')}<//>`;
}

function Services({ pool, draft, change, id, i18n }) {
  const rest = pool.services.includes('*');
  const toggle = (code, on) => change({ ...pool, services: on ? [...pool.services, code] : pool.services.filter((one) => one !== code) });
  return html`<fieldset class="served"><legend>${i18n.t('pool.services')}</legend>
    <label class="option"><input type="checkbox" id=${`${id}-rest`} checked=${rest}
      onChange=${(event) => toggle('*', event.target.checked)} /> ${i18n.t('pool.rest.all')}</label>
    <div class="scroll">${draft.services.map((service) => html`<label key=${service.code} class="option"><input type="checkbox"
      id=${`${id}-${service.code}`}
      checked=${pool.services.includes(service.code)}
        onChange=${(event) => toggle(service.code, event.target.checked)} /> ${i18n.name(service.names) || service.code}</label>`)}</div>
  </fieldset>`;
}

const freshCode = (pools) => {
  for (let n = pools.length + 1; ; n++) if (!pools.some((one) => one.code === `pool-${n}`)) return `pool-${n}`;
};

export function Pools({ draft, set, i18n }) {
  const pools = draft.pools || [];
  return html`<${Entries} id="pool" value=${pools} i18n=${i18n} add=${i18n.t('pools.add')} none=${i18n.t('pools.none')} max=${20}
    fresh=${() => ({ code: freshCode(pools), services: pools.some((one) => one.services.includes('*')) ? [] : ['*'], plan: [freshPlan()] })}
    removeLabel=${(one) => poolText(draft, one, i18n)} onChange=${(value) => set(['pools'], value)}
    render=${(pool, change, id) => html`<div class="pool">
      <h3>${poolText(draft, pool, i18n)}</h3>
      <details><summary>${i18n.t('pool.what')}</summary>
        <${Field} id=${`${id}-code`} label=${i18n.t('code')} note=${i18n.t('code.note')} maxlength="32" value=${pool.code}
          onInput=${typed((code) => change({ ...pool, code }))} />
        <${Services} pool=${pool} draft=${draft} change=${change} id=${id} i18n=${i18n} /></details>
      <${Entries} id=${`${id}-plan`} value=${pool.plan || []} fresh=${freshPlan} i18n=${i18n} add=${i18n.t('plan.add')}
        none=${i18n.t('plan.none')} max=${64}
        removeLabel=${(one) => spanText(one, i18n)} onChange=${(plan) => change({ ...pool, plan })}
        render=${(one, put, mine) => html`<${Plan} one=${one} change=${put} id=${mine} i18n=${i18n} />`} />
    </div>`} />`;
}
