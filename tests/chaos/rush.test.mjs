// New times are released: 2,000 base slots of which few are left, citizens and searches at once. Nothing is sold twice,
// nothing is lost, and everybody is told which. bench/rush.mjs is the same with 40,000. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bookableHall, localDay } from '../lib/citizen.mjs';
import { startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { Rush } from '../lib/rush.mjs';

const UNITS = 4;
const DAYS = 8;
const FIRST_CELL = 108; // 09:00
const SLOTS = 64; // × 8 days × 4 units = 2,048
const CITIZENS = 60;
const LEFT = 20; // visits that are still possible, one unit each, on the last two days
const SEARCHERS = 4;
const HALL = 'release';

let d;
let gateway;
let redis;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { http: { trusted_proxies: '127.0.0.1' },
        sms: { gateways: [gateway.settings({ rate_per_second: 1000 })] } } });
    redis = d.redis();
    const hours = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '09:00', to: '14:20' };
    const pools = [{ code: 'hall', services: ['*'], plan: [{ ...hours, public: UNITS, staff: 0, walk_in: 0 }] }];
    await bookableHall(d, { code: HALL, booking: { from_days: 1, to_days: DAYS, codes_per_hour_max: 100000 },
        edit: (c) => ({ ...c, hours: [hours], pools }) });
});

after(async () => {
    redis?.disconnect();
    await d?.stop();
    await gateway?.stop();
});

const days = Array.from({ length: DAYS }, (_, i) => localDay(i + 1));
const dayBegins = (day) => Date.parse(`${day.replace(/(....)(..)(..)/, '$1-$2-$3')}T00:00:00+08:00`);

// Every second pair of slots of the last two days has one unit left for a visit of ten minutes.
function used(day) {
    const bytes = Buffer.concat([Buffer.alloc(FIRST_CELL), Buffer.alloc(SLOTS, UNITS)]);
    const k = days.indexOf(day) - (DAYS - 2);
    for (let i = 0; k >= 0 && i < LEFT / 2; i++) bytes.fill(UNITS - 1, FIRST_CELL + 4 * i, FIRST_CELL + 4 * i + 2);
    return bytes;
}

test('a release: the last units are sold once, and who loses is told so', async () => {
    for (const day of days) await redis.set(`{${HALL}}:k:hall:p:${day}`, used(day), 'EX', 8640000);
    const rush = new Rush(d, gateway, HALL, { service: 'social-card', cells: 2, units: UNITS });
    await rush.prepare(CITIZENS * 4);
    const free = [];
    for (const day of days) free.push(...(await d.nobody().get(`/halls/${HALL}/times?services=social-card&day=${day}`)).times);
    assert.equal(free.length, LEFT);

    let over = false;
    let searches = 0;
    const searcher = async () => {
        while (!over) {
            const answer = await d.nobody().request('GET', `/halls/${HALL}/days?services=social-card`);
            assert.equal(answer.status, 200, answer.text);
            const left = answer.json.days.reduce((sum, one) => sum + one.free, 0);
            assert.ok(left <= LEFT, `${left} free`);
            searches++;
        }
    };
    const searching = Array.from({ length: SEARCHERS }, searcher);
    await Promise.all(Array.from({ length: CITIZENS }, (_, i) => rush.citizen(free[i % 7].at)));
    over = true;
    await Promise.all(searching);

    assert.deepEqual(Object.keys(rush.outcomes).sort(), ['confirmed', 'held', 'hold: slot_taken'], JSON.stringify(rush.outcomes));
    assert.equal(rush.outcomes.confirmed, rush.outcomes.held);
    assert.ok(rush.outcomes['hold: slot_taken'] >= CITIZENS - LEFT && searches > SEARCHERS, JSON.stringify(rush.outcomes));
    await rush.check(redis, days, used, dayBegins);
    const { bookings } = await d.get(`/halls/${HALL}/bookings?from=${days[DAYS - 2]}&days=2`);
    assert.equal(bookings.filter((b) => b.state === 'confirmed').length, rush.outcomes.confirmed);
});
