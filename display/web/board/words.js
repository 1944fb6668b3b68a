// Sentences and names in the languages of the hall: side by side, so that nobody has to wait for theirs to come round, or
// where the layout says so one after the other. Numbers are no words: they stay. SPDX-License-Identifier: MIT
import { html } from '../../../daemon/web/shared/ui.js';

// One sentence (k) or one name (names) in each language of the hall.
export function Both({ ui, k, values, names }) {
  const langs = names ? ui.nameLangs : ui.langs;
  const texts = langs.map((lang) => [lang, names ? ui.i18n.name(names, lang) : ui.i18n.t(k, values, lang)]);
  const distinct = texts.filter(([, text], i) => texts.findIndex((other) => other[1] === text) === i);
  const shown = ui.cycling ? [distinct[ui.turn % distinct.length]] : distinct;
  return html`<span class="both">
    ${shown.map(([lang, text]) => html`<span lang=${ui.i18n.tag(lang) || lang}>${text}</span> `)}
  </span>`;
}

// Codes of counters may be long ("east-12"); they shrink rather than spill.
export function sizeOf(text) {
  if (text.length > 8) return 'longest';
  if (text.length > 5) return 'long';
  return text.length > 4 ? 'five' : '';
}

// A bare letter beside the counter's number would be read as a part of it.
const SHORT_ZONE = /^[A-Z0-9]{1,2}$/;

export function Zone({ ui, zone }) {
  return SHORT_ZONE.test(zone) ? html`<${Both} ui=${ui} k="zone" values=${{ zone }} />` : zone;
}

export function Pages({ count, shown }) {
  if (count < 2) return null;
  return html`<p class="pages" aria-hidden="true">
    ${Array.from({ length: count }, (_, i) => html`<span class=${i === shown ? 'here' : ''}></span>`)}
  </p>`;
}
