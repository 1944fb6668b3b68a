// The whole function library on a Redis Cluster of three primaries: halls spread over all nodes, every function called,
// every key under its hall's tag. A key built without the tag would be refused (or land elsewhere) here.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startCluster } from '../lib/redis.mjs';
import { makeHall, sample, Hall, MINUTE } from '../lib/hall.mjs';
import { Desk, bookable, newPhone } from '../lib/booking.mjs';
import { visitHall, book, checkIn, remote, arrive } from '../lib/visits.mjs';

let cluster;
const called = new Set();
before(async () => { cluster = await startCluster(); });
after(() => cluster?.stop());

class Watched extends Hall {
    fcall(kind, name, args) {
        called.add(name);
        return super.fcall(kind, name, args);
    }
}

async function day(code) {
    await makeHall(cluster.redis, { ...visitHall(code), printers: [{ code: 'p1', kiosks: [] }] });
    called.add('hall_configure');
    const h = new Watched(cluster.redis, code);
    const id = (await h.issue('a', '', true)).id;
    await h.issue('b', 'elderly');
    await h.issue('c');
    await h.open('1');
    const first = (await h.next('1')).ticket;
    await h.present('recall', '1');
    await h.present('begin', '1');
    await h.present('park', '1');
    await h.write('ticket_resume', 'clerk:c1', ['1', first.id]);
    await h.write('ticket_transfer', 'clerk:c1', ['1', '', 'c', '']);
    await h.write('ticket_call', 'clerk:c1', ['1', 'C001', 'asked']);
    await h.present('put_back', '1');
    await h.next('1');
    const missed = await h.present('absent', '1');
    await h.write('ticket_return', 'kiosk:k1', [missed.id]);
    await h.next('1');
    await h.present('begin', '1');
    await h.present('finish', '1');
    const waiting = (await h.read('ticket_list', ['waiting', '', ''])).tickets;
    if (waiting.length) await h.write('ticket_cancel', 'citizen:', [waiting[0].id]);
    await h.read('ticket_view', [id]);
    await h.read('ticket_own', [id]);
    await visits(h);
    await beside(h);
    await h.read('counter_list');
    await h.read('hall_config');
    await h.read('hall_snapshot');
    const [[mid]] = await cluster.redis.xrange(`${h.tag}:outbox`, '-', '+', 'COUNT', 1);
    await h.startOne({ id: mid });
    await h.endOne({ id: mid }, 'accepted', '', 1);
    await h.write('message_report', 'system:sms', [mid, 1, 'delivered', '']);
    await h.read('message_phone', ['#1']);
    await h.read('message_list', ['', '', '', '']);
    await h.read('message_list', ['rejected', '', '', '']);
    await h.read('message_counts');
    await h.write('optout_set', 'clerk:c1', ['hash-x', 1]);
    await h.write('counter_pause', 'clerk:c1', ['1', 'tea']);
    await h.write('counter_close', 'clerk:c1', ['1']);
    await h.write('hall_tick', 'system:');
    await h.write('hall_close_day', 'supervisor:wang', []);
    return h.events();
}

// A booking that is missed, one of several steps, a number from home.
async function visits(h) {
    const at = h.at + 30 * MINUTE;
    await book(h, 'a', at);
    const b = await book(h, 'a,b', at, { ordered: true });
    const t = await checkIn(h, b.id);
    await h.open('2');
    await h.write('ticket_call', 'clerk:c2', ['2', t.id, 'asked']);
    await h.present('begin', '2');
    await h.present('finish', '2');
    await arrive(h, (await remote(h)).id);
    await remote(h);
    h.at += 2 * 60 * MINUTE;
    await h.write('hall_tick', 'system:');
}

// What is asked and set beside the calls.
async function beside(h) {
    const t = await h.issue('b', '', true);
    await h.write('ticket_note', 'clerk:c1', [t.id, 'x']);
    await h.write('ticket_reprint', 'clerk:c1', [t.id]);
    await h.write('ticket_travel', 'citizen:', [t.id, 20]);
    await h.write('ticket_delay', 'citizen:', [t.id, 5]);
    await h.read('inbound_find', ['hash', 'mark']);
    await h.write('message_inbound', 'citizen:', ['rec-in', 'k1.sealed', 'hash', 'help', 'mark', 600, '1']);
    await h.write('ticket_back', 'citizen:', [t.id]);
    await h.open('3');
    await h.write('ticket_call', 'clerk:c3', ['3', t.id, 'asked']);
    await h.present('begin', '3');
    await h.present('finish', '3');
    await h.write('ticket_rate', 'citizen:', [t.id, 'good', '']);
    await h.write('service_stop', 'supervisor:wang', ['a', 'full']);
    await h.write('service_start', 'supervisor:wang', ['']);
    await h.write('hall_ghosts', 'supervisor:wang', ['all', 2]);
    await h.write('hall_announce', 'supervisor:wang', ['x', '', '', 10]);
    await h.write('phone_block', 'supervisor:wang', ['record', 'k1.sealed', 'hash', 3, 'asked']);
    await h.read('block_list');
    await presses(h);
    await forecasts(h, (await h.issue('b', '', true)).id);
    await prints(h, (await h.issue('b')).id);
}

// A ticket on paper, and how the printer is.
async function prints(h, id) {
    await h.write('lease_take', 'system:print', ['printers', 'd1', 15000]);
    const { job } = await h.write('ticket_print', 'clerk:c1', [id, 'p1', '']);
    await h.read('print_list');
    await h.write('print_set', 'system:print', [job, 'printing', '']);
    await h.write('print_set', 'system:print', [job, 'printed', '']);
    await h.read('print_view', [job]);
    await h.write('device_health', 'system:print', ['printer:p1', '{"state":"ok"}']);
    await h.read('health_list');
}

// A press taken back, somebody without a number, lines moved, a counter whose clerk is gone.
async function presses(h) {
    await h.write('ticket_direct', 'clerk:c3', ['3', 'b', '', '', '', '']);
    await h.write('ticket_undo', 'clerk:c3', ['3', '']);
    const t = await h.issue('b');
    await h.issue('b');
    await h.write('ticket_move', 'supervisor:wang', [t.id, 'a', 'asked']);
    await h.write('line_move', 'supervisor:wang', ['b', 'a', 'asked', '1']);
    await h.write('counter_profile', 'supervisor:wang', ['3', 'all']);
    await h.write('counter_free', 'supervisor:wang', ['3', '', 'gone']);
}

// What the daemon's forecast does.
async function forecasts(h, id) {
    await h.read('forecast_start');
    await h.write('forecast_set', 'system:forecast', [JSON.stringify({ left: { a: 3 }, promises: [[id, 5, 10, 20]], come: [id] })]);
    await h.write('alarm_set', 'system:forecast', ['wait', 'a', 35, 1]);
    await h.read('alarm_list');
    await h.write('device_seen', 'system:forecast', ['k1']);
    await h.read('seen_list');
    await h.write('device_health', 'board:b1', ['b1', '{"kind":"board"}']);
    await h.write('call_shown', 'board:b1', ['b1', `A001@1#1-${h.at}`]);
    await h.read('health_list');
    await h.write('device_forget', 'admin:root', ['k1']);
    await h.write('lease_take', 'system:signs', ['signs', 'one', 9000]);
    await h.write('device_health', 'system:signs', ['sign:s1', '{"state":"ok"}']);
    await h.read('health_list');
    await h.write('day_close', 'system:forecast', ['20261122', '{"day":"20261122"}', '{}']);
    await h.read('statistics_days', ['20261122']);
}

class WatchedDesk extends Desk {
    fcall(kind, name, args) {
        called.add(name);
        return super.fcall(kind, name, args);
    }
}

// Everything a booking goes through before its day.
async function bookings(code) {
    const h = await new WatchedDesk(cluster.redis, code).configure(bookable({ code, booking: { overbook_percent_max: 10 } }));
    const [phone, other] = [newPhone(), newPhone()];
    const b = await h.confirm((await h.hold({ pow: 'p', address: 'a', prefix: 'x' })).id, phone, 'n:sealed');
    await h.move(b.id, { cell: 130 });
    await h.wait({}, other);
    const w = await h.wait({}, other);
    await h.accept((await h.offer(b.id, { cell: 140 })).id);
    await h.cancel(b.id);
    await h.decline((await h.read('waitlist_list')).waiting[0].offer);
    await h.accept((await h.waiting(w.id)).offer);
    await h.leave((await h.read('waitlist_list')).waiting[0].id);
    await h.make({ cell: 150 });
    await h.code('manage', other);
    await h.write('booking_own', 'citizen:', [other.hash, 'hash-123456']);
    await h.get(b.id);
    await h.read('booking_get', [b.id]);
    await h.read('booking_list', [0, h.at * 2, '']);
    await h.read('booking_of_phone', [other.hash]);
    await h.unblock(phone);
    called.add('slot_read');
    await cluster.redis.call('FCALL_RO', 'slot_read', 1, h.tag, h.at, 'hall', 'p', '20261125');
    h.at += 60 * MINUTE;
    await h.tick();
    return h.events();
}

async function system() {
    const s = new Watched(cluster.redis, 'sys');
    const as = 'admin:local';
    await s.write('hall_register', as, ['xh']);
    await s.read('hall_codes');
    await s.write('staff_add', as, ['root', 'admin', '*', 'h']);
    await s.write('staff_add', as, ['li', 'clerk', 'xh', 'h']);
    await s.read('staff_list', ['', '']);
    await s.read('staff_secret', ['li', 'guess']);
    await s.write('session_fail', as, ['guess']);
    await s.write('session_open', as, ['t', 'li', s.at + MINUTE * 600, MINUTE * 60, 'guess']);
    await s.write('session_touch', as, ['t']);
    await s.read('principal_find', ['t']);
    await s.write('session_close', as, ['t']);
    await s.write('staff_rights', as, ['li', 'choose']);
    await s.write('staff_password', as, ['li', 'h2', 'guess']);
    await s.write('staff_disable', as, ['li']);
    await s.write('device_add', as, ['k1', 'kiosk', 'xh', 'th']);
    await s.read('device_list', ['', '']);
    await s.read('device_hall', ['xh']);
    await s.read('device_find', ['k1']);
    await s.write('device_remove', as, ['k1']);
    await s.write('pair_open', 'system:', ['secret', 'CODE', 'board', 600000, 'a', 'x']);
    await s.read('pair_view', ['secret']);
    await s.write('pair_claim', as, ['CODE', 'b1', 'xh']);
    await s.write('pair_take', 'system:', ['secret', 'th2']);
    await s.write('gateway_test', as, [`${'t'.repeat(22)}:m`, 'kannel']);
    await s.write('gateway_tested', as, [`${'t'.repeat(22)}:m`, 'kannel', 'ok', '', 1, '{}']);
}

// What gateways know, whichever hall a message is of.
async function gateways() {
    const g = new Watched(cluster.redis, 'sms');
    g.day = '';
    await g.write('gateway_report', 'system:sms', ['g1', 'early', 'delivered', '']);
    await g.write('gateway_ids', 'system:sms', ['g1', 'hall-1.1-0', 2, 'early', 'a']);
    await g.write('gateway_report', 'system:sms', ['g1', 'a', 'delivered', '']);
    await g.write('gateway_state', 'system:sms', ['g1', 'd1', '{"state":"up"}']);
    await g.write('gateway_spent', 'system:sms', ['g1', 2, 100]);
    await g.read('gateway_list', ['', 'g1']);
    await g.write('gateway_part', 'system:sms', ['g1', 'mark', 2, 1, 'k1.part']);
    await g.write('gateway_joined', 'system:sms', ['g1', 'mark']);
}

test('the library works on a Redis Cluster, each hall on its own node', async () => {
    const codes = Array.from({ length: 12 }, (_, i) => `hall-${i}`);
    const logs = [...await Promise.all(codes.map(day)), ...await Promise.all(['hall-20', 'hall-21', 'hall-22'].map(bookings))];
    await system();
    await gateways();
    for (const events of logs) {
        assert.deepEqual(events.map((e) => +e.id.split('-')[1]), events.map((_, i) => i + 1), 'dense on each');
    }
    const used = await Promise.all(cluster.clients.map(async (c) => (await c.keys('*'))));
    for (const keys of used) {
        assert.ok(keys.length > 0, 'every node holds halls');
        for (const key of keys) assert.match(key, /^\{(hall-\d+|sys|sms)\}:/);
    }
    const [library] = await cluster.clients[0].call('FUNCTION', 'LIST');
    const functions = library[library.indexOf('functions') + 1].map((f) => f[f.indexOf('name') + 1]);
    assert.deepEqual(functions.filter((f) => f !== 'library_version' && !called.has(f)), [], 'every function was called');
});

test('a request and its repeats meet on the same node', async () => {
    const h = await makeHall(cluster.redis, sample({ code: 'again' }));
    const ask = () => h.write('ticket_issue', 'kiosk:k1', ['a', '', '', '', '', ''], `${'r'.repeat(22)}:m`);
    const got = await Promise.all(Array.from({ length: 30 }, ask));
    assert.equal(new Set(got.map((t) => t.id)).size, 1);
});
