// The calendar once more, as slow and plain as it can be: every cell is asked on its own, and local time comes from
// Intl, whose zone data are not ours. Rules are objects here; dates are days since 1970. SPDX-License-Identifier: MIT
export const DAY_MS = 86400000;
export const CELL_MS = 300000;
const SCAN_MS = 900000;
const MINUTE_MS = 60000;

export const weekday = (date) => (((date + 3) % 7) + 7) % 7;

export class BruteZone {
    constructor(name) {
        this.name = name;
        this.format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, year: 'numeric', month: '2-digit', day: '2-digit',
            hour: '2-digit', minute: '2-digit', second: '2-digit' });
        this.begun = new Map();
        this.cut = new Map();
    }

    // 2027-03-28 02:59:59 as milliseconds, as if it were UTC.
    naive(ms) {
        return Date.parse(`${this.format.format(ms).replace(' ', 'T')}Z`);
    }

    local(ms) {
        const naive = this.naive(ms);
        const date = Math.floor(naive / DAY_MS);
        return { date, minute: Math.floor((naive - date * DAY_MS) / MINUTE_MS) };
    }

    // The first moment that shows this date or a later one.
    begins(date) {
        if (!this.begun.has(date)) {
            let ms = date * DAY_MS - 64 * SCAN_MS;
            while (this.local(ms).date < date) ms += SCAN_MS;
            while (this.local(ms - MINUTE_MS).date >= date) ms -= MINUTE_MS;
            this.begun.set(date, ms);
        }
        return this.begun.get(date);
    }

    // The local minute at the beginning of each cell; below 0 where yesterday's date is shown again.
    cells(date) {
        if (!this.cut.has(date)) {
            const minutes = [];
            for (let ms = this.begins(date); ms + CELL_MS <= this.begins(date + 1); ms += CELL_MS) {
                const l = this.local(ms);
                minutes.push((l.date - date) * 1440 + l.minute);
            }
            this.cut.set(date, minutes);
        }
        return this.cut.get(date);
    }

    dateAt(ms) {
        let date = Math.floor(ms / DAY_MS) - 2;
        while (this.begins(date + 1) <= ms) date++;
        return date;
    }
}

const within = (minute, s) => s.from <= minute && minute < s.to;
const names = (row, date) => row.from <= date && date <= row.to;

function on(when, date, like) {
    const week = (d) => (d - weekday(d)) / 7; // all Mondays are a whole number of weeks apart
    return when.days.includes(like) && (week(date) - week(when.weekOf)) % when.every === 0;
}

export function specialOf(rules, date) {
    return rules.specials.filter((s) => names(s, date) && s.kind !== 'fewer').at(-1);
}

export function likeOf(rules, date) {
    const special = specialOf(rules, date);
    if (special?.kind === 'workday') return special.weekday;
    return rules.holidays.filter((h) => names(h, date) && h.workday).at(-1)?.weekday ?? weekday(date);
}

export function isOpen(rules, date, minute) {
    const special = specialOf(rules, date);
    if (special?.kind === 'hours') return special.spans.some((s) => within(minute, s));
    if (special?.kind === 'closed' && special.spans.length === 0) return false;
    if (special?.kind === 'closed' && special.spans.some((s) => within(minute, s))) return false;
    const days = rules.holidays.filter((h) => names(h, date));
    if (special?.kind !== 'workday' && days.length > 0 && !days.some((h) => h.workday)) return false;
    const like = likeOf(rules, date);
    return rules.hours.some((w) => on(w, date, like) && within(minute, w))
        && !rules.breaks.some((w) => on(w, date, like) && within(minute, w));
}

export function unitsAt(rules, pool, share, date, minute) {
    if (!isOpen(rules, date, minute)) return 0;
    const like = likeOf(rules, date);
    let units = 0;
    for (const p of rules.pools[pool]) if (on(p, date, like) && within(minute, p)) units += p[share];
    for (const s of rules.specials) {
        if (s.kind !== 'fewer' || !names(s, date) || (s.pool !== -1 && s.pool !== pool)) continue;
        for (const span of s.spans.length > 0 ? s.spans : [{ from: 0, to: 1440 }]) {
            if (within(minute, span)) units -= s[share];
        }
    }
    return Math.min(Math.max(units, 0), 255);
}

function startsAt(rules, pool, date, minute) {
    const like = likeOf(rules, date);
    return rules.pools[pool].some((p) => p.public + p.staff > 0 && on(p, date, like) && within(minute, p)
        && (minute - p.from) % rules.base < 5);
}

const workingDays = new WeakMap(); // rules -> date -> answer: the window asks for the same ones again and again

export function isWorkingDay(rules, zone, date) {
    if (!workingDays.has(rules)) workingDays.set(rules, new Map());
    const known = workingDays.get(rules);
    if (!known.has(date)) {
        known.set(date, zone.cells(date).some((m) => [0, 1, 2, 3, 4].some((more) => m >= 0 && isOpen(rules, date, m + more))));
    }
    return known.get(date);
}

function leftAt({ share, cells, offset, cap, permille, seed }, units, cell) {
    let least = 255;
    for (let c = cell + offset; c < cell + offset + cells; c++) {
        if (!(units[c] > 0)) return 0;
        const most = cap > 0 ? cap : units[c];
        const more = share === 'public' ? Math.floor((most * permille) / 1000) : 0;
        const used = c < 200 ? (c * 37 + seed) % 5 : 0;
        least = Math.min(least, Math.min(most + more, 255) - used);
    }
    return Math.max(least, 0);
}

export function day(rules, zone, pool, date) {
    const minute = zone.cells(date);
    const units = (share) => minute.map((m) => (m < 0 ? 0 : unitsAt(rules, pool, share, date, m)));
    const shares = { public: units('public'), staff: units('staff') };
    const spans = [];
    for (let m = 0; m < 1440 && minute.length > 0; m++) {
        if (!isOpen(rules, date, m)) continue;
        if (spans.at(-1)?.[1] === m) spans.at(-1)[1]++;
        else spans.push([m, m + 1]);
    }
    return { date, begins: zone.begins(date), working: Number(isWorkingDay(rules, zone, date)), minute, ...shares,
        start: minute.map((m, c) => Number(m >= 0 && shares.public[c] + shares.staff[c] > 0 && startsAt(rules, pool, date, m))),
        left: minute.map((_, c) => leftAt(rules.left, shares[rules.left.share], c)), spans };
}

// The n'th day (or open day) behind today; null when it is too far to look for.
const FAR = 60;
function dayBehind(rules, zone, today, n) {
    if (!rules.working || n === 0) return today + n;
    for (let date = today + 1, seen = 0; date < today + FAR; date++) {
        if (isWorkingDay(rules, zone, date) && ++seen === n) return date;
    }
    return null;
}

export function window(rules, zone, today) {
    const last = dayBehind(rules, zone, today, rules.toDays);
    return last === null ? null : [dayBehind(rules, zone, today, rules.fromDays), last];
}

// The release time of the first day that has the date in its window; null when that is long before.
export function opens(rules, zone, date) {
    const known = [];
    for (let today = date; today > date - FAR; today--) {
        const w = window(rules, zone, today);
        if (w === null) return null;
        known.push(w[1]);
        if (w[1] < date) break;
    }
    if (known.at(-1) >= date) return null;
    const day_ = date - (known.length - 2);
    const cell = zone.cells(day_).findIndex((m) => m >= rules.release);
    return cell < 0 ? zone.begins(day_ + 1) : zone.begins(day_) + CELL_MS * cell; // left out at the end of the day
}
