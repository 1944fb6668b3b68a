// Booking as a citizen does it, over HTTP: a hall whose times can be booked at any hour of the day, challenges solved, codes
// read from the gateway.
//   const hall = await bookableHall(d, { booking: { alive_max: 1 }, services: { 'id-card': { fields: [...] } } });
//   const at = await freeTime(d, hall.code, 'id-card');
//   const held = await hold(d, hall.code, { services: ['id-card'], at });
//   const code = await sendCode(d, gateway, hall.code, { purpose: 'book', phone, booking: held.id });
//   const booked = await confirm(d, held.link, { phone, code });
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { eventually } from './daemon.mjs';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const ALWAYS = { days: DAYS, from: '00:00', to: '24:00' };

let phones = 0;
// A number nobody else has in this run.
export const newPhone = () => `139${String(process.pid % 10000).padStart(4, '0')}${String(++phones).padStart(4, '0')}`;

// config/halls/small.yaml, open day and night, with so many units of one pool. Answers what PUT does, and the hall's code.
export async function bookableHall(d, { code = 'small', units = 3, staff = 3, booking = {}, services = {}, edit = (c) => c } = {}) {
    await d.importHall('small', { code });
    const { version, ...config } = await d.get(`/halls/${code}/config`);
    Object.assign(config, { hours: [ALWAYS], breaks: [], holidays: [], special_days: [], tickets_outside_hours: true });
    Object.assign(config.booking, { open: true, from_days: 0, to_days: 30, working_days: false, notice_minutes: 0,
        release_at: '00:00', release_spread_minutes: 0, quarantine_min_minutes: 0, quarantine_max_minutes: 0, alive_max: 50,
        service_day_max: 20 }, booking);
    config.remote = { open: true, arrive_minutes: 15, alive_max: 50 };
    config.pools = [{ code: 'hall', services: ['*'], plan: [{ ...ALWAYS, public: units, staff, walk_in: 0 }] }];
    for (const s of config.services) Object.assign(s.booking ??= {}, { open: true, persons_max: 4 }, services[s.code]);
    await d.put(`/halls/${code}/config`, edit(config));
    return d.get(`/halls/${code}`);
}

export function solve({ challenge, bits }) {
    for (let i = 0; ; i++) {
        const hash = createHash('sha256').update(`${challenge}.${i.toString(36)}`).digest();
        if (Math.clz32(hash.readUInt32BE()) >= bits) return { challenge, solution: i.toString(36) };
    }
}

// {challenge, solution} for a body.
export const work = async (d, hall) => solve(await d.nobody().get(`/halls/${hall}/challenge`));

// Local date of the hall, so many days from now, as yyyymmdd. Swedish writes dates so that they sort, in every ICU; that of
// Debian 12 has 11/25/2026 for en-CA.
export const localDay = (plus = 0, now = Date.now(), zone = 'Asia/Shanghai') => new Intl.DateTimeFormat('sv-SE', { timeZone: zone })
    .format(now + plus * 86400000).replaceAll('-', '');

// A free time from that day on (0: today), at least so many minutes from now.
export async function freeTime(d, hall, services, { plus = 1, minutes = 0, skip = 0 } = {}) {
    const { now } = await d.nobody().get('/clock');
    for (const day of [plus, plus + 1]) { // a minute before midnight today has none
        const { times } = await d.nobody().get(`/halls/${hall}/times?services=${services}&day=${localDay(day, now)}`);
        const at = times.map((t) => t.at ?? t).filter((ms) => ms >= now + minutes * 60000);
        if (at.length > skip) return at[skip];
    }
    throw new Error(`no free time for ${services} in ${hall}`);
}

export async function hold(d, hall, wish, options) {
    return d.nobody().post(`/halls/${hall}/holds`, { ...wish, ...await work(d, hall) }, options);
}

// The message that is sent next to this number and holds six digits.
export async function sendCode(d, gateway, hall, wish) {
    const before = gateway.received.length;
    await d.nobody().post(`/halls/${hall}/codes`, { ...wish, ...await work(d, hall) });
    return eventually('the code is sent', () => {
        const texts = gateway.received.slice(before).filter((m) => m.to.endsWith(wish.phone)).map((m) => m.text);
        return texts.map((text) => /\b\d{6}\b/.exec(text)?.[0]).find(Boolean); // the confirmation may come first
    });
}

export const confirm = (d, link, body, options) =>
    d.citizen(link).post('/booking/confirm', { checklist: 'yes', ...body }, options);

// All of it. Answers the booking with its link, and as `tel` the number it was made with.
export async function book(d, gateway, hall, { services = ['social-card'], at, phone = newPhone(), fields, ...wish } = {}) {
    at ??= await freeTime(d, hall, services.join());
    const held = await hold(d, hall, { services, at, ...wish });
    const code = await sendCode(d, gateway, hall, { purpose: 'book', phone, booking: held.id });
    return { ...await confirm(d, held.link, { phone, code, fields }), tel: phone };
}

// The code and field of a refusal, for assert.equal().
export async function refusal(promise) {
    try {
        const answer = await promise;
        return `answered: ${JSON.stringify(answer).slice(0, 200)}`;
    } catch (e) {
        if (!e.answer) throw e;
        return `${e.status} ${e.code}${e.field ? ` ${e.field}` : ''}`;
    }
}
