// A whole booking with the keyboard alone: every stop has a name and is seen, every screen begins at its heading.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPhone } from '../lib/citizen.mjs';
import { inState, onScreen, startBookingWorld } from './booking_world.mjs';

const STOPS_MAX = 120; // a day of times
let world;
before(async () => {
  world = await startBookingWorld();
});
after(() => world?.stop());

// Where the keyboard is: what a screen reader would call it, and whether it is seen.
const here = (page) => page.evaluate(() => {
  const one = document.activeElement;
  const labels = [...(one.labels || [])].map((label) => label.innerText).join(' ');
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return { tag: one.tagName, name: (one.getAttribute('aria-label') || labels || one.innerText || '').trim(),
    seen: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 };
});

async function tabTo(page, target) {
  for (let i = 0; i < STOPS_MAX; i++) {
    if (await target.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press('Tab');
    const stop = await here(page);
    if (stop.tag === 'BODY') continue; // round the end of the page
    assert.ok(stop.name, `a stop without a name: ${stop.tag}`);
    assert.ok(stop.seen, `the focus is not seen on ${stop.name}`);
  }
  assert.fail('not reached by Tab');
}

async function headed(page, screen) {
  await onScreen(page, screen);
  await page.locator('h1:focus').waitFor();
}

for (const [lang, words] of [
  ['en', { next: 'Continue', ready: 'I will bring all of them', phone: 'Mobile number', send: 'Send me a code', code: 'Code from the text message' }],
  ['zh-CN', { next: '下一步', ready: '都会带齐', phone: '手机号', send: '获取验证码', code: '短信验证码' }],
]) {
  test(`booked, moved and cancelled by keyboard (${lang})`, async () => {
    const hall = `k-${lang.slice(0, 2)}`;
    await world.hall(hall);
    const phone = newPhone();
    const page = await world.open(`/book#${hall}`, { lang });
    const enter = async (target, key = 'Enter') => {
      await tabTo(page, target);
      await page.keyboard.press(key);
    };
    const button = (name) => page.getByRole('button', { name, exact: true });
    await page.locator('[data-service="id-card"]').waitFor();
    await enter(page.locator('[data-service="id-card"]'));
    await enter(button(words.next));
    await headed(page, 'papers');
    for (const box of await page.locator('.papers input').all()) await enter(box, 'Space');
    await enter(button(words.ready));
    await headed(page, 'time');
    await page.locator('.times button').first().waitFor();
    await enter(page.locator('.times button').nth(2));
    await headed(page, 'phone');
    await tabTo(page, page.getByLabel(words.phone));
    await page.keyboard.type(phone);
    await page.keyboard.press('Enter');
    const [, code] = await world.message(phone, /\b(\d{6})\b/);
    await page.locator('#code:focus').waitFor(); // by itself
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
    await inState(page, 'confirmed');

    const ways = page.locator('.doings button');
    await enter(ways.nth(1));
    await inState(page, 'move');
    await page.locator('.times button').nth(4).waitFor();
    await enter(page.locator('.times button').nth(4));
    await enter(page.locator('dialog[open] .primary'));
    await inState(page, 'confirmed');
    await enter(page.locator('.doings .cancel'));
    await enter(page.locator('dialog[open] .danger'));
    await inState(page, 'cancelled');
    page.check();
    await page.end();
  });
}
