// What stands beside the grid: the open booking, the waitlist, the conflicts, and what runs a hall's days.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { Conflicts } from './conflicts.js';
import { Detail } from './detail.js';
import { Waiting } from './waiting.js';

function Manage({ i18n, onAsk, said }) {
  return html`<p class="done" role="status">${said}</p>
    <ul class="manage">
      <li><button type="button" class="button" onClick=${() => onAsk('close')}>${i18n.t('manage.close')}</button>
        <p class="quiet small">${i18n.t('manage.close.note')}</p></li>
      <li><button type="button" class="button" onClick=${() => onAsk('unblock')}>${i18n.t('manage.unblock')}</button>
        <p class="quiet small">${i18n.t('manage.unblock.note')}</p></li>
    </ul>`;
}

export function Panel({ name, i18n, onClose, ...rest }) {
  const shared = { i18n, onClose, ...rest };
  return html`<aside class="panel" aria-labelledby="panel-heading" data-panel=${name}>
    <header><h2 id="panel-heading">${i18n.t(`panel.${name}`)}</h2>
      <button type="button" class="button plain" onClick=${onClose}>${i18n.t('close')}</button></header>
    <div class="inside">
      ${name === 'booking' && html`<${Detail} key=${rest.id} ...${shared} />`}
      ${name === 'waiting' && html`<${Waiting} ...${shared} asked=${rest.waiting} />`}
      ${name === 'conflicts' && html`<${Conflicts} ...${shared} asked=${rest.conflicts} />`}
      ${name === 'manage' && html`<${Manage} ...${shared} />`}
    </div>
  </aside>`;
}
