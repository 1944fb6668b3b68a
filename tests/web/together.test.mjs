// Several pages of one hall at the same moment, and what they do when the daemon or its Redis is gone for a while:
// each says so, comes back by itself, and shows what is. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../lib/daemon.mjs';
import { OwnRedis } from '../lib/own_redis.mjs';
import { inspect } from './browser.mjs';
import { startWorld, word } from './world.mjs';

const BACK_MS = 40000; // a page tries again after 15 s at the latest
let redis;
let world;

before(async () => {
  redis = await new OwnRedis().start();
  world = await startWorld({ code: 'four', settings: { store: redis.settings() } });
});
after(async () => {
  await world?.stop();
  await redis?.stop();
});

const say = (id) => word('kiosk', 'zh', id);
const numberOf = (desk) => desk.locator('.citizen .number').innerText();

// Someone at the kiosk, without a class. This daemon has no gateway for messages, so nobody is asked for a phone number.
async function take(kiosk) {
  await kiosk.locator('.tile', { hasText: '身份证办理' }).click();
  await kiosk.getByRole('button', { name: say('details.take'), exact: true }).click();
}

async function taken(kiosk) {
  await kiosk.waitForSelector('[data-screen="number"]', { timeout: BACK_MS });
  const number = await kiosk.locator('.given .number').innerText();
  await kiosk.getByRole('button', { name: say('number.done') }).click();
  return number;
}

async function openAll(name, counter) {
  const mine = await world.issue();
  const behind = await world.issue();
  const pages = {
    kiosk: await world.kiosk(),
    board: await world.board(),
    desk: await world.desk(name, counter),
    phone: await world.phone(behind.link),
  };
  await pages.desk.keyboard.press('n');
  await pages.desk.present(mine.number, 'called');
  await pages.phone.getByText(word('ticket', 'zh', 'ahead.none')).waitFor();
  await eventually('announced', async () => (await pages.board.announced()) === 1, BACK_MS);
  return { ...pages, mine, behind };
}

// What all four show once they are back: the one called is still there, somebody new comes and is called.
async function alive({ kiosk, board, desk, phone, mine, behind }, counter) {
  await desk.present(mine.number, 'called');
  await board.locator(`.newest[data-number="${mine.number}"]`).waitFor({ timeout: BACK_MS });
  await eventually('the phone is live again', () => phone.locator('.freshness.live').count(), BACK_MS);
  await eventually('the desk is live again', () => desk.locator('[data-link="live"]').count(), BACK_MS);
  const rung = await board.announced();
  await take(kiosk);
  const number = await taken(kiosk);
  assert.ok((await world.waiting()).some((one) => one.number === number));
  await desk.locator('.lists h2 .count', { hasText: '2' }).first().waitFor();
  await board.locator('.waiting .total', { hasText: '2' }).waitFor({ timeout: BACK_MS });
  await kiosk.locator('.tile', { hasText: '身份证办理' }).getByText(word('kiosk', 'zh', 'tile.waiting', { n: 2 }))
    .waitFor({ timeout: BACK_MS });
  await desk.keyboard.press('b');
  await desk.present(mine.number, 'serving');
  await desk.keyboard.press('n');
  await desk.present(behind.number, 'called');
  await phone.waitForSelector(`html[data-state="called"] [data-counter="${counter}"]`);
  await board.locator(`.newest.called[data-number="${behind.number}"]`).waitFor({ timeout: BACK_MS });
  await eventually('announced once', async () => (await board.announced()) === rung + 1, BACK_MS);
  return number;
}

async function endAll({ kiosk, board, desk, phone }) {
  await desk.keyboard.press('b');
  await desk.locator('.citizen[data-state="serving"]').waitFor();
  await desk.keyboard.press('f');
  await desk.locator('.citizen.empty').waitFor();
  for (const page of [kiosk, board, desk, phone]) {
    page.check();
    await page.end();
  }
  await world.daemon.post(`/halls/${world.code}/close-day`);
}

test('two clerks press at the same moment: two citizens', async () => {
  const desks = [await world.desk('chen', '1'), await world.desk('sun', '2')];
  const given = new Set();
  for (let i = 0; i < 6; i++) given.add((await world.issue()).number);
  const seen = [];
  for (let round = 0; round < 3; round++) {
    await Promise.all(desks.map((desk) => desk.keyboard.press('n')));
    await Promise.all(desks.map((desk) => desk.locator('.citizen[data-state="called"]').waitFor()));
    seen.push(...await Promise.all(desks.map(numberOf)));
    await Promise.all(desks.map((desk) => desk.keyboard.press('b')));
    await Promise.all(desks.map((desk) => desk.locator('.citizen[data-state="serving"]').waitFor()));
  }
  assert.deepEqual(new Set(seen), given);
  await Promise.all(desks.map((desk) => desk.keyboard.press('n'))); // nobody is left for either
  await Promise.all(desks.map((desk) => desk.locator('.citizen.empty').waitFor()));
  for (const desk of desks) {
    await desk.getByRole('heading', { name: word('clerk', 'zh', 'empty.calm') }).waitFor();
    desk.check();
    await desk.end();
  }
  await world.daemon.post(`/halls/${world.code}/close-day`);
});

test('the daemon is killed and started again: all four pages go on by themselves', async () => {
  const pages = await openAll('qian', '1');
  world.keepPort();
  await world.daemon.crash();
  await take(pages.kiosk); // somebody presses while it is away
  await pages.kiosk.getByText(say('issuing.once')).waitFor();
  await inspect(pages.kiosk, 'together-kiosk-away');
  await world.daemon.start();
  const number = await taken(pages.kiosk);
  assert.deepEqual((await world.waiting()).map((one) => one.number).sort(), [pages.behind.number, number].sort());
  await world.daemon.post(`/halls/${world.code}/tickets/${number}/cancel`);
  await alive(pages, '1');
  await endAll(pages);
});

test('Redis is gone: every page says that it is behind, refuses honestly, and recovers', async () => {
  const pages = await openAll('zhou', '2');
  const { kiosk, board, desk, phone } = pages;
  await redis.kill();
  await desk.keyboard.press('b');
  await desk.getByText(word('clerk', 'zh', 'problem.store_down')).waitFor({ timeout: BACK_MS });
  await board.waitForSelector('.board.stale .behind', { timeout: BACK_MS });
  await phone.locator('.freshness.stale').waitFor({ timeout: BACK_MS });
  await desk.locator('[data-link="stale"]').waitFor({ timeout: BACK_MS });
  await kiosk.getByText(say('counts.old')).waitFor({ timeout: BACK_MS });
  for (const [name, page] of Object.entries({ kiosk, board, desk, phone })) await inspect(page, `together-stale-${name}`);
  await redis.start();
  await alive(pages, '2');
  await endAll(pages);
});
