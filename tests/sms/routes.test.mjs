// Two message centres behind the real daemon: reports find their messages, the one takes over from the other, a daemon
// that dies repeats what may come twice and nothing else, and one that stops takes leave. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startCentre } from '../lib/smpp_centre.mjs';

const PATIENCE_MS = 20000;
const HALL = 'small';
let first;
let second;
let d;
let numbers = 0;

before(async () => {
    [first, second] = await Promise.all([startCentre(), startCentre()]);
    d = await startDaemon({ settings: { sms: { retry_first_ms: 50, retry_max_ms: 500, default: 'first', gateways: [
        first.settings({ name: 'first', rate_per_second: 1000, timeout_ms: 60000 }),
        second.settings({ name: 'second', rate_per_second: 1000, weight: 0 })] } } });
    await d.importHall(HALL);
    await Promise.all([first.session(), second.session()]);
});

after(async () => {
    await d?.stop();
    await Promise.all([first?.stop(), second?.stop()]);
});

const issue = () => d.post(`/halls/${HALL}/tickets`, { service: 'id-card', lang: 'en', phone: `138000${10001 + numbers++}` });

const event = (ticket, type) => eventually(`${type} of ${ticket.number}`, async () => {
    const { events } = await d.get(`/halls/${HALL}/events?limit=1000`);
    return events.find((e) => e.type === `message.${type}` && e.ticket === ticket.id);
}, PATIENCE_MS);

const receipt = (centre, id, stat = 'DELIVRD') => centre.deliver({ esm_class: 4,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2611301200 done date:2611301200 stat:${stat} err:000 text:x` });

const idOf = (centre, n) => `${centre.name}-${n}`;

function numbered(centre, name) {
    centre.name = name;
    centre.onSubmit = () => ({ message_id: idOf(centre, centre.submitted.length) });
}

test('sms routes: a message goes to the default, each of its parts is reported on, and only then it is delivered', async () => {
    numbered(first, 'a');
    const t = await issue();
    const { parts } = await event(t, 'accepted');
    assert.equal(parts, first.submitted.length);
    for (let n = 1; n <= parts; n++) assert.equal((await receipt(first, idOf(first, n))).command_status, 0);
    assert.equal((await event(t, 'delivered')).tries, 1);
    assert.equal(second.submitted.length, 0);
});

test('sms routes: a report that is there before the answer waits for it', async () => {
    const was = first.submitted.length;
    first.onSubmit = async () => {
        const id = idOf(first, first.submitted.length);
        await receipt(first, id);
        return { message_id: id };
    };
    const t = await issue();
    await event(t, 'delivered');
    assert.ok(first.submitted.length > was);
    numbered(first, 'a');
});

test('sms routes: what the first centre refuses for reasons of its own, the second gets within the same try', async () => {
    numbered(second, 'b');
    first.onSubmit = () => ({ command_status: 0x08 }); // ESME_RSYSERR
    const t = await issue();
    assert.deepEqual([(await event(t, 'accepted')).gateway, (await event(t, 'accepted')).tries], ['second', 1]);
    for (let n = 1; n <= second.submitted.length; n++) await receipt(second, idOf(second, n), 'UNDELIV');
    await event(t, 'undelivered');
});

test('sms routes: a daemon that died within a try repeats what may come twice, and no warning', async () => {
    first.onSubmit = () => null; // no answer ever
    second.onSubmit = () => null;
    const t = await issue();
    const to = `138000${10000 + numbers}`;
    await eventually('a try is under way', () => event(t, 'submitted'), PATIENCE_MS);
    const redis = d.redis();
    const [[, fields]] = await redis.xrange(`{${HALL}}:outbox`, '-', '+');
    const warning = fields.map((f, i) => (fields[i - 1] === 'k' ? 'warning' : f));
    const id = await redis.xadd(`{${HALL}}:outbox`, '*', ...warning);
    const becomes = (state, store) => eventually(`the warning is ${state}`,
        async () => await store.hget(`{${HALL}}:m:${id}`, 'st') === state, PATIENCE_MS);
    await becomes('submitted', redis);
    redis.disconnect();
    await d.crash();
    const old = new Set([...first.sessions, ...second.sessions]);
    let again = 0; // what is still in the old connections may come in late
    for (const centre of [first, second]) {
        centre.onSubmit = (pdu, session) => {
            again += !old.has(session) && pdu.destination_addr.endsWith(to); // an alarm may be told, too
            return { message_id: idOf(centre, centre.submitted.length) };
        };
    }
    await d.start();
    await event(t, 'accepted');
    const store = d.redis();
    await becomes('unknown', store);
    store.disconnect();
    assert.equal(again, (await event(t, 'accepted')).parts);
});

test('sms routes: everybody is told how the gateways are', async () => {
    const redis = d.redis();
    const list = async () => JSON.parse(await redis.call('FCALL_RO', 'gateway_list', 1, '{sms}', Date.now(), '', 'first', 'second'));
    await eventually('both say they are up', async () => (await list()).gateways
        .every((g) => g.daemons.some((one) => one.state === 'up' && one.kind === 'smpp')), PATIENCE_MS);
    assert.ok((await list()).hour > 0);
    redis.disconnect();
});

test('sms routes: a daemon that stops waits for answers, and takes leave of both', async () => {
    let answer;
    const asked = new Promise((r) => {
        first.onSubmit = () => { r(); return new Promise((done) => { answer = done; }); };
    });
    const t = await issue();
    await asked;
    const unbinds = first.unbinds + second.unbinds;
    const stopped = d.stop({ keep: true });
    await eventually('the second is left', () => second.unbinds > 0, PATIENCE_MS);
    numbered(first, 'e');
    answer({ message_id: 'late-1' });
    await stopped;
    assert.equal(first.unbinds + second.unbinds, unbinds + 2);
    await d.start();
    assert.equal((await event(t, 'accepted')).tries, 1); // it was not sent again
    const { events } = await d.get(`/halls/${HALL}/events?limit=1000`);
    assert.equal(events.filter((e) => e.type === 'message.uncertain' && e.ticket === t.id).length, 0);
});
