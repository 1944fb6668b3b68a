// What a board draws: the parts of its layout, and what is said instead when the link is broken.
// SPDX-License-Identifier: MIT
import { html, useState } from '../../../daemon/web/shared/ui.js';
import { timeText } from '../../../daemon/web/shared/clock.js';
import { Latest, Newest } from './calls.js';
import { Desk, atDesk } from './desk.js';
import { Head } from './head.js';
import { callsOf, shows } from './layout.js';
import { Media, playable } from './media.js';
import { Merged, isMerged } from './merged.js';
import { Notices } from './notices.js';
import { Side, hasSide } from './side.js';
import { Ticker } from './ticker.js';
import { Both } from './words.js';

function Behind({ ui, since }) {
  return html`<p class="behind" role="status">
    <${Both} ui=${ui} k="stale" values=${{ time: timeText(since, 'en', ui.hall.zone) }} /></p>`;
}

// A whole screen with one thing to say.
export function Message({ ui, k, children }) {
  return html`<main class="message">
    <h1 class="large"><${Both} ui=${ui} k=${k} /></h1>
    ${ui.i18n.has(`${k}.hint`) && html`<p><${Both} ui=${ui} k=${`${k}.hint`} /></p>`}
    ${children}
  </main>`;
}

// What was announced last is shown large in its present state (a recall of it may wait in the queue). Taken back, it
// makes room for the newest of the others, unless it is being announced just now.
function largeOf({ ui, calls, newest, fresh }) {
  if (ui.layout.part > 1) return null; // the first part has it
  const isNewest = (call) => call.number === newest?.number && call.counter === newest.counter;
  return calls.find(isNewest) ?? (fresh ? newest : calls[0]) ?? null;
}

function Calls({ ui, board, newest, group, fresh, announced, since, pausing, media }) {
  const calls = board.calls.filter(ui.scope.covers);
  const large = pausing ? null : largeOf({ ui, calls, newest, fresh });
  // The first call belongs to the first part on every screen, whether this one shows it large or not.
  const below = pausing ? calls : ui.layout.part > 1 ? calls.slice(1)
    : calls.filter((call) => (group ? !isMerged(group, call) : call.number !== large?.number));
  const withSide = since || hasSide(ui.layout);
  const kind = `${since ? 'stale' : ''} ${withSide ? '' : 'no-side'} ${ui.layout.part > 1 ? 'no-newest' : ''} ${pausing ? 'pausing' : ''}`;
  return html`<main class=${`board ${kind}`} data-part=${ui.layout.part}>
    ${media}
    ${ui.layout.part === 1 && !pausing && (group
      ? html`<${Merged} ui=${ui} group=${group} current=${newest} turn=${announced} />`
      : html`<${Newest} ui=${ui} call=${large} fresh=${fresh} turn=${announced} />`)}
    <${Latest} ui=${ui} calls=${callsOf(below, ui.layout)} />
    ${since ? html`<div class="side"><${Behind} ui=${ui} since=${since} /></div>` : withSide && html`<${Side} ui=${ui} board=${board} />`}
  </main>`;
}

// Nobody is called, nothing was announced a moment ago, and the counter of a counter's board is free.
function isQuiet({ ui, board, fresh, link }) {
  if (fresh || link.state === 'stale' || link.state === 'offline') return false;
  if (ui.layout.kind === 'counter') return !atDesk(board, ui.scope.counters[0].code);
  return !board.calls.some((call) => call.state === 'called' && ui.scope.covers(call));
}

export function Board({ ui, clock, board, newest, group, fresh, announced, link, arrival }) {
  const [broken, setBroken] = useState('');
  const files = playable(ui.layout.media, ui.still);
  const name = files.join();
  const hasMedia = files.length > 0 && broken !== name && ui.layout.part === 1;
  const pausing = hasMedia && isQuiet({ ui, board, fresh, link });
  const stale = link.state === 'stale' || link.state === 'offline';
  const since = stale ? clock.past(link.since) : 0; // never by this screen's own clock
  const media = hasMedia && html`<${Media} key=${name} files=${files} paused=${!pausing} onNone=${() => setBroken(name)} />`;
  const Main = ui.layout.kind === 'counter' ? Desk : Calls;
  const behind = since && ui.layout.kind === 'counter' ? html`<${Behind} ui=${ui} since=${since} />` : undefined;
  return html`<${Head} ui=${ui} clock=${clock} arrival=${arrival} />
    <${Notices} ui=${ui} clock=${clock} board=${board} />
    ${link.state === 'offline'
      ? html`<${Message} ui=${ui} k="offline"><${Behind} ui=${ui} since=${since} /><//>`
      : html`<${Main} ...${{ ui, board, newest, group, fresh, announced, since, pausing, media }}>${behind}<//>`}
    ${shows(ui.layout, 'ticker') && ui.layout.ticker && link.state !== 'offline'
      && html`<${Ticker} ui=${ui} texts=${ui.layout.ticker} turn=${ui.turn} quiet=${fresh} still=${ui.paper} />`}`;
}
