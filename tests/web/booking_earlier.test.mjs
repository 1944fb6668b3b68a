// Waiting for an earlier time than the one that is booked, in Chromium with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { book, freeTime, localDay, newPhone, sendCode } from '../lib/citizen.mjs';
import { eventually } from '../lib/daemon.mjs';
import { inState, look, startBookingWorld } from './booking_world.mjs';

const CODE = /\b(\d{6})\b/;
let world;
before(async () => {
  world = await startBookingWorld();
});
after(() => world?.stop());

const say = (page, name) => page.getByRole('button', { name, exact: true });
const viewOf = (link) => world.daemon.citizen(link).get('/booking');
const made = (hall, more) => book(world.daemon, world.gateway, hall, more);

async function typeCode(page, phone, words = ['Mobile number', 'Send me a code', 'Code from the text message']) {
  const [number, send, label] = words;
  const before = world.gateway.received.length;
  await page.getByLabel(number).fill(phone);
  await say(page, send).click();
  await page.getByLabel(label).waitFor();
  const code = await eventually('a code', () => world.gateway.received.slice(before)
    .filter((one) => one.to.endsWith(phone)).map((one) => CODE.exec(one.text)?.[1]).find(Boolean));
  await page.getByLabel(label).fill(code);
}

// Somebody has the earliest time of tomorrow, our citizen one two days later.
async function twoBooked(hall) {
  await world.hall(hall, { units: 1 });
  const early = await made(hall);
  const mine = await made(hall, { at: await freeTime(world.daemon, hall, 'social-card', { plus: 3 }) });
  return { early, mine };
}

// From the text message about the offer that was made for a booking.
async function offerLink({ link, tel }) {
  const { offer } = await viewOf(link);
  return (await world.message(tel, new RegExp(`/b#(\\S*${offer}\\S*)`)))[1];
}

test('joined on the page of the booking, told there, offered with old and new beside each other, accepted', async () => {
  const { early, mine } = await twoBooked('e-take');
  const page = await world.open(`/b#${mine.link}`);
  await inState(page, 'confirmed');
  await look(page, 'b-confirmed-ways', ['320', '360', 'zoomed']);
  await say(page, 'An earlier time?').click();
  await inState(page, 'earlier');
  await page.locator('h1:focus').waitFor();
  await page.getByLabel('Last day').waitFor();
  await eventually('the days are there', async () => (await page.getByLabel('First day').inputValue()) !== '');
  await look(page, 'b-earlier');
  await page.goBack();
  await inState(page, 'confirmed');
  await say(page, 'An earlier time?').click();
  await page.getByLabel('First day').fill('');
  await say(page, 'Send me a code').click();
  await page.getByText('Please choose both days.').waitFor();
  await look(page, 'b-earlier-missing', ['360']);
  const [y, m, d] = localDay(1).match(/(....)(..)(..)/).slice(1);
  await page.getByLabel('First day').fill(`${y}-${m}-${d}`);
  await typeCode(page, mine.tel);
  await page.reload();
  assert.equal(await page.getByLabel('First day').inputValue(), `${y}-${m}-${d}`, 'kept over a reload');
  await look(page, 'b-earlier-code', ['320', '360', 'zoomed']);
  await say(page, 'Put me on the list').click();
  await page.locator('[data-waiting]').waitFor();
  await inState(page, 'confirmed');
  assert.equal(await say(page, 'An earlier time?').count(), 0, 'not twice');
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'nothing typed is left behind');
  await page.reload();
  await page.locator('[data-waiting]').waitFor();
  await look(page, 'b-earlier-waiting');

  await world.daemon.citizen(early.link).post('/booking/cancel');
  const link = await offerLink(mine);
  await page.reload();
  await page.locator('[data-offer]').waitFor();
  assert.equal(await page.locator('[data-waiting]').count(), 0);
  await look(page, 'b-earlier-offer-own', ['360']);
  await page.getByRole('link', { name: 'Look at the offer' }).click();
  await inState(page, 'offered');
  assert.equal(new URL(page.url()).hash.slice(1), link, 'as the text message says');
  await page.getByText('An earlier time has become free').waitFor();
  assert.equal(await page.locator('.times-two .when').count(), 2);
  await look(page, 'b-earlier-offer');
  await say(page, 'Take this time').click();
  await inState(page, 'confirmed');
  assert.equal(new URL(page.url()).hash.slice(1), mine.link, 'the booking has moved');
  const moved = await viewOf(mine.link);
  assert.deepEqual([moved.at, moved.waiting], [early.at, undefined]);
  page.check();
  await page.end();
});

test('in Chinese: left again on the page of the booking; the old time stays', async () => {
  const { mine } = await twoBooked('e-leave');
  const page = await world.open(`/b#${mine.link}`, { lang: 'zh-CN', colorScheme: 'dark' });
  await say(page, '想早一点？').click();
  await inState(page, 'earlier');
  await look(page, 'b-earlier-zh');
  await typeCode(page, mine.tel, ['手机号', '获取验证码', '短信验证码']);
  await page.keyboard.press('Enter');
  await page.locator('[data-waiting]').waitFor();
  await look(page, 'b-earlier-waiting-zh');
  const { waiting_link: waiting } = await viewOf(mine.link);
  const other = await world.open(`/b#${waiting}`, { lang: 'zh-CN' });
  await inState(other, 'waiting-waiting');
  await look(other, 'b-waiting-earlier-zh', ['360', 'zoomed']);
  await other.end();
  await say(page, '退出候补').click();
  await page.getByRole('dialog').getByRole('button', { name: '退出候补' }).click();
  await page.locator('[data-waiting]').waitFor({ state: 'detached' });
  await say(page, '想早一点？').waitFor();
  const after = await viewOf(mine.link);
  assert.deepEqual([after.state, after.at, after.waiting], ['confirmed', mine.at, undefined]);
  page.check();
  await page.end();
});

test('an earlier time declined leaves booking and place; another number than that of the booking is told so', async () => {
  const { early, mine } = await twoBooked('e-no');
  const page = await world.open(`/b#${mine.link}/earlier`);
  const stranger = newPhone();
  await typeCode(page, stranger);
  await say(page, 'Put me on the list').click();
  await page.locator('[data-problem="phone_other"]').waitFor();
  await look(page, 'b-earlier-other', ['360']);
  await page.end();
  const code = await sendCode(world.daemon, world.gateway, 'e-no', { purpose: 'wait', phone: mine.tel });
  await world.daemon.nobody().post('/halls/e-no/waitlist', { services: ['social-card'], from: localDay(1), to: mine.day,
    phone: mine.tel, code, booking: mine.id });
  await world.daemon.citizen(early.link).post('/booking/cancel');
  const link = await offerLink(mine);
  const offer = await world.open(`/b#${link}`);
  await say(offer, 'No, leave it as it is').click();
  await inState(offer, 'declined');
  const after = await viewOf(mine.link);
  assert.deepEqual([after.state, after.at, typeof after.waiting], ['confirmed', mine.at, 'string']);
  offer.check();
  await offer.end();
});
