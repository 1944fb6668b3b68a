// One text of messages in one language: what is typed, its variables, and beside it what a phone will show.
// SPDX-License-Identifier: MIT
import { html, useRef, useState } from '../../shared/ui.js';
import { MessagePreview, usePreview } from './preview.js';

// A message is one line; a pasted break becomes a blank.
export const oneLine = (text) => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' '); // eslint-disable-line no-control-regex

// {number} put in where the cursor stands.
function insert(box, what) {
  const { selectionStart: from, selectionEnd: to, value } = box;
  return { text: value.slice(0, from) + what + value.slice(to), at: from + what.length };
}

function Variables({ names, onInsert, i18n }) {
  return html`<div class="variables" role="group" aria-label=${i18n.t('text.variables')}>
    ${names.map((name) => html`<button type="button" class="button" key=${name} onClick=${() => onInsert(`{${name}}`)}>
      ${i18n.has(`variable.${name}`) ? i18n.t(`variable.${name}`) : name}</button>`)}
  </div>`;
}

export function MessageText({ text, lang, list, draft, onChange, i18n, api }) {
  const box = useRef(null);
  const [emptied, setEmptied] = useState(false);
  const shipped = text.shipped[lang] || '';
  const own = draft.messages?.[text.name]?.[lang];
  const value = own ?? (emptied ? '' : shipped);
  const id = `text-${text.name}-${lang}`;
  const signature = draft.message_signature
    ? { signature: draft.message_signature, signature_at: draft.message_signature_at || 'front' }
    : { signature_at: 'none' };
  const preview = usePreview({
    api,
    path: `/halls/${draft.code}/messages/preview`,
    body: { name: text.name, lang, ...((own || shipped) && { text: own || shipped }), ...signature },
  });
  const change = (typed) => {
    const next = oneLine(typed);
    setEmptied(next === '');
    onChange(next === shipped ? '' : next);
  };
  const put = (what) => {
    const { text: next, at } = insert(box.current, what);
    box.current.value = next;
    box.current.setSelectionRange(at, at);
    box.current.focus();
    change(next);
  };
  // Places are counted in characters, those of the box in UTF-16 units.
  const show = (at, length) => {
    const from = Array.from(value).slice(0, at).join('').length;
    box.current.focus();
    box.current.setSelectionRange(from, from + length);
  };
  const back = () => {
    setEmptied(false);
    onChange('');
  };
  const fatal = preview.fresh && preview.answer?.problems.some((one) => one.fatal);
  return html`<div class="message-text">
    <div class="field">
      <label for=${id}>${i18n.t(`lang.${lang}`)}</label>
      <textarea ref=${box} id=${id} class="input" rows="3" lang=${lang} maxlength=${list.characters_max} value=${value}
        placeholder=${shipped} aria-describedby=${`${id}-preview`} aria-invalid=${fatal ? 'true' : null} data-wrong=${fatal ? 'yes' : null}
        onInput=${(event) => change(event.target.value)}></textarea>
      <${Variables} names=${text.variables} onInsert=${put} i18n=${i18n} />
      <p class="quiet small state">${own ? html`<button type="button" class="button" onClick=${back}>${i18n.t('text.reset')}</button>`
        : i18n.t(emptied ? 'text.empty' : 'text.shipped')}</p>
    </div>
    <${MessagePreview} id=${`${id}-preview`} preview=${preview} lang=${lang} list=${list} i18n=${i18n}
      onReplace=${(from, to) => change(value.replaceAll(from, to))} onPlace=${show} value=${value} />
  </div>`;
}
