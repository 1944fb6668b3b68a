// The honest wait, through the whole program: tickets are given and served, and everybody is told how long it will be. The
// clock runs 60 times as fast. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { MINUTE, openFor, pass, teach, told, waitOf } from '../lib/waits.mjs';

const SPEED = 60;
const PHONE = '+8613800138123';
let d;

before(async () => { d = await startDaemon({ settings: { demo: { clock_speed: SPEED } } }); });
after(async () => { await d?.stop(); });

// A hall of its own for each test: forecasts of one must not depend on another.
async function open(code, { minutes = 600, edit = (text) => text } = {}) {
    const { now } = await d.get('/clock');
    await d.importHall('small', { code, hours: false, edit: (text) => edit(openFor(minutes, now)(text)) });
    await d.post(`/halls/${code}/counters/1/open`, { profile: 'general' });
    return `/halls/${code}`;
}

const issue = (hall, body = {}, client = d) => client.post(`${hall}/tickets`, { service: 'id-card', ...body });

async function events(hall, check) {
    const { events: all } = await d.get(`${hall}/events?limit=1000`);
    return all.filter(check);
}

test('without anything learned nothing is claimed, and nothing is an error', async () => {
    const H = await open('fresh');
    await issue(H);
    const first = await d.nobody().get(`${H}/waits`);
    assert.equal(first.services.length, 6);
    assert.ok(first.services.every((s) => !s.wait));
    await told(d, 'fresh', (s) => s.waiting === 1);
    const later = await d.nobody().get(`${H}/waits`);
    assert.ok(later.services.every((s) => !s.wait && s.left === undefined));
    assert.deepEqual(later.kept, { given: 0, kept: 0 });
});

test('a ticket is told its wait, which is promised once and judged when it is called', async () => {
    const H = await open('promise');
    await teach(d, 'promise', { ms: 10000 });
    const tickets = [];
    for (let i = 0; i < 5; i++) tickets.push(await issue(H));
    const phone = await d.citizen(tickets[4].link).stream('/ticket/stream');
    const first = (await phone.next('ticket', (t) => t.wait, 20000)).data;
    assert.ok(first.wait.low <= first.wait.likely && first.wait.likely <= first.wait.high);
    assert.ok(first.wait.high > 0);
    const promised = (await phone.next('ticket', (t) => t.promise, 20000)).data;
    assert.equal(typeof promised.promise.likely, 'number');
    const of = await events(H, (e) => e.type === 'ticket.promised');
    assert.equal(new Set(of.map((e) => e.ticket)).size, of.length);
    for (const t of tickets) assert.equal(of.filter((e) => e.ticket === t.id).length, 1);
    await d.post(`${H}/counters/1/next`);
    await told(d, 'promise', (s) => s.waiting === 4);
    await eventually('the promise was judged', async () => (await d.get(`${H}/waits`)).kept.given === 1, 20000);
    const called = await phone.next('ticket', (t) => t.ahead < 4, 20000);
    assert.equal(called.data.state, 'waiting');
    phone.close();
});

test('boards, kiosks and staff are told the same; what staff see besides is not for boards', async () => {
    const H = await open('streams');
    await teach(d, 'streams');
    const board = await (await d.device('b-streams', 'board', 'streams')).stream(`${H}/board/stream`);
    const staff = await d.stream(`${H}/stream`);
    const t = await issue(H);
    const seen = (s) => s.services.find((one) => one.code === 'id-card').waiting === 1;
    const [public_, full] = [(await board.next('forecast', seen, 20000)), (await staff.next('forecast', (s) => seen(s) && s.tickets.some((one) => one[0] === t.id), 20000))];
    assert.equal(public_.id, undefined);
    assert.equal(public_.data.tickets, undefined);
    assert.equal(full.data.counters, 1);
    assert.deepEqual(full.data.tickets.map((one) => one[0]), [t.id]);
    assert.deepEqual(Object.keys(public_.data).sort(), ['at', 'kept', 'services']);
    board.close();
    staff.close();
});

test('an unchanged forecast is not sent twice: ETag', async () => {
    await open('tagged');
    await told(d, 'tagged', (s) => s?.waiting === 0);
    const path = '/halls/tagged/waits';
    const one = await d.nobody().request('GET', path);
    const two = await d.nobody().request('GET', path, { headers: { 'if-none-match': one.headers.get('etag') } });
    assert.equal(one.status, 200);
    assert.equal(two.status, 304);
    assert.equal(two.text, '');
});

test('what if one counter more: shorter, and nothing has changed', async () => {
    const H = await open('what');
    await teach(d, 'what', { ms: 10000 });
    for (let i = 0; i < 8; i++) await issue(H);
    await told(d, 'what', (s) => s.waiting === 8 && s.wait?.likely > 4);
    const ask = (body) => d.request('POST', `${H}/what-if`, { body, key: null });
    const more = (await ask({ profile: 'general', add: 2 })).json.services.find((s) => s.code === 'id-card');
    assert.ok(more.after.likely < more.before.likely, JSON.stringify(more));
    const fewer = (await ask({ profile: 'general', add: -1 })).json.services.find((s) => s.code === 'id-card');
    assert.equal(fewer.after, undefined); // nobody serves it any more: nothing can be said
    const other = (await ask({ counter: '2', to: 'general' })).json.services.find((s) => s.code === 'id-card');
    assert.ok(other.after.likely < other.before.likely, JSON.stringify(other));
    assert.deepEqual((await d.get(`${H}/counters`)).counters.map((k) => k.state), ['open', 'closed', 'closed']);
    for (const [body, code, field] of [[{}, 'field_missing', 'counter'], [{ profile: 'general' }, 'field_missing', 'add'],
        [{ add: 1 }, 'field_missing', 'profile'], [{ counter: '1' }, 'field_missing', 'to'],
        [{ profile: 'nobody', add: 1 }, 'profile_unknown', 'profile'], [{ counter: '77', to: 'general' }, 'counter_unknown', 'counter'],
        [{ counter: '1', to: 'nobody' }, 'profile_unknown', 'to']]) {
        const { json } = await ask(body);
        assert.deepEqual([json.code, json.field], [code, field]);
    }
});

test('come now: sent when the prediction says so, however many stand before', async () => {
    const H = await open('come', { edit: (text) => text.replace('come_now_ahead: 3', 'come_now_ahead: 1') });
    await teach(d, 'come', { ms: 30000 });
    for (let i = 0; i < 30; i++) await issue(H);
    const mine = await issue(H, { phone: PHONE });
    await told(d, 'come', (s) => s.waiting === 31 && s.wait?.low > 15);
    await pass(d, 2 * MINUTE);
    const sent = async () => (await events(H, (e) => e.type === 'message.queued' && e.kind === 'come_now')).length;
    assert.equal(await sent(), 0);
    for (const counter of ['2', '3']) await d.post(`${H}/counters/${counter}/open`, { profile: 'general' });
    await eventually('the message is queued', sent, 20000);
    assert.equal((await d.get(`${H}/tickets/${mine.id}`)).state, 'waiting');
    assert.equal(await sent(), 1);
});

test('the last numbers: counted down, then refused at the kiosk; staff still give them', async () => {
    const H = await open('last', { minutes: 45 });
    const kiosk = await d.device('k-last', 'kiosk', 'last');
    await teach(d, 'last', { ms: 5000 });
    const { left } = await told(d, 'last', (s) => s.left > 0);
    await issue(H, {}, kiosk);
    await told(d, 'last', (s) => s.left < left);
    let refused;
    for (let i = 0; i < 100 && !refused; i++) {
        const answer = await kiosk.request('POST', `${H}/tickets`, { body: { service: 'id-card' } });
        if (answer.status !== 201) refused = answer;
    }
    assert.equal(refused?.json.code, 'tickets_out');
    await told(d, 'last', (s) => s.left === 0);
    assert.equal((await d.request('POST', `${H}/tickets`, { body: { service: 'id-card' } })).status, 201);
});

test('numbers that were stopped are told with the reason', async () => {
    const H = await open('stopped');
    await d.post(`${H}/stop`, { service: 'id-card', reason: 'printer broken' });
    const one = await told(d, 'stopped', (s) => s.stopped);
    assert.equal(one.stopped, 'printer broken');
    await d.post(`${H}/start`, { service: 'id-card' });
    await told(d, 'stopped', (s) => !s.stopped);
});

test('a wait beyond the limit raises an alarm, told by SMS once, and ends when the line is short again', async () => {
    const H = await open('alarm', { edit: (text) => text.replace(/wait_minutes: \d+/, 'wait_minutes: 5')
        .replace(/warn_minutes: \d+/, 'warn_minutes: 3').replace(/^( +)phones:.*$/m, `$1phones: ["${PHONE}"]`) });
    const staff = await d.stream(`${H}/stream`);
    await issue(H);
    const raised = (await staff.next('change', (e) => e.type === 'alarm.raised' && e.alarm === 'wait', 20000)).data;
    assert.equal(raised.subject, 'id-card');
    assert.ok(raised.value > 5);
    const { alarms } = await d.get(`${H}/alarms`);
    assert.deepEqual(alarms.map((a) => [a.kind, a.subject]), [['wait', 'id-card']]);
    await d.post(`${H}/counters/1/next`);
    await staff.next('change', (e) => e.type === 'alarm.cleared' && e.alarm === 'wait', 20000);
    assert.equal((await events(H, (e) => e.type === 'alarm.raised' && e.alarm === 'wait')).length, 1);
    assert.equal((await events(H, (e) => e.type === 'message.queued' && e.kind === 'alarm')).length, 1);
    staff.close();
});

test('a board that is silent is missed, until it is back', async () => {
    const H = await open('silent', { edit: (text) => text.replace(/board_seconds: \d+/, 'board_seconds: 30') });
    const client = await d.device('b-silent', 'board', 'silent');
    const staff = await d.stream(`${H}/stream`);
    const board = await client.stream(`${H}/board/stream`);
    await board.next('snapshot');
    const redis = d.redis();
    await eventually('the store has heard of it', async () => redis.hget('{silent}:seen', 'b-silent'), 20000);
    redis.disconnect();
    board.close();
    const raised = await staff.next('change', (e) => e.type === 'alarm.raised' && e.alarm === 'board', 40000);
    assert.equal(raised.data.subject, 'b-silent');
    const again = await client.stream(`${H}/board/stream`);
    await staff.next('change', (e) => e.type === 'alarm.cleared' && e.alarm === 'board', 40000);
    again.close();
    staff.close();
});

test('a kiosk that is silent is missed as a kiosk', async () => {
    const H = await open('quiet', { edit: (text) => text.replace(/board_seconds: \d+/, 'board_seconds: 30') });
    const client = await d.device('k-quiet', 'kiosk', 'quiet');
    const staff = await d.stream(`${H}/stream`);
    const kiosk = await client.stream(`${H}/board/stream`);
    await kiosk.next('snapshot');
    const redis = d.redis();
    await eventually('the store has heard of it', async () => redis.hget('{quiet}:seen', 'kiosk:k-quiet'), 20000);
    redis.disconnect();
    kiosk.close();
    const { data } = await staff.next('change', (e) => e.type === 'alarm.raised' && ['board', 'kiosk'].includes(e.alarm), 40000);
    assert.deepEqual([data.alarm, data.subject], ['kiosk', 'k-quiet']);
    await d.delete('/devices/k-quiet');
    await staff.next('change', (e) => e.type === 'alarm.cleared' && e.alarm === 'kiosk', 20000);
    assert.deepEqual((await d.get(`${H}/alarms`)).alarms, []);
    staff.close();
});

test('what was learned outlives the day and the daemon', async () => {
    const H = await open('learned');
    await teach(d, 'learned');
    await told(d, 'learned', (s) => s.wait);
    await d.post(`${H}/close-day`);
    const redis = d.redis();
    const kept = await eventually('the day is kept', async () => redis.get('{learned}:learned'), 20000);
    assert.match(JSON.parse(kept).day, /^\d{8}$/);
    const days = await redis.keys('{learned}:s:*');
    assert.equal(days.length, 1);
    await redis.xtrim('{learned}:events', 'MAXLEN', 0); // so that it cannot be learned from them again
    redis.disconnect();
    await d.restart();
    await d.post(`${H}/counters/1/open`, { profile: 'general' });
    await issue(H);
    await told(d, 'learned', (s) => s.waiting === 1 && s.wait);
});

test('how long a forecast takes is measured', async () => {
    const { text } = await d.admin('/metrics');
    assert.match(text, /^paihao_forecast_duration_seconds_count [1-9]/m);
    assert.equal(waitOf({ services: [] }), undefined);
});
