// Opening hours as a person would write them: days of equal hours together, neighbours as a range. Pure; which hours
// those are says shared/opening.js. SPDX-License-Identifier: MIT
import { clockText, dayAt, dayText, daysBetween, minuteText, weekdayText } from '../shared/dates.js';
import { WEEKDAYS, dayNote, opensAt, rareOpening, weekOpening } from '../shared/opening.js';

// [[0,4],[6,6]] of [0,1,2,3,4,6]
function runs(days) {
  const found = [];
  for (const day of days) {
    const last = found[found.length - 1];
    if (last && last[1] === day - 1) last[1] = day;
    else found.push([day, day]);
  }
  return found;
}

const spanText = ({ from, to }) => `${minuteText(from)}–${minuteText(to)}`;

// [{days: [[first, last]...], times: ['08:00–12:00', ...]}] in the order of the week; 0 is Monday.
export function hoursRows(hall) {
  const rows = new Map();
  weekOpening(hall).forEach((spans, day) => {
    if (!spans.length) return;
    const times = spans.map(spanText);
    const key = times.join();
    if (!rows.has(key)) rows.set(key, { days: [], times });
    rows.get(key).days.push(day);
  });
  return [...rows.values()].map((row) => ({ ...row, days: runs(row.days) }));
}

// "Mon–Fri", "周一至周五"
export function daysText(ranges, i18n) {
  const day = (n) => weekdayText(n, i18n.lang, 'weekday_short');
  return ranges.map(([a, b]) => (a === b ? day(a) : `${day(a)}${i18n.t('days.to')}${day(b)}`)).join(i18n.t('days.and'));
}

// Sentences about what comes only every few weeks.
export function rareTexts(hall, today, i18n) {
  return rareOpening(hall, today).map((one) => i18n.t(`hours.${one.kind}`, {
    n: one.weeks, days: daysText(runs(one.days), i18n), times: spanText(one), next: dayText(one.next, i18n.lang, 'date'),
  }));
}

// Today, where it is no day like others: {closed: heading or null, text: sentence or null}.
export function todayTexts(hall, today, i18n) {
  const note = dayNote(hall, today);
  if (!note) return { closed: null, text: null };
  const name = note.names ? i18n.name(note.names) : note.reason;
  if (note.kind === 'closed') return { closed: i18n.t(name ? 'closed.today' : 'closed.today.plain', { name }), text: null };
  const key = name ? `today.${note.kind}` : `today.${note.kind}.plain`;
  const day = note.like ? weekdayText(WEEKDAYS.indexOf(note.like), i18n.lang) : '';
  return { closed: null, text: i18n.t(key, { name, day, times: note.spans.map(spanText).join(i18n.t('days.and')) }) };
}

// "Opens tomorrow at 08:00", or null when nobody knows.
export function opensText(hall, now, i18n) {
  const at = opensAt(hall, now);
  if (at === null) return null;
  const [today, then] = [dayAt(now, hall.zone), dayAt(at, hall.zone)];
  const key = ['opens.today', 'opens.tomorrow'][daysBetween(today, then)] ?? 'opens.later';
  return i18n.t(key, { day: dayText(then, i18n.lang), time: clockText(at, hall.zone) });
}
