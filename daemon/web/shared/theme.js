// The hall's accent colour, made legible: darkened on light ground and lightened on dark ground until
// text in it reads well (WCAG contrast 4.5 and some), whatever colour the hall chose.
// Set through the CSSOM, which the strict content security policy allows. SPDX-License-Identifier: MIT

const CONTRAST = 5;
const LIGHT = [250, 249, 247];
const DARK = [25, 31, 37];
const WHITE = [255, 255, 255];
const BLACK = [12, 18, 16];

function parse(hex) {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex || '');
  return match && match.slice(1).map((part) => parseInt(part, 16));
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const mix = (a, b, share) => a.map((value, i) => Math.round(value * (1 - share) + b[i] * share));
const css = (rgb) => `rgb(${rgb.join(' ')})`;

function legible(colour, ground, towards, least) {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(colour, towards, share);
    if (contrast(tried, ground) >= least) return tried;
  }
  return towards;
}

const inkOn = (colour) => (contrast(WHITE, colour) >= contrast(BLACK, colour) ? WHITE : BLACK);

// The custom properties for an accent; empty for anything that is not #rrggbb.
export function accentProperties(hex, least = CONTRAST) {
  const colour = parse(hex);
  if (!colour) return {};
  const light = legible(colour, mix(LIGHT, colour, 0.1), [0, 0, 0], least);
  const dark = legible(colour, mix(DARK, colour, 0.2), WHITE, least);
  return {
    '--accent-l': css(light),
    '--on-accent-l': css(inkOn(light)),
    '--accent-soft-l': css(mix(LIGHT, colour, 0.1)),
    '--accent-d': css(dark),
    '--on-accent-d': css(inkOn(dark)),
    '--accent-soft-d': css(mix(DARK, colour, 0.2)),
  };
}

export function setAccent(hex, root = document.documentElement, least = CONTRAST) {
  for (const [name, value] of Object.entries(accentProperties(hex, least))) {
    root.style.setProperty(name, value);
  }
}
