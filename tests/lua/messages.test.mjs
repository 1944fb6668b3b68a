// Messages: queued in the same step as what they tell of, once; started, ended, reported.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeHall(server.redis, sample({ code: `m${n++}`, ...change }));

async function outbox(h) {
    const entries = await server.redis.xrange(`${h.tag}:outbox`, '-', '+');
    return entries.map(([id, flat]) => Object.fromEntries([['id', id], ...flat.map((v, i) => [v, flat[i + 1]]).filter((_, i) => i % 2 === 0)]));
}

test('no phone, no message', async () => {
    const h = await fresh();
    await h.issue('a');
    await h.open('1');
    await h.next('1');
    assert.deepEqual(await outbox(h), []);
});

test('ticket, come now with three ahead, called: each once', async () => {
    const h = await fresh();
    for (let i = 0; i < 5; i++) { await h.issue('a'); h.at += 1; }
    const mine = await h.issue('a', '', true); // five ahead
    h.at += MINUTE;
    await h.open('1');
    for (let i = 0; i < 5; i++) { await h.next('1'); await h.present('begin', '1'); await h.present('finish', '1'); }
    await h.next('1');
    await h.present('recall', '1');
    const sent = await outbox(h);
    assert.deepEqual(sent.map((m) => [m.k, m.n, m.a, m.c]),
        [['ticket', mine.number, '5', ''], ['come_now', mine.number, '3', ''], ['called', mine.number, '', '1']]);
    assert.ok(sent.every((m) => m.p && m.l === 'zh' && m.s === 'a' && +m.x > h.at));
    assert.equal(new Set(sent.map((m) => m.q)).size, 3);
    assert.equal(+sent[2].x, h.at + 3 * MINUTE);
});

test('with few enough ahead from the start the ticket message is all', async () => {
    const h = await fresh();
    await h.issue('a');
    await h.issue('a', '', true);
    await h.open('1');
    await h.next('1');
    assert.deepEqual((await outbox(h)).map((m) => m.k), ['ticket']);
});

test('a cancelled ticket is not told to come; those behind it are', async () => {
    const h = await fresh();
    for (let i = 0; i < 4; i++) { await h.issue('a'); h.at += 1; }
    const first = await h.issue('a', '', true);
    h.at += 1;
    const second = await h.issue('a', '', true);
    await h.write('ticket_cancel', 'citizen:', [first.id]);
    assert.deepEqual((await outbox(h)).map((m) => [m.k, m.n]), [['ticket', first.number], ['ticket', second.number]]);
    await h.write('ticket_cancel', 'citizen:', ['A001']);
    assert.deepEqual((await outbox(h)).slice(2).map((m) => [m.k, m.n]), [['come_now', second.number]]);
});

async function queued(h) {
    await h.issue('a', '', true);
    await server.redis.xgroup('CREATE', `${h.tag}:outbox`, 'sms', '0').catch(() => {});
    await server.redis.xreadgroup('GROUP', 'sms', 'c1', 'COUNT', 1, 'STREAMS', `${h.tag}:outbox`, '>');
    const [m] = await outbox(h);
    return m;
}
const start = (h, m) => h.write('message_start', 'system:sms', [m.id, m.k, m.t, m.n, m.x]);
const end = (h, m, outcome, why = '') => h.write('message_end', 'system:sms', [m.id, outcome, 'kannel', why]);
const report = (h, m, state) => h.write('message_report', 'system:sms', [m.id, state]);

test('message_start and message_end: tries, the sealed phone, the entry goes when it has ended', async () => {
    const h = await fresh();
    const m = await queued(h);
    const first = await start(h, m);
    assert.deepEqual([first.tries, first.phone], [1, 'k1.sealed']);
    await end(h, m, 'retry', 'http 500');
    assert.equal((await outbox(h)).length, 1);
    assert.equal((await start(h, m)).tries, 2);
    await end(h, m, 'sent');
    assert.deepEqual(await outbox(h), []);
    assert.equal((await server.redis.xpending(`${h.tag}:outbox`, 'sms'))[0], 0);
    await assert.rejects(start(h, m), { code: 'message_state' });
    await assert.rejects(end(h, m, 'failed'), { code: 'message_state' });
    assert.deepEqual((await h.events()).map((e) => e.type).filter((t) => t.startsWith('message')),
        ['message.queued', 'message.sending', 'message.retry', 'message.sending', 'message.sent']);
});

test('message_end of one that expired unsent; of one nobody knows', async () => {
    const h = await fresh();
    const m = await queued(h);
    assert.equal((await end(h, m, 'expired')).state, 'expired');
    assert.deepEqual(await outbox(h), []);
    await assert.rejects(end(h, { id: '1-1' }, 'sent'), { code: 'message_unknown' });
    await assert.rejects(end(h, { id: '1-1' }, 'dance'), { code: 'field_invalid' });
});

test('message_report: early, twice, late; the final one stays', async () => {
    const h = await fresh();
    const m = await queued(h);
    await assert.rejects(report(h, m, 'delivered'), { code: 'message_unknown' });
    await start(h, m);
    assert.equal((await report(h, m, 'unknown')).report, 'unknown');
    assert.equal((await report(h, m, 'delivered')).report, 'delivered', 'before the answer of the gateway');
    assert.equal((await report(h, m, 'undelivered')).report, 'delivered');
    assert.equal((await end(h, m, 'sent')).state, 'sent');
    await assert.rejects(report(h, m, 'dance'), { code: 'field_invalid' });
    assert.equal((await h.events()).filter((e) => e.type === 'message.delivered').length, 1);
});
