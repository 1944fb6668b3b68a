// What a board is: the layout of an address and a device, sizes from distances, parts of lists, the line at the foot, paper.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrowTo, callsOf, chooseLayout, partOf, PLAIN, scopeOf } from '../../display/web/board/layout.js';
import { capitalPx, fitting, fontPx, mmPerPixel, pagesOf, scaleOf, unitPx } from '../../display/web/board/legible.js';
import { playable } from '../../display/web/board/media.js';
import { makePaper } from '../../display/web/board/paper.js';
import { pieces, widthOf } from '../../display/web/board/ticker.js';
import { makeClock, followClock } from '../../daemon/web/shared/clock.js';
import { settle, virtualTime } from './virtual_time.mjs';

const FULL_HD = { width: 1920, height: 1080 };
const board = (more) => ({ ...PLAIN, ...more });
const hall = {
  services: [{ code: 'id', minutes: 5 }, { code: 'tax', minutes: 15 }, { code: 'land', minutes: 40 }],
  profiles: [
    { code: 'quick', serves: [{ service: '*', up_to_minutes: 6 }, { service: '*', up_to_minutes: 20, offset_minutes: 10 }] },
    { code: 'tax', serves: [{ service: 'tax' }, { service: 'id', offset_minutes: 10 }] },
    { code: 'all', serves: [{ service: '*' }] },
  ],
  counters: [{ code: '1', profile: 'quick', zone: 'A' }, { code: '2', profile: 'tax', zone: 'B' }, { code: '3', profile: 'all', zone: 'C' }],
  boards: [board({ code: 'main' }), board({ code: 'b', kind: 'zone', zones: ['B'], devices: ['tv'], arrows: [{ zone: 'B', to: 'left' }] })],
};

test('a layout comes from the address, else from the device, else it is the first, else the plain one', () => {
  assert.equal(chooseLayout(hall, 'tv', '?layout=main').code, 'main');
  assert.equal(chooseLayout(hall, 'tv', '').code, 'b');
  assert.equal(chooseLayout(hall, 'other', '').code, 'main');
  assert.deepEqual(chooseLayout({ ...hall, boards: [] }, 'tv', ''), PLAIN);
  assert.deepEqual(chooseLayout({ ...hall, boards: undefined }, 'tv', ''), PLAIN); // of a daemon from before
  const lost = chooseLayout(hall, 'tv', '?layout=gone');
  assert.deepEqual([lost.code, lost.unknown], ['b', 'gone']); // numbers are shown all the same
});

test('settings in the address win, and nonsense there is not heeded', () => {
  const layout = chooseLayout(hall, 'tv', '?theme=light&calls=3&show=next,clock,sun&distance_m=2.5&parts=2&part=2&zones=A&counters=3');
  assert.deepEqual([layout.theme, layout.calls, layout.show, layout.distance_m], ['light', 3, ['next', 'clock'], 2.5]);
  assert.deepEqual([layout.zones, layout.counters, layout.part, layout.parts], [['A'], ['3'], 2, 2]);
  const same = chooseLayout(hall, 'tv', '?theme=pink&calls=0&calls=99&distance_m=far&kind=none&part=9&zones=Z&counters=99');
  assert.deepEqual({ ...same, zones: hall.boards[1].zones, counters: [] }, hall.boards[1]);
  assert.equal(chooseLayout(hall, 'tv', '?part=3').parts, 3);
});

test('a zone has its counters, what they are there for, and the lines that lead to them', () => {
  const all = scopeOf(hall, board({}));
  assert.equal(all.services.length, 3);
  assert.ok(all.covers({ counter: '2' }));
  const b = scopeOf(hall, hall.boards[1]);
  assert.deepEqual(b.services.map((service) => service.code), ['tax']); // it only helps out with the other
  assert.deepEqual(b.lines, ['tax', '@2']);
  assert.ok(b.covers({ counter: '2' }) && !b.covers({ counter: '1' }));
  assert.deepEqual(scopeOf(hall, board({ counters: ['1'] })).services.map((service) => service.code), ['id']);
  assert.equal(scopeOf(hall, board({ zones: ['B'], counters: ['1'] })).counters.length, 2);
  assert.equal(arrowTo(hall, hall.boards[1], '2'), 'left');
  assert.equal(arrowTo(hall, hall.boards[1], '1'), 'right');
});

test('parts of a list are disjoint and complete, however long it is', () => {
  for (let n = 0; n < 30; n++) {
    const list = Array.from({ length: n }, (_, i) => i);
    for (const parts of [1, 2, 3, 4]) {
      const all = Array.from({ length: parts }, (_, i) => partOf(list, { part: i + 1, parts })).flat();
      assert.deepEqual(all, list);
    }
  }
  const calls = Array.from({ length: 25 }, (_, i) => i);
  assert.deepEqual([callsOf(calls, { part: 1, calls: 10 }), callsOf(calls, { part: 2, calls: 10 })].flat(), calls.slice(0, 20));
});

test('read from 10 m, a 55-inch panel needs capitals of 79 px and a font of 112 px', () => {
  assert.ok(Math.abs(mmPerPixel(55, FULL_HD) - 0.634) < 0.001);
  assert.equal(Math.round(capitalPx(10, 55, FULL_HD)), 79);
  assert.equal(Math.round(fontPx(10, 55, FULL_HD)), 112);
  // The same panel upright, and with another resolution of the browser: the same millimetres.
  assert.equal(Math.round(fontPx(10, 55, { width: 1080, height: 1920 })), 112);
  assert.equal(Math.round(fontPx(10, 55, { width: 1280, height: 720 }) * 1.5), 112);
  assert.equal(Math.round(capitalPx(5, 55, FULL_HD) * 2), 79);
});

test('the scale of lists follows the distance; without one it is as designed', () => {
  assert.equal(unitPx(FULL_HD), 10.8);
  assert.equal(unitPx({ width: 1080, height: 1920 }), 10.8);
  assert.equal(scaleOf(board({}), FULL_HD), 1);
  assert.ok(Math.abs(scaleOf(board({ distance_m: 10 }), FULL_HD) * 6.6 * 10.8 - 112) < 0.5);
  assert.equal(scaleOf(board({ distance_m: 1 }), FULL_HD), 0.75);
});

test('what does not fit comes on a further page, and there is always room for one', () => {
  assert.equal(fitting(100, 30), 3);
  assert.equal(fitting(10, 30), 1);
  assert.deepEqual(pagesOf([1, 2, 3, 4, 5, 6, 7, 8, 9], 4), [[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
});

test('the line at the foot is cut between words, and nothing of it is lost', () => {
  const text = 'Please keep your ticket. If you missed your number, ask at the information desk.';
  const cut = pieces(text, 30);
  assert.ok(cut.length > 2 && cut.every((piece) => widthOf(piece) <= 30), JSON.stringify(cut));
  assert.equal(cut.join(' '), text);
  const chinese = '请保管好号票，过号请到咨询台办理。取号后可扫码在手机上查看进度。';
  const lines = pieces(chinese, 20);
  assert.ok(lines.every((piece) => widthOf(piece) <= 20 && !/^[，。]/.test(piece)), JSON.stringify(lines));
  assert.equal(lines.join(''), chinese);
  assert.deepEqual(pieces('Donaudampfschifffahrt', 10), ['Donaudampf', 'schifffahr', 't']);
  assert.deepEqual(pieces('short', 30), ['short']);
});

test('where nothing may move there are no films', () => {
  assert.deepEqual(playable(['a.mp4', 'b.png', 'c.webm'], true), ['b.png']);
  assert.deepEqual(playable(['a.mp4', 'b.png'], false), ['a.mp4', 'b.png']);
});

test('paper is drawn at once, then not within 30 s, and cleared once an hour', async () => {
  const time = virtualTime(0);
  const log = [];
  const paper = makePaper({
    draw: () => log.push(['draw', time.now()]), refresh: () => log.push(['refresh', time.now()]),
    now: time.now, later: time.setTimeout, drop: time.clearTimeout,
  });
  paper.request();
  for (let i = 0; i < 10; i++) paper.request();
  assert.deepEqual(log, [['draw', 0]]);
  await time.pass(29999);
  assert.equal(log.length, 1);
  await time.pass(2);
  assert.deepEqual(log[1], ['draw', 30000]);
  paper.request({ urgent: true });
  assert.equal(log.length, 3);
  await time.pass(3600000); // nothing changes: once an hour all the same
  assert.deepEqual(log.at(-1), ['refresh', 3600000]);
  assert.equal(log.length, 4);
  paper.stop();
});

test('the quickest of five answers tells the time, half its way added', () => {
  let at = 1000;
  const clock = makeClock({ steady: () => at });
  clock.measure([[900, 1000], [40, 1500], [300, 1200]].map(([took, serverMs]) => ({ took, serverMs: 5_000_000 + serverMs, at })));
  assert.equal(clock.now(), 5_001_520);
  at += 10000;
  assert.equal(clock.now(), 5_011_520);
  clock.observe(5_011_100); // a heartbeat that took its time
  assert.equal(clock.now(), 5_011_520);
  assert.equal(clock.past(at - 4000), 5_007_520);
  assert.equal(clock.age(5_001_520), 10000);
  clock.observe(9_000_000); // the daemon's clock was set: heartbeats are believed
  assert.equal(clock.now(), 9_000_000);
});

test('a clock that is followed asks five times, and again later', async () => {
  const time = virtualTime();
  const clock = makeClock({ steady: time.now });
  let asked = 0;
  let later = null;
  const api = { get: async () => ({ now: 7_000_000 + asked++, speed: 1 }) };
  await followClock(clock, api, (fn, ms) => { later = [fn, ms]; });
  assert.equal(asked, 5);
  assert.equal(clock.now(), 7_000_000);
  assert.ok(later[1] >= 60000);
  await later[0]();
  await settle();
  assert.equal(asked, 10);
  const broken = { get: async () => { throw new Error('away'); } };
  await followClock(clock, broken, () => {});
  assert.equal(clock.now(), 7_000_005); // what was known stays
});
