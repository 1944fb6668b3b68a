// The logic of the booking pages, without a browser: proof of work, attempts, steps, times, states, words.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createHash, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ApiError } from '../../daemon/web/shared/api.js';
import { makeAttempt, settled } from '../../daemon/web/shared/attempt.js';
import { makeI18n } from '../../daemon/web/shared/i18n.js';
import { afterRefusal, codeDigits, codeFault } from '../../daemon/web/shared/phone_code.js';
import { openPoll } from '../../daemon/web/shared/poll.js';
import { refusalText } from '../../daemon/web/shared/refusal.js';
import { daysFault, joined } from '../../daemon/web/shared/wait_days.js';
import { leadingZeroBits, makePow, sha256Hex, solve } from '../../daemon/web/shared/pow.js';
import * as visit from '../../daemon/web/shared/visit.js';
import { readDraft, dropDraft, keepDraft } from '../../daemon/web/book/draft.js';
import { backFrom, fitRoute, holdLeft, readRoute, screenFor, stepsOf, visitKey, writeRoute } from '../../daemon/web/book/state.js';
import * as booking from '../../daemon/web/booking/state.js';
import { eventually } from '../lib/redis.mjs';

globalThis.crypto ??= webcrypto; // nodejs 18 has it only here

const read = (path) => JSON.parse(readFileSync(new URL(`../../daemon/web/${path}`, import.meta.url), 'utf8'));
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const MINUTE = 60000;

test('SHA-256 of every length around the blocks, and of other alphabets', () => {
  for (let n = 0; n < 200; n++) {
    const text = 'aé排'.repeat(n).slice(0, n);
    assert.equal(sha256Hex(text), sha256(text), String(n));
  }
});

test('a solution has the bits asked for, as the daemon counts them', async () => {
  for (const bits of [0, 1, 8, 14]) {
    const challenge = `${bits}.1795465432000.${'x'.repeat(44)}`;
    const solution = await solve(challenge, bits);
    assert.match(solution, /^[0-9a-z]{1,24}$/);
    assert.ok(BigInt(`0x${sha256(`${challenge}.${solution}`)}`) < 1n << BigInt(256 - bits), `${bits} bits`);
  }
  assert.equal(leadingZeroBits([0, 0x00ffffff, 0]), 40);
});

test('solving rests between slices and ends when nobody wants it any more', async () => {
  let at = 0;
  let rests = 0;
  const found = await solve('never', 60, {
    now: () => (at += 5),
    rest: async () => { rests += 1; },
    wanted: () => rests < 3,
  });
  assert.deepEqual([found, rests], [null, 3]);
});

test('one proof is made beforehand, used once, thrown away when too old, asked again after a failure', async () => {
  let asked = 0;
  let now = 0;
  let fails = false;
  const ask = async () => {
    asked += 1;
    if (fails) throw new ApiError('network');
    return { challenge: `c${asked}`, bits: 1, expires: now + 10 * MINUTE };
  };
  const pow = makePow({ ask, now: () => now, solver: async (challenge) => `s-${challenge}` });
  pow.warm();
  pow.warm();
  assert.deepEqual(await pow.take(), { challenge: 'c1', solution: 's-c1' });
  assert.equal(asked, 1);
  assert.deepEqual(await pow.take(), { challenge: 'c2', solution: 's-c2' });
  pow.warm();
  await eventually('it is solved', () => asked === 3);
  now += 9.5 * MINUTE;
  assert.equal((await pow.take()).challenge, 'c4', 'the one in stock would not arrive in time');
  fails = true;
  await assert.rejects(pow.take(), { code: 'network' });
  fails = false;
  assert.equal((await pow.take()).challenge, 'c6');
});

test('an attempt keeps body and key while its outcome is open, and begins anew after an answer', async () => {
  const attempt = makeAttempt();
  const sent = [];
  let made = 0;
  const body = async () => ({ proof: ++made });
  const send = (outcomes) => async (one, key) => {
    sent.push([one.proof, key]);
    const outcome = outcomes.shift();
    if (outcome) throw new ApiError(outcome, { status: 409 });
    return 'yes';
  };
  await assert.rejects(attempt('a', body, send(['network'])), { code: 'network' });
  await assert.rejects(attempt('a', body, send(['store_timeout'])), { code: 'store_timeout' });
  await assert.rejects(attempt('a', body, send(['slot_taken'])), { code: 'slot_taken' });
  assert.equal(new Set(sent.map(String)).size, 1);
  assert.equal(await attempt('a', body, send([])), 'yes');
  assert.notDeepEqual(sent[3], sent[0], 'a definite answer ends it');
  await assert.rejects(attempt('a', body, send(['network'])));
  await attempt('b', body, send([]));
  assert.notEqual(sent.at(-1)[1], sent.at(-2)[1], 'another wish is another action');
});

test('a proof that is too old is renewed once, unseen', async () => {
  const attempt = makeAttempt();
  const proofs = [];
  const run = (codes) => attempt('a', async () => proofs.length, async (body) => {
    proofs.push(body);
    const code = codes.shift();
    if (code) throw new ApiError(code, { status: 422 });
    return body;
  });
  assert.equal(await run(['challenge_invalid']), 1);
  await assert.rejects(run(['challenge_used', 'challenge_used']), { code: 'challenge_used' });
  assert.equal(proofs.length, 4);
});

test("a change of the hall's hours is met again a few times, unseen; anything else is told at once", async () => {
  const pauses = [];
  const asking = (codes) => settled(async () => {
    const code = codes.shift();
    if (code) throw new ApiError(code, { status: 409 });
    return 'yes';
  }, async (ms) => { pauses.push(ms); });
  assert.equal(await asking(['calendar_changed', 'calendar_changed', 'calendar_changed']), 'yes');
  assert.deepEqual(pauses, [200, 400, 600]);
  await assert.rejects(asking(Array(9).fill('calendar_changed')), { code: 'calendar_changed' });
  assert.equal(pauses.length, 3 + 4);
  await assert.rejects(asking(['slot_taken', '']), { code: 'slot_taken' });
});

test('a refusal is told with its end where that is known', () => {
  const words = (lang) => makeI18n({ zh: read('shared/visit.zh.json'), en: read('shared/visit.en.json') }, lang);
  const told = (code, waitS, lang = 'en') => refusalText(new ApiError(code, { waitS }), words(lang), 'Europe/Berlin', Date.UTC(2026, 10, 24, 9));
  assert.match(told('rate_limit', 1), /wait a minute/);
  assert.match(told('rate_limit', 91), /in 2 minutes\.$/);
  assert.match(told('rate_limit', 3541), /in 60 minutes\.$/);
  assert.match(told('rate_limit', 3600, 'zh'), /1 小时后/);
  assert.match(told('code_budget', 600, 'zh'), /10 分钟后.*致电/);
  assert.match(told('code_budget', 7200), /in an hour, or call the hall/);
  assert.match(told('phone_blocked', 86400), /from Wednesday,? 25 November, 10:00 on/);
  assert.match(told('phone_blocked', 86400, 'zh'), /11月25日星期三 10:00 起/);
  assert.match(told('phone_blocked', 0), /for a while/);
  assert.doesNotMatch(told('calendar_changed', 0), /hours/, 'nobody is told of it');
});

test('the waitlist: its days, and refusals that mean something else there', async () => {
  assert.deepEqual([daysFault('', '20261124'), daysFault('20261125', '20261124'), daysFault('20261124', '20261124')],
    ['wait.days.missing', 'wait.days.order', null]);
  await assert.rejects(joined(Promise.reject(new ApiError('phone_limit', { status: 409 }))), { code: 'wait_limit', status: 409 });
  await assert.rejects(joined(Promise.reject(new ApiError('code_wrong', { status: 422 }))), { code: 'code_wrong' });
  assert.equal(await joined(Promise.resolve('yes')), 'yes');
});

const service = (code, more = {}) => ({ code, names: { zh: code, en: code }, minutes: 10, documents: [], open: true,
  booking: { open: true, minutes: 20, persons_max: 4, fields: [] }, ...more });
const HALL = {
  code: 'xh', zone: 'Europe/Berlin', booking: { open: true, early_minutes: 60, late_minutes: 15 },
  classes: [{ code: 'normal' }, { code: 'elderly' }],
  services: [
    service('a', { documents: [{ zh: '身份证', en: 'ID' }, { zh: '照片', en: 'Photo' }] }),
    service('b', { documents: [{ zh: '身份证', en: 'ID' }], booking: { open: true, minutes: 0, persons_max: 2, fields: [
      { code: 'x', type: 'text', required: true, max: 3 }] } }),
    service('c'), service('shut', { booking: { open: false } }), service('off', { open: false }),
  ],
};

test('a visit: what can be booked, documents once, persons, minutes, fields', () => {
  assert.deepEqual(visit.bookableServices(HALL).map((one) => one.code), ['a', 'b', 'c']);
  assert.deepEqual(visit.bookableServices({ ...HALL, booking: { open: false } }), []);
  assert.deepEqual(visit.documentsOf(HALL, ['a', 'b']).map((one) => one.texts.en), ['ID', 'Photo']);
  assert.equal(visit.personsMax(HALL, ['a', 'b']), 2);
  assert.equal(visit.minutesOf(HALL, ['a', 'b'], 2), 60);
  assert.deepEqual(visit.fieldsOf(HALL, ['a', 'b']).map((one) => one.code), ['x']);
  assert.deepEqual(visit.fieldsBody([{ code: 'x' }, { code: 'y' }], { x: ' v ', y: ' ' }), { x: 'v' });
  assert.equal(visit.fieldsBody([{ code: 'x' }], {}), undefined);
});

test('what is wrong with a field', () => {
  const fault = (type, value, more) => visit.fieldFault({ type, max: 5, required: false, ...more }, value);
  assert.equal(fault('text', '', { required: true }), 'missing');
  assert.equal(fault('text', ''), null);
  assert.equal(fault('text', '🙂🙂🙂🙂🙂'), null);
  assert.equal(fault('text', '123456'), 'long');
  assert.equal(fault('number', '5'), null);
  assert.equal(fault('number', '6'), 'number');
  assert.equal(fault('number', '-1'), 'number');
  assert.equal(fault('date', '2026-11-24'), null);
  assert.equal(fault('date', '24.11.2026'), 'date');
});

test('phone numbers as people type them, codes as keyboards write them, links as they come', () => {
  for (const good of ['13800001234', '+49 (0)151 234-5678', '138 0000 1234']) assert.ok(visit.phoneLooksRight(good), good);
  for (const bad of ['', '12345', 'call me', '138x0000123']) assert.ok(!visit.phoneLooksRight(bad), bad);
  assert.equal(codeDigits('１２３ 456-7'), '123456');
  assert.deepEqual(visit.readVisitLink('xh.1795465432000-b1001.Zm9v_-9'), { hall: 'xh', id: '1795465432000-b1001', kind: 'b',
    link: 'xh.1795465432000-b1001.Zm9v_-9', authorization: 'Ticket xh.1795465432000-b1001.Zm9v_-9' });
  assert.equal(visit.readVisitLink('xh.1795465432000-w7.abc').kind, 'w');
  for (const bad of ['', 'xh', 'xh.1795465432000-A012.x', '../x.1795465432000-b1.x', null]) assert.equal(visit.readVisitLink(bad), null);
});

test('times: parts of the day in the zone of the hall, both of a doubled hour told apart', () => {
  const fall = Date.UTC(2026, 9, 25, 0, 30); // 02:30 in Berlin, for the first time
  const groups = visit.timeGroups([fall + 3 * 3600000, fall, fall + 3600000, fall + 12 * 3600000, fall + 17 * 3600000], 'Europe/Berlin');
  assert.deepEqual(groups.map((one) => [one.part, one.times.map((time) => [time.text, time.season])]), [
    ['morning', [['02:30', 'summer'], ['02:30', 'winter'], ['04:30', null]]],
    ['afternoon', [['13:30', null]]],
    ['evening', [['18:30', null]]],
  ]);
  assert.equal(visit.seasonOf(fall, 'Asia/Shanghai'), null);
  const i18n = makeI18n({ zh: read('shared/visit.zh.json'), en: read('shared/visit.en.json') }, 'en');
  assert.equal(visit.timeWords(fall + 3600000, 'Europe/Berlin', i18n), '02:30 (winter time)');
  const lordHowe = Date.UTC(2026, 3, 4, 14, 45); // half an hour is doubled there
  assert.deepEqual([visit.seasonOf(lordHowe, 'Australia/Lord_Howe'), visit.seasonOf(lordHowe + 30 * MINUTE, 'Australia/Lord_Howe')],
    ['summer', 'winter']);
});

test('what is left of a hold', () => {
  assert.deepEqual([600000, 59001, 1, 0, -5].map(visit.leftText), ['10:00', '1:00', '0:01', '0:00', '0:00']);
  assert.equal(holdLeft({ expires: 50 }, 20), 30);
  assert.equal(holdLeft(null, 20), 0);
});

test('the address of a step reads back as it was written; nonsense falls out', () => {
  for (const route of [
    { hall: 'xh', screen: 'services', services: [], persons: 1, class: '', day: '' },
    { hall: 'xh', screen: 'time', services: ['a', 'b'], persons: 3, class: 'elderly', day: '20261125' },
    { hall: '', screen: 'services', services: ['a'], persons: 1, class: '', day: '' },
    { hall: 'xh', screen: 'mine', services: [], persons: 1, class: '', day: '' },
    { hall: '', screen: 'any', services: [], persons: 1, class: '', day: '' },
  ]) assert.deepEqual(readRoute(writeRoute(route)), route);
  assert.deepEqual(readRoute('#../x/root?s=a,a,<b>&p=99&c=A!&d=tomorrow'),
    { hall: '', screen: 'services', services: ['a'], persons: 10, class: '', day: '' });
  assert.equal(readRoute('').hall, '');
  assert.equal(readRoute('#xh/any').screen, 'services', 'a hall is chosen already');
  const fit = fitRoute({ services: ['b', 'shut', 'gone'], persons: 9, class: 'king' }, HALL);
  assert.deepEqual([fit.services, fit.persons, fit.class], [['b'], 2, '']);
});

test('a step is shown when those before it are done', () => {
  const route = { hall: 'xh', screen: 'phone', services: ['a'], persons: 1, class: '' };
  const ticked = { ticked: ['身份证|ID', '照片|Photo'] };
  const held = { ...ticked, hold: { visit: visitKey(route), expires: 0 } };
  assert.equal(screenFor(HALL, { ...route, services: [] }, held), 'services');
  assert.equal(screenFor(HALL, route, {}), 'papers');
  assert.equal(screenFor(HALL, route, { ticked: ['身份证|ID'] }), 'papers');
  assert.equal(screenFor(HALL, route, ticked), 'time');
  assert.equal(screenFor(HALL, route, held), 'phone', 'a hold that ran out may still be confirmed');
  assert.equal(screenFor(HALL, { ...route, persons: 2 }, held), 'time', 'it was held for another visit');
  assert.equal(screenFor(HALL, { ...route, screen: 'wait' }, ticked), 'wait');
  assert.equal(screenFor(HALL, { ...route, screen: 'papers', services: ['c'] }, {}), 'time');
  assert.deepEqual(stepsOf(HALL, { ...route, services: ['c'] }), ['services', 'time', 'phone']);
  assert.equal(backFrom(HALL, { ...route, services: ['c'] }, 'time'), 'services');
  assert.equal(backFrom(HALL, route, 'time'), 'papers');
  assert.equal(backFrom(HALL, route, 'wait'), 'time');
});

test('a draft is kept for its hall; a storage that is forbidden harms nobody', () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  keepDraft('xh', { phone: '1' }, storage);
  assert.deepEqual([readDraft('xh', storage), readDraft('other', storage)], [{ phone: '1' }, {}]);
  dropDraft('xh', storage);
  assert.deepEqual(readDraft('xh', storage), {});
  const forbidden = new Proxy({}, { get: () => { throw new Error('forbidden'); } });
  keepDraft('xh', {}, forbidden);
  dropDraft('xh', forbidden);
  assert.deepEqual(readDraft('xh', forbidden), {});
});

test('tries of a code are told one by one, then a new one is needed', () => {
  let sent = { wrong: 0 };
  const said = [];
  for (let i = 0; i < 5; i++) {
    const error = { code: 'code_wrong' };
    sent = afterRefusal(sent, error);
    const fault = codeFault(sent, error);
    said.push(fault.values.n ?? fault.key);
  }
  assert.deepEqual(said, [4, 3, 2, 1, 'code.dead']);
  assert.equal(codeFault(afterRefusal({}, { code: 'code_dead' }), null).key, 'code.dead');
  const same = { wrong: 2 };
  assert.equal(afterRefusal(same, { code: 'phone_limit' }), same);
});

test('what a booking means now', () => {
  const at = Date.UTC(2026, 10, 25, 9, 0); // 10:00 in Berlin
  const one = { state: 'confirmed', at };
  const phase = (minutes) => booking.checkInPhase(one, HALL, at + minutes * MINUTE);
  assert.deepEqual([-24 * 60, -61, -60, 0, 15, 15.1].map(phase), ['before', 'today', 'open', 'open', 'open', 'late']);
  const early = { ...HALL, booking: { ...HALL.booking, early_minutes: 720 } }; // from 22:00 the evening before
  assert.equal(booking.checkInPhase(one, early, at - 721 * MINUTE), 'eve');
  assert.equal(booking.checkInPhase(one, early, at - 720 * MINUTE), 'open');
  assert.equal(booking.shownState(one, HALL, at + 16 * MINUTE), 'missed');
  assert.equal(booking.shownState({ state: 'offered', at, expires: 5 }, HALL, 5), 'expired');
  assert.equal(booking.shownState({ state: 'held', at, expires: 5 }, HALL, 4), 'held');
  assert.equal(booking.canMove(one, at - 1), true);
  assert.equal(booking.canMove(one, at), false);
  const told = { ...one, phone: true };
  assert.equal(booking.canWait(told, HALL, at - 1), true);
  for (const no of [{ phone: false }, { waiting: 'w' }, { offer_at: 1 }, { state: 'missed' }]) {
    assert.equal(booking.canWait({ ...told, ...no }, HALL, at - 1), false, JSON.stringify(no));
  }
  assert.equal(booking.canWait(told, { ...HALL, booking: { open: false } }, at - 1), false);
  assert.equal(booking.ticketNumber({ ticket: '1795465432000-A012' }), 'A012');
  assert.equal(booking.ticketNumber({}), '');
  assert.deepEqual(booking.readPlace('#xh.1-b1.c/move'), { link: 'xh.1-b1.c', screen: 'move' });
  assert.equal(booking.readPlace('#xh.1-b1.c/earlier').screen, 'earlier');
  assert.deepEqual(booking.waitingDays({ from: Date.UTC(2026, 10, 24, 23), to: Date.UTC(2026, 10, 26, 23) }, 'Europe/Berlin'),
    { from: '20261125', to: '20261126' });
  assert.ok(booking.askAgainMs(one, HALL, at) < booking.askAgainMs(one, HALL, at - 10 * 86400000));
});

test('asking again and again: answers, freshness, and the end when the link is refused', async () => {
  const got = [];
  const answers = [{ n: 1 }, new ApiError('network'), { n: 2 }, new ApiError('booking_unknown', { status: 404 })];
  const denied = await new Promise((done) => {
    openPoll({
      ask: async () => {
        const next = answers.shift();
        if (next instanceof Error) throw next;
        return next;
      },
      onAnswer: (answer) => got.push(answer.n),
      onState: ({ state }) => got.push(state),
      onDenied: done,
      everyMs: () => 1,
    });
  });
  assert.equal(denied.code, 'booking_unknown');
  assert.deepEqual(got, [1, 'live', 2]);
});

test('a question asked at once overtakes one that hangs, and there is one round of them', async () => {
  const asked = [];
  const got = [];
  const poll = openPoll({
    ask: () => new Promise((done) => asked.push(done)),
    onAnswer: (n) => got.push(n),
    everyMs: () => 1,
  });
  poll.refresh();
  asked[1]('new');
  await new Promise((done) => { setImmediate(done); });
  asked[0]('old');
  while (asked.length < 3) await new Promise((done) => { setTimeout(done, 1); });
  for (let i = 0; i < 20; i++) await new Promise((done) => { setTimeout(done, 1); });
  poll.close();
  assert.deepEqual(got, ['new']);
  assert.equal(asked.length, 3, 'the one that hung asks no more');
});

test('the sentences of both pages are there in both languages, with the same places', () => {
  const places = (text) => [...new Set(JSON.stringify(text).match(/\{(\w+)\}/g) || [])].filter((one) => one !== '{n}').sort();
  const [zh, en] = [read('shared/visit.zh.json'), read('shared/visit.en.json')];
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const key of Object.keys(zh)) assert.deepEqual(places(zh[key]), places(en[key]), key);
  const words = { ...read('booking/en.json') };
  for (const state of ['cancelled', 'declined', 'accepted', 'missed', 'expired']) assert.ok(words[state] && words[`${state}.text`], state);
});
