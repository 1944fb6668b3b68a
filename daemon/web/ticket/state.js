// What a ticket means to its holder: pure, so that every state can be checked by itself.
// SPDX-License-Identifier: MIT

const MINUTE_MS = 60000;
const FINAL = new Set(['done', 'cancelled', 'expired']);

export const isFinal = (ticket) => FINAL.has(ticket.state);
export const isCalled = (ticket) => ticket.state === 'called';

// /t#hall.ticketid.code -> {hall, authorization} or null
export function readLink(fragment) {
  const match = /^([a-z0-9][a-z0-9_-]*)\.(\d{13}-[A-Z]?\d+)\.([\w-]+)$/.exec(fragment);
  return match && { hall: match[1], authorization: `Ticket ${fragment}` };
}

// The time until which a missed citizen may come back, in ms.
export const returnUntil = (ticket, rules) => ticket.since + rules.return_within_minutes * MINUTE_MS;

// Until when somebody with a number from home must be in the hall, in ms.
export const lapsesAt = (ticket, remote) => ticket.rank + (remote?.arrive_minutes ?? 0) * MINUTE_MS;

export const isLate = (ticket, { remote }, now) => ticket.state === 'coming' && now >= lapsesAt(ticket, remote);

// -> [key of the sentence, values]: what the citizen should know or do now
export function advice(ticket, hall, now) {
  const { rules, remote } = hall;
  const { state, counter } = ticket;
  if (state === 'coming') return [isLate(ticket, hall, now) ? 'coming.late' : 'coming.text', { until: lapsesAt(ticket, remote) }];
  if (state === 'expired' && ticket.lapsed) return ['expired.late', {}];
  if (state === 'waiting') {
    if (!Number.isInteger(ticket.ahead)) return ['waiting.far', {}];
    if (ticket.ahead === 0) return ['waiting.none', {}];
    return [ticket.ahead <= rules.come_now_ahead ? 'waiting.near' : 'waiting.far', {}];
  }
  if (state === 'called') return ticket.calls > 1 ? ['called.again', { n: ticket.calls }] : null;
  if (state === 'missed') {
    if (ticket.returns >= rules.return_max) return ['missed.often', {}];
    const until = returnUntil(ticket, rules);
    return [now < until ? 'missed.back' : 'missed.late', { until }];
  }
  if (state === 'parked') return counter ? ['parked.counter', { counter }] : ['parked.text', {}];
  return [`${state}.text`, { counter }];
}

// A call this page has not rung for yet: a recall rings again, a reconnect does not.
export function callOf(ticket) {
  return isCalled(ticket) ? `${ticket.counter}#${ticket.calls}` : null;
}
