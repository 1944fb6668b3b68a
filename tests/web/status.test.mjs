// The public status page in Chromium, by itself and inside a page of another origin: words in three languages, narrow and
// wide, open, closed, stopped, without a forecast, out of date; nothing kept. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { addDays, weekdayOf } from '../../daemon/web/shared/dates.js';
import { WEEKDAYS } from '../../daemon/web/shared/opening.js';
import { curveOf, linesText, sorted, waitText } from '../../daemon/web/status/say.js';
import { chooseLang, makeWords } from '../../daemon/web/status/words.js';
import { startDaemon } from '../lib/daemon.mjs';
import { importOpen, keepAs, play, today } from '../lib/status.mjs';
import { told } from '../lib/waits.mjs';
import { PHONE, inspect, intercept, openPage, startBrowser } from './browser.mjs';

const NARROW = { width: 300, height: 600 };
const DESK = { width: 1024, height: 768 };
let daemon;
let browser;
let redis;
let other; // a server of another origin, with pages that hold ours

before(async () => {
  daemon = await startDaemon();
  browser = await startBrowser();
  redis = daemon.redis();
  other = createServer((request, response) => {
    const frame = `${daemon.url}${decodeURIComponent(request.url.slice(1))}`;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><title>City</title><body><main><h1>The city</h1>
      <iframe title="Waits" src="${frame}" width="300" height="600"></iframe></main></body></html>`);
  });
  await new Promise((done) => other.listen(0, '127.0.0.1', done));
});
after(async () => {
  redis?.disconnect();
  await browser?.close();
  other?.close();
  await daemon?.stop();
});

const open = (hall, { lang = 'en', ...options } = {}) => openPage(browser, `${daemon.url}/status?lang=${lang}#${hall}`, { viewport: DESK, ...options });

// Today played, and the same on the same weekdays before.
async function makeHall(code) {
  await importOpen(daemon, code);
  await play(redis, code, { seed: 5 });
  await keepAs(daemon, redis, code, [7, 14, 21, 28, 6, 13, 20, 27]);
  await daemon.post(`/halls/${code}/counters/1/open`, { profile: 'general' });
  for (let i = 0; i < 3; i += 1) await daemon.post(`/halls/${code}/tickets`, { service: 'id-card' });
  await told(daemon, code, (one) => one.waiting === 3 && one.wait);
}

test('the words say the same in three languages; the address chooses', () => {
  const read = (lang) => JSON.parse(readFileSync(new URL(`../../daemon/web/status/${lang}.json`, import.meta.url), 'utf8'));
  const places = (text) => [...new Set(JSON.stringify(text).match(/\{(\w+)\}/g) || [])].sort();
  const [zh, de] = [read('zh'), read('de')];
  assert.deepEqual(Object.keys(de), Object.keys(zh));
  for (const key of Object.keys(zh)) assert.deepEqual(places(de[key]), places(zh[key]), key);
  assert.equal(chooseLang('?lang=de', ['en']), 'de');
  assert.equal(chooseLang('?lang=xx', ['fr', 'en-GB']), 'en');
  assert.equal(chooseLang('', ['fr']), 'zh');
});

test('waits and lines in words; the curve has no holes', () => {
  const en = makeWords('en');
  assert.equal(waitText(undefined, en), 'no forecast');
  assert.equal(waitText({ low: 0, likely: 0, high: 1 }, en), 'right away');
  assert.equal(waitText({ low: 10, likely: 10, high: 10 }, en), 'about 10 min');
  assert.equal(waitText({ low: 10, likely: 15, high: 20 }, makeWords('de')), '10–20 Min.');
  assert.equal(linesText({ waiting: 1, left: 3 }, en), '1 person waiting · 3 numbers left');
  assert.equal(linesText({ waiting: 0, left: 0 }, makeWords('zh')), '无人等候 · 今天的号已取完');
  assert.equal(linesText({}, en), '');
  const hours = [{ hour: 9, usual: { p50: 90000 } }, { hour: 11, today: { p50: 200000 } }];
  assert.deepEqual(curveOf({ hours }), [{ hour: 9, usual: 2, today: undefined }, { hour: 10, usual: undefined, today: undefined }, { hour: 11, usual: undefined, today: 3 }]);
  assert.deepEqual(curveOf({ hours: hours.slice(1) }), []);
  const order = sorted([{ code: 'a', open: false }, { code: 'b', open: true }, { code: 'c', open: true, wait: {} }, { code: 'd', open: true, wait: {}, stopped: '' }]);
  assert.deepEqual(order.map((one) => one.code), ['c', 'b', 'a', 'd']);
});

test('open: waits, best hour and curve as the API says; 300 px to a desk, three languages, light and dark', async () => {
  await makeHall('sw-open');
  for (const [lang, viewport, colorScheme] of [['zh', NARROW, 'light'], ['en', PHONE, 'dark'], ['de', DESK, 'light']]) {
    const page = await open('sw-open', { lang, viewport, colorScheme });
    await page.locator('[data-state="open"]').waitFor();
    assert.match(await page.locator('[data-service="id-card"] .wait').innerText(), /\d/);
    const status = await (await fetch(`${daemon.url}/api/v1/halls/sw-open/status`)).json();
    assert.equal(await page.locator('[data-service]').count(), status.services.length);
    assert.equal(await page.locator('.best li').count(), status.best.length);
    assert.ok(status.best.length >= 1);
    await page.locator('.numbers summary').click();
    const rows = await page.locator('.numbers tbody tr').evaluateAll((list) => list.map((row) => [row.dataset.hour, row.cells[1].innerText, row.cells[2].innerText]));
    const minutes = (one) => (one ? String(Math.round(one.p50 / 60000)) : '–');
    assert.deepEqual(rows, status.hours.map(({ hour, usual, today: now }) => [String(hour), minutes(usual), minutes(now)]));
    assert.ok(await page.locator('.curve rect').count() >= 2);
    assert.equal(await page.locator('html').getAttribute('lang'), { zh: 'zh-CN', en: 'en', de: 'de' }[lang]);
    await inspect(page, `status-${lang}-${viewport.width}`);
    const kept = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
    assert.deepEqual(kept, ['', 0, 0]);
    page.check();
    await page.end();
  }
});

test('inside a page of another origin it is shown; other pages of ours are not', async () => {
  const at = (path) => `http://127.0.0.1:${other.address().port}/${encodeURIComponent(path)}`;
  const page = await openPage(browser, at('/status?lang=en#sw-open'), { viewport: { width: 360, height: 720 } });
  const frame = page.frameLocator('iframe');
  await frame.locator('[data-state="open"]').waitFor();
  await frame.locator('.best').waitFor();
  const box = await page.frames()[1].evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(box[0] <= box[1], 'no sideways scrolling in 300 px');
  await inspect(page, 'status-framed');
  page.check();
  await page.end();
  const refused = await openPage(browser, at('/clerk'), { viewport: PHONE });
  const inner = refused.frames()[1];
  assert.ok(!inner || !inner.url().startsWith(daemon.url), 'the clerk\'s page is not framed');
  await refused.end();
  // A script of that origin may read the numbers, and only these.
  const reader = await openPage(browser, at('/status#none'), { viewport: PHONE });
  const read = (path) => reader.evaluate((url) => fetch(url).then((answer) => answer.json()).then((json) => json.state ?? 'read', () => 'refused'), `${daemon.url}/api/v1${path}`);
  assert.equal(await read('/halls/sw-open/status'), 'open');
  assert.equal(await reader.evaluate((url) => fetch(url).then(() => 'read', () => 'refused'), `${daemon.url}/api/v1/halls`), 'refused');
  await reader.end();
});

test('closed with its next opening; stopped; no forecast yet; no such hall', async () => {
  await importOpen(daemon, 'sw-closed', { days: WEEKDAYS[weekdayOf(addDays(today, 1))], from: '09:30', to: '12:00' });
  const closed = await open('sw-closed', { viewport: PHONE });
  await closed.getByText('Opens').waitFor();
  assert.match(await closed.locator('[data-state="closed"]').innerText(), /Closed now\s+Opens .*09:30/);
  await inspect(closed, 'status-closed');
  await closed.end();
  const hall = await importOpen(daemon, 'sw-new');
  const page = await open('sw-new', { viewport: NARROW, lang: 'de' });
  await page.locator('[data-none]').waitFor();
  await inspect(page, 'status-none');
  await daemon.post(`${hall}/stop`, { reason: 'Stromausfall' });
  await told(daemon, 'sw-new', (one) => one.stopped);
  await page.end();
  const stopped = await open('sw-new', { viewport: NARROW, lang: 'zh' });
  await stopped.locator('[data-state="stopped"]').waitFor({ timeout: 30000 });
  await inspect(stopped, 'status-stopped');
  await stopped.end();
  const none = await open('nowhere', { viewport: NARROW });
  await none.getByText('There is no such hall').waitFor();
  await inspect(none, 'status-unknown');
  await none.end();
});

test('out of date, then not to be believed; a failure is told and mends itself', async () => {
  const page = await openPage(browser, 'about:blank', { viewport: PHONE });
  await page.clock.install();
  let broken = true;
  await intercept(page, '**/halls/sw-open/status', (route) => (broken
    ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
  await page.goto(`${daemon.url}/status?lang=en#sw-open`);
  await page.getByText('cannot be read at the moment').waitFor();
  await inspect(page, 'status-failed');
  broken = false;
  await page.clock.runFor(21000);
  await page.locator('[data-state="open"]').waitFor();
  broken = true;
  await page.clock.runFor(60000);
  await page.locator('[data-link="stale"]').waitFor();
  assert.ok(await page.locator('[data-service]').count() > 0);
  await inspect(page, 'status-stale');
  await page.clock.runFor(150000);
  await page.locator('[data-link="offline"]').waitFor();
  assert.equal(await page.locator('[data-service]').count(), 0, 'waits are hidden');
  await inspect(page, 'status-offline');
  await page.end();
});
