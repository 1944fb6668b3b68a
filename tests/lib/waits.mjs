// What forecasts need before they say anything: a hall that is open, and visits to learn from. On a clock that runs fast a
// visit takes as long as the test wants. SPDX-License-Identifier: MIT
import { eventually } from './daemon.mjs';

export const MINUTE = 60000;
const WEEK = 'mon, tue, wed, thu, fri, sat, sun';

// hall file: open on every day, for so many minutes from now on (by the daemon's clock, which may be ahead of ours).
export function openFor(minutes, now) {
    const hm = (ms) => new Date(ms).toISOString().slice(11, 16);
    // A zone in which it is the middle of the day: no midnight near.
    const east = 12 - new Date(now).getUTCHours();
    const local = now + east * 60 * MINUTE;
    return (text) => text
        .replace(/^zone:.*$/m, `zone: Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`)
        .replace(/^breaks:[^]*?\n(?=#)/m, 'breaks: []\n')
        .replace(/^special_days:\n(?: .*\n)+/m, 'special_days: []\n')
        .replace(/^holidays:\n(?: .*\n)+/m, 'holidays: []\n')
        .replace(/^hours:\n(?: .*\n)+/m, `hours:\n  - {days: [${WEEK}], from: "00:00", to: "${hm(local + minutes * MINUTE)}"}\n`);
}

// Until the daemon's clock has gone on by so much.
export async function pass(d, ms) {
    const { now } = await d.get('/clock');
    await eventually('time passes', async () => (await d.get('/clock')).now >= now + ms, 20000);
}

// So many visits of a service, each of about that length; the counter is open and free, and so it is again.
export async function teach(d, hall, { counter = '1', service = 'id-card', visits = 12, ms = 0 } = {}) {
    const at = `/halls/${hall}/counters/${counter}`;
    for (let i = 0; i < visits; i++) {
        const { id } = await d.post(`/halls/${hall}/tickets`, { service });
        await d.post(`${at}/call`, { ticket: id, reason: 'to be learned from' });
        await d.post(`${at}/begin`);
        if (ms) await pass(d, ms);
        await d.post(`${at}/finish`);
    }
}

export const waitOf = (told, service = 'id-card') => told.services.find((s) => s.code === service)?.wait;

// The forecast once it says that of the service.
export async function told(d, hall, check, service = 'id-card') {
    return eventually(`a forecast of ${service}`, async () => {
        const one = (await d.nobody().get(`/halls/${hall}/waits`)).services.find((s) => s.code === service);
        return check(one) && one;
    }, 30000);
}
