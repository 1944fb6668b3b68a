// What the page shows of a hall. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { Curve } from './chart.js';
import { bestTexts, keptText, linesText, sorted, waitText, whenText } from './say.js';

const SHOWN = 12; // services at once; a hall of forty has the others behind a button

const BADGES = { open: 'good', closed: '', stopped: 'warn' };

function State({ status, words }) {
  const { state, closes, opens, stopped } = status;
  return html`<p class="state" data-state=${state}>
    <span class=${`badge ${BADGES[state]}`}>${words.t(state)}</span>
    ${state === 'open' && closes && html` <span class="quiet">${words.t('open.until', { time: whenText(closes, status, words) })}</span>`}
    ${state === 'closed' && opens && html` <span>${words.t('closed.next', { time: whenText(opens, status, words) })}</span>`}
    ${state === 'stopped' && html` <span>${words.t('reason', { reason: stopped })}</span>`}
  </p>`;
}

function Service({ service, told, words }) {
  const { stopped, open, wait } = service;
  const shut = !open || stopped !== undefined;
  const value = !open ? words.t('shut') : stopped !== undefined ? words.t('stopped.one', { reason: stopped }) : waitText(wait, words);
  return html`<li class=${shut ? 'shut' : ''} data-service=${service.code}>
    <span class="name">${words.name(service.names)}</span>
    ${(told || shut) && html`<span class=${wait && !shut ? 'wait' : 'wait none'}>${value}</span>`}
    ${!shut && linesText(service, words) && html`<span class="lines quiet">${linesText(service, words)}</span>`}
  </li>`;
}

function Services({ status, words }) {
  const list = sorted(status.services);
  const told = list.some((one) => one.wait);
  const row = (service) => html`<${Service} key=${service.code} service=${service} told=${told} words=${words} />`;
  if (status.state !== 'open') return null; // it was said above
  return html`<section class="card services">
    <h2>${words.t('services')}</h2>
    ${!told && html`<p class="quiet" data-none>${words.t('forecast.none')}</p>`}
    <ul>${list.slice(0, SHOWN).map(row)}</ul>
    ${list.length > SHOWN && html`<details><summary>${words.t('more', { n: list.length - SHOWN })}</summary>
      <ul>${list.slice(SHOWN).map(row)}</ul></details>`}
    ${keptText(status, words) && html`<p class="kept quiet small">${keptText(status, words)}</p>`}
  </section>`;
}

function Best({ status, words }) {
  const list = bestTexts(status, words);
  if (!list.length) return null;
  return html`<section class="card best">
    <h2>${words.t('best')}</h2>
    <ul>${list.map(({ when, about }) => html`<li key=${when}><strong>${when}</strong> <span class="quiet">${about}</span></li>`)}</ul>
  </section>`;
}

function Link({ link, status, words }) {
  const shown = link.state === 'stale' || link.state === 'offline';
  const time = shown ? timeText(link.since, words.lang, status.zone) : '';
  return html`<div role="status" data-link=${link.state} class=${shown ? `banner ${link.state === 'offline' ? 'bad' : ''}` : ''}>
    ${shown && words.t(link.state, { time })}</div>`;
}

// A whole page with one thing to say.
function Message({ k, words }) {
  const hint = words.t(`${k}.hint`);
  return html`<main class="message"><h1>${words.t(k)}</h1>${hint !== `${k}.hint` && html`<p class="quiet">${hint}</p>`}</main>`;
}

export function Status({ status, link, unknown, failed, words }) {
  if (unknown) return html`<${Message} k="unknown" words=${words} />`;
  if (!status) return html`<${Message} k=${failed ? 'failed' : 'loading'} words=${words} />`;
  const old = link.state === 'offline'; // waits of three minutes ago are not to be believed
  return html`<${Link} link=${link} status=${status} words=${words} />
    <main>
      <header>
        <h1>${words.name(status.names)}</h1>
        ${!old && html`<${State} status=${status} words=${words} />`}
      </header>
      ${!old && html`<${Services} status=${status} words=${words} />`}
      <${Best} status=${status} words=${words} />
      <${Curve} status=${status} words=${words} />
      ${status.booking && html`<p class="book"><a class="button" target="_blank" rel="noopener" href=${`/book#${status.hall}`}>${words.t('book')}</a></p>`}
    </main>`;
}
