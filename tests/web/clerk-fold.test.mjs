// The clerk console's fold of the staff stream. SPDX-License-Identifier: MIT
import test from 'node:test';
import assert from 'node:assert/strict';
import {
  foldSnapshot, foldEvent, foldShows, foldAnswer, presentTicket, waitingTickets, waitingLines, parkedTickets, missedTickets, comingTickets,
} from '../../daemon/web/clerk/fold.js';

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
  assert.equal(feed(state, { type: 'message.sent', ticket: A1 }).event, '9-11');
});

test('fold_never_changes_the_state_it_was_given', () => {
  const deep = (value) => { if (value && typeof value === 'object') { Object.freeze(value); Object.values(value).forEach(deep); } return value; };
  const state = deep(start());
  feed(state, called(), begun());
  assert.equal(state.counters['1'].ticket, null);
});
