// Asks again and again for one thing and says what the answer is worth: for pages without a stream.
// SPDX-License-Identifier: MIT

const STALE_MS = 45000; // one answer missed and a little more
const OFFLINE_MS = 180000;

// ask: async () => answer. onAnswer(answer); onState({state, since, mode: 'poll'}) as stream.js tells it;
// onDenied(error): 401, 403, 404, 410; asking has then ended. everyMs: () => the pause until the next question. staleMs,
// offlineMs: so old an answer is no longer good, for those who ask more often.
export function openPoll({ ask, onAnswer, onState = () => {}, onDenied = () => {}, everyMs, staleMs = STALE_MS,
  offlineMs = OFFLINE_MS }) {
  const startedAt = Date.now();
  let heardAt = null;
  let timer = null;
  let closed = false;
  let shown = null;
  let turn = 0; // of the question that counts: one asked at once overtakes one that hangs

  function show() {
    const since = heardAt ?? startedAt;
    const age = Date.now() - since;
    let state = heardAt === null ? 'connecting' : 'live';
    if (age >= offlineMs) state = 'offline';
    else if (age >= staleMs) state = 'stale';
    if (shown?.state === state && state === 'live') return;
    shown = { state, since, mode: 'poll' };
    onState(shown);
  }

  async function round() {
    const mine = ++turn;
    clearTimeout(timer);
    try {
      const answer = await ask();
      if (closed || mine !== turn) return;
      heardAt = Date.now();
      onAnswer(answer);
    } catch (error) {
      if (closed || mine !== turn) return;
      if ([401, 403, 404, 410].includes(error.status)) {
        close();
        onDenied(error);
        return;
      }
    }
    show();
    timer = setTimeout(round, everyMs());
  }

  const wake = () => closed || globalThis.document?.hidden || round();
  const watch = setInterval(() => closed || show(), 5000);
  function close() {
    closed = true;
    clearTimeout(timer);
    clearInterval(watch);
    globalThis.document?.removeEventListener('visibilitychange', wake);
    globalThis.removeEventListener?.('online', wake);
  }

  globalThis.document?.addEventListener('visibilitychange', wake);
  globalThis.addEventListener?.('online', wake);
  round();
  return { close, refresh: wake };
}
