// What happened in a hall, on a day or over some weeks: log in, choose a hall, read. Where one is stands in the address
// (place.js). SPDX-License-Identifier: MIT
import { html, render, useEffect, useState } from '../shared/ui.js';
import { askClock, makeClock } from '../shared/clock.js';
import { makeI18n, useI18n } from '../shared/i18n.js';
import { ChooseHall } from '../staff/halls.js';
import { Login } from '../staff/login.js';
import { Quiet, Top } from '../staff/parts.js';
import { makeSession } from '../staff/session.js';
import staffEn from '../staff/en.json';
import staffZh from '../staff/zh.json';
import { Desk } from './desk.js';
import { hashOf, placeOf } from './place.js';
import zh from './zh.json';
import en from './en.json';

const i18n = makeI18n({ zh: { ...staffZh, ...zh }, en: { ...staffEn, ...en } });
const clock = makeClock();
const { api, useSession } = makeSession();

// Which day is today only the daemon's clock knows.
function useClock() {
  const [known, setKnown] = useState(false);
  useEffect(() => {
    askClock(clock, api).then(() => setKnown(true));
  }, []);
  return known;
}

function usePlace() {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const back = () => setPlace(placeOf(location.hash));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const go = (next) => {
    const hash = hashOf(next);
    if (hash !== location.hash) history.pushState(null, '', `${location.pathname}${location.search}${hash}`);
    setPlace(placeOf(hash));
  };
  return [place, go];
}

function NotYours({ session }) {
  return html`<${Top} i18n=${i18n} title=${session.person.name}>
      <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
    <//>
    <main class="not-yours"><div class="card"><h1>${i18n.t('not_yours.heading')}</h1><p>${i18n.t('not_yours.text')}</p></div></main>`;
}

function Page() {
  useI18n(i18n);
  const session = useSession();
  const [place, go] = usePlace();
  const clockKnown = useClock();
  useEffect(() => {
    if (session.state !== 'in' || !place.hall) document.title = i18n.t('title');
  }, [i18n.lang, session.state, place.hall]);
  if (session.state === 'asking' || !clockKnown) return html`<${Quiet} i18n=${i18n} />`;
  if (session.state === 'failed') return html`<${Quiet} i18n=${i18n} error=${session.error} onRetry=${session.ask} />`;
  const shared = { api, clock, i18n, session, place, go };
  if (session.state === 'out') return html`<${Login} ...${shared} expired=${session.expired} onEnter=${session.enter} />`;
  if (session.person.role === 'clerk') return html`<${NotYours} session=${session} />`;
  if (place.hall) return html`<${Desk} key=${place.hall} ...${shared} />`;
  return html`<${ChooseHall} ...${shared} heading=${i18n.t('choose.hall')} onChoose=${(hall) => go({ ...place, hall })} />`;
}

render(html`<${Page} />`, document.getElementById('page'));
