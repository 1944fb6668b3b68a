// The clerk console's fold of the staff stream. SPDX-License-Identifier: MIT
import test from 'node:test';
import assert from 'node:assert/strict';
import {
  foldSnapshot, foldEvent, foldShows, foldAnswer, presentTicket, waitingTickets, waitingLines, parkedTickets, missedTickets, comingTickets,
  isUnshown, unshownTickets,
} from '../../daemon/web/clerk/fold.js';
import { undoable } from '../../daemon/web/clerk/fold_press.js';

const A1 = '1700000000000-A001';
const A2 = '1700000001000-A002';
const waiting = (id, more) => ({
  id, number: id.slice(14), state: 'waiting', service: 'id-card', class: 'normal', line: 'id-card',
  rank: Number(id.slice(0, 13)), issued: Number(id.slice(0, 13)), since: Number(id.slice(0, 13)),
  calls: 0, phone: false, returns: 0, ...more,
});
const start = () => foldSnapshot({
  event: '9-10', now: 1, tickets: [waiting(A2), waiting(A1)],
  counters: [{ code: '1', state: 'open', profile: 'general', clerk: 'li', since: 1, ticket: null },
    { code: '2', state: 'closed', profile: 'general', since: 1 }],
});

// Feeds events one after the other with dense ids.
function feed(state, ...events) {
  let seq = Number(state.event.split('-')[1]);
  return events.reduce((now, event) => foldEvent(now, { at: 1700000060000, ...event }, `9-${++seq}`), state);
}
const step = (type, ticket, from, to, more) => ({ type: `ticket.${type}`, ticket, number: ticket.slice(14), from, to, ...more });
const called = (id = A1) => step('called', id, 'waiting', 'called', { counter: '1', line: 'id-card', calls: 1, why: { rule: 'rank' }, by: 'clerk:li' });
const begun = (id = A1) => step('begun', id, 'called', 'serving', { counter: '1' });

test('fold_snapshot_takes_tickets_at_counters_from_the_counters', () => {
  const state = foldSnapshot({ event: '9-1', tickets: [], counters: [
    { code: '1', state: 'open', ticket: waiting(A1, { state: 'serving', counter: '1' }) }] });
  assert.equal(presentTicket(state, '1').number, 'A001');
  assert.equal(presentTicket(state, '7'), null);
});

test('fold_orders_waiting_by_rank_then_arrival', () => {
  assert.deepEqual(waitingTickets(start()).map((t) => t.number), ['A001', 'A002']);
  assert.deepEqual(waitingLines(start()), [{ line: 'id-card', count: 2, oldest: 1700000000000 }]);
});

test('fold_issued_adds_a_waiting_ticket', () => {
  const id = '1700000050000-C001';
  const state = feed(start(), { type: 'ticket.issued', ticket: id, number: 'C001', service: 'advice', class: 'elderly', from: '-', to: 'waiting', line: 'advice', rank: 5 });
  assert.equal(state.doubt, false);
  assert.equal(waitingTickets(state)[0].class, 'elderly');
  assert.equal(state.event, '9-11');
});

test('fold_called_begun_finished_empties_the_counter', () => {
  let state = feed(start(), called());
  assert.equal(presentTicket(state, '1').state, 'called');
  assert.equal(presentTicket(state, '1').why.rule, 'rank');
  assert.equal(waitingTickets(state).length, 1);
  state = feed(state, step('recalled', A1, 'called', 'called', { counter: '1', calls: 2, at: 1700000090000 }));
  assert.equal(presentTicket(state, '1').calls, 2);
  assert.equal(presentTicket(state, '1').since, 1700000060000, 'the timer goes on from the first call');
  state = feed(state, begun());
  assert.equal(presentTicket(state, '1').state, 'serving');
  state = feed(state, step('finished', A1, 'serving', 'done', { counter: '1' }));
  assert.equal(presentTicket(state, '1'), null);
  assert.equal(state.tickets[A1], undefined);
  assert.equal(state.doubt, false);
});

test('fold_finish_and_next_are_two_events_of_one_counter', () => {
  const state = feed(start(), called(), begun(), step('finished', A1, 'serving', 'done', { counter: '1' }), called(A2));
  assert.equal(presentTicket(state, '1').number, 'A002');
});

test('fold_missed_and_returned', () => {
  let state = feed(start(), called(), step('missed', A1, 'called', 'missed', { counter: '1', until: 99 }));
  assert.equal(missedTickets(state)[0].until, 99);
  assert.equal(presentTicket(state, '1'), null);
  state = feed(state, step('returned', A1, 'missed', 'waiting', { line: 'id-card', rank: 7 }));
  const back = state.tickets[A1];
  assert.deepEqual([back.state, back.returns, back.rank, back.counter, back.until], ['waiting', 1, 7, undefined, undefined]);
});

test('fold_stepped_is_not_done', () => {
  const id = '1700000050000-A009';
  let state = feed(start(), { type: 'ticket.issued', ticket: id, number: 'A009', service: 'id-card', class: 'normal', from: '-', to: 'waiting',
    line: 'id-card', rank: 1, phone: true, booking: '1700000000000-b1001', booked: 1, persons: 2, steps: ['advice', 'pension'] });
  assert.deepEqual([state.tickets[id].booked, state.tickets[id].persons, state.tickets[id].phone], [1, 2, true]);
  assert.deepEqual(state.tickets[id].steps, ['advice', 'pension']);
  state = feed(state, called(id), begun(id));
  assert.equal(presentTicket(state, '1').booking, '1700000000000-b1001');
  state = feed(state, step('stepped', id, 'serving', 'waiting',
    { counter: '1', done: 'id-card', service: 'advice', line: 'advice', rank: 1, left: 1, steps: ['pension'] }));
  assert.equal(presentTicket(state, '1'), null);
  const on = waitingTickets(state).find((t) => t.id === id);
  assert.deepEqual([on.service, on.line, on.steps, on.why, on.counter], ['advice', 'advice', ['pension'], undefined, undefined]);
  state = feed(state, called(id), begun(id),
    step('stepped', id, 'serving', 'waiting', { counter: '1', done: 'advice', service: 'pension', line: 'pension', rank: 1, left: 0 }));
  assert.equal(state.tickets[id].steps, undefined);
  assert.equal(state.doubt, false);
});

test('fold_step_and_called_again_by_the_same_press', () => {
  const state = feed(start(), called(), begun(), step('stepped', A1, 'serving', 'waiting', { counter: '1', service: 'b', line: 'b', rank: 1, left: 0 }), called());
  assert.equal(presentTicket(state, '1').number, 'A001');
  assert.equal(state.doubt, false);
});

test('fold_coming_is_not_waiting_until_it_has_arrived', () => {
  const id = '1700000050000-A009';
  let state = feed(start(), { type: 'ticket.issued', ticket: id, number: 'A009', service: 'id-card', class: 'normal', from: '-', to: 'coming', line: 'id-card', rank: 1 });
  assert.equal(waitingTickets(state).length, 2);
  assert.equal(waitingLines(state)[0].count, 2);
  assert.deepEqual(comingTickets(state).map((t) => t.number), ['A009']);
  const there = feed(state, step('arrived', id, 'coming', 'waiting', { line: 'id-card', rank: 1 }));
  assert.equal(waitingTickets(there)[0].number, 'A009');
  assert.equal(comingTickets(there).length, 0);
  state = feed(state, step('expired', id, 'coming', 'expired', {}));
  assert.equal(state.tickets[id], undefined);
  assert.equal(state.doubt, false);
});

test('fold_leaves_bookings_alone', () => {
  const state = feed(start(), { type: 'booking.checked_in', booking: '1700000000000-b1001', ticket: A1, from: 'confirmed', to: 'checked_in' },
    { type: 'booking.missed', booking: '1700000000000-b1002', from: 'confirmed', to: 'missed' }, { type: 'slot.given' });
  assert.equal(state.doubt, false);
  assert.equal(state.tickets[A1].state, 'waiting');
});

test('fold_parked_and_resumed_by_either_way', () => {
  const parked = feed(start(), called(), begun(), step('parked', A1, 'serving', 'parked', { counter: '1' }));
  assert.equal(parkedTickets(parked).length, 1);
  assert.equal(presentTicket(parked, '1'), null);
  const served = feed(parked, step('resumed', A1, 'parked', 'serving', { counter: '1' }));
  assert.equal(presentTicket(served, '1').state, 'serving');
  const waits = feed(parked, step('resumed', A1, 'parked', 'waiting', { line: '@1', rank: 3 }));
  assert.equal(waitingTickets(waits)[0].line, '@1');
});

test('fold_put_back_and_transferred_wait_again', () => {
  let state = feed(start(), called(), step('put_back', A1, 'called', 'waiting', { line: 'id-card', rank: 8, counter: '1' }));
  assert.equal(presentTicket(state, '1'), null);
  state = feed(state, called(), begun(), step('transferred', A1, 'serving', 'waiting', { counter: '1', service: 'advice', line: 'advice', rank: 4 }));
  assert.deepEqual([state.tickets[A1].service, state.tickets[A1].line, state.tickets[A1].counter], ['advice', 'advice', undefined]);
  assert.equal(state.doubt, false);
});

test('fold_cancelled_and_expired_leave_the_hall', () => {
  const state = feed(start(), step('cancelled', A1, 'waiting', 'cancelled', { line: 'id-card' }), step('expired', A2, 'waiting', 'expired', { line: 'id-card' }));
  assert.deepEqual(state.tickets, {});
});

test('fold_counter_opens_pauses_closes', () => {
  let state = feed(start(), { type: 'counter.opened', counter: '2', clerk: 'wang', profile: 'papers' });
  assert.deepEqual([state.counters['2'].state, state.counters['2'].clerk, state.counters['2'].profile], ['open', 'wang', 'papers']);
  state = feed(state, { type: 'counter.paused', counter: '2', clerk: 'wang', reason: 'lunch' });
  assert.equal(state.counters['2'].reason, 'lunch');
  state = feed(state, { type: 'counter.opened', counter: '2', clerk: 'wang' });
  assert.equal(state.counters['2'].reason, undefined);
  state = feed(state, { type: 'counter.closed', counter: '2', clerk: 'wang' });
  assert.deepEqual([state.counters['2'].state, state.counters['2'].clerk], ['closed', undefined]);
});

test('fold_message_marks_the_phone', () => {
  assert.equal(feed(start(), { type: 'message.queued', ticket: A1, message: 'm', kind: 'ticket' }).tickets[A1].phone, true);
});

test('fold_message_before_its_ticket_marks_the_phone_too', () => {
  const id = '1700000050000-C001';
  const state = feed(start(), { type: 'message.queued', ticket: id, message: 'm', kind: 'ticket' },
    { type: 'ticket.issued', ticket: id, number: 'C001', service: 'advice', class: 'normal', from: '-', to: 'waiting', line: 'advice', rank: 5 });
  assert.equal(state.tickets[id].phone, true);
});

test('fold_answer_stands_in_for_a_silent_stream', () => {
  const answer = { ...waiting(A1), state: 'called', counter: '1', calls: 1 };
  assert.equal(foldShows(start(), answer), false);
  let state = foldAnswer(start(), answer);
  assert.equal(presentTicket(state, '1').number, 'A001');
  assert.equal(foldShows(state, answer), true);
  assert.equal(foldShows(state, { ...answer, calls: 2 }), false, 'a recall is not shown yet');
  state = foldAnswer(state, { ...answer, state: 'done' });
  assert.equal(presentTicket(state, '1'), null);
  assert.equal(foldShows(state, { ...answer, state: 'done' }), true);
});

test('fold_answer_takes_counters_too', () => {
  const answer = { code: '2', state: 'open', profile: 'papers', clerk: 'clerk:li', since: 9, ticket: null };
  assert.equal(foldShows(start(), answer), false);
  assert.equal(foldShows(foldAnswer(start(), answer), answer), true);
});

test('fold_doubts_what_does_not_fit', () => {
  const doubts = (...events) => assert.equal(feed(start(), ...events).doubt, true);
  doubts(begun());
  doubts(step('called', '1-Z009', 'waiting', 'called', { counter: '1' }));
  doubts(step('called', A1, 'waiting', 'called', { counter: '9' }));
  doubts(called(), called(A2));
  doubts({ type: 'counter.opened', counter: '77' });
  doubts({ type: 'hall.day_closed' });
  assert.equal(foldEvent(start(), called(), '9-12').doubt, true, 'a gap');
  assert.equal(foldEvent(start(), called(), '8-11').doubt, true, 'another epoch');
});

test('fold_ignores_what_it_has_and_what_it_need_not_know', () => {
  const state = start();
  assert.equal(foldEvent(state, called(), '9-10'), state);
  assert.equal(feed(state, { type: 'message.accepted', ticket: A1 }).event, '9-11');
});

test('fold_never_changes_the_state_it_was_given', () => {
  const deep = (value) => { if (value && typeof value === 'object') { Object.freeze(value); Object.values(value).forEach(deep); } return value; };
  const state = deep(start());
  feed(state, called(), begun());
  assert.equal(state.counters['1'].ticket, null);
});

// ---- undo, moves, delays, what the hall says ----

const undo = (type, id, from, to, more) => step('undone', id, from, to,
  { undoes: `ticket.${type}`, service: 'id-card', line: 'id-card', rank: 5, since: 1700000000000, calls: 0, by: 'clerk:li', ...more });
const finished = (id = A1) => step('finished', id, 'serving', 'done', { counter: '1', by: 'clerk:li' });
// The state without what only presses and undo need.
const shown = ({ tickets, counters }) => ({ tickets, counters });

test('fold_undone_call_waits_as_before', () => {
  const before = start();
  const state = feed(before, called(), undo('called', A1, 'called', 'waiting', { rank: before.tickets[A1].rank }));
  assert.equal(state.doubt, false);
  assert.equal(presentTicket(state, '1'), null);
  const { by, ...again } = state.tickets[A1]; // who called last is of no account while it waits
  assert.deepEqual(again, before.tickets[A1]);
});

test('fold_undone_finish_and_next_bring_both_back', () => {
  const serving = feed(start(), called(), begun());
  const { rank, since, why } = serving.tickets[A1];
  const state = feed(serving, finished(), called(A2), undo('called', A2, 'called', 'waiting', { rank: 5 }),
    undo('finished', A1, 'done', 'serving', { counter: '1', rank, since, why, calls: 1 }));
  assert.equal(state.doubt, false);
  assert.deepEqual(presentTicket(state, '1'), serving.tickets[A1]);
  assert.equal(waitingTickets(state).length, 1);
});

test('fold_undone_of_an_end_it_never_saw_is_a_doubt', () => {
  assert.equal(feed(start(), undo('finished', '1700000009000-A009', 'done', 'serving', { counter: '1' })).doubt, true);
});

test('fold_undone_after_missed_parked_stepped_transferred', () => {
  const atCounter = (state, more) => ({ counter: '1', calls: 1, since: state.tickets[A1].since, rank: state.tickets[A1].rank, why: state.tickets[A1].why, ...more });
  const calledNow = feed(start(), called());
  let state = feed(calledNow, step('missed', A1, 'called', 'missed', { counter: '1', until: 99 }), undo('missed', A1, 'missed', 'called', atCounter(calledNow)));
  assert.deepEqual(shown(state), shown(calledNow));
  const serving = feed(calledNow, begun());
  for (const [type, to, more] of [['parked', 'parked', {}], ['put_back', 'waiting', { line: 'id-card', rank: 8 }],
    ['transferred', 'waiting', { service: 'advice', line: 'advice', rank: 8 }], ['stepped', 'waiting', { service: 'advice', line: 'advice', rank: 8, left: 0 }]]) {
    state = feed(serving, step(type, A1, 'serving', to, { counter: '1', by: 'clerk:li', ...more }), undo(type, A1, to, 'serving', atCounter(serving)));
    assert.equal(state.doubt, false, type);
    const { by, ...present } = presentTicket(state, '1');
    const { by: who, ...was } = presentTicket(serving, '1');
    assert.deepEqual(present, was, type);
  }
});

test('fold_direct_is_served_from_the_first_moment_and_gone_when_undone', () => {
  const id = '1700000050000-C001';
  const direct = { type: 'ticket.issued', ticket: id, number: 'C001', service: 'advice', class: 'normal', from: '-', to: 'serving',
    line: 'advice', rank: 5, counter: '1', direct: true, persons: 3, by: 'clerk:li' };
  const state = feed(start(), direct);
  assert.deepEqual(((t) => [t.state, t.persons, t.why.rule, t.counter])(presentTicket(state, '1')), ['serving', 3, 'direct', '1']);
  const gone = feed(state, undo('issued', id, 'serving', 'cancelled'));
  assert.equal(presentTicket(gone, '1'), null);
  assert.equal(gone.tickets[id], undefined);
  assert.equal(feed(feed(start(), called()), direct).doubt, true, 'the counter has somebody');
});

test('fold_moved_and_delayed_and_back', () => {
  let state = feed(start(), step('moved', A1, 'waiting', 'waiting', { service: 'advice', line: 'advice', rank: 7, reason: 'r' }));
  assert.deepEqual([state.tickets[A1].line, state.tickets[A1].service], ['advice', 'advice']);
  state = feed(start(), step('delayed', A1, 'waiting', 'coming', { line: 'id-card', rank: 9, until: 77, delays: 1 }));
  assert.deepEqual(((t) => [t.state, t.away, t.delays, t.rank])(state.tickets[A1]), ['coming', 77, 1, 9]);
  state = feed(state, step('arrived', A1, 'coming', 'waiting', { line: 'id-card', rank: 9 }));
  assert.deepEqual(((t) => [t.state, t.away, t.delays])(state.tickets[A1]), ['waiting', undefined, 1]);
});

test('fold_what_is_learned_of_a_ticket_moves_nothing', () => {
  const before = feed(start(), called());
  const state = feed(before, step('noted', A1, 'called', 'called', { note: true, at: 1700000099000 }),
    step('promised', A2, 'waiting', 'waiting', { low: 1, likely: 2, high: 3, line: 'id-card', at: 1700000099000 }),
    step('travel', A2, 'waiting', 'waiting', { minutes: 12 }));
  assert.deepEqual([state.tickets[A1].note, state.tickets[A1].noted], [true, 1700000099000]);
  assert.equal(state.tickets[A1].since, before.tickets[A1].since);
  assert.equal(presentTicket(state, '1').id, A1);
  assert.deepEqual([state.tickets[A2].promise.likely, state.tickets[A2].travel], [2, 12]);
  assert.equal(feed(state, step('noted', A1, 'called', 'called', { note: false })).tickets[A1].note, undefined);
});

test('fold_a_call_is_unshown_until_a_board_shows_it', () => {
  const at = 1700000060000;
  const shown = (calls) => step('shown', A1, 'called', 'called', { counter: '1', calls, device: 'b1', sounded: true });
  const recalled = step('recalled', A1, 'called', 'called', { counter: '1', calls: 2, at: at + 20000 });
  const unshown = (state, ms) => isUnshown(state, presentTicket(state, '1'), at + ms);
  const before = foldSnapshot({ event: '9-10', unshown_ms: 8000, tickets: [waiting(A1)], counters: [{ code: '1', state: 'open', since: 1, ticket: null }] });
  let state = feed(before, called());
  assert.deepEqual([unshown(state, 7999), unshown(state, 8000)], [false, true]);
  assert.deepEqual(unshownTickets(state, at + 8000).map((one) => one.number), ['A001']);
  assert.ok(undoable(state, '1', at, 10000), 'it can still be taken back');
  state = feed(state, shown(1));
  assert.equal(unshown(state, 99999), false);
  assert.ok(undoable(state, '1', at, 10000), 'and when it was shown, too');
  state = feed(state, recalled);
  assert.deepEqual([unshown(state, 27999), unshown(state, 28000)], [false, true]);
  assert.equal(unshown(feed(state, shown(1)), 28000), true, 'of the call before');
  assert.equal(unshown(feed(state, shown(2)), 28000), false);
  const served = feed(state, begun());
  assert.equal(unshown(served, 99999), false);
  const back = feed(served, step('undone', A1, 'serving', 'called', { undoes: 'ticket.begun', counter: '1', service: 'id-card', line: 'id-card', rank: 1,
    since: at, calls: 2 }));
  assert.equal(unshown(back, 99999), true, 'no board has shown that call');
});

test('fold_a_call_is_unshown_after_a_reload_too_and_never_in_a_hall_without_boards', () => {
  const ticket = { ...waiting(A1), state: 'called', counter: '1', calls: 1, since: 1000, shown: false };
  const of = (ms, shown) => foldSnapshot({ event: '9-1', unshown_ms: ms, tickets: [], counters: [{ code: '1', state: 'open', ticket: { ...ticket, shown } }] });
  assert.deepEqual([isUnshown(of(8000, false), ticket, 8999), isUnshown(of(8000, false), ticket, 9000)], [false, true]);
  assert.equal(isUnshown(of(0, false), ticket, 99999), false);
  assert.deepEqual([unshownTickets(of(8000, false), 9000).length, unshownTickets(of(8000, true), 9000).length], [1, 0]);
  const asked = foldSnapshot({ event: '', tickets: [], counters: [] }, of(8000, false));
  assert.equal(asked.hall.unshownMs, 8000, 'asked for the plain way it stays');
});

test('fold_profiled_keeps_clerk_and_ticket', () => {
  const state = feed(start(), called(), { type: 'counter.profiled', counter: '1', clerk: 'clerk:li', profile: 'papers' });
  assert.deepEqual(((k) => [k.profile, k.clerk, k.ticket])(state.counters['1']), ['papers', 'li', A1]);
});

test('fold_hall_announces_stops_and_alarms', () => {
  let state = feed(start(), { type: 'hall.announced', texts: { zh: '通知' }, until: 50 }, { type: 'hall.stopped', service: 'advice', reason: 'full' },
    { type: 'alarm.raised', alarm: 'wait', subject: 'advice', value: 31 });
  assert.equal(state.hall.announcement.texts.zh, '通知');
  assert.deepEqual(state.hall.stopped, { advice: 'full' });
  assert.deepEqual(Object.values(state.hall.alarms).map((one) => [one.kind, one.subject, one.value]), [['wait', 'advice', 31]]);
  state = feed(state, { type: 'hall.announced', texts: {}, until: 0 }, { type: 'hall.started', service: '*' },
    { type: 'alarm.cleared', alarm: 'wait', subject: 'advice' });
  assert.deepEqual(state.hall, { announcement: null, stopped: {}, alarms: {}, unshownMs: 0 });
  const told = foldSnapshot({ event: '9-1', announcement: { texts: { zh: '通' }, until: 9 }, stopped: { '*': 'r' },
    alarms: [{ kind: 'sms', subject: '-', value: 40, since: 1 }] });
  assert.deepEqual([told.hall.announcement.until, told.hall.stopped['*'], Object.keys(told.hall.alarms)], [9, 'r', ['sms|-']]);
});

test('fold_counts_what_happens_to_bookings', () => {
  const state = start();
  assert.equal(feed(state, { type: 'booking.cancelled', booking: 'b' }).bookings, state.bookings + 1);
});

const MOMENT = 1700000060000;
test('press_is_what_one_moment_and_one_hand_did', () => {
  const serving = feed(start(), { ...called(), at: MOMENT - 9000 }, { ...begun(), at: MOMENT - 8000 });
  const state = feed(serving, finished(), called(A2));
  const press = undoable(state, '1', MOMENT + 9999, 10000);
  assert.deepEqual(press.steps.map((one) => [one.type, one.number]), [['ticket.finished', 'A001'], ['ticket.called', 'A002']]);
  assert.equal(undoable(state, '1', MOMENT + 10000, 10000), null, 'too late');
  const later = feed(feed(start(), called()), { ...begun(), at: MOMENT + 500, by: 'clerk:li' });
  assert.deepEqual(undoable(later, '1', MOMENT + 600, 10000).steps.map((one) => one.type), ['ticket.begun']);
});

test('press_once_undone_is_over_and_a_recall_leaves_it_alone', () => {
  const again = feed(start(), called(), step('recalled', A1, 'called', 'called', { counter: '1', calls: 2, at: MOMENT + 10 }));
  assert.equal(undoable(again, '1', MOMENT + 20, 10000).steps[0].type, 'ticket.called');
  const back = feed(again, { ...undo('called', A1, 'called', 'waiting'), at: MOMENT + 30 });
  assert.equal(undoable(back, '1', MOMENT + 40, 10000), null);
  assert.equal(back.presses['1'].undone, true);
  assert.equal(feed(again, { type: 'counter.closed', counter: '1' }).presses['1'], undefined);
  assert.equal(feed(start(), step('cancelled', A1, 'waiting', 'cancelled', { line: 'id-card' })).presses['1'], undefined);
});

test('snapshot_keeps_what_no_snapshot_tells', () => {
  const before = feed(start(), called(), begun(), finished());
  const state = foldSnapshot({ event: '9-40', tickets: [], counters: [] }, before);
  assert.deepEqual([state.presses, state.ended], [before.presses, before.ended]);
});
