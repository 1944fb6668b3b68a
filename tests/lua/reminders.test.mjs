// Reminders of appointments: at the hall's times, once, whoever ticks; never of what is cancelled or too near.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { Desk, bookable, cellAt, newPhone, MINUTE } from '../lib/booking.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());

const HOUR = 60 * MINUTE;
const AT = cellAt(120); // the booked time, two days after NOON
async function fresh(reminders = [1440, 120], change = {}) {
    const desk = new Desk(server.redis, `rm${n++}`);
    return desk.configure({ ...bookable({ code: desk.tag.slice(1, -1), ...change }), reminders });
}
const tick = (h) => h.write('hall_tick', 'system:');
async function outbox(h, kind) {
    const entries = await server.redis.xrange(`${h.tag}:outbox`, '-', '+');
    return entries.map(([, flat]) => Object.fromEntries(flat.flatMap((v, i) => (i % 2 ? [] : [[v, flat[i + 1]]]))))
        .filter((m) => m.k === kind);
}
const told = async (h) => (await outbox(h, 'reminder')).map((m) => m.t);
async function tickAt(h, at) { h.at = at; await tick(h); }
// A daemon begins to send the newest reminder of the booking.
async function begin(h, b) {
    const id = (await server.redis.xrange(`${h.tag}:outbox`, '-', '+')).findLast(([, f]) => f.includes('reminder') && f.includes(b.id))[0];
    await h.startOne({ id });
}

test('a reminder at each of the hall\'s times, not a millisecond early, worth something until the appointment', async () => {
    const h = await fresh();
    const b = await h.book();
    await tickAt(h, AT - 24 * HOUR - 1);
    assert.deepEqual(await told(h), []);
    await tickAt(h, AT - 24 * HOUR);
    assert.deepEqual(await told(h), [b.id]);
    await tickAt(h, AT - 2 * HOUR - 1);
    assert.equal((await told(h)).length, 1);
    await tickAt(h, AT - 2 * HOUR);
    await tickAt(h, AT - HOUR);
    const all = await outbox(h, 'reminder');
    assert.deepEqual(all.map((m) => [m.t, +m.b, +m.x, m.s]), [[b.id, AT, AT, 'a'], [b.id, AT, AT, 'a']]);
    assert.equal(new Set(all.map((m) => m.q)).size, 2);
    assert.ok(all.every((m) => m.p));
});

test('many daemons tick at once: one reminder', async () => {
    const h = await fresh();
    await h.book();
    h.at = AT - 24 * HOUR;
    await Promise.all(Array.from({ length: 20 }, () => tick(h)));
    assert.equal((await told(h)).length, 1);
});

test('never after a cancel; a booking made too late for a reminder gets only those to come', async () => {
    const h = await fresh();
    const gone = await h.book({ cell: 120 });
    await h.cancel(gone.id);
    h.at = AT - 23 * HOUR;
    const late = await h.book({ cell: 126 });
    await tick(h);
    await tickAt(h, cellAt(126) - 2 * HOUR);
    assert.deepEqual(await told(h), [late.id]);
    assert.equal(await server.redis.zscore(`${h.tag}:later`, `remind|${gone.id}`), null);
});

test('a booking that is moved is reminded anew, also nearer: only what is still to come', async () => {
    const h = await fresh();
    const b = await h.book();
    await tickAt(h, AT - 24 * HOUR);
    await begin(h, b);
    await h.move(b.id, { cell: 150 });
    await tickAt(h, cellAt(150) - 24 * HOUR);
    await begin(h, b);
    assert.deepEqual(await told(h), [b.id, b.id]);
    h.at = cellAt(126) - HOUR;
    await h.move(b.id, { cell: 126 });
    await tickAt(h, cellAt(126) - MINUTE);
    assert.equal((await told(h)).length, 2, 'two hours before it are over');
});

test('after an outage the last of those that are due says it all; after the appointment none', async () => {
    const h = await fresh();
    await h.book({ cell: 120 });
    await tickAt(h, AT - HOUR);
    assert.equal((await told(h)).length, 1);
    const gone = await fresh([120], { booking: { late_minutes: 60 } });
    await gone.book({ cell: 120 });
    await tickAt(gone, AT + MINUTE);
    assert.deepEqual(await told(gone), []);
});

test('without a phone number or without times nobody is reminded', async () => {
    const h = await fresh();
    await h.make({}, null);
    const none = await fresh([]);
    await none.book();
    for (const one of [h, none]) {
        await tickAt(one, AT - 2 * HOUR);
        assert.deepEqual(await told(one), []);
    }
});

test('checked in, nobody is reminded any more', async () => {
    const h = await fresh([30], { booking: { early_minutes: 60 } });
    const b = await h.book();
    h.at = AT - 40 * MINUTE;
    h.day = '20261125';
    await h.write('booking_check_in', 'kiosk:k1', [b.id, 'kiosk']);
    await tickAt(h, AT - 20 * MINUTE);
    assert.deepEqual(await told(h), []);
});

test('other times in the hall file count for what is booked already, however many there are', async () => {
    const h = await fresh([], { service: {}, booking: { service_day_max: 10 } });
    const ids = [];
    for (let i = 0; i < 230; i++) {
        ids.push((await h.make({ cell: 100 + (i % 3), units: 200, segments: `hall|p|20261125|${100 + (i % 3)}|200,200` }, newPhone())).id);
    }
    await h.configure({ ...bookable({ code: h.tag.slice(1, -1) }), reminders: [60] });
    for (let i = 0; i < 6; i++) await tick(h);
    assert.equal(await server.redis.zcount(`${h.tag}:later`, cellAt(100) - HOUR, cellAt(102) - HOUR), 230);
    h.at = cellAt(102) - HOUR;
    for (let i = 0; i < 4; i++) await tick(h);
    assert.deepEqual((await told(h)).sort(), ids.sort());
    await h.configure({ ...bookable({ code: h.tag.slice(1, -1) }), reminders: [] });
    for (let i = 0; i < 6; i++) await tick(h);
    assert.equal(await server.redis.zcount(`${h.tag}:later`, h.at, cellAt(99)), 0);
});

test('a reminder that waits for the end of the quiet hours goes with its booking; by whose call it fell due does not matter', async () => {
    const h = await fresh([1440]);
    const [gone, stays, near] = [await h.book({ units: 5 }), await h.book({ services: 'b', units: 5 }), await h.book({ cell: 90 })];
    const due = AT - 24 * HOUR;
    await server.redis.set(`${h.tag}:quiet`, `${due - HOUR}|${due + HOUR}`);
    h.at = cellAt(90) - 24 * HOUR;
    await tick(h);
    h.at = due;
    await h.cancel((await h.hold({ services: 'c', cell: 200 })).id); // a citizen's call finds them due
    assert.deepEqual((await outbox(h, 'reminder')).map((m) => [m.t, m.nb && +m.nb]),
        [[near.id, undefined], [gone.id, due + HOUR], [stays.id, due + HOUR]]);
    await h.cancel(gone.id);
    assert.deepEqual(await told(h), [near.id, stays.id]);
    await h.move(stays.id, { cell: 240 });
    assert.deepEqual(await told(h), [near.id]);
    const taken = (await h.events()).filter((e) => e.type === 'message.expired').map((e) => [e.ticket, e.reason]);
    assert.deepEqual(taken, [[gone.id, 'taken_back'], [stays.id, 'taken_back']]);
});

test('a reminder under way is not taken back', async () => {
    const h = await fresh([1440]);
    const b = await h.book();
    await tickAt(h, AT - 24 * HOUR);
    await begin(h, b);
    await h.cancel(b.id);
    assert.deepEqual(await told(h), [b.id]);
});

test('times that were taken out of the hall file are not told, though they were planned', async () => {
    const h = await fresh([120]);
    await h.book();
    h.at = AT - 2 * HOUR;
    await h.configure({ ...bookable({ code: h.tag.slice(1, -1) }), reminders: [60] });
    await tick(h);
    assert.deepEqual(await told(h), []);
    await tick(h);
    await tickAt(h, AT - HOUR);
    assert.equal((await told(h)).length, 1);
});
