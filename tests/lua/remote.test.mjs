// Numbers taken from home: a place that is kept, in no line until the citizen is there.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { MINUTE, NOON } from '../lib/hall.mjs';
import { makeVisitHall, remote, arrive } from '../lib/visits.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeVisitHall(server.redis, `r${n++}`, change);
const RANK = NOON + 30 * MINUTE;
const LAST = RANK + 15 * MINUTE;

test('ticket_remote: a number and a rank, but in no line', async () => {
    const h = await fresh();
    const t = await remote(h);
    assert.deepEqual([t.number, t.state, t.rank, t.line, t.ahead], ['A001', 'coming', RANK, 'a', 0]);
    const issued = (await h.events()).find((e) => e.type === 'ticket.issued');
    assert.deepEqual([issued.from, issued.to, issued.line, issued.rank], ['-', 'coming', 'a', RANK]);
    assert.equal((await h.issue()).ahead, 0, 'it holds nobody up');
    await h.open('1');
    assert.equal((await h.next('1')).ticket.number, 'A002');
    await h.present('absent', '1');
    assert.equal((await h.next('1')).ticket, null, 'it is never called');
    await assert.rejects(h.write('ticket_call', 'clerk:c1', ['1', t.id, 'please']), { code: 'ticket_state' });
    assert.equal((await h.snapshot()).tickets.find((one) => one.id === t.id).state, 'coming');
    assert.deepEqual((await h.read('ticket_list', ['coming', '', ''])).tickets.map((one) => one.id), [t.id]);
});

test('ticket_arrive: into the line with the rank it had, before those who came later', async () => {
    const h = await fresh();
    h.at -= MINUTE;
    await h.issue();
    h.at += MINUTE;
    const t = await remote(h);
    h.at += MINUTE;
    await h.issue();
    assert.equal((await h.read('ticket_own', [t.id])).ahead, 1, 'those before its rank');
    h.at += 10 * MINUTE;
    const seen = (await h.events()).length;
    const there = await arrive(h, t.id);
    assert.deepEqual([there.state, there.rank, there.ahead], ['waiting', RANK, 1]);
    const told = (await h.events()).slice(seen);
    assert.deepEqual(told.map((e) => [e.type, e.from, e.to, e.line, e.rank]), [['ticket.arrived', 'coming', 'waiting', 'a', RANK]]);
    await h.open('1');
    const order = [];
    for (let i = 0; i < 3; i++) {
        order.push((await h.next('1')).ticket.number);
        await h.present('absent', '1');
    }
    assert.deepEqual(order, ['A001', 'A002', 'A003']);
    await assert.rejects(arrive(h, t.id), { code: 'ticket_state' });
});

test('ticket_remote: ties of rank go by arrival, before and after the citizen is there', async () => {
    const h = await fresh();
    const first = await remote(h);
    await h.issue();
    const third = await remote(h);
    assert.deepEqual([first.ahead, third.ahead], [0, 1]);
    assert.equal((await arrive(h, third.id)).ahead, 1);
    assert.equal((await arrive(h, first.id)).ahead, 0);
});

test('ticket_arrive: until the last millisecond, then it lapses', async () => {
    for (const [at, code] of [[LAST, null], [LAST + 1, 'ticket_return_late']]) {
        const h = await fresh();
        const t = await remote(h);
        h.at = at;
        if (!code) {
            await h.write('hall_tick', 'system:');
            assert.equal((await arrive(h, t.id)).state, 'waiting');
            h.at += 60 * MINUTE;
            await h.write('hall_tick', 'system:');
            assert.equal((await h.read('ticket_view', [t.id])).state, 'waiting', 'who has come does not lapse');
            continue;
        }
        await assert.rejects(arrive(h, t.id), { code });
        assert.equal((await h.write('hall_tick', 'system:')).done, 1);
        assert.equal((await h.read('ticket_view', [t.id])).state, 'expired');
        const last = (await h.events()).at(-1);
        assert.deepEqual([last.type, last.from, last.to, last.line], ['ticket.expired', 'coming', 'expired', undefined]);
        await assert.rejects(arrive(h, t.id), { code: 'ticket_state' });
        assert.equal(await server.redis.zcard(`${h.tag}:coming`), 0);
        assert.equal((await h.write('hall_tick', 'system:')).done, 0);
    }
});

test('ticket_remote: lapses at close of day, and nothing of it is left', async () => {
    const h = await fresh();
    const t = await remote(h);
    assert.equal((await h.write('hall_close_day', 'system:')).expired, 1);
    assert.equal((await h.read('ticket_view', [t.id])).state, 'expired');
    assert.equal(await server.redis.zcard(`${h.tag}:coming`), 0);
    assert.equal(await server.redis.zcard(`${h.tag}:later`), 0);
});

test('ticket_cancel of one on its way', async () => {
    const h = await fresh();
    const t = await remote(h);
    assert.equal((await h.write('ticket_cancel', 'citizen:', [t.id])).state, 'cancelled');
    await assert.rejects(arrive(h, t.id), { code: 'ticket_state' });
    assert.equal(await server.redis.zcard(`${h.tag}:coming`), 0);
    assert.equal(await server.redis.zcard(`${h.tag}:later`), 0);
    h.at += 60 * MINUTE;
    assert.equal((await h.write('hall_tick', 'system:')).done, 0);
});

test('ticket_remote: only where the hall allows it, and not more than its bound', async () => {
    const closed = await fresh({ remote: { open: false } });
    await assert.rejects(remote(closed), { code: 'remote_closed' });
    const h = await fresh({ remote: { alive_max: 2 } });
    const one = await remote(h);
    await remote(h);
    await assert.rejects(remote(h), { code: 'remote_closed' });
    await arrive(h, one.id);
    assert.equal((await remote(h)).number, 'A003', 'who is there does not count any more');
    await assert.rejects(remote(h, 'zzz'), { code: 'service_unknown', field: 'service' });
    await assert.rejects(remote(h, 'a', { klass: 'vip' }), { code: 'class_unknown', field: 'class' });
});

test('ticket_remote: a service the kiosk does not give is not given from home', async () => {
    const h = await fresh();
    const { config } = await h.read('hall_config');
    config.services[0].kiosk = false;
    config.services[1].open = false;
    await h.write('hall_configure', 'admin:root', [JSON.stringify(config), '']);
    await assert.rejects(remote(h, 'a'), { code: 'service_closed' });
    await assert.rejects(remote(h, 'b'), { code: 'service_closed' });
    assert.equal((await remote(h, 'c')).state, 'coming');
});

test('ticket_remote: a challenge is good once', async () => {
    const h = await fresh();
    const ask = () => h.write('ticket_remote', 'citizen:', ['a', '', 'zh', '', '', '', 'pow-1', 'sender', 'sender/']);
    await ask();
    await assert.rejects(ask(), { code: 'challenge_used' });
    assert.equal(await server.redis.zcard(`${h.tag}:coming`), 1);
});

test('ticket_remote: so many of one address at once, then one each six minutes; a wider net for its prefix', async () => {
    const h = await fresh({ remote: { alive_max: 200 } });
    for (let i = 0; i < 10; i++) await remote(h, 'a', { sender: 'one' });
    await assert.rejects(remote(h, 'a', { sender: 'one' }), { code: 'rate_limit' });
    assert.equal((await remote(h, 'a', { sender: 'two' })).state, 'coming');
    h.at += 6 * MINUTE - 1;
    await assert.rejects(remote(h, 'a', { sender: 'one' }), { code: 'rate_limit' });
    h.at += 1;
    assert.equal((await remote(h, 'a', { sender: 'one' })).state, 'coming');
    const from = (i) => h.write('ticket_remote', 'citizen:', ['a', '', 'zh', '', '', '', `p${i}`, `s${i}`, 'same/']);
    for (let i = 0; i < 40; i++) await from(i);
    await assert.rejects(from(40), { code: 'rate_limit' });
    assert.equal(await server.redis.zcard(`${h.tag}:coming`), 52, 'what is refused leaves nothing');
});

test('ticket_arrive by the link: wrong codes are counted, and too many shut the right one out for a while', async () => {
    const h = await fresh();
    const t = await remote(h);
    for (let i = 0; i < 5; i++) {
        await assert.rejects(arrive(h, t.id, 'wrong', 'citizen:'), { code: 'arrival_code', field: 'arrival' });
    }
    await assert.rejects(arrive(h, t.id, 'wrong', 'citizen:'), { code: 'rate_limit' });
    await assert.rejects(arrive(h, t.id, 'link', 'citizen:'), { code: 'rate_limit' });
    assert.equal((await h.read('ticket_view', [t.id])).state, 'coming');
    h.at += 10 * MINUTE + 1;
    assert.equal((await arrive(h, t.id, 'link', 'citizen:')).state, 'waiting');
});

test('ticket_arrive: a citizen without a code is refused, staff need none', async () => {
    const h = await fresh();
    const t = await remote(h);
    await assert.rejects(arrive(h, t.id, undefined, 'citizen:'), { code: 'arrival_code' });
    await assert.rejects(arrive(h, 'A777'), { code: 'ticket_unknown' });
    assert.equal((await arrive(h, t.number, undefined, 'clerk:li')).state, 'waiting');
});

test('a ticket on its way is told to come when few are before its place', async () => {
    const h = await fresh();
    for (let i = 0; i < 5; i++) await h.issue();
    h.at += 1;
    const t = await remote(h, 'a', { phone: ['record', 'k1.sealed', 'hash'] });
    assert.equal(t.ahead, 5);
    const sent = async () => (await h.events()).filter((e) => e.type === 'message.queued').map((e) => e.kind);
    await h.open('1');
    await h.next('1');
    assert.deepEqual(await sent(), ['ticket']);
    await h.next('1', 'absent');
    assert.deepEqual(await sent(), ['ticket', 'come_now']);
    await h.next('1', 'absent');
    assert.deepEqual(await sent(), ['ticket', 'come_now'], 'once');
});
