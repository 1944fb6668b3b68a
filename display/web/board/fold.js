// What the board shows, as a fold of its stream: a snapshot replaces all, a change changes a little.
// Pure functions; the shapes are in docs/architecture.md, "Streams". SPDX-License-Identifier: MIT

export const CALLS_MAX = 48;

// One too many: the oldest that has left its counter makes room, as in the daemon.
function shorten(calls) {
  if (calls.length <= CALLS_MAX) return calls;
  for (let i = calls.length - 1; i > 0; i--) if (calls[i].state === 'ended') return calls.filter((call, k) => k !== i);
  return calls; // all of them are at counters
}

export const emptyBoard = () => ({ calls: [], waiting: {}, next: {}, counters: {}, announcement: null, stopped: {}, waits: {} });

// One call of a number to a counter; a recall has another name.
export const callName = (call) => `${call.number}@${call.counter}#${call.calls}`;
// The same for ever, even when the number goes back into the line and is called once more.
export const callKey = (call) => `${callName(call)}-${call.at}`;

function withState(calls, number, state) {
  return calls.map((call) => (call.number === number ? { ...call, state } : call));
}

// What an undo brought back: where it stood, else on top. It was heard already.
function withBack(calls, back) {
  const known = calls.some((call) => call.number === back.number);
  if (!known) return shorten([back, ...calls]);
  return calls.map((call) => (call.number === back.number ? { ...back, at: call.at } : call));
}

function mergeWaiting(waiting, changed) {
  const merged = { ...waiting, ...changed };
  for (const [service, count] of Object.entries(merged)) if (!count) delete merged[service];
  return merged;
}

export function applyChange(board, change) {
  const next = { ...board };
  if (change.call) {
    const others = board.calls.filter((call) => call.number !== change.call.number);
    next.calls = shorten([{ ...change.call, state: 'called' }, ...others]);
  }
  if (change.serving) next.calls = withState(next.calls, change.serving, 'serving');
  if (change.ended) next.calls = withState(next.calls, change.ended, 'ended');
  if (change.withdrawn) {
    next.calls = next.calls.filter((call) => call.number !== change.withdrawn);
  }
  if (change.back) next.calls = withBack(next.calls, change.back);
  if (change.day_closed) next.calls = [];
  if (change.announcement) next.announcement = change.announcement;
  if (change.stopped) next.stopped = change.stopped;
  if (change.waiting) next.waiting = mergeWaiting(board.waiting, change.waiting);
  if (change.next) next.next = { ...board.next, ...change.next };
  if (change.counter) {
    next.counters = { ...board.counters, [change.counter.code]: change.counter.state };
  }
  return next;
}

// -> {board, calls: to be announced if they are new, oldest first}
export function applyEvent(board, event) {
  if (event.type === 'snapshot') {
    const { calls, waiting, next = {}, counters, announcement = null, stopped = {} } = event.data;
    const called = calls.filter((call) => call.state === 'called').reverse();
    const { waits } = board; // a snapshot does not tell them; a stream tells them next
    return { board: { calls, waiting: mergeWaiting(waiting, {}), next, counters, announcement, stopped, waits }, calls: called };
  }
  if (event.type === 'forecast') {
    const known = event.data.services.filter((service) => service.wait);
    const waits = Object.fromEntries(known.map((service) => [service.code, service.wait]));
    return { board: { ...board, waits }, calls: [] };
  }
  if (event.type === 'change') {
    const calls = event.data.call ? [event.data.call] : [];
    return { board: applyChange(board, event.data), calls };
  }
  return { board, calls: [] };
}

// The lines with people in them, in the order of the hall's file.
export const waitingLines = (services, waiting) => services
  .filter((service) => waiting[service.code] > 0)
  .map((service) => ({ service, count: waiting[service.code] }));

// The first n numbers of several lines: by the moment they should be called, each line in its own order.
export const nextNumbers = (next, lines, n) => lines
  .flatMap((line) => next[line] ?? [])
  .sort((a, b) => a[1] - b[1])
  .slice(0, n)
  .map(([number]) => number);

// What the bar under the name says, the announcement first: [{texts}] and [{stopped: services or null, reason}].
export function notices(hall, { announcement, stopped }, now) {
  const list = [];
  if (announcement && announcement.until > now && Object.keys(announcement.texts).length) list.push({ texts: announcement.texts });
  if ('*' in stopped) return [...list, { stopped: null, reason: stopped['*'] }];
  const reasons = new Map(); // one line for each reason
  for (const service of hall.services) {
    if (!(service.code in stopped)) continue;
    const reason = stopped[service.code];
    reasons.set(reason, [...(reasons.get(reason) ?? []), service]);
  }
  for (const [reason, services] of reasons) list.push({ stopped: services, reason });
  return list;
}

export const waitingTotal = (services, waiting) => services.reduce((sum, service) => sum + (waiting[service.code] ?? 0), 0);
