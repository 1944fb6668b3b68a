// What the sections of the editor are made of. Each input says with a sentence what it does. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { weekdayText } from '../shared/dates.js';
import { WEEKDAYS } from '../staff/calendar.js';
import { Check, Field, typed } from '../staff/form.js';

export const LANGUAGES = ['zh', 'en', 'de'];
const two = (n) => String(n).padStart(2, '0');

// A whole number within bounds. What is no number stays as typed and is marked; it cannot be saved.
export function Num({ id, label, note, value, min = 0, max, unit, onChange, i18n }) {
  const wrong = !Number.isInteger(value) || value < min || (max !== undefined && value > max);
  const set = (text) => onChange(/^\d+$/.test(text.trim()) ? Number(text) : text.trim());
  return html`<${Field} id=${id} class="num" label=${unit ? `${label}${i18n.t('unit', { unit })}` : label} note=${note}
    inputmode="numeric" maxlength="6" value=${String(value ?? '')}
    data-wrong=${wrong ? 'yes' : null} problem=${wrong ? i18n.t(max === undefined ? 'wrong.number' : 'wrong.range', { min, max }) : null}
      onInput=${typed(set)} />`;
}

// A local time; "24:00" is the end of the day and cannot be typed into a time input.
export function Time({ id, label, value, onChange, i18n }) {
  const wrong = !/^([01]\d|2[0-4]):[0-5]\d$/.test(value || '');
  const tidy = (text) => {
    const match = /^\s*(\d{1,2})\s*[:：.]?\s*(\d{2})\s*$/.exec(text);
    return match ? `${two(Number(match[1]))}:${match[2]}` : text.trim();
  };
  return html`<${Field} id=${id} class="time-field" label=${label} inputmode="numeric" maxlength="6" placeholder="08:00"
    value=${value || ''} data-wrong=${wrong ? 'yes' : null}
    problem=${wrong && value ? i18n.t('wrong.time') : null} onInput=${typed(onChange)}
      onChange=${(event) => onChange(tidy(event.target.value))} />`;
}

export function DateField({ id, label, value, onChange, note }) {
  return html`<${Field} id=${id} type="date" label=${label} note=${note} value=${value || ''}
    onInput=${(event) => onChange(event.target.value || undefined)} />`;
}

// A name in the hall's languages.
export function Texts({ id, label, value, languages, onChange, i18n, maxlength = 200 }) {
  return html`<fieldset class="texts"><legend>${label}</legend>
    ${languages.map((lang) => html`<${Field} key=${lang} id=${`${id}-${lang}`} label=${i18n.t(`lang.${lang}`)} lang=${lang}
      maxlength=${maxlength} value=${value?.[lang] || ''}
      onInput=${typed((text) => {
        const next = { ...value, [lang]: text };
        if (!text) delete next[lang];
        onChange(next);
      })} />`)}
  </fieldset>`;
}

export function Days({ id, value, onChange, i18n }) {
  const toggle = (day, on) => onChange(WEEKDAYS.filter((one) => (one === day ? on : value.includes(one))));
  return html`<fieldset class="days"><legend>${i18n.t('span.days')}</legend>
    ${WEEKDAYS.map((day, i) => html`<label key=${day} class="day-box"><input type="checkbox" id=${`${id}-${day}`}
      checked=${value.includes(day)}
      onChange=${(event) => toggle(day, event.target.checked)} /><span>${weekdayText(i, i18n.lang, 'weekday_short')}</span></label>`)}
  </fieldset>`;
}

// A weekly span: days, from, to, and every how many weeks. children: what else belongs to it.
export function Span({ id, value, onChange, i18n, children }) {
  const set = (part) => onChange({ ...value, ...part });
  const weeks = (n) => set({ every_weeks: n, week_of: n > 1 ? value.week_of : undefined });
  return html`<div class="span">
    <${Days} id=${id} value=${value.days} onChange=${(days) => set({ days })} i18n=${i18n} />
    <div class="inline">
      <${Time} id=${`${id}-from`} label=${i18n.t('span.from')} value=${value.from} onChange=${(from) => set({ from })} i18n=${i18n} />
      <${Time} id=${`${id}-to`} label=${i18n.t('span.to')} value=${value.to} onChange=${(to) => set({ to })} i18n=${i18n} />
      <${Field} id=${`${id}-every`} label=${i18n.t('span.every')} value=${String(value.every_weeks || 1)}
        onChange=${(event) => weeks(Number(event.target.value))}>
        ${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 26, 52, value.every_weeks].filter((n, i, all) => n && all.indexOf(n) === i)
          .map((n) => html`<option key=${n} value=${n}>${n === 1 ? i18n.t('span.each') : i18n.t('span.nth', { n })}</option>`)}<//>
      ${value.every_weeks > 1 && html`<${DateField} id=${`${id}-week`} label=${i18n.t('span.week_of')} value=${value.week_of}
        onChange=${(week_of) => set({ week_of })} />`}
      ${children}
    </div>
  </div>`;
}

export function Yes({ id, label, note, value, onChange }) {
  return html`<${Check} id=${id} label=${label} note=${note} checked=${Boolean(value)} onChange=${onChange} />`;
}

// Entries one below the other, each with "remove", and "add" at the end.
export function Entries({ id, value, fresh, render, onChange, i18n, add, none, removeLabel, max = 400 }) {
  const set = (i, one) => onChange(value.map((old, n) => (n === i ? one : old)));
  return html`<div class="entries">
    ${!value.length && none && html`<p class="quiet">${none}</p>`}
    <ol>${value.map((one, i) => html`<li key=${i} class="entry">
      <div class="what">${render(one, (next) => set(i, next), `${id}-${i}`)}</div>
      <button type="button" class="button plain" aria-label=${i18n.t('remove.that', { what: removeLabel(one) })}
        onClick=${() => onChange(value.filter((_, n) => n !== i))}>${i18n.t('remove')}</button>
    </li>`)}</ol>
    ${value.length < max && html`<button type="button" class="button" onClick=${() => onChange([...value, fresh()])}>+ ${add}</button>`}
  </div>`;
}
