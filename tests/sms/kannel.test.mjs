// The whole way of a message: a ticket given over the API of the real daemon, its embedded Redis, a real Kannel, an
// SMSC that keeps what it gets and reports back. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { localDay } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startKannel } from '../lib/kannel.mjs';

const NUMBERS = []; // every phone number used here; none of them may be found anywhere afterwards
const SECRET = 'a-secret-of-kannel-alone';
let kannel;
let d;
let clerk;

const sms = (change, password) => ({ retry_first_ms: 50, retry_max_ms: 500,
    gateways: [kannel.gateway(change, password)] });

before(async () => {
    kannel = await startKannel();
    d = await startDaemon({ settings: { sms: sms() } });
    await d.importHall('small');
    clerk = await d.clerk('li', 'small');
});

after(async () => {
    await d?.stop();
    await kannel?.stop();
});

function newNumber() {
    NUMBERS.push(`1380000${String(1001 + NUMBERS.length)}`);
    return NUMBERS.at(-1);
}

async function issue({ daemon = d, lang = 'zh', service = 'id-card' } = {}) {
    const phone = newNumber();
    return { ...await daemon.post('/halls/small/tickets', { service, lang, phone }), to: `86${phone}` };
}

// The event of that type that speaks of the ticket's message of that kind.
async function event(ticket, kind, type, daemon = d) {
    return eventually(`${type} of the ${kind} message to ${ticket.number}`, async () => {
        const { events } = await daemon.get('/halls/small/events?limit=1000');
        return events.find((e) => e.type === type && e.ticket === ticket.id && e.kind === kind);
    }, 20000);
}

const to = (ticket, holds = '') => (m) => m.to === ticket.to && m.text.includes(holds);

test('sms ticket: the citizen gets number, place and link, and the delivery is known', async () => {
    const t = await issue();
    const m = await kannel.smsc.received(to(t));
    assert.equal(m.from, '1069');
    assert.equal(m.coding, 8);
    assert.match(m.text, /^便民服务站：/);
    assert.ok(m.text.includes(t.number), m.text);
    assert.ok(m.text.endsWith(`${d.url}/t#${t.link}`), m.text);
    assert.equal((await event(t, 'ticket', 'message.accepted')).tries, 1);
    await event(t, 'ticket', 'message.delivered');
});

test('sms ticket: English goes out in the 7-bit alphabet', async () => {
    const t = await issue({ lang: 'en' });
    const m = await kannel.smsc.received(to(t));
    assert.equal(m.coding, 0);
    assert.match(m.text, /^Neighbourhood service point: your number is A\d+ for Identity card\. People ahead of you: /);
    assert.ok(m.text.endsWith(`${d.url}/t#${t.link}`), m.text);
    await event(t, 'ticket', 'message.delivered');
});

test('sms come now, called: three ahead, then the counter', async () => {
    await clerk.post('/halls/small/counters/1/open');
    const waiting = [];
    for (let i = 0; i < 5; i += 1) waiting.push(await issue());
    const called = [];
    while (!called.includes(waiting[0].number)) {
        const present = called.length ? { present: 'absent' } : {};
        called.push((await clerk.post('/halls/small/counters/1/next', present)).ticket.number);
    }
    const call = await kannel.smsc.received(to(waiting[0], '窗口'));
    assert.equal(call.text, `便民服务站：请 ${waiting[0].number} 号到 1 号窗口办理。`);
    // Within a minute of a number a forecast has nobody come (lua/forecasts), so a minute later is what the library hears.
    const redis = d.redis();
    await redis.hset('{small}:tell', waiting[4].id, '1');
    await redis.call('FCALL', 'forecast_set', 1, '{small}', Date.now() + 61000, '', 'system:test', localDay(),
        JSON.stringify({ come: [waiting[4].id] }));
    redis.disconnect();
    assert.match((await kannel.smsc.received(to(waiting[4], '快轮到您了'))).text, /前面还有 3 位/);
    await event(waiting[0], 'called', 'message.delivered');
});

test('sms report: what could not be delivered is known, once', async () => {
    kannel.smsc.report = 'UNDELIV';
    const t = await issue();
    await event(t, 'ticket', 'message.undelivered');
    kannel.smsc.report = 'DELIVRD';
    const { message } = await event(t, 'ticket', 'message.accepted');
    const path = `/sms/kannel/report/${SECRET}?message=small.${message}&state=1`;
    assert.equal((await d.nobody().request('GET', path)).status, 200); // a late and contrary one
    const { events } = await d.get('/halls/small/events?limit=1000');
    assert.deepEqual(events.filter((e) => e.message === message && /deliver/.test(e.type)).map((e) => e.type),
        ['message.undelivered']);
});

test('sms report: without the secret, or about nothing, it changes nothing', async () => {
    const t = await issue();
    const { message } = await event(t, 'ticket', 'message.delivered');
    const count = async () => (await d.get('/halls/small/events?limit=1000')).events.length;
    const was = await count();
    const report = async (gateway, secret, id, state) => (await d.nobody().request('GET',
        `/sms/${gateway}/report/${secret}?message=${encodeURIComponent(id)}&state=${state}`)).status;
    assert.equal(await report('kannel', 'another-secret-of-24-chs', `small.${message}`, '2'), 404);
    assert.equal(await report('other', SECRET, `small.${message}`, '2'), 404);
    assert.equal(await report('kannel', SECRET, message, '2'), 422);
    assert.equal(await report('kannel', SECRET, 'small}.1-0', '2'), 422);
    assert.equal(await report('kannel', SECRET, 'small.1-0', '1'), 200);
    assert.equal(await report('kannel', SECRET, 'nowhere.1-0', '1'), 200);
    assert.equal(await report('kannel', SECRET, `small.${message}`, '8'), 200);
    assert.equal(await report('kannel', SECRET, `small.${message}`, 'never-heard-of'), 200);
    assert.equal(await count(), was);
});

test('sms retry: a gateway that is away for a while loses nothing', async () => {
    await kannel.stopSmsbox();
    const t = await issue();
    await event(t, 'ticket', 'message.retry');
    await kannel.startSmsbox();
    await kannel.smsc.received(to(t));
    assert.ok((await event(t, 'ticket', 'message.accepted')).tries > 1);
    await event(t, 'ticket', 'message.delivered');
});

test('sms restart: what a crash left between gateway and store is sent after all', async () => {
    kannel.hang();
    const t = await issue();
    await event(t, 'ticket', 'message.submitted');
    await d.crash();
    kannel.wake();
    await d.start();
    await kannel.smsc.received(to(t));
    assert.equal((await event(t, 'ticket', 'message.accepted')).tries, 2);
});

test('sms config: a refused password is a fault of the account, the message waits and says so', async () => {
    const other = await startDaemon({ settings: { sms: sms({}, 'wrong') } });
    await other.importHall('small');
    const t = await issue({ daemon: other });
    const failed = await event(t, 'ticket', 'message.retry', other);
    assert.equal(failed.reason, 'http_403');
    const redis = other.redis();
    assert.equal(await redis.xlen('{small}:outbox'), 1);
    redis.disconnect();
    await other.stop();
});

test('sms stop: what is under way is ended first', async () => {
    const t = await issue();
    await d.restart();
    await kannel.smsc.received(to(t));
    await event(t, 'ticket', 'message.accepted');
});

test('sms metrics: messages are counted by what became of them', async () => {
    await eventually('nothing is pending', async () => /^paihao_messages_pending 0$/m
        .test((await d.admin('/metrics')).text));
    await issue();
    await eventually('one is counted', async () => /^paihao_messages_total\{state="accepted"\} [1-9]/m
        .test((await d.admin('/metrics')).text));
});

test('sms privacy: no number is found in log, metrics, events or the append-only file', async () => {
    const places = { log: d.log, metrics: (await d.admin('/metrics')).text,
        events: JSON.stringify(await d.get('/halls/small/events?limit=1000')) };
    for (const file of readdirSync(d.stateDir, { recursive: true, withFileTypes: true })) {
        if (!file.isFile()) continue;
        const path = join(file.parentPath ?? file.path, file.name);
        places[path] = readFileSync(path, 'latin1');
    }
    assert.ok(Object.keys(places).some((name) => name.endsWith('.aof')));
    assert.ok(NUMBERS.length > 10);
    for (const number of NUMBERS) {
        for (const [name, text] of Object.entries(places)) {
            assert.ok(!text.includes(number), `a phone number stands in ${name}`);
        }
    }
});
