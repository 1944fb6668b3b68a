// The citizen's booking, /b#…, in every state, in Chromium with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { book, freeTime, hold, localDay, newPhone, sendCode } from '../lib/citizen.mjs';
import { eventually } from '../lib/daemon.mjs';
import { intercept } from './browser.mjs';
import { inState, look, startBookingWorld } from './booking_world.mjs';

let world;
before(async () => {
  world = await startBookingWorld();
});
after(() => world?.stop());

const say = (page, name) => page.getByRole('button', { name, exact: true });
const made = (hall, more) => book(world.daemon, world.gateway, hall, more);
const viewOf = (link) => world.daemon.citizen(link).get('/booking');
const today = (hall) => freeTime(world.daemon, hall, 'social-card', { plus: 0, minutes: 2 });

test('confirmed: when, where, what to bring, the code for the kiosk, the calendar file', async () => {
  await world.hall('b-ok');
  const booked = await made('b-ok', { services: ['id-card'], class: 'elderly', persons: 2 });
  for (const [lang, colorScheme] of [['en', 'light'], ['zh-CN', 'dark']]) {
    const page = await world.open('about:blank', { lang, colorScheme });
    const asked = page.waitForRequest('**/api/v1/qr');
    await page.goto(`${world.daemon.url}/b#${booked.link}`);
    await inState(page, 'confirmed');
    await page.locator('.qr').waitFor();
    assert.ok((await asked).postDataJSON().text.endsWith(`/b#${booked.link}`));
    assert.equal(await page.locator('.documents li').count(), 2);
    await look(page, `b-confirmed-${lang.slice(0, 2)}`);
    await page.screenshot({ path: `${process.env.PAIHAO_SHOTS || '/nowhere'}/b-whole-${lang.slice(0, 2)}.png`, fullPage: true }).catch(() => {});
    page.check();
    await page.end();
  }
  const page = await world.open(`/b#${booked.link}`);
  await page.getByText(booked.number, { exact: true }).waitFor();
  const loading = page.waitForEvent('download');
  await say(page, 'Add to my calendar').click();
  const file = await loading;
  assert.equal(file.suggestedFilename(), `${booked.number}.ics`);
  assert.match(readFileSync(await file.path(), 'utf8'), /BEGIN:VEVENT/);
  page.check();
  await page.end();
});

test('moving: the old time beside the new, back leaves all as it was, the answer shows at once', async () => {
  await world.hall('b-move');
  const booked = await made('b-move');
  const page = await world.open(`/b#${booked.link}`);
  await say(page, 'Choose another time').click();
  await inState(page, 'move');
  await page.locator('.times button').first().waitFor();
  await look(page, 'b-move');
  await page.goBack();
  await inState(page, 'confirmed');
  await say(page, 'Choose another time').click();
  await page.locator(`[data-day="${localDay(3)}"]`).click();
  const time = page.locator('.times button').nth(5);
  await time.click();
  await page.getByRole('dialog', { name: 'Move your booking?' }).waitFor();
  await look(page, 'b-move-ask');
  await say(page, 'Keep the old time').click();
  assert.equal((await viewOf(booked.link)).at, booked.at);
  const at = Number(await time.getAttribute('data-at'));
  await time.click();
  await say(page, 'Move it').click();
  await inState(page, 'confirmed');
  assert.equal((await viewOf(booked.link)).at, at);
  page.check();
  await page.end();
});

test('moving to a time that was just taken keeps the old one and shows the nearest', async () => {
  await world.hall('b-move-taken', { units: 1 });
  const booked = await made('b-move-taken');
  const page = await world.open(`/b#${booked.link}/move`);
  await page.locator(`[data-day="${localDay(2)}"]`).click();
  await page.locator(`[data-day="${localDay(2)}"][aria-pressed="true"]`).waitFor();
  const time = page.locator('.times button').first();
  await time.waitFor();
  const at = Number(await time.getAttribute('data-at'));
  await hold(world.daemon, 'b-move-taken', { services: ['social-card'], at });
  await time.click();
  await say(page, 'Move it').click();
  await page.locator('[data-problem="slot_taken"]').waitFor();
  await look(page, 'b-move-taken', ['360']);
  assert.equal((await viewOf(booked.link)).at, booked.at);
  page.check();
  await page.end();
});

test('cancelling asks once and says what it costs; the warning is told when it comes', async () => {
  await world.hall('b-cancel', { booking: { cancels_max: 1, block_days: 30 } });
  const booked = await made('b-cancel');
  const page = await world.open(`/b#${booked.link}`);
  await say(page, 'Cancel the booking').click();
  await page.getByText('One cancellation in a month brings a warning').waitFor();
  await look(page, 'b-cancel-ask');
  await page.keyboard.press('Escape');
  assert.equal((await viewOf(booked.link)).state, 'confirmed');
  await say(page, 'Cancel the booking').click();
  await say(page, 'Cancel it').click();
  await inState(page, 'cancelled');
  await page.locator('[data-warning="cancels"]').waitFor();
  await look(page, 'b-cancelled');
  assert.equal((await viewOf(booked.link)).state, 'cancelled');
  page.check();
  await page.end();
});

test('a hold: goes on in the steps, also where the draft is not, or is given back', async () => {
  await world.hall('b-held');
  const at = await freeTime(world.daemon, 'b-held', 'social-card');
  const held = await hold(world.daemon, 'b-held', { services: ['social-card'], at, persons: 2 });
  const page = await world.open(`/b#${held.link}`);
  await inState(page, 'held');
  await look(page, 'b-held');
  await page.getByRole('link', { name: 'Go on booking' }).click();
  await page.waitForSelector('html[data-screen="phone"]');
  await page.goBack();
  await inState(page, 'held');
  await say(page, 'Give the time back').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Give the time back' }).click();
  await inState(page, 'cancelled');
  page.check();
  await page.end();
});

test('on the day: from when to check in; the code of the board makes it a ticket', async () => {
  await world.hall('b-day', { booking: { early_minutes: 1 } });
  const booked = await made('b-day', { at: await today('b-day') });
  let page = await world.open(`/b#${booked.link}`);
  await inState(page, 'confirmed');
  if (booked.day === localDay(0)) await page.getByText(/You can check in from \d\d:\d\d on/).waitFor();
  await look(page, 'b-today', ['360']);
  await page.end();

  await world.hall('b-open', { booking: { early_minutes: 720 } });
  const soon = await made('b-open', { at: await today('b-open') });
  const board = await world.daemon.device('board-b-open', 'board', 'b-open');
  const { code } = await board.get('/halls/b-open/arrival-code');
  page = await world.open(`/b#${soon.link}`);
  const field = page.getByLabel('Code on the hall\'s board');
  await field.waitFor();
  await look(page, 'b-check-in');
  await say(page, 'Check in').click();
  await page.getByText('Please type the digits').waitFor();
  await field.fill(code === '1111' ? '2222' : '1111');
  await say(page, 'Check in').click();
  await page.getByText('That is not the code on the hall’s board'.replace('’', "'")).waitFor();
  await look(page, 'b-check-in-wrong', ['360', 'zoomed']);
  await field.fill(code);
  await say(page, 'Check in').click();
  await page.waitForURL(/\/t#b-open\./);
  await page.goBack();
  await inState(page, 'checked_in');
  const { ticket } = await viewOf(soon.link);
  assert.equal(await page.locator('.mine').innerText(), ticket.split('-')[1]);
  await page.getByRole('link', { name: 'Follow my number' }).waitFor();
  await look(page, 'b-checked-in');
  page.check();
  await page.end();
});

// A booking of a hall with one unit, somebody on the waitlist for it, and then it is given back.
async function offered(hall, more = {}) {
  const { daemon, gateway } = world;
  await world.hall(hall, { units: 1, ...more });
  const first = await made(hall);
  const phone = newPhone();
  const code = await sendCode(daemon, gateway, hall, { purpose: 'wait', phone });
  const waiting = await daemon.nobody().post(`/halls/${hall}/waitlist`,
    { services: ['social-card'], from: localDay(1), to: localDay(1), phone, code, lang: 'en' });
  await daemon.citizen(first.link).post('/booking/cancel');
  const [, link] = await world.message(phone, /\/b#(\S+-b\S+)/);
  return { link, waiting, phone, at: first.at };
}

test('an offer from the waitlist: until when, taken with one press', async () => {
  const { link, waiting } = await offered('b-offer');
  const page = await world.open(`/b#${waiting.link}`);
  await inState(page, 'waiting-offered');
  await look(page, 'b-waiting-offered', ['360']);
  await page.getByRole('link', { name: 'Look at the offer' }).click();
  await inState(page, 'offered');
  await page.getByText(/Kept for you for \d+:\d\d/).waitFor();
  await look(page, 'b-offer');
  await say(page, 'Take this time').click();
  await inState(page, 'confirmed');
  assert.equal((await viewOf(new URL(page.url()).hash.slice(1))).state, 'confirmed');
  page.check();
  await page.end();
});

test('an offer declined, and one that is gone', async () => {
  const { link } = await offered('b-no');
  let page = await world.open(`/b#${link}`);
  await say(page, 'No, thank you').click();
  await inState(page, 'declined');
  await look(page, 'b-declined', ['360']);
  page.check();
  await page.end();
  const other = await offered('b-gone');
  page = await world.open(`/b#${other.link}`);
  await inState(page, 'offered');
  await intercept(page, '**/api/v1/booking', (route) => route.abort()); // the page has not heard yet
  await world.daemon.citizen(other.link).post('/booking/decline');
  await say(page, 'Take this time').click();
  await page.locator('[data-problem="offer_gone"]').waitFor();
  await look(page, 'b-offer-gone', ['360']);
  await page.unroute('**/api/v1/booking');
  page.check();
  await page.end();
});

test('the hall closes a day: the offer shows old and new, the old page tells of it, yes leads to the booking', async () => {
  const { daemon } = world;
  await world.hall('b-rebook');
  const booked = await made('b-rebook');
  await daemon.post('/halls/b-rebook/closures', { from: booked.day, kind: 'closed', reason: 'Repairs' });
  await eventually('the hall says so', async () => (await daemon.get('/halls/b-rebook')).special_days.length > 0);
  const early = await world.open(`/b#${booked.link}`);
  await early.locator('[data-closed]', { hasText: 'Repairs' }).waitFor();
  await look(early, 'b-closed-then', ['360', 'zoomed']);
  early.check();
  await early.end();
  await daemon.post('/halls/b-rebook/rebook', { from: booked.day });
  const { offer } = await viewOf(booked.link);
  const [, link] = await world.message(booked.tel, new RegExp(`/b#(\\S*${offer}\\S*)`));
  const page = await world.open(`/b#${booked.link}`);
  await page.locator('[data-offer]').waitFor();
  assert.equal(await page.locator('[data-closed]').count(), 0, 'the offer says it');
  await look(page, 'b-own-offer', ['360']);
  await page.getByRole('link', { name: 'Look at the offer' }).click();
  await inState(page, 'offered');
  assert.equal(new URL(page.url()).hash.slice(1), link, 'as the text message says');
  await inState(page, 'offered');
  assert.equal(await page.locator('.times-two .when').count(), 2);
  await look(page, 'b-rebook');
  await say(page, 'Take this time').click();
  await inState(page, 'confirmed');
  assert.equal(new URL(page.url()).hash.slice(1), booked.link, 'what holds the time from now on is the old booking');
  assert.notEqual((await viewOf(booked.link)).day, booked.day);
  page.check();
  await page.end();
});

test('a missed booking and an offer that ran out say so by the clock', async () => {
  await world.hall('b-missed', { booking: { late_minutes: 0 } });
  const booked = await made('b-missed', { at: await today('b-missed') });
  const page = await world.open('about:blank');
  await page.clock.install({ time: Date.now() });
  await page.goto(`${world.daemon.url}/b#${booked.link}`);
  await inState(page, 'confirmed');
  await page.clock.runFor(booked.at - Date.now() + 60000);
  await inState(page, 'missed');
  await look(page, 'b-missed');
  page.check();
  await page.end();
});

test('the link breaks: what is shown is marked with its time, and mends by itself', async () => {
  await world.hall('b-stale');
  const booked = await made('b-stale');
  const page = await world.open('about:blank');
  await page.clock.install();
  await page.goto(`${world.daemon.url}/b#${booked.link}`);
  await inState(page, 'confirmed');
  await page.context().setOffline(true);
  await page.clock.runFor(60000);
  await page.getByText(/Connection lost – as of \d\d:\d\d/).waitFor();
  await look(page, 'b-stale', ['360']);
  await page.clock.runFor(180000);
  await page.getByText(/Connection lost – not up to date/).waitFor();
  await page.context().setOffline(false); // which asks at once
  await page.getByText(/Connection lost/).waitFor({ state: 'detached' });
  await page.end();
});

test('no link, a broken one and a wrong one each say what to do', async () => {
  await world.hall('b-bad');
  const { link } = await made('b-bad');
  for (const [fragment, text, name] of [
    ['', 'Open your booking by its link', 'none'],
    [`#${link.slice(0, -3)}xyz`, 'This link is no longer valid', 'wrong'],
    ['#nowhere.1795465432000-b1001.xyzxyzxyz', 'This link is no longer valid', 'nowhere'],
  ]) {
    const page = await world.open(`/b${fragment}`);
    await page.getByRole('heading', { name: text }).waitFor();
    await look(page, `b-${name}`, ['360', 'zoomed']);
    page.check();
    await page.end();
  }
});

test("the link's code is in no address that leaves the page", async () => {
  await world.hall('b-secret');
  const { link } = await made('b-secret');
  const page = await world.open('about:blank');
  const asked = [];
  page.on('request', (request) => asked.push(request.url().split('#')[0]));
  await page.goto(`${world.daemon.url}/b#${link}`);
  await page.locator('.qr').waitFor();
  const code = link.split('.').at(-1);
  assert.ok(asked.length > 3);
  assert.deepEqual(asked.filter((url) => url.includes(code)), []);
  await page.end();
});
