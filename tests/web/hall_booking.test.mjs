// The hall side of booking beside the kiosk, in Chromium with the real daemon: the page of a number from home, the arrival
// code on the board, visits and people on their way in the clerk's console. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { localDay, newPhone, work } from '../lib/citizen.mjs';
import { PASSWORD, eventually } from '../lib/daemon.mjs';
import { PHONE, TV, TV_UPRIGHT, inspect, intercept, openPage } from './browser.mjs';
import { inState, startBookingWorld } from './booking_world.mjs';
import { noonZone, word } from './world.mjs';

const SETTLED_MS = 20000;
const zone = noonZone();
let world;

before(async () => {
  world = await startBookingWorld();
});
after(async () => {
  await world?.stop();
});

async function makeHall(code, { edit = (config) => config, in: where = world, ...options } = {}) {
  const { daemon } = where;
  await where.hall(code, { booking: { early_minutes: 480 }, edit: (config) => edit({ ...config, zone }), ...options });
  const board = await daemon.device(`board-${code}`, 'board', code);
  return {
    code, board,
    fromHome: async (service = 'id-card') =>
      daemon.nobody().post(`/halls/${code}/remote-tickets`, { service, phone: newPhone(), ...await work(daemon, code) }),
    arrivalCode: async () => (await board.get(`/halls/${code}/arrival-code`)).code,
    ticket: (id) => daemon.get(`/halls/${code}/tickets/${id}`),
    // Booked at the desk and checked in.
    visit: async (services, more = {}) => {
      const { times } = await daemon.get(`/halls/${code}/times?services=${services}&day=${localDay(0, Date.now(), zone)}`);
      const at = times.map((one) => one.at ?? one).find((ms) => ms > Date.now() + 30 * 60000);
      const made = await daemon.post(`/halls/${code}/bookings`, { services, at, phone: newPhone(), ...more });
      const ticket = await daemon.post(`/halls/${code}/check-in`, { booking: made.id });
      return { ...ticket, at: made.at };
    },
  };
}

const clock = (ms) => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(ms);
const own = (ticket, options = {}, where = world) =>
  openPage(where.browser, `${where.daemon.url}/t#${ticket.link}`, { viewport: PHONE, lang: 'en', ...options });

// A code that is not shown, whatever is.
const wrong = (code) => String((Number(code) + 5000) % 10000).padStart(4, '0');

test('a number from home: by when, the code, a wrong one, too many, and the kiosk still takes it', async () => {
  const hall = await makeHall('hb-home');
  const mine = await hall.fromHome();
  const word_ = (lang, key, values) => word('ticket', lang, key, values);
  for (const [lang, colorScheme, width] of [['en', 'light', 360], ['zh', 'dark', 390]]) {
    const page = await own(mine, { lang: lang === 'zh' ? 'zh-CN' : 'en', colorScheme, viewport: { width, height: 720 } });
    await inState(page, 'coming');
    const time = clock(mine.rank + 15 * 60000);
    await page.getByText(word_(lang, 'coming', { time }), { exact: true }).waitFor();
    await inspect(page, `hb-coming-${lang}-${colorScheme}`);
    page.check();
    await page.end();
  }
  const page = await own(mine);
  const go = page.getByRole('button', { name: word_('en', 'arrive.go') });
  const field = page.getByLabel(word_('en', 'arrive.label'));
  await go.click();
  await page.getByText(word_('en', 'arrive.short')).waitFor();
  const code = await hall.arrivalCode();
  for (let tries = 1; tries <= 5; tries++) {
    await field.fill(wrong(await hall.arrivalCode()));
    await page.keyboard.press('Enter');
    await page.getByText(word_('en', 'arrive.arrival_code')).waitFor({ timeout: SETTLED_MS });
    if (tries === 1) await inspect(page, 'hb-coming-wrong');
  }
  assert.equal(await field.evaluate((one) => one === document.activeElement && one.selectionEnd - one.selectionStart), 4, 'typing replaces it');
  await field.fill(code);
  await go.click();
  await page.getByText(word_('en', 'arrive.rate_limit')).waitFor({ timeout: SETTLED_MS });
  await inspect(page, 'hb-coming-often');
  assert.equal((await hall.ticket(mine.id)).state, 'coming');
  await world.daemon.post(`/halls/${hall.code}/tickets/${mine.id}/arrive`); // at the desk
  await inState(page, 'waiting');
  page.check();
  await page.end();
});

test('the right code puts it in line, in full-width digits, too; an answer that is lost is asked for again', async () => {
  const hall = await makeHall('hb-right');
  const mine = await hall.fromHome();
  const page = await own(mine, { lang: 'zh-CN' });
  const keys = [];
  await intercept(page, '**/api/v1/ticket/arrive', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  const wide = [...await hall.arrivalCode()].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
  await page.getByLabel(word('ticket', 'zh', 'arrive.label')).fill(wide);
  await page.keyboard.press('Enter');
  await inState(page, 'waiting');
  assert.equal((await hall.ticket(mine.id)).state, 'waiting');
  assert.equal(new Set(keys).size, 1); // the stream may have told of it before the second try
  await inspect(page, 'hb-arrived-zh');
  page.check();
  await page.end();
});

test('who does not come in time hears that the number could not be kept', async () => {
  const fast = await startBookingWorld({ settings: { demo: { clock_speed: 30 } } });
  try {
    const hall = await makeHall('hb-late', { in: fast, edit: (config) => ({ ...config, classes: config.classes.map((one) => ({ ...one, target_minutes: 0 })),
      remote: { ...config.remote, arrive_minutes: 5 } }) });
    const mine = await hall.fromHome();
    const page = await own(mine, {}, fast);
    await page.waitForSelector('html[data-state="coming"], html[data-state="expired"]');
    await page.waitForSelector('html[data-state="expired"]', { timeout: 60000 });
    await inspect(page, 'hb-lapsed');
    page.check();
    await page.end();
  } finally {
    await fast.stop();
  }
});

test('a visit: booked time, persons and what comes after on the phone, and the number stays the same', async () => {
  const hall = await makeHall('hb-visit');
  const clerk = await world.daemon.clerk('hb-visit-clerk', hall.code);
  const at = (verb, body) => clerk.post(`/halls/${hall.code}/counters/1/${verb}`, body);
  await at('open');
  const mine = await hall.visit(['id-card', 'social-card', 'certificate'], { persons: 3, ordered: 'yes' });
  for (const [lang, text] of [['en', 'Social security card, Certificates'], ['zh', '社保卡、证明开具']]) {
    const page = await own(mine, { lang: lang === 'zh' ? 'zh-CN' : 'en' });
    await page.getByText(text, { exact: true }).waitFor();
    await page.getByText(word('ticket', lang, 'persons.n', { n: 3 }), { exact: true }).waitFor();
    await page.locator('.facts', { hasText: word('ticket', lang, 'booked') }).getByText(clock(mine.at), { exact: true }).waitFor();
    await inspect(page, `hb-visit-${lang}`);
    page.check();
    await page.end();
  }
  const page = await own(mine);
  await inState(page, 'waiting');
  await at('next');
  await at('begin');
  await inState(page, 'serving');
  await at('finish');
  await inState(page, 'waiting');
  await page.getByText('Social security card', { exact: true }).waitFor();
  assert.equal(await page.locator('.mine').innerText(), mine.number);
  page.check();
  await page.end();
});

test('the board shows the arrival code, on both kinds of screen, beside long names, in the hall’s languages', async () => {
  const long = { zh: '上海市浦东新区张江科学城综合政务服务中心（合庆路分中心）', en: 'Zhangjiang Science City Comprehensive Government Service Centre, Heqing Road Branch' };
  const hall = await makeHall('hb-board');
  const longer = await makeHall('hb-board-long', { edit: (config) => ({ ...config, names: long }) });
  for (const [one, name] of [[hall, 'short'], [longer, 'long']]) {
    for (const [shape, viewport] of [['tv', TV], ['upright', TV_UPRIGHT], ['small', { width: 1366, height: 768 }]]) {
      const page = await openPage(world.browser, `${world.daemon.url}/board#${one.board.token}`, { viewport });
      const shown = page.locator('[data-arrival]');
      await shown.waitFor();
      await eventually('the code that is good', async () => (await shown.getAttribute('data-arrival')) === await one.arrivalCode());
      for (const lang of ['zh', 'en']) await shown.getByText(word('board', lang, 'arrival')).waitFor();
      const faults = await page.evaluate(() => {
        const box = (selector) => document.querySelector(selector).getBoundingClientRect();
        const parts = ['header h1', '.arrival', '.clock'].map(box);
        const over = parts.some((one) => one.right > innerWidth + 1 || one.left < -1);
        const meet = parts.some((a, i) => parts.some((b, j) => i < j && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
        return [over && 'beyond the edge', meet && 'one above the other', box('header').height > innerHeight / 5 && 'a head too large'].filter(Boolean);
      });
      await inspect(page, `hb-board-${name}-${shape}`);
      assert.deepEqual(faults, [], `${name} ${shape}`);
      page.check();
      await page.end();
    }
  }
});

test('a hall that needs no code neither shows nor asks for one, until it does', async () => {
  const without = (config) => ({ ...config, booking: { ...config.booking, open: false }, remote: { ...config.remote, open: false } });
  const hall = await makeHall('hb-none', { edit: without });
  const page = await openPage(world.browser, 'about:blank', { viewport: TV });
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${world.daemon.url}/board#${hall.board.token}`);
  await page.waitForSelector('main.board');
  await world.daemon.post(`/halls/${hall.code}/tickets`, { service: 'id-card' });
  await page.locator('.waiting .total', { hasText: '1' }).waitFor();
  assert.equal(await page.locator('[data-arrival]').count(), 0);
  assert.ok(!asked.some((path) => path.endsWith('/arrival-code')));
  const { version, ...config } = await world.daemon.get(`/halls/${hall.code}/config`);
  await world.daemon.put(`/halls/${hall.code}/config`, { ...config, remote: { ...config.remote, open: true } });
  await page.locator('[data-arrival]').waitFor({ timeout: SETTLED_MS });
  await world.daemon.put(`/halls/${hall.code}/config`, config);
  await page.locator('[data-arrival]').waitFor({ state: 'detached', timeout: SETTLED_MS });
  page.check();
  await page.end();
});

test('a code that may be too old is not shown, and comes back with the link', async () => {
  const hall = await makeHall('hb-old');
  const context = await world.browser.newContext({ viewport: TV });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${world.daemon.url}/board#${hall.board.token}`);
  await page.locator('[data-arrival]').waitFor();
  await context.setOffline(true);
  await page.clock.fastForward(16000);
  await page.clock.fastForward(12 * 60000); // longer than any code
  await page.clock.fastForward(6000);
  await page.locator('[data-arrival]').waitFor({ state: 'detached' });
  await inspect(page, 'hb-board-old');
  await context.setOffline(false);
  await page.clock.fastForward(16000);
  await page.locator('[data-arrival]').waitFor({ timeout: SETTLED_MS });
  await context.close();
});

async function openConsole(hall, lang = 'en') {
  const name = `clerk-${hall.code}-${lang}`;
  await world.daemon.addStaff(name, 'clerk', hall.code);
  const page = await openPage(world.browser, `${world.daemon.url}/clerk?hall=${hall.code}`, { viewport: { width: 1024, height: 768 }, lang: lang === 'zh' ? 'zh-CN' : 'en' });
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('.counters .choice').nth(lang === 'zh' ? 1 : 0).click();
  await page.locator('.console').waitFor();
  return page;
}

test('the console: what a visit is made of, where it goes on, and who is still on the way', async () => {
  const hall = await makeHall('hb-desk');
  const coming = await hall.fromHome();
  for (const lang of ['en', 'zh']) {
    const w = (key, values) => word('clerk', lang, key, values);
    const page = await openConsole(hall, lang);
    const state = (name) => page.locator(`.citizen[data-state="${name}"]`).waitFor({ timeout: SETTLED_MS });
    await state('calm'); // somebody on the way waits in no line
    await page.locator('[data-list="coming"] summary').click();
    await page.locator('[data-list="coming"] .row', { hasText: coming.number })
      .getByText(w('coming.until', { time: clock(coming.rank + 15 * 60000) })).waitFor();
    const mine = await hall.visit(['id-card', 'certificate'], { persons: 2, ordered: 'yes', class: 'elderly' });
    await state('idle');
    await inspect(page, `hb-desk-coming-${lang}`);
    await page.keyboard.press('n');
    await state('called');
    const after = lang === 'zh' ? '证明开具' : 'Certificates';
    await page.locator('.marks').getByText(w('present.booked', { time: clock(mine.at) })).waitFor();
    await page.locator('.marks').getByText(w('present.persons', { n: 2 })).waitFor();
    await page.getByText(w('present.steps', { services: after })).waitFor();
    await inspect(page, `hb-desk-called-${lang}`);
    const spare = await page.evaluate(() => document.querySelector('.present').getBoundingClientRect().bottom
      - Math.max(...[...document.querySelectorAll('.do .button')].map((one) => one.getBoundingClientRect().bottom)));
    assert.ok(spare >= 8, `the buttons are inside the card: ${spare}`);
    await page.keyboard.press('b');
    await state('serving');
    await page.keyboard.press('f');
    await page.getByText(w('said.step', { number: mine.number, service: after })).waitFor({ timeout: SETTLED_MS });
    await inspect(page, `hb-desk-step-${lang}`);
    assert.deepEqual((({ state: now, line }) => [now, line])(await hall.ticket(mine.id)), ['waiting', 'certificate']);
    await page.keyboard.press('n'); // this counter does everything
    await state('called');
    await page.keyboard.press('b');
    await state('serving');
    await page.keyboard.press('f');
    await page.getByText(w('said.finish', { number: mine.number })).waitFor({ timeout: SETTLED_MS });
    page.check();
    await page.end();
  }
});

test('finish and next: the same citizen goes on right here, or elsewhere while the next one is called', async () => {
  const hall = await makeHall('hb-on');
  const page = await openConsole(hall);
  const w = (key, values) => word('clerk', 'en', key, values);
  const state = (name) => page.locator(`.citizen[data-state="${name}"]`).waitFor({ timeout: SETTLED_MS });
  const mine = await hall.visit(['id-card', 'pension'], { ordered: 'yes' });
  for (const [key, after] of [['n', 'called'], ['b', 'serving'], ['n', 'called']]) {
    await page.keyboard.press(key);
    await state(after);
  }
  await page.getByText(w('said.step_here', { number: mine.number, service: 'Pension check' })).waitFor({ timeout: SETTLED_MS });
  await inspect(page, 'hb-desk-here');
  assert.equal(await page.locator('.citizen .number').innerText(), mine.number);
  page.check();
  await page.end();
});

test('somebody on the way is let in by the clerk, with the keyboard alone', async () => {
  const hall = await makeHall('hb-in');
  const coming = await hall.fromHome();
  const page = await openConsole(hall, 'zh');
  const button = page.getByRole('button', { name: `${coming.number} ${word('clerk', 'zh', 'do.arrived')}` });
  for (const wanted of [page.locator('[data-list="coming"] summary'), button]) {
    await wanted.waitFor();
    for (let i = 0; i < 60 && !(await wanted.evaluate((one) => one === document.activeElement)); i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
  }
  await page.locator('.citizen[data-state="idle"]').waitFor({ timeout: SETTLED_MS });
  await page.getByText(word('clerk', 'zh', 'said.arrived', { number: coming.number })).waitFor();
  assert.equal((await hall.ticket(coming.id)).state, 'waiting');
  await inspect(page, 'hb-desk-in');
  page.check();
  await page.end();
});
