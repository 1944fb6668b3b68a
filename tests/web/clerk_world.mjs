// What the tests of the clerk's console share: a daemon, a hall of its own for each test, a clerk at its counter.
//
//   const desk = await startDesk();
//   const hall = await desk.makeHall('c-undo');
//   const page = await desk.openConsole(hall);        // logged in, at counter 1
//   await desk.stop();
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { PASSWORD, startDaemon } from '../lib/daemon.mjs';
import { inspect, openPage, startBrowser } from './browser.mjs';

export const DESK = { width: 1024, height: 768 };
export const WIDE = { width: 1440, height: 900 };
export const UPRIGHT = { width: 768, height: 1024 };

export const inState = (page, state) => page.locator(`.citizen[data-state="${state}"]`).waitFor();
export const numberOf = (page) => page.locator('.citizen .number').innerText();
export const action = (page, id) => page.locator(`[data-action="${id}"]`);

// The ones that must be there whatever the window: nothing that can be pressed is cut off or needs scrolling the page.
export async function inSight(page, selectors) {
  const { height } = page.viewportSize();
  for (const selector of selectors) {
    const box = await page.locator(selector).first().boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= height + 1, `${selector} is in sight: ${JSON.stringify(box)}`);
  }
}

// axe, no sideways scrolling, a picture on request, and every button large enough for a finger.
export async function look(page, name) {
  await inspect(page, name);
  const small = await page.locator('button').evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 43.5).map((one) => one.textContent));
  assert.deepEqual(small, [], `targets on ${name}`);
}

class Hall {
  constructor(daemon, code, name) {
    Object.assign(this, { daemon, code, name });
  }

  issue(service = 'id-card', more = {}) { return this.daemon.post(`/halls/${this.code}/tickets`, { service, ...more }); }

  async counter(n) { return (await this.daemon.get(`/halls/${this.code}/counters`)).counters.find((one) => one.code === n); }

  ticket(ref) { return this.daemon.get(`/halls/${this.code}/tickets/${ref}`); }

  async called() {
    const { events } = await this.daemon.get(`/halls/${this.code}/events?limit=1000`);
    return events.filter((one) => one.type === 'ticket.called').map((one) => one.number);
  }
}

class Desk {
  async start(options) {
    this.daemon = await startDaemon(options);
    this.browser = await startBrowser();
    return this;
  }

  async addStaff(name, hall, { role = 'clerk', rights = [] } = {}) {
    await this.daemon.post('/staff', { name, role, halls: [hall], password: PASSWORD, ...(rights.length && { rights }) });
  }

  async makeHall(code, { file = 'small', role = 'clerk', rights = [], ...options } = {}) {
    await this.daemon.importHall(file, { code, ...options });
    await this.addStaff(`li-${code}`, code, { role, rights });
    return new Hall(this.daemon, code, `li-${code}`);
  }

  async openConsole(hall, { counter = '1 号窗口', name = hall.name, ...options } = {}) {
    const page = await openPage(this.browser, `${this.daemon.url}/clerk`, { viewport: DESK, ...options });
    await this.logIn(page, name);
    await page.locator('.choice', { hasText: counter }).first().click();
    await page.locator('.console').waitFor();
    return page;
  }

  async logIn(page, name, password = PASSWORD) {
    await page.locator('#name').fill(name);
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
  }

  async stop() {
    await this.browser?.close();
    await this.daemon?.stop();
  }
}

export async function startDesk(options) {
  const desk = new Desk();
  try {
    return await desk.start(options);
  } catch (error) {
    await desk.browser?.close();
    throw error;
  }
}
