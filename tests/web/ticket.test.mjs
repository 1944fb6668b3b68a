// The citizen's ticket page and the start page in Chromium, with the real daemon.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';
import { PHONE, inspect, intercept, openPage, startBrowser } from './browser.mjs';

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

async function makeHall(code) {
  await daemon.importHall('small', { code });
  const clerk = await daemon.clerk(`clerk-${code}`, code);
  await clerk.post(`/halls/${code}/counters/3/open`, { profile: 'general' });
  return {
    code,
    clerk,
    issue: (body = {}) => daemon.post(`/halls/${code}/tickets`, { service: 'id-card', ...body }),
    at: (verb, body) => clerk.post(`/halls/${code}/counters/3/${verb}`, body),
  };
}

const open = (ticket, options) =>
  openPage(browser, `${daemon.url}/t#${ticket.link}`, { viewport: PHONE, lang: 'en', ...options });
const ahead = (page, n) => page.locator(`[data-ahead="${n}"]`).waitFor();
const inState = (page, state) => page.waitForSelector(`html[data-state="${state}"]`);

test('the number and the people ahead, live, in both languages, light and dark', async () => {
  const hall = await makeHall('t-wait');
  for (let i = 0; i < 5; i++) await hall.issue();
  const mine = await hall.issue();
  for (const [lang, colorScheme] of [['en', 'light'], ['zh-CN', 'dark']]) {
    const page = await open(mine, { lang, colorScheme });
    await ahead(page, 5);
    assert.equal(await page.locator('.mine').innerText(), mine.number);
    await inspect(page, `ticket-waiting-${lang.slice(0, 2)}-${colorScheme}`);
    page.check();
    await page.end();
  }
  const page = await open(mine);
  await ahead(page, 5);
  await hall.at('next');
  await ahead(page, 4);
  await hall.at('next', { present: 'absent' });
  await ahead(page, 3);
  await page.getByText('Almost your turn').waitFor();
  await inspect(page, 'ticket-near');
  page.check();
  await page.end();
});

test('called: the whole screen changes, says the counter and why; then serving, then done', async () => {
  const hall = await makeHall('t-call');
  const mine = await hall.issue();
  const page = await open(mine);
  await page.getByText('You are next').waitFor();
  await page.locator('main').click(); // allows sound and vibration
  await hall.at('next');
  await inState(page, 'called');
  await page.locator('[data-counter="3"]').waitFor();
  assert.match(await page.title(), /counter 3/);
  assert.match(await page.locator('.why').innerText(), /your turn/);
  await inspect(page, 'ticket-called');
  await hall.at('recall');
  await page.getByText('Called 2 times').waitFor();
  await inspect(page, 'ticket-called-again');
  await hall.at('begin');
  await inState(page, 'serving');
  await inspect(page, 'ticket-serving');
  await hall.at('park');
  await inState(page, 'parked');
  await inspect(page, 'ticket-parked');
  await hall.at('resume', { ticket: mine.id });
  await inState(page, 'serving');
  await hall.at('finish');
  await inState(page, 'done');
  await inspect(page, 'ticket-done');
  page.check();
  await page.end();
});

test('missed: says until when to come back, and follows the return', async () => {
  const hall = await makeHall('t-missed');
  const mine = await hall.issue();
  const page = await open(mine);
  await hall.at('next');
  await inState(page, 'called');
  await hall.at('absent');
  await inState(page, 'missed');
  assert.match(await page.locator('.advice').innerText(), /before \d\d:\d\d/);
  await inspect(page, 'ticket-missed');
  await hall.clerk.post(`/halls/${hall.code}/tickets/${mine.id}/return`);
  await inState(page, 'waiting');
  page.check();
  await page.end();
});

test('cancelling asks first, by keyboard too, and ends the ticket', async () => {
  const hall = await makeHall('t-cancel');
  const mine = await hall.issue();
  const page = await open(mine);
  const button = page.getByRole('button', { name: 'Give my place back' });
  await button.click();
  await page.getByRole('dialog', { name: 'Give your place back?' }).waitFor();
  await inspect(page, 'ticket-cancel');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.equal((await daemon.citizen(mine.link).get('/ticket')).state, 'waiting');
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Give it back' }).click();
  await inState(page, 'cancelled');
  await inspect(page, 'ticket-cancelled');
  assert.equal((await daemon.citizen(mine.link).get('/ticket')).state, 'cancelled');
  page.check();
  await page.end();
});

test('a cancel whose answer is lost is repeated under the same key', async () => {
  const hall = await makeHall('t-lost');
  const mine = await hall.issue();
  const page = await open(mine);
  const keys = [];
  await intercept(page, '**/api/v1/ticket/cancel', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    await route.fetch(); // it arrives, its answer does not
    return route.abort();
  });
  await page.getByRole('button', { name: 'Give my place back' }).click();
  await page.getByRole('button', { name: 'Give it back' }).click();
  await inState(page, 'cancelled');
  assert.equal(new Set(keys).size, 1);
  await page.end();
});

test('close of day: the number has expired', async () => {
  const hall = await makeHall('t-day');
  const page = await open(await hall.issue());
  await page.getByText('You are next').waitFor();
  await daemon.post(`/halls/${hall.code}/close-day`);
  await inState(page, 'expired');
  await inspect(page, 'ticket-expired');
  page.check();
  await page.end();
});

test('the language is switched on the page and kept', async () => {
  const hall = await makeHall('t-lang');
  const page = await open(await hall.issue());
  await page.getByText('Your number').waitFor();
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByText('您的号').waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
  await page.reload();
  await page.getByText('您的号').waitFor();
  page.check();
  await page.end();
});

test('a broken link is told with the time of what is shown, and mends by itself', async () => {
  const hall = await makeHall('t-link');
  const mine = await hall.issue();
  const context = await browser.newContext({ viewport: PHONE, locale: 'en' });
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  await page.clock.install();
  await page.goto(`${daemon.url}/t#${mine.link}`);
  await page.getByText('You are next').waitFor();
  await context.setOffline(true);
  await page.clock.runFor(30000);
  await page.getByText(/Connection lost – as of \d\d:\d\d/).waitFor();
  await inspect(page, 'ticket-stale');
  await page.clock.runFor(60000);
  await page.getByText(/Connection lost – not up to date since \d\d:\d\d/).waitFor();
  await context.setOffline(false);
  await hall.at('next');
  await page.clock.runFor(20000);
  await inState(page, 'called');
  await context.close();
});

test('without a stream the page asks every few seconds and says so', async () => {
  const hall = await makeHall('t-poll');
  const mine = await hall.issue();
  const page = await openPage(browser, 'about:blank', { viewport: PHONE, lang: 'en' });
  await page.route('**/ticket/stream', (route) => route.abort());
  await page.goto(`${daemon.url}/t#${mine.link}`);
  await page.getByText('Updated every 5 s').waitFor();
  await hall.at('next');
  await inState(page, 'called');
  page.check();
  await page.end();
});

test('no link, a broken one and a wrong one each say what to do', async () => {
  const hall = await makeHall('t-bad');
  const { link } = await hall.issue();
  for (const [fragment, text, name] of [
    ['', 'Scan the code at the kiosk', 'none'],
    ['#small', 'Scan the code at the kiosk', 'broken'],
    [`#${link.slice(0, -3)}xyz`, 'This link is no longer valid', 'wrong'],
    ['#nowhere.1795465432000-A012.xyzxyzxyz', 'This link is no longer valid', 'nowhere'],
  ]) {
    const page = await openPage(browser, `${daemon.url}/t${fragment}`, { viewport: PHONE, lang: 'en' });
    await page.getByText(text).waitFor();
    await inspect(page, `ticket-${name}`);
    page.check();
    await page.end();
  }
});

test("the link's code is in no address that leaves the page", async () => {
  const hall = await makeHall('t-secret');
  const { link } = await hall.issue();
  const page = await openPage(browser, 'about:blank', { viewport: PHONE, lang: 'en' });
  const asked = [];
  page.on('request', (request) => asked.push(request.url().split('#')[0]));
  await page.goto(`${daemon.url}/t#${link}`);
  await page.getByText('You are next').waitFor();
  assert.ok(asked.length > 3);
  const code = link.split('.').at(-1);
  assert.deepEqual(asked.filter((url) => url.includes(code)), []);
  await page.end();
});

test('the start page names the halls and the way for staff', async () => {
  await makeHall('t-home');
  for (const [lang, width] of [['en', 360], ['zh-CN', 768], ['en', 1024]]) {
    const page = await openPage(browser, daemon.url, { viewport: { width, height: 700 }, lang });
    await page.locator('.halls li').first().waitFor();
    assert.equal(await page.locator('a[href="/clerk"]').count(), 1);
    await inspect(page, `home-${lang.slice(0, 2)}-${width}`);
    page.check();
    await page.end();
  }
});
