// A hall's status in words. Pure. SPDX-License-Identifier: MIT
import { addDays, dayAt, dayText, minuteText, weekdayOf, weekdayText } from '../shared/dates.js';
import { timeText } from '../shared/clock.js';

const MINUTE_MS = 60000;
const FEW = 20; // forecasts; a share of fewer says little

// "08:30", "tomorrow 08:30" as a day and a time, where it is another day.
export function whenText(ms, status, words) {
  const day = dayAt(ms, status.zone);
  const time = timeText(ms, words.lang, status.zone);
  return day === dayAt(status.at, status.zone) ? time : `${dayText(day, words.lang, 'short')} ${time}`;
}

export function waitText(wait, words) {
  if (!wait) return words.t('wait.none');
  if (wait.high <= 1) return words.t('wait.now');
  return wait.low === wait.high ? words.t('wait.one', { n: wait.likely }) : words.t('wait.range', wait);
}

// What stands behind a service's wait: how many wait, how many numbers are left.
export function linesText(service, words) {
  if (service.waiting === undefined) return '';
  const waiting = service.waiting ? words.t('waiting', { n: service.waiting }) : words.t('nobody');
  if (service.left === 0) return `${waiting} · ${words.t('out')}`;
  return service.left > 0 ? `${waiting} · ${words.t('left', { n: service.left })}` : waiting;
}

export function keptText({ kept }, words) {
  if (!kept || kept.given < FEW) return '';
  return words.t('kept', { percent: Math.round((100 * kept.kept) / kept.given) });
}

export const minutesOf = (ms) => Math.round(ms / MINUTE_MS);

// [{when, about}] of the best hours.
export function bestTexts(status, words) {
  const today = dayAt(status.at, status.zone);
  return status.best.map(({ day, hour, p50, days }) => {
    const values = { from: minuteText(hour * 60), to: minuteText(hour * 60 + 60), day: dayText(day, words.lang, 'short') };
    const key = day === today ? 'best.today' : day === addDays(today, 1) ? 'best.tomorrow' : 'best.day';
    const n = minutesOf(p50);
    const weekday = weekdayText(weekdayOf(day), words.lang);
    const wait = words.t('minutes', { n });
    const about = words.t(n < 1 ? 'best.short' : 'best.about', { days, weekday, wait });
    return { when: words.t(key, values), about };
  });
}

export function usualText({ usual, at, zone }, words) {
  if (!usual) return '';
  const weekday = weekdayText(weekdayOf(dayAt(at, zone)), words.lang);
  return words.t(usual.weekday ? 'curve.weekday' : 'curve.days', { days: usual.days, weekday });
}

// Each hour from the first that anything is known of to the last: [{hour, usual?, today?}] in minutes.
export function curveOf({ hours }) {
  if (hours.length < 2) return [];
  const [first, last] = [hours[0].hour, hours[hours.length - 1].hour];
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const one = hours.find(({ hour }) => hour === first + i);
    return { hour: first + i, usual: one?.usual && minutesOf(one.usual.p50), today: one?.today && minutesOf(one.today.p50) };
  });
}

// The longest waits come last: those that can be told first, then what is not told, then what is shut.
export function sorted(services) {
  const weight = (one) => (!one.open || one.stopped !== undefined ? 2 : one.wait ? 0 : 1);
  return [...services].sort((a, b) => weight(a) - weight(b));
}
