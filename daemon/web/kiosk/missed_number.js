// A ticket number as somebody types it from memory: "C 7" is C007. Pure. SPDX-License-Identifier: MIT

// As the daemon prints it: at least three digits, as many as the last one of the series needs.
const DIGITS_MIN = 3;
const widthOf = (series) => Math.max(DIGITS_MIN, String(series.last).length);
const seriesOf = (letter, hall) => hall.series.find((one) => one.letter === letter);

// The letters a number may begin with. Where there is one, nobody has to press it.
export const missedLetters = (hall) => hall.series.map((one) => one.letter);

const firstLetter = (hall) => (hall.series.length === 1 ? hall.series[0].letter : '');

// What stands there after one more sign. A letter replaces the letter; a digit too many is not taken.
export function missedTyped(text, sign, hall) {
  const [, letter, digits] = /^([A-Z]?)(\d*)$/.exec(text);
  if (/[A-Z]/.test(sign)) return missedLetters(hall).includes(sign) ? sign + digits : text;
  const most = Math.max(...hall.series.map(widthOf));
  return digits.length < most ? (letter || firstLetter(hall)) + digits + sign : text;
}

// The number as it is printed, or null while it cannot be one.
export function missedNumber(text, hall) {
  const [, letter, digits] = /^([A-Z]?)(\d*)$/.exec(text);
  const series = seriesOf(letter, hall);
  if (!series || !digits) return null;
  const n = Number(digits);
  return n >= series.first && n <= series.last ? letter + String(n).padStart(widthOf(series), '0') : null;
}
