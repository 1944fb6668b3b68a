// Where is the message of this citizen? By ticket or booking number, state and kind; each opens into its life.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../../shared/ui.js';
import { problemText } from '../../shared/i18n.js';
import { Field, typed } from '../../staff/form.js';
import { Message } from './life.js';
import { KINDS, STATES, numberOf } from './rules.js';
import { kindText } from './today.js';

const EVERY_MS = 5000;
const LIMIT = 25;
const QUIET_MS = 250; // after the last key

const queryOf = ({ number, state, kind }, more = {}) => {
  const asked = { number: numberOf(number), state, kind, limit: LIMIT, ...more };
  return Object.entries(asked).filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
};

// The newest ones again and again; pages behind them stay as they were.
function useFound({ api, hall, filter }) {
  const [found, setFound] = useState({});
  const query = queryOf(filter);
  const path = `/halls/${hall}/messages?`;
  useEffect(() => {
    let over = false;
    let timer = null;
    const round = async () => {
      try {
        const { messages, before } = await api.get(path + query, { retries: 0 });
        if (!over) setFound((old) => (old.query === query ? { ...old, messages, error: null, ...(!old.older && { before }) } : { query, messages, before }));
      } catch (error) {
        if (!over) setFound((old) => ({ ...old, error }));
      }
      if (!over) timer = setTimeout(round, document.hidden ? 12 * EVERY_MS : EVERY_MS);
    };
    timer = setTimeout(round, found.query === undefined ? 0 : QUIET_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [hall, query]);
  const more = async () => {
    try {
      const { messages, before } = await api.get(path + queryOf(filter, { before: found.before }), { retries: 0 });
      setFound((old) => ({ ...old, older: [...(old.older || []), ...messages], before }));
    } catch (error) {
      setFound((old) => ({ ...old, error }));
    }
  };
  const newest = found.messages || [];
  const shown = new Set(newest.map((one) => one.message));
  return { ...found, list: [...newest, ...(found.older || []).filter((one) => !shown.has(one.message))], current: found.query === query, more };
}

function Filter({ filter, change, i18n }) {
  const wrong = filter.number.trim() && !numberOf(filter.number);
  const states = ['failed', ...STATES];
  return html`<form class="inline filter" role="search" aria-label=${i18n.t('find.heading')} onSubmit=${(event) => event.preventDefault()}>
    <${Field} id="find-number" type="search" label=${i18n.t('find.number')} maxlength="16" spellcheck=${false} autocapitalize="characters" placeholder="A012"
      value=${filter.number} problem=${wrong ? i18n.t('find.number.wrong') : null} onInput=${typed((number) => change({ number }))} />
    <${Field} id="find-state" label=${i18n.t('find.state')} value=${filter.state} onChange=${typed((state) => change({ state }))}>
      <option value="">${i18n.t('find.any_state')}</option>
      ${states.map((one) => html`<option key=${one} value=${one}>${i18n.t(`state.${one}`)}</option>`)}<//>
    <${Field} id="find-kind" label=${i18n.t('find.kind')} value=${filter.kind} onChange=${typed((kind) => change({ kind }))}>
      <option value="">${i18n.t('find.any_kind')}</option>
      ${KINDS.map((one) => html`<option key=${one} value=${one}>${kindText(one, i18n)}</option>`)}<//>
  </form>`;
}

export function Find({ api, hall, i18n }) {
  const [filter, setFilter] = useState({ number: '', state: '', kind: '' });
  const { list, before, error, current, messages, more } = useFound({ api, hall: hall.code, filter });
  const filtered = Boolean(filter.number.trim() || filter.state || filter.kind);
  return html`<section class="part" aria-labelledby="find-heading">
    <h3 id="find-heading">${i18n.t('find.heading')}</h3>
    <${Filter} filter=${filter} i18n=${i18n} change=${(part) => setFilter((old) => ({ ...old, ...part }))} />
    ${error && !messages && html`<p class="problem" role="alert">${problemText(error, i18n)}</p>`}
    ${!messages && !error && html`<p class="quiet" role="status">${i18n.t('loading')}</p>`}
    ${messages && html`<p class="for-readers" role="status">${current ? i18n.t('find.n', { n: list.length }) : ''}</p>
      ${!list.length && html`<p class="card quiet">${i18n.t(filtered ? 'find.none' : 'find.empty')}</p>`}
      <ul class="found" aria-busy=${current ? null : 'true'}>${list.map((one) => html`<${Message} key=${one.message} message=${one} hall=${hall} i18n=${i18n} />`)}</ul>
      ${before && html`<button type="button" class="button" onClick=${more}>${i18n.t('find.more')}</button>`}`}
  </section>`;
}
