// Booking where clocks change, dates differ and days are not 24 hours long: through the real daemon, held against zones of
// another make. Times are looked for, not written down, so that this is right in any year. SPDX-License-Identifier: MIT
import ICAL from 'ical.js';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Bookable, dateOf, dayOf, settled } from '../lib/bookable.mjs';
import { BruteZone, CELL_MS } from '../lib/calendar_brute.mjs';
import { book, bookableHall, hold, localDay, newPhone, refusal, sendCode, work } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

const HOUR_MS = 3600000;
const MINUTE_MS = 60000;
const MISSING_MIDNIGHT = ['Africa/Cairo', 'Asia/Beirut', 'America/Santiago', 'Atlantic/Azores'];
const dashed = (date) => dayOf(date).replace(/(....)(..)(..)/, '$1-$2-$3');
const zones = new Map();
const zoneOf = (name) => zones.get(name) ?? zones.set(name, new BruteZone(name)).get(name);
const today = (zone) => dateOf(localDay(0, Date.now(), zone));

let d;
let gateway;
let clerk;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] } } });
    clerk = await d.clerk('li', '*');
});

after(async () => {
    await d.stop();
    await gateway.stop();
});

// The next date of the window with so many hours.
function dayOfHours(zone, hours) {
    const of = zoneOf(zone);
    for (let date = today(zone) + 1; date < today(zone) + 365; date++) {
        if (of.cells(date).length === hours * 12) return date;
    }
    throw new Error(`${zone} has no day of ${hours} hours within a year`);
}

// The moments at which the clocks of that date show hh:mm: none, one or two.
function momentsOf(zone, date, text) {
    const minute = Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
    const of = zoneOf(zone);
    return of.cells(date).flatMap((m, cell) => (m === minute ? [of.begins(date) + cell * CELL_MS] : []));
}

// Open day and night, all of a year ahead, in that zone; special: days with hours of their own.
async function hallIn(zone, { code, special = [], units = 1, services = {}, ...more }) {
    await bookableHall(d, { code, units, booking: { to_days: 365 }, services, ...more,
        edit: (c) => Object.assign(c, { zone,
            special_days: special.map(({ date, spans }) => ({ from: dashed(date), kind: 'hours', spans })) }) });
    await settled(d, code, 2);
    return new Bookable(await d.get(`/halls/${code}/config`));
}

const timesOf = async (hall, service, date) =>
    (await d.nobody().get(`/halls/${hall}/times?services=${service}&day=${dayOf(date)}`)).times.map((t) => t.at);
// The data of nodejs may be older than the machine's.
const systemHour = (zone, ms) => Number(execFileSync('date', ['-d', `@${ms / 1000}`, '+%H'], { env: { ...process.env, TZ: zone } }));
const dayIn = async (hall, service, date) =>
    (await d.nobody().get(`/halls/${hall}/days?services=${service}&from=${dayOf(date)}&count=1`)).days[0];
const make = (hall, wish) => clerk.post(`/halls/${hall}/bookings`, { services: ['social-card'], share: 'public', ...wish });
const listed = async (hall, date) => (await clerk.get(`/halls/${hall}/bookings?from=${dayOf(date)}`)).bookings;

test('a time the clocks leave out is in no list and cannot be held', async () => {
    const zone = 'Europe/Berlin';
    const date = dayOfHours(zone, 23);
    assert.deepEqual(momentsOf(zone, date, '02:30'), []);
    await hallIn(zone, { code: 'gap', special: [{ date, spans: [{ from: '02:00', to: '03:00' }] }] });
    const { open, free, first } = await dayIn('gap', 'social-card', date);
    assert.deepEqual([open, free, first], [false, 0, undefined]);
    assert.deepEqual(await timesOf('gap', 'social-card', date), []);
    const { days: [{ pools }] } = await clerk.get(`/halls/gap/desk/days?from=${dayOf(date)}`);
    assert.deepEqual(pools[0].runs, []);
    // What a program makes of "02:30" with the offset of before, and with the one of afterwards.
    const naive = Date.parse(`${dashed(date)}T02:30:00Z`);
    for (const at of [naive - HOUR_MS, naive - 2 * HOUR_MS]) {
        assert.equal(await refusal(hold(d, 'gap', { services: ['social-card'], at })), '422 slot_none at');
        assert.equal(await refusal(make('gap', { at })), '422 slot_none at');
    }
    assert.deepEqual(await listed('gap', date), []);
    // Around the gap: the last time before it runs into three o'clock, the clock's next minute.
    await hallIn(zone, { code: 'around', special: [{ date, spans: [{ from: '01:30', to: '03:30' }] }],
        services: { 'social-card': { minutes: 20 } } });
    const [last] = momentsOf(zone, date, '01:55');
    assert.ok((await timesOf('around', 'social-card', date)).includes(last));
    const held = await hold(d, 'around', { services: ['social-card'], at: last });
    assert.equal(zoneOf(zone).local(held.ends).minute, 3 * 60 + 15);
});

test('both halves of a doubled hour are booked, each at its own moment, and told apart', async () => {
    const zone = 'Europe/Berlin';
    const date = dayOfHours(zone, 25);
    await hallIn(zone, { code: 'twice', special: [{ date, spans: [{ from: '02:00', to: '03:00' }] }] });
    const [summer, winter] = momentsOf(zone, date, '02:30');
    assert.equal(winter - summer, HOUR_MS);
    const times = await timesOf('twice', 'social-card', date);
    assert.deepEqual([times.length, times.filter((at) => [summer, winter].includes(at)).length], [23, 2]);
    const phones = [newPhone(), newPhone()];
    const booked = [await book(d, gateway, 'twice', { at: summer, phone: phones[0], lang: 'en' }),
        await book(d, gateway, 'twice', { at: winter, phone: phones[1], lang: 'zh' })];
    assert.deepEqual(booked.map((b) => [b.at, b.ends, b.day]),
        [summer, winter].map((at) => [at, at + 10 * MINUTE_MS, dayOf(date)]));
    assert.deepEqual((await listed('twice', date)).map((b) => [b.id, b.at]), booked.map((b) => [b.id, b.at]));
    for (const one of booked) {
        const event = new ICAL.Component(ICAL.parse(await d.citizen(one.link).get('/booking/calendar.ics'))).getFirstSubcomponent('vevent');
        assert.equal(event.getFirstPropertyValue('dtstart').toJSDate().getTime(), one.at);
    }
    for (const [phone, pattern] of [[phones[0], /02:30 \(summer time\)/], [phones[1], /02:30（冬令时）/]]) {
        await eventually(`${pattern} is sent`, () => gateway.received.some((m) => m.to.endsWith(phone) && pattern.test(m.text)));
    }
    await eventually('both are taken', async () => {
        const left = await timesOf('twice', 'social-card', date);
        return ![summer, winter].some((at) => left.includes(at));
    });
    assert.equal(await refusal(hold(d, 'twice', { services: ['social-card'], at: summer })), '409 slot_taken at');
    // From one half to the other: an hour later, though the clocks show the same.
    await d.citizen(booked[1].link).post('/booking/cancel');
    const moved = await d.citizen(booked[0].link).post('/booking/move', { at: winter });
    assert.deepEqual([moved.at, (await listed('twice', date)).filter((b) => b.state === 'confirmed').map((b) => b.at)], [winter, [winter]]);
    await eventually('told of the other half', () =>
        gateway.received.some((m) => m.to.endsWith(phones[0]) && /02:30 \(winter time\)/.test(m.text)));
});

test('a leap day is booked, listed, moved to and from, cancelled; one that does not exist is unknown', async () => {
    const { zone } = await hallIn('Europe/Berlin', { code: 'leap' });
    const leap = dateOf('20280229');
    const desk = async (day) => (await clerk.get(`/halls/leap/desk/times?services=social-card&day=${day}&share=public`))
        .times.map((t) => t.at);
    const [at] = momentsOf('Europe/Berlin', leap, '10:00');
    assert.equal(zone.dateAt(at), leap);
    assert.ok((await desk('20280229')).includes(at));
    const one = await make('leap', { at });
    assert.deepEqual([one.day, (await listed('leap', leap)).map((b) => b.id)], ['20280229', [one.id]]);
    await eventually('taken', async () => !(await desk('20280229')).includes(at));
    for (const [day, plus] of [['20280301', 1], ['20280228', -1], ['20280229', 0]]) {
        const to = zone.begins(leap + plus) + 9 * HOUR_MS;
        const moved = await clerk.post(`/halls/leap/bookings/${one.id}/move`, { at: to, share: 'public', reason: 'asked' });
        assert.deepEqual([moved.at, moved.day], [to, day]);
    }
    assert.deepEqual((await listed('leap', leap)).map((b) => b.at), [zone.begins(leap) + 9 * HOUR_MS]);
    const week = (await clerk.get('/halls/leap/desk/days?from=20280227&days=4')).days;
    assert.deepEqual(week.map((w) => w.day), ['20280227', '20280228', '20280229', '20280301']);
    await clerk.post(`/halls/leap/bookings/${one.id}/cancel`, { reason: 'asked' });
    await eventually('given back', async () => (await desk('20280229')).includes(zone.begins(leap) + 9 * HOUR_MS));

    const boss = await d.staff('boss', 'supervisor', ['*']);
    for (const day of ['20270229', '21000229', '20280230']) {
        assert.equal(await refusal(clerk.get(`/halls/leap/desk/times?services=social-card&day=${day}`)), '422 day_unknown day', day);
        assert.equal(await refusal(clerk.get(`/halls/leap/bookings?from=${day}`)), '422 day_unknown from', day);
        const closure = { from: day, kind: 'closed', reason: 'no such day' };
        assert.equal(await refusal(boss.post('/halls/leap/closures', closure)), '422 day_unknown from', day);
        assert.equal(await refusal(boss.post('/halls/leap/rebook', { from: day })), '422 day_unknown from', day);
        assert.equal(await refusal(clerk.get(`/halls/leap/conflicts?from=${day}`)), '422 day_unknown from', day);
    }
    const { version, ...config } = await d.get('/halls/leap/config');
    config.special_days = [{ from: '2027-02-29', kind: 'closed' }];
    assert.equal((await refusal(d.put('/halls/leap/config', config))).slice(0, 16), '422 hall_invalid');
});

test('a day whose midnight is missing begins with its first hour and belongs to no other day', async () => {
    const found = MISSING_MIDNIGHT.map((zone) => {
        const of = zoneOf(zone);
        for (let date = today(zone) + 1; date < today(zone) + 364; date++) {
            const begins = of.begins(date);
            const hour = of.local(begins).minute / 60;
            if (hour > 0 && systemHour(zone, begins) === hour && systemHour(zone, begins - MINUTE_MS) === 23) return { zone, date, of };
        }
        return null;
    }).filter(Boolean);
    assert.ok(found.length > 0, 'a zone that changes its clocks at midnight');
    for (const [i, { zone, date, of }] of found.entries()) {
        const code = `midnight${i}`;
        const model = await hallIn(zone, { code });
        const begins = of.begins(date);
        const times = await timesOf(code, 'social-card', date);
        assert.deepEqual([times[0], times.length], [begins, of.cells(date).length - 1], zone);
        assert.deepEqual(times, model.times(['social-card'], date).map((t) => t.at));
        const first = await hold(d, code, { services: ['social-card'], at: begins });
        const before_ = await hold(d, code, { services: ['social-card'], at: begins - 10 * MINUTE_MS });
        assert.deepEqual([first.day, before_.day, before_.ends], [dayOf(date), dayOf(date - 1), begins], zone);
        assert.deepEqual((await listed(code, date)).map((b) => b.id), [first.id]);
        assert.deepEqual((await listed(code, date - 1)).map((b) => b.id), [before_.id]);
        const { days: [desk] } = await clerk.get(`/halls/${code}/desk/days?from=${dayOf(date)}`);
        assert.deepEqual([desk.begins, desk.ends], [begins, of.begins(date + 1)]);
        for (const link of [first.link, before_.link]) await d.citizen(link).post('/booking/cancel');
    }
});

for (const hours of [23, 25]) {
    test(`a day of ${hours} hours is booked to the last unit and not beyond`, async () => {
        const zone = 'Europe/Berlin';
        const date = dayOfHours(zone, hours);
        const code = `full${hours}`;
        await hallIn(zone, { code, units: 2, services: { 'social-card': { minutes: 60 } } });
        const begins = zoneOf(zone).begins(date);
        const wishes = Array.from({ length: hours * 3 }, (_, i) => ({ at: begins + Math.floor(i / 3) * HOUR_MS }));
        const told = await Promise.all(wishes.map((wish) => refusal(make(code, wish))));
        assert.equal(told.filter((t) => t.startsWith('answered')).length, hours * 2, told.find((t) => !/^answered|slot_taken/.test(t)));
        assert.deepEqual([...new Set(told.filter((t) => !t.startsWith('answered')))], ['409 slot_taken at']);
        const taken = new Map();
        for (const b of await listed(code, date)) taken.set(b.at, (taken.get(b.at) ?? 0) + 1);
        assert.deepEqual([...taken], Array.from({ length: hours }, (_, i) => [begins + i * HOUR_MS, 2]));
        await eventually('none is free', async () => (await dayIn(code, 'social-card', date)).free === 0);
        for (const service of ['social-card', 'certificate']) {
            await eventually(`no ${service}`, async () => (await timesOf(code, service, date)).length === 0);
        }
        const answer = await d.nobody().request('POST', `/halls/${code}/holds`,
            { body: { services: ['social-card'], at: begins + (hours - 1) * HOUR_MS, ...await work(d, code) } });
        assert.deepEqual([answer.status, answer.json.code], [409, 'slot_taken']);
        const { days: [desk] } = await clerk.get(`/halls/${code}/desk/days?from=${dayOf(date)}`);
        for (const run of desk.pools[0].runs) assert.equal(run.public_taken, 2, JSON.stringify(run));
        // The days beside it have all of theirs.
        for (const beside of [date - 1, date + 1]) assert.equal((await dayIn(code, 'social-card', beside)).free, 277);
    });
}

test('a visit ends at midnight at the latest; the times on both sides belong to their own days', async () => {
    const zone = 'Europe/Berlin';
    const model = await hallIn(zone, { code: 'night', services: { 'social-card': { minutes: 60 } } });
    const date = today(zone) + 3;
    const midnight = zoneOf(zone).begins(date + 1);
    const times = await timesOf('night', 'social-card', date);
    assert.deepEqual([times.at(-1), times], [midnight - HOUR_MS, model.times(['social-card'], date).map((t) => t.at)]);
    for (const minutes of [5, 30, 55]) {
        const at = midnight - minutes * MINUTE_MS;
        assert.equal(await refusal(hold(d, 'night', { services: ['social-card'], at })), '422 slot_none at');
        assert.equal(await refusal(make('night', { at })), '422 slot_none at');
    }
    // An hour as two visits of one after the other: the second one would lie behind midnight.
    assert.equal(await refusal(hold(d, 'night', { services: ['social-card'], persons: 2, at: midnight - HOUR_MS })), '422 slot_none at');
    const late = await make('night', { at: midnight - HOUR_MS });
    const early = await make('night', { at: midnight });
    assert.deepEqual([late.ends, late.day, early.day], [midnight, dayOf(date), dayOf(date + 1)]);
    assert.deepEqual((await listed('night', date)).map((b) => b.id), [late.id]);
    assert.deepEqual((await listed('night', date + 1)).map((b) => b.id), [early.id]);
    const moved = await clerk.post(`/halls/night/bookings/${late.id}/move`, { at: midnight + HOUR_MS, share: 'public', reason: 'asked' });
    assert.equal(moved.day, dayOf(date + 1));
    assert.deepEqual((await listed('night', date)).map((b) => b.id), []);
});

// East of here so far that a day has just begun there, and a zone 14 hours behind it, where it is still the day before.
function twoZones() {
    const hour = new Date().getUTCHours();
    const east = Array.from({ length: 13 }, (_, i) => i + 2).find((h) => (hour + h) % 24 >= 1 && (hour + h) % 24 <= 12);
    const name = (h) => `Etc/GMT${h > 0 ? '-' : '+'}${Math.abs(h)}`; // the signs of these names are the wrong way round
    return [name(east), name(east - 14)];
}

test('two halls 14 hours apart, asked at once, have each its own today', async () => {
    const names = twoZones();
    const models = {};
    for (const [i, zone] of names.entries()) models[`far${i}`] = await hallIn(zone, { code: `far${i}`, units: 2 });
    const dates = names.map(today);
    assert.equal(dates[0], dates[1] + 1);
    const asked = await Promise.all(Array.from({ length: 40 }, async (_, i) => {
        const code = `far${i % 2}`;
        const services = i % 4 < 2 ? ['social-card'] : ['id-card', 'certificate'];
        const date = dates[i % 2] + 1 + (i % 7);
        const list = await d.nobody().get(`/halls/${code}/times?services=${services}&day=${dayOf(date)}`);
        assert.deepEqual(list.times, models[code].times(services, date), `${code} ${dayOf(date)}`);
        return d.nobody().get(`/halls/${code}/days?services=${services}&count=2`);
    }));
    for (const [i, list] of asked.entries()) {
        assert.deepEqual([list.zone ?? names[i % 2], list.today, list.first, list.days[0].day],
            [names[i % 2], ...Array(3).fill(dayOf(dates[i % 2]))]);
    }
    // One moment, two dates: the same hour of noon is booked in both, and each hall lists it under its own day.
    const at = models.far0.zone.begins(dates[0] + 2) + HOUR_MS;
    const both = await Promise.all(['far0', 'far1'].map((hall) => make(hall, { at })));
    assert.deepEqual(both.map((b) => b.day), [dates[0] + 2, dates[1] + 2].map((date) => dayOf(date)));
    for (const [i, b] of both.entries()) assert.deepEqual((await listed(`far${i}`, dates[i] + 2)).map((one) => one.id), [b.id]);
    // "My bookings" of one phone number, in each hall.
    const phone = newPhone();
    for (const hall of ['far0', 'far1']) await make(hall, { at: at + HOUR_MS, phone });
    for (const [i, hall] of ['far0', 'far1'].entries()) {
        const code = await sendCode(d, gateway, hall, { purpose: 'manage', phone });
        const { bookings } = await d.nobody().post(`/halls/${hall}/my-bookings`, { phone, code });
        assert.deepEqual(bookings.map((b) => [b.at, b.day]), [[at + HOUR_MS, dayOf(dates[i] + 2)]]);
    }
});
