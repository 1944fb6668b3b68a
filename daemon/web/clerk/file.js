// The file of the present citizen: documents as a checklist, what was typed when booking, the note, what happened so far.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { KeyButton } from './parts.js';
import { History } from './history.js';
import { usePapers } from './papers.js';

function Part({ id, heading, tool, children }) {
  return html`<section aria-labelledby=${`file-${id}`}>
    <h3 id=${`file-${id}`}>${heading}${tool}</h3>
    ${children}
  </section>`;
}

function Documents({ documents, present, i18n }) {
  const [ticked, toggle] = usePapers(present.id);
  return html`<ul class="papers">
    ${documents.map((names, at) => {
      const what = `${present.service}/${at}`;
      return html`<li key=${what}><label class="option">
        <input type="checkbox" checked=${ticked.has(what)} onChange=${() => toggle(what)} />
        <span class="label">${i18n.name(names)}</span>
      </label></li>`;
    })}
  </ul>`;
}

// The fields that a service asks for when it is booked have names and, of a choice, words.
function fieldsOf(hall, booking) {
  const asked = hall.services.filter((one) => booking.services?.includes(one.code)).flatMap((one) => one.booking?.fields || []);
  return Object.entries(booking.fields || {}).map(([code, text]) => ({ code, text, names: asked.find((one) => one.code === code)?.names }));
}

function Typed({ fields, i18n }) {
  return html`<dl class="typed">
    ${fields.map(({ code, names, text }) => html`<div key=${code}><dt>${i18n.name(names) || code}</dt><dd>${text}</dd></div>`)}
  </dl>`;
}

export function File({ present, live, detail, actions, i18n, keys, keyOf, run, press }) {
  const { hall } = live;
  const documents = hall.services.find((one) => one.code === present.service)?.documents || [];
  const fields = detail.booking ? fieldsOf(hall, detail.booking) : [];
  const note = detail.ticket?.note ?? (typeof present.note === 'string' ? present.note : '');
  const button = (action) => html`<${KeyButton} key=${action.id} action=${action} i18n=${i18n} keys=${keys} keyOf=${keyOf}
    pending=${run.pending} onPress=${press} />`;
  const tools = actions.filter((action) => action.tool);
  return html`<div class="file" tabindex="0" role="group" aria-label=${i18n.t('file.label')}>
    ${note && html`<${Part} id="note" heading=${i18n.t('file.note')}><p class="note">${note}</p><//>`}
    ${documents.length > 0 && html`<${Part} id="papers" heading=${i18n.t('file.papers')}>
      <${Documents} documents=${documents} present=${present} i18n=${i18n} /><//>`}
    ${fields.length > 0 && html`<${Part} id="typed" heading=${i18n.t('file.typed')}>
      <${Typed} fields=${fields} i18n=${i18n} /><//>`}
    <${Part} id="history" heading=${i18n.t('file.history')}>
      ${detail.ticket?.history ? html`<${History} entries=${detail.ticket.history} hall=${hall} i18n=${i18n} />`
        : html`<p class="quiet small">${detail.failed
          ? html`<button type="button" class="button" onClick=${detail.ask}>${i18n.t('retry')}</button>` : i18n.t('loading')}</p>`}
    <//>
    <div class="tools">${tools.map(button)}</div>
  </div>`;
}
