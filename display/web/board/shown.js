// Tells the daemon which calls have really been put on this screen, so that one that no board shows is called by voice. At
// most one request a second; each is repeated under its own key until there is an answer, or until nobody needs one any more.
// SPDX-License-Identifier: MIT
import { newKey } from '../../../daemon/web/shared/api.js';
import { callKey } from './fold.js';

const EVERY_MS = 1000;
const BATCH = 20; // as many as the daemon takes
const WORTH_MS = 60000; // by then the clerk has called by voice
const AGAIN_MS = 2000;

// Resolves when what was drawn has been painted. A screen that is switched off or covered paints nothing.
export const painted = (frame = globalThis.requestAnimationFrame) => new Promise((done) => frame(() => frame(done)));

export function makeShown({ api, path, paint = painted, now = () => performance.now(),
  wait = (ms) => new Promise((done) => setTimeout(done, ms)) }) {
  const queue = []; // {name, at}
  let running = false;

  const dropOld = () => {
    while (queue.length && now() - queue[0].at > WORTH_MS) queue.shift();
  };

  // true: answered, whatever was said
  async function send(batch, key) {
    try {
      await api.post(path, { calls: batch.map((one) => one.name) }, { key, retries: 0 });
      return true;
    } catch (error) {
      return error.status >= 400 && error.status < 500 && error.status !== 429;
    }
  }

  async function run() {
    if (running) return;
    running = true;
    for (dropOld(); queue.length; dropOld()) {
      const batch = queue.splice(0, BATCH);
      const key = newKey();
      while (!(await send(batch, key)) && now() - batch[0].at <= WORTH_MS) await wait(AGAIN_MS);
      await wait(EVERY_MS);
    }
    running = false;
  }

  return {
    // sounded: whether people heard it, too
    async add(call, sounded) {
      const at = now();
      await paint();
      queue.push({ name: `${callKey(call)}${sounded ? '+' : ''}`, at });
      run();
    },
  };
}
