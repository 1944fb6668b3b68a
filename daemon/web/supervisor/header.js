// The header: which hall, how it is in numbers, a number to find, and what can be done for the whole of it.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { LanguageSwitch } from '../shared/parts.js';
import { worksInSeveral } from '../staff/halls.js';
import { totalsOf } from './figures.js';

const FEW = 20; // so many forecasts must have been graded before a share says anything
const TOOLS = { whatif: 'W', announce: 'A', hall: 'H', devices: 'D' };

function Find({ i18n, onFind }) {
  const [typed, setTyped] = useState('');
  const submit = (event) => {
    event.preventDefault();
    const number = typed.trim().toUpperCase();
    if (/^[A-Z]\d{1,6}$/.test(number)) onFind(number);
  };
  const wrong = typed.trim() && !/^[a-z]\d{0,6}$/i.test(typed.trim());
  return html`<form class="find" role="search" onSubmit=${submit}>
    <label class="for-readers" for="find">${i18n.t('find.label')}</label>
    <input id="find" class="input" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="7" value=${typed}
      placeholder="A012" aria-keyshortcuts="/" aria-invalid=${wrong ? 'true' : null}
      aria-describedby=${wrong ? 'find-wrong' : null} onInput=${(event) => setTyped(event.target.value)}
      onKeyDown=${(event) => event.key === 'Escape' && event.target.blur()} />
    <button type="submit" class="button">${i18n.t('find.do')}</button>
    ${wrong && html`<p id="find-wrong" class="problem small" role="status">${i18n.t('find.wrong')}</p>`}
  </form>`;
}

function Totals({ live, i18n }) {
  const n = totalsOf(live.state);
  const kept = live.forecast?.kept;
  const part = (key, value, more) => html`<div key=${key}><dt>${i18n.t(`total.${key}`)}</dt><dd><b>${value}</b>${more}</dd></div>`;
  return html`<dl class="totals">
    ${part('waiting', n.waiting)}
    ${part('serving', n.serving)}
    ${part('open', n.open, html`<span class="quiet"> / ${n.counters}</span>`)}
    ${n.paused > 0 && part('paused', n.paused)}
    ${n.missed > 0 && part('missed', n.missed)}
    ${n.parked > 0 && part('parked', n.parked)}
    ${n.coming > 0 && part('coming', n.coming)}
    ${kept && kept.given >= FEW && part('kept', `${Math.round((100 * kept.kept) / kept.given)}%`)}
  </dl>`;
}

export function Header({ i18n, live, session, place, go, now, keys, onPanel }) {
  const { hall } = live;
  return html`<header class="head">
    <div class="first-line">
      <h1>${i18n.name(hall.names)}</h1>
      <span class=${`badge ${hall.open_now ? 'good' : ''}`}>${i18n.t(hall.open_now ? 'open' : 'closed')}</span>
      <time class="clock">${timeText(now, i18n.lang, hall.zone)}</time>
      <nav class="tools" aria-label=${i18n.t('elsewhere')}>
        <a class="button plain" href=${`/statistics#${hall.code}`}>${i18n.t('to.statistics')}</a>
        <a class="button plain" href=${`/calendar#${hall.code}`}>${i18n.t('to.calendar')}</a>
        <a class="button plain" href=${`/clerk?hall=${hall.code}`}>${i18n.t('to.clerk')}</a>
        ${session.person.role === 'admin' && html`<a class="button plain" href=${`/admin#${hall.code}`}>${i18n.t('to.admin')}</a>`}
        ${worksInSeveral(session.person) && html`<button type="button" class="button plain" onClick=${() => go({ hall: '' })}>
          ${i18n.t('choose.other_hall')}</button>`}
        <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
        <${LanguageSwitch} i18n=${i18n} />
      </nav>
    </div>
    <div class="second-line">
      <${Totals} live=${live} i18n=${i18n} />
      <div class="do">
        <${Find} i18n=${i18n} onFind=${(number) => onPanel('ticket', number)} />
        ${Object.entries(TOOLS).map(([panel, key]) => html`<button type="button" class="button" key=${panel}
          aria-pressed=${String(place.panel === panel)} aria-keyshortcuts=${keys ? key.toLowerCase() : null}
          onClick=${() => onPanel(place.panel === panel ? '' : panel)}>
          ${i18n.t(`panel.${panel}`)}${keys && html` <kbd aria-hidden="true">${key}</kbd>`}</button>`)}
      </div>
    </div>
  </header>`;
}
