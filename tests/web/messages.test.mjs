// The section of messages in Chromium, with the real daemon and a gateway; how gateways are is told by the library's own
// function, as every daemon does. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { inspect, intercept, openPage, startBrowser } from './browser.mjs';

const DESK = { width: 1024, height: 768 };
const SIZES = [DESK, { width: 360, height: 640 }, { width: 1920, height: 1080 }];
const PHONE = '13800137901';
const GATEWAYS = /\/api\/v1\/sms\/gateways\?/;
let daemon;
let gateway;
let browser;
let redis;

before(async () => {
  gateway = await startGateway();
  daemon = await startDaemon({ settings: { sms: { budget_parts_month: 100, price_per_part: '0.05', currency: 'CNY',
    gateways: [gateway.settings({ name: 'mobile' }), gateway.settings({ name: 'spare', prefixes: '+49', weight: 0 })] } } });
  redis = daemon.redis();
  await daemon.importHall('small');
  await daemon.addStaff('zhao', 'admin', '*');
  browser = await startBrowser();
});
after(async () => {
  redis?.disconnect();
  await browser?.close();
  await daemon?.stop();
  await gateway?.stop();
});

// As another daemon that shares the store would.
const tell = (name, said) => redis.call('FCALL', 'gateway_state', 1, '{sms}', String(Date.now()), '', 'system:sms', '', name, 'other', JSON.stringify(said));
const issue = async () => (await daemon.post('/halls/small/tickets', { service: 'id-card', phone: PHONE })).number;
const ended = (number, state) => eventually(`the message of ${number} is ${state}`, async () => (await daemon.get(`/halls/small/messages?number=${number}`)).messages
  .find((one) => one.state === state), 20000);

async function logIn(page) {
  await page.locator('#name').fill('zhao');
  await page.locator('#password').fill(PASSWORD);
  await page.keyboard.press('Enter');
}

async function open({ url = daemon.url, ...options } = {}) {
  const page = await openPage(browser, `${url}/admin#small/messages`, { viewport: DESK, ...options });
  await logIn(page);
  return page;
}

const targets = async (page, name) => {
  const small = await page.locator('.section :is(button, input, select, summary)').evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML));
  assert.deepEqual(small, [], `targets on ${name}`);
};

test('gateways, budget, today, failures and one message, in both languages and at every width', async () => {
  const good = await issue();
  await ended(good, 'accepted');
  gateway.answer = () => ({ status: 400 });
  const bad = await issue();
  await ended(bad, 'rejected');
  gateway.answer = () => ({ status: 200 });
  await tell('mobile', { state: 'up', rate: 4, window: 16, used: 1, reason: 'http_503' });
  await tell('spare', { state: 'open', rate: 0, window: 16, used: 0, reason: 'no_answer' });

  const page = await open();
  const card = (name) => page.locator(`[data-gateway=${name}]`);
  await card('mobile').locator('.state', { hasText: '正常' }).waitFor();
  await page.locator('[data-gateway=spare]:not([data-state=up])').getByText('网关没有按时回应').waitFor();
  await page.locator('.budget').getByText(/占预算 100 条的 \d+%/).waitFor({ timeout: 20000 });
  await page.locator('.today [data-kind=ticket]').getByText('取号').waitFor();
  await page.locator('.failures').getByText('网关回应 HTTP 状态 400。').waitFor();
  await page.locator('.failures').getByText(bad).waitFor();
  await page.locator('#find-number').fill(` ${good.toLowerCase()}`);
  const message = page.locator('.message', { hasText: good });
  await page.locator('.message').filter({ hasNotText: good }).first().waitFor({ state: 'detached' });
  await message.locator('summary').focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await message.locator('.life li').evaluateAll((all) => all.map((one) => one.dataset.step)), ['queued', 'submitted', 'accepted']);
  await message.getByText('138****7901').waitFor();
  assert.ok(!(await page.content()).includes(PHONE));
  for (const [lang, name] of [['zh', '中文'], ['en', 'English']]) {
    await page.getByRole('button', { name, exact: true }).click();
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await inspect(page, `messages-${lang}-${size.width}`);
    }
  }
  await page.setViewportSize(SIZES[1]);
  await targets(page, 'messages');
  await card('mobile').locator('.state', { hasText: 'Working' }).waitFor();
  page.check();
  await page.end();
});

test('it updates by itself; what is no number is said, and what is not there', async () => {
  const page = await open({ lang: 'en' });
  const all = page.locator('.today tr.sum td').last();
  const before = Number(await all.textContent());
  const number = await issue();
  await ended(number, 'accepted');
  await eventually('the table knows', async () => Number(await all.textContent()) === before + 1, 20000);
  await page.locator('.message', { hasText: number }).waitFor();
  await page.locator('#find-number').fill('hello');
  await page.getByText('A number such as A012, or 1017 of a booking.').waitFor();
  await page.locator('#find-number').fill('Z999');
  await page.getByText('No message fits.', { exact: false }).waitFor();
  await page.locator('#find-number').fill('');
  await page.locator('#find-state').selectOption('failed');
  await eventually('those that were refused, alone', async () => {
    const states = await page.locator('.message').evaluateAll((all) => all.map((one) => one.dataset.state));
    return states.length > 0 && states.every((state) => state === 'rejected');
  }, 10000);
  page.check();
  await page.end();
});

test('a test is sent by keyboard alone, and what came of it is said', async () => {
  gateway.received.length = 0;
  const page = await open({ lang: 'en' });
  const button = page.getByRole('button', { name: 'Send a test: mobile' });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('heading', { name: 'A test through mobile' }).waitFor();
  await page.locator('#trial-number').fill('13800137901');
  await page.keyboard.press('Enter');
  await page.getByText('beginning with +', { exact: false }).waitFor();
  await inspect(page, 'trial-wrong');
  await page.locator('#trial-number').fill('+86 138 0013 7901');
  await page.keyboard.press('Enter');
  await page.locator('[data-outcome=ok]').getByText('The gateway has taken the message.', { exact: false }).waitFor();
  await inspect(page, 'trial-ok');
  assert.deepEqual(gateway.received.map((one) => one.to), ['8613800137901']);
  gateway.answer = () => ({ status: 503 });
  await page.getByRole('button', { name: 'Send another' }).click();
  await page.locator('[data-outcome=tempfail]').getByText('HTTP 503', { exact: false }).waitFor();
  gateway.answer = () => ({ status: 200 });
  await page.setViewportSize(SIZES[1]);
  await inspect(page, 'trial-refused-360');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await button.evaluate((one) => one === document.activeElement), true, 'focus is where it was');
  page.check();
  await page.end();
});

test('nothing to show, an answer that is refused, and a broken link each say what to do', async () => {
  const none = await startDaemon();
  await none.importHall('small');
  await none.addStaff('zhao', 'admin', '*');
  const page = await open({ url: none.url, lang: 'en' });
  await page.getByText('No gateway is set up').waitFor();
  await page.getByText('Come back here and send a test', { exact: false }).waitFor();
  await page.getByText('No messages yet today.').waitFor();
  await page.getByText('No budget is set.', { exact: false }).waitFor();
  await page.getByText('No messages in the last three days.').waitFor();
  await inspect(page, 'messages-none');
  await intercept(page, '**/api/v1/**/messages/counts', (route) => route.abort());
  await page.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 30000; // half a minute later
  });
  await page.locator('.messages .banner', { hasText: 'Connection lost' }).waitFor({ timeout: 20000 });
  await inspect(page, 'messages-stale');
  await page.unroute('**/api/v1/**/messages/counts');
  await page.locator('.messages .banner').waitFor({ state: 'detached', timeout: 20000 });
  await page.end();

  const other = await openPage(browser, `${none.url}/admin#small`, { viewport: DESK, lang: 'en' });
  await intercept(other, GATEWAYS, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json',
    body: JSON.stringify({ code: 'store_down', title: 'away', status: 503 }) }));
  await logIn(other);
  await other.getByRole('navigation').getByRole('link', { name: 'Messages' }).click();
  await other.locator('.messages [role=alert]').getByRole('button', { name: 'Try again' }).waitFor();
  await inspect(other, 'messages-error');
  await other.unroute(GATEWAYS);
  await other.getByRole('button', { name: 'Try again' }).click();
  await other.getByText('No gateway is set up').waitFor();
  other.check();
  await other.end();
  await none.stop();
});

test('supervisors see how many, and an administrator the way to them', async () => {
  const page = await openPage(browser, `${daemon.url}/supervisor#small/hall`, { viewport: DESK, lang: 'en' });
  await logIn(page);
  const counts = await daemon.get('/halls/small/messages/counts');
  await page.locator(`[data-messages="${counts.messages}"]`).getByText('failed', { exact: false }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Look at them' }).getAttribute('href'), '/admin#small/messages');
  page.check();
  await page.end();
});
