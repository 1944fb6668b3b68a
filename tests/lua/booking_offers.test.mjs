// The waitlist and rebooking: where a unit goes that is given back, one citizen after the other, and what accepting does.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeDesk, newPhone, refusedUnchanged, seg, cellAt, bookable, DAY, MINUTE } from '../lib/booking.mjs';

let server;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeDesk(server.redis, change);
const offers = async (h, list) => Promise.all(list.map(async (w) => (await h.waiting(w.id)).state));

test('a cancelled unit passes directly to the first in line, then to the next, then into quarantine', async () => {
    const h = await fresh();
    const b = await h.book();
    const line = [];
    for (let i = 0; i < 3; i++) { line.push(await h.wait()); h.at += 1; }
    await h.cancel(b.id);
    assert.deepEqual(await offers(h, line), ['offered', 'waiting', 'waiting']);
    const first = (await h.waiting(line[0].id)).offer;
    const offer = await h.get(first);
    assert.deepEqual([offer.state, offer.at, offer.ends, offer.expires], ['offered', b.at, b.ends, h.at + 10 * MINUTE]);
    await refusedUnchanged(h, () => h.hold(), 'slot_taken');
    h.at = offer.expires - 1;
    await h.tick();
    assert.deepEqual(await offers(h, line), ['offered', 'waiting', 'waiting']);
    h.at += 1;
    await h.tick();
    assert.deepEqual(await offers(h, line), ['waiting', 'offered', 'waiting']);
    assert.equal((await h.get(first)).state, 'expired');
    assert.deepEqual(await h.used(119, 4), [0, 1, 1, 0]);
    await h.decline((await h.waiting(line[1].id)).offer);
    assert.deepEqual(await offers(h, line), ['waiting', 'waiting', 'offered']);
    await h.leave(line[2].id);
    assert.deepEqual(await offers(h, line), ['waiting', 'waiting', 'ended']);
    assert.deepEqual(await h.used(119, 4), [0, 1, 1, 0], 'quarantine');
    h.at += 45 * MINUTE;
    await h.tick();
    assert.deepEqual(await offers(h, line), ['waiting', 'waiting', 'ended'], 'offered to nobody twice');
    assert.deepEqual(await h.used(119, 4), [0, 0, 0, 0]);
    const told = (await h.sent()).filter((m) => m.k === 'offer');
    assert.equal(told.length, 3);
    assert.equal(+told[0].x, offer.expires, 'the message is worth sending as long as the offer lives');
});

test('whoever joins while a unit is in quarantine comes before the public', async () => {
    const h = await fresh();
    const b = await h.book();
    await h.cancel(b.id);
    const w = await h.wait();
    h.at += 45 * MINUTE;
    await refusedUnchanged(h, () => h.hold({ version: 9 }), 'calendar_changed');
    await assert.rejects(h.hold(), { code: 'slot_taken' });
    assert.equal((await h.waiting(w.id)).state, 'offered');
});

test('a hold that runs out is offered, too; what nobody wants is free at once', async () => {
    const h = await fresh();
    const held = await h.hold({ n: 4 });
    const w = await h.wait();
    h.at = held.expires;
    await h.tick();
    assert.equal((await h.waiting(w.id)).state, 'offered');
    assert.deepEqual(await h.used(119, 6), [0, 1, 1, 0, 0, 0]);
});

test('booking_accept makes it a booking, ends the entry, and answers the same again', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book();
    const w = await h.wait({}, phone);
    await h.cancel(b.id);
    const { offer } = await h.waiting(w.id);
    const got = await h.accept(offer);
    assert.deepEqual([got.id, got.state, got.at], [offer, 'confirmed', b.at]);
    assert.equal((await h.waiting(w.id)).state, 'ended');
    assert.deepEqual(await h.accept(offer), got);
    assert.deepEqual((await h.read('booking_of_phone', [phone.hash])).bookings.map((x) => x.id), [offer]);
    h.at += 60 * MINUTE;
    await h.tick();
    assert.equal((await h.get(offer)).state, 'confirmed');
    assert.deepEqual((await h.sent()).map((m) => m.k).slice(-2), ['offer', 'booked']);
    assert.deepEqual((await h.events()).filter((e) => e.type === 'waitlist.left').map((e) => e.reason), ['accepted']);
});

for (const [off, state] of [[-1, 'confirmed'], [0, null], [1, null]]) {
    test(`booking_accept at the end of the offer ${off >= 0 ? '+' : '-'} ${Math.abs(off)} ms`, async () => {
        const h = await fresh();
        const b = await h.book();
        const w = await h.wait();
        await h.cancel(b.id);
        const offer = await h.get((await h.waiting(w.id)).offer);
        h.at = offer.expires + off;
        if (state) assert.equal((await h.accept(offer.id)).state, state);
        else await assert.rejects(h.accept(offer.id), { code: 'offer_gone' });
    });
}

test('mixed lengths: a shorter need takes its part, the rest is quarantined; a longer one is passed over', async () => {
    const h = await fresh();
    const b = await h.book({ n: 6 });
    const long = await h.wait({ needs: 'hall|p|0|7' });
    const short = await h.wait({ needs: 'hall|p|0|2' });
    await h.cancel(b.id);
    assert.deepEqual(await offers(h, [long, short]), ['waiting', 'offered']);
    assert.deepEqual(await h.used(119, 8), [0, 1, 1, 1, 1, 1, 1, 0]);
    await h.accept((await h.waiting(short.id)).offer);
    const third = await h.wait({ needs: 'hall|p|0|2' });
    h.at += 45 * MINUTE;
    await h.tick();
    assert.deepEqual(await h.used(119, 8), [0, 1, 1, 1, 1, 0, 0, 0], 'of the rest, too, somebody takes a part');
    assert.equal((await h.get((await h.waiting(third.id)).offer)).at, cellAt(122));
});

test('needs in several pools, each at its place; a cap that was not freed is not there', async () => {
    const h = await fresh();
    const b = await h.book({ n: 4, segments: `${seg(120, 2)};${seg(120, 2, 1, { pool: '~a' })};${seg(122, 2, 1, { pool: 'photo' })}` });
    const capped = await h.wait({ services: 'b', needs: 'hall|p|0|2;~b|p|0|2' });
    const shifted = await h.wait({ services: 'c', needs: 'hall|p|1|2' });
    const fits = await h.wait({ services: 'a,c', needs: '~a|p|0|2;hall|p|0|2;photo|p|2|2' });
    await h.cancel(b.id);
    assert.deepEqual(await offers(h, [capped, shifted, fits]), ['waiting', 'waiting', 'offered']);
    const offer = await h.get((await h.waiting(fits.id)).offer);
    assert.deepEqual([offer.ends - offer.at, offer.services], [20 * MINUTE, ['a', 'c']]);
});

test('staff units are nobody\'s on the waitlist', async () => {
    const h = await fresh();
    const b = await h.make({ share: 's' });
    const w = await h.wait();
    await h.cancel(b.id, 'clerk:li', 'x');
    assert.deepEqual(await offers(h, [w]), ['waiting']);
});

test('dates, blocks, limits and services that are closed pass an entry over', async () => {
    const h = await fresh({ booking: { cancels_max: 1, alive_max: 2 }, service: { c: { open: true } } });
    const b = await h.book({ day: '20261127', units: 9 });
    const [bad, full, today] = [newPhone(), newPhone(), newPhone()];
    const line = [await h.wait({ from: '20261128', to: '20261130' }), await h.wait({ from: '20261124', to: '20261126' }),
        await h.wait({ from: '20261127', to: '20261127' }, bad), await h.wait({ from: '20261127', to: '20261128' }, full),
        await h.wait({ from: '20261127', to: '20261127' }, today),
        await h.wait({ services: 'c', from: '20261120', to: '20261127' })];
    h.at += 5 * MINUTE;
    for (let i = 0; i < 2; i++) { await h.cancel((await h.book({ day: '20261205', cell: 50 + 2 * i }, bad)).id); h.at += MINUTE; }
    for (let i = 0; i < 2; i++) await h.make({ day: `2026112${8 + i}`, cell: 60, units: 9 }, full);
    await h.make({ day: '20261127', cell: 200, units: 9 }, today);
    await h.cancel(b.id);
    assert.deepEqual(await offers(h, line), ['waiting', 'waiting', 'waiting', 'waiting', 'waiting', 'offered']);
    await h.configure(bookable({ code: h.tag.slice(1, -1), service: { c: { open: false } } }));
    await h.decline((await h.waiting(line[5].id)).offer);
    assert.deepEqual((await offers(h, line))[5], 'waiting');
});

test('a day that was changed meanwhile, or one booked too full, offers nothing', async () => {
    const closed = [{ from: '2026-11-25', to: '2026-11-26', kind: 'closed' }];
    for (const special of [closed, [{ from: '2026-11-25', kind: 'fewer', public: 1 }], [{ from: '2026-11-24', kind: 'closed' }]]) {
        const h = await fresh();
        const b = await h.book();
        const w = await h.wait();
        await h.configure(bookable({ code: h.tag.slice(1, -1), special_days: special }));
        await h.cancel(b.id);
        assert.deepEqual(await offers(h, [w]), [special[0].from === '2026-11-24' ? 'offered' : 'waiting']);
    }
    const h = await fresh();
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push((await h.book({ units: 3 })).id);
    const w = await h.wait();
    const late = await h.book({ cell: 130 });
    await server.redis.hset(`${h.tag}:b:${ids[0]}`, 'sg', seg(120, 2, 2)); // as if two had been the capacity
    await h.cancel(ids[0]);
    assert.deepEqual(await offers(h, [w]), ['waiting']);
    await h.cancel(late.id);
    assert.deepEqual(await offers(h, [w]), ['offered']);
});

test('a time nearer than the notice is not offered; an offer ends at its time at the latest', async () => {
    const h = await fresh({ booking: { notice_minutes: 5 } });
    const [one, two] = [await h.book({ cell: 120 }), await h.book({ cell: 122 })];
    h.at = cellAt(120) - 5 * MINUTE + 1;
    const w = await h.wait();
    await h.cancel(one.id);
    assert.deepEqual(await offers(h, [w]), ['waiting']);
    h.at = cellAt(122) - 5 * MINUTE;
    await h.cancel(two.id);
    assert.equal((await h.get((await h.waiting(w.id)).offer)).expires, cellAt(122));
});

test('an entry that lets two offers run out ends', async () => {
    const h = await fresh();
    const w = await h.wait();
    for (let i = 0; i < 2; i++) {
        const b = await h.book({ cell: 130 + 4 * i });
        await h.cancel(b.id);
        assert.equal((await h.waiting(w.id)).state, 'offered');
        h.at += 10 * MINUTE;
        await h.tick();
    }
    assert.equal((await h.waiting(w.id)).state, 'ended');
    assert.equal((await h.events()).findLast((e) => e.type === 'waitlist.left').reason, 'unanswered');
});

test('an entry ends with its last day, with and without an offer', async () => {
    const h = await fresh();
    const w = await h.wait();
    h.at = cellAt(288) - 2;
    h.day = DAY;
    await h.tick();
    assert.deepEqual(await offers(h, [w]), ['waiting']);
    h.at += 1;
    await h.tick();
    assert.deepEqual(await offers(h, [w]), ['ended']);
    assert.deepEqual(await h.read('waitlist_list'), { waiting: [] });
});

test('an earlier time: only earlier ones are offered, accepting moves the booking, its units go on', async () => {
    const h = await fresh({ booking: { alive_max: 1 } });
    const phone = newPhone();
    const [early, late] = [await h.book({ cell: 100 }), await h.book({ cell: 140 })];
    const mine = await h.book({ cell: 120 }, phone);
    h.at += MINUTE;
    const w = await h.wait({ booking: mine.id }, phone);
    const next = await h.wait({ needs: 'hall|p|0|2' });
    assert.equal(w.booking, mine.id);
    await h.cancel(late.id);
    assert.deepEqual(await offers(h, [w, next]), ['waiting', 'offered']);
    await h.decline((await h.waiting(next.id)).offer);
    await h.cancel(early.id);
    assert.deepEqual(await offers(h, [w, next]), ['offered', 'waiting']);
    const { offer } = await h.waiting(w.id);
    assert.deepEqual([(await h.get(mine.id)).offer, (await h.get(offer)).replaces], [offer, mine.id]);
    const got = await h.accept(offer);
    assert.deepEqual([got.id, got.state, got.at, got.moves], [mine.id, 'confirmed', early.at, 1]);
    assert.deepEqual([(await h.get(offer)).state, got.offer], ['accepted', undefined]);
    assert.deepEqual(await offers(h, [w, next]), ['ended', 'offered'], 'and the time it left goes to the next');
    assert.equal((await h.get((await h.waiting(next.id)).offer)).at, cellAt(120));
    assert.deepEqual(await h.accept(offer), got, 'again: the same');
});

test('an earlier time is not offered to a phone number that is blocked, nor on a day it may have no more', async () => {
    const h = await fresh({ booking: { cancels_max: 1 } });
    const phone = newPhone();
    const ids = [];
    for (const [cell, day] of [[100, '20261127'], [110, '20261126'], [120, '20261128'], [130, '20261129']]) {
        ids.push((await h.make({ cell, day }, cell === 100 ? newPhone() : phone, { override: 'x' })).id);
    }
    const early = await h.make({ cell: 104, day: '20261126' }, newPhone());
    const w = await h.wait({ booking: ids[2], from: '20261126', to: '20261128' }, phone);
    await h.cancel(early.id, 'clerk:li', 'x');
    assert.deepEqual(await offers(h, [w]), ['waiting'], 'it has one that day');
    await h.cancel(ids[1]);
    assert.deepEqual(await offers(h, [w]), ['offered'], 'no more');
    await h.decline((await h.waiting(w.id)).offer);
    await h.cancel(ids[3]);
    await h.cancel(ids[0], 'clerk:li', 'x');
    assert.deepEqual(await offers(h, [w]), ['waiting'], 'blocked by the second cancel');
});

test('an earlier time declined leaves the booking; a booking that ends takes entry and offer with it', async () => {
    const h = await fresh();
    const phone = newPhone();
    const [early, earlier] = [await h.book({ cell: 100 }), await h.book({ cell: 104 })];
    const mine = await h.book({ cell: 120 }, phone);
    h.at += MINUTE;
    const w = await h.wait({ booking: mine.id }, phone);
    const other = await h.wait({ booking: mine.id, from: '20261120', to: '20261123' }, phone);
    await h.cancel(early.id);
    await h.decline((await h.waiting(w.id)).offer);
    assert.deepEqual([(await h.get(mine.id)).at, (await h.get(mine.id)).offer, (await h.waiting(w.id)).state],
        [cellAt(120), undefined, 'waiting']);
    assert.equal((await h.get(mine.id)).waiting, w.id, 'the booking tells what waits for it');
    await h.cancel(earlier.id);
    const { offer } = await h.waiting(w.id);
    await h.cancel(mine.id);
    assert.deepEqual([...await offers(h, [w, other]), (await h.get(offer)).state], ['ended', 'ended', 'cancelled']);
    assert.equal((await h.get(mine.id)).waiting, undefined);
    h.at += 45 * MINUTE;
    await h.tick();
    assert.deepEqual(await h.used(99, 24), Array(24).fill(0));
});

test('waitlist_join: what is refused', async () => {
    const h = await fresh({ booking: { alive_max: 2 }, service: { b: { open: false } } });
    const phone = newPhone();
    await refusedUnchanged(h, () => h.write('waitlist_join', 'citizen:', ['a', '1', 'hall|p|0|2', 1, cellAt(1), phone.record,
        phone.sealed, phone.hash, 'hash-123456', '', '']), 'code_dead');
    const mine = await h.book({}, phone);
    const join = (w, p = newPhone()) => h.code('wait', p).then(() => () => h.write('waitlist_join', 'citizen:', [w.services ?? 'a',
        w.persons ?? '1', w.needs ?? 'hall|p|0|2', w.from ?? cellAt(0), w.to ?? cellAt(280), p.record, p.sealed, p.hash,
        'hash-123456', '', w.booking ?? '']));
    await refusedUnchanged(h, await join({ services: 'nope' }), 'service_unknown');
    await refusedUnchanged(h, await join({ services: 'b' }), 'booking_closed');
    await refusedUnchanged(h, await join({ services: '' }), 'field_invalid');
    for (const needs of ['', 'x', 'hall|p|0', 'hall|q|0|1']) await refusedUnchanged(h, await join({ needs }), 'field_invalid');
    await refusedUnchanged(h, await join({ to: h.at }), 'field_invalid');
    await refusedUnchanged(h, await join({ from: cellAt(9), to: cellAt(8) }), 'field_invalid');
    await refusedUnchanged(h, await join({ booking: mine.id }), 'booking_unknown'); // somebody else's
    h.at += 3 * MINUTE;
    await refusedUnchanged(h, await join({ booking: mine.id, services: 'a,c' }, phone), 'field_invalid');
    await h.cancel(mine.id);
    await refusedUnchanged(h, await join({ booking: mine.id }, phone), 'booking_state');
    h.at += 3 * MINUTE;
    for (let i = 0; i < 2; i++) await h.wait({}, phone);
    h.at += 3 * MINUTE;
    await refusedUnchanged(h, await join({}, phone), 'phone_limit');
    await h.leave((await h.read('waitlist_list')).waiting[0].id);
    await (await join({}, phone))();
    await server.redis.zadd(`${h.tag}:w`, ...Array.from({ length: 498 }, (_, i) => [0, `1795435200000-w9${i + 1000}`]).flat());
    await refusedUnchanged(h, await join({}), 'waitlist_full');
});

test('booking_offer: held for hours, told by SMS; accepting moves the booking, declining does not', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book({}, phone);
    await refusedUnchanged(h, () => h.write('booking_offer', 'citizen:', [b.id, ...h.time({ cell: 130 }), 'r']), 'forbidden');
    await h.hold({ cell: 160 });
    await refusedUnchanged(h, () => h.offer(b.id, { cell: 160 }), 'slot_taken');
    const offer = await h.offer(b.id, { cell: 130, day: '20261130' });
    assert.deepEqual([offer.state, offer.replaces, offer.expires, (await h.get(b.id)).offer],
        ['offered', b.id, h.at + 48 * 60 * MINUTE, offer.id]);
    await refusedUnchanged(h, () => h.offer(b.id, { cell: 140 }), 'booking_state');
    const told = (await h.sent()).at(-1);
    assert.deepEqual([told.k, told.t, +told.b, told.p, +told.x], ['rebook', offer.id, offer.at, phone.record, offer.expires]);
    const got = await h.accept(offer.id);
    assert.deepEqual([got.id, got.at, got.day], [b.id, offer.at, '20261130']);
    assert.deepEqual((await h.sent()).at(-1).k, 'moved');
    await h.decline((await h.offer(b.id, { cell: 140 })).id);
    assert.equal((await h.get(b.id)).at, offer.at);
});

test('booking_offer is gone when the booking it is for was moved or has ended', async () => {
    const h = await fresh();
    const b = await h.book();
    const one = await h.offer(b.id, { cell: 130 });
    await h.move(b.id, { cell: 150 });
    assert.equal((await h.get(one.id)).state, 'cancelled');
    await refusedUnchanged(h, () => h.accept(one.id), 'offer_gone');
    const two = await h.offer(b.id, { cell: 140 });
    await h.write('booking_cancel', 'clerk:li', [two.id, 'a mistake']);
    const three = await h.offer(b.id, { cell: 142 });
    await h.cancel(b.id);
    assert.equal((await h.get(three.id)).state, 'cancelled');
    h.at += 45 * MINUTE;
    await h.tick();
    assert.deepEqual(await h.used(120, 40), Array(40).fill(0));
});

test('an offer that runs out for a booking that was checked in meanwhile harms nobody', async () => {
    const h = await fresh();
    const b = await h.book();
    const offer = await h.offer(b.id, { day: '20261127' });
    h.at = cellAt(118);
    h.day = DAY;
    await h.write('booking_check_in', 'kiosk:k1', [b.id, 'kiosk']);
    await assert.rejects(h.accept(offer.id), { code: 'offer_gone' });
    assert.equal((await h.get(b.id)).state, 'checked_in');
});

test('the phone number outlives whatever else it is kept for', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book({ day: '20261220' });
    const w = await h.wait({ to: '20261221' }, phone);
    await h.cancel((await h.book()).id);
    const long = await server.redis.ttl(`${h.tag}:p:${phone.record}`);
    await h.decline((await h.waiting(w.id)).offer);
    assert.ok(await server.redis.ttl(`${h.tag}:p:${phone.record}`) > long - 60, 'who declines waits on');
    await h.cancel(b.id);
    await h.accept((await h.waiting(w.id)).offer);
    const ttl = await server.redis.ttl(`${h.tag}:p:${phone.record}`);
    assert.ok(ttl * 1000 > cellAt(120, '20261220') - h.at + 6 * 86400000, 'a week after the booking');
});
