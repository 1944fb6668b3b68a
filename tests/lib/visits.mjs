// Bookings, visits of several services and numbers from home, for tests that call the library with the clock passed in.
import { randomBytes } from 'node:crypto';
import { makeHall, sample, MINUTE } from './hall.mjs';

export const CELL = 5 * MINUTE;
export const BOOKING = { open: true, from_days: 0, to_days: 30, working_days: false, notice_minutes: 0, release_at: '07:00',
    release_spread_minutes: 0, hold_minutes: 10, quarantine_min_minutes: 5, quarantine_max_minutes: 45, early_minutes: 60,
    late_minutes: 15, alive_max: 100, service_day_max: 100, cancels_max: 5, misses_max: 100, block_days: 30, offer_minutes: 10,
    rebook_hours: 48, overbook_percent_max: 0, codes_per_hour_max: 600 };
export const REMOTE = { open: true, arrive_minutes: 15, alive_max: 5 };

// change.booking and change.remote change single rules; minutes: {service: n}.
export function visitHall(code, change = {}) {
    const config = { ...sample({ code, ...change }), pools: [], holidays: [], special_days: [], breaks: [],
        booking: { ...BOOKING, ...change.booking }, remote: { ...REMOTE, ...change.remote } };
    for (const s of config.services) {
        s.booking = { open: true, minutes: 0, cap: 0, persons_max: 5, fields: [] };
        s.minutes = change.minutes?.[s.code] ?? s.minutes;
    }
    return config;
}

export const makeVisitHall = (redis, code, change) => makeHall(redis, visitHall(code, change));

// Midnight of the hall's day; test halls count their cells from there.
const dawn = (h) => h.at - (h.at % (24 * 60 * MINUTE));

// A confirmed booking of so many cells at `at` (a multiple of five minutes), made at the desk. units: 0-255 a cell.
export function book(h, services, at, { persons = 1, klass = '', ordered = false, phone = null, cells = 2, units = 200 } = {}) {
    const cell = (at - dawn(h)) / CELL;
    const segments = `hall|s|${h.day}|${cell}|${Array(cells).fill(units).join(',')}`;
    return h.write('booking_make', 'clerk:c1', [services, persons, at, at + cells * CELL, h.day, segments, h.version ?? 1,
        String(Math.floor(Math.random() * 1e9)), klass, 'zh', ordered ? 'yes' : 'no', ...(phone ?? ['', '', '']), '', '']);
}

export const aPhone = () => [randomBytes(6).toString('hex'), 'k1.sealed', randomBytes(8).toString('hex')];
export const checkIn = (h, id, proof = 'kiosk', who = 'kiosk:k1') => h.write('booking_check_in', who, [id, proof]);

// A number from home; the sender is another one each time unless told.
export function remote(h, service = 'a', { klass = '', phone = ['', '', ''], sender = randomBytes(6).toString('hex') } = {}) {
    return h.write('ticket_remote', 'citizen:', [service, klass, 'zh', ...phone, randomBytes(8).toString('hex'), sender, `${sender}/`]);
}

export const arrive = (h, id, proof, who = 'kiosk:k1') => h.write('ticket_arrive', who, proof === undefined ? [id] : [id, proof]);
