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
const start = (h, m, fresh = 1) => h.startOne(m, fresh);
const end = (h, m, outcome, why = '', parts = '') => h.endOne(m, outcome, why, parts);
const report = (h, m, part, state, why = '') => h.write('message_report', 'system:sms', [m.id, part, state, why]);
const told = async (h, m) => (await h.events()).filter((e) => e.message === m.id).map((e) => e.type.slice('message.'.length));

test('message_start and message_end: tries, the sealed phone, the entry goes when it has ended', async () => {
    const h = await fresh();
    const m = await queued(h);
    const first = await start(h, m);
    assert.deepEqual([first.tries, first.phone, first.state], [1, 'k1.sealed', 'submitted']);
    assert.equal((await end(h, m, 'retry', 'http_500')).state, 'queued');
    assert.equal((await outbox(h)).length, 1);
    assert.equal((await start(h, m)).tries, 2);
    assert.equal((await end(h, m, 'accepted', '', 2)).state, 'accepted');
    assert.deepEqual(await outbox(h), []);
    assert.equal((await server.redis.xpending(`${h.tag}:outbox`, 'sms'))[0], 0);
    await assert.rejects(start(h, m), { code: 'message_state' });
    await assert.rejects(end(h, m, 'rejected'), { code: 'message_state' });
    assert.deepEqual(await told(h, m), ['queued', 'submitted', 'retry', 'submitted', 'accepted']);
    assert.deepEqual((await h.events()).filter((e) => e.message === m.id).at(-1).parts, 2);
});

test('message_start of one that somebody else began: uncertain, and no try until it is repeated', async () => {
    const h = await fresh();
    const m = await queued(h);
    assert.equal((await start(h, m, 0)).state, 'submitted', 'nobody had begun it');
    const doubt = await start(h, m, 0);
    assert.deepEqual([doubt.state, doubt.tries, doubt.phone], ['uncertain', 1, 'k1.sealed']);
    assert.equal((await start(h, m, 0)).state, 'uncertain', 'asked again, since the answer was lost');
    assert.deepEqual([(await start(h, m)).state, (await start(h, m)).tries], ['submitted', 3]);
    assert.deepEqual(await told(h, m), ['queued', 'submitted', 'uncertain', 'submitted', 'submitted']);
});

test('message_end unknown: uncertain and not repeated; a report that comes after all is better', async () => {
    const h = await fresh();
    const m = await queued(h);
    await start(h, m);
    await start(h, m, 0);
    assert.equal((await end(h, m, 'unknown', 'taken_over')).state, 'unknown');
    assert.deepEqual(await outbox(h), []);
    assert.deepEqual(await report(h, m, 1, 'delivered'), { message: m.id, state: 'delivered', fate: 'delivered', moved: true });
    assert.deepEqual(await told(h, m), ['queued', 'submitted', 'uncertain', 'unknown', 'delivered']);
});

async function many(h, n) {
    for (let i = 0; i < n; i++) { h.at += 1; await h.issue('a', '', true); }
    return outbox(h);
}

test('message_start of many: one that is over, one that is foreign, one that is none, one that comes twice; the others go on', async () => {
    const h = await fresh();
    const m = await many(h, 5);
    await end(h, m[1], 'expired', 'late');
    await start(h, m[2]);
    const args = (await Promise.all([h.startArgs(m[0]), h.startArgs(m[1]), h.startArgs(m[2], 0), h.startArgs(m[3]), h.startArgs(m[3]),
        ['no id"', ...(await h.startArgs(m[3])).slice(1)], h.startArgs({ ...m[3], id: '7-7', y: 'x|' }), h.startArgs(m[4])])).flat();
    const { messages, version } = await h.write('message_start', 'system:sms', args);
    assert.ok(version);
    assert.deepEqual(messages.map((a) => (a.error ? [a.message, a.error] : [a.state, a.tries])), [['submitted', 1], [m[1].id, 'message_state'],
        ['uncertain', 1], ['submitted', 1], ['submitted', 2], ['no id"', 'field_invalid'], ['7-7', 'field_invalid'], ['submitted', 1]]);
    assert.deepEqual(await Promise.all(m.map((one) => told(h, one))), [['queued', 'submitted'], ['queued', 'expired'],
        ['queued', 'submitted', 'uncertain'], ['queued', 'submitted', 'submitted'], ['queued', 'submitted']]);
    const { states } = await h.read('message_counts');
    assert.deepEqual(states, { submitted: 3, uncertain: 1, expired: 1 }, 'counted as if each had come alone');
});

test('message_end of many: each has its own end, the outbox loses those that have left it', async () => {
    const h = await fresh();
    const m = await many(h, 6);
    for (const one of m.slice(0, 5)) await start(h, one);
    await report(h, m[0], 1, 'delivered');
    await server.redis.set(`${h.tag}:m:9-9`, 'no record');
    const ends = [[m[0].id, 'accepted', 'g', '', 1], [m[1].id, 'dance', 'g', '', 1], [m[1].id, 'rejected', 'g', 'smpp_destination', 1],
        [m[2].id, 'retry', 'g', 'smpp_system', 1], ['1-1', 'accepted', 'g', '', 1], ['9-9', 'accepted', 'g', '', 1], [m[3].id, 'accepted', 'g', '', 2],
        [m[3].id, 'accepted', 'g', '', 2], [m[4].id, 'unknown', 'g', 'no_answer', 1], [m[5].id, 'expired', '', 'late', '']];
    const { messages } = await h.write('message_end', 'system:sms', ends.flat());
    assert.deepEqual(messages.map((a) => a.error ?? a), ['delivered', 'field_invalid', 'rejected', 'queued', 'message_unknown', 'internal',
        'accepted', 'message_state', 'unknown', 'expired']);
    assert.deepEqual((await outbox(h)).map((e) => e.id), [m[2].id]);
    const { states, parts } = await h.read('message_counts');
    assert.deepEqual([states, parts], [{ delivered: 1, rejected: 1, queued: 1, accepted: 1, unknown: 1, expired: 1 }, 3]);
    assert.deepEqual((await Promise.all(m.map((one) => told(h, one)))).map((t) => t.at(-1)),
        ['delivered', 'rejected', 'retry', 'accepted', 'unknown', 'expired']);
});

test('a batch has an end: no message, half of one, more than 64', async () => {
    const h = await fresh();
    const [m] = await many(h, 1);
    const one = await h.startArgs(m);
    for (const args of [[], one.slice(1), Array.from({ length: 65 }, () => one).flat()])
        await assert.rejects(h.write('message_start', 'system:sms', args), { code: 'field_invalid', field: 'messages' });
    assert.deepEqual(await told(h, m), ['queued']);
});

test('message_end of one that expired unsent; of one nobody knows; of what cannot be', async () => {
    const h = await fresh();
    const m = await queued(h);
    assert.equal((await end(h, m, 'expired')).state, 'expired');
    assert.deepEqual(await outbox(h), []);
    await assert.rejects(end(h, { id: '1-1' }, 'accepted'), { code: 'message_unknown' });
    await assert.rejects(end(h, { id: '1-1' }, 'dance'), { code: 'field_invalid' });
    await assert.rejects(end(h, { id: '1-1' }, 'accepted', '', 'two'), { code: 'field_invalid' });
});

test('message_report: before the answer, twice, late; a final fate stays', async () => {
    const h = await fresh();
    const m = await queued(h);
    await assert.rejects(report(h, m, 1, 'delivered'), { code: 'message_unknown' });
    await start(h, m);
    assert.deepEqual(await report(h, m, 1, 'delivered'), { message: m.id, state: 'submitted', fate: 'delivered', moved: false });
    assert.equal((await end(h, m, 'accepted', '', 1)).state, 'delivered', 'its report was quicker');
    assert.equal((await report(h, m, 1, 'delivered')).moved, false);
    assert.deepEqual(await report(h, m, 1, 'undelivered'), { message: m.id, state: 'delivered', fate: 'delivered', moved: false });
    await assert.rejects(report(h, m, 1, 'dance'), { code: 'field_invalid' });
    await assert.rejects(report(h, m, 'x', 'delivered'), { code: 'field_invalid' });
    assert.deepEqual(await told(h, m), ['queued', 'submitted', 'accepted', 'delivered']);
});

// [parts, the reports, and the state after each]
const FATES = [
    ['every part', 2, [[2, 'delivered', 'accepted'], [1, 'delivered', 'delivered']]],
    ['a part of three is lost', 3, [[1, 'delivered', 'accepted'], [3, 'undelivered', 'accepted'], [2, 'expired', 'undelivered']]],
    ['a refused part is the worst', 2, [[1, 'rejected', 'accepted'], [2, 'undelivered', 'rejected']]],
    ['the network does not know, then it does', 1, [[1, 'unknown', 'unknown'], [1, 'delivered', 'delivered'], [1, 'unknown', 'delivered']]],
    ['an unknown part is better known', 2, [[1, 'unknown', 'accepted'], [2, 'delivered', 'unknown'], [1, 'expired', 'expired']]],
    ['one fate for all parts', 3, [[0, 'expired', 'expired'], [0, 'delivered', 'expired']]],
    ['a part twice is one part', 2, [[1, 'delivered', 'accepted'], [1, 'delivered', 'accepted'], [2, 'delivered', 'delivered']]],
];
for (const [what, parts, reports] of FATES) {
    test(`message_report of parts: ${what}`, async () => {
        const h = await fresh();
        const m = await queued(h);
        await start(h, m);
        await end(h, m, 'accepted', '', parts);
        for (const [part, fate, state] of reports) assert.equal((await report(h, m, part, fate, 'e1')).state, state);
        const last = (await h.events()).filter((e) => e.reported);
        assert.ok(last.every((e) => e.reason === 'e1' || e.type === 'message.delivered'), JSON.stringify(last));
    });
}

test('message_report moves nothing before a gateway has it: not while queued, not once refused', async () => {
    const h = await fresh();
    const m = await queued(h);
    await start(h, m);
    await end(h, m, 'retry', 'no_answer');
    assert.equal((await report(h, m, 1, 'delivered')).state, 'queued');
    await start(h, m);
    await end(h, m, 'rejected', 'http_400', 1);
    assert.equal((await report(h, m, 1, 'delivered')).state, 'rejected');
});
