// What a code scanner types, and what people type beside it. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeScanBuffer, readScan } from '../../daemon/web/kiosk/scanner.js';

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
