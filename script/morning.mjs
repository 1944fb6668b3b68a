// A morning at the district centre, played through the API on a daemon whose clock runs fast: people come, counters
// call, serve, set aside, and wait for those who do not come. The same morning each time.
// SPDX-License-Identifier: MIT

const MINUTE = 60000;
export const HALL = 'shanghai';
const SPEED = 40;
const MORNING_MIN = 42; // business minutes; a minute of real time

// What people come for, the most wanted first.
const WANTED = ['id-card', 'social-card', 'tax-invoice', 'company-new', 'passport', 'medical-reimburse', 'residence-permit',
    'driving-licence', 'advice', 'hk-macau', 'collect', 'pension-apply', 'estate-transfer', 'tax-return', 'company-change'];
const CLASSES = ['normal', 'normal', 'normal', 'elderly', 'normal', 'normal', 'normal', 'pregnant', 'normal', 'disabled'];
const COUNTERS = ['1', '2', '5', '6', '9', '10', '12', '15', '16', '19', '21', '24'];

// Numbers that look random and are the same in each run.
export function makeDice(seed = 7) {
    let state = seed;
    return (sides) => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return Math.floor((state / 2147483648) * sides);
    };
}

// A zone in which it is nine in the morning now (ten when all is played), so that the pictures do not depend on when they are taken.
export function morningZone(now = new Date()) {
    const east = ((9 - now.getUTCHours() + 36) % 24) - 12; // -12..11
    return east === 0 ? 'Etc/GMT' : `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`; // their sign is turned round
}

export const settings = { demo: { clock_speed: SPEED } };

export class Morning {
    // leader: who opens the counters and works them all
    constructor(daemon, leader) {
        this.daemon = daemon;
        this.leader = leader;
        this.dice = makeDice();
        this.tickets = [];
        this.busy = new Map(); // counter -> {until, present}
    }

    at(counter, verb, body) { return this.leader.post(`/halls/${HALL}/counters/${counter}/${verb}`, body); }

    now() { return performance.now() * SPEED; }

    async issue(body = {}) {
        const service = WANTED[Math.min(this.dice(WANTED.length), this.dice(WANTED.length))]; // the first ones more often
        const ticket = await this.daemon.post(`/halls/${HALL}/tickets`, { service, class: CLASSES[this.dice(CLASSES.length)],
            ...(this.dice(3) ? { phone: `1380000${1000 + this.tickets.length}` } : {}), ...body });
        this.tickets.push(ticket);
        return ticket;
    }

    // One look at a counter: whoever is done goes, the next is called, comes after a moment, or does not come.
    async look(counter) {
        const state = this.busy.get(counter) ?? { until: 0, present: null };
        if (this.now() < state.until) return;
        if (state.present === 'called') {
            if (this.dice(16) === 0) return void this.next(counter, 'absent');
            await this.at(counter, 'begin');
            this.busy.set(counter, { until: this.now() + (5 + this.dice(9)) * MINUTE, present: 'serving' });
            return;
        }
        await this.next(counter, state.present ? (this.dice(14) === 0 ? 'park' : 'finish') : undefined);
    }

    async next(counter, present) {
        const { ticket } = await this.at(counter, 'next', present ? { present } : {});
        this.busy.set(counter, ticket
            ? { until: this.now() + 0.8 * MINUTE, present: 'called' }
            : { until: this.now() + MINUTE, present: null });
    }

    async play() {
        for (const counter of COUNTERS) await this.at(counter, 'open');
        const begun = this.now();
        let arrival = begun;
        for (;;) {
            const at = this.now();
            if (at - begun > MORNING_MIN * MINUTE) break;
            if (at >= arrival) {
                await this.issue();
                arrival += (0.35 + this.dice(5) / 10) * MINUTE;
            }
            for (const counter of COUNTERS) await this.look(counter);
            await new Promise((r) => { setTimeout(r, 50); });
        }
    }
}
