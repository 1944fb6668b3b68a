// What a screen without a token shows: its code, large enough to be read from the desk, and what to do with it, in both
// languages since no hall is known yet. SPDX-License-Identifier: MIT
import { html, render } from './ui.js';
import en from './pairing.en.json' with { type: 'json' };
import zh from './pairing.zh.json' with { type: 'json' };

const WORDS = [['zh-CN', zh], ['en', en]];

const groups = (code) => [code.slice(0, 4), code.slice(4)];

function Code({ code }) {
  if (!code) return html`<p class="code none" aria-hidden="true"><span>····</span> <span>····</span></p>`;
  return html`<p class="code" data-code=${code}>${groups(code).map((one) => html`<span key=${one}>${one}</span> `)}</p>`;
}

function Pairing({ kind, code, lost, admin }) {
  const both = (key, values = {}) => WORDS.map(([lang, words]) => html`<span lang=${lang} key=${lang}>
    ${Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[key])}</span> `);
  return html`<main class="pairing" data-kind=${kind} aria-live="polite">
    <h1>${both(`heading.${kind}`)}</h1>
    <p class="how">${both('how', { admin })}</p>
    <${Code} code=${code} />
    <p class=${lost ? 'state lost' : 'state'} role="status">${both(lost ? 'lost' : 'lasts')}</p>
  </main>`;
}

// Over the page, which has nothing to show yet. -> {show({code, lost}), close()}
export function showPairing(kind) {
  const page = document.getElementById('page');
  const box = document.createElement('div');
  const admin = `${location.host}/admin`;
  document.body.append(box);
  page.hidden = true;
  document.title = `${zh[`title.${kind}`]} · ${en[`title.${kind}`]}`;
  return {
    show: (state) => render(html`<${Pairing} kind=${kind} admin=${admin} ...${state} />`, box),
    close() {
      render(null, box);
      box.remove();
      page.hidden = false;
    },
  };
}
