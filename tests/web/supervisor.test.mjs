// The supervisor's page in Chromium over a scripted hall: what hurts is seen first, in every state, size and language.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../lib/redis.mjs';
import { inspect, startBrowser } from './browser.mjs';
import { BIG_HALL, scene, startScripted } from './supervisor_world.mjs';

const SIZES = [[1440, 900], [1920, 1080], [1024, 768], [768, 1024], [360, 640]];
const MINUTE = 60000;
let browser;

before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

// A page over a scene; ended with its world when the test is over.
async function show(t, name, rest = '', { edit = (state) => state, answers = {}, ...options } = {}) {
  const world = await startScripted(edit(scene(name)));
  Object.assign(world.answers, answers);
  t.after(() => world.stop());
  const page = await world.open(browser, rest, options);
  t.after(() => page.end());
  return { world, page };
}

const panel = (page, name) => page.locator(`.panel[data-panel="${name}"]`);
const row = (page, service) => page.locator(`tr[data-service="${service}"]`);

async function look(page, name) {
  await inspect(page, name);
  const small = await page.locator('button:visible, input:not([type=checkbox], [type=radio]):visible, select:visible').evaluateAll((all) =>
    all.filter((one) => !one.matches('.counter .name') && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML));
  assert.deepEqual(small, [], `targets on ${name}`);
  // The scroll of a whole page hides nothing that a cell cut off.
  const cut = await page.locator('.lines table').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.parentElement.clientWidth + 1).length);
  assert.equal(cut, 0, `the table of ${name} is wider than its place`);
}

test('a busy hall: alarms first, in words, with what to do; then the lines that hurt; then counters', async (t) => {
  const { page } = await show(t, 'busy');
  const alarms = page.locator('.alarm');
  assert.deepEqual(await alarms.evaluateAll((all) => all.map((one) => one.dataset.kind)), ['wait', 'predicted', 'board', 'sms']);
  assert.match(await alarms.first().textContent(), /最长已等 4[23] 分（上限 30 分）.*起.*加开窗口/s);
  const levels = await page.locator('.lines tbody tr').evaluateAll((all) => all.map((one) => one.dataset.level));
  const order = ['bad', 'warn', 'good', 'none'];
  assert.deepEqual(levels, [...levels].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  assert.ok(new Set(levels).size === 4, 'the scene shows every level');
  for (const [level, word] of [['bad', '超时'], ['warn', '偏久'], ['good', '正常']]) {
    assert.match(await page.locator(`tr[data-level="${level}"] .level`).first().textContent(), new RegExp(word), 'a word, not a colour alone');
  }
  await page.getByText('午休').waitFor();
  assert.match(await page.locator('[data-counter="10"]').textContent(), /1[23] 分钟没有动静/);
  assert.equal(await page.title(), '(4) 浦江区政务服务中心 · 值班台');
  page.check();
});

test('every size, both languages, light and dark', async (t) => {
  for (const [name, rest, lang, colorScheme] of [['busy', '', 'zh-CN', 'light'], ['busy', `/service/${BIG_HALL.services[6].code}`, 'en', 'dark'],
    ['calm', '', 'en', 'light'], ['small', '/counter/1', 'zh-CN', 'dark']]) {
    const { page } = await show(t, name, rest, { lang, colorScheme });
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await look(page, `supervisor-${name}${rest.split('/')[1] ?? ''}-${lang.slice(0, 2)}-${width}`);
    }
    page.check();
  }
});

test('with large letters nothing is cut off', async (t) => {
  const { page } = await show(t, 'busy', '', { viewport: { width: 720, height: 450 }, lang: 'en' }); // 1440 × 900 at 200 %
  await look(page, 'supervisor-zoomed');
});

test('it moves by the stream: people come, are called; an alarm goes; a forecast; a counter speaks again', async (t) => {
  const { page, world } = await show(t, 'small');
  await row(page, 'id-card').locator('.n', { hasText: /^2$/ }).waitFor();
  const [first] = world.state.tickets;
  world.event({ type: 'ticket.issued', ticket: `${Date.now()}-A099`, number: 'A099', service: 'advice', class: 'normal', from: '-', to: 'waiting', line: 'advice', rank: Date.now() });
  await row(page, 'advice').locator('.n', { hasText: /^1$/ }).waitFor();
  world.event({ type: 'ticket.called', ticket: first.id, number: first.number, service: 'id-card', from: 'waiting', to: 'called', counter: '3', line: 'id-card', calls: 1 });
  await page.locator('[data-counter="3"]', { hasText: 'A011' }).waitFor();
  await row(page, 'id-card').locator('.n', { hasText: /^1$/ }).waitFor();
  world.event({ type: 'alarm.raised', alarm: 'predicted', subject: 'residence', value: 41 });
  await page.locator('.alarm[data-kind="predicted"]').waitFor();
  world.say('forecast', { at: Date.now(), services: [{ code: 'residence', waiting: 1, wait: { low: 40, likely: 45, high: 60 }, left: 2 }], tickets: [], kept: { given: 200, kept: 190 } });
  await row(page, 'residence').getByText('40–60 分').waitFor();
  await page.locator('.alarm', { hasText: '40–60 分' }).waitFor();
  await page.locator('.totals', { hasText: '95%' }).waitFor();
  world.event({ type: 'alarm.cleared', alarm: 'predicted', subject: 'residence', value: 12 });
  await page.getByText('一切正常').waitFor();
  world.event({ type: 'counter.paused', counter: '3', clerk: 'clerk:wang', reason: '开会' });
  await page.locator('[data-counter="3"][data-state="paused"]', { hasText: '开会' }).waitFor();
  page.check();
});

for (const [lang, own, hour] of [['zh', '短信达到当日上限（500 条）', '全部大厅的短信达到本小时上限（20000 条）'],
  ['en', 'A daily limit of text messages is reached (500)', "All halls together have reached the hour's limit of 20000 text messages"]]) {
  test(`caps on messages are alarms: the hall's own of the day, and the hour's of all halls, each with its advice (${lang})`, async (t) => {
    const { world, page } = await show(t, 'small', '', { lang });
    world.event({ type: 'alarm.raised', alarm: 'cap', subject: 'hall', value: 500 });
    world.event({ type: 'alarm.raised', alarm: 'cap', subject: 'hour', value: 20000 });
    await page.locator('.alarm[data-kind=cap]', { hasText: own }).waitFor();
    const alarm = page.locator('.alarm[data-kind=cap]', { hasText: hour });
    await alarm.waitFor();
    assert.match(await alarm.locator('.advice').textContent(), /sms\.parts_per_hour/);
    await look(page, `supervisor-cap-${lang}`);
    world.event({ type: 'alarm.cleared', alarm: 'cap', subject: 'hour', value: 20000 });
    await alarm.waitFor({ state: 'detached' });
  });
}

test('a line that nobody serves is an alarm of its own, without any daemon telling', async (t) => {
  const edit = (state) => ({ ...state, counters: state.counters.filter((one) => one.code === '3').concat(
    state.counters.filter((one) => one.code !== '3').map((one) => ({ ...one, state: 'closed', ticket: null }))) });
  const { page } = await show(t, 'small', '', { edit });
  await page.locator('.alarm[data-kind="uncovered"]', { hasText: '居住登记' }).waitFor();
  assert.equal(await row(page, 'residence').getAttribute('data-level'), 'bad');
  assert.match(await row(page, 'residence').textContent(), /无窗口/);
  await look(page, 'supervisor-uncovered');
  await page.getByRole('button', { name: '去处理: 居住登记' }).click();
  await panel(page, 'service').getByText('现在取号要等').waitFor();
  page.check();
});

// Everything that can be wrong at once: 14 services too late, five that will be, two boards, a kiosk, no messages.
function allWrong(state) {
  const of = (kind, services) => services.map((one, i) => ({ kind, subject: one.code, value: 40 + i, since: Date.now() - (i + 1) * MINUTE }));
  const devices = [['board', 'east'], ['board', 'west'], ['kiosk', 'door'], ['sms', '-']];
  return { ...state, alarms: [...of('wait', BIG_HALL.services.slice(0, 14)), ...of('predicted', BIG_HALL.services.slice(18, 23)),
    ...devices.map(([kind, subject]) => ({ kind, subject, value: 95, since: Date.now() - MINUTE }))] };
}

test('many alarms of a kind are one group, the worst first, and leave room for lines and counters', async (t) => {
  for (const [lang, name] of [['zh-CN', '还有 8 项'], ['en', '8 more']]) {
    const { page } = await show(t, 'busy', '', { edit: allWrong, lang });
    assert.deepEqual(await page.locator('.alarm').evaluateAll((all) => all.map((one) => `${one.dataset.kind} ${one.dataset.count}`)),
      ['wait 14', 'predicted 5', 'board 2', 'kiosk 1', 'sms 1']);
    for (const what of ['.lines tbody tr', '.counter']) {
      const { y, height } = await page.locator(what).nth(1).boundingBox();
      assert.ok(y + height < 900, `${what} in sight in ${lang}`);
    }
    const waits = page.locator('[data-kind="wait"] .members li');
    const minutes = await waits.locator('b').evaluateAll((all) => all.map((one) => parseInt(one.textContent, 10)));
    assert.deepEqual(minutes, [...minutes].sort((a, b) => b - a));
    assert.equal(minutes.length, 6);
    await page.getByRole('button', { name }).click();
    assert.equal(await waits.locator('b').count(), 14);
    await waits.first().getByRole('button').click();
    await panel(page, 'service').waitFor();
    await look(page, `supervisor-all-wrong-${lang.slice(0, 2)}`);
    page.check();
  }
});

const WHAT_IF = { services: [
  { code: 'advice', before: { low: 0, likely: 1, high: 1 }, after: { low: 0, likely: 1, high: 1 } },
  { code: 'pension', before: { low: 8, likely: 11, high: 20 }, after: { low: 10, likely: 13, high: 20 } },
  { code: 'id-card', before: { low: 30, likely: 34, high: 40 }, after: { low: 15, likely: 19, high: 25 } },
] };

test('what if: one more, one less, another profile; and done where it can be done', async (t) => {
  const { page, world } = await show(t, 'small', '', { lang: 'en', answers: { 'POST what-if': () => [200, WHAT_IF] } });
  await page.locator('.lines').waitFor();
  await page.keyboard.press('w');
  const box = panel(page, 'whatif');
  await box.locator('.changes li').first().waitFor();
  assert.deepEqual(await box.locator('.changes li').evaluateAll((all) => all.map((one) => one.dataset.service)), ['id-card', 'pension'], 'the largest change first');
  assert.match((await box.locator('.changes li').first().textContent()).replace(/\s+/g, ' '), /Identity card ?34 min → ?becomes 19 min ?▼ shorter/);
  await look(page, 'supervisor-whatif');
  assert.deepEqual(world.asked.at(-1).body, { profile: 'general', add: 1 });
  await box.getByRole('button', { name: 'One less' }).click();
  await eventually('one less is asked', () => world.asked.at(-1).body.add === -1); // never nothing at all
  await box.getByText('1 counter fewer').waitFor();
  await box.getByRole('button', { name: 'One more' }).click();
  await box.getByRole('button', { name: '3 (step-free)' }).click();
  await eventually('the counter is asked', () => world.asked.at(-1).body.counter === '3');
  assert.deepEqual(world.asked.at(-1).body, { counter: '3', to: 'general' });
  await look(page, 'supervisor-whatif-counter');
  await box.getByRole('button', { name: 'Change it now' }).click();
  await box.getByText('3 (step-free) now serves: All services.').waitFor();
  assert.deepEqual(world.asked.filter((one) => one.path === 'counters/3/profile').map((one) => one.body), [{ profile: 'general' }]);
  page.check();
});

test('what if that cannot be told says so, and can be asked again', async (t) => {
  let n = 0;
  const answer = () => (++n < 3 ? [503, { code: 'busy', status: 503 }] : [200, { services: [{ code: 'id-card' }] }]);
  const { page } = await show(t, 'small', '/whatif/papers', { answers: { 'POST what-if': answer } });
  await page.getByRole('button', { name: '再试一次' }).waitFor();
  await look(page, 'supervisor-whatif-failed');
  await page.getByRole('button', { name: '再试一次' }).click();
  await page.getByText('现在还没有足够的依据来推演。').waitFor();
  page.check();
});

test('by keyboard: find a number, read it, go back; shortcuts can be switched off', async (t) => {
  const { page } = await show(t, 'small');
  await page.locator('.lines').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('a012');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#small\/ticket\/A012$/);
  await panel(page, 'ticket').getByText('身份证办理').waitFor();
  await look(page, 'supervisor-ticket');
  await page.locator('#panel-heading:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL(/#small$/);
  await page.locator('#find:focus').waitFor(); // where one came from
  await page.locator('#find').fill('A999');
  await page.keyboard.press('Enter');
  await page.getByText('今天没有 A999 这个号').waitFor();
  await page.locator('#find').fill('1234');
  await page.getByText('号码是一个字母加数字。').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('h');
  await panel(page, 'hall').waitFor();
  await page.locator('#keys').uncheck();
  await page.keyboard.press('a');
  assert.equal(await panel(page, 'hall').count(), 1, 'a letter is a letter now');
  await page.reload();
  await panel(page, 'hall').waitFor(); // where one was
  assert.equal(await page.locator('#keys').isChecked(), false);
  page.check();
});

test('dialogs for what hits many say whom, and keep what was typed when it fails', async (t) => {
  const { page, world } = await show(t, 'small', '/service/id-card');
  await page.getByRole('button', { name: '转走等候的人…' }).click();
  await page.getByText('现在有 2 人在等').waitFor();
  const go = page.locator('.ask [type=submit]');
  assert.equal(await go.isDisabled(), true, 'neither where to nor why');
  await page.locator('#move-to').selectOption('residence');
  await page.locator('#move-count').fill('x');
  await page.getByText('请填 1 到 200 的数字').waitFor();
  await page.locator('#move-count').fill('1');
  await page.locator('#move-reason').fill('窗口故障');
  await look(page, 'supervisor-move');
  world.answers['POST lines/id-card/move'] = () => [409, { code: 'ticket_state', status: 409 }];
  await go.click();
  await page.locator('.ask .problem', { hasText: '这个号现在不能这样操作' }).waitFor();
  assert.equal(await page.locator('#move-reason').inputValue(), '窗口故障');
  world.answers['POST lines/id-card/move'] = () => [200, { moved: 1, to: 'residence' }];
  await go.click();
  await page.getByText('已把 1 人转到“居住登记”。').waitFor();
  assert.deepEqual(world.asked.at(-1).body, { to: 'residence', reason: '窗口故障', count: 1 });
  page.check();
});

test('while the link is down it says so and asks the plain way; then that it is old', async (t) => {
  const { page, world } = await show(t, 'small');
  await page.locator('.lines').waitFor();
  world.answers['GET stream'] = () => [503, { code: 'stream_limit', status: 503 }];
  for (const one of world.streams) one.destroy();
  world.state.tickets.push({ ...world.state.tickets[0], id: `${Date.now()}-A050`, number: 'A050', service: 'advice', line: 'advice' });
  await row(page, 'advice').locator('.n', { hasText: /^1$/ }).waitFor({ timeout: 30000 });
  world.cut(true);
  await page.getByText('连接中断').waitFor({ timeout: 60000 });
  await look(page, 'supervisor-stale');
  delete world.answers['GET stream'];
  world.cut(false);
  await page.locator('[data-link="live"]').waitFor({ state: 'attached', timeout: 60000 });
  page.check();
});

test('a clerk is shown the way to the own page', async (t) => {
  const world = await startScripted(scene('small'), { role: 'clerk' });
  t.after(() => world.stop());
  const context = await browser.newContext({ locale: 'zh-CN' });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${world.url}/supervisor#small`);
  await page.getByRole('heading', { name: '这个页面供值班主管使用' }).waitFor();
  await inspect(page, 'supervisor-clerk');
});
