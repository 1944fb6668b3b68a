// Words of this page in three languages, chosen by the address alone: a page inside somebody else's keeps nothing and
// reads nothing that is kept. SPDX-License-Identifier: MIT
import zh from './zh.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import de from './de.json' with { type: 'json' };

const WORDS = { zh, en, de };
const TAGS = { zh: 'zh-CN', en: 'en', de: 'de' };

// ?lang= wins, then what the browser asks for, then Chinese.
export function chooseLang(search, wanted = []) {
  const tags = [new URLSearchParams(search).get('lang'), ...wanted].map((tag) => (tag || '').slice(0, 2).toLowerCase());
  return tags.find((tag) => tag in WORDS) ?? 'zh';
}

export function makeWords(lang) {
  return {
    lang,
    tag: TAGS[lang],
    t(key, values = {}) {
      const found = WORDS[lang][key] ?? key;
      const text = typeof found === 'string' ? found : found[new Intl.PluralRules(lang).select(Number(values.n))] ?? found.other;
      return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    },
    name: (names) => names?.[lang] || names?.en || names?.zh || names?.de || '',
  };
}
