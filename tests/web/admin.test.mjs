// The hall editor in Chromium, with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addDays, dayAt, isoOf, momentOf, weekdayOf } from '../../daemon/web/shared/dates.js';
import { PASSWORD, eventually, root, startDaemon } from '../lib/daemon.mjs';
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
  await page.locator('#hours-0-to').fill('11:30'); // the one that does not fit already is not this change's doing
  await toPreview(page);
  await previewed(page);
  await page.getByText('没有更多预约受影响。').waitFor();
  await page.getByText('另有 1 个预约现在就不符合。').waitFor();
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

test('a special day, a rule and a service change at once, in words of the hall', async () => {
  const hall = await makeHall('a-many');
  const page = await open(hall, 'special', { viewport: WIDE });
  await page.getByRole('button', { name: '加一个特殊日期' }).click();
  const last = (await hall.config()).special_days.length;
  await page.locator(`#special-${last}-from`).fill(isoOf(monday()));
  await page.locator(`#special-${last}-reason`).fill('电路检修');
  await page.getByRole('navigation').getByRole('link', { name: '预约规则' }).click();
  await page.locator('#booking-alive_max').fill('2');
  await page.getByText('一个手机号同时最多 2 个预约。').waitFor();
  await page.getByRole('navigation').getByRole('link', { name: '事项' }).click();
  await page.getByRole('button', { name: '咨询' }).click();
  await page.locator('#service-advice-bookable').check();
  await page.getByRole('button', { name: '加一个问题' }).click();
  await page.locator('#service-advice-field-0-names-zh').fill('想问什么');
  await look(page, 'admin-many');
  await toPreview(page);
  await previewed(page);
  await page.getByText('4 处').or(page.getByText('改动（4）')).waitFor();
  for (const text of ['特殊日期', '电路检修', '预约规则 · 同时有效的预约', '事项 · 咨询 · 预约 · 可以预约', '想问什么']) await page.locator('.changes', { hasText: text }).waitFor();
  assert.doesNotMatch(await page.locator('.changes').innerText(), /alive_max|special_days|advice/, 'no code names');
  await look(page, 'admin-many-preview');
  await page.getByRole('button', { name: '保存并生效' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  const now = await hall.config();
  assert.equal(now.booking.alive_max, 2);
  assert.equal(now.special_days.at(-1).reason, '电路检修');
  assert.equal(now.services.find((one) => one.code === 'advice').booking.fields[0].names.zh, '想问什么');
  page.check();
  await page.end();
});

test('somebody else saves in between: both sides are shown, and both are kept', async () => {
  const hall = await makeHall('a-clash');
  const page = await open(hall, 'booking');
  await page.locator('#booking-alive_max').fill('7');
  await page.locator('#booking-late_minutes').fill('20');
  const theirs = await hall.config();
  await daemon.put('/halls/a-clash/config', { ...theirs, booking: { ...theirs.booking, hold_minutes: 12, late_minutes: 25 } });
  await toPreview(page);
  await page.getByRole('heading', { name: '别人刚刚改过这个大厅' }).waitFor();
  await page.getByText('别人的改动（2）').waitFor();
  await look(page, 'admin-clash');
  await page.getByRole('button', { name: '在最新内容上继续我的改动' }).click();
  await page.getByText('有 1 处双方都改过').waitFor();
  await look(page, 'admin-merged');
  await toPreview(page);
  await previewed(page);
  await daemon.put('/halls/a-clash/config', { ...(await hall.config()), accent: '#1f5fae' }); // once more, after the preview
  await page.getByRole('button', { name: '保存并生效' }).click();
  await page.getByRole('heading', { name: '别人刚刚改过这个大厅' }).waitFor();
  await page.getByRole('button', { name: '在最新内容上继续我的改动' }).click();
  await toPreview(page);
  await previewed(page);
  await page.getByRole('button', { name: '保存并生效' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  const now = await hall.config();
  assert.deepEqual([now.booking.alive_max, now.booking.hold_minutes, now.booking.late_minutes, now.accent], [7, 12, 20, '#1f5fae']);
  page.check();
  await page.end();
});

test('what cannot be is told, and kept as typed', async () => {
  const hall = await makeHall('a-wrong');
  const page = await open(hall);
  await page.locator('#hours-0-to').fill('07:00');
  await toPreview(page);
  await page.locator('.fault').waitFor();
  assert.doesNotMatch(await page.locator('.fault').innerText(), /:\d+:\d+:/, 'no place in a file nobody sees');
  await page.locator('.fault').getByText('办公时间 · 周一–周五 08:00–07:00').waitFor();
  assert.equal(await page.locator('#hours-0-to').inputValue(), '07:00');
  await look(page, 'admin-fault');
  await page.getByRole('navigation').getByRole('link', { name: '节假日' }).click();
  await page.getByRole('button', { name: '去修改' }).click();
  await page.locator('#section-heading', { hasText: '办公时间' }).waitFor();
  await page.locator('#hours-0-to').fill('夜里');
  await page.getByText('请这样填写：08:30').waitFor();
  await toPreview(page);
  await page.getByText('请先改正标出的内容。').waitFor();
  await page.getByRole('button', { name: '放弃改动' }).click();
  await page.getByText('没有改动。').waitFor();
  assert.equal(await page.locator('#hours-0-to').inputValue(), '13:00');
  page.check();
  await page.end();
});

test('a list of holidays is imported as it is shipped', async () => {
  const hall = await makeHall('a-holidays');
  const page = await open(hall, 'holidays');
  await page.getByText('导入节假日').click();
  await page.locator('#import-text').fill('- {from: nonsense}');
  await page.getByRole('button', { name: '加入节假日' }).click();
  await page.getByText('看不懂这份内容').waitFor();
  await page.locator('#import-file').setInputFiles(join(root, 'config/holidays/cn-2026.yaml'));
  await page.getByRole('button', { name: '加入节假日' }).click();
  await page.getByText('保存后生效').waitFor();
  await look(page, 'admin-import');
  await toPreview(page);
  await previewed(page);
  await page.getByRole('button', { name: '保存并生效' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  const { holidays } = await hall.config();
  assert.ok(holidays.some((one) => one.from === '2026-02-28' && one.workday && one.like === 'mon'));
  assert.equal(holidays.filter((one) => one.from === '2026-10-10').length, 1, 'replaced, not doubled');
  page.check();
  await page.end();
});

test('the whole file as YAML', async () => {
  const hall = await makeHall('a-yaml');
  const page = await open(hall, 'file');
  const text = await page.locator('#file-text').inputValue();
  await page.locator('#file-text').fill(text.replace(/come_now_ahead: 3/, 'come_now_ahead: x'));
  await toPreview(page);
  await page.locator('.fault').waitFor();
  await page.locator('#file-text').fill(text.replace(/come_now_ahead: 3/, 'come_now_ahead: 5'));
  await toPreview(page);
  await previewed(page);
  await page.getByRole('button', { name: '保存并生效' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  assert.equal((await hall.config()).rules.come_now_ahead, 5);
  page.check();
  await page.end();
});

test('unsaved changes: a warning on leaving, and an expired login loses nothing', async () => {
  const hall = await makeHall('a-leave');
  const page = await open(hall, 'booking');
  await page.locator('#booking-alive_max').fill('9');
  await page.getByText('1 处改动，还没有保存。').waitFor();
  let asked = 0;
  page.on('dialog', (dialog) => {
    asked += 1;
    return dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await eventually('the browser asks', () => asked === 1);
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.getByRole('heading', { name: '有改动还没有保存' }).waitFor();
  await look(page, 'admin-leave');
  await page.getByRole('button', { name: '留下' }).click();
  await page.context().clearCookies();
  await toPreview(page);
  await page.getByText('登录已过期').waitFor();
  await look(page, 'admin-expired');
  await logIn(page, hall.name);
  await page.getByText('1 处改动，还没有保存。').waitFor();
  assert.equal(await page.locator('#booking-alive_max').inputValue(), '9');
  await toPreview(page);
  await previewed(page);
  await page.end();
});

test('only admins come in', async () => {
  const hall = await makeHall('a-clerk', { role: 'supervisor' });
  const page = await openPage(browser, `${daemon.url}/admin#a-clerk`, { viewport: DESK });
  await logIn(page, hall.name);
  await page.getByText('只有管理员可以修改大厅设置。').waitFor();
  await look(page, 'admin-forbidden');
  page.check();
  await page.end();
});

test('a large hall, English, dark, narrow, and twice as large', async () => {
  const hall = await makeHall('a-large', { file: 'shanghai' });
  const page = await open(hall, 'services', { lang: 'en', colorScheme: 'dark', viewport: NARROW });
  await look(page, 'admin-large-768');
  await page.getByRole('navigation').getByRole('link', { name: 'Counters for bookings' }).click();
  await look(page, 'admin-large-pools');
  await page.getByRole('navigation').getByRole('link', { name: 'Booking rules' }).click();
  await page.locator('#booking-to_days').fill('20');
  await page.getByRole('button', { name: 'Preview and save' }).click();
  await page.getByRole('heading', { name: 'Before you save' }).waitFor();
  await look(page, 'admin-large-preview');
  await page.setViewportSize({ width: 512, height: 384 }); // 1024x768 at 200 %
  await look(page, 'admin-zoom-preview');
  await page.getByRole('button', { name: 'Go on editing' }).click();
  await look(page, 'admin-zoom');
  page.check();
  await page.end();
});

test('three languages, fields of a service, a hall in another zone', async () => {
  const hall = await makeHall('a-berlin', { file: 'berlin' });
  const page = await open(hall, 'services', { lang: 'en', viewport: WIDE });
  await page.locator('.list .button').first().click();
  await page.locator('.service').waitFor();
  await look(page, 'admin-berlin-service');
  await page.getByRole('navigation').getByRole('link', { name: 'Special days' }).click();
  await look(page, 'admin-berlin-special');
  page.check();
  await page.end();
});
