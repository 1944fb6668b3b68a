// Words in Chinese and English. Each page has zh.json and en.json; sentences that several pages say
// stand in shared/zh.json and shared/en.json. A value is a text with {places}, or {one, other} where
// English needs a plural. SPDX-License-Identifier: MIT
import sharedZh from './zh.json' with { type: 'json' };
import sharedEn from './en.json' with { type: 'json' };
import { useEffect, useState } from './ui.js';

const KEY = 'paihao.lang';
const TAGS = { zh: 'zh-CN', en: 'en', de: 'de' };
const CHOICE = ['zh', 'en']; // what people may switch to; boards have German besides

function stored(storage) {
  try {
    return storage?.getItem(KEY);
  } catch {
    return null; // storage is forbidden in some private windows
  }
}

// ?lang= wins, then what was chosen before, then what the browser asks for, then Chinese.
export function chooseLang({ search = '', storage = null, wanted = [] } = {}) {
  const asked = [new URLSearchParams(search).get('lang'), stored(storage), ...wanted];
  for (const tag of asked) {
    const lang = (tag || '').slice(0, 2).toLowerCase();
    if (CHOICE.includes(lang)) return lang;
  }
  return 'zh';
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

export function makeI18n(catalogues, initial) {
  const page = globalThis.document;
  const words = {
    ...catalogues,
    zh: { ...sharedZh, ...catalogues.zh },
    en: { ...sharedEn, ...catalogues.en },
  };
  const listeners = new Set();
  const i18n = {
    lang:
      initial ||
      chooseLang({
        search: globalThis.location?.search,
        storage: globalThis.localStorage,
        wanted: globalThis.navigator?.languages,
      }),
    langs: Object.keys(words),
    has: (key) => key in words[i18n.lang],
    // The words of a part of the page that came later.
    add(more) {
      for (const [lang, catalogue] of Object.entries(more)) words[lang] = { ...words[lang], ...catalogue };
    },
    // The sentence of that key in the present language, or in the one given.
    t(key, values = {}, lang = i18n.lang) {
      const found = words[lang][key];
      if (found === undefined) return key;
      if (typeof found === 'string') return fill(found, values);
      const form = new Intl.PluralRules(lang).select(Number(values.n));
      return fill(found[form] ?? found.other, values);
    },
    // Names from a hall file: {zh, en, de...} in the best language there is.
    name(names, lang = i18n.lang) {
      if (!names) return '';
      return names[lang] || names.en || names.zh || Object.values(names).find(Boolean) || '';
    },
    tag: (lang = i18n.lang) => TAGS[lang],
    // keep: false for a kiosk, whose next citizen may speak another language.
    set(lang, { keep = true } = {}) {
      if (!CHOICE.includes(lang)) return;
      i18n.lang = lang;
      if (page) page.documentElement.lang = TAGS[lang];
      try {
        if (keep) globalThis.localStorage?.setItem(KEY, lang);
      } catch {
        // not kept, then
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  if (page) page.documentElement.lang = TAGS[i18n.lang];
  return i18n;
}

// Draws the component again when the language changes.
export function useI18n(i18n) {
  const [, redraw] = useState(0);
  useEffect(() => i18n.subscribe(() => redraw((n) => n + 1)), [i18n]);
  return i18n;
}

// What to tell a person about a failed call: our own sentence for its code, else the daemon's.
export function problemText(error, i18n) {
  const key = `problem.${error?.code}`;
  if (i18n.has(key)) return i18n.t(key);
  return i18n.lang === 'en' && error?.title ? error.title : i18n.t('problem.internal');
}
