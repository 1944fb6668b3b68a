// The clerk console's small rules: keys, actions, names and times. SPDX-License-Identifier: MIT
import test from 'node:test';
import assert from 'node:assert/strict';
import { ACTIONS, CLOSE, PAUSE, RESUME_WORK, actionsFor, bodyOf } from '../../daemon/web/clerk/actions.js';
import { letterOf } from '../../daemon/web/staff/keys.js';
import { partsOf, saidOf } from '../../daemon/web/clerk/said.js';
import { personOf, profileLines, profileText, timerText } from '../../daemon/web/clerk/text.js';
import zh from '../../daemon/web/clerk/zh.json' with { type: 'json' };
import en from '../../daemon/web/clerk/en.json' with { type: 'json' };

const ids = (present) => actionsFor(present).map((action) => action.id);

test('actions_offer_only_the_legal_moves', () => {
  assert.deepEqual(ids(null), ['next', 'call']);
  assert.deepEqual(ids({ state: 'called' }), ['begin', 'recall', 'absent', 'put_back', 'transfer']);
  assert.deepEqual(ids({ state: 'serving' }), ['finish_next', 'finish', 'put_back', 'park', 'transfer']);
});

test('actions_have_one_primary_and_no_key_twice', () => {
  for (const state of ['idle', 'called', 'serving']) {
    const actions = actionsFor(state === 'idle' ? null : { state });
    assert.equal(actions.filter((action) => action.primary).length, 1, state);
    const keys = [...actions, PAUSE].map((action) => action.key);
    assert.equal(new Set(keys).size, keys.length, state);
  }
});

test('actions_have_words_in_both_languages', () => {
  for (const { id } of [...ACTIONS, PAUSE, CLOSE, RESUME_WORK]) {
    assert.ok(zh[`do.${id}`] && en[`do.${id}`], id);
  }
});

test('body_carries_the_present_ticket_as_guard', () => {
  const finishNext = ACTIONS.find((action) => action.id === 'finish_next');
  assert.deepEqual(bodyOf(finishNext, { id: 't1' }), { present: 'finish', ticket: 't1' });
  assert.deepEqual(bodyOf(ACTIONS[0], null), {});
  assert.deepEqual(bodyOf(PAUSE, null, { reason: 'x' }), { reason: 'x' });
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
  assert.deepEqual(said('park', done), ['park', undefined]);
  assert.equal(saidOf(null), null);
  for (const how of ['step', 'step_next', 'step_nobody', 'step_here']) assert.ok(zh[`said.${how}`] && en[`said.${how}`], how);
});

test('said_waits_once_for_whoever_goes_on_at_the_same_counter', () => {
  const on = { id: '1-A001', state: 'waiting', next_step: 'b' };
  const called = { id: '1-A001', state: 'called' };
  assert.deepEqual(partsOf({ ticket: called, finished: on }), [called]);
  assert.deepEqual(partsOf({ ticket: null, finished: on }), [on]);
  assert.deepEqual(partsOf({ ticket: null }), []);
});
