// Phone numbers blocked by staff, for so many days.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { Refused, MINUTE } from '../lib/hall.mjs';
import { makeVisitHall, remote, aPhone } from '../lib/visits.mjs';
import { Desk, bookable, newPhone } from '../lib/booking.mjs';

let server;
let n = 0;
const DAY = 24 * 60 * MINUTE;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeVisitHall(server.redis, `bl${n++}`, change);
const block = (h, phone, days, reason = 'shouts at people') => h.write('phone_block', 'supervisor:wu', [...phone, days, reason]);
const unblock = (h, phone) => h.write('phone_unblock', 'supervisor:wu', [...phone, 'said sorry']);
const blocks = async (h) => (await h.read('block_list')).blocks;
const refused = (promise, code, check = () => true) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code && check(e));

test('phone_block: listed with its end, sealed; no event has the number or its hash', async () => {
    const h = await fresh();
    const [one, two] = [aPhone(), aPhone()];
    assert.equal((await block(h, one, 30)).blocked, h.at + 30 * DAY);
    await block(h, two, 3, 'a "reason"');
    assert.deepEqual(await blocks(h), [
        { record: two[0], sealed: two[1], until: h.at + 3 * DAY, reason: 'a "reason"', by: 'supervisor:wu' },
        { record: one[0], sealed: one[1], until: h.at + 30 * DAY, reason: 'shouts at people', by: 'supervisor:wu' }]);
    const told = (await h.events()).filter((e) => e.type === 'phone.blocked');
    assert.deepEqual(told.map((e) => e.reason), ['shouts at people', 'a "reason"']);
    const all = JSON.stringify(await h.events());
    for (const part of [...one, ...two].filter((p) => p !== 'k1.sealed')) assert.ok(!all.includes(part));
});

test('a blocked number takes no number from home, until the block ends by itself', async () => {
    const h = await fresh();
    const phone = aPhone();
    await block(h, phone, 1);
    await refused(remote(h, 'a', { phone }), 'phone_blocked', (e) => e.field === 'phone' && e.wait === 86400);
    await remote(h, 'a');
    h.at += DAY - 1;
    h.day = '20261124';
    await refused(remote(h, 'a', { phone }), 'phone_blocked', (e) => e.wait === 1);
    h.at += 1;
    await remote(h, 'a', { phone });
    assert.deepEqual(await blocks(h), []);
});

test('asking for a blocked number costs as much as a number', async () => {
    const h = await fresh({ remote: { alive_max: 50 } });
    const phone = aPhone();
    await block(h, phone, 1);
    for (let i = 0; i < 3; i++) await refused(remote(h, 'a', { phone, sender: 's' }), 'phone_blocked');
    await refused(remote(h, 'a', { phone, sender: 't' }), 'rate_limit');
    for (let i = 0; i < 7; i++) await remote(h, 'a', { sender: 's' });
    await refused(remote(h, 'a', { sender: 's' }), 'rate_limit');
});

test('phone_unblock takes it off the list at once; blocked again, the longer end counts', async () => {
    const h = await fresh();
    const phone = aPhone();
    await block(h, phone, 10);
    assert.equal((await unblock(h, phone)).blocked, undefined);
    assert.deepEqual(await blocks(h), []);
    await remote(h, 'a', { phone });
    await block(h, phone, 10);
    assert.equal((await block(h, phone, 2, 'once more')).blocked, h.at + 10 * DAY);
    assert.deepEqual((await blocks(h)).map((b) => [b.until, b.reason]), [[h.at + 10 * DAY, 'once more']]);
    assert.ok(await server.redis.ttl(`${h.tag}:block:${phone[2]}`) > 9 * 86400, 'the sealed number goes with the block');
});

test('a blocked number cannot confirm a booking', async () => {
    const h = await new Desk(server.redis, `bl${n++}`).configure(bookable({ code: `bl${n - 1}` }));
    const phone = newPhone();
    const held = await h.hold({ pow: 'p', address: 'a', prefix: 'x' });
    await h.write('phone_block', 'supervisor:wu', [phone.record, phone.sealed, phone.hash, 5, 'x']);
    await assert.rejects(h.confirm(held.id, phone, 'n:sealed'), (e) => e.code === 'phone_blocked');
});
