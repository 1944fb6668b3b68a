// Names, minutes and ranges as this page says them. SPDX-License-Identifier: MIT
import { personOf, serviceName } from '../clerk/text.js';
import { timeText } from '../shared/clock.js';
import { minutesOf, servesOf } from './figures.js';

export { className, counterName, personOf, serviceName } from '../clerk/text.js';

const NAMED = 2; // services of a profile told by name; the rest is counted

export const minuteText = (ms, i18n) => i18n.t('min', { n: minutesOf(ms) });
export const sinceText = (ms, hall, i18n, now) =>
  i18n.t('since', { time: timeText(ms, i18n.lang, hall.zone), n: minutesOf(now - ms) });

// "10–20 min"; '' without a forecast.
export function rangeText(wait, i18n) {
  if (!wait) return '';
  if (wait.high <= 1) return i18n.t('range.now');
  return wait.low === wait.high ? i18n.t('min', { n: wait.likely }) : i18n.t('range', { low: wait.low, high: wait.high });
}

// A profile has no name of its own: its work is its name. Two that say the same have their code added.
export function profileName(hall, code, i18n) {
  const text = workText(hall, code, i18n);
  const twins = hall.profiles.filter((one) => workText(hall, one.code, i18n) === text);
  return twins.length > 1 ? i18n.t('profile.twin', { text, code }) : text;
}

function workText(hall, code, i18n) {
  const serves = servesOf(hall, code);
  const own = Object.keys(serves).filter((service) => serves[service] === 0);
  if (own.length === hall.services.length) return i18n.t('profile.all');
  if (!own.length) return i18n.t('profile.helps');
  const names = own.slice(0, NAMED).map((service) => serviceName(hall, service, i18n)).join(i18n.t('and'));
  return own.length > NAMED ? i18n.t('profile.more', { names, n: own.length - NAMED }) : names;
}

// "mary (counter 3)" of an event's `by`; devices and the program itself by what they are.
export function whoText(who, i18n) {
  const role = (who || '').split(':')[0];
  return ['citizen', 'kiosk', 'board', 'system'].includes(role) ? i18n.t(`who.${role}`) : personOf(who);
}
