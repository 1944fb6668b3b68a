// One Idempotency-Key is one action, however often it is sent. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';

let d;
const issue = '/halls/small/tickets';
const body = { service: 'id-card' };

before(async () => {
    d = await startDaemon();
    await d.importHall('small');
});

after(() => d.stop());

const waiting = async () => (await d.get(`${issue}?state=waiting&limit=200`)).tickets.length;

test('a repeated request gets the first answer and does nothing', async () => {
    const key = randomUUID();
    const first = await d.request('POST', issue, { body, key });
    const before = await waiting();
    const again = await d.request('POST', issue, { body, key });
    assert.equal(first.status, 201);
    assert.equal(again.status, 201);
    assert.equal(again.text, first.text);
    assert.equal(await waiting(), before);
});

test('twenty at once with one key are one ticket', async () => {
    const key = randomUUID();
    const before = await waiting();
    const answers = await Promise.all(Array.from({ length: 20 }, () => d.request('POST', issue, { body, key })));
    assert.equal(new Set(answers.map((a) => a.text)).size, 1);
    assert.equal(await waiting(), before + 1);
});

test('the same key with another body, path or query is refused', async () => {
    const key = randomUUID();
    await d.post(issue, body, { key });
    for (const [path, other] of [[issue, { service: 'residence' }], ['/halls/small/counters/1/open', {}]]) {
        const answer = await d.request('POST', path, { body: other, key });
        assert.equal(`${answer.status} ${answer.json.code}`, '422 idempotency_mismatch', path);
    }
});

test('a key belongs to who sent it', async () => {
    const key = randomUUID();
    const [a, b] = [await d.device('ka', 'kiosk', 'small'), await d.device('kb', 'kiosk', 'small')];
    const [first, second] = [await a.post(issue, body, { key }), await b.post(issue, body, { key })];
    assert.notEqual(first.id, second.id);
});

test('two citizens with the same key cancel each their own ticket', async () => {
    const key = randomUUID();
    const tickets = [await d.post(issue, body), await d.post(issue, body)];
    for (const t of tickets) {
        const gone = await d.citizen(t.link).post('/ticket/cancel', {}, { key });
        assert.equal(gone.id, t.id);
        assert.equal(gone.state, 'cancelled');
    }
});

test('a device added twice with one key has one token, and it works', async () => {
    const key = randomUUID();
    const device = { name: 'kc', kind: 'kiosk', hall: 'small' };
    const [first, again] = [await d.post('/devices', device, { key }), await d.post('/devices', device, { key })];
    assert.equal(first.token, again.token);
    assert.deepEqual(await d.as(first.token).get('/device'), device);
});

test('a hall file sent twice with one key is one version', async () => {
    const key = randomUUID();
    const config = { ...await d.get('/halls/small/config'), accent: '#123456' };
    const first = await d.put('/halls/small/config', config, { key });
    const again = await d.put('/halls/small/config', config, { key });
    assert.deepEqual(again, first);
});

test('an answer is remembered over a restart', async () => {
    const key = randomUUID();
    const first = await d.request('POST', issue, { body, key });
    await d.restart();
    const again = await d.request('POST', issue, { body, key });
    assert.equal(again.text, first.text);
});
