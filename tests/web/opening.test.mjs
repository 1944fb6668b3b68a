// When a hall is open, as the kiosk says it: against a table, and against the slow plain calendar of the tests.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { daysText, hoursRows, opensText, rareTexts, todayTexts } from '../../daemon/web/kiosk/hours.js';
import { makeI18n } from '../../daemon/web/shared/i18n.js';
import { WEEKDAYS, dayNote, opening, opensAt } from '../../daemon/web/shared/opening.js';
import { DAY_MS, isOpen } from '../lib/calendar_brute.mjs';

const read = (lang) => JSON.parse(readFileSync(new URL(`../../daemon/web/kiosk/${lang}.json`, import.meta.url), 'utf8'));
const words = (lang) => makeI18n({ zh: read('zh'), en: read('en') }, lang);
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'];
const span = (from, to, days = WEEK, more = {}) => ({ days, from, to, ...more });
const HALL = {
  zone: 'Asia/Shanghai',
  hours: [span('08:00', '17:30'), span('09:00', '12:00', ['sat'], { every_weeks: 2, week_of: '2026-11-23' })],
  breaks: [span('12:00', '13:30'), span('16:00', '17:30', ['wed'], { every_weeks: 4, week_of: '2026-11-04' })],
  holidays: [
    { from: '2026-12-07', to: '2026-12-09', names: { zh: '国庆节', en: 'National Day' } },
    { from: '2026-12-13', names: { zh: '调休上班', en: 'Worked for it' }, workday: true, like: 'wed' },
  ],
  special_days: [
    { from: '2026-11-26', kind: 'closed', reason: '停电' },
    { from: '2026-11-27', kind: 'closed', spans: [{ from: '08:00', to: '10:00' }], reason: '培训' },
    { from: '2026-12-06', kind: 'hours', spans: [{ from: '09:00', to: '11:00' }], reason: '' },
    { from: '2026-12-08', kind: 'workday', like: 'mon', reason: '加班' },
    { from: '2026-12-10', to: '2026-12-11', kind: 'fewer', pool: 'papers', public: 1, reason: '培训' },
  ],
};
const text = (spans) => spans.map(({ from, to }) => `${from / 60}-${to / 60}`).join(' ');

test('a day: special days before holidays before the week, without its breaks', () => {
  for (const [day, wanted, kind] of [
    ['20261124', '8-12 13.5-17.5', undefined], // Tuesday
    ['20261125', '8-12 13.5-17.5', undefined], // a Wednesday without the fourth week's break
    ['20261126', '', 'closed'],
    ['20261127', '10-12 13.5-17.5', 'hours'],
    ['20261128', '9-12', undefined], // the second Saturday
    ['20261202', '8-12 13.5-16', undefined],
    ['20261205', '', undefined], // not that Saturday
    ['20261206', '9-11', 'hours'],
    ['20261207', '', 'closed'],
    ['20261208', '8-12 13.5-17.5', 'workday'],
    ['20261210', '8-12 13.5-17.5', undefined],
    ['20261213', '8-12 13.5-17.5', 'workday'], // a Sunday, worked like a Wednesday
  ]) {
    assert.equal(text(opening(HALL, day)), wanted, day);
    assert.equal(dayNote(HALL, day)?.kind, kind, day);
  }
});

const at = (day, hour, minute = 0) => Date.parse(`${day}T00:00:00+08:00`) + (hour * 60 + minute) * 60000;

test('when it opens next', () => {
  for (const [now, wanted] of [
    [at('2026-11-24', 7), at('2026-11-24', 8)],
    [at('2026-11-24', 12, 30), at('2026-11-24', 13, 30)],
    [at('2026-11-25', 18), at('2026-11-27', 10)], // closed, then a late beginning
    [at('2026-12-06', 11), at('2026-12-08', 8)],
    [at('2026-12-08', 18), at('2026-12-10', 8)],
  ]) {
    assert.equal(opensAt(HALL, now), wanted, new Date(now).toISOString());
  }
  assert.equal(opensAt({ ...HALL, hours: [], special_days: [] }, at('2026-11-24', 7)), null);
  assert.equal(opensAt({ zone: 'Europe/Berlin', hours: [span('02:30', '04:00', WEEKDAYS)] }, Date.parse('2027-03-27T12:00:00Z')),
    Date.parse('2027-03-28T01:30:00Z'), 'a time that the clocks skip');
});

test('in words', () => {
  const [zh, en] = [words('zh'), words('en')];
  assert.equal(opensText(HALL, at('2026-11-24', 12, 30), zh), '今天 13:30 开门');
  assert.equal(opensText(HALL, at('2026-11-24', 19), en), 'Opens tomorrow at 08:00');
  assert.equal(opensText(HALL, at('2026-11-25', 18), zh), '11月27日星期五 10:00 开门');
  assert.equal(opensText({ ...HALL, hours: [], special_days: [] }, at('2026-11-25', 18), zh), null);
  assert.deepEqual(todayTexts(HALL, '20261207', en), { closed: 'Closed today: National Day', text: null });
  assert.deepEqual(todayTexts(HALL, '20261126', zh), { closed: '今天休息：停电', text: null });
  assert.deepEqual(todayTexts(HALL, '20261124', zh), { closed: null, text: null });
  assert.equal(todayTexts(HALL, '20261127', zh).text, '今天的办公时间：10:00–12:00、13:30–17:30（培训）');
  assert.equal(todayTexts(HALL, '20261206', en).text, 'Open today: 09:00–11:00');
  assert.equal(todayTexts(HALL, '20261213', zh).text, '今天按星期三的时间办公：08:00–12:00、13:30–17:30（调休上班）');
  assert.deepEqual(rareTexts(HALL, '20261124', en), ['Every 2 weeks also open Sat 09:00–12:00 (next on 28 Nov)',
    'Every 4 weeks: no service Wed 16:00–17:30 (next on 2 Dec)']);
});

test('the week: equal days together, without its breaks and without what is not weekly', () => {
  const rows = hoursRows(HALL);
  assert.deepEqual(rows, [{ days: [[0, 4]], times: ['08:00–12:00', '13:30–17:30'] }]);
  const others = hoursRows({ hours: [span('08:00', '12:00', ['mon', 'tue', 'wed', 'fri']), span('13:00', '24:00', ['mon', 'tue', 'wed', 'fri']), span('09:00', '12:00', ['sat'])] });
  assert.deepEqual(others.map((row) => row.days), [[[0, 2], [4, 4]], [[5, 5]]]);
  assert.deepEqual(others[0].times, ['08:00–12:00', '13:00–24:00']);
  assert.equal(daysText(others[0].days, words('en')), 'Mon–Wed, Fri');
  assert.equal(daysText(others[0].days, words('zh')), '周一至周三、周五');
  assert.deepEqual(hoursRows({}), []);
});

// The same rules as the slow calendar wants them.
const date = (iso) => Date.parse(`${iso}T00:00:00Z`) / DAY_MS;
const minute = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const days = (one) => ({ from: date(one.from), to: date(one.to || one.from), weekday: WEEKDAYS.indexOf(one.like) });
const when = (one) => ({ days: one.days.map((day) => WEEKDAYS.indexOf(day)), from: minute(one.from), to: minute(one.to),
  every: one.every_weeks ?? 1, weekOf: date(one.week_of ?? '2026-11-23') });
const slow = (hall) => ({
  hours: hall.hours.map(when), breaks: hall.breaks.map(when),
  holidays: hall.holidays.map((one) => ({ ...days(one), workday: Boolean(one.workday) })),
  specials: hall.special_days.map((one) => ({ ...days(one), kind: one.kind,
    spans: (one.spans ?? []).map((s) => ({ from: minute(s.from), to: minute(s.to) })) })),
});

test('random halls: every quarter of an hour of six weeks is as the slow calendar has it', () => {
  let seed = 20261124;
  const dice = (n) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
  };
  const clock = (quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;
  const times = () => {
    const from = dice(90);
    return { from: clock(from), to: clock(from + 1 + dice(96 - from)) };
  };
  const some = (make) => Array.from({ length: dice(4) }, make);
  const iso = (n) => new Date(Date.UTC(2026, 10, 23 + n)).toISOString().slice(0, 10);
  const range = () => {
    const from = dice(42);
    return { from: iso(from), ...(dice(2) ? { to: iso(from + dice(5)) } : {}) };
  };
  const weekly = () => ({ ...times(), days: WEEKDAYS.filter(() => dice(2)), ...(dice(3) ? {} : { every_weeks: 2 + dice(3), week_of: iso(dice(42)) }) });
  for (let round = 0; round < 60; round++) {
    const hall = { zone: 'Asia/Shanghai', hours: [weekly(), ...some(weekly)], breaks: some(weekly),
      holidays: some(() => ({ ...range(), names: { zh: '节' }, ...(dice(2) ? { workday: true, like: WEEKDAYS[dice(7)] } : {}) })),
      special_days: some(() => {
        const kind = ['closed', 'closed', 'hours', 'workday', 'fewer'][dice(5)];
        const spans = kind === 'hours' || (kind === 'closed' && dice(2)) ? { spans: [times()] } : {};
        return { ...range(), kind, ...spans, ...(kind === 'workday' ? { like: WEEKDAYS[dice(7)] } : {}) };
      }) };
    const rules = slow(hall);
    for (let n = 0; n < 42; n++) {
      const spans = opening(hall, iso(n).replaceAll('-', ''));
      for (let m = 0; m < 1440; m += 15) {
        const open = spans.some((one) => one.from <= m && m < one.to);
        if (open !== isOpen(rules, date(iso(n)), m)) assert.fail(`${iso(n)} ${clock(m / 15)}: ${open}\n${JSON.stringify(hall, null, 1)}`);
      }
    }
  }
});
