// Talking to /api/v1: JSON in and out, problems as errors, and writes that may be repeated safely.
// One action of a person = one Idempotency-Key, kept over every repetition of that action, so that a
// lost answer never gives two tickets. To add a call: nothing here; pages name paths themselves.
// SPDX-License-Identifier: MIT

const ATTEMPT_MS = 10000; // longer than the daemon's own limit of 3 s, shorter than patience
const RETRY_AFTER_MAX_MS = 10000;
const BACKOFF_MS = [400, 1000, 2500, 5000]; // about ten seconds in all, then the person decides
const REPEATABLE = new Set([503, 504]);
const DEFINITE = new Set(['code_budget']); // a 503 that no pause of ours outlasts

export class ApiError extends Error {
  // code: of err.def, or 'network' where no answer came
  // detail: the daemon's sentence about this one case; body: the whole problem (alternatives, line, column)
  // waitS: after so many seconds it may be tried again; 0 where nobody says so
  constructor(code, { status = 0, title = '', field = null, detail = '', body = {}, waitS = 0 } = {}) {
    super(title || code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.title = title;
    this.field = field;
    this.detail = detail;
    this.body = body;
    this.waitS = waitS;
  }
}

// A fresh key for one action. randomUUID exists only in secure contexts; halls may run plain HTTP.
export function newKey(source = globalThis.crypto) {
  if (source.randomUUID) return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function readBody(response) {
  const text = await response.text();
  if (!text) return null;
  if (/yaml/.test(response.headers.get('content-type') || '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's HTML page; the status says enough
  }
}

function problemOf(response, body) {
  const known = body && typeof body === 'object' ? body : {};
  return new ApiError(known.code || `http_${response.status}`, {
    status: response.status,
    title: known.title || '',
    field: known.field ?? null,
    detail: known.detail || '',
    body: known,
    waitS: retryAfterS(response),
  });
}

function retryAfterS(response) {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

// authorization: () => header value or null (pages with a session cookie leave it out).
// onUnauthenticated: told of every 401 that is neither a failed login nor about a citizen's link in the body.
export function makeApi(options = {}) {
  const {
    base = '/api/v1',
    authorization = () => null,
    onUnauthenticated = () => {},
    fetch: ask = (...args) => globalThis.fetch(...args),
    wait = (ms) => new Promise((done) => setTimeout(done, ms)),
    random = Math.random,
    attemptMs = ATTEMPT_MS,
  } = options;

  async function attempt(method, path, body, key, options) {
    const { accept = 'application/json', type, cache = 'no-store', authorization: own } = options;
    const headers = { accept };
    const auth = own ?? authorization();
    if (auth) headers.authorization = auth;
    if (key) headers['idempotency-key'] = key;
    if (body !== undefined) headers['content-type'] = type || 'application/json';
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), attemptMs);
    try {
      const response = await ask(base + path, {
        method,
        headers,
        body: body === undefined || type ? body : JSON.stringify(body),
        credentials: 'same-origin',
        cache,
        signal: abort.signal,
      });
      const answer = await readBody(response);
      if (response.ok) return { answer };
      const error = problemOf(response, answer);
      const again = REPEATABLE.has(response.status) && !DEFINITE.has(error.code);
      return { error, again, pauseMs: Math.min(error.waitS * 1000, RETRY_AFTER_MAX_MS) };
    } catch (cause) {
      return { error: new ApiError('network', { title: String(cause) }), again: true, pauseMs: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  // key: give one (newKey()) to let a person's own "try again" repeat the same action.
  // retries: how often to repeat by itself; 0 for reads that are repeated anyway.
  // type: the body is a text of that media type (a hall file as YAML); accept: what to ask for instead of JSON.
  // cache: 'no-cache' for what the browser may keep and ask for by its ETag. authorization: of this call only.
  async function call(method, path, body, { key, retries = BACKOFF_MS.length, ...kind } = {}) {
    const used = method === 'GET' ? null : key || newKey();
    for (let round = 0; ; round++) {
      const { answer, error, again, pauseMs } = await attempt(method, path, body, used, kind);
      if (!error) return answer;
      if (error.status === 401 && error.code !== 'login_failed' && error.field !== 'link') onUnauthenticated(error);
      if (!again || round >= retries) throw error;
      const backoffMs = BACKOFF_MS[Math.min(round, BACKOFF_MS.length - 1)];
      await wait(Math.max(pauseMs, backoffMs * (0.75 + random() / 2)));
    }
  }

  return {
    get: (path, extra) => call('GET', path, undefined, extra),
    post: (path, body = {}, extra) => call('POST', path, body, extra),
    put: (path, body = {}, extra) => call('PUT', path, body, extra),
    del: (path, extra) => call('DELETE', path, undefined, extra),
    authorization,
    base,
  };
}
