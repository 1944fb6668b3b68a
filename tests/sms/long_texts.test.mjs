// A long text from a phone whose parts come by two daemons, each with a connection of its own to the centre: joined, dealt with
// once, and nothing of it left in the store. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { OwnRedis } from '../lib/own_redis.mjs';
import { startCentre } from '../lib/smpp_centre.mjs';

const H = '/halls/small';
const PHONE = '13800000009'; // the centre's, as it writes it
const SOON_MS = 20000;
let own;
let centre;
let daemons = [];

before(async () => {
    own = await new OwnRedis({ password: 'a-password-of-redis' }).start();
    centre = await startCentre();
    const settings = { store: own.settings(own.address), key_file: join(own.dir, 'keys'), workers: 1,
        sms: { gateways: [centre.settings({ name: 'carrier' })] } };
    daemons = [await startDaemon({ settings }), await startDaemon({ settings })];
    await daemons[0].importHall('small');
    await centre.session(2);
});

after(async () => {
    for (const d of daemons) await d?.stop();
    await centre?.stop();
    await own?.stop();
});

const ucs2 = (s) => Buffer.from(s, 'utf16le').swap16();
const part = (reference, octets, number, total) => ({ esm_class: 0x40, data_coding: 8, source_addr: PHONE, destination_addr: '10691234',
    short_message: Buffer.concat([Buffer.from([5, 0, 3, reference, total, number]), octets]) });
// To the daemon with the n-th connection.
const deliver = (n, pdu) => new Promise((resolve) => { centre.sessions[n].deliver_sm(pdu, resolve); });
const redis = () => own.client();
const left = async (client) => (await client.keys('{sms}:gx:*')).sort();
async function cancels() {
    const { events } = await daemons[0].get(`${H}/events?limit=1000`);
    return events.filter((e) => e.type === 'message.inbound' && e.word === 'cancel');
}

test('two parts by two daemons are one text; what is kept meanwhile tells nobody anything, and then it is gone', async () => {
    const t = await daemons[0].post(`${H}/tickets`, { service: 'id-card', lang: 'zh', phone: `+86${PHONE}` });
    await centre.has(1);
    const word = ucs2('取消');
    // In the middle of a character: neither part alone can be read.
    assert.equal((await deliver(0, part(7, word.subarray(0, 3), 1, 2))).command_status, 0);
    const client = await redis();
    const kept = await left(client);
    assert.equal(kept.length, 2, 'the part and the list');
    const said = JSON.stringify([kept, await client.hgetall(kept[1])]);
    assert.ok(!said.includes(PHONE) && !said.includes(word.subarray(0, 3).toString('latin1')) && !said.includes('取'));
    assert.match((await client.hget(kept[1], '1')), /^k1\./, 'sealed');
    const ttl = await client.pttl(kept[1]);
    assert.ok(ttl > 0 && ttl <= 600000, String(ttl));
    assert.equal((await daemons[0].get(`${H}/tickets/${t.id}`)).state, 'waiting');
    assert.equal((await deliver(1, part(7, word.subarray(3), 2, 2))).command_status, 0);
    await eventually('the ticket is cancelled', async () => (await daemons[1].get(`${H}/tickets/${t.id}`)).state === 'cancelled', SOON_MS);
    assert.equal((await cancels()).length, 1);
    await eventually('nothing of it is left', async () => !(await left(client)).some((key) => key !== kept[0]), SOON_MS);
    client.disconnect();
});

test('parts that both daemons get twice and at once make one deed', async () => {
    const t = await daemons[1].post(`${H}/tickets`, { service: 'id-card', lang: 'zh', phone: `+86${PHONE}` });
    await centre.has(3); // the first one, the answer to its cancel, and this
    const was = (await cancels()).length;
    const word = ucs2('０。   ');
    const pieces = [1, 2, 3].map((n) => part(8, word.subarray(2 * (n - 1), n === 3 ? undefined : 2 * n), n, 3));
    const answers = await Promise.all(pieces.flatMap((pdu) => [deliver(0, pdu), deliver(1, pdu)]));
    assert.deepEqual(new Set(answers.map((a) => a.command_status)), new Set([0]));
    await eventually('the ticket is cancelled', async () => (await daemons[0].get(`${H}/tickets/${t.id}`)).state === 'cancelled', SOON_MS);
    assert.equal((await cancels()).filter((e) => e.done === 'cancel').length, was + 1);
});
