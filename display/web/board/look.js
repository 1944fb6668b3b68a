// How a layout looks on this screen: theme, sizes, languages; set through the CSSOM, which the strict policy allows.
// SPDX-License-Identifier: MIT
import { setAccent } from '../../../daemon/web/shared/theme.js';
import { chooseLayout, scopeOf } from './layout.js';
import { scaleOf, unitPx } from './legible.js';

const CONTRAST = 7; // read from far away, in daylight, by everybody

const calm = matchMedia('(prefers-reduced-motion: reduce)');
const roomOf = () => ({ width: innerWidth, height: innerHeight });

export function setTheme(theme, root = document.documentElement) {
  if (theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme;
}

// What everything that is drawn goes by, of a hall and a device.
export function makeUi(i18n, hall, device) {
  setAccent(hall.accent, document.documentElement, CONTRAST);
  const known = hall.languages.filter((lang) => i18n.langs.includes(lang));
  const langs = known.length ? known : ['en'];
  const layout = chooseLayout(hall, device, location.search);
  const paper = layout.theme === 'eink';
  const cycling = layout.languages === 'cycle' && langs.length > 1 && !paper;
  setTheme(layout.theme);
  document.documentElement.lang = i18n.tag(langs[0]);
  document.title = i18n.name(hall.names, hall.languages[0]);
  return {
    i18n, hall, layout, langs, paper, cycling,
    // Side by side there is room for two names of a service, whatever the hall speaks besides.
    nameLangs: cycling ? hall.languages : hall.languages.slice(0, 2),
    scope: scopeOf(hall, layout),
    still: paper || calm.matches,
  };
}

// turn: how often the pages have turned. A page stays until all languages have been on it.
export function sized(ui, turn) {
  const size = roomOf();
  const scale = scaleOf(ui.layout, size);
  document.documentElement.style.setProperty('--k', scale.toFixed(4));
  return { ...ui, turn, page: ui.cycling ? Math.floor(turn / ui.langs.length) : turn, scale, unit: unitPx(size) };
}

// Paper: all black, then all white, so that nothing of older pictures shines through.
const CLEAR_MS = 600;
export function clearPaper(then, root = document.documentElement) {
  root.dataset.clear = 'black';
  setTimeout(() => {
    root.dataset.clear = 'white';
    setTimeout(() => {
      delete root.dataset.clear;
      then();
    }, CLEAR_MS);
  }, CLEAR_MS);
}
