// The lifecycle of a booking, move by move, against docs/lifecycle.md: every legal move is possible, every other one is
// refused and changes nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRedis, root } from '../lib/redis.mjs';
import { makeDesk, newPhone, refusedUnchanged, cellAt, DAY, MINUTE } from '../lib/booking.mjs';

let server;
let moves;
before(async () => {
    server = await startRedis();
    const lua = readFileSync(join(root, 'daemon/lua/moves.lua'), 'utf8');
    moves = JSON.parse(await server.redis.eval(`${lua}\nreturn cjson.encode(BOOKING_MOVES)`, 0));
});
after(() => server.stop());

test('booking moves are those of docs/lifecycle.md', () => {
    const rows = readFileSync(join(root, 'docs/lifecycle.md'), 'utf8').split('\n')
        .map((l) => /^\| (\w+) \| (\w+|-) \| (\w+) \| [^|]+ \|$/.exec(l)).filter(Boolean);
    const written = {};
    for (const [, move, from, to] of rows) ((written[move] ??= {})[from] ??= {})[to] = true;
    assert.ok(rows.length > 12);
    assert.deepEqual(moves, written);
});

// The phone number of every booking below, with a code for whichever booking is asked about.
const PHONE = newPhone('mine');

const BRING = {
    held: async (h) => (await h.hold()).id,
    confirmed: async (h) => (await h.book({}, PHONE)).id,
    expired: async (h) => { const id = await BRING.held(h); h.at += 10 * MINUTE; await h.tick(); return id; },
    cancelled: async (h) => { const id = await BRING.confirmed(h); await h.cancel(id); return id; },
    missed: async (h) => { const id = await BRING.confirmed(h); h.at = cellAt(120) + 16 * MINUTE; h.day = DAY; await h.tick(); return id; },
    checked_in: async (h) => {
        const id = await BRING.confirmed(h);
        h.at = cellAt(120) - 10 * MINUTE;
        h.day = DAY;
        await h.write('booking_check_in', 'kiosk:k1', [id, 'kiosk']);
        return id;
    },
    // Two ways to an offer: of the waitlist, and by staff for a booking.
    offered: async (h) => {
        const id = await BRING.confirmed(h);
        const w = await h.wait({}, PHONE);
        await h.cancel(id, 'clerk:li', 'ill');
        return (await h.waiting(w.id)).offer;
    },
    declined: async (h) => { const id = await BRING.offered(h); await h.decline(id); return id; },
    rebooking: async (h) => (await h.offer(await BRING.confirmed(h), { cell: 140 })).id,
    accepted: async (h) => { const id = await BRING.rebooking(h); await h.accept(id); return id; },
};
const STATE = { rebooking: 'offered' };

const ASK = {
    confirm: async (h, id) => { await h.code('book', PHONE, { booking: id }).catch(() => {}); return () => h.confirmWith(id, PHONE); },
    move: async (h, id) => () => h.move(id, { cell: 130 }, 'clerk:li', 'asked'),
    accept: async (h, id) => () => h.accept(id),
    decline: async (h, id) => () => h.decline(id),
    cancel: async (h, id) => () => h.cancel(id, 'clerk:li', 'asked'),
    check_in: async (h, id) => () => h.write('booking_check_in', 'kiosk:k1', [id, 'kiosk']),
};
// Answered with what is there, though it is no move.
const AGAIN = { confirm: ['confirmed'], accept: ['accepted'], decline: ['declined'], check_in: ['checked_in'] };
const EVENT = { confirm: 'booking.confirmed', move: 'booking.moved', accept: 'booking.accepted', decline: 'booking.declined',
    cancel: 'booking.cancelled', check_in: 'booking.checked_in' };
// What must be refused though the table knows the move: an offer is not confirmed, a late check-in is missed.
const REFUSALS = /^(booking_state|offer_gone|booking_missed|booking_early|code_dead)$/;

for (const [where, bring] of Object.entries(BRING)) {
    for (const [move, ask] of Object.entries(ASK)) {
        const state = STATE[where] ?? where;
        test(`booking_${move} of ${where}`, async () => {
            const h = await makeDesk(server.redis, { booking: { early_minutes: 10000, notice_minutes: 0 } });
            const id = await bring(h);
            assert.equal((await h.get(id)).state, state);
            const call = await ask(h, id);
            h.at += 1000;
            if (AGAIN[move]?.includes(state)) {
                const before = await h.dump();
                await call();
                assert.deepEqual(await h.dump(), before, 'asked again: nothing changes');
                return;
            }
            if (!moves[move][state]) {
                const before = await h.dump();
                await assert.rejects(call(), (e) => REFUSALS.test(e.code) || assert.fail(e.message));
                assert.deepEqual(await h.dump(), before, 'a refused move changes nothing');
                return;
            }
            const seen = (await h.events()).length;
            const got = await call();
            const event = (await h.events()).slice(seen).find((e) => e.booking === id && e.type === EVENT[move]);
            assert.ok(event, EVENT[move]);
            assert.equal(event.from, state);
            assert.equal(event.to, (await h.get(id)).state);
            assert.ok(moves[move][state][event.to]);
            if (move !== 'check_in') assert.equal(got.state, event.to === 'accepted' ? 'confirmed' : event.to);
        });
    }
}

test('the waitlist is offered nothing by confirm: an offer that ran out is gone', async () => {
    const h = await makeDesk(server.redis);
    const id = await BRING.offered(h);
    h.at += 10 * MINUTE;
    await h.tick();
    assert.equal((await h.get(id)).state, 'expired');
    await refusedUnchanged(h, () => h.accept(id), 'offer_gone');
    await refusedUnchanged(h, () => h.decline(id), 'offer_gone');
    await refusedUnchanged(h, () => h.confirmWith(id, PHONE), 'booking_state');
});

test('nobody knows a booking of that id', async () => {
    const h = await makeDesk(server.redis);
    const id = '1795435200000-b9999';
    for (const call of [() => h.get(id), () => h.cancel(id), () => h.move(id, {}), () => h.accept(id), () => h.decline(id),
        () => h.offer(id, {}), () => h.confirmWith(id, PHONE), () => h.code('book', PHONE, { booking: id }),
        () => h.leave('1795435200000-w9999'), () => h.waiting('1795435200000-w9999')]) {
        await refusedUnchanged(h, call, 'booking_unknown');
    }
});

test('booking_cancel by a citizen: an ended record is kept a week, then nothing of it is left', async () => {
    const h = await makeDesk(server.redis);
    const { id } = await h.confirm((await h.hold()).id, PHONE, 'n:sealed');
    await h.cancel(id);
    const [b, p, f] = await Promise.all([`b:${id}`, `p:${PHONE.record}`, `f:${id}`].map((k) => server.redis.ttl(`${h.tag}:${k}`)));
    for (const ttl of [b, p, f]) assert.ok(ttl > 6 * 86400 && ttl <= 7 * 86400, String(ttl));
    assert.equal(await server.redis.exists(`${h.tag}:bp:${PHONE.hash}`), 0);
    h.day = '20261130';
    h.at = cellAt(120, '20261204');
    await h.write('hall_close_day', 'system:');
    assert.equal(await server.redis.exists(`${h.tag}:bl`), 0, 'off the list a week after its time');
});
