// A section that comes when it is opened, with its own words. After an update of the daemon it may be gone: then the page is
// older than what it asks for, and has to be loaded again. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';

// bring: () => import(…) of a module with `words` ({zh, en}) and `View`.
export function Later({ bring, ...props }) {
  const { i18n } = props;
  const [now, setNow] = useState({});
  const load = () => {
    setNow({});
    bring().then(({ View, words }) => {
      i18n.add(words);
      setNow({ View });
    }, () => setNow({ failed: true }));
  };
  useEffect(load, []);
  if (now.View) return html`<${now.View} ...${props} />`;
  if (!now.failed) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  return html`<div class="card" role="alert"><p>${i18n.t('later.failed')}</p>
    <div class="actions"><button type="button" class="button primary" onClick=${() => location.reload()}>${i18n.t('later.reload')}</button></div></div>`;
}
