// What a phone will show of a text, how it travels and what it costs, as the daemon says while one types; nothing of it is
// worked out here. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../../shared/ui.js';
import { problemText } from '../../shared/i18n.js';

const TYPING_MS = 250;
const RARE = 0.15; // characters that make a text dear are shown where most of it is not of their kind

export function costText({ amount, currency }, i18n) {
  const decimals = (amount.split('.')[1] || '').length;
  return new Intl.NumberFormat(i18n.tag(), { style: 'currency', currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: decimals })
    .format(Number(amount));
}

// {answer, fresh, error, retry()}: the last answer, and whether it is about what stands there now.
export function usePreview({ api, path, body }) {
  const key = JSON.stringify(body);
  const [state, setState] = useState({});
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let over = false;
    const timer = setTimeout(() => {
      api.post(path, body).then(
        (answer) => over || setState({ answer, key }),
        (error) => over || setState((old) => ({ ...old, error, failed: key })),
      );
    }, state.answer ? TYPING_MS : 0);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [key, again]);
  return {
    answer: state.answer,
    fresh: state.key === key,
    error: state.failed === key ? state.error : null,
    retry: () => {
      setState((old) => ({ ...old, failed: null }));
      setAgain((n) => n + 1);
    },
  };
}

// Where a signature needs Unicode in any case, taking them out would not help.
const isRare = ({ text, unsigned, forces_ucs2: forces, forces_others: others }) =>
  !unsigned && forces.length > 0 && forces.reduce((sum, one) => sum + one.count, others) <= Array.from(text).length * RARE;

// The sample as on a phone; what makes it dear is marked.
function Bubble({ answer, lang, i18n }) {
  const marked = isRare(answer) ? new Set(answer.forces_ucs2.map((one) => one.character)) : new Set();
  const pieces = [];
  for (const character of answer.text) {
    const mark = marked.has(character);
    const last = pieces[pieces.length - 1];
    if (last && last.mark === mark) last.text += character;
    else pieces.push({ mark, text: character });
  }
  return html`<p class="bubble" lang=${lang}>${answer.text ? pieces.map((one, i) => (one.mark ? html`<mark key=${i}>${one.text}</mark>` : one.text))
    : i18n.t('text.nothing')}</p>`;
}

function Parts({ answer, i18n }) {
  const { lengths, room, parts, encoding, units } = answer;
  const values = { n: parts, units, room, max: parts * room };
  return html`<p class="size"><b>${i18n.t('text.parts', values)}</b>
      <span class="badge">${i18n.t(`text.${encoding}`)}</span>
      <span class="quiet">${i18n.t(parts > 1 ? 'text.units.parts' : 'text.units', values)}</span></p>
    <p class="meters">${lengths.map((length, i) => html`<meter key=${i} min="0" max=${room} value=${length}
      aria-label=${i18n.t('text.part', { n: i + 1, units: length, room })}></meter>`)}</p>`;
}

const PLACED = new Set(['hole', 'hidden', 'brace', 'brackets', 'blank', 'long']);

// Pressed, it shows the place in what was typed.
function Problem({ one, onPlace, i18n }) {
  const said = i18n.t(`text.problem.${one.code}`, { place: one.at + 1, what: one.text || '' });
  return html`<li class=${one.fatal ? 'problem' : 'warning'}>${PLACED.has(one.code)
    ? html`<button type="button" class="place" onClick=${() => onPlace(one.at, one.code === 'hole' ? one.text.length : 1)}>${said}</button>`
    : said}</li>`;
}

function Force({ one, value, onReplace, i18n }) {
  const can = one.instead && value.includes(one.character);
  return html`<li class="warning">${i18n.t('text.forces', { character: one.character, code: one.code })}
    ${can && html`${' '}<button type="button" class="button" onClick=${() => onReplace(one.character, one.instead)}>
      ${i18n.t('text.instead', { character: one.character, instead: one.instead })}</button>`}</li>`;
}

function Notes({ answer, value, onReplace, onPlace, i18n }) {
  const { unsigned, longest, parts, encoding } = answer;
  const dear = encoding === 'UCS2' && unsigned?.encoding === 'GSM7';
  const forces = isRare(answer) ? answer.forces_ucs2 : [];
  return html`<ul class="notes">
    ${answer.problems.map((one, i) => html`<${Problem} key=${i} one=${one} onPlace=${onPlace} i18n=${i18n} />`)}
    ${forces.map((one) => html`<${Force} key=${one.code} one=${one} value=${value} onReplace=${onReplace} i18n=${i18n} />`)}
    ${dear && html`<li class="warning">${i18n.t('text.dear', { n: unsigned.parts })}</li>`}
    ${answer.text && longest.parts > parts && html`<li>${i18n.t('text.longest', { n: longest.parts })}</li>`}
  </ul>`;
}

export function MessagePreview({ id, preview, lang, i18n, value, onReplace, onPlace }) {
  const { answer, fresh, error, retry } = preview;
  if (error) return html`<div id=${id} class="message-preview"><p class="problem" role="alert">${i18n.t('text.no_preview')}${' '}
    ${problemText(error, i18n)}</p><button type="button" class="button" onClick=${retry}>${i18n.t('retry')}</button></div>`;
  if (!answer) return html`<p id=${id} class="message-preview quiet" role="status">${i18n.t('loading')}</p>`;
  return html`<div id=${id} class="message-preview" aria-live="polite" aria-busy=${fresh ? 'false' : 'true'}>
    <p class="quiet small">${i18n.t('text.sample')}</p>
    <${Bubble} answer=${answer} lang=${lang} i18n=${i18n} />
    ${answer.text && html`<${Parts} answer=${answer} i18n=${i18n} />`}
    ${answer.text && answer.cost && html`<p>${i18n.t('text.cost', { cost: costText(answer.cost, i18n) })}</p>`}
    <${Notes} answer=${answer} value=${value} onReplace=${onReplace} onPlace=${onPlace} i18n=${i18n} />
  </div>`;
}
