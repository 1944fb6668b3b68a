// The kiosk in Chromium, with the real daemon. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { inspect, intercept, openPage, startBrowser } from './browser.mjs';
import { LYING, UPRIGHT, look, pick, press, say, screen } from './kiosk_world.mjs';

const PHONE_NUMBER = '13800001234';
let daemon;
let browser;

// A gateway, so that the kiosk asks for a phone number; nobody listens there.
const sms = { gateways: [{ name: 'away', kind: 'http', method: 'GET', url: 'http://127.0.0.1:9/?to={to}&text={text}' }] };

before(async () => {
  daemon = await startDaemon({ settings: { sms } });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

async function makeKiosk(code, { file = 'small', ...options } = {}) {
  await daemon.importHall(file, { code, ...options });
  const { token } = await daemon.device(`kiosk-${code}`, 'kiosk', code);
  return {
    code,
    url: `${daemon.url}/kiosk#${token}`,
    waiting: async () => (await daemon.get(`/halls/${code}/tickets?state=waiting&limit=200`)).tickets,
    device: `kiosk-${code}`,
  };
}

const open = (kiosk, options) => openPage(browser, kiosk.url, { viewport: UPRIGHT, hasTouch: true, ...options });

test('three taps to a number, on both screens and in both languages', async () => {
  const kiosk = await makeKiosk('k-way');
  for (const [name, viewport, lang] of [['upright-zh', UPRIGHT, 'zh'], ['lying-en', LYING, 'en']]) {
    const page = await open(kiosk, { viewport });
    await screen(page, 'services');
    assert.equal(new URL(page.url()).hash, '', 'the token has left the address bar');
    if (lang === 'en') await say(page, 'English').click();
    await look(page, `kiosk-services-${name}`);
    await pick(page, lang === 'en' ? 'Identity card' : '身份证办理');
    await look(page, `kiosk-details-${name}`);
    await say(page, lang === 'en' ? 'Take a number' : '取号').click();
    await look(page, `kiosk-phone-${name}`);
    await say(page, lang === 'en' ? 'No thanks, just the number' : '不用短信，直接取号').click();
    await screen(page, 'number');
    await page.waitForSelector('.qr');
    await look(page, `kiosk-number-${name}`);
    const [ticket] = (await kiosk.waiting()).slice(-1);
    assert.equal(await page.locator('.given .number').innerText(), ticket.number);
    assert.equal(ticket.class, 'normal');
    assert.equal(ticket.phone, false);
    await say(page, lang === 'en' ? 'Done' : '完成').click();
    await screen(page, 'services');
    assert.ok(await page.getByRole('heading', { name: '您来办什么事？' }).isVisible(), 'the next citizen finds the hall’s language');
    page.check();
    await page.end();
  }
});

test('the code leads to this ticket’s page', async () => {
  const kiosk = await makeKiosk('k-code');
  const page = await open(kiosk);
  const asked = page.waitForRequest('**/api/v1/qr');
  await pick(page, '咨询');
  await say(page, '取号').click();
  await say(page, '不用短信，直接取号').click();
  const { text } = (await asked).postDataJSON();
  const [ticket] = await kiosk.waiting();
  assert.match(text, new RegExp(`/t#k-code\\.${ticket.id}\\.[0-9a-z]{16}$`));
  const seen = await daemon.citizen(text.split('#')[1]).get('/ticket');
  assert.equal(seen.number, ticket.number);
  await page.end();
});

test('class and phone reach the ticket; a wrong number keeps what was typed', async () => {
  const kiosk = await makeKiosk('k-phone');
  const page = await open(kiosk);
  await pick(page, '居住登记');
  await say(page, '残障人士').click();
  await press(page, '12345678');
  await say(page, '短信提醒我，取号').click();
  await page.getByText('这个号码收不到短信').waitFor();
  await look(page, 'kiosk-phone-wrong');
  assert.match(await page.locator('.digits').innerText(), /123\s+4567\s+8/);
  await say(page, '清空').click();
  await press(page, PHONE_NUMBER);
  await say(page, '短信提醒我，取号').click();
  await screen(page, 'number');
  await page.getByText('会发短信提醒您').waitFor();
  const [ticket] = await kiosk.waiting();
  assert.deepEqual([ticket.class, ticket.phone], ['disabled', true]);
  assert.equal((await page.content()).includes(PHONE_NUMBER), false);
  page.check();
  await page.end();
});

test('a double tap and lost answers give one ticket', async () => {
  const kiosk = await makeKiosk('k-once');
  const page = await open(kiosk);
  let lost = 2;
  await intercept(page, '**/halls/k-once/tickets', async (route) => {
    if (lost-- <= 0) return route.continue();
    await route.fetch(); // the daemon gives the ticket, the kiosk never hears of it
    return route.abort();
  });
  await pick(page, '社保卡');
  await say(page, '取号').click();
  await say(page, '不用短信，直接取号').dblclick({ delay: 10 });
  await page.getByText('不会重复取号').waitFor();
  await look(page, 'kiosk-retry');
  await screen(page, 'number');
  const all = await kiosk.waiting();
  assert.equal(all.length, 1);
  assert.equal(await page.locator('.given .number').innerText(), all[0].number);
  await page.end();
});

test('a missed call: back into the line by the number, or told why not', async () => {
  const rules = (text) => text.replace(/return_max: \d+/, 'return_max: 1').replace(/return_within_minutes: \d+/, 'return_within_minutes: 1');
  const kiosk = await makeKiosk('k-missed', { edit: (text) => rules(text).replace('first: 1, last: 999', 'first: 12, last: 999') });
  const clerk = await daemon.clerk('clerk-k-missed', 'k-missed');
  const at = (verb, body) => clerk.post(`/halls/k-missed/counters/1/${verb}`, body);
  await at('open');
  const mine = await daemon.post('/halls/k-missed/tickets', { service: 'id-card' });
  assert.equal(mine.number, 'A012');
  await at('next');
  const page = await open(kiosk);
  const enter = async () => {
    await page.getByRole('button', { name: '已有号码？' }).click();
    await page.locator('.letters .key', { hasText: 'A' }).click();
    await press(page, '12');
  };
  await page.getByRole('button', { name: '已有号码？' }).click();
  await look(page, 'kiosk-missed-empty');
  assert.ok(await say(page, '排入队伍').isDisabled());
  await press(page, '700');
  await page.locator('.letters .key', { hasText: 'A' }).click();
  await say(page, '排入队伍').click();
  await page.getByText('没有找到 A700').waitFor();
  await look(page, 'kiosk-missed-unknown');
  await say(page, '返回').click();

  await enter();
  await say(page, '排入队伍').click();
  await page.getByText('正在叫 A012！请马上到 1 号窗口。').waitFor();
  await look(page, 'kiosk-missed-called');
  await at('absent');
  await say(page, '排入队伍').dblclick({ delay: 10 });
  await screen(page, 'returned');
  assert.equal(await page.locator('.given .number').innerText(), 'A012');
  await page.getByText('再次过号，就要重新取号了').waitFor();
  await look(page, 'kiosk-missed-returned');
  assert.equal((await kiosk.waiting())[0].returns, 1);
  await say(page, '完成').click();

  await enter();
  await say(page, '排入队伍').click();
  await page.getByText('A012 没有过号').waitFor();
  await look(page, 'kiosk-missed-waiting');
  await at('next');
  await at('absent');
  await say(page, '排入队伍').click();
  await page.getByRole('heading', { name: '这个号过号次数太多' }).waitFor();
  await look(page, 'kiosk-missed-often');
  await say(page, '重新取号').click();
  await screen(page, 'services');
  page.check();
  await page.end();
});

test('a missed call: who comes too late is told to take a new number', async () => {
  const kiosk = await makeKiosk('k-late');
  const page = await open(kiosk, { viewport: LYING });
  await intercept(page, '**/tickets/A001/return', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json',
    body: JSON.stringify({ status: 409, code: 'ticket_return_late', title: 'Too late.' }) }));
  await say(page, 'English').click();
  await page.getByRole('button', { name: 'Have a number?' }).click();
  await page.locator('.letters .key', { hasText: 'A' }).click();
  await press(page, '1');
  await look(page, 'kiosk-missed-lying-en');
  await say(page, 'Put me in line').click();
  await page.getByRole('heading', { name: 'The time to come back has passed' }).waitFor();
  await page.getByText('within 45 minutes').waitFor();
  await look(page, 'kiosk-missed-late');
  await say(page, 'Take a new number').click();
  await screen(page, 'services');
  page.check();
  await page.end();
});

test('a large hall: pages, and search by initials, pinyin and word', async () => {
  const kiosk = await makeKiosk('k-large', { file: 'shanghai' });
  for (const [name, viewport] of [['upright', UPRIGHT], ['lying', LYING]]) {
    const page = await open(kiosk, { viewport });
    await screen(page, 'services');
    await look(page, `kiosk-large-${name}`);
    await say(page, '下一页').click();
    await page.getByText('第 2 页').waitFor();
    await say(page, 'English').click();
    await look(page, `kiosk-large-${name}-en`);
    await say(page, '中文').click();
    await page.getByRole('button', { name: '查找事项' }).click();
    const hall = await daemon.get('/halls/k-large');
    const wanted = hall.services.find((one) => one.kiosk && one.open && one.names.zh.startsWith('身份证')) ?? hall.services[0];
    await page.locator('input[data-first]:focus').waitFor();
    await page.keyboard.type(wanted.names.zh.slice(0, 3));
    await page.locator('.found .tile', { hasText: wanted.names.zh }).first().waitFor();
    await look(page, `kiosk-search-${name}`);
    for (let i = 0; i < 3; i++) await say(page, '删除').click();
    for (const letter of 'qqqq') await page.locator('.key', { hasText: new RegExp(`^${letter}$`) }).click();
    await page.getByText('没有找到').waitFor();
    await look(page, `kiosk-search-none-${name}`);
    page.check();
    await page.end();
  }
});

test('waiting counts are live', async () => {
  const kiosk = await makeKiosk('k-live');
  const page = await open(kiosk);
  const tile = page.locator('.tile', { hasText: '咨询' });
  await tile.getByText('无人等候').waitFor();
  await daemon.post('/halls/k-live/tickets', { service: 'advice' });
  await tile.getByText('1 人等候').waitFor();
  await page.end();
});

test('a service that closes and a series that is full are told, with what to do', async () => {
  const kiosk = await makeKiosk('k-full', { edit: (text) => text.replace('letter: C, first: 1, last: 999', 'letter: C, first: 1, last: 1') });
  const page = await open(kiosk);
  await pick(page, '咨询');
  await say(page, '取号').click();
  await daemon.post('/halls/k-full/tickets', { service: 'advice' });
  await say(page, '不用短信，直接取号').click();
  await screen(page, 'refused');
  await page.getByText('请到咨询台').waitFor();
  await look(page, 'kiosk-full');
  await say(page, '选择其他事项').click();
  await daemon.importHall('small', { code: 'k-full', edit: (text) => text.replace('code: social-card', 'code: social-card\n    open: no') });
  await page.locator('.tile[disabled]', { hasText: '社保卡' }).getByText('现在不取号').waitFor();
  await look(page, 'kiosk-service-closed');
  page.check();
  await page.end();
});

test('a closed hall shows its hours', async () => {
  const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const later = days[(new Date().getUTCDay() + 3) % 7];
  const kiosk = await makeKiosk('k-closed', { hours: true, edit: (text) => text.replace(/days: \[.*?\]/, `days: [${later}]`) });
  const page = await open(kiosk);
  await screen(page, 'closed');
  await page.getByText('08:00–13:00').waitFor();
  await look(page, 'kiosk-closed');
  await page.end();
});

test('nobody touches it: it asks, then forgets all of the last citizen', async () => {
  const kiosk = await makeKiosk('k-idle');
  const context = await browser.newContext({ viewport: UPRIGHT });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(kiosk.url);
  await screen(page, 'services');
  await say(page, 'English').click();
  await pick(page, 'Advice');
  await say(page, 'Take a number').click();
  await press(page, '138');
  await page.clock.runFor(46000);
  await page.getByRole('button', { name: 'Continue' }).waitFor();
  await inspect(page, 'kiosk-idle');
  await page.getByRole('button', { name: 'Continue' }).click();
  assert.match(await page.locator('.digits').innerText(), /138/);
  await page.clock.runFor(61000);
  await page.getByRole('heading', { name: '您来办什么事？' }).waitFor();
  assert.equal((await page.content()).includes('138'), false);
  await pick(page, '咨询');
  await say(page, '取号').click();
  await say(page, '不用短信，直接取号').click();
  await screen(page, 'number');
  await page.clock.runFor(15000);
  await say(page, '再看一会儿').click();
  await page.clock.runFor(15000);
  assert.equal(await page.locator('.given').count(), 1);
  await page.clock.runFor(6000);
  await screen(page, 'services');
  await context.close();
});

test('a lost link is told; tickets are still given when it is back', async () => {
  const kiosk = await makeKiosk('k-link');
  const context = await browser.newContext({ viewport: UPRIGHT });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(kiosk.url);
  await screen(page, 'services');
  await context.setOffline(true);
  await page.clock.fastForward(16000);
  await page.clock.fastForward(12000);
  await page.getByText('等候人数可能不准').waitFor();
  await inspect(page, 'kiosk-stale');
  await page.clock.fastForward(60000);
  await screen(page, 'offline');
  await inspect(page, 'kiosk-offline');
  await context.setOffline(false);
  await page.clock.fastForward(16000);
  await screen(page, 'services');
  await context.close();
});

test('a removed kiosk shows the code for admitting it, and a board’s token makes no kiosk', async () => {
  const kiosk = await makeKiosk('k-gone');
  const board = await daemon.device('board-k-gone', 'board', 'k-gone');
  const page = await open(kiosk);
  await screen(page, 'services');
  await daemon.delete(`/devices/${kiosk.device}`);
  await page.locator('.pairing .code[data-code]').waitFor({ timeout: 20000 });
  await page.end();
  const other = await openPage(browser, `${daemon.url}/kiosk#${board.token}`, { viewport: UPRIGHT });
  await screen(other, 'token');
  await inspect(other, 'kiosk-token');
  await other.end();
});
