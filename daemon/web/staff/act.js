// Doing something: one request at a time, its outcome in words, and "try again" with the same key where the outcome is
// open. SPDX-License-Identifier: MIT
import { useRef, useState } from '../shared/ui.js';
import { newKey } from '../shared/api.js';

const OPEN_ENDED = new Set(['network', 'store_timeout', 'store_down', 'busy', 'stopping']);

// -> {pending: id or null, problem: {error, retry?} or null, run(task), clear()}
// task: {id, path, body, method: 'post', options, done(answer)}; run() gives the answer, or null when there is none.
export function useAct({ api }) {
  const [now, setNow] = useState({ pending: null, problem: null });
  const doing = useRef(false); // a second press comes before the next drawing

  async function run(task, key = newKey()) {
    if (doing.current) return null;
    doing.current = true;
    setNow({ pending: task.id, problem: null });
    try {
      const answer = await api[task.method || 'post'](task.path, task.body, { key, ...task.options });
      doing.current = false;
      setNow({ pending: null, problem: null });
      task.done?.(answer);
      return answer;
    } catch (error) {
      doing.current = false;
      const retry = OPEN_ENDED.has(error.code) ? () => run(task, key) : null;
      setNow({ pending: null, problem: { error, retry } });
      return null;
    }
  }
  return { ...now, run, clear: () => setNow({ pending: null, problem: null }) };
}
