// The way of a booking from end to end, nothing simulated: search, papers, a time, a code by SMS through Kannel, confirmed, the
// calendar file, check-in at the kiosk with the QR code, called, finished. Daemon, Redis, Kannel, an SMSC and four pages in
// Chromium at once. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import ICAL from 'ical.js';
import { bookableHall, newPhone } from '../lib/citizen.mjs';
import { startKannel } from '../lib/kannel.mjs';
import { inspect, openPage } from './browser.mjs';
import { scan } from './kiosk_world.mjs';
import { noonZone, startWorld, word } from './world.mjs';

const SETTLED_MS = 20000;
const PHONE = { width: 390, height: 844 };
const hasReader = spawnSync('zbarimg', ['--version']).status === 0;
let kannel;
let world;
let shots;

before(async () => {
  shots = mkdtempSync(join(tmpdir(), 'paihao-walk-'));
  kannel = await startKannel();
  world = await startWorld({ code: 'walkb', settings: { sms: { gateways: [kannel.gateway()] } } });
  await bookableHall(world.daemon, { code: world.code, booking: { early_minutes: 480 },
    edit: (config) => ({ ...config, zone: noonZone() }) });
});
after(async () => {
  await world?.stop();
  await kannel?.stop();
  rmSync(shots, { recursive: true, force: true });
});

const PEOPLE = {
  zh: { service: 'id-card', counter: '2', clerk: 'he', words: { next: '下一步', papers: '都会带齐', number: '手机号',
    send: '获取验证码', code: '短信验证码' } },
  en: { service: 'id-card', counter: '1', clerk: 'gao', words: { next: 'Continue', papers: 'I will bring all of them',
    number: 'Mobile number', send: 'Send me a code', code: 'Code from the text message' } },
};

const messageTo = (phone, pattern) =>
  kannel.smsc.received((m) => m.to === `86${phone}` && pattern.test(m.text), SETTLED_MS);

async function bookAtHome(page, lang, phone) {
  const { words, service } = PEOPLE[lang];
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  await page.locator(`[data-service="${service}"]`).click();
  await press(words.next);
  await page.locator('.papers input').first().waitFor();
  for (const box of await page.locator('.papers input').all()) await box.check();
  await press(words.papers);
  await page.locator('.times button').nth(1).click(); // the first may begin while all this goes on, and then comes late
  await page.getByLabel(words.number).fill(phone);
  await press(words.send);
  const sent = await messageTo(phone, /\b\d{6}\b/);
  await inspect(page, `walkb-${lang}-1-code`);
  await page.getByLabel(words.code).fill(/\b\d{6}\b/.exec(sent.text)[0]);
  await page.locator('.phone-code .primary').click();
  await page.waitForSelector('html[data-state="confirmed"]', { timeout: SETTLED_MS });
}

async function calendarFile(page, lang) {
  const [download] = await Promise.all([page.waitForEvent('download'),
    page.getByRole('button', { name: JSON.parse(readFileSync(new URL(`../../daemon/web/booking/${lang}.json`, import.meta.url))).calendar }).click()]);
  const file = join(shots, `${lang}.ics`);
  await download.saveAs(file);
  return new ICAL.Component(ICAL.parse(readFileSync(file, 'utf8'))).getFirstSubcomponent('vevent');
}

// As the kiosk's scanner reads it off the phone; where no reader is installed, the page's own address.
async function codeOnPhone(page) {
  await page.locator('.qr').waitFor();
  if (!hasReader) return page.url();
  const file = join(shots, 'code.png');
  await page.locator('.qr').screenshot({ path: file });
  return execFileSync('zbarimg', ['--quiet', '--raw', '--oneshot', file], { encoding: 'utf8' }).trim();
}

async function walk(lang) {
  const { counter, clerk, service } = PEOPLE[lang];
  const phone = newPhone();
  const home = await openPage(world.browser, `${world.daemon.url}/book#${world.code}`,
    { viewport: PHONE, lang: lang === 'zh' ? 'zh-CN' : 'en' });
  await bookAtHome(home, lang, phone);
  const told = await messageTo(phone, /http\S+\/b#/);
  const link = /http\S+\/b#(\S+)$/.exec(told.text)[1];
  assert.equal(new URL(home.url()).hash.slice(1), link, 'the page and the message have one link');
  const booking = await world.daemon.citizen(link).get('/booking');
  await inspect(home, `walkb-${lang}-2-confirmed`);

  const event = await calendarFile(home, lang);
  assert.equal(event.getFirstPropertyValue('dtstart').toJSDate().getTime(), booking.at);
  assert.ok(event.getFirstPropertyValue('uid').startsWith(booking.id));

  const kiosk = await world.kiosk(lang);
  const board = await world.board();
  await scan(kiosk, await codeOnPhone(home));
  await kiosk.waitForSelector('[data-screen="number"]', { timeout: SETTLED_MS });
  const number = await kiosk.locator('.given .number').innerText();
  await inspect(kiosk, `walkb-${lang}-3-checked-in`);
  await home.waitForSelector('html[data-state="checked_in"]', { timeout: SETTLED_MS });
  const [ticket] = (await world.waiting()).filter((one) => one.number === number);
  assert.deepEqual([ticket.service, ticket.booking, ticket.booked, ticket.rank], [service, booking.id, booking.at, booking.at]);

  const desk = await world.desk(clerk, counter, lang);
  await desk.keyboard.press('n');
  await desk.present(number, 'called');
  await board.locator(`.newest.called[data-number="${number}"][data-counter="${counter}"]`).waitFor({ timeout: SETTLED_MS });
  await inspect(desk, `walkb-${lang}-4-called`);
  const call = await messageTo(phone, lang === 'zh' ? /窗口/ : /counter/);
  assert.ok(call.text.includes(number), call.text);
  await desk.keyboard.press('b');
  await desk.present(number, 'serving');
  await desk.keyboard.press('f');
  await desk.locator('.citizen.empty').waitFor();
  const ticketLink = /http\S+$/.exec((await messageTo(phone, /\/t#/)).text)[0];
  const own = await world.phone(ticketLink, lang);
  await own.waitForSelector('html[data-state="done"]');
  await own.getByText(word('ticket', lang, 'done'), { exact: true }).waitFor();
  for (const page of [home, kiosk, board, desk, own]) {
    page.check();
    await page.end();
  }
  assert.ok(!world.daemon.log.includes(phone), 'no phone number in the log');
}

test('booked at home, served in the hall, in Chinese', () => walk('zh'));
test('booked at home, served in the hall, in English', () => walk('en'));
