// Which times are free: the daemon's answers against a calendar of the test's own, in zones with and without summer time;
// what a rush costs; and how soon one worker knows what another one gave away. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { Bookable, dateOf, dayOf, settled } from '../lib/bookable.mjs';
import { CELL_MS } from '../lib/calendar_brute.mjs';
import { bookableHall, hold, localDay as dayFrom, refusal } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';

const ZONES = { sh: 'Asia/Shanghai', berlin: 'Europe/Berlin', island: 'Australia/Lord_Howe' }; // the last one: half an hour
const WORK = ['mon', 'tue', 'wed', 'thu', 'fri'];
const ALL = [...WORK, 'sat', 'sun'];

const localDay = (plus, zone = 'Asia/Shanghai') => dayFrom(plus, Date.now(), zone);

let d;
let citizen;
let clerk;
const models = {};

const dashed = (date) => dayOf(date).replace(/(....)(..)(..)/, '$1-$2-$3');

// Open by night, too, so that the hours in which clocks change count.
function rich(zone, today) {
    return (config) => Object.assign(config, {
        zone,
        hours: [{ days: WORK, from: '00:00', to: '12:00' }, { days: ['sat', 'sun'], from: '00:30', to: '09:00' },
            { days: ALL, from: '13:00', to: '24:00' }],
        breaks: [{ days: ['tue'], from: '10:00', to: '10:35' },
            { days: ['thu'], from: '14:00', to: '15:00', every_weeks: 2, week_of: dashed(today) }],
        holidays: [{ from: dashed(today + 9), to: dashed(today + 10), names: { zh: '节', en: 'Feast' } },
            { from: dashed(today + 12), names: { zh: '班', en: 'Worked' }, workday: true, like: 'tue' }],
        special_days: [{ from: dashed(today + 3), kind: 'closed', reason: 'Move' },
            { from: dashed(today + 4), kind: 'closed', spans: [{ from: '09:00', to: '11:20' }] },
            { from: dashed(today + 5), kind: 'hours', spans: [{ from: '07:10', to: '08:40' }, { from: '20:00', to: '22:00' }] },
            { from: dashed(today + 6), to: dashed(today + 7), kind: 'fewer', pool: 'cards', public: 2 }],
        pools: [{ code: 'cards', services: ['*'], plan: [{ days: ALL, from: '00:00', to: '24:00', public: 3, staff: 2 },
            { days: ['mon', 'wed'], from: '08:00', to: '09:30', public: 2 }] },
        { code: 'papers', services: ['certificate', 'pension'],
            plan: [{ days: ALL, from: '00:00', to: '21:00', public: 2, staff: 1 }] }],
        booking: { ...config.booking, to_days: 365, notice_minutes: 90 },
    });
}

before(async () => {
    d = await startDaemon({ settings: { http: { trusted_proxies: '127.0.0.1' } } });
    citizen = d.nobody();
    for (const [code, zone] of Object.entries(ZONES)) {
        const today = dateOf(localDay(0, zone));
        await bookableHall(d, { code, services: { pension: { minutes: 20, cap: 1 }, 'id-card': { persons_max: 4 } },
            edit: rich(zone, today) });
        await settled(d, code, 2);
        models[code] = new Bookable(await d.get(`/halls/${code}/config`));
    }
    clerk = await d.clerk('li', '*');
});

after(() => d.stop());

// Answers change with the clock, so what is right before the question or behind it is right.
async function matches(ask, expected) {
    const early = expected(Date.now());
    const got = await ask();
    try {
        assert.deepEqual(got, early);
    } catch (e) {
        assert.deepEqual(got, expected(Date.now()), e.message);
    }
}

// The next dates on which that zone's clocks change.
function changes(model, today) {
    const found = [];
    for (let date = today + 1; date < today + 364; date++) {
        if (model.zone.cells(date).length !== 288) found.push(date);
    }
    return found;
}

for (const [code, zone] of Object.entries(ZONES)) {
    test(`day_list and time_list agree with a calendar of another make: ${zone}`, async () => {
        const model = models[code];
        const today = dateOf(localDay(0, zone));
        const starts = [today, ...changes(model, today).map((date) => date - 1)];
        assert.equal(starts.length, code === 'sh' ? 1 : 3);
        for (const services of [['id-card'], ['pension'], ['pension', 'id-card', 'residence']]) {
            for (const from of starts) {
                const count = from === today ? 20 : 3;
                const path = `/halls/${code}/days?services=${services}&from=${dayOf(from)}&count=${count}`;
                await matches(async () => (await citizen.get(path)).days, (now) => Array.from({ length: count }, (_, i) => {
                    const times = model.times(services, from + i, { earliest: now + 90 * 60000 });
                    return { day: dayOf(from + i), open: model.isOpen(from + i), free: times.length,
                        ...times.length && { first: times[0].at } };
                }));
            }
            for (const date of [...starts, ...starts.map((s) => s + 1), today + 4, today + 5, today + 6]) {
                const path = `/halls/${code}/times?services=${services}&day=${dayOf(date)}`;
                await matches(async () => (await citizen.get(path)).times,
                    (now) => model.times(services, date, { earliest: now + 90 * 60000 }));
            }
        }
    });

    test(`desk_times of staff know no notice and no window: ${zone}`, async () => {
        const model = models[code];
        const today = dateOf(localDay(0, zone));
        for (const date of [today, today + 1, today + 400]) {
            for (const share of ['staff', 'public']) {
                const path = `/halls/${code}/desk/times?services=pension&day=${dayOf(date)}&share=${share}`;
                await matches(async () => (await clerk.get(path)).times,
                    (now) => model.times(['pension'], date, { share, earliest: now }));
            }
        }
    });

    test(`desk_days show every cell: ${zone}`, async () => {
        const model = models[code];
        const today = dateOf(localDay(0, zone));
        for (const from of [today, ...changes(model, today)]) {
            const { days } = await clerk.get(`/halls/${code}/desk/days?from=${dayOf(from)}&days=2`);
            for (const [i, one] of days.entries()) {
                const date = from + i;
                assert.deepEqual([one.day, one.begins, one.ends],
                    [dayOf(date), model.zone.begins(date), model.zone.begins(date + 1)]);
                assert.deepEqual(one.open.map((s) => [s.from, s.to]), model.day(0, date).spans);
                assert.deepEqual(one.pools.map((p) => p.pool), ['cards', 'papers']);
                for (const [p, { runs }] of one.pools.entries()) {
                    const cells = { public: Array(model.zone.cells(date).length).fill(0) };
                    cells.staff = [...cells.public];
                    for (const r of runs) {
                        for (let at = r.from; at < r.to; at += CELL_MS) {
                            for (const share of ['public', 'staff']) cells[share][(at - one.begins) / CELL_MS] = r[share];
                        }
                    }
                    const { public: units, staff } = model.day(p, date);
                    assert.deepEqual(cells, { public: units, staff });
                }
            }
        }
    });
}

test('the window begins and ends where it should', async () => {
    const list = await citizen.get('/halls/berlin/days?services=id-card');
    const today = dateOf(localDay(0, ZONES.berlin));
    assert.deepEqual([list.today, list.first, list.last, list.length_minutes],
        [dayOf(today), dayOf(today), dayOf(today + 365), 10]);
    assert.equal(list.days.length, 62);
    const end = await citizen.get(`/halls/berlin/days?services=id-card&from=${dayOf(today + 360)}`);
    assert.deepEqual(end.days.map((one) => one.day), [0, 1, 2, 3, 4, 5].map((i) => dayOf(today + 360 + i)));
    assert.deepEqual((await citizen.get(`/halls/berlin/times?services=id-card&day=${dayOf(today + 366)}`)).times, []);
    const past = await citizen.get(`/halls/berlin/days?services=id-card&from=${dayOf(today - 5)}&count=7`);
    assert.deepEqual(past.days.map((one) => one.day), [dayOf(today), dayOf(today + 1)]);
});

test('four persons take four times as long', async () => {
    const day = dateOf(localDay(2, ZONES.sh));
    const { times, length_minutes: length } = await citizen.get(`/halls/sh/times?services=id-card&persons=4&day=${dayOf(day)}`);
    assert.equal(length, 40);
    assert.deepEqual(times, models.sh.times(['id-card'], day, { persons: 4 }));
});

test('a question that makes no sense is refused', async () => {
    const day = localDay(1);
    for (const [path, code] of [
        [`days?services=id-card&from=20270229`, '422 day_unknown from'],
        [`times?services=id-card&day=20261131`, '422 day_unknown day'],
        [`times?services=passport&day=${day}`, '404 service_unknown services'],
        [`times?services=id-card,id-card&day=${day}`, '422 field_invalid services'],
        [`times?services=id-card&persons=5&day=${day}`, '422 field_invalid persons'],
        [`times?services=id-card`, '422 field_missing day'],
    ]) assert.equal(await refusal(citizen.get(`/halls/sh/${path}`)), code, path);
    assert.equal(await refusal(clerk.get('/halls/sh/desk/days?from=20270229')), '422 day_unknown from');
    const end = await clerk.get('/halls/sh/desk/days?from=21991231&days=7');
    assert.deepEqual([end.days.length, end.days[0].day, end.days[1].day], [7, '21991231', '22000101']);
    assert.deepEqual((await citizen.get('/halls/sh/times?services=id-card&day=21991231')).times, []);
    assert.deepEqual((await citizen.get('/halls/sh/times?services=id-card&day=19700101')).times, []);
});

test('a hall or service that is not booked says so, but staff may', async () => {
    const { version, ...config } = await d.get('/halls/sh/config');
    const closed = structuredClone(config);
    closed.services.find((s) => s.code === 'advice').booking.open = false;
    await d.put('/halls/sh/config', closed);
    await eventually('closed', async () => await refusal(citizen.get(
        `/halls/sh/days?services=advice`)) === '409 booking_closed services');
    assert.ok((await clerk.get(`/halls/sh/desk/times?services=advice&day=${localDay(1)}`)).times.length > 0);
    closed.booking.open = false;
    await d.put('/halls/sh/config', closed);
    await eventually('all closed', async () => await refusal(citizen.get(
        `/halls/sh/days?services=id-card`)) === '409 booking_closed services');
    await d.put('/halls/sh/config', config);
    await eventually('open again', async () => await refusal(citizen.get('/halls/sh/days?services=id-card')) !==
        '409 booking_closed services');
});

test('a hall without plans, and one that never opens, answer empty lists', async () => {
    await bookableHall(d, { code: 'none', edit: (c) => Object.assign(c, { pools: [] }) });
    await bookableHall(d, { code: 'never', booking: { working_days: true, from_days: 1, to_days: 5 }, edit: (c) => Object.assign(c, { hours: [] }) });
    await Promise.all(['none', 'never'].map((code) => settled(d, code, 2)));
    assert.ok((await citizen.get('/halls/none/days?services=id-card')).days.every((one) => one.free === 0));
    assert.deepEqual((await clerk.get(`/halls/none/desk/times?services=id-card&day=${localDay(1)}`)).times, []);
    assert.deepEqual((await clerk.get(`/halls/none/desk/days?from=${localDay(1)}`)).days[0].pools, [{ pool: 'hall', runs: [] }]);
    assert.deepEqual((await clerk.get('/halls/none/conflicts')).conflicts, []);
    const { days, first, last } = await citizen.get('/halls/never/days?services=id-card');
    assert.deepEqual([days, first, last], [[], undefined, undefined]);
    assert.deepEqual((await citizen.get(`/halls/never/times?services=id-card&day=${localDay(1)}`)).times, []);
    assert.ok((await citizen.get('/first-free?services=id-card')).halls.every((h) =>
        !['none', 'never'].includes(h.hall) || h.first === undefined));
});

test('an answer known already is 304, until something is taken', async () => {
    const day = localDay(3, ZONES.berlin); // closed: nothing of it changes with the clock
    const path = `/halls/berlin/times?services=id-card&day=${localDay(1, ZONES.berlin)}`;
    const first = await citizen.request('GET', path);
    assert.equal(first.headers.get('cache-control'), 'no-cache');
    const etag = first.headers.get('etag');
    assert.match(etag, /^W\/"[0-9a-f]{16}"$/);
    const again = await citizen.request('GET', path, { headers: { 'if-none-match': etag } });
    assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', etag]);
    const { at } = first.json.times[5];
    await hold(d, 'berlin', { services: ['id-card'], at });
    const fresh = await eventually('another answer', async () => {
        const answer = await citizen.request('GET', path, { headers: { 'if-none-match': etag } });
        return answer.status === 200 && answer;
    });
    assert.equal(fresh.json.times.find((t) => t.at === at).left, first.json.times[5].left - 1);
    const other = `/halls/berlin/times?services=id-card&day=${day}`;
    assert.equal((await citizen.request('GET', other)).headers.get('etag'),
        (await citizen.request('GET', other)).headers.get('etag'));
});

// A connection of its own, so that all its requests are one worker's: told by the id of its answers.
function connect() {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const get = (path) => new Promise((resolve, reject) => {
        httpRequest(`${d.url}/api/v1${path}`, { agent }, (res) => {
            let text = '';
            res.setEncoding('utf8').on('data', (piece) => { text += piece; }).on('end', () =>
                resolve({ json: JSON.parse(text), worker: res.headers['x-request-id'].slice(0, 8) }));
        }).on('error', reject).end();
    });
    return { get, close: () => agent.destroy() };
}

// A connection to each of the two workers.
async function bothWorkers(path) {
    const workers = new Map();
    await eventually('both workers answer', async () => {
        const c = connect();
        const { worker } = await c.get(path);
        if (workers.has(worker)) c.close();
        else workers.set(worker, c);
        return workers.size === 2;
    });
    return [...workers.values()];
}

test('what is held and given back is seen by every worker', async () => {
    const path = `/halls/island/times?services=residence&day=${localDay(2, ZONES.island)}`;
    const workers = await bothWorkers(path);
    const left = (at) => Promise.all(workers.map(async (c) => (await c.get(path)).json.times.find((t) => t.at === at)?.left ?? 0));
    const { at, left: all } = (await citizen.get(path)).times[7];
    assert.deepEqual(await left(at), [all, all]);
    const held = await hold(d, 'island', { services: ['residence'], at });
    await eventually('held', async () => (await left(at)).every((n) => n === all - 1), 1000);
    await d.citizen(held.link).post('/booking/cancel', {});
    await eventually('given back', async () => (await left(at)).every((n) => n === all), 1000);
    for (const c of workers) c.close();
});

test('a rush of searches is read once', async () => {
    const redis = d.redis();
    const monitor = await redis.monitor();
    let reads = 0;
    monitor.on('monitor', (_, args) => { reads += args[1] === 'slot_read'; });
    const path = '/halls/berlin/days?services=certificate';
    const workers = await bothWorkers(path);
    try {
        const { day, first: at } = (await citizen.get(path)).days.find((one) => one.free > 0);
        const times = `/halls/berlin/times?services=certificate&day=${day}`;
        const left = () => Promise.all(workers.map(async (c) => (await c.get(times)).json.times.find((t) => t.at === at)?.left ?? 0));
        const before = await left();
        await hold(d, 'berlin', { services: ['certificate'], at });
        await eventually('both workers know', async () => (await left()).every((n, i) => n === before[i] - 1));
        reads = 0;
        const answers = await Promise.all(Array.from({ length: 300 }, (_, i) =>
            citizen.request('GET', i % 2 ? path : `${path}&from=${localDay(i % 40, ZONES.berlin)}`)));
        assert.ok(answers.every((a) => a.status === 200));
        await redis.call('FCALL_RO', 'hall_config', 1, '{berlin}', Date.now()); // what was read before it has been told
        assert.ok(reads <= 4, `${reads} reads`); // each of two workers: what lies beyond the first two months, at most twice
    } finally {
        for (const c of workers) c.close();
        monitor.disconnect();
        redis.disconnect();
    }
});

test('a new day comes into the window at its release time, its times one by one', async () => {
    // A zone in which it is noon now, so that there is room before and behind.
    const off = 12 - new Date().getUTCHours();
    const zone = off === 0 ? 'Etc/UTC' : `Etc/GMT${off > 0 ? '-' : '+'}${Math.abs(off)}`;
    await bookableHall(d, { code: 'release', edit: (c) => Object.assign(c, { zone }) });
    let version = 2;
    const last = localDay(10, zone);
    const free = async () => {
        const all = await Promise.all(Array.from({ length: 10 }, () => citizen.get(`/halls/release/times?services=residence&day=${last}`)));
        return all.map((list) => list.times.map((t) => t.at));
    };
    const set = async (at, spread) => {
        const { version: _, ...config } = await d.get('/halls/release/config');
        Object.assign(config.booking, { to_days: 10, release_at: at, release_spread_minutes: spread });
        ({ version } = await d.put('/halls/release/config', config));
        await settled(d, 'release', version);
    };
    await set('13:30', 0);
    assert.ok((await free()).every((times) => times.length === 0), 'not yet');
    const list = await citizen.get('/halls/release/days?services=residence');
    assert.deepEqual([list.last, list.days.at(-1).free, list.days.at(-2).free > 0], [last, 0, true]);
    const [, { at }] = (await clerk.get(`/halls/release/desk/times?services=residence&day=${last}`)).times;
    const early = await refusal(hold(d, 'release', { services: ['residence'], at }));
    assert.equal(early, '422 slot_none at');
    await set('10:00', 60);
    const all = (await free())[0];
    assert.ok(all.length > 200, 'all of them');
    await set('06:00', 720); // half of it is over now, or a little more
    const some = await free();
    assert.ok(some[0].length > all.length * 0.3 && some[0].length < all.length * 0.8, `${some[0].length} of ${all.length}`);
    for (const times of some) {
        const short = times.length < some[0].length ? times : some[0];
        const long = short === times ? some[0] : times;
        assert.ok(long.length - short.length <= 2 && short.every((ms) => long.includes(ms)), 'every worker draws the same');
    }
});

test('service_list: what can be booked somewhere, each once, with the halls that have it', async () => {
    const shut = (codes) => (c) => Object.assign(c, { services: c.services.map((s) =>
        (codes.includes(s.code) ? { ...s, booking: { ...s.booking, open: false } } : s)) });
    await bookableHall(d, { code: 'all-a', edit: shut(['pension']) });
    const asked = async () => (await citizen.get('/services')).services;
    const count = async () => Object.fromEntries((await asked()).map((s) => [s.code, s.halls]));
    const before = await eventually('it has the hall', async () => { const now = await count(); return now['social-card'] && now; });
    await bookableHall(d, { code: 'all-b' });
    await bookableHall(d, { code: 'all-c', booking: { open: false } });
    const wanted = { 'social-card': before['social-card'] + 1, pension: (before.pension ?? 0) + 1 };
    await eventually('one hall more has them', async () => {
        const now = await count();
        return Object.entries(wanted).every(([code, n]) => now[code] === n);
    });
    const card = (await asked()).find((s) => s.code === 'social-card');
    const { services } = await citizen.get('/halls/all-a');
    const own = services.find((s) => s.code === 'social-card');
    assert.deepEqual([card.names, card.words], [own.names, own.words]);
});

test('first_free: the nearest hall, or the earliest', async () => {
    const places = { near: { lat: '48.1', lon: '11.5' }, far: { lat: '53.55', lon: '10.0' }, nowhere: {} };
    for (const [code, place] of Object.entries(places)) {
        await bookableHall(d, { code, edit: (c) => Object.assign(c, { place,
            services: c.services.filter((s) => s.code !== 'pension' || code !== 'far'),
            special_days: code === 'near' ? [{ from: dashed(dateOf(localDay(0))), to: dashed(dateOf(localDay(4))), kind: 'closed' }] : [],
            profiles: c.profiles.map((p) => ({ ...p, serves: p.serves.filter((s) => s.service !== 'pension' || code !== 'far') })),
        }) });
    }
    const names = Object.keys(places);
    const ask = async (query) => (await citizen.get(`/first-free?${query}`)).halls.filter((h) => names.includes(h.hall));
    const nearest = await ask('services=social-card&lat=48.2&lon=11.5');
    assert.deepEqual(nearest.map((h) => h.hall), ['near', 'far', 'nowhere']);
    assert.ok(Math.abs(nearest[0].distance_m - 11119) < 20, `${nearest[0].distance_m} m`);
    assert.ok(Math.abs(nearest[1].distance_m - 603000) < 3000, `${nearest[1].distance_m} m`);
    assert.equal(nearest[2].distance_m, undefined);
    const earliest = await ask('services=social-card');
    assert.equal(earliest.at(-1).hall, 'near');
    assert.ok(earliest[0].first <= earliest[1].first && earliest[1].first < earliest[2].first);
    for (const h of earliest) {
        const day = localDay(0, h.zone);
        const list = await citizen.get(`/halls/${h.hall}/days?services=social-card&from=${day}`);
        assert.ok(Math.abs(h.first - list.days.find((one) => one.free > 0).first) <= 600000);
        assert.deepEqual(h.names, { zh: '便民服务站', en: 'Neighbourhood service point' });
    }
    assert.deepEqual((await ask('services=pension')).map((h) => h.hall).sort(), ['near', 'nowhere'], 'far has no pension');
    const later = await ask(`services=social-card&from=${localDay(9)}`);
    assert.ok(later.every((h) => h.first >= models.sh.zone.begins(dateOf(localDay(9)))));
    for (const [query, code] of [['services=social-card&lat=91&lon=1', '422 field_invalid lat'],
        ['services=social-card&lat=1', '422 field_invalid lon'], ['services=social-card&lat=1e1&lon=0x1', '422 field_invalid lat'],
        ['services=social-card&from=20270229', '422 day_unknown from']]) {
        assert.equal(await refusal(citizen.get(`/first-free?${query}`)), code, query);
    }
});
