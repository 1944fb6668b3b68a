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
  await page.getByText('尾号 1234').first().waitFor();
  assert.match(page.url(), new RegExp(`#k-day/${day}/${first.id}$`));
  await look(page, 'calendar-open');
  await page.reload();
  await page.getByText('王先生').waitFor();
  page.check();
  await page.end();
});

test('a booking for a person at the desk: a time that is gone offers others, a limit asks for a reason', async () => {
  const hall = await makeHall('k-new', { edit: (text) => text.replace(/alive_max: 3/, 'alive_max: 1') });
  const day = monday();
  await hall.book({ services: ['social-card'], at: at(day, '12:00'), phone: '13800005678' });
  const page = await open(hall);
  await page.locator('.lanes').first().waitFor();
  await page.keyboard.press('n');
  await page.getByRole('heading', { name: '为办事人预约' }).waitFor();
  await page.getByText('请先选择事项。').waitFor();
  await look(page, 'calendar-new');
  await page.getByRole('button', { name: '+ 居住登记' }).click();
  await page.locator('#field-landlord').fill('王先生');
  await page.locator('.time', { hasText: '09:00' }).click();
  await look(page, 'calendar-new-filled');
  await hall.book({ services: ['residence'], at: at(day, '09:00'), fields: { landlord: '李' } }); // somebody else is quicker
  await page.locator('.ask [type=submit]').click();
  await page.getByText('这个时间刚刚被约走了').waitFor();
  assert.equal(await page.locator('#field-landlord').inputValue(), '王先生', 'what was typed stays');
  await look(page, 'calendar-new-taken');
  await page.locator('.alternatives button').first().click();
  await page.locator('#new-phone').fill('13800005678');
  await page.locator('.ask [type=submit]').click();
  await page.getByText('这个手机号的预约数已到上限').waitFor();
  await page.locator('#new-override').fill('代家人办理');
  await look(page, 'calendar-new-limit');
  await page.getByRole('button', { name: '仍要预约' }).click();
  await page.locator('.detail[data-state="confirmed"]').waitFor();
  const made = (await hall.bookings(day)).find((one) => one.fields && one.phone_tail === '5678' && one.services[0] === 'residence');
  assert.ok(made, 'the booking is there');
  page.check();
  await page.end();
});

test('several services and persons in one visit, clicked into the free ground', async () => {
  const hall = await makeHall('k-visit', { role: 'clerk' });
  const page = await open(hall, `/${monday()}`, { viewport: WIDE });
  const ground = page.locator('.lanes').first();
  await ground.waitFor();
  await ground.click({ position: { x: 30, y: 2 * 32 * 6 + 10 } });
  await page.getByRole('button', { name: '+ 身份证办理' }).click();
  await page.locator('#new-persons').selectOption('2');
  await page.getByRole('button', { name: '+ 社保卡' }).click();
  await page.locator('.time').first().click();
  await page.getByText('按上面的顺序办理').waitFor();
  await look(page, 'calendar-visit');
  await page.locator('.ask [type=submit]').click();
  await page.locator('.detail[data-state="confirmed"]').waitFor();
  const [made] = await hall.bookings(monday());
  assert.deepEqual(made.services, ['id-card', 'social-card']);
  page.check();
  await page.end();
});

test('move, cancel, and what became of it', async () => {
  const hall = await makeHall('k-move', { role: 'clerk' });
  const day = monday();
  const first = await hall.book({ services: ['residence'], at: at(day, '09:00'), phone: '13800001234', fields: { landlord: '王' } });
  const page = await open(hall, `/${day}/${first.id}`);
  await page.getByRole('button', { name: '改期…' }).click();
  await page.getByRole('button', { name: '后一天' }).last().click();
  await page.locator('.time', { hasText: '10:00' }).click();
  assert.equal(await page.locator('.ask [type=submit]').isDisabled(), true, 'no reason yet');
  await page.locator('#move-reason').fill('本人来电');
  await look(page, 'calendar-move');
  await page.locator('.ask [type=submit]').click();
  await page.waitForURL(new RegExp(`#k-move/${addDays(day, 1)}/`));
  await block(page, first).waitFor();
  assert.equal((await hall.booking(first.id)).at, at(addDays(day, 1), '10:00'));
  await page.getByRole('button', { name: '取消预约…' }).click();
  await page.locator('#cancel-reason').fill('本人放弃');
  await look(page, 'calendar-cancel');
  await page.locator('.ask [type=submit]').click();
  await page.locator('.detail[data-state="cancelled"]').waitFor();
  await page.getByText('已取消、未到、已失效（1）').click();
  await look(page, 'calendar-cancelled');
  assert.equal(await block(page, first).count(), 0);
  page.check();
  await page.end();
});

test('the day changes by itself while others book; without the stream it says so and asks', async () => {
  const hall = await makeHall('k-live');
  const day = monday();
  const page = await open(hall, `/${day}`);
  await page.locator('.lanes').first().waitFor();
  const one = await hall.book({ services: ['social-card'], at: at(day, '10:00') });
  await block(page, one).waitFor();
  await daemon.post(`/halls/k-live/bookings/${one.id}/cancel`, { reason: 'x' });
  await eventually('the block is gone', async () => (await block(page, one).count()) === 0);
  page.check();
  await page.end();
  const context = await browser.newContext({ viewport: DESK, locale: 'zh-CN' });
  const poor = await context.newPage();
  await poor.route('**/halls/k-live/stream', (route) => route.abort());
  await poor.goto(`${daemon.url}/calendar#k-live/${day}`);
  await logIn(poor, hall.name);
  await poor.locator('.lanes').first().waitFor();
  const two = await hall.book({ services: ['social-card'], at: at(day, '11:00') });
  await block(poor, two).waitFor({ timeout: 20000 });
  await poor.route('**/api/v1/**', (route) => route.abort());
  await poor.getByText('连接中断').waitFor({ timeout: 30000 });
  await inspect(poor, 'calendar-stale');
  await context.close();
});

test('by keyboard: days, today, week and back, find a number', async () => {
  const hall = await makeHall('k-keys');
  const day = addDays(monday(), 7);
  const far = await hall.book({ services: ['social-card'], at: at(day, '11:00'), phone: '13800009876' });
  for (const time of ['08:00', '08:10', '08:20', '08:30', '08:40']) await hall.book({ services: ['social-card'], at: at(monday(), time) });
  const page = await open(hall, `/${monday()}`);
  await page.locator('.lanes').first().waitFor();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(new RegExp(`#k-keys/${addDays(monday(), 1)}$`));
  await page.keyboard.press('ArrowLeft');
  await page.waitForURL(new RegExp(`#k-keys/${monday()}$`));
  await page.keyboard.press('w');
  await page.locator('.week').waitFor();
  await page.getByText('+2').waitFor();
  await look(page, 'calendar-week');
  await page.keyboard.press('t');
  await page.waitForURL(new RegExp(`#k-keys/${today()}/week$`));
  await page.keyboard.press('d');
  await page.locator('.day').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('9876');
  await page.keyboard.press('Enter');
  await page.locator('.detail .number', { hasText: far.number }).waitFor();
  await page.waitForURL(new RegExp(`#k-keys/${day}/${far.id}$`));
  await page.locator('#find').fill('4711');
  await page.keyboard.press('Enter');
  await page.getByText('没有找到 4711。').waitFor();
  await look(page, 'calendar-not-found');
  await page.goBack();
  await page.waitForURL(new RegExp(`#k-keys/${today()}$`));
  page.check();
  await page.end();
});

test('closing a day: how many it hits, who no longer fits, new times for all', async () => {
  const hall = await makeHall('k-close');
  const day = monday();
  const told = await hall.book({ services: ['social-card'], at: at(day, '10:00'), phone: '13800001111' });
  const silent = await hall.book({ services: ['social-card'], at: at(day, '10:10') });
  const page = await open(hall, `/${day}`);
  await block(page, told).waitFor();
  await page.getByRole('button', { name: '安排' }).click();
  await look(page, 'calendar-manage');
  await page.getByRole('button', { name: '临时闭厅' }).click();
  await page.locator('#close-reason').fill('停电检修');
  await page.getByText('2 个预约受影响').waitFor();
  await look(page, 'calendar-close');
  await page.locator('.ask [type=submit]').click();
  await page.getByText('不办公：停电检修').waitFor();
  await page.locator('.panel[data-panel="conflicts"]').waitFor();
  await page.locator('.panel .line', { hasText: told.number }).waitFor();
  await page.locator('.panel').getByText('这一天或这个时段不办公').first().waitFor();
  await look(page, 'calendar-conflicts');
  await page.getByRole('button', { name: '为 1 人提供新时间' }).click();
  await page.getByText('各保留一个相当的时间').waitFor();
  await look(page, 'calendar-rebook-sure');
  await page.getByRole('button', { name: '保留并通知' }).click();
  await page.locator('.result').waitFor();
  await page.locator('.rows li', { hasText: told.number }).getByText('已提供新时间').waitFor();
  await page.locator('.rows li', { hasText: silent.number }).getByText('没有留手机号').first().waitFor();
  await look(page, 'calendar-rebooked');
  page.check();
  await page.end();
});

test('closed for so long that nobody can be offered a time: those are listed', async () => {
  const hall = await makeHall('k-long');
  const left = await hall.book({ services: ['social-card'], at: at(monday(), '10:00'), phone: '13800002222' });
  await daemon.post('/halls/k-long/closures', { from: today(), to: addDays(today(), 90), kind: 'closed', reason: '搬迁' });
  const page = await open(hall, `/${monday()}`);
  await page.getByRole('button', { name: '待处理' }).click();
  await page.getByRole('button', { name: '为 1 人提供新时间' }).click();
  await page.getByRole('button', { name: '保留并通知' }).click();
  await page.getByText('还有 1 个没有办法').waitFor();
  await page.locator('.result .line', { hasText: left.number }).click();
  await page.locator('.detail[data-state="confirmed"]').waitFor();
  await look(page, 'calendar-left');
  page.check();
  await page.end();
});

test('fewer counters, counted exactly for an admin; a phone number unblocked', async () => {
  const hall = await makeHall('k-fewer', { role: 'admin' });
  const day = monday();
  await hall.book({ services: ['social-card'], at: at(day, '10:00') });
  const page = await open(hall, `/${day}`);
  await page.getByRole('button', { name: '安排' }).click();
  await page.getByRole('button', { name: '临时闭厅' }).click();
  await page.getByRole('button', { name: '减少窗口', exact: true }).first().click();
  await page.locator('#close-staff').fill('1');
  await page.getByText('1 个预约受影响').waitFor();
  await page.locator('#close-staff').fill('0');
  await page.getByText('没有预约受影响').waitFor();
  await page.locator('#close-reason').fill('培训');
  await look(page, 'calendar-fewer');
  await page.locator('.ask [type=submit]').click();
  await page.getByText('窗口减少：培训').waitFor();
  await page.getByText('已生效。').waitFor();
  await page.getByRole('button', { name: '解除手机号限制' }).click();
  await page.locator('#unblock-phone').fill('12');
  await page.locator('#unblock-reason').fill('住院');
  await page.locator('.ask [type=submit]').click();
  await page.getByText('这个号码收不到短信').waitFor();
  await page.locator('#unblock-phone').fill('13800004321');
  await look(page, 'calendar-unblock');
  await page.locator('.ask [type=submit]').click();
  await page.getByText('已解除限制。').waitFor();
  page.check();
  await page.end();
});

test('a clerk sees what a clerk may do, and who waits', async () => {
  const hall = await makeHall('k-clerk', { role: 'clerk' });
  const page = await open(hall, `/${monday()}`);
  await page.locator('.lanes').first().waitFor();
  assert.equal(await page.getByRole('button', { name: '安排' }).count(), 0);
  await page.getByRole('button', { name: '候补' }).click();
  await page.getByText('没有人候补。').waitFor();
  await look(page, 'calendar-waiting-none');
  page.check();
  await page.end();
});

test('a large hall, English, dark; narrow; twice as large', async () => {
  const hall = await makeHall('k-large', { file: 'shanghai' });
  const day = monday();
  const { services } = await daemon.get('/halls/k-large');
  const bookable = services.filter((one) => one.booking.open && !one.booking.fields.some((field) => field.required)).slice(0, 12);
  for (const [i, one] of bookable.entries()) {
    const { times } = await daemon.get(`/halls/k-large/desk/times?services=${one.code}&day=${day}&share=public`);
    for (const time of times.slice(2 * i, 2 * i + 3)) await hall.book({ services: [one.code], at: time.at, share: 'public', phone: `1380000${1000 + i * 10}` }).catch(() => {});
  }
  const page = await open(hall, `/${day}`, { lang: 'en', colorScheme: 'dark', viewport: WIDE });
  await page.locator('.block').first().waitFor();
  await look(page, 'calendar-large-dark');
  await page.keyboard.press('w');
  await page.locator('.week').waitFor();
  await look(page, 'calendar-large-week');
  await page.keyboard.press('d');
  await page.setViewportSize(NARROW);
  await page.locator('.block').first().click();
  await page.locator('.detail').waitFor();
  await look(page, 'calendar-768');
  await page.keyboard.press('n');
  await page.getByRole('heading', { name: 'Book for somebody' }).waitFor();
  await look(page, 'calendar-768-new');
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 512, height: 384 }); // 1024x768 at 200 %
  await look(page, 'calendar-zoom');
  page.check();
  await page.end();
});

// Open at any hour, so that the test may run at any.
const allDay = (text) => text
  .replace(/^hours:\n(?: .*\n)+/m, 'hours:\n  - {days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00"}\n')
  .replace(/^breaks:\n(?: .*\n)+/m, '')
  .replace(/(- code: cards\n.*\n)( *plan:\n)/, '$1$2      - {days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", staff: 2, walk_in: 1}\n')
  .replace(/early_minutes: 60/, 'early_minutes: 720');

test('checked in by staff: the number is told, the block says so, the now line stands', async () => {
  const hall = await makeHall('k-check', { role: 'clerk', edit: allDay });
  const timesOf = async (day) => (await daemon.get(`/halls/k-check/desk/times?services=social-card&day=${day}&share=staff`)).times;
  const [first] = [...await timesOf(today()), ...await timesOf(addDays(today(), 1))];
  const booking = await hall.book({ services: ['social-card'], at: first.at });
  const page = await open(hall, `/${dayAt(first.at, ZONE)}`);
  await block(page, booking).click();
  await page.getByRole('button', { name: '签到', exact: true }).click();
  await page.getByText('已签到，号码').waitFor();
  await page.locator('.detail[data-state="checked_in"]').waitFor();
  await page.locator('.block.checked_in').getByText('已签到').waitFor();
  await page.keyboard.press('t');
  await page.locator('.now').waitFor();
  await page.locator('.pool .cells', { hasText: '现场' }).first().waitFor();
  await look(page, 'calendar-checked-in');
  page.check();
  await page.end();
});

test('offers stand as held times; the waitlist in its order', async () => {
  const hall = await makeHall('k-wait');
  const day = monday();
  await hall.book({ services: ['social-card'], at: at(day, '10:00'), phone: '13800003333' });
  await daemon.post('/halls/k-wait/closures', { from: day, to: day, kind: 'closed', reason: '停电' });
  await daemon.post('/halls/k-wait/rebook', { from: day, to: day });
  const conflicts = await daemon.get('/halls/k-wait/conflicts');
  const offer = await hall.booking(conflicts.conflicts[0].booking.offer);
  const page = await openPage(browser, 'about:blank', { viewport: DESK });
  await page.route('**/halls/k-wait/waitlist', (route) => route.fulfill({ json: { waiting: [
    { id: '1795486600613-w1', number: '1', state: 'waiting', services: ['id-card', 'pension'], persons: 2, from: day, to: addDays(day, 4) },
    { id: '1795486600614-w2', number: '2', state: 'offered', services: ['advice'], persons: 1, from: day, to: day, booking: '1795486600613-b1' },
  ] } }));
  await page.goto(`${daemon.url}/calendar#k-wait/${offer.day}`);
  await logIn(page, hall.name);
  await block(page, offer).waitFor();
  await page.getByRole('button', { name: '候补' }).click();
  await page.getByText('想提前已有的预约').waitFor();
  await look(page, 'calendar-offers');
  page.check();
  await page.end();
});

test('what goes wrong is said where it happens, with the way on', async () => {
  const hall = await makeHall('k-fault');
  const page = await openPage(browser, `${daemon.url}/calendar#k-fault/${monday()}`, { viewport: DESK });
  let refused = 0;
  await page.route('**/desk/days**', (route) => {
    refused += 1;
    return route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"code":"internal","status":500}' });
  });
  await logIn(page, hall.name);
  await page.getByText('系统出了点问题').waitFor();
  await look(page, 'calendar-fault');
  const again = page.getByRole('button', { name: '再试一次' });
  const before = refused;
  await again.click();
  await eventually('it was asked again', () => refused > before);
  await page.unroute('**/desk/days**');
  await eventually('the days are there', async () => {
    // The page asks by itself, too: the button may be gone before it is pressed.
    if (await again.count()) await again.click({ timeout: 1000 }).catch((error) => { if (!/Timeout/.test(error.message)) throw error; });
    return await page.locator('.lanes').count() > 0;
  });
  await page.goto(`${daemon.url}/calendar#other/${monday()}`);
  await page.reload();
  await page.getByText('打不开').waitFor();
  await look(page, 'calendar-no-hall');
  await page.end();
});

test('a hall in another zone, English, light, wide', async () => {
  const hall = await makeHall('k-berlin', { file: 'berlin' });
  const { services } = await daemon.get('/halls/k-berlin');
  const one = services.find((service) => service.booking.open && !service.booking.fields.some((field) => field.required));
  const day = monday();
  const { times } = await daemon.get(`/halls/k-berlin/desk/times?services=${one.code}&day=${day}&share=public`);
  const made = await hall.book({ services: [one.code], at: times[0].at, share: 'public' });
  const page = await open(hall, `/${day}`, { lang: 'en', viewport: WIDE });
  await block(page, made).click();
  await page.locator('.detail').getByText('local').waitFor(); // who made it
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Berlin' }).format(times[0].at);
  await page.locator('.facts').getByText(time).waitFor();
  await look(page, 'calendar-berlin');
  await page.keyboard.press('n');
  await page.getByRole('heading', { name: 'Book for somebody' }).waitFor();
  await look(page, 'calendar-berlin-new');
  page.check();
  await page.end();
});
