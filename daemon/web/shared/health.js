// A screen tells once a minute how it is, so that a dead or silent one is noticed: which page it runs, how large it is,
// whether it can be heard. SPDX-License-Identifier: MIT

const EVERY_MS = 60000;

// The script this page runs: after an update the daemon serves another one. Without a bundle it says nothing.
export function pageOf(url = import.meta.url) {
  try {
    return new URL(url).pathname.slice(-120);
  } catch {
    return 'unknown';
  }
}

export function healthOf({ sound = 'off', voice = false, layout, announced, since } = {}, view = globalThis) {
  const health = {
    page: pageOf(), width: Math.round(view.innerWidth) || 1, height: Math.round(view.innerHeight) || 1,
    ratio: Math.min(1000, Math.max(10, Math.round((view.devicePixelRatio || 1) * 100))), sound, voice: voice ? 'yes' : 'no',
  };
  for (const [name, value] of Object.entries({ layout, announced, since })) if (value !== undefined) health[name] = value;
  return health;
}

// read(): what only the page knows, as healthOf() takes it. onRefused: the token is worthless. Returns {tell(), close()}.
export function reportHealth({ api, read = () => ({}), onRefused = () => {}, every = setInterval, drop = clearInterval }) {
  async function tell() {
    try {
      await api.post('/device/health', healthOf(read()), { retries: 0 });
    } catch (error) {
      if (error.status === 401) onRefused();
      // anything else: the next minute tells
    }
  }
  const timer = every(tell, EVERY_MS);
  tell();
  return { tell, close: () => drop(timer) };
}
