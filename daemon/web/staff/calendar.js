// What the pages of staff know of a hall's calendar from its file: lengths, pools, what a day is. The daemon decides what
// can be booked; this only explains it. Pure. SPDX-License-Identifier: MIT
import { minuteOf } from '../shared/dates.js';
import { WEEKDAYS, countsInWeek, weekdayPlanned } from '../shared/opening.js';

export { WEEKDAYS, countsInWeek, entriesOf, weekdayPlanned } from '../shared/opening.js';
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

// Counters kept free for people without a booking.
export function walkIn(hall, poolCode, day, minute) {
  const pool = poolsOf(hall).find((one) => one.code === poolCode);
  const weekday = WEEKDAYS[weekdayPlanned(hall, day)];
  return (pool?.plan || [])
    .filter((span) => span.days.includes(weekday) && countsInWeek(span, day))
    .filter((span) => minuteOf(span.from) <= minute && minute < minuteOf(span.to))
    .reduce((sum, span) => sum + (span.walk_in || 0), 0);
}
