// What a service asks for besides the phone number. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { fieldFault } from '../shared/visit.js';

const KINDS = {
  text: (field) => ({ type: 'text', maxlength: field.max }),
  number: () => ({ type: 'text', inputmode: 'numeric', maxlength: 10 }),
  date: () => ({ type: 'date', min: '1900-01-01', max: '2199-12-31' }),
};

function Choice({ field, id, value, i18n, onValue, ...more }) {
  return html`<select id=${id} class="input" ...${more} onChange=${(event) => onValue(event.target.value)}>
    <option value="" selected=${!value}>${i18n.t('field.choose')}</option>
    ${field.choices.map((texts, n) => {
      // In the words of the hall's file, whatever language is shown now: the draft survives a change of it.
      const own = Object.values(texts).find(Boolean);
      return html`<option key=${n} value=${own} selected=${value === own}>${i18n.name(texts)}</option>`;
    })}
  </select>`;
}

function Field({ field, value, asked, wrong, i18n, onValue }) {
  const fault = asked ? fieldFault(field, value) || (wrong ? 'wrong' : null) : null;
  const id = `f-${field.code}`;
  const shared = {
    'aria-invalid': String(Boolean(fault)),
    'aria-describedby': fault ? `${id}-note` : null,
    required: field.required,
  };
  return html`<div class="field">
    <label for=${id}>${i18n.name(field.names)}${!field.required && html` <span
      class="small quiet">${i18n.t('field.optional')}</span>`}</label>
    ${field.type === 'choice'
      ? html`<${Choice} field=${field} id=${id} value=${value} i18n=${i18n} onValue=${onValue} ...${shared} />`
      : html`<input id=${id} class="input" autocomplete="off"
        value=${value} ...${(KINDS[field.type] || KINDS.text)(field)} ...${shared}
          onInput=${(event) => onValue(event.target.value)} />`}
    ${fault && html`<p id=${`${id}-note`} class="problem"
      role="alert">${i18n.t(`field.${fault}`, { n: field.max })}</p>`}
  </div>`;
}

// asked: faults are told; refused: the code of a field that the daemon refused.
export function Fields({ fields, values, asked, refused, i18n, onValues }) {
  return fields.map((field) => html`<${Field} key=${field.code} field=${field} value=${values[field.code] || ''}
    asked=${asked} wrong=${refused === field.code} i18n=${i18n}
    onValue=${(text) => onValues({ ...values, [field.code]: text })} />`);
}

export const firstFault = (fields, values) => fields.find((field) => fieldFault(field, values[field.code]));
