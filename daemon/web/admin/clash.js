// Somebody else stored the hall meanwhile: what they changed, and how to go on without losing either side.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { changes } from './file.js';
import { ChangeList } from './preview.js';

export function Clash({ theirs, base, mine, draft, i18n, onTake }) {
  const list = changes(base, theirs.file);
  return html`<section class="preview" aria-labelledby="preview-heading">
    <h2 id="preview-heading" tabindex="-1">${i18n.t('clash.heading')}</h2>
    <p role="alert">${i18n.t('clash.text')}</p>
    <section class="card"><h3>${i18n.t('clash.theirs', { n: list.length })}</h3>
      ${list.length ? html`<${ChangeList} list=${list} files=${{ before: base, after: theirs.file }} i18n=${i18n} />` : html`<p
        class="quiet">${i18n.t('clash.nothing')}</p>`}</section>
    <section class="card"><h3>${i18n.t('clash.mine', { n: mine.length })}</h3>
      <${ChangeList} list=${mine} files=${{ before: base, after: draft }} i18n=${i18n} /></section>
    <div class="actions"><button type="button" class="button" onClick=${() => onTake(false)}>${i18n.t('clash.drop')}</button>
      <button type="button" class="button primary" onClick=${() => onTake(true)}>${i18n.t('clash.merge')}</button></div>
  </section>`;
}
