// What a clerk can do with the counter, by what is there: one row each, with its key. The console draws the
// buttons and binds the keys from this table alone. SPDX-License-Identifier: MIT

// on: idle (nobody there), called, serving. path: below /counters/{counter}; dialog: asks something first.
export const ACTIONS = [
  { id: 'next', key: 'n', on: ['idle'], path: 'next', primary: true },
  { id: 'begin', key: 'b', on: ['called'], path: 'begin', primary: true },
  { id: 'finish_next', key: 'n', on: ['serving'], path: 'next', body: { present: 'finish' }, primary: true },
  { id: 'finish', key: 'f', on: ['serving'], path: 'finish' },
  { id: 'recall', key: 'r', on: ['called'], path: 'recall' },
  { id: 'absent', key: 'a', on: ['called'], path: 'absent' },
  { id: 'put_back', key: 'p', on: ['called', 'serving'], path: 'put-back' },
  { id: 'park', key: 'k', on: ['serving'], path: 'park' },
  { id: 'transfer', key: 't', on: ['called', 'serving'], path: 'transfer', dialog: true },
  { id: 'call', key: 'c', on: ['idle'], path: 'call', dialog: true },
];

export const PAUSE = { id: 'pause', key: 'z', path: 'pause', dialog: true };
export const RESUME_WORK = { id: 'open', key: 'z', path: 'open' };
export const CLOSE = { id: 'close', path: 'close', dialog: true };

export const situation = (present) => (present ? present.state : 'idle');

export function actionsFor(present) {
  return ACTIONS.filter((action) => action.on.includes(situation(present)));
}

// The body of the request; the present ticket goes along as a guard, so that a press meant for one citizen
// never hits the next.
export function bodyOf(action, present, more = {}) {
  const body = { ...action.body, ...more };
  if (present && !body.ticket) body.ticket = present.id;
  return body;
}
