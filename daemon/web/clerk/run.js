// Doing something at the counter: one request at a time, its outcome in words, and "try again" with the same
// key where the outcome is open. SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { foldShows } from './fold.js';
import { partsOf } from './said.js';

// How long the stream may take to show what the answer said, before the answer itself is believed.
const SHOWN_MS = 800;
const OPEN_ENDED = new Set(['network', 'store_timeout', 'store_down', 'busy', 'stopping']);

// -> {pending: id or null, problem: {error, retry?}, said: {id, number} or null, doing(), run(task), clear()}
// doing(): id or null as of this very moment; pending is what the last drawing showed.
// task: {id, path, body}; path is below /api/v1.
export function useRun({ api, live }) {
  const [now, setNow] = useState({ pending: null, problem: null, said: null });
  const doing = useRef(null); // a second key press comes before the next drawing
  const awaited = useRef(null);

  const settle = () => {
    const { said, timer } = awaited.current;
    clearTimeout(timer);
    awaited.current = null;
    doing.current = null;
    setNow({ pending: null, problem: null, said });
  };
  useEffect(() => {
    const { current } = awaited;
    if (current && live.state && current.parts.every((part) => foldShows(live.state, part))) settle();
  }, [live.state, now]);
  useEffect(() => () => clearTimeout(awaited.current?.timer), []);

  async function run(task, key = newKey()) {
    if (doing.current) return false;
    doing.current = task.id;
    setNow({ pending: task.id, problem: null, said: null });
    try {
      const answer = await api.post(task.path, task.body, { key });
      const parts = partsOf(answer);
      const said = { id: task.id === 'next' && !answer.ticket ? 'nobody' : task.id, parts, answer };
      const believe = () => {
        parts.forEach((part) => live.answer?.(part));
        settle();
      };
      awaited.current = { parts, said, timer: setTimeout(believe, SHOWN_MS) };
      setNow((old) => ({ ...old })); // the stream may have been faster: look at once
      return true;
    } catch (error) {
      doing.current = null;
      const retry = OPEN_ENDED.has(error.code) ? () => run(task, key) : null;
      setNow({ pending: null, problem: { error, retry }, said: null });
      return false;
    }
  }
  return { ...now, doing: () => doing.current, run, clear: () => setNow((old) => ({ ...old, problem: null, said: null })) };
}
