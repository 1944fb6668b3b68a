// A long outbox and a window of one, through the real daemon to npm smpp: each message once, and what a call of the store costs by
// itself is shared by many. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startCentre } from '../lib/smpp_centre.mjs';

const HALL = 'small';
const OUTBOX = `{${HALL}}:outbox`;
const MESSAGES = 1500; // more than the daemon holds at once
const CALLS = 0.5; // of the library, for each message; one by one it would be three
const PATIENCE_MS = 60000;
let centre;
let d;
let redis;

before(async () => {
    centre = await startCentre();
    d = await startDaemon({ settings: { log: { level: 'debug' }, sms: { gateways: [centre.settings({ name: 'g', window: 1, rate_per_second: 100000 })] } } });
    await d.importHall(HALL, { edit: (file) => `${file}\nmessages: {ticket: {en: "Number {number}"}}\n` });
    await centre.session();
    await eventually('forecasts have begun', () => /forecasts begin at event/.test(d.log), PATIENCE_MS);
    redis = d.redis();
});

after(async () => {
    redis?.disconnect();
    await d?.stop();
    await centre?.stop();
});

test('sms busy: a long outbox goes out in many messages a call, each once, one at a time', async () => {
    let go;
    const gone = new Promise((r) => { go = r; });
    centre.onSubmit = async (pdu) => {
        await gone;
        return { message_id: `id-${pdu.sequence_number}` };
    };
    await d.post(`/halls/${HALL}/tickets`, { service: 'id-card', lang: 'en', phone: '13800000001' });
    await centre.has(1); // and waits for its answer
    const [[, fields]] = await redis.xrange(OUTBOX, '-', '+');
    for (let n = 1; n < MESSAGES; n++) {
        const entry = [...fields];
        entry[entry.indexOf('n') + 1] = `A${1000 + n}`;
        redis.xadd(OUTBOX, '*', ...entry);
    }
    await redis.publish('paihao:bell', `${HALL} outbox`);
    await eventually('all of them were looked at', async () => {
        const [group] = await redis.xinfo('GROUPS', OUTBOX);
        return group[group.indexOf('pending') + 1] === MESSAGES;
    }, PATIENCE_MS);
    await redis.config('RESETSTAT');
    go();
    await eventually('the outbox is empty', async () => await redis.xlen(OUTBOX) === 0, PATIENCE_MS);
    const [, calls] = /cmdstat_fcall:calls=(\d+)/.exec(await redis.info('commandstats'));
    assert.ok(calls < MESSAGES * CALLS, `${calls} calls for ${MESSAGES} messages`);
    assert.equal(centre.most, 1);
    const texts = centre.submitted.map((pdu) => pdu.short_message.message);
    assert.equal(texts.length, MESSAGES);
    assert.equal(new Set(texts).size, MESSAGES);
    assert.doesNotMatch(d.log, /an event is missing/, 'forecasts have followed all of it');
    assert.ok(centre.submitted.every((pdu) => pdu.destination_addr === '8613800000001'));
});
