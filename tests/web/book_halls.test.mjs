// Which hall: by name, or by what the citizen needs, where it is soonest or nearest. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { localDay } from '../lib/citizen.mjs';
import { look, onScreen, startBookingWorld } from './booking_world.mjs';

const HERE = { geolocation: { latitude: 31.2, longitude: 121.4 }, permissions: ['geolocation'] };
const dashed = (day) => day.replace(/(....)(..)(..)/, '$1-$2-$3');
let world;

before(async () => {
  world = await startBookingWorld();
  const named = (zh, en, more) => ({ edit: (config) => ({ ...config, names: { zh, en }, ...more(config) }) });
  await world.hall('h-near', named('桥西便民站', 'Bridge Street', () => ({ place: { lat: '31.23', lon: '121.47' },
    special_days: [{ from: dashed(localDay(0)), to: dashed(localDay(3)), kind: 'closed' }] })));
  await world.hall('h-far', named('城北政务大厅', 'North Hall', () => ({ place: { lat: '39.9', lon: '116.4' } })));
  await world.hall('h-full', { units: 0, ...named('南门服务点', 'South Gate', (config) => ({ place: {},
    services: config.services.map((one) => (one.code === 'pension' ? { ...one, booking: { ...one.booking, open: false } } : one)) })) });
  await world.hall('h-shut', named('旧厅', 'Old hall', (config) => ({ booking: { ...config.booking, open: false }, remote: { open: false } })));
});
after(() => world?.stop());

const say = (page, name) => page.getByRole('button', { name, exact: true });
const order = (page) => page.locator('[data-hall]').evaluateAll((all) => all.map((one) => one.dataset.hall));

test('by name: halls that can be booked, and the way by what one needs', async () => {
  const page = await world.open('/book');
  await page.locator('[data-hall="h-near"]').waitFor();
  assert.deepEqual((await order(page)).sort(), ['h-far', 'h-full', 'h-near'], 'a hall without booking is no choice');
  await look(page, 'halls-names');
  await page.locator('[data-hall="h-far"]').click();
  await onScreen(page, 'services');
  await page.getByRole('link', { name: 'Other halls' }).click();
  await onScreen(page, 'halls');
  page.check();
  await page.end();
});

test('from the start page: which service, where it is soonest, where it is nearest, its steps', async () => {
  const page = await world.open('/', HERE);
  await page.getByRole('link', { name: 'Which hall is soonest for me?' }).waitFor();
  await look(page, 'home-several');
  await page.getByRole('link', { name: 'Which hall is soonest for me?' }).click();
  await onScreen(page, 'any');
  await page.locator('[data-service="pension"]').getByText('in 2 halls').waitFor();
  await look(page, 'halls-any');
  await page.locator('[data-service="social-card"]').click();
  await onScreen(page, 'first-free');
  await page.locator('[data-hall="h-near"]').waitFor();
  assert.deepEqual(await order(page), ['h-far', 'h-near', 'h-full']);
  await page.locator('[data-hall="h-full"]').getByText('No free times at the moment').waitFor();
  await look(page, 'halls-first');
  await say(page, 'Nearest first').click();
  await page.getByText('km').first().waitFor();
  assert.deepEqual(await order(page), ['h-near', 'h-far', 'h-full']);
  await page.reload();
  await page.locator('[data-hall="h-near"]').waitFor();
  await page.getByText('Social security card').waitFor();
  await page.goBack();
  await onScreen(page, 'any');
  await page.goForward();
  await page.locator('[data-hall="h-near"]').click();
  await onScreen(page, 'services');
  await page.getByRole('heading', { name: 'Your visit' }).waitFor();
  await page.getByText('Social security card').waitFor();
  await page.goBack();
  await onScreen(page, 'first-free');
  page.check();
  await page.end();
});

test('in Chinese and the dark, with a phone that does not say where it is, by keyboard alone', async () => {
  const page = await world.open('/book#/any', { lang: 'zh-CN', colorScheme: 'dark' });
  const service = page.locator('[data-service="social-card"]');
  await service.waitFor();
  await look(page, 'halls-any-zh');
  const tabTo = async (target) => {
    for (let i = 0; i < 30 && !(await target.evaluate((one) => one === document.activeElement)); i++) await page.keyboard.press('Tab');
    assert.ok(await target.evaluate((one) => one === document.activeElement), 'reached by Tab');
  };
  await tabTo(service);
  await page.keyboard.press('Enter');
  await onScreen(page, 'first-free');
  await page.locator('h1:focus').waitFor();
  await page.locator('[data-hall="h-near"]').waitFor();
  await tabTo(say(page, '最近的在前'));
  await page.keyboard.press('Enter');
  await page.getByText('没有获得您的位置').waitFor();
  await look(page, 'halls-first-zh');
  await tabTo(page.locator('[data-hall="h-near"]'));
  await page.keyboard.press('Enter');
  await onScreen(page, 'services');
  page.check();
  await page.end();
});

test('a service nobody offers, and no answer at all, each with the next step', async () => {
  let page = await world.open('/book#?s=nothing');
  await page.getByText('No hall offers this online').waitFor();
  await look(page, 'halls-none', ['360', 'zoomed']);
  await page.getByRole('link', { name: 'All halls' }).click();
  await onScreen(page, 'halls');
  await page.end();
  page = await world.open('about:blank');
  await page.route('**/api/v1/services', (route) => route.fulfill({ status: 429, headers: { 'retry-after': '600' },
    contentType: 'application/problem+json', body: '{"code":"rate_limit","status":429}' }));
  await page.goto(`${world.daemon.url}/book#/any`);
  await page.getByText('Please try again in 10 minutes.').waitFor();
  await look(page, 'halls-refused', ['360']);
  await page.unroute('**/api/v1/services');
  await say(page, 'Try again').click();
  await page.locator('[data-service="social-card"]').waitFor();
  page.check();
  await page.end();
});
