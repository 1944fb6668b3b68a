// What the lists are made of: lines with their waits, counters with what they do, what hurts. Pure.
// SPDX-License-Identifier: MIT
import { unshownTickets, waitingTickets } from '../clerk/fold.js';
import { profileLines } from '../clerk/text.js';

const MINUTE = 60000;
export const LEVELS = ['bad', 'warn', 'good', 'none'];

// Halls stored before these rules came have the defaults of docs/calling.md.
const ALARMS = { warn_minutes: 20, wait_minutes: 30, board_seconds: 90, sms_failed_percent: 30, unshown_seconds: 8 };
export const limitsOf = (hall) => ({ ...ALARMS, ...hall.alarms });

// So long may an open counter be silent while somebody waits for it before it is worth a look: a call without a beginning, a
// free counter that calls nobody. Somebody served may take three times what is usual, but at least half an hour.
const SILENT_MS = 5 * MINUTE;
const SERVED_TIMES = 3;
const SERVED_MIN_MS = 30 * MINUTE;

// {service: offset in minutes} of a profile.
export function servesOf(hall, code) {
  const { '@': own, ...serves } = profileLines(hall, code, '');
  return serves;
}

// Nobody waits before the time that was booked.
export const waitedMs = (ticket, now) => Math.max(0, now - Math.max(ticket.since, ticket.booked || 0));
export const minutesOf = (ms) => Math.max(0, Math.floor(ms / MINUTE));

function levelOf({ waiting, longestMs, open, ghosts }, limits) {
  if (!waiting) return 'none';
  if (!open && !ghosts) return 'bad';
  if (longestMs >= limits.wait_minutes * MINUTE) return 'bad';
  return longestMs >= limits.warn_minutes * MINUTE ? 'warn' : 'good';
}

// Counters that serve it: open (own work), helping (with an offset), resting (paused or closed, own work), ghosts.
function staffing(hall, state, ghosts, profiles, service) {
  const found = { open: [], helping: [], resting: [], ghosts: 0 };
  for (const counter of Object.values(state.counters)) {
    const offset = profiles[counter.profile]?.[service];
    if (offset === undefined) continue;
    if (counter.state === 'open') (offset > 0 ? found.helping : found.open).push(counter);
    else if (!offset) found.resting.push(counter);
  }
  for (const [profile, n] of Object.entries(ghosts)) if (profiles[profile]?.[service] === 0) found.ghosts += n;
  return found;
}

// One row for each service, in the order of the hall file: {code, waiting, tickets, longestMs, wait, left, stopped, open,
// helping, resting, ghosts, level, covered}. Tickets held for a counter or a clerk count with their service.
export function linesOf({ hall, state, day, forecast }, now) {
  const limits = limitsOf(hall);
  const profiles = Object.fromEntries(hall.profiles.map(({ code }) => [code, servesOf(hall, code)]));
  const told = Object.fromEntries((forecast?.services || []).map((one) => [one.code, one]));
  const waiting = grouped(waitingTickets(state));
  return hall.services.map((service) => {
    const tickets = waiting.get(service.code) || [];
    const { open, helping, resting, ghosts } = staffing(hall, state, day.ghosts, profiles, service.code);
    const stopped = day.stopped[service.code] ?? day.stopped['*'];
    const row = {
      code: service.code, service, tickets, waiting: tickets.length, open, helping, resting, ghosts, stopped,
      longestMs: tickets.reduce((most, one) => Math.max(most, waitedMs(one, now)), 0),
      wait: told[service.code]?.wait || null, left: told[service.code]?.left ?? null,
      covered: open.length + helping.length + ghosts > 0,
    };
    return { ...row, level: levelOf({ ...row, open: row.covered ? 1 : 0 }, limits) };
  });
}

function grouped(tickets) {
  const found = new Map();
  for (const one of tickets) found.set(one.service, [...(found.get(one.service) || []), one]);
  return found;
}

// Those that hurt first, else in the order of the hall; the levels change seldom, so rows rest under the hand.
export const byLevel = (rows) => [...rows].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));

// Since when nothing was heard of a counter that should be at work; 0 when all is well.
export function silentSince({ hall, state, day }, counter, now) {
  if (counter.state !== 'open') return 0;
  const since = Math.max(day.heard[counter.code] || 0, counter.since);
  const ticket = counter.ticket && state.tickets[counter.ticket];
  if (ticket?.state === 'serving') {
    const usual = (hall.services.find((one) => one.code === ticket.service)?.minutes || 0) * (ticket.persons || 1) * MINUTE;
    return now - since > Math.max(SERVED_TIMES * usual, SERVED_MIN_MS) ? since : 0;
  }
  if (now - since <= SILENT_MS) return 0;
  if (ticket) return since;
  const serves = servesOf(hall, counter.profile);
  const waits = waitingTickets(state).some((one) => now - one.since > SILENT_MS + (serves[one.service] ?? Infinity) * MINUTE);
  return waits ? since : 0;
}

// [{counter, ticket, silent}] at work, and the closed ones, each in the order of the hall.
export function countersOf(live, now) {
  const { hall, state } = live;
  const all = hall.counters.map(({ code }) => state.counters[code]).filter(Boolean);
  const rows = all.map((counter) => ({
    counter, ticket: (counter.ticket && state.tickets[counter.ticket]) || null, silent: silentSince(live, counter, now),
  }));
  return { atWork: rows.filter((one) => one.counter.state !== 'closed'), closed: rows.filter((one) => one.counter.state === 'closed') };
}

const KINDS = ['unshown', 'wait', 'uncovered', 'predicted', 'board', 'kiosk', 'sign', 'printer', 'sms', 'cap'];
const TONES = { unshown: 'bad', wait: 'bad', uncovered: 'bad', board: 'bad', sign: 'bad', printer: 'bad', sms: 'bad', predicted: 'warn', kiosk: 'warn' };
const orderOf = (kind) => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length); // of a newer daemon: last

// What is wrong, the worst first: the daemon's alarms, and lines that nobody serves (which need no daemon to be seen), and calls
// that no board shows. One that waits too long now needs no prediction that it will.
export function troublesOf(day, rows, now, state = null) {
  const waits = new Set(day.alarms.filter((one) => one.kind === 'wait').map((one) => one.subject));
  const alarms = day.alarms.filter((one) => one.kind !== 'predicted' || !waits.has(one.subject));
  const uncovered = rows.filter((row) => row.waiting && !row.covered)
    .map((row) => ({ kind: 'uncovered', subject: row.code, value: row.waiting, since: now - row.longestMs }));
  const unshown = (state ? unshownTickets(state, now) : []).map((one) => ({
    kind: 'unshown', subject: one.number, counter: one.counter, value: one.calls, since: one.calledAt ?? one.since,
  }));
  return [...unshown, ...alarms, ...uncovered]
    .map((one) => ({ ...one, tone: TONES[one.kind] || 'warn', row: rows.find((row) => row.code === one.subject) }))
    .sort((a, b) => orderOf(a.kind) - orderOf(b.kind) || a.since - b.since);
}

// Minutes of the wait that an alarm is about: as it is by now, where the hall tells.
export function troubleMinutes({ kind, value, row }) {
  if (kind === 'predicted') return row?.wait?.likely ?? value;
  return row?.waiting ? minutesOf(row.longestMs) : value;
}

// The troubles of one kind as one group, the worst first: [{kind, tone, since, list}]. Kinds for which together(kind) is false
// stay one by one.
export function groupsOf(troubles, together) {
  const groups = new Map();
  for (const one of troubles) {
    const key = together(one.kind) ? one.kind : `${one.kind} ${one.subject}`;
    groups.set(key, [...(groups.get(key) || []), one]);
  }
  const worst = (a, b) => troubleMinutes(b) - troubleMinutes(a) || a.since - b.since;
  return [...groups.values()].map((list) => ({
    kind: list[0].kind, tone: list[0].tone, since: Math.min(...list.map((one) => one.since)), list: [...list].sort(worst),
  }));
}

// What a change does to the waits: [{code, before, after, gain}] in minutes, the largest change first; only where one is told.
export function changesOf(services) {
  return services
    .filter(({ before, after }) => before || after)
    .map(({ code, before, after }) => ({
      code, before: before || null, after: after || null,
      gain: before && after ? before.likely - after.likely : after ? Infinity : -Infinity,
    }))
    .filter(({ gain }) => gain !== 0)
    .sort((a, b) => Math.abs(b.gain) - Math.abs(a.gain) || b.gain - a.gain);
}

// How the hall is: people and counters in numbers.
export function totalsOf(state) {
  const tickets = Object.values(state.tickets);
  const count = (...names) => tickets.filter((one) => names.includes(one.state)).length;
  const counters = Object.values(state.counters);
  return {
    waiting: count('waiting'), serving: count('called', 'serving'), parked: count('parked'), missed: count('missed'),
    coming: count('coming'), alive: tickets.length,
    open: counters.filter((one) => one.state === 'open').length, paused: counters.filter((one) => one.state === 'paused').length,
    counters: counters.length,
  };
}
