// What the board shows, as a fold of its stream: a snapshot replaces all, a change changes a little.
// Pure functions; the shapes are in docs/architecture.md, "Streams". SPDX-License-Identifier: MIT

export const CALLS_MAX = 12;

export const emptyBoard = () => ({ calls: [], waiting: {}, counters: {} });

// One call of a number to a counter; a recall has another name.
export const callName = (call) => `${call.number}@${call.counter}#${call.calls}`;
// The same for ever, even when the number goes back into the line and is called once more.
export const callKey = (call) => `${callName(call)}-${call.at}`;

function withState(calls, number, state) {
  return calls.map((call) => (call.number === number ? { ...call, state } : call));
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
    next.calls = [{ ...change.call, state: 'called' }, ...others].slice(0, CALLS_MAX);
  }
  if (change.serving) next.calls = withState(next.calls, change.serving, 'serving');
  if (change.ended) next.calls = withState(next.calls, change.ended, 'ended');
  if (change.withdrawn) {
    next.calls = next.calls.filter((call) => call.number !== change.withdrawn);
  }
  if (change.day_closed) next.calls = [];
  if (change.waiting) next.waiting = mergeWaiting(board.waiting, change.waiting);
  if (change.counter) {
    next.counters = { ...board.counters, [change.counter.code]: change.counter.state };
  }
  return next;
}

// -> {board, calls: to be announced if they are new, oldest first}
export function applyEvent(board, event) {
  if (event.type === 'snapshot') {
    const { calls, waiting, counters } = event.data;
    const called = calls.filter((call) => call.state === 'called').reverse();
    return { board: { calls, waiting: mergeWaiting(waiting, {}), counters }, calls: called };
  }
  if (event.type === 'change') {
    const calls = event.data.call ? [event.data.call] : [];
    return { board: applyChange(board, event.data), calls };
  }
  return { board, calls: [] };
}

// The lines with people in them, in the order of the hall's file, cut into pages of that many rows.
export function waitingPages(hall, waiting, rows) {
  const lines = hall.services
    .filter((service) => waiting[service.code] > 0)
    .map((service) => ({ service, count: waiting[service.code] }));
  const pages = [];
  for (let i = 0; i < lines.length; i += rows) pages.push(lines.slice(i, i + rows));
  return pages;
}

export const waitingTotal = (waiting) => Object.values(waiting).reduce((sum, n) => sum + n, 0);
