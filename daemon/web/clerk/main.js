// The clerk's console: log in, choose hall and counter, work. Where one is stands in the address
// (?hall=..&counter=..), so that a reload changes nothing. SPDX-License-Identifier: MIT
import { html, render, useEffect, useState } from '../shared/ui.js';
import { makeApi } from '../shared/api.js';
import { askClock, makeClock } from '../shared/clock.js';
import { makeI18n, useI18n } from '../shared/i18n.js';
import { Login } from './login.js';
import { ChooseHall } from './choose.js';
import { HallDesk } from './desk.js';
import { Quiet } from './parts.js';
import zh from './zh.json';
import en from './en.json';

const i18n = makeI18n({ zh, en });
const clock = makeClock();
let onExpired = () => {};
const api = makeApi({ onUnauthenticated: () => onExpired() });
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

function useSession() {
  const [session, setSession] = useState({ state: 'asking' });
  const ask = () => {
    setSession({ state: 'asking' });
    api.get('/session').then(
      (person) => setSession({ state: 'in', person }),
      (error) => setSession(error.status === 401 ? { state: 'out' } : { state: 'failed', error }),
    );
  };
  useEffect(ask, []);
  onExpired = () => setSession((old) => (old.state === 'in' ? { state: 'out', expired: true } : old));
  const enter = (person) => setSession({ state: 'in', person });
  const leave = () => api.del('/session').then(() => setSession({ state: 'out' }), () => setSession({ state: 'out' }));
  return { ...session, ask, enter, leave };
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
  return place.hall ? html`<${HallDesk} key=${place.hall} ...${shared} />` : html`<${ChooseHall} ...${shared} />`;
}

render(html`<${Clerk} />`, document.getElementById('page'));
