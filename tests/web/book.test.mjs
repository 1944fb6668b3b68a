// Booking a time in Chromium, with the real daemon and the codes its gateway was sent. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { book, hold, localDay, newPhone, sendCode } from '../lib/citizen.mjs';
import { eventually } from '../lib/daemon.mjs';
import { inState, look, onScreen, startBookingWorld } from './booking_world.mjs';

const FIELDS = [
  { code: 'landlord', names: { zh: '房东姓名', en: 'Name of the landlord' }, type: 'text', required: true, max: 10 },
  { code: 'people', names: { zh: '同住人数', en: 'People in the flat' }, type: 'number', max: 20 },
  { code: 'moved', names: { zh: '入住日期', en: 'Moved in on' }, type: 'date' },
  { code: 'why', names: { zh: '居住事由', en: 'Reason' }, type: 'choice', required: true,
    choices: [{ zh: '就业', en: 'Work' }, { zh: '就学', en: 'Study' }] },
];
const CODE = /\b(\d{6})\b/;
let world;

before(async () => {
  world = await startBookingWorld();
});
after(() => world?.stop());

const say = (page, name) => page.getByRole('button', { name, exact: true });
const pick = (page, service) => page.locator(`[data-service="${service}"]`).click();
const tickAll = async (page) => {
  for (const box of await page.locator('.papers input').all()) await box.check();
};
// Not the very first: it may begin while the page is looked at.
const firstTime = (page) => page.locator('.times button').nth(1);

// From the start to the screen of times, for a service without papers.
async function toTimes(page, service = 'social-card') {
  await pick(page, service);
  await say(page, 'Continue').click();
  await onScreen(page, 'time');
  await firstTime(page).waitFor();
}

async function toPhone(page) {
  await firstTime(page).click();
  await onScreen(page, 'phone');
}

async function askCode(page, phone) {
  const before = world.gateway.received.length;
  await page.getByLabel('Mobile number').fill(phone);
  await say(page, 'Send me a code').click();
  await page.getByLabel('Code from the text message').waitFor();
  return (await world.message(phone, CODE, before))[1];
}

test('four steps, in English: several services, papers, a time, fields and the code', async () => {
  await world.hall('bk-en', { services: { residence: { minutes: 20, fields: FIELDS } } });
  const phone = newPhone();
  const page = await world.open('/book#bk-en');
  await onScreen(page, 'services');
  await page.locator('[data-service]').first().waitFor();
  await look(page, 'book-en-1-services');
  await pick(page, 'residence');
  await say(page, 'Add another service').click();
  await onScreen(page, 'add');
  assert.equal(await page.locator('[data-service="residence"]').count(), 0, 'what is chosen is not offered again');
  await pick(page, 'id-card');
  await page.getByRole('heading', { name: 'Your visit' }).waitFor();
  await page.getByRole('button', { name: 'One person more' }).click();
  await page.getByText('2 persons').waitFor();
  await page.getByLabel('Does one of these apply to you?').selectOption('elderly');
  await look(page, 'book-en-2-chosen');
  await say(page, 'Continue').click();
  await onScreen(page, 'papers');
  await say(page, 'I will bring all of them').click();
  await page.getByText('Please tick everything').waitFor();
  await look(page, 'book-en-3-papers-open');
  await tickAll(page);
  await look(page, 'book-en-3-papers');
  await say(page, 'I will bring all of them').click();
  await onScreen(page, 'time');
  await firstTime(page).waitFor();
  await look(page, 'book-en-4-time');
  await page.locator(`[data-day="${localDay(2)}"]`).click();
  await page.locator(`[data-day="${localDay(2)}"][aria-pressed="true"]`).waitFor();
  await toPhone(page);
  assert.match(await page.locator('.countdown').innerText(), /Kept for you for \d+:\d\d/);
  await look(page, 'book-en-5-phone');

  await say(page, 'Send me a code').click();
  await page.getByText('This is needed.').first().waitFor();
  await look(page, 'book-en-5-phone-missing', ['360', 'zoomed']);
  await page.getByLabel('Name of the landlord').fill('Wang');
  await page.getByLabel('People in the flat').fill('3');
  await page.getByLabel('Reason').selectOption({ label: 'Study' });
  const code = await askCode(page, phone);
  assert.equal(await page.getByLabel('Code from the text message').getAttribute('autocomplete'), 'one-time-code');
  assert.equal(await page.getByLabel('Code from the text message').getAttribute('inputmode'), 'numeric');
  await look(page, 'book-en-6-code');
  const wrong = code === '111111' ? '222222' : '111111';
  await page.getByLabel('Code from the text message').fill(wrong);
  await page.locator('.phone-code .primary').click();
  await page.getByText('You have 4 tries left.').waitFor();
  await look(page, 'book-en-6-code-wrong', ['360']);
  await page.getByLabel('Code from the text message').fill(code);
  await page.locator('.phone-code .primary').click();
  await inState(page, 'confirmed');
  const link = new URL(page.url()).hash.slice(1);
  const booking = await world.daemon.citizen(link).get('/booking');
  assert.deepEqual([booking.state, booking.persons, booking.class, booking.services, booking.day],
    ['confirmed', 2, 'elderly', ['residence', 'id-card'], localDay(2)]);
  const kept = await world.daemon.get(`/halls/bk-en/bookings/${booking.id}`);
  assert.deepEqual(kept.fields, { landlord: 'Wang', people: '3', why: '就学' });
  assert.deepEqual(Object.keys(JSON.parse(await page.evaluate(() => sessionStorage.getItem('paihao.book.bk-en')))), ['booked'],
    'nothing typed is left behind');
  page.check();
  await page.end();
});

test('the same in Chinese, in the dark, found by pinyin', async () => {
  await world.hall('bk-zh', { units: 1, edit: (config) => ({ ...config, services: [...config.services,
    { ...config.services[0], code: 'more', names: { zh: '更多事项', en: 'More' }, words: [] }] }) });
  const phone = newPhone();
  const page = await world.open('/book#bk-zh', { lang: 'zh-CN', colorScheme: 'dark' });
  await page.getByLabel('查找事项').fill('sfz');
  await page.locator('[data-service="id-card"]').waitFor();
  await eventually('only what was sought is left', async () => (await page.locator('[data-service]').count()) === 1);
  await look(page, 'book-zh-1-search');
  await page.getByLabel('查找事项').fill('没有这个');
  await page.getByText('没有找到').first().waitFor();
  await look(page, 'book-zh-1-none', ['360']);
  await page.getByLabel('查找事项').fill('身份');
  await pick(page, 'id-card');
  await look(page, 'book-zh-2-chosen');
  await say(page, '下一步').click();
  await onScreen(page, 'papers');
  await tickAll(page);
  await look(page, 'book-zh-3-papers');
  await say(page, '都会带齐').click();
  await firstTime(page).waitFor();
  await look(page, 'book-zh-4-time');
  await toPhone(page);
  await look(page, 'book-zh-5-phone');
  await page.getByLabel('手机号').fill(phone);
  const way = await page.locator('.phone-code .primary').elementHandle();
  await say(page, '获取验证码').click();
  await page.getByLabel('短信验证码').waitFor();
  assert.equal(await way.evaluate((one) => one.matches('.primary')), true, 'no other button takes its place under the finger');
  await look(page, 'book-zh-6-code');
  const [, code] = await world.message(phone, CODE);
  await page.getByLabel('短信验证码').fill(code);
  await page.keyboard.press('Enter');
  await inState(page, 'confirmed');
  page.check();
  await page.end();
});

test('back and forward lose nothing, and a reload begins where it was', async () => {
  await world.hall('bk-back');
  const phone = newPhone();
  const page = await world.open('/book#bk-back');
  await pick(page, 'id-card');
  await say(page, 'Continue').click();
  await onScreen(page, 'papers');
  await page.locator('.papers input').first().check();
  await page.reload();
  await onScreen(page, 'papers');
  assert.deepEqual(await page.locator('.papers input').evaluateAll((all) => all.map((one) => one.checked)), [true, false]);
  await tickAll(page);
  await say(page, 'I will bring all of them').click();
  await firstTime(page).waitFor();
  await toPhone(page);
  await page.getByLabel('Mobile number').fill(phone);
  const kept = await page.locator('.held .when').innerText();
  for (const screen of ['time', 'papers', 'services']) {
    await page.goBack();
    await onScreen(page, screen);
  }
  for (const screen of ['papers', 'time', 'phone']) {
    await page.goForward();
    await onScreen(page, screen);
  }
  assert.equal(await page.getByLabel('Mobile number').inputValue(), phone);
  assert.equal(await page.locator('.held .when').innerText(), kept);
  await page.reload();
  await onScreen(page, 'phone');
  assert.equal(await page.getByLabel('Mobile number').inputValue(), phone);
  await page.getByRole('link', { name: 'Back' }).click(); // the page's own way back is the browser's
  await onScreen(page, 'time');
  await page.locator('[data-held="kept"]').waitFor();
  await look(page, 'book-time-held', ['360', '1280']);
  await page.getByRole('button', { name: /^Go on with/ }).click();
  const code = await askCode(page, phone);
  await page.reload(); // looked at the message meanwhile, and the browser dropped the page
  await page.getByLabel('Code from the text message').fill(code);
  await page.keyboard.press('Enter');
  await inState(page, 'confirmed');
  page.check();
  await page.end();
});

test('a link into the middle begins at the first open step; what the hall does not offer falls out', async () => {
  await world.hall('bk-deep');
  const page = await world.open(`/book#bk-deep/phone?s=nothing,id-card&p=9&d=${localDay(1)}`);
  await onScreen(page, 'papers');
  assert.match(page.url(), /s=id-card&p=4/);
  page.check();
  await page.end();
});

test('a time that was just taken: the nearest free ones, each one press away', async () => {
  await world.hall('bk-taken', { units: 1 });
  const page = await world.open(`/book#bk-taken/time?s=social-card&d=${localDay(1)}`);
  await firstTime(page).waitFor();
  const at = Number(await firstTime(page).getAttribute('data-at'));
  await hold(world.daemon, 'bk-taken', { services: ['social-card'], at });
  await firstTime(page).click();
  await page.locator('[data-problem="slot_taken"]').waitFor();
  assert.ok(await page.locator('.alternatives button').count() > 1);
  await page.locator(`.times [data-at="${at}"]`).waitFor({ state: 'detached' });
  await look(page, 'book-taken');
  await page.locator('.alternatives button').first().click();
  await onScreen(page, 'phone');
  page.check();
  await page.end();
});

test('the last time is taken while the code is typed: another one is offered, with what was typed kept', async () => {
  const { daemon } = world;
  await world.hall('bk-gone', { units: 1 });
  const phone = newPhone();
  const page = await world.open(`/book#bk-gone/time?s=social-card&d=${localDay(1)}`);
  await firstTime(page).waitFor();
  await toPhone(page);
  const code = await askCode(page, phone);
  const { hold: held } = JSON.parse(await page.evaluate(() => sessionStorage.getItem('paihao.book.bk-gone')));
  await daemon.citizen(held.link).post('/booking/cancel');
  await book(daemon, world.gateway, 'bk-gone', { at: held.at });
  await page.getByLabel('Code from the text message').fill(code);
  await page.keyboard.press('Enter');
  await page.getByText('no longer kept for you').waitFor();
  await look(page, 'book-gone', ['360', 'zoomed']);
  await say(page, 'Choose another time').click();
  await onScreen(page, 'time');
  await firstTime(page).click();
  await onScreen(page, 'phone');
  assert.equal(await page.getByLabel('Mobile number').inputValue(), phone);
  page.check();
  await page.end();
});

test('five wrong tries are told one by one, then a new code is asked for', async () => {
  await world.hall('bk-tries');
  const phone = newPhone();
  const page = await world.open(`/book#bk-tries/time?s=social-card&d=${localDay(1)}`);
  await toPhone(page);
  const code = await askCode(page, phone);
  const wrong = code === '111111' ? '222222' : '111111';
  for (const text of ['4 tries left', '3 tries left', '2 tries left', '1 try left', 'Please ask for a new code']) {
    await page.getByLabel('Code from the text message').fill(wrong);
    await page.keyboard.press('Enter');
    await page.getByText(text).waitFor();
  }
  await look(page, 'book-code-dead', ['360']);
  assert.equal(await page.locator('.phone-code .primary').count(), 0);
  await page.goto(`${world.daemon.url}/book#bk-tries/mine`);
  await onScreen(page, 'mine');
  assert.equal(await page.getByLabel('Mobile number').inputValue(), phone, 'a code for a booking is none for the list');
  page.check();
  await page.end();
});

test('what the rules of a phone number refuse is said where it happens', async () => {
  await world.hall('bk-limit', { booking: { alive_max: 1 } });
  const { tel } = await book(world.daemon, world.gateway, 'bk-limit');
  const page = await world.open(`/book#bk-limit/time?s=social-card&d=${localDay(3)}`);
  await toPhone(page);
  await page.getByLabel('Mobile number').fill('call me');
  await say(page, 'Send me a code').click();
  await page.getByText('This does not look like a phone number.').waitFor();
  const sent = world.gateway.received.length;
  await page.getByLabel('Mobile number').fill(tel);
  await say(page, 'Send me a code').click();
  const code = await eventually('another code', () =>
    world.gateway.received.slice(sent).map((one) => CODE.exec(one.text)?.[1]).find(Boolean));
  await page.getByLabel('Code from the text message').fill(code);
  await page.keyboard.press('Enter');
  await page.locator('[data-problem="phone_limit"]').waitFor();
  await look(page, 'book-limit', ['360', 'zoomed']);
  page.check();
  await page.end();
});

test('a demo shows the code, marked as such', async () => {
  const demo = await startBookingWorld({ settings: { demo: { show_codes: true }, sms: {} } });
  try {
    await demo.hall('demo');
    const page = await demo.open(`/book#demo/time?s=social-card&d=${localDay(1)}`);
    await toPhone(page);
    await page.getByLabel('Mobile number').fill(newPhone());
    await say(page, 'Send me a code').click();
    const [, code] = CODE.exec(await page.locator('.demo').innerText());
    await look(page, 'book-demo', ['360']);
    await page.getByLabel('Code from the text message').fill(code);
    await page.keyboard.press('Enter');
    await inState(page, 'confirmed');
    page.check();
    await page.end();
  } finally {
    await demo.stop();
  }
});

test('a hold that has run out says so, and may still be confirmed', async () => {
  await world.hall('bk-late', { booking: { hold_minutes: 1 } });
  const page = await world.open('about:blank');
  await page.clock.install();
  await page.goto(`${world.daemon.url}/book#bk-late/time?s=social-card&d=${localDay(1)}`);
  await toPhone(page);
  await page.locator('[data-held="kept"]').waitFor();
  await page.clock.runFor(70000);
  await page.locator('[data-held="late"]').waitFor();
  await page.getByText('if nobody has taken it yet').first().waitFor();
  await look(page, 'book-hold-late', ['360']);
  page.check();
  await page.end();
});

test('no free times: the waitlist takes days, a number and a code, and leads to its own page', async () => {
  await world.hall('bk-full', { units: 0 });
  const phone = newPhone();
  const page = await world.open('/book#bk-full/time?s=social-card');
  await page.locator('[data-none]').waitFor();
  await look(page, 'book-full');
  await say(page, 'Tell me when a time becomes free').click();
  await onScreen(page, 'wait');
  await eventually('the days are there', async () => (await page.getByLabel('Last day').inputValue()) !== '');
  await page.getByLabel('First day').fill('2030-01-01');
  await say(page, 'Send me a code').click();
  await page.getByText('The last day is before the first.').waitFor();
  await look(page, 'book-wait');
  await page.getByLabel('First day').fill(localDay(1).replace(/(....)(..)(..)/, '$1-$2-$3'));
  await page.getByLabel('Last day').fill(localDay(5).replace(/(....)(..)(..)/, '$1-$2-$3'));
  const code = await askCode(page, phone);
  await page.getByLabel('Code from the text message').fill(code);
  await page.keyboard.press('Enter');
  await inState(page, 'waiting-waiting');
  await look(page, 'b-waiting');
  await say(page, 'Leave the list').click();
  await page.getByRole('dialog').waitFor();
  await look(page, 'b-waiting-leave', ['360']);
  await page.getByRole('dialog').getByRole('button', { name: 'Leave the list' }).click();
  await inState(page, 'waiting-ended');
  await look(page, 'b-waiting-ended', ['360']);
  page.check();
  await page.end();
});

test('my bookings, against a code: each leads to its page, and the list is there on the way back', async () => {
  await world.hall('bk-mine');
  const booked = await book(world.daemon, world.gateway, 'bk-mine');
  const wish = { services: ['pension'], from: localDay(2), to: localDay(3), phone: booked.tel };
  const proof = await sendCode(world.daemon, world.gateway, 'bk-mine', { purpose: 'wait', phone: booked.tel });
  const waiting = await world.daemon.nobody().post('/halls/bk-mine/waitlist', { ...wish, code: proof });
  const page = await world.open('/book#bk-mine/mine');
  await look(page, 'book-mine', ['360', 'zoomed']);
  const code = await askCode(page, booked.tel);
  await page.getByLabel('Code from the text message').fill(code);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your bookings' }).waitFor();
  const [, from] = localDay(2).match(/(\d\d)$/);
  assert.match(await page.locator(`a[href="/b#${waiting.link}"]`).innerText(), new RegExp(`waiting list, ${Number(from)} `));
  await look(page, 'book-mine-found');
  await page.locator(`a[href="/b#${booked.link}"]`).click();
  await inState(page, 'confirmed');
  await page.goBack();
  await page.getByRole('heading', { name: 'Your bookings' }).waitFor();
  await say(page, 'Done, hide the list').click();
  await page.getByLabel('Mobile number').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem('paihao.book.bk-mine').includes('link')), false);
  page.check();
  await page.end();
});

test('a number for today from home leads to its page', async () => {
  await world.hall('bk-home');
  const page = await world.open('/book#bk-home');
  await page.getByRole('link', { name: 'Take a number for today from home' }).click();
  await onScreen(page, 'home');
  await look(page, 'book-home', ['360', 'zoomed']);
  await pick(page, 'advice');
  await look(page, 'book-home-details', ['360', 'zoomed']);
  await say(page, 'Take a number').click();
  await page.waitForURL(/\/t#bk-home\./);
  const link = new URL(page.url()).hash.slice(1);
  assert.equal((await world.daemon.citizen(link).get('/ticket')).state, 'coming');
  page.check();
  await page.end();
});

test('closed and unknown halls say what to do', async () => {
  await world.hall('bk-shut', { booking: { open: false } });
  let page = await world.open('/book#bk-shut');
  await page.getByRole('heading', { name: 'No online booking' }).waitFor();
  await look(page, 'book-closed', ['360']);
  await page.end();
  page = await world.open('/book#nowhere');
  await page.getByRole('heading', { name: 'There is no such hall.' }).waitFor();
  await page.getByRole('link', { name: 'Which hall?' }).click();
  await onScreen(page, 'halls');
  page.check();
  await page.end();
});

test('the start page leads to booking, to a number from home and to my bookings', async () => {
  await world.hall('bk-start', { edit: (config) => ({ ...config, names: { zh: '起点大厅', en: 'Start hall' } }) });
  for (const lang of ['en', 'zh-CN']) {
    const page = await world.open('/', { lang });
    await page.locator('a[href="/book#bk-start"]').waitFor();
    assert.equal(await page.locator('a[href="/book#bk-start/mine"], a[href="/book#bk-start/home"]').count(), 2);
    await look(page, `home-${lang.slice(0, 2)}`);
    await page.locator('a[href="/book#bk-start"]').click();
    await onScreen(page, 'services');
    page.check();
    await page.end();
  }
});

test('a lost answer to a hold or a code is repeated under its own key: nothing twice', async () => {
  await world.hall('bk-lost');
  const phone = newPhone();
  const page = await world.open('about:blank');
  const keys = { holds: [], codes: [] };
  for (const what of Object.keys(keys)) {
    await page.route(`**/api/v1/halls/bk-lost/${what}`, async (route) => {
      keys[what].push(route.request().headers()['idempotency-key']);
      if (keys[what].length > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
  }
  await page.goto(`${world.daemon.url}/book#bk-lost/time?s=social-card&d=${localDay(1)}`);
  await toPhone(page);
  await askCode(page, phone);
  for (const what of Object.keys(keys)) assert.deepEqual([keys[what].length, new Set(keys[what]).size], [2, 1], what);
  assert.equal(world.gateway.received.filter((one) => one.to.endsWith(phone)).length, 1);
  page.check();
  await page.end();
});
