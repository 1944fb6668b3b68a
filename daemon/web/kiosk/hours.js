// Opening hours as a person would write them: days of equal hours together, neighbours as a range. Pure.
// SPDX-License-Identifier: MIT

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

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

// [{days: [[first, last]...], times: ['08:00–12:00', ...]}] in the order of the week; 0 is Monday.
export function hoursRows(hours) {
  const times = DAYS.map((day) =>
    (hours || [])
      .filter((row) => row.days.includes(day))
      .map((row) => `${row.from}–${row.to}`)
      .sort(),
  );
  const rows = new Map();
  times.forEach((list, day) => {
    if (!list.length) return;
    const key = list.join();
    if (!rows.has(key)) rows.set(key, { days: [], times: list });
    rows.get(key).days.push(day);
  });
  return [...rows.values()].map((row) => ({ ...row, days: runs(row.days) }));
}

// "Mon–Fri", "周一至周五"; 5 January 2026 was a Monday.
export function daysText(ranges, tag, { to, and }) {
  const name = new Intl.DateTimeFormat(tag, { weekday: 'short', timeZone: 'UTC' });
  const day = (n) => name.format(Date.UTC(2026, 0, 5 + n));
  return ranges.map(([a, b]) => (a === b ? day(a) : `${day(a)}${to}${day(b)}`)).join(and);
}
