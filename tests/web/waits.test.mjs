// What a citizen is told of waits, and can tell the hall: ticket page, kiosk, numbers from home. In Chromium with the real
// daemon; where a page is to show a certain forecast, that one frame is written by the test. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { delayChoices, delaysLeft, isNear } from '../../daemon/web/ticket/state.js';
import { keptText, likelyText, waitText } from '../../daemon/web/shared/wait.js';
import { forecastOf, noneOf, toldOf } from '../../daemon/web/kiosk/live.js';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { PHONE, inspect, openPage, startBrowser } from './browser.mjs';
import { LYING, UPRIGHT, look, pick, say, screen } from './kiosk_world.mjs';

const sms = { gateways: [{ name: 'away', kind: 'http', method: 'GET', url: 'http://127.0.0.1:9/?to={to}&text={text}' }] };
const SMALL = { width: 320, height: 640 };
const WAIT = { low: 15, likely: 25, high: 40 };
let daemon;
let browser;

before(async () => {
  daemon = await startDaemon({ settings: { sms } });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

async function makeHall(code, options = {}) {
  await daemon.importHall('small', { code, ...options });
  const clerk = await daemon.clerk(`clerk-${code}`, code);
  await clerk.post(`/halls/${code}/counters/3/open`, { profile: 'general' });
  return {
    code,
    clerk,
    issue: (body = {}) => daemon.post(`/halls/${code}/tickets`, { service: 'id-card', ...body }),
    at: (verb, body) => clerk.post(`/halls/${code}/counters/3/${verb}`, body),
    ticket: (id) => daemon.get(`/halls/${code}/tickets/${id}`),
    events: async (type) => (await daemon.get(`/halls/${code}/events?limit=1000`)).events.filter((one) => one.type === type),
  };
}

const own = (ticket, options) => openPage(browser, `${daemon.url}/t#${ticket.link}`, { viewport: PHONE, lang: 'en', ...options });
const inState = (page, state) => page.waitForSelector(`html[data-state="${state}"]`);

// The page of a ticket that the forecast speaks of: it asks the plain way, and the answers say so.
async function ownWith(ticket, wait, options) {
  const page = await openPage(browser, 'about:blank', { viewport: PHONE, lang: 'en', ...options });
  await page.route('**/ticket/stream', (route) => route.abort());
  await page.route('**/api/v1/ticket', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), wait } });
  });
  await page.goto(`${daemon.url}/t#${ticket.link}`);
  await page.locator('[data-wait]').waitFor();
  return page;
}

const words = { t: (key, values) => `${key} ${JSON.stringify(values ?? {})}` };

test('a forecast in words: a range, one figure, any moment, nothing', () => {
  assert.equal(waitText(WAIT, words), 'wait.range {"low":15,"high":40}');
  assert.equal(waitText({ low: 5, likely: 5, high: 5 }, words), 'wait.one {"n":5}');
  assert.equal(waitText({ low: 0, likely: 0, high: 1 }, words), 'wait.now {}');
  assert.equal(waitText(undefined, words), '');
  assert.equal(likelyText(WAIT, words), 'wait.likely {"n":25}');
  assert.equal(likelyText({ low: 5, likely: 5, high: 5 }, words), '');
  assert.equal(keptText({ given: 19, kept: 19 }, words), '', 'too few to say');
  assert.equal(keptText({ given: 40, kept: 33 }, words), 'wait.kept {"percent":83}');
});

test('time to set out: by the forecast against the way, else by the people ahead', () => {
  const rules = { travel_minutes: 10, come_now_margin_minutes: 5, come_now_ahead: 3 };
  const ticket = { state: 'waiting', ahead: 2, wait: { low: 16, likely: 20, high: 30 } };
  assert.equal(isNear(ticket, rules), false, 'two ahead, but it takes long');
  assert.equal(isNear({ ...ticket, travel: 11 }, rules), true);
  assert.equal(isNear({ ...ticket, wait: undefined }, rules), true);
  assert.equal(isNear({ ...ticket, ahead: 9, wait: { low: 15, likely: 20, high: 30 } }, rules), true);
  assert.equal(isNear({ ...ticket, ahead: 0 }, rules), true);
  assert.equal(isNear({ ...ticket, state: 'coming', away: 5, ahead: 0 }, rules), false, 'put off');
  assert.deepEqual(delayChoices({ delay_minutes_max: 15 }), [5, 10, 15]);
  assert.deepEqual(delayChoices({ delay_minutes_max: 10 }), [5, 10]);
  assert.deepEqual(delayChoices({}), []);
  assert.equal(delaysLeft({ delays: 1 }, { delay_max: 2 }), 1);
});

test('a kiosk believes a forecast as long as it is fresh', () => {
  const at = 1000000;
  const live = (now, more = {}) => ({
    forecast: forecastOf({ at, services: [{ code: 'a', wait: WAIT, left: 0 }, { code: 'b', left: 3 }] }),
    stopped: {}, clock: { now: () => now }, link: { state: 'live' }, ...more });
  assert.deepEqual(toldOf(live(at), 'a').wait, WAIT);
  assert.deepEqual(toldOf(live(at + 90001), 'a'), {});
  assert.deepEqual(toldOf(live(at, { link: { state: 'stale' } }), 'a'), {});
  assert.equal(noneOf(live(at), 'a'), 'out');
  assert.equal(noneOf(live(at), 'b'), '');
  assert.equal(noneOf(live(at, { stopped: { b: 'x' } }), 'b'), 'stopped');
  assert.equal(noneOf(live(at, { stopped: { '*': 'x' } }), 'c'), 'stopped');
});

test('the range stands under the people ahead, in both languages, light and dark, down to 320 px', async () => {
  const hall = await makeHall('w-range');
  for (let i = 0; i < 4; i++) await hall.issue();
  const mine = await hall.issue({ phone: '13800001234' });
  for (const [lang, colorScheme, viewport] of [['en', 'light', PHONE], ['zh-CN', 'dark', PHONE], ['en', 'light', SMALL]]) {
    const page = await ownWith(mine, WAIT, { lang, colorScheme, viewport });
    await page.getByText(lang === 'en' ? '15–40 minutes' : '15–40 分钟').waitFor();
    await inspect(page, `ticket-wait-${lang.slice(0, 2)}-${viewport.width}`);
    page.check();
    await page.end();
  }
});

test('more time: out of the line until then, back by a press, and not more often than the hall allows', async () => {
  const hall = await makeHall('w-delay');
  await hall.issue();
  const mine = await hall.issue();
  const page = await own(mine);
  for (const left of [2, 1]) {
    await page.getByRole('button', { name: 'I need a little more time' }).click();
    await page.getByText(left === 2 ? '2 more times' : 'once more').waitFor();
    if (left === 2) await inspect(page, 'ticket-delay');
    await page.getByRole('dialog').getByRole('button', { name: '10 minutes' }).click();
    await page.getByText('Kept for you until').waitFor();
    assert.equal((await hall.ticket(mine.id)).state, 'coming');
    if (left === 2) await inspect(page, 'ticket-away');
    await page.getByRole('button', { name: 'I am back' }).click();
    await inState(page, 'waiting');
  }
  assert.equal(await page.getByRole('button', { name: 'I need a little more time' }).count(), 0);
  await page.reload();
  await inState(page, 'waiting');
  assert.equal(await page.getByRole('button', { name: 'I need a little more time' }).count(), 0, 'still after a reload');
  assert.equal((await hall.events('ticket.delayed')).length, 2);
  page.check();
  await page.end();
});

test('whoever is called while asking for more time is told so', async () => {
  const hall = await makeHall('w-late');
  const mine = await hall.issue();
  const page = await own(mine);
  await page.getByRole('button', { name: 'I need a little more time' }).click();
  await page.getByRole('dialog').waitFor();
  await hall.at('next');
  await inState(page, 'called');
  assert.equal(await page.getByRole('dialog').count(), 0, 'the call is what matters now');
  await page.end();
});

test('the way to the hall is kept, and asked where the wait is told', async () => {
  const hall = await makeHall('w-travel');
  for (let i = 0; i < 5; i++) await hall.issue();
  const mine = await hall.issue();
  const page = await own(mine);
  const field = page.getByLabel('How far are you from the waiting area?');
  assert.equal(await field.inputValue(), '10', 'what the hall assumes');
  await field.selectOption('30');
  await eventually('kept', async () => (await hall.ticket(mine.id)).travel === 30);
  await page.reload();
  await page.waitForFunction(() => document.querySelector('#travel')?.value === '30');
  page.check();
  await page.end();
});

test('one tap says how it was; not good asks why; a reload asks no more', async () => {
  const hall = await makeHall('w-rate');
  for (const [good, lang] of [[true, 'en'], [false, 'zh-CN']]) {
    const mine = await hall.issue();
    const page = await own(mine, { lang });
    await hall.at('next');
    await hall.at('begin');
    await hall.at('finish');
    await inState(page, 'done');
    await inspect(page, `ticket-rating-${lang.slice(0, 2)}`);
    if (good) await page.getByRole('button', { name: 'Good', exact: true }).click();
    else {
      await page.getByRole('button', { name: '不满意' }).click();
      await page.getByText('哪里不满意？').waitFor();
      await inspect(page, 'ticket-rating-why');
      await page.getByRole('button', { name: '等得太久' }).click();
    }
    await page.locator('.rated').waitFor();
    await page.reload();
    await page.locator('.rated').waitFor();
    page.check();
    await page.end();
  }
  const rated = (await hall.events('ticket.rated')).map(({ rating, reason }) => [rating, reason]);
  assert.deepEqual(rated, [['good', undefined], ['bad', 'wait']]);
});

const frame = (event, data) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

// A kiosk whose board stream says a forecast of the test's, and then stays silent.
async function kioskWith(hall, services, options) {
  const { token } = await daemon.device(`kiosk-${hall.code}`, 'kiosk', hall.code);
  const board = await daemon.get(`/halls/${hall.code}/board`);
  const page = await openPage(browser, 'about:blank', { viewport: UPRIGHT, hasTouch: true, ...options });
  await page.route('**/board/stream', (route) => route.fulfill({ contentType: 'text/event-stream',
    body: frame('snapshot', { ...board, now: Date.now() }) + frame('forecast', { at: Date.now(), services, kept: { given: 0, kept: 0 } }) }));
  await page.goto(`${daemon.url}/kiosk#${token}`);
  await screen(page, 'services');
  return page;
}

test('kiosk: how long, how many numbers are left, and none where the day is full', async () => {
  const hall = await makeHall('w-kiosk');
  await hall.issue();
  const services = [{ code: 'id-card', waiting: 1, wait: WAIT, left: 7 }, { code: 'advice', waiting: 0, left: 0 }];
  for (const [lang, viewport] of [['zh', UPRIGHT], ['en', LYING]]) {
    const page = await kioskWith(hall, services, { viewport });
    if (lang === 'en') await say(page, 'English').click();
    await page.getByText(lang === 'zh' ? '15–40 分钟' : '15–40 minutes').first().waitFor();
    assert.equal(await page.locator('.tile', { hasText: lang === 'zh' ? '咨询' : 'Advice' }).isDisabled(), true);
    await look(page, `kiosk-waits-${lang}`);
    await pick(page, lang === 'zh' ? '身份证办理' : 'Identity card');
    await page.locator('[data-left="7"]').waitFor();
    await look(page, `kiosk-waits-details-${lang}`);
    await page.end();
    await daemon.delete(`/devices/kiosk-${hall.code}`);
  }
});

test('kiosk: several persons under one number', async () => {
  const hall = await makeHall('w-persons');
  const { token } = await daemon.device('kiosk-w-persons', 'kiosk', hall.code);
  const page = await openPage(browser, `${daemon.url}/kiosk#${token}`, { viewport: UPRIGHT, hasTouch: true });
  await pick(page, '身份证办理');
  await page.getByRole('group', { name: '几位一起办？' }).getByRole('button', { name: '3', exact: true }).click();
  await look(page, 'kiosk-persons');
  await say(page, '取号').click();
  await say(page, '不用短信，直接取号').click();
  await screen(page, 'number');
  const { tickets } = await daemon.get(`/halls/${hall.code}/tickets?state=waiting`);
  assert.equal(tickets[0].persons, 3);
  page.check();
  await page.end();
});

test('stopped by a supervisor: the kiosk and the way from home say so at once, and give numbers again afterwards', async () => {
  const hall = await makeHall('w-stop');
  const { token } = await daemon.device('kiosk-w-stop', 'kiosk', hall.code);
  const page = await openPage(browser, `${daemon.url}/kiosk#${token}`, { viewport: UPRIGHT, hasTouch: true });
  await screen(page, 'services');
  const tile = page.locator('.tile', { hasText: '身份证办理' });
  await daemon.post(`/halls/${hall.code}/stop`, { service: 'id-card', reason: '设备故障' });
  await tile.getByText('今天暂停取号').waitFor();
  assert.equal(await tile.isDisabled(), true);
  await look(page, 'kiosk-stopped');
  await eventually('the forecast has heard of it', async () => (await daemon.nobody().get(`/halls/${hall.code}/waits`)).services
    .some((one) => one.code === 'id-card' && one.stopped));
  const home = await openPage(browser, `${daemon.url}/book#${hall.code}/home`, { viewport: PHONE, lang: 'en' });
  await home.locator('[data-service="id-card"]').getByText('no numbers today').waitFor();
  assert.equal(await home.locator('[data-service="id-card"]').isDisabled(), true);
  await inspect(home, 'home-stopped');
  await home.locator('[data-service="residence"]').click();
  await home.getByRole('button', { name: 'Take a number' }).waitFor();
  assert.equal(await home.locator('#phone').count(), 1);
  await home.route(`**/api/v1/halls/${hall.code}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...await response.json(), messages_on: false } });
  });
  await home.reload();
  await home.getByRole('button', { name: 'Take a number' }).waitFor();
  assert.equal(await home.locator('#phone').count(), 0, 'where no message is sent, no phone number is asked for');
  await home.end();
  await daemon.post(`/halls/${hall.code}/start`, { service: 'id-card' });
  await tile.getByText('无人等候').waitFor();
  page.check();
  await page.end();
});
