// The section of messages where the browser has no network: what it shows, what that is worth, and that it comes back by itself.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, startDaemon } from '../lib/daemon.mjs';
import { inspect, openPage, startBrowser } from './browser.mjs';

const SIZES = [{ width: 1024, height: 768 }, { width: 360, height: 640 }, { width: 1920, height: 1080 }];
let daemon;
let browser;

before(async () => {
  daemon = await startDaemon({ settings: { sms: { budget_parts_month: 100,
    gateways: [{ name: 'mobile', kind: 'http', url: 'http://127.0.0.1:9/send?to={to}&text={text}' }] } } });
  await daemon.importHall('small');
  await daemon.addStaff('zhao', 'admin', '*');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.stop();
});

for (const lang of ['en', 'zh']) {
  test(`without a network the figures stay, with what they are worth, until it is back (${lang})`, async () => {
    const words = { en: [/Connection lost – as of/, /not up to date since/], zh: [/连接中断，以下为/, /之后没有更新/] }[lang];
    const page = await openPage(browser, `${daemon.url}/admin#small/messages`, { viewport: SIZES[0], lang });
    await page.locator('#name').fill('zhao');
    await page.locator('#password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    const banner = page.locator('.messages .banner');
    await page.locator('[data-gateway=mobile]').waitFor();
    assert.equal(await banner.count(), 0);
    const later = (ms) => page.evaluate((by) => {
      globalThis.behind = (globalThis.behind ?? 0) + by;
      globalThis.really ??= Date.now.bind(Date);
      Date.now = () => globalThis.really() + globalThis.behind;
    }, ms);
    await page.context().setOffline(true);
    await later(30000);
    await banner.filter({ hasText: words[0] }).waitFor({ timeout: 20000 });
    assert.equal(await page.locator('.messages').getAttribute('data-link'), 'stale');
    await later(60000);
    await page.locator('.messages .banner.bad', { hasText: words[1] }).waitFor({ timeout: 20000 });
    await page.locator('[data-gateway=mobile]').waitFor(); // what was known is still there
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await inspect(page, `messages-offline-${lang}-${size.width}`);
    }
    await page.context().setOffline(false); // the page asks by itself, nobody presses anything
    await banner.waitFor({ state: 'detached', timeout: 20000 });
    assert.equal(await page.locator('.messages').getAttribute('data-link'), 'live');
    await page.end();
  });
}
