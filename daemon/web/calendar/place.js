// Where one is stands in the address: /calendar#hall/day[/week][/id of the open booking]. SPDX-License-Identifier: MIT
import { isDay } from '../shared/dates.js';

export function placeOf(hash) {
  const [hall = '', ...rest] = hash.replace(/^#/, '').split('/');
  return {
    hall: /^[a-z0-9][a-z0-9_-]{0,31}$/.test(hall) ? hall : '',
    day: rest.find(isDay) || '',
    view: rest.includes('week') ? 'week' : 'day',
    booking: rest.find((part) => /^\d{13}-b\d+$/.test(part)) || '',
  };
}

export const hashOf = ({ hall, day, view, booking }) =>
  `#${[hall, hall && day, hall && view === 'week' && 'week', hall && booking].filter(Boolean).join('/')}`;
