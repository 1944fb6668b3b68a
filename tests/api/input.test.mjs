// Bad input: each gets its documented problem, names the field, and changes nothing. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';

let d;
let redis;

before(async () => {
    d = await startDaemon();
    await d.importHall('small');
    await d.post('/halls/small/counters/1/open');
    redis = d.redis();
});

after(async () => {
    redis.disconnect();
    await d.stop();
});

// What the daemon writes by itself, whenever it comes to it: forecasts, devices seen, what was learned, gateways.
const BY_ITSELF = /^(\{small\}:(forecast|left|seen|learned|health|lease:.*)|\{sms\}:.*)$/;
const state = async () => JSON.stringify([(await redis.keys('*')).filter((key) => !BY_ITSELF.test(key)).sort(),
    await redis.xinfo('STREAM', '{small}:events'), await redis.xlen('{sys}:events')]);

const issue = '/halls/small/tickets';
const long = 'x'.repeat(70000);
// method, path, options, status, code, field
const table = [
    ['GET', '/nothing', {}, 404, 'not_found'],
    ['GET', '/', {}, 404, 'not_found'],
    ['GET', '/halls/', {}, 404, 'not_found'],
    ['PATCH', '/session', {}, 405, 'method_not_allowed'],
    ['DELETE', '/halls/small', {}, 405, 'method_not_allowed'],
    ['GET', '/halls/none', {}, 404, 'hall_unknown', 'hall'],
    ['GET', '/halls/sys', {}, 404, 'hall_unknown', 'hall'],
    ['GET', '/halls/UPPER', {}, 404, 'hall_unknown', 'hall'],
    ['GET', `/halls/${'h'.repeat(33)}`, {}, 404, 'hall_unknown', 'hall'],
    ['POST', '/halls/none/tickets', { body: { service: 'id-card' } }, 404, 'hall_unknown', 'hall'],
    ['POST', issue, { body: '{' }, 400, 'json_syntax'],
    ['POST', issue, { body: '[]' }, 400, 'json_syntax'],
    ['POST', issue, { body: '{"service":"id-card"} x' }, 400, 'json_syntax'],
    ['POST', issue, { body: '{"service":"a","service":"b"}' }, 400, 'json_syntax'],
    ['POST', issue, { body: '['.repeat(40) }, 400, 'json_syntax'],
    ['POST', issue, { body: '{"service":"id-card"}', headers: { 'content-type': 'text/plain' } }, 415, 'media_type'],
    ['POST', issue, { body: 'service=id-card', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'media_type'],
    ['POST', issue, { body: { service: 'id-card', filler: long } }, 413, 'too_large'],
    ['POST', issue, { body: {} }, 422, 'field_missing', 'service'],
    ['POST', issue, { body: { service: 7 } }, 422, 'field_invalid', 'service'],
    ['POST', issue, { body: { service: 'id-card', extra: 1 } }, 422, 'field_unknown', 'extra'],
    ['POST', issue, { body: { service: 'nothing' } }, 404, 'service_unknown', 'service'],
    ['POST', issue, { body: { service: 'id-card', class: 'royal' } }, 422, 'class_unknown', 'class'],
    ['POST', issue, { body: { service: 'id-card', phone: '12' } }, 422, 'phone_invalid', 'phone'],
    ['POST', issue, { body: { service: 'id-card', lang: 'english' } }, 422, 'field_invalid', 'lang'],
    ['POST', issue, { body: { service: 'id-card' }, key: null }, 400, 'idempotency_missing'],
    ['POST', issue, { body: { service: 'id-card' }, key: 'short' }, 400, 'idempotency_invalid'],
    ['POST', issue, { body: { service: 'id-card' }, key: 'has space here' }, 400, 'idempotency_invalid'],
    ['POST', issue, { body: { service: 'id-card' }, key: 'k'.repeat(65) }, 400, 'idempotency_invalid'],
    ['GET', `${issue}?state=waiting&limit=0`, {}, 422, 'field_invalid', 'limit'],
    ['GET', `${issue}?state=waiting&limit=201`, {}, 422, 'field_invalid', 'limit'],
    ['GET', `${issue}?state=ended`, {}, 422, 'field_invalid', 'state'],
    ['GET', issue, {}, 422, 'field_missing', 'state'],
    ['GET', `${issue}/A999`, {}, 404, 'ticket_unknown', 'ticket'],
    ['GET', `${issue}/nonsense`, {}, 422, 'field_invalid', 'ticket'],
    ['GET', '/halls/small/events?after=x', {}, 422, 'field_invalid', 'after'],
    ['GET', '/halls/small/events?after=1-99999999999999999999', {}, 422, 'field_invalid', 'after'],
    ['POST', '/halls/small/counters/99/next', { body: {} }, 404, 'counter_unknown', 'counter'],
    ['POST', '/halls/small/counters/2/next', { body: {} }, 409, 'counter_not_open', 'counter'],
    ['POST', '/halls/small/counters/1/begin', { body: {} }, 409, 'counter_idle', 'counter'],
    ['POST', '/halls/small/counters/1/call', { body: { ticket: 'A999', reason: 'x' } }, 404, 'ticket_unknown', 'ticket'],
    ['POST', '/halls/small/counters/2/pause', { body: { reason: 'a\nb' } }, 422, 'field_invalid', 'reason'],
    ['POST', '/halls/small/counters/1/call', { body: { ticket: 'A999', reason: '   ' } }, 422, 'field_invalid', 'reason'],
    ['POST', '/halls/small/stop', { body: { reason: ' \u3000\u00a0\u2003\u200b\ufeff' } }, 422, 'field_invalid', 'reason'],
    ['POST', '/staff', { body: { name: 'li', role: 'clerk', halls: ['*'], password: 'short' } }, 422, 'password_weak', 'password'],
    ['POST', '/staff', { body: { name: 'li', role: 'clerk', halls: ['*'], password: '1234567890' } }, 422, 'password_weak', 'password'],
    ['POST', '/staff', { body: { name: 'li', role: 'clerk', halls: ['*'], password: 'aaaaaaaaaaaa' } }, 422, 'password_weak', 'password'],
    ['POST', '/staff', { body: { name: 'lilylilylily', role: 'clerk', halls: ['*'], password: 'lilylilylily' } }, 422, 'password_weak', 'password'],
    ['POST', '/staff/nobody/disable', { body: {} }, 404, 'staff_unknown', 'name'],
    ['POST', '/staff/nobody/password', { body: { password: 'correct horse 7' } }, 404, 'staff_unknown', 'name'],
    ['POST', '/devices', { body: { name: 'k1', kind: 'kiosk', hall: 'none' } }, 404, 'hall_unknown', 'hall'],
    ['DELETE', '/devices/none', {}, 404, 'device_unknown', 'name'],
    ['POST', '/qr', { body: { text: '' } }, 422, 'field_invalid', 'text'],
    ['POST', '/qr', { body: { text: 'x'.repeat(301) } }, 422, 'field_invalid', 'text'],
];

for (const [method, path, options, status, code, field] of table) {
    test(`${method} ${path.slice(0, 60)} ${JSON.stringify(options).slice(0, 70)} is ${code}`, async () => {
        const before = await state();
        const answer = await d.request(method, path, options);
        assert.equal(`${answer.status} ${answer.json?.code}`, `${status} ${code}`);
        assert.equal(answer.json.field, field);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json');
        assert.equal(answer.json.type, `/problems/${code}`);
        assert.equal(answer.json.status, status);
        assert.equal(answer.json.instance, answer.headers.get('x-request-id'));
        assert.match(answer.json.title, /^[A-Z].*\.$/);
        assert.equal(await state(), before);
    });
}

test('405 names the methods there are', async () => {
    const answer = await d.request('PATCH', '/session', {});
    assert.deepEqual(answer.headers.get('allow').split(', ').sort(), ['DELETE', 'GET', 'HEAD', 'POST']);
});

test('tokens that are none are refused, whatever they look like', async () => {
    const tokens = ['x', 'x'.repeat(43), 'x'.repeat(300), 'Basic dXNlcjpwYXNz', 'Ticket small', 'Ticket small.A001',
        'Ticket small.1795474404120-A001.0000000000000000', 'Ticket ..'];
    for (const token of tokens) {
        const answer = await d.request('GET', '/halls/small/counters', { token });
        assert.equal(`${answer.status} ${answer.json.code}`, '401 unauthenticated', token);
        assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
    }
});

test('every answer has a request id of its own', async () => {
    const ids = new Set();
    for (let i = 0; i < 20; i++) ids.add((await d.request('GET', '/clock')).headers.get('x-request-id'));
    assert.equal(ids.size, 20);
    assert.ok(!ids.has(null));
});
