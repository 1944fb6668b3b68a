// The presets of SMS providers against servers that check requests as the providers' documentation says, signatures by a
// second implementation; and what HTTP gateways do where they must not go or say. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startDriver } from '../lib/gateway_driver.mjs';
import { startProvider } from '../lib/provider.mjs';

const KEY = 'a-key-nobody-may-see-in-a-log';
const TO = '+8613800000001';
const ID = 'xh.1763932800000-0';
const REPORT_URL = `https://hall.example/api/v1/sms/test/report/a-secret-of-16-chars?message=${ID}`;
const PARAMS = { number: 'A012', counter: '3 号', hall: '政务中心' };
const TEMPLATES = [{ kind: 'called', language: 'zh', code: 'SMS_15305', variables: ['no=number', 'win=counter'] }];
const sent = { id: ID, report_url: REPORT_URL, to: TO, valid_ms: 600000 };
const filled = { ...sent, template: 'SMS_15305', params: PARAMS };

let provider;
before(async () => { provider = await startProvider(); });
after(() => provider?.stop());

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text, form) => createHmac('sha256', key).update(text).digest(form);
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

// One gateway, what is sent by it, and its end; no key and no number may stand in its log, whatever happened.
async function withGateway(settings, fn, password = KEY) {
    provider.requests.length = 0;
    const driver = await startDriver({ kind: 'http', base_url: provider.url, ...settings }, { password });
    try {
        return await fn(driver);
    } finally {
        await driver.stop();
        assert.ok(!driver.log.includes(password.slice(-36)), 'a key stands in the log');
        assert.ok(!driver.log.includes(TO.slice(1)), 'a number stands in the log');
    }
}

const once = (settings, text, options, password) => withGateway(settings, (g) => g.send(text, options), password);

function only() {
    assert.equal(provider.requests.length, 1);
    return provider.requests[0];
}

// https://help.aliyun.com, "V3 request structure and signature".
function checkAcs3(r, method = 'POST') {
    const [, id, names, signature] = r.headers.authorization
        .match(/^ACS3-HMAC-SHA256 Credential=(\w+),SignedHeaders=([\w;-]+),Signature=([0-9a-f]{64})$/);
    const canonicalQuery = Object.entries(r.parameters).map(([k, v]) => `${encode(k)}=${encode(v)}`).sort().join('&');
    const signed = names.split(';');
    assert.deepEqual(signed, [...signed].sort());
    for (const name of Object.keys(r.headers)) if (name.startsWith('x-acs-')) assert.ok(signed.includes(name), name);
    assert.ok(signed.includes('host'));
    const canonical = [method, r.path, canonicalQuery, signed.map((n) => `${n}:${r.headers[n].trim()}\n`).join(''), names,
        sha256(r.body)].join('\n');
    assert.equal(signature, hmac(KEY, `ACS3-HMAC-SHA256\n${sha256(canonical)}`, 'hex'));
    assert.equal(r.headers['x-acs-content-sha256'], sha256(r.body));
    assert.ok(Math.abs(Date.parse(r.headers['x-acs-date']) - Date.now()) < 60000);
    assert.match(r.headers['x-acs-signature-nonce'], /^[0-9a-f]{32}$/);
    return id;
}

test('sms aliyun: SendSms with a template, signed, and its BizId', async () => {
    provider.answer = () => ({ status: 200, json: { Code: 'OK', Message: 'OK', BizId: '900619746936498440^0', RequestId: 'R' } });
    const settings = { preset: 'aliyun', login: 'testAK', signature: '政务中心', templates: TEMPLATES };
    const r = await once(settings, '请 A012 号到 3 号窗口', filled);
    assert.deepEqual([r.outcome, r.ids], ['ok', ['900619746936498440^0']]);
    const request = only();
    assert.equal(checkAcs3(request), 'testAK');
    assert.equal(request.headers['x-acs-action'], 'SendSms');
    assert.equal(request.headers['x-acs-version'], '2017-05-25');
    assert.equal(request.body, '');
    assert.deepEqual({ ...request.parameters, TemplateParam: JSON.parse(request.parameters.TemplateParam) }, {
        PhoneNumbers: TO.slice(1), SignName: '政务中心', TemplateCode: 'SMS_15305', OutId: ID,
        TemplateParam: { no: 'A012', win: '3 号' } });
});

// https://cloud.tencent.com, "Signature v3".
function checkTc3(r) {
    const [, id, day, service, signature] = r.headers.authorization.match(
        /^TC3-HMAC-SHA256 Credential=(\w+)\/([\d-]+)\/(\w+)\/tc3_request, SignedHeaders=content-type;host, Signature=([0-9a-f]{64})$/);
    const host = r.headers.host.split(':')[0];
    const canonical = ['POST', r.path, r.query, `content-type:${r.headers['content-type']}\nhost:${host}\n`, 'content-type;host',
        sha256(r.body)].join('\n');
    const ts = r.headers['x-tc-timestamp'];
    assert.equal(day, new Date(ts * 1000).toISOString().slice(0, 10));
    assert.ok(Math.abs(ts - Date.now() / 1000) < 60);
    assert.equal(service, host.split('.')[0]);
    const text = ['TC3-HMAC-SHA256', ts, `${day}/${service}/tc3_request`, sha256(canonical)].join('\n');
    assert.equal(signature, hmac(hmac(hmac(hmac(`TC3${KEY}`, day), service), 'tc3_request'), text, 'hex'));
    return id;
}

test('sms tencent: SendSms with ordered variables, signed, and its SerialNo', async () => {
    provider.answer = () => ({ status: 200, json: { Response: { RequestId: 'R', SendStatusSet: [{ Code: 'Ok', SerialNo: '5000:104',
        PhoneNumber: TO, Fee: 1, SessionContext: ID, Message: 'send success', IsoCode: 'CN' }] } } });
    const settings = { preset: 'tencent', login: 'AKIDtest', app_id: '1400006666', signature: '政务中心', templates: TEMPLATES };
    const r = await once(settings, 'x', filled);
    assert.deepEqual([r.outcome, r.ids], ['ok', ['5000:104']]);
    const request = only();
    assert.equal(checkTc3(request), 'AKIDtest');
    assert.equal(request.headers['x-tc-action'], 'SendSms');
    assert.equal(request.headers['x-tc-version'], '2021-01-11');
    assert.equal(request.headers['x-tc-region'], 'ap-guangzhou');
    assert.deepEqual(request.json, { PhoneNumberSet: [TO], SmsSdkAppId: '1400006666', SignName: '政务中心',
        TemplateId: 'SMS_15305', TemplateParamSet: ['A012', '3 号'], SessionContext: ID });
});

test('sms twilio: Messages.json, what is empty left out, validity cut', async () => {
    provider.answer = () => ({ status: 201, json: { sid: 'SM0123', status: 'queued' } });
    const account = 'AC00000000000000000000000000000001';
    const settings = { preset: 'twilio', login: account, from: '+15005550006' };
    const r = await once(settings, 'A012 & 3 号\n窗口 + ~', { ...sent, valid_ms: 86400000 });
    assert.deepEqual([r.outcome, r.ids], ['ok', ['SM0123']]);
    const request = only();
    assert.equal(request.url, `/2010-04-01/Accounts/${account}/Messages.json`);
    assert.equal(request.headers.authorization, `Basic ${Buffer.from(`${account}:${KEY}`).toString('base64')}`);
    assert.deepEqual(request.form, { To: TO, From: '+15005550006', Body: 'A012 & 3 号\r\n窗口 + ~',
        StatusCallback: REPORT_URL, ValidityPeriod: '36000' });
    await once({ ...settings, from: '' }, 'x', { to: TO });
    assert.deepEqual(only().form, { To: TO, Body: 'x', ValidityPeriod: '600' });
});

test('sms vonage: one id for each part', async () => {
    provider.answer = () => ({ status: 200, json: { 'message-count': '2', messages: [
        { to: TO, 'message-id': '0A0000000123ABCD1', status: '0', 'remaining-balance': '3.1' },
        { to: TO, 'message-id': '0A0000000123ABCD2', status: '0' }] } });
    const settings = { preset: 'vonage', login: 'abcd1234', from: 'HALL' };
    const r = await once(settings, '请 A012 号', sent);
    assert.deepEqual([r.outcome, r.ids], ['ok', ['0A0000000123ABCD1', '0A0000000123ABCD2']]);
    const request = only();
    assert.equal(request.url, '/sms/json');
    assert.deepEqual(request.form, { api_key: 'abcd1234', api_secret: KEY, to: TO.slice(1), from: 'HALL', text: '请 A012 号',
        type: 'unicode', 'client-ref': ID, ttl: '600000', callback: REPORT_URL });
    await once(settings, 'plain', sent);
    assert.equal(only().form.type, 'text');
    // One part of two was refused: not a success.
    provider.answer = () => ({ status: 200, json: { messages: [{ status: '0' }, { status: '1' }] } });
    assert.notEqual((await once(settings, 'x', sent)).outcome, 'ok');
});

const uuid = (c) => [8, 4, 4, 4, 12].map((n) => c.repeat(n)).join('-');

test('sms notify: a token good for seconds, and names for the variables', async () => {
    provider.answer = () => ({ status: 201, json: { id: '740e5834-3a29-46b4-9a6f-16142fde533a', reference: ID } });
    const settings = { preset: 'notify', templates: [{ ...TEMPLATES[0], variables: ['number', 'counter'] }] };
    const r = await once(settings, 'x', filled, `hall-${uuid('1')}-${uuid('a')}`);
    assert.deepEqual([r.outcome, r.ids], ['ok', ['740e5834-3a29-46b4-9a6f-16142fde533a']]);
    const request = only();
    assert.equal(request.url, '/v2/notifications/sms');
    const [head, claims, signature] = request.headers.authorization.match(/^Bearer (\S+)\.(\S+)\.(\S+)$/).slice(1);
    assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url')), { alg: 'HS256', typ: 'JWT' });
    const { iss, iat } = JSON.parse(Buffer.from(claims, 'base64url'));
    assert.equal(iss, uuid('1'));
    assert.ok(Math.abs(iat - Date.now() / 1000) < 30);
    assert.equal(signature, hmac(uuid('a'), `${head}.${claims}`, 'base64url'));
    assert.deepEqual(request.json, { template_id: 'SMS_15305', phone_number: TO, reference: ID,
        personalisation: { number: 'A012', counter: '3 号' } });
});

test('sms template mode: without a template or a variable of it nothing goes out', async () => {
    await withGateway({ preset: 'notify', templates: [{ ...TEMPLATES[0], variables: ['number', 'ahead'] }] }, async (g) => {
        assert.deepEqual([(await g.send('x', { ...filled, template: '' }))].map((r) => [r.outcome, r.reason]), [['permfail', 'no_template']]);
        assert.deepEqual([(await g.send('x', filled))].map((r) => [r.outcome, r.reason]), [['permfail', 'template_hole']]);
        assert.equal(provider.requests.length, 0);
    }, `hall-${uuid('1')}-${uuid('a')}`);
});

test('sms variables and filters of a gateway of one\'s own', async () => {
    provider.answer = () => ({ status: 200, body: 'Success "07033084-5cfd"' });
    const r = await once({ url: '/send/{param.no}?t={text|b64}&none={app_id}&n={nonce}', login: 'me', sign: 'basic', templates: TEMPLATES,
        headers: ['X-Params: {params_array|raw}', 'X-Sign: {sign|b64}'], signature: '政务', id: '^Success "([^"]+)"',
        body: '{"at":{ts},"day":"{date}","p":{params_json|raw},"c":"{template}","s":"{param.win}"}' }, '请 "A" 号', filled);
    assert.deepEqual([r.outcome, r.ids], ['ok', ['07033084-5cfd']]);
    const request = only();
    assert.match(request.url, /^\/send\/A012\?t=[\w+/=%]+&n=[0-9a-f]{32}$/);
    assert.equal(Buffer.from(request.url.match(/t=([^&]+)/)[1], 'base64').toString(), '请 "A" 号');
    assert.equal(request.headers['x-params'], Buffer.from('["A012","3 号"]').toString('latin1'));
    assert.equal(request.headers['x-sign'], Buffer.from('政务').toString('base64'));
    assert.ok(Math.abs(request.json.at - Date.now() / 1000) < 60);
    assert.equal(request.json.day, new Date(request.json.at * 1000).toISOString().slice(0, 10));
    assert.deepEqual([request.json.p, request.json.c, request.json.s], [{ no: 'A012', win: '3 号' }, 'SMS_15305', '3 号']);
});

test('sms redirects are not followed', async () => {
    provider.answer = () => ({ status: 302, headers: { location: '/elsewhere' } });
    const r = await once({ url: '/send', body: '{"to":"{to}"}' }, 'x', sent);
    assert.deepEqual([r.outcome, r.reason, only().path], ['permfail', 'http_302', '/send']);
});

test('sms addresses: a name that stands for this machine needs leave, one in disguise gets none', async () => {
    provider.answer = () => ({ status: 200 });
    for (const [host, leave, outcome] of [['127.0.0.1', false, 'ok'], ['localhost', true, 'ok'], ['localhost', false, 'config'],
        ['[::ffff:127.0.0.1]', false, 'config'], ['2130706433', false, 'config']]) {
        const url = `http://${host}:${provider.port}/send`;
        const r = await once({ url, body: '{"to":"{to}"}', ...(leave ? { allow_private: true } : {}) }, 'x', sent);
        assert.deepEqual([host, r.outcome, provider.requests.length], [host, outcome, outcome === 'ok' ? 1 : 0]);
        if (outcome === 'config') assert.deepEqual([r.reason, r.uncertain], ['address_private', false]);
    }
});

test('sms uncertain: whoever has the request and does not answer may have the message', async () => {
    const body = '{"to":"{to}"}';
    provider.answer = () => new Promise(() => {}); // never
    const hung = await once({ url: '/send', body, timeout_ms: 500 }, 'x', sent);
    assert.deepEqual([hung.outcome, hung.reason], ['tempfail', provider.requests.length ? 'no_answer' : 'unreachable']);
    assert.equal(hung.uncertain, provider.requests.length > 0); // a machine that is busy may not have got as far
    await withGateway({ url: '/send', body }, async (g) => {
        const judged = async () => {
            const r = await g.send('x', sent);
            return [r.outcome, r.uncertain, r.reason];
        };
        provider.answer = () => null;
        assert.deepEqual(await judged(), ['tempfail', true, 'no_answer']);
        provider.answer = () => ({ status: 503 });
        assert.deepEqual(await judged(), ['tempfail', false, 'http_503']);
        provider.answer = () => ({ status: 504 });
        assert.deepEqual(await judged(), ['tempfail', true, 'http_504']);
        provider.answer = () => ({ status: 429, headers: { 'retry-after': '3' } });
        const r = await g.send('x', sent);
        assert.deepEqual([r.outcome, r.pause_ms, r.uncertain], ['throttled', 3000, false]);
    });
});

test('sms once: a kept connection that breaks after the request does not carry it twice', async () => {
    await withGateway({ url: '/send', body: '{"to":"{to}","id":"{id}"}' }, async (g) => {
        provider.answer = () => ({ status: 200 });
        assert.equal((await g.send('x', sent)).outcome, 'ok');
        provider.answer = () => null;
        const r = await g.send('y', sent);
        assert.deepEqual([r.outcome, r.uncertain, provider.requests.length], ['tempfail', true, 2]);
    });
});

test('sms garbage: whatever an answer holds, the driver says something and lives', async () => {
    const strange = ['', '{', '[]', 'null', '\u0000\u0001', '{"Code":{}}', '{"Code":"OK","BizId":{}}', 'x'.repeat(70000),
        `{"a":${'['.repeat(200)}`, '{"Code":"OK","BizId":"two words"}'];
    await withGateway({ preset: 'aliyun', login: 'testAK', signature: 's', templates: TEMPLATES }, async (g) => {
        for (const body of strange) {
            provider.answer = () => ({ status: 200, body });
            const r = await g.send('x', filled);
            assert.ok(['ok', 'tempfail', 'permfail'].includes(r.outcome), body.slice(0, 40));
            assert.deepEqual(r.ids, []);
        }
    });
});
