// Checking in at the kiosk, in Chromium with the real daemon: by phone number and by scanned code, and what is said when it
// does not work. A scan gets an answer on every screen. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { localDay, newPhone, work } from '../lib/citizen.mjs';
import { eventually } from '../lib/daemon.mjs';
import { inspect, intercept, openPage } from './browser.mjs';
import { startBookingWorld } from './booking_world.mjs';
import { LOW, LYING, UPRIGHT, look, pick, press, say, scan, screen } from './kiosk_world.mjs';
import { noonZone, word } from './world.mjs';

const ANSWER_MS = 20000; // whoever scans hears something by then
const SCREENS = { upright: UPRIGHT, lying: LYING, low: LOW };
const zone = noonZone();
let world;

before(async () => {
  world = await startBookingWorld();
});
after(async () => {
  await world?.stop();
});

// Everything of today can be checked in, unless told otherwise.
async function makeKiosk(code, { booking = {}, edit = (config) => config, ...options } = {}) {
  const { daemon } = world;
  await world.hall(code, { booking: { early_minutes: 480, ...booking }, edit: (config) => edit({ ...config, zone }), ...options });
  const { token } = await daemon.device(`kiosk-${code}`, 'kiosk', code);
  const tickets = async (state) => (await daemon.get(`/halls/${code}/tickets?state=${state}&limit=200`)).tickets;
  return {
    code, tickets,
    at: (verb, body) => daemon.post(`/halls/${code}/counters/1/${verb}`, body),
    open: async ({ lang = 'zh', viewport = UPRIGHT } = {}) => {
      const page = await openPage(world.browser, `${daemon.url}/kiosk#${token}`, { viewport, hasTouch: true });
      await page.waitForSelector('[data-screen]');
      if (lang === 'en') await say(page, 'English').click();
      return page;
    },
    // Booked at the desk. Answers it with what the message to the phone says of its page.
    book: async ({ services = ['id-card'], phone = newPhone(), minutes = 120, plus = 0, ...more } = {}) => {
      const now = Date.now();
      const { times } = await daemon.get(`/halls/${code}/times?services=${services}&day=${localDay(plus, now, zone)}`);
      const at = times.map((one) => one.at ?? one).find((ms) => ms >= now + minutes * 60000);
      const made = await daemon.post(`/halls/${code}/bookings`, { services, at, phone, ...more });
      const [address, link] = await world.message(phone, /http\S+\/b#(\S+)/);
      return { ...made, phone, address, link };
    },
    // A number taken at home.
    fromHome: async (service = 'id-card') => {
      const body = { service, phone: newPhone(), ...await work(daemon, code) };
      return daemon.nobody().post(`/halls/${code}/remote-tickets`, body);
    },
  };
}

const zh = (key, values) => word('kiosk', 'zh', key, values);
const en = (key, values) => word('kiosk', 'en', key, values);
const heading = (page, name) => page.getByRole('heading', { name, exact: true }).waitFor({ timeout: ANSWER_MS });
const given = (page) => page.locator('.given .number').innerText();

async function sizes(page, name, only = Object.keys(SCREENS)) {
  for (const size of only) {
    await page.setViewportSize(SCREENS[size]);
    await look(page, `kiosk-${name}-${size}`);
  }
  await page.setViewportSize(UPRIGHT);
}

test('three ways beside the services, on every screen and in both languages', async () => {
  const kiosk = await makeKiosk('kb-home');
  for (const [lang, say_] of [['zh', zh], ['en', en]]) {
    const page = await kiosk.open({ lang });
    for (const way of ['search.open', 'booked.open', 'missed.open.remote']) {
      await page.getByRole('button', { name: say_(way) }).waitFor();
    }
    await sizes(page, `b-home-${lang}`);
    await page.locator('.way.booking').click();
    await screen(page, 'booked');
    await sizes(page, `b-pad-${lang}`);
    await say(page, say_('back')).click();
    await page.locator('.way.comeback').click();
    await sizes(page, `b-missed-${lang}`);
    page.check();
    await page.end();
  }
  const shanghai = await world.daemon.importHall('shanghai', { code: 'kb-large' }).then(() => world.daemon.device('kiosk-kb-large', 'kiosk', 'kb-large'));
  const page = await openPage(world.browser, `${world.daemon.url}/kiosk#${shanghai.token}`, { viewport: LOW });
  await screen(page, 'services');
  await say(page, 'English').click();
  await sizes(page, 'b-home-large');
  await page.end();
});

test('by phone number, typed on the pad: unknown, too early, then checked in', async () => {
  const kiosk = await makeKiosk('kb-phone', { booking: { early_minutes: 60 } });
  const page = await kiosk.open();
  const { phone, at } = await kiosk.book({ minutes: 90 });
  const from = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(at - 3600000);
  await page.locator('.way.booking').click();
  await press(page, '13812345678');
  await say(page, zh('booked.do')).click();
  await page.getByText(zh('booked.booking_unknown')).waitFor({ timeout: ANSWER_MS });
  assert.match(await page.locator('.digits').innerText(), /138\s+1234\s+5678/, 'what was typed stays');
  await sizes(page, 'b-unknown', ['upright', 'low']);
  await say(page, zh('key.clear')).click();
  await press(page, phone);
  await say(page, zh('booked.do')).click();
  await page.getByText(zh('booked.early', { time: from })).waitFor({ timeout: ANSWER_MS });
  await look(page, 'kiosk-b-early');
  const now = await kiosk.book({ minutes: 5, phone: newPhone(), services: ['id-card', 'social-card'], persons: 2 });
  await say(page, zh('key.clear')).click();
  await press(page, now.phone);
  await say(page, zh('booked.do')).dblclick({ delay: 10 });
  await screen(page, 'number', { timeout: ANSWER_MS });
  await page.locator('.qr').waitFor();
  const [ticket] = await kiosk.tickets('waiting');
  assert.deepEqual([await given(page), ticket.booking, ticket.persons], [ticket.number, now.id, 2]);
  await page.locator('.about', { hasText: zh('choose.persons', { n: 2 }) }).getByText(/之后：/).waitFor();
  await sizes(page, 'b-number-zh');
  assert.ok(!(await page.content()).includes(now.phone), 'nothing of the phone number stays');
  page.check();
  await page.end();
});

test('by scan, wherever the kiosk stands: its own start, the search, the pad, the number of the one before', async () => {
  const kiosk = await makeKiosk('kb-scan');
  const page = await kiosk.open({ lang: 'en', viewport: LYING });
  const bookings = [];
  for (let i = 0; i < 4; i++) bookings.push(await kiosk.book({ minutes: 30 + 10 * i }));
  const number = async (booking) => {
    await eventually('its number', async () => (await kiosk.tickets('waiting')).some((one) => one.booking === booking.id));
    const ticket = (await kiosk.tickets('waiting')).find((one) => one.booking === booking.id);
    await page.locator('.given .number', { hasText: ticket.number }).waitFor({ timeout: ANSWER_MS });
    return ticket.number;
  };
  await scan(page, bookings[0].address);
  await number(bookings[0]);
  await page.locator('.qr').waitFor();
  await look(page, 'kiosk-b-number-lying-en');
  await page.setViewportSize(LOW);
  await look(page, 'kiosk-b-number-low-en');
  await scan(page, bookings[1].address); // the next one in line does not wait until that has gone
  const second = await number(bookings[1]);
  await scan(page, bookings[1].address); // held there a little too long
  assert.equal(await given(page), second);
  await say(page, en('number.done')).click();
  await page.locator('.way.search').click();
  await scan(page, bookings[2].link);
  await number(bookings[2]);
  await say(page, zh('number.done')).or(say(page, en('number.done'))).click();
  await page.locator('.way.booking').click();
  await press(page, '139');
  await scan(page, bookings[3].address);
  await number(bookings[3]);
  assert.equal((await kiosk.tickets('waiting')).length, 4);
  page.check();
  await page.end();
});

test('scanned once more later: the same number, as it stands by then', async () => {
  const kiosk = await makeKiosk('kb-again');
  const page = await kiosk.open();
  const booking = await kiosk.book({ minutes: 30 });
  const again = async (name) => {
    await scan(page, booking.address);
    await screen(page, name, { timeout: ANSWER_MS });
  };
  const leave = () => page.locator('.foot .primary').click();
  await again('number');
  const number = await given(page);
  await leave();
  await again('number');
  assert.equal(await given(page), number);
  await leave();
  await kiosk.at('open', { profile: 'general' });
  await kiosk.at('next');
  await again('number');
  await page.getByText(zh('number.called', { counter: '1' })).waitFor();
  await look(page, 'kiosk-b-number-called');
  await leave();
  await kiosk.at('absent');
  await again('missed');
  await say(page, zh('missed.do.remote')).click();
  await screen(page, 'returned', { timeout: ANSWER_MS });
  await leave();
  await kiosk.at('next');
  await kiosk.at('begin');
  await kiosk.at('finish');
  await again('refused');
  await heading(page, zh('refused.booking_over'));
  await look(page, 'kiosk-b-over');
  assert.equal((await kiosk.tickets('waiting')).length, 0);
  page.check();
  await page.end();
});

test('several bookings of one phone: one is chosen', async () => {
  const kiosk = await makeKiosk('kb-several');
  const phone = newPhone();
  await kiosk.book({ phone, minutes: 30, services: ['social-card'] });
  const wanted = await kiosk.book({ phone, minutes: 60, services: ['pension', 'certificate'], persons: 2 });
  for (const lang of ['en', 'zh']) {
    const page = await kiosk.open({ lang });
    const say_ = lang === 'zh' ? zh : en;
    await page.locator('.way.booking').click();
    await press(page, phone);
    await say(page, say_('booked.do')).click();
    await screen(page, 'choose', { timeout: ANSWER_MS });
    await sizes(page, `b-choose-${lang}`);
    if (lang === 'zh') {
      await page.locator('.several .tile').nth(1).click();
      await screen(page, 'number', { timeout: ANSWER_MS });
      assert.deepEqual((await kiosk.tickets('waiting')).map((one) => one.booking), [wanted.id]);
    }
    page.check();
    await page.end();
  }
});

test('too late, cancelled, not valid, of another day, of another hall, foreign: each is told, with what to do', async () => {
  const kiosk = await makeKiosk('kb-wrong');
  const other = await makeKiosk('kb-other', { edit: (config) => ({ ...config, names: { zh: '城西办事大厅', en: 'West Hall' }, address: { zh: '西山路 1 号', en: '1 Xishan Road' } }) });
  const page = await kiosk.open();
  const valid = await kiosk.book();
  await intercept(page, '**/check-in', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json',
    body: JSON.stringify({ status: 409, code: 'booking_missed', title: 'Too late.' }) }), { times: 1 });
  await scan(page, valid.address);
  await heading(page, zh('refused.booking_missed'));
  await look(page, 'kiosk-b-late');
  await say(page, zh('refused.booking_missed.do')).click();
  await screen(page, 'services');

  await scan(page, `${valid.address.slice(0, -4)}0000`);
  await page.getByText(zh('booked.booking_unknown.scan')).waitFor({ timeout: ANSWER_MS });
  await look(page, 'kiosk-b-invalid');
  await say(page, zh('back')).click();

  const gone = await kiosk.book({ minutes: 60 });
  await world.daemon.post(`/halls/${kiosk.code}/bookings/${gone.id}/cancel`, { reason: 'test' });
  await scan(page, gone.address);
  await heading(page, zh('refused.booking_state'));
  await look(page, 'kiosk-b-cancelled');
  await say(page, zh('start_over')).click();

  const tomorrow = await kiosk.book({ plus: 2 });
  await scan(page, tomorrow.address);
  await page.getByText(/还没到签到时间，.*月.*日.*起可以签到/).waitFor({ timeout: ANSWER_MS });
  await look(page, 'kiosk-b-other-day');
  await say(page, zh('back')).click();

  const elsewhere = await other.book();
  await scan(page, elsewhere.address);
  await heading(page, zh('unread.booking'));
  await page.getByText('城西办事大厅').waitFor();
  await look(page, 'kiosk-b-elsewhere');
  await say(page, zh('start_over')).click();
  await scan(page, elsewhere.address.replace('kb-other', 'kb-unknown'));
  await page.getByText(zh('unread.elsewhere.next')).waitFor({ timeout: ANSWER_MS });
  const ticket = await other.fromHome();
  await scan(page, ticket.link);
  await heading(page, zh('unread.ticket'));
  await scan(page, 'https://example.org/pay/12345');
  await heading(page, zh('unread.unknown'));
  await look(page, 'kiosk-b-foreign');
  await page.setViewportSize(LOW);
  await look(page, 'kiosk-b-foreign-low');
  await page.setViewportSize(UPRIGHT);
  await say(page, zh('unread.phone')).click();
  await screen(page, 'booked');
  assert.deepEqual(await kiosk.tickets('waiting'), []);
  page.check();
  await page.end();
});

test('a scan while somebody chooses or types asks first, and takes nothing away', async () => {
  const kiosk = await makeKiosk('kb-busy');
  const page = await kiosk.open();
  const booking = await kiosk.book();
  await pick(page, '身份证办理');
  await scan(page, booking.address);
  await page.getByRole('dialog', { name: zh('scan.booking') }).waitFor({ timeout: ANSWER_MS });
  await look(page, 'kiosk-b-ask');
  await say(page, zh('scan.no')).click();
  await screen(page, 'details');
  await scan(page, 'https://example.org/pay/12345');
  await page.getByRole('dialog', { name: zh('unread.unknown') }).waitFor({ timeout: ANSWER_MS });
  await look(page, 'kiosk-b-ask-foreign');
  await say(page, zh('scan.ok')).click();
  await say(page, '取号').click();
  await press(page, '138');
  await scan(page, booking.address);
  await say(page, zh('scan.no')).click();
  assert.match(await page.locator('.digits').innerText(), /138\s*$/, 'the scanner’s digits are not the citizen’s');
  await scan(page, booking.address);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await scan(page, booking.address);
  await say(page, zh('scan.yes')).click();
  await screen(page, 'number', { timeout: ANSWER_MS });
  assert.deepEqual((await kiosk.tickets('waiting')).map((one) => one.booking), [booking.id]);
  page.check();
  await page.end();
});

test('a scan while it asks whether anybody is there is an answer to that, too', async () => {
  const kiosk = await makeKiosk('kb-idle');
  const booking = await kiosk.book();
  const page = await openPage(world.browser, 'about:blank', { viewport: UPRIGHT });
  await page.clock.install();
  const { token } = await world.daemon.device('kiosk-kb-idle-2', 'kiosk', 'kb-idle');
  await page.goto(`${world.daemon.url}/kiosk#${token}`);
  await screen(page, 'services');
  await say(page, 'English').click();
  await page.clock.runFor(46000);
  await page.getByRole('dialog', { name: en('idle.heading') }).waitFor();
  await scan(page, booking.address);
  await screen(page, 'number', { timeout: ANSWER_MS });
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await inspect(page, 'kiosk-b-after-idle');
  await page.end();
});

test('the daemon is away: the same key until it answers, one ticket; another scan meanwhile is told to wait', async () => {
  const kiosk = await makeKiosk('kb-away');
  const page = await kiosk.open();
  const booking = await kiosk.book();
  const next = await kiosk.book({ minutes: 60 });
  const keys = [];
  let away = true;
  await intercept(page, '**/check-in', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (!away) return route.continue();
    if (keys.length === 1) await route.fetch(); // it arrives, its answer does not
    return route.abort();
  });
  await scan(page, booking.address);
  await page.getByText(zh('issuing.retry')).waitFor({ timeout: ANSWER_MS });
  await page.getByText(zh('checking.once')).waitFor();
  await scan(page, next.address);
  await page.getByText(zh('scan.again')).waitFor({ timeout: ANSWER_MS });
  await look(page, 'kiosk-b-away');
  await page.getByText(zh('issuing.long')).waitFor({ timeout: ANSWER_MS });
  await look(page, 'kiosk-b-away-long');
  away = false;
  await screen(page, 'number', { timeout: ANSWER_MS });
  assert.equal(new Set(keys).size, 1);
  assert.ok(keys.length > 2);
  assert.deepEqual((await kiosk.tickets('waiting')).map((one) => one.booking), [booking.id]);
  page.check();
  await page.end();
});

test('a daemon that does not answer at all is told of, too', async () => {
  const kiosk = await makeKiosk('kb-mute');
  const page = await kiosk.open({ lang: 'en' });
  const booking = await kiosk.book();
  await intercept(page, '**/check-in', () => {});
  await scan(page, booking.address);
  await page.getByText(en('issuing.retry')).waitFor({ timeout: ANSWER_MS });
  await page.getByText(en('issuing.long')).waitFor({ timeout: ANSWER_MS });
  await say(page, en('start_over')).click();
  await screen(page, 'services');
  await page.end();
});

test('a number from home: typed or scanned it is in the line; one that is in it already is told so', async () => {
  const kiosk = await makeKiosk('kb-remote');
  const page = await kiosk.open();
  const [typed, scanned] = [await kiosk.fromHome(), await kiosk.fromHome('advice')];
  await page.locator('.way.comeback').click();
  await page.locator('.letters .key', { hasText: 'A' }).click();
  await press(page, String(Number(typed.number.slice(1))));
  await say(page, zh('missed.do.remote')).click();
  await screen(page, 'returned', { timeout: ANSWER_MS });
  await heading(page, new RegExp(zh('returned.arrived')));
  await look(page, 'kiosk-b-arrived');
  await say(page, zh('number.done')).click();
  await scan(page, `${world.daemon.url}/t#${scanned.link}`);
  await screen(page, 'returned', { timeout: ANSWER_MS });
  assert.equal(await given(page), scanned.number);
  await say(page, zh('number.done')).click();
  assert.deepEqual((await kiosk.tickets('waiting')).map((one) => one.id).sort(), [typed.id, scanned.id].sort());
  await scan(page, scanned.link);
  await page.getByText(zh('missed.ticket_state', { number: scanned.number })).waitFor({ timeout: ANSWER_MS });
  await look(page, 'kiosk-b-in-line');
  page.check();
  await page.end();
});

test('a closed hall: why, and when it opens; who has a booking checks in nevertheless', async () => {
  const day = localDay(0, Date.now(), zone);
  const today = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  const closed = (more) => (config) => ({ ...config, tickets_outside_hours: false, ...more });
  const weekdays = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:30' };
  const kiosk = await makeKiosk('kb-closed', { edit: closed({ hours: [weekdays],
    breaks: [{ days: weekdays.days, from: '12:00', to: '13:30' }, { days: ['wed'], from: '16:00', to: '17:30', every_weeks: 4, week_of: '2026-11-04' }],
    holidays: [{ from: today, names: { zh: '国庆节', en: 'National Day' } }] }) });
  for (const [lang, say_] of [['zh', zh], ['en', en]]) {
    const page = await kiosk.open({ lang });
    await screen(page, 'closed');
    await heading(page, say_('closed.today', { name: lang === 'zh' ? '国庆节' : 'National Day' }));
    await page.locator('.hours', { hasText: '08:00–12:00' }).getByText('13:30–17:30').waitFor();
    await page.locator('.opens', { hasText: '08:00' }).waitFor();
    await page.getByText(/16:00–17:30/).waitFor();
    await sizes(page, `b-closed-${lang}`);
    page.check();
    await page.end();
  }
  const special = await makeKiosk('kb-special', { edit: closed({ special_days: [{ from: today, kind: 'closed', reason: '停电检修' }] }) });
  const page = await special.open();
  await heading(page, zh('closed.today', { name: '停电检修' }));
  await look(page, 'kiosk-b-closed-special');
  await say(page, zh('booked.open')).click();
  await screen(page, 'booked');
  await page.end();
});
