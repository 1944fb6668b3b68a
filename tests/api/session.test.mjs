// Logging in and out, cookies and where they may come from, wrong passwords. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, PASSWORD, startDaemon } from '../lib/daemon.mjs';

let d;

before(async () => {
    d = await startDaemon();
    await d.importHall('small');
    for (const name of ['li', 'wang', 'zhao']) await d.addStaff(name, 'clerk', 'small');
});

after(() => d.stop());

const login = (name, password = PASSWORD, headers = {}) => d.nobody().request('POST', '/session',
    { body: { name, password }, key: null, headers });
const cookieOf = (answer) => answer.headers.get('set-cookie').split(';')[0];
const codeOf = (answer) => `${answer.status} ${answer.json?.code}`;

test('a login gives a cookie that scripts and other sites cannot have', async () => {
    const answer = await login('li');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json.halls, ['small']);
    assert.ok(answer.json.expires > Date.now());
    const cookie = answer.headers.get('set-cookie');
    assert.match(cookie, /^paihao_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    assert.ok(!answer.text.includes(cookieOf(answer).split('=')[1]));
    const session = await d.nobody().get('/session', { headers: { cookie: `a=b; ${cookieOf(answer)}` } });
    assert.equal(session.name, 'li');
    assert.equal(session.role, 'clerk');
});

test('a wrong password, an unknown name and a disabled one get the same answer', async () => {
    await d.addStaff('gone', 'clerk', 'small');
    await d.post('/staff/gone/disable');
    const bodies = [];
    for (const [name, password] of [['li', 'wrong'], ['nobody', PASSWORD], ['gone', PASSWORD]]) {
        const answer = await login(name, password);
        assert.equal(codeOf(answer), '401 login_failed');
        assert.equal(answer.headers.get('set-cookie'), null);
        delete answer.json.instance;
        bodies.push(JSON.stringify(answer.json));
    }
    assert.equal(new Set(bodies).size, 1);
});

test('a cookie vouches for writes from our own pages only', async () => {
    const cookie = cookieOf(await login('li'));
    const write = (headers) => d.nobody().request('POST', '/halls/small/tickets',
        { body: { service: 'id-card' }, headers: { cookie, ...headers } });
    const host = d.url.slice('http://'.length);
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { origin: `http://${host}` }]) {
        assert.equal((await write(headers)).status, 201, JSON.stringify(headers));
    }
    for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site', origin: `http://${host}` },
        { origin: 'http://evil.example' }, { origin: 'null' }, { origin: `http://${host}.evil.example` }]) {
        assert.equal(codeOf(await write(headers)), '403 origin', JSON.stringify(headers));
    }
    // A Bearer token is sent by nobody unasked.
    assert.equal((await d.as(cookie.split('=')[1]).request('POST', '/halls/small/tickets',
        { body: { service: 'id-card' }, headers: { origin: 'http://evil.example' } })).status, 201);
});

test('a stale cookie does not keep anybody from logging in', async () => {
    assert.equal((await login('li', PASSWORD, { cookie: `paihao_session=${'x'.repeat(43)}` })).status, 200);
});

test('after logging out the token is worthless on every worker, at once', async () => {
    const client = await d.login('li');
    for (let i = 0; i < 8; i++) await client.get('/session');
    const answer = await client.request('DELETE', '/session', { key: null });
    assert.deepEqual(answer.json, { done: true });
    assert.match(answer.headers.get('set-cookie'), /^paihao_session=; Path=\/; Max-Age=0;/);
    await eventually('all workers know', async () => {
        for (let i = 0; i < 8; i++) if ((await client.request('GET', '/session')).status !== 401) return false;
        return true;
    }, 3000);
});

test('a new password and a disabled member end the open sessions', async () => {
    for (const [name, path, body] of [['wang', 'password', { password: 'another fine horse' }], ['zhao', 'disable', {}]]) {
        const client = await d.login(name);
        await client.get('/session');
        await d.post(`/staff/${name}/${path}`, body);
        await eventually(`${name} is out`, async () => (await client.request('GET', '/session')).status === 401, 3000);
    }
    assert.equal((await login('wang')).status, 401);
    assert.equal((await login('wang', 'another fine horse')).status, 200);
});

test('a removed device is out at once', async () => {
    const kiosk = await d.device('k9', 'kiosk', 'small');
    await kiosk.get('/device');
    await d.delete('/devices/k9');
    await eventually('the kiosk is out', async () => (await kiosk.request('GET', '/device')).status === 401, 3000);
});

test('failures of one name make it wait, and a right password then too', async () => {
    await d.addStaff('chen', 'clerk', 'small');
    for (let i = 0; i < 5; i++) await login('chen', 'wrong');
    const answer = await login('chen');
    assert.equal(codeOf(answer), '429 login_throttled');
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    assert.equal((await login('li')).status, 200); // nobody else
    await eventually('the wait is over', async () => (await login('chen')).status === 200, 5000);
});

test('many tries at once are held back, and do not keep others out for long', async () => {
    const counts = {};
    const count = (a) => { counts[codeOf(a)] = (counts[codeOf(a)] ?? 0) + 1; };
    const same = Array.from({ length: 30 }, () => login('nobody-1', 'wrong').then(count));
    const others = Array.from({ length: 60 }, (_, i) => login(`nobody-${i + 2}`, 'wrong').then(count));
    await Promise.all([...same, ...others]);
    assert.deepEqual(Object.keys(counts).filter((c) => !/^(401 login_failed|429 (login_throttled|rate_limit))$/.test(c)), []);
    assert.ok(counts['429 rate_limit'] > 0, JSON.stringify(counts));
    assert.ok(counts['401 login_failed'] > 0, JSON.stringify(counts));
    assert.equal((await login('li')).status, 200);
});

test('sessions last over a restart', async () => {
    const client = await d.login('li');
    await d.restart();
    assert.equal((await client.get('/session')).name, 'li');
});

test('the last admin cannot be disabled', async () => {
    await d.addStaff('boss', 'admin', '*');
    assert.equal(codeOf(await d.request('POST', '/staff/boss/disable', { body: {} })), '409 staff_last_admin');
});

test('behind https the cookie is bound to the host and to https', async () => {
    const secure = await startDaemon({ settings: { http: { public_url: 'https://hall.example' } } });
    try {
        await secure.importHall('small');
        await secure.addStaff('li', 'clerk', 'small');
        const answer = await secure.nobody().request('POST', '/session', { body: { name: 'li', password: PASSWORD }, key: null });
        assert.match(answer.headers.get('set-cookie'), /^__Host-paihao_session=.*; Secure$/);
        const cookie = cookieOf(answer);
        const write = (origin) => secure.nobody().request('POST', '/halls/small/tickets',
            { body: { service: 'id-card' }, headers: { cookie, origin } });
        assert.equal((await write('https://hall.example')).status, 201);
        assert.equal(codeOf(await write(secure.url)), '403 origin');
        assert.equal((await secure.get('/halls/small')).public_url, 'https://hall.example');
    } finally {
        await secure.stop();
    }
});
