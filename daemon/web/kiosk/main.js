// The kiosk: a citizen takes a number, standing, in three taps. Opened as /kiosk#TOKEN.
// This file finds out who the kiosk is; app.js is what citizens see. SPDX-License-Identifier: MIT
import { html, render, useEffect, useState } from '../shared/ui.js';
import { bootDevice, startAnew } from '../shared/device.js';
import { reportHealth } from '../shared/health.js';
import { askClock, makeClock } from '../shared/clock.js';
import { makeI18n } from '../shared/i18n.js';
import { App } from './app.js';
import { Loading, NotYet, Refused } from './states.js';
import zh from './zh.json';
import en from './en.json';

// The language comes from the hall, never from what another page of this browser has kept.
const i18n = makeI18n({ zh, en }, 'zh');
const clock = makeClock();

// A kiosk that starts before the network does says so after this long, not at once.
const PATIENCE_MS = 4000;

function startLang(hall) {
  return hall.languages.find((lang) => i18n.langs.includes(lang)) || 'en';
}

function Kiosk() {
  const [boot, setBoot] = useState({});
  useEffect(() => {
    const patience = setTimeout(() => setBoot((b) => (b.hall || b.refused ? b : { slow: true })), PATIENCE_MS);
    bootDevice('kiosk')
      .then(({ api, device, hall }) => {
        if (device.kind !== 'kiosk') throw Object.assign(new Error('not a kiosk'), { status: 403 });
        i18n.set(startLang(hall), { keep: false });
        askClock(clock, api);
        reportHealth({ api, onRefused: startAnew, read: () => ({ since: Math.round(clock.now()) - Math.round(performance.now()) }) });
        setBoot({ api, hall, device: device.name });
      })
      .catch((error) => setBoot({ refused: error }))
      .finally(() => clearTimeout(patience));
  }, []);
  if (boot.hall) {
    const lang = startLang(boot.hall);
    return html`<${App} api=${boot.api} first=${boot.hall} device=${boot.device} lang=${lang} clock=${clock} i18n=${i18n} />`;
  }
  if (boot.refused) return html`<${Refused} i18n=${i18n} error=${boot.refused} />`;
  return boot.slow ? html`<${NotYet} i18n=${i18n} />` : html`<${Loading} i18n=${i18n} />`;
}

// A new token in the address of a page that is open already: start again with it.
addEventListener('hashchange', () => location.reload());
addEventListener('contextmenu', (event) => event.preventDefault()); // a long press is no right click here
render(html`<${Kiosk} />`, document.getElementById('page'));
