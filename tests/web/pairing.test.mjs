// A new screen from its code to its work, a removed one back to a code, and what staff see of devices, with the real daemon.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, eventually, startDaemon } from '../lib/daemon.mjs';
import { PHONE, TV, TV_UPRIGHT, inspect, openPage, startBrowser } from './browser.mjs';

let daemon;
let browser;
const H = '/halls/small';
const TOUCH = { viewport: { width: 1080, height: 1920 }, hasTouch: true };
const DESK = { width: 1280, height: 900 };

before(async () => {
  daemon = await startDaemon();
  await daemon.importHall('small');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

const codeOf = async (page) => page.locator('.pairing .code[data-code]').getAttribute('data-code');

async function login(path, name, role, options = {}) {
  await daemon.addStaff(name, role, 'small');
  const page = await openPage(browser, daemon.url + path, { viewport: DESK, ...options });
  await page.locator('input[name="name"], #login-name, input').first().fill(name);
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  return page;
}

test('new board → code → an admin types it → it runs; removed, it shows a code again', async () => {
  const screen = await openPage(browser, `${daemon.url}/board`);
  const code = await codeOf(screen);
  assert.match(code, /^[2-9A-Z]{8}$/);
  await inspect(screen, 'pairing-board');
  await screen.setViewportSize(TV_UPRIGHT);
  await inspect(screen, 'pairing-board-upright');
  await screen.setViewportSize(TV);
  await screen.reload();
  await eventually('the same code after a reload', async () => await codeOf(screen) === code);

  const admin = await login('/admin#small/devices', 'root-1', 'admin');
  await admin.locator('#pair-code').fill('wrng2222');
  await admin.locator('#pair-name').fill('board-hall');
  await admin.keyboard.press('Enter');
  await admin.locator('#pair-code-problem').waitFor();
  await inspect(admin, 'admin-devices-wrong');
  await admin.locator('#pair-code').fill(`${code.slice(0, 4)} ${code.slice(4)}`.toLowerCase());
  assert.equal(await admin.locator('#pair-code').inputValue(), `${code.slice(0, 4)} ${code.slice(4)}`);
  await admin.keyboard.press('Enter');
  await admin.getByText('board-hall 已登记').waitFor();
  await screen.waitForSelector('main.board', { timeout: 20000 });
  assert.equal(await screen.locator('.pairing').count(), 0);
  await admin.locator('[data-device="board-hall"][data-tone="good"], [data-device="board-hall"][data-tone="warn"]').waitFor({ timeout: 20000 });
  await inspect(admin, 'admin-devices');
  await admin.setViewportSize(PHONE);
  await admin.getByRole('button', { name: 'English', exact: true }).click();
  await inspect(admin, 'admin-devices-phone-en');
  await admin.setViewportSize(DESK);

  await admin.locator('[data-device="board-hall"] button').click();
  await admin.locator('dialog[open] .danger').click();
  await admin.locator('[data-device="board-hall"]').waitFor({ state: 'detached' });
  await screen.locator('.pairing .code[data-code]').waitFor({ timeout: 20000 });
  assert.notEqual(await codeOf(screen), code);
  for (const page of [screen, admin]) {
    page.check();
    await page.end();
  }
});

test('a kiosk is admitted the same way, and the words are there in a small window, too', async () => {
  const screen = await openPage(browser, `${daemon.url}/kiosk`, TOUCH);
  await codeOf(screen);
  await inspect(screen, 'pairing-kiosk');
  await screen.setViewportSize(PHONE);
  await inspect(screen, 'pairing-phone');
  await screen.setViewportSize(TOUCH.viewport);
  await daemon.post('/pairings/claim', { code: await codeOf(screen), name: 'kiosk-hall', hall: 'small' });
  await screen.waitForSelector('[data-screen="services"]', { timeout: 20000 });
  await daemon.delete('/devices/kiosk-hall');
  await screen.locator('.pairing .code[data-code]').waitFor({ timeout: 20000 });
  screen.check();
  await screen.end();
});

test('the daemon is away: the screen says so, keeps its place and goes on by itself', async () => {
  const screen = await openPage(browser, `${daemon.url}/board`);
  const code = await codeOf(screen);
  await screen.context().setOffline(true);
  await screen.locator('.pairing .lost').waitFor({ timeout: 40000 });
  await inspect(screen, 'pairing-lost');
  await screen.context().setOffline(false);
  await screen.locator('.pairing .state:not(.lost)').waitFor({ timeout: 20000 });
  assert.equal(await codeOf(screen), code);
  await screen.end();
});

test('a call that no board shows is told to its clerk and the supervisor, and no longer once one shows it', async () => {
  await daemon.importHall('small', { code: 'calls', edit: (text) => text.replace(/unshown_seconds: \d+/, 'unshown_seconds: 1') });
  const board = await daemon.device('board-calls', 'board', 'calls');
  await board.post('/device/health', { page: 'x', width: 1, height: 1, ratio: 100, sound: 'ready', voice: 'no' });
  const clerk = await daemon.clerk('li', 'calls');
  await daemon.addStaff('wu', 'supervisor', 'calls');
  await clerk.post('/halls/calls/counters/1/open', { profile: 'general' });
  for (let i = 0; i < 2; i++) await daemon.post('/halls/calls/tickets', { service: 'id-card' });
  const { ticket } = await clerk.post('/halls/calls/counters/1/next');

  const desk = await openPage(browser, `${daemon.url}/clerk`, { viewport: { width: 1024, height: 768 } });
  await desk.context().addCookies([{ name: 'paihao_session', value: clerk.token, url: daemon.url }]);
  await desk.goto(`${daemon.url}/clerk?hall=calls&counter=1`);
  await desk.locator(`[data-unshown="${ticket.number}"]`).waitFor({ timeout: 20000 });
  await inspect(desk, 'clerk-unshown');
  await desk.reload();
  await desk.locator(`[data-unshown="${ticket.number}"]`).waitFor({ timeout: 20000 });

  const lead = await openPage(browser, `${daemon.url}/supervisor`, { viewport: DESK, lang: 'en' });
  await lead.context().addCookies([{ name: 'paihao_session', value: (await daemon.login('wu')).token, url: daemon.url }]);
  await lead.goto(`${daemon.url}/supervisor#calls`);
  await lead.reload();
  const alarm = lead.locator('.alarm[data-kind="unshown"]', { hasText: ticket.number });
  await alarm.waitFor({ timeout: 20000 });
  await inspect(lead, 'supervisor-unshown');

  // A real board comes: what is called from now on it shows, and says so.
  const screen = await openPage(browser, `${daemon.url}/board#${board.token}`);
  await screen.waitForSelector('main.board');
  const again = await clerk.post('/halls/calls/counters/1/recall');
  await eventually('the board has acknowledged it', async () => (await clerk.get(`/halls/calls/tickets/${ticket.id}`)).shown, 20000);
  assert.equal(again.calls, 2);
  await desk.locator('[data-unshown]').waitFor({ state: 'detached', timeout: 20000 });
  await alarm.waitFor({ state: 'detached', timeout: 20000 });
  const { events } = await daemon.get('/halls/calls/events?limit=1000');
  const [told] = events.filter((e) => e.type === 'ticket.shown');
  assert.deepEqual([told.number, told.calls, told.device, told.sounded], [ticket.number, 2, 'board-calls', true]);
  for (const page of [desk, lead, screen]) {
    page.check();
    await page.end();
  }
});

test('the supervisor sees the devices: dead ones first, in both languages, on a phone as well', async () => {
  const now = Date.now();
  for (const [name, kind] of [['board-east-entrance-2', 'board'], ['board-dead', 'board'], ['board-old', 'board'], ['kiosk-1', 'kiosk']]) {
    await daemon.device(name, kind, 'small');
  }
  const health = { kind: 'board', page: '/assets/board-0000000000000000.js', width: 1920, height: 1080, ratio: 100, sound: 'blocked', voice: false, at: now };
  const redis = daemon.redis();
  await redis.hset('{small}:health', {
    'board-east-entrance-2': JSON.stringify({ ...health, page: 'dev', layout: 'main' }),
    'board-old': JSON.stringify({ ...health, sound: 'ready' }), 'board-dead': JSON.stringify({ ...health, at: now - 20 * 60000 }),
    'kiosk-1': JSON.stringify({ ...health, kind: 'kiosk', page: 'dev', width: 1080, height: 1920, sound: 'off' }),
    'sign:s1': JSON.stringify({ state: 'ok', shown: 'A012', at: now }), 'printer:p1': JSON.stringify({ state: 'paper_low', at: now }),
  }).finally(() => redis.disconnect());
  await daemon.addStaff('wang', 'supervisor', 'small');
  const { token } = await daemon.login('wang');
  for (const [lang, viewport, name] of [['zh-CN', DESK, 'zh'], ['en', DESK, 'en'], ['zh-CN', PHONE, 'phone-zh'], ['en', PHONE, 'phone-en']]) {
    const page = await openPage(browser, `${daemon.url}/supervisor`, { viewport, lang });
    await page.context().addCookies([{ name: 'paihao_session', value: token, url: daemon.url }]);
    await page.goto(`${daemon.url}/supervisor#small/devices`);
    await page.reload();
    await page.locator('.device').first().waitFor();
    const rows = await page.locator('.device').evaluateAll((all) => all.map((one) =>
      `${one.dataset.device} ${one.dataset.tone} ${[...one.querySelectorAll('[data-note]')].map((note) => note.dataset.note)}`));
    assert.deepEqual(rows.sort(), ['board-dead bad silent', 'board-east-entrance-2 warn blocked', 'board-old warn old', 'kiosk-1 good ',
      'over-3 good ', 'p1 warn paper_low', 's1 good '].sort()); // over-3: the hall file's own sign
    const tones = await page.locator('.device').evaluateAll((all) => all.map((one) => one.dataset.tone));
    assert.deepEqual(tones, ['bad', 'warn', 'warn', 'warn', 'good', 'good', 'good'], 'the dead first');
    if (viewport === PHONE) await page.locator('.panel').scrollIntoViewIfNeeded();
    await inspect(page, `supervisor-devices-${name}`);
    page.check();
    await page.end();
  }
});
