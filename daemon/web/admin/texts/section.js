// Section: texts of messages. Which there are, their variables and shipped words come from the daemon; a new kind needs its
// words in zh.json and en.json, nothing else. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../../shared/ui.js';
import { problemText } from '../../shared/i18n.js';
import { Field, Switch, typed } from '../../staff/form.js';
import { costText } from './preview.js';
import { MessageText } from './one.js';

const FORBIDDEN = /[【】{}]/u;
const GROUPS = ['line', 'booking', 'reply', 'staff'];
// By what its shipped text is about; whatever is new stands somewhere at once.
const groupOf = ({ name, staff, shipped }) => {
  if (staff) return 'staff';
  if (name.startsWith('reply_')) return 'reply';
  return /\{(number|ahead|counter)\}/.test(shipped.zh) ? 'line' : 'booking';
};
export const nameOf = (name, i18n) => {
  const key = `label.messages.${name}`;
  return i18n.has(key) ? i18n.t(key) : name.replaceAll('_', ' ');
};

function Signature({ draft, set, i18n, list }) {
  const value = draft.message_signature || '';
  const length = Array.from(value).length;
  const wrong = value && (FORBIDDEN.test(value) ? 'signature.brackets' : length < list.signature_min && 'signature.short');
  const change = (text) => {
    set(['message_signature'], text.trim() || undefined);
    if (!text.trim()) set(['message_signature_at'], undefined);
  };
  return html`<div class="inline signature">
    <${Field} id="message-signature" class="grow" label=${i18n.t('label.message_signature')} note=${i18n.t('does.message_signature')}
      maxlength=${list.signature_max} value=${value} placeholder=${i18n.t('signature.none')} data-wrong=${wrong ? 'yes' : null}
      problem=${wrong ? i18n.t(wrong, { n: list.signature_min }) : null} onInput=${typed(change)} />
    ${value && html`<div class="field"><${Switch} label=${i18n.t('label.message_signature_at')}
      options=${['front', 'end'].map((at) => ({ value: at, label: i18n.t(`value.message_signature_at.${at}`) }))}
      value=${draft.message_signature_at || 'front'}
      onChange=${(at) => set(['message_signature_at'], at === 'front' ? undefined : at)} /></div>`}
  </div>`;
}

function Row({ text, open, onOpen, draft, changed, i18n, children }) {
  const own = Object.keys(draft.messages?.[text.name] || {}).length > 0;
  const when = `text.when.${text.name}`;
  return html`<li class=${open ? 'open' : ''}>
    <button type="button" class="row" aria-expanded=${String(open)} aria-controls=${open ? `message-${text.name}` : null}
      onClick=${onOpen}>
      <b>${nameOf(text.name, i18n)}</b>
      ${i18n.has(when) && html`<span class="quiet">${i18n.t(when)}</span>`}
      ${own && html`<span class="badge">${i18n.t('text.own')}</span>`}
      ${changed(['messages', text.name]) && html`<span class="badge accent">${i18n.t('changed')}</span>`}
    </button>
    ${open && html`<div id=${`message-${text.name}`} class="message">${children}</div>`}
  </li>`;
}

function useList(api, code) {
  const [state, setState] = useState({});
  const load = () => {
    setState({});
    api.get(`/halls/${code}/messages/texts`).then((list) => setState({ list }), (error) => setState({ error }));
  };
  useEffect(load, [code]);
  return [state, load];
}

export function Texts({ draft, set, i18n, api, changed }) {
  const [{ list, error }, load] = useList(api, draft.code);
  const [open, setOpen] = useState('');
  if (error) return html`<p class="problem" role="alert">${problemText(error, i18n)}</p><button type="button" class="button"
    onClick=${load}>${i18n.t('retry')}</button>`;
  if (!list) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  const put = (name, lang, text) => {
    const texts = { ...draft.messages?.[name], [lang]: text };
    if (!text) delete texts[lang];
    set(['messages', name], Object.keys(texts).length ? texts : undefined);
  };
  const groups = GROUPS.map((id) => ({ id, texts: list.texts.filter((text) => groupOf(text) === id) })).filter((one) => one.texts.length);
  return html`<${Signature} draft=${draft} set=${set} i18n=${i18n} list=${list} />
    <p class="quiet">${list.price ? i18n.t('text.price', { cost: costText(list.price, i18n) }) : i18n.t('text.no_price')}</p>
    ${groups.map(({ id, texts }) => html`<section key=${id} aria-labelledby=${`messages-${id}`}>
      <h3 id=${`messages-${id}`}>${i18n.t(`texts.${id}`)}</h3>
      <ul class="texts-list">${texts.map((text) => html`<${Row} key=${text.name} text=${text} open=${open === text.name} draft=${draft}
        changed=${changed} i18n=${i18n} onOpen=${() => setOpen(open === text.name ? '' : text.name)}>
        ${draft.languages.map((lang) => html`<${MessageText} key=${lang} text=${text} lang=${lang} list=${list} draft=${draft}
          onChange=${(value) => put(text.name, lang, value)} i18n=${i18n} api=${api} />`)}
      <//>`)}</ul></section>`)}`;
}
