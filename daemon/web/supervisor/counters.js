// Counters as cards: who works there, on what, for how long; paused and why; which one is silent. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { countersOf } from './figures.js';
import { counterName, minuteText, personOf, profileName, serviceName, sinceText } from './text.js';

const TONES = { open: 'good', paused: 'warn', closed: '' };

function Doing({ row, hall, i18n, now }) {
  const { counter, ticket } = row;
  if (counter.state === 'paused') {
    return html`<p class="doing">${counter.reason || i18n.t('paused.no_reason')} <span class="quiet">
      ${sinceText(counter.since, hall, i18n, now)}</span></p>`;
  }
  if (!ticket) return html`<p class="doing quiet">${i18n.t('counter.idle')}</p>`;
  return html`<p class="doing"><span class="number">${ticket.number}</span>
    ${' '}<span>${i18n.t(`at.${ticket.state}`)} <b>${minuteText(now - ticket.since, i18n)}</b></span>
    ${' '}<span class="quiet service">${serviceName(hall, ticket.service, i18n)}</span></p>`;
}

function Card({ row, live, i18n, now, chosen, onPanel }) {
  const { counter, silent } = row;
  const { hall } = live;
  return html`<li class=${`counter ${counter.state} ${silent ? 'silent' : ''}`} data-counter=${counter.code} data-state=${counter.state}
    aria-current=${chosen ? 'true' : null}>
    <p class="who"><button type="button" class="name" aria-expanded=${String(chosen)} onClick=${() => onPanel('counter', counter.code)}>
      ${counterName(hall, counter.code, i18n)}</button>
      ${counter.state !== 'open' && html`<span class=${`badge ${TONES[counter.state]}`}>${i18n.t(`counter.${counter.state}`)}</span>`}</p>
    <p class="quiet small work">${counter.clerk ? `${personOf(counter.clerk)} · ` : ''}${profileName(hall, counter.profile, i18n)}</p>
    <${Doing} row=${row} hall=${hall} i18n=${i18n} now=${now} />
    ${silent > 0 && html`<p class="hint"><span aria-hidden="true">▲</span> ${i18n.t('silent', { n: Math.floor((now - silent) / 60000) })}</p>`}
  </li>`;
}

function Ghosts({ live, i18n }) {
  const some = Object.entries(live.day.ghosts).filter(([, n]) => n > 0);
  if (!some.length) return null;
  return html`<p class="ghosts quiet small">${some.map(([profile, n]) => html`<span key=${profile}>
    ${i18n.t('ghosts.line', { n, profile: profileName(live.hall, profile, i18n) })}</span>`)}</p>`;
}

export function Counters({ live, i18n, place, now, onPanel }) {
  const { atWork, closed } = countersOf(live, now);
  const chosen = (code) => place.panel === 'counter' && place.of === code;
  return html`<section class="counters" aria-labelledby="counters-heading">
    <h2 id="counters-heading">${i18n.t('counters.heading')}</h2>
    ${atWork.length
      ? html`<ul class="cards">${atWork.map((row) => html`<${Card} key=${row.counter.code} row=${row} live=${live} i18n=${i18n} now=${now}
          chosen=${chosen(row.counter.code)} onPanel=${onPanel} />`)}</ul>`
      : html`<p class="quiet none">${i18n.t('counters.none')}</p>`}
    <${Ghosts} live=${live} i18n=${i18n} />
    ${closed.length > 0 && html`<h3 class="quiet">${i18n.t('counters.closed', { n: closed.length })}</h3>
    <ul class="shut">${closed.map(({ counter }) => html`<li key=${counter.code}><button type="button" class="button plain"
      aria-expanded=${String(chosen(counter.code))} onClick=${() => onPanel('counter', counter.code)}>
      ${counterName(live.hall, counter.code, i18n)}</button></li>`)}</ul>`}
  </section>`;
}
