// What a clerk does beside calling, in Chromium with the real daemon: people without a number, notes, slips, more time, sending
// on, keys of one's own, another counter, the right to choose, what the hall says. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../lib/daemon.mjs';
import { DESK, UPRIGHT, WIDE, action, inSight, inState, look, numberOf, startDesk } from './clerk_world.mjs';

let desk;
before(async () => { desk = await startDesk(); });
after(() => desk?.stop());

const submit = (page) => page.locator('.ask [type=submit]:enabled').click();

async function called(hall, page, service = 'id-card', more = {}) {
  const ticket = await hall.issue(service, more);
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  return ticket;
}

test('somebody without a number: served at once, or given a number for the line', async () => {
  const hall = await desk.makeHall('d-direct');
  const page = await desk.openConsole(hall);
  await inState(page, 'calm');
  await page.keyboard.press('s');
  await page.locator('#direct-find').fill('zmkj');
  await page.locator('#direct-class').selectOption('elderly');
  await look(page, 'clerk-direct');
  await submit(page);
  await inState(page, 'serving');
  await page.getByText('没有取号，在窗口直接办理。').waitFor();
  const first = await hall.ticket(await numberOf(page));
  assert.deepEqual([first.service, first.class, first.why.rule], ['certificate', 'elderly', 'direct']);
  await page.keyboard.press('s'); // the next one stands there already
  await page.getByRole('button', { name: '取号排队' }).click();
  await page.locator('#direct-find').fill('sfz');
  await page.locator('#direct-persons').fill('3');
  await submit(page);
  await page.getByText(/已取号 .+，在队列中等候。/).waitFor();
  assert.equal(await numberOf(page), first.number, 'the present one stays');
  const { tickets } = await desk.daemon.get(`/halls/${hall.code}/tickets?state=waiting`);
  assert.deepEqual(tickets.map((t) => [t.service, t.persons]), [['id-card', 3]]);
  page.check();
  await page.end();
});

test('the file of a visit: papers, note, history, a slip once more; all in sight at 1024x768', async () => {
  const hall = await desk.makeHall('d-file');
  const page = await desk.openConsole(hall);
  const ticket = await called(hall, page);
  await page.getByLabel('户口簿原件').check();
  await page.keyboard.press('m');
  await page.locator('#note-text').fill('带了两份材料');
  await submit(page);
  await page.locator('.note', { hasText: '带了两份材料' }).waitFor();
  await page.locator('.file', { hasText: '叫号' }).waitFor();
  await inSight(page, ['[data-action="begin"]', '[data-action="direct"]', '.citizen .number', '.bottom']);
  await look(page, 'clerk-file');
  await page.reload();
  await inState(page, 'called');
  await page.locator('.note', { hasText: '带了两份材料' }).waitFor();
  assert.equal(await page.getByLabel('户口簿原件').isChecked(), true, 'ticked still');
  await page.keyboard.press('i');
  await page.locator('.ask .number', { hasText: ticket.number }).waitFor();
  await page.locator('.ask .qr').waitFor();
  await look(page, 'clerk-slip');
  const { events } = await desk.daemon.get(`/halls/${hall.code}/events?limit=1000`);
  assert.ok(events.some((one) => one.type === 'ticket.reprinted'));
  assert.doesNotMatch(JSON.stringify(events), /两份材料/, 'a note stays out of the log');
  page.check();
  await page.end();
});

test('all that is known of a citizen stays clear of what stands below it, at 1024x768', async () => {
  const hall = await desk.makeHall('d-room');
  const page = await desk.openConsole(hall);
  await called(hall, page, 'id-card', { class: 'elderly', phone: '+8613800138000', persons: 3 });
  await hall.issue();
  await page.keyboard.press('b');
  await inState(page, 'serving');
  await page.locator('.history li').nth(2).waitFor(); // how long the way took is told, too
  await page.locator('.next-up').waitFor();
  for (const lang of ['中文', 'English']) {
    await page.getByRole('button', { name: lang, exact: true }).click();
    const { who, why, below } = await page.evaluate(() => {
      const bottom = (one) => document.querySelector(one).getBoundingClientRect().bottom;
      return { who: bottom('.who'), why: bottom('.why'), below: document.querySelector('.next-up').getBoundingClientRect().top };
    });
    assert.ok(why <= who + 1 && who <= below, `${lang}: the reason ends at ${why}, its place at ${who}, the next box begins at ${below}`);
    await look(page, `clerk-full-${lang}`);
  }
  page.check();
  await page.end();
});

test('needs more time: back into the line and out of it until then', async () => {
  const hall = await desk.makeHall('d-delay');
  const page = await desk.openConsole(hall);
  const ticket = await called(hall, page);
  await page.keyboard.press('d');
  await page.getByRole('button', { name: '10 分' }).first().click();
  await look(page, 'clerk-delay');
  await submit(page);
  await eventually('put off', async () => (await hall.ticket(ticket.id)).state === 'coming');
  await inState(page, 'calm');
  await page.locator('[data-list="coming"] summary').click();
  await page.locator('[data-list="coming"] .row', { hasText: ticket.number }).waitFor();
  page.check();
  await page.end();
});

test('sent to a colleague, who gets it first', async () => {
  const hall = await desk.makeHall('d-send');
  await desk.addStaff('zhao-d-send', hall.code);
  const other = await desk.openConsole(hall, { name: 'zhao-d-send', counter: '2 号窗口' });
  const page = await desk.openConsole(hall);
  const ticket = await called(hall, page);
  await hall.issue();
  await page.keyboard.press('t');
  await page.getByRole('button', { name: '某位同事' }).click();
  await page.locator('.option', { hasText: 'zhao-d-send' }).click();
  await look(page, 'clerk-send');
  await submit(page);
  await inState(page, 'idle');
  assert.equal((await hall.ticket(ticket.id)).line, '&zhao-d-send');
  await inState(other, 'idle');
  await other.keyboard.press('n');
  await inState(other, 'called');
  await other.getByText('已转给本人办理。').waitFor();
  for (const one of [page, other]) {
    one.check();
    await one.end();
  }
});

test('keys of one’s own: changed by pressing, a clash is told and swapped, kept, and given back', async () => {
  const hall = await desk.makeHall('d-keys');
  const page = await desk.openConsole(hall, { viewport: WIDE });
  await inState(page, 'calm');
  const change = async (id, key) => {
    await page.locator(`[data-slot="${id}"]`).click();
    await page.keyboard.press(key);
  };
  await page.keyboard.press('h');
  await change('next', 'j');
  await page.locator('[data-slot="next"]', { hasText: 'J' }).waitFor();
  await change('begin', 'r');
  await page.getByText('R 已用于「再叫一次」。').waitFor();
  await look(page, 'clerk-keys-clash');
  await page.getByRole('button', { name: '交换' }).click();
  await page.locator('[data-slot="recall"]', { hasText: 'B' }).waitFor();
  await page.getByRole('button', { name: '关闭', exact: true }).click();
  await hall.issue();
  await inState(page, 'idle');
  await page.reload();
  await inState(page, 'idle');
  await page.keyboard.press('j');
  await inState(page, 'called');
  await page.keyboard.press('b');
  await page.getByText(/再次呼叫|再叫|又叫/).first().waitFor();
  await page.keyboard.press('r');
  await inState(page, 'serving');
  await page.keyboard.press('f');
  await inState(page, 'calm');
  await page.keyboard.press('h');
  await page.locator('.keys-ask .actions .button').first().click();
  await page.locator('[data-slot="next"]', { hasText: 'N' }).waitFor();
  page.check();
  await page.end();
});

test('another counter: the old one is closed in the same step', async () => {
  const hall = await desk.makeHall('d-move');
  const page = await desk.openConsole(hall);
  await inState(page, 'calm');
  await page.getByRole('button', { name: '换窗口' }).click();
  await look(page, 'clerk-choose-other');
  await page.locator('.choice', { hasText: '2 号窗口' }).click();
  await page.locator('.console').waitFor();
  await eventually('moved', async () => (await hall.counter('1')).state === 'closed' && (await hall.counter('2')).state === 'open');
  page.check();
  await page.end();
});

test('only who may choose can call a certain one', async () => {
  const hall = await desk.makeHall('d-right');
  await desk.addStaff('sun-d-right', hall.code, { rights: ['choose'] });
  await hall.issue();
  const page = await desk.openConsole(hall);
  await inState(page, 'idle');
  assert.equal(await action(page, 'call').count(), 0);
  await page.keyboard.press('c');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.end();
  const other = await desk.openConsole(hall, { name: 'sun-d-right', counter: '2 号窗口' });
  await inState(other, 'idle');
  await action(other, 'call').waitFor();
  await other.end();
});

test('what the hall says stands on every desk; in English, upright and dark', async () => {
  const hall = await desk.makeHall('d-says');
  const page = await desk.openConsole(hall, { lang: 'en', counter: 'Counter 1', viewport: UPRIGHT, colorScheme: 'dark' });
  await inState(page, 'calm');
  await desk.daemon.post(`/halls/${hall.code}/announce`, { zh: '二楼电梯维修', en: 'The lift is being repaired', minutes: 5 });
  await page.locator('[data-banner="announcement"]', { hasText: 'The lift is being repaired' }).waitFor();
  await hall.issue();
  await inState(page, 'idle');
  await look(page, 'clerk-announcement');
  await page.setViewportSize(DESK);
  await inSight(page, ['[data-action="next"]']);
  await desk.daemon.post(`/halls/${hall.code}/announce`, {});
  await page.locator('[data-banner="announcement"]').waitFor({ state: 'detached' });
  page.check();
  await page.end();
});
