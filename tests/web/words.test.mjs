// Words, times and colours that the pages share. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { makeClock, timeText } from '../../daemon/web/shared/clock.js';
import { takeToken } from '../../daemon/web/shared/device.js';
import { chooseLang, makeI18n, problemText } from '../../daemon/web/shared/i18n.js';
import { accentProperties, contrast } from '../../daemon/web/shared/theme.js';
import { whyText } from '../../daemon/web/shared/why.js';
import { advice, callOf, readLink } from '../../daemon/web/ticket/state.js';

const TOP = new URL('../../', import.meta.url);
const i18n = (lang) => makeI18n({ zh: {}, en: {} }, lang);
const MINUTE = 60000;

test('every catalogue says the same things in both languages, with the same places', () => {
  const folders = readdirSync(new URL('daemon/web/', TOP), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `daemon/web/${entry.name}/`)
    .filter((folder) => existsSync(new URL(`${folder}zh.json`, TOP)));
  const places = (text) => [...new Set(JSON.stringify(text).match(/\{(\w+)\}/g) || [])].sort();
  for (const folder of [...folders, 'display/web/board/', 'daemon/web/admin/messages/']) {
    const read = (lang) => JSON.parse(readFileSync(new URL(`${folder}${lang}.json`, TOP), 'utf8'));
    const [zh, en] = [read('zh'), read('en')];
    assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort(), folder);
    for (const key of Object.keys(zh)) assert.deepEqual(places(zh[key]), places(en[key]), `${folder} ${key}`);
  }
});

test('the language comes from the address, then the choice made before, then the browser', () => {
  const storage = { getItem: () => 'zh' };
  assert.equal(chooseLang({ search: '?lang=en', storage, wanted: ['zh-CN'] }), 'en');
  assert.equal(chooseLang({ search: '?lang=xx', storage, wanted: ['en'] }), 'zh');
  assert.equal(chooseLang({ wanted: ['fr', 'en-US'] }), 'en');
  assert.equal(chooseLang({ wanted: ['zh-Hant-TW'] }), 'zh');
  assert.equal(chooseLang({ wanted: ['fr'] }), 'zh');
});

test('plurals, places and names', () => {
  assert.equal(i18n('en').t('time.minutes', { n: 1 }), '1 minute');
  assert.equal(i18n('en').t('time.minutes', { n: 3 }), '3 minutes');
  assert.equal(i18n('zh').t('time.minutes', { n: 1 }), '1 分钟');
  assert.equal(i18n('zh').name({ de: 'Amt', en: '' }), 'Amt');
  assert.equal(i18n('en').name({ zh: '甲', en: 'A' }), 'A');
});

test('a problem is told in our words, else in those of the daemon, never as a code', () => {
  assert.equal(problemText({ code: 'counter_idle' }, i18n('zh')), '窗口现在没有人。');
  assert.equal(problemText({ code: 'brand_new', title: 'A new thing.' }, i18n('en')), 'A new thing.');
  assert.doesNotMatch(problemText({ code: 'brand_new', title: 'A new thing.' }, i18n('zh')), /brand/);
});

test('each rule of a call has a sentence for citizen and clerk', () => {
  const why = { overtaken: 1, bound: 3, offset: 0, waited: 12 * MINUTE, reason: '' };
  for (const lang of ['zh', 'en']) {
    for (const reader of ['citizen', 'clerk']) {
      for (const change of [{ rule: 'rank' }, { rule: 'rank', offset: 10 * MINUTE }, { rule: 'bound' },
        { rule: 'chosen', reason: 'baby' }, { rule: 'counter' }, { rule: 'clerk' }]) {
        const text = whyText({ ...why, ...change }, i18n(lang), reader);
        assert.match(text, /12/, text);
        assert.doesNotMatch(text, /why\.|\{|undefined/, text);
      }
    }
  }
  assert.equal(whyText(undefined, i18n('en')), '');
  assert.match(whyText({ rule: 'direct', waited: 0 }, i18n('en'), 'citizen'), /without waiting/);
  const booked = whyText({ rule: 'rank', offset: 0, booked: 1, arrived: 2 }, i18n('en'), 'clerk', (ms) => `<${ms}>`);
  assert.match(booked, /Booked <1>, checked in <2>\./);
});

test('the clock believes the heartbeat that travelled fastest, and forgets old ones', () => {
  let at = 0;
  const clock = makeClock({ steady: () => at });
  for (const delay of [400, 20, 900]) {
    clock.observe(1_000_000 + at - delay);
    at += 10000;
  }
  assert.equal(clock.now(), 1_000_000 + at - 20);
  for (let i = 0; i < 5; i++) clock.observe(500_000); // the daemon's clock was set back
  assert.equal(clock.now(), 500_000);
});

test("a demo's clock runs faster", () => {
  let at = 0;
  const clock = makeClock({ steady: () => at });
  clock.setSpeed(60);
  clock.observe(0);
  at = 1000;
  assert.equal(clock.now(), 60000);
});

test('times are those of the hall', () => {
  const ms = Date.UTC(2026, 10, 23, 22, 5);
  assert.equal(timeText(ms, 'en', 'Asia/Shanghai'), '06:05');
  assert.equal(timeText(ms, 'zh', 'Europe/Berlin'), '23:05');
  assert.match(timeText(ms, 'en', 'Not/AZone'), /^\d\d:05$/);
});

test('whatever accent a hall chooses, text in it is legible on light and dark ground', () => {
  const rgb = (text) => text.match(/\d+/g).map(Number);
  for (const hex of ['#0b6e4f', '#ffff00', '#000000', '#ffffff', '#ff0000', '#1f5fae', '#7f7f7f']) {
    const set = accentProperties(hex);
    for (const [ink, ground] of [['--accent-l', '--accent-soft-l'], ['--on-accent-l', '--accent-l'],
      ['--accent-d', '--accent-soft-d'], ['--on-accent-d', '--accent-d']]) {
      assert.ok(contrast(rgb(set[ink]), rgb(set[ground])) >= 4.5, `${hex} ${ink} on ${ground}`);
    }
  }
  assert.deepEqual(accentProperties('red'), {});
  assert.deepEqual(accentProperties(undefined), {});
});

test("a device's token leaves the address bar and stays with its kind of page", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const replaced = [];
  const history = { replaceState: (state, title, url) => replaced.push(url) };
  const open = (hash, kind) =>
    takeToken(kind, { location: { hash, pathname: `/${kind}`, search: '' }, history, storage });
  assert.equal(open('#secret', 'board'), 'secret');
  assert.deepEqual(replaced, ['/board']);
  assert.equal(open('', 'board'), 'secret');
  assert.equal(open('', 'kiosk'), null);
});

test("a ticket's link is read from the fragment, or refused", () => {
  const link = readLink('small.1795465432000-A012.Zm9v_-9');
  assert.deepEqual(link, { hall: 'small', authorization: 'Ticket small.1795465432000-A012.Zm9v_-9' });
  for (const bad of ['', 'small', 'small.A012.x', '../x.1795465432000-A012.x', 'small.1795465432000-A012.']) {
    assert.equal(readLink(bad), null, bad);
  }
});

test('each state of a ticket tells its holder what to do', () => {
  const rules = { return_within_minutes: 45, return_max: 2, come_now_ahead: 3 };
  const hall = { rules, remote: { open: true, arrive_minutes: 15 } };
  const say = (ticket, now = 0) => advice({ since: 0, returns: 0, calls: 1, ...ticket }, hall, now)?.[0];
  assert.equal(say({ state: 'waiting', ahead: 9 }), 'waiting.far');
  assert.equal(say({ state: 'waiting', ahead: 3 }), 'waiting.near');
  assert.equal(say({ state: 'waiting', ahead: 0 }), 'waiting.none');
  assert.equal(say({ state: 'coming', rank: 0 }, 15 * MINUTE - 1), 'coming.text');
  assert.equal(say({ state: 'coming', rank: 0 }, 15 * MINUTE), 'coming.late');
  assert.equal(say({ state: 'expired', lapsed: true }), 'expired.late');
  assert.equal(say({ state: 'called' }), undefined);
  assert.equal(say({ state: 'called', calls: 2 }), 'called.again');
  assert.equal(say({ state: 'missed' }, 44 * MINUTE), 'missed.back');
  assert.equal(say({ state: 'missed' }, 45 * MINUTE), 'missed.late');
  assert.equal(say({ state: 'missed', returns: 2 }), 'missed.often');
  assert.equal(say({ state: 'parked', counter: '2' }), 'parked.counter');
  assert.equal(say({ state: 'parked' }), 'parked.text');
  const words = JSON.parse(readFileSync(new URL('daemon/web/ticket/en.json', TOP), 'utf8'));
  for (const state of ['serving', 'done', 'cancelled', 'expired']) assert.ok(say({ state }) in words, state);
});

test('a recall is another call, a reconnect is not', () => {
  const ticket = { state: 'called', counter: '3', calls: 1, since: 5 };
  assert.equal(callOf(ticket), callOf({ ...ticket }));
  assert.notEqual(callOf(ticket), callOf({ ...ticket, calls: 2 }));
  assert.equal(callOf({ ...ticket, state: 'serving' }), null);
});
