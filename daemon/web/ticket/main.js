// The citizen's own page: opens as /t#hall.ticket.code (the code never leaves the fragment but in a
// header) and follows that one ticket. SPDX-License-Identifier: MIT
import { html, render } from '../shared/ui.js';
import { makeApi } from '../shared/api.js';
import { askClock, makeClock } from '../shared/clock.js';
import { makeI18n, problemText } from '../shared/i18n.js';
import { makeSound } from '../shared/sound.js';
import { openStream } from '../shared/stream.js';
import { setAccent } from '../shared/theme.js';
import { callOf, isCalled, isFinal, isNear, readLink } from './state.js';
import { Notice, TicketPage } from './view.js';
import zh from './zh.json';
import en from './en.json';

const VIBRATION_MS = [400, 150, 400, 150, 800];
const NUDGE_MS = [250, 150, 250];

const i18n = makeI18n({ zh, en });
const clock = makeClock();
const sound = makeSound();
const state = { phase: 'loading', hall: null, ticket: null, link: { state: 'connecting' }, error: null };
let link = null;
let api = null;
let stream = null;
let rungFor = null;
let wasNear = true; // a page opened late says so without a sound

function view() {
  const { phase, hall, ticket } = state;
  if (phase === 'none' || phase === 'gone') {
    return html`<${Notice} i18n=${i18n} hall=${hall} heading=${i18n.t(phase)} text=${i18n.t(`${phase}.text`)} />`;
  }
  if (hall && ticket) {
    return html`<${TicketPage} i18n=${i18n} api=${api} sound=${sound} ...${state} now=${clock.now()}
      onTicket=${onTicket} />`;
  }
  if (phase === 'failed') {
    return html`<${Notice} i18n=${i18n} heading=${problemText(state.error, i18n)}>
      <button type="button" class="button primary" onClick=${start}>${i18n.t('retry')}</button>
    <//>`;
  }
  return html`<${Notice} i18n=${i18n} hall=${hall} heading=${i18n.t('loading')} />`;
}

function draw() {
  const { ticket } = state;
  const called = ticket && isCalled(ticket);
  document.title = called ? i18n.t('title.called', ticket) : [ticket?.number, i18n.t('title')].filter(Boolean).join(' · ');
  document.documentElement.dataset.state = state.phase === 'following' && ticket ? ticket.state : state.phase;
  render(view(), document.getElementById('page'));
}

function ring(ticket) {
  const call = callOf(ticket);
  if (!call || call === rungFor) return;
  rungFor = call;
  // A browser refuses before the page was touched; and some phones cannot.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(VIBRATION_MS);
  sound.play('own');
}

// Time to set out: once, and again after having been put off.
function nudge(ticket) {
  const near = isNear(ticket, state.hall.rules);
  if (near && !wasNear) {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(NUDGE_MS);
    sound.play('own');
  }
  wasNear = near;
}

function onTicket(ticket) {
  // An expired ticket does not say why; this page has seen it.
  const lapsed = ticket.state === 'expired' && state.ticket?.state === 'coming';
  state.ticket = lapsed ? { ...ticket, lapsed } : ticket;
  ring(ticket);
  nudge(ticket);
  if (isFinal(ticket)) stream?.close();
  draw();
}

function onEvent(event) {
  clock.observe(event.data.now);
  if (event.type === 'ticket') onTicket(event.data);
}

function gone() {
  state.phase = 'gone';
  stream?.close();
  draw();
}

async function start() {
  stream?.close();
  Object.assign(state, { phase: 'loading', ticket: null, error: null });
  wasNear = true;
  link = readLink(location.hash.slice(1));
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
  if (link !== asked) return undefined; // another ticket was opened meanwhile
  setAccent(state.hall.accent);
  askClock(clock, api);
  state.phase = 'following';
  stream = openStream({
    url: `${api.base}/ticket/stream`,
    authorization: api.authorization,
    onEvent,
    onState(shown) {
      state.link = shown;
      draw();
    },
    onDenied: gone,
    poll: async () => ({ type: 'ticket', data: await api.get('/ticket', { retries: 0 }) }),
  });
  return draw();
}

i18n.subscribe(draw);
sound.subscribe(draw);
addEventListener('hashchange', start);
setInterval(draw, 30000); // "until 10:45" turns into "too late" by itself
start();
