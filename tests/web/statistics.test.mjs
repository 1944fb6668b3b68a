// The statistics page in Chromium: a morning played through the library, read by the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addDays, dayAt, dayBegins, isoOf } from '../../daemon/web/shared/dates.js';
import { hashOf, placeOf } from '../../daemon/web/statistics/place.js';
import { minutesText, scaleFor } from '../../daemon/web/statistics/text.js';
import { PASSWORD, eventually, startDaemon } from '../lib/daemon.mjs';
import { playMorning } from '../lib/statistics.mjs';
import { PHONE, inspect, intercept, openPage, startBrowser } from './browser.mjs';
import { noonZone } from './world.mjs';

const HOUR = 3600000;
const WIDE = { width: 1440, height: 900 };
const DESK = { width: 1024, height: 768 };
const zone = noonZone();
const today = dayAt(Date.now(), zone);
let daemon;
let browser;
let redis;

before(async () => {
  daemon = await startDaemon();
  browser = await startBrowser();
  redis = daemon.redis();
});
after(async () => {
  redis?.disconnect();
  await browser?.close();
  await daemon?.stop();
});

async function makeHall(code, { played = true, role = 'supervisor' } = {}) {
  await daemon.importHall('small', { code, edit: (text) => text.replace(/^zone:.*$/m, `zone: ${zone}`).replace('last_tickets: yes', 'last_tickets: no') });
  await daemon.addStaff(`chen-${code}`, role, [code]);
  const noon = dayBegins(today, zone) + 12 * HOUR;
  if (played) await playMorning(redis, code, { from: noon - 4 * HOUR, to: noon - 1000, day: today });
  return { code, name: `chen-${code}`, numbers: () => daemon.get(`/halls/${code}/statistics`) };
}

async function open(hall, { place = '', ...options } = {}) {
  const page = await openPage(browser, `${daemon.url}/statistics#${hall.code}${place}`, { viewport: WIDE, ...options });
  await page.locator('#name').fill(hall.name);
  await page.locator('#password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  return page;
}

const figure = (page, id) => page.locator(`[data-figure="${id}"] .value`).innerText();

test('days stand in the address, whatever is written there', () => {
  assert.deepEqual(placeOf('#h/20261101-20261124'), { hall: 'h', from: '20261101', to: '20261124' });
  assert.deepEqual(placeOf('#h/20261124'), { hall: 'h', from: '20261124', to: '20261124' });
  for (const bad of ['#h/20261124-20261101', '#h/20260101-20261231', '#h/20261340', '#h/x', '#h']) {
    assert.deepEqual(placeOf(bad), { hall: 'h', from: '', to: '' });
  }
  for (const hash of ['#h', '#h/20261124', '#h/20261101-20261124', '#']) assert.equal(hashOf(placeOf(hash)), hash);
});

test('minutes as a person says them; scales end above what they show', () => {
  const i18n = { t: (key, values) => `${key} ${Object.values(values).join(' ')}` };
  assert.equal(minutesText(undefined, i18n), '–');
  assert.equal(minutesText(0, i18n), 'minutes 0');
  assert.equal(minutesText(254000, i18n), 'minutes 4.2');
  assert.equal(minutesText(9.99 * 60000, i18n), 'minutes 10');
  assert.equal(minutesText(125 * 60000, i18n), 'hours 2 05');
  for (const most of [1, 3, 7, 19, 33, 61, 240, 999, 123456]) {
    const { top, marks } = scaleFor(most);
    assert.ok(top >= most && marks.length <= 6 && marks.at(-1) === top, `${most}: ${marks}`);
  }
});

test('the day: figures, charts and tables say what the API says; zh and en, light and dark, down to a phone', async () => {
  const hall = await makeHall('sp-day');
  const { total, services } = await hall.numbers();
  for (const [lang, viewport, colorScheme] of [['zh-CN', WIDE, 'light'], ['en', DESK, 'dark'], ['en', PHONE, 'light'], ['zh-CN', { width: 768, height: 1024 }, 'dark']]) {
    const page = await open(hall, { lang, viewport, colorScheme });
    await page.locator('[data-chart="hours-wait"]').waitFor();
    assert.equal(await figure(page, 'served'), String(total.served));
    assert.equal(await figure(page, 'missed'), `${total.missed_percent} %`);
    assert.ok(await page.locator('[data-chart="hours-people"] rect').count() >= 4);
    assert.equal(await page.locator('[data-table="services"] tbody tr').count(), services.filter((one) => one.arrived || one.served || one.called).length);
    await inspect(page, `statistics-${lang.slice(0, 2)}-${viewport.width}`);
    page.check();
    await page.end();
  }
});

test('what happens now is in the numbers with the next answer; a file for a spreadsheet', async () => {
  const hall = await makeHall('sp-live', { played: false });
  const page = await open(hall, { lang: 'en' });
  await page.getByText('Nobody came on these days').waitFor();
  await inspect(page, 'statistics-none');
  await daemon.post(`/halls/${hall.code}/tickets`, { service: 'id-card' });
  await page.getByRole('button', { name: 'Yesterday' }).click();
  await page.getByText('Nobody came on these days').waitFor();
  await page.getByRole('button', { name: 'Today', exact: true }).click();
  await page.locator('[data-figure="served"]').getByText('of 1 who came').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV', exact: true }).click();
  assert.match((await download).suggestedFilename(), /csv$/);
  page.check();
  await page.end();
});

test('several days: the address keeps them, the back button goes back, a day ahead is none', async () => {
  const hall = await makeHall('sp-span');
  const page = await open(hall, { lang: 'en' });
  await page.locator('[data-figure="served"]').waitFor();
  await page.getByRole('button', { name: '7 days' }).click();
  await page.locator('[data-chart="days-people"]').waitFor();
  await inspect(page, 'statistics-week');
  assert.equal(new URL(page.url()).hash, `#sp-span/${addDays(today, -6)}-${today}`);
  await page.reload();
  await page.locator('[data-chart="days-people"]').waitFor();
  await page.locator('#from').fill(isoOf(addDays(today, -2)));
  await eventually('the address follows', () => new URL(page.url()).hash === `#sp-span/${addDays(today, -2)}-${today}`);
  await page.goBack();
  await eventually('and goes back', () => new URL(page.url()).hash === `#sp-span/${addDays(today, -6)}-${today}`);
  page.check();
  await page.end();
});

test('a clerk is told that this is not theirs; a failure is told, and asked again', async () => {
  const clerk = await makeHall('sp-clerk', { played: false, role: 'clerk' });
  const page = await open(clerk);
  await page.getByText('统计供值班主管查看').waitFor();
  await inspect(page, 'statistics-clerk');
  await page.end();
  const hall = await makeHall('sp-fail');
  const broken = await openPage(browser, 'about:blank', { viewport: DESK, lang: 'en' });
  await intercept(broken, '**/statistics?**', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"code":"internal","status":500}' }), { times: 1 });
  await broken.goto(`${daemon.url}/statistics#${hall.code}`);
  await broken.locator('#name').fill(hall.name);
  await broken.locator('#password').fill(PASSWORD);
  await broken.keyboard.press('Enter');
  await broken.getByText('cannot be read').waitFor();
  await inspect(broken, 'statistics-failed');
  await broken.getByRole('button', { name: 'Try again' }).click();
  await broken.locator('[data-figure="served"]').waitFor();
  await broken.end();
});
