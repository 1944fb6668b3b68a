// One action of a person, repeated safely: as long as it is not known whether it worked, pressing again sends
// the same body under the same key. A definite answer, or another wish, begins anew. SPDX-License-Identifier: MIT
import { newKey } from './api.js';
import { useRef } from './ui.js';

const OPEN = new Set(['network', 'store_timeout', 'store_down', 'busy', 'stopping', 'internal']);
// Met again by itself, unseen by anybody. The proof of work was too old, or its first use is not remembered: another one,
// once. The hall's hours were changed while it was asked: the other worker has heard of it a moment later.
const ROUNDS = { challenge_invalid: 2, challenge_used: 2, calendar_changed: 5 };
const PAUSE_MS = 200;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// What ask() answers, as soon as nothing of that kind is in its way.
export async function settled(ask, wait = pause) {
  for (let round = 1; ; round++) {
    try {
      return await ask();
    } catch (error) {
      if (round >= (ROUNDS[error.code] ?? 1)) throw error;
      if (error.code === 'calendar_changed') await wait(PAUSE_MS * round);
    }
  }
}

export const isOpen = (error) => OPEN.has(error.code) || [502, 503, 504].includes(error.status);

export function makeAttempt() {
  let kept = null;

  async function once(what, makeBody, send) {
    if (kept?.what !== what) kept = { what, key: newKey(), body: await makeBody() };
    const { body, key } = kept;
    try {
      const answer = await send(body, key);
      kept = null;
      return answer;
    } catch (error) {
      if (!isOpen(error)) kept = null;
      throw error;
    }
  }

  // what: a text that is the same for the same wish. makeBody: async, asked once for each wish.
  return (what, makeBody, send) => settled(() => once(what, makeBody, send));
}

// post(path, wish, {add, authorization}): add makes what the body has besides (a proof of work), once for each wish.
export function makePost(api) {
  const attempts = new Map();
  return (path, wish = {}, { add = async () => ({}), authorization } = {}) => {
    if (!attempts.has(path)) attempts.set(path, makeAttempt());
    const makeBody = async () => ({ ...wish, ...(await add()) });
    return attempts.get(path)(JSON.stringify(wish), makeBody, (body, key) => api.post(path, body, { key, authorization }));
  };
}

// The same one as long as the component is shown.
export function usePost(api) {
  const kept = useRef(null);
  kept.current ??= makePost(api);
  return kept.current;
}
