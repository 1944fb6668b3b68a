// What the tests of boards share: a hall with people in it, and what is measured on a page. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { openPage } from './browser.mjs';

// Calls at a hall's counters, by the daemon's own token.
export function makeHall(daemon, code) {
  const at = (counter, verb, body = {}) => daemon.post(`/halls/${code}/counters/${counter}/${verb}`, body);
  return {
    code, at,
    issue: (service) => daemon.post(`/halls/${code}/tickets`, { service }),
    // One number called at a counter; what was there before has finished.
    async call(counter, service) {
      if (service) await this.issue(service);
      const { ticket } = await at(counter, 'next', { present: 'absent' }).catch(() => at(counter, 'next'));
      return ticket.number;
    },
  };
}

export async function openBoard(browser, daemon, token, search = '', options = {}) {
  const page = await openPage(browser, `${daemon.url}/board${search}#${token}`, options);
  await page.waitForSelector('main');
  page.numbers = (within) => page.locator(`${within} [data-number]`).evaluateAll((all) => all.map((one) => one.dataset.number));
  page.announced = () => page.locator('[data-announced]').getAttribute('data-announced').then(Number);
  return page;
}

// Every text that is seen, with the contrast it has on what is behind it (WCAG 2.2), and where it stands.
export function textsOf(page) {
  return page.evaluate(() => {
    const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      for (let one = element; one; one = one.parentElement) {
        const [r, g, b, a = 1] = parse(getComputedStyle(one).backgroundColor);
        if (a > 0) return [r, g, b];
      }
      return [255, 255, 255];
    };
    const found = [];
    const walk = document.createTreeWalker(document.getElementById('page'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const element = walk.currentNode.parentElement;
      const text = walk.currentNode.textContent.trim();
      if (!text || element.closest('.for-readers') || !element.checkVisibility({ checkVisibilityCSS: true })) continue;
      let opacity = 1;
      for (let one = element; one; one = one.parentElement) opacity *= Number(getComputedStyle(one).opacity);
      const [light, dark] = [luminance(parse(getComputedStyle(element).color).slice(0, 3)), luminance(ground(element))].sort((a, b) => b - a);
      const range = document.createRange();
      range.selectNodeContents(walk.currentNode);
      // Of the line only what ink there is: boxes of fonts reach beyond their capitals and feet.
      const line = range.getBoundingClientRect();
      const [middle, ink] = [(line.top + line.bottom) / 2, parseFloat(getComputedStyle(element).fontSize) * 0.4];
      const [left, right, top, bottom] = [line.left, line.right, middle - ink, middle + ink];
      const clip = element.closest('.list, .notices, .ticker, .next ol, header, .newest, .at-desk, .behind, .message') ?? document.documentElement;
      const box = clip.getBoundingClientRect();
      found.push({ text, lang: element.closest('[lang]').lang, size: parseFloat(getComputedStyle(element).fontSize),
        contrast: opacity < 1 ? 0 : (light + 0.05) / (dark + 0.05), isNumber: Boolean(element.closest('.number')),
        inside: left >= box.left - 2 && right <= box.right + 2 && top >= box.top - 2 && bottom <= box.bottom + 2
          && left >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1 });
    }
    return found;
  });
}

// Legible, and no number cut off.
export async function assertLegible(page, name) {
  const texts = await textsOf(page);
  assert.ok(texts.length > 0, `${name}: something is shown`);
  assert.deepEqual(texts.filter((one) => one.contrast < 7).map((one) => `${one.text} ${one.contrast.toFixed(1)}`), [], `${name}: contrast`);
  assert.deepEqual(texts.filter((one) => one.isNumber && !one.inside).map((one) => one.text), [], `${name}: cut off`);
  return texts;
}
