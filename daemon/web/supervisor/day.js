// What a supervisor knows of a hall's day besides what every console does (clerk/fold.js): counters that work without the program,
// and when each counter was last heard of. Pure; nothing is changed in place. SPDX-License-Identifier: MIT

// {ghosts: {profile: n}, heard: {counter: ms}}. A snapshot asked for the plain way tells of no ghosts: then they stay.
export function daySnapshot(data, old = { ghosts: {}, heard: {} }) {
  const heard = { ...old.heard };
  for (const { code, since, ticket } of data.counters || []) {
    heard[code] = Math.max(heard[code] || 0, Number(since) || 0, ticket?.since || 0);
  }
  return { ghosts: data.ghosts || old.ghosts, heard };
}

// Only what a counter does itself is a sign of life; who frees it, or moves a ticket held for it, sits elsewhere.
const LIFE = /^(ticket\.(called|recalled|begun|finished|stepped|parked|missed|put_back|resumed|transferred|undone)|counter\.(opened|paused))$/;

export function dayEvent(day, event) {
  if (event.type === 'hall.ghosts') return { ...day, ghosts: { ...day.ghosts, [event.profile]: event.count } };
  const { counter } = event;
  if (!counter || !LIFE.test(event.type)) return day;
  return { ...day, heard: { ...day.heard, [counter]: Math.max(day.heard[counter] || 0, event.at) } };
}

// All of it in one: {stopped: {service or '*': reason}, announcement: {texts, until} or null, alarms: [{kind, subject, value,
// since}], ghosts, heard}
export const dayOf = (state, day) => ({
  ...day, stopped: state.hall.stopped, announcement: state.hall.announcement, alarms: Object.values(state.hall.alarms),
});
