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

// Put off by "I need more time": no way to the hall to make, and it does not lapse.
export const isAway = (ticket) => ticket.state === 'coming' && Boolean(ticket.away);

export const isLate = (ticket, { remote }, now) =>
  ticket.state === 'coming' && !isAway(ticket) && now >= lapsesAt(ticket, remote);

export const travelOf = (ticket, rules) => ticket.travel ?? rules.travel_minutes ?? 0;

// Time to set out: by the forecast against the way, or by the people ahead while there is none.
export function isNear(ticket, rules) {
  if (ticket.state !== 'waiting' && (ticket.state !== 'coming' || isAway(ticket))) return false;
  if (ticket.ahead === 0) return true;
  if (ticket.wait) return ticket.wait.low <= travelOf(ticket, rules) + (rules.come_now_margin_minutes ?? 0);
  return Number.isInteger(ticket.ahead) && ticket.ahead <= rules.come_now_ahead;
}

export const delaysLeft = (ticket, rules) => Math.max(0, (rules.delay_max ?? 0) - (ticket.delays ?? 0));

// What is offered to choose from: up to the hall's maximum.
export function delayChoices(rules) {
  const most = rules.delay_minutes_max ?? 0;
  return [...new Set([5, 10, most])].filter((minutes) => minutes > 0 && minutes <= most);
}

// -> [key of the sentence, values]: what the citizen should know or do now
export function advice(ticket, hall, now) {
  const { rules, remote } = hall;
  const { state, counter } = ticket;
  if (isAway(ticket)) return ['away.text', { until: ticket.away }];
  if (state === 'coming') return [isLate(ticket, hall, now) ? 'coming.late' : 'coming.text', { until: lapsesAt(ticket, remote) }];
  if (state === 'expired' && ticket.lapsed) return ['expired.late', {}];
  if (state === 'waiting') {
    if (!Number.isInteger(ticket.ahead)) return ['waiting.far', {}];
    if (ticket.ahead === 0) return ['waiting.none', {}];
    return [isNear(ticket, rules) ? 'waiting.near' : 'waiting.far', {}];
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
