// Section: public holidays and the days worked instead, one by one or from a list. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { weekdayText } from '../shared/dates.js';
import { WEEKDAYS } from '../staff/calendar.js';
import { Field, typed } from '../staff/form.js';
import { addHolidays, readHolidays } from './holidays_text.js';
import { DateField, Entries, Texts, Yes } from './parts.js';
import { holidayText } from './words.js';

function Holiday({ one, change, id, draft, i18n }) {
  const put = (part) => {
    const next = { ...one, ...part };
    for (const key of Object.keys(next)) if (next[key] === undefined || next[key] === '') delete next[key];
    change(next);
  };
  return html`<details open=${!Object.keys(one.names || {}).length}><summary>${holidayText(one, i18n) || i18n.t('holidays.new')}</summary>
    <div class="inline">
      <${DateField} id=${`${id}-from`} label=${i18n.t('dates.from')} value=${one.from} onChange=${(from) => put({ from })} />
      <${DateField} id=${`${id}-to`} label=${i18n.t('dates.to')} value=${one.to} onChange=${(to) => put({ to })} />
    </div>
    <${Texts} id=${`${id}-names`} label=${i18n.t('name')} value=${one.names} languages=${draft.languages}
      onChange=${(names) => change({ ...one, names })} i18n=${i18n} />
    <${Yes} id=${`${id}-workday`} label=${i18n.t('holiday.is_workday')} value=${one.workday}
      onChange=${(workday) => put({ workday, like: workday ? one.like || 'mon' : undefined })} />
    ${one.workday && html`<${Field} id=${`${id}-like`} label=${i18n.t('special.like')} value=${one.like || 'mon'}
      onChange=${typed((like) => put({ like }))}>
      ${WEEKDAYS.map((day, i) => html`<option key=${day} value=${day}>${weekdayText(i, i18n.lang)}</option>`)}<//>`}
  </details>`;
}

function Import({ draft, set, i18n }) {
  const [text, setText] = useState('');
  const [said, setSaid] = useState(null);
  const read = () => {
    const found = readHolidays(text);
    if (found.fault) return setSaid({ bad: true, text: i18n.t(found.line ? 'import.line' : `import.${found.fault}`, { n: found.line }) });
    const before = draft.holidays || [];
    const after = addHolidays(before, found.holidays);
    set(['holidays'], after);
    setText('');
    return setSaid({ text: i18n.t('import.done', { n: found.holidays.length }) });
  };
  const take = async (event) => {
    const [file] = event.target.files;
    if (file) setText(await file.text());
    event.target.value = '';
  };
  return html`<details class="card import"><summary>${i18n.t('import.heading')}</summary>
    <p class="quiet">${i18n.t('import.lead')}</p>
    <div class="field"><label for="import-file">${i18n.t('import.file')}</label>
      <input id="import-file" class="input" type="file" accept=".yaml,.yml,.json,.txt" onChange=${take} /></div>
    <div class="field"><label for="import-text">${i18n.t('import.text')}</label>
      <textarea id="import-text" class="input mono" rows="6" spellcheck="false" value=${text} onInput=${typed(setText)}></textarea></div>
    <button type="button" class="button" disabled=${!text.trim()} onClick=${read}>${i18n.t('import.do')}</button>
    <p role="status" class=${said?.bad ? 'problem' : ''}>${said?.text}</p>
  </details>`;
}

export function Holidays({ draft, set, i18n, today }) {
  return html`<${Import} draft=${draft} set=${set} i18n=${i18n} />
    <${Entries} id="holiday" value=${draft.holidays || []} i18n=${i18n} add=${i18n.t('holidays.add')} none=${i18n.t('holidays.none')}
      fresh=${() => ({ from: today, names: {}, workday: false })} removeLabel=${(one) => holidayText(one, i18n)}
        onChange=${(value) => set(['holidays'], value)}
      render=${(one, change, id) => html`<${Holiday} one=${one} change=${change} id=${id} draft=${draft} i18n=${i18n} />`} />`;
}
