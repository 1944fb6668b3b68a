// The last press at each counter, as the events tell it: what can be taken back for a few seconds, and what another
// window did. All events of one press have the same moment and the same hand. Part of fold.js; pure.
// SPDX-License-Identifier: MIT

// What the daemon takes back. Any other event of a ticket at a counter ends the chance.
const UNDOABLE = new Set(['called', 'begun', 'missed', 'finished', 'stepped', 'put_back', 'parked', 'resumed',
  'transferred', 'issued']
  .map((name) => `ticket.${name}`));
// Known of the present ticket, or said of it once more: the press before stays the last one.
const ASIDE = new Set(['ticket.recalled', 'ticket.noted', 'ticket.reprinted', 'ticket.promised', 'ticket.travel', 'ticket.rated',
  'ticket.shown']);

const isUndo = (event) => event.type === 'ticket.undone';
const touches = (press, id) => [...press.steps, ...(press.back || [])].some((step) => step.id === id);

// An undone ticket may be at no counter any more; then it is the counter whose press it was of.
function placeOf(presses, event) {
  if (event.counter || !isUndo(event)) return event.counter;
  return Object.keys(presses).find((code) => presses[code] && touches(presses[code], event.ticket));
}

// presses: {counter: {at, by, steps: [{type, id, number, service}], undone, back: the steps taken back}}
export function pressed(presses, event) {
  // The next one there takes nothing of this one back.
  if (event.type === 'counter.closed' && presses[event.counter]) return { ...presses, [event.counter]: undefined };
  if (!event.type.startsWith('ticket.') || ASIDE.has(event.type)) return presses;
  const code = placeOf(presses, event);
  if (!code) return presses;
  const old = presses[code];
  const step = { type: event.undoes || event.type, id: event.ticket, number: event.number, service: event.service };
  const same = old && old.at === event.at && old.by === event.by && old.undone === isUndo(event);
  const press = same ? { ...old, steps: [...old.steps, step] }
    : { at: event.at, by: event.by, steps: [step], undone: isUndo(event), back: isUndo(event) ? old?.steps : undefined };
  return { ...presses, [code]: press };
}

// The press that can be taken back at this moment, or null. lastsMs: how long that is possible.
export function undoable(state, code, now, lastsMs) {
  const press = state.presses[code];
  if (!press || press.undone || now >= press.at + lastsMs) return null;
  return press.steps.every((step) => UNDOABLE.has(step.type)) ? press : null;
}
