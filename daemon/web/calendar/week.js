// A week at a glance: what is free in each hour of each day, and the numbers booked. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { clockText, dayAt, dayText, minuteAt, minuteText } from '../shared/dates.js';
import { isStanding, totalIn } from './plan.js';
import { TONE, blockLabel, dayNote } from './text.js';

const HOUR = 3600000;
const CHIPS = 3; // more numbers in one hour are told as a count

// The hours in which anything is planned or booked on any day: [first, last + 1).
function hoursOf(days, bookings, zone) {
  const hours = new Set(bookings.filter(isStanding).map((one) => Math.floor(minuteAt(one.at, zone) / 60)));
  for (const desk of days) {
    for (const pool of desk.pools) {
      pool.public.forEach((units, i) => {
        const at = desk.begins + (pool.from_cell + i) * desk.cell_minutes * 60000;
        if (units || pool.staff[i]) hours.add(Math.floor(minuteAt(at, zone) / 60));
      });
    }
  }
  if (!hours.size) return [];
  const first = Math.min(...hours);
  return Array.from({ length: Math.max(...hours) - first + 1 }, (_, i) => first + i);
}

// The cells of a day whose wall clock shows that hour (two hours' worth of them where it comes twice).
function cellsOf(desk, hour, zone) {
  const perHour = 60 / desk.cell_minutes;
  for (let cell = Math.max(0, hour - 1) * perHour; cell <= (hour + 1) * perHour; cell += perHour / 4) {
    if (Math.floor(minuteAt(desk.begins + cell * desk.cell_minutes * 60000, zone) / 60) === hour) return { cell, count: perHour };
  }
  return null;
}

function Chip({ booking, hall, i18n, open, onOpen }) {
  return html`<button type="button" class=${`chip ${booking.state}`} aria-pressed=${String(open === booking.id)}
    title=${blockLabel(hall, booking, i18n)}
    onClick=${() => onOpen(booking)}>${booking.number}${booking.state === 'checked_in' ? ' ✓' : ''}</button>`;
}

function Hour({ desk, hour, bookings, hall, pools, i18n, open, onOpen, onDay }) {
  const cells = cellsOf(desk, hour, hall.zone);
  const total = cells ? totalIn(desk, cells.cell, cells.count, pools) : { planned: 0, free: 0 };
  const mine = bookings.filter((one) => Math.floor(minuteAt(one.at, hall.zone) / 60) === hour);
  if (!total.planned && !mine.length) return html`<td class="closed"><span class="for-readers">${i18n.t('grid.closed')}</span></td>`;
  const full = total.planned > 0 && total.free === 0;
  return html`<td>
    <span class=${`free ${full ? 'full' : ''}`}>${full ? i18n.t('week.full') : i18n.t('week.free', { n: total.free, of: total.planned })}
      </span>
    <span class="bar" aria-hidden="true"><span
      style=${{ width: `${total.planned ? (100 * (total.planned - total.free)) / total.planned : 0}%` }}></span></span>
    <span class="chips">
      ${mine.slice(0, CHIPS).map((one) => html`<${Chip} key=${one.id} booking=${one} hall=${hall} i18n=${i18n} open=${open}
        onOpen=${onOpen} />`)}
      ${mine.length > CHIPS && html`<button type="button" class="chip more" title=${i18n.t('week.more', { n: mine.length - CHIPS })}
        onClick=${onDay}>+${mine.length - CHIPS}</button>`}
    </span>
  </td>`;
}

export function WeekView({ hall, days, bookings, clock, i18n, pool: only, open, onOpen, onDay }) {
  const hours = hoursOf(days, bookings, hall.zone);
  const today = dayAt(clock.now(), hall.zone);
  const of = (desk) => bookings.filter((one) => isStanding(one) && dayAt(one.at, hall.zone) === desk.day);
  if (!hours.length) return html`<div class="nothing"><h2>${i18n.t('week.nothing')}</h2><p class="quiet">${i18n.t('day.nothing.next')}</p>
    </div>`;
  return html`<div class="week" tabindex="0" role="region" aria-label=${i18n.t('week.label')}>
    <table>
      <thead><tr>
        <th scope="col"><span class="for-readers">${i18n.t('week.hour')}</span></th>
        ${days.map((desk) => {
          const note = dayNote(hall, desk.day, i18n);
          return html`<th scope="col" key=${desk.day} class=${desk.day === today ? 'today' : ''}>
            <button type="button" class="button plain" onClick=${() => onDay(desk.day)}>${dayText(desk.day, i18n.lang, 'short')}</button>
            <span class="quiet">${desk.day === today ? `${i18n.t('today')} · ` : ''}${i18n.t('week.bookings', { n: of(desk).length })}
              </span>
            ${note && html`<span class="daynote">${note}</span>`}
          </th>`;
        })}
      </tr></thead>
      <tbody>
        ${hours.map((hour) => html`<tr key=${hour}>
          <th scope="row">${minuteText(hour * 60)}</th>
          ${days.map((desk) => html`<${Hour} key=${desk.day} desk=${desk} hour=${hour} bookings=${of(desk)} hall=${hall} i18n=${i18n}
            open=${open}
            pools=${desk.pools.filter((one) => !only || one.pool === only)} onOpen=${onOpen} onDay=${() => onDay(desk.day)} />`)}
        </tr>`)}
      </tbody>
    </table>
  </div>`;
}
