// core/calendar.h against a calendar that shares nothing with it: random rules in many zones, days on which clocks
// change asked for more often than others. A failure prints the whole case; CALENDAR_SEED repeats a run,
// CALENDAR_CASES makes it longer. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { BruteZone, DAY_MS, day, isOpen, opens, window } from '../lib/calendar_brute.mjs';
import { build } from '../lib/daemon.mjs';

const SEED = Number(process.env.CALENDAR_SEED ?? Date.now() % 1000000);
const CASES = Number(process.env.CALENDAR_CASES ?? 1400);
const ZONES_MIN = 60;
const FIRST = Date.UTC(2024, 0, 1) / DAY_MS;
const LAST = Date.UTC(2035, 11, 31) / DAY_MS;
const KINDS = ['closed', 'hours', 'workday', 'fewer'];
const NAMES = `Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi America/Anchorage
America/Argentina/Buenos_Aires America/Asuncion America/Bogota America/Caracas America/Chicago America/Denver
America/Halifax America/Havana America/La_Paz America/Lima America/Los_Angeles America/Mexico_City America/Miquelon
America/New_York America/Noronha America/Nuuk America/Phoenix America/Port-au-Prince America/Santiago
America/Sao_Paulo America/Scoresbysund America/St_Johns America/Tijuana Antarctica/Troll Asia/Almaty Asia/Amman Asia/Baghdad
Asia/Beirut Asia/Damascus Asia/Dhaka Asia/Gaza Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem Asia/Kabul Asia/Kathmandu
Asia/Kolkata Asia/Manila Asia/Pyongyang Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tashkent Asia/Tehran
Asia/Tokyo Asia/Urumqi Asia/Vladivostok Asia/Yangon Atlantic/Azores Atlantic/Canary Atlantic/Reykjavik
Australia/Adelaide Australia/Brisbane Australia/Darwin Australia/Eucla Australia/Lord_Howe Australia/Perth
Australia/Sydney Europe/Berlin Europe/Chisinau Europe/Dublin Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/London
Europe/Minsk Europe/Moscow Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Easter Pacific/Fiji Pacific/Honolulu
Pacific/Kiritimati Pacific/Marquesas Pacific/Norfolk Pacific/Tongatapu UTC`.split(/\s+/);

let dump;
let answers;
let zones;

let state = SEED;
function random() { // mulberry32
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const int = (from, to) => from + Math.floor(random() * (to - from + 1));
const one = (list) => list[int(0, list.length - 1)];
const some = (most, make) => Array.from({ length: int(0, most) }, make);

async function ask(question) {
    dump.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await answers.next();
    assert.ok(!done, `the program ended at ${JSON.stringify(question)}`);
    return JSON.parse(value);
}

// Both have the same idea of the zone from 2024 to 2035, looked at four times a day.
async function agreed(name) {
    const zone = new BruteZone(name);
    const moments = [];
    for (let ms = (FIRST - 90) * DAY_MS; ms < (LAST + 90) * DAY_MS; ms += DAY_MS / 4) moments.push(ms);
    const offsets = await ask({ zone: name, offsets: moments });
    zone.changes = [];
    for (const [i, ms] of moments.entries()) {
        // Between two days of one offset nothing is asked: three of four questions saved.
        if (i % 4 !== 0 && offsets[i] === offsets[i - 1] && offsets[i] === offsets[i - (i % 4) + 4]) continue;
        if (zone.naive(ms) !== ms + offsets[i] * 1000) return null;
        if (i % 4 === 0 && i > 0 && offsets[i] !== offsets[i - 4]) zone.changes.push(Math.floor(ms / DAY_MS) - 1);
    }
    zone.changes = zone.changes.filter((date) => date > FIRST && date < LAST);
    zone.dates = [59 + 21184, 21243 + 1461, ...Array.from({ length: 5 }, () => int(FIRST, LAST)), // two leap days
        ...Array.from({ length: zone.changes.length ? 12 : 0 }, () => one(zone.changes) + one([-1, 0, 0, 1, 1]))];
    zone.anchor = zone.changes.length ? one(zone.changes) : int(FIRST, LAST);
    return zone;
}

before(async () => {
    dump = spawn(join(build, 'daemon/core/calendar_dump'), { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(dump, 'spawn');
    answers = createInterface({ input: dump.stdout })[Symbol.asyncIterator]();
    zones = [];
    for (const name of NAMES) zones.push(await agreed(name));
});

after(async () => {
    if (!dump) return;
    dump.stdin.end();
    if (dump.exitCode === null) await once(dump, 'exit');
});

const minute = () => (random() < 0.1 ? int(0, 1440) : int(0, 288) * 5);
function span() {
    const [a, b] = random() < 0.15 ? [0, 1440] : [minute(), minute()].sort((x, y) => x - y);
    return { from: a, to: b };
}
const days = () => (random() < 0.3 ? [0, 1, 2, 3, 4, 5, 6] : [0, 1, 2, 3, 4, 5, 6].filter(() => random() < 0.6));
const when = () => ({ ...span(), days: days(), every: one([1, 1, 1, 2, 3]), weekOf: int(FIRST - 400, LAST) });
const nearly = (date) => {
    const from = date + int(-6, 2);
    return { from, to: from + one([0, 1, 6]) };
};
const units = () => one([0, 1, 2, 3, 8, 200]);

function special(dates, pools) {
    const kind = one(KINDS);
    return { ...nearly(one(dates)), kind, spans: kind === 'workday' ? [] : some(3, span), weekday: int(0, 6),
        pool: int(-1, pools - 1), public: one([0, 1, 2, 5]), staff: one([0, 1, 2]) };
}

function caseOf(zone) {
    const dates = [one(zone.dates), one(zone.dates), zone.anchor + int(-1, 8)];
    const pools = int(1, 2);
    const toDays = int(0, 8);
    return { zone: zone.name, dates, hours: [when(), ...some(4, when)], breaks: some(2, when),
        holidays: some(3, () => ({ ...nearly(one(dates)), workday: random() < 0.5, weekday: int(0, 6) })),
        specials: some(4, () => special(dates, pools)),
        pools: Array.from({ length: pools }, () => [{ ...when(), public: units(), staff: units() },
            ...some(3, () => ({ ...when(), public: units(), staff: units() }))]),
        base: one([5, 5, 10, 15, 20, 25, 45, 60]), toDays, fromDays: int(0, toDays), working: random() < 0.5,
        release: int(0, 287) * 5,
        moments: Array.from({ length: 3 }, () => (zone.anchor + int(-2, 2)) * DAY_MS + int(0, 1440) * 60000 + int(0, 59999)),
        left: { share: one(['public', 'staff']), cells: int(1, 6), offset: int(0, 4), cap: one([0, 0, 2, 7]),
            permille: one([0, 0, 100, 333, 500]), seed: int(0, 4) } };
}

const plain = (w) => [w.days.reduce((mask, d) => mask | (1 << d), 0), w.from, w.to, w.every, w.weekOf];
const question = (c) => ({ zone: c.zone, hours: c.hours.map(plain), breaks: c.breaks.map(plain),
    holidays: c.holidays.map((h) => [h.from, h.to, Number(h.workday), h.weekday]),
    specials: c.specials.map((s) => [s.from, s.to, KINDS.indexOf(s.kind), s.spans.map((x) => [x.from, x.to]), s.weekday, s.pool,
        s.public, s.staff]),
    pools: c.pools.map((plan) => plan.map((p) => [plain(p), p.public, p.staff])), base: c.base,
    window: [c.fromDays, c.toDays, Number(c.working)], release: c.release, dates: c.dates, moments: c.moments,
    left: [['public', 'staff'].indexOf(c.left.share), c.left.cells, c.left.offset, c.left.cap, c.left.permille, c.left.seed] });

function check(c, what, got, wanted) {
    if (JSON.stringify(got) === JSON.stringify(wanted)) return;
    assert.deepEqual(got, wanted, `${what} (CALENDAR_SEED=${SEED})\n${JSON.stringify(c)}\n`);
}

test('the zones are the same here and there', () => {
    const known = zones.filter(Boolean);
    const other = NAMES.filter((_, i) => !zones[i]);
    assert.ok(known.length >= ZONES_MIN, `zone data differ too much: ${other}`);
    assert.ok(known.filter((z) => z.changes.length > 0).length >= 25, 'zones with changes of the clock');
});

test('calendar: random rules give what cell by cell they mean', async (t) => {
    const known = zones.filter(Boolean);
    const changing = known.filter((z) => z.changes.length > 0);
    const seen = { open: 0, start: 0, left: 0, short: 0, long: 0, opens: 0, window: 0, working: 0 };
    for (let i = 0; i < CASES; i++) {
        const zone = i % 2 ? one(changing) : known[(i / 2) % known.length];
        const c = caseOf(zone);
        const answer = await ask(question(c));
        for (const [k, date] of c.dates.entries()) {
            const { opens: opened, ...got } = answer.days[k];
            const wanted = day(c, zone, k % c.pools.length, date);
            for (const key of Object.keys(wanted)) check(c, `${date} ${key}`, got[key], wanted[key]);
            check(c, date, Object.keys(got), Object.keys(wanted));
            const known_ = k === 2 ? opens(c, zone, date) : null;
            if (known_ !== null) check(c, `${date} opens`, opened, known_);
            seen.opens += known_ !== null;
            seen.working += wanted.working;
            seen.start += wanted.start.includes(1);
            seen.left += wanted.left.some((n) => n > 0);
            seen.short += wanted.minute.length < 288;
            seen.long += wanted.minute.length > 288;
        }
        for (const [k, ms] of c.moments.entries()) {
            const today = zone.dateAt(ms);
            const local = zone.local(ms);
            const open = local.date === today && isOpen(c, today, local.minute);
            const w = window(c, zone, today);
            check(c, `at ${ms}`, answer.moments[k].slice(0, 2), [today, Number(open)]);
            if (w !== null) check(c, `window at ${ms}`, answer.moments[k].slice(2), w);
            seen.open += open;
            seen.window += w !== null;
        }
    }
    t.diagnostic(`seed ${SEED}: ${JSON.stringify(seen)}`);
    // Random rules that are nearly never open would show nothing.
    for (const [what, n] of Object.entries(seen)) assert.ok(n > CASES / 20, `${what}: only ${n}`);
});
