// Finding a service by its word, in pinyin or by initials, with keys on the screen: a kiosk has no others.
// SPDX-License-Identifier: MIT
import { html, useMemo } from '../shared/ui.js';
import { searchIndex, searchServices } from '../shared/search.js';
import { Tile } from './tile.js';

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
// More than fit beside the keys would hide the best ones; another letter narrows them down.
const SHOWN_MAX = 6;

// A word of this hall that shows how to search: initials for those who read Chinese, else a name's beginning.
function exampleOf(hall, lang) {
  if (lang !== 'zh') return (hall.services[0]?.names[lang] || '').split(' ')[0];
  const words = hall.services.flatMap((service) => service.words || []);
  return words.find((word) => /^[a-z]{2,4}$/.test(word)) || '';
}

function Keys({ i18n, dispatch, empty }) {
  return html`<div class="keys" role="group" aria-label=${i18n.t('search.label')}>
    ${ROWS.map(
      (row, at) => html`<div class="keyrow" key=${row}>
        ${at === 2 &&
        html`<button type="button" class="key wide" disabled=${empty} onClick=${() => dispatch({ type: 'typed', query: '' })}>
          ${i18n.t('key.clear')}
        </button>`}
        ${[...row].map(
          (letter) => html`<button type="button" class="key" key=${letter} lang="en"
            onClick=${() => dispatch({ type: 'letter', letter })}>${letter}</button>`,
        )}
        ${at === 2 &&
        html`<button type="button" class="key wide" disabled=${empty} onClick=${() => dispatch({ type: 'unletter' })}>
          ${i18n.t('key.erase')}
        </button>`}
      </div>`,
    )}
  </div>`;
}

function Found({ found, flow, waiting, live, link, dispatch, i18n }) {
  if (!found.length) {
    return html`<div class="nothing">
      <p class="lead">${i18n.t('search.none', { query: flow.query })}</p>
      <p class="quiet">${i18n.t('search.none.next')}</p>
    </div>`;
  }
  return html`<ul>
    ${found.slice(0, SHOWN_MAX).map(
      (service) => html`<${Tile} key=${service.code} service=${service} waiting=${waiting} live=${live}
        stale=${link?.state === 'stale'} i18n=${i18n}
        onPick=${(code) => dispatch({ type: 'pick', service: code })} />`,
    )}
  </ul>`;
}

export function Search(props) {
  const { hall, flow, dispatch, i18n } = props;
  const index = useMemo(() => searchIndex(hall.services), [hall]);
  const found = useMemo(() => searchServices(index, flow.query), [index, flow.query]);
  const example = exampleOf(hall, i18n.lang);
  return html`<section class="find">
    <h1 tabindex="-1">${i18n.t('search.open')}</h1>
    <input class="input" data-first type="text" inputmode="none" autocomplete="off" spellcheck="false" maxlength="24"
  aria-label=${i18n.t('search.label')} value=${flow.query}
        placeholder=${example ? i18n.t('search.example', { word: example }) : i18n.t('search.hint')}
        onInput=${(event) => dispatch({ type: 'typed', query: event.target.value })} />
    <div class="found"><${Found} ...${props} found=${found} /></div>
    <${Keys} i18n=${i18n} dispatch=${dispatch} empty=${!flow.query} />
    <footer class="foot">
      <button type="button" class="button" onClick=${() => dispatch({ type: 'back' })}>${i18n.t('home.all')}</button>
      <p class="quiet" role="status">${flow.query && found.length ? i18n.t('search.found', { n: found.length }) : ''}</p>
    </footer>
  </section>`;
}
