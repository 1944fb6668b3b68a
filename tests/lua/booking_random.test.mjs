// Random days of a booking hall against a brute-force model that counts units in the simplest way. After each step: what the
// counters say is the sum over holds, offers, bookings and quarantines; nothing was ever taken above its capacity, nothing is
// lost, and a call succeeds exactly when the model says that it must.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeDesk, newPhone, cellAt, dayBegins, CELL, MINUTE } from '../lib/booking.mjs';

let server;
before(async () => { server = await startRedis(); });
after(() => server.stop());

// A small generator with a seed, so that a failure can be played again.
function randomOf(seed) {
    let s = seed;
    const next = () => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return s / 2 ** 32; };
    return { int: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] };
}

const DAYS = ['20261124', '20261125', '20261126'];
const FIRST = 100;
const CELLS = 24;
const POOLS = ['hall', '~a', 'photo'];
const CAPACITY = { hall: 3, '~a': 2, photo: 1 };
const OWNS = new Set(['held', 'offered', 'confirmed', 'checked_in']);

// What a visit needs: parts of a pool, an offset and a number of cells.
const VISITS = [
    { services: 'b', parts: [['hall', 0, 2]] },
    { services: 'b', parts: [['hall', 0, 5]] },
    { services: 'a', parts: [['hall', 0, 3], ['~a', 0, 3]] },
    { services: 'c', parts: [['photo', 0, 1]] },
    { services: 'a,c', parts: [['hall', 0, 2], ['~a', 0, 2], ['photo', 2, 2]] },
];
const lengthOf = (v) => Math.max(...v.parts.map(([, offset, n]) => offset + n));
const segmentsOf = (v, day, cell) => v.parts.map(([pool, offset, n]) =>
    `${pool}|p|${day}|${cell + offset}|${Array(n).fill(CAPACITY[pool]).join(',')}`).join(';');
const needsOf = (v) => v.parts.map(([pool, offset, n]) => `${pool}|p|${offset}|${n}`).join(';');
const cellsOf = (text) => text.split(';').filter(Boolean).flatMap((one) => {
    const [pool, share, day, cell, caps] = one.split('|');
    return caps.split(',').map((_, i) => `${pool}|${share}|${day}|${+cell + i}`);
});

// Everything as it is stored, read raw: bookings with their state, quarantines, counters.
async function stored(h) {
    const redis = h.redis;
    const bookings = new Map();
    const found = await redis.keys(`${h.tag}:b:*`);
    const records = await Promise.all(found.map((key) => redis.hgetall(key)));
    found.forEach((key, i) => bookings.set(key.slice(h.tag.length + 3), records[i]));
    const quarantines = (await redis.zrange(`${h.tag}:later`, 0, -1)).filter((x) => x.startsWith('give|'))
        .map((x) => x.split('|').slice(5).join('|'));
    const rows = POOLS.flatMap((pool) => DAYS.map((day) => [pool, day]));
    const used = await Promise.all(rows.map(([pool, day]) => h.used(0, 320, { pool, day })));
    const counters = Object.fromEntries(rows.map(([pool, day], i) => [`${pool}|p|${day}`, used[i]]));
    return { bookings, quarantines, counters, now: h.at };
}

const add = (sum, cells, by) => { for (const c of cells) sum.set(c, (sum.get(c) ?? 0) + by); };

// Fails when counters and owners disagree; returns the units taken in each cell. Of cells that have begun only the bound is
// looked at: those of a missed booking stay taken.
function checkSums({ bookings, quarantines, counters, now }, step) {
    const sum = new Map();
    for (const b of bookings.values()) if (OWNS.has(b.st)) add(sum, cellsOf(b.sg), 1);
    for (const q of quarantines) add(sum, cellsOf(q), 1);
    for (const [row, used] of Object.entries(counters)) {
        const [most, begins] = [CAPACITY[row.split('|')[0]], dayBegins(row.split('|')[2])];
        used.forEach((n, cell) => {
            const name = `${row}|${cell}`;
            if (n !== (sum.get(name) ?? 0) && begins + cell * CELL >= now) {
                assert.fail(`${name}: ${n} units, owned ${sum.get(name) ?? 0} ${step}`);
            }
            if (n > most) assert.fail(`${name}: ${n} units ${step}`);
        });
    }
    return sum;
}

class Day {
    constructor(h, random) {
        Object.assign(this, { h, random, ids: [], done: {} });
        this.phones = Array.from({ length: 400 }, () => newPhone());
    }

    wish() {
        const visit = this.random.pick(VISITS);
        return { visit, day: this.random.pick(DAYS), cell: FIRST + this.random.int(CELLS - lengthOf(visit)) };
    }

    // Mostly a booking that this can be done with; sometimes any.
    async some(...states) {
        const { bookings } = await stored(this.h);
        const right = [...bookings].filter(([, b]) => states.includes(b.st)).map(([id]) => id).sort();
        return right.length && this.random.int(5) ? this.random.pick(right) : this.random.pick(this.ids);
    }

    // Would the model let somebody take these cells, when what has run out by now is given back first?
    async freeAfterDue(cells, except = []) {
        await this.h.tick();
        const sum = checkSums(await stored(this.h), 'after a tick');
        add(sum, except, -1);
        return cells.every((c) => (sum.get(c) ?? 0) < CAPACITY[c.split('|')[0]]);
    }

    async ask(call) {
        try {
            return await call();
        } catch (e) {
            if (!e.code) throw e;
            return { refused: e.code };
        }
    }

    args({ visit, day, cell }) {
        return { services: visit.services, day, cell, n: lengthOf(visit), segments: segmentsOf(visit, day, cell),
            random: String(this.random.int(1e9)) };
    }

    async hold() {
        const w = this.wish();
        const free = await this.freeAfterDue(cellsOf(segmentsOf(w.visit, w.day, w.cell)));
        const got = await this.ask(() => this.h.hold(this.args(w)));
        const past = cellAt(w.cell, w.day) <= this.h.at;
        assert.equal(got.refused, past ? 'slot_none' : free ? undefined : 'slot_taken', 'hold');
        if (got.id) this.ids.push(got.id);
        return got.refused ?? 'ok';
    }

    async confirm() {
        const id = await this.some('held', 'expired');
        const phone = this.random.pick(this.phones);
        const b = await this.h.redis.hgetall(`${this.h.tag}:b:${id}`);
        const code = await this.ask(() => this.h.code('book', phone, { booking: id }));
        if (code.refused) return code.refused;
        const cells = cellsOf(b.sg);
        const free = await this.freeAfterDue(cells);
        const now = await this.h.redis.hgetall(`${this.h.tag}:b:${id}`);
        const got = await this.ask(() => this.h.confirmWith(id, phone));
        if (got.refused && got.refused.startsWith('phone_')) return got.refused;
        if (now.st === 'expired') assert.equal(got.refused, free && +now.at > this.h.at ? undefined : 'hold_expired');
        else if (now.st === 'held') assert.equal(got.refused, undefined);
        return got.refused ?? 'ok';
    }

    async cancel() {
        const id = await this.some('confirmed');
        return (await this.ask(() => this.h.cancel(id, this.random.pick(['citizen:', 'clerk:li'])))).refused ?? 'ok';
    }

    async move() {
        const id = await this.some('confirmed');
        const w = this.wish();
        await this.h.tick();
        const b = await this.h.redis.hgetall(`${this.h.tag}:b:${id}`);
        const to = cellsOf(segmentsOf(w.visit, w.day, w.cell));
        const free = await this.freeAfterDue(to, cellsOf(b.sg ?? ''));
        const got = await this.ask(() => this.h.move(id, this.args(w), 'clerk:li', 'asked'));
        if (b.st === 'confirmed' && cellAt(w.cell, w.day) >= this.h.at) {
            assert.equal(got.refused, free ? undefined : 'slot_taken', 'move');
        }
        return got.refused ?? 'ok';
    }

    async join() {
        const visit = this.random.pick(VISITS);
        const phone = this.random.pick(this.phones);
        const mine = (await this.h.read('booking_of_phone', [phone.hash])).bookings[0];
        const as = mine && this.random.int(2)
            ? { services: mine.services.join(','), booking: mine.id, needs: needsOf(VISITS.find((v) => v.services === mine.services.join(','))) }
            : { services: visit.services, needs: needsOf(visit) };
        const got = await this.ask(() => this.h.wait({ ...as, from: DAYS[0], to: this.random.pick(DAYS) }, phone));
        return got.refused ?? 'ok';
    }

    async answer() {
        const offer = await this.some('offered');
        return (await this.ask(() => (this.random.int(3) ? this.h.accept(offer) : this.h.decline(offer)))).refused ?? 'ok';
    }

    async leave() {
        const list = (await this.h.read('waitlist_list')).waiting;
        if (!list.length) return 'none';
        await this.h.leave(this.random.pick(list).id);
        return 'ok';
    }

    async offer() {
        const [id, w] = [await this.some('confirmed'), this.wish()];
        return (await this.ask(() => this.h.offer(id, this.args(w)))).refused ?? 'ok';
    }

    async make() {
        const w = this.wish();
        const cells = cellsOf(segmentsOf(w.visit, w.day, w.cell));
        const free = await this.freeAfterDue(cells);
        const got = await this.ask(() => this.h.make(this.args(w), this.random.int(2) ? null : this.random.pick(this.phones),
            { override: 'asked' }));
        if (cellAt(w.cell, w.day) >= this.h.at) assert.equal(got.refused, free ? undefined : 'slot_taken', 'make');
        if (got.id) this.ids.push(got.id);
        return got.refused ?? 'ok';
    }

    async tick() {
        this.h.at += this.random.pick([1, 1000, MINUTE, 5 * MINUTE, 11 * MINUTE]);
        await this.h.tick();
        return 'ok';
    }
}

// How often each is asked for, so that the hall is nearly full all the time.
const STEPS = ['hold', 'hold', 'hold', 'hold', 'confirm', 'confirm', 'confirm', 'cancel', 'cancel', 'move', 'move', 'join', 'join',
    'answer', 'answer', 'leave', 'offer', 'make', 'tick'];

for (const seed of [1, 20261123, 4711, 99]) {
    test(`700 random steps, seed ${seed}: units are the sum of those who own them`, async () => {
        const h = await makeDesk(server.redis, { booking: { alive_max: 4, service_day_max: 2, cancels_max: 1000,
            notice_minutes: 0, quarantine_min_minutes: 1, quarantine_max_minutes: 20, hold_minutes: 10, offer_minutes: 8 } });
        const day = new Day(h, randomOf(seed));
        h.at = dayBegins(DAYS[0]) + 8 * 60 * MINUTE;
        h.day = DAYS[0];
        while (!day.ids.length) await day.hold();
        for (let i = 0; i < 700; i++) {
            const step = day.random.pick(STEPS);
            const outcome = await day[step]();
            (day.done[step] ??= {})[outcome] = (day.done[step][outcome] ?? 0) + 1;
            checkSums(await stored(h), `after ${step} ${i}: ${outcome}`);
        }
        for (const step of new Set(STEPS)) assert.ok(day.done[step].ok > 3, `${step} came through: ${JSON.stringify(day.done)}`);
        // Everybody leaves, all time passes: not one unit may be left behind.
        for (const w of (await h.read('waitlist_list')).waiting) await h.leave(w.id);
        for (const [id, b] of (await stored(h)).bookings) {
            if (['held', 'offered', 'confirmed'].includes(b.st)) await h.cancel(id, 'clerk:li', 'end').catch(() => {});
        }
        h.at += 40 * MINUTE;
        while ((await h.tick()).more);
        const left = await stored(h);
        assert.equal(checkSums(left, 'in the end').size, 0);
        assert.deepEqual(left.quarantines, []);
        assert.equal(await h.redis.zcard(`${h.tag}:later`), 0);
        for (const key of await h.redis.keys(`${h.tag}:[bw]*`)) {
            if (/:(b|w):/.test(key)) assert.ok(await h.redis.ttl(key) > 0, `${key} is forgotten some day`);
        }
        const ids = (await h.events()).map((e) => +e.id.split('-')[1]);
        assert.deepEqual(ids, ids.map((_, i) => i + 1), 'no event is missing');
    });
}
