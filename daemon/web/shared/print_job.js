// A ticket on paper: asked for, then looked after until the printer has said how it went. Nothing waits for it.
// SPDX-License-Identifier: MIT

const LOOK_MS = 400;
const OVER = new Set(['printed', 'failed', 'unknown']);

// The one whose paper comes out at this kiosk, or undefined.
export const printerOf = (hall, device) => hall.printers?.find((one) => one.kiosks.includes(device));

// -> {state: printed, failed or unknown; error?}; null where nobody wants to know any more. After giveUpMs without an answer
// it is unknown: it may come out yet. Throws where the daemon refuses the job, or cannot be reached.
export async function printTicket({ api, path, ticket, body = {}, key, wanted, giveUpMs, now = () => performance.now(),
  wait = (ms) => new Promise((done) => setTimeout(done, ms)) }) {
  const until = now() + giveUpMs;
  let job = await api.post(`${path}/tickets/${ticket}/print`, body, { key, retries: 1 });
  while (!OVER.has(job.state)) {
    if (now() >= until) return { state: 'unknown', error: 'late' };
    await wait(LOOK_MS);
    if (!wanted()) return null;
    job = await api.get(`${path}/prints/${job.job}`, { retries: 0 }).catch(() => job); // asked again
  }
  return wanted() ? job : null;
}
