// The OpenAPI document is valid, describes every row and nothing else, and replies are what it says.
// SPDX-License-Identifier: MIT
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { bookableHall, freeTime, localDay, newPhone, work } from '../lib/citizen.mjs';
import { eventually, paihaod, startDaemon } from '../lib/daemon.mjs';

const commands = JSON.parse(execFileSync(paihaod, ['--print-commands'], { encoding: 'utf8' }));
let d;
let doc;
const seen = new Set(); // rows whose reply was held against its schema

before(async () => {
    d = await startDaemon({ settings: { demo: { show_codes: true } } });
    doc = (await d.nobody().request('GET', '/openapi.json')).json;
});

after(() => d.stop());

test('the document is OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(doc));
    assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
    assert.equal(doc.openapi, '3.1.0');
});

test('it holds every row, and no operation beside them', () => {
    const operations = Object.entries(doc.paths).flatMap(([path, methods]) => Object.entries(methods)
        .map(([method, o]) => `${o.operationId} ${method.toUpperCase()} ${path} ${o['x-roles'].join()}`));
    assert.deepEqual(operations.sort(), commands.map((c) => `${c.id} ${c.method} ${c.path} ${c.roles.join()}`).sort());
});

test('every operation is reached, and no other method of its path', async () => {
    for (const [path, methods] of Object.entries(doc.paths)) {
        const url = `${d.url}/api/v1${path.replace(/\{\w+\}/g, 'x')}`;
        const none = await fetch(url, { method: 'PATCH' });
        assert.equal(none.status, 405, path);
        const allowed = none.headers.get('allow').split(', ').filter((m) => m !== 'HEAD');
        assert.deepEqual(allowed.sort(), Object.keys(methods).map((m) => m.toUpperCase()).sort(), path);
    }
});

// Validates the reply of a row against its schema and hands it on.
function check(id, answer) {
    const command = commands.find((c) => c.id === id);
    assert.equal(answer.status, command.status, `${id}: ${answer.text}`);
    const ajv = new Ajv({ strict: false, allErrors: true });
    const validate = ajv.compile({ components: doc.components, $ref: `#/components/schemas/${command.reply}` });
    assert.ok(validate(answer.json), `${id}: ${JSON.stringify(validate.errors)}\n${answer.text}`);
    seen.add(id);
    return answer.json;
}

// As the row's first role would send it, with the path filled in from params.
async function call(client, id, params = {}, body = undefined, query = '') {
    const { method, path } = commands.find((c) => c.id === id);
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => params[name]);
    return check(id, await client.request(method, filled + query, { body }));
}

test('replies are what the document says: halls, staff, devices', async () => {
    await d.importHall('small');
    const hall = { hall: 'small' };
    await call(d, 'hall_import', hall, await call(d, 'hall_export', hall));
    await call(d.nobody(), 'hall_list');
    await call(d.nobody(), 'hall_view', hall);
    await call(d.nobody(), 'hall_status', hall);
    await call(d.nobody(), 'service_list');
    await call(d.nobody(), 'clock_view');
    const person = { name: 'li', role: 'clerk', halls: ['small'], password: 'correct horse 7 staple' };
    await call(d, 'staff_add', {}, person);
    await call(d, 'staff_list');
    const clerk = d.as((await d.nobody().request('POST', '/session',
        { body: { name: person.name, password: person.password }, key: null })).headers.get('set-cookie').match(/=([^;]+)/)[1]);
    await call(d.nobody(), 'session_open', {}, { name: person.name, password: person.password });
    await call(clerk, 'session_view');
    await call(d, 'staff_rights', { name: 'li' }, { rights: ['choose'] });
    await call(d, 'staff_password', { name: 'li' }, { password: 'another fine horse' });
    await call(d, 'staff_disable', { name: 'li' });
    const { token } = await call(d, 'device_add', {}, { name: 'k1', kind: 'kiosk', hall: 'small' });
    await call(d, 'device_list');
    await call(d.as(token), 'device_view');
    await call(d.as(token), 'qr_make', {}, { text: 'https://hall.example/t#x' });
    await call(d, 'device_remove', { name: 'k1' });
    await d.addStaff('wu', 'supervisor', 'small');
    await call(await d.login('wu'), 'session_close');
});

test('replies are what the document says: tickets and counters', async () => {
    const at = { hall: 'small', counter: '1' };
    const issue = () => call(d, 'ticket_issue', at, { service: 'id-card', class: 'elderly', lang: 'en', phone: '13800010001' });
    await call(d, 'counter_open', at);
    await call(d, 'ticket_next', at, {});
    const mine = d.citizen((await issue()).link);
    await call(mine, 'ticket_view');
    for (let i = 0; i < 6; i++) await issue();
    await call(d, 'ticket_list', at, undefined, '?state=waiting');
    await call(d, 'ticket_next', at, {});
    await call(d, 'hall_board', at);
    await call(d, 'ticket_recall', at, {});
    await call(d, 'ticket_begin', at, {});
    const parked = await call(d, 'ticket_park', at, {});
    await call(d, 'ticket_resume', at, { ticket: parked.number });
    await call(d, 'ticket_finish', at, {});
    await call(d, 'ticket_next', at, {});
    const missed = await call(d, 'ticket_absent', at, {});
    await call(d, 'ticket_return', { ...at, ticket: missed.number });
    await call(d, 'ticket_next', at, {});
    await call(d, 'ticket_put_back', at, {});
    const { tickets } = await d.get('/halls/small/tickets?state=waiting');
    await call(d, 'ticket_call', at, { ticket: tickets.at(-1).number, reason: 'asked for by the supervisor' });
    await call(d, 'ticket_get', { ...at, ticket: tickets.at(-1).number });
    await call(d, 'ticket_transfer', at, { service: 'residence' });
    await call(d, 'ticket_next', at, {});
    await call(d, 'ticket_begin', at, {});
    await call(d, 'ticket_next', at, { present: 'finish' });
    await call(d, 'counter_list', at);
    await call(d, 'ticket_absent', at, {});
    await call(d, 'ticket_withdraw', { ...at, ticket: (await issue()).number });
    await call(d.citizen((await issue()).link), 'ticket_cancel');
    await call(d, 'counter_pause', at, { reason: 'lunch' });
    await call(d, 'counter_close', at);
    await call(d, 'event_list', at, undefined, '?limit=1000');
    await call(d, 'hall_close_day', at);
});

test('replies are what the document says: undo, direct service, moves, a counter freed', async () => {
    const at = { hall: 'small', counter: '1' };
    for (let i = 0; i < 3; i++) await call(d, 'ticket_issue', at, { service: 'certificate' });
    await call(d, 'counter_open', at);
    await call(d, 'ticket_direct', at, { service: 'advice', persons: 1 });
    await call(d, 'ticket_next', at, { present: 'finish' });
    await call(d, 'ticket_undo', at, {});
    await call(d, 'counter_profile', at, { profile: 'papers' });
    const { tickets } = await call(d, 'ticket_list', at, undefined, '?state=waiting');
    await call(d, 'ticket_move', { ...at, ticket: tickets[0].number }, { service: 'pension', reason: 'the wrong line' });
    await call(d, 'line_move', { ...at, service: 'certificate' }, { to: 'pension', reason: 'a counter closes', count: 1 });
    await call(d, 'counter_free', at, { present: 'finish', reason: 'gone home' });
    await call(d, 'hall_close_day', at);
});

test('replies are what the document says: printing', async () => {
    const printers = '\nprinters: [{code: p1, address: "127.0.0.1:9", kiosks: [k9], header: {zh: 便民}}]\n';
    await d.importHall('small', { code: 'paper', edit: (text) => text + printers });
    const at = { hall: 'paper', ticket: (await d.post('/halls/paper/tickets', { service: 'id-card' })).number };
    await call(d.nobody(), 'hall_view', at);
    await call(d, 'hall_export', at);
    const { job } = await call(d, 'ticket_print', at, { printer: 'p1', lang: 'en' });
    await call(d, 'print_view', { ...at, job });
});

test('replies are what the document says: delays, notes, ratings, stops, blocks', async () => {
    const at = { hall: 'small', counter: '2' };
    const given = await call(d, 'ticket_issue', at, { service: 'id-card', persons: 1, phone: newPhone() });
    const [ticket, mine] = [{ ...at, ticket: given.number }, d.citizen(given.link)];
    await call(d, 'ticket_note', ticket, { text: 'a wheelchair' });
    await call(d, 'ticket_reprint', ticket, {});
    await call(mine, 'ticket_travel', {}, { minutes: 20 });
    await call(mine, 'ticket_delay', {}, { minutes: 5 });
    await call(d, 'ticket_get', ticket);
    await call(mine, 'ticket_back', {}, {});
    await call(d, 'ticket_delayed', ticket, { minutes: 5 });
    await call(mine, 'ticket_back', {}, {});
    await call(d, 'counter_open', at);
    await call(d, 'ticket_call', at, { ticket: given.number, reason: 'asked' });
    await call(d, 'ticket_begin', at, {});
    await call(d, 'ticket_finish', at, {});
    await call(mine, 'ticket_rate', {}, { rating: 'bad', reason: 'wait' });
    await call(d, 'counter_close', at);
    await call(d, 'service_stop', at, { service: 'id-card', reason: 'full' });
    await call(d, 'service_start', at, {});
    await call(d, 'hall_ghosts', at, { profile: 'general', count: 2 });
    await call(d, 'hall_announce', at, { en: 'The lift is being repaired.', minutes: 10 });
    await call(d, 'hall_announce', at, {});
    await call(d, 'phone_block', at, { phone: newPhone(), days: 2, reason: 'asked' });
    await call(d, 'block_list', at);
    await call(d, 'alarm_list', at);
    await call(d, 'wait_list', at);
    await call(d, 'what_if', at, { profile: 'general', add: 1 });
    await call(d, 'statistics_view', at);
});

// A booking made as a citizen does; through call(), so that each step is held against its schema.
async function bookOne(hall, { services = ['social-card'], at, phone = newPhone() } = {}) {
    const [nobody, params] = [d.nobody(), { hall }];
    const held = await call(nobody, 'booking_hold', params, { services, at: at ?? await freeTime(d, hall, services.join()), ...await work(d, hall) });
    const { code } = await call(nobody, 'code_send', params, { purpose: 'book', phone, booking: held.id, ...await work(d, hall) });
    return { ...await call(d.citizen(held.link), 'booking_confirm', params, { phone, code, checklist: 'yes' }), tel: phone };
}

async function codeFor(hall, purpose, phone) {
    return (await d.nobody().post(`/halls/${hall}/codes`, { purpose, phone, ...await work(d, hall) })).code;
}

test('replies are what the document says: a citizen books', async () => {
    await bookableHall(d, { code: 'book' });
    const [nobody, hall] = [d.nobody(), { hall: 'book' }];
    await call(nobody, 'challenge_make', hall);
    await call(nobody, 'day_list', hall, undefined, '?services=social-card');
    await call(nobody, 'time_list', hall, undefined, `?services=social-card&day=${localDay(1)}`);
    await call(nobody, 'first_free', {}, undefined, '?services=social-card');
    const booked = await bookOne('book');
    const mine = d.citizen(booked.link);
    await call(mine, 'booking_view');
    await call(mine, 'booking_move', {}, { at: await freeTime(d, 'book', 'social-card', { plus: 2 }) });
    const code = await codeFor('book', 'manage', booked.tel);
    assert.equal((await call(nobody, 'booking_own', hall, { phone: booked.tel, code })).bookings.length, 1);
    await call(mine, 'booking_cancel', {}, { reason: 'ill' });
    const soon = await bookOne('book', { at: await freeTime(d, 'book', 'social-card', { plus: 0, minutes: 1 }) });
    const { code: arrival } = await call(d, 'arrival_view', hall);
    await call(d.citizen(soon.link), 'booking_arrive', {}, { arrival });
    const far = await call(nobody, 'ticket_remote', hall, { service: 'social-card', ...await work(d, 'book') });
    await call(d.citizen(far.link), 'ticket_arrive', {}, { arrival });
    const other = await call(nobody, 'ticket_remote', hall, { service: 'social-card', ...await work(d, 'book') });
    await call(d, 'ticket_arrived', { ...hall, ticket: other.number });
});

test('replies are what the document says: check-in and the staff calendar', async () => {
    const hall = { hall: 'book' };
    const soon = (skip) => freeTime(d, 'book', 'social-card', { plus: 0, minutes: 1, skip });
    const phone = newPhone();
    for (let i = 0; i < 2; i++) await bookOne('book', { phone, at: await soon(i * 2) });
    const { choose } = await call(d, 'check_in', hall, { phone });
    await call(d, 'check_in', hall, { booking: choose[0].id });
    const made = await call(d, 'booking_make', hall, { services: ['social-card'], phone: newPhone(), at: await freeTime(d, 'book', 'social-card'), persons: 2 });
    await call(d, 'booking_shift', { ...hall, booking: made.id }, { at: await freeTime(d, 'book', 'social-card', { plus: 3 }), reason: 'asked' });
    await call(d, 'booking_get', { ...hall, booking: made.id });
    await call(d, 'booking_list', hall, undefined, `?from=${localDay(0)}&days=7`);
    await call(d, 'booking_withdraw', { ...hall, booking: made.id }, { reason: 'asked' });
    await call(d, 'desk_days', hall, undefined, `?from=${localDay(0)}&days=2`);
    await call(d, 'desk_times', hall, undefined, `?services=social-card&day=${localDay(1)}`);
    await call(d, 'phone_unblock', hall, { phone, reason: 'asked' });
});

test('replies are what the document says: waitlist, closures, rebooking', async () => {
    await bookableHall(d, { code: 'wait', units: 1 });
    const [nobody, hall] = [d.nobody(), { hall: 'wait' }];
    const join = async () => {
        const phone = newPhone();
        return call(nobody, 'waitlist_join', hall, { services: ['social-card'], from: localDay(1), to: localDay(1), phone,
            code: await codeFor('wait', 'wait', phone) });
    };
    const at = await freeTime(d, 'wait', 'social-card', { skip: 30 });
    const booked = await bookOne('wait', { at });
    const [first, second] = [await join(), await join()];
    await call(d, 'waitlist_list', hall);
    await d.citizen(booked.link).post('/booking/cancel');
    const offer = (link, id = 'waitlist_view') => eventually('an offer',
        async () => (await call(d.citizen(link), id)).offer_link);
    await call(d.citizen(await offer(first.link)), 'booking_decline');
    await call(d.citizen(await offer(second.link)), 'booking_accept');
    await call(d.citizen(first.link), 'waitlist_leave');

    const mine = await bookOne('wait', { at: await freeTime(d, 'wait', 'social-card', { skip: 60 }) });
    const day = mine.day;
    const { version, ...config } = await d.get('/halls/wait/config');
    await call(d, 'hall_preview', hall, config, '?days=3');
    await call(d, 'message_texts', hall);
    await call(d, 'message_preview', hall, { name: 'called', lang: 'zh', text: '’{nobody} ', signature: '便民服务' });
    await call(d, 'closure_add', hall, { from: day, kind: 'closed', reason: 'water' });
    await call(d, 'conflict_list', hall, undefined, `?from=${day}&to=${day}`);
    await call(d, 'rebook', hall, { from: day });
    await d.citizen(await offer(mine.link, 'booking_view')).post('/booking/accept');
});

test('replies are what the document says: screens', async () => {
    const hall = { hall: 'small' };
    const secret = 'a secret of a screen, long enough for it';
    const { code } = await call(d.nobody(), 'pairing_open', {}, { kind: 'board', secret });
    await call(d.nobody(), 'pairing_take', {}, { secret });
    await call(d, 'pairing_claim', {}, { code, name: 'board-new', hall: 'small' });
    const { device } = await call(d.nobody(), 'pairing_take', {}, { secret });
    const board = d.as(device.token);
    await call(board, 'board_shown', hall, { calls: ['A012@1#1-1795465432000+'] });
    await call(board, 'device_health', {}, { page: '/assets/x.js', width: 1920, height: 1080, ratio: 100, sound: 'ready', voice: 'no',
        layout: 'main', announced: 3, since: 1795465432000 });
    const redis = d.redis();
    await redis.hset('{small}:health', 'sign:s1', '{"state":"ok","shown":"A012","at":1795465432000}', 'printer:p1', '{"state":"paper_out"}')
        .finally(() => redis.disconnect());
    const list = await call(d, 'hall_devices', hall);
    assert.deepEqual([list.signs.find((one) => one.code === 's1').health.shown, list.printers[0].health.state], ['A012', 'paper_out']);
});

test('replies are what the document says: messages and gateways', async () => {
    const hall = { hall: 'small' };
    await call(d, 'ticket_issue', hall, { service: 'id-card', phone: newPhone() });
    await eventually('a message was sent', async () => (await call(d, 'message_list', hall, undefined, '?state=accepted')).messages.length > 0);
    await call(d, 'message_list', hall, undefined, '?kind=ticket&limit=200&number=A001');
    assert.ok((await call(d, 'message_counts', hall)).messages > 0);
    await call(d, 'gateway_list');
    await call(d, 'gateway_test', { gateway: 'none' }, { number: '+8613800137799', text: 'a test' });
    await eventually('a daemon tells of its gateway', async () => (await call(d, 'gateway_list')).gateways[0].daemons.length > 0, 30000);
});

test('every row with a reply was among them', () => {
    assert.deepEqual(commands.filter((c) => c.reply && !seen.has(c.id)).map((c) => c.id), []);
});
