// Finding a service by word, pinyin or initials ("身份", "shenfen", "sfz", "shenfz"). Pure.
// SPDX-License-Identifier: MIT
import { syllable } from './pinyin.js';

const fold = (text) => text.normalize('NFKC').toLowerCase().trim();
const squeeze = (text) => fold(text).replace(/[\s'’-]+/g, '');

// True when the letters can be read off the syllables one after the other, each given in full or cut short.
function readable(letters, syllables, at) {
  if (!letters) return true;
  const here = syllables[at];
  if (!here) return false;
  for (let n = Math.min(here.length, letters.length); n > 0; n--) {
    if (here.startsWith(letters.slice(0, n)) && readable(letters.slice(n), syllables, at + 1)) return true;
  }
  return false;
}

// What can be matched of one service; made once per hall, since it is asked on every key.
function entry(service) {
  const names = Object.values(service.names || {});
  const texts = [...names, ...(service.words || [])].map(fold);
  return { service, texts, squeezed: texts.map(squeeze), spoken: names.map((name) => [...name].map(syllable)) };
}

// 0 is the best match; -1 is none.
function score(item, query, letters) {
  if (item.texts.some((text) => text.startsWith(query))) return 0;
  if (letters && item.squeezed.some((text) => text.startsWith(letters))) return 0;
  const latin = /^[a-z]+$/.test(letters);
  if (latin && item.spoken.some((name) => readable(letters, name, 0))) return 1;
  if (item.texts.some((text) => text.includes(latin ? ` ${query}` : query))) return 2;
  if (latin && item.spoken.some((name) => name.some((_, at) => at > 0 && readable(letters, name, at)))) return 3;
  if (latin && letters.length > 2 && item.squeezed.some((text) => text.includes(letters))) return 4;
  return -1;
}

export function searchIndex(services) {
  return services.map(entry);
}

// Best first; services of equal fit keep the hall's own order.
export function searchServices(index, typed) {
  const query = fold(typed);
  const letters = squeeze(typed);
  if (!letters) return index.map((item) => item.service);
  return index
    .map((item) => ({ service: item.service, fit: score(item, query, letters) }))
    .filter((found) => found.fit >= 0)
    .sort((a, b) => a.fit - b.fit)
    .map((found) => found.service);
}
