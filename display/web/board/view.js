// What the board draws. Everything stands in the hall's languages side by side: nobody has to wait for
// theirs to come round. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../../../daemon/web/shared/ui.js';
import { dateText, timeText } from '../../../daemon/web/shared/clock.js';
import { Merged, isMerged } from './merged.js';
import { notices, waitingPages, waitingTotal } from './fold.js';

const LATEST = 8;
const ROTATE_MS = 8000;

// One sentence (k) or one name (names) in each language of the hall.
export function Both({ ui, k, values, names }) {
  const langs = names ? ui.nameLangs : ui.langs;
  const texts = langs.map((lang) => [
    lang,
    names ? ui.i18n.name(names, lang) : ui.i18n.t(k, values, lang),
  ]);
  const distinct = texts.filter(([, text], i) => texts.findIndex((other) => other[1] === text) === i);
  return html`<span class="both">
    ${distinct.map(([lang, text]) => html`<span lang=${ui.i18n.tag(lang) || lang}>${text}</span> `)}
  </span>`;
}

function Clock({ ui, clock }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const now = clock.now();
  const { zone } = ui.hall;
  return html`<div class="clock">
    <time class="number" datetime=${new Date(now).toISOString()}>${timeText(now, 'en', zone)}</time>
    <span class="both">
      ${ui.langs.map((lang) => html`<span lang=${ui.i18n.tag(lang)}>${dateText(now, lang, zone)}</span> `)}
    </span>
  </div>`;
}

function Arrival({ ui, code }) {
  return html`<p class="arrival" data-arrival=${code}>
    <${Both} ui=${ui} k="arrival" /> <span class="number">${code}</span>
  </p>`;
}

// A Han character is as wide as two Latin letters; more than this would push the clock away.
const WIDE = 36;
const widthOf = (text) => [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? 2 : 1), 0);

function Head({ ui, clock, arrival }) {
  return html`<header class=${arrival ? 'with-arrival' : ''}>
    <h1 class=${widthOf(ui.i18n.name(ui.hall.names, ui.nameLangs[0])) > WIDE ? 'long' : ''}><${Both} ui=${ui} names=${ui.hall.names} /></h1>
    ${arrival && html`<${Arrival} ui=${ui} code=${arrival} />`}
    <${Clock} ui=${ui} clock=${clock} />
  </header>`;
}

const JOINT = { zh: '、' };

function Stopped({ ui, services, reason }) {
  const lines = ui.langs.map((lang) => {
    const names = services?.map((service) => ui.i18n.name(service.names, lang)).join(JOINT[lang] ?? ', ');
    return [lang, services ? ui.i18n.t('stopped.some', { names }, lang) : ui.i18n.t('stopped.all', {}, lang)];
  });
  return html`<p class="stopped">
    <span class="both">${lines.map(([lang, text]) => html`<span lang=${ui.i18n.tag(lang)}>${text}</span> `)}</span>
    <span class="reason">${reason}</span>
  </p>`;
}

function Announcement({ ui, texts }) {
  const mine = ui.nameLangs.filter((lang) => texts[lang]);
  const langs = mine.length ? mine : Object.keys(texts);
  return html`<p class="announcement"><span class="both">
    ${langs.map((lang) => html`<span lang=${ui.i18n.tag(lang) || lang}>${texts[lang]}</span> `)}
  </span></p>`;
}

const LOOK_MS = 5000; // an announcement ends by itself
function useNotices(ui, clock, board) {
  const [, look] = useState(0);
  const list = notices(ui.hall, board, clock.now());
  useEffect(() => {
    if (!list.length) return undefined;
    const timer = setInterval(() => look((n) => n + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, [list.length > 0]);
  return list;
}

function Notices({ ui, list }) {
  if (!list.length) return null;
  return html`<section class="notices" role="status">${list.map((one, i) =>
    one.texts
      ? html`<${Announcement} key="announcement" ui=${ui} texts=${one.texts} />`
      : html`<${Stopped} key=${i} ui=${ui} services=${one.stopped} reason=${one.reason} />`)}
  </section>`;
}

// Codes of counters may be long ("east-12"); they shrink rather than spill.
export function sizeOf(text) {
  if (text.length > 8) return 'longest';
  if (text.length > 5) return 'long';
  return text.length > 4 ? 'five' : '';
}

// A bare letter beside the counter's number would be read as a part of it.
const SHORT_ZONE = /^[A-Z0-9]{1,2}$/;

const counterOf = (hall, code) => hall.counters.find((counter) => counter.code === code);

// turn: another one for each announcement, so that the frame moves anew for a recall.
function Newest({ ui, call, fresh, turn }) {
  if (!call) {
    return html`<section class="newest none">
      <p class="large"><${Both} ui=${ui} k="calls.none" /></p>
      <p><${Both} ui=${ui} k="calls.none.hint" /></p>
    </section>`;
  }
  const zone = counterOf(ui.hall, call.counter)?.zone;
  return html`<section class=${`newest ${call.state} ${fresh ? 'fresh' : ''}`} key=${`${call.number}-${turn}`}
    data-number=${call.number} data-counter=${call.counter}>
    <p class="label"><${Both} ui=${ui} k=${call.state === 'called' ? 'now' : `state.${call.state}`} /></p>
    <p class=${`number huge ${sizeOf(call.number)}`}>${call.number}</p>
    <p class="arrow" aria-hidden="true"></p>
    <p class="label where"><${Both} ui=${ui} k="counter" />
      ${zone && html`<span class="zone">${SHORT_ZONE.test(zone) ? html`<${Both} ui=${ui} k="zone" values=${{ zone }} />` : zone}</span>`}</p>
    <p class=${`number huge where ${sizeOf(call.counter)}`}>${call.counter.toUpperCase()}</p>
  </section>`;
}

function Latest({ ui, calls }) {
  return html`<section class="latest">
    <h2><${Both} ui=${ui} k="latest" /></h2>
    ${calls.length === 0 && html`<p class="nothing"><${Both} ui=${ui} k="calls.few" /></p>`}
    <ol>
      ${calls.slice(0, LATEST).map(
        (call) => html`<li key=${call.number} class=${call.state} data-number=${call.number}>
          <span class="number">${call.number}</span>
          ${call.state === 'called'
            ? html`<span class="arrow" aria-hidden="true"></span>`
            : html`<span class="state"><${Both} ui=${ui} k=${`state.${call.state}`} /></span>`}
          <span class=${`number where ${sizeOf(call.counter)}`}>${call.counter.toUpperCase()}</span>
        </li>`,
      )}
    </ol>
  </section>`;
}

function Wait({ ui, wait }) {
  const { low, high } = wait;
  return html`<span class="wait" data-wait=${`${low}-${high}`}>
    <span class="number">${low === high ? high : `${low}–${high}`}</span> <${Both} ui=${ui} k="minutes" />
  </span>`;
}

function Waiting({ ui, waiting, waits, rows }) {
  const [turn, setTurn] = useState(0);
  const pages = waitingPages(ui.hall, waiting, rows);
  useEffect(() => {
    if (pages.length < 2) return undefined;
    const timer = setInterval(() => setTurn((n) => n + 1), ROTATE_MS);
    return () => clearInterval(timer);
  }, [pages.length < 2]);
  const shown = pages.length ? turn % pages.length : 0;
  return html`<section class="waiting">
    <h2><${Both} ui=${ui} k="waiting" />
      <span class="number total">${waitingTotal(waiting)}</span></h2>
    ${pages.length === 0 && html`<p class="nothing"><${Both} ui=${ui} k="waiting.none" /></p>`}
    <ul key=${shown}>
      ${pages[shown]?.map(
        ({ service, count }) => html`<li key=${service.code}>
          <${Both} ui=${ui} names=${service.names} />
          ${waits[service.code] && html`<${Wait} ui=${ui} wait=${waits[service.code]} />`}
          <span class="number">${count}</span>
        </li>`,
      )}
    </ul>
    ${pages.length > 1 &&
    html`<p class="pages" aria-hidden="true">
      ${pages.map((_, i) => html`<span class=${i === shown ? 'here' : ''}></span>`)}
    </p>`}
  </section>`;
}

function Behind({ ui, link }) {
  const time = timeText(link.since, 'en', ui.hall.zone);
  return html`<p class="behind" role="status"><${Both} ui=${ui} k="stale" values=${{ time }} /></p>`;
}

// A whole screen with one thing to say.
export function Message({ ui, k, children }) {
  return html`<main class="message">
    <h1 class="large"><${Both} ui=${ui} k=${k} /></h1>
    ${ui.i18n.has(`${k}.hint`) && html`<p><${Both} ui=${ui} k=${`${k}.hint`} /></p>`}
    ${children}
  </main>`;
}

export function Board({ ui, clock, board, newest, group, fresh, announced, link, rows, arrival }) {
  // What was announced last is shown large in its present state (a recall of it may wait in the queue).
  // Taken back, it makes room for the newest of the others, unless it is being announced just now.
  const isNewest = (call) => call.number === newest?.number && call.counter === newest.counter;
  const large = board.calls.find(isNewest) ?? (fresh ? newest : board.calls[0]);
  const others = board.calls.filter((call) => (group ? !isMerged(group, call) : call !== large));
  const stale = link.state === 'stale';
  const told = useNotices(ui, clock, board);
  const room = Math.max(1, rows - 1.5 * told.length) | 0; // the bar takes its height from the lines below
  return html`<${Head} ui=${ui} clock=${clock} arrival=${arrival} />
    <${Notices} ui=${ui} list=${told} />
    ${link.state === 'offline'
      ? html`<${Message} ui=${ui} k="offline"><${Behind} ui=${ui} link=${link} /><//>`
      : html`<main class=${stale ? 'board stale' : 'board'}>
          ${group
            ? html`<${Merged} ui=${ui} group=${group} current=${newest} turn=${announced} />`
            : html`<${Newest} ui=${ui} call=${large} fresh=${fresh} turn=${announced} />`}
          <${Latest} ui=${ui} calls=${others} />
          ${stale
            ? html`<${Behind} ui=${ui} link=${link} />`
            : html`<${Waiting} ui=${ui} waiting=${board.waiting} waits=${board.waits} rows=${room} />`}
        </main>`}`;
}
