// Splitting Server-Sent Events, however the network cuts them. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser } from '../../daemon/web/shared/stream.js';

const TEXT =
  'retry: 2000\n\nevent: snapshot\nid: 7-1\ndata: {"a":1}\n\n: a comment\n' +
  'event: change\r\nid: 7-2\r\ndata: {"b":\r\ndata: "排号"}\r\n\r\nevent: hb\rdata: {}\r\r';
const EVENTS = [
  { type: 'snapshot', data: '{"a":1}', id: '7-1' },
  { type: 'change', data: '{"b":\n"排号"}', id: '7-2' },
  { type: 'hb', data: '{}', id: '7-2' },
];

test('the parser reads events, ids, retry and every kind of line end', () => {
  const parser = new EventParser();
  // The last CR may be half of CRLF, so one more line is needed to end the last event.
  assert.deepEqual(parser.push(`${TEXT}:\n`), EVENTS);
  assert.equal(parser.lastId, '7-2');
  assert.equal(parser.retryMs, 2000);
});

test('the parser gives the same events wherever the pieces are cut', () => {
  for (let cut = 1; cut < TEXT.length; cut++) {
    const parser = new EventParser();
    const events = [TEXT.slice(0, cut), TEXT.slice(cut), ':\n'].flatMap((piece) => parser.push(piece));
    assert.deepEqual(events, EVENTS, `cut at ${cut}`);
  }
});

test('the parser gives the same events a character at a time', () => {
  const parser = new EventParser();
  const events = [...`${TEXT}:\n`].flatMap((piece) => parser.push(piece));
  assert.deepEqual(events, EVENTS);
});

test('an id counts only when its event is complete', () => {
  const parser = new EventParser();
  parser.push('id: 7-1\ndata: x\n\nid: 7-2\ndata: half');
  assert.equal(parser.lastId, '7-1');
});

test('fields nobody knows, ids with NUL and empty events change nothing', () => {
  const parser = new EventParser();
  assert.deepEqual(parser.push('flavour: sweet\nid: a\0b\nretry: soon\nevent: lonely\n\n'), []);
  assert.equal(parser.lastId, '');
  assert.equal(parser.retryMs, null);
});

test('a line without end is refused before it fills the memory', () => {
  const parser = new EventParser();
  assert.throws(() => {
    for (let i = 0; i < 20; i++) parser.push('x'.repeat(100000));
  }, /too long/);
});
