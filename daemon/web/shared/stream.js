// Server-Sent Events read with fetch(), since EventSource sends no Authorization header and gives up
// for ever on a 503. Reconnects by itself, resumes by Last-Event-ID, notices a silent link, asks the
// plain way (poll) while no stream gets through. SPDX-License-Identifier: MIT

const SILENCE_MS = 15000; // the daemon sends hb every 10 s
const STALE_MS = 10000; // how long a broken link goes unmentioned
const OFFLINE_MS = 60000; // older than that must not be believed any more
const BACKOFF_MIN_MS = 1000;
const BACKOFF_MAX_MS = 15000;
const POLL_MS = 5000;
const POLL_AFTER_FAILURES = 2; // one failure is a restart; two in a row may be a proxy that buffers
const LINE_MAX = 1 << 20; // a snapshot of a full hall is below 300 KB

// Splits the text of a stream into events. push() returns those that are complete.
export class EventParser {
  constructor() {
    this.lastId = '';
    this.retryMs = null;
    this.rest = '';
    this.clear();
  }

  clear() {
    this.type = '';
    this.data = [];
    this.id = null;
  }

  push(text) {
    const events = [];
    this.rest += text;
    if (this.rest.length > LINE_MAX) throw new Error('stream: a line is too long');
    // A CR at the very end may be the first half of CRLF: it waits for the next piece.
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop();
    for (const line of lines) {
      const event = this.line(line);
      if (event) events.push(event);
    }
    return events;
  }

  line(line) {
    if (line === '') return this.finish();
    const colon = line.indexOf(':');
    if (colon === 0) return null; // a comment
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.type = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    return null;
  }

  finish() {
    if (this.id !== null) this.lastId = this.id;
    const event = this.data.length
      ? { type: this.type || 'message', data: this.data.join('\n'), id: this.lastId }
      : null;
    this.clear();
    return event;
  }
}

// url, authorization: () => header value or null.
// onEvent({type, data (parsed JSON), id, missed}); poll: async () => such an event (asked while streaming fails). missed:
//   it came before the first heartbeat of its connection, so it may tell of what happened while this page was away.
// onState({state: 'connecting'|'live'|'stale'|'offline', since: ms of Date when last heard, mode:
//   'stream'|'poll'}) on every change. onDenied(status): 401, 403 or 404; the stream has then ended.
// Returns {close(), retry(), state()}.
export function openStream(options) {
  return new Stream(options).start();
}

class Stream {
  constructor(options) {
    this.options = {
      authorization: () => null,
      onEvent: () => {},
      onState: () => {},
      onDenied: () => {},
      fetch: (...args) => globalThis.fetch(...args),
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (id) => globalThis.clearTimeout(id),
      now: () => Date.now(),
      random: Math.random,
      ...options,
    };
    this.parser = new EventParser();
    this.heardAt = null; // Date ms of the last byte or good poll
    this.connected = false;
    this.behind = false; // the daemon is there, but its store is not
    this.polling = false;
    this.failures = 0;
    this.retryMs = BACKOFF_MIN_MS;
    this.timers = {};
    this.shown = null;
    this.closed = false;
    this.onWake = () => this.wake();
  }

  start() {
    const page = globalThis.document;
    page?.addEventListener('visibilitychange', this.onWake);
    globalThis.addEventListener?.('online', this.onWake);
    this.startedAt = this.options.now();
    this.show();
    this.connect();
    return {
      close: () => this.close(),
      retry: () => this.reconnect(0),
      state: () => this.shown,
    };
  }

  close() {
    this.closed = true;
    globalThis.document?.removeEventListener('visibilitychange', this.onWake);
    globalThis.removeEventListener?.('online', this.onWake);
    for (const name of Object.keys(this.timers)) this.stopTimer(name);
    this.abort?.abort();
  }

  // A phone that was in a pocket: the link is dead more often than not, and nobody wants to wait.
  wake() {
    if (this.closed || globalThis.document?.hidden) return;
    const ageMs = this.options.now() - (this.heardAt ?? 0);
    if (!this.connected || ageMs > STALE_MS) this.reconnect(0);
  }

  timer(name, ms, then) {
    this.stopTimer(name);
    this.timers[name] = this.options.setTimeout(() => {
      delete this.timers[name];
      if (!this.closed) then();
    }, ms);
  }

  stopTimer(name) {
    if (name in this.timers) this.options.clearTimeout(this.timers[name]);
    delete this.timers[name];
  }

  heard() {
    if (!this.behind) this.heardAt = this.options.now();
    this.timer('watch', SILENCE_MS, () => this.fail(this.round));
    this.show();
  }

  async connect() {
    const round = (this.round = (this.round ?? 0) + 1);
    this.stopTimer('connect');
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    this.timer('watch', SILENCE_MS, () => this.fail(round));
    const headers = { accept: 'text/event-stream' };
    const authorization = this.options.authorization();
    if (authorization) headers.authorization = authorization;
    if (this.parser.lastId) headers['last-event-id'] = this.parser.lastId;
    try {
      const response = await this.options.fetch(this.options.url, {
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: abort.signal,
      });
      if (round !== this.round || this.closed) return;
      if ([401, 403, 404].includes(response.status)) return this.denied(response.status);
      if (!response.ok) throw new Error(`stream: ${response.status}`);
      await this.read(response.body.getReader(), round);
      throw new Error('stream: ended');
    } catch {
      this.fail(round);
    }
  }

  async read(reader, round) {
    const decoder = new TextDecoder();
    const { lastId } = this.parser;
    this.parser = new EventParser(); // half an event of the broken link must not meet the new one
    this.parser.lastId = lastId;
    let missed = true;
    for (;;) {
      const { done, value } = await reader.read();
      if (done || round !== this.round || this.closed) return;
      this.connected = true;
      this.polling = false;
      this.stopTimer('poll');
      const events = this.parser.push(decoder.decode(value, { stream: true }));
      this.retryMs = Math.max(BACKOFF_MIN_MS, this.parser.retryMs ?? this.retryMs);
      if (events.length) this.failures = 0;
      const known = events.map((event) => this.parse(event)).filter(Boolean);
      // A heartbeat says so; whatever else comes was sent by a store that is there.
      if (known.length) this.behind = Boolean(known[known.length - 1].data?.behind);
      this.heard();
      for (const event of known) {
        if (event.type === 'hb') missed = false;
        this.options.onEvent({ ...event, missed });
      }
    }
  }

  parse(event) {
    try {
      return { type: event.type, data: JSON.parse(event.data), id: event.id };
    } catch {
      return null; // a broken event is as good as none; the next snapshot repairs
    }
  }

  denied(status) {
    this.close();
    this.options.onDenied(status);
  }

  fail(round) {
    if (this.closed || round !== this.round) return;
    this.round++; // whatever the old attempt still does is ignored
    this.connected = false;
    this.failures++;
    this.stopTimer('watch');
    this.abort?.abort();
    const growth = Math.min(this.retryMs * 2 ** (this.failures - 1), BACKOFF_MAX_MS);
    this.reconnect(Math.max(BACKOFF_MIN_MS, growth * (0.5 + this.options.random() / 2)));
    if (this.failures >= POLL_AFTER_FAILURES) this.poll();
    this.show();
  }

  reconnect(ms) {
    if (this.closed) return;
    if (ms === 0) this.connect();
    else this.timer('connect', ms, () => this.connect());
  }

  async poll() {
    if (!this.options.poll || 'poll' in this.timers) return;
    this.timer('poll', POLL_MS, () => this.connected || this.poll());
    try {
      const event = await this.options.poll();
      if (this.closed || this.connected) return;
      this.polling = true;
      this.parser.lastId = ''; // older than what was just read: the next stream begins afresh
      this.heardAt = this.options.now();
      this.options.onEvent({ id: '', missed: true, ...event });
    } catch (error) {
      if (!this.closed && [401, 403, 404].includes(error.status)) return this.denied(error.status);
      this.polling = false;
    }
    this.show();
  }

  // Says what the link is worth now, and looks again when that will change by itself.
  show() {
    if (this.closed) return;
    const now = this.options.now();
    const fresh = (this.connected && !this.behind) || (this.polling && now - this.heardAt < SILENCE_MS);
    const since = this.heardAt ?? this.startedAt;
    const ageMs = now - since;
    let state = 'live';
    if (!fresh && ageMs >= OFFLINE_MS) state = 'offline';
    else if (!fresh && ageMs >= STALE_MS) state = 'stale';
    else if (!fresh && this.heardAt === null) state = 'connecting';
    const mode = this.polling ? 'poll' : 'stream';
    const next = fresh ? SILENCE_MS : ageMs < STALE_MS ? STALE_MS - ageMs : OFFLINE_MS - ageMs;
    if (state !== 'offline') this.timer('show', Math.max(next, 50), () => this.show());
    if (this.shown?.state === state && this.shown.mode === mode) return;
    this.shown = { state, since, mode };
    this.options.onState(this.shown);
  }
}
