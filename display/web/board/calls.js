// The calls on a board: the newest one large, the others in a list whose pages turn. SPDX-License-Identifier: MIT
import { html } from '../../../daemon/web/shared/ui.js';
import { arrowTo } from './layout.js';
import { fitting, pagesOf } from './legible.js';
import { useSize } from './size.js';
import { Both, Pages, Zone, sizeOf } from './words.js';

const ROW = 9.8; // hundredths of the short side, before the scale of the layout; as in style.css
const CELL = 44; // and the least width of number, arrow and counter

const zoneOf = (hall, code) => hall.counters.find((counter) => counter.code === code)?.zone;

const Arrow = ({ ui, call }) => html`<span class=${`arrow ${arrowTo(ui.hall, ui.layout, call.counter)}`} aria-hidden="true"></span>`;

// turn: another one for each announcement, so that the frame moves anew for a recall.
export function Newest({ ui, call, fresh, turn }) {
  if (!call) {
    return html`<section class="newest none">
      <p class="large"><${Both} ui=${ui} k="calls.none" /></p>
      <p><${Both} ui=${ui} k="calls.none.hint" /></p>
    </section>`;
  }
  const zone = zoneOf(ui.hall, call.counter);
  return html`<section class=${`newest ${call.state} ${fresh ? 'fresh' : ''}`} key=${`${call.number}-${turn}`}
    data-number=${call.number} data-counter=${call.counter}>
    <p class="label"><${Both} ui=${ui} k=${call.state === 'called' ? 'now' : `state.${call.state}`} /></p>
    <p class=${`number huge ${sizeOf(call.number)}`}>${call.number}</p>
    <${Arrow} ui=${ui} call=${call} />
    <p class="label where"><${Both} ui=${ui} k="counter" />
      ${zone && html`<span class="zone"><${Zone} ui=${ui} zone=${zone} /></span>`}</p>
    <p class=${`number huge where ${sizeOf(call.counter)}`}>${call.counter.toUpperCase()}</p>
  </section>`;
}

function Row({ ui, call, first }) {
  return html`<li class=${`${call.state} ${first ? 'first' : ''}`} data-number=${call.number} data-counter=${call.counter}>
    <span class="number">${call.number}</span>
    ${call.state === 'called'
      ? html`<${Arrow} ui=${ui} call=${call} />`
      : html`<span class="state"><${Both} ui=${ui} k=${`state.${call.state}`} /></span>`}
    <span class=${`number where ${sizeOf(call.counter)}`}>${call.counter.toUpperCase()}</span>
  </li>`;
}

export function Latest({ ui, calls }) {
  const [ref, size] = useSize();
  const step = ui.unit * ui.scale;
  const columns = size ? fitting(size.width, CELL * step) : 1;
  const room = size ? fitting(size.height, ROW * step) : 1;
  const rows = Math.min(room, Math.max(Math.ceil(calls.length / columns), Math.min(room, 4)));
  const pages = pagesOf(calls, rows * columns);
  const shown = pages.length ? ui.page % pages.length : 0;
  return html`<section class="latest">
    <h2><${Both} ui=${ui} k="latest" /></h2>
    <div class="list" ref=${ref}>
      ${calls.length === 0 && html`<p class="nothing"><${Both} ui=${ui} k="calls.few" /></p>`}
      <ol style=${{ '--rows': rows, '--columns': columns }}>
        ${size && pages[shown]?.map((call, i) => html`<${Row} key=${call.number} ui=${ui} call=${call} first=${i % rows === 0} />`)}
      </ol>
    </div>
    <${Pages} count=${pages.length} shown=${shown} />
  </section>`;
}
