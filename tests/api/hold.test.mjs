// Taking a time: by citizens, by staff, by moving; who comes too late; and what a repeated request gets.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { settled } from '../lib/bookable.mjs';
import { bookableHall, confirm, hold, localDay, newPhone, refusal, solve } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';

const UNITS = 5;
let d;
let citizen;
let clerk;

before(async () => {
    d = await startDaemon({ settings: { http: { trusted_proxies: '127.0.0.1' }, demo: { show_codes: true },
        sms: { default: 'none', gateways: [{ name: 'none', kind: 'null' }] } } });
    await bookableHall(d, { code: 'xh', units: UNITS, staff: 1, services: { pension: { cap: 2, minutes: 20 } } });
    await settled(d, 'xh', 2);
    citizen = d.nobody();
    clerk = await d.clerk('li', 'xh');
});

after(() => d.stop());

const timesOf = async (services, plus, query = '') =>
    (await citizen.get(`/halls/xh/times?services=${services}&day=${localDay(plus)}${query}`)).times;
const leftAt = async (services, at, plus) => (await timesOf(services, plus)).find((t) => t.at === at)?.left ?? 0;

// Everybody from another network, so that no limit of an address is in the way.
let senders = 0;
const from = () => ({ 'x-forwarded-for': `10.${Math.floor(++senders / 250)}.${senders % 250}.7` });
async function ready(headers = from()) {
    const challenge = await citizen.request('GET', '/halls/xh/challenge', { headers });
    return { headers, proof: solve(challenge.json) };
}
const holdAs = ({ headers, proof }, wish, key) =>
    citizen.request('POST', '/halls/xh/holds', { body: { ...wish, ...proof }, headers, key });

test('200 at once on the last 10 units: exactly ten get one, the others alternatives', async () => {
    const [first, , second] = await timesOf('certificate', 2); // ten minutes each, beginning every five
    const wish = { services: ['certificate'] };
    const people = [];
    for (let i = 0; i < 200; i++) people.push(await ready());
    const answers = await Promise.all(people.map((p, i) => holdAs(p, { ...wish, at: i % 2 ? first.at : second.at })));
    const held = answers.filter((a) => a.status === 201);
    const lost = answers.filter((a) => a.status !== 201);
    assert.equal(held.length, 2 * UNITS, JSON.stringify(lost.map((a) => a.json.code)));
    assert.equal(new Set(held.map((a) => a.json.id)).size, held.length);
    for (const a of lost) {
        assert.equal(`${a.status} ${a.json.code} ${a.json.field}`, '409 slot_taken at');
        const { alternatives } = a.json;
        assert.equal(alternatives.length, 6);
        assert.deepEqual(alternatives, [...new Set(alternatives)].sort((x, y) => x - y), 'in the order of time');
    }
    assert.equal(await leftAt('certificate', first.at, 2), 0);
    const [at] = lost.at(-1).json.alternatives;
    const instead = await holdAs(await ready(), { ...wish, at });
    assert.equal(instead.status, 201, instead.text);
    assert.ok(!lost.at(-1).json.alternatives.includes(first.at));
    const redis = d.redis();
    try { // never more than there are, in any cell
        const used = await redis.getBuffer(`{xh}:k:hall:p:${localDay(2)}`);
        assert.ok(used.every((n) => n <= UNITS));
    } finally {
        redis.disconnect();
    }
});

test('a hold has a link, ends by itself, and takes one unit of each cell', async () => {
    const [{ at }] = await timesOf('residence', 3);
    const held = await hold(d, 'xh', { services: ['residence', 'pension'], at, persons: 2, ordered: 'yes', lang: 'en' });
    assert.deepEqual([held.state, held.services, held.persons, held.at, held.ends, held.day, held.share, held.ordered,
        held.lang, held.class, held.phone],
    ['held', ['residence', 'pension'], 2, at, at + 80 * 60000, localDay(3), 'public', true, 'en', 'normal', false]);
    assert.ok(Math.abs(held.expires - Date.now() - 600000) < 5000);
    const { link, ...own } = await d.citizen(held.link).get('/booking').then((b) => ({ link: held.link, ...b }));
    assert.equal(link.split('.')[1], held.id);
    assert.equal(own.id, held.id);
    // The cap of the pension is a limit of its own: at +40 minutes one of two is taken.
    assert.equal((await timesOf('pension', 3)).find((t) => t.at === at + 40 * 60000).left, 1);
    assert.equal((await timesOf('certificate', 3)).find((t) => t.at === at + 40 * 60000).left, UNITS - 1);
});

test('a repeated request gets the first answer, also when the time is long gone', async () => {
    const [, { at }] = await timesOf('certificate', 4);
    const me = await ready();
    const key = randomUUID();
    const first = await holdAs(me, { services: ['certificate'], at }, key);
    assert.equal(first.status, 201);
    const again = await Promise.all(Array.from({ length: 10 }, () => holdAs(me, { services: ['certificate'], at }, key)));
    for (const a of again) assert.deepEqual([a.status, a.text], [201, first.text]);
    assert.equal(await leftAt('certificate', at, 4), UNITS - 1);
    const other = await holdAs(me, { services: ['certificate'], at: at + 1200000 }, key);
    assert.equal(`${other.status} ${other.json.code}`, '422 idempotency_mismatch');
    // The hall no longer books at all: C would refuse, the library has the answer.
    const { version, ...config } = await d.get('/halls/xh/config');
    await d.put('/halls/xh/config', { ...config, booking: { ...config.booking, open: false } });
    try {
        await eventually('closed', async () => await refusal(citizen.get('/halls/xh/days?services=pension')) ===
            '409 booking_closed services');
        const late = await holdAs(me, { services: ['certificate'], at }, key);
        assert.deepEqual([late.status, late.text], [201, first.text]);
        const fresh = await holdAs(await ready(), { services: ['certificate'], at });
        assert.equal(`${fresh.status} ${fresh.json.code}`, '409 booking_closed');
    } finally {
        await d.put('/halls/xh/config', config);
    }
    await eventually('open', async () => (await citizen.request('GET', '/halls/xh/days?services=pension')).status === 200);
});

test('a time that is none is refused', async () => {
    const [{ at }] = await timesOf('certificate', 5);
    for (const [wish, code] of [
        [{ services: ['certificate'], at: at + 1000 }, '422 slot_none at'],
        [{ services: ['certificate'], at: at - 400 * 86400000 }, '422 slot_none at'],
        [{ services: ['certificate'], at: at + 90 * 86400000 }, '422 slot_none at'],
        [{ services: ['passport'], at }, '404 service_unknown services'],
        [{ services: ['certificate', 'certificate'], at }, '422 field_invalid services'],
        [{ services: ['certificate'], at, persons: 9 }, '422 field_invalid persons'],
        [{ services: ['certificate'], at, class: 'king' }, '422 class_unknown class'],
        [{ services: ['certificate'], at: 7258118400000 }, '422 slot_none at'],
        [{ services: ['certificate'], at: 0 }, '422 slot_none at'],
    ]) {
        const answer = await holdAs(await ready(), wish);
        assert.equal(`${answer.status} ${answer.json.code} ${answer.json.field}`, code, JSON.stringify(wish));
    }
    const bare = await citizen.request('POST', '/halls/xh/holds', { body: { services: ['certificate'], at, challenge: 'x', solution: 'y' } });
    assert.equal(`${bare.status} ${bare.json.code}`, '422 challenge_invalid');
});

test('a calendar changed a moment ago is read anew', async () => {
    const [{ at }] = await timesOf('certificate', 6);
    const { version, ...config } = await d.get('/halls/xh/config');
    const people = [];
    for (let i = 0; i < 4; i++) people.push(await ready());
    // Both workers still have the old version when the first holds come.
    const stored = d.put('/halls/xh/config', { ...config, accent: '#101010' });
    const answers = await Promise.all(people.map((p) => holdAs(p, { services: ['certificate'], at })));
    await stored;
    assert.deepEqual(answers.map((a) => a.status), [201, 201, 201, 201], answers.map((a) => a.text).join('\n'));
    await d.put('/halls/xh/config', { ...config, accent: '#202020' });
    const next = await holdAs(await ready(), { services: ['certificate'], at });
    assert.equal(next.status, 201, next.text);
});

async function booked(wish) {
    const held = (await holdAs(await ready(), wish)).json;
    const tel = newPhone();
    const { proof, headers } = await ready();
    const sent = await citizen.request('POST', '/halls/xh/codes',
        { body: { purpose: 'book', phone: tel, booking: held.id, ...proof }, headers });
    assert.equal(sent.status, 202, sent.text);
    return confirm(d, held.link, { phone: tel, code: sent.json.code });
}

test('a citizen moves a booking: the new time is taken and the old one given back at once', async () => {
    const times = await timesOf('certificate', 7);
    const [old, next] = [times[4].at, times[30].at];
    const mine = await booked({ services: ['certificate'], at: old });
    assert.equal(mine.state, 'confirmed');
    const key = randomUUID();
    const me = d.citizen(mine.link);
    const moved = await me.post('/booking/move', { at: next }, { key });
    assert.deepEqual([moved.id, moved.state, moved.at, moved.moves], [mine.id, 'confirmed', next, 1]);
    assert.deepEqual(await me.post('/booking/move', { at: next }, { key }), moved, 'repeated');
    assert.equal(await leftAt('certificate', next, 7), UNITS - 1);
    await eventually('the old time is free', async () => await leftAt('certificate', old, 7) === UNITS);
    // By five minutes into its own cells: old and new overlap.
    const { at } = times.find((t) => t.at > next);
    assert.equal((await me.post('/booking/move', { at })).at, at);
    assert.equal(await refusal(me.post('/booking/move', { at: at + 1 })), '422 slot_none at');
    assert.equal(await refusal(d.citizen((await hold(d, 'xh', { services: ['certificate'], at: old })).link)
        .post('/booking/move', { at: next })), '409 booking_state booking', 'a hold is not moved');
});

test('a full time is refused to who wants to move there, with alternatives', async () => {
    const times = await timesOf('id-card', 8);
    const full = times[10].at;
    for (let i = 0; i < UNITS; i++) assert.equal((await holdAs(await ready(), { services: ['id-card'], at: full })).status, 201);
    const mine = await booked({ services: ['id-card'], at: times[40].at });
    const answer = await d.citizen(mine.link).request('POST', '/booking/move', { body: { at: full } });
    assert.equal(`${answer.status} ${answer.json.code}`, '409 slot_taken');
    assert.equal(answer.json.alternatives.length, 6);
    assert.ok(answer.json.alternatives.every((at) => at !== full && Math.abs(at - full) <= 40 * 60000));
});

test('staff book from their own share, without notice and window', async () => {
    const [{ at }] = (await clerk.get(`/halls/xh/desk/times?services=residence&day=${localDay(60)}`)).times;
    const fields = { landlord: 'Wang' };
    const key = randomUUID();
    const wish = { services: ['residence'], at, phone: newPhone(), lang: 'en', fields };
    const made = await clerk.post('/halls/xh/bookings', wish, { key });
    assert.deepEqual([made.state, made.share, made.phone, made.fields], ['confirmed', 'staff', true, true]);
    assert.deepEqual(await clerk.post('/halls/xh/bookings', wish, { key }), made, 'sealed anew each time, and yet the same');
    assert.equal((await d.citizen(made.link).get('/booking')).id, made.id);
    assert.deepEqual((await clerk.get(`/halls/xh/bookings/${made.id}`)).fields, fields);
    const second = await clerk.request('POST', '/halls/xh/bookings', { body: { services: ['residence'], at, fields } });
    assert.equal(`${second.status} ${second.json.code}`, '409 slot_taken', 'one unit of staff');
    assert.ok(second.json.alternatives.length > 0);
    const free = await clerk.post('/halls/xh/bookings', { services: ['residence'], at, share: 'public', fields });
    assert.deepEqual([free.share, free.phone], ['public', false]);
    const to = second.json.alternatives[0];
    const path = `/halls/xh/bookings/${made.id}/move`;
    const moved = await clerk.post(path, { at: to, reason: 'asked by phone' });
    assert.deepEqual([moved.at, moved.share, moved.reason, moved.link], [to, 'staff', 'asked by phone', undefined]);
    const across = await clerk.post(path, { at, share: 'public', reason: 'needs it' });
    assert.deepEqual([across.at, across.share], [at, 'public']);
    assert.equal(await refusal(clerk.post('/halls/xh/bookings/1795465432000-b1/move', { at, reason: 'x' })), '404 booking_unknown booking');
    assert.equal(await refusal(clerk.post('/halls/xh/bookings', { services: ['certificate'], at: Date.now() - 86400000 })), '422 slot_none at');
});

test('desk_days count what is taken', async () => {
    const [{ at }] = (await clerk.get(`/halls/xh/desk/times?services=social-card&day=${localDay(9)}`)).times;
    await clerk.post('/halls/xh/bookings', { services: ['social-card'], at });
    await holdAs(await ready(), { services: ['social-card'], at });
    const runs = await eventually('taken', async () => {
        const { days: [one] } = await clerk.get(`/halls/xh/desk/days?from=${localDay(9)}`);
        const run = one.pools[0].runs.find((r) => r.from <= at && at < r.to);
        return run.staff_taken === 1 && run.public_taken === 1 && one.pools[0].runs;
    });
    assert.deepEqual(runs[0], { from: at, to: at + 600000, public: UNITS, public_taken: 1, staff: 1, staff_taken: 1 });
    assert.equal(runs.length, 2);
});

test('overbooking: so many more as did not come, and no more', async () => {
    await bookableHall(d, { code: 'over', units: 10, staff: 10, booking: { overbook_percent_max: 30 } });
    await settled(d, 'over', 2);
    const redis = d.redis();
    try {
        await redis.hset('{over}:shows', 'kept', 75, 'missed', 25, 'permille', 250);
    } finally {
        redis.disconnect();
    }
    const path = `/halls/over/times?services=certificate&day=${localDay(2)}`;
    const { times } = await citizen.get(path);
    assert.ok(times.every((t) => t.left === 12), 'ten and a quarter, rounded down');
    const staff = await d.get(`/halls/over/desk/times?services=certificate&day=${localDay(2)}`);
    assert.ok(staff.times.every((t) => t.left === 10), 'only what citizens take');
    const [{ at }] = times;
    for (let i = 0; i < 12; i++) {
        await d.post('/halls/over/bookings', { services: ['certificate'], at, share: 'public' });
    }
    assert.equal(await refusal(d.post('/halls/over/bookings', { services: ['certificate'], at, share: 'public' })),
        '409 slot_taken at');
    assert.deepEqual((await d.get('/halls/over/conflicts')).conflicts, []);
});
