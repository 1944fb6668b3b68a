// What staff and citizens do beside the calls, over HTTP: the right to choose, reprints, blocked numbers, notes, delays.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';

let d;
before(async () => {
    d = await startDaemon();
    await d.importHall('small', { edit: (text) => text.replace('tickets_outside_hours: no', 'tickets_outside_hours: yes') });
});

after(() => d.stop());

const issue = (body = {}) => d.post('/halls/small/tickets', { service: 'id-card', ...body });
const codeOf = async (client, method, path, body) => {
    const { status, json } = await client.request(method, path, { body });
    return `${status} ${json.code ?? ''}`.trim();
};

test('a clerk calls a certain ticket only with the right to choose, given and taken at any time', async () => {
    const li = await d.clerk('li', 'small');
    await li.post('/halls/small/counters/1/open');
    const choose = async () => {
        const { number } = await issue();
        const answer = await codeOf(li, 'POST', '/halls/small/counters/1/call', { ticket: number, reason: 'in a hurry' });
        if (answer === '200') await li.post('/halls/small/counters/1/absent');
        return answer;
    };
    assert.equal(await choose(), '403 forbidden');
    assert.equal((await li.get('/session')).rights, undefined);
    assert.deepEqual((await d.post('/staff/li/rights', { rights: ['choose'] })).rights, ['choose']);
    await eventually('the right is known', async () => await choose() === '200');
    assert.deepEqual((await li.get('/session')).rights, ['choose']);
    await d.post('/staff/li/rights');
    await eventually('the right is gone', async () => await choose() === '403 forbidden');

    await d.post('/staff', { name: 'chen', role: 'clerk', halls: ['small'], password: 'correct horse 7 staple', rights: ['choose'] });
    const chen = await d.login('chen', 'correct horse 7 staple');
    assert.deepEqual((await chen.get('/session')).rights, ['choose']);
    assert.equal(await codeOf(chen, 'POST', '/halls/small/line/x', {}), '404 not_found');
    assert.equal(await codeOf(chen, 'POST', '/halls/small/stop', { reason: 'x' }), '403 forbidden', 'no other right');
});

test('rights are given by admins, to clerks, and only those there are', async () => {
    await d.addStaff('wu', 'supervisor', 'small');
    assert.equal(await codeOf(d, 'POST', '/staff/wu/rights', { rights: ['choose'] }), '422 field_invalid');
    assert.equal(await codeOf(d, 'POST', '/staff/li/rights', { rights: ['everything'] }), '422 field_invalid');
    assert.equal(await codeOf(await d.login('wu'), 'POST', '/staff/li/rights', { rights: ['choose'] }), '403 forbidden');
    const admin = await d.staff('yang', 'admin', 'small');
    await d.importHall('small', { code: 'far' });
    await d.addStaff('zhou', 'clerk', 'far');
    assert.equal(await codeOf(admin, 'POST', '/staff/zhou/rights', { rights: ['choose'] }), '403 forbidden');
});

test('a reprint is the same ticket with the same link', async () => {
    const t = await issue();
    const again = await d.post(`/halls/small/tickets/${t.number}/reprint`);
    assert.deepEqual([again.id, again.link], [t.id, t.link]);
    assert.equal((await d.citizen(again.link).get('/ticket')).number, t.number);
    assert.equal(await codeOf(d, 'POST', '/halls/small/tickets/A999/reprint', {}), '404 ticket_unknown');
});

test('a note is for staff: neither the citizen nor an event sees it', async () => {
    const t = await issue();
    const text = 'speaks Cantonese only';
    assert.equal((await d.post(`/halls/small/tickets/${t.id}/note`, { text })).note, text);
    const mine = d.citizen(t.link);
    const stream = await mine.stream('/ticket/stream');
    assert.equal((await stream.next('ticket')).data.note, undefined);
    stream.close();
    for (const answer of [await mine.get('/ticket'), await mine.post('/ticket/travel', { minutes: 20 }), await mine.post('/ticket/delay', { minutes: 5 })]) {
        assert.equal(answer.note, undefined);
        assert.equal(answer.travel === undefined || answer.travel === 20, true);
    }
    assert.equal((await d.get(`/halls/small/tickets/${t.id}`)).note, text);
    assert.ok(!JSON.stringify(await d.get('/halls/small/events?limit=1000')).includes('Cantonese'));
    assert.equal((await mine.post('/ticket/back')).state, 'waiting');
});

test('a blocked number is listed by its last digits alone', async () => {
    const phone = '13800137654';
    const standing = await d.post('/halls/small/phones/block', { phone, days: 3, reason: 'does not come' });
    const { blocks } = await d.get('/halls/small/phones/blocked');
    assert.deepEqual(blocks, [{ phone_tail: '7654', until: standing.blocked, reason: 'does not come', by: blocks[0].by }]);
    assert.ok(!JSON.stringify(blocks).includes('1380013'));
    // By themselves: a time may have these digits in its middle.
    assert.doesNotMatch(JSON.stringify(await d.get('/halls/small/events?limit=1000')), /1380013|(?<!\w)7654(?!\w)/);
    await d.post('/halls/small/phones/unblock', { phone, reason: 'came' });
    assert.deepEqual(await d.get('/halls/small/phones/blocked'), { blocks: [] });
});

test('a removed device is forgotten by its hall', async () => {
    const redis = d.redis();
    await d.device('gone', 'board', 'small');
    await redis.hset('{small}:seen', 'gone', Date.now());
    assert.deepEqual(await d.delete('/devices/gone'), { done: true });
    assert.equal(await redis.hexists('{small}:seen', 'gone'), 0);
    redis.disconnect();
});

test('a stopped service gives no numbers at the kiosk; staff decide for themselves', async () => {
    const kiosk = await d.device('k1', 'kiosk', 'small');
    await d.post('/halls/small/stop', { service: 'id-card', reason: 'the printer is broken' });
    assert.equal(await codeOf(kiosk, 'POST', '/halls/small/tickets', { service: 'id-card' }), '409 service_stopped');
    await issue();
    assert.deepEqual(await d.post('/halls/small/start'), { stopped: {} });
});
