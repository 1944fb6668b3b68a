// Choosing a day and a time: used to book and to move. Asks GET …/days and …/times by itself.
// SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from './ui.js';
import { dayText, monthWeeks, weekdayText } from './dates.js';
import { settled } from './attempt.js';
import { refusalText } from './refusal.js';
import { dayWords, timeGroups, timeWords } from './visit.js';

const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];

// An answer of the API that changes with `path`; reload() asks again.
export function useAnswer(api, path) {
  const [found, setFound] = useState({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!path) return undefined;
    let here = true;
    setFound((before) => (before.path === path ? { ...before, error: null } : {}));
    settled(() => api.get(path, { cache: 'no-cache', retries: 2 })).then(
      (answer) => here && setFound({ path, answer }),
      (error) => here && setFound({ path, error }),
    );
    return () => {
      here = false;
    };
  }, [path, round]);
  return { ...(found.path === path ? found : {}), reload: () => setRound((n) => n + 1) };
}

// services, persons -> the part of an address that says for which visit times are sought
export const visitQuery = ({ services, persons }) =>
  `services=${services.map(encodeURIComponent).join(',')}&persons=${persons || 1}`;

function Failed({ i18n, error, zone, onRetry }) {
  return html`<div class="notice-box bad" role="alert" data-problem=${error.code}>
    <p>${refusalText(error, i18n, zone)}</p>
    <button type="button" class="button" onClick=${onRetry}>${i18n.t('retry')}</button>
  </div>`;
}

// What is shown while there is no answer yet, or none.
export function Unread({ i18n, error, reload }) {
  if (error) return html`<${Failed} i18n=${i18n} error=${error} onRetry=${reload} />`;
  return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
}

function Day({ day, found, picked, i18n, onDay }) {
  const free = found?.free > 0;
  const number = Number(day.slice(6));
  if (!free) return html`<li class="day off" aria-hidden="true"><span>${number}</span></li>`;
  const name = i18n.t('days.free', { day: dayText(day, i18n.lang), n: found.free });
  return html`<li class="day">
    <button type="button" aria-pressed=${String(picked)} data-day=${day} onClick=${() => onDay(day)}>
      <span class="for-readers">${name}</span>
      <span class="seen" aria-hidden="true">
        <span class="date">${number}</span>
        <span class="name">${dayText(day, i18n.lang, 'short')}</span>
        <span class="free">${found.free}</span>
        <span class="words">${i18n.t('days.count', { n: found.free })}</span>
      </span>
    </button>
  </li>`;
}

const weekdayName = (n, lang) => (lang === 'zh' ? '一二三四五六日'[n] : weekdayText(n, lang, 'weekday_short').slice(0, 2));

function Month({ month, byDay, day, i18n, onDay }) {
  const weeks = monthWeeks(month).filter((week) => week.some((one) => one && byDay.has(one)));
  return html`<div class="month">
    <h3>${dayText(`${month}01`, i18n.lang, 'month')}</h3>
    <ol class="weekdays" aria-hidden="true">
      ${WEEKDAYS.map((n) => html`<li
        key=${n}>${weekdayName(n, i18n.lang)}</li>`)}
    </ol>
    <ul class="days">
      ${weeks.flat().map((one, at) =>
        one
          ? html`<${Day} key=${one} day=${one} found=${byDay.get(one)} picked=${one === day} i18n=${i18n}
            onDay=${onDay} />`
          : html`<li key=${at} class="day off" aria-hidden="true"></li>`)}
    </ul>
  </div>`;
}

function Days({ answer, day, zone, busyAt, i18n, onDay, onPick }) {
  const byDay = new Map(answer.days.map((one) => [one.day, one]));
  const months = [...new Set(answer.days.map((one) => one.day.slice(0, 6)))];
  const first = answer.days.find((one) => one.free > 0);
  return html`<div class="calendar">
    <button type="button" class="button earliest" data-at=${first.first} disabled=${busyAt !== null}
      aria-busy=${String(busyAt === first.first)} onClick=${() => onPick(first.first)}>
      ${i18n.t('days.first', { day: dayText(first.day, i18n.lang, 'short'), time: timeWords(first.first, zone, i18n) })}
    </button>
    ${months.map((month) => html`<${Month} key=${month} month=${month} byDay=${byDay} day=${day} i18n=${i18n}
      onDay=${onDay} />`)}
    <p class="small quiet legend">${i18n.t('days.legend')}</p>
  </div>`;
}

function Time({ time, busyAt, i18n, onPick }) {
  const busy = busyAt === time.at;
  return html`<li>
    <button type="button" class="button time" aria-busy=${String(busy)} disabled=${busyAt !== null && !busy}
      data-at=${time.at} onClick=${() => busy || onPick(time.at)}>
      <span class="clock">${time.text}</span>
      ${time.season && html`<span class="small season">${i18n.t(`season.${time.season}`)}</span>`}
    </button>
  </li>`;
}

function Times({ api, path, day, hall, i18n, busyAt, onPick, round }) {
  const { answer, error, reload } = useAnswer(api, `${path}&day=${day}`);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) reload();
    first.current = false;
  }, [round]);
  if (error) return html`<${Failed} i18n=${i18n} error=${error} zone=${hall.zone} onRetry=${reload} />`;
  if (!answer) return html`<p class="quiet" role="status">${i18n.t('times.loading')}</p>`;
  if (!answer.times.length) return html`<p class="notice-box" role="status">${i18n.t('times.none')}</p>`;
  return timeGroups(answer.times.map((one) => one.at), hall.zone).map(
    ({ part, times }) => html`<div key=${part} class="part">
      <h3>${i18n.t(`times.${part}`)}</h3>
      <ul class="times">
        ${times.map((time) => html`<${Time} key=${time.at} time=${time} busyAt=${busyAt} i18n=${i18n}
          onPick=${onPick} />`)}
      </ul>
    </div>`,
  );
}

// The alternatives of a refusal (slot_taken, hold_expired), or what else went wrong with the time.
// text: another heading than the problem's own.
export function TimeProblem({ error, text, zone, i18n, busyAt = null, onPick }) {
  const others = error.body?.alternatives || [];
  const taken = ['slot_taken', 'hold_expired'].includes(error.code);
  return html`<div class="notice-box bad" role="alert" tabindex="-1" data-problem=${error.code}>
    <h2>${text || (error.code === 'slot_taken' ? i18n.t('taken.heading') : refusalText(error, i18n, zone))}</h2>
    ${taken && html`<p>${i18n.t(others.length ? 'taken.text' : 'taken.none')}</p>`}
    ${others.length > 0 && html`<ul class="alternatives">
      ${others.map((at) => html`<li key=${at}><button type="button" class="button" data-at=${at}
        disabled=${busyAt !== null}
        onClick=${() => onPick(at)}>
        ${dayWords(at, zone, i18n, 'short')} <b>${timeWords(at, zone, i18n)}</b></button></li>`)}
    </ul>`}
  </div>`;
}

// visit: {services, persons}; day: the chosen one or ''; busyAt: the time being taken, or null.
// none: what to show under "no free times" (the waitlist).
export function DayTime({ api, hall, visit, day, busyAt, error, i18n, onDay, onPick, none }) {
  const query = visitQuery(visit);
  const { answer, error: failed, reload } = useAnswer(api, `/halls/${hall.code}/days?${query}`);
  const [round, setRound] = useState(0);
  const times = useRef(null);
  useEffect(() => {
    if (!error) return;
    reload(); // what was shown is no longer true
    setRound((n) => n + 1);
  }, [error]);
  if (failed) return html`<${Failed} i18n=${i18n} error=${failed} zone=${hall.zone} onRetry=${reload} />`;
  if (!answer) return html`<p class="quiet" role="status">${i18n.t('days.loading')}</p>`;
  const firstFree = answer.days.find((one) => one.free > 0);
  const problem = error && html`<${TimeProblem} error=${error} zone=${hall.zone} i18n=${i18n} busyAt=${busyAt}
    onPick=${onPick} />`;
  if (!firstFree) {
    const key = answer.last ? 'days.none' : 'days.closed';
    return html`${problem}<div class="notice-box" data-none="true">
      <h2>${i18n.t(key)}</h2>
      <p>${i18n.t(`${key}.text`, { day: answer.last ? dayText(answer.last, i18n.lang, 'date') : '' })}</p>
      <p><button type="button" class="button" onClick=${reload}>${i18n.t('times.again')}</button></p>
    </div>${none?.(answer)}`;
  }
  const shown = answer.days.some((one) => one.day === day && one.free > 0) ? day : firstFree.day;
  const show = (one) => {
    onDay(one);
    requestAnimationFrame(() => times.current?.scrollIntoView({ block: 'start', behavior: 'auto' }));
  };
  return html`${problem}<div class="day-time">
    <section aria-labelledby="days-h">
      <h2 id="days-h">${i18n.t('days.heading')}</h2>
      <${Days} answer=${answer} day=${shown} zone=${hall.zone} busyAt=${busyAt} i18n=${i18n} onDay=${show}
        onPick=${onPick} />
    </section>
    <section class="of-day" ref=${times} aria-labelledby="times-h" aria-live="polite">
      <h2 id="times-h">${dayText(shown, i18n.lang)}</h2>
      <${Times} key=${shown} api=${api} path=${`/halls/${hall.code}/times?${query}`} day=${shown}
        hall=${hall} i18n=${i18n}
        busyAt=${busyAt} onPick=${onPick} round=${round} />
    </section>
  </div>${none?.(answer)}`;
}
