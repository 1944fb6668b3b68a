// What a visit is made of, for the pages that book, move and show one: services, documents, fields, times.
// Pure. Days and moments as words: dates.js. SPDX-License-Identifier: MIT
import { clockText, dayAt, dayText, minuteAt } from './dates.js';

const NOON = 12 * 60;
const EVENING = 18 * 60;
export const SERVICES_MAX = 8; // VISIT_SERVICES_MAX of api/booking.h
const PERSONS_MAX = 10;

export const servicesOf = (hall, codes) =>
  codes.map((code) => hall.services.find((one) => one.code === code)).filter(Boolean);

export const bookableServices = (hall) =>
  hall.booking?.open ? hall.services.filter((one) => one.open !== false && one.booking?.open !== false) : [];

export const servicesText = (hall, codes, i18n) =>
  servicesOf(hall, codes).map((one) => i18n.name(one.names)).join(i18n.lang === 'zh' ? '、' : ', ');

// Everybody of the party takes every step, so the smallest limit counts.
export const personsMax = (hall, codes) =>
  Math.min(PERSONS_MAX, ...servicesOf(hall, codes).map((one) => one.booking?.persons_max ?? 1));

export const minutesOf = (hall, codes, persons = 1) =>
  servicesOf(hall, codes).reduce((sum, one) => sum + (one.booking?.minutes || one.minutes), 0) * persons;

// Documents of all services, each once: [{key, texts}]
export function documentsOf(hall, codes) {
  const found = new Map();
  for (const { documents = [] } of servicesOf(hall, codes)) {
    for (const texts of documents) found.set(Object.values(texts).join('|'), texts);
  }
  return Array.from(found, ([key, texts]) => ({ key, texts }));
}

// Fields of all services; what two of them ask for is typed once.
export function fieldsOf(hall, codes) {
  const found = new Map();
  for (const one of servicesOf(hall, codes)) {
    for (const field of one.booking?.fields || []) {
      const before = found.get(field.code);
      found.set(field.code, { ...field, required: field.required || Boolean(before?.required) });
    }
  }
  return [...found.values()];
}

// What is wrong with a value, as the end of a key of words ('missing', 'number', 'long'), or null.
export function fieldFault(field, value) {
  const text = (value || '').trim();
  if (!text) return field.required ? 'missing' : null;
  if (field.type === 'number') return /^\d+$/.test(text) && Number(text) <= field.max ? null : 'number';
  if (field.type === 'date') return /^\d{4}-\d\d-\d\d$/.test(text) ? null : 'date';
  if (field.type === 'text' && [...text].length > field.max) return 'long';
  return null;
}

// As the API wants them: nothing that was left empty; undefined when there is nothing.
export function fieldsBody(fields, values = {}) {
  const told = fields.map(({ code }) => [code, (values[code] || '').trim()]).filter(([, text]) => text);
  return told.length ? Object.fromEntries(told) : undefined;
}

// A phone number as people type it; the daemon judges the rest.
export const phoneLooksRight = (text) => /^\+?\d{6,17}$/.test((text || '').replace(/[\s().-]/g, ''));

// The times of a day in their parts, [{part, times: [{at, text, season}]}]. season: only on times that the
// clocks show twice that day, 'summer' for the first, 'winter' for the second.
export function timeGroups(times, zone) {
  const groups = [];
  for (const at of [...times].sort((a, b) => a - b)) {
    const minute = minuteAt(at, zone);
    const part = minute < NOON ? 'morning' : minute < EVENING ? 'afternoon' : 'evening';
    if (groups[groups.length - 1]?.part !== part) groups.push({ part, times: [] });
    groups[groups.length - 1].times.push({ at, text: clockText(at, zone), season: seasonOf(at, zone) });
  }
  return groups;
}

// A time in the doubled hour whose other half is not free (or not asked for) must not be mistaken for it.
const HOUR_MS = 3600000;
export function seasonOf(at, zone) {
  const text = clockText(at, zone);
  for (const shift of [HOUR_MS / 2, HOUR_MS]) {
    if (clockText(at + shift, zone) === text) return 'summer';
    if (clockText(at - shift, zone) === text) return 'winter';
  }
  return null;
}

// The day of a moment in words; style as in dates.js.
export const dayWords = (at, zone, i18n, style) => dayText(dayAt(at, zone), i18n.lang, style);

// "09:20", and in the doubled hour which of the two.
export function timeWords(at, zone, i18n) {
  const season = seasonOf(at, zone);
  return season ? `${clockText(at, zone)} (${i18n.t(`season.${season}`)})` : clockText(at, zone);
}

// 605000 -> "10:05"; what has run out is "0:00".
export function leftText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

// "hall.1795465432000-b1001.code" -> {hall, id, kind: 'b'|'w', link, authorization} or null
export function readVisitLink(text) {
  const match = /^([a-z0-9][a-z0-9_-]*)\.(\d{13}-([bw])\d+)\.([\w-]+)$/.exec(text || '');
  return match && { hall: match[1], id: match[2], kind: match[3], link: text, authorization: `Ticket ${text}` };
}
