// The main board in Chromium, with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, root, startDaemon } from '../lib/daemon.mjs';
import { TV, TV_UPRIGHT, inspect, openPage, startBrowser } from './browser.mjs';

let daemon;
let browser;
let board;

before(async () => {
  // Without clips: what is said has a test of its own (board_voice.test.mjs).
  daemon = await startDaemon({ settings: { display: { voice_dir: join(root, 'config') } } });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

const seen = (page, selector) => page.locator(selector);
const announced = (page) =>
  page.locator('[data-announced] li').evaluateAll((all) => all.map((one) => one.dataset.number));
const count = (page) => page.locator('[data-announced]').getAttribute('data-announced').then(Number);

// A hall of its own per test, with a board and its counters open.
async function makeHall(code, counters = ['1', '2', '3']) {
  await daemon.importHall('small', { code });
  const clerks = {};
  for (const counter of counters) {
    clerks[counter] = await daemon.clerk(`${code}-${counter}`, code);
    await clerks[counter].post(`/halls/${code}/counters/${counter}/open`);
  }
  board = await daemon.device(`board-${code}`, 'board', code);
  return {
    code,
    clerks,
    issue: (service = 'id-card') => daemon.post(`/halls/${code}/tickets`, { service }),
    at: (counter, verb, body) => clerks[counter].post(`/halls/${code}/counters/${counter}/${verb}`, body),
  };
}

async function openBoard({ search = '', ...options } = {}) {
  const page = await openPage(browser, `${daemon.url}/board${search}#${board.token}`, options);
  await page.waitForSelector('main.board');
  return page;
}

test('an empty hall: asks to watch out, and the token has left the address bar', async () => {
  await makeHall('b-empty');
  for (const [name, viewport] of [['board-empty', TV], ['board-empty-upright', TV_UPRIGHT]]) {
    const page = await openBoard({ viewport });
    assert.equal(new URL(page.url()).hash, '');
    assert.ok(await page.getByText('请留意叫号').isVisible());
    assert.ok(await page.getByText('Please watch for your number').isVisible());
    await inspect(page, name);
    await page.reload();
    await page.waitForSelector('main.board'); // the token was kept
    page.check();
    await page.end();
  }
});

test('a call is shown large, sounds once, and follows its ticket', async () => {
  const hall = await makeHall('b-call');
  const page = await openBoard();
  const ticket = await hall.issue();
  await hall.issue('pension');
  await seen(page, '.waiting .total').filter({ hasText: '2' }).waitFor();
  await hall.at('2', 'next');
  await seen(page, `.newest.called[data-number="${ticket.number}"][data-counter="2"]`).waitFor();
  assert.deepEqual(await announced(page), [ticket.number]);
  await seen(page, '.waiting .total').filter({ hasText: '1' }).waitFor();
  await inspect(page, 'board-called');
  await hall.at('2', 'begin');
  await seen(page, '.newest.serving').waitFor();
  await inspect(page, 'board-serving');
  await hall.at('2', 'finish');
  await seen(page, '.newest.ended').waitFor();
  assert.equal(await count(page), 1);
  page.check();
  await page.end();
});

test('a recall sounds again though the number is on the board', async () => {
  const hall = await makeHall('b-recall');
  const page = await openBoard();
  const { number } = await hall.issue();
  await hall.at('1', 'next');
  await hall.at('1', 'recall');
  await hall.at('1', 'recall');
  await eventually('three announcements', async () => (await count(page)) === 3, 20000);
  assert.deepEqual(await announced(page), [number, number, number]);
  assert.equal(await page.locator('.latest li').count(), 0);
  page.check();
  await page.end();
});

test('a call put back leaves the board', async () => {
  const hall = await makeHall('b-back');
  const page = await openBoard();
  const { number } = await hall.issue();
  await hall.at('1', 'next');
  await seen(page, `.newest[data-number="${number}"]`).waitFor();
  await hall.at('1', 'put-back');
  await seen(page, '.newest.none').waitFor({ timeout: 20000 });
  await hall.at('1', 'next');
  await eventually('called anew, announced anew', async () => (await count(page)) === 2, 20000);
  page.check();
  await page.end();
});

test('ten calls at once are all announced, one after the other, and each once', async () => {
  const hall = await makeHall('b-burst', ['1', '2']);
  const page = await openBoard();
  for (let i = 0; i < 10; i++) await hall.issue();
  for (let i = 0; i < 5; i++) {
    await Promise.all(['1', '2'].map((counter) => hall.at(counter, 'next', i ? { present: 'absent' } : {})));
  }
  await eventually('all ten', async () => (await count(page)) === 10, 60000);
  const numbers = await announced(page);
  assert.equal(new Set(numbers).size, 10);
  const shown = await page.locator('[data-number]').evaluateAll((all) => all.length);
  assert.ok(shown >= 9, 'the ninth call is on the board too');
  await inspect(page, 'board-burst');
  page.check();
  await page.end();
});

test('after a restart of the daemon nothing rings again, and nothing new is lost', async () => {
  const hall = await makeHall('b-restart');
  const page = await openBoard();
  const first = await hall.issue();
  const second = await hall.issue();
  await hall.at('1', 'next');
  await eventually('the first', async () => (await count(page)) === 1);
  daemon.options.settings = { ...daemon.options.settings, http: { port: daemon.ports.http } }; // where the board looks for it
  await daemon.restart();
  await hall.at('2', 'next');
  await eventually('the second', async () => (await count(page)) === 2, 30000);
  assert.deepEqual(await announced(page), [first.number, second.number]);
  page.check();
  await page.end();
});

test('a page loaded anew does not ring for what is on the board', async () => {
  const hall = await makeHall('b-reload');
  const page = await openBoard();
  await hall.issue();
  await hall.at('1', 'next');
  await eventually('announced', async () => (await count(page)) === 1);
  await page.reload();
  await page.waitForSelector('.newest.called');
  assert.equal(await count(page), 0);
  await hall.at('1', 'recall');
  await eventually('the recall', async () => (await count(page)) === 1, 20000);
  page.check();
  await page.end();
});

test('a broken link: grey with the time after 10 s, no numbers after a minute, then back', async () => {
  const hall = await makeHall('b-link');
  await hall.issue();
  await hall.at('1', 'next');
  const context = await browser.newContext({ viewport: TV });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${daemon.url}/board#${board.token}`);
  await page.waitForSelector('.newest.called');
  await context.setOffline(true);
  await page.clock.fastForward(16000); // the watchdog
  await page.clock.fastForward(12000);
  await page.waitForSelector('.board.stale .behind');
  await inspect(page, 'board-stale');
  await page.clock.fastForward(60000);
  await page.waitForSelector('main.message');
  assert.equal(await page.locator('.number.huge').count(), 0);
  await inspect(page, 'board-offline');
  await context.setOffline(false);
  await page.clock.fastForward(16000);
  await page.waitForSelector('.newest.called');
  assert.equal(await count(page), 0);
  await context.close();
});

test('the sound banner asks for a touch where the browser wants one, and goes away with it', async () => {
  await makeHall('b-sound');
  const quiet = await startBrowser({ autoplay: false });
  try {
    const page = await openPage(quiet, `${daemon.url}/board#${board.token}`);
    const button = page.getByRole('button', { name: /开启声音.*enable sound/ });
    await button.waitFor();
    await inspect(page, 'board-sound');
    await button.click();
    await button.waitFor({ state: 'detached' });
    await page.end();
  } finally {
    await quiet.close();
  }
});

test('a token that is not known leads to the code for admitting the screen', async () => {
  const page = await openPage(browser, `${daemon.url}/board#nonsense`);
  await page.locator('.pairing .code[data-code]').waitFor();
  await page.getByText('This board is new here').waitFor();
  page.check();
  await page.end();
});

test('a large hall: only lines with people, page by page', async () => {
  await daemon.importHall('shanghai');
  const hall = await daemon.nobody().get('/halls/shanghai');
  board = await daemon.device('board-large', 'board', 'shanghai');
  const open = hall.services.filter((service) => service.open).slice(0, 15);
  for (const service of open) await daemon.post('/halls/shanghai/tickets', { service: service.code });
  const page = await openBoard({ search: '?distance_m=0&show=waiting,waits,clock' });
  await seen(page, '.waiting .total').filter({ hasText: '15' }).waitFor();
  const lines = () => page.locator('.waiting li').allInnerTexts();
  const first = await lines();
  assert.equal(first.length, 6);
  await inspect(page, 'board-large');
  await eventually('the next page', async () => (await lines())[0] !== first[0], 20000);
  page.check();
  await page.end();
});

test('with reduced motion nothing moves', async () => {
  const hall = await makeHall('b-calm');
  const page = await openBoard({ reducedMotion: 'reduce' });
  await hall.issue();
  await hall.at('1', 'next');
  await page.waitForSelector('.newest.fresh');
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 10).length);
  assert.equal(moving, 0);
  await page.end();
});
