// A hall file in words: what a span of time means, what a change changes. SPDX-License-Identifier: MIT
import { dayFromIso, dayText, isDay, weekdayText } from '../shared/dates.js';
import { WEEKDAYS } from '../staff/calendar.js';

export const dateText = (iso, lang) => (isDay(dayFromIso(iso)) ? dayText(dayFromIso(iso), lang, 'medium') : iso || '–');
export const datesText = (from, to, i18n) =>
  to && to !== from ? i18n.t('dates', { from: dateText(from, i18n.lang), to: dateText(to, i18n.lang) }) : dateText(from, i18n.lang);

// "Mon–Fri", "Mon, Wed"
export function daysText(days, i18n) {
  const numbers = days.map((day) => WEEKDAYS.indexOf(day)).sort((a, b) => a - b);
  const runs = [];
  for (const n of numbers) {
    const last = runs[runs.length - 1];
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  const name = (n) => weekdayText(n, i18n.lang, 'weekday_short');
  const texts = runs.flatMap(([a, b]) => (b > a + 1 ? `${name(a)}–${name(b)}` : b > a ? [name(a), name(b)] : name(a)));
  return texts.join(i18n.t('and'));
}

function unitsText(one, i18n) {
  const shares = ['public', 'staff', 'walk_in'].filter((share) => one[share] > 0);
  return shares.map((share) => i18n.t(`units.${share}`, { n: one[share] })).join(i18n.t('and'));
}

export function spanText(span, i18n) {
  const parts = [daysText(span.days, i18n), `${span.from}–${span.to}`];
  if (span.every_weeks > 1) parts.push(i18n.t('every', { n: span.every_weeks, date: dateText(span.week_of, i18n.lang) }));
  const units = unitsText(span, i18n);
  return parts.join(' ') + (units ? i18n.t('colon') + units : '');
}

export function holidayText(one, i18n) {
  const like = one.workday && one.like ? i18n.t('holiday.like', { day: weekdayText(WEEKDAYS.indexOf(one.like), i18n.lang) }) : '';
  const parts = [i18n.name(one.names), datesText(one.from, one.to, i18n), one.workday && i18n.t('holiday.workday'), like];
  return parts.filter(Boolean).join(i18n.t('comma'));
}

export function specialText(one, i18n) {
  const spans = (one.spans || []).map((span) => `${span.from}–${span.to}`).join(i18n.t('and'));
  const what = {
    closed: () => i18n.t(spans ? 'special.closed.spans' : 'special.closed', { spans }),
    hours: () => i18n.t('special.hours', { spans }),
    workday: () => i18n.t('special.workday', { day: weekdayText(Math.max(0, WEEKDAYS.indexOf(one.like)), i18n.lang) }),
    fewer: () => i18n.t('special.fewer', { units: unitsText(one, i18n) || '0' }) + (spans ? ` ${spans}` : ''),
  }[one.kind];
  return [datesText(one.from, one.to, i18n), what ? what() : '', one.reason].filter(Boolean).join(i18n.t('comma'));
}

const TEXTS = { hours: spanText, breaks: spanText, plan: spanText, holidays: holidayText, special_days: specialText };

function valueText(value, name, i18n) {
  if (value === undefined || value === null || value === '') return i18n.t('nothing');
  if (typeof value === 'boolean') return i18n.t(value ? 'yes' : 'no');
  if (TEXTS[name] && !Array.isArray(value)) return TEXTS[name](value, i18n);
  if (Array.isArray(value)) return value.map((one) => valueText(one, '', i18n)).join(i18n.t('and')) || i18n.t('nothing');
  if (typeof value === 'object') return i18n.name(value.names || value) || value.code || '…';
  return i18n.has(`value.${name}.${value}`) ? i18n.t(`value.${name}.${value}`) : String(value);
}

// ['services', 'id-card', 'booking', 'cap'] -> "Services · Identity card · Booking · At once". Entries of a list are called
// by their name, members by the words of label.*.
export function placeText(path, file, i18n) {
  const words = [];
  const known = [];
  let at = file;
  for (const step of path) {
    if (Array.isArray(at)) {
      at = at.find((one) => one.code === step || one.letter === step);
      words.push(i18n.name(at?.names) || step);
      continue;
    }
    known.push(step);
    at = at?.[step];
    const key = `label.${known.join('.')}`;
    if (i18n.has(key)) words.push(i18n.t(key));
    else if (known.length === 1) words.push(i18n.t('label.other', { name: step }));
  }
  return words.join(' · ');
}

// ['hours', 0, 'to'] -> "Opening hours · Mon–Fri 08:00–12:00"; what stands inside an entry without a name is told by it.
export function faultPlace(path, file, i18n) {
  const named = [];
  let at = file;
  for (const step of path) {
    const before = at;
    at = at?.[step];
    if (Array.isArray(before)) {
      const list = named[named.length - 1];
      if (TEXTS[list]) return `${placeText(named, file, i18n)} · ${TEXTS[list](at, i18n)}`;
      if (at?.code === undefined && at?.letter === undefined) return placeText(named, file, i18n);
      named.push(at.code ?? at.letter);
    } else named.push(step);
  }
  return placeText(named, file, i18n);
}

// One change as {place, before, after, kind: 'changed' | 'added' | 'removed'}, in words.
export function changeText(change, { before: oldFile, after: newFile }, i18n) {
  const name = change.path[change.path.length - 1];
  const gone = change.after === undefined;
  const fresh = change.before === undefined;
  const entry = (fresh || gone) && typeof (change.after ?? change.before) === 'object';
  const named = entry && (change.after ?? change.before).code === name; // its name is told as what was added
  return {
    place: placeText(named ? change.path.slice(0, -1) : change.path, gone ? oldFile : newFile, i18n),
    before: fresh && entry ? '' : valueText(change.before, name, i18n),
    after: gone && entry ? '' : valueText(change.after, name, i18n),
    kind: entry && fresh ? 'added' : entry && gone ? 'removed' : 'changed',
  };
}
