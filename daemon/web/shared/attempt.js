// One action of a person, repeated safely: as long as it is not known whether it worked, pressing again sends
// the same body under the same key. A definite answer, or another wish, begins anew. SPDX-License-Identifier: MIT
import { newKey } from './api.js';
import { useRef } from './ui.js';

const OPEN = new Set(['network', 'store_timeout', 'store_down', 'busy', 'stopping', 'internal']);
// The proof of work was too old, or its first use is not remembered: another one, once, unseen by anybody.
const STALE_PROOF = new Set(['challenge_invalid', 'challenge_used']);

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
  return async function attempt(what, makeBody, send) {
    try {
      return await once(what, makeBody, send);
    } catch (error) {
      if (!STALE_PROOF.has(error.code)) throw error;
      return once(what, makeBody, send);
    }
  };
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
