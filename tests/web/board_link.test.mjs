// What a board makes of a broken link, in Chromium with the real daemon: it says so, hides what may be wrong, comes back by
// itself to the list everybody has, and rings for what is still news, once. The page's clock is moved by hand.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { TV, inspect, startBrowser } from './browser.mjs';
import { assertLegible, makeHall } from './board_world.mjs';

let daemon;
let browser;

before(async () => {
  daemon = await startDaemon();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

// A hall with two counters open and a number called, on a board whose clock stands still unless moved. own: what the
// board's own clock says.
async function start(code, { own, search = '' } = {}) {
  await daemon.importHall('small', { code });
  const { token } = await daemon.device(`board-${code}`, 'board', code);
  const hall = makeHall(daemon, code);
  for (const counter of ['1', '2', '3']) await hall.at(counter, 'open');
  const first = await hall.call('1', 'id-card');
  const context = await browser.newContext({ viewport: TV, locale: 'zh-CN' });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  await page.clock.install(own === undefined ? {} : { time: own });
  await page.addInitScript(() => {
    globalThis.shown = [];
    globalThis.addEventListener('paihao:shown', ({ detail }) => globalThis.shown.push(...detail.calls.map((call) => call.number)));
  });
  await page.goto(`${daemon.url}/board${search}#${token}`);
  await page.waitForSelector(`.newest[data-number="${first}"]`);
  let broken = [];
  return {
    hall, page, first, code,
    close: () => context.close(),
    // Whole seconds, in steps as a page lives through them.
    async pass(seconds) {
      for (let left = seconds; left > 0; left -= 5) await page.clock.fastForward(1000 * Math.min(5, left));
    },
    // Nothing gets through any more, neither new requests nor what is open already.
    async cut(answer = (route) => route.abort()) {
      await page.route('**/api/v1/**', answer);
      broken = answer;
      await page.clock.fastForward(16000); // the watchdog: no word for 15 s
    },
    mend: () => page.unroute('**/api/v1/**', broken),
    announced: () => page.locator('[data-announced] li').evaluateAll((all) => all.map((one) => one.dataset.number)),
    numbers: () => page.locator('main [data-number]').evaluateAll((all) => all.map((one) => one.dataset.number)),
    shown: () => page.evaluate(() => globalThis.shown),
    async sameAsAll() {
      const wanted = (await daemon.get(`/halls/${code}/board`)).calls.map((call) => call.number);
      await eventually('the list everybody has', async () => assert.deepEqual(await this.numbers(), wanted) ?? true, 20000);
    },
  };
}

const isNumber = /[A-Z]\d{3}/;

test('cut off: told after 10 s with the time, no number after 60 s, and back with what was missed', async () => {
  const board = await start('l-cut');
  const { page, hall } = board;
  await board.cut();
  await page.waitForSelector('.board.stale .behind');
  assert.match(await page.locator('.behind').innerText(), /连接中断 \d\d:\d\d.*[\s\S]*Not up to date since \d\d:\d\d/);
  assert.deepEqual(await board.numbers(), [board.first]); // the last ones stay for a while
  await assertLegible(page, 'stale');
  await inspect(page, 'link-stale');
  await board.pass(60);
  await page.getByText('Calls cannot be shown at the moment').waitFor();
  assert.doesNotMatch(await page.locator('main').innerText(), isNumber);
  await assertLegible(page, 'offline');
  await inspect(page, 'link-offline');
  const missed = await hall.call('2', 'pension');
  await board.mend();
  await board.pass(16);
  await page.waitForSelector(`[data-number="${missed}"]`);
  await board.sameAsAll();
  assert.deepEqual(await board.announced(), []); // by the board's time it is more than a minute old
  assert.ok((await board.shown()).includes(missed));
  const fresh = await hall.call('3', 'pension');
  await eventually('the next one rings', async () => (await board.announced()).includes(fresh));
  await board.close();
});

test('away for a moment: what was called meanwhile is announced, once', async () => {
  const board = await start('l-short');
  await board.cut();
  const [second, third] = [await board.hall.call('2', 'pension'), await board.hall.call('3', 'pension')];
  await board.mend();
  await board.pass(4);
  await eventually('it is back', async () => {
    await board.pass(1);
    return (await board.numbers()).includes(third);
  }, 20000);
  await eventually('both are announced', async () => {
    await board.pass(5);
    return (await board.announced()).length === 2;
  }, 20000);
  await board.sameAsAll();
  assert.deepEqual(await board.announced(), [second, third]);
  await board.cut(); // the same calls come back once more
  await board.mend();
  await board.pass(10);
  await board.page.waitForSelector('.board:not(.stale)');
  await board.pass(10);
  assert.deepEqual(await board.announced(), [second, third]);
  assert.deepEqual(await board.shown(), [second, third]);
  await board.close();
});

test('an error of the proxy on reconnect does not end it: 503, then back', async () => {
  const board = await start('l-503');
  let refused = 0;
  await board.cut((route) => {
    refused += 1;
    return route.fulfill({ status: 503, headers: { 'retry-after': '1' }, body: 'starting' });
  });
  await eventually('several tries', async () => {
    await board.pass(5);
    return refused >= 4;
  }, 20000);
  const number = await board.hall.call('2', 'pension');
  await board.mend();
  await eventually('back by itself', async () => {
    await board.pass(5);
    return (await board.numbers()).includes(number);
  }, 20000);
  await board.sameAsAll();
  await board.close();
});

test('a daemon that hangs keeps its connections: noticed all the same, and forgotten when it wakes', async () => {
  const board = await start('l-hang');
  process.kill(daemon.pid, 'SIGSTOP');
  try {
    await board.page.clock.fastForward(16000);
    await board.page.waitForSelector('.board.stale .behind');
    await board.pass(50);
    await board.page.waitForSelector('main.message');
    assert.doesNotMatch(await board.page.locator('main').innerText(), isNumber);
  } finally {
    process.kill(daemon.pid, 'SIGCONT');
  }
  await eventually('it is back', async () => {
    await board.pass(5);
    return (await board.numbers()).includes(board.first);
  }, 30000);
  await board.sameAsAll();
  assert.deepEqual(await board.announced(), []);
  await board.close();
});

test("the time is the hall's, whatever the board's own clock says, and so is that of the last word", async () => {
  const board = await start('l-clock', { own: new Date('2020-02-02T02:02:00Z') });
  const { page } = board;
  const minutes = (text) => text.match(/\d\d:\d\d/)[0].split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  const hall = () => minutes(new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' }).format(new Date()));
  const near = (a, b) => [0, 1, 1439].includes((a - b + 1440) % 1440) || (b - a + 1440) % 1440 === 1;
  assert.ok(near(hall(), minutes(await page.locator('.clock time').innerText())));
  await board.cut();
  await page.waitForSelector('.behind');
  assert.ok(near(hall(), minutes(await page.locator('.behind').innerText())));
  await board.close();
});

test("a counter's board and paper hide their number as well", async () => {
  const board = await start('l-desk');
  const { page } = board;
  const token = (await daemon.device('desk-l-desk', 'board', 'l-desk')).token;
  for (const search of ['?layout=counter-3&counters=1', '?layout=door']) {
    await page.goto(`${daemon.url}/board${search}#${token}`);
    await page.reload();
    await page.waitForSelector(`main [data-number="${board.first}"]`);
    await board.cut();
    await board.pass(110); // paper is drawn every half a minute
    await page.waitForSelector('main.message');
    assert.doesNotMatch(await page.locator('main').innerText(), isNumber, search);
    await board.mend();
    // The page's clock runs ahead of what the network brings, so it gets time for that between two steps.
    await eventually(`${search}: the number is back`, async () => {
      await board.pass(5);
      return page.waitForSelector(`main [data-number="${board.first}"]`, { timeout: 1000 }).then(() => true, () => false);
    }, 25000);
  }
  await board.close();
});
