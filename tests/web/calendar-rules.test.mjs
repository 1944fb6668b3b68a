// What the staff calendar works out by itself: parts, lanes, what is free, addresses. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf, placeOf } from '../../daemon/web/calendar/place.js';
import { blocksOf, capacityIn, findNumber, inCells, inLanes, partsOf, rangeOf, rowMinutes, rowsOf, totalIn } from '../../daemon/web/calendar/plan.js';
import { baseMinutes, countsInWeek, entriesOf, lengthOf, poolOf, walkIn, weekdayPlanned } from '../../daemon/web/staff/calendar.js';

const MINUTE = 60000;
const BEGINS = Date.UTC(2026, 10, 29, 16); // midnight of 20261130 in Shanghai
const at = (hour, minute = 0) => BEGINS + (hour * 60 + minute) * MINUTE;
const service = (code, minutes, booking = {}) => ({ code, minutes, names: {}, booking: { open: true, minutes: 0, fields: [], ...booking } });
const HALL = {
  services: [service('card', 12), service('paper', 10, { minutes: 30 }), service('talk', 5, { open: false })],
  pools: [
    { code: 'papers', services: ['paper'], plan: [] },
    { code: 'rest', services: ['*'], plan: [{ days: ['mon'], from: '08:00', to: '12:00', every_weeks: 2, week_of: '2026-11-30', walk_in: 2 }, { days: ['mon'], from: '10:00', to: '12:00', walk_in: 1 }] },
  ],
  holidays: [{ from: '2026-12-07', to: '2026-12-09', names: {} }, { from: '2026-12-12', names: {}, workday: true, like: 'mon' }],
  special_days: [{ from: '2026-12-08', kind: 'workday', like: 'fri', reason: 'x' }, { from: '2026-12-08', kind: 'fewer', public: 1 }, { from: '2026-12-12', kind: 'closed', reason: 'y' }],
};
const booking = (id, from, to, more = {}) => ({ id, number: id, state: 'confirmed', services: ['card'], persons: 1, at: from, ends: to, ...more });

test('lengths, base slot and pools follow the hall file', () => {
  assert.deepEqual(HALL.services.map(lengthOf), [15, 30, 5]);
  assert.equal(baseMinutes(HALL), 15, 'what cannot be booked does not count');
  assert.equal(rowMinutes(HALL), 15);
  assert.equal(rowMinutes({ services: [service('a', 5)] }), 10, 'five minutes have no room for words');
  assert.deepEqual(['card', 'paper', 'talk'].map((code) => poolOf(HALL, code)), ['rest', 'papers', 'rest']);
});

test('what a day is: special days before holidays before the week', () => {
  assert.equal(entriesOf(HALL, '20261207').holiday?.from, '2026-12-07');
  assert.equal(entriesOf(HALL, '20261208').special.kind, 'workday');
  assert.equal(entriesOf(HALL, '20261208').fewer.length, 1);
  assert.equal(weekdayPlanned(HALL, '20261208'), 4);
  assert.equal(entriesOf(HALL, '20261212').special.kind, 'closed');
  assert.equal(weekdayPlanned({ ...HALL, special_days: [] }, '20261212'), 0, 'worked as a Monday');
  assert.deepEqual(entriesOf(HALL, '20261210'), { special: null, fewer: [], holiday: null, workday: null });
});

test('every n-th week, and overlapping spans add up', () => {
  assert.deepEqual(['20261130', '20261207', '20261214', '20261116'].map((day) => countsInWeek(HALL.pools[1].plan[0], day)), [true, false, true, true]);
  assert.deepEqual([480, 600, 720].map((minute) => walkIn(HALL, 'rest', '20261130', minute)), [2, 3, 0]);
  assert.equal(walkIn(HALL, 'rest', '20261207', 600), 1);
});

test('a visit stands in each pool it needs, as it was taken', () => {
  const visit = booking('1', at(9), at(10), { services: ['card', 'paper', 'card'] });
  assert.deepEqual(partsOf(HALL, visit).map((one) => [one.pool, (one.ends - one.at) / MINUTE]), [['rest', 15], ['papers', 30], ['rest', 15]]);
  const segments = 'rest|p|20261130|108|1,1,1,1;~card|p|20261130|108|1,1,1,1;rest|p|20261130|112|1,1';
  const old = booking('2', at(9), at(9, 30), { services: ['card', 'paper'], segments });
  assert.deepEqual(partsOf(HALL, old).map((one) => [one.pool, (one.ends - one.at) / MINUTE, one.services]), [['rest', 30, ['card', 'paper']]]);
  assert.deepEqual(partsOf(HALL, booking('3', at(9), at(9, 50), { services: ['card', 'paper'] })).length, 1, 'lengths changed since');
  assert.equal(partsOf(HALL, booking('4', at(9), at(9, 45), { persons: 3 }))[0].ends, at(9, 45));
});

test('blocks that overlap stand side by side, others take the whole width', () => {
  const block = (id, from, to) => ({ at: at(9, from), ends: at(9, to), booking: { id } });
  const lanes = inLanes([block('a', 0, 30), block('b', 10, 20), block('c', 20, 40), block('d', 50, 59)]);
  const of = (id) => lanes.find((one) => one.booking.id === id);
  assert.deepEqual(['a', 'b', 'c', 'd'].map((id) => [of(id).lane, of(id).lanes]), [[0, 2], [1, 2], [1, 2], [0, 1]]);
  assert.equal(inLanes([block('e', 0, 5), block('f', 5, 10)], 10 * MINUTE).every((one) => one.lanes === 2), true, 'too short to stand apart');
  const random = Array.from({ length: 60 }, (_, i) => block(`r${i}`, (i * 7) % 40, ((i * 7) % 40) + 5 + (i % 4) * 5));
  const placed = inLanes(random);
  for (const one of placed) {
    for (const other of placed) {
      if (one === other || one.at >= other.ends || other.at >= one.ends) continue;
      assert.notEqual(one.lane, other.lane);
      assert.equal(one.lanes, other.lanes);
    }
  }
});

const ANSWER = {
  day: '20261130', begins: BEGINS,
  pools: [{ pool: 'rest', runs: [
    { from: at(9), to: at(10), public: 2, public_taken: 1, staff: 1, staff_taken: 0 },
    { from: at(11), to: at(11, 30), public: 1, public_taken: 3, staff: 0, staff_taken: 0 },
  ] }, { pool: 'papers', runs: [] }],
};

test('runs become cells; free is what all cells of a row have left, and overbooking adds', () => {
  const desk = inCells(ANSWER);
  const pool = desk.pools[0];
  assert.equal(pool.from_cell, 108);
  assert.deepEqual(capacityIn(pool, 108, 3), { public: { planned: 2, free: 1 }, staff: { planned: 1, free: 1 } });
  assert.deepEqual(capacityIn(pool, 117, 6).public, { planned: 2, free: 1 }, 'the closed part does not make it full');
  assert.deepEqual(capacityIn(pool, 132, 3).public, { planned: 1, free: -2 }, 'more booked than planned now');
  assert.deepEqual(capacityIn(pool, 90, 3).public, { planned: 0, free: 0 });
  assert.deepEqual(capacityIn(inCells(ANSWER, 500).pools[0], 108, 3).public, { planned: 3, free: 2 });
  assert.deepEqual(totalIn(desk, 108, 3), { planned: 3, free: 2 });
  assert.deepEqual(totalIn(desk, 132, 3), { planned: 1, free: 0 }, 'never below nothing');
  const run = (from, to, units) => ({ from, to, public: units, public_taken: 0, staff: 0, staff_taken: 0 });
  const fewer = inCells({ ...ANSWER, pools: [{ pool: 'rest', runs: [run(at(9), at(9, 30), 4), run(at(9, 30), at(10), 3)] }] });
  assert.deepEqual(totalIn(fewer, 108, 12), { planned: 3, free: 3 }, 'a plan that shrinks is no booking');
});

test('the grid reaches from the first thing planned or booked to the last', () => {
  const desk = inCells(ANSWER);
  assert.deepEqual(rangeOf(desk, [], 15), { from: 108, to: 138 });
  assert.deepEqual(rangeOf(desk, [booking('1', at(8), at(8, 15))], 15), { from: 96, to: 138 });
  assert.deepEqual(rangeOf(desk, [booking('1', at(6), at(7), { state: 'cancelled' })], 15), { from: 108, to: 138 });
  assert.equal(rangeOf(inCells({ ...ANSWER, pools: [] }), [], 15), null);
  assert.deepEqual(rowsOf(desk, { from: 108, to: 114 }, 15).map((row) => row.at), [at(9), at(9, 15)]);
  const blocks = blocksOf(HALL, [booking('1', at(9), at(9, 15)), booking('2', at(9), at(9, 15), { state: 'missed' })]);
  assert.deepEqual(blocks.rest.map((one) => one.booking.id), ['1']);
});

test('found by the whole number or the last four digits of the phone, never by a part', () => {
  const all = [{ number: '1001', phone_tail: '1002' }, { number: '1002', phone_tail: '5678' }, { number: '10021' }];
  assert.deepEqual(findNumber(all, ' 1002 ').map((one) => one.number), ['1001', '1002']);
  assert.deepEqual(findNumber(all, '5678').map((one) => one.number), ['1002']);
  assert.deepEqual(findNumber(all, '100'), []);
  assert.deepEqual(findNumber(all, ''), []);
});

test('the address says hall, day, view and open booking, and survives nonsense', () => {
  const place = { hall: 'small', day: '20261124', view: 'week', booking: '1795486600613-b1001' };
  assert.equal(hashOf(place), '#small/20261124/week/1795486600613-b1001');
  assert.deepEqual(placeOf(hashOf(place)), place);
  assert.deepEqual(placeOf('#small'), { hall: 'small', day: '', view: 'day', booking: '' });
  assert.deepEqual(placeOf('#../x/20260231/%/b1'), { hall: '', day: '', view: 'day', booking: '' });
  assert.equal(hashOf({ hall: '', day: '20261124', view: 'week' }), '#');
});
