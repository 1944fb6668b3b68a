// Random days with everything a counter can do, through two daemons whose clocks differ: called, begun, undone, sent on, held
// for a counter or a clerk, served without a number, moved, put off, freed. Whoever presses next and gets nobody: nobody was
// waiting for that counter. Nobody is overtaken more than the bound but by a chosen call (the history check, which shares no
// code with the library, reads each day). The same calls on another Redis give the same answers and the same events.
//
// PAIHAO_DAYS=200: so many days instead of six.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startRedis } from '../lib/redis.mjs';
import { build } from '../lib/daemon.mjs';
import { Hall, Refused, makeHall, sample, MINUTE } from '../lib/hall.mjs';
import { random } from '../lib/model.mjs';

const DAYS = Number(process.env.PAIHAO_DAYS || 6);
const STEPS = 600;
const SKEW_MS = 700; // how far the second daemon's clock is ahead
const COUNTERS = ['1', '2', '3', '4', '5'];

let one;
let two;
before(async () => { [one, two] = await Promise.all([startRedis(), startRedis()]); });
after(() => Promise.all([one.stop(), two.stop()]));

const serves = { general: ['a', 'b', 'c'], helper: ['c', 'a'], quick: ['b', 'a', 'c'] };

function config(code) {
    const hall = sample({ code, rules: { overtaking_max: 3, delay_minutes_max: 15, delay_max: 2 },
        counters: COUNTERS.map((c) => ({ code: c, profile: { 4: 'helper', 5: 'quick' }[c] ?? 'general' })) });
    hall.services[1].minutes = 5;
    hall.services[0].booking = { open: true, minutes: 0, cap: 0, persons_max: 4 };
    hall.profiles = [
        { code: 'general', serves: [{ service: '*', offset_minutes: 0 }] },
        { code: 'helper', serves: [{ service: 'c', offset_minutes: 0 }, { service: 'a', offset_minutes: 10 }] },
        { code: 'quick', serves: [{ service: '*', up_to_minutes: 6, offset_minutes: 0 }, { service: '*', offset_minutes: 15 }] },
    ];
    return hall;
}

// Two daemons at one hall; each call with its answer is kept.
class Watched extends Hall {
    constructor(redis, code, calls, skew) {
        super(redis, code);
        Object.assign(this, { calls, skew });
    }

    async fcall(kind, name, args) {
        const sent = [String(Number(args[0]) + this.skew), ...args.slice(1)];
        const answer = await super.fcall(kind, name, sent).catch((e) => {
            if (e instanceof Refused) return { refused: e.message };
            throw e;
        });
        if (kind === 'FCALL') this.calls.push({ name, sent, answer });
        return answer;
    }
}

// The keys of the lines say the same (daemon/lua/line.lua): everybody stands in both orders, and each line's one member of `heads`
// names its first, or who has waited longest and been overtaken by as many as the bound, all of whom entered later. And the
// first moment at which somebody comes back is that of the first.
async function checkLines(redis, tag) {
    const heads = await redis.zrange(`${tag}:heads`, 0, -1);
    const lines = await redis.keys(`${tag.replace(/[{}]/g, '?')}:l:*`);
    assert.equal(heads.length, lines.length);
    for (const key of lines) {
        const line = key.slice(`${tag}:l:`.length);
        const places = await redis.zrange(key, 0, -1);
        const entries = await redis.lrange(`${tag}:e:${line}`, 0, -1);
        assert.deepEqual(entries, [...entries].sort());
        assert.deepEqual(entries.map((e) => e.slice(14)).sort(), places);
        const [place, id, , ...rest] = heads.find((h) => h.split('|')[2] === line).split('|');
        const overtakers = rest.join('|').split(',').filter((o) => o);
        assert.ok(overtakers.every((o) => o.slice(0, 13) > entries[0].slice(0, 13)), `${overtakers} of ${entries[0]}`);
        assert.equal(new Set(overtakers.map((o) => o.slice(14))).size, overtakers.length);
        assert.equal(`${place}|${id}`, overtakers.length >= 3 ? `0${entries[0].slice(14)}` : `1${places[0]}`);
    }
    assert.equal(await redis.get(`${tag}:back`), (await redis.zrange(`${tag}:away`, 0, 0, 'WITHSCORES'))[1] ?? null);
}

class Day {
    constructor(redis, code, seed) {
        this.code = code;
        this.calls = [];
        this.next = random(seed); // next(n): 0..n-1
        this.daemons = [new Watched(redis, code, this.calls, 0), new Watched(redis, code, this.calls, SKEW_MS)];
        this.nobody = 0;
        this.did = {};
    }

    get h() {
        const h = this.daemons[this.next(2)];
        h.at = this.daemons[0].at;
        return h;
    }

    oneOf(list) { return list[this.next(list.length)]; }

    async snapshot() { return this.daemons[0].snapshot(); }

    async write(name, who, args) {
        const answer = await this.h.write(name, who, args);
        if (!answer.refused) this.did[name] = (this.did[name] ?? 0) + 1;
        return answer;
    }

    // Nobody for that counter: then nobody waits in any line of its profile, held for it, or for who works there.
    async press(c) {
        const { counters } = await this.snapshot();
        const k = counters.find((x) => x.code === c);
        const present = !k.ticket ? '' : k.ticket.state === 'serving' ? this.oneOf(['finish', 'finish', 'park', 'put_back'])
            : this.oneOf(['absent', 'put_back']);
        const answer = await this.write('ticket_next', `clerk:c${c}`, [c, present, k.ticket?.id ?? '']);
        if (answer.refused || answer.ticket) return;
        this.nobody++;
        const { tickets } = await this.snapshot();
        const lines = [...serves[k.profile], `@${c}`, `&c${c}`];
        const left = tickets.filter((t) => t.state === 'waiting' && lines.includes(t.line) && t.id !== answer.finished?.id);
        assert.deepEqual(left.map((t) => `${t.number} in ${t.line}`), [], `counter ${c} was told that nobody waits`);
    }

    async send(c) {
        const target = this.oneOf([[this.oneOf(['a', 'b', 'c']), '', ''], ['', this.oneOf(COUNTERS), ''], ['', '', `c${this.oneOf(COUNTERS)}`]]);
        await this.write('ticket_transfer', `clerk:c${c}`, [c, '', ...target]);
    }

    async beside() {
        const { tickets } = await this.snapshot();
        const t = tickets.length ? this.oneOf(tickets) : null;
        if (!t) return;
        const away = tickets.filter((x) => x.away);
        const boss = 'supervisor:wang';
        await this.oneOf([
            () => this.write('ticket_delay', 'citizen:', [t.id, 1 + this.next(15)]),
            () => this.write('ticket_back', 'citizen:', [(away.length ? this.oneOf(away) : t).id]),
            () => this.write('ticket_cancel', 'citizen:', [t.id]),
            () => this.write('ticket_return', 'kiosk:k1', [t.id]),
            () => this.write('ticket_move', boss, [t.id, this.oneOf(['a', 'b', 'c']), 'asked']),
            () => this.write('line_move', boss, [this.oneOf(['a', 'b', 'c']), this.oneOf(['a', 'b', 'c']), 'asked', 1 + this.next(2)]),
            () => this.write('ticket_note', boss, [t.id, 'x']),
        ])();
    }

    async counter(c) {
        const boss = 'supervisor:wang';
        await this.oneOf([
            () => this.write('counter_close', `clerk:c${c}`, [c]),
            () => this.write('counter_pause', `clerk:c${c}`, [c, 'tea']),
            () => this.write('counter_free', boss, [c, this.oneOf(['', 'finish', 'absent', 'put_back']), 'gone']),
            () => this.write('counter_profile', boss, [c, this.oneOf(Object.keys(serves))]),
        ])();
        await this.write('counter_open', `clerk:c${c}`, [c, '', '']);
    }

    async step() {
        this.daemons[0].at += this.next(4) ? this.next(20000) : this.next(3 * MINUTE);
        const c = this.oneOf(COUNTERS);
        const who = `clerk:c${c}`;
        const x = this.next(100);
        if (x < 27) await this.write('ticket_issue', 'kiosk:k1', [this.oneOf(['a', 'b', 'c']), this.next(3) ? '' : 'elderly', '', '', '', '', 1]);
        else if (x < 52) await this.press(c);
        else if (x < 64) await this.write('ticket_begin', who, [c, '']);
        else if (x < 70) await this.write('ticket_finish', who, [c, '']);
        else if (x < 80) await this.write('ticket_undo', who, [c, '']);
        else if (x < 84) await this.send(c);
        else if (x < 86) await this.write('ticket_direct', who, [c, this.oneOf(['a', 'b']), '', '', '', '']);
        else if (x < 88) await this.write('ticket_recall', who, [c, '']);
        else if (x < 90) await this.resume(c);
        else if (x < 97) await this.beside();
        else if (x < 98) await this.counter(c);
        else if (x < 99) await this.write('hall_tick', 'system:', []);
        else await this.choose(c);
    }

    async resume(c) {
        const parked = (await this.snapshot()).tickets.filter((t) => t.state === 'parked');
        if (parked.length) await this.write('ticket_resume', `clerk:c${c}`, [c, this.oneOf(parked).id]);
    }

    async choose(c) {
        const waiting = (await this.snapshot()).tickets.filter((t) => t.state === 'waiting');
        if (waiting.length) await this.write('ticket_call', `clerk:c${c}`, [c, this.oneOf(waiting).id, 'asked']);
    }

    async play() {
        for (const c of COUNTERS) await this.write('counter_open', `clerk:c${c}`, [c, '', '']);
        for (let i = 0; i < STEPS; i++) {
            try {
                await this.step();
                if (i % 10 === 0) await checkLines(this.daemons[0].redis, this.daemons[0].tag);
            } catch (e) {
                e.message = `step ${i}: ${e.message}`;
                throw e;
            }
        }
        await this.write('hall_close_day', 'system:', []);
        return this.daemons[0].events();
    }
}

function check(hall, events) {
    const input = [hall, ...events].map((x) => JSON.stringify(x)).join('\n');
    const run = spawnSync(join(build, 'daemon/ctl/history_reader'), { input: `${input}\n`, encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.ifError(run.error);
    return run.stdout.trim().split('\n');
}

// What Redis itself numbers by its own clock.
const plain = (events) => events.map(({ id, message, ...rest }) => ({ id: id.split('-')[1], ...rest }));

const totals = {};
for (let seed = 1; seed <= DAYS; seed++) {
    test(`a random day at the counters (seed ${seed}): fair, nobody forgotten, the same on any Redis`, async () => {
        const code = `r${seed}`;
        const hall = config(code);
        await makeHall(one.redis, hall);
        const day = new Day(one.redis, code, seed);
        const events = await day.play();
        for (const [name, n] of Object.entries(day.did)) totals[name] = (totals[name] ?? 0) + n;
        totals.nobody = (totals.nobody ?? 0) + day.nobody;
        assert.deepEqual(check(hall, events), ['faults 0']);

        await makeHall(two.redis, hall);
        const again = new Hall(two.redis, code);
        for (const [i, { name, sent, answer }] of day.calls.entries()) {
            const other = await again.fcall('FCALL', name, sent).catch((e) => ({ refused: e.message }));
            assert.deepEqual(other, answer, `call ${i}: ${name}`);
        }
        assert.deepEqual(plain(await again.events()), plain(events));
    });
}

test('everything that can happen did', () => {
    for (const name of ['ticket_next', 'ticket_undo', 'ticket_transfer', 'ticket_direct', 'ticket_move', 'line_move', 'ticket_delay',
        'ticket_back', 'ticket_resume', 'ticket_call', 'counter_free', 'counter_profile', 'nobody']) {
        assert.ok(totals[name] > 0, `${name}: ${totals[name]}`);
    }
});
