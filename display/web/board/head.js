// The top of a board: whose it is, the code for checking in, the time. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../../../daemon/web/shared/ui.js';
import { dateText, timeText } from '../../../daemon/web/shared/clock.js';
import { shows } from './layout.js';
import { widthOf } from './ticker.js';
import { Both, Zone, sizeOf } from './words.js';

function Clock({ ui, clock }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const now = clock.now();
  const { zone } = ui.hall;
  const langs = ui.cycling ? [ui.langs[ui.turn % ui.langs.length]] : ui.langs;
  return html`<div class="clock">
    <time class="number" datetime=${new Date(now).toISOString()}>${timeText(now, 'en', zone)}</time>
    <span class="both">
      ${langs.map((lang) => html`<span lang=${ui.i18n.tag(lang)}>${dateText(now, lang, zone)}</span> `)}
    </span>
  </div>`;
}

// Paper shows no running clock: of when the picture is must stand on it.
function AsOf({ ui, clock }) {
  return html`<p class="clock as-of"><${Both} ui=${ui} k="as.of" values=${{ time: timeText(clock.now(), 'en', ui.hall.zone) }} /></p>`;
}

function Arrival({ ui, code }) {
  return html`<p class="arrival" data-arrival=${code}>
    <${Both} ui=${ui} k="arrival" /> <span class="number">${code}</span>
  </p>`;
}

const WIDE = 36; // more than this would push the clock away

function HallTitle({ ui }) {
  const long = widthOf(ui.i18n.name(ui.hall.names, ui.nameLangs[0])) > WIDE;
  return html`<h1 class=${long ? 'long' : ''}><${Both} ui=${ui} names=${ui.hall.names} /></h1>`;
}

function ZoneTitle({ ui }) {
  return html`<h1 class="place">
    <span class="places">${ui.layout.zones.map((zone) => html`<b><${Zone} ui=${ui} zone=${zone} /></b> `)}</span>
    <small><${Both} ui=${ui} names=${ui.hall.names} /></small>
  </h1>`;
}

function CounterTitle({ ui }) {
  const [counter] = ui.scope.counters;
  return html`<h1 class="place">
    <${Both} ui=${ui} k="counter" />
    <b class=${`number ${sizeOf(counter.code)}`}>${counter.code.toUpperCase()}</b>
    ${counter.names && Object.keys(counter.names).length > 0 && html`<small><${Both} ui=${ui} names=${counter.names} /></small>`}
  </h1>`;
}

const TITLES = { main: HallTitle, zone: ZoneTitle, counter: CounterTitle };

export function Head({ ui, clock, arrival }) {
  const Title = ui.layout.kind === 'zone' && !ui.layout.zones.length ? HallTitle : TITLES[ui.layout.kind];
  return html`<header class=${arrival ? 'with-arrival' : ''}>
    <${Title} ui=${ui} />
    ${arrival && html`<${Arrival} ui=${ui} code=${arrival} />`}
    ${ui.paper ? html`<${AsOf} ui=${ui} clock=${clock} />` : shows(ui.layout, 'clock') && html`<${Clock} ui=${ui} clock=${clock} />`}
  </header>`;
}
