// A service to choose: its name, how many wait and how long that takes. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { waitText } from '../shared/wait.js';
import { noneOf, toldOf } from './live.js';

// Longer than two lines of a tile; a Han character is as wide as two Latin ones.
const LONG = 38;
const width = (text) => [...text].reduce((sum, char) => sum + (char > '\u2e80' ? 2 : 1), 0);

export const isLong = (name) => width(name) > LONG;

// "3 waiting · 10-20 minutes", or why there is no number.
function countText(state, { service, live, n, i18n }) {
  const wait = state === 'tile.waiting' && waitText(toldOf(live, service.code).wait, i18n);
  return [i18n.t(state, { n }), wait].filter(Boolean).join(' · ');
}

export function Tile({ service, waiting, live, stale, i18n, onPick }) {
  const n = waiting[service.code] || 0;
  const name = i18n.name(service.names);
  const closed = service.open === false;
  const desk = service.kiosk === false;
  const none = noneOf(live, service.code);
  const shut = closed || desk || Boolean(none);
  const open = n ? 'tile.waiting' : 'tile.nobody';
  const state = closed ? 'tile.closed' : desk ? 'search.desk' : none ? `tile.${none}` : open;
  return html`<li>
    <button type="button" class="tile" disabled=${shut} onClick=${() => onPick(service.code)}>
      <span class=${isLong(name) ? 'name long' : 'name'}>${name}</span>
      ${(!stale || shut) && html`<span class="count">${countText(state, { service, live, n, i18n })}</span>`}
    </button>
  </li>`;
}
