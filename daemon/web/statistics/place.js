// Where one is stands in the address: /statistics#hall[/from[-to]]; without days it is today. SPDX-License-Identifier: MIT
import { addDays, daysBetween, isDay } from '../shared/dates.js';

export const DAYS_MAX = 62; // what the API answers at once

export function placeOf(hash) {
  const [hall = '', days = ''] = hash.replace(/^#/, '').split('/');
  const [from = '', to = from] = days.split('-');
  const good = isDay(from) && isDay(to) && from <= to && daysBetween(from, to) < DAYS_MAX;
  return { hall: /^[a-z0-9][a-z0-9_-]{0,31}$/.test(hall) ? hall : '', from: good ? from : '', to: good ? to : '' };
}

export const hashOf = ({ hall, from, to }) => `#${[hall, hall && from && (from === to ? from : `${from}-${to}`)].filter(Boolean).join('/')}`;

// What is one press away, counted from today.
export const SPANS = [
  { id: 'today', of: (today) => [today, today] },
  { id: 'yesterday', of: (today) => [addDays(today, -1), addDays(today, -1)] },
  { id: 'week', of: (today) => [addDays(today, -6), today] },
  { id: 'month', of: (today) => [addDays(today, -29), today] },
];
