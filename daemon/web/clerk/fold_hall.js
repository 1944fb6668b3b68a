// What the staff stream tells of the hall itself: the announcement, alarms, services that give no more numbers. Part of
// fold.js, which asks HALL_STEPS for every event; pure. SPDX-License-Identifier: MIT

const keyOf = (kind, subject) => `${kind}|${subject}`;

// {announcement: {texts, until} or null, alarms: {key: {kind, subject, value, since}}, stopped: {service or "*": reason},
//  unshownMs: after so long a call that no board has shown is told; 0: never}
// A snapshot asked for the plain way tells nothing of it: then what was known stays.
export function hallOf(snapshot, before = { announcement: null, alarms: {}, stopped: {}, unshownMs: 0 }) {
  const alarms = snapshot.alarms && Object.fromEntries(snapshot.alarms.map((one) => [keyOf(one.kind, one.subject), one]));
  const { announcement = before.announcement, stopped = before.stopped, unshown_ms: unshownMs = before.unshownMs } = snapshot;
  return { announcement: announcement?.until ? announcement : null, alarms: alarms ?? before.alarms, stopped: stopped ?? {}, unshownMs };
}

const without = (map, key) => Object.fromEntries(Object.entries(map).filter(([one]) => one !== key));

export const HALL_STEPS = {
  'hall.announced': (hall, e) => ({ ...hall, announcement: e.until ? { texts: e.texts, until: e.until } : null }),
  'hall.stopped': (hall, e) => ({ ...hall, stopped: { ...hall.stopped, [e.service]: e.reason || '' } }),
  'hall.started': (hall, e) => ({ ...hall, stopped: e.service === '*' ? {} : without(hall.stopped, e.service) }),
  'alarm.raised': (hall, e) => {
    const alarm = { kind: e.alarm, subject: e.subject, value: e.value, since: e.at };
    return { ...hall, alarms: { ...hall.alarms, [keyOf(e.alarm, e.subject)]: alarm } };
  },
  'alarm.cleared': (hall, e) => ({ ...hall, alarms: without(hall.alarms, keyOf(e.alarm, e.subject)) }),
};
