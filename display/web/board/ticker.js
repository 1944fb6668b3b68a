// The line at the foot: a text in each language, in pieces that fit, one after the other. It does not crawl: a text that
// stands still is read from further away. SPDX-License-Identifier: MIT
import { html } from '../../../daemon/web/shared/ui.js';
import { useSize } from './size.js';

const LATIN_SHARE = 0.56; // width of a Latin letter, of the font size; a Han character has twice that

// A Han character is as wide as two Latin letters.
export const widthOf = (text) => [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? 2 : 1), 0);

// Cuts between words, in Chinese anywhere, and a word that is too long where it must be.
export function pieces(text, room) {
  const found = [];
  let piece = '';
  for (const word of text.match(/[\u2e80-\uffff][，。、；：！？）]*|[^\s\u2e80-\uffff]+\s*|\s+/g) ?? []) {
    if (piece && widthOf((piece + word).trimEnd()) > room) {
      found.push(piece.trim());
      piece = '';
    }
    piece += word;
    while (widthOf(piece.trimEnd()) > room) {
      let cut = '';
      for (const sign of piece) {
        if (cut && widthOf(cut + sign) > room) break;
        cut += sign;
      }
      found.push(cut.trim());
      piece = piece.slice(cut.length);
    }
  }
  if (piece.trim()) found.push(piece.trim());
  return found;
}

export function Ticker({ ui, texts, turn, quiet, still }) {
  const [ref, size] = useSize();
  const langs = ui.nameLangs.filter((lang) => texts[lang]);
  const room = size ? Math.max(4, Math.floor(size.width / (size.font * LATIN_SHARE))) : 0;
  const all = (langs.length ? langs : Object.keys(texts)).flatMap((lang) =>
    (room && !still ? pieces(texts[lang], room) : [texts[lang]]).map((text) => [lang, text]));
  const shown = still ? all : [all[turn % all.length]];
  return html`<footer class=${`ticker ${quiet ? 'quiet-now' : ''}`} ref=${ref}>
    ${shown.map(([lang, text]) => html`<p lang=${ui.i18n.tag(lang) || lang}>${text}</p>`)}
  </footer>`;
}
