// The bar under the name: what staff announce, and what gives no more numbers today. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../../../daemon/web/shared/ui.js';
import { notices } from './fold.js';
import { Both } from './words.js';

const JOINT = { zh: '、' };

function Stopped({ ui, services, reason }) {
  const lines = ui.langs.map((lang) => {
    const names = services?.map((service) => ui.i18n.name(service.names, lang)).join(JOINT[lang] ?? ', ');
    return [lang, services ? ui.i18n.t('stopped.some', { names }, lang) : ui.i18n.t('stopped.all', {}, lang)];
  });
  return html`<p class="stopped">
    <span class="both">${lines.map(([lang, text]) => html`<span lang=${ui.i18n.tag(lang)}>${text}</span> `)}</span>
    <span class="reason">${reason}</span>
  </p>`;
}

function Announcement({ ui, texts }) {
  const mine = ui.nameLangs.filter((lang) => texts[lang]);
  const langs = mine.length ? mine : Object.keys(texts);
  return html`<p class="announcement"><span class="both">
    ${langs.map((lang) => html`<span lang=${ui.i18n.tag(lang) || lang}>${texts[lang]}</span> `)}
  </span></p>`;
}

const LOOK_MS = 5000; // an announcement ends by itself

function useNotices(ui, clock, board) {
  const [, look] = useState(0);
  const list = notices({ services: ui.scope.services }, board, clock.now());
  useEffect(() => {
    if (!list.length || ui.paper) return undefined;
    const timer = setInterval(() => look((n) => n + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, [list.length > 0]);
  return list;
}

export function Notices({ ui, clock, board }) {
  const list = useNotices(ui, clock, board);
  const { unknown } = ui.layout;
  if (!list.length && !unknown) return null;
  return html`<section class="notices" role="status">
    ${list.map((one, i) => one.texts
      ? html`<${Announcement} key="announcement" ui=${ui} texts=${one.texts} />`
      : html`<${Stopped} key=${i} ui=${ui} services=${one.stopped} reason=${one.reason} />`)}
    ${unknown && html`<p key="unknown" class="stopped"><${Both} ui=${ui} k="layout.unknown" values=${{ code: unknown }} /></p>`}
  </section>`;
}
