// From what the daemon says of a day to what is drawn: rows of time, what is free in each, bookings as blocks in lanes.
// Pure. SPDX-License-Identifier: MIT
import { baseMinutes, lengthOf, poolOf, serviceOf } from '../staff/calendar.js';

const MINUTE = 60000;
const CELL = 5; // minutes
const ROW_MIN = 10; // minutes; shorter rows have no room for a line of text
// States that own their time, and so stand in the grid; the others are listed below it.
const STANDING = new Set(['held', 'confirmed', 'checked_in', 'offered']);

export const isStanding = (booking) => STANDING.has(booking.state);
// All that is shown of a phone number.
export const phoneText = (booking, i18n) => (booking.phone_tail ? i18n.t('phone.tail', { n: booking.phone_tail }) : '');

// Minutes of a row: the hall's base slot, or a multiple of it that has room for words.
export function rowMinutes(hall) {
  const base = baseMinutes(hall);
  return base * Math.ceil(ROW_MIN / base);
}

// The segments of docs/booking.md without those of a service's own cap: [{pool, cells}].
function segmentsOf(booking) {
  return (booking.segments || '').split(';').filter((text) => text && text[0] !== '~').map((text) => {
    const [pool, , , , units] = text.split('|');
    return { pool, cells: units.split(',').length };
  });
}

// One after the other, in minutes; neighbours in one pool are one part.
function joined(booking, steps) {
  const parts = [];
  let { at } = booking;
  for (const { pool, minutes, service } of steps) {
    const last = parts[parts.length - 1];
    const ends = at + minutes * MINUTE;
    if (last?.pool === pool) Object.assign(last, { ends, services: [...last.services, service] });
    else parts.push({ pool, at, ends, services: [service] });
    at = ends;
  }
  return parts;
}

// The parts of a booking, pool by pool: [{pool, at, ends, services}]. What was taken says where it stands, whatever became
// of the services' lengths since.
export function partsOf(hall, booking) {
  const { services } = booking;
  const taken = segmentsOf(booking);
  if (taken.length === services.length) {
    return joined(booking, taken.map(({ pool, cells }, i) => ({ pool, minutes: cells * CELL, service: services[i] })));
  }
  const steps = services.map((service) => ({
    pool: poolOf(hall, service), minutes: lengthOf(serviceOf(hall, service)) * (booking.persons || 1), service,
  }));
  const whole = steps.reduce((sum, one) => sum + one.minutes, 0) * MINUTE;
  if (whole === booking.ends - booking.at) return joined(booking, steps);
  return [{ pool: steps[0].pool, at: booking.at, ends: booking.ends, services }];
}

// Side by side where they overlap: gives each block its lane, and how many lanes its neighbours need.
export function inLanes(blocks, leastMs = 0) {
  const sorted = [...blocks].sort((a, b) => a.at - b.at || b.ends - a.ends || (a.booking.id < b.booking.id ? -1 : 1));
  const placed = [];
  let cluster = [];
  let clusterEnds = -Infinity;
  const close = () => {
    const lanes = 1 + Math.max(-1, ...cluster.map((block) => block.lane));
    for (const block of cluster) placed.push({ ...block, lanes });
    cluster = [];
  };
  for (const block of sorted) {
    if (block.at >= clusterEnds) close();
    const busy = new Set(cluster.filter((one) => one.until > block.at).map((one) => one.lane));
    let lane = 0;
    while (busy.has(lane)) lane++;
    const until = Math.max(block.ends, block.at + leastMs);
    cluster.push({ ...block, lane, until });
    clusterEnds = Math.max(cluster.length === 1 ? -Infinity : clusterEnds, until);
  }
  close();
  return placed;
}

// {pool: blocks in lanes} of the bookings that stand.
export function blocksOf(hall, bookings, leastMs = 0) {
  const pools = {};
  for (const booking of bookings.filter(isStanding)) {
    partsOf(hall, booking).forEach((part, i) => {
      (pools[part.pool] ||= []).push({ ...part, booking, first: i === 0 });
    });
  }
  return Object.fromEntries(Object.entries(pools).map(([pool, blocks]) => [pool, inLanes(blocks, leastMs)]));
}

// A day as the daemon tells it (runs of equal cells) in cells, which is what the grid counts in. Overbooking makes public
// capacity larger, as docs/booking.md says.
export function inCells(deskDay, permille = 0) {
  const cellMs = CELL * MINUTE;
  const cellOf = (ms) => Math.round((ms - deskDay.begins) / cellMs);
  const pools = deskDay.pools.map(({ pool, runs }) => {
    const from = runs.length ? cellOf(runs[0].from) : 0;
    const cells = { pool, from_cell: from, public: [], staff: [], used_public: [], used_staff: [] };
    for (const run of runs) {
      for (let i = cellOf(run.from) - from; i < cellOf(run.to) - from; i++) {
        cells.public[i] = run.public + Math.floor((run.public * permille) / 1000);
        cells.staff[i] = run.staff;
        cells.used_public[i] = run.public_taken;
        cells.used_staff[i] = run.staff_taken;
      }
    }
    for (const key of ['public', 'staff', 'used_public', 'used_staff']) cells[key] = Array.from(cells[key], (n) => n || 0);
    return cells;
  });
  return { day: deskDay.day, begins: deskDay.begins, cell_minutes: CELL, pools };
}

// First cell and the one behind the last, of everything planned or booked that day. null: nothing at all.
export function rangeOf(deskDay, bookings, step) {
  const cellMs = deskDay.cell_minutes * MINUTE;
  const rowCells = step / deskDay.cell_minutes;
  let from = Infinity;
  let to = -Infinity;
  for (const pool of deskDay.pools) {
    pool.public.forEach((_, i) => {
      if (!planned(pool, i) && !used(pool, i)) return;
      from = Math.min(from, pool.from_cell + i);
      to = Math.max(to, pool.from_cell + i + 1);
    });
  }
  for (const booking of bookings.filter(isStanding)) {
    from = Math.min(from, Math.floor((booking.at - deskDay.begins) / cellMs));
    to = Math.max(to, Math.ceil((booking.ends - deskDay.begins) / cellMs));
  }
  if (from >= to) return null;
  from = Math.max(0, from);
  return { from, to: from + Math.ceil((to - from) / rowCells) * rowCells };
}

const planned = (pool, i) => (pool.public[i] || 0) + (pool.staff[i] || 0);
const used = (pool, i) => (pool.used_public[i] || 0) + (pool.used_staff[i] || 0);

// One share of a pool in some cells: what is free in all of them (below 0 where more was booked than is planned now), and
// how many are planned where that is so. The largest plan beside it would look as if somebody had booked the difference.
function shareIn(units, taken, first, count) {
  let least = null;
  for (let i = first; i < first + count; i++) {
    const has = units[i] || 0;
    const is = taken[i] || 0;
    if (!has && !is) continue;
    const free = has - is;
    if (!least || free < least.free || (free === least.free && has > least.planned)) least = { planned: has, free };
  }
  return least || { planned: 0, free: 0 };
}

// {public: {planned, free}, staff: {planned, free}} of cells [cell, cell + count) of the day.
export function capacityIn(pool, cell, count) {
  const first = cell - pool.from_cell;
  return {
    public: shareIn(pool.public, pool.used_public, first, count),
    staff: shareIn(pool.staff, pool.used_staff, first, count),
  };
}

// The rows of a day: [{cell, at, label minute}].
export function rowsOf(deskDay, range, step) {
  const rowCells = step / deskDay.cell_minutes;
  const rows = [];
  for (let cell = range.from; cell < range.to; cell += rowCells) {
    rows.push({ cell, at: deskDay.begins + cell * deskDay.cell_minutes * MINUTE, cells: rowCells });
  }
  return rows;
}

// All pools of a day together, in some cells.
export function totalIn(deskDay, cell, count, pools = deskDay.pools) {
  const all = pools.map((pool) => capacityIn(pool, cell, count));
  const sum = (share, key) => all.reduce((total, one) => total + Math.max(0, one[share][key]), 0);
  return {
    planned: sum('public', 'planned') + sum('staff', 'planned'),
    free: sum('public', 'free') + sum('staff', 'free'),
  };
}

// Bookings of that number, or whose phone ends with those four digits.
export function findNumber(bookings, typed) {
  const wanted = typed.trim().replace(/^#/, '');
  if (!wanted) return [];
  return bookings.filter((one) => String(one.number) === wanted || (one.phone_tail && one.phone_tail === wanted));
}
