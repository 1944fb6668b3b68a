// What the hall editor works out by itself: differences, merging, words, lists of holidays. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { changes, merge, pathAt, put, same } from '../../daemon/web/admin/file.js';
import { addHolidays, readHolidays } from '../../daemon/web/admin/holidays_text.js';
import { BOOKING, REMOTE } from '../../daemon/web/admin/rules.js';
import { changeText, daysText, faultPlace, specialText } from '../../daemon/web/admin/words.js';
import { makeI18n } from '../../daemon/web/shared/i18n.js';

const TOP = new URL('../../', import.meta.url);
const read = (lang) => JSON.parse(readFileSync(new URL(`daemon/web/admin/${lang}.json`, TOP), 'utf8'));
const i18n = (lang) => makeI18n({ zh: read('zh'), en: read('en') }, lang);
const span = (from, to, days = ['mon']) => ({ days, from, to, every_weeks: 1 });
const FILE = {
  names: { zh: '站', en: 'Hall' },
  booking: { open: true, alive_max: 3, late_minutes: 15 },
  hours: [span('08:00', '12:00'), span('13:00', '17:00')],
  special_days: [],
  services: [
    { code: 'card', names: { zh: '证', en: 'Card' }, minutes: 10, booking: { cap: 0, fields: [{ code: 'why', names: { en: 'Why' }, required: false }] } },
    { code: 'paper', names: { zh: '纸', en: 'Paper' }, minutes: 5 },
  ],
};

test('differences: members, entries by their code, spans as wholes', () => {
  const after = put(put(put(FILE, ['booking', 'alive_max'], 5), ['services', 0, 'booking', 'cap'], 2), ['hours'], [span('08:00', '12:00'), span('13:00', '16:00')]);
  assert.deepEqual(changes(FILE, after).map((one) => [one.path.join('.'), one.before, one.after]), [
    ['booking.alive_max', 3, 5],
    ['hours', span('13:00', '17:00'), span('13:00', '16:00')],
    ['services.card.booking.cap', 0, 2],
  ]);
  assert.deepEqual(changes(FILE, structuredClone(FILE)), []);
  assert.deepEqual(changes(FILE, { ...FILE, services: [...FILE.services].reverse() }), [], 'another order is no change of anything');
  assert.deepEqual(changes(FILE, { ...FILE, hours: [FILE.hours[0], FILE.hours[0]] }).length, 1, 'doubled is told, too');
  assert.deepEqual(changes({ ...FILE, breaks: undefined }, { ...FILE, breaks: [span('10:00', '10:30')] }).map((one) => one.before), [undefined]);
});

test('put changes a copy, and takes out what becomes undefined', () => {
  const after = put(FILE, ['booking', 'alive_max'], undefined);
  assert.equal('alive_max' in after.booking, false);
  assert.equal(FILE.booking.alive_max, 3);
  assert.equal(after.services, FILE.services, 'untouched parts are the same');
});

test('two people: each side keeps its changes, what both changed is mine and told', () => {
  const mine = put(put(FILE, ['booking', 'alive_max'], 5), ['hours'], [FILE.hours[0]]);
  const theirs = put(put(put(FILE, ['booking', 'late_minutes'], 20), ['services', 0, 'minutes'], 15), ['hours'], [...FILE.hours, span('18:00', '19:00')]);
  const { file, clashes } = merge(FILE, mine, theirs);
  assert.deepEqual([file.booking.alive_max, file.booking.late_minutes, file.services[0].minutes], [5, 20, 15]);
  assert.deepEqual(file.hours.map((one) => one.from), ['08:00', '18:00']);
  assert.deepEqual(clashes, []);
  const both = merge(FILE, put(FILE, ['booking', 'alive_max'], 5), put(FILE, ['booking', 'alive_max'], 9));
  assert.equal(both.file.booking.alive_max, 5);
  assert.deepEqual(both.clashes.map((one) => [one.path.join('.'), one.before]), [['booking.alive_max', 9]]);
});

test('merging entries: taken out by one side stays out, new ones of both stay in', () => {
  const mine = { ...FILE, services: [FILE.services[0], { code: 'mine', names: {}, minutes: 5 }] };
  const theirs = { ...FILE, services: [...FILE.services, { code: 'theirs', names: {}, minutes: 5 }] };
  assert.deepEqual(merge(FILE, mine, theirs).file.services.map((one) => one.code).sort(), ['card', 'mine', 'theirs']);
  assert.ok(same(merge(FILE, FILE, theirs).file, theirs));
  assert.ok(same(merge(FILE, mine, FILE).file, mine));
});

test('each change has a sentence without code names, in both languages', () => {
  const after = put(put(put(FILE, ['services', 0, 'booking', 'fields', 0, 'required'], true), ['services', 0, 'names'], { zh: '证件', en: 'Cards' }),
    ['special_days'], [{ from: '2026-12-01', to: '2026-12-02', kind: 'fewer', spans: [], public: 2, staff: 0, reason: 'x' }]);
  for (const lang of ['zh', 'en']) {
    const said = changes(FILE, after).map((one) => changeText(one, { before: FILE, after }, i18n(lang)));
    assert.equal(said.length, 3);
    for (const one of said) assert.doesNotMatch(JSON.stringify(one), /special_days|required|\bcard\b|label\.|undefined|\{n\}/);
  }
  const [special, names, required] = changes(FILE, after).map((one) => changeText(one, { before: FILE, after }, i18n('en')));
  assert.deepEqual([special.kind, special.place], ['added', 'Special days']);
  assert.match(special.after, /1 Dec 2026 – 2 Dec 2026, fewer: 2 public, x/);
  assert.deepEqual([required.place, required.before, required.after], ['Services · Cards · Booking · Asked when booking · Why · Required', 'no', 'yes']);
  assert.deepEqual([names.before, names.after], ['Card', 'Cards']);
});

test('days of the week are told in runs', () => {
  const text = (days) => daysText(days, i18n('en'));
  assert.deepEqual([text(['mon', 'tue', 'wed', 'thu', 'fri']), text(['mon', 'wed']), text(['sat', 'sun']), text(['sun', 'mon', 'tue', 'wed'])],
    ['Mon–Fri', 'Mon, Wed', 'Sat, Sun', 'Mon–Wed, Sun']);
  assert.match(specialText({ from: '2026-12-01', kind: 'workday', like: 'fri' }, i18n('zh')), /按星期五办公/);
});

test('every rule has its name and the sentence that says what it does', () => {
  const words = read('en');
  for (const [part, rules] of [['booking', BOOKING], ['remote', REMOTE]]) {
    for (const rule of rules) {
      for (const key of typeof rule === 'string' ? [`rules.${rule}`] : [`label.${part}.${rule[0]}`, `does.${part}.${rule[0]}`]) assert.ok(key in words, key);
    }
  }
});

test('every shipped list of holidays is read whole', () => {
  for (const name of readdirSync(new URL('config/holidays/', TOP))) {
    const text = readFileSync(new URL(`config/holidays/${name}`, TOP), 'utf8');
    const { holidays } = readHolidays(text);
    assert.equal(holidays.length, text.match(/^\s*- \{/gm).length, name);
    for (const one of holidays) assert.ok(one.names.zh || one.names.en || one.names.de, `${name} ${one.from}`);
  }
});

test('lists as JSON, quotes, and what cannot be read', () => {
  const one = { from: '2026-10-01', names: { zh: '国庆' } };
  assert.deepEqual(readHolidays(JSON.stringify([one])).holidays, [{ ...one, workday: false }]);
  assert.deepEqual(readHolidays(JSON.stringify({ holidays: [one] })).holidays.length, 1);
  assert.equal(readHolidays(`- {from: '2026-10-01', names: {en: "Queen's: \\"day\\"", de: 'Mutter''s, Tag'}}`).holidays[0].names.en, 'Queen\'s: "day"');
  assert.equal(readHolidays("- {from: '2026-10-01', names: {de: 'Mutter''s, Tag'}}").holidays[0].names.de, "Mutter's, Tag");
  assert.equal(readHolidays('').fault, 'empty');
  assert.equal(readHolidays('hello').fault, 'empty');
  assert.equal(readHolidays('[').fault, 'unreadable');
  assert.deepEqual(readHolidays('x\n- {from: "2026-10-01"').line, 2);
  for (const bad of ['- {from: "1.10.2026", names: {zh: x}}', '- {from: "2026-10-01"}', '- {from: "2026-10-01", to: 3, names: {zh: x}}']) {
    assert.equal(readHolidays(bad).fault, 'unreadable', bad);
  }
});

test('imported days replace those of the same date and kind, in their order', () => {
  const day = (from, zh, more) => ({ from, names: { zh }, workday: false, ...more });
  const merged = addHolidays([day('2026-10-01', 'old'), day('2026-12-01', 'kept')], [day('2026-10-01', 'new'), day('2026-01-01', 'first')]);
  assert.deepEqual(merged.map((one) => one.names.zh), ['first', 'new', 'kept']);
});

test('a column of what was sent is a place in words', () => {
  const file = { ...FILE, note: 'a "quoted", {text} 𠮷' };
  const text = JSON.stringify(file);
  const where = (path) => {
    // the position behind which the value of that path begins
    let at = file;
    let marked = file;
    for (const step of path) at = at[step];
    marked = put(file, path, typeof at === 'object' ? { MARK: 1 } : 'MARK');
    return Array.from(JSON.stringify(marked).split(typeof at === 'object' ? '{"MARK"' : '"MARK"')[0]).length + 1;
  };
  for (const path of [['booking', 'late_minutes'], ['hours', 1, 'to'], ['services', 1, 'minutes'], ['services', 0, 'booking', 'fields', 0, 'required'], ['note']]) {
    assert.deepEqual(pathAt(text, where(path)), path, path.join('.'));
  }
  assert.deepEqual(pathAt('', 5), []);
  assert.equal(faultPlace(['hours', 1, 'to'], FILE, i18n('en')), 'Opening hours · Mon 13:00–17:00');
  assert.equal(faultPlace(['services', 0, 'booking', 'cap'], FILE, i18n('en')), 'Services · Card · Booking · At once');
});
