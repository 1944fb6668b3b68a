// What the page of messages makes of its figures, and that it says everything in words. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  GROUPS, KINDS, STATES, budgetOf, byReason, costOf, groupOf, lifeOf, numberOf, rateGateway, reasonText, tableOf, together,
} from '../../daemon/web/admin/messages/rules.js';
import { makeI18n } from '../../daemon/web/shared/i18n.js';

const TOP = new URL('../../', import.meta.url);
const read = (path) => readFileSync(new URL(path, TOP), 'utf8');
const words = Object.fromEntries(['zh', 'en'].map((lang) => [lang, JSON.parse(read(`daemon/web/admin/messages/${lang}.json`))]));
const i18n = (lang) => makeI18n(words, lang);
const NOW = Date.UTC(2026, 10, 16, 0, 0); // half of November
const said = (state, more = {}) => ({ daemon: 'a', at: NOW - 5000, state, rate: 2, window: 16, used: 1, reason: '', ...more });
const gateway = (daemons, more = {}) => ({ name: 'k', kind: 'http', spent: { hour: 1, day: 2 }, daemons, ...more });

test('a gateway is as good as its best link, and "partly" where another is broken', () => {
  const rate = (...daemons) => {
    const { tone, state } = rateGateway(gateway(daemons), NOW);
    return `${tone} ${state}`;
  };
  assert.equal(rate(said('up')), 'good up');
  assert.equal(rate(said('throttled')), 'warn throttled');
  assert.equal(rate(said('down'), said('open')), 'bad open');
  assert.equal(rate(said('down'), said('up')), 'warn partly');
  assert.equal(rate(said('up'), said('throttled')), 'good up');
  assert.equal(rate(), 'bad silent', 'nobody says anything');
  assert.equal(rate(said('up', { at: NOW - 31000 })), 'bad silent', 'or not any more');
  assert.equal(rate(said('brand_new')), 'bad brand_new');
  assert.deepEqual(rateGateway(gateway([], { kind: 'null' }), NOW).state, 'null');
  assert.equal(together([said('up'), said('open', { rate: 5 })], 'rate'), 7);
  assert.equal(together([{ at: NOW }], 'rate'), null, 'nobody says it');
});

test('the budget: its share, where it ends at this pace, and what it costs', () => {
  const of = (month, parts_month = 10000, now = NOW) => budgetOf({ month, now, budget: { parts_month } });
  assert.deepEqual(of(4000), { used: 4000, max: 10000, share: 0.4, ahead: 8000, tone: 'good' });
  assert.deepEqual([of(6000).ahead, of(6000).tone], [12000, 'warn']);
  assert.deepEqual([of(9100, 10000, Date.UTC(2026, 10, 30, 23)).tone, of(10000).tone], ['warn', 'bad']);
  assert.equal(of(10, 10000, Date.UTC(2026, 10, 1, 0, 1)).ahead, 300, 'the first minute of a month is no pace');
  const turn = Date.UTC(2026, 10, 30, 16, 0); // a minute of December in Shanghai, still November in London
  assert.equal(budgetOf({ month: 10, now: turn, budget: { parts_month: 10000 } }, 'Asia/Shanghai').ahead, 310);
  assert.equal(budgetOf({ month: 1000, now: turn, budget: { parts_month: 10000 } }, 'Europe/London').ahead, 1011);
  assert.equal(of(5, 0), null);
  assert.equal(budgetOf({ month: 5, now: NOW }), null);
  assert.equal(costOf(1000, { price_per_part: '0.045', currency: 'CNY' }, 'zh'), '¥45.00');
  assert.equal(costOf(1000, { price_per_part: '0.08', currency: 'EUR' }, 'en'), '€80.00');
  assert.equal(costOf(1000, { price_per_part: '', currency: 'CNY' }), null);
  assert.equal(costOf(1000), null);
});

test("today's table: every state in one column, kinds in order, what a newer daemon knows at the end", () => {
  const { rows, total, all } = tableOf({ states: { queued: 1, uncertain: 1, delivered: 7, rejected: 2, unknown: 1 },
    kinds: { ticket: { delivered: 4, rejected: 2 }, novel: { unknown: 1 }, called: { queued: 1, uncertain: 1, delivered: 3 } } });
  assert.deepEqual(rows.map((row) => [row.kind, row.cells, row.all]), [
    ['called', [2, 0, 3, 0, 0], 5], ['ticket', [0, 0, 4, 2, 0], 6], ['novel', [0, 0, 0, 0, 1], 1]]);
  assert.deepEqual([total, all], [[2, 0, 7, 2, 1], 12]);
  assert.deepEqual(tableOf({ states: {}, kinds: {} }), { rows: [], total: [0, 0, 0, 0, 0], all: 0 });
  assert.equal(new Set(STATES).size, 9);
  assert.ok(STATES.every((state) => GROUPS.some((group) => group.id === groupOf(state))));
});

test('failures by reason, the most frequent first; without a reason by their state', () => {
  const found = byReason([{ reason: 'late' }, { reason: '', state: 'expired' }, { reason: 'x' }, { reason: 'late' }]);
  assert.deepEqual(found.map((one) => [one.reason, one.list.length]), [['late', 2], ['expired', 1], ['x', 1]]);
});

test('the life of a message holds what is kept of it, in its order, and guesses nothing', () => {
  const steps = (message) => lifeOf(message).map((step) => `${step.state} ${step.at}`);
  assert.deepEqual(steps({ at: 100, state: 'queued' }), ['queued 100']);
  assert.deepEqual(steps({ at: 100, since: 900, state: 'delivered' }), ['queued 100', 'delivered 900']);
  assert.deepEqual(steps({ at: 100, since: 900, state: 'delivered', times: { submitted: 110, accepted: 120 } }),
    ['queued 100', 'submitted 110', 'accepted 120', 'delivered 900']);
  assert.deepEqual(steps({ at: 100, since: 100, state: 'expired', times: {} }), ['queued 100', 'expired 100'], 'in one moment');
});

test('what people type as a number', () => {
  const cases = { a12: 'A12', ' A 012': 'A012', 'ab-5': 'AB5', b1017: 'B1017', 1017: '1017', Ａ０１２: 'A012', hello: '', '': '', 'A12;': '' };
  for (const [typed, number] of Object.entries(cases)) assert.equal(numberOf(typed), number, typed);
});

test('every state, kind and outcome is said in words, in both languages', () => {
  for (const lang of ['zh', 'en']) {
    const has = (key) => assert.ok(key in words[lang], `${lang} ${key}`);
    for (const state of STATES) for (const key of [`state.${state}`, `life.${state}`]) has(key);
    for (const state of ['up', 'down', 'throttled', 'open', 'half_open', 'silent', 'partly', 'null']) has(`gateway.state.${state}`);
    for (const state of ['down', 'throttled', 'open', 'half_open', 'silent', 'partly']) has(`gateway.does.${state}`);
    for (const outcome of ['ok', 'tempfail', 'uncertain', 'throttled', 'permfail', 'config']) has(`trial.outcome.${outcome}`);
    for (const group of GROUPS) has(`group.${group.id}`);
    for (const kind of KINDS) has(`kind.${kind}`);
    for (const kind of read('config/settings.def').match(/GATEWAY\(kind,.*?ENUM, "\w+", "([\w|]+)"/)[1].split('|')) has(`gateway.kind.${kind}`);
  }
  const sent = [...read('sms/text.c').matchAll(/\[TEXT_[A-Z_]+\] = "(\w+)"/g)].map((one) => one[1]);
  assert.ok(sent.length >= 12);
  assert.deepEqual(sent.filter((kind) => !KINDS.includes(kind)), [], 'the page knows every kind');
});

test('a reason is a sentence: its own, that of its family, or the code where nothing is known', () => {
  const en = i18n('en');
  assert.equal(reasonText('late', en), words.en['reason.late']);
  assert.match(reasonText('http_503', en), /not available/);
  assert.equal(reasonText('http_418', en), 'The gateway answered with HTTP status 418.');
  assert.match(reasonText('smpp_4ff', i18n('zh')), /SMPP 错误 4ff/);
  assert.match(reasonText('UNDELIV:001', en), /number not in use.*UNDELIV:001/);
  assert.match(reasonText('MK:0001', en), /MK:0001/);
  assert.match(reasonText('never_heard_of', i18n('zh')), /never_heard_of/);
  assert.equal(reasonText('', en), '');
});

test('whatever the parts of sms/ say of a failure has its own sentence', () => {
  const files = ['sms/text.c', 'sms/message.c', 'sms/gateway_http.c', 'daemon/fetch/fetch.c', 'sms/trial.c'];
  const codes = new Set(files.flatMap((file) => [...read(file).matchAll(/(?:finish\([^;]*?|reason = |return |REASON\()"([a-z]+(?:_[a-z]+)*)"/g)].map((one) => one[1])));
  assert.ok(codes.size >= 5, `found ${[...codes]}`);
  const known = ['rejected', 'retry', 'accepted', 'expired', 'unknown', 'queued', 'sent', 'failed'];
  for (const code of codes) {
    if (known.includes(code) || !/_|late/.test(code)) continue;
    for (const lang of ['zh', 'en']) assert.ok(`reason.${code}` in words[lang], `${lang} reason.${code}`);
  }
});
