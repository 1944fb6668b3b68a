// The calendar file of a booking, read by two parsers that are not ours: Debian's python3-icalendar and npm's ical.js. What
// they read must be what the hall file says, whatever stands in it. SPDX-License-Identifier: MIT
import ICAL from 'ical.js';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { book, bookableHall, freeTime, hold, refusal } from '../lib/citizen.mjs';
import { startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

const NASTY = 'Müller, Meier; "Söhne" \\ Co: 50 % — ☎️ 0800;TZID=Europe/Berlin';
// An emoji of four octets at every place around the fold, and one that is several code points.
const EMOJI = Array.from({ length: 5 }, (_, i) => 'x'.repeat(55 + i) + '😀👩‍👩‍👧'.repeat(8));
const PYTHON = '/usr/bin/python3'; // Debian's own: another one in the path would not have its packages
const PROGRAM = `
import json, sys
from icalendar import Calendar
c = Calendar.from_ical(sys.stdin.buffer.read())
e = c.walk('VEVENT')[0]
assert not e.errors, e.errors
print(json.dumps({'uid': e['UID'], 'summary': e['SUMMARY'], 'location': e['LOCATION'], 'description': e['DESCRIPTION'],
    'url': e['URL'], 'status': e['STATUS'], 'sequence': e['SEQUENCE'], 'method': c['METHOD'],
    'from': e.decoded('DTSTART').timestamp() * 1000, 'to': e.decoded('DTEND').timestamp() * 1000,
    'alarms': [a.decoded('TRIGGER').total_seconds() for a in e.walk('VALARM')]}))
`;
let d;
let gateway;

function byPython(text) {
    const told = spawnSync(PYTHON, ['-c', PROGRAM], { input: text, encoding: 'utf8' });
    assert.equal(told.status, 0, told.stderr);
    return JSON.parse(told.stdout);
}

function byIcalJs(text) {
    const calendar = new ICAL.Component(ICAL.parse(text));
    const component = calendar.getFirstSubcomponent('vevent');
    const e = new ICAL.Event(component);
    return {
        uid: e.uid, summary: e.summary, location: e.location, description: e.description,
        url: component.getFirstPropertyValue('url'), status: component.getFirstPropertyValue('status'),
        sequence: e.sequence, method: calendar.getFirstPropertyValue('method'),
        from: e.startDate.toJSDate().getTime(), to: e.endDate.toJSDate().getTime(),
        alarms: component.getAllSubcomponents('valarm').map((a) => a.getFirstPropertyValue('trigger').toSeconds()),
    };
}

// What both read. By the way: what RFC 5545 says of lines.
function parse(text) {
    assert.ok(text.endsWith('\r\n') && !/[^\r]\n|\r[^\n]/.test(text));
    for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
    const [a, b] = [byPython(text), byIcalJs(text)];
    assert.deepEqual(a, b);
    return a;
}

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] }, http: { public_url: 'https://hall.example' } } });
});

after(async () => {
    await d.stop();
    await gateway.stop();
});

const file = (link) => d.citizen(link).request('GET', '/booking/calendar.ics');

test('both parsers read the booking', async () => {
    await bookableHall(d);
    const at = await freeTime(d, 'small', 'id-card,certificate');
    const booked = await book(d, gateway, 'small', { services: ['id-card', 'certificate'], at, persons: 2, lang: 'en' });
    const answer = await file(booked.link);
    assert.equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8');
    assert.equal(answer.headers.get('content-disposition'), `attachment; filename="booking-${booked.number}.ics"`);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.deepEqual(parse(answer.text), {
        uid: `${booked.id}@small`, method: 'PUBLISH', status: 'CONFIRMED', sequence: 0, from: booked.at, to: booked.ends,
        summary: 'Identity card, Certificates (2 persons) – Neighbourhood service point',
        location: 'Neighbourhood service point, 8 Heping Road',
        description: `Please bring:\n- Household register (original)\n- A recent photo\n\nBooking number: ${booked.number}\n`
            + `View, change or cancel:\nhttps://hall.example/b#${booked.link}`,
        url: `https://hall.example/b#${booked.link}`, alarms: [-86400, -3600],
    });
});

test('in the language it was booked in', async () => {
    await bookableHall(d, { code: 'zh' });
    const zh = parse((await file((await book(d, gateway, 'zh', { services: ['id-card'], lang: 'zh' })).link)).text);
    assert.equal(zh.summary, '身份证办理 – 便民服务站');
    assert.match(zh.description, /^请携带：\n- 户口簿原件\n- 近期证件照\n\n预约号：\d+\n/);
    // What a hall has no German words for stands there in its own.
    await bookableHall(d, { code: 'de', edit: (c) => ({ ...c, languages: ['zh', 'de'], names: { zh: '厅', de: 'Bürgeramt Süd' } }) });
    const de = parse((await file((await book(d, gateway, 'de', { services: ['id-card'], lang: 'de', persons: 3 })).link)).text);
    assert.match(de.summary, / \(3 Personen\) – Bürgeramt Süd$/);
    assert.match(de.description, /^Bitte mitbringen:/);
});

test('commas, semicolons, backslashes and emoji at the fold come back as they were', async () => {
    const services = (c) => c.services.map((s) => (s.code === 'id-card'
        ? { ...s, names: { zh: NASTY }, documents: EMOJI.map((zh) => ({ zh })) } : s));
    await bookableHall(d, { code: 'nasty', edit: (c) => ({ ...c, names: { zh: `${NASTY}!` }, address: { zh: '和平路 8 号；二楼，左转' },
        services: services(c) }) });
    const read = parse((await file((await book(d, gateway, 'nasty', { services: ['id-card'] })).link)).text);
    assert.equal(read.summary, `${NASTY} – ${NASTY}!`);
    assert.equal(read.location, `${NASTY}!, 和平路 8 号；二楼，左转`);
    for (const line of EMOJI) assert.ok(read.description.includes(`\n- ${line}\n`), line);
});

test('a backslash before an n is no line break', async () => {
    await bookableHall(d, { code: 'slash', edit: (c) => ({ ...c, names: { zh: 'a\\\\nb\\,c\\;' } }) });
    const { text } = await file((await book(d, gateway, 'slash', { services: ['id-card'] })).link);
    // Not by python3-icalendar 4.0.3: it undoes the escapes one kind after the other and finds "\\n" where there is none.
    assert.equal(byIcalJs(text).location, 'a\\\\nb\\,c\\;, 和平路 8 号');
});

test('a moved and a cancelled booking replace what the calendar has', async () => {
    const booked = await book(d, gateway, 'small');
    await d.citizen(booked.link).post('/booking/move', { at: await freeTime(d, 'small', 'social-card', { plus: 2 }) });
    const moved = parse((await file(booked.link)).text);
    assert.deepEqual([moved.uid, moved.sequence, moved.status], [`${booked.id}@small`, 1, 'CONFIRMED']);
    await d.citizen(booked.link).post('/booking/cancel');
    const gone = parse((await file(booked.link)).text);
    assert.deepEqual([gone.uid, gone.sequence, gone.status, gone.alarms], [`${booked.id}@small`, 2, 'CANCELLED', []]);
});

test('a service taken out of the hall meanwhile does not spoil the file', async () => {
    await bookableHall(d, { code: 'gone' });
    const booked = await book(d, gateway, 'gone', { services: ['certificate', 'advice'] });
    const { version, ...config } = await d.get('/halls/gone/config');
    const without = (list) => list.filter((s) => s.code !== 'advice' && s.service !== 'advice');
    await d.put('/halls/gone/config', { ...config, services: without(config.services),
        profiles: config.profiles.map((p) => ({ ...p, serves: without(p.serves) })) });
    assert.match(parse((await file(booked.link)).text).summary, /^证明开具 – /);
});

test('a hold has no file', async () => {
    const held = await hold(d, 'small', { services: ['social-card'], at: await freeTime(d, 'small', 'social-card') });
    assert.equal(await refusal(d.citizen(held.link).get('/booking/calendar.ics')), '409 booking_state');
    assert.equal(await refusal(d.nobody().get('/booking/calendar.ics')), '401 unauthenticated');
});
