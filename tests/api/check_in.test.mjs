// A booking becomes a ticket: by link, phone number or id at the kiosk and the desk, by the citizen's own phone with the code
// of the board. What a kiosk tells about a phone number is next to nothing. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { book, bookableHall, freeTime, localDay, newPhone, refusal } from '../lib/citizen.mjs';
import { startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

let d;
let gateway;
let kiosk;
let clerk;
let board;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] }, http: { trusted_proxies: '127.0.0.1' } } });
    for (const code of ['small', 'other']) await bookableHall(d, { code, units: 100 });
    kiosk = await d.device('k1', 'kiosk', 'small');
    board = await d.device('b1', 'board', 'small');
    clerk = await d.clerk('li', 'small');
});

after(async () => {
    await d.stop();
    await gateway.stop();
});

// Soon enough to check in (60 minutes early), or not.
const soon = (skip = 0, services = 'social-card', hall = 'small') => freeTime(d, hall, services, { plus: 0, minutes: 1, skip });
const later = () => freeTime(d, 'small', 'social-card', { plus: 3, skip: 10 });
const booked = async (at, wish = {}) => book(d, gateway, 'small', { at, ...wish });
const checkIn = (body, who = kiosk) => who.post('/halls/small/check-in', body);
const refused = (body, who) => refusal(checkIn(body, who));

test('check_in takes the code of the link, or all of the QR code', async () => {
    for (const form of [(link) => link, (link) => `https://hall.example/b#${link}`]) {
        const mine = await booked(await soon());
        const ticket = await checkIn({ link: form(mine.link) });
        assert.deepEqual([ticket.booking, ticket.state, typeof ticket.ahead], [mine.id, 'waiting', 'number']);
        assert.equal((await d.citizen(ticket.link).get('/ticket')).id, ticket.id);
        assert.equal((await checkIn({ link: mine.link })).number, ticket.number); // shown twice: the same ticket
    }
});

test('check_in refuses links that are none', async () => {
    const mine = await booked(await soon());
    const wrong = mine.link.slice(0, -1) + (mine.link.endsWith('0') ? '1' : '0');
    for (const link of [wrong, 'x', 'small', 'small.1', '#', `${mine.link}x`, mine.link.replace('small', 'other')]) {
        assert.equal(await refused({ link }), '404 booking_unknown link', link);
    }
    const abroad = await book(d, gateway, 'other', { at: await soon(0, 'social-card', 'other') });
    assert.equal(await refused({ link: abroad.link }), '404 booking_unknown link');
    const ticket = await d.post('/halls/small/tickets', { service: 'social-card' });
    assert.equal(await refused({ link: ticket.link }), '404 booking_unknown booking');
});

test('check_in takes exactly one of link, phone and booking', async () => {
    const mine = await booked(await soon());
    assert.equal(await refused({}), '422 field_missing link');
    assert.equal(await refused({ link: mine.link, booking: mine.id }), '422 field_invalid booking');
    assert.equal(await refused({ phone: mine.tel, booking: mine.id }), '422 field_invalid phone');
    assert.equal((await checkIn({ booking: mine.id }, clerk)).booking, mine.id);
    assert.equal(await refused({ booking: '1795465432000-b9' }), '404 booking_unknown booking');
});

test('check_in tells from when it is possible', async () => {
    const at = await later();
    const mine = await booked(at);
    for (const body of [{ link: mine.link }, { booking: mine.id }]) {
        const { status, json } = await kiosk.request('POST', '/halls/small/check-in', { body });
        assert.deepEqual([status, json.code, json.from], [409, 'booking_early', at - 60 * 60000]);
    }
});

test('a phone number at the kiosk shows nothing but what can be checked in now', async () => {
    const phone = newPhone();
    assert.equal(await refused({ phone }), '404 booking_unknown phone');
    await booked(await later(), { phone });
    assert.equal(await refused({ phone }), '404 booking_unknown phone'); // of another day
    const now = await booked(await soon(), { phone });
    const ticket = await checkIn({ phone: `+86 ${phone}` });
    assert.equal(ticket.booking, now.id);
    assert.equal(await refused({ phone }), '404 booking_unknown phone'); // checked in, and the other one is not told
    assert.equal(await refused({ phone: '12' }), '422 phone_invalid phone');
});

test('several bookings of a phone number are there to choose from', async () => {
    const phone = newPhone();
    const [a, b] = [await booked(await soon(0), { phone }), await booked(await soon(2), { phone, services: ['certificate'] })];
    const { choose, ...others } = await checkIn({ phone });
    assert.deepEqual(others, {});
    assert.deepEqual(choose, [a, b].map(({ id, at, number, persons, services }) => ({ id, at, number, persons, services })));
    assert.equal((await checkIn({ booking: choose[1].id })).booking, b.id);
    assert.equal((await checkIn({ phone })).booking, a.id); // one left: at once
});

test('a phone number with a booking later today is told from when', async () => {
    const { times } = await d.nobody().get(`/halls/small/times?services=social-card&day=${localDay(0)}`);
    const at = times.map((t) => t.at ?? t).filter((ms) => ms > Date.now() + 65 * 60000).at(-1);
    if (!at) return; // the last hour of the day: nothing is early any more
    const mine = await booked(at);
    const { status, json } = await kiosk.request('POST', '/halls/small/check-in', { body: { phone: mine.tel } });
    assert.deepEqual([status, json.code, json.from], [409, 'booking_early', at - 60 * 60000]);
});

test('a citizen checks in with the code of the board', async () => {
    const { code, until } = await board.get('/halls/small/arrival-code');
    assert.match(code, /^\d{4}$/);
    assert.ok(until > Date.now() && until <= Date.now() + 600000);
    assert.equal((await kiosk.get('/halls/small/arrival-code')).code, code);
    const mine = await booked(await soon());
    const arrive = (arrival, link = mine.link) => d.citizen(link).post('/booking/arrive', { arrival });
    const wrong = String((Number(code) + 5000) % 10000).padStart(4, '0');
    assert.equal(await refusal(arrive(wrong)), '422 arrival_code arrival');
    assert.equal(await refusal(arrive('12')), '422 arrival_code arrival');
    const ticket = await arrive(` ${code.slice(0, 2)} ${code.slice(2)}`);
    assert.deepEqual([ticket.booking, ticket.state], [mine.id, 'waiting']);
    assert.ok(ticket.link);
});

test('wrong codes of the board are counted', async () => {
    const { code } = await board.get('/halls/small/arrival-code');
    const mine = await booked(await soon());
    const told = [];
    for (let i = 1; i < 20; i++) {
        told.push(await refusal(d.citizen(mine.link).post('/booking/arrive', { arrival: String((Number(code) + 3000 + i) % 10000).padStart(4, '0') })));
    }
    assert.equal(told[0], '422 arrival_code arrival');
    assert.match(told.at(-1), /^429 rate_limit/);
    assert.match(await refusal(d.citizen(mine.link).post('/booking/arrive', { arrival: code })), /^429 rate_limit/);
    assert.equal((await checkIn({ link: mine.link })).booking, mine.id); // the kiosk still does it
});

test('who is not of this hall checks nobody in', async () => {
    const mine = await booked(await soon());
    const abroad = await d.device('k2', 'kiosk', 'other');
    assert.equal(await refused({ link: mine.link }, abroad), '403 forbidden');
    assert.equal(await refused({ link: mine.link }, board), '403 forbidden');
    assert.equal(await refused({ link: mine.link }, d.nobody()), '401 unauthenticated');
    assert.equal(await refused({ link: mine.link }, d.citizen(mine.link)), '403 forbidden');
});
