// What a code scanner types, and what people type beside it. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeScanBuffer, readScan, signOf } from '../../daemon/web/kiosk/scanner.js';

const CODE = '0123456789abcdef';
const BOOKING = `small.1795465432000-b1017.${CODE}`;

test('links of bookings and tickets are read from whatever address stands before them', () => {
  for (const before of ['', 'https://hall.example/b#', 'http://127.0.0.1:8080/b#']) {
    const text = before + BOOKING;
    assert.deepEqual(readScan(text, 'small'), { kind: 'booking', text, link: BOOKING });
    assert.deepEqual(readScan(text, 'big'), { kind: 'booking', text, elsewhere: 'small', link: BOOKING });
  }
  const text = `https://hall.example/t#small.1795465432000-A012.${CODE}`;
  assert.deepEqual(readScan(text, 'small'), { kind: 'ticket', text, ticket: '1795465432000-A012', number: 'A012' });
  for (const other of ['https://example.org/', `small.1795465432000-w17.${CODE}`, `${BOOKING}x`, '6901234567892']) {
    assert.deepEqual(readScan(other, 'small'), { kind: 'unknown', text: other });
  }
});

function type(text, gapMs) {
  const key = makeScanBuffer();
  let now = 1000;
  let found = null;
  for (const sign of [...text, 'Enter']) {
    now += gapMs;
    found = key(sign, now).text;
  }
  return found;
}

test('only a quick run that Enter ends is a scan', () => {
  assert.equal(type(BOOKING, 5), BOOKING);
  assert.equal(type(BOOKING, 100), BOOKING);
  assert.equal(type(BOOKING, 101), null); // somebody types
  assert.equal(type('too short', 5), null);
  assert.equal(type('just right', 5), 'just right');
  assert.equal(type('x'.repeat(1000), 1).length, 400);
});

test('what was typed before a scan is no part of it, and a scan is read once', () => {
  const key = makeScanBuffer();
  key('1', 0);
  key('3', 500);
  let now = 2000;
  for (const sign of BOOKING) key(sign, (now += 3));
  assert.deepEqual(key('Shift', (now += 3)), { begins: false, text: null });
  assert.deepEqual(key('Enter', (now += 3)), { begins: false, text: BOOKING });
  assert.deepEqual(key('Enter', (now += 3)), { begins: false, text: null });
  assert.equal(key('7', (now += 101)).begins, true);
});

test('a kiosk whose input method is on, or its caps lock, reads the same', () => {
  const codeOf = (sign) => {
    if (/[a-z]/i.test(sign)) return { code: `Key${sign.toUpperCase()}`, shiftKey: /[A-Z]/.test(sign) };
    if (/\d/.test(sign)) return { code: `Digit${sign}`, shiftKey: false };
    return { '-': { code: 'Minus' }, _: { code: 'Minus', shiftKey: true }, '.': { code: 'Period' }, '/': { code: 'Slash' },
      ':': { code: 'Semicolon', shiftKey: true }, '#': { code: 'Digit3', shiftKey: true } }[sign];
  };
  const text = `https://hall.example/b#my_hall.1795465432000-b1017.${CODE}`;
  assert.equal([...text].map((sign) => signOf({ key: 'Process', ...codeOf(sign) })).join(''), text);
  assert.equal(signOf({ key: 'Process', code: 'Enter' }), 'Enter');
  assert.equal(signOf({ key: 'Process', code: 'ShiftLeft' }), 'Process');
  assert.equal(signOf({ key: 'q', code: 'KeyA' }), 'q', 'what the key says goes before where it is');
  const shouted = readScan('SMALL.1795465432000-B1017.0123456789ABCDEF', 'small');
  assert.deepEqual([shouted.kind, shouted.link], ['booking', BOOKING]);
  const ticket = readScan('SMALL.1795465432000-a012.0123456789ABCDEF', 'small');
  assert.deepEqual([ticket.ticket, ticket.elsewhere], ['1795465432000-A012', undefined]);
});
