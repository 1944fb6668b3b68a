// A test message through one gateway: sent at once, once for each key, told with what came of it, written down without
// number and text, and not as often as one likes. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

const NUMBER = '+8613800137701';
const TEXT = '【便民】发送测试，请忽略。';
const PATH = '/sms/gateways/test/test';
let d;
let gateway;
let redis;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { log: { level: 'debug' }, sms: { gateways: [gateway.settings()] } } });
    redis = d.redis();
});
beforeEach(async () => {
    gateway.received.length = 0;
    gateway.answer = () => ({ status: 200, body: 'ok' });
    await redis.del('{sys}:rate:trial'); // each test begins with all tries
});
after(async () => {
    redis.disconnect();
    await d.stop();
    await gateway.stop();
});

const send = (change = {}, options = {}) => d.request('POST', PATH, { body: { number: NUMBER, text: TEXT, ...change }, ...options });
const audit = async () => (await redis.xrange('{sys}:events', '-', '+')).map(([, fields]) => JSON.parse(fields[1]))
    .filter((e) => e.type.startsWith('gateway.'));

test('it goes through that gateway at once, and what came of it is told', async () => {
    const { status, json } = await send();
    assert.equal(status, 200, JSON.stringify(json));
    const { ms, reason, ...told } = json;
    assert.equal(typeof reason, 'string');
    assert.deepEqual(told, { outcome: 'ok', uncertain: false, encoding: 'ucs2', parts: 1, ids: [] });
    assert.ok(ms >= 0 && ms < 20000);
    assert.deepEqual(gateway.received.map(({ to, text }) => [to, text]), [[NUMBER.slice(1), TEXT]]);
    const { json: long } = await send({ text: 'x'.repeat(161), number: '0086 138-0013-7701' });
    assert.deepEqual([long.outcome, long.encoding, long.parts], ['ok', 'gsm7', 2]);
    assert.equal(gateway.received[1].to, NUMBER.slice(1), 'however it was typed');
});

test('a gateway that refuses, that cannot now, and that breaks off: each in its own words', async () => {
    gateway.answer = () => ({ status: 403 });
    assert.deepEqual(['config', 'permfail'].includes((await send()).json.outcome), true);
    gateway.answer = () => ({ status: 503 });
    const { json } = await send();
    assert.deepEqual([json.outcome, json.reason], ['tempfail', 'http_503']);
    gateway.answer = () => ({ status: 429 });
    assert.equal((await send()).json.outcome, 'throttled');
    assert.equal(gateway.received.length, 3, 'none is tried again');
    gateway.answer = () => null;
    assert.equal((await send()).json.outcome, 'tempfail');
});

test('the same key sends once: "not known yet" until the gateway answers, then the same answer', async () => {
    const key = randomUUID();
    let release;
    const asked = new Promise((seen) => {
        gateway.answer = () => {
            seen();
            return new Promise((r) => { release = () => r({ status: 200 }); });
        };
    });
    const first = send({}, { key });
    await asked;
    const during = await send({}, { key });
    assert.deepEqual([during.status, during.json.code], [504, 'store_timeout']);
    const other = await send({ text: 'something else' }, { key });
    assert.equal(other.json.code, 'idempotency_mismatch');
    release();
    const answered = (await first).json;
    assert.equal(answered.outcome, 'ok');
    assert.deepEqual((await send({}, { key })).json, answered);
    assert.equal(gateway.received.length, 1);
});

test('what cannot be sent is refused before it counts', async () => {
    const code = async (answer) => { const { json } = await answer; return [json.code, json.field]; };
    assert.deepEqual(await code(send({ number: '13800137701' })), ['phone_invalid', 'number'], 'without a country');
    assert.deepEqual(await code(send({ number: '+86 no' })), ['phone_invalid', 'number']);
    assert.deepEqual(await code(send({ text: 'a\r\nb' })), ['field_invalid', 'text']);
    assert.deepEqual(await code(send({ text: '' })), ['field_invalid', 'text']);
    assert.deepEqual(await code(d.request('POST', '/sms/gateways/nobody/test', { body: { number: NUMBER, text: TEXT } })), ['gateway_unknown', 'gateway']);
    assert.deepEqual(await code(send({}, { key: null })), ['idempotency_missing', undefined]);
    const { json } = await send({ text: '长'.repeat(300) });
    assert.deepEqual([json.outcome, json.reason, json.parts], ['permfail', 'text_long', 5]);
    assert.equal(gateway.received.length, 0);
});

test('five at once, then one a minute', async () => {
    for (let i = 0; i < 5; i++) assert.equal((await send()).status, 200);
    const { status, json, headers } = await send();
    assert.deepEqual([status, json.code], [429, 'rate_limit']);
    assert.ok(Number(headers.get('retry-after')) > 0 && Number(headers.get('retry-after')) <= 60);
    assert.equal(gateway.received.length, 5);
});

test('who tried which gateway and what came of it is written down; number and text are nowhere', async () => {
    await d.addStaff('zhao', 'admin', '*');
    const zhao = await d.login('zhao');
    assert.equal((await zhao.post(PATH, { number: NUMBER, text: TEXT })).outcome, 'ok');
    const [trying, tested] = (await audit()).slice(-2);
    assert.deepEqual([trying.type, trying.by, trying.gateway], ['gateway.trying', 'admin:zhao', 'test']);
    const { at, reason, ...rest } = tested;
    assert.deepEqual(rest, { type: 'gateway.tested', by: 'admin:zhao', gateway: 'test', outcome: 'ok', parts: 1 });
    for (const word of [NUMBER.slice(1), NUMBER.slice(3), '发送测试']) {
        assert.ok(!d.log.includes(word) && !JSON.stringify(await audit()).includes(word), word);
        for (const key of await redis.keys('{sys}:*')) {
            if (await redis.type(key) === 'string') assert.ok(!(await redis.get(key)).includes(word), key);
        }
    }
});

test('a daemon that ends does not wait for a gateway that hangs', async () => {
    const hung = await startGateway();
    const own = await startDaemon({ settings: { sms: { gateways: [hung.settings({ timeout_ms: 60000 })] } } });
    const asked = new Promise((seen) => {
        hung.answer = () => {
            seen();
            return new Promise(() => {});
        };
    });
    const answer = own.request('POST', PATH, { body: { number: NUMBER, text: TEXT } });
    await asked;
    const ended = own.stop();
    assert.deepEqual([(await answer).status, (await answer).json.code], [503, 'stopping']);
    await ended;
    await hung.stop();
});
