// Section: the hall file itself as YAML, for what has no form here, and to paste a whole one. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { typed } from '../staff/form.js';

export function WholeFile({ i18n, api, path, dirty, text, setText }) {
  const [state, setState] = useState({});
  const load = () => {
    setState({});
    api.get(path, { accept: 'application/yaml' }).then((yaml) => setState({ yaml }), (error) => setState({ error }));
  };
  useEffect(load, [dirty]);
  if (dirty) return html`<p class="card">${i18n.t('file.first')}</p>`;
  if (state.error) return html`<p class="problem" role="alert">${problemText(state.error, i18n)}</p><button type="button" class="button"
    onClick=${load}>${i18n.t('retry')}</button>`;
  if (!state.yaml) return html`<p class="quiet" role="status">${i18n.t('loading')}</p>`;
  const take = async (event) => {
    const [file] = event.target.files;
    if (file) setText(await file.text());
    event.target.value = '';
  };
  return html`<div class="field"><label for="file-upload">${i18n.t('file.upload')}</label>
      <input id="file-upload" class="input" type="file" accept=".yaml,.yml,.json" onChange=${take} /></div>
    <div class="field"><label for="file-text">${i18n.t('file.text')}</label>
      <textarea id="file-text" class="input mono" rows="24" spellcheck="false" value=${text || state.yaml}
        onInput=${typed((value) => setText(value === state.yaml ? '' : value))}></textarea></div>`;
}
