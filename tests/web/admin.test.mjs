// The hall editor in Chromium, with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addDays, dayAt, momentOf, weekdayOf } from '../../daemon/web/shared/dates.js';
import { PASSWORD, startDaemon } from '../lib/daemon.mjs';
import { inspect, openPage, startBrowser } from './browser.mjs';

const DESK = { width: 1024, height: 768 };
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 768, height: 1024 };
const ZONE = 'Asia/Shanghai';
let daemon;
let browser;

before(async () => {
  daemon = await startDaemon();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

const today = () => dayAt(Date.now(), ZONE);
const monday = () => addDays(today(), 7 - weekdayOf(today()));
const at = (day, time) => momentOf(day, Number(time.slice(0, 2)) * 60 + Number(time.slice(3)), ZONE);

async function makeHall(code, { role = 'admin', file = 'small' } = {}) {
  await daemon.importHall(file, { code });
  const name = `li-${code}`;
  await daemon.addStaff(name, role, [code]);
  return { code, name, config: () => daemon.get(`/halls/${code}/config`), version: async () => (await daemon.get(`/halls/${code}`)).version };
}

async function logIn(page, name) {
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(PASSWORD);
  await page.keyboard.press('Enter');
}

async function open(hall, section = '', options = {}) {
  const page = await openPage(browser, `${daemon.url}/admin#${hall.code}${section && `/${section}`}`, { viewport: DESK, ...options });
  await logIn(page, hall.name);
  await page.locator('.editor').waitFor();
  return page;
}

async function look(page, name) {
  await inspect(page, name);
  const small = await page.locator('button, input:not([type=checkbox], [type=radio]), select').evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML));
  assert.deepEqual(small, [], `targets on ${name}`);
}

const previewed = (page) => page.getByRole('heading', { name: '保存之前' }).waitFor();
const toPreview = (page) => page.getByRole('button', { name: '查看影响并保存' }).click();

test('hours change: what it does is told before it is saved, and nothing else is touched', async () => {
  const hall = await makeHall('a-hours');
  const before = await hall.config();
  await daemon.post('/halls/a-hours/bookings', { services: ['residence'], at: at(monday(), '12:20'), share: 'staff', persons: 1, fields: { landlord: '王' } });
  const page = await open(hall);
  await page.getByText('没有改动。').waitFor();
  await look(page, 'admin-hours');
  await page.locator('#hours-0-to').fill('12:00');
  await page.getByText('1 处改动，还没有保存。').waitFor();
  await toPreview(page);
  await previewed(page);
  await page.getByText('周一–周五 08:00–13:00').waitFor();
  await page.getByText('1 个预约不再符合。').waitFor();
  await look(page, 'admin-preview');
  await page.getByRole('button', { name: '保存并生效' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  await look(page, 'admin-saved');
  const now = await hall.config();
  assert.equal(now.hours[0].to, '12:00');
  assert.deepEqual({ ...now, hours: null }, { ...before, hours: null }, 'nothing else was touched');
  page.check();
  await page.end();
});

test('every section can be looked at', async () => {
  const hall = await makeHall('a-sections');
  const page = await open(hall);
  for (const [section, name] of [['special', '特殊日期'], ['holidays', '节假日'], ['pools', '窗口安排'], ['services', '事项'], ['booking', '预约规则'], ['remote', '在线取号'], ['file', '整个文件']]) {
    await page.getByRole('navigation').getByRole('link', { name }).click();
    await page.locator('#section-heading', { hasText: name }).waitFor();
    if (section === 'file') await page.locator('#file-text').waitFor();
    await look(page, `admin-${section}`);
  }
  await page.goBack();
  await page.locator('#section-heading', { hasText: '在线取号' }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: '事项' }).click();
  await page.getByRole('button', { name: '居住登记' }).click();
  await page.locator('#service-residence-length').waitFor();
  await look(page, 'admin-service');
  page.check();
  await page.end();
});
