// Calls of the pages: one key per action, problems as errors, repetition that is safe.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ApiError, makeApi, newKey } from '../../daemon/web/shared/api.js';

globalThis.crypto ??= webcrypto; // nodejs 18 has it only here

const answer = (status, body, headers = {}) =>
  new Response(body === undefined ? '' : JSON.stringify(body), { status, headers });

function start(script, options = {}) {
  const requests = [];
  const waits = [];
  const api = makeApi({
    random: () => 0.5,
    wait: async (ms) => waits.push(ms),
    async fetch(url, init) {
      requests.push({ url, ...init });
      const next = script[Math.min(requests.length, script.length) - 1];
      if (next instanceof Error) throw next;
      return next.clone();
    },
    ...options,
  });
  return { api, requests, waits };
}

test('a write sends JSON with a key of 8 to 64 allowed characters', async () => {
  const { api, requests } = start([answer(201, { ticket: 1 })]);
  assert.deepEqual(await api.post('/halls/small/tickets', { service: 'advice' }), { ticket: 1 });
  const [request] = requests;
  assert.equal(request.url, '/api/v1/halls/small/tickets');
  assert.equal(request.method, 'POST');
  assert.equal(request.headers['content-type'], 'application/json');
  assert.match(request.headers['idempotency-key'], /^[A-Za-z0-9_-]{8,64}$/);
  assert.equal(request.body, '{"service":"advice"}');
});

test('a read sends neither key nor body', async () => {
  const { api, requests } = start([answer(200, {})]);
  await api.get('/halls');
  assert.equal(requests[0].headers['idempotency-key'], undefined);
  assert.equal(requests[0].body, undefined);
});

test('503, 504 and a lost link are repeated with the same key', async () => {
  const script = [answer(503, {}), new TypeError('fetch failed'), answer(504, {}), answer(201, { n: 1 })];
  const { api, requests, waits } = start(script);
  assert.deepEqual(await api.post('/x'), { n: 1 });
  assert.equal(requests.length, 4);
  assert.equal(new Set(requests.map((one) => one.headers['idempotency-key'])).size, 1);
  assert.ok(waits[1] > waits[0] && waits[2] > waits[1], String(waits));
});

test('two actions have two keys, and a given key is used', async () => {
  const { api, requests } = start([answer(200, {})]);
  await api.post('/x');
  await api.post('/x');
  await api.post('/x', {}, { key: 'given-key' });
  const keys = requests.map((one) => one.headers['idempotency-key']);
  assert.equal(new Set(keys).size, 3);
  assert.equal(keys[2], 'given-key');
});

test('Retry-After is obeyed, within reason', async () => {
  const { api, waits } = start([
    answer(503, {}, { 'retry-after': '3' }),
    answer(503, {}, { 'retry-after': '900' }),
    answer(200, {}),
  ]);
  await api.get('/x');
  assert.deepEqual(waits, [3000, 10000]);
});

test('a refusal is an error with code, field and title, at once', async () => {
  const problem = { code: 'field_invalid', field: 'service', title: 'A field has a bad value.' };
  const { api, requests } = start([answer(422, problem)]);
  await assert.rejects(api.post('/x'), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.code, error.field, error.title, error.status],
      ['field_invalid', 'service', 'A field has a bad value.', 422]);
    return true;
  });
  assert.equal(requests.length, 1);
});

test('trying ends, and says that there is no connection', async () => {
  const { api, requests } = start([new TypeError('fetch failed')]);
  await assert.rejects(api.post('/x'), { code: 'network', status: 0 });
  assert.equal(requests.length, 5);
});

test("a proxy's page instead of JSON is still an error by its status", async () => {
  const { api } = start([new Response('<h1>Bad gateway</h1>', { status: 502 })]);
  await assert.rejects(api.get('/x'), { code: 'http_502', status: 502 });
});

test('the token goes along, and its end is told; a failed login is not that', async () => {
  const told = [];
  const script = [answer(401, { code: 'unauthenticated' }), answer(401, { code: 'login_failed' })];
  const { api, requests } = start(script, {
    authorization: () => 'Bearer t',
    onUnauthenticated: (error) => told.push(error.code),
  });
  await assert.rejects(api.get('/x'), { code: 'unauthenticated' });
  await assert.rejects(api.post('/session'), { code: 'login_failed' });
  assert.equal(requests[0].headers.authorization, 'Bearer t');
  assert.deepEqual(told, ['unauthenticated']);
});

test('keys are made without randomUUID too (plain HTTP is no secure context)', () => {
  const source = { getRandomValues: (bytes) => crypto.getRandomValues(bytes) };
  assert.match(newKey(source), /^[0-9a-f]{32}$/);
  assert.notEqual(newKey(source), newKey(source));
});

test('each problem of the daemon has its sentence in both languages', () => {
  const table = readFileSync(new URL('../../daemon/base/err.def', import.meta.url), 'utf8');
  const codes = [...table.matchAll(/^ERR\(\w+, "(\w+)"/gm)].map((match) => match[1]);
  assert.ok(codes.length > 40);
  for (const lang of ['zh', 'en']) {
    const file = new URL(`../../daemon/web/shared/${lang}.json`, import.meta.url);
    const words = JSON.parse(readFileSync(file, 'utf8'));
    const lacking = codes.filter((code) => !(`problem.${code}` in words));
    assert.deepEqual(lacking, [], `${lang}.json`);
  }
});
