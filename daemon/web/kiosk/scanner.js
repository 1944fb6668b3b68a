// A code scanner types what it reads like a keyboard, much faster than anybody, and ends with Enter. From the link in a
// QR code comes what can be done here with it. SPDX-License-Identifier: MIT
import { useEffect, useRef } from '../shared/ui.js';

const FAST_MS = 100; // between two signs; people are slower
const LEAST = 10; // nobody types so many so fast
const LONGEST = 400; // a link of ours has some 120 signs
const BOOKING = /([a-z0-9][a-z0-9_-]*)\.(\d{13}-b\d+)\.([a-z0-9]{16})$/;
const TICKET = /([a-z0-9][a-z0-9_-]*)\.(\d{13}-([A-Z]{0,2}\d+))\.([a-z0-9]{16})$/;

// With an input method on, a key does not say what it typed, but which one it was: of a keyboard as scanners play it.
const MARKS = { Minus: '-_', Period: '.>', Slash: '/?', Semicolon: ';:', Digit3: '3#' };
export function signOf({ key, code, shiftKey }) {
  if (key !== 'Process' && key !== 'Unidentified') return key;
  const [, letter, digit] = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(code) || [];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  return MARKS[code]?.[shiftKey ? 1 : 0] ?? digit ?? (/Enter$/.test(code) ? 'Enter' : key);
}

const otherCase = (text) => text.replace(/[a-z]/gi, (sign) => (sign < 'a' ? sign.toLowerCase() : sign.toUpperCase()));

// -> {kind: 'booking', link} or {kind: 'ticket', ticket, number}, with `elsewhere` when it is of another hall than `here`;
// {kind: 'unknown'} for what is no code of ours. `text` is all of it.
export function readScan(text, here) {
  const shifted = otherCase(text); // caps lock is on
  const booking = BOOKING.exec(text) || BOOKING.exec(shifted);
  const ticket = TICKET.exec(text) || TICKET.exec(shifted);
  const found = booking || ticket;
  if (!found) return { kind: 'unknown', text };
  const place = found[1] === here ? {} : { elsewhere: found[1] };
  if (booking) return { kind: 'booking', text, ...place, link: booking[0] };
  return { kind: 'ticket', text, ...place, ticket: ticket[2], number: ticket[3] };
}

// key(sign, now) -> {begins: nothing before it belongs to it, text: all of it when Enter ends a quick run, else null}
export function makeScanBuffer(least = LEAST) {
  let text = '';
  let last = -Infinity;
  return function key(sign, now) {
    const begins = now - last > FAST_MS;
    if (begins) text = '';
    last = now;
    if (sign === 'Enter') {
      const whole = text;
      text = '';
      return { begins, text: whole.length >= least ? whole : null };
    }
    if (sign.length === 1 && text.length < LONGEST) text += sign;
    return { begins, text: null };
  };
}

// onScan(text, state before its first sign was typed)
export function useScanner(state, onScan) {
  const now = useRef(null);
  now.current = { state, onScan };
  useEffect(() => {
    const key = makeScanBuffer();
    let before = null;
    const press = (event) => {
      const { begins, text } = key(signOf(event), event.timeStamp);
      if (begins) before = now.current.state;
      if (!text) return;
      event.preventDefault(); // Enter must not press the button that has the focus
      event.stopPropagation();
      now.current.onScan(text, before);
    };
    addEventListener('keydown', press, true);
    return () => removeEventListener('keydown', press, true);
  }, []);
}
