// Tickets on paper as people see it: at the kiosk, printed or not; reprints by staff; what the supervisor is told. The real
// daemon, a printer that misbehaves on request. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, eventually } from '../lib/daemon.mjs';
import { readPaper } from '../lib/escpos.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { inspect, openPage } from './browser.mjs';
import { inState, startDesk } from './clerk_world.mjs';
import { LOW, LYING, UPRIGHT, look, pick, say, screen } from './kiosk_world.mjs';

const CODE = 'w-print';
let desk;
let printer;
let hall;
let url;
let bare;

before(async () => {
  printer = await startPrinter();
  desk = await startDesk();
  const edit = (text) => `${text}\nprinters:\n  - {code: p1, address: "${printer.address}", kiosks: [kiosk-1], names: {zh: 大门旁, en: By the entrance}}\n`;
  hall = await desk.makeHall(CODE, { edit });
  url = `${desk.daemon.url}/kiosk#${(await desk.daemon.device('kiosk-1', 'kiosk', CODE)).token}`;
  bare = `${desk.daemon.url}/kiosk#${(await desk.daemon.device('kiosk-2', 'kiosk', CODE)).token}`;
});
after(async () => {
  await desk?.stop();
  await printer?.stop();
});

const paper = (page, state) => page.locator(`[data-paper="${state}"]`).waitFor({ timeout: 20000 });
const numberOn = (page) => page.locator('.given .number').innerText();
const numberOf = (slip) => readPaper(slip).lines.find((line) => line.size === '6x6').text;

async function kioskAt(viewport, lang, address = url) {
  const page = await openPage(desk.browser, address, { viewport, hasTouch: true });
  await screen(page, 'services');
  if (lang === 'en') await say(page, 'English').click();
  return page;
}

async function take(page, lang) {
  await pick(page, lang === 'en' ? 'Identity card' : '身份证办理');
  await say(page, lang === 'en' ? 'Take a number' : '取号').click();
  await screen(page, 'number');
  await page.waitForSelector('.qr');
}

function reset(more = {}) {
  Object.assign(printer, { paper: 'ok', cover: false, silent: false, onJob: '', slips: [], ...more });
}

for (const [viewport, lang, shape] of [[UPRIGHT, 'zh', 'upright'], [LYING, 'en', 'lying'], [LOW, 'zh', 'low']]) {
  test(`the ticket comes out; without paper the screen is the ticket: ${shape}, ${lang}`, async () => {
    reset();
    const page = await kioskAt(viewport, lang);
    await take(page, lang);
    await paper(page, 'printed');
    await page.getByText(lang === 'en' ? 'Please take your ticket' : '请取走您的小票').waitFor();
    if (viewport !== LOW) await look(page, `printing-printed-${shape}-${lang}`);
    assert.equal(printer.slips.length, 1);
    assert.equal(numberOf(printer.slips[0]), await numberOn(page));
    await say(page, lang === 'en' ? 'Done' : '完成').click();
    await screen(page, 'services');
    reset({ paper: 'out' });
    if (lang === 'en') await say(page, 'English').click(); // the next citizen found the hall's own language
    await take(page, lang);
    await paper(page, 'failed');
    await page.getByRole('alert').getByText(lang === 'en' ? 'Your number is valid' : '您的号码照样有效').waitFor();
    await look(page, `printing-failed-${shape}-${lang}`);
    const number = await numberOn(page);
    assert.ok((await hall.ticket(number)).id, 'the ticket is there');
    await page.getByRole('img', { name: number }).waitFor();
    assert.equal(printer.slips.length, 0);
    page.check();
    await page.end();
  });
}

test('while it prints the kiosk is nobody\'s prisoner; a printer that falls silent ends in a doubt', async () => {
  reset({ onJob: 'say nothing' });
  const page = await kioskAt(UPRIGHT, 'zh');
  await take(page, 'zh');
  await paper(page, 'printing');
  await look(page, 'printing-under-way-upright-zh');
  await paper(page, 'unknown');
  await page.getByText('没拿到小票？').waitFor();
  await look(page, 'printing-unknown-upright-zh');
  await say(page, '完成').click();
  await screen(page, 'services');
  await take(page, 'zh');
  await say(page, '完成').click();
  await screen(page, 'services'); // the next citizen does not wait for the paper of this one
  page.check();
  await page.end();
});

test('a kiosk without a printer says nothing of paper', async () => {
  reset();
  const page = await kioskAt(UPRIGHT, 'zh', bare);
  await take(page, 'zh');
  await page.getByText('请记住或拍下您的号码').waitFor();
  assert.equal(await page.locator('.on-paper').count(), 0);
  await page.end();
});

test('staff reprint at the hall\'s printer, and the supervisor is told when it does not print', async () => {
  reset({ cover: true });
  const page = await desk.openConsole(hall);
  await page.keyboard.press('n');
  await inState(page, 'called');
  await page.keyboard.press('i');
  await page.locator('.slip[data-ready]').waitFor();
  await page.getByRole('button', { name: '大门旁', exact: true }).click();
  await page.locator('[data-print="failed"]', { hasText: '机盖没关好' }).waitFor({ timeout: 20000 });
  await inspect(page, 'printing-clerk-failed');
  const boss = await openPage(desk.browser, `${desk.daemon.url}/supervisor#${CODE}`, { viewport: { width: 1440, height: 900 }, lang: 'en' });
  await desk.daemon.addStaff('mei-print', 'supervisor', [CODE]);
  await boss.locator('#name').fill('mei-print');
  await boss.locator('#password').fill(PASSWORD);
  await boss.keyboard.press('Enter');
  await boss.locator('.alarm[data-kind="printer"]', { hasText: 'Printer “By the entrance” prints no tickets' }).waitFor({ timeout: 20000 });
  await inspect(boss, 'printing-supervisor-alarm');
  reset();
  await page.getByRole('button', { name: '大门旁', exact: true }).click();
  await page.locator('[data-print="printed"]').waitFor({ timeout: 20000 });
  assert.equal(numberOf(printer.slips.at(-1)), await page.locator('.slip .number').innerText());
  await boss.locator('.alarm[data-kind="printer"]').waitFor({ state: 'detached', timeout: 20000 });
  const [waiting] = (await desk.daemon.get(`/halls/${CODE}/tickets?state=waiting`)).tickets;
  await boss.goto(`${desk.daemon.url}/supervisor#${CODE}/ticket/${waiting.number}`);
  await boss.reload();
  await boss.getByRole('button', { name: 'Reprint…' }).click();
  await boss.getByRole('button', { name: 'By the entrance', exact: true }).click();
  await boss.locator('[data-print="printed"]').waitFor({ timeout: 20000 });
  await inspect(boss, 'printing-supervisor-reprint');
  await eventually('it came out', () => printer.slips.some((slip) => numberOf(slip) === waiting.number));
  page.check();
  boss.check();
  await page.end();
  await boss.end();
});
