// Units: never more than there are, given back when a hold runs out, moved in one step, never below nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeDesk, newPhone, refusedUnchanged, seg, cellAt, dayBegins, bookable, CELL, DAY, MINUTE, NOON } from '../lib/booking.mjs';

let server;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeDesk(server.redis, change);
const settled = async (calls) => (await Promise.allSettled(calls)).map((r) => (r.status === 'fulfilled' ? 'ok' : r.reason.code));
const count = (list, what) => list.filter((x) => x === what).length;

for (const [capacity, more] of [[1, 1], [3, 5], [10, 190]]) {
    test(`capacity ${capacity}, ${capacity + more} holds at once: exactly ${capacity}`, async () => {
        const h = await fresh();
        const got = await settled(Array.from({ length: capacity + more }, () => h.hold({ units: capacity })));
        assert.equal(count(got, 'ok'), capacity);
        assert.equal(count(got, 'slot_taken'), more);
        assert.deepEqual(await h.used(119, 4), [0, capacity, capacity, 0]);
    });
}

test('a hold whose cells are partly taken takes none, and changes nothing', async () => {
    const h = await fresh();
    await h.hold({ cell: 122, n: 2 });
    await refusedUnchanged(h, () => h.hold({ cell: 120, n: 3 }), 'slot_taken');
    assert.deepEqual(await h.used(119, 6), [0, 0, 0, 1, 1, 0]);
    await h.hold({ cell: 120, n: 2 });
});

test('a visit of two pools with a cap: all or none', async () => {
    const h = await fresh();
    const visit = { services: 'a,b', n: 4,
        segments: `${seg(120, 2, 3)};${seg(120, 2, 1, { pool: '~a' })};${seg(122, 2, 2, { pool: 'photo' })}` };
    const first = await h.hold(visit);
    await refusedUnchanged(h, () => h.hold(visit), 'slot_taken'); // by the cap of a
    await h.hold({ services: 'b', segments: seg(122, 2, 2, { pool: 'photo' }) });
    await h.cancel(first.id);
    await h.hold({ services: 'b', segments: seg(122, 2, 2, { pool: 'photo' }) });
    await refusedUnchanged(h, () => h.hold(visit), 'slot_taken'); // by the photo
    assert.deepEqual(await h.used(120, 2), [0, 0]);
    assert.deepEqual(await h.used(120, 2, { pool: '~a' }), [0, 0]);
});

test('a cell with no capacity is closed', async () => {
    const h = await fresh();
    await refusedUnchanged(h, () => h.hold({ segments: `hall|p|${DAY}|120|1,0` }), 'slot_taken');
});

test('shares do not meet: staff take theirs, the public its own', async () => {
    const h = await fresh();
    await h.hold();
    await refusedUnchanged(h, () => h.hold(), 'slot_taken');
    await h.make({ share: 's' });
    await refusedUnchanged(h, () => h.make({ share: 's' }), 'slot_taken');
    await refusedUnchanged(h, () => h.make({ share: 'p' }), 'slot_taken');
    await refusedUnchanged(h, () => h.hold({ share: 's', cell: 140 }), 'field_invalid');
    assert.deepEqual([await h.used(120, 2), await h.used(120, 2, { share: 's' })], [[1, 1], [1, 1]]);
});

test('segments that are none are refused', async () => {
    const h = await fresh();
    const bad = ['', 'x', 'hall|p|20261125|120', 'hall|q|20261125|120|1', 'hall|p|2026112|120|1', `hall|p|${DAY}|323|1,1`,
        `hall|p|${DAY}|-1|1`, 'HALL|p|20261125|120|1', `${seg(120, 1)};hall|p|20261126|121|1`, `${seg(120, 1)};hall|s|${DAY}|121|1`,
        `{x}|p|${DAY}|120|1`, `hall|p|${DAY}|120|,`];
    for (const segments of bad) await refusedUnchanged(h, () => h.hold({ segments }), 'field_invalid');
});

test('booking_hold refuses what the hall does not offer', async () => {
    const h = await fresh({ service: { b: { open: false } } });
    await refusedUnchanged(h, () => h.hold({ version: 2 }), 'calendar_changed');
    await refusedUnchanged(h, () => h.hold({ services: 'nope' }), 'service_unknown');
    await refusedUnchanged(h, () => h.hold({ services: 'a,b' }), 'booking_closed');
    await refusedUnchanged(h, () => h.hold({ klass: 'nope' }), 'class_unknown');
    await refusedUnchanged(h, () => h.hold({ day: '20261122' }), 'slot_none');
    const closed = await fresh({ booking: { open: false } });
    await refusedUnchanged(closed, () => closed.hold(), 'booking_closed');
    assert.equal((await closed.make()).state, 'confirmed', 'staff may');
    await refusedUnchanged(closed, () => closed.make({ day: '20261122' }), 'slot_none');
    await refusedUnchanged(closed, () => closed.make({ cell: 130 }, newPhone(), { who: 'citizen:' }), 'forbidden');
});

test('a hall stored before there was booking is closed for it, and works', async () => {
    const h = await fresh();
    const old = bookable();
    for (const s of old.services) delete s.booking;
    delete old.booking;
    delete old.remote;
    await h.configure({ ...old, code: h.tag.slice(1, -1) });
    await refusedUnchanged(h, () => h.hold(), 'booking_closed');
    await h.issue('a');
    await h.tick();
    assert.equal((await h.make()).state, 'confirmed');
});

// 10 minutes: alive at x - 1, over at x.
for (const [off, state, free] of [[-1, 'held', false], [0, 'expired', true], [1, 'expired', true]]) {
    test(`a hold at x ${off >= 0 ? '+' : '-'} ${Math.abs(off)} ms`, async () => {
        const h = await fresh();
        const held = await h.hold();
        assert.equal(held.expires, h.at + 10 * MINUTE);
        h.at = held.expires + off;
        if (free) await h.hold(); // given back by whoever asks, not by a tick
        else await refusedUnchanged(h, () => h.hold(), 'slot_taken');
        assert.equal((await h.get(held.id)).state, state);
        assert.deepEqual(await h.used(119, 4), [0, 1, 1, 0]);
    });

    test(`booking_confirm at x ${off >= 0 ? '+' : '-'} ${Math.abs(off)} ms: the units are still there`, async () => {
        const h = await fresh();
        const held = await h.hold();
        const phone = newPhone();
        h.at = held.expires - 1000;
        await h.code('book', phone, { booking: held.id });
        h.at = held.expires + off;
        assert.equal((await h.confirmWith(held.id, phone)).state, 'confirmed');
        assert.deepEqual(await h.used(119, 4), [0, 1, 1, 0]);
        h.at += 60 * MINUTE;
        await h.tick();
        assert.deepEqual(await h.used(119, 4), [0, 1, 1, 0], 'the end of the hold is forgotten');
        assert.equal((await h.get(held.id)).state, 'confirmed');
    });
}

test('a hold ends at its time at the latest', async () => {
    const h = await fresh();
    h.at = cellAt(120) - 3 * MINUTE;
    assert.equal((await h.hold()).expires, cellAt(120));
});

test('booking_confirm of an expired hold: refused when somebody else has the units, or the day was changed', async () => {
    const h = await fresh();
    const [mine, phone] = [await h.hold(), newPhone()];
    h.at = mine.expires - 1000;
    await h.code('book', phone, { booking: mine.id });
    h.at = mine.expires;
    const other = await h.hold();
    await refusedUnchanged(h, () => h.confirmWith(mine.id, phone), 'hold_expired');
    await h.cancel(other.id);
    assert.equal((await h.confirmWith(mine.id, phone)).state, 'confirmed', 'the code was not used up');

    const second = await h.hold({ cell: 130 });
    h.at = second.expires;
    await h.code('book', newPhone('x'), { booking: second.id });
    await h.tick();
    await h.configure(bookable({ code: h.tag.slice(1, -1), special_days: [{ from: '2026-11-25', kind: 'closed' }] }));
    await refusedUnchanged(h, () => h.confirmWith(second.id, newPhone('x')), 'hold_expired');
});

test('an expired hold can be confirmed for an hour; its record then goes', async () => {
    const h = await fresh();
    const { id } = await h.hold();
    h.at += 10 * MINUTE;
    await h.tick();
    const ttl = await server.redis.ttl(`${h.tag}:b:${id}`);
    assert.ok(ttl > 3500 && ttl <= 3600, String(ttl));
    await h.confirm(id);
    assert.equal(await server.redis.ttl(`${h.tag}:b:${id}`), -1, 'kept again once it is confirmed');
});

test('booking_confirm again by the same phone: the same answer, no change; by another: refused', async () => {
    const h = await fresh();
    const phone = newPhone();
    const { id } = await h.hold();
    await h.code('book', phone, { booking: id });
    const first = await h.confirmWith(id, phone, '123456', '', `${'a'.repeat(22)}:m`);
    const before = await h.dump();
    assert.deepEqual(await h.confirmWith(id, phone, '123456', '', `${'a'.repeat(22)}:m`), first, 'a retry');
    assert.deepEqual(await h.confirmWith(id, phone), first, 'a second one');
    assert.deepEqual(await h.dump(), before);
    await refusedUnchanged(h, () => h.confirmWith(id, newPhone()), 'booking_state', /:rate:/);
});

test('booking_cancel of a hold gives the units back at once; of a booking, after a random while', async () => {
    const h = await fresh();
    const { id } = await h.hold();
    assert.equal((await h.cancel(id)).state, 'cancelled');
    assert.deepEqual(await h.used(119, 4), [0, 0, 0, 0]);
    const booked = await h.book();
    await h.cancel(booked.id, 'citizen:', 'ill');
    assert.deepEqual(await h.used(119, 4), [0, 1, 1, 0]);
    h.at += 5 * MINUTE - 1;
    await refusedUnchanged(h, () => h.hold(), 'slot_taken');
    h.at += 40 * MINUTE + 1;
    await h.hold();
    assert.equal((await h.events()).filter((e) => e.type === 'slot.given').length, 1);
});

test('the quarantine is random between its two bounds, not beyond the time, and none where there is none', async () => {
    const h = await fresh();
    const ends = [];
    for (let i = 0; i < 40; i++) {
        const b = await h.make({ cell: 100 + 2 * i, random: `secret${i}` }, null);
        await h.cancel(b.id, 'clerk:li', 'x');
    }
    const due = await server.redis.zrangebyscore(`${h.tag}:later`, '-inf', '+inf', 'WITHSCORES');
    for (let i = 0; i < due.length; i += 2) if (due[i].startsWith('give|')) ends.push(+due[i + 1] - h.at);
    assert.equal(ends.length, 40);
    assert.ok(ends.every((e) => e >= 5 * MINUTE && e <= 45 * MINUTE));
    assert.ok(new Set(ends).size > 35 && Math.max(...ends) - Math.min(...ends) > 20 * MINUTE, 'spread');

    h.at = cellAt(200) - 2 * MINUTE;
    const late = await h.make({ cell: 200 }, null);
    await h.cancel(late.id, 'clerk:li', 'x');
    h.at = cellAt(200);
    await h.tick();
    assert.deepEqual(await h.used(200, 2), [0, 0]);

    const none = await fresh({ booking: { quarantine_min_minutes: 0, quarantine_max_minutes: 0 } });
    const b = await none.book();
    await none.cancel(b.id);
    assert.deepEqual(await none.used(120, 2), [0, 0]);
});

test('two units of the same cells in quarantine at the same moment are two', async () => {
    const h = await fresh();
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push((await h.make({ units: 3 }, null)).id);
    for (const id of ids) await h.cancel(id, 'clerk:li', 'x');
    assert.deepEqual(await h.used(120, 2), [3, 3]);
    h.at += 45 * MINUTE;
    await h.tick();
    assert.deepEqual(await h.used(120, 2), [0, 0]);
});

test('booking_move is one step: the new cells or nothing; cells in both stay', async () => {
    const h = await fresh();
    const phone = newPhone();
    const mine = await h.book({ cell: 120, n: 4 }, phone);
    await h.book({ cell: 126, n: 2 });
    await refusedUnchanged(h, () => h.move(mine.id, { cell: 123, n: 4 }), 'slot_taken');
    const moved = await h.move(mine.id, { cell: 122, n: 4 });
    assert.deepEqual([moved.id, moved.at, moved.ends, moved.moves], [mine.id, cellAt(122), cellAt(126), 1]);
    assert.deepEqual(await h.used(119, 10), [0, 1, 1, 1, 1, 1, 1, 1, 1, 0], 'what it left behind is in quarantine');
    assert.deepEqual((await h.events()).filter((e) => e.type === 'booking.moved').map((e) => [e.from_at, e.start]),
        [[cellAt(120), cellAt(122)]]);
    assert.deepEqual((await h.read('booking_of_phone', [phone.hash])).bookings.map((b) => b.at), [cellAt(122)]);
    h.at += 45 * MINUTE;
    await h.tick();
    assert.deepEqual(await h.used(119, 10), [0, 0, 0, 1, 1, 1, 1, 1, 1, 0]);
    const same = await h.dump();
    assert.equal((await h.move(mine.id, { cell: 122, n: 4 })).moves, 1, 'to where it is: nothing');
    assert.deepEqual(await h.dump(), same);
});

test('booking_move to another day, by staff to their share, not by a citizen after its time', async () => {
    const h = await fresh();
    const b = await h.book();
    const moved = await h.move(b.id, { day: '20261127', share: 's' }, 'clerk:li', 'asked');
    assert.deepEqual([moved.share, moved.day, moved.reason], ['staff', '20261127', 'asked']);
    assert.deepEqual(await h.used(120, 2, { day: '20261127', share: 's' }), [1, 1]);
    await refusedUnchanged(h, () => h.move(b.id, { share: 's' }), 'field_invalid');
    h.at = cellAt(120, '20261127');
    h.day = '20261127';
    await h.tick();
    await refusedUnchanged(h, () => h.move(b.id, { day: '20261127', cell: 160 }), 'booking_missed');
    assert.equal((await h.move(b.id, { day: '20261127', cell: 160 }, 'clerk:li', 'late')).at, cellAt(160, '20261127'));
});

test('booking_move of one citizen again and again is refused before it empties the calendar', async () => {
    const h = await fresh();
    const b = await h.book({ cell: 100 });
    for (let i = 1; i <= 5; i++) await h.move(b.id, { cell: 100 + 4 * i });
    await refusedUnchanged(h, () => h.move(b.id, { cell: 160 }), 'rate_limit');
    h.at += 60 * MINUTE;
    await h.move(b.id, { cell: 160 });
    await refusedUnchanged(h, () => h.move(b.id, { cell: 100 }), 'rate_limit');
    assert.equal((await h.move(b.id, { cell: 100 }, 'clerk:li', 'asked')).moves, 7, 'staff may');
});

test('capacity lowered below what is booked: nothing more, never negative, free again only below it', async () => {
    const h = await fresh({ booking: { quarantine_min_minutes: 0, quarantine_max_minutes: 0 } });
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push((await h.make({ units: 4 }, null)).id);
    await refusedUnchanged(h, () => h.hold({ units: 2 }), 'slot_taken');
    for (const left of [3, 2]) {
        await h.cancel(ids.pop(), 'clerk:li', 'x');
        assert.deepEqual(await h.used(120, 2), [left, left]);
        await refusedUnchanged(h, () => h.hold({ units: 2 }), 'slot_taken');
    }
    await h.cancel(ids.pop(), 'clerk:li', 'x');
    await h.hold({ units: 2 });
});

test('counters that are gone are given back to nobody', async () => {
    const h = await fresh({ booking: { quarantine_min_minutes: 0, quarantine_max_minutes: 0 } });
    const b = await h.book();
    await server.redis.del(`${h.tag}:k:hall:p:${DAY}`);
    await h.cancel(b.id);
    assert.deepEqual(await h.used(119, 4), [0, 0, 0, 0]);
});

test('counters live until two days after their day', async () => {
    const h = await fresh();
    await h.hold();
    const ttl = await server.redis.ttl(`${h.tag}:k:hall:p:${DAY}`);
    const left = (dayBegins(DAY) - h.at) / 1000;
    assert.ok(ttl > left + 3 * 86400 && ttl < left + 4.5 * 86400, `${ttl}`);
    await h.hold({ units: 2 });
    assert.ok(await server.redis.ttl(`${h.tag}:k:hall:p:${DAY}`) <= ttl);
});

// 1000 * missed / (kept + missed) of at least 50; so many more than the units, rounded down; the public share alone.
for (const [kept, missed, most, units, places] of [[40, 9, 50, 10, 10], [40, 10, 50, 10, 12], [40, 10, 50, 4, 4],
    [40, 10, 50, 5, 6], [40, 10, 10, 10, 11], [0, 60, 50, 10, 15], [40, 10, 0, 10, 10], [40, 10, 50, 255, 255]]) {
    test(`overbooking: ${missed} of ${kept + missed} missed, at most ${most} %: ${units} units, ${places} places`, async () => {
        const h = await fresh({ booking: { overbook_percent_max: most } });
        const permille = kept + missed >= 50 ? Math.floor(1000 * missed / (kept + missed)) : 0;
        await server.redis.hset(`${h.tag}:shows`, { kept, missed, permille });
        const got = [];
        for (let i = 0; i < places + 3; i += 1) got.push((await settled([h.hold({ units, random: `r${i}` })]))[0]);
        assert.equal(count(got, 'ok'), places);
        const staff = [];
        for (let i = 0; i < Math.min(units, 20) + 2; i += 1) staff.push((await settled([h.make({ units, share: 's' }, null)]))[0]);
        assert.equal(count(staff, 'ok'), units < 20 ? units : 22);
        const answer = await server.redis.call('FCALL_RO', 'slot_read', 1, h.tag, h.at, 'hall', 'p', DAY);
        assert.equal(answer.split('|')[1], String(Math.min(permille, 10 * most)));
    });
}

test('who came and who did not is counted, and fades with each closed day', async () => {
    const h = await fresh({ booking: { early_minutes: 600 } });
    const came = await h.make({ cell: 120 }, null);
    await h.make({ cell: 130 }, null);
    h.at = cellAt(118);
    h.day = DAY;
    await h.write('booking_check_in', 'kiosk:k1', [came.id, 'kiosk']);
    h.at = cellAt(130) + 16 * MINUTE;
    await h.tick();
    const shows = async () => { const s = await server.redis.hgetall(`${h.tag}:shows`); return [+s.kept, +s.missed, s.permille]; };
    assert.deepEqual(await shows(), [1, 1, '0']);
    await h.write('hall_close_day', 'system:');
    assert.deepEqual(await shows(), [0.95, 0.95, '0']);
    assert.deepEqual(await h.used(120, 2), [1, 1], 'and bookings outlive it');
});

test('slot_read: all pools and days asked for, in their order', async () => {
    const h = await fresh();
    await h.hold({ cell: 2, n: 1, units: 9 });
    await h.hold({ cell: 2, n: 1, units: 9 });
    await h.hold({ cell: 1, n: 1, day: '20261126', segments: seg(1, 1, 1, { pool: '~a', day: '20261126' }) });
    const bytes = Buffer.from(await server.redis.callBuffer('FCALL_RO', 'slot_read', 1, h.tag, h.at, 'hall,~a', 'p', `${DAY},20261126`));
    assert.deepEqual(bytes, Buffer.from(`1.${Math.floor(NOON / 1000)}|0|003\x00\x00\x02000000002\x00\x01`, 'latin1'));
});

test('run_later gives back at most a few in front of a call; the tick does the rest', async () => {
    const h = await fresh();
    for (let i = 0; i < 130; i++) await h.hold({ cell: 100 + i, n: 1 });
    h.at += 10 * MINUTE;
    await h.hold({ cell: 50, n: 1 });
    assert.equal((await h.used(100, 130)).filter(Boolean).length, 110);
    assert.deepEqual(await h.tick(), { done: 100, more: true });
    assert.deepEqual(await h.tick(), { done: 10, more: false });
    assert.equal((await h.used(100, 130)).filter(Boolean).length, 0);
});

test('what a newer daemon has put down for later stays, and holds nothing up', async () => {
    const h = await fresh();
    const held = await h.hold();
    await server.redis.zadd(`${h.tag}:later`, h.at, 'novel|thing');
    h.at = held.expires;
    await h.hold();
    assert.ok(+await server.redis.zscore(`${h.tag}:later`, 'novel|thing') > h.at);
});

test('booking_list, booking_get, booking_view: what each may see', async () => {
    const h = await fresh();
    const phone = newPhone('me');
    const b = await h.confirm((await h.hold({ services: 'a,c', persons: '2', n: 3, klass: 'elderly', ordered: 'yes', lang: 'en' })).id,
        phone, 'n1:sealed');
    await h.hold({ cell: 100, n: 1 });
    const list = await h.read('booking_list', [cellAt(100), cellAt(120) + 1, '']);
    assert.deepEqual(list.bookings.map((x) => [x.id === b.id, x.state, x.made, x.sealed]),
        [[false, 'held', h.at, undefined], [true, 'confirmed', h.at, 'k1.me']]);
    assert.equal(list.version, 1);
    assert.equal((await h.read('booking_list', [cellAt(100), cellAt(120), ''])).bookings.length, 1);
    assert.equal((await h.read('booking_list', [cellAt(100), cellAt(121), 1])).bookings.length, 1);
    const own = await h.get(b.id);
    assert.deepEqual(own, { id: b.id, number: b.id.split('-b')[1], state: 'confirmed', services: ['a', 'c'], persons: 2,
        at: cellAt(120), ends: cellAt(120) + 3 * CELL, day: DAY, share: 'public', class: 'elderly', ordered: true, lang: 'en',
        phone: true, fields: true });
    const all = await h.read('booking_get', [b.id]);
    assert.deepEqual([all.record, all.sealed, all.fields_sealed, all.segments], [phone.record, 'k1.me', 'n1:sealed', seg(120, 3)]);
    const events = JSON.stringify(await h.events());
    for (const secret of [phone.hash, phone.sealed, phone.record, 'n1:sealed', 'sealed-123456']) assert.ok(!events.includes(secret));
});
