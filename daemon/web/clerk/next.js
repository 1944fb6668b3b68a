// Who is called next, as far as can be seen from here: the lowest rank + offset over the lines a counter serves. Nobody is
// reserved by it: another counter may be first, and somebody overtaken too often goes before. Pure.
// SPDX-License-Identifier: MIT
import { waitingTickets } from './fold.js';
import { className, isHeld, linesOf, waitText } from './text.js';

const MINUTE_MS = 60000;

// The waiting tickets of a counter in the order in which it would call them.
export function queueOf(hall, state, counter) {
  const lines = linesOf(hall, counter);
  const due = (ticket) => ticket.rank + lines[ticket.line] * MINUTE_MS;
  return waitingTickets(state)
    .filter((ticket) => ticket.line in lines)
    .sort((a, b) => due(a) - due(b) || (a.id < b.id ? -1 : 1));
}

// Why it is that one, in a few words. time(ms): a moment in the hall's words.
export function nextWhy({ ticket, hall, counter, now, i18n, time }) {
  const parts = [];
  const offset = linesOf(hall, counter)[ticket.line];
  if (isHeld(ticket.line)) parts.push(i18n.t(ticket.line[0] === '&' ? 'next.clerk' : 'next.counter'));
  if (ticket.booked) parts.push(i18n.t('next.booked', { booked: time(ticket.booked), arrived: time(ticket.issued) }));
  if (ticket.class !== 'normal') parts.push(className(hall, ticket.class, i18n));
  if (ticket.returns > 0) parts.push(i18n.t('present.returned', { n: ticket.returns }));
  if (offset > 0) parts.push(i18n.t('lines.help', { n: offset }));
  parts.push(i18n.t('next.waited', { time: waitText(now - ticket.issued, i18n) }));
  return parts.join(' · ');
}
