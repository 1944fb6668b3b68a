// Which board a screen is: a layout of the hall's file, chosen by the address, else by the name of the device, else the
// first one; single settings may be overridden in the address. Pure. SPDX-License-Identifier: MIT

const WORDS = {
  kind: ['main', 'zone', 'counter'],
  theme: ['auto', 'light', 'dark', 'eink'],
  languages: ['together', 'cycle'],
};
const SHOW = ['waiting', 'waits', 'next', 'ticker', 'clock'];
const NUMBERS = { calls: [1, 12], part: [1, 4], parts: [1, 4], distance_m: [0, 50], panel_inches: [5, 300] };

// A hall that says nothing about boards: one with everything, as large as fits.
export const PLAIN = {
  code: '', kind: 'main', devices: [], zones: [], counters: [], calls: 8, show: ['waiting', 'waits', 'ticker', 'clock'],
  part: 1, parts: 1, languages: 'together', distance_m: 0, panel_inches: 55, theme: 'dark', media: [], arrows: [], voice: false,
};

const listOf = (text) => text.split(',').map((one) => one.trim()).filter(Boolean);

function overrides(asked, hall) {
  const found = {};
  for (const [name, words] of Object.entries(WORDS)) if (words.includes(asked.get(name))) found[name] = asked.get(name);
  for (const [name, [low, high]] of Object.entries(NUMBERS)) {
    const value = Number(asked.get(name) || NaN);
    if (value >= low && value <= high) found[name] = name === 'distance_m' ? value : Math.round(value);
  }
  if (asked.has('show')) found.show = listOf(asked.get('show')).filter((word) => SHOW.includes(word));
  if (asked.has('zones')) found.zones = listOf(asked.get('zones'));
  if (asked.has('counters')) found.counters = listOf(asked.get('counters')).map((code) => code.toLowerCase());
  // What no counter has would leave the board empty for ever.
  found.zones = found.zones?.filter((zone) => hall.counters.some((counter) => counter.zone === zone));
  found.counters = found.counters?.filter((code) => hall.counters.some((counter) => counter.code === code));
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

// search: "?layout=zone-a&theme=light"; device: the name of this screen. `unknown`: the layout that was asked for and
// is not there.
export function chooseLayout(hall, device = '', search = '') {
  const asked = new URLSearchParams(search);
  const boards = hall.boards ?? [];
  const code = asked.get('layout');
  const named = boards.find((board) => board.code === code);
  const own = boards.find((board) => board.devices.includes(device));
  const layout = { ...PLAIN, ...(named ?? own ?? boards[0]), ...overrides(asked, hall) };
  if (code && !named) layout.unknown = code;
  if (layout.part > layout.parts) layout.parts = layout.part;
  return layout;
}

// The codes of the services a profile has as its own work, not only to help out.
function ownWork(profile, services) {
  const named = new Set(profile.serves.map((serve) => serve.service));
  const own = new Set();
  for (const serve of profile.serves.filter((one) => !one.offset_minutes)) {
    if (serve.service !== '*') own.add(serve.service);
    else for (const service of services) {
      if (!named.has(service.code) && (!serve.up_to_minutes || service.minutes <= serve.up_to_minutes)) own.add(service.code);
    }
  }
  return own;
}

// What a layout is about: its counters, the services they are there for, and the lines people wait in for them.
export function scopeOf(hall, { zones, counters }) {
  const all = !zones.length && !counters.length;
  const mine = hall.counters.filter((one) => all || zones.includes(one.zone) || counters.includes(one.code));
  const codes = new Set(mine.map((one) => one.code));
  const profiles = hall.profiles.filter((profile) => mine.some((one) => one.profile === profile.code));
  const own = new Set(profiles.flatMap((profile) => [...ownWork(profile, hall.services)]));
  const services = hall.services.filter((service) => all || own.has(service.code));
  return {
    all, counters: mine, services,
    lines: [...services.map((service) => service.code), ...mine.map((one) => `@${one.code}`)],
    covers: (call) => codes.has(call.counter),
  };
}

// The part of a list that stands on this screen. Services are dealt out by the hall's file, so that none moves over to
// the other screen when people come and go.
export function partOf(list, { part, parts }) {
  const size = Math.ceil(list.length / parts);
  return list.slice((part - 1) * size, part * size);
}

// Calls below the large one: each screen continues where the one before ends.
export const callsOf = (calls, { part, calls: each }) => calls.slice((part - 1) * each, part * each);

export const shows = (layout, what) => layout.show.includes(what);
// The way from this board to a counter.
export function arrowTo(hall, layout, code) {
  const zone = hall.counters.find((counter) => counter.code === code)?.zone;
  return layout.arrows.find((arrow) => arrow.zone === zone)?.to ?? 'right';
}
