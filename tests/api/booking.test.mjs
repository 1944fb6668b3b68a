// From a free time to a ticket that was served, and what is refused on the way: by the real daemon, with codes read from a
// gateway. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { book, bookableHall, confirm, freeTime, hold, localDay, newPhone, refusal, sendCode, work } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

const FIELDS = [
    { code: 'landlord', names: { zh: '房东', en: 'Landlord' }, type: 'text', required: true, max: 10 },
    { code: 'people', names: { zh: '人数', en: 'People' }, type: 'number', max: 20 },
    { code: 'born', names: { zh: '出生', en: 'Born' }, type: 'date' },
    { code: 'why', names: { zh: '事由', en: 'Reason' }, type: 'choice',
        choices: [{ zh: '就业', en: 'Work' }, { zh: '就学', en: 'Study' }] },
];
let d;
let gateway;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] } } });
    await bookableHall(d, { services: { residence: { minutes: 20, fields: FIELDS } } });
});

after(async () => {
    await d.stop();
    await gateway.stop();
});

test('a citizen books, checks in, is called and served', async () => {
    const phone = newPhone();
    const at = await freeTime(d, 'small', 'social-card', { plus: 0, minutes: 2 });
    const held = await hold(d, 'small', { services: ['social-card'], at, lang: 'en' });
    assert.equal(held.state, 'held');
    assert.match(held.link, new RegExp(`^small\\.${held.id}\\.\\w{16}$`));
    const code = await sendCode(d, gateway, 'small', { purpose: 'book', phone, booking: held.id });
    const booked = await confirm(d, held.link, { phone, code });
    assert.deepEqual([booked.state, booked.id, booked.link, booked.phone], ['confirmed', held.id, held.link, true]);
    await eventually('the confirmation is sent', () => gateway.received.find((m) => m.text.includes(`/b#${held.link}`)));
    assert.equal((await d.citizen(held.link).get('/booking')).state, 'confirmed');

    const again = await sendCode(d, gateway, 'small', { purpose: 'manage', phone });
    const own = await d.nobody().post('/halls/small/my-bookings', { phone, code: again });
    assert.deepEqual(own.bookings.map((b) => [b.id, b.link]), [[held.id, held.link]]);
    assert.deepEqual(own.waiting, []);
    assert.match(await d.citizen(held.link).get('/booking/calendar.ics'), /SUMMARY:Social security card/);

    const kiosk = await d.device('k-whole', 'kiosk', 'small');
    const ticket = await kiosk.post('/halls/small/check-in', { link: held.link });
    assert.equal(ticket.booking, held.id);
    assert.equal((await d.citizen(ticket.link).get('/ticket')).number, ticket.number);
    assert.equal((await d.citizen(held.link).get('/booking')).state, 'checked_in');
    await d.post('/halls/small/counters/1/open');
    assert.equal((await d.post('/halls/small/counters/1/next')).ticket.number, ticket.number);
    await d.post('/halls/small/counters/1/begin');
    assert.equal((await d.post('/halls/small/counters/1/finish')).state, 'done');
});

test('booking_confirm asks for the papers and for what the services want to know', async () => {
    const at = await freeTime(d, 'small', 'residence');
    const held = await hold(d, 'small', { services: ['residence'], at });
    const phone = newPhone();
    const code = await sendCode(d, gateway, 'small', { purpose: 'book', phone, booking: held.id });
    const good = { landlord: '王先生', people: '3', born: '1958-02-28', why: 'Study' };
    const refused = async (fields, change = {}) => refusal(confirm(d, held.link, { phone, code, fields, ...change }));

    assert.equal(await refused(good, { checklist: undefined }), '422 checklist_open checklist');
    assert.equal(await refused(undefined), '422 field_missing fields.landlord');
    assert.equal(await refused({ ...good, landlord: '' }), '422 field_missing fields.landlord');
    assert.equal(await refused({ ...good, landlord: '十一个字十一个字十一个' }), '422 field_invalid fields.landlord');
    for (const people of ['-1', '21', '1.5', 'many', '99999999999999999999']) {
        assert.equal(await refused({ ...good, people }), '422 field_invalid fields.people', people);
    }
    for (const born of ['1958-02-29', '1958-2-8', '28.02.1958', '1958-13-01', '1958-00-10', '0058-01-01', '1958-01-01 ']) {
        assert.equal(await refused({ ...good, born }), '422 field_invalid fields.born', born);
    }
    assert.equal(await refused({ ...good, why: 'Fun' }), '422 field_invalid fields.why');
    assert.equal(await refused({ ...good, colour: 'red' }), '422 field_unknown fields.colour');
    assert.equal(await refused({ ...good, landlord: 7 }), '422 field_invalid fields');

    // None of that used the code up, or one of its tries.
    const booked = await confirm(d, held.link, { phone, code, fields: { ...good, people: '' } });
    assert.equal(booked.fields, true);
    const clerk = await d.clerk('li-fields', 'small');
    const seen = await clerk.get(`/halls/small/bookings/${held.id}`);
    assert.deepEqual(seen.fields, { landlord: '王先生', born: '1958-02-28', why: '就学' }); // in the words of the staff
    assert.equal(seen.phone_tail, phone.slice(-4));
    assert.deepEqual(['record', 'sealed', 'fields_sealed'].filter((k) => k in seen), []);
});

test('booking_confirm takes the longest fields there are', async () => {
    const long = '龘'.repeat(199) + '"';
    const fields = Array.from({ length: 10 }, (_, i) => ({ code: `f${i}${'x'.repeat(30)}`, names: { zh: '字' }, max: 200, required: true }));
    await bookableHall(d, { code: 'long', services: { 'social-card': { fields } } });
    const typed = Object.fromEntries(fields.map((f) => [f.code, long]));
    const booked = await book(d, gateway, 'long', { fields: typed });
    assert.deepEqual((await d.get(`/halls/long/bookings/${booked.id}`)).fields, typed);
});

test('booking_confirm is answered once for a key, and the same for a second one', async () => {
    const at = await freeTime(d, 'small', 'social-card');
    const held = await hold(d, 'small', { services: ['social-card'], at });
    const phone = newPhone();
    const code = await sendCode(d, gateway, 'small', { purpose: 'book', phone, booking: held.id });
    const key = 'confirm-once-1';
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(d, held.link, { phone, code }, { key })));
    for (const a of answers) assert.deepEqual(a, answers[0]);
    const { events } = await d.get('/halls/small/events?limit=1000');
    assert.equal(events.filter((e) => e.type === 'booking.confirmed' && e.booking === held.id).length, 1);
    assert.equal(await refusal(confirm(d, held.link, { phone: newPhone(), code }, { key })), '422 idempotency_mismatch');
});

test('booking_confirm of one person in 20 requests at once makes one booking where one is allowed', async () => {
    await bookableHall(d, { code: 'one', units: 30, booking: { alive_max: 1 } });
    const phone = newPhone();
    const at = await freeTime(d, 'one', 'social-card');
    const held = [];
    for (let i = 0; i < 8; i++) held.push(await hold(d, 'one', { services: ['social-card'], at }));
    const ready = [];
    for (const h of held.slice(0, 3)) { // a phone number gets three codes at once
        ready.push({ link: h.link, code: await sendCode(d, gateway, 'one', { purpose: 'book', phone, booking: h.id }) });
    }
    const tries = Array.from({ length: 20 }, (_, i) => ready[i % 3]);
    const told = await Promise.all(tries.map(({ link, code }) => refusal(confirm(d, link, { phone, code }))));
    assert.ok(told.some((t) => t.startsWith('answered')), told.join('\n'));
    for (const t of told.filter((x) => !x.startsWith('answered'))) assert.match(t, /phone_limit phone|code_dead code/);
    const { bookings } = await d.get(`/halls/one/bookings?from=${localDay(1)}`);
    assert.equal(bookings.filter((b) => b.state === 'confirmed').length, 1);
});

test('booking_hold and booking_confirm name the nearest times when the last unit is gone', async () => {
    await bookableHall(d, { code: 'last', units: 1 });
    const at = await freeTime(d, 'last', 'social-card', { skip: 5 });
    const told = await Promise.all(Array.from({ length: 6 }, async () => {
        const body = { services: ['social-card'], at, ...await work(d, 'last') };
        return d.nobody().request('POST', '/halls/last/holds', { body });
    }));
    assert.deepEqual(told.map((a) => a.status).sort(), [201, 409, 409, 409, 409, 409]);
    for (const { json } of told.filter((a) => a.status === 409)) {
        assert.equal(json.code, 'slot_taken');
        assert.ok(json.alternatives.length > 0 && !json.alternatives.includes(at), JSON.stringify(json));
    }
});

test('a citizen moves and cancels; the calendar file follows', async () => {
    const booked = await book(d, gateway, 'small');
    const mine = d.citizen(booked.link);
    const to = await freeTime(d, 'small', 'social-card', { plus: 2, skip: 3 });
    const moved = await mine.post('/booking/move', { at: to });
    assert.deepEqual([moved.at, moved.id, moved.link], [to, booked.id, booked.link]);
    assert.match(await mine.get('/booking/calendar.ics'), /\r\nSEQUENCE:1\r\nSTATUS:CONFIRMED\r\n/);
    await mine.post('/booking/cancel', { reason: 'ill' });
    assert.match(await mine.get('/booking/calendar.ics'), /\r\nSEQUENCE:2\r\nSTATUS:CANCELLED\r\n/);
    assert.equal(await refusal(mine.post('/booking/cancel')), '409 booking_state booking');
});

test('who waits is offered what becomes free, and takes it with one click', async () => {
    await bookableHall(d, { code: 'full', units: 1, booking: { from_days: 1, to_days: 1 } });
    const at = await freeTime(d, 'full', 'social-card', { skip: 100 });
    const first = await book(d, gateway, 'full', { at });
    const phone = newPhone();
    const wish = { services: ['social-card'], from: localDay(1), to: localDay(1), phone };
    assert.equal(await refusal(d.nobody().post('/halls/full/waitlist', { ...wish, code: '000000' })), '410 code_dead code');
    const code = await sendCode(d, gateway, 'full', { purpose: 'wait', phone });
    assert.equal(await refusal(d.nobody().post('/halls/full/waitlist', { ...wish, to: localDay(0), code })), '422 field_invalid to');
    assert.equal(await refusal(d.nobody().post('/halls/full/waitlist', { ...wish, from: '20260230', code })), '422 day_unknown from');
    const waiting = await d.nobody().post('/halls/full/waitlist', { ...wish, code });
    assert.deepEqual([waiting.state, waiting.services], ['waiting', ['social-card']]);
    assert.equal((await d.get('/halls/full/waitlist')).waiting.length, 1);

    await d.citizen(first.link).post('/booking/cancel');
    const offered = await eventually('the offer', async () => {
        const entry = await d.citizen(waiting.link).get('/waiting');
        return entry.offer && entry;
    });
    const sent = await eventually('the offer is sent', () => gateway.received.find((m) => m.text.includes(offered.offer)));
    const [, link] = /\/b#(\S+)/.exec(sent.text);
    const taken = await d.citizen(link).post('/booking/accept');
    assert.deepEqual([taken.state, taken.at, taken.services], ['confirmed', at, ['social-card']]);
    assert.equal((await d.citizen(taken.link).get('/booking')).state, 'confirmed');
    assert.equal((await d.citizen(waiting.link).get('/waiting')).state, 'ended');
});

test('booking_list shows staff a day, phone numbers by their last digits', async () => {
    await bookableHall(d, { code: 'desk' });
    const booked = await book(d, gateway, 'desk');
    const clerk = await d.clerk('li-desk', 'desk');
    const { bookings, more, version } = await clerk.get(`/halls/desk/bookings?from=${localDay(0)}&days=7`);
    assert.deepEqual(bookings.map((b) => [b.id, b.phone_tail, b.state]), [[booked.id, booked.tel.slice(-4), 'confirmed']]);
    assert.deepEqual([more, typeof version], [false, 'number']);
    assert.ok(!JSON.stringify(bookings).includes(booked.tel) && !/sealed|record/.test(JSON.stringify(bookings)));
    assert.deepEqual((await clerk.get(`/halls/desk/bookings?from=${localDay(5)}`)).bookings, []);
    assert.equal(await refusal(clerk.get('/halls/desk/bookings?from=20260231')), '422 day_unknown from');
    assert.equal(await refusal(clerk.get('/halls/desk/bookings/1795465432000-b9')), '404 booking_unknown booking');
});

test('links of bookings, tickets and other halls are not taken for each other', async () => {
    const booked = await book(d, gateway, 'small');
    const other = booked.link.replace(/^small/, 'desk');
    assert.equal(await refusal(d.citizen(other).get('/booking')), '401 unauthenticated');
    assert.equal(await refusal(d.citizen(booked.link.slice(0, -1) + '!').get('/booking')), '401 unauthenticated');
    assert.equal(await refusal(d.citizen(booked.link).get('/ticket')), '422 field_invalid ticket');
    const ticket = await d.post('/halls/small/tickets', { service: 'social-card' });
    assert.equal(await refusal(d.citizen(ticket.link).get('/booking')), '422 field_invalid booking');
    assert.equal(await refusal(d.citizen(booked.link).get('/waiting')), '404 booking_unknown waiting');
});
