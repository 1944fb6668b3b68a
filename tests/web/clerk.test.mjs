// The clerk's console in Chromium, with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, eventually, startDaemon } from '../lib/daemon.mjs';
import { PHONE, inspect, intercept, openPage, startBrowser } from './browser.mjs';

const DESK = { width: 1024, height: 768 };
const WIDE = { width: 1440, height: 900 };
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

// A hall of its own per test, with one clerk of its own.
async function makeHall(code, options = {}) {
  await daemon.importHall(options.file ?? 'small', { code, ...options });
  const { role = 'clerk', rights = ['choose'] } = options;
  await daemon.post('/staff', { name: `li-${code}`, role, halls: [code], password: PASSWORD, ...(role === 'clerk' && { rights }) });
  return {
    code,
    name: `li-${code}`,
    issue: (service = 'id-card', more = {}) => daemon.post(`/halls/${code}/tickets`, { service, ...more }),
    counter: async (n) => (await daemon.get(`/halls/${code}/counters`)).counters.find((one) => one.code === n),
    ticket: (ref) => daemon.get(`/halls/${code}/tickets/${ref}`),
  };
}

async function logIn(page, name, password = PASSWORD) {
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(password);
  await page.keyboard.press('Enter');
}

// At counter 1, which is open then.
async function openConsole(hall, { counter = '1 号窗口', ...options } = {}) {
  const page = await openPage(browser, `${daemon.url}/clerk`, { viewport: DESK, ...options });
  await logIn(page, hall.name);
  await page.locator('.choice', { hasText: counter }).first().click();
  await page.locator('.console').waitFor();
  return page;
}

const inState = (page, state) => page.locator(`.citizen[data-state="${state}"]`).waitFor();
const number = (page) => page.locator('.citizen .number').innerText();

async function look(page, name) {
  await inspect(page, name);
  const small = await page.locator('button').evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 43.5).map((one) => one.textContent));
  assert.deepEqual(small, [], `targets on ${name}`);
}

test('a wrong password is told where it was typed, and the name stays', async () => {
  const hall = await makeHall('c-login');
  const page = await openPage(browser, `${daemon.url}/clerk`, { viewport: DESK });
  await page.locator('#name').waitFor();
  await look(page, 'clerk-login');
  await logIn(page, hall.name, 'not the password');
  await page.getByText('用户名或密码不正确').waitFor();
  assert.equal(await page.locator('#name').inputValue(), hall.name);
  assert.equal(await page.locator('#password').inputValue(), '');
  await look(page, 'clerk-login-failed');
  await logIn(page, hall.name);
  await page.getByRole('heading', { name: '今天在哪个窗口？' }).waitFor();
  await look(page, 'clerk-counters');
  page.check();
  await page.end();
});

test('a day by keyboard: next, call again, begin, finish and next, set aside, resume', async () => {
  const hall = await makeHall('c-day');
  const page = await openConsole(hall);
  await inState(page, 'calm');
  await look(page, 'clerk-calm');
  const first = await hall.issue('residence', { class: 'elderly', phone: '13800001234' });
  const second = await hall.issue('residence');
  await page.getByText('2 人在等候').waitFor();
  await page.keyboard.press('n');
  await inState(page, 'called');
  assert.equal(await number(page), first.number);
  await page.getByText('60 岁以上').waitFor();
  await page.getByText('已留手机号').waitFor();
  await page.getByText('按顺序最先').waitFor();
  await page.keyboard.press('r');
  await page.getByText('第 2 次叫').waitFor();
  await look(page, 'clerk-called');
  await page.keyboard.press('b');
  await inState(page, 'serving');
  await look(page, 'clerk-serving');
  await page.keyboard.press('k');
  await inState(page, 'idle');
  await page.locator('.row', { hasText: first.number }).waitFor();
  await page.keyboard.press('n');
  await inState(page, 'called');
  await page.keyboard.press('b');
  await inState(page, 'serving');
  assert.equal(await page.getByRole('button', { name: `${first.number} 继续办` }).isDisabled(), true);
  await page.keyboard.press('n'); // finish and next: nobody is left
  await inState(page, 'calm');
  await page.getByText(`${second.number} 已办结。没有人在等候。`).waitFor();
  assert.equal((await hall.ticket(second.id)).state, 'done');
  await page.getByRole('button', { name: `${first.number} 继续办` }).click();
  await inState(page, 'serving');
  await page.keyboard.press('f');
  await inState(page, 'calm');
  assert.equal((await hall.ticket(first.id)).state, 'done');
  page.check();
  await page.end();
});

test('absent and back; put back; quick keys are not lost, and a double press calls one', async () => {
  const hall = await makeHall('c-quick');
  const page = await openConsole(hall);
  const tickets = [];
  for (let i = 0; i < 4; i++) tickets.push(await hall.issue());
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await page.getByText(`已叫 ${tickets[0].number}。`).waitFor();
  assert.equal(await number(page), tickets[0].number);
  await page.keyboard.press('a');
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  assert.equal(await number(page), tickets[1].number);
  await page.getByRole('button', { name: `${tickets[0].number} 回来了` }).click();
  await page.getByText(`${tickets[0].number} 已回到队列。`).waitFor();
  assert.equal((await hall.ticket(tickets[0].id)).returns, 1);
  await page.keyboard.press('p');
  await inState(page, 'idle');
  await eventually('put back', async () => (await hall.ticket(tickets[1].id)).state === 'waiting');
  page.check();
  await page.end();
});

test('one key for who did not come and the next one, also when nobody is left', async () => {
  const hall = await makeHall('c-gone');
  const page = await openConsole(hall);
  const tickets = [await hall.issue(), await hall.issue()];
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  assert.equal(await number(page), tickets[0].number);
  await page.keyboard.press('g');
  await page.getByText(`${tickets[0].number} 没来，记为过号；已叫 ${tickets[1].number}。`).waitFor();
  await inState(page, 'called');
  assert.equal(await number(page), tickets[1].number);
  assert.equal((await hall.ticket(tickets[0].id)).state, 'missed');
  await page.keyboard.press('g');
  await page.getByText(`${tickets[1].number} 没来，记为过号。没有人在等候。`).waitFor();
  await inState(page, 'calm');
  assert.equal((await hall.ticket(tickets[1].id)).state, 'missed');
  page.check();
  await page.end();
});

test('two keys before the next drawing are two wishes', async () => {
  const hall = await makeHall('c-rush');
  const page = await openConsole(hall);
  const { id } = await hall.issue();
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await page.evaluate(() => { // called again, and did not come
    for (const key of ['r', 'a']) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  });
  await eventually('missed', async () => (await hall.ticket(id)).state === 'missed');
  assert.equal((await hall.ticket(id)).calls, 2);
  page.check();
  await page.end();
});

test('a certain one is called with a reason; a transfer goes to a service or a counter', async () => {
  const hall = await makeHall('c-ask');
  await (await daemon.clerk('wang-c-ask', 'c-ask')).post('/halls/c-ask/counters/2/open');
  const page = await openConsole(hall);
  await hall.issue();
  const wanted = await hall.issue('advice');
  await inState(page, 'idle');
  await page.keyboard.press('c');
  await page.locator('#call-number').fill(wanted.number.toLowerCase());
  assert.equal(await page.locator('.ask [type=submit]').isDisabled(), true, 'no reason yet');
  await page.locator('#call-reason').fill('n 抱着婴儿'); // an n that must not call anybody
  await look(page, 'clerk-call');
  await page.keyboard.press('Enter');
  await inState(page, 'called');
  assert.equal(await number(page), wanted.number);
  await page.getByText('抱着婴儿').waitFor();
  await page.keyboard.press('t');
  await page.locator('#transfer-find').fill('zmkj');
  await page.locator('.ask [type=submit]:enabled').waitFor();
  await look(page, 'clerk-transfer');
  await page.keyboard.press('Enter');
  await inState(page, 'idle');
  assert.deepEqual((({ service, line }) => [service, line])(await hall.ticket(wanted.id)), ['certificate', 'certificate']);
  await page.keyboard.press('n');
  await inState(page, 'called');
  const sent = await number(page);
  await page.keyboard.press('t');
  await page.getByRole('button', { name: '某个窗口' }).click();
  await page.locator('.option', { hasText: '2 号窗口' }).click();
  await look(page, 'clerk-transfer-counter');
  await page.locator('.ask [type=submit]').click();
  await inState(page, 'idle');
  assert.equal((await hall.ticket(sent)).line, '@2');
  page.check();
  await page.end();
});

test('pause with a reason, resume, close in two steps; a reload changes nothing', async () => {
  const hall = await makeHall('c-pause');
  const page = await openConsole(hall);
  await hall.issue();
  await inState(page, 'idle');
  await page.keyboard.press('z');
  await page.locator('.option', { hasText: '其他' }).click();
  await page.locator('#pause-text').fill('打印机卡纸');
  await look(page, 'clerk-pause');
  await page.keyboard.press('Enter');
  await inState(page, 'paused');
  assert.equal((await hall.counter('1')).reason, '打印机卡纸');
  await look(page, 'clerk-paused');
  await page.reload();
  await inState(page, 'paused');
  await page.keyboard.press('z');
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  const before = await number(page);
  await page.reload();
  await inState(page, 'called');
  assert.equal(await number(page), before);
  assert.equal(await page.getByRole('button', { name: '关闭窗口' }).isDisabled(), true);
  await page.keyboard.press('a');
  await inState(page, 'calm');
  await page.getByRole('button', { name: '关闭窗口' }).click();
  await look(page, 'clerk-close');
  await page.locator('.ask [type=submit]').click();
  await inState(page, 'closed');
  await look(page, 'clerk-closed');
  assert.equal((await hall.counter('1')).state, 'closed');
  page.check();
  await page.end();
});

test('the guard: what another hand did meanwhile is told, and nobody else is hit', async () => {
  const hall = await makeHall('c-guard');
  const boss = await daemon.staff('chen-c-guard', 'supervisor', 'c-guard');
  const page = await openConsole(hall);
  await hall.issue();
  const second = await hall.issue();
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await intercept(page, '**/counters/1/absent', async (route) => {
    await boss.post('/halls/c-guard/counters/1/next', { present: 'absent' }); // in between
    await route.continue();
  });
  await page.keyboard.press('a');
  await page.getByText('窗口已经换了另一个号').waitFor();
  await look(page, 'clerk-problem');
  assert.equal((await hall.ticket(second.id)).state, 'called');
  await page.end();
});

test('a taken counter is closed to clerks and open to supervisors', async () => {
  const hall = await makeHall('c-taken');
  const other = await daemon.clerk('wang-c-taken', 'c-taken');
  await other.post('/halls/c-taken/counters/2/open');
  const page = await openPage(browser, `${daemon.url}/clerk`, { viewport: WIDE });
  await logIn(page, hall.name);
  const taken = page.locator('.choice', { hasText: '2 号窗口' });
  await taken.getByText('wang-c-taken').waitFor();
  assert.equal(await taken.isDisabled(), true);
  await page.goto(`${daemon.url}/clerk?hall=c-taken&counter=2`);
  await page.getByText('wang-c-taken 正在使用 2 号窗口').waitFor();
  await look(page, 'clerk-other');
  await page.end();
  await daemon.addStaff('chen-c-taken', 'supervisor', ['c-taken']);
  await hall.issue();
  const leading = await openPage(browser, `${daemon.url}/clerk`, { viewport: WIDE });
  await logIn(leading, 'chen-c-taken');
  await leading.locator('.choice', { hasText: '2 号窗口' }).click();
  await leading.getByText('您正以值班主管身份操作').waitFor();
  await leading.keyboard.press('n');
  await inState(leading, 'called');
  await look(leading, 'clerk-leading');
  leading.check();
  await leading.end();
});

test('a session that ended: log in again and be back at the counter', async () => {
  const hall = await makeHall('c-ended');
  const page = await openConsole(hall);
  await inState(page, 'calm');
  await page.context().clearCookies();
  await page.keyboard.press('n');
  await page.getByText('登录已过期').waitFor();
  await look(page, 'clerk-expired');
  await logIn(page, hall.name);
  await inState(page, 'calm');
  assert.match(page.url(), /hall=c-ended&counter=1/);
  await page.end();
});

test('a large hall, English, dark, and a narrow window', async () => {
  const hall = await makeHall('c-large', { file: 'shanghai' });
  const { services } = await daemon.get('/halls/c-large');
  const page = await openConsole(hall, { counter: 'All services', lang: 'en', colorScheme: 'dark' });
  for (let i = 0; i < 24; i++) await hall.issue(services[(i * 5) % services.length].code);
  await page.locator('.line').nth(5).waitFor();
  await look(page, 'clerk-large-dark');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await page.setViewportSize(PHONE);
  await look(page, 'clerk-narrow');
  page.check();
  await page.end();
});

test('without a stream it asks, and still works', async () => {
  const hall = await makeHall('c-poll');
  const context = await browser.newContext({ viewport: DESK, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.route('**/halls/c-poll/stream', (route) => route.abort());
  await page.goto(`${daemon.url}/clerk`);
  await logIn(page, hall.name);
  await page.locator('.choice', { hasText: '1 号窗口' }).click({ timeout: 20000 });
  const ticket = await hall.issue();
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  assert.equal(await number(page), ticket.number);
  await page.keyboard.press('b');
  await inState(page, 'serving');
  await page.keyboard.press('f');
  await inState(page, 'calm');
  await context.close();
});

test('shortcuts can be switched off', async () => {
  const hall = await makeHall('c-keys');
  const page = await openConsole(hall);
  await hall.issue();
  await inState(page, 'idle');
  await page.getByLabel('使用键盘快捷键').uncheck();
  assert.equal(await page.locator('kbd').count(), 0);
  await page.keyboard.press('n');
  await page.getByRole('button', { name: '叫下一位' }).click();
  await inState(page, 'called');
  assert.equal((await daemon.get('/halls/c-keys/events?limit=50')).events.filter((one) => one.type === 'ticket.called').length, 1);
  page.check();
  await page.end();
});

test('a counter that helps out says after how many minutes more', async () => {
  const hall = await makeHall('c-help');
  const page = await openConsole(hall, { counter: '3 号' });
  await hall.issue('id-card');
  await inState(page, 'idle');
  await page.keyboard.press('n');
  await inState(page, 'called');
  await page.getByText('加 10 分钟').waitFor();
  page.check();
  await page.end();
});
