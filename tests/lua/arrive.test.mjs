// Check-in: a booking becomes a ticket, early, on time, late; or is missed.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { MINUTE, NOON } from '../lib/hall.mjs';
import { makeVisitHall, book, checkIn, aPhone, CELL } from '../lib/visits.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeVisitHall(server.redis, `a${n++}`, change);
const AT = NOON + 60 * MINUTE;

test('booking_check_in: a ticket of its own, told in one step', async () => {
    const h = await fresh();
    const phone = aPhone();
    const b = await book(h, 'a', AT, { persons: 3, phone });
    await server.redis.expire(`${h.tag}:p:${phone[0]}`, 100);
    h.at = AT - 4 * MINUTE;
    const seen = (await h.events()).length;
    const t = await checkIn(h, b.id);
    assert.deepEqual([t.number, t.state, t.service, t.class, t.line, t.rank, t.ahead], ['A001', 'waiting', 'a', 'normal', 'a', AT, 0]);
    assert.deepEqual([t.booking, t.booked, t.persons, t.phone, t.issued, t.steps], [b.id, AT, 3, true, h.at, undefined]);
    const told = (await h.events()).slice(seen);
    assert.deepEqual(told.map((e) => e.type), ['message.queued', 'ticket.issued', 'booking.checked_in']);
    assert.deepEqual([told[1].booking, told[1].booked, told[1].persons, told[1].phone], [b.id, AT, 3, true]);
    assert.deepEqual([told[2].from, told[2].to, told[2].ticket, told[2].booking, told[2].at],
        ['confirmed', 'checked_in', t.id, b.id, h.at]);
    assert.ok(!JSON.stringify(told).includes(phone[2]), 'no hash of the phone number');
    assert.deepEqual(told[0].kind, 'ticket');
    assert.ok(await server.redis.ttl(`${h.tag}:p:${phone[0]}`) > 86400, 'the number is kept for the day');
    const view = await h.read('booking_view', [b.id]);
    assert.deepEqual([view.state, view.ticket], ['checked_in', t.id]);
    assert.equal(Number(await server.redis.hget(`${h.tag}:shows`, 'kept')), 1);
    assert.equal(await server.redis.zscore(`${h.tag}:later`, `late|${b.id}`), null);
    assert.deepEqual((await h.read('ticket_view', [t.id])).booking, b.id);
    assert.deepEqual((await h.snapshot()).tickets[0].persons, 3);
});

test('booking_check_in again: the same ticket, as it is now', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    h.at = AT;
    const t = await checkIn(h, b.id);
    const seen = (await h.events()).length;
    assert.deepEqual(await checkIn(h, b.id), t);
    assert.equal((await h.events()).length, seen, 'nothing is told twice');
    await h.open('1');
    await h.next('1');
    assert.equal((await checkIn(h, b.id, 'staff', 'clerk:li')).state, 'called');
    h.at += 60 * MINUTE;
    assert.equal((await checkIn(h, b.id)).state, 'called', 'also long after its time');
});

test('a call tells when it was booked and when the citizen came', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    h.at = AT - 6 * MINUTE;
    await checkIn(h, b.id);
    await h.open('1');
    h.at += MINUTE;
    const { ticket } = await h.next('1');
    assert.deepEqual([ticket.why.booked, ticket.why.arrived, ticket.why.waited], [AT, AT - 6 * MINUTE, MINUTE]);
    await h.issue();
    await h.present('absent', '1');
    assert.equal((await h.next('1')).ticket.why.booked, undefined);
});

// The window, and the rank by it. Late limit 15 min; targets: normal 30, elderly 10. So each minute late costs three.
const LATE = 15 * MINUTE;
const WINDOW = [
    ['a millisecond before the window', -60 * MINUTE - 1, 'booking_early'],
    ['with the first moment of the window', -60 * MINUTE, [AT, AT - 20 * MINUTE]],
    ['a millisecond before its time', -1, [AT, AT - 20 * MINUTE]],
    ['on time', 0, [AT, AT - 20 * MINUTE]],
    ['a millisecond late', 1, [AT + 3, AT - 20 * MINUTE + 3]],
    ['five minutes late', 5 * MINUTE, [AT + 15 * MINUTE, AT - 5 * MINUTE]],
    ['a millisecond before the limit', LATE - 1, [AT + 45 * MINUTE - 3, AT + 25 * MINUTE - 3]],
    ['at the limit', LATE, [AT + 45 * MINUTE, AT + 25 * MINUTE]],
    ['a millisecond behind the limit', LATE + 1, 'booking_missed'],
];
for (const [name, late, expected] of WINDOW) {
    test(`booking_check_in ${name}`, async () => {
        const h = await fresh();
        const normal = await book(h, 'a', AT);
        const elderly = await book(h, 'a', AT, { klass: 'elderly' });
        h.at = AT + late;
        if (typeof expected === 'string') {
            await assert.rejects(checkIn(h, normal.id), { code: expected });
            return;
        }
        const ranks = [(await checkIn(h, normal.id)).rank, (await checkIn(h, elderly.id)).rank];
        assert.deepEqual(ranks, expected);
    });
}

test('booking_check_in: the rank never jumps, never falls, and ends as a walk-in', async () => {
    const h = await fresh({ booking: { late_minutes: 7 } });
    let last = 0;
    for (let s = 0; s <= 7 * 60; s += 20) {
        h.at = NOON;
        const b = await book(h, 'a', AT);
        h.at = AT + s * 1000;
        const { rank } = await checkIn(h, b.id);
        assert.ok(last === 0 || (rank > last && rank - last <= (37 / 7) * 20000 + 1), `${s} s`);
        assert.ok(rank <= h.at + 30 * MINUTE, 'never worse than a walk-in');
        last = rank;
    }
    assert.equal(last, h.at + 30 * MINUTE);
});

test('booking_check_in where nobody may be late', async () => {
    const h = await fresh({ booking: { late_minutes: 0 } });
    const on_time = await book(h, 'a', AT);
    const late = await book(h, 'a', AT);
    h.at = AT;
    await h.write('hall_tick', 'system:');
    assert.equal((await checkIn(h, on_time.id)).rank, AT);
    h.at = AT + 1;
    await assert.rejects(checkIn(h, late.id), { code: 'booking_missed' });
    await h.write('hall_tick', 'system:');
    assert.equal((await h.read('booking_view', [late.id])).state, 'missed');
});

test('booking_check_in: the class falls back when the hall has it no more; so does a service', async () => {
    const h = await fresh();
    const b = await book(h, 'b,a', AT, { klass: 'elderly', ordered: true });
    const gone = await book(h, 'b', AT);
    const { config } = await h.read('hall_config');
    config.classes = [{ code: 'everyone', target_minutes: 25, names: { zh: '', en: '' } }];
    config.services = config.services.filter((s) => s.code !== 'b');
    await h.write('hall_configure', 'admin:root', [JSON.stringify(config), '']);
    h.at = AT;
    const t = await checkIn(h, b.id);
    assert.deepEqual([t.class, t.service, t.steps, t.rank], ['everyone', 'a', undefined, AT]);
    await assert.rejects(checkIn(h, gone.id), { code: 'service_unknown' });
});

test('booking_check_in of what is no booking that stands', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    await h.write('booking_cancel', 'clerk:li', [b.id, 'closed']);
    h.at = AT;
    await assert.rejects(checkIn(h, b.id), { code: 'booking_state' });
    await assert.rejects(checkIn(h, '1795435200000-b9999'), { code: 'booking_unknown', field: 'booking' });
});

test('booking_check_in when all numbers are in use changes nothing', async () => {
    const h = await fresh({ last: 1 });
    await h.issue();
    const b = await book(h, 'a', AT);
    h.at = AT;
    await assert.rejects(checkIn(h, b.id), { code: 'series_full' });
    assert.equal((await h.read('booking_view', [b.id])).state, 'confirmed');
});

test('booking_check_in: early is served early only where the counter would be idle', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    h.at = AT - 20 * MINUTE;
    const walk_in = await h.issue(); // rank 10 min behind the booking's time
    h.at -= 15 * MINUTE;
    const sooner = await h.issue();  // and 5 min before it
    await checkIn(h, b.id);
    h.at += 16 * MINUTE;
    await h.open('1');
    const order = [];
    for (let i = 0; i < 3; i++) {
        order.push((await h.next('1')).ticket.number);
        await h.present('absent', '1');
    }
    assert.deepEqual(order, [sooner.number, 'A003', walk_in.number]);
    const alone = await book(h, 'c', AT + CELL);
    await checkIn(h, alone.id);
    assert.equal((await h.next('1')).ticket.number, 'C001', 'idle: at once');
});

test('booking_check_in by the link: wrong codes are counted, for each booking by itself', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    const other = await book(h, 'a', AT);
    h.at = AT;
    for (let i = 0; i < 5; i++) {
        await assert.rejects(checkIn(h, b.id, 'wrong', 'citizen:'), { code: 'arrival_code', field: 'arrival' });
    }
    await assert.rejects(checkIn(h, b.id, 'wrong', 'citizen:'), { code: 'rate_limit' });
    await assert.rejects(checkIn(h, b.id, 'link', 'citizen:'), { code: 'rate_limit' });
    await assert.rejects(checkIn(h, b.id, '', 'citizen:'), { code: 'rate_limit' });
    assert.equal((await checkIn(h, other.id, 'link', 'citizen:')).state, 'waiting');
    assert.equal((await checkIn(h, b.id, 'kiosk')).state, 'waiting', 'at the kiosk the code plays no part');
});

test('booking_check_in by the link: after ten minutes the right code counts again', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    h.at = AT;
    for (let i = 0; i < 6; i++) await assert.rejects(checkIn(h, b.id, 'wrong', 'citizen:'));
    h.at += 10 * MINUTE + 1;
    assert.equal((await checkIn(h, b.id, 'link', 'citizen:')).state, 'waiting');
});

const used = async (h) => [...await server.redis.getBuffer(`${h.tag}:k:hall:s:${h.day}`)];

test('a booking is missed behind its last moment: what is still to come is free at once', async () => {
    const h = await fresh();
    const phone = aPhone();
    const b = await book(h, 'a', AT, { cells: 6, phone });
    const first = (AT % (24 * 60 * MINUTE)) / CELL;
    h.at = AT + LATE;
    await h.write('hall_tick', 'system:');
    assert.equal((await h.read('booking_view', [b.id])).state, 'confirmed', 'the last moment is in time');
    h.at += 1;
    const seen = (await h.events()).length;
    await h.write('hall_tick', 'system:');
    assert.equal((await h.read('booking_view', [b.id])).state, 'missed');
    assert.deepEqual((await used(h)).slice(first, first + 6), [1, 1, 1, 1, 0, 0], 'cells that have begun stay');
    const told = (await h.events()).slice(seen);
    assert.deepEqual(told.map((e) => [e.type, e.from, e.to]), [['booking.missed', 'confirmed', 'missed']]);
    assert.equal(Number(await server.redis.hget(`${h.tag}:shows`, 'missed')), 1);
    assert.equal(Number(await server.redis.hget(`${h.tag}:st:${phone[2]}`, 'mi')), 1);
    await assert.rejects(checkIn(h, b.id), { code: 'booking_missed' });
    await assert.rejects(checkIn(h, b.id, 'staff', 'supervisor:wang'), { code: 'booking_missed' });
    await h.write('hall_tick', 'system:');
    assert.equal((await h.events()).length, seen + 1, 'once');
});

test('a booking that was checked in is never missed; nor one that was moved on', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    h.at = AT;
    await checkIn(h, b.id);
    h.at += 60 * MINUTE;
    await h.write('hall_tick', 'system:');
    assert.equal((await h.read('booking_view', [b.id])).state, 'checked_in');
    assert.equal((await h.events()).filter((e) => e.type === 'booking.missed').length, 0);
});

test('more time to be late, given meanwhile, counts for bookings made before', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    const late = await book(h, 'a', AT);
    const { config } = await h.read('hall_config');
    config.booking.late_minutes = 30;
    await h.write('hall_configure', 'admin:root', [JSON.stringify(config), '']);
    h.at = AT + 20 * MINUTE;
    await h.write('hall_tick', 'system:');
    assert.equal((await checkIn(h, b.id)).state, 'waiting');
    h.at = AT + 30 * MINUTE + 1;
    await h.write('hall_tick', 'system:');
    assert.equal((await h.read('booking_view', [late.id])).state, 'missed');
});

test('misses are counted against the phone number, with a warning first, and an offer or a wish falls away', async () => {
    const h = await fresh({ booking: { misses_max: 1 } });
    const phone = aPhone();
    const first = await book(h, 'a', AT, { phone });
    const second = await book(h, 'a', AT, { phone: [aPhone()[0], phone[1], phone[2]] });
    h.at = AT + LATE + 1;
    await h.write('hall_tick', 'system:');
    assert.deepEqual([(await h.read('booking_view', [first.id])).state, (await h.read('booking_view', [second.id])).state], ['missed', 'missed']);
    const told = (await h.events()).filter((e) => e.type.startsWith('phone.'));
    assert.deepEqual(told.map((e) => [e.type, e.reason]), [['phone.warned', 'misses'], ['phone.blocked', 'misses']]);
});

test('a booking missed while another time was offered for it is nobody\'s fault', async () => {
    const h = await fresh();
    const phone = aPhone();
    const b = await book(h, 'a', AT, { phone });
    const cell = (AT % (24 * 60 * MINUTE)) / CELL;
    const offer = await h.write('booking_offer', 'supervisor:wang',
        [b.id, AT + 60 * MINUTE, AT + 70 * MINUTE, h.day, `hall|s|${h.day}|${cell + 12}|3,3`, 1, '7']);
    h.at = AT + LATE + 1;
    await h.write('hall_tick', 'system:');
    assert.equal((await h.read('booking_view', [b.id])).state, 'missed');
    assert.equal((await h.read('booking_view', [offer.id])).state, 'cancelled');
    assert.equal(await server.redis.exists(`${h.tag}:st:${phone[2]}`), 0);
});

test('who checks in needs the offered other time no more', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT, { phone: aPhone() });
    const cell = (AT % (24 * 60 * MINUTE)) / CELL;
    const offer = await h.write('booking_offer', 'supervisor:wang',
        [b.id, AT + 60 * MINUTE, AT + 70 * MINUTE, h.day, `hall|s|${h.day}|${cell + 12}|3,3`, 1, '7']);
    h.at = AT;
    await checkIn(h, b.id);
    assert.equal((await h.read('booking_view', [offer.id])).state, 'cancelled');
});

test('a booking of a day that was closed by hand is missed at its own time', async () => {
    const h = await fresh();
    const b = await book(h, 'a', AT);
    await h.write('hall_close_day', 'supervisor:wang');
    assert.equal((await h.read('booking_view', [b.id])).state, 'confirmed');
    h.at = AT + LATE + 1;
    await h.write('hall_tick', 'system:');
    assert.equal((await h.read('booking_view', [b.id])).state, 'missed');
});
