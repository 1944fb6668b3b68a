// Which hall, which days, and the way out: other pages, a file for a spreadsheet. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { addDays, dayFromIso, dayText, daysBetween, isDay, isoOf } from '../shared/dates.js';
import { LanguageSwitch } from '../shared/parts.js';
import { worksInSeveral } from '../staff/halls.js';
import { DAYS_MAX, SPANS } from './place.js';

// Whichever end was moved stays; the other one follows where it has to.
function spanWith(end, day, { from, to }) {
  if (end === 'from') return { from: day, to: day > to ? day : daysBetween(day, to) < DAYS_MAX ? to : addDays(day, DAYS_MAX - 1) };
  return { to: day, from: day < from ? day : daysBetween(from, day) < DAYS_MAX ? from : addDays(day, 1 - DAYS_MAX) };
}

export function Header({ api, i18n, hall, session, place, go, today, from, to }) {
  const turn = (end) => (event) => {
    const day = dayFromIso(event.target.value);
    if (isDay(day) && day <= today) go({ hall: place.hall, ...spanWith(end, day, { from, to }) });
  };
  const heading = from === to ? dayText(from, i18n.lang, 'full')
    : i18n.t('span', { from: dayText(from, i18n.lang, 'date'), to: dayText(to, i18n.lang, 'date') });
  const file = `${api.base}/halls/${hall.code}/statistics.csv?from=${from}&to=${to}`;
  const download = (by) => html`<a class="button" href=${`${file}&by=${by}`} download>${i18n.t(`csv.${by}`)}</a>`;
  return html`<header class="head">
    <div class="first-line">
      <p class="hall">${i18n.name(hall.names)}</p>
      <div class="tools">
        <span class="quiet person">${session.person.name}</span>
        <a class="button plain" href=${`/supervisor#${hall.code}`}>${i18n.t('to.supervisor')}</a>
        <a class="button plain" href=${`/calendar#${hall.code}`}>${i18n.t('to.calendar')}</a>
        ${worksInSeveral(session.person) && html`<button type="button" class="button plain"
          onClick=${() => go({ hall: '' })}>${i18n.t('choose.other_hall')}</button>`}
        <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
        <${LanguageSwitch} i18n=${i18n} />
      </div>
    </div>
    <div class="second-line">
      <h1 aria-live="polite">${heading}</h1>
      <div class="when">
        <div class="switch" role="group" aria-label=${i18n.t('days')}>
          ${SPANS.map(({ id, of }) => {
            const [first, last] = of(today);
            return html`<button type="button" class="button" key=${id} aria-pressed=${String(first === from && last === to)}
              onClick=${() => go({ hall: place.hall, from: first, to: last })}>${i18n.t(`span.${id}`)}</button>`;
          })}
        </div>
        <label for="from">${i18n.t('from')}</label>
        <input id="from" class="input" type="date" max=${isoOf(today)} value=${isoOf(from)} onChange=${turn('from')} />
        <label for="to">${i18n.t('to')}</label>
        <input id="to" class="input" type="date" max=${isoOf(today)} value=${isoOf(to)} onChange=${turn('to')} />
        ${download('service')} ${download('counter')}
      </div>
    </div>
  </header>`;
}
