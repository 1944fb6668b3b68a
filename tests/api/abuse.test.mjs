// What bots, resellers, the angry and the careless try with booking, and what must stay impossible: through the real daemon,
// with codes read from a gateway. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { book, bookableHall, confirm, freeTime, hold, localDay, newPhone, refusal, sendCode, work } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

let d;
let gateway;
const fields = Array.from({ length: 10 }, (_, i) => ({ code: `f${i}`, names: { zh: '字' }, max: 20,
    ...i === 1 ? { type: 'number', max: 100 } : i === 2 ? { type: 'choice', choices: [{ zh: '甲', en: 'A' }, { zh: '乙', en: 'B' }] } : {} }));

// Ten services, so that eight and nine can be asked for.
const ten = (config) => {
    const [first] = config.services;
    for (let i = 0; config.services.length < 10; i++) config.services.push({ ...structuredClone(first), code: `more-${i}` });
    return config;
};

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] } } }); // a proxy on this machine is believed
    await bookableHall(d, { units: 9, edit: ten, services: { 'social-card': { fields } } });
    await bookableHall(d, { code: 'other', units: 9 });
});

after(async () => {
    await d.stop();
    await gateway.stop();
});

let senders = 0;
const elsewhere = () => ({ headers: { 'x-forwarded-for': `10.${++senders >> 8}.${senders & 255}.7` } });
const at = (skip = 0) => freeTime(d, 'small', 'certificate', { skip });
const post = async (path, body, options = elsewhere()) => d.nobody().request('POST', path, { body, ...options });
const told = (answer) => `${answer.status} ${answer.json.code ?? answer.json.state}${answer.json.field ? ` ${answer.json.field}` : ''}`;
const alive = async (hall, phone) => {
    const code = await sendCode(d, gateway, hall, { purpose: 'manage', phone });
    return (await d.nobody().post(`/halls/${hall}/my-bookings`, { phone, code })).bookings;
};

test('one phone number is one, however it is written', async () => {
    await bookableHall(d, { code: 'quota', units: 20, booking: { alive_max: 1 } });
    const phone = newPhone();
    await book(d, gateway, 'quota', { phone });
    const wide = phone.replace(/\d/g, (c) => String.fromCodePoint(0xff10 + Number(c)));
    const spaced = `+86 ${phone.slice(0, 3)}-${phone.slice(3, 7)} ${phone.slice(7)}`;
    const forms = [`+86${phone}`, `0086${phone}`, spaced, wide, `86${phone}`, `0${phone}`, `+86(0)${phone}`, `\u202a${phone}\u202c`];
    const when = await freeTime(d, 'quota', 'social-card');
    const held = await hold(d, 'quota', { services: ['social-card'], at: when }, elsewhere());
    const code = await sendCode(d, gateway, 'quota', { purpose: 'book', phone, booking: held.id });
    for (const form of forms) {
        assert.equal(await refusal(confirm(d, held.link, { phone: form, code })), '409 phone_limit phone', form);
    }
    assert.equal(told(await post('/halls/quota/codes', { purpose: 'wait', phone: spaced, ...await work(d, 'quota') })), '202 undefined');
    const fourth = await post('/halls/quota/codes', { purpose: 'wait', phone: wide, ...await work(d, 'quota') });
    assert.equal(told(fourth), '429 rate_limit', 'every form counts against the same rate');
    const wait = Number(fourth.headers.get('retry-after'));
    assert.ok(wait > 30 && wait <= 60, `${wait}`);
});

test('times that are none, before and beyond all time', async () => {
    const good = await at();
    for (const [when, what] of [[good + 1, 'slot_none'], [good - 1, 'slot_none'], [good + 60000, 'slot_none'], [0, 'slot_none'],
        [Date.now() - 86400000, 'slot_none'], [7258118400000, 'slot_none'], [7258032000000, 'slot_none'], [-1, 'field_invalid'],
        [7258118400001, 'field_invalid'], [Number.MAX_SAFE_INTEGER, 'field_invalid'], [1.5, 'field_invalid'],
        [String(good), 'field_invalid'], [null, 'field_invalid'], [[good], 'field_invalid']]) {
        const answer = await post('/halls/small/holds', { services: ['certificate'], at: when, ...await work(d, 'small') });
        assert.equal(told(answer), `422 ${what} at`, `${when}`);
    }
    for (const day of ['20270229', '20281301', '20270001', '20270100', '20280230']) {
        assert.equal(await refusal(d.get(`/halls/small/times?services=certificate&day=${day}`)), '422 day_unknown day');
        assert.equal(await refusal(d.get(`/halls/small/days?services=certificate&from=${day}`)), '422 day_unknown from');
        assert.equal(await refusal(d.get(`/first-free?services=certificate&from=${day}`)), '422 day_unknown from');
    }
    assert.deepEqual((await d.get('/halls/small/times?services=certificate&day=21991231')).times, []);
    assert.deepEqual((await d.get('/halls/small/times?services=certificate&day=19700101')).times, []);
});

test('a time in the hour that a zone leaves out is none', async () => {
    const zone = 'Europe/Berlin';
    await bookableHall(d, { code: 'gap', booking: { to_days: 200 }, edit: (c) => ({ ...c, zone }) });
    const from = '20270328'; // 02:00 becomes 03:00
    const { times } = await d.get(`/halls/gap/times?services=certificate&day=${from}`);
    assert.ok(times.length > 0, 'the window goes that far');
    const hours = new Intl.DateTimeFormat('en', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' });
    assert.ok(!times.some((t) => hours.format(t.at) === '02'));
    const last = times.filter((t) => hours.format(t.at) === '01').at(-1);
    const first = times.find((t) => hours.format(t.at) === '03');
    assert.equal(new Set(times.map((t) => t.at)).size, times.length);
    for (const t of [last, first]) assert.equal((await hold(d, 'gap', { services: ['certificate'], at: t.at }, elsewhere())).at, t.at);
});

test('visits that are none: services again, too many, all of them; too many persons', async () => {
    const when = await at();
    const { services } = await d.get('/halls/small');
    const codes = services.map((s) => s.code);
    assert.equal(codes.length, 10);
    for (const [wish, what] of [
        [{ services: ['certificate', 'certificate'] }, '422 field_invalid services'],
        [{ services: ['certificate', 'advice', 'certificate'] }, '422 field_invalid services'],
        [{ services: codes.slice(0, 9) }, '422 field_invalid services'],
        [{ services: ['*'] }, '404 service_unknown services'],
        [{ services: ['~certificate'] }, '422 field_invalid services'],
        [{ services: ['certificate,advice'] }, '422 field_invalid services'],
        [{ services: [] }, '422 field_invalid services'],
        [{ services: Array(65).fill('a') }, '422 field_invalid services'],
        [{ persons: 5 }, '422 field_invalid persons'], [{ persons: 11 }, '422 field_invalid persons'],
        [{ persons: 1e9 }, '422 field_invalid persons'], [{ persons: '2' }, '422 field_invalid persons'],
        [{ class: 'king' }, '422 class_unknown class'], [{ share: 'staff' }, '422 field_unknown share'],
    ]) {
        const answer = await post('/halls/small/holds', { services: ['certificate'], at: when, ...await work(d, 'small'), ...wish });
        assert.equal(told(answer), what, JSON.stringify(wish));
    }
    for (const persons of [1, 4]) { // the longest visits there are
        for (const n of [8, 9]) {
            const { status } = await d.request('GET', `/halls/small/days?services=${codes.slice(0, n)}&persons=${persons}`);
            assert.equal(status, n === 8 ? 200 : 422);
        }
    }
    const long = await hold(d, 'small', { services: codes.slice(0, 8), at: (await d.get(
        `/halls/small/times?services=${codes.slice(0, 8)}&persons=4&day=${localDay(1)}`)).times[0].at, persons: 4, lang: 'xx' }, elsewhere());
    assert.deepEqual([long.services.length, long.lang], [8, 'zh']);
    assert.equal(told(await post('/booking/cancel', {}, { token: `Ticket ${long.link}` })), '200 cancelled');
});

test('fields that are none cost no try of the code', async () => {
    const held = await hold(d, 'small', { services: ['social-card'], at: await freeTime(d, 'small', 'social-card', { skip: 3 }) }, elsewhere());
    const phone = newPhone();
    const code = await sendCode(d, gateway, 'small', { purpose: 'book', phone, booking: held.id });
    for (const [typed, what] of [
        [{ f0: 'a\u0000b' }, '400 json_syntax'], [{ f0: 'a\nb' }, '422 field_invalid fields'], [{ f0: 'a\u0085b' }, '422 field_invalid fields'],
        [Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`f${i}`, 'x'])), '422 field_invalid fields'],
        [{ nix: 'x' }, '422 field_unknown fields.nix'], [{ F0: 'x' }, '422 field_invalid fields'], [{ f2: '丙' }, '422 field_invalid fields.f2'],
        [{ f1: '1e9' }, '422 field_invalid fields.f1'], [{ f1: '0x10' }, '422 field_invalid fields.f1'], [{ f1: '١' }, '422 field_invalid fields.f1'],
        [{ f1: 7 }, '422 field_invalid fields'], [['f0'], '422 field_invalid fields'], [{ f0: '\ud800' }, '400 json_syntax'],
    ]) {
        assert.equal(await refusal(confirm(d, held.link, { phone, code, fields: typed })), what, JSON.stringify(typed));
    }
    assert.equal((await confirm(d, held.link, { phone, code, fields: { f0: '<b>"\\', f2: 'B' } })).state, 'confirmed');
});

test('links, ids and codes open what they are of, and nothing else', async () => {
    const phone = newPhone();
    const mine = await book(d, gateway, 'small', { services: ['certificate'], phone });
    const kiosk = await d.device('k-abuse', 'kiosk', 'small');
    const ticket = await kiosk.post('/halls/small/tickets', { service: 'certificate' });
    const code = await sendCode(d, gateway, 'small', { purpose: 'wait', phone });
    const waiting = await d.nobody().post('/halls/small/waitlist', { services: ['certificate'], from: localDay(1), to: localDay(3), phone, code });
    const [hall, id, mac] = mine.link.split('.');
    const wid = waiting.link.split('.')[1];
    const everywhere = [['GET', '/booking'], ['GET', '/booking/calendar.ics'], ['POST', '/booking/cancel', {}],
        ['POST', '/booking/move', { at: mine.at }], ['POST', '/booking/accept', {}], ['POST', '/booking/decline', {}],
        ['POST', '/booking/arrive', { arrival: '1234' }], ['POST', '/booking/confirm', { phone, code: '123456' }]];
    const atTicket = [['GET', '/ticket'], ['POST', '/ticket/cancel', {}], ['POST', '/ticket/arrive', { arrival: '1234' }], ['GET', '/ticket/stream']];
    const atWaiting = [['GET', '/waiting'], ['POST', '/waiting/leave', {}]];
    const ask = async (link, [method, path, body]) => `${path} ${told(await d.citizen(link).request(method, path, { body })).slice(0, 3)}`;
    for (const link of [`other.${id}.${mac}`, `${hall}.${id.replace(/\d$/, (n) => (Number(n) + 1) % 10)}.${mac}`, `${hall}.${wid}.${mac}`,
        `${hall}.${id}.${ticket.link.split('.')[2]}`, `${hall}.${id}.${'A'.repeat(16)}`, `${hall}.${id}.`, `${hall}.${id}`, `sys.${id}.${mac}`]) {
        for (const what of [...everywhere, ...atTicket, ...atWaiting]) assert.equal(await ask(link, what), `${what[1]} 401`, link);
    }
    for (const what of everywhere) assert.equal(await ask(ticket.link, what), `${what[1]} 422`, 'a ticket is no booking');
    for (const what of everywhere) assert.equal(await ask(waiting.link, what), `${what[1]} 404`, 'nor is a wish');
    for (const what of [...atTicket]) {
        assert.match(await ask(mine.link, what), new RegExp(`^${what[1]} 4(04|22)$`), 'a booking is no ticket');
        assert.match(await ask(waiting.link, what), new RegExp(`^${what[1]} 4(04|22)$`));
    }
    for (const what of atWaiting) {
        assert.equal(await ask(mine.link, what), `${what[1]} 404`, 'a booking is no wish');
        assert.equal(await ask(ticket.link, what), `${what[1]} 422`);
    }
    assert.deepEqual([(await d.citizen(mine.link).get('/booking')).state, (await d.citizen(ticket.link).get('/ticket')).state,
        (await d.citizen(waiting.link).get('/waiting')).state], ['confirmed', 'waiting', 'waiting']);

    // A code for one purpose, hall or number is none for another.
    const manage = await sendCode(d, gateway, 'small', { purpose: 'manage', phone });
    assert.equal(await refusal(d.nobody().post('/halls/other/my-bookings', { phone, code: manage })), '410 code_dead code');
    assert.equal(await refusal(d.nobody().post('/halls/small/my-bookings', { phone: newPhone(), code: manage })), '410 code_dead code');
    assert.equal(await refusal(d.nobody().post('/halls/small/waitlist', { services: ['certificate'], from: localDay(1), to: localDay(3), phone,
        code: manage })), '410 code_dead code');
    assert.equal((await d.nobody().post('/halls/small/my-bookings', { phone, code: manage })).bookings.length, 1);
});

test('a key of one request is none for another, and a refusal is not kept', async () => {
    const when = await at(7);
    const wish = { services: ['certificate'], at: when };
    const key = 'abuse-key-0001';
    const first = await post('/halls/small/holds', { ...wish, challenge: 'x', solution: 'y' }, { key });
    assert.equal(told(first), '422 challenge_invalid challenge');
    const body = { ...wish, ...await work(d, 'small') };
    const held = await post('/halls/small/holds', body, { key });
    assert.equal(told(held), '201 held');
    assert.deepEqual((await post('/halls/small/holds', body, { key })).json, held.json);
    const phone = newPhone();
    for (const [path, other] of [['/halls/small/holds', { ...body, persons: 2 }],
        ['/halls/small/codes', { purpose: 'manage', phone, challenge: body.challenge, solution: body.solution }]]) {
        assert.equal(told(await post(path, other, { key })), '422 idempotency_mismatch', path);
    }
    // The same key, as the holder of the link: somebody else's, so a request of its own.
    assert.equal(told(await post('/booking/cancel', {}, { key, token: `Ticket ${held.json.link}` })), '200 cancelled');
    assert.equal(told(await post('/booking/cancel', {}, { key, token: `Ticket ${held.json.link}` })), '200 cancelled');
    assert.equal(told(await post('/booking/cancel', {}, { token: `Ticket ${held.json.link}` })), '409 booking_state booking');
});

test('a request that is repeated after its challenge has expired gets its first answer', async () => {
    const sms = { gateways: [gateway.settings()] };
    const slow = await startDaemon({ settings: { sms, workers: 1 } });
    try {
        await bookableHall(slow, { units: 9 });
        const when = await freeTime(slow, 'small', 'certificate', { plus: 2 });
        const phone = newPhone();
        const send = (path, body, key) => slow.nobody().request('POST', path, { body, key });
        const requests = [['/halls/small/holds', { services: ['certificate'], at: when }],
            ['/halls/small/codes', { purpose: 'manage', phone }], ['/halls/small/remote-tickets', { service: 'certificate' }]];
        const first = [];
        for (const [i, [path, body]] of requests.entries()) {
            Object.assign(body, await work(slow, 'small'));
            first.push(await send(path, body, `slow-network-${i}`));
        }
        assert.deepEqual(first.map((a) => a.status), [201, 202, 201]);
        const unused = await work(slow, 'small');
        slow.options.settings = { sms, workers: 1, demo: { clock_speed: 1200 } }; // ten minutes in half a second
        await slow.restart();
        const old = { ...requests[0][1], ...unused };
        await eventually('the challenge has expired', async () =>
            told(await send(requests[0][0], { ...old, persons: 99 })).includes('persons') && (await slow.get('/clock')).now > Date.now() + 601000, 10000);
        assert.equal(told(await send(requests[0][0], old)), '422 challenge_invalid challenge');
        for (const [i, [path, body]] of requests.entries()) {
            assert.deepEqual((await send(path, body, `slow-network-${i}`)).json, first[i].json, path);
            assert.equal(told(await send(path, body)), '422 challenge_invalid challenge', path);
        }
    } finally {
        await slow.stop();
    }
});

test('a hold is no booking where the day was closed meanwhile', async () => {
    await bookableHall(d, { code: 'shut', units: 5 });
    const day = localDay(2);
    const { times } = await d.get(`/halls/shut/times?services=certificate&day=${day}`);
    const holds = [];
    for (const t of times.slice(0, 2)) holds.push(await hold(d, 'shut', { services: ['certificate'], at: t.at }, elsewhere()));
    const phone = newPhone();
    const codes = [];
    for (const h of holds) codes.push(await sendCode(d, gateway, 'shut', { purpose: 'book', phone, booking: h.id }));
    assert.equal((await confirm(d, holds[0].link, { phone, code: codes[0] }, { key: 'before-it-shut' })).state, 'confirmed');
    await d.post('/halls/shut/closures', { from: day, kind: 'closed', reason: 'flood' });
    const answer = await d.citizen(holds[1].link).request('POST', '/booking/confirm', { body: { phone, code: codes[1], checklist: 'yes' } });
    assert.equal(told(answer), '409 hold_expired at');
    assert.ok(answer.json.alternatives.length > 0);
    assert.equal((await confirm(d, holds[0].link, { phone, code: codes[0] }, { key: 'before-it-shut' })).state, 'confirmed', 'what is acknowledged is');
});

test('an offer of a day closed meanwhile is gone', async () => {
    await bookableHall(d, { code: 'shut-offer', units: 1 });
    const day = localDay(2);
    const { times } = await d.get(`/halls/shut-offer/times?services=certificate&day=${day}`);
    const first = await book(d, gateway, 'shut-offer', { services: ['certificate'], at: times[0].at });
    const phone = newPhone();
    const wish = { services: ['certificate'], from: day, to: day, phone };
    const code = await sendCode(d, gateway, 'shut-offer', { purpose: 'wait', phone });
    const waiting = await d.nobody().post('/halls/shut-offer/waitlist', { ...wish, code });
    await d.citizen(first.link).post('/booking/cancel');
    const { offer_link } = await d.citizen(waiting.link).get('/waiting');
    await d.post('/halls/shut-offer/closures', { from: day, kind: 'closed', reason: 'flood' });
    assert.equal(await refusal(d.citizen(offer_link).post('/booking/accept')), '410 offer_gone booking');
    assert.equal((await d.citizen(offer_link).post('/booking/decline')).state, 'declined');
});

test('who has confirmed is told so again, whatever the hall asks for by now', async () => {
    await bookableHall(d, { code: 'asks' });
    const held = await hold(d, 'asks', { services: ['certificate'], at: await freeTime(d, 'asks', 'certificate') }, elsewhere());
    const phone = newPhone();
    const code = await sendCode(d, gateway, 'asks', { purpose: 'book', phone, booking: held.id });
    await confirm(d, held.link, { phone, code }, { key: 'lost-answer' });
    await bookableHall(d, { code: 'asks', services: { certificate: { fields: [{ ...fields[0], required: true }] } } });
    assert.equal((await confirm(d, held.link, { phone, code }, { key: 'lost-answer' })).state, 'confirmed');
});

test('booking switched off: nobody begins, who holds may finish', async () => {
    await bookableHall(d, { code: 'off', units: 5 });
    const when = await freeTime(d, 'off', 'certificate');
    const held = await hold(d, 'off', { services: ['certificate'], at: when }, elsewhere());
    const phone = newPhone();
    const code = await sendCode(d, gateway, 'off', { purpose: 'book', phone, booking: held.id });
    await bookableHall(d, { code: 'off', units: 5, booking: { open: false } });
    const late = await post('/halls/off/holds', { services: ['certificate'], at: when, ...await work(d, 'off') });
    assert.equal(told(late), '409 booking_closed services');
    assert.equal((await confirm(d, held.link, { phone, code })).state, 'confirmed');
    assert.equal(await refusal(d.citizen(held.link).post('/booking/move', { at: when + 86400000 })), '409 booking_closed services');
    assert.equal((await d.citizen(held.link).post('/booking/cancel')).state, 'cancelled');
});

test('who floods the waitlist, holds for ever or moves to and fro meets a bound', async () => {
    await bookableHall(d, { code: 'flood', units: 40, booking: { alive_max: 2 } });
    const phone = newPhone();
    const joined = [];
    for (let i = 0; i < 3; i++) {
        const code = await sendCode(d, gateway, 'flood', { purpose: 'wait', phone });
        joined.push(await refusal(d.nobody().post('/halls/flood/waitlist', { services: ['certificate'], from: localDay(1), to: localDay(20), phone, code })));
    }
    assert.match(joined[1], /^answered/);
    assert.equal(joined[2], '409 phone_limit phone');

    const sender = elsewhere();
    const when = await freeTime(d, 'flood', 'certificate');
    for (let i = 0; i < 10; i++) await hold(d, 'flood', { services: ['certificate'], at: when }, sender);
    const eleventh = await post('/halls/flood/holds', { services: ['certificate'], at: when, ...await work(d, 'flood') }, sender);
    assert.equal(told(eleventh), '429 rate_limit');
    assert.ok(Number(eleventh.headers.get('retry-after')) > 500, 'when the first hold ends');

    const mine = await book(d, gateway, 'flood', { services: ['certificate'] });
    const { times } = await d.get(`/halls/flood/times?services=certificate&day=${localDay(3)}`);
    const moves = [];
    for (let i = 0; i < 6; i++) moves.push(await refusal(d.citizen(mine.link).post('/booking/move', { at: times[i].at })));
    assert.deepEqual(moves.map((m) => m.slice(0, 8)), [...Array(5).fill('answered'), '429 rate']);
});

test('a slip of the pen does not book in another century, nor close the hall for it', async () => {
    await bookableHall(d, { code: 'slips' });
    const when = await freeTime(d, 'slips', 'certificate');
    const clerk = await d.clerk('li-slips', 'slips');
    for (const then of [7258032000000, when + 800 * 86400000]) {
        assert.equal(await refusal(clerk.post('/halls/slips/bookings', { services: ['certificate'], at: then })), '422 slot_none at');
    }
    assert.equal((await clerk.post('/halls/slips/bookings', { services: ['certificate'], at: when + 600 * 86400000 })).state, 'confirmed');
    const close = (from, to) => refusal(d.post('/halls/slips/closures', { from, to, kind: 'closed', reason: 'Feast' }));
    assert.equal(await close(localDay(3), '21991231'), '422 field_invalid to');
    assert.equal(await close(localDay(3), localDay(3 + 366)), '422 field_invalid to');
    assert.equal(await close(localDay(-9), localDay(-2)), '422 field_invalid to');
    assert.match(await close(localDay(3), localDay(3 + 365)), /^answered/);
});

test('what the public is told of others is nothing', async () => {
    const phone = newPhone();
    const booked = await book(d, gateway, 'small', { services: ['certificate'], phone });
    const unknown = newPhone();
    // A number with bookings and one without are answered alike, by code and by shape.
    const answers = [];
    for (const tel of [phone, unknown]) answers.push(await post('/halls/small/codes', { purpose: 'manage', phone: tel, ...await work(d, 'small') }));
    assert.deepEqual(Object.keys(answers[0].json), Object.keys(answers[1].json));
    assert.deepEqual(answers.map((a) => a.status), [202, 202]);
    const tries = [];
    for (const tel of [phone, unknown]) tries.push(await refusal(d.nobody().post('/halls/small/my-bookings', { phone: tel, code: '000000' })));
    assert.equal(tries[0], tries[1]);
    for (const path of [`/halls/small/bookings/${booked.id}`, `/halls/small/bookings?from=${localDay(1)}`, '/halls/small/waitlist',
        '/halls/small/events', `/halls/small/desk/days?from=${localDay(1)}`, '/halls/small/conflicts', '/halls/small/arrival-code']) {
        assert.equal((await d.nobody().request('GET', path)).status, 401, path);
    }
    const { events } = await d.get('/halls/small/events?limit=1000');
    assert.deepEqual([...new Set(events.filter((e) => e.booking === booked.id).map((e) => e.by))], ['citizen:']);
    const redis = d.redis();
    const hashes = new Set((await redis.keys('{small}:bp:*')).map((k) => k.slice('{small}:bp:'.length)));
    redis.disconnect();
    const text = JSON.stringify(events) + d.log + (await d.admin('/metrics')).text;
    assert.ok(hashes.size > 0);
    for (const hash of hashes) assert.ok(!text.includes(hash), 'a hash of a phone number');
    assert.ok(!text.includes(phone) && !text.includes(booked.link.split('.')[2]));
});
