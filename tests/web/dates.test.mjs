// Local dates of a hall: days of 23 and 25 hours, weeks, months, words. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dates from '../../daemon/web/shared/dates.js';

const HOUR = 3600000;
const BERLIN = 'Europe/Berlin';
const iso = (ms) => new Date(ms).toISOString().slice(0, 16);

test('days: next, before, between, weekday, whether there is one', () => {
  assert.equal(dates.addDays('20240228', 1), '20240229');
  assert.equal(dates.addDays('20261231', 1), '20270101');
  assert.equal(dates.addDays('20260301', -1), '20260228');
  assert.equal(dates.daysBetween('20260101', '20270101'), 365);
  assert.equal(dates.weekdayOf('20261124'), 1);
  assert.equal(dates.weekdayOf('19700101'), 3);
  assert.deepEqual(dates.weekOf('20261129'), ['20261123', '20261124', '20261125', '20261126', '20261127', '20261128', '20261129']);
  assert.deepEqual(['20260229', '20261301', '2026112', '', 'today'].filter(dates.isDay), []);
  assert.ok(dates.isDay('20240229'));
  assert.equal(dates.dayFromIso(dates.isoOf('20261124')), '20261124');
});

test('months: whole weeks from Monday, days of other months left out', () => {
  const weeks = dates.monthWeeks('202602');
  assert.equal(weeks.length, 5);
  assert.deepEqual(weeks[0], [null, null, null, null, null, null, '20260201']);
  assert.deepEqual(weeks[4].slice(0, 6), ['20260223', '20260224', '20260225', '20260226', '20260227', '20260228']);
  assert.equal(dates.addMonths('202612', 1), '202701');
  assert.equal(dates.addMonths('202601', -1), '202512');
});

test('a moment has the day and the minute of the hall, not of this computer', () => {
  const ms = Date.UTC(2026, 10, 23, 22, 5);
  assert.deepEqual([dates.dayAt(ms, 'Asia/Shanghai'), dates.minuteAt(ms, 'Asia/Shanghai')], ['20261124', 365]);
  assert.deepEqual([dates.dayAt(ms, BERLIN), dates.clockText(ms, BERLIN)], ['20261123', '23:05']);
  assert.deepEqual([dates.dayAt(ms, 'Asia/Kathmandu'), dates.clockText(ms, 'Asia/Kathmandu')], ['20261124', '03:50']);
  assert.equal(dates.minuteAt(dates.momentOf('20261124', 0, BERLIN), BERLIN), 0);
});

test('days of 23 and 25 hours: begins, missing and doubled times', () => {
  const length = (day) => (dates.dayBegins(dates.addDays(day, 1), BERLIN) - dates.dayBegins(day, BERLIN)) / HOUR;
  assert.deepEqual(['20260328', '20260329', '20261025'].map(length), [24, 23, 25]);
  assert.equal(iso(dates.momentOf('20261025', 150, BERLIN)), '2026-10-25T00:30', 'the first of two');
  assert.equal(iso(dates.momentOf('20260329', 150, BERLIN)), '2026-03-29T01:30', 'skipped: 03:30');
  for (const zone of [BERLIN, 'America/St_Johns', 'Pacific/Auckland', 'Asia/Shanghai', 'America/Sao_Paulo']) {
    for (let day = '20260101'; day < '20270101'; day = dates.addDays(day, 1)) {
      const ms = dates.momentOf(day, 9 * 60, zone);
      assert.deepEqual([dates.dayAt(ms, zone), dates.minuteAt(ms, zone)], [day, 540], `${zone} ${day}`);
    }
  }
});

test('times as people type them', () => {
  assert.deepEqual(['08:30', '8:05', '24:00', '24:10', '8.30', '08:60', ''].map(dates.minuteOf), [510, 485, 1440, null, null, null, null]);
  assert.equal(dates.minuteText(545), '09:05');
});

test('words in both languages', () => {
  assert.equal(dates.dayText('20261124', 'zh', 'full'), '2026年11月24日星期二');
  assert.match(dates.dayText('20261124', 'en', 'short'), /Tue,? 24 Nov/);
  assert.equal(dates.weekdayText(0, 'en'), 'Monday');
  assert.equal(dates.weekdayText(6, 'zh', 'weekday_short'), '周日');
  assert.match(dates.momentText(Date.UTC(2026, 10, 24, 1, 0), 'zh', 'Asia/Shanghai'), /11月24日星期二 09:00/);
});
