// The keys a person gave the actions, kept in this browser. Pure but for load and save. SPDX-License-Identifier: MIT
import { BINDABLE } from './actions.js';

const STORED = 'paihao.clerk.keymap';
const KEY = /^([a-z0-9/]|)$/;

// The row of BINDABLE an action's key is kept under: the two things "open" does are two of them.
export const slotOf = (action) => (action.id === 'open' ? 'resume_work' : action.id);

const together = (a, b) => a.on.some((when) => b.on.includes(when));

// keymap: {slot: key}, only what differs from the table.
export const keyIn = (keymap, action) => keymap[slotOf(action)] ?? action.key;

// The action that has this key already while `action` can be done, or undefined.
export function conflictOf(keymap, action, key) {
  if (!key) return undefined;
  return BINDABLE.find((other) => slotOf(other) !== slotOf(action) && keyIn(keymap, other) === key && together(other, action));
}

export function withKey(keymap, action, key) {
  const next = { ...keymap, [slotOf(action)]: key };
  if (action.key === key) delete next[slotOf(action)];
  return next;
}

// The other one gets the key this one had, where that key is free for it; else none.
export function withSwapped(keymap, action, key) {
  const other = conflictOf(keymap, action, key);
  const had = keyIn(keymap, action);
  const given = withKey(withKey(keymap, other, ''), action, key);
  const next = conflictOf(given, other, had) ? given : withKey(given, other, had);
  const more = conflictOf(next, action, key); // a third one that shares the key with the second
  return more ? withKey(next, more, '') : next;
}

// What was stored, as far as it is worth anything: known actions, one key each, no key twice.
export function cleanKeymap(found) {
  let keymap = {};
  for (const action of BINDABLE) {
    const key = found?.[slotOf(action)];
    if (typeof key === 'string' && KEY.test(key)) keymap = withKey(keymap, action, key);
  }
  const clash = BINDABLE.some((action) => conflictOf(keymap, action, keyIn(keymap, action)));
  return clash ? {} : keymap;
}

export function loadKeymap() {
  try {
    return cleanKeymap(JSON.parse(localStorage.getItem(STORED)));
  } catch {
    return {}; // storage is forbidden, or holds something else
  }
}

export function saveKeymap(keymap) {
  try {
    localStorage.setItem(STORED, JSON.stringify(keymap));
  } catch {
    // not kept, then
  }
}
