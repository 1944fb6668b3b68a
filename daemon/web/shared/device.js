// A kiosk or a board: its token and what it needs to know before it can show anything.
// SPDX-License-Identifier: MIT
import { makeApi } from './api.js';
import { setAccent } from './theme.js';

// The token comes once in the address (/kiosk#TOKEN), is kept for that kind of page, and is removed
// from the address bar, where it would be photographed.
export function takeToken(kind, { location, history, storage } = globalThis) {
  const keep = storage ?? globalThis.localStorage;
  const key = `paihao.token.${kind}`;
  const given = decodeURIComponent(location.hash.slice(1));
  if (given) {
    keep.setItem(key, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return keep.getItem(key);
}

export function forgetToken(kind) {
  globalThis.localStorage.removeItem(`paihao.token.${kind}`);
}

// A device runs for months. Returns check(): is the daemon serving another page than the one loaded?
// To be asked after a reconnect, which is when a daemon may have been renewed.
export function watchPage(ask = (...args) => globalThis.fetch(...args)) {
  let loaded = null;
  return async function isNewer() {
    try {
      const answer = await ask(globalThis.location.pathname, { method: 'HEAD', cache: 'no-store' });
      const etag = answer.ok ? answer.headers.get('etag') : null;
      loaded ??= etag;
      return etag !== null && etag !== loaded;
    } catch {
      return false; // away again; the next reconnect asks anew
    }
  };
}

// -> {api, device: {name, kind, hall}, hall: the hall's JSON}. Waits as long as the daemon is away
// (onWaiting tells); throws ApiError where the token is missing or refused.
export async function bootDevice(kind, { onWaiting = () => {} } = {}) {
  const token = takeToken(kind);
  const api = makeApi({ authorization: () => (token ? `Bearer ${token}` : null) });
  for (;;) {
    try {
      const device = await api.get('/device');
      const hall = await api.get(`/halls/${device.hall}`);
      setAccent(hall.accent);
      return { api, device, hall };
    } catch (error) {
      if (error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
      onWaiting(error);
    }
  }
}
