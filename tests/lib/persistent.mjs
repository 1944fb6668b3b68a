// Clients that live through an outage as pages do: a write whose outcome is not known is repeated with the same
// Idempotency-Key until there is a definite answer; one that was surely not done is a new write. Every answer on the way
// is held against what is promised: within 3 s, and 503 and 504 as problems that say when to come back.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

export const ANSWER_MS = 3000;
const NOT_DONE = new Set(['store_down', 'busy']);

export class Tally {
    constructor() {
        Object.assign(this, { requests: 0, answers: {}, broken: 0, repeated: 0, slowestMs: 0, slowestOutageMs: 0 });
    }

    count(answer, tookMs) {
        this.requests++;
        this.answers[answer.status] = (this.answers[answer.status] ?? 0) + 1;
        this.slowestMs = Math.max(this.slowestMs, tookMs);
    }

    toString() {
        const by = Object.entries(this.answers).map(([status, n]) => `${status}: ${n}`).join(', ');
        return `${this.requests} answers (${by}), ${this.broken} broken connections, ${this.repeated} repeated with `
            + `the same key; slowest ${Math.round(this.slowestMs)} ms`;
    }
}

function checkOutage(answer, tookMs, what) {
    assert.match(answer.headers.get('content-type'), /^application\/problem\+json/, what);
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-3]$/, what);
    assert.equal(answer.json.status, answer.status, what);
    assert.ok(tookMs <= ANSWER_MS, `${what}: ${answer.status} came only after ${Math.round(tookMs)} ms`);
}

const pause = () => new Promise((r) => { setTimeout(r, 20 + Math.random() * 60); });

// Resolves to the definite answer. go: false ends it (null is resolved), for clients that give up at the end.
export async function persist(client, method, path, body, { tally, go = () => true } = {}) {
    let key = randomUUID();
    let unknown = false; // an attempt with this key may have been done
    while (go()) {
        const begun = performance.now();
        let answer;
        try {
            answer = await client.request(method, path, { body, key });
        } catch {
            tally.broken++; // refused, reset, or cut off in the middle
            unknown = true;
            tally.repeated++;
            await pause();
            continue;
        }
        const tookMs = performance.now() - begun;
        tally.count(answer, tookMs);
        if (answer.status !== 503 && answer.status !== 504) return answer;
        checkOutage(answer, tookMs, `${method} ${path}`);
        unknown ||= !NOT_DONE.has(answer.json.code);
        if (unknown) tally.repeated++;
        else key = randomUUID();
        await pause();
    }
    return null;
}
