// Thirty boards of a hall at work, for tests in which something fails meanwhile: through() lets calls go on while a fault is
// there, waits until every board shows what the daemon shows, and holds what the boards have said against what was called:
// nothing twice, all that still stands, and nothing that was never called. PAIHAO_CHAOS_LONG=1: all faults again and again.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { eventually } from './daemon.mjs';
import { Network } from './network.mjs';
import { PageBoard } from './page_board.mjs';
import { persist, Tally } from './persistent.mjs';

const BOARDS = 30;
const ROUNDS = process.env.PAIHAO_CHAOS_LONG ? 6 : 1;
const COUNTERS = ['1', '2', '3', '4'];
export const CALLS = 10; // before a fault, and again after it
const H = '/halls/small';
const pause = (ms) => new Promise((r) => { setTimeout(r, ms); });

// A hall at work: every counter calls the next one, and some of them again.
class Hall {
    constructor(daemon, net, client) {
        Object.assign(this, { daemon, net, tally: new Tally(), made: new Set(), held: new Map(), go: false });
        this.boards = Array.from({ length: BOARDS }, () => new PageBoard(client, 'small', net.url));
    }

    async ask(path, body) {
        const answer = await persist(this.daemon, 'POST', H + path, body, { tally: this.tally });
        assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
        return answer.json;
    }

    async fill(n) {
        for (let i = 0; i < n; i += 20) await Promise.all(Array.from({ length: 20 }, () => this.ask('/tickets', { service: 'id-card' })));
    }

    async counter(code) {
        while (this.go) {
            const held = this.held.get(code);
            const again = held && Math.random() < 0.4;
            const ticket = again ? await this.ask(`/counters/${code}/recall`, { ticket: held.id })
                : (await this.ask(`/counters/${code}/next`, held ? { present: 'absent', ticket: held.id } : {})).ticket;
            assert.ok(ticket, 'somebody waits');
            this.held.set(code, ticket);
            this.made.add(`${ticket.number}@${code}#${ticket.calls}`);
            await pause(10 + Math.random() * 40);
        }
    }

    async called(n) {
        const before = this.made.size;
        await eventually(`${n} calls more`, () => this.made.size >= before + n, 20000);
    }

    // Calls go on while the fault is there. exact: no board may miss one.
    async through(what, fault, { exact = false } = {}) {
        const known = new Map(this.boards.map((b) => [b, new Set([...b.said.keys(), ...b.adopted, ...(b.missed ?? [])])]));
        this.go = true;
        const working = Promise.all(COUNTERS.map((code) => this.counter(code)));
        working.catch(() => { /* told below */ });
        await this.called(CALLS);
        await fault();
        await this.called(CALLS);
        this.go = false;
        await working;
        await this.settled(what);
        const shown = await this.daemon.get(`${H}/board`);
        const standing = shown.calls.filter((c) => c.state === 'called').map((c) => `${c.number}@${c.counter}#${c.calls}`);
        assert.equal(standing.length, COUNTERS.length, what);
        let missed = 0;
        for (const b of this.boards) {
            assert.deepEqual([...b.said].filter(([name, n]) => n !== 1 || !this.made.has(name)), [], `${what}: said twice, or never made`);
            assert.deepEqual(standing.filter((name) => !b.said.has(name) && !b.adopted.has(name)), [], `${what}: stands and was not said`);
            b.missed = [...this.made].filter((name) => !b.said.has(name) && !b.adopted.has(name));
            missed += b.missed.filter((name) => !known.get(b).has(name)).length;
        }
        if (exact) assert.equal(missed, 0, `${what}: calls that a board was not told of`);
        return `${what}: ${missed} missed of ${BOARDS} boards' ${this.made.size} calls so far`;
    }

    // Every board shows what the daemon shows, and has said what it knows.
    async settled(what) {
        const list = (calls) => calls.map((c) => `${c.number}@${c.counter}#${c.calls} ${c.state}`).join();
        await eventually(`${what}: every board shows the same`, async () => {
            const { calls, waiting, counters } = await this.daemon.get(`${H}/board`);
            const wrong = this.boards.filter((b) => list(b.board.calls) !== list(calls) || b.linkState !== 'live' || !b.announcer.idle()
                || b.board.waiting['id-card'] !== waiting['id-card'] || JSON.stringify(b.board.counters) !== JSON.stringify(counters));
            if (wrong.length) throw new Error(`${wrong.length} do not: ${wrong[0].linkState} ${list(wrong[0].board.calls)} for ${list(calls)}`);
            return true;
        }, 40000);
    }

    close() { for (const b of this.boards) b.close(); }
}

export async function openHall(daemon) {
    await daemon.importHall('small', { edit: (text) => text.replaceAll('last: 999', 'last: 9999').replace(/^counters:\n(.*\n)*/m,
        `counters:\n${COUNTERS.map((code) => `  - {code: "${code}", profile: general}`).join('\n')}\n`) });
    const net = await new Network(() => daemon.ports.http).start();
    const hall = new Hall(daemon, net, await daemon.device('b1', 'board', 'small'));
    for (const code of COUNTERS) await hall.ask(`/counters/${code}/open`, {});
    await hall.fill(240);
    await hall.settled('at first');
    return hall;
}

// As a power cut would: the daemon, and its Redis where it has one.
export const crash = (daemon) => async () => {
    await daemon.crash();
    await daemon.start();
};

export async function faults(t, hall, list) {
    for (let i = 0; i < ROUNDS; i++) {
        for (const [what, fault, options] of list) t.diagnostic(await hall.through(what, fault, options));
        if (i + 1 < ROUNDS) await hall.fill(240);
    }
    t.diagnostic(`${hall.tally}`);
}
