// A service to choose: its name and how many wait. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';

// Longer than two lines of a tile; a Han character is as wide as two Latin ones.
const LONG = 38;
const width = (text) => [...text].reduce((sum, char) => sum + (char > '\u2e80' ? 2 : 1), 0);

export const isLong = (name) => width(name) > LONG;

export function Tile({ service, waiting, stale, i18n, onPick }) {
  const n = waiting[service.code] || 0;
  const name = i18n.name(service.names);
  const closed = service.open === false;
  const desk = service.kiosk === false;
  const state = closed ? 'tile.closed' : desk ? 'search.desk' : n ? 'tile.waiting' : 'tile.nobody';
  return html`<li>
    <button type="button" class="tile" disabled=${closed || desk} onClick=${() => onPick(service.code)}>
      <span class=${isLong(name) ? 'name long' : 'name'}>${name}</span>
      ${(!stale || closed || desk) && html`<span class="count">${i18n.t(state, { n })}</span>`}
    </button>
  </li>`;
}
