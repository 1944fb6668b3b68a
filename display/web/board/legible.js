// How large letters must be to be read from where people stand: capitals as high as 1/200 of the distance, which is an
// angle of 17 minutes. From the panel's size follows how many pixels that is. Pure. SPDX-License-Identifier: MIT

const MM_PER_INCH = 25.4;
const DISTANCE_PER_CAPITAL = 200;
const CAPITAL_SHARE = 0.705; // of the font size; Noto Sans 0.714, Segoe UI 0.70, PingFang 0.71
const ROW_SHARE = 6.6; // hundredths of the short side: the list where no distance is told
const SMALLEST = 0.75; // of that: a board that is read from nearby has more rows, not letters as on paper

export const mmPerPixel = (inches, { width, height }) => (inches * MM_PER_INCH) / Math.hypot(width, height);

export const capitalPx = (metres, inches, size) => (metres * 1000) / DISTANCE_PER_CAPITAL / mmPerPixel(inches, size);

export const fontPx = (metres, inches, size) => capitalPx(metres, inches, size) / CAPITAL_SHARE;

// A hundredth of the screen's short side as a television has it, as in style.css.
export function unitPx({ width, height }) {
  return width >= height ? Math.min(height / 100, (width * 0.5625) / 100) : Math.min(width / 100, (height * 0.5625) / 100);
}

// By how much lists are larger than where no distance is told.
export function scaleOf({ distance_m: metres, panel_inches: inches }, size) {
  if (!metres) return 1;
  return Math.max(SMALLEST, fontPx(metres, inches, size) / (ROW_SHARE * unitPx(size)));
}

// How many fit: never so few that nothing is shown.
export const fitting = (room, each) => Math.max(1, Math.floor((room + 0.5) / each));

export function pagesOf(list, each) {
  const pages = [];
  for (let i = 0; i < list.length; i += each) pages.push(list.slice(i, i + each));
  return pages;
}
