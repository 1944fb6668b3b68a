// The staff calendar in Chromium, with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addDays, dayAt, momentOf, weekdayOf } from '../../daemon/web/shared/dates.js';
import { PASSWORD, eventually, startDaemon } from '../lib/daemon.mjs';
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
// The next Monday: every sample hall works then, and nothing of it is over.
const monday = () => addDays(today(), 7 - weekdayOf(today()));
const at = (day, time) => momentOf(day, Number(time.slice(0, 2)) * 60 + Number(time.slice(3)), ZONE);

// A hall of its own per test, with somebody of that role. Its times are those of config/halls/small.yaml.
async function makeHall(code, { role = 'supervisor', file = 'small', edit } = {}) {
  await daemon.importHall(file, { code, edit });
  const name = `li-${code}`;
  await daemon.addStaff(name, role, [code]);
  return {
    code,
    name,
    book: (body) => daemon.post(`/halls/${code}/bookings`, { share: 'staff', persons: 1, ...body }),
    bookings: async (day) => (await daemon.get(`/halls/${code}/bookings?from=${day}`)).bookings,
    booking: (id) => daemon.get(`/halls/${code}/bookings/${id}`),
  };
}

async function logIn(page, name) {
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(PASSWORD);
  await page.keyboard.press('Enter');
}

async function open(hall, rest = `/${monday()}`, options = {}) {
  const page = await openPage(browser, `${daemon.url}/calendar#${hall.code}${rest}`, { viewport: DESK, ...options });
  await logIn(page, hall.name);
  await page.locator('.calendar').waitFor();
  return page;
}

const block = (page, booking) => page.locator(`.block[data-number="${booking.number}"]`);

async function look(page, name) {
  await inspect(page, name);
  const small = await page.locator('button:not(.block, .chip), input:not([type=checkbox], [type=radio]), select').evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML));
  assert.deepEqual(small, [], `targets on ${name}`);
}

test('a day: what is planned and free, bookings as blocks, one opened', async () => {
  const hall = await makeHall('k-day');
  const day = monday();
  const first = await hall.book({ services: ['residence'], at: at(day, '09:00'), phone: '13800001234', fields: { landlord: '王先生' } });
  const second = await hall.book({ services: ['id-card', 'certificate'], at: at(day, '10:00'), share: 'public', persons: 1, ordered: 'yes' });
  await hall.book({ services: ['id-card'], at: at(day, '09:20'), persons: 3 });
  const page = await open(hall);
  await block(page, first).waitFor();
  assert.equal(await page.locator('.pool').count(), 2);
  assert.equal(await block(page, second).count(), 2, 'a block in each pool it needs');
  await look(page, 'calendar-day');
  await block(page, first).click();
  await page.getByText('王先生').waitFor();
  await page.getByText('•••• 1234').first().waitFor();
  assert.match(page.url(), new RegExp(`#k-day/${day}/${first.id}$`));
  await look(page, 'calendar-open');
  await page.reload();
  await page.getByText('王先生').waitFor();
  page.check();
  await page.end();
});
