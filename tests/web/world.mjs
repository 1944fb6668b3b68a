// A whole hall for tests that walk through it: the real daemon, a small hall with staff and devices, and its four
// pages side by side in Chromium. Words are read from the pages' own catalogues, so that a better sentence needs no
// change here.
//
//   const world = await startWorld({ code: 'walk', settings: { sms: {...} } });
//   const board = await world.board();            // counts what it announces and what it sounds
//   const kiosk = await world.kiosk('en');        // already in that language
//   const desk = await world.desk('li', '2');     // logged in and at its counter, by keyboard alone
//   const phone = await world.phone(link);
//   await world.stop();
// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PASSWORD, root, startDaemon } from '../lib/daemon.mjs';
import { openPage, startBrowser } from './browser.mjs';

const UPRIGHT = { width: 1080, height: 1920 };
const DESK = { width: 1280, height: 800 };
const HAND = { width: 390, height: 844 };
const FOLDERS = { kiosk: 'daemon/web/kiosk', clerk: 'daemon/web/clerk', ticket: 'daemon/web/ticket', board: 'display/web/board' };

const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

// word('kiosk', 'en', 'number.ahead', { n: 2 })
export function word(page, lang, key, values = {}) {
  const found = { ...read(`daemon/web/shared/${lang}.json`), ...read(`daemon/web/staff/${lang}.json`), ...read(`${FOLDERS[page]}/${lang}.json`) }[key];
  if (found === undefined) throw new Error(`${page} has no word for ${key} in ${lang}`);
  const text = typeof found === 'string' ? found : found[new Intl.PluralRules(lang).select(values.n)] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Counts the oscillators the page starts and keeps the state of its audio context, as the browser itself tells.
async function listen(page) {
  const heard = { tones: 0, state: 'none' };
  const session = await page.context().newCDPSession(page);
  session.on('WebAudio.audioNodeCreated', ({ node }) => {
    if (node.nodeType === 'Oscillator') heard.tones += 1;
  });
  for (const event of ['WebAudio.contextCreated', 'WebAudio.contextChanged']) {
    session.on(event, ({ context }) => { heard.state = context.contextState; });
  }
  await session.send('WebAudio.enable');
  return heard;
}

// A zone in which it is about noon: today has times left, and midnight does not come while people wait.
export function noonZone(now = new Date()) {
  const east = 12 - now.getUTCHours();
  return `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`; // the signs of these names are the wrong way round
}

class World {
  constructor({ code, ...options }) {
    this.code = code;
    this.options = options;
  }

  async start() {
    const { importing, ...options } = this.options;
    this.daemon = await startDaemon(options);
    this.browser = await startBrowser();
    await this.daemon.importHall('small', { code: this.code, ...importing });
    this.tokens = {};
    for (const kind of ['kiosk', 'board']) {
      this.tokens[kind] = (await this.daemon.device(`${kind}-${this.code}`, kind, this.code)).token;
    }
    return this;
  }

  // Where the pages look for it after a restart.
  keepPort() {
    this.daemon.options.settings = { ...this.daemon.options.settings, http: { port: this.daemon.ports.http } };
  }

  issue(body = {}) { return this.daemon.post(`/halls/${this.code}/tickets`, { service: 'id-card', ...body }); }

  async waiting() { return (await this.daemon.get(`/halls/${this.code}/tickets?state=waiting&limit=200`)).tickets; }

  async events() { return (await this.daemon.get(`/halls/${this.code}/events?limit=1000`)).events; }

  async kiosk(lang = 'zh') {
    const page = await openPage(this.browser, `${this.daemon.url}/kiosk#${this.tokens.kiosk}`,
      { viewport: UPRIGHT, hasTouch: true });
    await page.waitForSelector('[data-screen="services"]');
    if (lang === 'en') await page.getByRole('button', { name: 'English', exact: true }).click();
    return page;
  }

  async board() {
    const page = await openPage(this.browser, `${this.daemon.url}/board#${this.tokens.board}`);
    page.heard = await listen(page);
    page.announced = () => page.locator('[data-announced]').getAttribute('data-announced').then(Number);
    await page.waitForSelector('main.board');
    return page;
  }

  phone(link, lang = 'zh') {
    const url = link.startsWith('http') ? link : `${this.daemon.url}/t#${link}`;
    return openPage(this.browser, url, { viewport: HAND, lang: lang === 'zh' ? 'zh-CN' : 'en' });
  }

  // Name, password and counter are reached with the keyboard alone.
  async desk(name, counter, lang = 'zh') {
    await this.daemon.addStaff(name, 'clerk', this.code);
    const page = await openPage(this.browser, `${this.daemon.url}/clerk`,
      { viewport: DESK, lang: lang === 'zh' ? 'zh-CN' : 'en' });
    await page.getByLabel(word('clerk', lang, 'login.name')).waitFor();
    await page.keyboard.type(name);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: word('clerk', lang, 'choose.counter') }).waitFor();
    const choice = page.locator('.counters .choice').nth(Number(counter) - 1);
    for (let i = 0; i < 20 && !(await choice.evaluate((one) => one === document.activeElement)); i++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.waitForSelector('.present');
    page.present = (number, state) => page.locator(`.citizen[data-state="${state}"] .number`, { hasText: number }).waitFor();
    return page;
  }

  async stop() {
    await this.browser?.close();
    await this.daemon?.stop();
  }
}

// settings and the like go to the daemon; importing to its hall file.
export async function startWorld(options) {
  const world = new World(options);
  try {
    return await world.start();
  } catch (error) {
    await world.browser?.close();
    throw error;
  }
}
