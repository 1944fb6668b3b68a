// Two daemons on one Redis, each with a forecast of its own of the same hall: what they tell is told once, and when one is
// killed the other goes on. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { OwnRedis } from '../lib/own_redis.mjs';
import { openFor, teach, told } from '../lib/waits.mjs';

const H = '/halls/small';
const PHONE = '+8613800138123';
const SOON_MS = 30000;
let own;
let one;
let two;

const settings = () => ({ store: own.settings(), key_file: join(own.dir, 'keys') });

before(async () => {
    own = await new OwnRedis().start();
    one = await startDaemon({ settings: settings() });
    two = await startDaemon({ settings: settings() });
    await one.importHall('small', { hours: false, edit: (text) => openFor(600, Date.now())(text)
        .replace(/wait_minutes: \d+/, 'wait_minutes: 2').replace(/warn_minutes: \d+/, 'warn_minutes: 1')
        .replace(/^( +)phones:.*$/m, `$1phones: ["${PHONE}"]`) });
    await one.post(`${H}/counters/1/open`, { profile: 'general' });
    await teach(one, 'small');
});

after(async () => {
    await one?.stop();
    await two?.stop();
    await own?.stop();
});

const issue = (d, body = {}) => d.post(`${H}/tickets`, { service: 'id-card', ...body });

async function events(check) {
    const { events: all } = await two.get(`${H}/events?limit=1000`);
    return all.filter(check);
}

const promisesOf = (t) => events((e) => e.type === 'ticket.promised' && e.ticket === t.id);
const alarmsOf = (type) => events((e) => e.type === type && e.alarm === 'predicted' && e.subject === 'id-card');

// Both have seen all of it and forecast with it.
async function bothTold(check) {
    for (const d of [one, two]) await told(d, 'small', check);
}

test('a promise and an alarm of two forecasts are told once', async () => {
    const tickets = [];
    for (let i = 0; i < 6; i++) tickets.push(await issue(i % 2 ? one : two));
    await bothTold((s) => s.waiting === 6 && s.wait?.likely > 2);
    for (const t of tickets) await eventually(`a promise to ${t.number}`, async () => (await promisesOf(t)).length > 0, SOON_MS);
    await eventually('the alarm', async () => (await alarmsOf('alarm.raised')).length > 0, SOON_MS);
    for (const t of tickets.slice(0, 5)) await one.post(`${H}/tickets/${t.id}/cancel`);
    await bothTold((s) => s.waiting === 1);
    await eventually('the alarm is over', async () => (await alarmsOf('alarm.cleared')).length > 0, SOON_MS);
    for (const t of tickets) assert.equal((await promisesOf(t)).length, 1, t.number);
    assert.equal((await alarmsOf('alarm.raised')).length, 1);
    assert.equal((await alarmsOf('alarm.cleared')).length, 1);
    assert.equal((await events((e) => e.type === 'message.queued' && e.kind === 'alarm')).length, 1);
});

test('a day is learned once', async () => {
    await two.post(`${H}/close-day`);
    const redis = own.client();
    try {
        const learned = await eventually('the day is kept', () => redis.get('{small}:learned'), SOON_MS);
        assert.match(JSON.parse(learned).day, /^\d{8}$/);
        assert.equal((await redis.keys('{small}:s:*')).length, 1);
        await issue(one);
        await bothTold((s) => s.waiting === 1);
        assert.equal(await redis.get('{small}:learned'), learned);
    } finally {
        redis.disconnect();
    }
});

test('one is killed: the other forecasts and promises', async () => {
    await two.post(`${H}/counters/1/open`, { profile: 'general' });
    await bothTold((s) => s.wait);
    await one.crash();
    one = null; // not to be stopped any more
    const tickets = [];
    for (let i = 0; i < 6; i++) tickets.push(await issue(two));
    await eventually('a promise', async () => (await promisesOf(tickets[5])).length === 1, 10000);
    for (const t of tickets.slice(0, 5)) await two.post(`${H}/tickets/${t.id}/cancel`);
    await two.post(`${H}/counters/1/next`); // the one from before
    await told(two, 'small', (s) => s.waiting > 0 && s.wait);
});
