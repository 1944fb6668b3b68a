// Boards of every layout in Chromium, with the real daemon: what stands on each, that it can be read, that nothing is cut
// off or lost. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { fontPx } from '../../display/web/board/legible.js';
import { TV, TV_UPRIGHT, inspect, startBrowser } from './browser.mjs';
import { assertLegible, makeHall, openBoard } from './board_world.mjs';

const HD = { width: 1280, height: 720 };
const SIZES = { tv: TV, upright: TV_UPRIGHT, hd: HD };
let daemon;
let browser;
let big; // the large hall, with calls in all zones
let token;

before(async () => {
  daemon = await startDaemon();
  browser = await startBrowser();
  await daemon.importHall('shanghai');
  token = (await daemon.device('board-main', 'board', 'shanghai')).token;
  big = makeHall(daemon, 'shanghai');
  const work = { 2: 'id-card', 3: 'id-card', 4: 'social-card', 5: 'social-card', 9: 'company-new', 15: 'medical-join', 21: 'passport', 24: 'residence-permit' };
  for (const counter of Object.keys(work)) await big.at(counter, 'open');
  for (const service of ['tax-invoice', 'estate-search', ...Object.values(work), ...Object.values(work)]) await big.issue(service);
  big.called = [];
  for (let round = 0; round < 3; round++) {
    for (const [counter, service] of Object.entries(work)) big.called.unshift({ number: await big.call(counter, service), counter });
  }
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

const inZone = (...counters) => big.called.filter((call) => counters.includes(call.counter)).map((call) => call.number);
const A = ['2', '3', '4', '5'];

const open = (search, options) => openBoard(browser, daemon, token, search, options);

for (const [layout, search] of Object.entries({
  main: '?layout=main', 'zone-a': '?layout=zone-a', 'zone-bcd': '?layout=zone-bcd', counter: '?layout=counter&counters=21',
})) {
  test(`layout ${layout} is legible on every screen, and cuts no number off`, async () => {
    const page = await open(search);
    await page.waitForSelector('.newest[data-number], .at-desk[data-number]');
    for (const [name, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await eventually('drawn for this size', async () => (await assertLegible(page, `${layout} ${name}`)).length > 0, 10000);
      if (viewport === TV || process.env.PAIHAO_SHOTS) await inspect(page, `layout-${layout}-${name}`);
    }
    page.check();
    await page.end();
  });
}

test('the main board: letters as large as the distance asks for, the way to the zone, the next numbers in their order', async () => {
  const page = await open('?layout=main');
  const need = fontPx(7, 55, TV);
  await page.waitForSelector('.latest li .number');
  const sizes = await page.locator('.latest li .number').evaluateAll((all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize)));
  assert.ok(sizes.length > 1 && Math.min(...sizes) >= need - 0.5, `${sizes} of ${need}`);
  // The font itself: its capitals are as high as 1/200 of the distance on that panel.
  const capital = await page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d');
    const style = getComputedStyle(document.querySelector('.latest li .number'));
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return context.measureText('H').actualBoundingBoxAscent;
  });
  assert.ok(capital >= need * 0.705 - 1, `${capital} px of ${need * 0.705}`);
  const newest = await page.locator('.newest').getAttribute('data-counter');
  assert.equal(newest, big.called[0].counter);
  assert.equal(await page.locator('.newest .arrow.up').count(), 1); // zone D
  const told = await daemon.get('/halls/shanghai/board');
  const order = Object.values(told.next).flat().sort((a, b) => a[1] - b[1]).map(([number]) => number);
  const shown = await page.locator('[data-next]').evaluateAll((all) => all.map((one) => one.dataset.next));
  assert.ok(shown.length > 2);
  assert.deepEqual(shown, order.slice(0, shown.length));
  assert.ok(!JSON.stringify(told).includes('&'));
  page.check();
  await page.end();
});

test("a zone's board has the calls of its counters, all of them, page by page, and nothing of the others", async () => {
  const context = await browser.newContext({ viewport: TV });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${daemon.url}/board?layout=zone-a&calls=12&distance_m=12#${token}`);
  await page.waitForSelector('.latest li');
  const wanted = inZone(...A);
  const seen = new Set(await page.locator('[data-number]').evaluateAll((all) => all.map((one) => one.dataset.number)));
  const first = seen.size;
  for (let i = 0; i < 14 && seen.size < wanted.length; i++) {
    await page.clock.fastForward(7000);
    for (const number of await page.locator('main [data-number]').evaluateAll((all) => all.map((one) => one.dataset.number))) seen.add(number);
  }
  assert.ok(first < wanted.length, 'they did not all fit at once');
  assert.deepEqual([...seen].sort(), [...wanted].sort()); // the ninth and the twelfth too
  assert.match(await page.locator('h1').innerText(), /A 区/);
  const services = await page.locator('[data-service]').evaluateAll((all) => all.map((one) => one.dataset.service));
  assert.ok(!services.includes('passport') && !services.includes('company-new'), String(services));
  await context.close();
});

test('two boards that share a list: no call and no service on both, none on neither', async () => {
  const [left, right] = await Promise.all([open('?layout=pair-left'), open('?layout=pair-right')]);
  const [a, b] = await Promise.all([left, right].map(async (page) => {
    await page.waitForSelector('.latest li');
    return eventually('its half', async () => {
      const numbers = await page.numbers('main');
      return numbers.length >= 8 && numbers;
    });
  }));
  assert.deepEqual([...a, ...b], big.called.slice(0, a.length + b.length).map((call) => call.number));
  assert.deepEqual([a.length, b.length], [9, 8]); // the large one besides
  assert.equal(await right.locator('.newest').count(), 0);
  const services = async (page) => page.locator('[data-service]').evaluateAll((all) => all.map((one) => one.dataset.service));
  const waiting = Object.keys((await daemon.get('/halls/shanghai/board')).waiting);
  const both = [...await services(left), ...await services(right)];
  assert.deepEqual([...both].sort(), waiting.sort());
  for (const [page, name] of [[left, 'left'], [right, 'right']]) {
    await assertLegible(page, name);
    if (process.env.PAIHAO_SHOTS) await inspect(page, `layout-pair-${name}`);
  }
  const number = await big.call('2', 'id-card');
  await left.waitForSelector(`.newest[data-number="${number}"]`);
  big.called.unshift({ number, counter: '2' });
  await eventually('the other one moves on', async () => (await right.numbers('main'))[0] === big.called[9].number);
  assert.equal(await right.announced(), 0); // one of the two rings
  await Promise.all([left.end(), right.end()]);
});
