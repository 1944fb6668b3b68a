// Names as the calendar says them. SPDX-License-Identifier: MIT
import { clockText, dayText } from '../shared/dates.js';
import { entriesOf, poolsOf, serviceOf } from '../staff/calendar.js';
import { phoneText } from './plan.js';

export const serviceName = (hall, code, i18n) => i18n.name(serviceOf(hall, code)?.names) || code;
export const servicesText = (hall, codes, i18n) => codes.map((code) => serviceName(hall, code, i18n)).join(i18n.t('list.and'));
export const className = (hall, code, i18n) => i18n.name(hall.classes.find((one) => one.code === code)?.names) || code;
export const spanText = (booking, zone) => `${clockText(booking.at, zone)}–${clockText(booking.ends, zone)}`;

// A pool is called by what it does where it has few services, else by its code.
export function poolName(hall, code, i18n) {
  const pools = poolsOf(hall);
  const pool = pools.find((one) => one.code === code);
  if (pools.length === 1) return i18n.t('pool.only');
  if (!pool || pool.services.includes('*')) return i18n.t('pool.rest');
  const names = pool.services.slice(0, 2).map((service) => serviceName(hall, service, i18n));
  const more = pool.services.length - names.length;
  return names.join(i18n.t('list.and')) + (more > 0 ? i18n.t('pool.more', { n: more }) : '');
}

// What is special about a day, in words; '' for an ordinary one.
export function dayNote(hall, day, i18n) {
  const { special, fewer, holiday, workday } = entriesOf(hall, day);
  const notes = [];
  const partly = special?.kind === 'closed' && special.spans?.length ? '.partly' : '';
  if (special) notes.push(i18n.t(`day.${special.kind}${partly}`, { reason: special.reason || '' }));
  else if (workday) notes.push(i18n.t('day.worked', { reason: i18n.name(workday.names) }));
  else if (holiday) notes.push(i18n.t('day.holiday', { reason: i18n.name(holiday.names) }));
  for (const one of fewer) notes.push(i18n.t('day.fewer', { reason: one.reason }));
  return notes.join(i18n.t('list.then'));
}

export const TONE = { held: 'warn', offered: 'warn', confirmed: 'accent', checked_in: 'good', missed: 'bad', cancelled: '', expired: '' };

export const stateText = (booking, i18n) => i18n.t(`booking.${booking.state}`);

// What a screen reader hears of a block, and what stands under the pointer.
export function blockLabel(hall, booking, i18n) {
  const parts = [
    `${booking.number}`,
    spanText(booking, hall.zone),
    servicesText(hall, booking.services, i18n),
    booking.persons > 1 && i18n.t('persons', { n: booking.persons }),
    stateText(booking, i18n),
    phoneText(booking, i18n),
  ];
  return parts.filter(Boolean).join(i18n.t('list.comma'));
}

export const dayHeading = (day, i18n) => dayText(day, i18n.lang, 'full');
