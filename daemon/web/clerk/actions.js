// What a clerk can do, by what is there: one row each, with the key it has at first. The console draws the buttons,
// binds the keys and explains them from this table alone; a new action is a row here and its word `do.<id>`.
// SPDX-License-Identifier: MIT

// on: when it can be done: idle (nobody there), called, serving; paused, closed (the counter). path: below
// /counters/{counter}; dialog: asks something first. tool: drawn smaller, beside the citizen. choose: needs that right.
export const ACTIONS = [
  { id: 'next', key: 'n', on: ['idle'], path: 'next', primary: true },
  { id: 'begin', key: 'b', on: ['called'], path: 'begin', primary: true },
  { id: 'finish_next', key: 'n', on: ['serving'], path: 'next', body: { present: 'finish' }, primary: true },
  { id: 'finish', key: 'f', on: ['serving'], path: 'finish' },
  { id: 'recall', key: 'r', on: ['called'], path: 'recall' },
  { id: 'absent', key: 'a', on: ['called'], path: 'absent' },
  { id: 'absent_next', key: 'g', on: ['called'], path: 'next', body: { present: 'absent' } },
  { id: 'put_back', key: 'p', on: ['called', 'serving'], path: 'put-back' },
  { id: 'park', key: 'k', on: ['serving'], path: 'park' },
  { id: 'transfer', key: 't', on: ['called', 'serving'], path: 'transfer', dialog: true },
  { id: 'delay', key: 'd', on: ['called', 'serving'], path: 'put-back', dialog: true },
  { id: 'direct', key: 's', on: ['idle', 'called', 'serving'], path: 'direct', dialog: true },
  { id: 'call', key: 'c', on: ['idle'], path: 'call', dialog: true, choose: true },
  { id: 'note', key: 'm', on: ['called', 'serving'], dialog: true, tool: true },
  { id: 'reprint', key: 'i', on: ['called', 'serving'], dialog: true, tool: true },
];

export const UNDO = { id: 'undo', key: 'u', on: ['idle', 'called', 'serving'], path: 'undo' };
export const PAUSE = { id: 'pause', key: 'z', on: ['idle'], path: 'pause', dialog: true };
export const RESUME_WORK = { id: 'open', key: 'z', on: ['paused'], path: 'open' };
export const OPEN = { id: 'open', key: 'n', on: ['closed'], path: 'open' };
export const CLOSE = { id: 'close', key: '', on: ['idle', 'paused'], path: 'close', dialog: true };
export const KEYS = { id: 'keys', key: 'h', on: ['idle', 'called', 'serving', 'paused', 'closed'], dialog: true };
export const FIND = { id: 'find', key: '/', on: ['idle', 'called', 'serving'], dialog: true };

// Those whose keys a person may change, in the order in which they are explained. Opening a closed counter has the key of
// what comes first there.
export const BINDABLE = [...ACTIONS, UNDO, FIND, PAUSE, { ...RESUME_WORK, id: 'resume_work' }, CLOSE, KEYS];

export const situation = (present) => (present ? present.state : 'idle');

// may: the rights of whoever acts ({choose}).
export function actionsFor(present, may = { choose: true }) {
  return ACTIONS.filter((action) => action.on.includes(situation(present)) && (!action.choose || may.choose));
}

// Who leads may call a certain one; a clerk needs the right to.
export const rightsOf = (person) => ({ choose: person.role !== 'clerk' || Boolean(person.rights?.includes('choose')) });

// The body of the request; the present ticket goes along as a guard, so that a press meant for one citizen
// never hits the next.
export function bodyOf(action, present, more = {}) {
  const body = { ...action.body, ...more };
  if (present && !body.ticket) body.ticket = present.id;
  return body;
}
