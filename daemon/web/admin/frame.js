// What stands around the sections: where one is, what was changed, and the way to save it. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { Dialog } from '../shared/parts.js';
import { worksInSeveral } from '../staff/halls.js';
import { Top } from '../staff/parts.js';
import { SECTIONS } from './sections.js';

function Nav({ i18n, place, go, changed }) {
  return html`<nav class="sections" aria-label=${i18n.t('sections')}><ul>${SECTIONS.map((one) => {
    const touched = one.of.some((name) => changed([name]));
    return html`<li key=${one.id}><a class="button plain" href=${`#${place.hall}/${one.id}`}
      aria-current=${one.id === place.section ? 'page' : null}
      onClick=${(event) => {
        event.preventDefault();
        go({ ...place, section: one.id });
      }}>${i18n.t(`section.${one.id}`)}${touched ? html` <span class="badge accent">${i18n.t('changed')}</span>` : ''}</a></li>`;
  })}</ul></nav>`;
}

function Leave({ i18n, onLeave, onStay }) {
  return html`<${Dialog} open=${true} onClose=${onStay} labelledBy="leave-ask">
    <div class="ask"><h2 id="leave-ask">${i18n.t('leave.heading')}</h2><p>${i18n.t('leave.text')}</p>
      <div class="actions"><button type="button" class="button" onClick=${onStay}>${i18n.t('leave.stay')}</button>
        <button type="button" class="button primary danger" onClick=${onLeave}>${i18n.t('leave.go')}</button></div></div>
  <//>`;
}

function Bar({ i18n, list, dirty, pending, discard, preview }) {
  return html`<footer class="bar"><p role="status">
    ${dirty ? (list.length ? i18n.t('bar.changes', { n: list.length }) : i18n.t('bar.file')) : i18n.t('bar.none')}</p>
    <button type="button" class="button" disabled=${!dirty} onClick=${discard}>${i18n.t('bar.discard')}</button>
    <button type="button" class="button primary" disabled=${!dirty} aria-busy=${pending === 'preview' ? 'true' : null} onClick=${preview}>
      ${i18n.t('bar.preview')}</button>
  </footer>`;
}

export function Frame(props) {
  const { i18n, session, place, go, base, dirty, step, children } = props;
  const [leaving, setLeaving] = useState(null);
  const isBare = SECTIONS.find((one) => one.id === place.section)?.bare;
  const leave = (then) => (dirty ? setLeaving(() => then) : then());
  return html`<div class="editor">
    <${Top} i18n=${i18n} title=${html`<h1>${i18n.t('heading')}</h1><span class="quiet hall">${i18n.name(base.names)}</span>`}>
      <a class="button plain" href=${`/calendar#${place.hall}`}>${i18n.t('to.calendar')}</a>
      ${worksInSeveral(session.person) && html`<button type="button" class="button plain" onClick=${() => leave(() => go({ hall: '' }))}>
        ${i18n.t('choose.other_hall')}</button>`}
      <button type="button" class="button plain" onClick=${() => leave(session.leave)}>${i18n.t('leave')}</button>
    <//>
    <main class=${step.name}>
      ${step.name === 'edit' && html`<${Nav} ...${props} />`}
      ${children}
    </main>
    ${step.name === 'edit' && (dirty || !isBare) && html`<${Bar} ...${props} />`}
    ${leaving && html`<${Leave} i18n=${i18n} onStay=${() => setLeaving(null)} onLeave=${() => {
      setLeaving(null);
      leaving();
    }} />`}
  </div>`;
}
