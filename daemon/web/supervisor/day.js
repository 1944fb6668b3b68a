// What a hall's day has besides tickets and counters: stopped services, ghost counters, the announcement, alarms, and when each
// counter was last heard of. Pure; nothing is changed in place. A new event: a row of STEPS. SPDX-License-Identifier: MIT

// {stopped: {service or '*': reason}, ghosts: {profile: n}, announcement: {texts, until} or null, alarms: [{kind, subject, value,
//  since}], heard: {counter: ms}}
export function daySnapshot(data, old = null) {
  const heard = { ...old?.heard };
  for (const { code, since, ticket } of data.counters || []) {
    heard[code] = Math.max(heard[code] || 0, Number(since) || 0, ticket?.since || 0);
  }
  return {
    stopped: data.stopped || {}, ghosts: data.ghosts || {}, announcement: data.announcement || null, alarms: data.alarms || [], heard,
  };
}

const without = (alarms, { alarm, subject }) => alarms.filter((one) => one.kind !== alarm || one.subject !== subject);

function started({ stopped, ...day }, { service }) {
  const left = { ...stopped };
  delete left[service];
  return { ...day, stopped: service === '*' ? {} : left };
}

const STEPS = {
  'hall.stopped': (day, e) => ({ ...day, stopped: { ...day.stopped, [e.service]: e.reason || '' } }),
  'hall.started': started,
  'hall.ghosts': (day, e) => ({ ...day, ghosts: { ...day.ghosts, [e.profile]: e.count } }),
  'hall.announced': (day, e) => ({ ...day, announcement: e.until ? { texts: e.texts, until: e.until } : null }),
  'alarm.raised': (day, e) => ({
    ...day, alarms: [...without(day.alarms, e), { kind: e.alarm, subject: e.subject, value: e.value, since: e.at }],
  }),
  'alarm.cleared': (day, e) => ({ ...day, alarms: without(day.alarms, e) }),
};

// Only what a counter does itself is a sign of life; who frees it, or moves a ticket held for it, sits elsewhere.
const LIFE = /^(ticket\.(called|recalled|begun|finished|stepped|parked|missed|put_back|resumed|transferred|undone)|counter\.(opened|paused))$/;

export function dayEvent(day, event) {
  const next = STEPS[event.type]?.(day, event) || day;
  const { counter } = event;
  if (!counter || !LIFE.test(event.type)) return next;
  return { ...next, heard: { ...next.heard, [counter]: Math.max(next.heard[counter] || 0, event.at) } };
}
