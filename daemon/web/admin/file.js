// A hall file under change: what differs, and how two people's changes go together. Pure. SPDX-License-Identifier: MIT

// How the entries of a list are told apart; lists not named here are compared as a whole or entry by entry.
const KEYS = { services: 'code', pools: 'code', profiles: 'code', counters: 'code', classes: 'code', series: 'letter', fields: 'code' };
// Lists whose entries have no name: spans of time, days.
const ENTRIES = new Set(['hours', 'breaks', 'plan', 'holidays', 'special_days']);
// Objects that are one value to a reader.
const WHOLE = new Set(['names', 'address', 'place']);

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// As text with members in one order, so that equal means equal.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
export const same = (a, b) => canonical(a ?? null) === canonical(b ?? null);

// Entries only one side has. Those of equal count are pairs: one that was changed.
function entryChanges(path, before, after) {
  const count = new Map();
  for (const one of after) count.set(canonical(one), (count.get(canonical(one)) || 0) + 1);
  const gone = before.filter((one) => {
    const left = count.get(canonical(one)) || 0;
    count.set(canonical(one), left - 1);
    return left <= 0;
  });
  const seen = new Map();
  for (const one of before) seen.set(canonical(one), (seen.get(canonical(one)) || 0) + 1);
  const fresh = after.filter((one) => {
    const left = seen.get(canonical(one)) || 0;
    seen.set(canonical(one), left - 1);
    return left <= 0;
  });
  if (gone.length === fresh.length) return gone.map((one, i) => ({ path, before: one, after: fresh[i] }));
  return [
    ...gone.map((one) => ({ path, before: one, after: undefined })),
    ...fresh.map((one) => ({ path, before: undefined, after: one })),
  ];
}

function keyedChanges(path, key, before, after) {
  const codes = [...new Set([...before, ...after].map((one) => one[key]))];
  return codes.flatMap((code) => {
    const [a, b] = [before, after].map((list) => list.find((one) => one[key] === code));
    return a && b ? changes(a, b, [...path, code]) : [{ path: [...path, code], before: a, after: b }];
  });
}

// What differs: [{path, before, after}]; before is undefined where something was added, after where it was taken out.
// A path is names of members and codes of entries: ['services', 'id-card', 'booking', 'cap'].
export function changes(before, after, path = []) {
  if (same(before, after)) return [];
  const name = path[path.length - 1];
  if (Array.isArray(before) && Array.isArray(after)) {
    if (KEYS[name]) return keyedChanges(path, KEYS[name], before, after);
    if (ENTRIES.has(name)) return entryChanges(path, before, after);
  }
  if (isObject(before) && isObject(after) && !WHOLE.has(name)) {
    const members = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return members.flatMap((key) => changes(before[key], after[key], [...path, key]));
  }
  if (before === undefined && Array.isArray(after)) return changes([], after, path);
  if (after === undefined && Array.isArray(before)) return changes(before, [], path);
  return [{ path, before, after }];
}

// ---- two people at one file ----

function mergeEntries(base, mine, theirs) {
  const had = new Set(base.map(canonical));
  const kept = new Set(mine.map(canonical));
  const theirsHas = new Set(theirs.map(canonical));
  return [
    ...theirs.filter((one) => !had.has(canonical(one)) || kept.has(canonical(one))),
    ...mine.filter((one) => !had.has(canonical(one)) && !theirsHas.has(canonical(one))),
  ];
}

function mergeKeyed(path, key, base, mine, theirs, clashes) {
  const find = (list, code) => list.find((one) => one[key] === code);
  const codes = [...new Set([...theirs, ...mine].map((one) => one[key]))];
  const merged = codes.map((code) =>
    mergeValue([...path, code], find(base, code), find(mine, code), find(theirs, code), clashes));
  return merged.filter((one) => one !== undefined);
}

function mergeValue(path, base, mine, theirs, clashes) {
  if (same(mine, theirs) || same(base, theirs)) return mine;
  if (same(base, mine)) return theirs;
  const name = path[path.length - 1];
  if ([mine, theirs].every(Array.isArray)) {
    const from = Array.isArray(base) ? base : [];
    if (KEYS[name]) return mergeKeyed(path, KEYS[name], from, mine, theirs, clashes);
    if (ENTRIES.has(name)) return mergeEntries(from, mine, theirs);
  }
  if (isObject(mine) && isObject(theirs)) {
    const from = isObject(base) ? base : {};
    const members = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
    const merged = members.map((key) => [key, mergeValue([...path, key], from[key], mine[key], theirs[key], clashes)]);
    return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
  }
  clashes.push({ path, before: theirs, after: mine });
  return mine;
}

// Both sides' changes together. Where both changed the same thing, mine stands, and clashes tells.
export function merge(base, mine, theirs) {
  const clashes = [];
  return { file: mergeValue([], base, mine, theirs, clashes), clashes };
}

// ---- changing ----

// A copy with another value at that path; steps are names or indexes. undefined takes the member out.
export function put(value, [step, ...rest], to) {
  if (step === undefined) return to;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const next = put(copy[step], rest, to);
  if (next === undefined && !Array.isArray(copy)) delete copy[step];
  else copy[step] = next;
  return copy;
}

// ---- where a fault is ----

// The path at a position of a JSON text: ['hours', 0, 'to']. The daemon names a fault by its column in what was sent.
export function pathAt(text, position) {
  const stack = [];
  const letters = Array.from(text); // columns count letters, not their halves
  const top = () => stack[stack.length - 1];
  const path = () => stack.map((one) => (one.list ? one.at : one.key)).filter((step) => step !== null);
  const string = (from) => {
    let to = from + 1;
    while (letters[to] !== '"' && to < letters.length) to += letters[to] === '\\' ? 2 : 1;
    return to;
  };
  for (let i = 0; i < letters.length && i < position; i++) {
    const letter = letters[i];
    if (letter === '{') stack.push({ list: false, key: null, wants: true });
    else if (letter === '[') stack.push({ list: true, at: 0 });
    else if (letter === '}' || letter === ']') stack.pop();
    else if (letter === ',' && top()?.list) top().at += 1;
    else if (letter === ',' && top()) top().wants = true;
    else if (letter === '"') {
      const end = string(i);
      if (top() && !top().list && top().wants) {
        top().key = JSON.parse(letters.slice(i, end + 1).join(''));
        top().wants = false;
      } else if (end >= position) return path();
      i = end;
    }
  }
  return path();
}
