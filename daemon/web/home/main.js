// The start page: which halls there are, what can be done from home, and the way to the clerks' console.
// SPDX-License-Identifier: MIT
import { html, render, useEffect, useState } from '../shared/ui.js';
import { makeApi } from '../shared/api.js';
import { makeI18n, problemText, useI18n } from '../shared/i18n.js';
import { LanguageSwitch } from '../shared/parts.js';
import { keptText, waitText } from '../shared/wait.js';
import { useWaits } from '../shared/waits.js';
import zh from './zh.json';
import en from './en.json';

const i18n = makeI18n({ zh, en });
const api = makeApi();

// What can be done from home, and how busy it is.
function Ways({ hall, several }) {
  return html`<div class="ways">
    ${hall.booking && html`<a class=${`button ${several ? '' : 'primary'}`}
      href=${`/book#${hall.code}`}>${i18n.t('book')}</a>`}
    ${hall.remote && hall.open_now && html`<a class="button" href=${`/book#${hall.code}/home`}>${i18n.t('home')}</a>`}
    ${hall.booking && html`<a class="button plain" href=${`/book#${hall.code}/mine`}>${i18n.t('mine')}</a>`}
    <a class="button plain" href=${`/status?lang=${i18n.lang}#${hall.code}`}>${i18n.t('status')}</a>
  </div>`;
}

// So many halls are asked how busy they are; a city's list is for finding one.
const ASKED_MAX = 6;

// How many wait, what the longest wait would be, and how good such forecasts were today.
function Now({ hall }) {
  const waits = useWaits(api, hall.code);
  const told = Object.values(waits?.services ?? {});
  if (!told.length) return null;
  const waiting = told.reduce((sum, one) => sum + one.waiting, 0);
  const longest = told.filter((one) => one.wait).sort((a, b) => b.wait.high - a.wait.high)[0]?.wait;
  const parts = [waiting ? i18n.t('now.waiting', { n: waiting }) : i18n.t('now.nobody'),
    longest && i18n.t('now.longest', { time: waitText(longest, i18n) }), keptText(waits.kept, i18n)];
  return html`<p class="now" data-waiting=${waiting}>${parts.filter(Boolean).join(' · ')}</p>`;
}

function HallList({ halls }) {
  if (!halls.length) return html`<p class="card quiet">${i18n.t('halls.none')}</p>`;
  const several = halls.filter((hall) => hall.booking).length > 1;
  return html`${several && html`<p class="any"><a class="button primary" href="/book#/any">${i18n.t('any')}</a></p>`}
  <ul class="halls">
    ${halls.map(
      (hall) => html`<li key=${hall.code} class="card">
        <h2>${i18n.name(hall.names)}</h2>
        <span class=${`badge ${hall.open_now ? 'good' : ''}`}>${i18n.t(hall.open_now ? 'open' : 'closed')}</span>
        ${hall.address && html`<p class="quiet">${i18n.name(hall.address)}</p>`}
        ${hall.open_now && halls.length <= ASKED_MAX && html`<${Now} hall=${hall} />`}
        <${Ways} hall=${hall} several=${several} />
      </li>`,
    )}
  </ul>`;
}

function Halls() {
  const [found, setFound] = useState({});
  const load = () => {
    setFound({});
    api.get('/halls').then(
      (answer) => setFound({ halls: answer.halls }),
      (error) => setFound({ error }),
    );
  };
  useEffect(load, []);
  if (found.halls) return html`<${HallList} halls=${found.halls} />`;
  if (!found.error) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  return html`<div class="card" role="alert">
    <p>${problemText(found.error, i18n)}</p>
    <div class="actions">
      <button type="button" class="button" onClick=${load}>${i18n.t('retry')}</button>
    </div>
  </div>`;
}

function Home() {
  useI18n(i18n);
  useEffect(() => {
    document.title = i18n.t('title');
  }, [i18n.lang]);
  return html`<header class="top">
      <p class="brand">排号 <span lang="en">paihao</span></p>
      <${LanguageSwitch} i18n=${i18n} />
    </header>
    <main>
      <h1>${i18n.t('heading')}</h1>
      <p class="lead quiet">${i18n.t('lead')}</p>
      <${Halls} />
      <p class="staff"><a class="button" href="/clerk">${i18n.t('staff')}</a></p>
    </main>`;
}

render(html`<${Home} />`, document.getElementById('page'));
