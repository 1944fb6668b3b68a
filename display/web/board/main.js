// The main board of a hall: opens as /board#TOKEN, follows the hall's public stream, announces calls.
// SPDX-License-Identifier: MIT
import { html, render } from '../../../daemon/web/shared/ui.js';
import { makeI18n } from '../../../daemon/web/shared/i18n.js';
import { askClock, makeClock } from '../../../daemon/web/shared/clock.js';
import { makeSound } from '../../../daemon/web/shared/sound.js';
import { SoundBanner } from '../../../daemon/web/shared/parts.js';
import { bootDevice, startAnew, watchPage } from '../../../daemon/web/shared/device.js';
import { reportHealth } from '../../../daemon/web/shared/health.js';
import { followHall } from '../../../daemon/web/shared/hall_file.js';
import { openStream } from '../../../daemon/web/shared/stream.js';
import { setAccent } from '../../../daemon/web/shared/theme.js';
import { makeAnnouncer } from './announce.js';
import { followArrival, needsArrivalCode } from './arrival.js';
import { applyEvent, callKey, emptyBoard } from './fold.js';
import { makeShown } from './shown.js';
import { Board, Both, Message } from './view.js';
import zh from './zh.json';
import en from './en.json';

const FRESH_MS = 10000; // how long a new call stands out
const LOG_MAX = 20;
const ROWS = { wide: 6, tall: 7 }; // lines of waiting people a page, as the style sheet has room for

const theme = new URLSearchParams(location.search).get('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

const i18n = makeI18n({ zh, en });
const clock = makeClock();
const sound = makeSound();
const tall = matchMedia('(orientation: portrait)');
const state = {
  phase: 'starting', // starting, running, denied
  ui: { i18n, langs: i18n.langs, nameLangs: i18n.langs, hall: null },
  board: emptyBoard(),
  newest: null,
  fresh: false,
  announced: 0,
  log: [],
  link: { state: 'connecting' },
  arrival: null, // the code shown for checking in
};
let stopArrival = null;
let shown = null; // acknowledges calls
let freshTimer = null;

// Screen readers hear each announcement, and tests read them here.
function Log() {
  return html`<ol class="for-readers" aria-live="assertive" data-announced=${state.announced}
    data-last=${state.log.length ? callKey(state.log[state.log.length - 1]) : ''}>
    ${state.log.map(
      (call) => html`<li key=${callKey(call)} data-key=${callKey(call)} data-number=${call.number}>
        <${Both} ui=${state.ui} k="announce" values=${call} />
      </li>`,
    )}
  </ol>`;
}

function draw() {
  const { phase, ui } = state;
  const rows = tall.matches ? ROWS.tall : ROWS.wide;
  render(
    html`${phase === 'running'
        ? html`<${Board} ...${state} clock=${clock} rows=${rows} />`
        : html`<${Message} ui=${ui} k=${phase} />`}
      <${SoundBanner} sound=${sound} i18n=${i18n}><${Both} ui=${ui} k="sound.unlock" /><//>
      <${Log} />`,
    document.getElementById('page'),
  );
}

function show(call) {
  Object.assign(state, {
    newest: { ...call, state: 'called' },
    fresh: true,
    announced: state.announced + 1,
  });
  state.log = [...state.log, call].slice(-LOG_MAX);
  keepMemory();
  clearTimeout(freshTimer);
  freshTimer = setTimeout(() => {
    state.fresh = false;
    draw();
  }, FRESH_MS);
  draw();
  shown.add(call, sound.state === 'ready');
}

// A board that was loaded anew a moment ago still knows what it announced; one that was off does not.
const MEMORY_KEY = 'paihao.announced';
const MEMORY_MS = 120000;
function readMemory() {
  try {
    const { at, memory } = JSON.parse(sessionStorage.getItem(MEMORY_KEY));
    return Date.now() - at < MEMORY_MS ? memory : null;
  } catch {
    return null;
  }
}
const remembered = readMemory();
function keepMemory() {
  const memory = announcer.memory();
  sessionStorage.setItem(MEMORY_KEY, JSON.stringify({ at: Date.now(), memory }));
}

const isNewer = watchPage();
async function reloadWhenNewer() {
  if (!(await isNewer())) return;
  const timer = setInterval(() => {
    if (!announcer.idle() || state.fresh) return;
    clearInterval(timer);
    location.reload();
  }, 1000);
}

const announcer = makeAnnouncer({
  memory: remembered ?? [],
  show,
  chime: (kind) => sound.play(kind),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
});

function useHall(hall) {
  setAccent(hall.accent);
  const known = hall.languages.filter((lang) => i18n.langs.includes(lang));
  const langs = known.length ? known : ['en'];
  state.ui = { i18n, hall, langs, nameLangs: hall.languages.slice(0, 2) };
  document.documentElement.lang = i18n.tag(langs[0]);
  document.title = i18n.name(hall.names, hall.languages[0]);
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

// The first snapshot is the past; what comes later, by whatever way, has not been heard yet.
function onEvent(event, file) {
  clock.observe(event.data.now);
  const first = event.type === 'snapshot' && state.phase !== 'running';
  const { board, calls } = applyEvent(state.board, event);
  state.board = board;
  if (first) {
    state.phase = 'running';
    state.newest = board.calls[0] ?? null;
    if (!remembered) announcer.adopt(board.calls);
  }
  calls.forEach((call) => announcer.offer(call));
  // A snapshot with an id came by a new stream, not by asking every few seconds.
  if (event.type === 'snapshot' && event.id) {
    keepMemory();
    reloadWhenNewer();
  }
  file.see(event.data.version || event.data.configured);
  draw();
}

function deny(status) {
  if (status === 401) startAnew(); // removed by an admin
  state.phase = 'denied';
  draw();
}

async function start() {
  draw();
  const { api, hall } = await bootDevice('board');
  useHall(hall);
  askClock(clock, api);
  followCode(api);
  const path = `/halls/${hall.code}/board`;
  const since = Math.round(clock.now());
  shown = makeShown({ api, path: `${path}/shown` });
  reportHealth({ api, onRefused: startAnew, read: () => ({ sound: sound.state, announced: state.announced, since }) });
  const file = followHall({ api, path: `/halls/${hall.code}`, have: hall.version, onHall(newer) {
    useHall(newer);
    followCode(api);
    draw();
  } });
  openStream({
    url: `${api.base}${path}/stream`,
    authorization: api.authorization,
    onEvent: (event) => onEvent(event, file),
    onState(link) {
      state.link = link;
      draw();
    },
    onDenied: deny,
    poll: async () => ({ type: 'snapshot', data: await api.get(path, { retries: 0 }) }),
  });
}

tall.addEventListener('change', draw);
start().catch(deny);
