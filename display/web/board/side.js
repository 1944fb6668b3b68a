// Beside the calls: who is next, and how many wait for what and how long. SPDX-License-Identifier: MIT
import { html } from '../../../daemon/web/shared/ui.js';
import { nextNumbers, waitingLines, waitingTotal } from './fold.js';
import { partOf, shows } from './layout.js';
import { fitting, pagesOf } from './legible.js';
import { useSize } from './size.js';
import { Both, Pages } from './words.js';

const ROW = 6.6; // hundredths of the short side, before the scale of the layout; as in style.css
const NUMBER = 15; // width of one of the next numbers
const NEXT_ROWS = 2;

export function Next({ ui, next }) {
  const [ref, size] = useSize();
  const each = size ? NEXT_ROWS * fitting(size.width, NUMBER * ui.unit * ui.scale) : 0;
  const numbers = nextNumbers(next, ui.scope.lines, each);
  const bare = numbers.length === 0 && shows(ui.layout, 'waiting') && ui.layout.kind !== 'counter'; // it says so below
  return html`<section class="next" hidden=${size !== null && bare}>
    <h2><${Both} ui=${ui} k="next" /></h2>
    <ol ref=${ref}>
      ${numbers.map((number) => html`<li key=${number} class="number" data-next=${number}>${number}</li>`)}
    </ol>
    ${numbers.length === 0 && html`<p class="nothing"><${Both} ui=${ui} k="waiting.none" /></p>`}
  </section>`;
}

function Wait({ ui, wait }) {
  const { low, high } = wait;
  return html`<span class="wait" data-wait=${`${low}-${high}`}>
    <span class="number">${low === high ? high : `${low}–${high}`}</span> <${Both} ui=${ui} k="minutes" />
  </span>`;
}

// counts, waits: which of the two are shown
export function Waiting({ ui, waiting, waits }) {
  const [ref, size] = useSize();
  const lines = waitingLines(partOf(ui.scope.services, ui.layout), waiting);
  const pages = pagesOf(lines, size ? fitting(size.height, ROW * ui.unit * ui.scale) : 1);
  const shown = pages.length ? ui.page % pages.length : 0;
  const counts = shows(ui.layout, 'waiting');
  return html`<section class="waiting">
    <h2><${Both} ui=${ui} k=${counts ? 'waiting' : 'waits'} />
      ${counts && html`<span class="number total">${waitingTotal(ui.scope.services, waiting)}</span>`}</h2>
    <div class="list" ref=${ref}>
      ${pages.length === 0 && html`<p class="nothing"><${Both} ui=${ui} k="waiting.none" /></p>`}
      <ul key=${shown}>
        ${size && pages[shown]?.map(({ service, count }) => html`<li key=${service.code} data-service=${service.code}>
          <${Both} ui=${ui} names=${service.names} />
          ${shows(ui.layout, 'waits') && waits[service.code] && html`<${Wait} ui=${ui} wait=${waits[service.code]} />`}
          ${counts && html`<span class="number">${count}</span>`}
        </li>`)}
      </ul>
    </div>
    <${Pages} count=${pages.length} shown=${shown} />
  </section>`;
}

export const hasSide = (layout) => ['waiting', 'waits', 'next'].some((what) => shows(layout, what));

export function Side({ ui, board, children }) {
  const { layout } = ui;
  return html`<div class="side">
    ${shows(layout, 'next') && html`<${Next} ui=${ui} next=${board.next} />`}
    ${children ?? ((shows(layout, 'waiting') || shows(layout, 'waits'))
      && html`<${Waiting} ui=${ui} waiting=${board.waiting} waits=${board.waits} />`)}
  </div>`;
}
