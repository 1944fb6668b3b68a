// A hall's calendar: the header, the days in view, what stands beside them, what is asked. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { LinkBanner } from '../shared/parts.js';
import { addDays, dayAt, dayText, weekOf } from '../shared/dates.js';
import { useKeys } from '../staff/keys.js';
import { Quiet } from '../staff/parts.js';
import { CloseDaysDialog } from './close_days.js';
import { conflictsOf } from './conflicts.js';
import { DayView } from './day.js';
import { NewDialog } from './dialog_new.js';
import { CancelDialog, MoveDialog, UnblockDialog } from './dialogs.js';
import { Header } from './header.js';
import { askRange, useAsked, useHall } from './live.js';
import { Panel } from './panel.js';
import { findNumber } from './plan.js';
import { WeekView } from './week.js';

const WEEKS_MAX = 54; // the longest window there is
const DIALOGS = { new: NewDialog, move: MoveDialog, cancel: CancelDialog, unblock: UnblockDialog, close: CloseDaysDialog };

function rangeOfView(place) {
  return place.view === 'week' ? { from: weekOf(place.day)[0], days: 7 } : { from: place.day, days: 1 };
}

function View(props) {
  const { asked, range, hall, place, i18n, clock } = props;
  if (!asked.fresh || !asked.data) {
    if (!asked.error) return html`<p class="quiet waiting-for" role="status">${i18n.t('loading')}</p>`;
    return html`<div class="nothing" role="alert"><h2>${i18n.t('failed.heading')}</h2><p>${problemText(asked.error, i18n)}</p>
      <button type="button" class="button primary" onClick=${asked.ask}>${i18n.t('retry')}</button></div>`;
  }
  const { days, bookings } = asked.data;
  if (place.view === 'week') return html`<${WeekView} ...${props} days=${days} bookings=${bookings} />`;
  const desk = days.find((one) => one.day === range.from);
  return desk ? html`<${DayView} ...${props} desk=${desk} bookings=${bookings} clock=${clock} key=${desk.day} hall=${hall} />` : null;
}

// Looks in what is in view first, then through the weeks around it, until the number is found.
function useSearch({ api, hall, clock, bookings, onFound }) {
  const [search, setSearch] = useState({ state: 'idle' });
  const find = async (typed) => {
    const [here] = findNumber(bookings, typed);
    if (here) return onFound(here);
    setSearch({ state: 'looking' });
    const today = dayAt(clock.now(), hall.zone);
    const weeks = Math.ceil(((hall.booking?.to_days || 30) * (hall.booking?.working_days ? 1.5 : 1)) / 7) + 1;
    const starts = [...Array.from({ length: Math.min(weeks, WEEKS_MAX) }, (_, i) => 7 * i), -7]; // ended ones stay a week
    try {
      for (const start of starts) {
        const { bookings: some } = await api.get(`/halls/${hall.code}/bookings?from=${addDays(today, start)}&days=7`, { retries: 1 });
        const [found] = findNumber(some, typed);
        if (found) {
          setSearch({ state: 'idle' });
          return onFound(found);
        }
      }
      setSearch({ state: 'none', typed });
    } catch (error) {
      setSearch({ state: 'failed', error });
    }
    return undefined;
  };
  return { ...search, find, clear: () => setSearch({ state: 'idle' }) };
}

export function Desk(props) {
  const { api, clock, i18n, session, place, go } = props;
  const live = useHall({ api, clock, code: place.hall });
  if (live.denied) return html`<${Quiet} i18n=${i18n} error=${live.denied} onLeave=${() => go({ hall: '', day: '', booking: '' })} />`;
  if (!live.hall) return html`<${Quiet} i18n=${i18n} />`;
  const today = dayAt(clock.now(), live.hall.zone);
  const at = { ...place, day: place.day || today };
  return html`<${Hall} key=${place.hall} ...${props} place=${at} today=${today} live=${live} hall=${live.hall}
    role=${session.person.role} />`;
}

function Hall({ api, clock, i18n, session, place, go, today, live, hall, role }) {
  const { beat } = live;
  const boss = role !== 'clerk';
  const [panel, setPanel] = useState(place.booking ? 'booking' : '');
  const [dialog, setDialog] = useState(null);
  const [pool, setPool] = useState('');
  const [said, setSaid] = useState('');
  const range = rangeOfView(place);
  const asked = useAsked(askRange(api, hall.code, range.from, range.days), `${range.from}+${range.days}`, beat);
  const waiting = useAsked(() => api.get(`/halls/${hall.code}/waitlist`, { retries: 1 }), hall.code, beat);
  const conflicts = useAsked(() => api.get(`/halls/${hall.code}/conflicts`, { retries: 1 }), hall.code, beat);
  const bookings = (asked.fresh && asked.data?.bookings) || [];
  useEffect(() => {
    const days = place.view === 'week' ? dayText(range.from, i18n.lang, 'date') : dayText(place.day, i18n.lang, 'short');
    document.title = `${days} · ${i18n.name(hall.names)}`;
  }, [place.day, place.view, i18n.lang]);

  const open = (booking) => {
    setPanel('booking');
    const elsewhere = place.view === 'day' && booking.day && booking.day !== place.day;
    go({ ...place, booking: booking.id, ...(elsewhere && { day: booking.day }) });
  };
  const search = useSearch({ api, hall, clock, bookings, onFound: open });
  const closePanel = () => {
    setPanel('');
    if (place.booking) go({ ...place, booking: '' }, true);
  };
  const step = (n) => go({ ...place, day: addDays(place.day, place.view === 'week' ? 7 * n : n) });
  const ask = (id, more) => {
    setSaid('');
    setDialog({ id, ...more });
  };
  const done = (id) => (answer, n) => {
    live.touch();
    if (id === 'new') open(answer);
    if (id === 'move') open(answer);
    if (id === 'unblock') setSaid(i18n.t('unblock.done'));
    if (id === 'close') {
      setSaid(i18n.t('close.done'));
      setPanel(n ? 'conflicts' : 'manage');
      go({ ...place, day: answer.from, booking: '' });
    }
  };
  useKeys(dialog ? {} : {
    t: () => go({ ...place, day: today }), d: () => go({ ...place, view: 'day' }), w: () => go({ ...place, view: 'week' }),
    n: () => ask('new'), arrowleft: () => step(-1), arrowright: () => step(1), '/': () => document.getElementById('find')?.focus(),
  }, true);
  const Asked = dialog && DIALOGS[dialog.id];
  const shared = { api, i18n, hall, clock, place, role, boss };
  return html`<div class="calendar">
    <${Header} ...${shared} session=${session} go=${go} today=${today} range=${range} step=${step} search=${search} panel=${panel}
      pool=${pool} setPool=${setPool}
      waiting=${waiting.data?.waiting?.length || 0} conflicts=${conflictsOf(conflicts.data).length}
      onPanel=${(name) => setPanel(panel === name ? '' : name)} onNew=${() => ask('new')} />
    <${LinkBanner} link=${live.link} i18n=${i18n} zone=${hall.zone} />
    ${asked.error && asked.data && html`<p class="banner" role="status">${i18n.t('stale')}</p>`}
    <main class=${panel ? 'with-panel' : ''}>
      <section class="view" aria-label=${place.view === 'week' ? i18n.t('view.week') : i18n.t('view.day')}>
        <${View} ...${shared} asked=${asked} range=${range} pool=${pool} open=${panel === 'booking' ? place.booking : ''} onOpen=${open}
          onNew=${({ at }) => ask('new', { at })} onDay=${(day) => go({ ...place, day, view: 'day' })} />
      </section>
      ${panel && html`<${Panel} ...${shared} name=${panel} id=${place.booking} listed=${bookings.find((one) => one.id === place.booking)}
        beat=${beat}
        waiting=${waiting} conflicts=${conflicts} open=${place.booking} onOpen=${open} said=${said}
        onAsk=${(id, booking) => ask(id, { booking })} onClose=${closePanel} />`}
    </main>
    ${dialog && html`<${Asked} ...${shared} booking=${dialog.booking} at=${dialog.at} day=${isFuture(place.day, today)}
      onDone=${done(dialog.id)} onClose=${() => setDialog(null)} />`}
  </div>`;
}

// A new booking begins with the day in view, unless that is over.
const isFuture = (day, today) => (day < today ? today : day);
