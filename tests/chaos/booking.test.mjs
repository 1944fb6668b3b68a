// Citizens book, move and cancel while the store is killed or stands still and the daemon is killed with it. Afterwards every booking that
// was acknowledged is there, at its time, once; what was given back is free; and no cell holds more than it has units.
// A code that is lost with an outage is asked for again, as people do.
//
// PAIHAO_CHAOS_ROUNDS (1) runs all faults so many times; script/chaos asks for more. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bookableHall, localDay, newPhone, solve } from '../lib/citizen.mjs';
import { Client, eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { persist, Tally } from '../lib/persistent.mjs';

const ROUNDS = Number(process.env.PAIHAO_CHAOS_ROUNDS ?? 1);
const CITIZENS = 6;
const UNITS = 2;
const DAYS = [1, 2]; // from today; few, so that units are contended
const H = '/halls/rush';

let d;
let gateway;
let open = true;
const tally = new Tally();
const books = { confirmed: new Map(), cancelled: [], moved: 0, taken: 0, codesLost: 0 };

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { workers: 2, http: { trusted_proxies: '127.0.0.1' }, sms: { gateways: [gateway.settings({ rate_per_second: 1000 })] } } });
    await bookableHall(d, { code: 'rush', units: UNITS, booking: { codes_per_hour_max: 100000, cancels_max: 1000,
        quarantine_min_minutes: 0, quarantine_max_minutes: 0 } });
});
after(async () => {
    await d.stop();
    await gateway.stop();
});

// Everybody comes from an address and a network of their own: the limits for one address are another test's matter.
let senders = 0;
function sender() {
    const n = ++senders;
    return { 'x-forwarded-for': `10.${n >> 8 & 255}.${n & 255}.7` };
}

const ask = (client, path, body) => persist(client, 'POST', path, body, { tally, go: () => true });

// Reading goes on until there is an answer.
async function read(client, path) {
    for (;;) {
        const answer = await client.request('GET', path).catch(() => null);
        if (answer?.status === 200) return answer.json;
        assert.ok(!answer || answer.status === 503 || answer.status === 504, `${path}: ${answer?.status} ${answer?.text}`);
        await new Promise((r) => { setTimeout(r, 30); });
    }
}

const work = async (client) => solve(await read(client, `${H}/challenge`));
const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

async function aTime(client) {
    const { times } = await read(client, `${H}/times?services=social-card&day=${localDay(oneOf(DAYS))}`);
    return times.length ? oneOf(times.slice(0, 12)).at : null;
}

// The code as it comes; null when none comes, since the message went down with the daemon or came too late.
async function codeFor(client, phone, booking) {
    const before = gateway.received.length;
    const answer = await ask(client, `${H}/codes`, { purpose: 'book', phone, booking, ...await work(client) });
    if (answer.status !== 202) return null;
    try {
        return await eventually('a code', () => {
            const sent = gateway.received.slice(before).filter((m) => m.to.endsWith(phone) && /\b\d{6}\b/.test(m.text)).pop();
            return sent && /\b\d{6}\b/.exec(sent.text)[0];
        }, 15000);
    } catch {
        return null;
    }
}

async function confirmed(client, phone, held) {
    for (let tries = 0; tries < 3; tries++) {
        const code = await codeFor(client, phone, held.id);
        if (!code) {
            books.codesLost++;
            continue;
        }
        const answer = await ask(new Client(d, { token: `Ticket ${held.link}`, headers: client.headers }), '/booking/confirm',
            { phone, code, checklist: 'yes' });
        if (answer.status === 200) return answer.json;
        assert.ok(['code_wrong', 'code_dead', 'hold_expired'].includes(answer.json.code), answer.text);
    }
    return null;
}

async function oneBooking() {
    const headers = sender();
    const client = new Client(d, { headers });
    const at = await aTime(client);
    if (!at) return;
    const held = await ask(client, `${H}/holds`, { services: ['social-card'], at, ...await work(client) });
    if (held.status !== 201) {
        assert.equal(held.json.code, 'slot_taken', held.text);
        books.taken++;
        return;
    }
    const booking = await confirmed(client, newPhone(), held.json);
    if (!booking) return; // its hold runs out, or is there still: neither is a booking
    books.confirmed.set(booking.id, booking.at);
    const own = new Client(d, { token: `Ticket ${held.json.link}`, headers });
    const fate = Math.random();
    if (fate < 0.3) {
        const to = await aTime(client);
        if (!to) return;
        const moved = await ask(own, '/booking/move', { at: to });
        if (moved.status === 200) {
            books.confirmed.set(booking.id, to);
            if (to !== booking.at) books.moved++; // to the same time: nothing changes
        } else {
            assert.equal(moved.json.code, 'slot_taken', moved.text);
        }
    } else if (fate < 0.6) {
        const gone = await ask(own, '/booking/cancel', {});
        assert.equal(gone.status, 200, gone.text);
        books.confirmed.delete(booking.id);
        books.cancelled.push(booking.id);
    }
}

async function citizen() {
    while (open) await oneBooking();
}

const done = () => books.confirmed.size + books.cancelled.length;
async function lively(n = 12) {
    const from = done();
    await eventually('people can book', () => done() >= from + n, 60000);
}

async function killRedis() {
    const pid = d.redisPid();
    process.kill(pid, 'SIGKILL');
    await eventually('another Redis', () => d.redisPid() && d.redisPid() !== pid);
}

async function crashDaemon() {
    await d.crash();
    await d.start();
}

// Stopped in the middle: nobody knows what became of the request that was on its way.
async function stopRedis() {
    const pid = d.redisPid();
    const before = tally.answers[504] ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
        await eventually('unknown outcomes', () => (tally.answers[504] ?? 0) > before, 15000);
    } finally {
        process.kill(pid, 'SIGCONT');
    }
}

test('people book on through every fault', async (t) => {
    const all = Promise.all(Array.from({ length: CITIZENS }, citizen));
    const faults = async () => {
        await lively();
        for (let round = 0; round < ROUNDS; round++) {
            for (const fault of [killRedis, crashDaemon, stopRedis, killRedis, crashDaemon]) {
                await fault();
                await lively();
            }
        }
    };
    try {
        await Promise.race([faults(), all.then(() => assert.fail('nobody books any more'))]);
    } finally {
        open = false;
    }
    await all;
    t.diagnostic(`${books.confirmed.size} booked, ${books.cancelled.length} cancelled, ${books.moved} moved, ${books.taken} times `
        + `taken by others, ${books.codesLost} codes lost; ${tally}`);
    assert.ok(tally.broken > 0 && tally.answers[504] > 0, 'crashes and unknown outcomes were met');
});

async function events() {
    const all = [];
    for (let after = '', more = true; more;) {
        const page = await d.get(`${H}/events?limit=1000${after}`);
        all.push(...page.events);
        more = page.more;
        after = `&after=${page.last}`;
    }
    return all;
}

const listed = async () => (await d.get(`${H}/bookings?from=${localDay(0)}&days=7`)).bookings;

test('every acknowledged booking is there, at its time, once; nothing else is', async () => {
    const found = (await listed()).filter((b) => b.state === 'confirmed');
    assert.deepEqual(found.map((b) => `${b.id} ${b.at}`).sort(), [...books.confirmed].map(([id, at]) => `${id} ${at}`).sort());
    const told = await events();
    const of = (type) => told.filter((e) => e.type === type).map((e) => e.booking).sort();
    assert.deepEqual(of('booking.confirmed'), [...books.confirmed.keys(), ...books.cancelled].sort());
    assert.deepEqual(of('booking.cancelled'), [...books.cancelled].sort());
    assert.equal(of('booking.moved').length, books.moved);
    told.forEach((e, i) => assert.equal(Number(e.id.split('-')[1]), i + 1, 'no event is missing'));
});

test('what is taken is what is booked or held, and nowhere more than there is', async () => {
    const redis = d.redis();
    try {
        const wanted = {};
        for (const id of await redis.zrange('{rush}:bl', 0, -1)) {
            const b = await redis.hgetall(`{rush}:b:${id}`);
            if (!['held', 'offered', 'confirmed'].includes(b.st)) continue;
            for (const segment of b.sg.split(';')) {
                const [pool, share, day, cell, units] = segment.split('|');
                units.split(',').forEach((_, i) => {
                    const key = `{rush}:k:${pool}:${share}:${day}/${Number(cell) + i}`;
                    wanted[key] = (wanted[key] ?? 0) + 1;
                });
            }
        }
        // What waits in a quarantine is taken, too, until hall_tick has given it back.
        await eventually('no quarantine is left', async () =>
            (await redis.zrange('{rush}:later', 0, -1)).every((what) => !what.startsWith('give|')), 20000);
        const counted = {};
        for (const key of await redis.keys('{rush}:k:*')) {
            [...await redis.getBuffer(key)].forEach((n, cell) => { if (n) counted[`${key}/${cell}`] = n; });
        }
        assert.deepEqual(counted, wanted);
        assert.ok(Object.values(counted).every((n) => n <= UNITS), 'never more than there is');
    } finally {
        redis.disconnect();
    }
});
