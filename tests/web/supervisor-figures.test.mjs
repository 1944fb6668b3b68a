// What the supervisor's page makes of a hall, without a browser. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldEvent, foldSnapshot } from '../../daemon/web/clerk/fold.js';
import { dayEvent, dayOf, daySnapshot } from '../../daemon/web/supervisor/day.js';
import { byLevel, changesOf, countersOf, groupsOf, linesOf, silentSince, totalsOf, troubleMinutes, troublesOf } from '../../daemon/web/supervisor/figures.js';
import { hashOf, placeOf } from '../../daemon/web/supervisor/place.js';
import { SMALL_HALL } from './supervisor_world.mjs';

const MINUTE = 60000;
const NOW = 1_795_432_000_000;

const waiting = (number, service, minutes, more = {}) => ({
  id: `${NOW - minutes * MINUTE}-${number}`, number, state: 'waiting', service, class: 'normal', line: service, rank: NOW, issued: NOW - minutes * MINUTE,
  since: NOW - minutes * MINUTE, calls: 0, returns: 0, ...more,
});
const counter = (code, profile, state = 'open', more = {}) => ({ code, profile, state, since: NOW - 90 * MINUTE, clerk: 'clerk:li', ticket: null, ...more });

function liveOf({ tickets = [], counters = [counter('1', 'general'), counter('3', 'papers')], hall = SMALL_HALL, forecast = null, ...day }) {
  const snapshot = { event: '1-1', tickets, counters, ...day };
  const state = foldSnapshot(snapshot);
  return { hall, state, day: dayOf(state, daySnapshot(snapshot)), forecast };
}
const rowOf = (live, code) => linesOf(live, NOW).find((row) => row.code === code);

test('the address names the hall and what stands beside it, or nothing that is not there', () => {
  for (const hash of ['#big', '#big/whatif', '#big/whatif/general', '#big/service/id-card', '#big/counter/12', '#big/ticket/A012',
    '#big/ticket/1795432000000-A012', '#big/blocks', '#big/devices']) assert.equal(hashOf(placeOf(hash)), hash);
  assert.equal(hashOf(placeOf('#big/service')), '#big');
  assert.equal(hashOf(placeOf('#big/nothing/x')), '#big');
  assert.equal(hashOf(placeOf('#big/ticket/<x>')), '#big');
  assert.equal(hashOf(placeOf('#../x/whatif')), '#');
});

test('a wait is green below the first limit, yellow from it on, red from the second', () => {
  const at = (minutes) => rowOf(liveOf({ tickets: [waiting('A001', 'id-card', minutes)] }), 'id-card').level;
  assert.equal(at(19), 'good');
  assert.equal(at(20), 'warn');
  assert.equal(at(29), 'warn');
  assert.equal(at(30), 'bad');
  assert.equal(rowOf(liveOf({}), 'id-card').level, 'none');
  const old = { ...SMALL_HALL, alarms: { warn_minutes: 5, wait_minutes: 10 } };
  assert.equal(rowOf(liveOf({ hall: old, tickets: [waiting('A001', 'id-card', 10)] }), 'id-card').level, 'bad');
});

test('nobody waits before the time that was booked, and a new line is a new wait', () => {
  const early = waiting('A001', 'id-card', 40, { booked: NOW - 5 * MINUTE });
  const later = waiting('A002', 'id-card', 2, { issued: NOW - 70 * MINUTE });
  const row = rowOf(liveOf({ tickets: [early, later] }), 'id-card');
  assert.equal(row.longestMs, 5 * MINUTE);
  assert.equal(rowOf(liveOf({ tickets: [waiting('A003', 'id-card', 1, { booked: NOW + MINUTE })] }), 'id-card').longestMs, 0);
});

test('counters that serve, help, rest, or work without the program; a line that none serves is red at once', () => {
  const counters = [counter('1', 'general', 'paused', { reason: '午休' }), counter('2', 'general', 'closed'), counter('3', 'papers')];
  const live = liveOf({ counters, tickets: [waiting('A001', 'residence', 1), waiting('A002', 'id-card', 1)] });
  const residence = rowOf(live, 'residence');
  assert.deepEqual([residence.open.length, residence.helping.length, residence.resting.length, residence.covered], [0, 0, 2, false]);
  assert.equal(residence.level, 'bad');
  const card = rowOf(live, 'id-card');
  assert.deepEqual([card.open.length, card.helping.length, card.covered, card.level], [0, 1, true, 'good']);
  const helped = rowOf(liveOf({ counters, tickets: [waiting('A001', 'residence', 1)], ghosts: { general: 2 } }), 'residence');
  assert.deepEqual([helped.ghosts, helped.covered, helped.level], [2, true, 'good']);
  assert.deepEqual(byLevel(linesOf(live, NOW)).map((row) => row.code).slice(0, 2), ['residence', 'id-card']);
});

test('a quick lane serves what is short', () => {
  const hall = { ...SMALL_HALL, services: SMALL_HALL.services.map((one, i) => ({ ...one, minutes: 4 * (i + 1) })),
    profiles: [{ code: 'general', serves: [{ service: '*', up_to_minutes: 8 }, { service: '*', up_to_minutes: 12, offset_minutes: 15 }] }] };
  const rows = linesOf(liveOf({ hall, counters: [counter('1', 'general')] }), NOW);
  assert.deepEqual(rows.map((row) => (row.open.length ? 'own' : row.helping.length ? 'helps' : 'no')), ['own', 'own', 'helps', 'no', 'no', 'no']);
});

test('what is wrong: the worst first, a prediction only where the wait is not too long already', () => {
  const alarms = [
    { kind: 'sms', subject: '-', value: 50, since: NOW - 9 * MINUTE }, { kind: 'sign', subject: 's1', value: 95, since: NOW },
    { kind: 'predicted', subject: 'id-card', value: 40, since: NOW },
    { kind: 'wait', subject: 'id-card', value: 31, since: NOW - MINUTE }, { kind: 'predicted', subject: 'pension', value: 35, since: NOW },
  ];
  const live = liveOf({ alarms, counters: [counter('3', 'papers')], tickets: [waiting('A001', 'residence', 4), waiting('A002', 'id-card', 31)] });
  const troubles = troublesOf(live.day, linesOf(live, NOW), NOW);
  assert.deepEqual(troubles.map((one) => `${one.kind} ${one.subject}`), ['wait id-card', 'uncovered residence', 'predicted pension', 'sign s1', 'sms -']);
  assert.equal(troubles[1].since, NOW - 4 * MINUTE);
});

test('troubles of a kind are one group, the worst first; a kind that is not told together stays one by one', () => {
  const at = (kind, subject, value, minutes) => ({ kind, subject, value, since: NOW - minutes * MINUTE });
  const alarms = [at('board', 'east', 95, 2), at('wait', 'id-card', 31, 9), at('wait', 'residence', 44, 3), at('kiosk', 'door', 95, 1), at('newer', 'x', 1, 1),
    at('newer', 'y', 1, 2), at('board', 'west', 95, 5)];
  const live = liveOf({ alarms, counters: [counter('1', 'general')], tickets: [waiting('A001', 'id-card', 33)] });
  const groups = groupsOf(troublesOf(live.day, linesOf(live, NOW), NOW), (kind) => kind !== 'newer');
  assert.deepEqual(groups.map(({ kind, tone, list }) => [kind, tone, list.map((one) => one.subject).join(' ')]), [
    ['wait', 'bad', 'residence id-card'], ['board', 'bad', 'west east'], ['kiosk', 'warn', 'door'], ['newer', 'warn', 'y'], ['newer', 'warn', 'x']]);
  assert.equal(groups[0].since, NOW - 9 * MINUTE);
  assert.deepEqual(groups[0].list.map(troubleMinutes), [44, 33]);
});

test('a call that no board shows comes first of what is wrong', () => {
  const ticket = waiting('A001', 'id-card', 1, { state: 'called', counter: '1', calls: 1, shown: false });
  const live = liveOf({ tickets: [ticket], counters: [counter('1', 'general', 'open', { ticket }), counter('3', 'papers')], unshown_ms: 8000,
    alarms: [{ kind: 'board', subject: 'b1', value: 100, since: 1 }] });
  const kinds = (state) => troublesOf(live.day, linesOf(live, NOW), NOW, state).map((one) => `${one.kind} ${one.subject} ${one.counter ?? ''}`.trim());
  assert.deepEqual(kinds(live.state), ['unshown A001 1', 'board b1']);
  assert.deepEqual(kinds(null), ['board b1'], 'behind the events nobody can say');
});

test('events raise and clear alarms, stop and start services, and say when a counter was heard', () => {
  const snapshot = { event: '1-1', counters: [counter('1', 'general')], alarms: [{ kind: 'board', subject: 'b1', value: 100, since: 1 }] };
  let state = foldSnapshot(snapshot);
  let own = daySnapshot(snapshot);
  let day;
  const step = (event) => {
    state = foldEvent(state, { at: NOW, ...event }, '');
    own = dayEvent(own, { at: NOW, ...event });
    day = dayOf(state, own);
  };
  step({ type: 'alarm.raised', alarm: 'wait', subject: 'id-card', value: 33 });
  step({ type: 'alarm.raised', alarm: 'wait', subject: 'id-card', value: 34 });
  step({ type: 'alarm.cleared', alarm: 'board', subject: 'b1', value: 0 });
  assert.deepEqual(day.alarms, [{ kind: 'wait', subject: 'id-card', value: 34, since: NOW }]);
  step({ type: 'hall.stopped', service: 'id-card', reason: '系统' });
  step({ type: 'hall.stopped', service: '*', reason: '提前结束' });
  assert.deepEqual(day.stopped, { 'id-card': '系统', '*': '提前结束' });
  step({ type: 'hall.started', service: 'id-card' });
  assert.deepEqual(day.stopped, { '*': '提前结束' });
  step({ type: 'hall.started', service: '*' });
  assert.deepEqual(day.stopped, {});
  step({ type: 'hall.ghosts', profile: 'papers', count: 2 });
  assert.deepEqual(day.ghosts, { papers: 2 });
  step({ type: 'hall.announced', texts: { zh: '好' }, until: NOW + MINUTE });
  assert.deepEqual(day.announcement, { texts: { zh: '好' }, until: NOW + MINUTE });
  step({ type: 'hall.announced', texts: {}, until: 0 });
  assert.equal(day.announcement, null);
  step({ type: 'counter.profiled', counter: '1', profile: 'papers' });
  assert.equal(day.heard['1'], NOW - 90 * MINUTE, 'what a supervisor does to it is no sign of life');
  step({ type: 'counter.paused', counter: '1', clerk: 'clerk:li', reason: 'x' });
  assert.equal(day.heard['1'], NOW);
  assert.equal(daySnapshot({ counters: [] }, own).heard['1'], NOW, 'a new snapshot forgets nothing');
});

test('a counter is silent when it calls nobody though people wait, called and never began, or serves far too long', () => {
  const one = counter('1', 'general');
  const silent = (more, at = one) => silentSince(liveOf({ counters: [at], ...more }), liveOf({ counters: [at], ...more }).state.counters['1'], NOW);
  assert.equal(silent({}), 0, 'nobody waits');
  assert.equal(silent({ tickets: [waiting('A001', 'advice', 12)] }), NOW - 90 * MINUTE);
  assert.equal(silent({ tickets: [waiting('A001', 'advice', 12)] }, counter('1', 'general', 'open', { since: NOW - 4 * MINUTE })), 0, 'just opened');
  assert.equal(silent({ tickets: [waiting('A001', 'advice', 12)] }, counter('1', 'general', 'paused')), 0);
  const at = (state, minutes) => counter('1', 'general', 'open', { ticket: waiting('A001', 'advice', minutes, { state, counter: '1' }) });
  assert.equal(silent({}, at('called', 4)), 0);
  assert.equal(silent({}, at('called', 6)), NOW - 6 * MINUTE);
  assert.equal(silent({}, at('serving', 29)), 0);
  assert.equal(silent({}, at('serving', 31)), NOW - 31 * MINUTE);
  const { atWork, closed } = countersOf(liveOf({ counters: [one, counter('2', 'general', 'closed')] }), NOW);
  assert.deepEqual([atWork.length, closed.length], [1, 1]);
});

test('what a change does: the largest first, nothing where nothing changes', () => {
  const wait = (likely) => ({ low: likely, likely, high: likely });
  const changes = changesOf([
    { code: 'a', before: wait(10), after: wait(8) }, { code: 'b', before: wait(34), after: wait(19) }, { code: 'c', before: wait(5), after: wait(5) },
    { code: 'd', before: wait(5), after: wait(12) }, { code: 'e', after: wait(9) }, { code: 'f' },
  ]);
  assert.deepEqual(changes.map((one) => one.code), ['e', 'b', 'd', 'a']);
  assert.ok(changes[2].gain < 0);
});

test('the hall in numbers', () => {
  const serving = waiting('A009', 'id-card', 5, { state: 'serving', counter: '1' });
  const live = liveOf({ tickets: [waiting('A001', 'advice', 1), waiting('A002', 'advice', 1, { state: 'missed' })],
    counters: [counter('1', 'general', 'open', { ticket: serving }), counter('2', 'general', 'paused'), counter('3', 'papers', 'closed')] });
  const { waiting: waits, serving: served, missed, alive, open, paused, counters } = totalsOf(live.state);
  assert.deepEqual([waits, served, missed, alive, open, paused, counters], [1, 1, 1, 3, 1, 1, 3]);
});
