// How busy a hall is, for everybody and inside anybody's page: asked again every 20 s, nothing kept, no cookie sent.
// The hall's code is the fragment; ?lang= and ?theme= choose words and ground. SPDX-License-Identifier: MIT
import { html, render } from '../shared/ui.js';
import { openPoll } from '../shared/poll.js';
import { setAccent } from '../shared/theme.js';
import { Status } from './view.js';
import { chooseLang, makeWords } from './words.js';

const EVERY_MS = 20000;
const ASK_MS = 8000;

const query = new URLSearchParams(location.search);
const words = makeWords(chooseLang(location.search, navigator.languages));
const state = { status: null, link: { state: 'connecting' }, unknown: false, failed: false };
let poll = null;

document.documentElement.lang = words.tag;
if (['light', 'dark'].includes(query.get('theme'))) document.documentElement.dataset.theme = query.get('theme');

function draw() {
  render(html`<${Status} ...${state} words=${words} />`, document.getElementById('page'));
}

async function ask(hall) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ASK_MS);
  try {
    const response = await fetch(`/api/v1/halls/${encodeURIComponent(hall)}/status`,
      { credentials: 'omit', cache: 'no-cache', signal: abort.signal });
    if (!response.ok) throw Object.assign(new Error('status'), { status: response.status });
    return await response.json();
  } finally {
    clearTimeout(timer);
  }
}

function start() {
  poll?.close();
  Object.assign(state, { status: null, link: { state: 'connecting' }, unknown: false });
  draw();
  const hall = location.hash.slice(1);
  const unknown = () => {
    state.unknown = true;
    draw();
  };
  if (!hall) return unknown();
  poll = openPoll({
    ask: () => ask(hall).catch((error) => {
      state.failed = true;
      draw();
      throw error;
    }),
    onAnswer(status) {
      Object.assign(state, { status, failed: false });
      setAccent(status.accent);
      document.title = words.t('title', { hall: words.name(status.names) });
      draw();
    },
    onState(link) {
      state.link = link;
      draw();
    },
    onDenied: unknown,
    everyMs: () => EVERY_MS,
  });
}

addEventListener('hashchange', start);
start();
