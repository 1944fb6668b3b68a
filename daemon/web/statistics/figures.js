// The day in six figures. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { countText, minutesText, percentText } from './text.js';

// Each with what it is of: a share of three calls says little.
function figuresOf(total, i18n) {
  const rated = (total.good ?? 0) + (total.bad ?? 0);
  return [
    ['served', countText(total.served), i18n.t('served.of', { n: total.arrived })],
    ['wait', minutesText(total.wait.p50, i18n), total.wait.n ? i18n.t('wait.of', { time: minutesText(total.wait.p90, i18n) }) : i18n.t('nobody')],
    ['target', percentText(total.target_percent), i18n.t('target.of', { n: total.target_of ?? 0 })],
    ['service', minutesText(total.service_time.p50, i18n), total.service_time.n
      ? i18n.t('wait.of', { time: minutesText(total.service_time.p90, i18n) }) : i18n.t('nobody')],
    ['missed', percentText(total.missed_percent), i18n.t('missed.of', { n: total.missed ?? 0, of: total.called ?? 0 })],
    ['forecasts', percentText(total.forecasts_percent), i18n.t('forecasts.of', { n: total.forecasts_given ?? 0 })],
    ['ratings', percentText(total.good_percent), i18n.t('ratings.of', { n: rated })],
  ];
}

export function Figures({ total, i18n }) {
  return html`<dl class="figures">
    ${figuresOf(total, i18n).map(([id, value, about]) => html`<div class="card" key=${id} data-figure=${id}>
      <dt>${i18n.t(`figure.${id}`)}</dt>
      <dd><span class="value number">${value}</span> <span class="quiet small">${about}</span></dd>
    </div>`)}
  </dl>`;
}
