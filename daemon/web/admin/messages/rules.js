// What the figures of messages mean, without a page: how a gateway is, how the month's budget stands, the table of today,
// the life of a message, and reasons in words. SPDX-License-Identifier: MIT

import { dayAt, minuteAt } from '../../shared/dates.js';

const DAY_MS = 86400000;
export const HEARD_MS = 30000; // a daemon tells of its gateways more often than that
const TONES = ['bad', 'warn', 'good'];

// Of one link, what route and driver say of it. What is not here is broken.
const LINKS = { up: 'good', throttled: 'warn', half_open: 'warn', open: 'bad', down: 'bad' };
export const toneOf = (state) => LINKS[state] || 'bad';
const worst = (tones) => TONES.find((tone) => tones.includes(tone)) || 'bad';

export const isReal = (gateway) => gateway.kind !== 'null';

// -> {tone, state, links: [{…what the daemon says, tone}]}; the state of all is the best of its links, since one that works
// is enough for messages to go out; "partly" where another does not.
export function rateGateway(gateway, now) {
  const links = gateway.daemons.filter((one) => now - one.at < HEARD_MS).map((one) => ({ ...one, tone: toneOf(one.state) }));
  if (!isReal(gateway)) return { tone: 'warn', state: 'null', links };
  if (!links.length) return { tone: 'bad', state: 'silent', links };
  const order = Object.keys(LINKS);
  const [best] = [...links].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  if (best.tone !== 'bad' && worst(links.map((one) => one.tone)) === 'bad') return { tone: 'warn', state: 'partly', links };
  return { tone: best.tone, state: best.state, links };
}

const sum = (links, name) => links.reduce((all, one) => all + (Number.isFinite(one[name]) ? one[name] : 0), 0);
// Of all its links together; null where no daemon says it.
export const together = (links, name) => (links.some((one) => Number.isFinite(one[name])) ? sum(links, name) : null);

// How much of the month's budget is used, and where it ends at this pace.
// -> null without a budget; {used, max, share, ahead, tone}; ahead: parts by the end of the month.
export function budgetOf({ month = 0, budget, now }, zone = 'UTC') {
  if (!budget?.parts_month) return null;
  const day = dayAt(now, zone); // months go by the clock on the hall's wall
  const begin = Date.UTC(day.slice(0, 4), day.slice(4, 6) - 1, 1);
  const length = Date.UTC(day.slice(0, 4), day.slice(4, 6), 1) - begin;
  const gone = Math.max((day.slice(6) - 1) * DAY_MS + minuteAt(now, zone) * 60000, DAY_MS); // the first hours of a month tell nothing
  const ahead = Math.max(month, Math.round((month * length) / gone));
  const max = budget.parts_month;
  const tone = month >= max ? 'bad' : ahead > max || month >= max * 0.9 ? 'warn' : 'good';
  return { used: month, max, share: month / max, ahead, tone };
}

// "553.50" or null where no price is known.
export function costOf(parts, { price_per_part: price, currency } = {}, lang = 'en') {
  const each = Number(price);
  if (!price || !Number.isFinite(each)) return null;
  const locale = lang === 'zh' ? 'zh-CN' : 'en-GB';
  return new Intl.NumberFormat(locale, { style: 'currency', currency: currency || 'CNY', currencyDisplay: 'narrowSymbol' }).format(parts * each);
}

// What one glance wants of the nine states.
export const GROUPS = [
  { id: 'way', of: ['queued', 'submitted', 'uncertain'] },
  { id: 'accepted', of: ['accepted'] },
  { id: 'delivered', of: ['delivered'] },
  { id: 'failed', of: ['rejected', 'undelivered', 'expired'] },
  { id: 'unknown', of: ['unknown'] },
];
export const STATES = GROUPS.flatMap((group) => group.of);
export const KINDS = ['called', 'come_now', 'code', 'offer', 'alarm', 'ticket', 'booked', 'moved', 'cancelled', 'rebook', 'warning', 'blocked',
  'reminder', 'delay', 'missed', 'reply_cancelled', 'reply_declined', 'reply_coming', 'reply_more_time', 'reply_late', 'reply_no', 'reply_none',
  'reply_help', 'reply_stopped', 'reply_started'];
export const groupOf = (state) => GROUPS.find((group) => group.of.includes(state))?.id || 'unknown';
const STATE_TONES = { delivered: 'good', rejected: 'bad', undelivered: 'bad', expired: 'bad', unknown: 'warn', uncertain: 'warn' };
export const stateTone = (state) => STATE_TONES[state] || '';

const tally = (states = {}) => GROUPS.map((group) => group.of.reduce((all, state) => all + (states[state] || 0), 0));

// Rows by kind in the order of importance, then what a newer daemon may know; the last one is the sum.
export function tableOf(counts) {
  const known = [...KINDS, ...Object.keys(counts.kinds).filter((kind) => !KINDS.includes(kind))];
  const rows = known.filter((kind) => counts.kinds[kind]).map((kind) => ({ kind, cells: tally(counts.kinds[kind]) }));
  const total = tally(counts.states);
  return { rows: rows.map((row) => ({ ...row, all: row.cells.reduce((a, b) => a + b, 0) })), total, all: total.reduce((a, b) => a + b, 0) };
}

// Messages that came to nothing, by their reason, the most frequent first.
export function byReason(messages) {
  const found = new Map();
  for (const one of messages) found.set(one.reason || one.state, [...(found.get(one.reason || one.state) || []), one]);
  return [...found].map(([reason, list]) => ({ reason, list })).sort((a, b) => b.list.length - a.list.length || (a.reason < b.reason ? -1 : 1));
}

// A reason code in words: our sentence for it, for its family ("http_418", "UNDELIV:001" of a network), or the code itself.
export function reasonText(reason, i18n) {
  if (!reason) return '';
  const key = `reason.${reason}`;
  if (i18n.has(key)) return i18n.t(key);
  const [, family, n] = /^([a-z]+)_(.+)$/.exec(reason) || [];
  if (family && i18n.has(`reason.${family}_n`)) return i18n.t(`reason.${family}_n`, { n });
  const [, state] = /^([A-Z]+)(?::.*)?$/.exec(reason) || [];
  if (state && i18n.has(`reason.net.${state}`)) return i18n.t(`reason.net.${state}`, { code: reason });
  return i18n.t('reason.other', { code: reason });
}

const FINAL = new Set(['delivered', 'undelivered', 'expired', 'rejected', 'unknown']);

// -> [{state, at?, tone}], from the oldest: what is kept of it, and nothing that is guessed. times: {state: ms}.
export function lifeOf(message) {
  const times = { queued: message.at, ...message.times };
  if (!times[message.state]) times[message.state] = message.since ?? message.at;
  const steps = STATES.filter((state) => times[state]).map((state) => ({ state, at: times[state], tone: stateTone(state) }));
  const order = (step) => (FINAL.has(step.state) ? 9 : STATES.indexOf(step.state));
  return steps.sort((a, b) => a.at - b.at || order(a) - order(b));
}

// As it is asked for: "a 12" is A12, "1017" and "b1017" a booking; '' for what can be neither.
export function numberOf(typed) {
  const text = typed.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  return /^([A-Z]{1,2}\d{1,5}|B?\d{1,10})$/.test(text) ? text : '';
}
