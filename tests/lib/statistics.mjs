// A hall's morning played through the function library with a clock of its own, in some seconds; and what happened, worked
// out from the events in another way than core/stats.c does: whatever was taken back is left out first, the rest counted.
//
//   await playMorning(redis, 'small', { from, to, seed });    // moments in ms, of the hall's present day
//   const n = countEvents(events, zone);                      // {total, services, hours, counters, classes}
// SPDX-License-Identifier: MIT
import { minuteAt } from '../../daemon/web/shared/dates.js';
import { Hall, MINUTE, Refused } from './hall.mjs';

const SERVICES = { 'id-card': 10, residence: 12, 'social-card': 8, certificate: 6, pension: 15, advice: 5 };
const PROFILES = { 1: 'general', 2: 'general', 3: 'papers' };

function randomOf(seed) {
    let state = seed >>> 0;
    return () => { // mulberry32: the same morning for the same seed
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

class Morning {
    constructor(redis, code, { from, to, day, seed = 1, perHour = 18 }) {
        Object.assign(this, { from, to, perHour, random: randomOf(seed) });
        this.hall = new Hall(redis, code);
        this.hall.day = day;
        this.due = []; // [{at, act}], what is still to happen
    }

    later(ms, act) { this.due.push({ at: this.hall.at + Math.round(ms), act }); }

    chance(share) { return this.random() < share; }

    pick(list) { return list[Math.floor(this.random() * list.length)]; }

    write(name, who, args) { return this.hall.write(name, who, args); }

    async play() {
        this.hall.at = this.from;
        for (const counter of Object.keys(PROFILES)) this.later(MINUTE, () => this.open(counter));
        this.later(0, () => this.arrive());
        while (this.due.length) {
            this.due.sort((a, b) => a.at - b.at);
            const { at, act } = this.due.shift();
            if (at > this.to) continue;
            this.hall.at = Math.max(at, this.hall.at);
            await act();
        }
        this.hall.at = this.to;
        return this;
    }

    async open(counter) {
        await this.write('counter_open', `clerk:c${counter}`, [counter, PROFILES[counter], '']);
        this.later(1000, () => this.next(counter));
    }

    async arrive() {
        const service = this.pick(Object.keys(SERVICES));
        const lively = 1 + 0.6 * Math.sin((this.hall.at - this.from) / (70 * MINUTE));
        this.later((-Math.log(1 - this.random()) * 60 * MINUTE) / this.perHour / lively, () => this.arrive());
        const ticket = await this.write('ticket_issue', 'kiosk:k1',
            [service, this.chance(0.2) ? 'elderly' : 'normal', 'zh', '', '', '', service === 'id-card' && this.chance(0.2) ? 2 : '']);
        const likely = ticket.ahead * 4 + 2;
        await this.write('forecast_set', 'system:', [JSON.stringify({ left: {}, come: [],
            promises: [[ticket.id, Math.floor(likely / 2), likely, likely * 2 + 4]] })]);
        if (this.chance(0.04)) this.later(8 * MINUTE, () => this.perhaps('ticket_cancel', 'citizen:', [ticket.id]));
    }

    // What may come too late: the ticket was called, or has expired by the daemon's own clock, which is ahead.
    async perhaps(name, who, args) {
        await this.write(name, who, args).catch((e) => {
            if (!(e instanceof Refused)) throw e;
        });
    }

    async next(counter) {
        const who = `clerk:c${counter}`;
        const { ticket } = await this.write('ticket_next', who, [counter, '', '']);
        if (!ticket) {
            this.later(20000, () => this.next(counter));
        } else if (this.chance(0.06)) {
            this.later(4000, () => this.undo(counter));
        } else if (this.chance(0.08)) {
            this.later(90000, () => this.absent(counter, ticket));
        } else {
            this.later(15000 + this.random() * 50000, () => this.begin(counter, ticket));
        }
    }

    async undo(counter) {
        await this.write('ticket_undo', `clerk:c${counter}`, [counter, '']);
        this.later(6000, () => this.next(counter));
    }

    async absent(counter, ticket) {
        await this.write('ticket_absent', `clerk:c${counter}`, [counter, '']);
        if (this.chance(0.5)) this.later(5 * MINUTE, () => this.perhaps('ticket_return', 'kiosk:k1', [ticket.id]));
        this.later(2000, () => this.next(counter));
    }

    async begin(counter, ticket) {
        await this.write('ticket_begin', `clerk:c${counter}`, [counter, '']);
        const ms = SERVICES[ticket.service] * MINUTE * (0.5 + this.random());
        if (this.chance(0.05)) this.later(ms / 2, () => this.transfer(counter));
        else this.later(ms, () => this.finish(counter, ticket));
    }

    async transfer(counter) {
        await this.write('ticket_transfer', `clerk:c${counter}`, [counter, '', 'advice', '', '']);
        this.later(3000, () => this.next(counter));
    }

    async finish(counter, ticket) {
        await this.write('ticket_finish', `clerk:c${counter}`, [counter, '']);
        if (this.chance(0.05)) {
            this.later(5000, () => this.undone(counter, ticket));
            return;
        }
        if (this.chance(0.4)) {
            const bad = this.chance(0.25);
            this.later(3 * MINUTE, () => this.write('ticket_rate', 'citizen:',
                [ticket.id, bad ? 'bad' : 'good', bad ? this.pick(['wait', 'staff', 'result']) : '']));
        }
        if (this.chance(0.08)) this.later(1000, () => this.pause(counter));
        else this.later(5000, () => this.next(counter));
    }

    // Pressed too early: taken back, and finished two minutes later.
    async undone(counter, ticket) {
        await this.write('ticket_undo', `clerk:c${counter}`, [counter, '']);
        this.later(2 * MINUTE, () => this.finish(counter, ticket));
    }

    async pause(counter) {
        await this.write('counter_pause', `clerk:c${counter}`, [counter, this.pick(['午休', '培训'])]);
        this.later(12 * MINUTE, () => this.open(counter));
    }
}

export const playMorning = (redis, code, options) => new Morning(redis, code, options).play();

// ---- another way to count ----

// Without what was taken back: the newest event of that kind of that ticket, each time.
function leftOver(events) {
    const kept = [];
    for (const e of events) {
        if (e.type !== 'ticket.undone') {
            kept.push(e);
            continue;
        }
        const at = kept.findLastIndex?.((one) => one.ticket === e.ticket && one.type === e.undoes)
            ?? kept.map((one) => one.ticket === e.ticket && one.type === e.undoes).lastIndexOf(true);
        if (at >= 0) kept.splice(at, 1);
    }
    return kept;
}

const empty = () => ({ arrived: 0, called: 0, served: 0, missed: 0, returned: 0, cancelled: 0, expired: 0, transferred: 0,
    target_of: 0, target_met: 0, forecasts_given: 0, forecasts_kept: 0, good: 0, bad: 0, overtaken: 0,
    wait: [], way: [], service_time: [] });

class Count {
    constructor(zone) {
        Object.assign(this, { zone, total: empty(), services: {}, hours: {}, classes: {}, counters: {}, tickets: {} });
    }

    // Into every sum this event belongs to.
    add(e, change, service = e.service) {
        const hour = Math.floor(minuteAt(e.at, this.zone) / 60);
        const sums = [this.total, this.services[service] ??= empty(), this.hours[hour] ??= empty(), this.classes[e.class] ??= empty()];
        if (e.counter) sums.push(this.counters[e.counter] ??= empty());
        sums.forEach(change);
    }

    called(e, t) {
        const wait = Math.round((e.at - t.promise?.at) / MINUTE);
        const judged = t.promise && !t.calls && e.why.rule !== 'chosen' && !t.left;
        const first = !t.calls;
        this.add(e, (n) => {
            n.called += 1;
            n.overtaken += e.why.overtaken;
            n.wait.push(e.at - t.entered);
            if (first) n.target_of += 1;
            if (first && e.at <= t.rank) n.target_met += 1;
            if (judged) n.forecasts_given += 1;
            if (judged && wait >= t.promise.low && wait <= t.promise.high) n.forecasts_kept += 1;
        });
        t.calls = (t.calls || 0) + 1;
        t.called = e.at;
    }

    ticket(e) {
        const t = this.tickets[e.ticket] ??= {};
        const was = t.service ?? e.service;
        if (e.rank) [t.rank, t.entered] = [e.rank, e.at];
        if (e.type === 'ticket.issued') this.add(e, (n) => { n.arrived += 1; });
        if (e.type === 'ticket.promised') t.promise = e;
        if (e.type === 'ticket.called') this.called(e, t);
        if (e.type === 'ticket.begun') {
            this.add(e, (n) => n.way.push(e.at - t.called));
            t.begun = e.at;
        }
        if (e.type === 'ticket.finished') {
            this.add(e, (n) => {
                n.served += 1;
                n.service_time.push(e.at - t.begun);
            });
        }
        if (e.type === 'ticket.transferred') {
            t.left = true;
            this.add(e, (n) => { n.transferred += 1; }, was);
        }
        if (e.type === 'ticket.rated') this.add(e, (n) => { n[e.rating] += 1; });
        for (const one of ['missed', 'returned', 'cancelled', 'expired']) {
            if (e.type === `ticket.${one}`) this.add(e, (n) => { n[one] += 1; });
        }
        t.service = e.service;
    }
}

export function countEvents(events, zone) {
    const count = new Count(zone);
    for (const e of leftOver(events)) if (e.ticket && e.type.startsWith('ticket.')) count.ticket(e);
    return count;
}

// What may be said of these durations: n and mean to the point, percentiles within the bound that core/stats.h names.
export function durationsAgree(list, told) {
    if (told.n !== list.length) return false;
    if (!list.length) return true;
    const sorted = [...list].sort((a, b) => a - b);
    const near = (got, exact) => Math.abs(got - exact) <= exact * 0.032 + 1000;
    return told.mean === Math.floor(list.reduce((a, b) => a + b, 0) / list.length)
        && near(told.p50, sorted[Math.ceil(list.length * 0.5) - 1]) && near(told.p90, sorted[Math.ceil(list.length * 0.9) - 1]);
}
