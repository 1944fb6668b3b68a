// Asking for a ticket until the answer is definite. An answer that never came says nothing: the ticket may
// have been given. So the same request is repeated with the same key, and the daemon gives the same ticket.
// SPDX-License-Identifier: MIT

// The outcome is open, or the daemon asks for patience: again. Everything else is an answer.
const AGAIN = new Set(['network', 'store_timeout', 'store_down', 'busy', 'stopping', 'rate_limit', 'internal']);
const GATEWAY = new Set([502, 503, 504]); // a proxy's own answer has no code of ours

// A person stands and waits: quick at first, never slower than every 4 s.
export const retryDelayMs = (tries) => Math.min(500 * 2 ** (tries - 1), 4000);

const open = (error) => AGAIN.has(error.code) || GATEWAY.has(error.status);

// send(request, key) resolves to the ticket or throws an ApiError; wait(ms) resolves later.
// wanted() false: the citizen has gone; the promise then resolves to null.
export async function issueTicket({ send, wait, wanted, onRetry }, request, key) {
  for (let tries = 1; wanted(); tries++) {
    try {
      return await send(request, key);
    } catch (error) {
      if (!open(error)) throw error;
      onRetry(tries);
      await wait(retryDelayMs(tries));
    }
  }
  return null;
}
