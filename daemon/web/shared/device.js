// A kiosk or a board: its token and what it needs to know before it can show anything.
// SPDX-License-Identifier: MIT
import { makeApi } from './api.js';
import { pair } from './pairing.js';
import { showPairing } from './pairing_view.js';
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

const keepToken = (kind, token) => globalThis.localStorage.setItem(`paihao.token.${kind}`, token);

// Without a token, or with one that is worthless, the screen shows a code until an admin has admitted it. The old token is
// kept and tried now and then: it may be the store that has forgotten it for a while.
async function askToken(kind, old) {
  const view = showPairing(kind);
  const api = makeApi({ authorization: () => (old ? `Bearer ${old}` : null) });
  const knowsOld = () => api.get('/device', { retries: 0 }).then(() => true, () => false);
  view.show({ code: null, lost: false });
  globalThis.addEventListener('hashchange', startAnew); // somebody has typed /board#TOKEN
  const given = await pair({ kind, api: makeApi(), storage: globalThis.sessionStorage, show: view.show, knowsOld: old && knowsOld });
  if (given) keepToken(kind, given);
  view.close();
  return given || old;
}

// The token was taken back while the page was open: it begins anew, which leads to the code.
export function startAnew() {
  globalThis.location.reload();
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

// -> {api, device: {name, kind, hall}, hall: the hall's JSON}. Waits as long as the daemon is away (onWaiting tells), and as
// long as nobody has admitted this screen; throws ApiError where something else is wrong.
export async function bootDevice(kind, { onWaiting = () => {} } = {}) {
  let token = takeToken(kind);
  const api = makeApi({ authorization: () => (token ? `Bearer ${token}` : null) });
  for (;;) {
    if (!token) token = await askToken(kind, null);
    try {
      const device = await api.get('/device');
      const hall = await api.get(`/halls/${device.hall}`);
      setAccent(hall.accent);
      return { api, device, hall };
    } catch (error) {
      if (error.status === 401) {
        token = await askToken(kind, token);
        continue;
      }
      if (error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
      onWaiting(error);
    }
  }
}
