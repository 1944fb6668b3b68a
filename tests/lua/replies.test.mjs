// What citizens write back: the right booking or ticket, once, with one answer; stop and start.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { Desk, bookable, cellAt, newPhone, DAY, MINUTE } from '../lib/booking.mjs';

let server;
let n = 0;
let texts = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());

async function fresh(change = {}) {
    const desk = new Desk(server.redis, `rp${n++}`);
    return desk.configure(bookable({ code: desk.tag.slice(1, -1), ...change }));
}
async function outbox(h) {
    const entries = await server.redis.xrange(`${h.tag}:outbox`, '-', '+');
    return entries.map(([, flat]) => Object.fromEntries(flat.flatMap((v, i) => (i % 2 ? [] : [[v, flat[i + 1]]]))));
}
const answers = async (h) => (await outbox(h)).map((m) => m.k).filter((k) => k.startsWith('reply'));
const mark = () => `mark-${texts++}`;
const say = (h, phone, word, { m = mark(), wants = '1', kept = 600 } = {}) =>
    h.write('message_inbound', 'citizen:', [`r${texts}`, 'k1.answer', phone.hash, word, m, kept, wants]);
const find = (h, phone, m = 'none') => h.read('inbound_find', [phone.hash, m]);
function issue(h, phone, service = 'a') {
    return h.write('ticket_issue', 'kiosk:k1', [service, '', 'en', phone.record, phone.sealed, phone.hash]);
}
const view = (h, id) => h.read('ticket_view', [id]);
const inbound = async (h) => (await h.events()).filter((e) => e.type === 'message.inbound').map((e) => [e.word, e.done, e.number]);

test('0 cancels a booking, as its citizen: it counts, its unit goes on, one answer', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book({}, phone);
    assert.deepEqual(await say(h, phone, 'cancel'), { done: 'cancel', number: b.number });
    assert.equal((await h.get(b.id)).state, 'cancelled');
    const last = (await outbox(h)).at(-1);
    assert.deepEqual([last.k, last.t, last.l, +last.b], ['reply_cancelled', b.id, 'zh', cellAt(120)]);
    assert.equal(await server.redis.get(`${h.tag}:p:${last.p}`), 'k1.answer');
    assert.equal(await server.redis.hget(`${h.tag}:st:${phone.hash}`, 'ca'), '1');
    assert.deepEqual(await inbound(h), [['cancel', 'cancel', b.number]]);
});

test('the same text brought again does nothing twice, also after it has ended', async () => {
    const h = await fresh();
    const phone = newPhone();
    const [one, two] = [await h.book({ cell: 120 }, phone), await h.book({ services: 'b', cell: 130 }, phone)];
    const m = mark();
    assert.equal((await say(h, phone, 'cancel', { m })).done, 'cancel');
    assert.equal((await find(h, phone, m)).heard, true);
    assert.deepEqual(await say(h, phone, 'cancel', { m }), { done: 'none', number: '' });
    assert.deepEqual([(await h.get(one.id)).state, (await h.get(two.id)).state], ['confirmed', 'cancelled']);
    assert.equal((await answers(h)).length, 1);
    const ttl = await server.redis.ttl(`${h.tag}:heard:${m}`);
    assert.ok(ttl > 590 && ttl <= 600);
});

test('whatever the number was written about last and is still alive: booking, ticket, then the booking again', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book({}, phone);
    h.at += MINUTE;
    const t = await issue(h, phone);
    assert.equal((await find(h, phone)).at, h.at);
    assert.equal((await say(h, phone, 'cancel')).number, t.number);
    assert.equal((await view(h, t.id)).state, 'cancelled');
    assert.equal((await say(h, phone, 'confirm')).number, b.number, 'the ticket is gone');
    assert.equal((await h.get(b.id)).coming, h.at);
    assert.deepEqual(await answers(h), ['reply_cancelled', 'reply_coming']);
});

test('2 of a booking: late, on its day only, told until when there is time', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book({}, phone);
    assert.equal((await say(h, phone, 'more_time')).done, 'none');
    h.at = cellAt(120) - 10 * MINUTE;
    h.day = DAY;
    assert.equal((await say(h, phone, 'more_time')).done, 'more_time');
    assert.equal((await h.get(b.id)).late, h.at);
    const sent = await outbox(h);
    assert.deepEqual(sent.slice(-2).map((m) => m.k), ['reply_no', 'reply_late']);
    assert.equal(+sent.at(-1).b, cellAt(120) + 15 * MINUTE);
    h.at = cellAt(120) + 15 * MINUTE + 1;
    assert.equal((await find(h, phone)).at, 0, 'missed by then, though nobody has ticked');
});

test('1 and 0 of an offer: taken or declined; what is booked by it is told by itself', async () => {
    const h = await fresh({ booking: { quarantine_min_minutes: 0, quarantine_max_minutes: 0 } });
    const [holder, first, second] = [newPhone(), newPhone(), newPhone()];
    const b = await h.book({}, holder);
    await h.wait({}, first);
    await h.wait({}, second);
    await h.cancel(b.id);
    assert.equal((await say(h, first, 'cancel')).done, 'cancel');
    assert.equal((await say(h, second, 'confirm')).done, 'confirm');
    const kinds = (await outbox(h)).map((m) => m.k).filter((k) => k !== 'code');
    assert.deepEqual(kinds, ['booked', 'cancelled', 'offer', 'offer', 'reply_declined', 'booked']);
    const [mine] = (await h.read('booking_of_phone', [second.hash])).bookings;
    assert.deepEqual([mine.state, mine.at], ['confirmed', cellAt(120)]);
});

test('1 of a ticket: noted; of one that was missed: told again how to return', async () => {
    const h = await fresh();
    const phone = newPhone();
    const t = await issue(h, phone);
    await h.open('1');
    assert.equal((await say(h, phone, 'confirm')).done, 'confirm');
    assert.equal((await view(h, t.id)).coming, h.at);
    await h.next('1');
    h.at += MINUTE;
    await h.present('absent', '1');
    const until = h.at + 45 * MINUTE;
    assert.equal((await say(h, phone, 'confirm')).done, 'confirm');
    assert.equal((await view(h, t.id)).state, 'missed', 'only who is in the hall comes back');
    const sent = (await outbox(h)).filter((m) => m.k === 'missed');
    assert.deepEqual(sent.map((m) => [+m.b, +m.x]), [[until, until], [until, until]]);
    assert.equal((await say(h, phone, 'cancel')).done, 'none');
    assert.deepEqual(await answers(h), ['reply_coming', 'reply_no']);
});

test('2 of a ticket: "I need more time", within its bounds', async () => {
    const h = await fresh({ rules: { delay_minutes_max: 15, delay_max: 1 } });
    const phone = newPhone();
    const t = await issue(h, phone);
    assert.equal((await say(h, phone, 'more_time')).done, 'more_time');
    assert.deepEqual([(await view(h, t.id)).state, (await view(h, t.id)).away], ['coming', h.at + 15 * MINUTE]);
    const [, told] = await outbox(h);
    assert.deepEqual([told.k, told.t, told.n, +told.b, told.l], ['reply_more_time', t.id, t.number, h.at + 15 * MINUTE, 'en']);
    h.at += MINUTE;
    assert.equal((await say(h, phone, 'more_time')).done, 'none');
    assert.deepEqual(await answers(h), ['reply_more_time', 'reply_no']);
});

test('the answer to a ticket that is served or over: nothing of it is changed', async () => {
    const h = await fresh();
    const phone = newPhone();
    const t = await issue(h, phone);
    await h.open('1');
    await h.next('1');
    assert.equal((await say(h, phone, 'cancel')).done, 'none', 'called: the clerk decides');
    await h.present('begin', '1');
    assert.deepEqual(await say(h, phone, 'cancel'), { done: 'help', number: '' });
    assert.equal((await view(h, t.id)).state, 'serving');
    assert.deepEqual(await answers(h), ['reply_no', 'reply_none']);
});

test('unknown words: one helpful answer a day; nothing to whom nobody knows', async () => {
    const h = await fresh();
    const [phone, stranger] = [newPhone(), newPhone()];
    await issue(h, phone);
    for (let i = 0; i < 3; i++) assert.equal((await say(h, phone, 'help')).done, 'help');
    assert.deepEqual(await answers(h), ['reply_help']);
    const ttl = await server.redis.ttl(`${h.tag}:helped:${phone.hash}`);
    assert.ok(ttl > 86000 && ttl <= 86400);
    const before = await server.redis.dbsize();
    assert.equal((await find(h, stranger)).known, false);
    for (const word of ['help', 'stop', 'start', 'cancel']) assert.equal((await say(h, stranger, word)).done, 'none');
    assert.equal(await server.redis.dbsize(), before);
    assert.equal((await outbox(h)).length, 2);
});

test('stop: told once, then no answers; what was asked for is done all the same; start', async () => {
    const h = await fresh();
    const phone = newPhone();
    await h.book({}, phone);
    assert.equal((await say(h, phone, 'start')).done, 'none', 'nothing was stopped');
    assert.equal((await say(h, phone, 'stop')).done, 'stop');
    assert.equal((await say(h, phone, 'stop')).done, 'none');
    assert.equal((await say(h, phone, 'confirm')).done, 'confirm');
    assert.deepEqual(await answers(h), ['reply_stopped']);
    assert.equal((await say(h, phone, 'start')).done, 'start');
    assert.equal((await say(h, phone, 'confirm')).done, 'confirm');
    assert.deepEqual(await answers(h), ['reply_stopped', 'reply_started', 'reply_coming']);
});

test('where another hall answers this one is silent', async () => {
    const h = await fresh();
    const phone = newPhone();
    await issue(h, phone);
    assert.equal((await say(h, phone, 'stop', { wants: '' })).done, 'stop');
    assert.deepEqual(await answers(h), []);
});

test('too many words of one number are not listened to; the number is free again later', async () => {
    const h = await fresh();
    const phone = newPhone();
    await h.book({}, phone);
    let done = 0;
    for (let i = 0; i < 30; i++) if ((await say(h, phone, 'confirm')).done === 'confirm') done++;
    assert.equal(done, 15);
    h.at += 4 * MINUTE;
    assert.equal((await say(h, phone, 'confirm')).done, 'confirm');
});

test('what makes no sense is refused, and nothing has changed', async () => {
    const h = await fresh();
    const phone = newPhone();
    await h.book({}, phone);
    const before = await server.redis.dbsize();
    await assert.rejects(say(h, phone, 'dance'), { code: 'field_invalid', field: 'word' });
    await assert.rejects(say(h, phone, 'cancel', { kept: 0 }), { code: 'field_invalid', field: 'kept_s' });
    assert.equal(await server.redis.dbsize(), before);
});

test('a booking of before answers were kept is found by its number', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book({}, phone);
    await server.redis.del(`${h.tag}:spoken:${phone.hash}`);
    assert.deepEqual(await find(h, phone), { known: true, at: 0, heard: false, country: '86' });
    assert.equal((await say(h, phone, 'cancel')).number, b.number);
});
