// What a board says, in Chromium with the real daemon and its clips: each call once and in order, a recall again, and
// what happens where the browser wants a touch first. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';
import { TV, TV_UPRIGHT, inspect, openPage, startBrowser } from './browser.mjs';

const HEADER = 44;
const BYTES_SECOND = 32000;

// The shipped clips, each cut to its first 60 ms: ten calls are said sooner.
function quickClips() {
  const dir = mkdtempSync(join(tmpdir(), 'paihao-clips-'));
  mkdirSync(join(dir, 'en'));
  for (const name of readdirSync(join(build, 'voice/en'))) {
    const wav = readFileSync(join(build, 'voice/en', name)).subarray(0, HEADER + 0.06 * BYTES_SECOND);
    wav.writeUInt32LE(wav.length - 8, 4);
    wav.writeUInt32LE(wav.length - HEADER, 40);
    writeFileSync(join(dir, 'en', name), wav);
  }
  return dir;
}

let daemon;
let browser;
let clips;
before(async () => {
  clips = quickClips();
  daemon = await startDaemon({ settings: { display: { voice_dir: clips } } });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
  rmSync(clips, { recursive: true, force: true });
});

// A hall that says everything in one language, the one there are clips of.
async function makeHall(code, counters = ['1', '2', '3']) {
  await daemon.importHall('small', { code, edit: (text) => text.replace('languages: [zh, en]       # one', 'languages: [en] # one') });
  const clerks = {};
  for (const counter of counters) {
    clerks[counter] = await daemon.clerk(`${code}-${counter}`, code);
    await clerks[counter].post(`/halls/${code}/counters/${counter}/open`);
  }
  return {
    code,
    token: (await daemon.device(`board-${code}`, 'board', code)).token,
    issue: (service = 'id-card') => daemon.post(`/halls/${code}/tickets`, { service }),
    at: (counter, verb, body) => clerks[counter].post(`/halls/${code}/counters/${counter}/${verb}`, body),
  };
}

// What the browser's own audio plays: buffers as they start and end. Nothing of the page is replaced.
async function listen(page) {
  const heard = { buffers: 0, tones: 0 };
  const session = await page.context().newCDPSession(page);
  session.on('WebAudio.audioNodeCreated', ({ node }) => {
    if (node.nodeType === 'AudioBufferSource') heard.buffers += 1;
    if (node.nodeType === 'Oscillator') heard.tones += 1;
  });
  await session.send('WebAudio.enable');
  return heard;
}

async function openBoard(hall, { from = browser, ...options } = {}) {
  const page = await openPage(from, `${daemon.url}/board#${hall.token}`, options);
  page.heard = await listen(page);
  await page.waitForSelector('main.board');
  return page;
}

// {number, said} of each announcement, in their order; said: seconds, or null.
const log = (page) => page.locator('[data-announced] li').evaluateAll((all) =>
  all.map((one) => ({ number: one.dataset.number, said: one.dataset.said ? Number(one.dataset.said) : null })));

async function lengthOf(hall, number, counter, form) {
  const response = await fetch(`${daemon.url}/api/v1/halls/${hall.code}/voice?${new URLSearchParams({ number, counter, form })}`,
    { headers: { authorization: `Bearer ${hall.token}` } });
  return ((await response.arrayBuffer()).byteLength - HEADER) / BYTES_SECOND;
}

// Side by side: they mostly wait for sounds to end.
describe('a board', { concurrency: 4 }, () => {
  test('ten calls at once are all shown and said, one after the other; those that share a screen briefly', async () => {
    const hall = await makeHall('v-burst');
    const page = await openBoard(hall);
    for (let i = 0; i < 10; i++) await hall.issue();
    const called = [];
    for (let i = 0; i < 10; i++) {
      const counter = String(1 + (i % 2));
      const { ticket } = await hall.at(counter, 'next', i > 1 ? { present: 'absent' } : {});
      called.push({ number: ticket.number, counter });
    }
    await page.waitForSelector('.merged .now', { timeout: 30000 });
    const rows = await page.locator('.merged li').count();
    assert.ok(rows >= 4 && rows <= 6, `${rows} share the screen`);
    assert.equal(await page.locator('.newest').count(), 0);
    await inspect(page, 'board-merged');
    await page.setViewportSize(TV_UPRIGHT);
    await inspect(page, 'board-merged-upright');
    await page.setViewportSize(TV);
    await eventually('all ten are said', async () => (await log(page)).filter((one) => one.said).length === 10, 90000);
    const said = await log(page);
    assert.deepEqual(said.map((one) => one.number), called.map((one) => one.number));
    for (const [i, { number, counter }] of called.entries()) {
      const whole = await lengthOf(hall, number, counter, 'full'); // of one language both forms are one text
      assert.ok(Math.abs(said[i].said - whole) < 0.02, `${number}: ${said[i].said} s of ${whole}`);
    }
    assert.equal(page.heard.buffers, 10, 'each once');
    page.check();
    await page.end();
  });

  test('a recall is said and stands out again', async () => {
    const hall = await makeHall('v-recall', ['1']);
    const page = await openBoard(hall);
    const { number } = await hall.issue();
    await hall.at('1', 'next');
    await eventually('said', async () => (await log(page)).some((one) => one.said), 20000);
    const frame = await page.evaluateHandle(() => document.querySelector('.newest.fresh'));
    await hall.at('1', 'recall');
    await eventually('said again', async () => (await log(page)).filter((one) => one.number === number && one.said).length === 2, 20000);
    assert.equal(await frame.evaluate((one) => one.isConnected), false, 'the frame begins anew');
    assert.equal(page.heard.buffers, 2);
    page.check();
    await page.end();
  });

  test('without a touch: shown, not said, and the banner; after it the next one is said', async () => {
    const hall = await makeHall('v-touch', ['1', '2']);
    const quiet = await startBrowser({ autoplay: false });
    try {
      const page = await openBoard(hall, { from: quiet });
      const button = page.getByRole('button', { name: /开启声音.*enable sound/ });
      await button.waitFor();
      const first = await hall.issue();
      await hall.at('1', 'next');
      await page.waitForSelector(`.newest[data-number="${first.number}"]`);
      assert.equal(page.heard.buffers + page.heard.tones, 0);
      await button.click();
      await button.waitFor({ state: 'detached' });
      const second = await hall.issue();
      await hall.at('2', 'next');
      await eventually('the next one is said', async () => (await log(page)).some((one) => one.number === second.number && one.said), 20000);
      assert.deepEqual((await log(page)).map((one) => Boolean(one.said)), [false, true]);
      assert.ok(page.heard.tones > 0, 'and its chime');
      page.check();
      await page.end();
    } finally {
      await quiet.close();
    }
  });

  test('without clips a board has its chime, and nobody waits', async () => {
    const hall = await makeHall('v-none', ['1']);
    const page = await openBoard(hall);
    // As when the set of this hall's language is not installed: the daemon answers that it cannot say it.
    await page.route('**/voice?*', (route) => route.continue({ url: `${route.request().url()}&languages=fr` }));
    await hall.issue();
    await hall.at('1', 'next');
    await eventually('announced', async () => (await log(page)).length === 1, 20000);
    await eventually('chimed', () => page.heard.tones > 0, 20000);
    const { number } = await hall.issue();
    await hall.at('1', 'next', { present: 'absent' });
    await eventually('the next one, too', async () => (await log(page)).some((one) => one.number === number), 20000);
    assert.deepEqual((await log(page)).map((one) => one.said), [null, null]);
    assert.equal(page.heard.buffers, 0);
    page.check();
    await page.end();
  });
});
