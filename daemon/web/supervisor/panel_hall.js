// What is done for the whole hall: numbers stopped and given again, closing early in two steps, counters that work without this
// program, blocked phone numbers, and the page's own keys. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { Check } from '../staff/form.js';
import { useAsked } from './live.js';
import { profileName, serviceName } from './text.js';

const GHOSTS_MAX = 50; // of the API
const MESSAGES_AGAIN_MS = 15000;
const FAILED = ['rejected', 'undelivered', 'expired'];

function Stopped({ live, hall, i18n, act, path, done }) {
  const { stopped } = live.day;
  const own = Object.keys(stopped).filter((code) => code !== '*');
  const start = (service) => act.run({
    id: `start ${service}`, path: `${path}/start`, body: service === '*' ? {} : { service }, done: () => done(i18n.t('start.done')),
  });
  const row = (code, name) => html`<li key=${code} class="stopped"><span><b>${name}</b> <span class="quiet">${stopped[code]}</span></span>
    <button type="button" class="button" aria-label=${`${i18n.t('start.do')}: ${name}`}
      aria-busy=${act.pending === `start ${code}` ? 'true' : null} onClick=${() => start(code)}>${i18n.t('start.do')}</button></li>`;
  if (!own.length && !('*' in stopped)) return html`<p class="quiet small">${i18n.t('numbers.all')}</p>`;
  return html`<ul class="list">${'*' in stopped && row('*', i18n.t('numbers.every'))}
    ${own.map((code) => row(code, serviceName(hall, code, i18n)))}</ul>`;
}

// Stop the numbers, let the lines run out, close: the second step only after the first.
function CloseEarly({ live, i18n, ask }) {
  const all = '*' in live.day.stopped;
  return html`<ol class="steps">
    <li class=${all ? 'over' : ''}><p><b>${i18n.t('early.stop')}</b> <span class="quiet">${i18n.t('early.stop.note')}</span></p>
      ${all
        ? html`<p class="small"><span aria-hidden="true">✓</span> ${i18n.t('early.stopped')}</p>`
        : html`<button type="button" class="button" onClick=${() => ask('stop', { service: '' })}>${i18n.t('early.stop.do')}</button>`}</li>
    <li><p><b>${i18n.t('early.close')}</b> <span class="quiet">${i18n.t('early.close.note')}</span></p>
      <button type="button" class="button danger" disabled=${!all} onClick=${() => ask('close_day')}>${i18n.t('early.close.do')}</button></li>
  </ol>`;
}

function Ghosts({ live, hall, i18n, act, path, done }) {
  const set = (profile, count) => act.run({
    id: `ghosts ${profile}`, path: `${path}/ghosts`, body: { profile, count }, done: () => done(i18n.t('ghosts.done')),
  });
  return html`<ul class="list ghosts-list">${hall.profiles.map(({ code }) => {
    const n = live.day.ghosts[code] || 0;
    const name = profileName(hall, code, i18n);
    const step = (by, label, sign) => html`<button type="button" class="button" aria-label=${`${name}: ${i18n.t(label)}`}
      disabled=${n + by < 0 || n + by > GHOSTS_MAX} onClick=${() => set(code, n + by)}>${sign}</button>`;
    return html`<li key=${code} data-profile=${code}><span>${name}</span>
      <span class="counts">${step(-1, 'whatif.less', '−')}<output aria-label=${name}>${n}</output>${step(1, 'whatif.more', '+')}</span></li>`;
  })}</ul>`;
}

// How the day's text messages fare; which ones and why is in the hall settings.
function Messages({ api, path, hall, i18n, now, session }) {
  const { data, error } = useAsked(() => api.get(`${path}/messages/counts`, { retries: 0 }), path, Math.floor(now / MESSAGES_AGAIN_MS));
  const failed = FAILED.reduce((n, state) => n + (data?.states[state] || 0), 0);
  return html`${error && html`<p class="problem" role="alert">${problemText(error, i18n)}</p>`}
    ${data && html`<p class="small" data-messages=${data.messages}>${i18n.t('messages.sum', { n: data.messages, delivered: data.states.delivered || 0 })}${' '}
      <b class=${failed ? 'problem' : ''}>${i18n.t('messages.failed', { n: failed })}</b></p>`}
    ${session.person.role === 'admin' && html`<div class="acts"><a class="button" href=${`/admin#${hall.code}/messages`}>${i18n.t('messages.open')}</a></div>`}`;
}

export function HallPanel(props) {
  const { i18n, onPanel, keys, setKeys } = props;
  const part = (key, children) => html`<section class="part"><h3>${i18n.t(`hall.${key}`)}</h3>${children}</section>`;
  return html`${part('numbers', html`<${Stopped} ...${props} />`)}
    ${part('early', html`<${CloseEarly} ...${props} />`)}
    ${part('ghosts', html`<p class="quiet small">${i18n.t('ghosts.note')}</p><${Ghosts} ...${props} />`)}
    ${part('phones', html`<div class="acts"><button type="button" class="button" onClick=${() => onPanel('blocks')}>
      ${i18n.t('blocks.open')}</button></div>`)}
    ${part('messages', html`<${Messages} ...${props} />`)}
    <${Check} id="keys" label=${i18n.t('keys.on')} note=${i18n.t('keys.note')} checked=${keys} onChange=${setKeys} />`;
}
