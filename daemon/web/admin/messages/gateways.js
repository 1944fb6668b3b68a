// The gateways as cards: what comes of messages there, in words first and figures second. SPDX-License-Identifier: MIT
import { html, useState } from '../../shared/ui.js';
import { isReal, rateGateway, reasonText, together } from './rules.js';
import { Trial } from './trial.js';

const SHAPES = { bad: '■', warn: '▲', good: '●' };
const count = (n, i18n) => new Intl.NumberFormat(i18n.lang === 'zh' ? 'zh-CN' : 'en-GB').format(n);

// Nothing leaves: what to do about it, where, and how to see that it worked.
function None({ i18n, onlyNull }) {
  return html`<div class="card no-gateway">
    <h4>${i18n.t('gateways.none')}</h4>
    <p>${i18n.t(onlyNull ? 'gateways.none.null' : 'gateways.none.why')}</p>
    <ol class="steps"><li>${i18n.t('gateways.none.first')}</li><li>${i18n.t('gateways.none.second')}</li><li>${i18n.t('gateways.none.third')}</li></ol>
  </div>`;
}

function Fact({ label, children }) {
  return html`<div><dt>${label}</dt><dd>${children}</dd></div>`;
}

function Links({ links, i18n }) {
  if (links.length < 2) return null;
  return html`<ul class="links">${links.map((one, i) => html`<li key=${one.daemon}><span class=${`shape ${one.tone}`} aria-hidden="true">${SHAPES[one.tone]}</span>${' '}
    ${i18n.t('gateway.daemon', { n: i + 1 })}${i18n.t('colon')}${i18n.t(`gateway.state.${one.state}`)}${one.reason && one.tone !== 'good' ? `${i18n.t('gateway.stop')}${reasonText(one.reason, i18n)}` : ''}</li>`)}</ul>`;
}

// What is unlike the others, in a sentence.
function Remark({ rated, i18n }) {
  const { state, links } = rated;
  const reason = state === 'partly' ? '' : links.find((one) => one.reason)?.reason; // there each link has its own
  const does = i18n.has(`gateway.does.${state}`) ? i18n.t(`gateway.does.${state}`) : '';
  return html`${does && html`<p class="small">${does}</p>`}
    ${reason && html`<p class="small quiet reason" title=${reason}>${i18n.t(state === 'up' ? 'gateway.last' : 'gateway.because', { why: reasonText(reason, i18n) })}</p>`}`;
}

function Card({ gateway, now, i18n, onTry }) {
  const rated = rateGateway(gateway, now);
  const { links } = rated;
  const [minute, used, window] = ['rate', 'used', 'window'].map((name) => together(links, name));
  const real = isReal(gateway);
  return html`<li class=${`gateway ${rated.tone}`} data-gateway=${gateway.name} data-state=${rated.state} aria-labelledby=${`gateway-${gateway.name}`}>
    <div class="which"><h4 id=${`gateway-${gateway.name}`}>${gateway.name}</h4><span class="quiet small">${i18n.t(`gateway.kind.${gateway.kind}`)}</span></div>
    <p class=${`state ${rated.tone}`}><span aria-hidden="true">${SHAPES[rated.tone]}</span> ${i18n.t(`gateway.state.${rated.state}`)}</p>
    <${Remark} rated=${rated} i18n=${i18n} />
    <${Links} links=${links} i18n=${i18n} />
    <dl class="facts">
      ${minute !== null && html`<${Fact} label=${i18n.t('gateway.rate')}>${i18n.t('gateway.rate.of', { n: count(minute, i18n), max: count(gateway.rate, i18n) })}<//>`}
      ${used !== null && html`<${Fact} label=${i18n.t('gateway.window')}>${i18n.t('gateway.window.of', { n: count(used, i18n), max: count(window ?? gateway.window, i18n) })}<//>`}
      <${Fact} label=${i18n.t('gateway.hour')}>${count(gateway.spent.hour, i18n)}<//>
      <${Fact} label=${i18n.t('gateway.day')}>${count(gateway.spent.day, i18n)}<//>
      ${gateway.prefixes && html`<${Fact} label=${i18n.t('gateway.prefixes')}>${gateway.prefixes}<//>`}
    </dl>
    <button type="button" class="button" disabled=${!real} aria-label=${`${i18n.t('trial.open')}${i18n.t('colon')}${gateway.name}`}
      onClick=${() => onTry(gateway)}>${i18n.t('trial.open')}</button>
  </li>`;
}

export function Gateways({ api, hall, i18n, gateways, onTried }) {
  const [trying, setTrying] = useState(null);
  const list = gateways.gateways;
  const none = !list.some(isReal);
  return html`<section class="part" aria-labelledby="gateways-heading">
    <h3 id="gateways-heading">${i18n.t('gateways.heading')}</h3>
    ${none && html`<${None} i18n=${i18n} onlyNull=${list.length > 0} />`}
    ${list.some((one) => one.daemons.some((daemon) => daemon.capped)) && html`<p class="note bad">■ ${i18n.t('gateways.capped', { n: count(gateways.hour, i18n) })}</p>`}
    ${!none && html`<ul class="gateways">${list.map((one) => html`<${Card} key=${one.name} gateway=${one} now=${gateways.now} i18n=${i18n} onTry=${setTrying} />`)}</ul>`}
    ${trying && html`<${Trial} api=${api} hall=${hall} gateway=${trying} i18n=${i18n} onDone=${onTried} onClose=${() => setTrying(null)} />`}
  </section>`;
}
