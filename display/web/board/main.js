// A board of a hall: opens as /board#TOKEN, follows the hall's public stream, shows what its layout says, announces calls.
// Its parts: look.js and layout.js (what it is), fold.js (what it knows), announcing.js (what it makes of a call), view.js
// (what it draws). SPDX-License-Identifier: MIT
import { html, render } from '../../../daemon/web/shared/ui.js';
import { makeI18n } from '../../../daemon/web/shared/i18n.js';
import { followClock, makeClock } from '../../../daemon/web/shared/clock.js';
import { makeSound } from '../../../daemon/web/shared/sound.js';
import { SoundBanner } from '../../../daemon/web/shared/parts.js';
import { bootDevice, startAnew, watchPage } from '../../../daemon/web/shared/device.js';
import { reportHealth } from '../../../daemon/web/shared/health.js';
import { followHall } from '../../../daemon/web/shared/hall_file.js';
import { openStream } from '../../../daemon/web/shared/stream.js';
import { makeAnnouncing } from './announcing.js';
import { followArrival, needsArrivalCode } from './arrival.js';
import { applyEvent, callKey, emptyBoard } from './fold.js';
import { clearPaper, makeUi, setTheme, sized } from './look.js';
import { makePaper } from './paper.js';
import { makeShown } from './shown.js';
import { Board, Message } from './view.js';
import { makeVoice, speaks } from './voice.js';
import { Both } from './words.js';
import zh from './zh.json';
import en from './en.json';
import de from './de.json';

const TURN_MS = 7000; // pages, languages and the ticker

const asked = new URLSearchParams(location.search).get('theme');
if (['light', 'dark', 'eink'].includes(asked)) setTheme(asked);

const i18n = makeI18n({ zh, en, de });
const clock = makeClock();
const sound = makeSound();
const state = {
  phase: 'starting', // starting, running, denied
  ui: { i18n, langs: ['zh', 'en'], nameLangs: ['zh', 'en'], hall: null, turn: 0 },
  board: emptyBoard(),
  newest: null,
  group: null, // the calls shown together with it
  fresh: false,
  announced: 0,
  log: [],
  said: new Map(), // key of a call in the log -> how many seconds it took to say it
  link: { state: 'connecting' },
  arrival: null, // the code shown for checking in
  turn: 0,
};
let device = '';
let voice = null;
let stopArrival = null;

// What is not on the screen, or waits for a hand, is said in every language at once.
const plain = () => ({ ...state.ui, cycling: false });

// Only the one that speaks for its zone chimes, too: the others show. Paper is silent.
const isHeard = () => !state.ui.paper && speaks(state.ui.hall, state.ui.layout);
let shown = null; // acknowledges calls

// Screen readers hear each announcement, and tests read them here.
function Log() {
  return html`<ol class="for-readers" aria-live="assertive" data-announced=${state.announced}
    data-last=${state.log.length ? callKey(state.log[state.log.length - 1]) : ''}>
    ${state.log.map(
      (call) => html`<li key=${callKey(call)} data-key=${callKey(call)} data-number=${call.number}
        data-said=${state.said.get(callKey(call))}>
        <${Both} ui=${plain()} k="announce" values=${call} />
      </li>`,
    )}
  </ol>`;
}

function Page() {
  const ui = state.ui.hall ? sized(state.ui, state.turn) : state.ui;
  if (state.phase !== 'running') return html`<${Message} ui=${ui} k=${state.phase} />`;
  if (ui.layout.kind === 'counter' && ui.scope.counters.length !== 1) return html`<${Message} ui=${ui} k="desk.unset" />`;
  return html`<${Board} ...${state} ui=${ui} clock=${clock} />`;
}

function paint() {
  render(
    html`<${Page} />
      ${isHeard() && html`<${SoundBanner} sound=${sound} i18n=${i18n}><${Both} ui=${plain()} k="sound.unlock" /><//>`}
      <${Log} />`,
    document.getElementById('page'),
  );
}

// These calls stand on the screen now; on paper, with its next drawing.
let onPaper = [];
function acknowledge(calls) {
  for (const call of calls) shown.add(call, isHeard() && sound.state === 'ready');
  globalThis.dispatchEvent(new CustomEvent('paihao:shown', { detail: { calls } }));
}

function turnOnPaper() {
  state.turn += 1; // nothing turns on paper between two drawings
  paint();
  acknowledge(onPaper.splice(0));
}
const paper = makePaper({ draw: turnOnPaper, refresh: () => clearPaper(turnOnPaper) });

function draw({ urgent = false } = {}) {
  if (state.ui.paper) paper.request({ urgent });
  else paint();
}

const announcing = makeAnnouncing({
  state, clock, draw,
  mine: (call) => state.ui.layout.part === 1 && state.ui.scope.covers(call),
  chime: async (kind) => (isHeard() ? sound.play(kind) : undefined),
  prepare: async (call, form) => (isHeard() ? voice.prepare(call, form) : null),
  onShown: (calls) => (state.ui.paper ? onPaper.push(...calls) : acknowledge(calls)),
});

const isNewer = watchPage();
async function reloadWhenNewer() {
  if (!(await isNewer())) return;
  const timer = setInterval(() => {
    if (!announcing.idle()) return;
    clearInterval(timer);
    location.reload();
  }, 1000);
}

// Asked for in halls that need it, and no longer than they do.
function followCode(api) {
  const { hall } = state.ui;
  if (needsArrivalCode(hall) === Boolean(stopArrival)) return;
  stopArrival?.();
  stopArrival = null;
  state.arrival = null;
  if (!needsArrivalCode(hall)) return;
  stopArrival = followArrival({
    ask: () => api.get(`/halls/${hall.code}/arrival-code`, { retries: 0 }),
    now: () => clock.now(),
    show(code) {
      state.arrival = code;
      draw();
    },
  });
}

function onEvent(event, file) {
  clock.observe(event.data.now);
  const first = event.type === 'snapshot' && state.phase !== 'running';
  const { board, calls } = applyEvent(state.board, event);
  state.board = board;
  if (first) {
    state.phase = 'running';
    announcing.begin(board.calls);
  }
  announcing.take(calls, !event.missed);
  // A snapshot with an id came by a new stream, not by asking every few seconds.
  if (event.type === 'snapshot' && event.id) {
    announcing.keep();
    reloadWhenNewer();
  }
  file.see(event.data.version || event.data.configured);
  if (event.type !== 'hb') draw({ urgent: first });
}

function deny(status) {
  if (status === 401) startAnew(); // removed by an admin
  state.phase = 'denied';
  draw({ urgent: true });
}

async function start() {
  draw();
  const boot = await bootDevice('board');
  const { api, hall } = boot;
  device = boot.device.name;
  state.ui = makeUi(i18n, hall, device);
  voice = makeVoice({ base: api.base, hall: hall.code, authorization: api.authorization, sound });
  followClock(clock, api);
  followCode(api);
  const path = `/halls/${hall.code}/board`;
  const since = Math.round(clock.now());
  shown = makeShown({ api, path: `${path}/shown` });
  reportHealth({ api, onRefused: startAnew, read: () => ({ sound: sound.state, voice: isHeard(), announced: state.announced, since,
    ...(state.ui.layout.code && { layout: state.ui.layout.code }) }) });
  const file = followHall({ api, path: `/halls/${hall.code}`, have: hall.version, onHall(newer) {
    state.ui = makeUi(i18n, newer, device);
    followCode(api);
    draw({ urgent: true });
  } });
  openStream({
    url: `${api.base}${path}/stream`,
    authorization: api.authorization,
    now: clock.steady,
    onEvent: (event) => onEvent(event, file),
    onState(link) {
      state.link = link;
      draw();
    },
    onDenied: deny,
    poll: async () => ({ type: 'snapshot', data: await api.get(path, { retries: 0 }) }),
  });
}

addEventListener('resize', () => draw({ urgent: true }));
setInterval(() => {
  if (state.ui.paper || state.phase !== 'running') return;
  state.turn += 1;
  draw();
}, TURN_MS);
start().catch(deny);
