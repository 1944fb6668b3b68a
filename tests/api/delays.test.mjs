// News of a longer wait, through the whole program. The clock runs 60 times as fast. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { MINUTE, openFor, teach } from '../lib/waits.mjs';

let d;
before(async () => { d = await startDaemon({ settings: { demo: { clock_speed: 60 } } }); });
after(async () => { await d?.stop(); });

test('a wait that grows beyond its promise is told by message, not more often than by so many minutes', async () => {
    const { now } = await d.get('/clock');
    const edit = (text) => openFor(600, now)(text).replace('delay_minutes: 20', 'delay_minutes: 2');
    await d.importHall('small', { code: 'grows', hours: false, edit });
    const H = '/halls/grows';
    await d.post(`${H}/counters/1/open`, { profile: 'general' });
    await teach(d, 'grows', { ms: 10000 });
    const mine = await d.post(`${H}/tickets`, { service: 'id-card', phone: '+8613800138123' });
    const of = async (type) => (await d.get(`${H}/events?limit=1000`)).events.filter((e) => e.type === type && e.ticket === mine.id);
    const delays = async () => (await of('message.queued')).filter((e) => e.kind === 'delay');
    // Nobody calls it, so what was promised is over after some minutes, which are seconds here.
    const [first, second] = await eventually('it is told twice', async () => {
        const all = await delays();
        return all.length > 1 && all;
    }, 30000);
    const [promise] = await of('ticket.promised');
    assert.ok(first.at > promise.at, 'not at once');
    assert.ok(second.at - first.at >= 2 * MINUTE);
});
