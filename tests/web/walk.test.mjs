// The main way from end to end, nothing simulated: a citizen takes a number at the kiosk, a clerk calls it, board,
// phone and SMS tell, the clerk finishes. Daemon, Redis, Kannel, an SMSC and four pages in Chromium at once.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../lib/daemon.mjs';
import { startKannel } from '../lib/kannel.mjs';
import { inspect } from './browser.mjs';
import { startWorld, word } from './world.mjs';

const SETTLED_MS = 20000;
const hasReader = spawnSync('zbarimg', ['--version']).status === 0;
let kannel;
let world;
let shots;
let other; // who works at counter 3, without a page

before(async () => {
  shots = mkdtempSync(join(tmpdir(), 'paihao-walk-'));
  kannel = await startKannel();
  world = await startWorld({ code: 'walk', settings: { sms: { gateways: [kannel.gateway()] } } });
  const clerk = await world.daemon.clerk('zhao', world.code);
  other = (verb, body) => clerk.post(`/halls/${world.code}/counters/3/${verb}`, body);
  await other('open', { profile: 'general' });
});
after(async () => {
  await world?.stop();
  await kannel?.stop();
  rmSync(shots, { recursive: true, force: true });
});

// What differs between the languages: how the service is found, who comes first, which phone.
const CITIZENS = {
  zh: { letters: 'sfz', service: '身份证办理', class: '60 岁以上', phone: '13800007301', counter: '2', clerk: 'li' },
  en: { letters: 'ident', service: 'Identity card', class: '60 or older', phone: '13800007302', counter: '1', clerk: 'wang' },
};

const screen = (page, name) => page.waitForSelector(`[data-screen="${name}"]`);
const inState = (page, state) => page.waitForSelector(`html[data-state="${state}"]`);
const key = (page, sign) => page.locator('.key', { hasText: new RegExp(`^${sign}$`, 'i') }).click();

async function look(pages, stage) {
  for (const [name, page] of Object.entries(pages)) await inspect(page, `walk-${stage}-${name}`);
}

// As a phone's camera would read it; where no reader is installed, as the page asked for it.
async function readCode(page, asked) {
  if (!hasReader) return (await asked).postDataJSON().text;
  const file = join(shots, 'code.png');
  await page.locator('.qr').screenshot({ path: file });
  return execFileSync('zbarimg', ['--quiet', '--raw', '--oneshot', file], { encoding: 'utf8' }).trim();
}

// Search, class, phone number typed on the pad; the last button is hit twice. -> the ticket as the kiosk shows it
async function takeNumber(kiosk, lang, citizen) {
  const say = (id) => kiosk.getByRole('button', { name: word('kiosk', lang, id), exact: true });
  const asked = kiosk.waitForRequest('**/api/v1/qr');
  await look({ kiosk }, `${lang}-1-services`);
  await kiosk.locator('button.search').click();
  for (const letter of citizen.letters) await key(kiosk, letter);
  await look({ kiosk }, `${lang}-2-search`);
  await kiosk.locator('.found .tile', { hasText: citizen.service }).click();
  await look({ kiosk }, `${lang}-3-details`);
  await kiosk.getByRole('button', { name: citizen.class, exact: true }).click();
  for (const digit of citizen.phone) await key(kiosk, digit);
  await look({ kiosk }, `${lang}-4-phone`);
  await say('phone.yes').dblclick({ delay: 10 });
  await screen(kiosk, 'number');
  await kiosk.waitForSelector('.qr');
  await look({ kiosk }, `${lang}-5-number`);
  const number = await kiosk.locator('.given .number').innerText();
  return { number, code: await readCode(kiosk, asked) };
}

const messageTo = (citizen, holds) =>
  kannel.smsc.received((m) => m.to === `86${citizen.phone}` && m.text.includes(holds), SETTLED_MS);

const delivered = (number, kind) =>
  eventually(`the ${kind} message to ${number} is reported delivered`, async () =>
    (await world.events()).some((e) => e.type === 'message.delivered' && e.kind === kind && e.number === number), SETTLED_MS);

// The board sounds: the browser itself says that the context runs and that new tones were started.
async function sounded(board, before) {
  await eventually('it is announced', async () => (await board.announced()) > before.announced, SETTLED_MS);
  await eventually('it sounds', () => board.heard.tones > before.tones, SETTLED_MS);
  assert.equal(board.heard.state, 'running');
  return { announced: await board.announced(), tones: board.heard.tones };
}

async function walk(lang) {
  const citizen = CITIZENS[lang];
  const before = (await world.waiting()).length;
  const earlier = await world.issue({ class: 'disabled' });
  const board = await world.board();
  const kiosk = await world.kiosk(lang);
  await look({ board }, `${lang}-0-quiet`);

  const { number, code } = await takeNumber(kiosk, lang, citizen);
  const all = await world.waiting();
  assert.equal(all.length, before + 2, 'two taps, one ticket');
  const ticket = all.find((one) => one.number === number);
  assert.deepEqual([ticket.service, ticket.class, ticket.phone], ['id-card', 'elderly', true]);
  await kiosk.getByText(word('kiosk', lang, 'number.ahead', { n: 1 })).waitFor();
  await board.locator('.waiting .total', { hasText: '2' }).waitFor();

  const first = await messageTo(citizen, number);
  const link = first.text.match(/http\S+$/)[0];
  assert.equal(code, link, 'the code on the kiosk and the link of the SMS are one');
  await delivered(number, 'ticket');

  const phone = await world.phone(link, lang);
  await phone.locator('[data-ahead="1"]').waitFor();
  await look({ phone }, `${lang}-6-waiting`);
  assert.equal((await other('next')).ticket.number, earlier.number);
  await phone.getByText(word('ticket', lang, 'ahead.none')).waitFor();
  let heard = await sounded(board, { announced: 0, tones: 0 });

  const desk = await world.desk(citizen.clerk, citizen.counter, lang);
  await look({ desk }, `${lang}-7-idle`);
  await desk.keyboard.press('n');
  await desk.present(number, 'called');
  await board.locator(`.newest.called[data-number="${number}"][data-counter="${citizen.counter}"]`).waitFor({ timeout: SETTLED_MS });
  heard = await sounded(board, heard);
  assert.equal(await board.locator('[data-announced] li').last().getAttribute('data-number'), number);
  await inState(phone, 'called');
  await phone.locator(`[data-counter="${citizen.counter}"]`).waitFor();
  await look({ desk, board, phone }, `${lang}-8-called`);
  const call = await messageTo(citizen, lang === 'zh' ? '窗口' : 'counter');
  assert.ok(call.text.includes(number) && call.text.includes(citizen.counter), call.text);
  await delivered(number, 'called');

  await desk.keyboard.press('r');
  heard = await sounded(board, heard);
  await phone.getByText(word('ticket', lang, 'called.again', { n: 2 })).waitFor();
  await look({ desk, board, phone }, `${lang}-9-again`);

  await desk.keyboard.press('b');
  await desk.present(number, 'serving');
  await inState(phone, 'serving');
  await board.locator(`.newest.serving[data-number="${number}"]`).waitFor();
  await look({ desk, board, phone }, `${lang}-10-serving`);
  await desk.keyboard.press('f');
  await desk.locator('.citizen.empty').waitFor();
  await inState(phone, 'done');
  await phone.getByText(word('ticket', lang, 'done'), { exact: true }).waitFor();
  await board.locator(`.newest.ended[data-number="${number}"]`).waitFor();
  await look({ desk, board, phone }, `${lang}-11-done`);
  assert.equal(await board.announced(), heard.announced, 'nothing is announced but calls');

  await other('absent');
  for (const page of [desk, board, phone, kiosk]) {
    page.check();
    await page.end();
  }
}

test('a citizen from the kiosk to the counter, in Chinese', () => walk('zh'));
test('a citizen from the kiosk to the counter, in English', () => walk('en'));

test('the walk leaves no phone number behind', () => {
  for (const { phone } of Object.values(CITIZENS)) assert.ok(!world.daemon.log.includes(phone));
});
