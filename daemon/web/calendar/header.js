// The calendar's header: which days, which view, a number to find, and what else there is. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { LanguageSwitch } from '../shared/parts.js';
import { problemText } from '../shared/i18n.js';
import { dayFromIso, dayText, isDay, isoOf, weekOf } from '../shared/dates.js';
import { poolsOf } from '../staff/calendar.js';
import { worksInSeveral } from '../staff/halls.js';
import { poolName } from './text.js';

function Found({ search, i18n }) {
  const texts = {
    looking: () => i18n.t('find.looking'),
    none: () => i18n.t('find.none', { n: search.typed }),
    failed: () => problemText(search.error, i18n),
  };
  const text = texts[search.state];
  return html`<p class="find-said" role="status">${text ? text() : ''}</p>`;
}

function Search({ search, i18n }) {
  const [typed, setTyped] = useState('');
  const submit = (event) => {
    event.preventDefault();
    if (typed.trim()) search.find(typed);
  };
  const leave = (event) => {
    if (event.key === 'Escape') event.target.blur();
  };
  return html`<form class="find" role="search" onSubmit=${submit}>
    <label class="for-readers" for="find">${i18n.t('find.label')}</label>
    <input id="find" class="input" inputmode="numeric" maxlength="12" autocomplete="off" placeholder=${i18n.t('find.placeholder')}
      value=${typed}
      aria-keyshortcuts="/" onKeyDown=${leave} onInput=${(event) => {
        setTyped(event.target.value);
        search.clear();
      }} />
    <button type="submit" class="button">${i18n.t('find.do')}</button>
  </form>`;
}

// Which counters are shown, where there are several groups of them.
function PoolChoice({ hall, i18n, pool, setPool }) {
  if (poolsOf(hall).length < 2) return null;
  return html`<label class="for-readers" for="pool">${i18n.t('pool.choose')}</label>
    <select id="pool" class="input" value=${pool} onChange=${(event) => setPool(event.target.value)}>
      <option value="">${i18n.t('pool.all')}</option>
      ${poolsOf(hall).map(({ code }) => html`<option key=${code} value=${code}>${poolName(hall, code, i18n)}</option>`)}
    </select>`;
}

// Phones and tablets have no keys; the letters stand on the buttons all the same, small.
const Key = ({ children }) => html`<kbd aria-hidden="true">${children}</kbd>`;

export function Header(props) {
  const { i18n, hall, session, place, go, today, range, step, search, panel, boss, role, pool, setPool } = props;
  const { waiting, conflicts, onPanel, onNew } = props;
  const week = place.view === 'week';
  const last = weekOf(range.from)[6];
  const span = { from: dayText(range.from, i18n.lang, 'date'), to: dayText(last, i18n.lang, 'medium') };
  const heading = week ? i18n.t('week.of', span) : dayText(place.day, i18n.lang, 'full');
  const tab = (name, n, tone = '') => html`<button type="button" class="button" aria-pressed=${String(panel === name)}
    onClick=${() => onPanel(name)}>
    ${i18n.t(`panel.${name}`)}${n > 0 ? html` <span class=${`badge ${tone}`}>${n}</span>` : ''}</button>`;
  return html`<header class="head">
    <div class="first-line">
      <p class="hall">${i18n.name(hall.names)}</p>
      <div class="tools">
        <span class="quiet person">${session.person.name}</span>
        <a class="button plain" href=${`/clerk?hall=${hall.code}`}>${i18n.t('to.clerk')}</a>
        ${role === 'admin' && html`<a class="button plain" href=${`/admin#${hall.code}`}>${i18n.t('to.admin')}</a>`}
        ${worksInSeveral(session.person) && html`<button type="button" class="button plain"
          onClick=${() => go({ hall: '', day: '', booking: '' })}>${i18n.t('choose.other_hall')}</button>`}
        <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
        <${LanguageSwitch} i18n=${i18n} />
      </div>
    </div>
    <div class="second-line">
      <div class="when">
        <button type="button" class="button step" aria-label=${i18n.t(week ? 'go.week_before' : 'go.before')}
          aria-keyshortcuts="ArrowLeft" onClick=${() => step(-1)}>‹</button>
        <button type="button" class="button" aria-keyshortcuts="t" disabled=${place.day === today}
          onClick=${() => go({ ...place, day: today })}>${i18n.t('today')} <${Key}>T<//></button>
        <button type="button" class="button step" aria-label=${i18n.t(week ? 'go.week_after' : 'go.after')} aria-keyshortcuts="ArrowRight"
          onClick=${() => step(1)}>›</button>
        <h1 aria-live="polite">${heading}</h1>
        <label class="for-readers" for="go-day">${i18n.t('go.day')}</label>
        <input id="go-day" class="input" type="date" value=${isoOf(place.day)} onChange=${(event) => {
          const day = dayFromIso(event.target.value);
          if (isDay(day)) go({ ...place, day });
        }} />
      </div>
      <div class="switch" role="group" aria-label=${i18n.t('view')}>
        ${['day', 'week'].map((one) => html`<button type="button" class="button" key=${one} aria-keyshortcuts=${one[0]}
          aria-pressed=${String(one === place.view)}
          onClick=${() => go({ ...place, view: one })}>${i18n.t(`view.${one}`)} <${Key}>${one[0].toUpperCase()}<//></button>`)}
      </div>
    </div>
    <div class="third-line">
      <button type="button" class="button primary" aria-keyshortcuts="n" onClick=${onNew}>${i18n.t('new.open')} <${Key}>N<//></button>
      <${Search} search=${search} i18n=${i18n} />
      <${PoolChoice} hall=${hall} i18n=${i18n} pool=${pool} setPool=${setPool} />
      <${Found} search=${search} i18n=${i18n} />
      <div class="tabs">${tab('waiting', waiting, 'accent')}${tab('conflicts', conflicts, 'bad')}${boss && tab('manage', 0)}</div>
    </div>
  </header>`;
}
