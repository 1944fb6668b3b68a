// The hall editor for admins: log in, choose a hall, change it. Hall and section stand in the address
// (/admin#hall/section); changes not saved yet live in the page alone. SPDX-License-Identifier: MIT
import { html, render, useEffect, useState } from '../shared/ui.js';
import { askClock, makeClock } from '../shared/clock.js';
import { makeI18n, useI18n } from '../shared/i18n.js';
import { setAccent } from '../shared/theme.js';
import { ChooseHall } from '../staff/halls.js';
import { Login } from '../staff/login.js';
import { Quiet } from '../staff/parts.js';
import { makeSession } from '../staff/session.js';
import staffEn from '../staff/en.json';
import staffZh from '../staff/zh.json';
import { Editor } from './editor.js';
import { SECTIONS } from './sections.js';
import zh from './zh.json';
import en from './en.json';

const i18n = makeI18n({ zh: { ...staffZh, ...zh }, en: { ...staffEn, ...en } });
const clock = makeClock();
const { api, useSession } = makeSession();
askClock(clock, api);

function placeOf(hash) {
  const [hall = '', section = ''] = hash.replace(/^#/, '').split('/');
  return {
    hall: /^[a-z0-9][a-z0-9_-]{0,31}$/.test(hall) ? hall : '',
    section: SECTIONS.some((one) => one.id === section) ? section : SECTIONS[0].id,
  };
}

function usePlace() {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const back = () => setPlace(placeOf(location.hash));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const go = ({ hall, section }, replace = false) => {
    const hash = hall ? `#${hall}${section && section !== SECTIONS[0].id ? `/${section}` : ''}` : '';
    history[replace ? 'replaceState' : 'pushState'](null, '', `${location.pathname}${location.search}${hash}`);
    setPlace(placeOf(hash));
  };
  return [place, go];
}

// An expired login asks again above the editor, so that what was changed is still there afterwards.
function Admin() {
  useI18n(i18n);
  const session = useSession();
  const [place, go] = usePlace();
  useEffect(() => {
    if (!place.hall) return;
    api.get(`/halls/${place.hall}`).then((hall) => setAccent(hall.accent), () => {});
  }, [place.hall]);
  useEffect(() => {
    if (session.state !== 'in' || !place.hall) document.title = i18n.t('title');
  }, [i18n.lang, session.state, place.hall]);
  if (session.state === 'asking') return html`<${Quiet} i18n=${i18n} />`;
  if (session.state === 'failed') return html`<${Quiet} i18n=${i18n} error=${session.error} onRetry=${session.ask} />`;
  const login = html`<${Login} api=${api} i18n=${i18n} expired=${session.expired} onEnter=${session.enter} />`;
  if (session.state === 'out' && !session.expired) return login;
  if (session.person && session.person.role !== 'admin') return html`<${NotAllowed} session=${session} />`;
  const shared = { api, clock, i18n, session: { ...session, person: session.person || { name: '', halls: [] } }, place, go };
  const page = place.hall
    ? html`<${Editor} key=${place.hall} ...${shared} />`
    : html`<${ChooseHall} ...${shared} heading=${i18n.t('choose.hall')} onChoose=${(hall, atOnce) => go({ hall }, atOnce)} />`;
  return html`<div hidden=${session.state === 'out'}>${page}</div>${session.state === 'out' && login}`;
}

function NotAllowed({ session }) {
  return html`<main class="quiet-page"><div class="card" role="alert"><h1>${i18n.t('failed.heading')}</h1><p>${i18n.t('not_admin')}</p>
    <div class="actions"><a class="button" href="/calendar">${i18n.t('to.calendar')}</a>
      <button type="button" class="button primary" onClick=${session.leave}>${i18n.t('not_admin.other')}</button></div></div></main>`;
}

render(html`<${Admin} />`, document.getElementById('page'));
