// Booking in a hall of the test's own: what the daemon's C would compute (segments, random numbers, hashes) is made here in
// the simplest way, so that a test says only what it is about.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Hall, sample, NOON, MINUTE } from './hall.mjs';

export { NOON, MINUTE };
export const CELL = 5 * MINUTE;
export const DAY = '20261125'; // the day booked unless a test says otherwise: two days after NOON
const MIDNIGHT = Date.UTC(2026, 10, 22, 16); // 2026-11-23 00:00 in Shanghai

// The moment at which a day (yyyymmdd of November or December 2026) begins, and the cells of it.
export const dayBegins = (day) => MIDNIGHT +
    (Date.UTC(+day.slice(0, 4), +day.slice(4, 6) - 1, +day.slice(6)) - Date.UTC(2026, 10, 23));
export const cellAt = (cell, day = DAY) => dayBegins(day) + cell * CELL;

export const RULES = { open: true, from_days: 0, to_days: 30, working_days: false, notice_minutes: 60,
    release_at: '00:00', release_spread_minutes: 0, hold_minutes: 10, quarantine_min_minutes: 5,
    quarantine_max_minutes: 45, early_minutes: 60, late_minutes: 15, alive_max: 3, service_day_max: 1, cancels_max: 5,
    misses_max: 2, block_days: 30, offer_minutes: 10, rebook_hours: 48, overbook_percent_max: 0,
    codes_per_hour_max: 600 };

export function bookable(change = {}) {
    const base = sample(change);
    return {
        ...base,
        services: base.services.map((s) => ({ ...s,
            booking: { open: true, minutes: 10, cap: 0, persons_max: 5, fields: [], ...change.service?.[s.code] } })),
        booking: { ...RULES, ...change.booking }, special_days: change.special_days ?? [],
        remote: { open: true, arrive_minutes: 15, alive_max: 50 },
        pools: [{ code: 'hall', services: ['*'], plan: [] }],
    };
}

// cells from..from+n of a pool with the same capacity each.
export const seg = (cell, n, units = 1, { pool = 'hall', share = 'p', day = DAY } = {}) =>
    `${pool}|${share}|${day}|${cell}|${Array(n).fill(units).join(',')}`;

export const newPhone = (name = randomBytes(6).toString('hex')) => ({ record: randomBytes(8).toString('hex'),
    sealed: `k1.${name}`, hash: `ph-${name}` });
const parts = (p) => (p ? [p.record, p.sealed, p.hash] : ['', '', '']);

export class Desk extends Hall {
    version = 1;

    async configure(config) {
        this.version = (await this.write('hall_configure', 'system:', [JSON.stringify(config), ''])).version;
        return this;
    }

    wish({ services = 'a', persons = '', cell = 120, n = 2, units = 1, segments, share = 'p', day = DAY, version,
        random = 'r', klass = '', lang = '', ordered = '' } = {}) {
        const at = cellAt(cell, day);
        return [services, persons, at, at + n * CELL, day, segments ?? seg(cell, n, units, { share, day }),
            version ?? this.version, random, klass, lang, ordered];
    }

    time({ cell = 120, n = 2, units = 1, segments, share = 'p', day = DAY, version } = {}) {
        const at = cellAt(cell, day);
        return [at, at + n * CELL, day, segments ?? seg(cell, n, units, { share, day }), version ?? this.version];
    }

    hold(w = {}) {
        return this.write('booking_hold', 'citizen:', [...this.wish(w), w.pow ?? '', w.address ?? '', w.prefix ?? '']);
    }

    // code: also its hash.
    code(purpose, phone, { booking = '', code = '123456', pow = '', address = '', prefix = '', lang = '' } = {}) {
        return this.write('code_send', 'citizen:', [purpose, booking, `hash-${code}`, `sealed-${code}`, ...parts(phone), lang,
            pow, address, prefix]);
    }

    confirmWith(id, phone, code = '123456', fields = '', request = '') {
        return this.write('booking_confirm', 'citizen:', [id, ...parts(phone), `hash-${code}`, fields], request);
    }

    async confirm(id, phone = newPhone(), fields = '') {
        await this.code('book', phone, { booking: id });
        return this.confirmWith(id, phone, '123456', fields);
    }

    async book(w = {}, phone = newPhone()) { return this.confirm((await this.hold(w)).id, phone); }

    make(w = {}, phone = newPhone(), { who = 'clerk:li', fields = '', override = '' } = {}) {
        return this.write('booking_make', who, [...this.wish(w), ...parts(phone), fields, override]);
    }

    cancel(id, who = 'citizen:', reason = '') { return this.write('booking_cancel', who, [id, reason]); }

    move(id, to, who = 'citizen:', reason = '') { return this.write('booking_move', who, [id, ...this.time(to), reason]); }

    offer(id, to) { return this.write('booking_offer', 'supervisor:wang', [id, ...this.time(to), 'r']); }

    accept(id) { return this.write('booking_accept', 'citizen:', [id]); }

    decline(id) { return this.write('booking_decline', 'citizen:', [id]); }

    async wait({ services = 'a', persons = '1', needs = 'hall|p|0|2', from = DAY, to = DAY, booking = '' } = {}, phone = newPhone()) {
        await this.code('wait', phone);
        return this.write('waitlist_join', 'citizen:', [services, persons, needs, dayBegins(from),
            dayBegins(to) + 24 * 60 * MINUTE - 1, ...parts(phone), 'hash-123456', '', booking]);
    }

    leave(id) { return this.write('waitlist_leave', 'citizen:', [id]); }

    get(id) { return this.read('booking_view', [id]); }

    waiting(id) { return this.read('waitlist_view', [id]); }

    tick() { return this.write('hall_tick', 'system:'); }

    unblock(phone, reason = 'asked') { return this.write('phone_unblock', 'supervisor:wang', [...parts(phone), reason]); }

    // Units taken in cells from..from+n.
    async used(cell, n, { pool = 'hall', share = 'p', day = DAY } = {}) {
        const bytes = await this.redis.getBuffer(`${this.tag}:k:${pool}:${share}:${day}`) ?? Buffer.alloc(0);
        return Array.from({ length: n }, (_, i) => bytes[cell + i] ?? 0);
    }

    async sent() {
        return (await this.redis.xrange(`${this.tag}:outbox`, '-', '+')).map(([id, flat]) =>
            Object.fromEntries([['id', id], ...flat.map((v, i) => [v, flat[i + 1]]).filter((_, i) => i % 2 === 0)]));
    }

    // Everything stored but what a refusal may leave behind, to compare byte for byte.
    async dump(except = /^$/) {
        const all = {};
        for (const key of (await this.redis.keys(`${this.tag}*`)).sort()) {
            if (!except.test(key)) all[key] = (await this.redis.dumpBuffer(key)).toString('base64');
        }
        return all;
    }
}

let n = 0;
export function makeDesk(redis, change = {}) {
    const code = change.code ?? `d${process.pid}-${n++}`;
    return new Desk(redis, code).configure(bookable({ ...change, code }));
}

export async function refusedUnchanged(h, call, code, except) {
    const before = await h.dump(except);
    await assert.rejects(call, (e) => e.code === code || assert.fail(`${e.message} instead of ${code}`));
    assert.deepEqual(await h.dump(except), before, `a refusal (${code}) leaves the store as it was`);
}
