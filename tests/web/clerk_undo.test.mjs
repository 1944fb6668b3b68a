// Taking a press back, and two windows at one counter, in Chromium with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../lib/daemon.mjs';
import { WIDE, action, inState, look, numberOf, startDesk } from './clerk_world.mjs';

let desk;
before(async () => { desk = await startDesk(); });
after(() => desk?.stop());

const undo = (page) => action(page, 'undo');

test('a call is taken back by its key; the one called is first again', async () => {
  const hall = await desk.makeHall('u-call');
  const page = await desk.openConsole(hall);
  const first = await hall.issue();
  await hall.issue();
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await undo(page).getByText(`${first.number} 被叫号`).waitFor();
  await undo(page).getByText(/^撤销 \d+ 秒/).waitFor();
  await look(page, 'clerk-undo');
  await page.keyboard.press('u');
  await inState(page, 'idle');
  await page.getByText(`已撤销：${first.number}。`).waitFor();
  await undo(page).waitFor({ state: 'detached' });
  await page.locator('.next-up', { hasText: first.number }).waitFor();
  assert.equal((await hall.ticket(first.id)).state, 'waiting');
  page.check();
  await page.end();
});

test('finish and next in one press are taken back in one, also after a reload', async () => {
  const hall = await desk.makeHall('u-both');
  const page = await desk.openConsole(hall);
  const [first, second] = [await hall.issue(), await hall.issue()];
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await page.keyboard.press('b');
  await inState(page, 'serving');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await undo(page).getByText(`${first.number} 办结、${second.number} 被叫号`).waitFor();
  await page.reload();
  await inState(page, 'called');
  await undo(page).click();
  await inState(page, 'serving');
  assert.equal(await numberOf(page), first.number);
  await page.getByText(`已撤销：${second.number}、${first.number}。`).waitFor();
  assert.deepEqual([(await hall.ticket(first.id)).state, (await hall.ticket(second.id)).state], ['serving', 'waiting']);
  page.check();
  await page.end();
});

test('the chance goes by: the button leaves by itself', async () => {
  const hall = await desk.makeHall('u-late');
  const page = await desk.openConsole(hall);
  await hall.issue();
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await undo(page).waitFor();
  await undo(page).waitFor({ state: 'detached', timeout: 20000 });
  await page.keyboard.press('u'); // means nothing any more
  await inState(page, 'called');
  page.check();
  await page.end();
});

test('what another window did is seen at once, and can be taken back there', async () => {
  const hall = await desk.makeHall('u-two');
  const one = await desk.openConsole(hall);
  const two = await desk.openConsole(hall, { viewport: WIDE });
  const { number, id } = await hall.issue();
  await inState(one, 'idle');
  await inState(two, 'idle');
  await one.keyboard.press('n');
  await two.getByText(`${hall.name} 在另一页面操作：${number} 被叫号。`).waitFor();
  await inState(two, 'called');
  await look(two, 'clerk-elsewhere');
  assert.equal(await one.getByText('在另一页面').count(), 0);
  await two.keyboard.press('u');
  await one.getByText(`${hall.name} 在另一页面撤销：${number} 被叫号。`).waitFor();
  await inState(one, 'idle');
  assert.equal((await hall.ticket(id)).state, 'waiting');
  for (const page of [one, two]) {
    page.check();
    await page.end();
  }
});

test('the same key at the same moment in two windows calls one citizen', async () => {
  const hall = await desk.makeHall('u-same');
  const pages = [await desk.openConsole(hall), await desk.openConsole(hall)];
  const [one, two] = pages;
  const numbers = [];
  for (let i = 0; i < 4; i++) numbers.push((await hall.issue()).number);
  await Promise.all(pages.map((page) => inState(page, 'idle')));
  await Promise.all(pages.map((page) => page.keyboard.press('n')));
  await Promise.all(pages.map((page) => inState(page, 'called')));
  assert.deepEqual(await hall.called(), numbers.slice(0, 1));
  await one.keyboard.press('b');
  await Promise.all(pages.map((page) => inState(page, 'serving')));
  // Both windows know the same citizen; the guard lets one of them through.
  await Promise.all(pages.map((page) => page.keyboard.press('n')));
  await Promise.all(pages.map((page) => inState(page, 'called')));
  await eventually('both show the same one', async () => (await numberOf(one)) === numbers[1] && (await numberOf(two)) === numbers[1]);
  assert.deepEqual(await hall.called(), numbers.slice(0, 2));
  for (const page of pages) await page.end();
});

test('what has moved on since cannot be taken back, and that is said', async () => {
  const hall = await desk.makeHall('u-moved');
  const page = await desk.openConsole(hall);
  const { id } = await hall.issue();
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await page.keyboard.press('a');
  await inState(page, 'calm');
  await page.route('**/counters/1/undo', async (route) => {
    await desk.daemon.post(`/halls/u-moved/tickets/${id}/return`); // in between
    await route.continue();
  });
  await undo(page).click();
  await page.getByText('已超过时限，不能撤销。').waitFor();
  assert.equal((await hall.ticket(id)).state, 'waiting');
  await page.end();
});
