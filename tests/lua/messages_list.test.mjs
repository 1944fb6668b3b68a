// What staff see of the messages: the list, its filters and pages, the counts of the day. No number, no text.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());

const HOUR = 60 * MINUTE;
const fresh = (change = {}) => makeHall(server.redis, { ...sample({ code: `v${n++}` }), ...change });

async function issue(h, masked = '138****0001') {
    h.at += 1;
    const t = await h.write('ticket_issue', 'kiosk:k1', ['a', '', 'zh', `r${h.at}`, `k1.sealed${masked && `|${masked}`}`, `p${h.at}`]);
    const [[id]] = await server.redis.xrevrange(`${h.tag}:outbox`, '+', '-', 'COUNT', 1);
    return { id, k: 'ticket', t: t.id, n: t.number, x: h.at + 30 * MINUTE };
}
const start = (h, m, mine = 1) => h.startOne(m, mine);
const end = (h, m, outcome, why = '', parts = 1) => h.endOne(m, outcome, why, parts);
const report = (h, m, state, part = 1) => h.write('message_report', 'system:sms', [m.id, part, state, '']);
const list = (h, state = '', kind = '', before = '', limit = '') => h.read('message_list', [state, kind, before, limit]);

async function sent(h, ...outcome) {
    const m = await issue(h);
    await start(h, m);
    await end(h, m, ...outcome);
    return m;
}

test('message_list: a message from the outbox to its report', async () => {
    const h = await fresh();
    const m = await issue(h);
    const queuedAt = h.at;
    const one = async () => { const { messages } = await list(h); assert.equal(messages.length, 1); return messages[0]; };
    assert.deepEqual(await one(), { message: m.id, at: queuedAt, kind: 'ticket', state: 'queued', to: '138****0001', ticket: m.t, number: 'A001',
        tries: 0, gateway: '', reason: '', parts: 0, since: queuedAt, times: {} });
    h.at += 5;
    await start(h, m);
    const submitted = h.at;
    assert.equal((await start(h, m)).phone, 'k1.sealed', 'the sealed number alone');
    assert.equal((await h.read('message_phone', [`r${queuedAt}`])).phone, 'k1.sealed', 'as well where the route is chosen');
    h.at += 5;
    await end(h, m, 'accepted', '', 2);
    assert.deepEqual(await one(), { message: m.id, at: queuedAt, kind: 'ticket', state: 'accepted', to: '138****0001', ticket: m.t, number: 'A001',
        tries: 2, gateway: 'kannel', reason: '', parts: 2, since: h.at, times: { submitted, accepted: h.at } });
    await report(h, m, 'delivered', 0);
    assert.equal((await one()).state, 'delivered');
    await server.redis.del(`${h.tag}:p:r${queuedAt}`);
    assert.equal((await one()).to, '138****0001', 'kept with the message');
});

test('message_list: by state and kind, newest first, with the reason', async () => {
    const h = await fresh();
    const made = { delivered: await sent(h, 'accepted'), rejected: await sent(h, 'rejected', 'http_400'), expired: await sent(h, 'expired', 'late'),
        unknown: await sent(h, 'unknown', 'no_answer'), accepted: await sent(h, 'accepted'), undelivered: await sent(h, 'accepted') };
    await report(h, made.delivered, 'delivered');
    await report(h, made.undelivered, 'undelivered');
    made.uncertain = await issue(h);
    await start(h, made.uncertain);
    await start(h, made.uncertain, 0);
    made.submitted = await issue(h);
    await start(h, made.submitted);
    made.queued = await issue(h);
    for (const [state, m] of Object.entries(made)) {
        assert.deepEqual((await list(h, state)).messages.map((one) => [one.message, one.state]), [[m.id, state]], state);
    }
    assert.deepEqual((await list(h)).messages.map((one) => one.state), Object.keys(made).reverse());
    assert.deepEqual((await list(h, 'rejected')).messages[0].reason, 'http_400');
    assert.equal((await list(h, '', 'ticket')).messages.length, 9);
    assert.deepEqual(await list(h, '', 'called'), { messages: [], before: null });
    await assert.rejects(list(h, 'sent'), { code: 'field_invalid', field: 'state' });
    await assert.rejects(list(h, '', '', '5'), { code: 'field_invalid', field: 'before' });
    await report(h, made.unknown, 'delivered');
    assert.deepEqual((await list(h, 'unknown')).messages, [], 'no trouble any more');
});

for (const [state, make] of [['', (h) => issue(h)], ['queued', (h) => issue(h)], ['rejected', (h) => sent(h, 'rejected', 'http_400')]]) {
    test(`message_list by pages: nothing twice, nothing left out (${state || 'all'})`, async () => {
        const h = await fresh();
        const made = [];
        for (let i = 0; i < 25; i++) made.unshift((await make(h)).id);
        const got = [];
        let before = '';
        for (let pages = 0; before !== null && pages < 9; pages++) {
            const page = await list(h, state, '', before, 7);
            assert.ok(page.messages.length <= 7);
            got.push(...page.messages.map((one) => one.message));
            before = page.before;
        }
        assert.deepEqual(got, made);
    });
}

test('message_list: an alarm phone by its place, a record without a mask, one that is gone', async () => {
    const h = await fresh({ alarms: { phones: ['+8613800000009'] } });
    await h.write('alarm_set', 'system:forecast', ['sms', '-', 50, 1]);
    assert.deepEqual((await list(h)).messages.map((one) => [one.kind, one.to]), [['alarm', '#1']]);
    const m = await issue(h, '');
    assert.equal((await list(h, '', 'ticket')).messages[0].to, '');
    await server.redis.del(`${h.tag}:p:r${h.at}`);
    assert.equal((await start(h, m)).phone, null);
    assert.equal((await list(h, '', 'ticket')).messages[0].to, '');
});

test('message_counts: each message once, in the state it is in, on the day it was queued', async () => {
    const h = await fresh();
    const one = await sent(h, 'accepted', '', 2);
    await report(h, one, 'delivered', 0);
    await sent(h, 'accepted', '', 1);
    await sent(h, 'rejected', 'http_400');
    const put_off = await issue(h);
    await start(h, put_off);
    await end(h, put_off, 'retry', 'http_500');
    await issue(h);
    assert.deepEqual(await h.read('message_counts'), { day: '20261123', states: { accepted: 1, delivered: 1, queued: 2, rejected: 1 },
        kinds: { ticket: { accepted: 1, delivered: 1, queued: 2, rejected: 1 } }, messages: 5, parts: 3,
        capped: { number: 0, hall: 0 }, cap: { number: 12, hall: 0 }, opted_out: 0 });
    h.day = '20261124';
    h.at += 24 * HOUR;
    await end(h, put_off, 'expired', 'late');
    await issue(h);
    const counts = await h.read('message_counts');
    assert.deepEqual([counts.day, counts.states, counts.messages], ['20261124', { queued: 1 }, 1]);
});

test('no number is in an event, nor in any key', async () => {
    const h = await fresh();
    await sent(h, 'accepted');
    const seen = JSON.stringify(await h.events()) + JSON.stringify(await server.redis.keys(`${h.tag}*`));
    // Digits that stand alone: a time or an id may have any of them in its middle.
    assert.doesNotMatch(seen, /\*\*\*|(?<!\w)(138|0001)(?!\w)|sealed/, 'not even the masked or the sealed one');
});
