// A screen nobody knows yet: it shows a code, an admin types it on the admin page, and the screen gets its token. A code
// lasts ten minutes, then there is a new one. The screen's secret outlives a reload, so that the code stays the same.
// SPDX-License-Identifier: MIT
import { ApiError, newKey } from './api.js';

const ASK_MS = 3000;
const AGAIN_MS = 5000; // the daemon is away, or knows too many of us
const OLD_EVERY = 5; // each fifth time: is the token of before good again (the store was away)?

export function newSecret(source = globalThis.crypto) {
  const bytes = source.getRandomValues(new Uint8Array(24));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const GONE = new Set(['pair_unknown', 'device_exists', 'field_invalid']);

// Resolves with the token. show({code or null, lost}) after each change; knowsOld(): whether the token of before works
// again, which then is the answer, as null.
export async function pair({ kind, api, storage, show, knowsOld = null, secretOf = newSecret,
  wait = (ms) => new Promise((done) => setTimeout(done, ms)) }) {
  const key = `paihao.pairing.${kind}`;

  async function open(secret) {
    for (;;) {
      try {
        return (await api.post('/pairings', { kind, secret }, { retries: 0 })).code;
      } catch (error) {
        if (GONE.has(error.code)) return null;
        show({ code: null, lost: true });
        await wait(Math.max(AGAIN_MS, error.waitS * 1000));
      }
    }
  }

  // The device, or null when the code is over. One key until there is an answer: a lost one is told again.
  async function ask(secret, code) {
    let request = newKey();
    for (let round = 1; ; round++) {
      await wait(ASK_MS);
      if (knowsOld && round % OLD_EVERY === 0 && (await knowsOld())) return { token: null };
      try {
        const { device } = await api.post('/pairings/take', { secret }, { key: request, retries: 0 });
        if (device) return device;
        request = newKey();
        show({ code, lost: false });
      } catch (error) {
        if (error instanceof ApiError && GONE.has(error.code)) return null;
        show({ code, lost: true });
      }
    }
  }

  for (;;) {
    const secret = storage.getItem(key) || secretOf();
    storage.setItem(key, secret);
    const code = await open(secret);
    if (code) show({ code, lost: false });
    const device = code && (await ask(secret, code));
    storage.removeItem(key);
    if (device) return device.token;
  }
}
