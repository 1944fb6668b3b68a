// What services ask for when booking: typed, and only what the service names. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { serviceOf } from '../staff/calendar.js';
import { Field, typed } from '../staff/form.js';

// Each field once, though several services may ask for it.
export function fieldsOf(hall, services) {
  const all = services.flatMap((code) => serviceOf(hall, code)?.booking?.fields || []);
  return all.filter((field, i) => all.findIndex((one) => one.code === field.code) === i);
}

// {code: text} without what was left empty.
export const filled = (fields, values) =>
  Object.fromEntries(fields.map(({ code }) => [code, (values[code] || '').trim()]).filter(([, text]) => text));

export const allFilled = (fields, values) => fields.every((one) => !one.required || (values[one.code] || '').trim());

export function BookingFields({ fields, values, onChange, i18n, problemField }) {
  return fields.map((field) => {
    const set = (text) => onChange({ ...values, [field.code]: text });
    const label = `${i18n.name(field.names)}${field.required ? '' : i18n.t('optional')}`;
    const shared = {
      id: `field-${field.code}`, label, value: values[field.code] || '', required: field.required,
      problem: problemField === `fields.${field.code}` || problemField === field.code ? i18n.t('problem.field_invalid') : null,
    };
    if (field.type === 'choice') {
      return html`<${Field} key=${field.code} ...${shared} onChange=${typed(set)}>
        <option value=""></option>
        ${field.choices.map((choice) => html`<option key=${i18n.name(choice)}>${i18n.name(choice)}</option>`)}
      <//>`;
    }
    const kind = { text: 'text', number: 'text', date: 'date' }[field.type];
    return html`<${Field} key=${field.code} ...${shared} type=${kind} inputmode=${field.type === 'number' ? 'numeric' : null}
      maxlength=${field.type === 'text' ? field.max || 200 : null} onInput=${typed(set)} />`;
  });
}
