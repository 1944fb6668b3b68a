// One day: a column for each pool, a row for each slot, bookings as blocks beside what is free. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { clockText, dayAt, minuteAt } from '../shared/dates.js';
import { walkIn } from '../staff/calendar.js';
import { blocksOf, capacityIn, isStanding, phoneText, rangeOf, rowMinutes, rowsOf } from './plan.js';
import { TONE, blockLabel, dayNote, poolName, servicesText, spanText, stateText } from './text.js';

const MINUTE = 60000;
const ROW_REM = 2; // height of a row
const LANE_REM = 4.5; // a lane shows at least the number
const CAPACITY_REM = 8;
const TALL_REM = 3.4; // room for a second line
const NOW_EVERY_MS = 20000;

function useNow(clock) {
  const [now, setNow] = useState(clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), NOW_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Block({ block, hall, i18n, rem, open, onOpen }) {
  const { booking } = block;
  const lines = rem(block.ends) - rem(block.at);
  const style = {
    top: `${rem(block.at)}rem`,
    height: `${lines}rem`,
    left: `${(100 * block.lane) / block.lanes}%`,
    width: `${100 / block.lanes}%`,
  };
  const plain = booking.state === 'confirmed';
  return html`<li class="at" style=${style}>
    <button type="button" class=${`block ${booking.state}`} aria-pressed=${String(open)} data-number=${booking.number}
      title=${blockLabel(hall, booking, i18n)} onClick=${() => onOpen(booking)}>
      <span class="first"><b>${booking.number}</b>${' '}
        <span class=${plain ? 'for-readers' : 'state'}>${stateText(booking, i18n)}</span>${' '}
        ${booking.persons > 1 && html`<span class="persons">${i18n.t('persons.mark', { n: booking.persons })}</span> `}
        ${booking.share === 'staff' && html`<span class="share">${i18n.t('share.mark')}</span> `}
        <span class="what">${servicesText(hall, block.services, i18n)}</span></span>
      <span class=${lines >= TALL_REM ? 'second' : 'for-readers'}>
        ${spanText(booking, hall.zone)}${booking.phone_tail ? ` · ${phoneText(booking, i18n)}` : ''}</span>
    </button>
  </li>`;
}

// "1/3": one of three still free. Full and overbooked say so in a word.
function Share({ is, label, i18n }) {
  if (!is.planned && is.free >= 0) return html`<span class="share-cell none" aria-hidden="true">–</span>`;
  const tone = is.free < 0 ? 'over' : is.free === 0 ? 'full' : '';
  return html`<span class=${`share-cell ${tone}`} title=${label}>
    ${is.free < 0 ? i18n.t('grid.over', { n: -is.free }) : `${is.free}/${is.planned}`}</span>`;
}

function Capacity({ rows, pool, hall, day, walk, i18n }) {
  return html`<ol class="capacity" aria-label=${i18n.t('grid.free_of', { pool: poolName(hall, pool.pool, i18n) })}>
    ${rows.map((row) => {
      const is = capacityIn(pool, row.cell, row.cells);
      const closed = !is.public.planned && !is.staff.planned && is.public.free >= 0 && is.staff.free >= 0;
      const time = clockText(row.at, hall.zone);
      const free = {
        public: is.public.free, of_public: is.public.planned, staff: is.staff.free, of_staff: is.staff.planned,
      };
      return html`<li key=${row.cell} class=${closed ? 'closed' : ''}>
        <span class="for-readers">
          ${time} ${i18n.t(closed ? 'grid.closed' : 'grid.row', free)}</span>
        <span class="cells" aria-hidden="true">
          <${Share} is=${is.public} i18n=${i18n} label=${i18n.t('grid.public')} />
          <${Share} is=${is.staff} i18n=${i18n} label=${i18n.t('grid.staff')} />
          ${walk && html`<span class="share-cell quiet" title=${i18n.t('grid.walk_in')}>
            ${closed ? '–' : walkIn(hall, pool.pool, day, minuteAt(row.at, hall.zone)) || '–'}</span>`}
        </span>
      </li>`;
    })}
  </ol>`;
}

function Pool({ pool, rows, blocks, hall, day, walk, height, rem, i18n, open, onOpen, onNew }) {
  const name = poolName(hall, pool.pool, i18n);
  // The free ground is a short way to book at that time; the button above does the same by keyboard.
  const press = (event) => {
    if (!onNew || event.target.closest('.block')) return;
    const { top } = event.currentTarget.getBoundingClientRect();
    const row = rows[Math.floor(((event.clientY - top) / event.currentTarget.offsetHeight) * rows.length)];
    if (row) onNew({ at: row.at, pool: pool.pool });
  };
  const lanes = Math.max(2, ...blocks.map((block) => block.lanes));
  return html`<section class="pool" aria-label=${name} style=${{ flexBasis: `${CAPACITY_REM + lanes * LANE_REM}rem` }}>
    <header><h2>${name}</h2>
      <p class="cells" aria-hidden="true"><span>${i18n.t('grid.public.head')}</span><span>${i18n.t('grid.staff.head')}</span>
        ${walk && html`<span>${i18n.t('grid.walk_in.head')}</span>`}</p></header>
    <div class="column">
      <${Capacity} rows=${rows} pool=${pool} hall=${hall} day=${day} walk=${walk} i18n=${i18n} />
      <ol class="lanes" style=${{ height: `${height}rem` }} aria-label=${i18n.t('grid.bookings')} onClick=${press}>
        ${blocks.map((block) => html`<${Block} key=${`${block.booking.id}-${block.at}`} block=${block} hall=${hall} i18n=${i18n} rem=${rem}
          open=${open === block.booking.id} onOpen=${onOpen} />`)}
      </ol>
    </div>
  </section>`;
}

// Those that own no time any more: cancelled, missed, run out.
function Ended({ bookings, hall, i18n, open, onOpen }) {
  if (!bookings.length) return null;
  return html`<details class="ended">
    <summary>${i18n.t('ended.heading', { n: bookings.length })}</summary>
    <ul>${bookings.map((one) => html`<li key=${one.id}>
      <button type="button" class="button plain line" aria-pressed=${String(open === one.id)} onClick=${() => onOpen(one)}>
        <b class="number">${one.number}</b> ${spanText(one, hall.zone)}
        <span class=${`badge ${TONE[one.state]}`}>${stateText(one, i18n)}</span>
        <span class="quiet">${servicesText(hall, one.services, i18n)}</span>
      </button></li>`)}</ul>
  </details>`;
}

export function DayView({ hall, desk, bookings, clock, i18n, pool: only, open, onOpen, onNew }) {
  const now = useNow(clock);
  const scroll = useRef(null);
  const step = rowMinutes(hall);
  const range = rangeOf(desk, bookings, step);
  const note = dayNote(hall, desk.day, i18n);
  const today = dayAt(now, hall.zone) === desk.day;
  const perRow = ROW_REM / (step * MINUTE);
  const begin = range && desk.begins + range.from * desk.cell_minutes * MINUTE;
  const rem = (ms) => (ms - begin) * perRow;
  const rows = range ? rowsOf(desk, range, step) : [];
  const height = rows.length * ROW_REM;
  const inDay = today && range && rem(now) >= 0 && rem(now) <= height;
  useEffect(() => {
    const line = scroll.current?.querySelector('.now');
    if (line) scroll.current.scrollTop = Math.max(0, line.offsetTop - scroll.current.clientHeight / 3);
  }, [desk.day, Boolean(range)]);
  const ended = bookings.filter((one) => !isStanding(one));
  const pools = desk.pools.filter((one) => !only || one.pool === only);
  const blocks = range ? blocksOf(hall, bookings, step * MINUTE) : {};
  const walk = (hall.pools || []).some((one) => (one.plan || []).some((span) => span.walk_in));
  return html`<div class="day">
    ${note && html`<p class="note" role="note">${note}</p>`}
    ${!range && html`<div class="nothing"><h2>${i18n.t(note ? 'day.nothing.closed' : 'day.nothing')}</h2><p class="quiet">
      ${i18n.t('day.nothing.next')}</p></div>`}
    ${range && html`<div class="grid" ref=${scroll} tabindex="0" role="region" aria-label=${i18n.t('grid.label')}>
      <ol class="times" aria-hidden="true" style=${{ height: `${height}rem` }}>
        ${rows.map((row) => html`<li key=${row.cell} class=${minuteAt(row.at, hall.zone) % 60 === 0 ? 'hour' : ''}>
          ${clockText(row.at, hall.zone)}</li>`)}
      </ol>
      ${inDay && html`<div class="now" style=${{ top: `calc(var(--head) + ${rem(now)}rem)` }}><span>
        ${i18n.t('now', { time: clockText(now, hall.zone) })}</span></div>`}
      ${pools.map((one) => html`<${Pool} key=${one.pool} pool=${one} rows=${rows} blocks=${blocks[one.pool] || []} hall=${hall}
        day=${desk.day}
        walk=${walk} height=${height} rem=${rem} i18n=${i18n} open=${open} onOpen=${onOpen} onNew=${onNew} />`)}
    </div>`}
    <${Ended} bookings=${ended} hall=${hall} i18n=${i18n} open=${open} onOpen=${onOpen} />
  </div>`;
}
