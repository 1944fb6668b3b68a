// The morning on which new times are released: many citizens want the last units at once. Each takes a time (or one of the
// alternatives), gets a code by SMS and confirms; every answer is counted. Afterwards each counter must hold exactly what
// was acknowledged, and never more than there is. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { newPhone } from './citizen.mjs';
import { build } from './daemon.mjs';

const TRIES = 3;
const CELL_MS = 300000;

// From a network of its own: what one sender may do is another test's matter.
let senders = 0;
function sender() {
    const n = ++senders;
    return { 'x-forwarded-for': `${11 + (n >> 16)}.${n >> 8 & 255}.${n & 255}.7` };
}

// tests/lib/solve.c: ten times as fast as we are, and our connections do not grow old meanwhile.
async function solveAll(asked) {
    const solver = spawn(join(build, 'daemon/core/solve'), { stdio: ['pipe', 'pipe', 'inherit'] });
    solver.stdin.end(asked.map(({ challenge, bits }) => `${challenge} ${bits}\n`).join(''));
    const solutions = (await text(solver.stdout)).trim().split('\n');
    return asked.map(({ challenge }, i) => ({ challenge, solution: solutions[i] }));
}

export class Rush {
    constructor(d, gateway, hall, { service, cells, units }) {
        Object.assign(this, { d, hall, service, cells, units });
        Object.assign(this, { outcomes: {}, confirmMs: [], live: [], challenges: [], codes: new Map() });
        gateway.answer = ({ to, text: told }) => { // handed over at once: looking through all that was sent would be quadratic
            const code = /\b\d{6}\b/.exec(told)?.[0];
            if (code) this.codes.get(to.slice(-11))?.(code);
            return { status: 200, body: 'ok' };
        };
    }

    count(outcome) { this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1; }

    // So many solved challenges.
    async prepare(n) {
        const asked = [];
        while (asked.length < n) {
            asked.push(...await Promise.all(Array.from({ length: Math.min(20, n - asked.length) }, () =>
                this.d.nobody().get(`/halls/${this.hall}/challenge`, { headers: sender() }))));
        }
        this.challenges.push(...await solveAll(asked));
    }

    async send(client, path, body, headers) {
        const began = performance.now();
        const answer = await client.request('POST', path, { body, headers });
        return { ...answer, ms: performance.now() - began };
    }

    // One citizen who would like to come at `at`. Never throws for a refusal.
    async citizen(at) {
        const headers = sender();
        const phone = newPhone();
        let held;
        for (let tries = 0; !held && tries < TRIES; tries++) {
            const answer = await this.send(this.d.nobody(), `/halls/${this.hall}/holds`,
                { services: [this.service], at, ...this.challenges.pop() }, headers);
            this.count(answer.status === 201 ? 'held' : `hold: ${answer.json?.code ?? answer.status}`);
            if (answer.status === 201) held = answer.json;
            else if (answer.json?.code !== 'slot_taken' || !answer.json.alternatives.length) return;
            else at = answer.json.alternatives[Math.floor(Math.random() * answer.json.alternatives.length)];
        }
        if (!held) return;
        this.live.push({ day: held.day, at: held.at });
        const code = new Promise((told) => { this.codes.set(phone, told); }); // none: the test's own time limit ends it
        const sent = await this.send(this.d.nobody(), `/halls/${this.hall}/codes`,
            { purpose: 'book', phone, booking: held.id, ...this.challenges.pop() }, headers);
        if (sent.status !== 202) {
            this.count(`code: ${sent.json?.code ?? sent.status}`);
            return;
        }
        const body = { phone, code: await code, checklist: 'yes' };
        const confirmed = await this.send(this.d.citizen(held.link), '/booking/confirm', body, headers);
        this.count(confirmed.status === 200 ? 'confirmed' : `confirm: ${confirmed.json?.code ?? confirmed.status}`);
        this.confirmMs.push(confirmed.ms);
    }

    // Counters against what was there before and what was acknowledged. used(day): bytes before the rush.
    async check(redis, days, used, dayBegins) {
        const expected = new Map(days.map((day) => [day, Buffer.concat([used(day), Buffer.alloc(300)])]));
        for (const { day, at } of this.live) {
            const cell = (at - dayBegins(day)) / CELL_MS;
            for (let c = cell; c < cell + this.cells; c++) expected.get(day)[c]++;
        }
        let most = 0;
        for (const day of days) {
            const now = await redis.getBuffer(`{${this.hall}}:k:hall:p:${day}`) ?? Buffer.alloc(0);
            const wanted = expected.get(day);
            for (let c = 0; c < wanted.length; c++) {
                assert.equal(now[c] ?? 0, wanted[c], `${day} cell ${c}`);
                assert.ok(wanted[c] <= this.units, `${day} cell ${c} is sold ${wanted[c]} times`);
                most = Math.max(most, wanted[c]);
            }
        }
        assert.equal(most, this.units, 'the last units were contended');
    }
}
