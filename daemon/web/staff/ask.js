// The parts all dialogs are made of. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { Dialog } from '../shared/parts.js';
import { Problem } from './parts.js';

// The frame of all of them: a form; Escape gives up, Enter goes on. It stays open until the daemon said yes.
export function Ask({ id, heading, label, i18n, run, ready = true, danger = false, wide = false, onSubmit, onClose, children }) {
  const submit = async (event) => {
    event.preventDefault();
    if (ready && (await onSubmit())) onClose();
  };
  return html`<${Dialog} open=${true} onClose=${onClose} labelledBy=${`${id}-ask`} wide=${wide}>
    <form class="ask" onSubmit=${submit} novalidate>
      <h2 id=${`${id}-ask`}>${heading}</h2>
      ${children}
      <div class="foot"><${Problem} problem=${run.problem} i18n=${i18n} />
      <div class="actions">
        <button type="button" class="button" onClick=${onClose}>${i18n.t('ask.cancel')}</button>
        <button type="submit" class=${`button primary ${danger ? 'danger' : ''}`} disabled=${!ready}
          aria-busy=${run.pending ? 'true' : null}>${label}</button>
      </div></div>
    </form>
  <//>`;
}

// One of a list, or own words.
export function Choice({ name, options, value, onChange }) {
  return html`<ul class="options">
    ${options.map(
      (option) => html`<li key=${option.value}>
        <label class="option">
          <input type="radio" name=${name} checked=${option.value === value} onChange=${() => onChange(option.value)} />
          <span class="label">${option.label}</span>
        </label>
      </li>`,
    )}
  </ul>`;
}
