// What citizens see: header, one screen at a time, footer. Which screen it is says flow.js.
// SPDX-License-Identifier: MIT
import { html, useEffect, useReducer, useRef, useState } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { startAnew } from '../shared/device.js';
import { useI18n } from '../shared/i18n.js';
import { flowStart, flowStep, flowTouched } from './flow.js';
import { IdleWarning, useIdle } from './idle.js';
import { useLiveHall } from './live.js';
import { Closed, Offline, Refused } from './states.js';
import { Header } from './header.js';
import { Services } from './services.js';
import { Details } from './details.js';
import { Phone } from './phone.js';
import { Issuing, NotIssued, useIssue } from './issuing.js';
import { Given } from './number.js';
import { Missed, Returned } from './missed.js';
import { Booked, Choose } from './booked.js';
import { readScan, useScanner } from './scanner.js';
import { AskScan, Unread } from './scanned.js';

const SCREENS = {
  services: Services,
  details: Details,
  phone: Phone,
  issuing: Issuing,
  number: Given,
  refused: NotIssued,
  missed: Missed,
  returning: Issuing,
  returned: Returned,
  booked: Booked,
  checking: Issuing,
  choose: Choose,
  unread: Unread,
  offline: Offline,
  closed: Closed,
};

// Screens that count down by themselves.
const LEAVES_ITSELF = new Set(['number', 'returned']);

// What stands instead of the services; a citizen who is in the middle of something may end it.
function screenOf(flow, live) {
  if (flow.screen !== 'services') return flow.screen;
  if (live.link?.state === 'offline') return 'offline';
  if (!live.hall.open_now && !live.hall.tickets_outside_hours) return 'closed';
  return 'services';
}

// Each new screen begins at its heading, for those who listen; the search at its field, for a keyboard.
function useFocusOn(name) {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) (document.querySelector('main [data-first]') || document.querySelector('main h1'))?.focus();
    first.current = false;
  }, [name]);
}

export function App({ api, first, device, lang, clock, i18n }) {
  useI18n(i18n);
  const [flow, dispatch] = useReducer(flowStep, null, flowStart);
  const live = useLiveHall({ api, first, clock });
  const [reset] = useState(() => () => {
    i18n.set(lang, { keep: false });
    dispatch({ type: 'start' });
  });
  const moved = flowTouched(flow) || i18n.lang !== lang;
  const screen = screenOf(flow, live);
  const idle = useIdle(moved && !LEAVES_ITSELF.has(screen), reset);
  useIssue({ api, hall: first.code, flow, dispatch });
  useScanner(flow, (text, before) => {
    idle.stay();
    dispatch({ type: 'scanned', scan: readScan(text, first.code), before, key: newKey() });
  });
  useFocusOn(`${screen} ${flow.searching}`);
  useEffect(() => {
    document.title = i18n.t('title');
  }, [i18n.lang]);

  useEffect(() => {
    if (live.denied?.status === 401) startAnew(); // removed by an admin: it shows the code for admitting it
  }, [live.denied]);

  // The code of a booking that is none is refused with 401, too: nothing is wrong with this kiosk then.
  const isForged = flow.problem?.field === 'link';
  if (live.denied || (flow.problem?.status === 401 && !isForged) || flow.problem?.status === 403) {
    return html`<${Refused} i18n=${i18n} error=${live.denied || flow.problem} />`;
  }
  const Screen = SCREENS[screen];
  const issue = (withPhone) => dispatch({ type: 'issue', key: newKey(), lang: i18n.lang, withPhone });
  const shared = { api, device, hall: live.hall, waiting: live.waiting, live: { ...live, clock }, link: live.link, clock, flow, dispatch, issue, reset, i18n };
  return html`<div class="kiosk" data-screen=${screen}>
    <${Header} hall=${live.hall} clock=${clock} i18n=${i18n} />
    <main><${Screen} ...${shared} /></main>
    <${AskScan} flow=${flow} dispatch=${dispatch} i18n=${i18n} />
    <${IdleWarning} ...${idle} i18n=${i18n} onLeave=${reset} />
  </div>`;
}
