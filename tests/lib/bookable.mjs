// What a hall file lets people book, worked out once more from its canonical JSON with tests/lib/calendar_brute.mjs, whose
// zones and rules share nothing with the daemon's. SPDX-License-Identifier: MIT
import { eventually } from './daemon.mjs';
import { BruteZone, CELL_MS, DAY_MS, day, isWorkingDay, window } from './calendar_brute.mjs';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export const dateOf = (text) => Date.parse(`${text.slice(0, 4)}-${text.slice(-4, -2)}-${text.slice(-2)}T00:00:00Z`) / DAY_MS;
export const dayOf = (date) => new Date(date * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
const minuteOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const dashed = (text) => dateOf(text.replaceAll('-', ''));
const span = (s) => ({ from: minuteOf(s.from), to: minuteOf(s.to) });
const when = (w) => ({ ...span(w), days: w.days.map((d) => WEEKDAYS.indexOf(d)), every: w.every_weeks ?? 1,
    weekOf: w.week_of ? dashed(w.week_of) : 0 });
const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));
const minutesOf = (s) => s.booking.minutes || Math.ceil(s.minutes / 5) * 5;

export class Bookable {
    constructor(config) {
        this.config = config;
        this.zone = new BruteZone(config.zone);
        const b = config.booking;
        this.rules = {
            hours: config.hours.map(when), breaks: config.breaks.map(when),
            holidays: config.holidays.map((h) => ({ from: dashed(h.from), to: dashed(h.to || h.from), workday: h.workday,
                weekday: WEEKDAYS.indexOf(h.like) })),
            specials: config.special_days.map((s) => ({ from: dashed(s.from), to: dashed(s.to || s.from), kind: s.kind,
                spans: s.spans.map(span), weekday: WEEKDAYS.indexOf(s.like), public: s.public, staff: s.staff,
                pool: s.pool ? config.pools.findIndex((p) => p.code === s.pool) : -1 })),
            pools: config.pools.map((p) => p.plan.map((w) => ({ ...when(w), public: w.public, staff: w.staff }))),
            base: config.services.map(minutesOf).reduce(gcd), fromDays: b.from_days, toDays: b.to_days,
            working: b.working_days, left: { share: 'public', cells: 1, offset: 0, cap: 0, permille: 0, seed: 0 },
        };
        this.days = new Map();
    }

    poolOf(service) {
        const named = this.config.pools.findIndex((p) => p.services.includes(service));
        return named >= 0 ? named : this.config.pools.findIndex((p) => p.services.includes('*'));
    }

    day(pool, date) {
        const key = `${pool} ${date}`;
        if (!this.days.has(key)) this.days.set(key, day(this.rules, this.zone, pool, date));
        return this.days.get(key);
    }

    // Where the services of a visit lie, in cells behind its start.
    parts(services, persons = 1) {
        let offset = 0;
        return services.map((code) => {
            const s = this.config.services.find((one) => one.code === code);
            const cells = minutesOf(s) / 5 * persons;
            const part = { pool: this.poolOf(code), code, cap: s.booking.cap, offset, cells };
            offset += cells;
            return part;
        });
    }

    // {at, left} of a date. used(pool or ~service, share, date, cell): units taken.
    times(services, date, { persons = 1, share = 'public', earliest = -Infinity, used = () => 0 } = {}) {
        const parts = this.parts(services, persons);
        const first = this.day(parts[0].pool, date);
        const left = (cell) => Math.min(...parts.flatMap((p) => Array.from({ length: p.cells }, (_, i) => {
            const at = cell + p.offset + i;
            const units = this.day(p.pool, date)[share][at] ?? 0;
            if (units === 0) return 0;
            const free = units - used(this.config.pools[p.pool].code, share, date, at);
            return p.cap > 0 ? Math.min(free, p.cap - used(`~${p.code}`, share, date, at)) : free;
        })));
        return first.start.flatMap((start, cell) => {
            const at = first.begins + cell * CELL_MS;
            return start && at >= earliest && left(cell) > 0 ? [{ at, left: left(cell) }] : [];
        });
    }

    window(now) { return window(this.rules, this.zone, this.zone.dateAt(now)); }

    isOpen(date) { return isWorkingDay(this.rules, this.zone, date); }
}

// Every worker has heard of that version of the hall (asked so often that each is likely to have been).
export const settled = (d, hall, version) => eventually(`version ${version} of ${hall} everywhere`, async () =>
    (await Promise.all(Array.from({ length: 12 }, () => d.get(`/halls/${hall}`)))).every((h) => h.version >= version));
