// Taking back the last press at the counter: for 10 s, with the seconds running, and what it takes back in words.
// SPDX-License-Identifier: MIT
import { useEffect, useState } from '../shared/ui.js';
import { undoable } from './fold_press.js';

export const UNDO_MS = 10000; // the daemon's own limit
const TICK_MS = 250;

// The press that can be taken back now, or null; draws again as the seconds run.
export function useUndoable({ live, counter, clock }) {
  const [, redraw] = useState(0);
  const press = undoable(live.state, counter.code, clock.now(), UNDO_MS);
  const at = press?.at;
  useEffect(() => {
    if (!at) return undefined;
    const timer = setInterval(() => redraw((n) => n + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [at]);
  return press;
}

export const secondsLeft = (press, now) => Math.max(1, Math.ceil((press.at + UNDO_MS - now) / 1000));

// "A012 finished, A013 called"
export function stepsText(steps, i18n) {
  return steps.map((step) => i18n.t(`step.${step.type.replace('ticket.', '')}`, { number: step.number })).join(i18n.t('profile.and'));
}
