// Debian's Chromium for the tests of the pages: opens pages of a running daemon, takes pictures on
// request (PAIHAO_SHOTS=folder), and holds every state against axe. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ARGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  // The last list counts, so it names what Playwright's does, and the suggestions below the address bar: headless or not,
  // Chromium draws them beside each new page, which takes twice the time of the page itself.
  `--disable-features=${['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'AvoidUnnecessaryBeforeUnloadCheckSync',
    'BoundaryEventDispatchTracksNodeRemoval', 'DestroyProfileOnBrowserClose', 'DialMediaRouteProvider', 'GlobalMediaControls',
    'HttpsUpgrades', 'LensOverlay', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning', 'Translate', 'RenderDocument',
    'OptimizationHints'].join()}`];

export const PHONE = { width: 360, height: 640 };
export const TV = { width: 1920, height: 1080 };
export const TV_UPRIGHT = { width: 1080, height: 1920 };

// autoplay: false leaves the browser's own rule in force (no sound before a touch).
export async function startBrowser({ autoplay = true } = {}) {
  const rule = autoplay ? ['--autoplay-policy=no-user-gesture-required'] : [];
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...ARGS, ...rule] });
}

// A page in a context of its own (its own storage). Errors of the page fail the test at the end, when
// check() is called; what a broken link prints is expected.
export async function openPage(browser, url, { viewport = TV, lang = 'zh-CN', ...more } = {}) {
  const context = await browser.newContext({ viewport, locale: lang, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text());
  });
  await page.goto(url);
  page.check = () => assert.deepEqual(faults, [], 'faults of the page');
  page.end = () => context.close();
  return page;
}

// page.route() of a page that is open already: it answers before the browser has taken notice, and a request of that
// moment would go its way unseen. So it returns when a request was caught.
export async function intercept(page, url, handler, options) {
  let caught = false;
  await page.route('**/intercepted', (route) => {
    caught = true;
    return route.fulfill({ status: 204 });
  });
  await page.route(url, handler, options);
  while (!caught && page.url().startsWith('http')) await page.evaluate(() => fetch('/intercepted').catch(() => {}));
}

// No finding of axe, no sideways scrolling; a picture where PAIHAO_SHOTS says.
export async function inspect(page, name) {
  // A colour on its way from one state to the next is neither.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition)
    .map((one) => one.finished)));
  if (process.env.PAIHAO_SHOTS) {
    mkdirSync(process.env.PAIHAO_SHOTS, { recursive: true });
    await page.screenshot({ path: join(process.env.PAIHAO_SHOTS, `${name}.png`) });
  }
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
  const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  assert.deepEqual(found, [], `axe in state ${name}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, `${name} scrolls sideways`);
}
