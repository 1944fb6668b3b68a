// What the pages of staff know of a hall's calendar from its file: lengths, pools, what a day is. The daemon decides what
// can be booked; this only explains it. Pure. SPDX-License-Identifier: MIT
import { dayFromIso, daysBetween, minuteOf, weekdayOf, weekOf } from '../shared/dates.js';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const CELL = 5;
const gcd = (a, b) => (b ? gcd(b, a % b) : a);

export const serviceOf = (hall, code) => hall.services.find((one) => one.code === code);
export const lengthOf = (service) => service?.booking?.minutes || Math.ceil((service?.minutes || CELL) / CELL) * CELL;
export const isBookable = (service) => service.booking?.open !== false;

// How many minutes apart bookings may begin.
export function baseMinutes(hall) {
  return Math.max(CELL, hall.services.filter(isBookable).map(lengthOf).reduce(gcd, 0));
}

export const poolsOf = (hall) => (hall.pools?.length ? hall.pools : [{ code: 'hall', services: ['*'], plan: [] }]);
export function poolOf(hall, service) {
  const pools = poolsOf(hall);
  const own = pools.find((pool) => pool.services.includes(service)) || pools.find((pool) => pool.services.includes('*'));
  return (own || pools[0]).code;
}

const within = (day, { from, to }) => dayFromIso(from) <= day && day <= (dayFromIso(to) || dayFromIso(from));

// What stands in the hall file about a day: {special: the one that decides, fewer: [...], holiday, workday}.
export function entriesOf(hall, day) {
  const specials = (hall.special_days || []).filter((one) => within(day, one));
  const deciding = specials.filter((one) => one.kind !== 'fewer');
  const holidays = (hall.holidays || []).filter((one) => within(day, one));
  const workday = holidays.find((one) => one.workday);
  return {
    special: deciding[deciding.length - 1] || null,
    fewer: specials.filter((one) => one.kind === 'fewer'),
    holiday: workday ? null : holidays[0] || null,
    workday: workday || null,
  };
}

// Whose hours and plan a day has: 0 = Monday.
export function weekdayPlanned(hall, day) {
  const { special, workday } = entriesOf(hall, day);
  if (special?.kind === 'workday') return WEEKDAYS.indexOf(special.like);
  if (!special && workday?.like) return WEEKDAYS.indexOf(workday.like);
  return weekdayOf(day);
}

export function countsInWeek(span, day) {
  if (!(span.every_weeks > 1)) return true;
  const weeks = daysBetween(weekOf(dayFromIso(span.week_of))[0], weekOf(day)[0]) / 7;
  return weeks % span.every_weeks === 0;
}

// Counters kept free for people without a booking.
export function walkIn(hall, poolCode, day, minute) {
  const pool = poolsOf(hall).find((one) => one.code === poolCode);
  const weekday = WEEKDAYS[weekdayPlanned(hall, day)];
  return (pool?.plan || [])
    .filter((span) => span.days.includes(weekday) && countsInWeek(span, day))
    .filter((span) => minuteOf(span.from) <= minute && minute < minuteOf(span.to))
    .reduce((sum, span) => sum + (span.walk_in || 0), 0);
}
