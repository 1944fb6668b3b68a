// What bots, resellers and the curious try with the function library, the clock passed in.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bookable, cellAt, DAY, makeDesk, MINUTE, newPhone, refusedUnchanged } from '../lib/booking.mjs';
import { startRedis } from '../lib/redis.mjs';

let server;

before(async () => { server = await startRedis(); });
after(() => server.stop());

const fresh = (change) => makeDesk(server.redis, change);
const HOUR = 60 * MINUTE;

test('a challenge that is too old is refused, but for a request that was answered before', async () => {
    const h = await fresh();
    const request = `${'k'.repeat(22)}:m`;
    const wish = (pow) => [...h.wish({ units: 9 }), pow, '', ''];
    const held = await h.write('booking_hold', 'citizen:', wish('fresh'), request);
    assert.deepEqual(await h.write('booking_hold', 'citizen:', wish('old'), request), held);
    await refusedUnchanged(h, () => h.hold({ pow: 'old', units: 9 }), 'challenge_invalid');
    await refusedUnchanged(h, () => h.code('manage', newPhone(), { pow: 'old' }), 'challenge_invalid');
    await refusedUnchanged(h, () => h.write('ticket_remote', 'citizen:', ['a', '', 'zh', '', '', '', 'old', 's', 'p']),
        'challenge_invalid');
});

test('a time held again and again by nobody is not kept out of the waitlist and the quarantine', async () => {
    const h = await fresh();
    for (let i = 0; i < 2; i++) { // people do change their minds
        await h.hold({ address: `bot${i}` });
        h.at += 10 * MINUTE;
        await h.tick();
        assert.deepEqual(await h.used(120, 2), [0, 0]);
    }
    const third = await h.hold({ address: 'bot3' });
    await h.cancel(third.id); // given back the moment its buyer is there
    assert.deepEqual(await h.used(120, 2), [1, 1], 'as a cancelled booking');
    h.at += 5 * MINUTE - 1;
    await h.tick();
    assert.deepEqual(await h.used(120, 2), [1, 1]);
    h.at += 40 * MINUTE + 1;
    await h.tick();
    assert.deepEqual(await h.used(120, 2), [0, 0]);
    h.at += 2 * HOUR;
    await h.cancel((await h.hold()).id);
    assert.deepEqual(await h.used(120, 2), [0, 0], 'forgotten after a while');
});

test('holds that run out are counted for each unit there is, and not those that were confirmed', async () => {
    const h = await fresh();
    for (let i = 0; i < 6; i++) await h.cancel((await h.hold({ units: 3 })).id);
    assert.deepEqual(await h.used(120, 2), [0, 0]);
    await h.cancel((await h.hold({ units: 3 })).id);
    assert.deepEqual(await h.used(120, 2), [1, 1]);
    for (let i = 0; i < 4; i++) await h.book({ units: 1, cell: 200 + 2 * i });
    await h.cancel((await h.hold({ cell: 210 })).id);
    assert.deepEqual(await h.used(210, 2), [0, 0]);
});

test('holds of one sender: not more than twelve hours of visits at a time, whatever their number', async () => {
    const h = await fresh();
    const long = (cell) => h.hold({ units: 9, cell, n: 48, address: 'me', prefix: 'pre' });
    for (let i = 0; i < 3; i++) await long(96 + i);
    await assert.rejects(h.hold({ units: 9, cell: 96, address: 'me', prefix: 'pre' }), { code: 'rate_limit' });
    await h.hold({ units: 9, n: 200, cell: 20, address: 'one-long-visit', prefix: 'pre' });
});

test('the phone number of a booking cannot be found by trying, with its link', async () => {
    const h = await fresh();
    const phone = newPhone();
    const b = await h.book({}, phone);
    for (let i = 0; i < 5; i++) {
        await refusedUnchanged(h, () => h.confirmWith(b.id, newPhone()), 'booking_state', /:rate:/);
    }
    await refusedUnchanged(h, () => h.confirmWith(b.id, newPhone()), 'rate_limit');
    await refusedUnchanged(h, () => h.confirmWith(b.id, phone), 'rate_limit');
    h.at += 2 * MINUTE;
    assert.equal((await h.confirmWith(b.id, phone)).id, b.id);
});

test('a phone number is sent so many codes, whoever asks; one network does not use them up', async () => {
    const h = await fresh();
    const phone = newPhone();
    let sent = 0;
    const code = (prefix, to = phone) => {
        h.at += MINUTE;
        return h.code(++sent % 2 ? 'manage' : 'wait', to, { address: `a${sent}`, prefix });
    };
    for (let i = 0; i < 6; i++) await code('bot');
    await refusedUnchanged(h, () => code('bot'), 'rate_limit');
    await code('bot', newPhone());
    for (let i = 0; i < 16; i++) await code(`p${i}`); // two came back meanwhile
    await refusedUnchanged(h, () => code('mine'), 'rate_limit');
    h.at += 10 * MINUTE;
    await code('mine');
});

test('wrong codes of one sender: ten, then one a minute, and they use up nobody\'s tries', async () => {
    const h = await fresh();
    const phone = newPhone();
    const own = (code, address, prefix = address) => h.write('booking_own', 'citizen:', [phone.hash, `hash-${code}`, address, prefix]);
    for (let i = 0; i < 10; i++) await refusedUnchanged(h, () => own('000000', 'bot'), 'code_dead', /:rate:/); // is there one?
    await assert.rejects(own('000000', 'bot'), (e) => e.code === 'rate_limit' && e.wait === 60);
    await h.code('manage', phone);
    for (let i = 0; i < 9; i++) await refusedUnchanged(h, () => own('111111', 'bot'), 'rate_limit');
    assert.deepEqual((await own('123456', 'mine')).bookings, []);
    for (let i = 0; i < 40; i++) await assert.rejects(own('000000', `b${i}`, 'bots'), { code: 'code_dead' });
    await assert.rejects(own('000000', 'b40', 'bots'), { code: 'rate_limit' });
    h.at += MINUTE;
    await refusedUnchanged(h, () => own('000000', 'bot'), 'code_dead', /:rate:/);
});

test('holds in vain: twenty of an address, then twenty an hour; 80 of its prefix; bookings do not count', async () => {
    const h = await fresh({ booking: { alive_max: 50, service_day_max: 50, quarantine_min_minutes: 0, quarantine_max_minutes: 0 } });
    const vain = async (address, prefix = 'pre') => h.cancel((await h.hold({ units: 250, address, prefix })).id);
    for (let i = 0; i < 30; i++) await h.confirm((await h.hold({ units: 250, address: 'me', prefix: 'pre' })).id);
    for (let i = 0; i < 20; i++) await vain('me');
    await assert.rejects(vain('me'), (e) => e.code === 'rate_limit' && e.wait === 180);
    for (let i = 0; i < 60; i++) await vain(`other${i % 6}`);
    await assert.rejects(vain('new'), (e) => e.code === 'rate_limit' && e.wait === 45);
    await vain('new', 'elsewhere');
    h.at += 3 * MINUTE;
    await vain('me');
    await assert.rejects(vain('me'), { code: 'rate_limit' });
});

test('a phone number takes three numbers from home, then one an hour, whoever asks', async () => {
    const h = await fresh();
    const phone = newPhone();
    let n = 0;
    const remote = (p) => h.write('ticket_remote', 'citizen:', ['a', '', 'zh', p.record, p.sealed, p.hash, `pow${n}`, `a${n}`, `p${n++}`]);
    for (let i = 0; i < 3; i++) await remote(phone);
    await refusedUnchanged(h, () => remote(phone), 'rate_limit');
    await remote(newPhone());
    h.at += HOUR;
    await remote(phone);
});

test('a refusal for too many says when the next one is possible', async () => {
    const h = await fresh();
    const phone = newPhone();
    for (let i = 0; i < 3; i++) await h.code('manage', phone);
    await assert.rejects(() => h.code('manage', phone), (e) => e.wait === 60);
    h.at += 59001;
    await assert.rejects(() => h.code('manage', phone), (e) => e.wait === 1);
    for (let i = 0; i < 10; i++) await h.hold({ units: 99, address: 'me', prefix: 'pre' });
    h.at += 4 * MINUTE;
    await assert.rejects(() => h.hold({ units: 99, address: 'me', prefix: 'pre' }), (e) => e.code === 'rate_limit' && e.wait === 360);
});

test('what a citizen writes stands in no event', async () => {
    const h = await fresh();
    const b = await h.book();
    assert.equal((await h.cancel(b.id, 'citizen:', 'I am Wang, 13800138000')).reason, 'I am Wang, 13800138000');
    assert.doesNotMatch(JSON.stringify(await h.events()), /Wang/);
    const c = await h.book({ cell: 140 });
    await h.cancel(c.id, 'clerk:li', 'asked for it');
    assert.match(JSON.stringify(await h.events()), /asked for it/);
});

test('a hold that ran out is not taken up again once booking is closed', async () => {
    for (const change of [{ booking: { open: false } }, { service: { a: { open: false } } }]) {
        const h = await fresh();
        const phone = newPhone();
        const { id } = await h.hold();
        const alive = await h.hold({ cell: 160 });
        await h.code('book', phone, { booking: alive.id });
        await h.configure(bookable({ ...change, code: h.tag.slice(1, -1) }));
        assert.equal((await h.confirmWith(alive.id, phone)).state, 'confirmed', 'a hold alive is a promise');
        h.at += 10 * MINUTE;
        await h.tick();
        const late = newPhone();
        await h.code('book', late, { booking: id });
        await refusedUnchanged(h, () => h.confirmWith(id, late), 'booking_closed');
    }
});

test('a daemon whose clock is five seconds behind takes nothing from anybody', async () => {
    const h = await fresh();
    const phone = newPhone();
    const mine = await h.hold();
    await h.code('book', phone, { booking: mine.id });
    h.at += 10 * MINUTE; // one daemon lets it run out
    await h.tick();
    assert.equal((await h.get(mine.id)).state, 'expired');
    h.at -= 5000; // the other one confirms before that
    assert.equal((await h.confirmWith(mine.id, phone)).state, 'confirmed');
    assert.deepEqual(await h.used(120, 2), [1, 1]);
    h.at += 5000;
    await h.tick();
    assert.equal((await h.get(mine.id)).state, 'confirmed');
    assert.deepEqual(await h.used(120, 2), [1, 1]);
    const next = await h.hold({ cell: 140 });
    h.at -= 5000;
    assert.equal((await h.get(next.id)).state, 'held');
    await h.cancel(next.id);
    assert.deepEqual(await h.used(140, 2), [0, 0]);
});

test('a hold across midnight and the close of day is confirmed on the next one', async () => {
    const h = await fresh();
    h.at = cellAt(0) - 2 * MINUTE; // 23:58
    h.day = '20261124';
    const phone = newPhone();
    const b = await h.hold({ cell: 120 });
    await h.code('book', phone, { booking: b.id });
    await h.write('hall_close_day', 'supervisor:wang');
    h.at += 4 * MINUTE;
    h.day = DAY;
    assert.equal((await h.confirmWith(b.id, phone)).state, 'confirmed');
    assert.deepEqual(await h.used(120, 3), [1, 1, 0]);
    h.at = cellAt(120);
    assert.equal((await h.write('booking_check_in', 'kiosk:k1', [b.id, 'kiosk'])).booking, b.id);
});

test('check-in at the limits: early 0 and late 0 leave the one millisecond', async () => {
    for (const [early, late] of [[0, 0], [60, 15]]) {
        const h = await fresh({ booking: { early_minutes: early, late_minutes: late } });
        const at = cellAt(120);
        const ids = [];
        for (let i = 0; i < 3; i++) ids.push((await h.make({ units: 9 }, newPhone())).id);
        const arrive = (id) => h.write('booking_check_in', 'kiosk:k1', [id, 'kiosk']);
        h.day = DAY;
        h.at = at - early * MINUTE - 1;
        await h.tick();
        await refusedUnchanged(h, () => arrive(ids[0]), 'booking_early');
        h.at += 1;
        await arrive(ids[0]);
        h.at = at + late * MINUTE;
        await h.tick();
        await arrive(ids[1]);
        h.at += 1;
        await refusedUnchanged(h, () => arrive(ids[2]), 'booking_missed');
        await h.tick();
        assert.equal((await h.get(ids[2])).state, 'missed');
    }
});
