// Keys of a page. They rest while somebody types or a dialog stands, and can be switched off, since a
// screen reader or a dictating voice needs letters for itself. SPDX-License-Identifier: MIT
import { useEffect, useRef } from '../shared/ui.js';

// Kept for each page that has such a switch.
export const keysWanted = (page) => localStorage.getItem(`paihao.${page}.keys`) !== 'off';
export const keepKeysWanted = (page, on) => localStorage.setItem(`paihao.${page}.keys`, on ? 'on' : 'off');

// A box that was just ticked takes no letters.
const TYPING = 'input:not([type="checkbox"]), textarea, select, [contenteditable="true"]';

// The letter or digit meant, also while a Chinese input method is on (it then reports "Process"). '' for none.
export function letterOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return '';
  if (/^[a-z0-9]$/i.test(event.key)) return event.key.toLowerCase();
  const code = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code || '');
  return code && !/^[ -~]$/.test(event.key) ? (code[1] ?? code[2]).toLowerCase() : '';
}

// Other keys that may be bound, by their small name. '' for none.
function nameOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return '';
  return /^(Arrow(Left|Right)|\/)$/.test(event.key) ? event.key.toLowerCase() : '';
}

// bindings: {letter, digit, arrowleft, arrowright or '/': function}; the newest ones are always used.
export function useKeys(bindings, on) {
  const now = useRef(bindings);
  now.current = bindings;
  useEffect(() => {
    if (!on) return undefined;
    const press = (event) => {
      if (event.target.closest?.(TYPING) || document.querySelector('dialog[open]')) return;
      const act = now.current[letterOf(event) || nameOf(event)];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [on]);
}
