// Booking when things go wrong, in Chromium with the real daemon: the daemon is killed, its store is away, the phone loses
// the network, the citizen reloads, goes back, opens a second window, types too slowly. Nothing typed is lost, and one wish
// is one booking. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { book, localDay, newPhone } from '../lib/citizen.mjs';
import { eventually } from '../lib/daemon.mjs';
import { OwnRedis } from '../lib/own_redis.mjs';
import { intercept } from './browser.mjs';
import { inState, look, onScreen, startBookingWorld } from './booking_world.mjs';

const CODE = /\b(\d{6})\b/;
const FIELDS = [{ code: 'landlord', names: { zh: '房东姓名', en: 'Name of the landlord' }, type: 'text', required: true, max: 10 }];
const PATIENCE_MS = 30000; // the page repeats for about ten seconds by itself, then the citizen does
let world;

before(async () => {
  world = await startBookingWorld();
});
after(() => world?.stop());

const say = (page, name) => page.getByRole('button', { name, exact: true });
const confirmButton = (page) => page.locator('.phone-code .primary');
const codeField = (page) => page.getByLabel('Code from the text message');
const phoneField = (page) => page.getByLabel('Mobile number');
// Not the very first: it may begin while the page is looked at.
const firstTime = (page) => page.locator('.times button').nth(1);
const linkOf = (page) => new URL(page.url()).hash.slice(1);
const draftOf = (page, hall) => page.evaluate((key) => JSON.parse(sessionStorage.getItem(key)), `paihao.book.${hall}`);

async function toPhone(page, hall, { where = world, day = 1 } = {}) {
  await page.goto(`${where.daemon.url}/book#${hall}/time?s=social-card&d=${localDay(day)}`);
  await firstTime(page).click();
  await onScreen(page, 'phone');
}

// The code that is sent next to this number is typed, not yet sent.
async function typeCode(page, phone, where = world) {
  const before = where.gateway.received.length;
  await phoneField(page).fill(phone);
  await say(page, 'Send me a code').click();
  await codeField(page).waitFor();
  const code = await eventually('a code', () => where.gateway.received.slice(before)
    .filter((one) => one.to.endsWith(phone)).map((one) => CODE.exec(one.text)?.[1]).find(Boolean));
  await codeField(page).fill(code);
  return code;
}

// Keys of the confirms this page sends, answered or not.
function watchConfirms(page) {
  const keys = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/booking/confirm')) keys.push(request.headers()['idempotency-key']);
  });
  return keys;
}

const bookingsOf = async (daemon, hall, day = 1) =>
  (await daemon.get(`/halls/${hall}/bookings?from=${localDay(day)}`)).bookings.filter((one) => one.state === 'confirmed');

async function onlyOne(page, daemon, hall, keys) {
  await inState(page, 'confirmed');
  const booked = await bookingsOf(daemon, hall);
  assert.deepEqual(booked.map((one) => one.id), [linkOf(page).split('.')[1]], 'one booking');
  assert.equal(new Set(keys).size, 1, 'under one key');
}

test('the daemon and its store are killed between hold and confirm: what was typed and the hold are still there', async () => {
  const other = await startBookingWorld();
  try {
    const { daemon } = other;
    await other.hall('f-kill', { services: { 'social-card': { fields: FIELDS } } });
    daemon.options.settings = { ...daemon.options.settings, http: { port: daemon.ports.http } };
    const phone = newPhone();
    const page = await other.open('about:blank');
    await toPhone(page, 'f-kill', { where: other });
    await page.getByLabel('Name of the landlord').fill('Wang');
    const code = await typeCode(page, phone, other);
    const { hold } = await draftOf(page, 'f-kill');
    const keys = watchConfirms(page);
    await daemon.crash();
    await confirmButton(page).click();
    await page.locator('[data-problem="network"]').waitFor({ timeout: PATIENCE_MS });
    await look(page, 'fault-network', ['320', '360', 'zoomed']);
    assert.equal(await codeField(page).inputValue(), code);
    assert.equal(await page.getByLabel('Name of the landlord').inputValue(), 'Wang');
    await daemon.start();
    assert.equal((await daemon.citizen(hold.link).get('/booking')).state, 'held');
    await confirmButton(page).click();
    await inState(page, 'confirmed');
    await onlyOne(page, daemon, 'f-kill', keys);
    assert.ok(keys.length > 2, 'tried again by itself before');
    await page.end();
  } finally {
    await other.stop();
  }
});

test('the store is away for seconds during the confirm: repeated under the same key, one booking', async () => {
  const own = await new OwnRedis().start();
  const other = await startBookingWorld({ settings: { store: own.settings() } });
  try {
    const { daemon } = other;
    await other.hall('f-store');
    const page = await other.open('about:blank');
    await toPhone(page, 'f-store', { where: other });
    await typeCode(page, newPhone(), other);
    const keys = watchConfirms(page);
    await own.kill();
    const away = Date.now();
    await confirmButton(page).click();
    await eventually('asked again and again for five seconds', () => keys.length > 2 && Date.now() - away > 5000, PATIENCE_MS);
    await own.start();
    await Promise.race([
      inState(page, 'confirmed'),
      page.locator('.phone-code [data-problem]').waitFor({ timeout: PATIENCE_MS }).then(() => daemon.ready())
        .then(() => confirmButton(page).click()),
    ]);
    await daemon.ready();
    await onlyOne(page, daemon, 'f-store', keys);
    await page.end();
  } finally {
    await other.stop();
    await own.stop();
  }
});

test('the network goes at the last press and comes back: the page goes on by itself', async () => {
  await world.hall('f-net');
  const page = await world.open('about:blank');
  await toPhone(page, 'f-net');
  await typeCode(page, newPhone());
  const keys = watchConfirms(page);
  await page.context().setOffline(true);
  await confirmButton(page).click();
  await eventually('tried twice', () => keys.length > 1);
  await page.context().setOffline(false);
  await onlyOne(page, world.daemon, 'f-net', keys);
  await page.end();
});

test('the answer to the confirm is lost on its way: one booking', async () => {
  await world.hall('f-lost');
  const page = await world.open('about:blank');
  await toPhone(page, 'f-lost');
  await typeCode(page, newPhone());
  const keys = watchConfirms(page);
  await intercept(page, '**/booking/confirm', async (route) => {
    if (keys.length > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await confirmButton(page).click();
  await onlyOne(page, world.daemon, 'f-lost', keys);
  assert.equal(keys.length, 2);
  await page.end();
});

test('a reload after a lost answer: the same press leads to the same booking', async () => {
  await world.hall('f-lost-reload');
  const page = await world.open('about:blank');
  await toPhone(page, 'f-lost-reload');
  await typeCode(page, newPhone());
  let lost;
  const done = new Promise((resolve) => { lost = resolve; });
  await intercept(page, '**/booking/confirm', async (route) => {
    await route.fetch().catch(() => {});
    await route.abort().catch(() => {});
    lost();
  });
  await confirmButton(page).click();
  await done;
  await page.unroute('**/booking/confirm');
  await page.reload();
  await confirmButton(page).click();
  await inState(page, 'confirmed');
  assert.equal((await bookingsOf(world.daemon, 'f-lost-reload')).length, 1);
  await page.end();
});

test('a reload on each step begins where it was, with all that was typed', async () => {
  await world.hall('f-reload', { services: { 'id-card': { fields: FIELDS } } });
  const page = await world.open('/book#f-reload');
  const again = async (screen) => {
    await onScreen(page, screen);
    await page.reload();
    await onScreen(page, screen);
  };
  await page.locator('[data-service="id-card"]').click();
  await page.getByRole('button', { name: 'One person more' }).click();
  await again('services');
  await page.getByText('2 persons').waitFor();
  await say(page, 'Continue').click();
  for (const box of await page.locator('.papers input').all()) await box.check();
  await again('papers');
  assert.equal(await page.locator('.papers input:not(:checked)').count(), 0);
  await say(page, 'I will bring all of them').click();
  await page.locator(`[data-day="${localDay(3)}"]`).click();
  await again('time');
  await page.locator(`[data-day="${localDay(3)}"][aria-pressed="true"]`).waitFor();
  await firstTime(page).click();
  await onScreen(page, 'phone');
  await page.getByLabel('Name of the landlord').fill('Wang');
  await again('phone');
  assert.equal(await page.getByLabel('Name of the landlord').inputValue(), 'Wang');
  const code = await typeCode(page, newPhone());
  await again('phone');
  assert.equal(await codeField(page).inputValue(), code);
  await confirmButton(page).click();
  await inState(page, 'confirmed');
  assert.equal((await world.daemon.citizen(linkOf(page)).get('/booking')).persons, 2);
  await page.reload();
  await inState(page, 'confirmed');
  page.check();
  await page.end();
});

test('back after booking: told that it is booked, nothing typed is left, and the way on is the booking', async () => {
  await world.hall('f-back');
  const phone = newPhone();
  const page = await world.open('about:blank');
  await page.goto(`${world.daemon.url}/book#f-back`);
  await page.locator('[data-service="social-card"]').click();
  await say(page, 'Continue').click();
  await firstTime(page).click();
  await onScreen(page, 'phone');
  await typeCode(page, phone);
  await confirmButton(page).click();
  await inState(page, 'confirmed');
  const link = linkOf(page);
  await page.goBack();
  await onScreen(page, 'time');
  await page.locator('[data-booked]').waitFor();
  await firstTime(page).waitFor();
  await look(page, 'book-booked', ['320', '360', 'zoomed', '1280']);
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.ok(!kept.includes(phone) && !kept.includes('"sent"'), 'nothing typed is kept');
  await page.goForward();
  await inState(page, 'confirmed');
  await page.goBack();
  await page.getByRole('link', { name: 'My booking', exact: true }).click();
  await inState(page, 'confirmed');
  assert.equal(linkOf(page), link);
  page.check();
  await page.end();
});

test('two windows want the same last time: the second is told at once; each wish is one booking', async () => {
  await world.hall('f-two', { units: 1 });
  const phone = newPhone();
  const page = await world.open('about:blank');
  const second = await page.context().newPage();
  second.setDefaultTimeout(10000);
  const times = `${world.daemon.url}/book#f-two/time?s=social-card&d=${localDay(1)}`;
  for (const one of [page, second]) {
    await one.goto(times);
    await firstTime(one).waitFor();
  }
  await Promise.all([firstTime(page).click(), firstTime(second).click()]);
  const [first, late] = await eventually('one has it, the other not', async () => {
    const [a, b] = await Promise.all([page, second].map((one) => one.locator('[data-problem="slot_taken"]').count()));
    return a + b === 1 && (b ? [page, second] : [second, page]);
  });
  await onScreen(first, 'phone');
  await late.locator('.alternatives button').first().click();
  await onScreen(late, 'phone');
  for (const one of [first, late]) {
    await typeCode(one, phone);
    await confirmButton(one).click();
    await inState(one, 'confirmed');
  }
  const [one, two] = await Promise.all([first, late].map((each) => world.daemon.citizen(linkOf(each)).get('/booking')));
  assert.deepEqual([one.state, two.state, one.at !== two.at], ['confirmed', 'confirmed', true]);
  await page.end();
});

test('a window and its copy: the second press leads to the booking of the first, so does asking for another code', async () => {
  await world.hall('f-copy');
  const phone = newPhone();
  const page = await world.open('about:blank');
  await toPhone(page, 'f-copy');
  const kept = async () => [page.url(), await page.evaluate(() => ({ ...sessionStorage }))];
  const copyOf = async ([url, storage]) => { // as "duplicate tab" does
    const copy = await page.context().newPage();
    copy.setDefaultTimeout(10000);
    await copy.goto(`${world.daemon.url}/api/v1/clock`);
    await copy.evaluate((all) => { for (const [key, text] of Object.entries(all)) sessionStorage.setItem(key, text); }, storage);
    await copy.goto(url);
    await onScreen(copy, 'phone');
    return copy;
  };
  const early = await copyOf(await kept());
  await typeCode(page, phone);
  const copy = await copyOf(await kept());
  await confirmButton(page).click();
  await inState(page, 'confirmed');
  await confirmButton(copy).click();
  await inState(copy, 'confirmed');
  await phoneField(early).fill(phone);
  await say(early, 'Send me a code').click();
  await inState(early, 'confirmed');
  for (const one of [copy, early]) assert.equal(linkOf(one), linkOf(page));
  assert.equal((await bookingsOf(world.daemon, 'f-copy')).length, 1);
  await page.end();
});

// As if its minutes had passed.
async function runOut(hall, { id }) {
  const redis = world.daemon.redis();
  const past = String(Date.now() - 1000);
  await redis.hset(`{${hall}}:b:${id}`, 'x', past);
  await redis.zadd(`{${hall}}:later`, past, `hold|${id}`);
  redis.disconnect();
}

test('the hold runs out while the code is typed: booked all the same when nobody else wants the time', async () => {
  await world.hall('f-slow', { units: 1 });
  const page = await world.open('about:blank');
  await toPhone(page, 'f-slow');
  await typeCode(page, newPhone());
  const { hold } = await draftOf(page, 'f-slow');
  await runOut('f-slow', hold);
  await confirmButton(page).click();
  await inState(page, 'confirmed');
  assert.equal((await world.daemon.citizen(linkOf(page)).get('/booking')).at, hold.at);
  page.check();
  await page.end();
});

test('the hold runs out and somebody else takes the time: the nearest ones, with what was typed kept', async () => {
  await world.hall('f-slower', { units: 1, services: { 'social-card': { fields: FIELDS } } });
  const phone = newPhone();
  const page = await world.open('about:blank');
  await toPhone(page, 'f-slower');
  await page.getByLabel('Name of the landlord').fill('Wang');
  await typeCode(page, phone);
  const { hold } = await draftOf(page, 'f-slower');
  await runOut('f-slower', hold);
  await eventually('somebody else gets it', () => book(world.daemon, world.gateway, 'f-slower', { at: hold.at, fields: { landlord: 'Li' } })
    .catch((error) => { if (error.code !== 'slot_taken') throw error; }));
  await confirmButton(page).click();
  await page.locator('[data-problem="hold_expired"]').waitFor();
  await look(page, 'book-hold-expired', ['320', '360', 'zoomed']);
  await page.locator('.alternatives button').first().click();
  await phoneField(page).waitFor();
  assert.equal(await phoneField(page).inputValue(), phone);
  assert.equal(await page.getByLabel('Name of the landlord').inputValue(), 'Wang');
  await typeCode(page, phone);
  await confirmButton(page).click();
  await inState(page, 'confirmed');
  page.check();
  await page.end();
});

test('the hours of the hall change while a citizen looks: never a word of it', async () => {
  await world.hall('f-change');
  const page = await world.open('about:blank');
  const seen = { holds: 0, days: 0 };
  const refuse = async (route, what) => {
    seen[what] += 1;
    if (seen[what] > 2) return route.continue();
    return route.fulfill({ status: 409, contentType: 'application/problem+json', body: '{"code":"calendar_changed","status":409}' });
  };
  await page.route('**/halls/f-change/holds', (route) => refuse(route, 'holds'));
  await page.route('**/halls/f-change/days?**', (route) => refuse(route, 'days'));
  await toPhone(page, 'f-change');
  assert.deepEqual([seen.holds, seen.days >= 3], [3, true]);
  page.check();
  await page.end();
});
