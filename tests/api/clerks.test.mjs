// Many clerks and kiosks at once, over HTTP. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';

const CLERKS = 12;
const TICKETS = 100;
let d;
const clerks = [];

before(async () => {
    d = await startDaemon();
    const counters = Array.from({ length: CLERKS }, (_, i) => `  - {code: "${i + 1}", profile: general}\n`).join('');
    await d.importHall('small', { edit: (text) => text.replace(/counters:\n[^]*$/, `counters:\n${counters}`) });
    for (let i = 1; i <= CLERKS; i++) {
        const clerk = await d.clerk(`clerk-${i}`, 'small');
        await clerk.post(`/halls/small/counters/${i}/open`);
        clerks.push({ clerk, counter: `/halls/small/counters/${i}` });
    }
});

after(() => d.stop());

test('tickets given at once have different numbers without a gap', async () => {
    const kiosks = await Promise.all([1, 2, 3, 4].map((i) => d.device(`k${i}`, 'kiosk', 'small')));
    const given = await Promise.all(Array.from({ length: TICKETS },
        (_, i) => kiosks[i % 4].post('/halls/small/tickets', { service: 'id-card' })));
    assert.deepEqual(given.map((t) => t.number).sort(),
        Array.from({ length: TICKETS }, (_, i) => `A${String(i + 1).padStart(3, '0')}`));
});

test('clerks who press next at once get different tickets, and all of them', async () => {
    const called = [];
    await Promise.all(clerks.map(async ({ clerk, counter }) => {
        for (let present; ; present = 'finish') {
            if (present) await clerk.post(`${counter}/begin`);
            const { ticket } = await clerk.post(`${counter}/next`, present ? { present } : {});
            if (!ticket) return;
            called.push(ticket.number);
        }
    }));
    assert.equal(called.length, TICKETS);
    assert.equal(new Set(called).size, TICKETS);
});

test('a clerk whose view is old does not end somebody else\'s ticket', async () => {
    const { clerk, counter } = clerks[0];
    await d.post('/halls/small/tickets', { service: 'id-card' });
    const old = await d.post('/halls/small/tickets', { service: 'id-card' });
    const { ticket } = await clerk.post(`${counter}/next`);
    assert.notEqual(ticket.number, old.number);
    const answer = await clerk.request('POST', `${counter}/absent`, { body: { ticket: old.number } });
    assert.equal(`${answer.status} ${answer.json.code}`, '409 ticket_other');
    assert.equal((await clerk.post(`${counter}/absent`, { ticket: ticket.number })).state, 'missed');
});

test('a clerk keeps to the own counter, a supervisor does not', async () => {
    const { counter } = clerks[1];
    const answer = await clerks[0].clerk.request('POST', `${counter}/next`, { body: {} });
    assert.equal(`${answer.status} ${answer.json.code}`, '409 counter_taken');
    const boss = await d.staff('boss', 'supervisor', 'small');
    await boss.post(`${counter}/next`);
});
