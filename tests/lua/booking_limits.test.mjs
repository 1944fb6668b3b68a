// What one phone number or one sender may do: limits at their edges, the month, the block that ends by itself, one-time
// codes, rates, challenges.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeDesk, newPhone, refusedUnchanged, cellAt, DAY, MINUTE } from '../lib/booking.mjs';

let server;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeDesk(server.redis, change);
const HOUR = 60 * MINUTE;
const D = 24 * HOUR;
const days = ['20261125', '20261126', '20261127', '20261128', '20261129', '20261130'];

async function ready(h, phone, w) {
    const { id } = await h.hold(w);
    await h.code('book', phone, { booking: id });
    h.at += MINUTE; // the next code of this number
    return id;
}

test('alive_max: as many bookings and no more; one that ends makes room', async () => {
    const h = await fresh({ booking: { alive_max: 2 } });
    const phone = newPhone();
    const first = await h.book({ day: days[0] }, phone);
    await h.book({ day: days[1] }, phone);
    const id = await ready(h, phone, { day: days[2] });
    await refusedUnchanged(h, () => h.confirmWith(id, phone), 'phone_limit');
    await h.cancel(first.id);
    assert.equal((await h.confirmWith(id, phone)).state, 'confirmed', 'with the same code: it was not used up');
});

test('service_day_max: by service and day; a move is held to it, too, but not against itself', async () => {
    const h = await fresh({ booking: { service_day_max: 1, alive_max: 9 } });
    const phone = newPhone();
    const first = await h.book({ services: 'a,b' }, phone);
    const same = await ready(h, phone, { services: 'b', cell: 140 });
    await refusedUnchanged(h, () => h.confirmWith(same, phone), 'phone_day_limit');
    await h.book({ services: 'c', cell: 150 }, phone);
    h.at += MINUTE;
    const other = await h.book({ services: 'b', day: days[1] }, phone);
    await refusedUnchanged(h, () => h.move(other.id, { cell: 160 }), 'phone_day_limit');
    await h.move(first.id, { cell: 170 });
    await h.move(other.id, { cell: 160 }, 'clerk:li', 'asked');
});

test('the same person confirming 20 times at once with one booking allowed: one', async () => {
    const h = await fresh({ booking: { alive_max: 1, hold_minutes: 60 } });
    const phone = newPhone();
    const ids = [];
    for (let i = 0; i < 20; i++) {
        const { id } = await h.hold({ cell: 100 + 2 * i });
        // Twenty codes to one number would take twenty minutes: written as code_send would.
        await server.redis.hset(`${h.tag}:code:book:${phone.hash}:${id}`, { co: 'hash-123456', tr: 0, x: h.at + 10 * MINUTE });
        ids.push(id);
    }
    const got = await Promise.allSettled(ids.map((id) => h.confirmWith(id, phone)));
    assert.equal(got.filter((r) => r.status === 'fulfilled').length, 1);
    assert.ok(got.every((r) => r.status === 'fulfilled' || r.reason.code === 'phone_limit'));
});

test('booking_make: the limits hold for staff, too, unless they say why not', async () => {
    const h = await fresh({ booking: { alive_max: 1 } });
    const phone = newPhone();
    await h.make({}, phone);
    await refusedUnchanged(h, () => h.make({ cell: 130 }, { ...phone }), 'phone_limit');
    const b = await h.make({ cell: 130 }, phone, { override: 'family' });
    assert.equal(b.reason, 'family');
    assert.equal((await h.events()).findLast((e) => e.type === 'booking.confirmed').reason, 'family');
    for (let i = 0; i < 5; i++) await h.make({ cell: 140 + 2 * i }, null); // nobody's number, no limit
});

const standing = async (h, phone) => h.unblock(phone);

// Books and cancels once; the reply of the cancel.
async function bookAndCancel(h, phone, who = 'citizen:') {
    const b = await h.book({ cell: 100, units: 200, day: days[3] }, phone);
    h.at += 2 * MINUTE;
    return h.cancel(b.id, who, who === 'citizen:' ? '' : 'ill');
}

test('cancels: the one that reaches the maximum warns, the next one blocks, the block ends by itself', async () => {
    const h = await fresh({ booking: { cancels_max: 2, block_days: 1 } });
    const phone = newPhone();
    assert.equal((await bookAndCancel(h, phone)).warning, undefined);
    assert.equal((await bookAndCancel(h, phone)).warning, 'cancels');
    assert.equal((await bookAndCancel(h, phone)).state, 'cancelled');
    const id = await ready(h, phone, { cell: 130, day: days[3] });
    const blockedAt = h.at - MINUTE;
    await refusedUnchanged(h, () => h.confirmWith(id, phone), 'phone_blocked');
    await assert.rejects(h.confirmWith(id, phone), { wait: (D - MINUTE) / 1000 }, 'and for how long still');
    await refusedUnchanged(h, () => h.make({ cell: 132 }, phone), 'phone_blocked');
    await h.code('wait', phone);
    await refusedUnchanged(h, () => h.write('waitlist_join', 'citizen:', ['a', '1', 'hall|p|0|2', cellAt(0), cellAt(250),
        phone.record, phone.sealed, phone.hash, 'hash-123456', '', '']), 'phone_blocked');
    const kinds = (await h.sent()).map((m) => m.k).filter((k) => k === 'warning' || k === 'blocked');
    assert.deepEqual(kinds, ['warning', 'blocked']);
    const told = (await h.events()).filter((e) => e.type.startsWith('phone.'));
    assert.deepEqual(told.map((e) => [e.type, e.reason]), [['phone.warned', 'cancels'], ['phone.blocked', 'cancels']]);

    h.at = blockedAt + D - 1;
    const again = await h.hold({ cell: 150, day: days[3] });
    await h.code('book', phone, { booking: again.id });
    await refusedUnchanged(h, () => h.confirmWith(again.id, phone), 'phone_blocked');
    h.at += 1;
    assert.equal((await h.confirmWith(again.id, phone)).state, 'confirmed');
    h.at += MINUTE;
    assert.equal((await h.cancel(again.id)).warning, undefined, 'the counts began anew');
    h.at += 5 * MINUTE;
    assert.equal((await bookAndCancel(h, phone)).warning, 'cancels', 'and it can be warned and blocked again');
});

test('a month ends: the counts begin anew, a block does not', async () => {
    const h = await fresh({ booking: { cancels_max: 2, block_days: 20 } });
    const [phone, other] = [newPhone(), newPhone()];
    await bookAndCancel(h, phone);
    await bookAndCancel(h, phone);
    for (let i = 0; i < 3; i++) await bookAndCancel(h, other);
    h.at = cellAt(100, '20261201') - 2 * D;
    h.day = '20261201';
    const b = await h.book({ day: '20261202', cell: 110 }, phone);
    assert.equal((await h.cancel(b.id)).warning, undefined);
    const id = await ready(h, other, { day: '20261202', cell: 130 });
    await refusedUnchanged(h, () => h.confirmWith(id, other), 'phone_blocked');
});

test('a cancel by staff, or of a booking that staff want to move, does not count', async () => {
    const h = await fresh({ booking: { cancels_max: 1, block_days: 1 } });
    const phone = newPhone();
    for (let i = 0; i < 3; i++) assert.equal((await bookAndCancel(h, phone, 'clerk:li')).warning, undefined);
    const b = await h.book({}, phone);
    const offer = await h.offer(b.id, { cell: 130 });
    assert.equal((await h.cancel(b.id)).warning, undefined);
    assert.equal((await h.get(offer.id)).state, 'cancelled', 'the offer falls away with it');
    h.at += 3 * MINUTE;
    const second = await h.book({ cell: 150 }, phone);
    await h.decline((await h.offer(second.id, { cell: 160 })).id);
    assert.equal((await h.cancel(second.id)).warning, undefined);
    assert.deepEqual(await standing(h, phone), { cancels: 0, misses: 0, warned: false });
    assert.equal((await h.events()).filter((e) => e.type.startsWith('phone.')).length, 0);
});

test('misses count likewise, on their own', async () => {
    const h = await fresh({ booking: { misses_max: 1, block_days: 10, alive_max: 9 } });
    const phone = newPhone();
    for (const day of days.slice(0, 2)) await h.make({ day }, phone);
    for (const day of days.slice(0, 2)) {
        h.at = cellAt(120, day) + 16 * MINUTE;
        h.day = day;
        await h.tick();
    }
    assert.deepEqual((await h.events()).filter((e) => e.type.startsWith('phone.')).map((e) => [e.type, e.reason]),
        [['phone.warned', 'misses'], ['phone.blocked', 'misses']]);
    const blocked = (await h.sent()).find((m) => m.k === 'blocked');
    assert.equal(+blocked.b, h.at + 10 * D, 'told until when');
    await refusedUnchanged(h, () => h.make({ day: days[4] }, phone), 'phone_blocked');
});

test('phone_unblock: at once, counts anew, told without the number', async () => {
    const h = await fresh({ booking: { cancels_max: 1 } });
    const phone = newPhone('secret');
    await bookAndCancel(h, phone);
    await bookAndCancel(h, phone);
    await refusedUnchanged(h, () => h.make({}, phone), 'phone_blocked');
    assert.deepEqual(await h.unblock(phone, 'a mistake'), { cancels: 0, misses: 0, warned: false });
    await h.make({}, phone);
    const event = (await h.events()).find((e) => e.type === 'phone.unblocked');
    assert.equal(event.reason, 'a mistake');
    assert.ok(!JSON.stringify(event).includes('secret'));
});

// ---- codes

test('a code: five tries, then not even the right one', async () => {
    const h = await fresh();
    const phone = newPhone();
    const { id } = await h.hold();
    await h.code('book', phone, { booking: id });
    const tries = /:code:/;
    for (let i = 0; i < 5; i++) await refusedUnchanged(h, () => h.confirmWith(id, phone, '000000'), 'code_wrong', tries);
    await refusedUnchanged(h, () => h.confirmWith(id, phone), 'code_dead');
    h.at += MINUTE;
    await h.code('book', phone, { booking: id, code: '777777' });
    await refusedUnchanged(h, () => h.confirmWith(id, phone), 'code_wrong', tries);
    assert.equal((await h.confirmWith(id, phone, '777777')).state, 'confirmed', 'a new one has new tries');
});

for (const [off, code] of [[-1, null], [0, 'code_dead'], [1, 'code_dead']]) {
    test(`a code at 10 minutes ${off >= 0 ? '+' : '-'} ${Math.abs(off)} ms`, async () => {
        const h = await fresh({ booking: { hold_minutes: 60 } });
        const phone = newPhone();
        const { id } = await h.hold();
        const sent = await h.code('book', phone, { booking: id });
        assert.equal(sent.expires, h.at + 10 * MINUTE);
        h.at = sent.expires + off;
        if (code) await refusedUnchanged(h, () => h.confirmWith(id, phone), code);
        else await h.confirmWith(id, phone);
    });
}

test('a code is good once, for its purpose, phone number and booking only', async () => {
    const h = await fresh();
    const phone = newPhone();
    const [one, two] = [(await h.hold()).id, (await h.hold({ cell: 130 })).id];
    await h.code('book', phone, { booking: one });
    await refusedUnchanged(h, () => h.confirmWith(two, phone), 'code_dead');
    await refusedUnchanged(h, () => h.confirmWith(one, newPhone()), 'code_dead');
    await refusedUnchanged(h, () => h.write('booking_own', 'citizen:', [phone.hash, 'hash-123456']), 'code_dead');
    await h.confirmWith(one, phone);
    await h.code('manage', phone);
    await refusedUnchanged(h, () => h.confirmWith(two, phone), 'code_dead');
    await h.write('booking_own', 'citizen:', [phone.hash, 'hash-123456']);
    await refusedUnchanged(h, () => h.write('booking_own', 'citizen:', [phone.hash, 'hash-123456']), 'code_dead');
    await refusedUnchanged(h, () => h.code('dance', newPhone()), 'field_invalid');
    await refusedUnchanged(h, () => h.code('book', newPhone(), { booking: one }), 'booking_state');
});

test('booking_own: what the number has and waits for', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book({}, phone);
    await h.book({ cell: 130 });
    const w = await h.wait({}, phone);
    await h.code('manage', phone);
    const own = await h.write('booking_own', 'citizen:', [phone.hash, 'hash-123456']);
    assert.deepEqual([own.bookings.map((x) => x.id), own.waiting.map((x) => x.id)], [[b.id], [w.id]]);
    const nobody = newPhone();
    await h.code('manage', nobody);
    assert.deepEqual(await h.write('booking_own', 'citizen:', [nobody.hash, 'hash-123456']), { bookings: [], waiting: [] });
});

test('code_send: the code lies sealed in the outbox, its hash in the store, the number under its record', async () => {
    const h = await fresh();
    const phone = newPhone();
    const { id } = await h.hold({ lang: 'en' });
    await h.code('book', phone, { booking: id });
    const [m] = await h.sent();
    assert.deepEqual([m.k, m.t, m.p, m.d, m.l, m.s], ['code', id, phone.record, 'sealed-123456', 'en', 'a']);
    assert.ok(+m.x > h.at && +m.x <= h.at + 10 * MINUTE);
    const started = await h.startOne(m);
    assert.equal(started.phone, phone.sealed);
    h.at += MINUTE;
    await h.code('manage', phone);
    const [, own] = await h.sent();
    assert.deepEqual([own.t, own.n, own.p], ['', '', phone.record]);
});

// ---- rates: an interval, and how many at once

for (const [what, at_once, interval, code, who] of [
    ['a phone number', 3, MINUTE, 'rate_limit', (p) => ({ phone: p })],
    ['an address', 20, 3 * MINUTE, 'rate_limit', () => ({ address: 'adr' })],
    ['a prefix', 60, MINUTE, 'rate_limit', () => ({ prefix: 'pre' })],
    ['a hall', 6, 10 * MINUTE, 'code_budget', () => ({})]]) {
    test(`codes of ${what}: ${at_once} at once, then one each ${interval / MINUTE} minutes`, async () => {
        const h = await fresh({ booking: { codes_per_hour_max: what === 'a hall' ? 6 : 600 } });
        const phone = newPhone();
        const send = () => { const w = who(phone); return h.code('manage', w.phone ?? newPhone(), w); };
        for (let i = 0; i < at_once; i++) await send();
        await refusedUnchanged(h, send, code);
        h.at += interval - 1;
        await refusedUnchanged(h, send, code);
        h.at += 1;
        await send();
        await refusedUnchanged(h, send, code);
    });
}

test('code_send says when another one may be asked for', async () => {
    const h = await fresh();
    const phone = newPhone();
    const got = [];
    for (let i = 0; i < 3; i++) got.push((await h.code('manage', phone)).again - h.at);
    assert.deepEqual(got, [0, 0, MINUTE]);
    await refusedUnchanged(h, () => h.code('manage', phone), 'rate_limit');
    h.at += MINUTE;
    await h.code('manage', phone);
});

test('a rate that refuses spends nothing of the others', async () => {
    const h = await fresh();
    const phone = newPhone();
    for (let i = 0; i < 3; i++) await h.code('manage', phone, { address: 'adr' });
    for (let i = 0; i < 30; i++) await refusedUnchanged(h, () => h.code('manage', phone, { address: 'adr' }), 'rate_limit');
    for (let i = 0; i < 17; i++) await h.code('manage', newPhone(), { address: 'adr' });
    await refusedUnchanged(h, () => h.code('manage', newPhone(), { address: 'adr' }), 'rate_limit');
});

test('a challenge is good once, for whatever it was solved', async () => {
    const h = await fresh();
    await h.hold({ pow: 'p1' });
    await refusedUnchanged(h, () => h.hold({ pow: 'p1', cell: 130 }), 'challenge_used');
    await refusedUnchanged(h, () => h.code('manage', newPhone(), { pow: 'p1' }), 'challenge_used');
    await refusedUnchanged(h, () => h.hold({ pow: 'p2' }), 'slot_taken');
    await h.hold({ pow: 'p2', cell: 140 });
});

test('holds alive at once: 10 of an address, 50 of a prefix; who confirms or gives back may go on', async () => {
    const h = await fresh();
    const hold = (address, prefix = 'pre') => h.hold({ units: 200, address, prefix });
    const mine = [];
    for (let i = 0; i < 10; i++) mine.push(await hold('me'));
    await refusedUnchanged(h, () => hold('me'), 'rate_limit');
    await h.cancel(mine[0].id);
    await hold('me');
    await refusedUnchanged(h, () => hold('me'), 'rate_limit');
    await h.confirm(mine[1].id);
    await hold('me');
    for (let i = 0; i < 40; i++) await hold(`other${i % 5}`);
    await refusedUnchanged(h, () => hold('new'), 'rate_limit');
    await hold('new', 'elsewhere');
    h.at += 10 * MINUTE - 1;
    await refusedUnchanged(h, () => hold('me'), 'rate_limit');
    h.at += 1;
    await hold('me');
    assert.equal(await server.redis.hget(`${h.tag}:b:${mine[1].id}`, 'ad'), '', 'a booking remembers no sender');
});

test('limit.tries: wrong arrival codes are counted, then the right one is refused as well', async () => {
    const h = await fresh();
    const b = await h.book();
    h.at = cellAt(120);
    h.day = DAY;
    await h.tick();
    const arrive = (proof) => h.write('booking_check_in', 'citizen:', [b.id, proof]);
    for (let i = 0; i < 5; i++) await refusedUnchanged(h, () => arrive('wrong'), 'arrival_code', /:rate:/);
    await refusedUnchanged(h, () => arrive('link'), 'rate_limit');
    h.at += 2 * MINUTE;
    await arrive('link');
});
