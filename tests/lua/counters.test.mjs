// Counters, series, services: what is refused and why; numbers; the day's close.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeHall(server.redis, sample({ code: `c${n++}`, ...change }));

test('counter_open, pause, close: states, reasons and who may', async () => {
    const h = await fresh();
    await assert.rejects(h.next('1'), { code: 'counter_not_open' });
    await assert.rejects(h.open('99'), { code: 'counter_unknown' });
    await assert.rejects(h.open('1', 'clerk:li', 'nope'), { code: 'profile_unknown' });
    const opened = await h.open('1', 'clerk:li');
    assert.deepEqual([opened.state, opened.clerk, opened.profile], ['open', 'clerk:li', 'all']);
    await assert.rejects(h.open('1', 'clerk:li'), { code: 'counter_open' });
    await assert.rejects(h.open('1', 'clerk:wu'), { code: 'counter_taken' });
    await assert.rejects(h.next('1', '', '', 'clerk:wu'), { code: 'counter_taken' });
    await assert.rejects(h.write('counter_close', 'clerk:wu', ['1']), { code: 'counter_taken' });
    const paused = await h.write('counter_pause', 'clerk:li', ['1', 'lunch "12:00"']);
    assert.equal(paused.reason, 'lunch "12:00"');
    await assert.rejects(h.next('1', '', '', 'clerk:li'), { code: 'counter_not_open' });
    await assert.rejects(h.open('1', 'clerk:wu'), { code: 'counter_taken' });
    assert.equal((await h.open('1', 'supervisor:wang')).clerk, 'supervisor:wang', 'a supervisor takes over');
    await h.issue('a');
    await h.next('1', '', '', 'supervisor:wang');
    await assert.rejects(h.write('counter_pause', 'supervisor:wang', ['1', 'x']), { code: 'counter_busy' });
    await assert.rejects(h.write('counter_close', 'supervisor:wang', ['1']), { code: 'counter_busy' });
    await h.present('absent', '1', '', 'supervisor:wang');
    await h.write('counter_close', 'supervisor:wang', ['1']);
    const types = (await h.events()).map((e) => e.type);
    assert.deepEqual(types.filter((t) => t.startsWith('counter')),
        ['counter.opened', 'counter.paused', 'counter.opened', 'counter.closed']);
    assert.equal((await h.open('1', 'clerk:wu')).state, 'open');
});

test('a counter with nobody: refused with its own code', async () => {
    const h = await fresh();
    await h.open('1');
    for (const move of ['recall', 'begin', 'finish', 'absent', 'put_back', 'park']) {
        await assert.rejects(h.present(move, '1'), { code: 'counter_idle' });
        await assert.rejects(h.present(move, '1', 'A001'), { code: 'ticket_other' });
    }
});

test('ticket_issue: unknown and closed services, unknown class', async () => {
    const services = sample().services;
    services[1].open = false;
    services[2].kiosk = false;
    const h = await fresh({ services });
    await assert.rejects(h.issue('zzz'), { code: 'service_unknown', field: 'service' });
    await assert.rejects(h.issue('a', 'vip'), { code: 'class_unknown', field: 'class' });
    await assert.rejects(h.issue('b'), { code: 'service_closed' });
    await assert.rejects(h.issue('c'), { code: 'service_closed' });
    assert.equal((await h.write('ticket_issue', 'clerk:li', ['c', '', '', '', '', ''])).number, 'C001', 'staff may');
});

test('numbers: one series over its services, wrapping round past those alive, full when all are', async () => {
    const h = await fresh({ last: 4 });
    await h.open('1');
    const got = [];
    for (const s of ['a', 'b', 'a', 'b']) { got.push((await h.issue(s)).number); h.at += 1; }
    assert.deepEqual(got, ['A001', 'A002', 'A003', 'A004']);
    await assert.rejects(h.issue('a'), { code: 'series_full' });
    assert.equal((await h.issue('c')).number, 'C001', 'another series is not touched');
    for (let i = 0; i < 2; i++) { await h.next('1'); await h.present('begin', '1'); await h.present('finish', '1'); }
    h.at += 1;
    assert.equal((await h.issue('a')).number, 'A001', 'given again only after it ended');
    await h.write('ticket_cancel', 'citizen:', ['A004']);
    h.at += 1;
    assert.equal((await h.issue('a')).number, 'A002');
    h.at += 1;
    assert.equal((await h.issue('a')).number, 'A004', 'A003 is alive and passed over');
    const ids = new Set((await h.snapshot()).tickets.map((t) => t.id));
    assert.equal(ids.size, 5);
});

test('numbers: parallel issues are dense and unique', async () => {
    const h = await fresh();
    const got = await Promise.all(Array.from({ length: 300 }, () => h.issue('a')));
    assert.deepEqual(got.map((t) => t.number).sort(), Array.from({ length: 300 }, (_, i) => `A${String(i + 1).padStart(3, '0')}`));
});

test('hall_close_day: everything alive expires, counters close, numbers are free', async () => {
    const h = await fresh();
    for (let i = 0; i < 6; i++) { await h.issue('a'); h.at += 1000; }
    for (const c of ['1', '2', '3']) await h.open(c);
    await h.next('1');
    await h.present('begin', '1');
    await h.next('2');
    await h.present('begin', '2');
    await h.present('park', '2');
    await h.next('3');
    await h.present('absent', '3');
    const seen = (await h.events()).length;
    assert.deepEqual(await h.write('hall_close_day', 'supervisor:wang'), { day: '20261123', expired: 6 });
    const events = (await h.events()).slice(seen);
    assert.equal(events.filter((e) => e.type === 'ticket.expired').length, 6);
    assert.equal(events.filter((e) => e.type === 'counter.closed').length, 3);
    assert.equal(events.at(-1).type, 'hall.day_closed');
    const left = await h.snapshot();
    assert.deepEqual(left.tickets, []);
    assert.ok(left.counters.every((k) => k.state === 'closed' && k.ticket === null));
    assert.equal((await h.issue('a')).number, 'A007', 'the same day goes on counting');
});

test('a new local day: the first command closes the old one, numbers begin anew', async () => {
    const h = await fresh();
    await h.issue('a');
    await h.issue('a');
    h.day = '20261124';
    h.at += 12 * 60 * MINUTE;
    assert.equal((await h.issue('a')).number, 'A001');
    const types = (await h.events()).map((e) => e.type);
    assert.deepEqual(types.slice(-4), ['ticket.expired', 'ticket.expired', 'hall.day_closed', 'ticket.issued']);
    h.day = '20261123'; // a daemon whose clock lags
    assert.equal((await h.issue('a')).number, 'A002');
    assert.equal((await h.events()).filter((e) => e.type === 'hall.day_closed').length, 1);
});

test('hall_configure: versions, and nothing in use disappears', async () => {
    const h = await fresh();
    const put = (change, expected = '') => h.write('hall_configure', 'admin:root',
        [JSON.stringify(sample({ code: h.tag.slice(1, -1), ...change })), expected]);
    assert.equal((await put({})).version, 2);
    await assert.rejects(put({}, '1'), { code: 'hall_version' });
    assert.equal((await put({}, '2')).version, 3);
    await h.issue('b');
    await assert.rejects(put({ services: sample().services.filter((s) => s.code !== 'b') }), { code: 'service_in_use', field: 'b' });
    await h.open('2');
    await assert.rejects(put({ counters: [{ code: '1', profile: 'all' }] }), { code: 'counter_in_use', field: '2' });
    await assert.rejects(put({ profiles: [{ code: 'new', serves: [{ service: '*' }] }],
        counters: ['1', '2'].map((code) => ({ code, profile: 'new' })) }), { code: 'profile_in_use' });
    await h.write('counter_close', 'clerk:c2', ['2']);
    await put({ counters: [{ code: '1', profile: 'all' }] });
    await assert.rejects(h.open('2'), { code: 'counter_unknown' });
    assert.equal((await h.read('hall_config')).config.counters.length, 1);
});

test('events: ids are dense from 1, pages are bounded, unknown halls refused', async () => {
    const h = await fresh();
    for (let i = 0; i < 25; i++) await h.issue('a');
    const events = await h.events();
    const epoch = events[0].id.split('-')[0];
    assert.deepEqual(events.map((e) => e.id), events.map((_, i) => `${epoch}-${i + 1}`));
    const page = await h.read('event_list', [events[4].id, 10]);
    assert.deepEqual(page.events.map((e) => e.id), events.slice(5, 15).map((e) => e.id));
    assert.equal(page.more, true);
    const nobody = Object.assign(Object.create(Object.getPrototypeOf(h)), { ...h, tag: '{nowhere}' });
    await assert.rejects(nobody.issue('a'), { code: 'hall_unknown' });
    await assert.rejects(nobody.snapshot(), { code: 'hall_unknown' });
});

test('ticket_list and counter_list are bounded and filtered', async () => {
    const h = await fresh();
    for (let i = 0; i < 9; i++) { await h.issue(['a', 'b', 'c'][i % 3]); h.at += 1; }
    const list = async (...args) => (await h.read('ticket_list', args)).tickets;
    assert.equal((await list('waiting', '', 4)).length, 4);
    assert.deepEqual((await list('waiting', 'b', '')).map((t) => t.service), ['b', 'b', 'b']);
    await assert.rejects(list('waiting', 'zzz', ''), { code: 'service_unknown' });
    await h.open('1');
    await h.next('1');
    assert.equal((await list('called', '', '')).length, 1);
    assert.equal((await list('serving', '', '')).length, 0);
    assert.equal((await h.read('counter_list')).counters.length, 4);
});

test('ticket_list of those who wait has those held for a counter or a clerk, too', async () => {
    const h = await fresh();
    for (const service of ['a', 'b', 'a']) { await h.issue(service); h.at += 1; }
    await h.open('1');
    await h.open('2');
    for (const [to_counter, to_clerk] of [['2', ''], ['', 'c2']]) {
        await h.next('1');
        await h.write('ticket_transfer', 'clerk:c1', ['1', '', '', to_counter, to_clerk]);
    }
    const { tickets } = await h.read('ticket_list', ['waiting', '', '']);
    assert.deepEqual(tickets.map((t) => t.line).sort(), ['&c2', '@2', 'a']);
    assert.equal((await h.read('ticket_list', ['waiting', '', 2])).tickets.length, 2);
});
