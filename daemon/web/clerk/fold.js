// The hall as the staff stream tells it: a snapshot, then one event after the other. Pure; nothing is changed
// in place, so a page may keep an older state. Whatever does not fit sets `doubt`: the page then connects
// again and starts from a fresh snapshot instead of guessing. A new event type needs one row in STEPS, or in
// those of fold_hall.js when it is about no ticket and no counter. SPDX-License-Identifier: MIT
import { HALL_STEPS, hallOf } from './fold_hall.js';
import { pressed } from './fold_press.js';

const ENDED = new Set(['done', 'cancelled', 'expired']);
// An ended ticket may come back by undo for 10 s; a little more for events that are slow.
const ENDED_KEPT_MS = 20000;

// {event, tickets: {id: Ticket}, counters: {code: Counter, whose `ticket` is an id or null},
//  phones: {id: true} of a ticket told of before it was issued, ended: {id: Ticket} of the last seconds,
//  presses: fold_press.js, hall: fold_hall.js, bookings: grows when a booking changes, doubt}
// before: the state so far, of which what no snapshot tells is kept.
export function foldSnapshot(snapshot, before = null) {
  const tickets = {};
  const counters = {};
  for (const ticket of snapshot.tickets || []) {
    if (!ENDED.has(ticket.state)) tickets[ticket.id] = ticket;
  }
  for (const counter of snapshot.counters || []) {
    if (counter.ticket) tickets[counter.ticket.id] = counter.ticket;
    counters[counter.code] = { ...counter, ticket: counter.ticket ? counter.ticket.id : null };
  }
  return {
    event: snapshot.event || '', tickets, counters, phones: {}, ended: before?.ended || {}, presses: before?.presses || {},
    hall: hallOf(snapshot, before?.hall), bookings: (before?.bookings || 0) + 1, doubt: false,
  };
}

const doubted = (state) => ({ ...state, doubt: true });

// The counter lets go of the ticket, if it is the one it holds.
function leave(counters, code, id) {
  const counter = counters[code];
  if (!counter || counter.ticket !== id) return counters;
  return { ...counters, [code]: { ...counter, ticket: null } };
}

function hold(counters, code, id) {
  return { ...counters, [code]: { ...counters[code], ticket: id } };
}

// Those that ended a short while before that moment.
function youngEnded(ended, at) {
  return Object.fromEntries(Object.entries(ended).filter(([, ticket]) => ticket.since > at - ENDED_KEPT_MS));
}

// Moves a ticket: from the counter it was at, to the one the step names (or none).
function move(state, event, changes, old = state.tickets[event.ticket]) {
  if (!old || (event.from && event.from !== '-' && old.state !== event.from)) return doubted(state);
  const ticket = { ...old, state: event.to, since: event.at, ...changes };
  for (const key of Object.keys(ticket)) if (ticket[key] === undefined) delete ticket[key];
  let counters = old.counter ? leave(state.counters, old.counter, old.id) : state.counters;
  if (ticket.counter && (ticket.state === 'called' || ticket.state === 'serving')) {
    const at = counters[ticket.counter];
    if (!at || (at.ticket && at.ticket !== old.id)) return doubted(state);
    counters = hold(counters, ticket.counter, old.id);
  }
  const tickets = { ...state.tickets };
  let { ended } = state;
  delete tickets[old.id];
  if (ENDED.has(ticket.state)) ended = { ...youngEnded(ended, event.at), [old.id]: ticket };
  else tickets[old.id] = ticket;
  return { ...state, tickets, counters, ended };
}

// The ticket stays where it is; something is known of it now.
function learn(state, event, changes) {
  const old = state.tickets[event.ticket];
  return old ? move(state, { ...event, from: old.state, to: old.state }, { since: old.since, ...changes }) : state;
}

// Given to somebody who stands at the counter: it is served from the first moment.
function direct(state, event, ticket) {
  const at = state.counters[event.counter];
  if (!at || at.ticket) return doubted(state);
  const served = { ...ticket, counter: event.counter, by: event.by, why: event.why || { rule: 'direct' } };
  return { ...state, tickets: { ...state.tickets, [ticket.id]: served }, counters: hold(state.counters, event.counter, ticket.id) };
}

function issued(state, event) {
  if (state.tickets[event.ticket]) return doubted(state);
  const ticket = {
    id: event.ticket, number: event.number, state: event.to || 'waiting', service: event.service,
    class: event.class, line: event.line, rank: event.rank, issued: event.at, since: event.at,
    calls: 0, phone: Boolean(event.phone || state.phones[event.ticket]), returns: 0,
  };
  for (const key of ['booking', 'booked', 'persons', 'steps']) if (key in event) ticket[key] = event[key];
  if (ticket.state === 'serving') return direct(state, event, ticket);
  return { ...state, tickets: { ...state.tickets, [ticket.id]: ticket } };
}

// Taken back: it is again what the event says, whatever it was meanwhile.
function undone(state, event) {
  const { line, rank, since, calls, counter, why } = event;
  const old = state.tickets[event.ticket] || state.ended[event.ticket];
  const uncalled = event.to === 'waiting' ? { shown: undefined, calledAt: undefined } : {};
  return move(state, event, { ...goesOn(event), line, rank, since, calls, counter, why, until: undefined, ...uncalled }, old);
}

// Back in a line: what the counter and the call had left on the ticket is gone.
const waits = (event) => ({ line: event.line, rank: event.rank, counter: undefined, why: undefined, away: undefined });

// To another service; what is told of the steps left behind it is all there is.
const goesOn = (event) => ({ service: event.service, steps: event.steps?.length ? event.steps : undefined });

function returned(state, event) {
  const old = state.tickets[event.ticket];
  return move(state, event, { ...waits(event), until: undefined, returns: ((old && old.returns) || 0) + 1 });
}

function resumed(state, event) {
  if (event.to === 'waiting') return move(state, event, waits(event));
  return move(state, event, { counter: event.counter, by: event.by });
}

// A counter opens, pauses or closes. What is not said of it any more is dropped.
function counterStep(to) {
  return (state, event) => {
    const old = state.counters[event.counter];
    if (!old) return doubted(state);
    const counter = { code: old.code, state: to, profile: event.profile || old.profile, since: event.at, ticket: old.ticket };
    if (event.clerk && to !== 'closed') counter.clerk = event.clerk;
    if (event.reason && to === 'paused') counter.reason = event.reason;
    return { ...state, counters: { ...state.counters, [old.code]: counter } };
  };
}

function profiled(state, event) {
  const old = state.counters[event.counter];
  if (!old) return doubted(state);
  return { ...state, counters: { ...state.counters, [old.code]: { ...old, profile: event.profile } } };
}

// A message for a ticket tells that its holder left a phone number; the first one comes before the ticket.
function messaged(state, event) {
  const old = state.tickets[event.ticket];
  if (!old) return { ...state, phones: { [event.ticket]: true } };
  if (old.phone) return state;
  return { ...state, tickets: { ...state.tickets, [old.id]: { ...old, phone: true } } };
}

const STEPS = {
  'ticket.issued': issued,
  'ticket.called': (s, e) => move(s, e, {
    counter: e.counter, calls: e.calls || 1, why: e.why, by: e.by, shown: false, calledAt: e.at,
  }),
  'ticket.recalled': (s, e) => {
    const old = s.tickets[e.ticket];
    return move(s, e, { calls: e.calls, since: old && old.since, shown: false, calledAt: e.at });
  },
  'ticket.begun': (s, e) => move(s, e, { counter: e.counter, by: e.by }),
  'ticket.finished': (s, e) => move(s, e, {}),
  'ticket.stepped': (s, e) => move(s, e, { ...waits(e), ...goesOn(e) }),
  'ticket.arrived': (s, e) => move(s, e, waits(e)),
  'ticket.parked': (s, e) => move(s, e, { counter: undefined, by: e.by }),
  'ticket.missed': (s, e) => move(s, e, { counter: undefined, until: e.until }),
  'ticket.returned': returned,
  'ticket.put_back': (s, e) => move(s, e, waits(e)),
  'ticket.resumed': resumed,
  'ticket.transferred': (s, e) => move(s, e, { ...waits(e), ...goesOn(e) }),
  'ticket.moved': (s, e) => move(s, e, { ...waits(e), ...goesOn(e) }),
  'ticket.delayed': (s, e) => move(s, e, { ...waits(e), away: e.until, delays: e.delays }),
  'ticket.undone': undone,
  'ticket.cancelled': (s, e) => move(s, e, {}),
  'ticket.expired': (s, e) => move(s, e, {}),
  // The text of a note is no part of the event: that there is one, and since when, so that it is asked for.
  'ticket.noted': (s, e) => learn(s, e, { note: e.note || undefined, noted: e.at }),
  'ticket.shown': (s, e) => (s.tickets[e.ticket]?.calls === e.calls ? learn(s, e, { shown: true }) : s),
  'ticket.travel': (s, e) => learn(s, e, { travel: e.minutes }),
  'ticket.promised': (s, e) => learn(s, e, { promise: { low: e.low, likely: e.likely, high: e.high, at: e.at } }),
  'counter.opened': counterStep('open'),
  'counter.paused': counterStep('paused'),
  'counter.closed': counterStep('closed'),
  'counter.profiled': profiled,
  'hall.configured': doubted,
  'hall.day_closed': doubted,
  'message.queued': messaged,
};

// Event ids are `epoch-seq` with a dense seq: the next one, or a doubt. Empty ids cannot be checked.
function follows(before, id) {
  if (!before || !id) return true;
  const [epoch, seq] = before.split('-');
  const [nextEpoch, nextSeq] = id.split('-');
  return epoch === nextEpoch && Number(nextSeq) === Number(seq) + 1;
}

function known(before, id) {
  if (!before || !id) return false;
  const [epoch, seq] = before.split('-');
  const [nextEpoch, nextSeq] = id.split('-');
  return epoch === nextEpoch && Number(nextSeq) <= Number(seq);
}

export function foldEvent(state, event, id = event.id || '') {
  if (state.doubt || known(state.event, id)) return state;
  if (!follows(state.event, id)) return doubted(state);
  const step = STEPS[event.type];
  const next = step ? step(state, event) : state;
  if (next.doubt) return next;
  const hall = HALL_STEPS[event.type]?.(next.hall, event) ?? next.hall;
  const bookings = event.type.startsWith('booking.') ? next.bookings + 1 : next.bookings;
  return { ...next, hall, bookings, presses: pressed(next.presses, event), event: id || next.event };
}

// True once the state shows what the answer to a command said (a Ticket or a Counter), so that nothing needs
// to be believed twice.
export function foldShows(state, answer) {
  if (!answer.id) {
    const counter = state.counters[answer.code];
    return Boolean(counter) && counter.state === answer.state && counter.since >= answer.since;
  }
  const known = state.tickets[answer.id];
  if (ENDED.has(answer.state)) return !known;
  return Boolean(known) && known.state === answer.state && known.calls >= answer.calls;
}

// While the stream is silent the answers of one's own commands are all there is.
export function foldAnswer(state, answer) {
  if (!answer.id) {
    const counter = { ...answer, ticket: answer.ticket ? answer.ticket.id : null };
    return { ...state, counters: { ...state.counters, [answer.code]: counter } };
  }
  const old = state.tickets[answer.id];
  let counters = old?.counter ? leave(state.counters, old.counter, old.id) : state.counters;
  if (counters[answer.counter] && (answer.state === 'called' || answer.state === 'serving')) {
    counters = hold(counters, answer.counter, answer.id);
  }
  const tickets = { ...state.tickets, [answer.id]: answer };
  if (ENDED.has(answer.state)) delete tickets[answer.id];
  return { ...state, tickets, counters };
}

// ---- questions the console asks ----

export function presentTicket(state, code) {
  const counter = state.counters[code];
  return (counter && counter.ticket && state.tickets[counter.ticket]) || null;
}

const all = (state, name) => Object.values(state.tickets).filter((ticket) => ticket.state === name);
const byRank = (a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1);

export const waitingTickets = (state) => all(state, 'waiting').sort(byRank);
export const parkedTickets = (state) => all(state, 'parked').sort((a, b) => a.since - b.since);
export const comingTickets = (state) => all(state, 'coming').sort(byRank);
export const missedTickets = (state) => all(state, 'missed').sort((a, b) => b.since - a.since);

// Called, but no board of this hall has shown it by now: it is to be called by voice. Whether that matters here at all, and
// after how long, the snapshot has said.
export function isUnshown(state, ticket, now) {
  const afterMs = state.hall.unshownMs;
  return Boolean(ticket) && ticket.state === 'called' && ticket.shown === false && afterMs > 0
    && now - (ticket.calledAt ?? ticket.since) >= afterMs;
}

export const unshownTickets = (state, now) => all(state, 'called').filter((ticket) => isUnshown(state, ticket, now));

// [{line, count, oldest}] of the lines with somebody in them; `oldest` is when the longest waiting came.
export function waitingLines(state) {
  const lines = new Map();
  for (const ticket of all(state, 'waiting')) {
    const line = lines.get(ticket.line) || { line: ticket.line, count: 0, oldest: Infinity };
    line.count += 1;
    line.oldest = Math.min(line.oldest, ticket.issued);
    lines.set(ticket.line, line);
  }
  return [...lines.values()];
}
