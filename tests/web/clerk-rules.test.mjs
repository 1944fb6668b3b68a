// The clerk console's small rules: keys, actions, names and times. SPDX-License-Identifier: MIT
import test from 'node:test';
import assert from 'node:assert/strict';
import { ACTIONS, BINDABLE, CLOSE, PAUSE, RESUME_WORK, UNDO, actionsFor, bodyOf, rightsOf } from '../../daemon/web/clerk/actions.js';
import { cleanKeymap, conflictOf, keyIn, withKey, withSwapped } from '../../daemon/web/clerk/keymap.js';
import { nextWhy, queueOf } from '../../daemon/web/clerk/next.js';
import { soonOf } from '../../daemon/web/clerk/upcoming.js';
import { letterOf } from '../../daemon/web/staff/keys.js';
import { partsOf, saidOf } from '../../daemon/web/clerk/said.js';
import { makeI18n } from '../../daemon/web/shared/i18n.js';
import { alarmTexts, personOf, profileLines, profileText, timerText } from '../../daemon/web/clerk/text.js';
import zh from '../../daemon/web/clerk/zh.json' with { type: 'json' };
import en from '../../daemon/web/clerk/en.json' with { type: 'json' };

const ids = (present) => actionsFor(present).map((action) => action.id);

test('actions_offer_only_the_legal_moves', () => {
  assert.deepEqual(ids(null), ['next', 'direct', 'call']);
  assert.deepEqual(ids({ state: 'called' }), ['begin', 'recall', 'absent', 'absent_next', 'put_back', 'transfer', 'delay', 'direct', 'note', 'reprint']);
  assert.deepEqual(ids({ state: 'serving' }),
    ['finish_next', 'finish', 'put_back', 'park', 'transfer', 'delay', 'direct', 'note', 'reprint']);
});

test('a_certain_one_is_called_by_those_who_may', () => {
  const may = (person) => actionsFor(null, rightsOf(person)).some((action) => action.id === 'call');
  assert.equal(may({ role: 'clerk' }), false);
  assert.equal(may({ role: 'clerk', rights: [] }), false);
  assert.equal(may({ role: 'clerk', rights: ['choose'] }), true);
  assert.equal(may({ role: 'supervisor' }), true);
});

test('actions_have_one_primary_and_no_key_twice', () => {
  for (const state of ['idle', 'called', 'serving']) {
    const actions = actionsFor(state === 'idle' ? null : { state });
    assert.equal(actions.filter((action) => action.primary).length, 1, state);
  }
  for (const action of BINDABLE) assert.equal(conflictOf({}, action, action.key)?.id, undefined, action.id);
});

test('actions_have_words_in_both_languages', () => {
  for (const { id } of [...BINDABLE.filter((one) => one.id !== 'resume_work'), RESUME_WORK, CLOSE, UNDO]) {
    assert.ok(zh[`do.${id}`] && en[`do.${id}`], id);
  }
});

test('body_carries_the_present_ticket_as_guard', () => {
  const finishNext = ACTIONS.find((action) => action.id === 'finish_next');
  assert.deepEqual(bodyOf(finishNext, { id: 't1' }), { present: 'finish', ticket: 't1' });
  assert.deepEqual(bodyOf(ACTIONS[0], null), {});
  assert.deepEqual(bodyOf(PAUSE, null, { reason: 'x' }), { reason: 'x' });
});

const action = (id) => BINDABLE.find((one) => one.id === id);

test('keys_can_be_changed_where_they_do_not_clash', () => {
  assert.equal(conflictOf({}, action('park'), 'x'), undefined);
  assert.equal(conflictOf({}, action('park'), 'p').id, 'put_back');
  assert.equal(conflictOf({}, action('call'), 'k'), undefined, 'setting aside is never possible when somebody can be chosen');
  assert.equal(conflictOf({}, action('park'), 'u').id, 'undo');
  assert.equal(conflictOf({}, action('park'), ''), undefined, 'none is no key');
  const moved = withKey({}, action('park'), 'x');
  assert.deepEqual(moved, { park: 'x' });
  assert.equal(conflictOf(moved, action('put_back'), 'k'), undefined, 'the old one is free');
  assert.deepEqual(withKey(moved, action('park'), 'k'), {}, 'as delivered is nothing to keep');
});

test('keys_are_swapped_without_a_clash', () => {
  const keymap = withSwapped({}, action('park'), 'p');
  assert.deepEqual([keyIn(keymap, action('park')), keyIn(keymap, action('put_back'))], ['p', 'k']);
  const shared = withSwapped({}, action('undo'), 'n'); // of "next" and of "finish, next"
  for (const one of BINDABLE) assert.equal(conflictOf(shared, one, keyIn(shared, one)), undefined, one.id);
  assert.equal(keyIn(shared, action('undo')), 'n');
});

test('stored_keys_are_believed_only_as_far_as_they_make_sense', () => {
  assert.deepEqual(cleanKeymap({ park: 'x', nobody: 'y', finish: 'ff', begin: 7 }), { park: 'x' });
  assert.deepEqual(cleanKeymap({ park: 'p' }), {}, 'a clash');
  assert.deepEqual(cleanKeymap(null), {});
  assert.equal(keyIn(cleanKeymap({ resume_work: 'q' }), RESUME_WORK), 'q');
  assert.equal(keyIn({ resume_work: 'q' }, PAUSE), 'z');
});

test('letter_is_the_one_meant_also_with_an_input_method', () => {
  const key = (more) => letterOf({ key: 'n', code: 'KeyN', ...more });
  assert.equal(key({}), 'n');
  assert.equal(key({ key: 'N' }), 'n');
  assert.equal(key({ key: 'Process' }), 'n');
  assert.equal(key({ key: 'т' }), 'n');
  assert.equal(key({ key: 'k', code: 'KeyN' }), 'k', 'another layout');
  assert.equal(key({ ctrlKey: true }), '');
  assert.equal(key({ repeat: true }), '');
  assert.equal(key({ key: ';', code: 'Semicolon' }), '');
  assert.equal(key({ key: ';', code: 'KeyN' }), '');
  assert.equal(key({ key: '7', code: 'Digit7' }), '7');
  assert.equal(key({ key: 'Process', code: 'Digit7' }), '7');
  assert.equal(key({ key: '&', code: 'Digit7', shiftKey: true }), '');
});

test('timer_reads_as_a_clock', () => {
  assert.deepEqual([-5, 42000, 725000, 3723000].map(timerText), ['0:00', '0:42', '12:05', '1:02:03']);
});

test('person_is_shown_without_the_role', () => {
  assert.deepEqual(['clerk:li', 'li', undefined].map(personOf), ['li', 'li', '']);
});

const hall = {
  services: ['a', 'b', 'c'].map((code) => ({ code, names: { zh: code.toUpperCase() } })),
  profiles: [
    { code: 'all', serves: [{ service: '*', offset_minutes: 0 }] },
    { code: 'own', serves: [{ service: 'b', offset_minutes: 0 }, { service: '*', offset_minutes: 10 }] },
    { code: 'help', serves: [{ service: 'a', offset_minutes: 5 }] },
  ],
};

test('profile_lines_name_each_service_once_and_the_counter', () => {
  assert.deepEqual(profileLines(hall, 'own', '3'), { '@3': 0, a: 10, b: 0, c: 10 });
  assert.deepEqual(profileLines(hall, 'nobody', '3'), { '@3': 0 });
  assert.deepEqual(profileLines(hall, 'help', '3', 'clerk:li'), { '@3': 0, '&li': 0, a: 5 });
});

test('profile_lines_of_a_quick_lane_are_the_short_services', () => {
  const quick = { services: [{ code: 'a', minutes: 5 }, { code: 'b', minutes: 10 }, { code: 'c', minutes: 30 }],
    profiles: [{ code: 'quick', serves: [{ service: '*', offset_minutes: 0, up_to_minutes: 5 },
      { service: '*', offset_minutes: 10, up_to_minutes: 10 }] }] };
  assert.deepEqual(profileLines(quick, 'quick', '1'), { '@1': 0, a: 0, b: 10 });
});

const ticket = (id, line, rank, more) => ({ id, number: id, state: 'waiting', line, service: line, class: 'normal', rank, issued: 0, ...more });
const stateOf = (...tickets) => ({ tickets: Object.fromEntries(tickets.map((one) => [one.id, one])) });
const counter = { code: '3', profile: 'own', clerk: 'clerk:li' };

test('the_probable_next_one_has_the_lowest_rank_with_the_offset', () => {
  const MIN = 60000;
  const state = stateOf(ticket('A1', 'a', 0), ticket('B1', 'b', 9 * MIN), ticket('B2', 'b', 9 * MIN), ticket('X1', '@3', 20 * MIN),
    ticket('L1', '&li', 5 * MIN), ticket('O1', '&wang', 0), ticket('O2', '@4', 0));
  assert.deepEqual(queueOf(hall, state, counter).map((one) => one.id), ['L1', 'B1', 'B2', 'A1', 'X1']);
});

test('why_it_is_next_is_told_in_words', () => {
  const i18n = { t: (key, values = {}) => `${key}${values.n ?? values.time ?? ''}`, name: (names) => names?.zh, lang: 'zh' };
  const why = (one) => nextWhy({ ticket: one, hall: { ...hall, classes: [{ code: 'old', names: { zh: 'OLD' } }] }, counter, now: 120000, i18n, time: String });
  assert.equal(why(ticket('A1', 'a', 0)), 'lines.help10 · next.waitedwait2');
  assert.match(why(ticket('L1', '&li', 0)), /^next\.clerk/);
  assert.match(why(ticket('B1', 'b', 0, { class: 'old', booked: 5 })), /next\.booked · OLD/);
});

test('upcoming_bookings_are_those_of_an_hour_and_the_late', () => {
  const MIN = 60000;
  const now = 1000 * MIN;
  const booking = (id, at, state = 'confirmed') => ({ id, at: now + at * MIN, state });
  const list = [booking('far', 61), booking('soon', 60), booking('late', -15), booking('gone', -16), booking('here', 5, 'checked_in'), booking('now', 0)];
  assert.deepEqual(soonOf(list, now, 15).map((one) => one.id), ['late', 'now', 'soon']);
});

test('profile_text_says_a_counter_s_own_work', () => {
  const i18n = { t: (key) => ({ 'profile.and': '、' })[key] ?? key, name: (names) => names?.zh };
  assert.deepEqual(['all', 'own', 'help'].map((code) => profileText(hall, code, i18n)), ['profile.all', 'B', 'profile.helps']);
});

test('said_tells_a_step_from_the_end_of_a_visit', () => {
  const done = { id: '1-A001', state: 'done' };
  const on = { id: '1-A001', state: 'waiting', next_step: 'b' };
  const other = { id: '2-A002', state: 'called' };
  const said = (id, answer) => { const { id: how, service } = saidOf({ id, answer }); return [how, service]; };
  assert.deepEqual(said('finish', done), ['finish', undefined]);
  assert.deepEqual(said('finish', on), ['step', 'b']);
  assert.deepEqual(said('finish_next', { ticket: other, finished: done }), ['finish_next', undefined]);
  assert.deepEqual(said('finish_next', { ticket: null, finished: done }), ['finish_nobody', undefined]);
  assert.deepEqual(said('finish_next', { ticket: other, finished: on }), ['step_next', 'b']);
  assert.deepEqual(said('finish_next', { ticket: null, finished: on }), ['step_nobody', 'b']);
  assert.deepEqual(said('finish_next', { ticket: { ...on, state: 'called' }, finished: on }), ['step_here', 'b']);
  assert.deepEqual(said('absent_next', { ticket: other, finished: done }), ['absent_next', undefined]);
  assert.deepEqual(said('absent_next', { ticket: null, finished: done }), ['absent_nobody', undefined]);
  assert.deepEqual(said('park', done), ['park', undefined]);
  assert.equal(saidOf(null), null);
  for (const how of ['step', 'step_next', 'step_nobody', 'step_here', 'absent_next', 'absent_nobody']) assert.ok(zh[`said.${how}`] && en[`said.${how}`], how);
});

test('said_waits_once_for_whoever_goes_on_at_the_same_counter', () => {
  const on = { id: '1-A001', state: 'waiting', next_step: 'b' };
  const called = { id: '1-A001', state: 'called' };
  assert.deepEqual(partsOf({ ticket: called, finished: on }), [called]);
  assert.deepEqual(partsOf({ ticket: null, finished: on }), [on]);
  assert.deepEqual(partsOf({ ticket: null }), []);
});

test('alarms_of_one_kind_are_one_sentence', () => {
  const i18n = makeI18n({ zh, en }, 'en');
  const hall = { languages: ['en'], services: [{ code: 'a', names: { en: 'Advice' } }, { code: 'b', names: { en: 'Passport' } }] };
  const wait = (subject, value) => ({ kind: 'wait', subject, value, since: 1 });
  assert.deepEqual(alarmTexts([], hall, i18n), []);
  assert.deepEqual(alarmTexts([wait('a', 31)], hall, i18n), ['Advice: longest wait 31 min']);
  assert.deepEqual(alarmTexts([wait('a', 31), { kind: 'board', subject: 'b1', value: 90 }, wait('b', 44), { kind: 'board', subject: 'b2', value: 91 }], hall, i18n),
    ['2 of your services wait too long, the longest 44 min (Passport)', 'Boards b1, b2 do not answer: please call people aloud']);
});
