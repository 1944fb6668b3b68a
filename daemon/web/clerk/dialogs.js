// What asks before it acts, or shows more than fits on the desk. A new one: a row of DIALOGS, by the action's id.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Ask, Choice } from '../staff/ask.js';
import { CallDialog } from './dialog_call.js';
import { DirectDialog } from './dialog_direct.js';
import { FindDialog } from './dialog_find.js';
import { KeysDialog } from './dialog_keys.js';
import { DelayDialog, NoteDialog, ReprintDialog, TicketDialog } from './dialog_ticket.js';
import { TransferDialog } from './dialog_transfer.js';

const REASONS = ['lunch', 'short', 'meeting', 'system'];
const REASON_MAX = 60;

function PauseDialog({ action, i18n, run, perform, onClose }) {
  const [reason, setReason] = useState(REASONS[0]);
  const [text, setText] = useState('');
  const options = [...REASONS, 'other'].map((value) => ({ value, label: i18n.t(`pause.${value}`) }));
  const said = reason === 'other' ? text.trim() : i18n.t(`pause.${reason}`);
  return html`<${Ask} id="pause" heading=${i18n.t('pause.heading')} label=${i18n.t('do.pause')} i18n=${i18n} run=${run}
    ready=${Boolean(said)} onSubmit=${() => perform(action, { reason: said })} onClose=${onClose}>
    <fieldset>
      <legend>${i18n.t('pause.reason')}</legend>
      <${Choice} name="reason" options=${options} value=${reason} onChange=${setReason} />
    </fieldset>
    ${reason === 'other' &&
    html`<div class="field">
      <label for="pause-text">${i18n.t('pause.text')}</label>
      <input id="pause-text" class="input" maxlength=${REASON_MAX} value=${text} onInput=${(event) => setText(event.target.value)} />
    </div>`}
  <//>`;
}

function CloseDialog({ action, i18n, run, perform, onClose }) {
  return html`<${Ask} id="close" heading=${i18n.t('close.heading')} label=${i18n.t('do.close')} i18n=${i18n} run=${run} danger=${true}
    onSubmit=${() => perform(action)} onClose=${onClose}>
    <p>${i18n.t('close.text')}</p>
  <//>`;
}

export const DIALOGS = {
  pause: PauseDialog, close: CloseDialog, call: CallDialog, transfer: TransferDialog, direct: DirectDialog, delay: DelayDialog,
  note: NoteDialog, reprint: ReprintDialog, find: FindDialog, ticket: TicketDialog, keys: KeysDialog,
};
