// For tests of the citizen's booking pages: the real daemon, a gateway that keeps the codes, Chromium, and a look at
// every state at the widths that matter, 200 % zoom included. SPDX-License-Identifier: MIT
import { bookableHall } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { inspect, openPage, startBrowser } from './browser.mjs';

export const PHONE = { width: 360, height: 640 };
const SIZES = {
  320: { width: 320, height: 640 },
  360: PHONE,
  768: { width: 768, height: 1024 },
  1280: { width: 1280, height: 800 },
  zoomed: { width: 180, height: 320 }, // what a phone of 360 × 640 has left at 200 %
};

export async function startBookingWorld({ settings = {} } = {}) {
  const gateway = await startGateway();
  const daemon = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] }, ...settings } });
  const browser = await startBrowser();
  return {
    gateway, daemon, browser,
    hall: (code, options) => bookableHall(daemon, { code, ...options }),
    open: (path, { lang = 'en', ...more } = {}) => openPage(browser, path.startsWith('/') ? `${daemon.url}${path}` : path, { viewport: PHONE, lang, ...more }),
    // What the gateway was sent to a number that matches, the newest; from: behind so many others, so that an older one
    // is not taken for one that is still on its way.
    message: (phone, pattern, from = 0) => eventually(`a message to ${phone} like ${pattern}`, () =>
      gateway.received.slice(from).map((one) => (one.to.endsWith(phone) ? pattern.exec(one.text) : null)).filter(Boolean).at(-1)),
    async stop() {
      await browser.close();
      await daemon.stop();
      await gateway.stop();
    },
  };
}

// sizes: names of SIZES; all of them unless told.
export async function look(page, name, sizes = Object.keys(SIZES)) {
  for (const size of sizes) {
    await page.setViewportSize(SIZES[size]);
    await inspect(page, `${name}-${size}`);
  }
  await page.setViewportSize(PHONE);
}

export const onScreen = (page, name) => page.waitForSelector(`html[data-screen="${name}"]`);
export const inState = (page, name) => page.waitForSelector(`html[data-state="${name}"]`);
