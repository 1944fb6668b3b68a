// What if: one more counter or one less with a profile, or a counter with another profile, and what that does to the waits.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Field, Switch, typed } from '../staff/form.js';
import { Effect } from './effect.js';
import { counterName, personOf, profileName } from './text.js';

const ADD_MAX = 20; // of the API

const options = (hall, i18n, chosen) => hall.profiles.map(({ code }) =>
  html`<option key=${code} value=${code} selected=${code === chosen}>${profileName(hall, code, i18n)}</option>`);

// Where such a counter could come from, or which one could be spared.
function Hands({ live, hall, i18n, profile, add, onCounter, onPanel }) {
  const all = hall.counters.map(({ code }) => live.state.counters[code]).filter(Boolean);
  const of = (test) => all.filter(test);
  const list = (key, counters, press) => counters.length > 0 && html`<div key=${key}><h3>${i18n.t(`hands.${key}`)}</h3>
    <ul class="hands">${counters.map((one) => html`<li key=${one.code}><button type="button" class="button" onClick=${() => press(one.code)}>
      ${counterName(hall, one.code, i18n)}${one.clerk && one.state !== 'closed' ? html` <span class="quiet">${personOf(one.clerk)}</span>` : ''}
    </button></li>`)}</ul></div>`;
  if (add < 0) return list('spare', of((one) => one.state === 'open' && one.profile === profile), (code) => onPanel('counter', code));
  return html`${list('change', of((one) => one.state === 'open' && one.profile !== profile), onCounter)}
    ${list('paused', of((one) => one.state === 'paused' && one.profile === profile), (code) => onPanel('counter', code))}
    ${list('closed', of((one) => one.state === 'closed' && one.profile === profile), (code) => onPanel('counter', code))}`;
}

function ByProfile(props) {
  const { hall, i18n, api, path, now, form, set } = props;
  const step = (by) => {
    const next = form.add + by || by; // never nothing at all
    set({ add: Math.max(-ADD_MAX, Math.min(ADD_MAX, next)) });
  };
  return html`<${Field} id="whatif-profile" label=${i18n.t('whatif.profile')} value=${form.profile}
      onChange=${typed((profile) => set({ profile }))}>${options(hall, i18n, form.profile)}<//>
    <div class="stepper" role="group" aria-label=${i18n.t('whatif.add')}>
      <button type="button" class="button" aria-label=${i18n.t('whatif.less')} onClick=${() => step(-1)}>−</button>
      <output>${i18n.t(form.add > 0 ? 'whatif.more_n' : 'whatif.less_n', { n: Math.abs(form.add) })}</output>
      <button type="button" class="button" aria-label=${i18n.t('whatif.more')} onClick=${() => step(1)}>+</button>
    </div>
    <${Effect} api=${api} path=${path} hall=${hall} i18n=${i18n} now=${now} body=${{ profile: form.profile, add: form.add }} />
    <${Hands} ...${props} profile=${form.profile} add=${form.add}
      onCounter=${(counter) => set({ mode: 'counter', counter, to: form.profile })} />`;
}

function ByCounter(props) {
  const { hall, live, i18n, api, path, now, form, set, act, done } = props;
  const working = hall.counters.filter(({ code }) => live.state.counters[code]?.state === 'open');
  if (!working.length) return html`<p class="quiet">${i18n.t('whatif.no_counter')}</p>`;
  const counter = working.some((one) => one.code === form.counter) ? form.counter : working[0].code;
  const present = live.state.counters[counter].profile;
  const change = () => act.run({
    id: 'profile', path: `${path}/counters/${counter}/profile`, body: { profile: form.to },
    done: () => done(i18n.t('whatif.done', { counter: counterName(hall, counter, i18n), profile: profileName(hall, form.to, i18n) })),
  });
  return html`<${Field} id="whatif-counter" label=${i18n.t('whatif.counter')} value=${counter}
      note=${i18n.t('whatif.now', { profile: profileName(hall, present, i18n) })} onChange=${typed((code) => set({ counter: code }))}>
      ${working.map(({ code }) => html`<option key=${code} value=${code} selected=${code === counter}>${counterName(hall, code, i18n)}</option>`)}<//>
    <${Field} id="whatif-to" label=${i18n.t('whatif.to')} value=${form.to} onChange=${typed((to) => set({ to }))}>
      ${options(hall, i18n, form.to)}<//>
    ${form.to === present
      ? html`<p class="quiet">${i18n.t('whatif.same')}</p>`
      : html`<${Effect} api=${api} path=${path} hall=${hall} i18n=${i18n} now=${now} body=${{ counter, to: form.to }} />
        <div class="acts"><button type="button" class="button primary" aria-busy=${act.pending === 'profile' ? 'true' : null}
          onClick=${change}>${i18n.t('whatif.do')}</button></div>`}`;
}

export function WhatIfPanel(props) {
  const { hall, i18n, place } = props;
  const first = hall.profiles.some((one) => one.code === place.of) ? place.of : hall.profiles[0].code;
  const [form, setForm] = useState({ mode: 'profile', profile: first, add: 1, counter: '', to: first });
  const set = (part) => setForm((old) => ({ ...old, ...part }));
  const Shown = form.mode === 'profile' ? ByProfile : ByCounter;
  return html`<p class="quiet small">${i18n.t('whatif.lead')}</p>
    <${Switch} label=${i18n.t('panel.whatif')} value=${form.mode} onChange=${(mode) => set({ mode })}
      options=${['profile', 'counter'].map((value) => ({ value, label: i18n.t(`whatif.by_${value}`) }))} />
    <${Shown} ...${props} form=${form} set=${set} />`;
}
