// A new screen is admitted over HTTP: its code, the admin's claim, the token that is told once; and what ends when it is
// removed. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';

let d;
const H = '/halls/small';
before(async () => {
    d = await startDaemon();
    await d.importHall('small');
    await d.importHall('small', { code: 'other' });
});
after(() => d.stop());

const newSecret = () => randomBytes(24).toString('hex');
const open = (secret = newSecret(), kind = 'board') => d.nobody().post('/pairings', { kind, secret });
const claim = (code, name, hall = 'small', who = d) => who.post('/pairings/claim', { code, name, hall });
const take = (secret, key) => d.nobody().post('/pairings/take', { secret }, { key });
const fails = (promise, status, code, field) => assert.rejects(promise, (e) => {
    assert.deepEqual([e.status, e.code, e.field], [status, code, field]);
    return true;
});

test('a screen shows a code, an admin types it, the screen has its token', async () => {
    const secret = newSecret();
    const { code, expires } = await open(secret);
    assert.match(code, /^[23456789CDFGHJKMNPQRTWX]{8}$/);
    assert.ok(Math.abs(expires - Date.now() - 600000) < 60000);
    assert.equal((await open(secret)).code, code, 'loaded anew it shows the same code');
    assert.deepEqual(await take(secret), { state: 'waiting', expires });
    // As people type: small letters, in two groups.
    const device = await claim(` ${code.slice(0, 4).toLowerCase()} - ${code.slice(4)}`, 'board-1');
    assert.deepEqual(device, { name: 'board-1', kind: 'board', hall: 'small' });
    const taken = await take(secret);
    assert.equal(taken.state, 'paired');
    const screen = d.as(taken.device.token);
    assert.deepEqual(await screen.get('/device'), device);
    assert.equal((await screen.get(`${H}/board`)).hall, 'small');
    await fails(screen.get('/halls/other/board'), 403, 'forbidden');
    await fails(screen.get(`${H}/tickets`), 403, 'forbidden');
});

test('the token is told once; an answer that was lost is told again to the same request only', async () => {
    const [secret, key] = [newSecret(), randomUUID()];
    await claim((await open(secret)).code, 'board-2');
    const first = await take(secret, key);
    assert.deepEqual(await take(secret, key), first);
    await fails(take(secret), 404, 'pair_unknown', 'secret');
    await fails(take(newSecret(), key), 422, 'idempotency_mismatch');
    const redis = d.redis();
    const kept = [];
    for (const k of await redis.keys('*')) {
        const type = await redis.type(k);
        kept.push(type === 'string' ? await redis.get(k) : type === 'hash' ? JSON.stringify(await redis.hgetall(k))
            : type === 'stream' ? JSON.stringify(await redis.xrange(k, '-', '+')) : '');
    }
    redis.disconnect();
    for (const clear of [secret, first.device.token]) assert.ok(!kept.join('\n').includes(clear), 'kept in clear');
    assert.ok(!d.log.includes(first.device.token) && !d.log.includes(secret));
});

test('a code of nobody, a short secret, a name that is taken, a hall of somebody else', async () => {
    for (const code of ['CODE', '22222222', 'AEIOU234', '2345678923456789', '屏幕代码']) await fails(claim(code, 'x1'), 404, 'pair_unknown', 'code');
    await fails(open('short'), 422, 'field_invalid', 'secret');
    await fails(open(newSecret(), 'sign'), 422, 'field_invalid', 'kind');
    const { code } = await open(newSecret(), 'kiosk');
    await fails(claim(code, 'board-1'), 409, 'device_exists', 'name');
    await fails(claim(code, 'kiosk-1', 'nowhere'), 404, 'hall_unknown', 'hall');
    const admin = await d.staff('root-other', 'admin', 'other');
    await fails(claim(code, 'kiosk-1', 'small', admin), 403, 'forbidden', 'hall');
    assert.equal((await claim(code, 'kiosk-1', 'other', admin)).kind, 'kiosk');
    await fails(claim(code, 'kiosk-2'), 404, 'pair_unknown', 'code');
});

test('an admin removes the devices of the own hall only', async () => {
    await d.device('here', 'board', 'small');
    await d.device('there', 'board', 'other');
    const admin = await d.login('root-other');
    await fails(admin.delete('/devices/here'), 403, 'forbidden', 'name');
    await fails(admin.delete('/devices/nobody'), 404, 'device_unknown', 'name');
    assert.deepEqual(await admin.delete('/devices/there'), { done: true });
    const names = async () => (await d.get('/halls/other/devices')).devices.map((one) => one.name);
    assert.ok(!(await names()).includes('there'));
});

test('a device that is removed loses its streams at once, on every worker, and no other does', async () => {
    const gone = await d.device('gone', 'board', 'small');
    const stays = await d.device('stays', 'board', 'small');
    // Connections are spread over the workers by the kernel: of so many, each has some.
    const streams = await Promise.all(Array.from({ length: 16 }, () => gone.stream(`${H}/board/stream`)));
    const other = await stays.stream(`${H}/board/stream`);
    await Promise.all([...streams, other].map((one) => one.next('snapshot')));
    const begun = performance.now();
    await d.delete('/devices/gone');
    await eventually('every stream has ended', () => streams.every((one) => one.ended));
    assert.ok(performance.now() - begun < 5000, 'by the event, not by the next heartbeat or the cache of tokens');
    await fails(gone.stream(`${H}/board/stream`), 401, 'unauthenticated');
    await fails(gone.post('/device/health', { page: 'x', width: 1, height: 1, ratio: 100, sound: 'off', voice: 'no' }), 401, 'unauthenticated');
    await d.post(`${H}/tickets`, { service: 'id-card' });
    await other.next('change', (c) => c.waiting);
    assert.equal(other.ended, false);
    other.close();
});

test('too many codes of one network are refused, with the time to wait', async () => {
    let answer = null;
    for (let i = 0; i < 40 && answer?.status !== 429; i++) {
        answer = await d.nobody().request('POST', '/pairings', { body: { kind: 'board', secret: newSecret() } });
    }
    assert.deepEqual([answer.status, answer.json.code], [429, 'rate_limit']);
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
});
