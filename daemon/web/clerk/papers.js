// Which documents of a visit were seen already: ticked at the counter, kept for the ticket in this window only (nothing of
// it leaves the desk). SPDX-License-Identifier: MIT
import { useState } from '../shared/ui.js';

const STORED = 'paihao.clerk.papers';

function load() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED)) || {};
  } catch {
    return {};
  }
}

// -> [Set of the ticked, toggle(what)]; of the present ticket alone: the next one begins with nothing ticked.
export function usePapers(id) {
  const [kept, setKept] = useState(load);
  const ticked = new Set(kept.id === id ? kept.ticked : []);
  const toggle = (what) => {
    if (!ticked.delete(what)) ticked.add(what);
    const next = { id, ticked: [...ticked] };
    setKept(next);
    try {
      sessionStorage.setItem(STORED, JSON.stringify(next));
    } catch {
      // not kept, then
    }
  };
  return [ticked, toggle];
}
