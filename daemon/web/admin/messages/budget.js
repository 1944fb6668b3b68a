// What the month's messages are of its budget: the sentence says it, the bar shows it. SPDX-License-Identifier: MIT
import { html } from '../../shared/ui.js';
import { budgetOf, costOf } from './rules.js';

const WIDE = 100;
const SHAPES = { bad: '■', warn: '▲', good: '●' };
const count = (n, i18n) => new Intl.NumberFormat(i18n.lang === 'zh' ? 'zh-CN' : 'en-GB').format(n);

function Bar({ spent, i18n }) {
  const used = Math.min(1, spent.share) * WIDE;
  const ahead = Math.min(1, spent.ahead / spent.max) * WIDE;
  return html`<svg class=${`budget-bar ${spent.tone}`} viewBox="0 0 100 4" preserveAspectRatio="none" role="img"
    aria-label=${i18n.t('budget.share', { percent: Math.round(spent.share * 100) })}>
    <rect class="ground" width="100" height="4" /><rect class="ahead" width=${ahead} height="4" /><rect class="used" width=${used} height="4" />
  </svg>`;
}

function words(spent, i18n) {
  if (spent.used >= spent.max) return i18n.t('budget.over');
  if (spent.ahead > spent.max) return i18n.t('budget.ahead.over', { n: count(spent.ahead, i18n) });
  return i18n.t('budget.ahead', { n: count(spent.ahead, i18n) });
}

export function Budget({ i18n, gateways, zone }) {
  const { month, budget } = gateways;
  const spent = budgetOf(gateways, zone);
  const cost = costOf(month, budget, i18n.lang);
  const most = spent && costOf(spent.max, budget, i18n.lang);
  return html`<section class="part" aria-labelledby="budget-heading">
    <h3 id="budget-heading">${i18n.t('budget.heading')}</h3>
    <div class="card budget" data-tone=${spent?.tone || 'none'}>
      <p class="sum"><b>${i18n.t(spent ? 'budget.sum' : 'budget.sum.none', { n: count(month, i18n), max: spent && count(spent.max, i18n), percent: spent && Math.round(spent.share * 100) })}</b></p>
      ${cost && html`<p>${i18n.t(most ? 'budget.cost.of' : 'budget.cost', { cost, max: most })}</p>`}
      ${spent && html`<${Bar} spent=${spent} i18n=${i18n} />
        <p class=${`note ${spent.tone}`}><span aria-hidden="true">${SHAPES[spent.tone]}</span> ${words(spent, i18n)}</p>`}
      ${!spent && html`<p class="quiet small">${i18n.t('budget.none')}</p>`}
      <p class="quiet small">${i18n.t('budget.part')}</p>
    </div>
  </section>`;
}
