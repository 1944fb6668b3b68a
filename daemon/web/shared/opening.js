// When a hall is open, from its file: special days before holidays before the week, as core/calendar_rules.c has it. It
// explains; whether the hall is open now is what the daemon says. Pure. Days, minutes and moments as in dates.js.
// SPDX-License-Identifier: MIT
import { addDays, dayAt, dayFromIso, daysBetween, minuteOf, momentOf, weekdayOf, weekOf } from './dates.js';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY_MINUTES = 1440;
// The longest holidays last some weeks; a hall that is closed for longer says nothing about when it opens.
const LOOK_DAYS = 100;

const within = (day, { from, to }) => dayFromIso(from) <= day && day <= (dayFromIso(to) || dayFromIso(from));
const last = (list) => list[list.length - 1] || null;

// What stands in the hall file about a day: {special: the one that decides, fewer: [...], holiday, workday}.
export function entriesOf(hall, day) {
  const specials = (hall.special_days || []).filter((one) => within(day, one));
  const holidays = (hall.holidays || []).filter((one) => within(day, one));
  const workday = last(holidays.filter((one) => one.workday));
  return {
    special: last(specials.filter((one) => one.kind !== 'fewer')),
    fewer: specials.filter((one) => one.kind === 'fewer'),
    holiday: workday ? null : holidays[0] || null,
    workday,
  };
}

// Whose hours and plan a day has: 0 = Monday.
export function weekdayPlanned(hall, day) {
  const { special, workday } = entriesOf(hall, day);
  const like = special?.kind === 'workday' ? special.like : workday?.like;
  return like ? WEEKDAYS.indexOf(like) : weekdayOf(day);
}

const isWeekly = (span) => !(span.every_weeks > 1);

export function countsInWeek(span, day) {
  if (isWeekly(span)) return true;
  const weeks = daysBetween(weekOf(dayFromIso(span.week_of))[0], weekOf(day)[0]) / 7;
  return weeks % span.every_weeks === 0;
}

// Spans of minutes in which the first are and the second are not: [{from, to}].
function spansOf(open, shut) {
  const map = new Uint8Array(DAY_MINUTES + 1); // the last one ends the last span
  for (const { from, to } of open) map.fill(1, minuteOf(from), minuteOf(to));
  for (const { from, to } of shut) map.fill(0, minuteOf(from), minuteOf(to));
  const spans = [];
  for (let minute = 0; minute <= DAY_MINUTES; minute++) {
    if (map[minute] === (map[minute - 1] || 0)) continue;
    if (map[minute]) spans.push({ from: minute, to: DAY_MINUTES });
    else last(spans).to = minute;
  }
  return spans;
}

// When the hall is open on a day: [{from, to}] in minutes.
export function opening(hall, day) {
  const { special, holiday } = entriesOf(hall, day);
  if (special?.kind === 'hours') return spansOf(special.spans || [], []);
  if (special?.kind === 'closed' && !special.spans?.length) return [];
  if (holiday && special?.kind !== 'workday') return [];
  const weekday = WEEKDAYS[weekdayPlanned(hall, day)];
  const ofDay = (list = []) => list.filter((span) => span.days.includes(weekday) && countsInWeek(span, day));
  const shut = special?.kind === 'closed' ? special.spans : [];
  return spansOf(ofDay(hall.hours), [...ofDay(hall.breaks), ...shut]);
}

// The next moment at which it opens, or null.
export function opensAt(hall, now) {
  const today = dayAt(now, hall.zone);
  for (let n = 0; n <= LOOK_DAYS; n++) {
    const day = addDays(today, n);
    for (const { from } of opening(hall, day)) {
      const at = momentOf(day, from, hall.zone);
      if (at > now) return at;
    }
  }
  return null;
}

// What is particular about a day: {kind: 'closed', 'hours' (others than usual) or 'workday', names or reason, like,
// spans}, or null. Words are the hall's: names in languages, a reason in one.
export function dayNote(hall, day) {
  const { special, holiday, workday } = entriesOf(hall, day);
  const spans = opening(hall, day);
  if (special) {
    const { reason = '', like } = special;
    if (!spans.length) return { kind: 'closed', reason };
    return special.kind === 'workday' ? { kind: 'workday', reason, like, spans } : { kind: 'hours', reason, spans };
  }
  if (holiday) return { kind: 'closed', names: holiday.names };
  return workday ? { kind: 'workday', names: workday.names, like: workday.like, spans } : null;
}

// Each weekday as it is every week: seven lists of spans.
export const weekOpening = ({ hours = [], breaks = [] }) => WEEKDAYS.map((weekday) => {
  const ofDay = (list) => list.filter((span) => isWeekly(span) && span.days.includes(weekday));
  return spansOf(ofDay(hours), ofDay(breaks));
});

// What comes only every few weeks: [{kind: 'open' or 'break', days: [0 = Monday...], from, to, weeks, next: day}].
export function rareOpening({ hours = [], breaks = [] }, today) {
  const rare = (kind, list) => list.filter((span) => !isWeekly(span)).map((span) => {
    const days = span.days.map((day) => WEEKDAYS.indexOf(day)).sort();
    const ahead = Array.from({ length: 7 * span.every_weeks }, (_, n) => addDays(today, n));
    const next = ahead.find((day) => days.includes(weekdayOf(day)) && countsInWeek(span, day));
    return { kind, days, from: minuteOf(span.from), to: minuteOf(span.to), weeks: span.every_weeks, next };
  });
  return [...rare('open', hours), ...rare('break', breaks)];
}
