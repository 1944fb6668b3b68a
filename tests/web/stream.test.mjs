// The stream: resumes, notices silence, backs off, asks the plain way, says how old the page is.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStream } from '../../daemon/web/shared/stream.js';
import { settle, virtualTime } from './virtual_time.mjs';

const HB = 'event: hb\ndata: {"now":1}\n\n';

// A daemon that answers each request as `script` says: a status, 'down', or 'open'.
function start(script, options = {}) {
  const time = virtualTime();
  const seen = { requests: [], events: [], states: [], denied: [], links: [] };
  const stream = openStream({
    url: '/stream',
    authorization: () => 'Bearer x',
    random: () => 0.5,
    now: time.now,
    setTimeout: time.setTimeout,
    clearTimeout: time.clearTimeout,
    onEvent: (event) => seen.events.push(event),
    onState: (state) => seen.states.push(state),
    onDenied: (status) => seen.denied.push(status),
    async fetch(url, { headers, signal }) {
      const answer = script[Math.min(seen.requests.length, script.length - 1)];
      seen.requests.push({ url, headers, at: time.now() });
      if (answer === 'down') throw new TypeError('fetch failed');
      if (typeof answer === 'number') return new Response('', { status: answer });
      let controller;
      const body = new ReadableStream({ start: (given) => (controller = given) });
      signal.addEventListener('abort', () => controller.error(new Error('aborted')));
      const encoder = new TextEncoder();
      seen.links.push({
        send: (text) => controller.enqueue(encoder.encode(text)),
        end: () => controller.close(),
      });
      return new Response(body, { status: 200 });
    },
    ...options,
  });
  const states = () => seen.states.map((one) => one.state);
  return { time, stream, seen, states, last: () => seen.links[seen.links.length - 1] };
}

test('events arrive parsed, with their id, and the stream is live', async () => {
  const { seen, stream, states, last } = start(['open']);
  await settle();
  last().send('event: snapshot\nid: 7-3\ndata: {"calls":[]}\n\n');
  await settle();
  assert.deepEqual(seen.events, [{ type: 'snapshot', data: { calls: [] }, id: '7-3', missed: true }]);
  assert.deepEqual(states(), ['connecting', 'live']);
  assert.equal(seen.requests[0].headers.authorization, 'Bearer x');
  stream.close();
});

test('what comes before the first heartbeat of a connection may be old news, what comes after is not', async () => {
  const { seen, stream, time, last } = start(['open']);
  await settle();
  const say = async (type) => {
    last().send(`event: ${type}\ndata: {}\n\n`);
    await settle();
  };
  for (const type of ['snapshot', 'hb', 'change']) await say(type);
  last().end();
  await time.pass(1000);
  for (const type of ['change', 'hb', 'change']) await say(type);
  assert.deepEqual(seen.events.map((event) => event.missed), [true, false, false, true, false, false]);
  stream.close();
});

test('a cut link is mended with Last-Event-ID', async () => {
  const { seen, stream, time, last, states } = start(['open']);
  await settle();
  last().send('event: change\nid: 7-9\ndata: {}\n\n');
  await settle();
  last().end();
  await time.pass(1000);
  assert.equal(seen.requests.length, 2);
  assert.equal(seen.requests[1].headers['last-event-id'], '7-9');
  assert.deepEqual(states(), ['connecting', 'live']); // too short to mention
  stream.close();
});

test('a link whose daemon has lost its store is stale, then offline, and live again with the store', async () => {
  const { stream, time, states, last } = start(['open']);
  const beat = async (data) => {
    last().send(`event: hb\ndata: ${data}\n\n`);
    await time.pass(10000);
  };
  await settle();
  await beat('{"now":1}');
  for (let i = 0; i < 6; i++) await beat('{"now":1,"behind":true}');
  assert.deepEqual(states(), ['connecting', 'live', 'stale', 'offline']);
  last().send('event: change\nid: 7-9\ndata: {}\n\n');
  await settle();
  assert.equal(states().at(-1), 'live');
  stream.close();
});

test('half an event of a broken link never meets the next one', async () => {
  const { seen, stream, time, last } = start(['open']);
  await settle();
  last().send('event: change\nid: 7-9\ndata: {"half":');
  await settle();
  last().end();
  await time.pass(1000);
  last().send('event: change\nid: 7-9\ndata: {"whole":1}\n\n');
  await settle();
  assert.deepEqual(seen.events.map((event) => event.data), [{ whole: 1 }]);
  stream.close();
});

test('a link that falls silent is left after 15 s', async () => {
  const { seen, stream, time, last } = start(['open']);
  await settle();
  last().send(HB);
  await time.pass(14000);
  assert.equal(seen.requests.length, 1);
  await time.pass(3000);
  assert.equal(seen.requests.length, 2);
  stream.close();
});

test('heartbeats keep a link', async () => {
  const { seen, stream, time, last, states } = start(['open']);
  await settle();
  for (let i = 0; i < 10; i++) {
    last().send(HB);
    await time.pass(10000);
  }
  assert.equal(seen.requests.length, 1);
  assert.deepEqual(states(), ['connecting', 'live']);
  stream.close();
});

test('a 503 is tried again, with growing pauses of at most 15 s', async () => {
  const { seen, stream, time } = start([503]);
  await time.pass(120000);
  const pauses = seen.requests.slice(1).map((one, i) => one.at - seen.requests[i].at);
  assert.ok(pauses.length >= 8, `${pauses.length} tries`);
  assert.ok(pauses.every((ms) => ms >= 1000 && ms <= 15000), String(pauses));
  assert.ok(pauses.at(-1) > pauses[0]);
  stream.close();
});

test('the page becomes stale after 10 s and offline after 60 s, since the last word', async () => {
  const { seen, stream, time, last, states } = start(['open', 'down']);
  await settle();
  last().send(HB);
  await settle();
  const heardAt = time.now();
  last().end();
  await time.pass(9000);
  assert.deepEqual(states(), ['connecting', 'live']);
  await time.pass(2000);
  assert.equal(states().at(-1), 'stale');
  await time.pass(50000);
  assert.equal(states().at(-1), 'offline');
  assert.equal(seen.states.at(-1).since, heardAt);
  stream.close();
});

test('a page that never connected goes stale and offline too', async () => {
  const { stream, time, states } = start(['down']);
  await time.pass(61000);
  assert.deepEqual(states(), ['connecting', 'stale', 'offline']);
  stream.close();
});

test('a refused token ends the stream and is told', async () => {
  for (const status of [401, 403, 404]) {
    const { seen, time } = start([status]);
    await time.pass(60000);
    assert.deepEqual(seen.denied, [status]);
    assert.equal(seen.requests.length, 1);
    assert.equal(time.pending(), 0);
  }
});

test('while no stream gets through, the page asks the plain way and says so', async () => {
  let asked = 0;
  const poll = async () => ({ type: 'snapshot', data: { asked: ++asked } });
  const { seen, stream, time, last } = start(['down', 'down', 'down', 'down', 'open'], { poll });
  await time.pass(10000);
  assert.ok(asked >= 1);
  assert.deepEqual(seen.states.at(-1).mode, 'poll');
  assert.equal(seen.states.at(-1).state, 'live');
  while (!seen.links.length) await time.pass(1000);
  last().send(HB);
  await settle();
  assert.equal(seen.states.at(-1).mode, 'stream');
  const before = asked;
  await time.pass(10000);
  assert.equal(asked, before);
  // What was asked for is newer than the last event: no replay of the past on top of it.
  assert.equal(seen.requests.at(-1).headers['last-event-id'], undefined);
  stream.close();
});

test('a refusal by the plain way ends it as well', async () => {
  const poll = async () => {
    throw Object.assign(new Error('no'), { status: 401 });
  };
  const { seen, time } = start(['down'], { poll });
  await time.pass(20000);
  assert.deepEqual(seen.denied, [401]);
});

test('broken JSON is passed over', async () => {
  const { seen, stream, last } = start(['open']);
  await settle();
  last().send(`event: change\ndata: {"a"\n\n${HB}`);
  await settle();
  assert.deepEqual(seen.events.map((event) => event.type), ['hb']);
  stream.close();
});

test('after close nothing is left running', async () => {
  const { stream, time, last } = start(['open']);
  await settle();
  last().send(HB);
  await settle();
  stream.close();
  await settle();
  assert.equal(time.pending(), 0);
});
