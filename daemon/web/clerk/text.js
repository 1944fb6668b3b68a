// Names and times as the console says them. SPDX-License-Identifier: MIT

// "clerk:li" -> "li"
export const personOf = (who) => (who || '').replace(/^[a-z]+:/, '');

export const serviceName = (hall, code, i18n) =>
  i18n.name(hall.services.find((one) => one.code === code)?.names) || code;

// The services that come after the present one.
export const stepNames = (hall, steps, i18n) =>
  steps.map((code) => serviceName(hall, code, i18n)).join(i18n.lang === 'zh' ? '、' : ', ');

export const className = (hall, code, i18n) =>
  i18n.name(hall.classes.find((one) => one.code === code)?.names) || code;

export function counterName(hall, code, i18n) {
  const known = hall.counters.find((one) => one.code === code);
  return i18n.name(known?.names) || i18n.t('counter.at', { counter: code });
}

// A line is a service's, one counter's own ("@3"), or one person's ("&li").
export function lineName(hall, line, i18n) {
  if (line[0] === '@') return i18n.t('line.counter', { counter: counterName(hall, line.slice(1), i18n) });
  if (line[0] === '&') return i18n.t('line.clerk', { name: personOf(line.slice(1)) });
  return serviceName(hall, line, i18n);
}
export const isHeld = (line) => line[0] === '@' || line[0] === '&';

// 0:42, 12:05, 1:02:03
export function timerText(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, '0');
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(all % 60)}`;
}

// A wait in few letters, for lists.
export const waitText = (ms, i18n) => i18n.t('wait', { n: Math.max(0, Math.floor(ms / 60000)) });

// {line: offset in minutes} of what a profile serves at a counter, with what is held for it and for whoever works there. "*"
// is every service it does not name itself, or only the short ones (a quick lane); of several the lowest offset counts.
export function profileLines(hall, profile, counter, clerk = '') {
  const serves = hall.profiles.find((one) => one.code === profile)?.serves || [];
  const lines = { [`@${counter}`]: 0 };
  if (clerk) lines[`&${personOf(clerk)}`] = 0;
  for (const { service, offset_minutes: minutes = 0 } of serves) {
    if (service !== '*') lines[service] = minutes;
  }
  const named = new Set(Object.keys(lines));
  for (const { service, offset_minutes: minutes = 0, up_to_minutes: upTo = 0 } of serves) {
    if (service !== '*') continue;
    for (const one of hall.services) {
      if (named.has(one.code) || (upTo && one.minutes > upTo)) continue;
      lines[one.code] = Math.min(lines[one.code] ?? Infinity, minutes);
    }
  }
  return lines;
}

// The lines of a counter at work.
export const linesOf = (hall, counter) => profileLines(hall, counter.profile, counter.code, counter.clerk);

// What a counter does, in words: its own work, without what it only helps with.
export function profileText(hall, profile, i18n) {
  const own = Object.entries(profileLines(hall, profile, '')).filter(([line, minutes]) => !isHeld(line) && minutes === 0);
  if (own.length === hall.services.length) return i18n.t('profile.all');
  const names = own.map(([line]) => serviceName(hall, line, i18n)).join(i18n.t('profile.and'));
  return own.length ? names : i18n.t('profile.helps');
}

// One sentence for each kind, however many there are of it: of several services the worst one, of several boards all.
export function alarmTexts(alarms, hall, i18n) {
  const kinds = [...new Set(alarms.map((alarm) => alarm.kind))];
  return kinds.map((kind) => {
    const those = alarms.filter((alarm) => alarm.kind === kind);
    const waits = kind === 'wait' || kind === 'predicted';
    const [worst] = [...those].sort((a, b) => b.value - a.value);
    const subject = waits ? serviceName(hall, worst.subject, i18n) : those.map((one) => one.subject).join(i18n.t('alarm.comma'));
    const several = those.length > 1 && i18n.has(`alarm.${kind}.several`);
    return i18n.t(`alarm.${kind}${several ? '.several' : ''}`, { subject, value: worst.value, n: those.length });
  });
}
