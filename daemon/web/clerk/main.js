// The clerk's console: log in, choose hall and counter, work. Where one is stands in the address
// (?hall=..&counter=..), so that a reload changes nothing. SPDX-License-Identifier: MIT
import { html, render, useEffect, useState } from '../shared/ui.js';
import { askClock, makeClock } from '../shared/clock.js';
import { makeI18n, useI18n } from '../shared/i18n.js';
import { ChooseHall } from '../staff/halls.js';
import { Login } from '../staff/login.js';
import { Quiet } from '../staff/parts.js';
import { makeSession } from '../staff/session.js';
import staffEn from '../staff/en.json';
import staffZh from '../staff/zh.json';
import { HallDesk } from './desk.js';
import zh from './zh.json';
import en from './en.json';

const i18n = makeI18n({ zh: { ...staffZh, ...zh }, en: { ...staffEn, ...en } });
const clock = makeClock();
const { api, useSession } = makeSession();
askClock(clock, api);

function placeOf(search) {
  const query = new URLSearchParams(search);
  return { hall: query.get('hall') || '', counter: query.get('counter') || '' };
}

function usePlace() {
  const [place, setPlace] = useState(() => placeOf(location.search));
  useEffect(() => {
    const back = () => setPlace(placeOf(location.search));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const go = (next, replace = false) => {
    const query = new URLSearchParams(Object.entries(next).filter(([, value]) => value));
    history[replace ? 'replaceState' : 'pushState'](null, '', `${location.pathname}${query.size ? `?${query}` : ''}`);
    setPlace(next);
  };
  return [place, go];
}

function Clerk() {
  useI18n(i18n);
  const session = useSession();
  const [place, go] = usePlace();
  useEffect(() => {
    if (session.state !== 'in' || !place.counter) document.title = i18n.t('title');
  }, [i18n.lang, session.state, place.counter]);
  if (session.state === 'asking') return html`<${Quiet} i18n=${i18n} />`;
  if (session.state === 'failed') return html`<${Quiet} i18n=${i18n} error=${session.error} onRetry=${session.ask} />`;
  const shared = { api, clock, i18n, session, place, go };
  if (session.state === 'out') return html`<${Login} ...${shared} expired=${session.expired} onEnter=${session.enter} />`;
  if (place.hall) return html`<${HallDesk} key=${place.hall} ...${shared} />`;
  return html`<${ChooseHall} ...${shared} heading=${i18n.t('choose.hall')}
    onChoose=${(hall, atOnce) => go({ hall, counter: '' }, atOnce)} />`;
}

render(html`<${Clerk} />`, document.getElementById('page'));
