// Delivery reports as each provider sends them, to the real daemon: their forms, their proofs, their literal answers, and
// what staff then see. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startProvider } from '../lib/provider.mjs';

const PUBLIC_URL = 'https://hall.example';
const SECRET = 'a-secret-of-reports-alone';
const TOKEN = 'the-token-of-the-account';
const KEY = 'a-bearer-token-for-callbacks';
let dir;
let provider;
let d;
let redis;

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'paihao-receipts-'));
    const file = (name, text) => {
        writeFileSync(join(dir, name), `${text}\n`);
        return join(dir, name);
    };
    provider = await startProvider();
    provider.answer = () => ({ status: 201, json: { sid: 'SM1' } });
    const other = { base_url: provider.url, login: 'me', password_file: file('token', TOKEN), report_secret: SECRET, rate_per_second: 100 };
    const templates = [{ kind: 'ticket', code: 'T', variables: ['number'] }];
    d = await startDaemon({ settings: {
        http: { public_url: PUBLIC_URL },
        sms: { default: 'tw', gateways: [
            { name: 'tw', preset: 'twilio', from: '+1500', ...other },
            { name: 'vo', preset: 'vonage', ...other },
            { name: 'al', preset: 'aliyun', templates, ...other },
            { name: 'te', preset: 'tencent', templates, ...other },
            { name: 'no', preset: 'notify', templates, ...other, report_key_file: file('bearer', KEY),
                password_file: file('notify', `n-${'1'.repeat(8)}-1111-1111-1111-${'1'.repeat(12)}-${'a'.repeat(8)}-aaaa-aaaa-aaaa-${'a'.repeat(12)}`) },
        ] } } });
    redis = d.redis();
    await d.importHall('small');
});

after(async () => {
    redis?.disconnect();
    await d?.stop();
    await provider?.stop();
    rmSync(dir, { recursive: true, force: true });
});

let numbers = 0;
const events = async () => (await d.get('/halls/small/events?limit=1000')).events;

// A message that the gateway has taken over: its id as the gateway knows it.
async function accepted() {
    const phone = `1380000${String(1001 + numbers++)}`;
    const ticket = await d.post('/halls/small/tickets', { service: 'id-card', lang: 'en', phone });
    const e = await eventually(`the message to ${ticket.number} is taken over`, async () => (await events())
        .find((one) => one.type === 'message.accepted' && one.ticket === ticket.id), 20000);
    return { ...e, id: `small.${e.message}`, phone };
}

const fate = async (m, state) => eventually(`${m.id} is ${state}`, async () => (await events())
    .find((e) => e.message === m.message && e.type === `message.${state}`), 20000);

async function post(gateway, body, { path = `/sms/${gateway}/report/${SECRET}`, type = 'application/json', ...headers } = {}) {
    const answer = await fetch(`${d.url}/api/v1${path}`, { method: 'POST', headers: { 'content-type': type, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body) });
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

function twilio(m, fields, { key = TOKEN, told = fields } = {}) {
    const path = `/sms/tw/report/${SECRET}?message=${m.id}`;
    const text = `${PUBLIC_URL}/api/v1${path}${Object.keys(fields).sort().map((k) => k + fields[k]).join('')}`;
    return post('tw', new URLSearchParams(told).toString(), { path, type: 'application/x-www-form-urlencoded',
        'x-twilio-signature': createHmac('sha1', key).update(text).digest('base64') });
}

test('sms receipt twilio: at the address it was given, signed over the public one', async () => {
    const m = await accepted();
    const [request] = provider.requests.slice(-1);
    assert.equal(request.form.StatusCallback, `${PUBLIC_URL}/api/v1/sms/tw/report/${SECRET}?message=${m.id}`);
    const fields = { MessageSid: 'SM1', MessageStatus: 'delivered', To: `+86${m.phone}`, From: '+1500' };
    assert.equal((await twilio(m, fields, { key: 'another' })).status, 403);
    assert.equal((await twilio(m, fields, { told: { ...fields, MessageStatus: 'failed' } })).status, 403);
    assert.equal((await post('tw', 'MessageStatus=delivered', { path: `/sms/tw/report/${SECRET}?message=${m.id}`,
        type: 'application/x-www-form-urlencoded' })).status, 403);
    const sent = await twilio(m, { ...fields, MessageStatus: 'sent' });
    assert.deepEqual([sent.status, sent.text], [200, '<Response/>']);
    assert.match(sent.type, /^text\/xml/);
    assert.equal((await twilio(m, fields)).status, 200);
    await fate(m, 'delivered');
    const failed = await accepted();
    assert.equal((await twilio(failed, { ...fields, MessageStatus: 'failed', ErrorCode: '30006' })).status, 200);
    assert.equal((await fate(failed, 'rejected')).reason, '30006');
});

test('sms receipt vonage: as query, form or JSON, by our own reference', async () => {
    const [a, b, c] = [await accepted(), await accepted(), await accepted()];
    const fields = (m, status) => ({ msisdn: `86${m.phone}`, messageId: '0A01', status, 'err-code': '1', 'client-ref': m.id });
    const query = `/sms/vo/report/${SECRET}?${new URLSearchParams(fields(a, 'delivered'))}`;
    const answer = await d.nobody().request('GET', query);
    assert.deepEqual([answer.status, answer.text], [200, 'ok']);
    await fate(a, 'delivered');
    assert.equal((await post('vo', new URLSearchParams(fields(b, 'expired')).toString(),
        { type: 'application/x-www-form-urlencoded' })).status, 200);
    await fate(b, 'expired');
    assert.equal((await post('vo', fields(c, 'failed'))).status, 200);
    assert.equal((await fate(c, 'undelivered')).reason, '1');
});

test('sms receipt aliyun: several in one request, some of them not ours', async () => {
    const [a, b] = [await accepted(), await accepted()];
    const report = (out_id, success, err_code = 'DELIVERED') => ({ phone_number: '138', success, err_code, err_msg: '用户', out_id,
        biz_id: '9006', sms_size: '1' });
    const answer = await post('al', [report(a.id, true), report('of-another-system', true), report('nowhere.1-0', true), {}, 7,
        report(b.id, false, 'MK:0001')]);
    assert.deepEqual([answer.status, JSON.parse(answer.text)], [200, { code: 0, msg: 'OK' }]);
    await fate(a, 'delivered');
    assert.equal((await fate(b, 'undelivered')).reason, 'MK:0001');
});

test('sms receipt tencent: by its own number, before and after that is known', async () => {
    const [a, b] = [await accepted(), await accepted()];
    const ids = (m, sid) => redis.call('FCALL', 'gateway_ids', 1, '{sms}', String(Date.now()), '', 'system:sms', '', 'te', m.id, '1', sid);
    const report = (sid, report_status, errmsg) => ({ user_receive_time: '2026-11-23 08:03:04', nationcode: '86', mobile: '138',
        report_status, errmsg, description: '用户短信送达成功', sid });
    await ids(a, '5000:1');
    const answer = await post('te', [report('5000:1', 'SUCCESS', 'DELIVRD'), report('5000:2', 'FAIL', 'UNDELIV')]);
    assert.deepEqual([answer.status, JSON.parse(answer.text)], [200, { result: 0, errmsg: 'OK' }]);
    await fate(a, 'delivered');
    // The other one came too early, and waits.
    assert.deepEqual(JSON.parse(await ids(b, '5000:2')).reports, [{ message: b.id, part: 1, state: 'undelivered', reason: 'UNDELIV' }]);
});

test('sms receipt notify: with the bearer token alone', async () => {
    const m = await accepted();
    const body = { id: '740e5834', reference: m.id, to: m.phone, status: 'permanent-failure', notification_type: 'sms' };
    assert.equal((await post('no', body)).status, 403);
    assert.equal((await post('no', body, { authorization: 'Bearer another' })).status, 403);
    assert.equal((await post('no', body, { authorization: `Basic ${KEY}` })).status, 403);
    assert.equal((await post('no', body, { authorization: `Bearer ${KEY}` })).status, 200);
    await fate(m, 'rejected');
});

test('sms receipt: the secret, the form and the size are looked at', async () => {
    const m = await accepted();
    const count = async () => (await events()).filter((e) => e.message === m.message).length;
    const was = await count();
    const body = [{ out_id: m.id, success: true }];
    assert.equal((await post('al', body, { path: '/sms/al/report/another-secret-of-24-chs' })).status, 404);
    assert.equal((await post('nobody', body)).status, 404);
    assert.equal((await post('al', '[{"out_id":')).status, 422);
    assert.equal((await post('al', '"text"')).status, 422);
    assert.equal((await post('al', [{ success: true }])).status, 422);
    assert.equal((await post('al', [])).status, 200);
    assert.equal((await post('al', [{ out_id: m.id, success: 'never heard of' }])).status, 200);
    assert.equal((await post('al', [{ out_id: m.id, filler: 'x'.repeat(70000) }])).status, 413);
    assert.equal((await post('vo', `client-ref=${encodeURIComponent("small'.1-0")}&status=delivered`,
        { type: 'application/x-www-form-urlencoded' })).status, 422);
    assert.equal(await count(), was);
});

test('sms receipt: no secret, key or number is found in log and events', async () => {
    const places = d.log + JSON.stringify(await events());
    for (const word of [SECRET, TOKEN, KEY, ...Array.from({ length: numbers }, (_, i) => `1380000${1001 + i}`)]) {
        assert.ok(!places.includes(word), word);
    }
});
