// The supervisor's page: log in, choose a hall, see where it hurts. Where one is stands in the address (place.js), so that a
// reload changes nothing. SPDX-License-Identifier: MIT
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
askClock(clock, api);

function usePlace() {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const back = () => setPlace(placeOf(location.hash));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const go = (next, replace = false) => {
    const hash = hashOf(next);
    if (hash !== location.hash) history[replace ? 'replaceState' : 'pushState'](null, '', `${location.pathname}${location.search}${hash}`);
    setPlace(placeOf(hash));
  };
  return [place, go];
}

// Somebody who is not to lead a hall is told so, and where their own work is.
function NotYours({ session }) {
  return html`<${Top} i18n=${i18n} title=${session.person.name}>
      <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
    <//>
    <main class="not-yours"><div class="card"><h1>${i18n.t('not_yours.heading')}</h1><p>${i18n.t('not_yours.text')}</p>
      <div class="actions"><a class="button primary" href="/clerk">${i18n.t('to.clerk')}</a></div></div></main>`;
}

function Supervisor() {
  useI18n(i18n);
  const session = useSession();
  const [place, go] = usePlace();
  useEffect(() => {
    if (session.state !== 'in' || !place.hall) document.title = i18n.t('title');
  }, [i18n.lang, session.state, place.hall]);
  if (session.state === 'asking') return html`<${Quiet} i18n=${i18n} />`;
  if (session.state === 'failed') return html`<${Quiet} i18n=${i18n} error=${session.error} onRetry=${session.ask} />`;
  const shared = { api, clock, i18n, session, place, go };
  if (session.state === 'out') return html`<${Login} ...${shared} expired=${session.expired} onEnter=${session.enter} />`;
  if (session.person.role === 'clerk') return html`<${NotYours} session=${session} />`;
  if (place.hall) return html`<${Desk} key=${place.hall} ...${shared} />`;
  return html`<${ChooseHall} ...${shared} heading=${i18n.t('choose.hall')} onChoose=${(hall, atOnce) => go({ hall }, atOnce)} />`;
}

render(html`<${Supervisor} />`, document.getElementById('page'));
