// Messages that are not written, or not yet: caps of a number and of a hall, numbers that want none, quiet hours.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, MINUTE, NOON } from '../lib/hall.mjs';
import { Desk, bookable, newPhone } from '../lib/booking.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change = {}) => makeHall(server.redis, { ...sample({ code: `q${n++}` }), ...change });
const HOUR = 60 * MINUTE;

async function outbox(h) {
    const entries = await server.redis.xrange(`${h.tag}:outbox`, '-', '+');
    return entries.map(([, flat]) => Object.fromEntries(flat.flatMap((v, i) => (i % 2 ? [] : [[v, flat[i + 1]]]))));
}
const kinds = async (h) => (await outbox(h)).map((m) => m.k);
const events = async (h, type) => (await h.events()).filter((e) => e.type === type);

const issueTo = (h, phone) => {
    h.at += 1;
    return h.write('ticket_issue', 'kiosk:k1', ['a', '', 'zh', `r${h.at}`, `k1.sealed-${h.at}|138****0001`, phone]);
};

test('cap of a number: so many a day, then the tickets go on without', async () => {
    const h = await fresh({ messages_per_number_day: 3 });
    for (let i = 0; i < 5; i++) await issueTo(h, 'p1');
    await issueTo(h, 'p2');
    assert.equal((await kinds(h)).length, 4);
    assert.deepEqual((await events(h, 'message.capped')).map((e) => [e.kind, e.number, e.cap]), [['ticket', 'A004', 'number'], ['ticket', 'A005', 'number']]);
    assert.equal((await events(h, 'message.queued')).length, 4);
    assert.equal((await h.snapshot()).tickets.length, 6);
    const { capped, cap, messages } = await h.read('message_counts');
    assert.deepEqual([capped, cap, messages], [{ number: 2, hall: 0 }, { number: 3, hall: 0 }, 4]);
});

test('cap of a number: 12 where the hall file says nothing, none at 0', async () => {
    const standard = await fresh();
    for (let i = 0; i < 13; i++) await issueTo(standard, 'p1');
    assert.equal((await kinds(standard)).length, 12);
    const open = await fresh({ messages_per_number_day: 0 });
    for (let i = 0; i < 20; i++) await issueTo(open, 'p1');
    assert.equal((await kinds(open)).length, 20);
});

test('cap of a number: also of a come now and a call, and anew the next day', async () => {
    const h = await fresh({ messages_per_number_day: 1 });
    for (let i = 0; i < 4; i++) { await h.issue('a'); h.at += 1; }
    await issueTo(h, 'p1');
    await h.open('1');
    await h.next('1');
    assert.deepEqual(await kinds(h), ['ticket']);
    assert.deepEqual((await events(h, 'message.capped')).map((e) => e.kind), ['come_now']);
    h.day = '20261124';
    h.at += 24 * HOUR;
    await issueTo(h, 'p1');
    assert.deepEqual(await kinds(h), ['ticket', 'ticket']);
});

test('cap of a hall: an alarm, once a day, told to the alarm phones', async () => {
    const h = await fresh({ messages_per_day: 2, alarms: { phones: ['+8613800000009'] } });
    for (let i = 0; i < 5; i++) await issueTo(h, `p${i}`);
    assert.deepEqual(await kinds(h), ['ticket', 'ticket', 'alarm']);
    assert.deepEqual((await events(h, 'alarm.raised')).map((e) => [e.alarm, e.subject, e.value]), [['cap', 'hall', 2]]);
    assert.deepEqual((await h.read('alarm_list')).alarms.map((a) => [a.kind, a.subject, a.value]), [['cap', 'hall', 2]]);
    assert.equal((await events(h, 'message.capped')).length, 3);
    const [alarm] = (await outbox(h)).filter((m) => m.k === 'alarm');
    assert.deepEqual([alarm.w, alarm.v, alarm.p], ['cap', '2', '#1']);
    h.day = '20261124';
    h.at += 24 * HOUR;
    await issueTo(h, 'p9');
    assert.equal((await events(h, 'alarm.cleared')).length, 1, 'with the day');
    assert.deepEqual((await h.read('alarm_list')).alarms, []);
});

async function bookings(change = {}) {
    const code = `q${n++}`;
    await makeHall(server.redis, { ...bookable({ code }), ...change });
    return new Desk(server.redis, code);
}

test('codes and alarms are neither capped nor stopped', async () => {
    const h = await bookings({ messages_per_day: 1, messages_per_number_day: 1 });
    const phone = newPhone();
    await h.write('optout_set', 'clerk:li', [phone.hash, 1]);
    for (let i = 0; i < 3; i++) await h.code('manage', phone);
    assert.deepEqual((await h.sent()).map((m) => m.k), ['code', 'code', 'code']);
});

test('optout_set: nothing is written for the number, the tickets go on; and on again', async () => {
    const h = await fresh();
    assert.deepEqual(await h.write('optout_set', 'clerk:li', ['p1', 1]), { opted_out: true, changed: true });
    assert.deepEqual(await h.write('optout_set', 'clerk:li', ['p1', 1]), { opted_out: true, changed: false });
    const t = await issueTo(h, 'p1');
    await issueTo(h, 'p2');
    await h.open('1');
    await h.next('1');
    assert.deepEqual((await outbox(h)).map((m) => [m.k, m.n]), [['ticket', 'A002']]);
    assert.equal((await h.read('ticket_view', [t.id])).phone, true);
    assert.equal((await h.read('message_counts')).opted_out, 1);
    await h.write('optout_set', 'clerk:li', ['p1', 0]);
    await issueTo(h, 'p1');
    assert.equal((await kinds(h)).length, 2);
    const told = (await h.events()).filter((e) => e.type.startsWith('phone.'));
    assert.deepEqual(told.map((e) => e.type), ['phone.opted_out', 'phone.opted_in']);
    assert.ok(told.every((e) => !/(?<!\w)p1(?!\w)/.test(JSON.stringify(e))), 'whose it is stands in no event');
    await assert.rejects(h.write('optout_set', 'clerk:li', ['', 1]), { code: 'field_invalid' });
});

const tick = (h, from = '', till = '') => h.write('hall_tick', 'system:', [from, till]);

test('quiet hours: what staff cause waits for their end, what the citizen does right now does not', async () => {
    const h = await bookings();
    const one = await h.book({ units: 50 });
    const two = await h.book({ units: 50 });
    const end = h.at + 9 * HOUR;
    await tick(h, h.at - HOUR, end);
    const was = (await h.sent()).length;
    await h.write('booking_cancel', 'clerk:li', [one.id, 'asked']);
    await h.write('booking_cancel', 'citizen:', [two.id, '']);
    await h.code('manage', newPhone());
    const [staff, ...others] = (await h.sent()).slice(was);
    assert.deepEqual([staff.k, +staff.nb, +staff.x], ['cancelled', end, end + 12 * HOUR]);
    assert.ok(others.length > 0 && others.every((m) => m.nb === undefined), JSON.stringify(others));
    const listed = (await h.read('message_list', ['', 'cancelled', '', ''])).messages;
    assert.deepEqual(listed.map((m) => m.not_before), [undefined, end], 'the newest first');
});

test('quiet hours: what would come too late by their end does not wait', async () => {
    const h = await bookings();
    const cancelled = async (till) => {
        const b = await h.book({ units: 50 });
        await tick(h, h.at - HOUR, till);
        await h.write('booking_cancel', 'clerk:li', [b.id, 'asked']);
        return { at: b.at, nb: (await h.sent()).at(-1).nb };
    };
    const { at } = await cancelled(h.at + HOUR);
    assert.equal((await cancelled(at - HOUR + 1)).nb, undefined, 'less than an hour to read it');
    assert.equal((await cancelled(at - HOUR)).nb, String(at - HOUR));
    assert.equal((await cancelled(at + HOUR)).nb, undefined, 'it is about an appointment of this night');
});

test('quiet hours: from their first moment until their last one; none once they are gone', async () => {
    const h = await bookings();
    const cancelled = async (at) => {
        const b = await h.book({ units: 50 });
        const now = h.at;
        h.at = at ?? now;
        await h.write('booking_cancel', 'clerk:li', [b.id, 'asked']);
        h.at = now;
        return (await h.sent()).at(-1).nb;
    };
    const from = h.at + 10 * MINUTE;
    await tick(h, from, from + HOUR);
    assert.equal(await cancelled(from - 1), undefined);
    assert.equal(await cancelled(from), String(from + HOUR));
    assert.equal(await cancelled(from + HOUR - 1), String(from + HOUR));
    assert.equal(await cancelled(from + HOUR), undefined);
    await tick(h);
    assert.equal(await cancelled(from), undefined);
});

test('quiet hours: a called ticket and its number are told at once', async () => {
    const h = await fresh();
    await tick(h, h.at - HOUR, h.at + HOUR);
    await issueTo(h, 'p1');
    await h.open('1');
    await h.next('1');
    assert.ok((await outbox(h)).every((m) => m.nb === undefined));
    assert.deepEqual(await kinds(h), ['ticket', 'called']);
});

test('hall_tick of a daemon that knows no quiet hours leaves them as they are', async () => {
    const h = await fresh();
    await tick(h, NOON, NOON + HOUR);
    await h.write('hall_tick', 'system:');
    assert.equal(await server.redis.get(`${h.tag}:quiet`), `${NOON}|${NOON + HOUR}`);
});
