// Bookings, visits of several services and numbers from home as the streams of the real daemon tell them: what a citizen's
// stream says is what GET /ticket says, the board counts only who waits, the console's fold is never in doubt, and the
// history check finds no fault in it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bookableHall, freeTime, work } from '../lib/citizen.mjs';
import { startDaemon, eventually, build } from '../lib/daemon.mjs';
import { foldSnapshot, foldEvent } from '../../daemon/web/clerk/fold.js';

let d;
let board;
let kiosk;
before(async () => {
    d = await startDaemon();
    await bookableHall(d, { units: 100, staff: 100 });
    board = await d.device('b1', 'board', 'small');
    kiosk = await d.device('k1', 'kiosk', 'small');
});
after(() => d?.stop());

const H = '/halls/small';
const at = (counter, verb, body = {}) => d.post(`${H}/counters/${counter}/${verb}`, body);
const waitingAt = async () => (await board.get(`${H}/board`)).waiting;

// The stream's next frame that the test waits for, and that GET /ticket gives the same.
async function frame(stream, citizen, check) {
    const { event, now, ...ticket } = (await stream.next('ticket', check)).data;
    const { overtaken, ...own } = await citizen.get('/ticket'); // only asked for, not streamed
    assert.deepEqual(ticket, own);
    return ticket;
}

// Follows the staff stream as the clerk's console does, until it has the event of that type.
async function follow() {
    const stream = await d.stream(`${H}/stream`);
    const first = await stream.next('snapshot');
    let state = foldSnapshot(first.data);
    return {
        until: (type) => eventually(`the console sees ${type}`, () => {
            let seen = false;
            while (stream.events.length) {
                const e = stream.events.shift();
                if (e.event !== 'change') continue;
                state = foldEvent(state, e.data, e.data.id);
                seen ||= e.data.type === type;
            }
            return seen && state;
        }),
        close: () => stream.close(),
    };
}

test('a number from home: its place moves up, but nobody else counts it until it is there', async () => {
    const console_ = await follow();
    for (let i = 0; i < 2; i++) await kiosk.post(`${H}/tickets`, { service: 'social-card' });
    const mine = await d.nobody().post(`${H}/remote-tickets`, { service: 'social-card', ...await work(d, 'small') });
    const me = d.citizen(mine.link);
    const s = await me.stream('/ticket/stream');
    const start = await frame(s, me, (t) => t.state === 'coming');
    assert.equal(start.ahead, 2);
    assert.deepEqual(await waitingAt(), { 'social-card': 2 });
    await at('1', 'open');
    await at('1', 'next');
    assert.equal((await frame(s, me, (t) => t.ahead === 1)).state, 'coming');
    await kiosk.post(`${H}/tickets/${mine.number}/arrive`);
    assert.equal((await frame(s, me, (t) => t.state === 'waiting')).rank, start.rank);
    await eventually('the board counts it', async () => (await waitingAt())['social-card'] === 2);
    const state = await console_.until('ticket.arrived');
    assert.deepEqual([state.doubt, state.tickets[mine.id].state], [false, 'waiting']);
    await console_.close();
    await s.close();
});

test('a visit of two services: booked, checked in, a step, done; one number all the way', async () => {
    const services = ['pension', 'certificate'];
    const time = await freeTime(d, 'small', services.join(), { plus: 0, minutes: 1 });
    const booking = await d.post(`${H}/bookings`, { services, at: time, share: 'staff', persons: 2, ordered: 'yes' });
    const console_ = await follow();
    const wall = await board.stream(`${H}/board/stream`);
    await wall.next('snapshot');
    const mine = await kiosk.post(`${H}/check-in`, { booking: booking.id });
    const me = d.citizen(mine.link);
    const s = await me.stream('/ticket/stream');
    const start = await frame(s, me, (t) => t.state === 'waiting');
    assert.deepEqual([start.booking, start.booked, start.persons, start.steps, start.rank], [booking.id, time, 2, ['certificate'], time]);
    await at('3', 'open');
    await at('3', 'next');
    const called = await frame(s, me, (t) => t.state === 'called');
    assert.deepEqual([called.why.booked, called.why.arrived], [time, mine.issued]);
    await at('3', 'begin');
    await frame(s, me, (t) => t.state === 'serving');
    const on = await at('3', 'finish');
    assert.deepEqual([on.state, on.next_step], ['waiting', 'certificate']);
    const step = await frame(s, me, (t) => t.state === 'waiting' && t.service === 'certificate');
    assert.deepEqual([step.steps, step.ahead, step.counter], [undefined, 0, undefined]);
    assert.equal((await wall.next('change', (c) => c.withdrawn)).data.withdrawn, mine.number);
    const state = await console_.until('ticket.stepped');
    assert.deepEqual([state.doubt, state.tickets[mine.id].service, state.counters['3'].ticket], [false, 'certificate', null]);
    const again = await at('3', 'next');
    assert.equal(again.ticket.id, mine.id);
    assert.equal((await wall.next('change', (c) => c.call?.service === 'certificate')).data.call.number, mine.number);
    await at('3', 'begin');
    await at('3', 'finish');
    assert.equal((await s.next('ticket', (t) => t.state === 'done')).data.steps, undefined);
    await Promise.all([s, wall, console_].map((one) => one.close()));
});

test('history check: no fault in all of it', () => {
    const run = spawnSync(join(build, 'daemon/ctl/paihaoctl'), ['--state-dir', d.stateDir, 'history', 'check', 'small'], { encoding: 'utf8' });
    assert.match(run.stdout, /faults 0/, run.stdout + run.stderr);
});
