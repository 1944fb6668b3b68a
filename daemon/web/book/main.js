// Booking a time, /book#hall: four steps, one a screen. Which screen it is says state.js; what is chosen stands
// in the address, what was typed in the draft. A new screen: its name in state.js and a row here.
// SPDX-License-Identifier: MIT
import { html, render, useEffect, useMemo, useRef, useState } from '../shared/ui.js';
import { makeApi } from '../shared/api.js';
import { askClock, makeClock } from '../shared/clock.js';
import { makeI18n, problemText, useI18n } from '../shared/i18n.js';
import { makePow } from '../shared/pow.js';
import { setAccent } from '../shared/theme.js';
import { keepDraft, readDraft } from './draft.js';
import { fitRoute, screenFor, writeRoute } from './state.js';
import { makeWay, useWay } from './way.js';
import { Notice } from '../shared/visit_parts.js';
import { Frame, useTopOf } from './frame.js';
import { Halls } from './halls.js';
import { Services } from './services.js';
import { Papers } from './papers.js';
import { When } from './when.js';
import { Confirm } from './confirm.js';
import { Wait } from './wait.js';
import { Mine } from './mine.js';
import { FromHome } from './from_home.js';
import visitZh from '../shared/visit.zh.json';
import visitEn from '../shared/visit.en.json';
import zh from './zh.json';
import en from './en.json';

const i18n = makeI18n({ zh: { ...visitZh, ...zh }, en: { ...visitEn, ...en } });
const api = makeApi();
const clock = makeClock();
const way = makeWay();

const SCREENS = {
  services: Services, add: Services, papers: Papers, time: When, phone: Confirm, wait: Wait, mine: Mine, home: FromHome,
};

function useDraft(hall) {
  const kept = useRef(null);
  const [, redraw] = useState(0);
  if (kept.current?.hall !== hall) kept.current = { hall, draft: readDraft(hall) };
  const setDraft = (change) => {
    kept.current.draft = { ...kept.current.draft, ...change };
    keepDraft(hall, kept.current.draft);
    redraw((n) => n + 1);
  };
  return [kept.current.draft, setDraft];
}

function Hall({ hall, asked }) {
  const [draft, setDraft] = useDraft(hall.code);
  const route = fitRoute(asked, hall);
  const screen = screenFor(hall, route, draft);
  const now = () => clock.now();
  const pow = useMemo(() => makePow({ ask: () => api.get(`/halls/${hall.code}/challenge`), now }), [hall.code]);
  useTopOf(screen);
  useEffect(() => {
    if (screen !== asked.screen) way.swap({ ...route, screen });
  }, [screen, asked.screen]);
  useEffect(() => {
    if (route.services.length || screen === 'mine' || screen === 'home') pow.warm();
  }, [screen, route.services.length > 0]);
  useEffect(() => {
    document.title = `${i18n.t(`${screen}.title`)} · ${i18n.name(hall.names)}`;
    document.documentElement.dataset.screen = screen;
  });
  const Screen = SCREENS[screen];
  const shared = { api, hall, route: { ...route, screen }, way, draft, setDraft, pow, i18n, now };
  return html`<${Frame} ...${shared}><${Screen} key=${screen} ...${shared} /><//>`;
}

function useHall(code) {
  const [found, setFound] = useState({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!code) return undefined;
    let here = true;
    setFound({});
    api.get(`/halls/${code}`).then(
      (hall) => {
        setAccent(hall.accent);
        if (here) setFound({ hall });
      },
      (error) => here && setFound({ error }),
    );
    return () => {
      here = false;
    };
  }, [code, round]);
  const present = found.hall?.code === code || found.error ? found : {};
  return { ...present, retry: () => setRound((n) => n + 1) };
}

function Book() {
  useI18n(i18n);
  const asked = useWay(way);
  const { hall, error, retry } = useHall(asked.hall);
  useEffect(() => {
    askClock(clock, api);
  }, []);
  if (!asked.hall) return html`<${Halls} api=${api} way=${way} route=${asked} i18n=${i18n}
    now=${() => clock.now()} />`;
  if (hall) return html`<${Hall} hall=${hall} asked=${asked} />`;
  if (error?.status === 404) {
    return html`<${Notice} i18n=${i18n} heading=${i18n.t('problem.hall_unknown')}>
      <a class="button primary" href=${writeRoute({ hall: '' })}>${i18n.t('halls.choose')}</a>
    <//>`;
  }
  if (!error) return html`<${Notice} i18n=${i18n} heading=${i18n.t('loading')} />`;
  return html`<${Notice} i18n=${i18n} heading=${problemText(error, i18n)}>
    <button type="button" class="button primary" onClick=${retry}>${i18n.t('retry')}</button>
  <//>`;
}

// Kept by the browser as it was: what it shows may be booked by now.
addEventListener('pageshow', (event) => event.persisted && location.reload());
render(html`<${Book} />`, document.getElementById('page'));
