// Random days on which citizens ask for more time, come back early, come from home, are called, held for counters and moved:
// after each step every ticket is where a plain model of docs/lifecycle.md has it, and the history check, which shares no
// code with the library, finds nothing in the day.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startRedis } from '../lib/redis.mjs';
import { build } from '../lib/daemon.mjs';
import { makeHall, Refused, MINUTE } from '../lib/hall.mjs';
import { random } from '../lib/model.mjs';
import { visitHall, remote, arrive } from '../lib/visits.mjs';

let server;
before(async () => { server = await startRedis(); });
after(() => server.stop());

const RULES = { delay_minutes_max: 15, delay_max: 2, overtaking_max: 50 };
const ARRIVE = 15 * MINUTE;

class Day {
    constructor(h, next) {
        this.h = h;
        this.next = next;
        this.tickets = new Map(); // id -> {state, rank, own, away, delays, remote}
        this.refused = 0;
    }

    pick(states) {
        const found = [...this.tickets].filter(([, t]) => states.includes(t.state));
        return found.length ? found[Math.floor(this.next() * found.length)] : null;
    }

    async issue() {
        const klass = this.next() < 0.3 ? 'elderly' : '';
        const t = await this.h.issue(this.next() < 0.5 ? 'a' : 'c', klass, this.next() < 0.5);
        this.tickets.set(t.id, { state: 'waiting', rank: t.rank, delays: 0 });
    }

    async remote() {
        const t = await remote(this.h, 'a');
        this.tickets.set(t.id, { state: 'coming', rank: t.rank, delays: 0, remote: true });
    }

    async delay() {
        const found = this.pick(['waiting', 'coming', 'called']);
        if (!found) return;
        const [id, t] = found;
        const minutes = 1 + Math.floor(this.next() * 15);
        const legal = t.state !== 'called' && t.delays < 2 && !(t.remote && this.h.at > t.rank + ARRIVE);
        const answer = await this.try(() => this.h.write('ticket_delay', 'citizen:', [id, minutes]));
        assert.equal(answer !== null, legal, `delay of ${id}`);
        if (!legal) return;
        const ends = this.h.at + minutes * MINUTE;
        const own = t.away ? t.own : t.rank;
        const [state, rank, delays] = ['coming', Math.max(own, ends), t.delays + 1];
        this.tickets.set(id, t.remote ? { ...t, rank, delays } : { state, rank, own, delays, away: ends });
    }

    async back(how) {
        const found = this.pick(['coming']);
        if (!found) return;
        const [id, t] = found;
        const legal = how === 'arrive' ? t.away || this.h.at <= t.rank + ARRIVE : t.away;
        const answer = await this.try(() => (how === 'arrive' ? arrive(this.h, id) : this.h.write('ticket_back', 'citizen:', [id])));
        assert.equal(answer !== null, Boolean(legal), `${how} of ${id}`);
        if (legal) this.return(id, t);
    }

    return(id, t) {
        const rank = t.away ? Math.max(t.own, Math.min(this.h.at, t.away)) : t.rank;
        this.tickets.set(id, { state: 'waiting', rank, delays: t.delays });
    }

    async tick() {
        await this.h.write('hall_tick', 'system:');
        for (const [id, t] of this.tickets) {
            if (t.away && t.away <= this.h.at) this.return(id, t);
            else if (t.remote && t.state === 'coming' && this.h.at > t.rank + ARRIVE) this.tickets.delete(id);
        }
    }

    async call() {
        if (this.present) {
            await this.h.present('absent', '1');
            this.tickets.delete(this.present);
            this.present = null;
        }
        const { ticket } = await this.h.next('1');
        const waits = [...this.tickets].filter(([, t]) => t.state === 'waiting');
        assert.equal(ticket !== null, waits.length > 0, 'a call where somebody waits');
        if (!ticket) return;
        const best = waits.sort(([a, x], [b, y]) => x.rank - y.rank || (a < b ? -1 : 1))[0][0];
        assert.equal(ticket.id, best);
        this.tickets.get(best).state = 'called';
        this.present = best;
    }

    async try(fn) {
        try {
            return await fn();
        } catch (e) {
            if (!(e instanceof Refused)) throw e;
            this.refused++;
            return null;
        }
    }

    async compare(what) {
        const there = new Map((await this.h.snapshot()).tickets.filter((t) => t.state !== 'missed')
            .map((t) => [t.id, [t.state, t.rank, t.away, t.delays ?? 0]]));
        const wanted = new Map([...this.tickets].map(([id, t]) => [id, [t.state, t.rank, t.away, t.delays]]));
        assert.deepEqual(there, wanted, what);
    }
}

for (const seed of [1, 2, 3, 4]) {
    test(`a random day of delays agrees with brute force (seed ${seed})`, async () => {
        const config = visitHall(`dr${seed}`, { rules: RULES, remote: { arrive_minutes: 15, alive_max: 100 } });
        const h = await makeHall(server.redis, config);
        const below = random(seed);
        const day = new Day(h, () => below(2 ** 30) / 2 ** 30);
        await h.open('1');
        const steps = [() => day.issue(), () => day.issue(), () => day.remote(), () => day.delay(), () => day.delay(),
            () => day.back('back'), () => day.back('arrive'), () => day.call()];
        for (let i = 0; i < 250; i++) {
            h.at += Math.floor(day.next() * 2 * MINUTE);
            await day.tick();
            const step = Math.floor(day.next() * steps.length);
            await steps[step]();
            await day.compare(`step ${i}, ${steps[step]}`);
        }
        assert.ok(day.refused > 0);
        await h.write('hall_close_day', 'system:');
        const events = await h.events();
        assert.ok(events.filter((e) => e.type === 'ticket.delayed').length > 20);
        const input = [config, ...events].map((one) => JSON.stringify(one)).join('\n');
        const run = spawnSync(join(build, 'daemon/ctl/history_reader'), { input: `${input}\n`, encoding: 'utf8' });
        assert.ifError(run.error); // ENOENT: build history_reader, and say where in PAIHAO_BUILD
        assert.equal(run.stdout.trim(), 'faults 0');
    });
}
