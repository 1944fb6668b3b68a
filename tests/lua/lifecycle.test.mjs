// The lifecycle of a ticket, move by move, against docs/lifecycle.md: every legal move is possible, every other one is
// refused and changes nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRedis, root } from '../lib/redis.mjs';
import { makeHall, MINUTE } from '../lib/hall.mjs';
import { visitHall, book, checkIn, remote, arrive, CELL } from '../lib/visits.mjs';

let server;
before(async () => { server = await startRedis(); });
after(() => server.stop());

async function fresh(change) {
    await server.redis.flushall();
    const h = await makeHall(server.redis, visitHall(`h${Math.random().toString(36).slice(2, 10)}`, change));
    h.give = () => h.issue();
    return h;
}

// Of a visit of two services.
async function giveVisit(h) {
    const b = await book(h, 'a,b', h.at + CELL, { ordered: true });
    return checkIn(h, b.id);
}

test('moves_are those of docs/lifecycle.md', async () => {
    const rows = readFileSync(join(root, 'docs/lifecycle.md'), 'utf8').split('\n')
        .map((l) => /^\| (\w+) \| (\w+|-) \| (\w+) \|$/.exec(l)).filter((m) => m && m[2] !== 'from');
    const written = {};
    for (const [, move, from, to] of rows) ((written[move] ??= {})[from] ??= {})[to] = true;
    const lua = readFileSync(join(root, 'daemon/lua/moves.lua'), 'utf8');
    const table = JSON.parse(await server.redis.eval(`${lua}\nreturn cjson.encode(MOVES)`, 0));
    assert.ok(rows.length > 15);
    assert.deepEqual(table, written);
});

// How to bring a ticket into each state at counter 1; returns its id.
const BRING = {
    coming: async (h) => (await remote(h)).id,
    waiting: async (h) => (await h.give()).id,
    called: async (h) => { await h.give(); await h.open('1'); return (await h.next('1')).ticket.id; },
    serving: async (h) => { const id = await BRING.called(h); await h.present('begin', '1'); return id; },
    done: async (h) => { const id = await BRING.serving(h); await h.present('finish', '1'); return id; },
    missed: async (h) => { const id = await BRING.called(h); await h.present('absent', '1'); return id; },
    parked: async (h) => { const id = await BRING.serving(h); await h.present('park', '1'); return id; },
    cancelled: async (h) => { const id = await BRING.waiting(h); await h.write('ticket_cancel', 'citizen:', [id]); return id; },
    expired: async (h) => { const id = await BRING.waiting(h); await h.write('hall_close_day', 'system:'); return id; },
};

// Each move as the daemon would ask for it, on the ticket `id`.
const ASK = {
    call: (h, id) => h.write('ticket_call', 'clerk:c2', ['2', id, 'asked for']),
    recall: (h, id) => h.present('recall', '1', id),
    begin: (h, id) => h.present('begin', '1', id),
    finish: (h, id) => h.present('finish', '1', id),
    step: (h, id) => h.present('finish', '1', id), // of a visit with a service left
    arrive: (h, id) => arrive(h, id),
    absent: (h, id) => h.present('absent', '1', id),
    put_back: (h, id) => h.present('put_back', '1', id),
    park: (h, id) => h.present('park', '1', id),
    transfer: (h, id) => h.write('ticket_transfer', 'clerk:c1', ['1', id, 'b', '']),
    return: (h, id) => h.write('ticket_return', 'kiosk:k1', [id]),
    resume: (h, id) => h.write('ticket_resume', 'clerk:c1', ['1', id]),
    cancel: (h, id) => h.write('ticket_cancel', 'citizen:', [id]),
};
const EVENT = { call: 'called', recall: 'recalled', begin: 'begun', finish: 'finished', step: 'stepped', arrive: 'arrived', absent: 'missed', put_back: 'put_back',
    park: 'parked', transfer: 'transferred', return: 'returned', resume: 'resumed', cancel: 'cancelled' };

for (const [state, bring] of Object.entries(BRING)) {
    for (const [move, ask] of Object.entries(ASK)) {
        test(`ticket_${move} of a ${state} ticket`, async () => {
            const lua = readFileSync(join(root, 'daemon/lua/moves.lua'), 'utf8');
            const moves = JSON.parse(await server.redis.eval(`${lua}\nreturn cjson.encode(MOVES)`, 0));
            const h = await fresh();
            if (move === 'step') h.give = () => giveVisit(h);
            const id = await bring(h);
            if (['coming', 'waiting', 'done', 'missed', 'parked', 'cancelled', 'expired'].includes(state)) {
                await h.open('1').catch((e) => assert.equal(e.code, 'counter_open'));
            }
            await h.open('2');
            h.at += MINUTE;
            const before = await h.snapshot();
            const seen = (await h.events()).length;
            const legal = moves[move][state];
            if (!legal) {
                await assert.rejects(ask(h, id), (e) => /ticket_state|ticket_other|counter_idle/.test(e.code));
                assert.deepEqual(await h.snapshot(), before, 'a refused move changes nothing');
                return;
            }
            const got = await ask(h, id);
            assert.ok(legal[got.state], `${state} -> ${got.state}`);
            const events = (await h.events()).slice(seen);
            assert.equal(events.length, 1, 'one move, one event');
            assert.equal(events[0].type, `ticket.${EVENT[move]}`);
            assert.equal(events[0].from, state);
            assert.equal(events[0].to, got.state);
            assert.equal(events[0].at, h.at);
        });
    }
}

test('ticket_resume by somebody else waits again with its old rank', async () => {
    const h = await fresh();
    const id = await BRING.parked(h);
    const rank = (await h.read('ticket_view', [id])).rank;
    await h.open('2');
    const t = await h.write('ticket_resume', 'clerk:c2', ['2', id]);
    assert.equal(t.state, 'waiting');
    assert.equal(t.rank, rank);
    assert.equal((await h.next('2')).ticket.id, id);
});

test('ticket_resume is refused while the clerk still has somebody', async () => {
    const h = await fresh();
    const id = await BRING.parked(h);
    await h.issue();
    await h.next('1');
    await assert.rejects(h.write('ticket_resume', 'clerk:c1', ['1', id]), { code: 'counter_busy' });
});

test('ticket_return: within the window, so many times, and soon but not first', async () => {
    const h = await fresh();
    const id = await BRING.missed(h);
    h.at += 10 * MINUTE;
    const t = await h.write('ticket_return', 'kiosk:k1', [id]);
    assert.equal(t.rank, Math.max(+id.slice(0, 13) + 30 * MINUTE, h.at + 5 * MINUTE));
    await h.next('1');
    await h.present('absent', '1');
    h.at += 46 * MINUTE;
    await assert.rejects(h.write('ticket_return', 'kiosk:k1', [id]), { code: 'ticket_return_late' });
    h.at -= 5 * MINUTE;
    await h.write('ticket_return', 'kiosk:k1', [id]);
    await h.next('1');
    await h.present('absent', '1');
    await assert.rejects(h.write('ticket_return', 'kiosk:k1', [id]), { code: 'ticket_return_often' });
});

test('hall_tick expires a missed ticket when its window is over, once', async () => {
    const h = await fresh();
    const id = await BRING.missed(h);
    h.at += 44 * MINUTE;
    assert.equal((await h.write('hall_tick', 'system:')).done, 0);
    h.at += 2 * MINUTE;
    assert.equal((await h.write('hall_tick', 'system:')).done, 1);
    assert.equal((await h.write('hall_tick', 'system:')).done, 0);
    assert.equal((await h.read('ticket_view', [id])).state, 'expired');
});

test('ticket_transfer to a service and to a counter keeps the number and the rank', async () => {
    const h = await fresh();
    const id = await BRING.serving(h);
    const t = await h.write('ticket_transfer', 'clerk:c1', ['1', '', 'c', '']);
    assert.equal(t.number, id.slice(14));
    assert.equal(t.service, 'c');
    assert.equal(t.rank, +id.slice(0, 13) + 30 * MINUTE);
    await h.next('1');
    await assert.rejects(h.write('ticket_transfer', 'clerk:c1', ['1', '', '', '3']), { code: 'counter_not_open', field: 'to_counter' });
    await h.open('3');
    await h.write('ticket_transfer', 'clerk:c1', ['1', '', '', '3']);
    assert.equal((await h.next('1')).ticket, null, 'only counter 3 may call it');
    const called = await h.next('3');
    assert.equal(called.ticket.id, id);
    assert.equal(called.ticket.why.rule, 'counter');
    await assert.rejects(h.write('ticket_transfer', 'clerk:c3', ['3', '', 'a', '1']), { code: 'field_invalid' });
    await assert.rejects(h.write('ticket_transfer', 'clerk:c3', ['3', '', 'nope', '']), { code: 'service_unknown' });
    await assert.rejects(h.write('ticket_transfer', 'clerk:c3', ['3', '', '', '99']), { code: 'counter_unknown' });
});

test('ticket_recall is a new event each time', async () => {
    const h = await fresh();
    const id = await BRING.called(h);
    for (const n of [2, 3, 4]) {
        assert.equal((await h.present('recall', '1', id)).calls, n);
        assert.equal((await h.events()).at(-1).calls, n);
    }
    assert.equal((await h.read('ticket_view', [id])).since, +h.at);
});
