// Search for a service: words, pinyin, initials. SPDX-License-Identifier: MIT
import test from 'node:test';
import assert from 'node:assert/strict';
import { syllable } from '../../daemon/web/shared/pinyin.js';
import { searchIndex, searchServices } from '../../daemon/web/shared/search.js';

const services = [
  { code: 'id-card', names: { zh: '身份证办理', en: 'Identity card' }, words: ['身份证', 'shenfenzheng', 'sfz', 'id card'] },
  { code: 'residence', names: { zh: '居住登记', en: 'Residence registration' } },
  { code: 'social-card', names: { zh: '社保卡', en: 'Social security card' }, words: ['shebaoka', 'sbk'] },
  { code: 'pension', names: { zh: '养老金资格认证', en: 'Pension check' } },
];
const index = searchIndex(services);
const codes = (typed) => searchServices(index, typed).map((service) => service.code);

test('syllable_reads_characters_and_nothing_else', () => {
  assert.deepEqual([...'身份证办理居住养老金'].map(syllable), ['shen', 'fen', 'zheng', 'ban', 'li', 'ju', 'zhu', 'yang', 'lao', 'jin']);
  assert.deepEqual([...'A1 ，'].map(syllable), ['', '', '', '']);
});

test('search_finds_by_characters', () => {
  assert.deepEqual(codes('身份'), ['id-card']);
  assert.deepEqual(codes('登记'), ['residence']);
});

test('search_finds_by_pinyin_in_full_and_cut_short', () => {
  assert.deepEqual(codes('juzhu'), ['residence']);
  assert.deepEqual(codes('ju zhu deng'), ['residence']);
  assert.deepEqual(codes('yanglj'), ['pension']);
});

test('search_finds_by_initials_without_words_in_the_hall_file', () => {
  assert.deepEqual(codes('yljzg'), ['pension']);
  assert.deepEqual(codes('jzdj'), ['residence']);
  assert.equal(codes('zgrz')[0], 'pension');
});

test('search_finds_by_english_words_whatever_the_case', () => {
  assert.deepEqual(codes('CARD'), ['id-card', 'social-card']);
  assert.equal(codes('pens')[0], 'pension');
  assert.equal(codes('sbk')[0], 'social-card');
});

test('search_takes_full_width_letters', () => {
  assert.deepEqual(codes('ＳＦＺ'), ['id-card']);
});

test('search_without_a_query_gives_all_and_with_nonsense_none', () => {
  assert.equal(codes('  ').length, services.length);
  assert.deepEqual(codes('qqq'), []);
  assert.deepEqual(codes('((('), []);
});
