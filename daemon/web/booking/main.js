// The citizen's booking, /b#hall.booking.code: when, where, with what; and what can be done about it. The link's
// code leaves the fragment in a header only. A place on the waitlist has a link of the same kind.
// SPDX-License-Identifier: MIT
import { html, render } from '../shared/ui.js';
import { makeApi } from '../shared/api.js';
import { askClock, makeClock } from '../shared/clock.js';
import { makeI18n, problemText } from '../shared/i18n.js';
import { openPoll } from '../shared/poll.js';
import { setAccent } from '../shared/theme.js';
import { readVisitLink } from '../shared/visit.js';
import { askAgainMs, readPlace, shownState } from './state.js';
import { Notice } from '../shared/visit_parts.js';
import { VisitPage } from './view.js';
import { Move } from './move.js';
import { Earlier } from './earlier.js';
import { Waiting } from './waiting.js';
import visitZh from '../shared/visit.zh.json';
import visitEn from '../shared/visit.en.json';
import zh from './zh.json';
import en from './en.json';

const REDRAW_MS = 20000; // "check in from 09:20" turns into "check in now" by itself

const BESIDE = { move: Move, earlier: Earlier };

const i18n = makeI18n({ zh: { ...visitZh, ...zh }, en: { ...visitEn, ...en } });
const clock = makeClock();
const now = () => clock.now();
const state = { phase: 'loading', hall: null, visit: null, link: { state: 'connecting' }, error: null };
let place = null;
let link = null;
let api = null;
let poll = null;

function view() {
  const { phase, hall, visit } = state;
  const shared = { i18n, api, hall, now, link, freshness: state.link, onVisit, refresh: () => poll?.refresh() };
  if (phase === 'none' || phase === 'gone') {
    return html`<${Notice} i18n=${i18n} hall=${hall} heading=${i18n.t(phase)} text=${i18n.t(`${phase}.text`)}>
      ${hall && html`<a class="button primary" href=${`/book#${hall.code}/mine`}>${i18n.t('mine')}</a>`}
      <a class=${`button ${hall ? '' : 'primary'}`}
        href=${hall ? `/book#${hall.code}` : '/book'}>${i18n.t('book')}</a>
    <//>`;
  }
  if (phase === 'failed') {
    return html`<${Notice} i18n=${i18n} heading=${problemText(state.error, i18n)}>
      <button type="button" class="button primary" onClick=${start}>${i18n.t('retry')}</button>
    <//>`;
  }
  if (!hall || !visit) return html`<${Notice} i18n=${i18n} hall=${hall} heading=${i18n.t('loading')} />`;
  if (link.kind === 'w') return html`<${Waiting} ...${shared} waiting=${visit} />`;
  const Beside = visit.state === 'confirmed' && BESIDE[place.screen];
  if (Beside) return html`<${Beside} key=${link.link} ...${shared} booking=${visit} onDone=${leaveBeside} />`;
  return html`<${VisitPage} ...${shared} booking=${visit} onMove=${() => openBeside('move')}
    onEarlier=${() => openBeside('earlier')} />`;
}

function stateName() {
  const { phase, hall, visit } = state;
  if (phase !== 'following' || !visit) return phase;
  if (link.kind === 'w') return `waiting-${visit.state}`;
  return visit.state === 'confirmed' && place.screen ? place.screen : shownState(visit, hall, now());
}

function draw() {
  document.title = state.hall ? `${i18n.t('title')} · ${i18n.name(state.hall.names)}` : i18n.t('title');
  document.documentElement.dataset.state = stateName();
  render(view(), document.getElementById('page'));
}

// What the daemon says now; answers of commands carry more (a link, a warning), which is kept.
function onVisit(visit) {
  const before = state.visit?.id === visit.id ? state.visit : {};
  state.visit = { ...visit, warning: visit.warning ?? before.warning };
  draw();
}

function openBeside(screen) {
  history.pushState({ inside: true }, '', `#${link.link}/${screen}`);
  onPlace();
}

function leaveBeside() {
  if (history.state?.inside) history.back();
  else {
    history.replaceState(null, '', `#${link.link}`);
    onPlace();
  }
}

function gone() {
  state.phase = 'gone';
  draw();
}

async function start() {
  poll?.close();
  Object.assign(state, { phase: 'loading', visit: null, error: null, link: { state: 'connecting' } });
  place = readPlace(location.hash);
  link = readVisitLink(place.link);
  if (!link) {
    state.phase = 'none';
    return draw();
  }
  draw();
  const asked = link;
  api = makeApi({ authorization: () => asked.authorization });
  try {
    state.hall = await api.get(`/halls/${link.hall}`);
  } catch (error) {
    if (error.status === 404) return gone();
    Object.assign(state, { phase: 'failed', error });
    return draw();
  }
  if (link !== asked) return undefined; // another booking was opened meanwhile
  setAccent(state.hall.accent);
  await askClock(clock, api);
  state.phase = 'following';
  poll = openPoll({
    ask: () => api.get(link.kind === 'w' ? '/waiting' : '/booking', { retries: 0 }),
    onAnswer: onVisit,
    onState(shown) {
      state.link = shown;
      draw();
    },
    onDenied: gone,
    everyMs: () => askAgainMs(link.kind === 'w' ? null : state.visit, state.hall, now()),
  });
  return draw();
}

// Back and forth within the page, or another link pasted into the address.
function onPlace() {
  const next = readPlace(location.hash);
  if (next.link !== place?.link) {
    start();
    return;
  }
  place = next;
  draw();
  scrollTo(0, 0);
  document.querySelector('main h1')?.focus({ preventScroll: true });
}

i18n.subscribe(draw);
addEventListener('popstate', onPlace);
setInterval(draw, REDRAW_MS);
start();
