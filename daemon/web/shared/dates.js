// Local dates and times of a hall. A day is "20261124" (as in the API), a local time is minutes since midnight, a
// moment is milliseconds. Pure; zones come from Intl, so days of 23 and 25 hours are right. SPDX-License-Identifier: MIT

const DAY_MS = 86400000;
const LOCALES = { zh: 'zh-CN', en: 'en-GB' };
const known = new Map();

// A formatter is costly to make and asked for thousands of times.
function formatter(locale, options) {
  const key = `${locale} ${JSON.stringify(options)}`;
  if (!known.has(key)) {
    let made;
    try {
      made = new Intl.DateTimeFormat(locale, options);
    } catch {
      made = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }); // a zone this browser does not know
    }
    known.set(key, made);
  }
  return known.get(key);
}

const FIELDS = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' };

function localParts(ms, zone) {
  const parts = formatter('en-GB', { ...FIELDS, hourCycle: 'h23', timeZone: zone || 'UTC' }).formatToParts(ms);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

// ---- days ----

const utc = (day) => Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));
const fromUtc = (ms) => new Date(ms).toISOString().slice(0, 10).replace(/-/g, '');

export const isDay = (text) => /^\d{8}$/.test(text || '') && fromUtc(utc(text)) === text;
export const isoOf = (day) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`; // what <input type=date> wants
export const dayFromIso = (iso) => (iso || '').replace(/-/g, '');
export const addDays = (day, n) => fromUtc(utc(day) + n * DAY_MS);
export const daysBetween = (from, to) => Math.round((utc(to) - utc(from)) / DAY_MS);
export const weekdayOf = (day) => (Math.floor(utc(day) / DAY_MS) + 3) % 7; // 0 = Monday; 1970-01-01 was a Thursday
export const weekOf = (day) => Array.from({ length: 7 }, (_, i) => addDays(day, i - weekdayOf(day)));

// "202611" -> its weeks from Monday on; days of the months beside it are null.
export function monthWeeks(month) {
  const first = `${month}01`;
  const days = [];
  for (let day = addDays(first, -weekdayOf(first)); day.slice(0, 6) <= month || days.length % 7; day = addDays(day, 1)) {
    days.push(day.slice(0, 6) === month ? day : null);
  }
  return Array.from({ length: days.length / 7 }, (_, i) => days.slice(7 * i, 7 * i + 7));
}

export const addMonths = (month, n) => {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(4, 6)) - 1 + n;
  return `${Math.floor(count / 12)}${String((count % 12) + 1).padStart(2, '0')}`;
};

// ---- moments in a zone ----

export function dayAt(ms, zone) {
  const { year, month, day } = localParts(ms, zone);
  return `${year}${month}${day}`;
}

// Minutes since local midnight, as the clock on the wall says.
export function minuteAt(ms, zone) {
  const { hour, minute } = localParts(ms, zone);
  return Number(hour) * 60 + Number(minute);
}

function offsetMs(ms, zone) {
  const { year, month, day, hour, minute, second } = localParts(ms, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

// The moment at which the clock on the wall says that day and minute: the earlier one where there are two; where the
// clocks skip it, as much later as they skip.
export function momentOf(day, minute, zone) {
  const wall = utc(day) + minute * 60000;
  const before = wall - offsetMs(wall - DAY_MS / 2, zone);
  const after = wall - offsetMs(wall + DAY_MS / 2, zone);
  const right = [before, after].sort((a, b) => a - b).find((ms) => ms + offsetMs(ms, zone) === wall);
  return right ?? Math.max(before, after);
}

export const dayBegins = (day, zone) => momentOf(day, 0, zone);

// ---- words ----

const two = (n) => String(n).padStart(2, '0');
export const minuteText = (minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

// "08:30" -> 510, anything else -> null.
export function minuteOf(text) {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text || '');
  const minute = match ? Number(match[1]) * 60 + Number(match[2]) : NaN;
  return minute <= 1440 && Number(match[2]) < 60 ? minute : null;
}

export const clockText = (ms, zone) => minuteText(minuteAt(ms, zone));

const STYLES = {
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  long: { weekday: 'long', day: 'numeric', month: 'long' },
  short: { weekday: 'short', day: 'numeric', month: 'short' },
  date: { day: 'numeric', month: 'short' },
  medium: { day: 'numeric', month: 'short', year: 'numeric' },
  numeric: { day: 'numeric', month: 'numeric', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  weekday: { weekday: 'long' },
  weekday_short: { weekday: 'short' },
};

// style: a row of STYLES. "Tue, 24 Nov" / "11月24日周二"
export const dayText = (day, lang, style = 'long') =>
  formatter(LOCALES[lang] || lang, { ...STYLES[style], timeZone: 'UTC' }).format(utc(day));

// 0 = Monday
export const weekdayText = (weekday, lang, style = 'weekday') => dayText(addDays('20260105', weekday), lang, style);

export const momentText = (ms, lang, zone, style = 'long') => `${dayText(dayAt(ms, zone), lang, style)} ${clockText(ms, zone)}`;
