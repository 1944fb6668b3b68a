// Fields of forms. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';

// A labelled input. note: what it does; problem: what is wrong with it.
export function Field({ id, label, note, problem, class: more = '', children, ...input }) {
  const about = [note && `${id}-note`, problem && `${id}-problem`].filter(Boolean).join(' ') || null;
  const shared = { id, class: 'input', 'aria-describedby': about, 'aria-invalid': problem ? 'true' : null };
  return html`<div class=${`field ${more}`}>
    <label for=${id}>${label}</label>
    ${children ? html`<select ...${shared} ...${input}>${children}</select>` : html`<input ...${shared} autocomplete="off" ...${input} />`}
    ${note && html`<p id=${`${id}-note`} class="quiet small">${note}</p>`}
    ${problem && html`<p id=${`${id}-problem`} class="problem">${problem}</p>`}
  </div>`;
}

export const typed = (set) => (event) => set(event.target.value);

export function Check({ id, label, note, checked, onChange, ...rest }) {
  return html`<div class="check">
    <label><input type="checkbox" id=${id} checked=${checked} aria-describedby=${note ? `${id}-note` : null}
      onChange=${(event) => onChange(event.target.checked)} ...${rest} /> ${label}</label>
    ${note && html`<p id=${`${id}-note`} class="quiet small">${note}</p>`}
  </div>`;
}

// One of a few, side by side. options: [{value, label}]
export function Switch({ label, options, value, onChange }) {
  return html`<div class="switch" role="group" aria-label=${label}>
    ${options.map((one) => html`<button type="button" class="button" key=${one.value} aria-pressed=${String(one.value === value)}
      onClick=${() => onChange(one.value)}>${one.label}</button>`)}
  </div>`;
}
