// A hall changed while bookings exist: what no longer fits is kept and listed, offered another time, and accepted by one
// click; and what a hall file would do, before it is stored. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Bookable, dateOf, settled } from '../lib/bookable.mjs';
import { bookableHall as newHall, localDay, newPhone, refusal } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

const dashed = (day) => day.replace(/(....)(..)(..)/, '$1-$2-$3');
const yaml = { 'content-type': 'application/yaml' };
let d;
let boss;
let gateway;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] } } });
    boss = await d.staff('boss', 'supervisor', ['*']);
});

after(async () => {
    await d.stop();
    await gateway.stop();
});

// A worker may not have heard of the newest version yet.
const versions = new Map();
async function bookableHall(daemon, wish) {
    await newHall(daemon, wish);
    await settled(daemon, wish.code, 2); // the file as it is, and the one made of it
    versions.set(wish.code, 2);
}
const stored = (hall, { version }) => versions.set(hall, version);
const view = (hall) => eventually('the newest version', async () => {
    const one = await d.get(`/halls/${hall}`);
    return one.version >= (versions.get(hall) ?? 0) && one;
});
async function config(hall) {
    const { version, open_now: open, messages_on: on, codes_on: codes, public_url: url, ...file } = await view(hall);
    return file;
}
async function change(hall, edit) {
    const file = await config(hall);
    edit(file);
    stored(hall, await d.put(`/halls/${hall}/config`, file));
}
async function close(hall, body, options) {
    const answer = await boss.post(`/halls/${hall}/closures`, body, options);
    stored(hall, answer);
    return answer;
}
const timesOf = async (hall, services, day, share = 'public') =>
    (await boss.get(`/halls/${hall}/desk/times?services=${services}&day=${day}&share=${share}`)).times;
const make = (hall, wish) => boss.post(`/halls/${hall}/bookings`, { share: 'public', ...wish,
    ...wish.services.includes('residence') && { fields: { landlord: 'Li' } } });
const conflicts = async (hall, query = '') => (await boss.get(`/halls/${hall}/conflicts${query}`)).conflicts;
const brief = (list) => list.map((c) => `${c.booking.number} ${c.reason} ${c.offer}`);

test('capacity below what is booked: never negative, and who booked last is in conflict', async () => {
    await bookableHall(d, { code: 'less', units: 4, staff: 2 });
    const day = localDay(3);
    const times = await timesOf('less', 'certificate', day);
    const { at } = times[20];
    const made = [];
    for (let i = 0; i < 4; i++) made.push(await make('less', { services: ['certificate'], at }));
    const beside = await make('less', { services: ['certificate'], at: at + 300000, share: 'staff' });
    assert.deepEqual(await conflicts('less'), []);
    await change('less', (file) => { file.pools[0].plan[0].public = 1; });
    const found = await conflicts('less');
    assert.deepEqual(brief(found), made.slice(1).map((b) => `${b.number} capacity none`));
    assert.deepEqual(found.map((c) => c.booking.at), [at, at, at]);
    for (const c of found) {
        for (const inner of ['record', 'sealed', 'segments', 'made']) assert.equal(c.booking[inner], undefined, inner);
    }
    await eventually('the search knows', async () =>
        !(await timesOf('less', 'certificate', day)).some((t) => Math.abs(t.at - at) < 600000));
    assert.ok((await timesOf('less', 'certificate', day)).every((t) => t.left === 1));
    assert.ok((await boss.get(`/halls/less/desk/days?from=${day}`)).days[0].pools[0].runs.some((r) => r.public_taken === 4 && r.public === 1));
    // Another time for the first of them makes room for the next.
    const to = (await timesOf('less', 'certificate', day)).at(-1).at;
    await boss.post(`/halls/less/bookings/${made[0].id}/move`, { at: to, reason: 'room for others' });
    assert.deepEqual(brief(await conflicts('less')), made.slice(2).map((b) => `${b.number} capacity none`));
    assert.deepEqual(await conflicts('less', `?from=${localDay(4)}`), []);
    assert.deepEqual(brief(await conflicts('less', `?from=${day}&to=${day}`)), brief(await conflicts('less')));
    assert.equal(await refusal(boss.get('/halls/less/conflicts?from=20270229')), '422 day_unknown from');
    await change('less', (file) => { file.pools[0].plan[0].public = 4; });
    assert.deepEqual(await conflicts('less'), []);
    assert.equal((await d.citizen(beside.link).get('/booking')).state, 'confirmed');
});

test('a service with a cap of its own: lowered, and taken away', async () => {
    await bookableHall(d, { code: 'cap', units: 4, services: { pension: { cap: 3 } } });
    const { at } = (await timesOf('cap', 'pension', localDay(2)))[30];
    const made = [];
    for (let i = 0; i < 3; i++) made.push(await make('cap', { services: ['pension'], at }));
    assert.equal(await refusal(make('cap', { services: ['pension'], at })), '409 slot_taken at');
    const pension = (file) => file.services.find((s) => s.code === 'pension').booking;
    await change('cap', (file) => { pension(file).cap = 1; });
    assert.deepEqual(brief(await conflicts('cap')), made.slice(1).map((b) => `${b.number} capacity none`));
    await change('cap', (file) => { pension(file).cap = 0; });
    assert.deepEqual(await conflicts('cap'), []);
});

const without = (service) => (file) => {
    file.services = file.services.filter((s) => s.code !== service);
    for (const p of file.profiles) p.serves = p.serves.filter((s) => s.service !== service);
    for (const p of file.pools) p.services = p.services.filter((s) => s !== service);
};

test('a service removed with bookings alive: kept, listed, and nobody can offer another time', async () => {
    await bookableHall(d, { code: 'gone' });
    const { at } = (await timesOf('gone', 'pension', localDay(2)))[10];
    const both = await make('gone', { services: ['certificate', 'pension'], at, phone: newPhone() });
    const other = await make('gone', { services: ['certificate'], at });
    await change('gone', without('pension'));
    const found = await conflicts('gone');
    assert.deepEqual(brief(found), [`${both.number} service none`]);
    const result = await boss.post('/halls/gone/rebook', { from: localDay(0) });
    assert.deepEqual({ ...result, unresolved: result.unresolved.map((b) => b.id) },
        { offered: 0, already: 0, unresolved: [both.id], more: false });
    assert.equal((await d.citizen(both.link).get('/booking')).state, 'confirmed');
    await d.citizen(both.link).post('/booking/cancel', {});
    assert.deepEqual(await conflicts('gone'), []);
    assert.equal((await d.citizen(other.link).get('/booking')).state, 'confirmed');
});

test('hours end earlier: what lies behind them is in conflict', async () => {
    await bookableHall(d, { code: 'early' });
    const day = localDay(5);
    const times = await timesOf('early', 'residence', day);
    const late = await make('early', { services: ['residence'], at: times.at(-1).at });
    await make('early', { services: ['residence'], at: times[5].at });
    await change('early', (file) => { file.hours[0].to = '23:45'; });
    assert.deepEqual(brief(await conflicts('early')), [`${late.number} closed none`]);
});

test('a day closed: everybody on it is offered a time, accepts by one click, or stays listed', async () => {
    await bookableHall(d, { code: 'shut', units: 2, staff: 1, booking: { notice_minutes: 60 } });
    const day = localDay(4);
    const times = await timesOf('shut', 'residence', day);
    const made = [];
    for (const i of [40, 40, 60, 80]) {
        made.push(await make('shut', { services: ['residence'], at: times[i].at, phone: newPhone() }));
    }
    const staff = await make('shut', { services: ['id-card'], at: times[50].at, share: 'staff', persons: 2, phone: newPhone() });
    const mute = await make('shut', { services: ['id-card'], at: times[120].at });
    const body = { from: day, kind: 'closed', reason: 'Water in the cellar' };
    const key = randomUUID();
    const closed = await close('shut', body, { key });
    assert.deepEqual(await close('shut', body, { key }), closed, 'repeated');
    assert.deepEqual((await config('shut')).special_days, [{ from: dashed(day), kind: 'closed', spans: [], public: 0,
        staff: 0, reason: 'Water in the cellar' }]);
    const found = await conflicts('shut');
    assert.deepEqual(new Set(brief(found)), new Set([...made, staff, mute].map((b) => `${b.number} closed none`)));

    const first = await boss.post('/halls/shut/rebook', { from: day, to: day });
    assert.deepEqual({ ...first, unresolved: first.unresolved.map((b) => b.id) },
        { offered: 5, already: 0, unresolved: [mute.id], more: false }, 'who has no phone cannot be asked');
    const again = await boss.post('/halls/shut/rebook', { from: day, to: day });
    assert.deepEqual([again.offered, again.already, again.unresolved.length, again.more], [0, 5, 1, false]);
    const offered = (await conflicts('shut')).filter((c) => c.booking.id !== mute.id);
    assert.deepEqual(offered.map((c) => c.offer), Array(5).fill('offered'));
    const rules = (await config('shut')).booking;
    for (const c of offered) assert.ok(Math.abs(c.until - Date.now() - rules.rebook_hours * 3600000) < 60000);
    const offers = new Map();
    const redis = d.redis();
    try { // the links of offers are sent by SMS; here they are made from the id
        for (const c of offered) offers.set(c.booking.id, { id: c.booking.offer, at: Number(await redis.hget(`{shut}:b:${c.booking.offer}`, 'at')) });
    } finally {
        redis.disconnect();
    }
    for (const c of offered) {
        const { at } = offers.get(c.booking.id);
        assert.notEqual(localDay(0, at), day);
        assert.ok(at > Date.now() + 3600000);
        assert.ok(at > c.booking.at && at - c.booking.at <= 30 * 3600000, 'later, and not by much');
    }
    assert.equal(new Set([...offers.values()].map((o) => o.id)).size, 5);
    const list = await boss.get(`/halls/shut/bookings?from=${localDay(3)}&days=3`);
    const offerOf = (b) => list.bookings.find((o) => o.id === offers.get(b.id).id);
    assert.deepEqual([offerOf(staff).share, offerOf(staff).persons, offerOf(staff).replaces], ['staff', 2, staff.id]);
    assert.deepEqual([offerOf(made[0]).share, offerOf(made[0]).services], ['public', ['residence']]);
    await boss.post(`/halls/shut/bookings/${made[3].id}/cancel`, { reason: 'asked by phone' });
    assert.equal((await conflicts('shut')).length, 5);
});

test('an offer accepted or declined by its link', async () => {
    await bookableHall(d, { code: 'click' });
    const day = localDay(2);
    const { at } = (await timesOf('click', 'social-card', day))[30];
    const [yes, no] = [await make('click', { services: ['social-card'], at, phone: newPhone() }),
        await make('click', { services: ['social-card'], at, phone: newPhone() })];
    await close('click', { from: day, kind: 'closed', reason: 'Burst pipe' });
    assert.equal((await boss.post('/halls/click/rebook', { from: day })).offered, 2);
    // The message carries the offer's link; the old booking's one leads to it as well.
    const offerOf = async (b) => (await d.citizen(b.link).get('/booking')).offer;
    const link = await linkOf('click', await offerOf(yes));
    const taken = await d.citizen(link).post('/booking/accept', {});
    assert.equal(taken.id, yes.id);
    assert.notEqual(taken.at, at);
    assert.equal(taken.state, 'confirmed');
    await d.citizen(await linkOf('click', await offerOf(no))).post('/booking/decline', {});
    assert.deepEqual(brief(await conflicts('click')), [`${no.number} closed declined`]);
    assert.equal((await boss.post('/halls/click/rebook', { from: day })).offered, 1, 'another one');
    assert.deepEqual(brief(await conflicts('click')), [`${no.number} closed offered`]);
});

// Links are keyed codes: the test gets one the way a citizen does, by text message.
const linkOf = (hall, id) => eventually('the message with the link', () => {
    const found = gateway.received.map((m) => m.text.match(/\/b#(\S+)/)?.[1]);
    return found.find((link) => link?.startsWith(`${hall}.${id}.`));
});

test('a closure and the rebooking right behind it', async () => {
    await bookableHall(d, { code: 'quick', units: 3 });
    for (let plus = 2; plus < 12; plus++) {
        const [{ at }] = await timesOf('quick', 'social-card', localDay(plus));
        const b = await make('quick', { services: ['social-card'], at, phone: newPhone() });
        await boss.post('/halls/quick/closures', { from: localDay(plus), kind: 'closed', reason: 'repairs' });
        const result = await boss.post('/halls/quick/rebook', { from: localDay(plus) });
        assert.deepEqual([result.offered, result.unresolved], [1, []], `${b.number}`);
    }
});

test('fewer counters on a day, all of them taken: staff are offered the public share, the rest stays unresolved', async () => {
    await bookableHall(d, { code: 'few', units: 1, staff: 1, booking: { notice_minutes: 0 } });
    const today = dateOf(localDay(0));
    const day = localDay(2);
    const at = (await timesOf('few', 'pension', day))[100].at;
    const made = [await make('few', { services: ['pension'], at, share: 'staff', phone: newPhone() }),
        await make('few', { services: ['pension'], at, phone: newPhone() })];
    // Only that day is open at all, from now on, and of it twenty minutes for the public.
    await change('few', (file) => {
        file.special_days = [{ from: dashed(localDay(0)), to: dashed(localDay(1)), kind: 'closed' },
            { from: dashed(localDay(3)), to: dashed(localDay(80)), kind: 'closed' },
            { from: dashed(day), kind: 'fewer', staff: 1 },
            { from: dashed(day), kind: 'fewer', public: 1, spans: [{ from: '00:00', to: '12:00' }, { from: '12:20', to: '24:00' }] }];
    });
    assert.equal(new Bookable(await config('few')).times(['pension'], today + 2).length, 1);
    assert.deepEqual(new Set(brief(await conflicts('few'))), new Set(made.map((b) => `${b.number} closed none`)));
    const result = await boss.post('/halls/few/rebook', { from: localDay(0) });
    assert.deepEqual([result.offered, result.unresolved.length, result.more], [1, 1, false]);
    assert.equal(await refusal(boss.post('/halls/few/rebook', { from: '20270229' })), '422 day_unknown from');
});

test('today closed: the kiosk gives no numbers', async () => {
    await bookableHall(d, { code: 'today', edit: (c) => Object.assign(c, { tickets_outside_hours: false }) });
    const kiosk = await d.device('k1', 'kiosk', 'today');
    assert.ok((await kiosk.post('/halls/today/tickets', { service: 'id-card' })).number);
    await close('today', { from: localDay(0), to: localDay(1), kind: 'closed', reason: 'Storm' });
    await eventually('closed', async () => await refusal(kiosk.post('/halls/today/tickets', { service: 'id-card' })) === '409 hall_closed');
    assert.equal((await view('today')).open_now, false);
});

test('closures: fewer counters, and what makes no sense', async () => {
    await bookableHall(d, { code: 'clos', units: 3, staff: 2 });
    const [day, last] = [localDay(6), localDay(7)];
    await close('clos', { from: day, to: last, kind: 'fewer', pool: 'hall', public: 2, staff: 2, reason: 'Course' });
    await eventually('fewer', async () => (await timesOf('clos', 'certificate', last)).every((t) => t.left === 1));
    assert.deepEqual(await timesOf('clos', 'certificate', day, 'staff'), []);
    for (const [body, code] of [
        [{ from: '20270229' }, '422 day_unknown from'],
        [{ from: day, to: '20261131' }, '422 day_unknown to'],
        [{ from: last, to: day }, '422 hall_invalid'],
        [{ from: day, kind: 'fewer', pool: 'moon', public: 1 }, '422 hall_invalid'],
        [{ from: day, kind: 'hours' }, '422 field_invalid kind'],
    ]) assert.equal(await refusal(boss.post('/halls/clos/closures', { kind: 'closed', reason: 'Course', ...body })), code, JSON.stringify(body));
    const both = await Promise.all(['20270105', '20270106'].map((from) => close('clos', { from, kind: 'closed', reason: 'Feast' })));
    assert.notEqual(both[0].version, both[1].version);
    stored('clos', { version: Math.max(...both.map((b) => b.version)) });
    const days = (await config('clos')).special_days.map((s) => s.from);
    assert.deepEqual(days.slice(1).sort(), ['2027-01-05', '2027-01-06'], 'two at once are both there');
    const clerk = await d.clerk('li', 'clos');
    assert.equal(await refusal(clerk.post('/halls/clos/closures', { from: day, kind: 'closed', reason: 'Rest' })), '403 forbidden');
});

test('a preview tells slots and conflicts, and changes nothing', async () => {
    await bookableHall(d, { code: 'prev', units: 2, staff: 1 });
    const day = localDay(3);
    const times = await timesOf('prev', 'residence', day);
    const late = await make('prev', { services: ['residence'], at: times.at(-1).at });
    const { version } = await view('prev');
    const before = await config('prev');
    const file = await config('prev');
    file.hours[0].to = '20:00';
    file.special_days = [{ from: dashed(localDay(1)), kind: 'closed' }];
    for (const s of file.services) s.booking.minutes = 30;
    const answer = await d.post('/halls/prev/config/preview?days=5', file, { key: null });
    assert.deepEqual([answer.version, answer.base_minutes_before, answer.base_minutes_after, answer.days.length],
        [version, 5, 30, 5]);
    const [old, fresh] = [new Bookable(await config('prev')), new Bookable(await normal(file))];
    for (const [i, one] of answer.days.entries()) {
        const date = dateOf(localDay(i));
        assert.equal(one.day, localDay(i));
        assert.deepEqual([one.open_before, one.open_after], [1440, i === 1 ? 0 : 1200]);
        for (const [name, model] of [['slots_before', old], ['slots_after', fresh]]) {
            const { start, public: units, staff } = model.day(0, date);
            const sum = (share) => share.reduce((all, n, cell) => all + n * start[cell], 0);
            assert.deepEqual(one[name], { hall: { public: sum(units), staff: sum(staff) } }, `${name} of ${one.day}`);
        }
    }
    assert.deepEqual(brief(answer.conflicts), [`${late.number} closed none`]);
    assert.deepEqual(await config('prev'), before);
    assert.deepEqual(await conflicts('prev'), []);
    assert.equal((await d.post('/halls/prev/config/preview', file, { key: null })).days.length, 14);

    const text = await (await d.request('GET', '/halls/prev/config', { headers: { accept: 'application/yaml' } })).text;
    const same = await d.call('POST', '/halls/prev/config/preview?days=2', text, { headers: yaml, key: null });
    assert.deepEqual(same.days[0].slots_before, same.days[0].slots_after);
    const broken = await d.request('POST', '/halls/prev/config/preview', { headers: yaml, key: null,
        body: text.replace(/^zone: .*$/m, 'zone: Mars/Olympus') });
    assert.equal(`${broken.status} ${broken.json.code}`, '422 hall_invalid');
    assert.ok(broken.json.line > 1 && broken.json.column > 1);
    const other = await d.request('POST', '/halls/prev/config/preview', { key: null, body: { ...file, code: 'elsewhere' } });
    assert.equal(`${other.status} ${other.json.code} ${other.json.field}`, '422 hall_invalid code');
    assert.equal(await refusal(boss.post('/halls/prev/config/preview', file, { key: null })), '403 forbidden');
});

// The file as the daemon would store it, with every default.
async function normal(file) {
    stored('copy', await d.put('/halls/copy/config', { ...file, code: 'copy' }));
    return config('copy');
}
