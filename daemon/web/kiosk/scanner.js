// A code scanner types what it reads like a keyboard, much faster than anybody, and ends with Enter. From the link in a
// QR code comes what can be done here with it. SPDX-License-Identifier: MIT
import { useEffect, useRef } from '../shared/ui.js';

const FAST_MS = 100; // between two signs; people are slower
const LONGEST = 400; // a link of ours has some 120 signs
const BOOKING = /([a-z0-9][a-z0-9_-]*)\.(\d{13}-b\d+)\.([a-z0-9]{16})$/;
const TICKET = /([a-z0-9][a-z0-9_-]*)\.(\d{13}-[A-Z]{1,2}\d+)\.([a-z0-9]{16})$/;

// -> {kind: 'booking', hall, link} or {kind: 'ticket', hall, ticket} or null
export function readScan(text) {
  const booking = BOOKING.exec(text);
  if (booking) return { kind: 'booking', hall: booking[1], link: booking[0] };
  const ticket = TICKET.exec(text);
  return ticket && { kind: 'ticket', hall: ticket[1], ticket: ticket[2] };
}

// key(sign, now) -> the whole text when Enter ends a quick run of at least `least` signs, else null
export function makeScanBuffer(least = 20) {
  let text = '';
  let last = 0;
  return function key(sign, now) {
    if (now - last > FAST_MS) text = '';
    last = now;
    if (sign === 'Enter') {
      const whole = text;
      text = '';
      return whole.length >= least ? whole : null;
    }
    if (sign.length === 1 && text.length < LONGEST) text += sign;
    return null;
  };
}

// onScan(result of readScan) for what is a link of ours; while `on`.
export function useScanner(on, onScan) {
  const now = useRef(onScan);
  now.current = onScan;
  useEffect(() => {
    if (!on) return undefined;
    const key = makeScanBuffer();
    const press = (event) => {
      const text = key(event.key, event.timeStamp);
      const found = text && readScan(text);
      if (!text) return;
      event.preventDefault(); // Enter must not press the button that has the focus
      if (found) now.current(found);
    };
    addEventListener('keydown', press, true);
    return () => removeEventListener('keydown', press, true);
  }, [on]);
}
