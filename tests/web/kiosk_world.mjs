// What the tests of the kiosk's pages share: its screens, its keys, a scanner, and a look that also measures.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { inspect } from './browser.mjs';

export const UPRIGHT = { width: 1080, height: 1920 };
export const LYING = { width: 1280, height: 1024 };
export const LOW = { width: 1024, height: 768 };

export const screen = (page, name, options) => page.waitForSelector(`[data-screen="${name}"]`, options);
export const say = (page, name) => page.getByRole('button', { name, exact: true });
export const pick = (page, name) => page.locator('.tile', { hasText: name }).click();

// On the pad.
export async function press(page, digits) {
  for (const digit of digits) await page.locator('.pad .key', { hasText: new RegExp(`^${digit}$`) }).click();
}

// Real key events, 1 ms apart by their own time stamps: a scanner is quick however busy this machine is.
export async function scan(page, text) {
  const session = await page.context().newCDPSession(page);
  const sent = [];
  const begun = Date.now();
  const key = (type, name, more) => sent.push(session.send('Input.dispatchKeyEvent',
    { type, key: name, timestamp: (begun + sent.length) / 1000, ...more }));
  for (const sign of text) {
    key('keyDown', sign, { text: sign });
    key('keyUp', sign);
  }
  key('keyDown', 'Enter', { text: '\r', code: 'Enter', windowsVirtualKeyCode: 13 });
  key('keyUp', 'Enter', { code: 'Enter', windowsVirtualKeyCode: 13 });
  await Promise.all(sent);
  await session.detach();
}

// Targets of 72 px, letters of 18 px, nothing beyond the edge.
export async function measure(page, name) {
  const faults = await page.evaluate(() => {
    const box = (one) => one.getBoundingClientRect();
    const shown = (one) => box(one).width > 2 && box(one).height > 2;
    const small = [...document.querySelectorAll('button')].filter((one) => shown(one) && Math.min(box(one).width, box(one).height) < 71.5);
    const tiny = [...document.querySelectorAll('body *')].filter(
      (one) => shown(one) && !one.children.length && one.textContent.trim() && !one.closest('svg') && parseFloat(getComputedStyle(one).fontSize) < 18,
    );
    const beyond = [...document.querySelectorAll('button, h1, p, li')].filter(
      (one) => shown(one) && (box(one).bottom > innerHeight + 1 || box(one).right > innerWidth + 1),
    );
    const cut = [...document.querySelectorAll('.body, .tiles, button')].filter(
      (one) => shown(one) && (one.scrollHeight > one.clientHeight + 2 || one.scrollWidth > one.clientWidth + 2),
    );
    return [...small, ...tiny, ...beyond, ...cut].map((one) => one.outerHTML.slice(0, 90));
  });
  assert.deepEqual(faults, [], `sizes on ${name}`);
}

export async function look(page, name) {
  await inspect(page, name);
  await measure(page, name);
}
