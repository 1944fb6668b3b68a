// Numbers taken from home: within the hall's rules, one proof of work each, complete only with the code of the board.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bookableHall, newPhone, refusal, work } from '../lib/citizen.mjs';
import { startDaemon } from '../lib/daemon.mjs';

let d;
let kiosk;

before(async () => {
    d = await startDaemon();
    await bookableHall(d);
    kiosk = await d.device('k1', 'kiosk', 'small');
});

after(() => d.stop());

const remote = async (body = {}, hall = 'small') =>
    d.nobody().post(`/halls/${hall}/remote-tickets`, { service: 'social-card', ...await work(d, hall), ...body });
const arrive = (ticket, arrival) => d.citizen(ticket.link).post('/ticket/arrive', { arrival });
const boardCode = async () => (await d.get('/halls/small/arrival-code')).code;

test('a number from home waits once its citizen is in the hall', async () => {
    const mine = await remote({ phone: newPhone(), lang: 'en' });
    assert.deepEqual([mine.state, mine.phone], ['coming', true]);
    await d.post('/halls/small/counters/1/open');
    assert.equal((await d.post('/halls/small/counters/1/next')).ticket, null); // not there yet
    const code = await boardCode();
    assert.equal(await refusal(arrive(mine, String((Number(code) + 5000) % 10000).padStart(4, '0'))), '422 arrival_code arrival');
    assert.equal((await arrive(mine, code)).state, 'waiting');
    assert.equal((await d.post('/halls/small/counters/1/next', { })).ticket.number, mine.number);
    assert.equal(await refusal(arrive(mine, code)), '409 ticket_state ticket');
});

test('the kiosk takes a number from home, too', async () => {
    const mine = await remote();
    assert.equal((await kiosk.post(`/halls/small/tickets/${mine.number}/arrive`)).state, 'waiting');
});

test('ticket_remote costs a challenge each', async () => {
    const proof = await work(d, 'small');
    assert.match(await refusal(remote(proof)), /^answered/);
    assert.equal(await refusal(remote(proof)), '409 challenge_used challenge');
    assert.equal(await refusal(remote({ solution: 'x' })), '422 challenge_invalid challenge');
});

test('ticket_remote keeps to the rules of the hall', async () => {
    assert.equal(await refusal(remote({ service: 'none' })), '404 service_unknown service');
    assert.equal(await refusal(remote({ class: 'none' })), '422 class_unknown class');
    await bookableHall(d, { code: 'far', edit: (c) => ({ ...c, remote: { ...c.remote, open: false } }) });
    assert.equal(await refusal(remote({}, 'far')), '409 remote_closed');
    const shut = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '00:01' }];
    await bookableHall(d, { code: 'shut', edit: (c) => ({ ...c, tickets_outside_hours: false, hours: shut }) });
    if (!(await d.get('/halls/shut')).open_now) assert.equal(await refusal(remote({}, 'shut')), '409 hall_closed');
    await bookableHall(d, { code: 'few', edit: (c) => ({ ...c, remote: { ...c.remote, alive_max: 2 } }) });
    const told = await Promise.all(Array.from({ length: 6 }, () => refusal(remote({}, 'few'))));
    assert.equal(told.filter((t) => t.startsWith('answered')).length, 2);
    assert.equal(told.filter((t) => t === '409 remote_closed service').length, 4, told.join('\n'));
});

test('a ticket of the kiosk is not "arrived" again', async () => {
    const mine = await kiosk.post('/halls/small/tickets', { service: 'social-card' });
    assert.equal(await refusal(arrive(mine, await boardCode())), '409 ticket_state ticket');
});
