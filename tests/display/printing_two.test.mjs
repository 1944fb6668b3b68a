// Two daemons on one store: one of them drives the hall's printer, whichever was asked for the paper; when it dies the other
// one takes over, and what was on its way is not printed again. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { readPaper } from '../lib/escpos.mjs';
import { OwnRedis } from '../lib/own_redis.mjs';
import { startPrinter } from '../lib/printer.mjs';

const H = '/halls/small';
const TAKEOVER_MS = 40000; // the lease lasts 15 s
let printer;
let own;
let daemons = [];

before(async () => {
    printer = await startPrinter();
    own = await new OwnRedis().start();
    const settings = { store: { redis: own.address }, workers: 1 };
    daemons.push(await startDaemon({ settings }));
    await daemons[0].importHall('small', { edit: (text) => `${text}\nprinters: [{code: p1, address: "${printer.address}"}]\n` });
    daemons.push(await startDaemon({ settings }));
});
after(async () => {
    await Promise.all(daemons.map((d) => d.stop()));
    await own?.stop();
    await printer?.stop();
});

const holds = (d) => /its printers are driven by this daemon/.test(d.log);
const numbers = () => printer.slips.map((slip) => readPaper(slip).lines.find((line) => line.size === '6x6').text);

test('one of two prints; the other one goes on when it dies, and repeats nothing', async () => {
    const holder = await eventually('one of them drives the printer', () => daemons.find(holds), 20000);
    const other = daemons.find((d) => d !== holder);
    const tickets = [];
    for (let i = 0; i < 6; i++) tickets.push(await other.post(`${H}/tickets`, { service: 'id-card' }));
    await Promise.all(tickets.map((t, i) => daemons[i % 2].post(`${H}/tickets/${t.id}/print`, { printer: 'p1' })));
    await eventually('all came out', () => printer.slips.length === tickets.length, 20000);
    assert.deepEqual(numbers().sort(), tickets.map((t) => t.number).sort());
    assert.ok(!holds(other), 'one alone');
    const done = async () => (await other.get(`${H}/events?limit=1000`)).events.filter((e) => e.type === 'print.done').length;
    await eventually('the last one is confirmed', async () => await done() === 6);

    printer.onJob = 'say nothing';
    const half = await other.post(`${H}/tickets`, { service: 'id-card' });
    const { job } = await other.post(`${H}/tickets/${half.id}/print`, { printer: 'p1' });
    await eventually('all of it was sent', () => printer.slips.length === 7);
    const since = performance.now();
    await holder.crash();
    printer.onJob = '';
    daemons = [other];
    const end = await eventually('the other one gives the job up', async () => {
        const now = await other.get(`${H}/prints/${job}`);
        return now.state !== 'printing' && now;
    }, TAKEOVER_MS);
    assert.deepEqual([end.state, end.error], ['unknown', 'interrupted']);
    assert.ok(performance.now() - since < TAKEOVER_MS);
    const next = await other.post(`${H}/tickets`, { service: 'id-card' });
    await other.post(`${H}/tickets/${next.id}/print`, { printer: 'p1' });
    await eventually('it prints', () => printer.slips.length === 8, 20000);
    assert.equal(numbers().at(-1), next.number);
    assert.equal(numbers().filter((n) => n === half.number).length, 1, 'no second paper');
});
