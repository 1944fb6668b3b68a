// What a citizen typed for one hall, kept for the tab until it is booked: {ticked, hold, phone, sent, fields, wait};
// then {booked: {at, link}}, until another time is held.
// SPDX-License-Identifier: MIT

const keyOf = (hall) => `paihao.book.${hall}`;

export function readDraft(hall, storage = globalThis.sessionStorage) {
  try {
    const found = JSON.parse(storage.getItem(keyOf(hall)));
    return found && typeof found === 'object' ? found : {};
  } catch {
    return {}; // nothing kept, or storage is forbidden
  }
}

export function keepDraft(hall, draft, storage = globalThis.sessionStorage) {
  try {
    storage.setItem(keyOf(hall), JSON.stringify(draft));
  } catch {
    // then it lasts as long as the page
  }
}

export function dropDraft(hall, storage = globalThis.sessionStorage) {
  try {
    storage.removeItem(keyOf(hall));
  } catch {
    // nothing was kept
  }
}
