// Every action with its key. A key is changed by pressing another; one that is taken is told, and can be swapped.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Dialog } from '../shared/parts.js';
import { letterOf } from '../staff/keys.js';
import { BINDABLE } from './actions.js';
import { conflictOf, keyIn, slotOf, withKey, withSwapped } from './keymap.js';

const nameOf = (action, i18n) => i18n.t(action.id === 'resume_work' ? 'do.open.paused' : `do.${action.id}`);

// The key pressed: one that can be had, '' to have none, null for anything else.
function pressedKey(event) {
  if (event.key === 'Backspace' || event.key === 'Delete') return '';
  if (event.key === '/' && !event.ctrlKey && !event.altKey && !event.metaKey) return '/';
  return letterOf(event) || null;
}

function Row({ action, keymap, asked, i18n, onAsk, onKey }) {
  const key = keyIn(keymap, action);
  const name = nameOf(action, i18n);
  const waits = asked === slotOf(action);
  const press = (event) => {
    if (!waits || event.key === 'Tab' || event.key === 'Enter' || event.key === ' ') return;
    if (event.key === 'Escape') {
      event.preventDefault(); // the question stays, only this is given up
      return onAsk('');
    }
    const next = pressedKey(event);
    if (next === null) return;
    event.preventDefault();
    onKey(action, next);
  };
  return html`<li class="row key-row">
    <span class="name">${name}</span>
    <button type="button" class="button" aria-pressed=${String(waits)} data-slot=${slotOf(action)}
      aria-label=${i18n.t('keys.change', { name, key: key ? key.toUpperCase() : i18n.t('keys.none') })}
      onClick=${() => onAsk(waits ? '' : slotOf(action))} onKeyDown=${press} onBlur=${() => waits && onAsk('')}>
      ${waits ? i18n.t('keys.press') : key ? html`<kbd>${key.toUpperCase()}</kbd>` : i18n.t('keys.none')}</button>
  </li>`;
}

export function KeysDialog({ i18n, keymap, setKeymap, onClose }) {
  const [asked, setAsked] = useState('');
  const [clash, setClash] = useState(null); // {action, key, other}
  const onKey = (action, key) => {
    const other = conflictOf(keymap, action, key);
    setAsked('');
    setClash(other ? { action, key, other } : null);
    if (!other) setKeymap(withKey(keymap, action, key));
  };
  const swap = () => {
    setKeymap(withSwapped(keymap, clash.action, clash.key));
    setClash(null);
  };
  const onAsk = (slot) => {
    setAsked(slot);
    if (slot) setClash(null);
  };
  const reset = () => {
    setKeymap({});
    setClash(null);
  };
  const said = clash && i18n.t('keys.taken', { key: clash.key.toUpperCase(), name: nameOf(clash.other, i18n) });
  return html`<${Dialog} open=${true} onClose=${onClose} labelledBy="keys-ask" wide=${true}>
    <div class="ask keys-ask">
      <h2 id="keys-ask">${i18n.t('keys.heading')}</h2>
      <p class="quiet">${i18n.t('keys.about')}</p>
      <ul class="keys" tabindex="0" aria-labelledby="keys-ask">${BINDABLE.map((action) => html`<${Row} key=${slotOf(action)} action=${action} keymap=${keymap} asked=${asked}
        i18n=${i18n} onAsk=${onAsk} onKey=${onKey} />`)}</ul>
      <div class="foot">
        <div class="outcome" role="alert">${clash && html`<p class="problem">${said}</p>
          <button type="button" class="button" onClick=${swap}>${i18n.t('keys.swap')}</button>`}</div>
        <div class="actions">
          <button type="button" class="button" onClick=${reset}>${i18n.t('keys.reset')}</button>
          <button type="button" class="button primary" onClick=${onClose}>${i18n.t('close')}</button>
        </div>
      </div>
    </div>
  <//>`;
}
