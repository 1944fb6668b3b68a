// The devices of a hall in words: which are dead, which need a hand, which are well; for supervisors and admins.
// SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';

const SEEN_MS = 90000; // a screen tells every minute, its stream more often
const MINUTE = 60000;
const TONES = ['bad', 'warn', 'good'];
const SHAPES = { bad: '■', warn: '▲', good: '●' };
// What a sign or printer says of itself; whatever is not here is broken.
const DRIVEN = { ok: 'good', connecting: 'warn', paper_low: 'warn' };

// A screen: dead when nothing is heard, else what is not as it should be.
function rateScreen({ kind, name, seen, old, health }, now, alarms, limitMs) {
  const dead = alarms.has(`${kind} ${name}`) || !seen || now - seen > limitMs;
  const notes = [];
  if (dead) notes.push([seen ? 'silent' : 'never', 'bad']);
  if (!dead && kind === 'board' && health?.sound === 'blocked') notes.push(['blocked', 'warn']);
  if (!dead && kind === 'board' && health?.sound === 'off') notes.push(['mute', 'warn']);
  if (!dead && old) notes.push(['old', 'warn']);
  return notes;
}

function rateDriven(kind, { code, seen, health }, now, alarms) {
  const state = health?.state || 'broken';
  const tone = DRIVEN[state] || 'bad';
  if (alarms.has(`${kind} ${code}`) && tone === 'good') return [['silent', 'bad']];
  return tone === 'good' ? [] : [[state, tone]];
}

// The answer of /halls/{hall}/devices as one list, what needs a hand first:
// [{kind, name, seen, health, tone, notes: [[word, tone]]}]. limitMs: so long a screen may be silent.
export function rateDevices({ now, devices, signs = [], printers = [], alarms = [] }, limitMs = SEEN_MS) {
  const raised = new Set(alarms.map((one) => `${one.kind} ${one.subject}`));
  const rows = devices.map((one) => ({ ...one, notes: rateScreen(one, now, raised, limitMs) }));
  for (const [kind, list] of [['sign', signs], ['printer', printers]]) {
    for (const one of list) rows.push({ ...one, kind, name: one.code, notes: rateDriven(kind, one, now, raised) });
  }
  const worst = (notes) => TONES.find((tone) => notes.some((note) => note[1] === tone)) || 'good';
  return rows.map((row) => ({ ...row, tone: worst(row.notes) }))
    .sort((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone) || a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
}

export function seenText(seen, { now, hall, i18n }) {
  if (!seen) return i18n.t('device.never');
  const minutes = Math.floor((now - seen) / MINUTE);
  if (minutes < 2) return i18n.t('device.seen.now');
  if (minutes < 60) return i18n.t('device.seen.minutes', { n: minutes });
  if (minutes < 24 * 60) return i18n.t('device.seen.time', { time: timeText(seen, i18n.lang, hall.zone) });
  return i18n.t('device.seen.days', { n: Math.floor(minutes / 60 / 24) });
}

function factsOf({ kind, health }, i18n) {
  if (!health) return '';
  const facts = [];
  if (health.width && health.height) facts.push(`${health.width} × ${health.height}`);
  if (health.layout) facts.push(i18n.t('device.layout', { layout: health.layout }));
  if (kind === 'board' && health.sound === 'ready') facts.push(i18n.t(health.voice ? 'device.voice' : 'device.sound'));
  if (health.shown) facts.push(i18n.t('device.shows', { text: health.shown }));
  if (health.error) facts.push(health.error);
  return facts.join(' · ');
}

export function DeviceRow({ row, hall, now, i18n, children }) {
  const facts = factsOf(row, i18n);
  return html`<li class=${`device ${row.tone}`} data-device=${row.name} data-tone=${row.tone}>
    <p class="which"><span class="shape" aria-hidden="true">${SHAPES[row.tone]}</span> <b>${row.name}</b>${' '}
      <span class="quiet">${i18n.t(`device.kind.${row.kind}`)}</span></p>
    <p class="seen quiet small">${seenText(row.seen, { now, hall, i18n })}</p>
    ${row.notes.map(([word, tone]) => html`<p key=${word} class=${`note ${tone}`} data-note=${word}>${i18n.t(`device.note.${word}`)}</p>`)}
    ${!row.notes.length && html`<p class="note good">${i18n.t('device.well')}</p>`}
    ${facts && html`<p class="quiet small">${facts}</p>`}
    ${children}
  </li>`;
}
