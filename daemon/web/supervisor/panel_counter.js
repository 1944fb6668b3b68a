// One counter: who is there and what they do; another profile, with what that would change; freeing it when its clerk is gone.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Field, typed } from '../staff/form.js';
import { Effect } from './effect.js';
import { silentSince } from './figures.js';
import { minuteText, personOf, profileName, serviceName, sinceText } from './text.js';

function Facts({ counter, ticket, hall, i18n, now, onPanel }) {
  const fact = (key, value) => value && html`<div key=${key}><dt>${i18n.t(`fact.${key}`)}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
    ${fact('state', html`${i18n.t(`counter.${counter.state}`)} <span class="quiet">${counter.since > 0 && sinceText(counter.since, hall, i18n, now)}</span>`)}
    ${counter.state === 'paused' && fact('reason', counter.reason)}
    ${counter.clerk && fact('clerk', personOf(counter.clerk))}
    ${fact('profile', profileName(hall, counter.profile, i18n))}
    ${ticket && fact('ticket', html`<button type="button" class="number" onClick=${() => onPanel('ticket', ticket.id)}>${ticket.number}</button>
      ${' '}${i18n.t(`at.${ticket.state}`)} ${minuteText(now - ticket.since, i18n)}
      <span class="quiet"> ${serviceName(hall, ticket.service, i18n)}</span>`)}
  </dl>`;
}

function Profile({ counter, hall, i18n, api, path, act, now, done }) {
  const [profile, setProfile] = useState(counter.profile);
  if (hall.profiles.length < 2) return null;
  const change = () => act.run({
    id: 'profile', path: `${path}/counters/${counter.code}/profile`, body: { profile },
    done: () => done(i18n.t('profile.done', { profile: profileName(hall, profile, i18n) })),
  });
  const other = profile !== counter.profile;
  return html`<section class="part"><h3>${i18n.t('profile.heading')}</h3>
    <${Field} id="counter-profile" label=${i18n.t('profile.label')} note=${i18n.t('profile.note')} value=${profile}
      onChange=${typed(setProfile)}>
      ${hall.profiles.map(({ code }) => html`<option key=${code} value=${code} selected=${code === profile}>${profileName(hall, code, i18n)}</option>`)}
    <//>
    ${other && html`<${Effect} api=${api} path=${path} hall=${hall} i18n=${i18n} now=${now} body=${{ counter: counter.code, to: profile }} />
      <div class="acts"><button type="button" class="button primary" aria-busy=${act.pending === 'profile' ? 'true' : null}
        onClick=${change}>${i18n.t('profile.do')}</button></div>`}
  </section>`;
}

export function CounterPanel(props) {
  const { live, hall, i18n, place, now, ask } = props;
  const counter = live.state.counters[place.of];
  if (!counter) return html`<p class="quiet">${i18n.t('problem.counter_unknown')}</p>`;
  const ticket = (counter.ticket && live.state.tickets[counter.ticket]) || null;
  const silent = silentSince(live, counter, now);
  const about = { ...props, counter, ticket };
  if (counter.state === 'closed') return html`<${Facts} ...${about} /><p class="quiet">${i18n.t('counter.closed.note')}</p>`;
  return html`${silent > 0 && html`<p class="hint wide"><span aria-hidden="true">▲</span> ${i18n.t('silent.long', { n: Math.floor((now - silent) / 60000) })}</p>`}
    <${Facts} ...${about} />
    <${Profile} key=${counter.profile} ...${about} />
    <section class="part"><h3>${i18n.t('free.heading')}</h3><p class="quiet small">${i18n.t('free.note')}</p>
      <div class="acts"><button type="button" class="button danger" onClick=${() => ask('free', { counter, ticket })}>
        ${i18n.t('free.open')}</button></div></section>`;
}
