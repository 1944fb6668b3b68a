// The texts of messages in the hall editor: typed, seen as on a phone, counted, priced, stored. Real daemon, Chromium.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { costText } from '../../daemon/web/admin/texts/preview.js';
import { oneLine } from '../../daemon/web/admin/texts/one.js';
import { PASSWORD, eventually, root, startDaemon } from '../lib/daemon.mjs';
import { PHONE, inspect, intercept, openPage, startBrowser } from './browser.mjs';

const DESK = { width: 1280, height: 900 };
let daemon;
let browser;

before(async () => {
  daemon = await startDaemon({ settings: { http: { public_url: 'https://hall.example' }, sms: { price_per_part: '0.045' } } });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

async function open(code, options = {}) {
  await daemon.importHall('small', { code });
  await daemon.addStaff(`li-${code}`, 'admin', [code]);
  const page = await openPage(browser, `${daemon.url}/admin#${code}/texts`, { viewport: DESK, ...options });
  await page.locator('#name').fill(`li-${code}`);
  await page.locator('#password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('.texts-list').first().waitFor();
  return page;
}

const row = (page, name) => page.locator('.texts-list .row').filter({ hasText: name });
const box = (page, lang) => page.locator(`#text-called-${lang}`);
const seen = (page, lang) => page.locator(`#text-called-${lang}-preview`);
const quiet = (page, lang) => page.locator(`#text-called-${lang}-preview[aria-busy=false]`).waitFor();

async function look(page, name) {
  await inspect(page, name);
  const small = await page.locator('button, textarea, input, select').evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML));
  assert.deepEqual(small, [], `targets on ${name}`);
}

test('every text of the daemon has its name and its moment in both languages', async () => {
  const read = (lang) => JSON.parse(readFileSync(join(root, `daemon/web/admin/texts/${lang}.json`), 'utf8'));
  const [zh, en] = [read('zh'), read('en')];
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  const places = (text) => [...new Set(JSON.stringify(text).match(/\{(\w+)\}/g) || [])].sort();
  for (const key of Object.keys(zh)) assert.deepEqual(places(zh[key]), places(en[key]), key);
  await daemon.importHall('small', { code: 'words' });
  const { texts } = await daemon.get('/halls/words/messages/texts');
  for (const { name, variables } of texts) {
    for (const key of [`label.messages.${name}`, `text.when.${name}`, ...variables.map((one) => `variable.${one}`)])
      assert.ok(zh[key] && en[key], `no words for ${key}`);
  }
});

test('costs are exact and breaks of a line are none', () => {
  const i18n = { tag: () => 'zh-CN' };
  assert.equal(costText({ amount: '0.045', currency: 'CNY' }, i18n), '¥0.045');
  assert.equal(costText({ amount: '12.00', currency: 'EUR' }, { tag: () => 'en' }), '€12.00');
  assert.equal(oneLine('a\r\nb\tc\u2028d'), 'a b c d');
});

test('a text is typed, seen as on a phone, stored, and taken back', async () => {
  const page = await open('typed');
  await look(page, 'texts-list');
  await row(page, '请到窗口').click();
  await seen(page, 'zh').getByText('便民服务站：请 A012 号到 1 号窗口办理。').waitFor();
  await seen(page, 'zh').getByText('计 1 条').waitFor();
  await look(page, 'texts-open');
  await box(page, 'zh').fill('请 {number} 号马上到 {counter}窗口。');
  await seen(page, 'zh').getByText('请 A012 号马上到 1 号窗口。').waitFor();
  await seen(page, 'zh').getByText('费用：¥0.045').waitFor();
  await page.getByText('1 处改动，还没有保存。').waitFor();
  await box(page, 'zh').fill('请 {number} 号马上到窗口。'.repeat(8));
  await seen(page, 'zh').getByText('费用：¥0.09').waitFor();
  await seen(page, 'zh').getByText('计 2 条').waitFor();
  assert.equal(await seen(page, 'zh').locator('meter').count(), 2);
  await box(page, 'zh').fill('请 {number} 号马上到 。');
  await box(page, 'zh').evaluate((one) => one.setSelectionRange(16, 16));
  await page.locator('.message-text').first().getByRole('button', { name: '窗口', exact: true }).click();
  assert.equal(await box(page, 'zh').inputValue(), '请 {number} 号马上到 {counter}。');
  await quiet(page, 'zh');
  await page.getByRole('button', { name: '查看影响并保存' }).click();
  await page.getByRole('heading', { name: '保存之前' }).waitFor();
  await page.getByText('短信文字 · 请到窗口').waitFor();
  await page.getByRole('button', { name: '保存并生效' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  assert.deepEqual((await daemon.get('/halls/typed/config')).messages, { called: { zh: '请 {number} 号马上到 {counter}。' } });
  await row(page, '请到窗口').getByText('自定义').waitFor();
  await row(page, '请到窗口').click();
  await page.getByRole('button', { name: '恢复自带文字' }).click();
  await seen(page, 'zh').getByText('便民服务站：请 A012 号到 1 号窗口办理。').waitFor();
  assert.equal(await box(page, 'zh').inputValue(), '{hall}：请 {number} 号到 {counter}窗口办理。');
  page.check();
  await page.end();
});

test('what is wrong is told with its place, shown there, and cannot be saved', async () => {
  const page = await open('wrong');
  await row(page, '请到窗口').click();
  await box(page, 'zh').fill('😀请 {numbr} 号');
  const told = seen(page, 'zh').getByRole('button', { name: '第 4 个字：{numbr} 不是这条短信的变量。' });
  await told.click();
  const chosen = await box(page, 'zh').evaluate((one) => one.value.slice(one.selectionStart, one.selectionEnd));
  assert.equal(chosen, '{numbr}');
  assert.equal(await box(page, 'zh').getAttribute('aria-invalid'), 'true');
  await look(page, 'texts-wrong');
  await page.getByRole('button', { name: '查看影响并保存' }).click();
  await page.getByRole('alert').first().waitFor();
  assert.equal(await page.getByRole('heading', { name: '保存之前' }).count(), 0);
  await page.keyboard.type('{number}'); // over what is selected
  await box(page, 'zh').fill('😀请 {number} 号');
  await seen(page, 'zh').getByText('😀请 A012 号').waitFor();
  assert.equal(await box(page, 'zh').getAttribute('aria-invalid'), null);
  page.check();
  await page.end();
});

test('one character that makes a text dear is marked and replaced; so is what a signature costs told', async () => {
  const page = await open('dear', { lang: 'en' });
  await row(page, 'Called').click();
  await box(page, 'en').fill('It’s your turn, {number}: please go to counter {counter}.');
  await seen(page, 'en').getByText('Unicode').waitFor();
  assert.equal(await seen(page, 'en').locator('mark').innerText(), '’');
  await look(page, 'texts-dear');
  await seen(page, 'en').getByRole('button', { name: "Write ' for ’" }).click();
  await seen(page, 'en').getByText('Latin alphabet').waitFor();
  assert.equal(await box(page, 'en').inputValue(), "It's your turn, {number}: please go to counter {counter}.");
  await page.locator('#message-signature').fill('便民【服务');
  await page.getByText('Leave out 【 】, and use no variables.').waitFor();
  await page.locator('#message-signature').fill('便民服务');
  await seen(page, 'en').getByText("【便民服务】It's your turn, A012").waitFor();
  await seen(page, 'en').getByText('Without it: 1 part.').waitFor();
  await page.getByRole('button', { name: 'At the end' }).click();
  await seen(page, 'en').getByText('go to counter 1.【便民服务】').waitFor();
  await look(page, 'texts-signed');
  page.check();
  await page.end();
});

test('on a phone, by keyboard, and while the daemon does not answer', async () => {
  const page = await open('narrow', { viewport: PHONE });
  await row(page, '请到窗口').focus();
  await page.keyboard.press('Enter');
  await quiet(page, 'zh');
  await look(page, 'texts-phone');
  let broken = true;
  await intercept(page, '**/messages/preview', (route) => (broken ? route.abort() : route.continue()));
  await box(page, 'zh').fill('请 {number} 号');
  await seen(page, 'zh').getByText('暂时无法预览。').waitFor({ timeout: 20000 });
  assert.equal(await box(page, 'zh').inputValue(), '请 {number} 号'); // what was typed stays
  await look(page, 'texts-offline');
  broken = false;
  await seen(page, 'zh').getByRole('button', { name: '再试一次' }).click();
  await seen(page, 'zh').getByText('请 A012 号').waitFor();
  await eventually('nothing but the typed text is kept', async () => await box(page, 'zh').inputValue() === '请 {number} 号');
  page.check();
  await page.end();
});
