// The start: services as large tiles, in pages that fill the screen whatever its shape; or the search.
// SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { Search } from './find.js';
import { Tile } from './tile.js';

const TILE = { width: 17, height: 5.25, gap: 0.75, roomy: 9 }; // rem; the least a tile needs for two lines and a count

// How many tiles fit: as few columns as hold all of them, so that tiles are as large as they can be.
function layoutFor(box, count) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const fit = (px, least) => Math.max(1, Math.floor((px / rem + TILE.gap) / (least + TILE.gap)));
  const rows = fit(box.clientHeight, TILE.height);
  const most = fit(box.clientWidth, TILE.width);
  let columns = 1;
  while (columns < most && columns * rows < count) columns++;
  const used = Math.min(rows, Math.ceil(count / columns));
  return { columns, rows: used, roomy: box.clientHeight / rem / used > TILE.roomy };
}

function useTiles(count) {
  const box = useRef(null);
  const [layout, setLayout] = useState({ columns: 2, rows: 4 });
  useEffect(() => {
    const measure = () => setLayout(layoutFor(box.current, count));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [count]);
  return { box, layout };
}

function Pager({ page, pages, i18n, onPage }) {
  return html`<nav class="pager" aria-label=${i18n.t('page.of', { page: page + 1, pages })}>
    <button type="button" class="button" disabled=${page === 0} onClick=${() => onPage(page - 1)}>
      ${i18n.t('page.previous')}
    </button>
    <p role="status">${i18n.t('page.of', { page: page + 1, pages })}</p>
    <button type="button" class="button" disabled=${page === pages - 1} onClick=${() => onPage(page + 1)}>
      ${i18n.t('page.next')}
    </button>
  </nav>`;
}

function Browse({ hall, services, waiting, live, link, flow, dispatch, i18n }) {
  const { box, layout } = useTiles(services.length);
  const size = layout.columns * layout.rows;
  const pages = Math.max(1, Math.ceil(services.length / size));
  const page = Math.min(flow.page, pages - 1);
  const stale = link?.state === 'stale';
  return html`<section class="browse">
    <div class="head">
      <div>
        <h1 tabindex="-1">${i18n.t('home.heading')}</h1>
        <p class="quiet">${i18n.t('home.lead')}</p>
      </div>
      <div class="ways">
        <button type="button" class="button way search" onClick=${() => dispatch({ type: 'search' })}>
          <span>${i18n.t('search.open')}</span>
          <span class="quiet">${i18n.t('search.hint')}</span>
        </button>
        ${hall.booking?.open && html`<button type="button" class="button way booking" onClick=${() => dispatch({ type: 'have_booking' })}>
          <span>${i18n.t('booked.open')}</span>
          <span class="quiet">${i18n.t('booked.hint')}</span>
        </button>`}
        <button type="button" class="button way comeback" onClick=${() => dispatch({ type: 'come_back' })}>
          <span>${i18n.t(hall.remote?.open ? 'missed.open.remote' : 'missed.open')}</span>
          <span class="quiet">${i18n.t(hall.remote?.open ? 'missed.hint.remote' : 'missed.hint')}</span>
        </button>
      </div>
    </div>
    ${stale && html`<p class="banner" role="status">${i18n.t('counts.old')}</p>`}
    <div class="tiles" ref=${box}>
      <ul class=${layout.roomy ? 'roomy' : ''} style=${{ '--columns': layout.columns, '--rows': layout.rows }}>
        ${services.slice(page * size, (page + 1) * size).map(
          (service) => html`<${Tile} key=${service.code} service=${service} waiting=${waiting} live=${live} stale=${stale}
            i18n=${i18n} onPick=${(code) => dispatch({ type: 'pick', service: code })} />`,
        )}
      </ul>
    </div>
    ${pages > 1 &&
    html`<${Pager} page=${page} pages=${pages} i18n=${i18n} onPage=${(to) => dispatch({ type: 'page', page: to })} />`}
  </section>`;
}

export function Services(props) {
  if (props.flow.searching) return html`<${Search} ...${props} />`;
  const services = props.hall.services.filter((service) => service.kiosk !== false);
  return html`<${Browse} ...${props} services=${services} />`;
}
