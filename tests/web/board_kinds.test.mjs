// Boards of one counter, on paper, in the pause, in three languages, in Chromium with the real daemon.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { TV, TV_UPRIGHT, inspect, openPage, startBrowser } from './browser.mjs';
import { assertLegible, makeHall, openBoard, textsOf } from './board_world.mjs';

// A picture and a film need a folder; both are made here.
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const BOARDS = /^boards:\n(?: .*\n)*/m; // that part of a hall file
let dir;
let daemon;
let browser;
const tokens = {};

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'paihao-media-'));
  daemon = await startDaemon({ settings: { display: { media_dir: dir } } });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function smallHall(code, boards, edit = (text) => text) {
  await daemon.importHall('small', { code, edit: (text) => edit(text.replace(BOARDS, boards ? `boards:\n${boards}` : '')) });
  tokens[code] = (await daemon.device(`tv-${code}`, 'board', code)).token;
  return makeHall(daemon, code);
}
const open = (code, search, options) => openBoard(browser, daemon, tokens[code], search, options);

test("a counter's board: the number huge, else in words what the counter does", async () => {
  const hall = await smallHall('desk', '  - {code: c, kind: counter, counters: ["2"], languages: cycle, show: [next, clock], theme: light}\n');
  const page = await open('desk');
  const state = (name) => page.waitForSelector(`[data-desk="${name}"]`);
  await state('closed');
  await inspect(page, 'desk-closed');
  await hall.at('2', 'open');
  await state('open');
  await inspect(page, 'desk-open');
  await hall.at('1', 'open');
  const other = await hall.call('1', 'id-card');
  const number = await hall.call('2', 'pension');
  await state('called');
  assert.deepEqual(await page.numbers('main'), [number]);
  assert.notEqual(number, other);
  assert.equal(await page.announced(), 1); // its own call only
  const height = await page.locator('.giant').evaluate((one) => parseFloat(getComputedStyle(one).fontSize));
  assert.ok(height >= TV.height * 0.35, `${height} px`);
  await assertLegible(page, 'desk');
  await inspect(page, 'desk-called');
  // Languages come one after the other; the number stays through all of it.
  const langs = new Set();
  await eventually('each language came round', async () => {
    const texts = await textsOf(page);
    assert.ok(texts.some((one) => one.text === number));
    texts.filter((one) => !one.isNumber).forEach((one) => langs.add(one.lang));
    return langs.size === 2;
  }, 20000);
  await hall.at('2', 'begin');
  await state('serving');
  await hall.issue('id-card');
  await page.waitForSelector('[data-next]');
  await hall.at('2', 'finish');
  await hall.at('2', 'pause', { reason: 'break' });
  await state('paused');
  await assertLegible(page, 'paused');
  await page.setViewportSize(TV_UPRIGHT);
  await inspect(page, 'desk-paused-upright');
  await page.goto(`${daemon.url}/board?kind=counter&layout=none&counters=2&zones=#${tokens.desk}`);
  await page.getByText('“none”').waitFor(); // told, and shown all the same
  page.check();
  await page.end();
});

test('three languages side by side, each marked as what it is, on every theme with a contrast of 7', async () => {
  const texts = (text) => text.replace(/^languages:.*$/m, 'languages: [de, en, zh]').replace(/\{zh: /g, '{de: Fall, zh: ');
  const hall = await smallHall('lang', '  - {code: m, show: [waiting, waits, next, ticker, clock], ticker: {de: "Bitte Nummer bereithalten", zh: 请准备好号票}}\n', texts);
  await hall.at('1', 'open');
  await hall.issue('id-card');
  await hall.call('1', 'pension');
  for (const [theme, scheme] of [['dark', 'dark'], ['light', 'dark'], ['eink', 'dark'], ['auto', 'light'], ['auto', 'dark']]) {
    const page = await open('lang', `?theme=${theme}`, { colorScheme: scheme });
    await page.waitForSelector('.newest[data-number]');
    const seen = await assertLegible(page, `${theme} ${scheme}`);
    const langs = new Set(seen.map((one) => one.lang));
    assert.ok(['de', 'en', 'zh-CN'].every((lang) => langs.has(lang)), [...langs].join());
    const said = (lang, text) => seen.some((one) => one.lang === lang && one.text === text);
    assert.ok(said('de', 'Schalter') && said('en', 'Counter') && said('zh-CN', '窗口'));
    if (theme !== 'auto') await inspect(page, `lang-${theme}`);
    page.check();
    await page.end();
  }
});

test('paper: black on white, still, drawn again after half a minute at the earliest, with the time it is of', async () => {
  const hall = await smallHall('paper', '  - {code: door, theme: eink, panel_inches: 13, show: [waiting, next, ticker], ticker: {zh: 请保管好号票}}\n');
  await hall.at('1', 'open');
  const first = await hall.call('1', 'id-card');
  const context = await browser.newContext({ viewport: TV });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${daemon.url}/board#${tokens.paper}`);
  await page.waitForSelector(`.newest[data-number="${first}"]`); // the first picture is not held back
  assert.match(await page.locator('.as-of').innerText(), /截至 \d\d:\d\d/);
  assert.equal(await page.locator('.clock time').count(), 0);
  const colours = await page.evaluate(() => [...new Set([...document.querySelectorAll('#page *')].flatMap((one) => {
    const style = getComputedStyle(one);
    return [style.color, style.backgroundColor, style.borderTopColor];
  }))].sort());
  assert.deepEqual(colours.filter((one) => !['rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)'].includes(one)), []);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await inspect(page, 'paper');
  const second = await hall.call('1', 'pension');
  await eventually('it is known', async () => (await daemon.get('/halls/paper/board')).calls[0].number === second);
  const change = page.waitForSelector(`.newest[data-number="${second}"]`, { timeout: 15000 });
  assert.equal(await page.locator('.newest').getAttribute('data-number'), first);
  await page.clock.fastForward(31000);
  await change;
  await page.evaluate(() => { // each colour is there for a moment only
    globalThis.cleared = [];
    new MutationObserver(() => globalThis.cleared.push(document.documentElement.dataset.clear ?? 'done'))
      .observe(document.documentElement, { attributeFilter: ['data-clear'] });
  });
  await page.clock.fastForward(3600000);
  await eventually('the paper was cleared', () => page.evaluate(() => globalThis.cleared.includes('done')));
  assert.deepEqual(await page.evaluate(() => globalThis.cleared.slice(0, 3)), ['black', 'white', 'done']);
  await context.close();
});

// A second of film, made by the browser itself.
async function makeFilm() {
  const page = await openPage(browser, `${daemon.url}/`);
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const pen = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm' });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((done) => { recorder.onstop = done; });
    recorder.start();
    for (const begun = performance.now(); performance.now() - begun < 1500;) {
      pen.fillStyle = `hsl(${performance.now() / 10} 60% 40%)`;
      pen.fillRect(0, 0, 320, 180);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await ended;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  await page.end();
  return Buffer.from(bytes);
}

test('the pause: pictures and films while nobody is called; a call stops them, and they go on from there', async () => {
  writeFileSync(join(dir, 'film.webm'), await makeFilm());
  writeFileSync(join(dir, 'map.png'), PICTURE);
  const hall = await smallHall('pause', '  - {code: m, media: [film.webm]}\n  - {code: two, media: [gone.png, map.png]}\n  - {code: none, media: [gone.png]}\n');
  await hall.at('1', 'open');
  const page = await open('pause', '?layout=m');
  const film = () => page.locator('video').evaluate((one) => ({ at: one.currentTime, paused: one.paused, width: one.videoWidth }));
  await eventually('the film runs', async () => (await film()).at > 0.2, 15000);
  assert.equal((await film()).width, 320);
  assert.ok(await page.locator('.board.pausing .latest').isVisible());
  await inspect(page, 'media');
  const number = await hall.call('1', 'id-card');
  await page.waitForSelector(`.newest.called[data-number="${number}"]`);
  assert.ok(await page.locator('.media').isHidden());
  const stopped = await film();
  assert.ok(stopped.paused);
  await hall.at('1', 'begin');
  await page.waitForSelector('.board.pausing', { timeout: 20000 });
  await eventually('the film goes on', async () => !(await film()).paused);
  assert.ok(await page.locator(`.latest [data-number="${number}"]`).isVisible());
  page.check();
  await page.end();
  const other = await open('pause', '?layout=two'); // a file that is missing is passed over
  await other.waitForSelector('.media:not([hidden])[data-media="map.png"]');
  await other.end();
  const none = await open('pause', '?layout=none');
  await none.waitForSelector('.board:not(.pausing) .newest');
  await none.end();
  const calm = await open('pause', '?layout=m', { reducedMotion: 'reduce' });
  await calm.waitForSelector('.board:not(.pausing)');
  assert.equal(await calm.locator('video').count(), 0);
  await calm.end();
});

test('a hall without boards is as it always was, and a new file is followed without a reload', async () => {
  const hall = await smallHall('plain', '');
  await hall.at('1', 'open');
  await hall.call('1', 'id-card');
  const page = await open('plain');
  await page.waitForSelector('.newest[data-number]');
  assert.equal(await page.locator('.ticker, .next, .media').count(), 0);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await daemon.importHall('small', { code: 'plain', edit: (text) => text.replace(BOARDS, 'boards:\n  - {code: m, theme: light, show: [next]}\n') });
  await page.waitForSelector('html[data-theme="light"] .next');
  page.check();
  await page.end();
});
