// What a citizen is told when something is refused: at its place, what to do now, and until when. With the real daemon where
// it can be brought to refuse; else with its answers as they are written. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { book, freeTime, localDay, newPhone, sendCode } from '../lib/citizen.mjs';
import { eventually } from '../lib/daemon.mjs';
import { intercept } from './browser.mjs';
import { inState, look, onScreen, startBookingWorld } from './booking_world.mjs';

const CODE = /\b(\d{6})\b/;
let world;
before(async () => {
  world = await startBookingWorld();
});
after(() => world?.stop());

const say = (page, name) => page.getByRole('button', { name, exact: true });
const refusedWith = (page, code) => page.locator(`[data-problem="${code}"]`);

async function toPhone(page, hall, day = 2) {
  await page.goto(`${world.daemon.url}/book#${hall}/time?s=social-card&d=${localDay(day)}`);
  await page.locator('.times button').nth(1).click();
  await onScreen(page, 'phone');
}

async function typeCode(page, phone) {
  const before = world.gateway.received.length;
  await page.getByLabel('Mobile number').fill(phone);
  await say(page, 'Send me a code').click();
  await page.getByLabel('Code from the text message').waitFor();
  const code = await eventually('a code', () => world.gateway.received.slice(before)
    .filter((one) => one.to.endsWith(phone)).map((one) => CODE.exec(one.text)?.[1]).find(Boolean));
  await page.getByLabel('Code from the text message').fill(code);
}

// How the daemon writes a refusal of a certain call, for the next calls of that kind.
const refuse = (page, path, code, status, waitS = 0) =>
  intercept(page, `**/api/v1/**/${path}`, (route) => route.fulfill({ status, contentType: 'application/problem+json',
    headers: waitS ? { 'retry-after': String(waitS) } : {}, body: JSON.stringify({ code, status, title: 'not shown' }) }));

test('a blocked number is told until when, in both languages', async () => {
  await world.hall('r-block', { booking: { cancels_max: 1, block_days: 30 } });
  const phone = newPhone();
  for (let i = 0; i < 2; i++) {
    const { link } = await book(world.daemon, world.gateway, 'r-block', { phone, at: await freeTime(world.daemon, 'r-block', 'social-card', { skip: 3 * i }) });
    await world.daemon.citizen(link).post('/booking/cancel');
  }
  const page = await world.open('about:blank');
  await toPhone(page, 'r-block');
  await typeCode(page, phone);
  await page.locator('.phone-code .primary').click();
  await refusedWith(page, 'phone_blocked').waitFor();
  assert.match(await refusedWith(page, 'phone_blocked').innerText(), /book again from \w+,? \d+ \w+, \d\d:\d\d on/);
  await look(page, 'refused-blocked', ['320', '360', 'zoomed']);
  await say(page, '中文').click();
  await page.getByText(/月.*日.*起才能再预约/).waitFor();
  await look(page, 'refused-blocked-zh', ['360']);
  page.check();
  await page.end();
});

test('a second booking of the day for one service: another day, in words', async () => {
  await world.hall('r-day', { booking: { service_day_max: 1 } });
  const { tel } = await book(world.daemon, world.gateway, 'r-day', { at: await freeTime(world.daemon, 'r-day', 'social-card', { plus: 2, skip: 4 }) });
  const page = await world.open('about:blank');
  await toPhone(page, 'r-day');
  await typeCode(page, tel);
  await page.keyboard.press('Enter');
  await refusedWith(page, 'phone_day_limit').getByText('Please choose another day').waitFor();
  page.check();
  await page.end();
});

test('codes that were asked for too often: how long to wait, and the number stays', async () => {
  await world.hall('r-often');
  const phone = newPhone();
  const wish = { purpose: 'manage', phone };
  for (let i = 0; i < 3; i++) await sendCode(world.daemon, world.gateway, 'r-often', wish);
  const page = await world.open('/book#r-often/mine');
  await page.getByLabel('Mobile number').fill(phone);
  await say(page, 'Send me a code').click();
  await refusedWith(page, 'rate_limit').waitFor();
  assert.equal(await page.getByLabel('Mobile number').inputValue(), phone);
  await look(page, 'refused-often', ['320', '360', 'zoomed']);
  page.check();
  await page.end();
});

test("the hall's budget of codes is used up: in how many minutes", async () => {
  await world.hall('r-budget', { booking: { codes_per_hour_max: 2 } });
  for (let i = 0; i < 2; i++) await sendCode(world.daemon, world.gateway, 'r-budget', { purpose: 'manage', phone: newPhone() });
  const page = await world.open('about:blank');
  await toPhone(page, 'r-budget');
  await page.getByLabel('Mobile number').fill(newPhone());
  await say(page, 'Send me a code').click();
  await refusedWith(page, 'code_budget').getByText(/in (29|30) minutes, or call the hall/).waitFor();
  await look(page, 'refused-budget', ['320', '360', 'zoomed']);
  page.check();
  await page.end();
});

test('ten times held from one address: when the next one may be held', async () => {
  await world.hall('r-holds');
  const page = await world.open('about:blank');
  await refuse(page, 'holds', 'rate_limit', 429, 540);
  await page.goto(`${world.daemon.url}/book#r-holds/time?s=social-card`);
  await page.locator('.times button').nth(1).click();
  await refusedWith(page, 'rate_limit').getByText('Please try again in 9 minutes.').waitFor();
  await look(page, 'refused-holds', ['320', '360', 'zoomed']);
  page.check();
  await page.end();
});

test('a hall without a gateway says so before anybody begins', async () => {
  const mute = await startBookingWorld({ settings: { sms: {} } });
  try {
    await mute.hall('r-mute');
    for (const [lang, words] of [['en', 'cannot send text messages'], ['zh-CN', '发不出短信']]) {
      const page = await mute.open('/book#r-mute', { lang });
      await page.getByText(words).waitFor();
      await look(page, `refused-mute-${lang.slice(0, 2)}`, ['320', '360', 'zoomed']);
      page.check();
      await page.end();
    }
  } finally {
    await mute.stop();
  }
});

// Refusals that hardly ever come, each where it would: [the call, its code, its status, the words].
const RARE = [
  ['codes', 'messages_off', 409, 'no code can reach you'],
  ['codes', 'challenge_invalid', 422, 'Please try again.'],
  ['codes', 'challenge_used', 409, 'Please try again.'],
  ['codes', 'calendar_changed', 409, 'Many people are using this right now'],
  ['codes', 'internal', 500, 'Something went wrong on our side'],
];

test('what hardly ever happens is told in words, too, and the same press works afterwards', async () => {
  await world.hall('r-rare');
  const page = await world.open('about:blank');
  await toPhone(page, 'r-rare');
  await page.getByLabel('Mobile number').fill(newPhone());
  for (const [path, code, status, words] of RARE) {
    await refuse(page, path, code, status);
    await say(page, 'Send me a code').click();
    await refusedWith(page, code).getByText(words).waitFor();
    await page.unroute(`**/api/v1/**/${path}`);
  }
  await say(page, 'Send me a code').click();
  await page.getByLabel('Code from the text message').waitFor();
  page.check();
  await page.end();
});

test('the service is closed for booking while somebody chooses: said at the times, with the way on', async () => {
  await world.hall('r-closed');
  const page = await world.open('/book#r-closed/time?s=social-card');
  await page.locator('.times button').first().waitFor();
  await world.hall('r-closed', { services: { 'social-card': { open: false } } });
  await page.locator('.times button').nth(1).click();
  await refusedWith(page, 'booking_closed').first().waitFor();
  await look(page, 'refused-closed', ['320', '360', 'zoomed']);
  await page.reload();
  await onScreen(page, 'services');
  page.check();
  await page.end();
});

test('on the page of a booking: too late to change, in words', async () => {
  await world.hall('r-own');
  const { link } = await book(world.daemon, world.gateway, 'r-own');
  const page = await world.open(`/b#${link}`);
  await inState(page, 'confirmed');
  await refuse(page, 'booking/cancel', 'booking_state', 409);
  await say(page, 'Cancel the booking').click();
  await say(page, 'Cancel it').click();
  await page.getByRole('dialog').getByText('reload the page to see how it stands').waitFor();
  page.check();
  await page.end();
});
