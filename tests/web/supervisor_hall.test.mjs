// The supervisor's page against the real daemon: everything it can do, seen to be done. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, eventually, startDaemon } from '../lib/daemon.mjs';
import { inspect, openPage, startBrowser } from './browser.mjs';

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

// A hall of its own with a supervisor, and clerks at counters as asked: {1: 'general'}.
async function makeHall(t, code, { counters = {}, edit } = {}) {
  await daemon.importHall('small', { code, edit });
  await daemon.addStaff(`mei-${code}`, 'supervisor', [code]);
  const path = `/halls/${code}`;
  const clerks = {};
  for (const [counter, profile] of Object.entries(counters)) {
    clerks[counter] = await daemon.clerk(`li${counter}-${code}`, [code]);
    await clerks[counter].post(`${path}/counters/${counter}/open`, { profile });
  }
  const issue = (service, body = {}) => daemon.post(`${path}/tickets`, { service, ...body });
  const counter = async (name) => (await daemon.get(`${path}/counters`)).counters.find((one) => one.code === name);
  const waiting = async (service) => (await daemon.get(`${path}/tickets?state=waiting&service=${service}`)).tickets.map((one) => one.number);
  const open = async (rest = '') => {
    const page = await openPage(browser, `${daemon.url}/supervisor#${code}${rest}`, { viewport: { width: 1440, height: 900 } });
    t.after(() => page.end());
    await page.locator('#name').fill(`mei-${code}`);
    await page.locator('#password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('.supervisor').waitFor({ timeout: 20000 });
    return page;
  };
  return { code, path, clerks, issue, counter, waiting, open };
}

const row = (page, service) => page.locator(`tr[data-service="${service}"]`);
const card = (page, counter) => page.locator(`[data-counter="${counter}"]`);
const submit = (page) => page.locator('.ask [type=submit]').click();

test('it logs in, follows the hall, and is where it was after a reload', async (t) => {
  const hall = await makeHall(t, 's-live', { counters: { 1: 'general' } });
  await hall.issue('id-card');
  const page = await hall.open();
  await row(page, 'id-card').locator('.n', { hasText: /^1$/ }).waitFor();
  await hall.issue('id-card');
  await row(page, 'id-card').locator('.n', { hasText: /^2$/ }).waitFor();
  const { ticket } = await hall.clerks[1].post(`${hall.path}/counters/1/next`);
  await card(page, 1).getByText(ticket.number).waitFor();
  await page.getByRole('button', { name: '1 号窗口' }).click();
  await page.waitForURL(/#s-live\/counter\/1$/);
  await page.locator('.panel').getByText(`li1-${hall.code}`).waitFor();
  await page.reload();
  await page.locator('.panel').getByText(ticket.number).waitFor();
  await inspect(page, 'supervisor-real');
  page.check();
});

test('a counter whose clerk is gone is freed, and nobody is lost', async (t) => {
  const hall = await makeHall(t, 's-free', { counters: { 1: 'general', 2: 'general' } });
  const first = await hall.issue('id-card');
  await hall.clerks[1].post(`${hall.path}/counters/1/next`);
  const page = await hall.open('/counter/1');
  await page.getByRole('button', { name: '收回窗口…' }).click();
  await page.getByText('放回队列，稍后再叫').waitFor();
  await inspect(page, 'supervisor-free');
  await submit(page);
  await page.getByText('1 号窗口已收回。').waitFor();
  await page.locator('.shut', { hasText: '1 号窗口' }).waitFor();
  assert.equal((await hall.counter('1')).state, 'closed');
  assert.deepEqual(await hall.waiting('id-card'), [first.number]);
  page.check();
});

test('another profile, live', async (t) => {
  const hall = await makeHall(t, 's-profile', { counters: { 3: 'papers' } });
  const page = await hall.open('/counter/3');
  await page.locator('#counter-profile').selectOption('general');
  await page.getByRole('button', { name: '更换' }).click();
  await page.getByText('现在办理：全部事项。').waitFor();
  await card(page, 3).getByText('全部事项').waitFor();
  assert.equal((await hall.counter('3')).profile, 'general');
  page.check();
});

test('people are moved: the end of a line, then one of them', async (t) => {
  const hall = await makeHall(t, 's-move', { counters: { 1: 'general' } });
  const tickets = [];
  for (let i = 0; i < 3; i++) tickets.push(await hall.issue('residence'));
  const page = await hall.open('/service/residence');
  await page.getByRole('button', { name: '转走等候的人…' }).click();
  await page.locator('#move-to').selectOption('certificate');
  await page.locator('#move-count').fill('2');
  await page.locator('#move-reason').fill('居住登记系统故障');
  await submit(page);
  await page.getByText('已把 2 人转到“证明开具”。').waitFor();
  await row(page, 'certificate').locator('.n', { hasText: /^2$/ }).waitFor();
  assert.deepEqual((await hall.waiting('certificate')).sort(), tickets.slice(1).map((one) => one.number).sort());
  await page.locator('#find').fill(tickets[0].number);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '转到别的事项…' }).click();
  await page.locator('#move-to').selectOption('advice');
  await page.locator('#move-reason').fill('只是咨询');
  await submit(page);
  await page.locator('.panel .facts', { hasText: '咨询' }).waitFor();
  await page.locator('.panel .history', { hasText: '咨询' }).waitFor();
  assert.deepEqual(await hall.waiting('advice'), [tickets[0].number]);
  page.check();
});

test('numbers are stopped for one service and given again; closing early takes two steps', async (t) => {
  const hall = await makeHall(t, 's-close', { counters: { 1: 'general' } });
  await hall.issue('id-card');
  const kiosk = await daemon.device('kiosk-s-close', 'kiosk', hall.code);
  const refusal = async (service) => (await kiosk.request('POST', `${hall.path}/tickets`, { body: { service } })).json.code;
  const page = await hall.open('/service/pension');
  await page.getByRole('button', { name: '停止取号…' }).click();
  await page.locator('#stop-reason').fill('系统维护');
  await submit(page);
  await row(page, 'pension').getByText('已停止取号').waitFor();
  assert.equal(await refusal('pension'), 'service_stopped');
  await page.getByRole('button', { name: '恢复取号' }).click();
  await page.getByText('已恢复取号。').waitFor();
  assert.equal(await refusal('pension'), undefined);
  await page.keyboard.press('h');
  const close = page.getByRole('button', { name: '结束今天…' });
  await close.waitFor();
  assert.equal(await close.isDisabled(), true, 'numbers first');
  await page.getByRole('button', { name: '全部停止取号…' }).click();
  await page.locator('#stop-reason').fill('今天提前结束，请改日再来');
  await submit(page);
  await page.locator('.steps .over').waitFor();
  assert.equal(await refusal('advice'), 'service_stopped');
  await close.click();
  await page.getByText('我知道还有 2 个号会作废').waitFor();
  assert.equal(await page.locator('.ask [type=submit]').isDisabled(), true);
  await inspect(page, 'supervisor-close');
  await page.locator('#close-day-sure').check();
  await submit(page);
  await page.getByText('今天已结束，2 个号作废。').waitFor();
  await page.getByText('没有开放的窗口。').waitFor();
  page.check();
});

test('an announcement is seen, and taken away; counters without the system are counted', async (t) => {
  const hall = await makeHall(t, 's-say');
  const page = await hall.open('/announce');
  await page.locator('#announce-zh').fill('打印机故障，请稍候');
  await page.locator('#announce-en').fill('The printer is broken. Please wait.');
  await page.locator('.on-board', { hasText: 'printer' }).waitFor();
  await inspect(page, 'supervisor-announce');
  await page.getByRole('button', { name: '发布公告' }).click();
  await page.getByText('正在显示，到').waitFor();
  const board = await daemon.device('board-s-say', 'board', hall.code);
  const shown = async () => (await (await board.stream(`${hall.path}/board/stream`)).next('snapshot')).data.announcement?.texts?.zh;
  await eventually('the board shows it', async () => (await shown()) === '打印机故障，请稍候');
  await page.getByRole('button', { name: '撤下公告' }).click();
  await page.getByText('公告已撤下。').waitFor();
  await eventually('the board shows it no more', async () => !(await shown()));
  await page.keyboard.press('h');
  await page.locator('[data-profile="papers"]').getByRole('button', { name: '加一个' }).click();
  await page.locator('.ghosts', { hasText: '线下窗口 1 个' }).waitFor();
  await row(page, 'pension').getByText('线下 1').waitFor();
  page.check();
});

test('one ticket: a note, more time, a slip, and withdrawn', async (t) => {
  const hall = await makeHall(t, 's-ticket', { counters: { 1: 'general' } });
  const ticket = await hall.issue('id-card');
  const page = await hall.open(`/ticket/${ticket.number}`);
  await page.locator('#ticket-note').fill('带了轮椅');
  await page.getByRole('button', { name: '保存备注' }).click();
  await page.getByText('备注已保存。').waitFor();
  assert.equal((await daemon.get(`${hall.path}/tickets/${ticket.id}`)).note, '带了轮椅');
  await page.getByRole('button', { name: '补打…' }).click();
  await submit(page);
  await page.locator('.slip .number', { hasText: ticket.number }).waitFor();
  await page.locator('.slip .qr').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.lines').isVisible(), false, 'the slip alone is printed');
  assert.equal(await page.locator('.slip').isVisible(), true);
  await page.emulateMedia({ media: 'screen' });
  await inspect(page, 'supervisor-slip');
  await page.locator('.ask').getByRole('button', { name: '取消' }).click();
  await page.getByRole('button', { name: '10 分钟' }).click();
  await page.getByText('10 分钟后自动回到队列。').waitFor();
  await page.locator('.panel .facts', { hasText: '在路上' }).waitFor();
  await page.getByRole('button', { name: '取消这个号…' }).click();
  await submit(page);
  await page.getByText(`${ticket.number} 已取消。`).waitFor();
  await page.locator('.panel .facts', { hasText: '已取消' }).waitFor();
  page.check();
});

test('phone numbers are blocked for a while, listed masked, and unblocked', async (t) => {
  const hall = await makeHall(t, 's-phone');
  const page = await hall.open('/blocks');
  await page.getByText('没有停用的手机号。').waitFor();
  await page.getByRole('button', { name: '停用一个手机号…' }).click();
  await page.locator('#phone').fill('123');
  await page.locator('#phone-reason').fill('多次爽约倒号');
  await submit(page);
  await page.getByText('这个号码不对，请检查。').waitFor();
  await page.locator('#phone').fill('13800007788');
  await submit(page);
  await page.locator('.block-row', { hasText: '尾号 7788' }).waitFor();
  assert.doesNotMatch(await page.content(), /13800007788/);
  await inspect(page, 'supervisor-blocks');
  await page.locator('.block-row').getByRole('button').click();
  await page.locator('#phone').fill('13800007788');
  await page.locator('#phone-reason').fill('已说明');
  await submit(page);
  await page.getByText('没有停用的手机号。').waitFor();
  page.check();
});

test('two supervisors see the same; what one does the other sees', async (t) => {
  const hall = await makeHall(t, 's-two', { counters: { 1: 'general' } });
  const [one, two] = [await hall.open('/service/id-card'), await hall.open()];
  await one.getByRole('button', { name: '停止取号…' }).click();
  await one.locator('#stop-reason').fill('号源已满');
  await submit(one);
  await row(two, 'id-card').getByText('已停止取号').waitFor();
  one.check();
  two.check();
});
