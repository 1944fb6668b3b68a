// Several calls on one screen, when more wait than can each have it alone: all are there from the beginning, the one
// that is being said stands out. SPDX-License-Identifier: MIT
import { html } from '../../../daemon/web/shared/ui.js';
import { Both, sizeOf } from './words.js';

const same = (a, b) => a.number === b.number && a.counter === b.counter;

// A number called and recalled within one screen stands there once.
const rowsOf = (group) => group.filter((call, i) => group.findIndex((other) => same(other, call)) === i);

export const isMerged = (group, call) => Boolean(group?.some((one) => same(one, call)));

// turn: another one for each announcement, so that the frame moves anew for a recall
export function Merged({ ui, group, current, turn }) {
  return html`<section class="merged called" data-merged=${group.length}>
    <p class="label"><${Both} ui=${ui} k="now" /></p>
    <ol>
      ${rowsOf(group).map((call) => {
        const now = current && same(call, current);
        return html`<li key=${now ? `now-${turn}` : `${call.number}@${call.counter}`} class=${now ? 'now' : ''}
          aria-current=${now ? 'true' : null} data-number=${call.number} data-counter=${call.counter}>
          <span class=${`number ${sizeOf(call.number)}`}>${call.number}</span>
          <span class="arrow" aria-hidden="true"></span>
          <span class=${`number where ${sizeOf(call.counter)}`}>${call.counter.toUpperCase()}</span>
        </li>`;
      })}
    </ol>
  </section>`;
}
