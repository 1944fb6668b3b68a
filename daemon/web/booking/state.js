// What a booking means to its holder now: pure, so that every state can be checked by itself.
// SPDX-License-Identifier: MIT
import { dayAt, minuteAt } from '../shared/dates.js';
import { opening } from '../shared/opening.js';

const MINUTE_MS = 60000;
const FINAL = new Set(['cancelled', 'declined', 'accepted', 'checked_in', 'missed', 'expired']);
const DAY_MS = 86400000;

export const isFinal = (booking) => FINAL.has(booking.state);

// From when to when the citizen may check in, in ms.
export const checkInFrom = (booking, hall) => booking.at - hall.booking.early_minutes * MINUTE_MS;
export const checkInUntil = (booking, hall) => booking.at + hall.booking.late_minutes * MINUTE_MS;

// 'before' (another day), 'eve' (check-in begins the day before), 'today' (too early still), 'open', 'late'
export function checkInPhase(booking, hall, now) {
  if (now > checkInUntil(booking, hall)) return 'late';
  if (now >= checkInFrom(booking, hall)) return 'open';
  const day = dayAt(booking.at, hall.zone);
  if (day !== dayAt(checkInFrom(booking, hall), hall.zone)) return 'eve';
  return day === dayAt(now, hall.zone) ? 'today' : 'before';
}

// A booking can be moved until its time.
// Is the hall open when the booking begins? Hours may have changed since it was made.
export function isOpenThen(booking, hall) {
  const minute = minuteAt(booking.at, hall.zone);
  return opening(hall, dayAt(booking.at, hall.zone)).some((span) => span.from <= minute && minute < span.to);
}

export const canMove = (booking, now) => booking.state === 'confirmed' && now < booking.at;

// Whether an earlier time can be waited for: not twice.
export const canWait = (booking, hall, now) =>
  canMove(booking, now) && Boolean(booking.phone && hall.booking.open) && !booking.waiting && !booking.offer_at;

// What the page shows: the state, but for what time alone has changed before the daemon says so.
export function shownState(booking, hall, now) {
  if (['held', 'offered'].includes(booking.state) && booking.expires <= now) return 'expired';
  if (booking.state === 'confirmed' && now > checkInUntil(booking, hall)) return 'missed';
  return booking.state;
}

// The number on the ticket a booking became: "1795465432000-A012" -> "A012"
export const ticketNumber = (booking) => (booking.ticket || '').split('-')[1] || '';

// The pause until the page asks again: soon while something runs out, seldom otherwise.
export function askAgainMs(booking, hall, now) {
  if (!booking) return 10000;
  if (isFinal(booking)) return 60000;
  if (['held', 'offered'].includes(booking.state)) return 10000;
  return Math.abs(booking.at - now) < DAY_MS ? 15000 : 30000;
}

// The last day of a waiting: its `to` is the moment behind it.
export const waitingDays = (waiting, zone) => ({ from: dayAt(waiting.from, zone), to: dayAt(waiting.to - 1, zone) });

// Screens beside the booking itself.
const BESIDE = new Set(['move', 'earlier']);

// "#link/move" -> {link, screen}
export function readPlace(hash) {
  const [link = '', screen = ''] = (hash || '').replace(/^#/, '').split('/');
  return { link, screen: BESIDE.has(screen) ? screen : '' };
}
