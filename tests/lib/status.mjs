// A hall with weeks behind it: a morning played through the library stands for today and, stored under their dates, for
// days of the past. SPDX-License-Identifier: MIT
import { addDays, dayAt, dayBegins } from '../../daemon/web/shared/dates.js';
import { noonZone } from '../web/world.mjs';
import { eventually } from './redis.mjs';
import { playMorning } from './statistics.mjs';

const HOUR = 3600000;
const WEEK = 'mon, tue, wed, thu, fri, sat, sun';
export const zone = noonZone();
export const today = dayAt(Date.now(), zone);

// hall file: open on those days from and to, in a zone where it is about noon.
export const openOn = ({ days = WEEK, from = '08:00', to = '17:00' } = {}) => (text) => text
    .replace(/^zone:.*$/m, `zone: ${zone}`)
    .replace('last_tickets: yes', 'last_tickets: no') // a morning in seconds: no forecast is to stop it
    .replace(/^breaks:[^]*?\n(?=#)/m, 'breaks: []\n')
    .replace(/^special_days:\n(?: .*\n)+/m, 'special_days: []\n')
    .replace(/^holidays:\n(?: .*\n)+/m, 'holidays: []\n')
    .replace(/^hours:\n(?: .*\n)+/m, `hours:\n  - {days: [${days}], from: "${from}", to: "${to}"}\n`);

export async function importOpen(d, code, options) {
    await d.importHall('small', { code, edit: openOn(options) });
    return `/halls/${code}`;
}

// Four hours until noon; perHour more people than the counters can serve, so that waits grow.
export const play = (redis, code, options = {}) => playMorning(redis, code,
    { from: dayBegins(today, zone) + 8 * HOUR, to: dayBegins(today, zone) + 12 * HOUR - 1000, day: today, perHour: 26, ...options });

// What has been played, kept under these days (so many before today).
export async function keepAs(d, redis, code, before) {
    await d.post(`/halls/${code}/close-day`);
    const key = (day) => `{${code}}:s:${day}`;
    const stored = await eventually('the day is stored', () => redis.get(key(today)), 20000);
    for (const n of before) await redis.set(key(addDays(today, -n)), stored);
    return JSON.parse(stored);
}
