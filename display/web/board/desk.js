// The board of one counter: the number that is there, huge, or in words what the counter does meanwhile.
// SPDX-License-Identifier: MIT
import { html } from '../../../daemon/web/shared/ui.js';
import { callKey } from './fold.js';
import { shows } from './layout.js';
import { Next } from './side.js';
import { Both, sizeOf } from './words.js';

// What stands at the counter: the newest call of it, unless that one has left.
export function atDesk(board, code) {
  const call = board.calls.find((one) => one.counter === code);
  return call && call.state !== 'ended' ? call : null;
}

function Nobody({ ui, state, brief }) {
  return html`<section class=${`at-desk none ${state}`} data-desk=${state}>
    <p class="large"><${Both} ui=${ui} k=${`desk.${state}`} /></p>
    ${!brief && html`<p><${Both} ui=${ui} k=${`desk.${state}.hint`} /></p>`}
  </section>`;
}

function Present({ ui, call, fresh }) {
  return html`<section class=${`at-desk ${call.state} ${fresh ? 'fresh' : ''}`} key=${callKey(call)} data-desk=${call.state}
    data-number=${call.number} data-counter=${call.counter}>
    <p class=${`number giant ${sizeOf(call.number)}`}>${call.number}</p>
    <p class="large"><${Both} ui=${ui} k=${call.state === 'called' ? 'desk.called' : 'state.serving'} /></p>
  </section>`;
}

export function Desk({ ui, board, newest, fresh, pausing, media, children }) {
  const { code } = ui.scope.counters[0];
  const call = atDesk(board, code);
  const state = board.counters[code] ?? 'closed';
  return html`<main class=${`desk ${pausing ? 'pausing' : ''} ${children ? 'stale' : ''}`}>
    ${media}
    ${call
      ? html`<${Present} ui=${ui} call=${call} fresh=${fresh && newest?.number === call.number} />`
      : html`<${Nobody} ui=${ui} state=${state} brief=${pausing} />`}
    ${children ?? (shows(ui.layout, 'next') && html`<${Next} ui=${ui} next=${board.next} />`)}
  </main>`;
}
