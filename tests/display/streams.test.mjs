// The streams of the real daemon: a snapshot first, then every event once and in order; exact resume; a fresh snapshot
// where that is impossible; the store or the daemon away in between; positions on the citizens' phones.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startDaemon, eventually, build } from '../lib/daemon.mjs';

let d;
let board;
let kiosk;
before(async () => {
    d = await startDaemon({ settings: { http: { stall_s: 300 } } }); // a reader may be slow as long as the test is
    await d.importHall('small');
    board = await d.device('b1', 'board', 'small');
    kiosk = await d.device('k1', 'kiosk', 'small');
});
after(() => d?.stop());

const H = '/halls/small';
const issue = (service = 'id-card', body = {}) => kiosk.post(`${H}/tickets`, { service, ...body });
const at = (counter, verb, body = {}) => d.post(`${H}/counters/${counter}/${verb}`, body);
const seqOf = (id) => Number(id.split('-')[1]);

// One too many: the oldest that has left its counter makes room.
function shorten(calls) {
    const oldest = calls.findLastIndex((k) => k.state === 'ended');
    return calls.length > 48 && oldest > 0 ? calls.filter((k, i) => i !== oldest) : calls;
}

// What a board page holds after a snapshot and some changes: the same fold as the page's.
class Wall {
    apply(e) {
        if (e.event === 'snapshot') {
            this.calls = e.data.calls.map((c) => ({ ...c }));
            this.waiting = { ...e.data.waiting };
            this.next = { ...e.data.next };
            this.counters = { ...e.data.counters };
        }
        if (e.event !== 'change') return;
        const c = e.data;
        const without = (number) => this.calls.filter((k) => k.number !== number);
        if (c.call) this.calls = shorten([{ ...c.call, state: 'called' }, ...without(c.call.number)]);
        if (c.withdrawn) this.calls = without(c.withdrawn);
        for (const state of ['serving', 'ended']) {
            for (const k of this.calls) if (k.number === c[state]) k.state = state;
        }
        if (c.day_closed) this.calls = [];
        Object.assign(this.waiting, c.waiting);
        Object.assign(this.next, c.next);
        if (c.counter) this.counters[c.counter.code] = c.counter.state;
    }

    seen() {
        const waiting = Object.fromEntries(Object.entries(this.waiting).filter(([, n]) => n > 0));
        const next = Object.fromEntries(Object.entries(this.next).filter(([, numbers]) => numbers.length));
        return { calls: this.calls, waiting, next, counters: this.counters };
    }
}

// The newest event, as the hall's log has it: what a worker shows may lag by a moment.
const newestEvent = async () => (await d.get(`${H}/events?limit=1&after=${(await board.get(`${H}/board`)).event}`)).last
    ?? (await board.get(`${H}/board`)).event;

async function same(wall, stream) {
    await eventually('the stream has caught up', async () => {
        const now = await board.get(`${H}/board`);
        while (stream.events.length) wall.apply(stream.events.shift());
        try {
            assert.deepEqual(wall.seen(), { calls: now.calls, waiting: now.waiting, next: now.next, counters: now.counters });
        } catch (e) {
            throw new Error(e.message.slice(0, 600));
        }
        return true;
    });
}

test('board_stream: the snapshot and its changes give what GET board gives', async () => {
    const s = await board.stream(`${H}/board/stream`);
    const wall = new Wall();
    wall.apply(await s.next('snapshot'));
    await at('1', 'open');
    await at('2', 'open');
    for (let i = 0; i < 6; i++) await issue(['id-card', 'pension', 'advice'][i % 3]);
    await at('1', 'next');
    await at('2', 'next');
    await at('1', 'recall');
    await at('1', 'begin');
    await at('2', 'absent');
    await at('1', 'next', { present: 'finish' });
    await at('1', 'put-back');
    await at('2', 'next');
    await at('2', 'transfer', { service: 'certificate' });
    await at('2', 'pause', { reason: 'tea' });
    await eventually('the last change', () => {
        while (s.events.length) wall.apply(s.events.shift());
        return wall.counters['2'] === 'paused';
    });
    await same(wall, s);
    await s.close();
});

test('board_stream: nothing of a person, only what may be public', async () => {
    const s = await board.stream(`${H}/board/stream`);
    await s.next('snapshot');
    await issue('pension', { phone: '13800000001' });
    await at('2', 'open');
    await at('2', 'next');
    const call = await s.next('change', (c) => c.call);
    assert.deepEqual(Object.keys(call.data.call).sort(), ['at', 'calls', 'counter', 'number', 'service']);
    const text = JSON.stringify(s.events) + JSON.stringify(call);
    assert.doesNotMatch(text, /1380000|"by"|"why"|clerk|admin|phone/);
    await at('2', 'absent');
    await s.close();
});

test('board_stream: ten calls in one second are ten changes; each recall is one more', async () => {
    const s = await board.stream(`${H}/board/stream`);
    await s.next('snapshot');
    for (let i = 0; i < 10; i++) await issue('advice');
    const numbers = [];
    for (let i = 0; i < 10; i++) numbers.push((await at('2', 'next', i ? { present: 'absent' } : {})).ticket.number);
    for (let i = 0; i < 3; i++) await at('2', 'recall');
    const calls = [];
    await eventually('all calls', () => {
        calls.push(...s.events.splice(0).filter((e) => e.data.call));
        return calls.length >= 13;
    });
    assert.deepEqual(calls.map((e) => [e.data.call.number, e.data.call.calls]),
        [...numbers.map((n) => [n, 1]), [numbers[9], 2], [numbers[9], 3], [numbers[9], 4]]);
    assert.equal(new Set(calls.map((e) => e.id)).size, 13);
    await at('2', 'absent');
    await s.close();
});

test('streams resume exactly behind Last-Event-ID', async () => {
    for (const path of [`${H}/stream`, `${H}/board/stream`]) {
        const whole = await d.stream(path);
        await whole.next('snapshot');
        for (let i = 0; i < 8; i++) await issue('certificate');
        const last = await issue('certificate');
        const newest = (await d.get(`${H}/events?limit=1000&after=${(await d.get(`${H}/board`)).event.split('-')[0]}-0`)).events
            .find((e) => e.ticket === last.id).id;
        const until = (got, stream) => eventually('everything', () => {
            got.push(...stream.events.splice(0).filter((e) => e.id));
            const end = got.findIndex((e) => e.id === newest);
            if (end >= 0) got.length = end + 1;
            return end >= 0;
        });
        const seen = [];
        await until(seen, whole);
        assert.ok(seen.length >= 9);
        const from = seen.length - 7;
        const cut = await d.stream(path, { lastEventId: seen[from].id });
        const rest = [];
        await until(rest, cut);
        assert.deepEqual(rest.map((e) => [e.event, e.id, e.data]), seen.slice(from + 1).map((e) => [e.event, e.id, e.data]), path);
        await whole.close();
        await cut.close();
    }
});

test('streams: garbage, another epoch, the future give a fresh snapshot', async () => {
    const settled = () => eventually('both workers have the newest event', async () => {
        const seen = await Promise.all(Array.from({ length: 12 }, async () => (await board.get(`${H}/board`)).event));
        const newest = await newestEvent();
        return seen.every((e) => e === newest) && newest;
    });
    const bad = ['garbage', '-', '1-2-3', (epoch, seq) => `${epoch - 1}-${seq}`, (epoch, seq) => `${epoch}-${seq + 1}`, (epoch) => `${epoch}--1`,
        (epoch) => `${epoch}-99999999999999999999`, '\u00ff', (epoch) => `${epoch}-0x1`];
    for (const one of bad) {
        // A forecast may still promise something to earlier tickets; the future is none then, so it is looked at anew.
        const { event, lastEventId, first } = await eventually(`a quiet moment for ${one}`, async () => {
            const event = await settled();
            const lastEventId = typeof one === 'string' ? one : one(...event.split('-').map(Number));
            const s = await board.stream(`${H}/board/stream`, { lastEventId });
            const first = await s.next(undefined, (e) => e.calls || e.at);
            await s.close();
            return await newestEvent() === event && { event, lastEventId, first };
        });
        assert.equal(first.event, 'snapshot', lastEventId);
        assert.equal(first.id, event);
    }
});

test('streams: older than what is kept gives a snapshot; the boundary resumes', async () => {
    const { event } = await board.get(`${H}/board`);
    const epoch = event.split('-')[0];
    for (let i = 0; i < 26; i++) await Promise.all(Array.from({ length: 20 }, () => issue('residence')));
    const follow = await d.stream(`${H}/stream`);
    await follow.next('snapshot');
    const newest = seqOf((await eventually('the newest', async () => {
        const seen = await Promise.all(Array.from({ length: 12 }, async () => (await board.get(`${H}/board`)).event));
        return new Set(seen).size === 1 && seqOf(seen[0]) >= seqOf(event) + 520 && seen;
    }))[0]);
    await follow.close();
    const old = await d.stream(`${H}/stream`, { lastEventId: `${epoch}-${newest - 513}` });
    assert.equal((await old.next(undefined, (e) => e.tickets || e.type)).event, 'snapshot');
    const kept = await d.stream(`${H}/stream`, { lastEventId: `${epoch}-${newest - 512}` });
    assert.equal((await kept.next('change')).id, `${epoch}-${newest - 511}`);
    await old.close();
    await kept.close();
});

test('hb: a real event within ten seconds, with the server\'s clock', async () => {
    const s = await board.stream(`${H}/board/stream`);
    await s.next('hb');
    const hb = await s.next('hb', () => true, 13000);
    assert.equal(hb.id, undefined);
    assert.ok(Math.abs(hb.data.now - Date.now()) < 5000);
    assert.match(hb.data.event, /^\d+-\d+$/);
    assert.equal(hb.data.behind, undefined);
    await s.close();
});

test('staff_stream: who comes again in doubt gets a newer snapshot, not the one it had doubts about', async () => {
    const first = await d.stream(`${H}/stream`);
    await first.next('snapshot');
    const { id } = await issue('advice');
    const { id: newest } = await first.next('change', (e) => e.ticket === id);
    await first.close();
    await eventually('a snapshot that knows the ticket', async () => {
        const again = await d.stream(`${H}/stream`);
        const { data } = await again.next('snapshot');
        await again.close();
        return seqOf(data.event) >= seqOf(newest) && data.tickets.some((t) => t.id === id);
    });
});

test('staff_stream: the snapshot and its changes are the hall\'s events, dense', async () => {
    const s = await d.stream(`${H}/stream`);
    const snapshot = await s.next('snapshot');
    assert.ok(Array.isArray(snapshot.data.tickets) && snapshot.data.counters.length === 3);
    let last = seqOf(snapshot.id);
    assert.equal(snapshot.data.event, snapshot.id);
    await Promise.all(Array.from({ length: 30 }, () => issue('social-card')));
    const changes = [];
    await eventually('thirty', () => {
        changes.push(...s.events.splice(0).filter((e) => e.event === 'change'));
        return changes.length >= 30;
    });
    for (const e of changes) {
        assert.equal(seqOf(e.id), ++last);
        assert.equal(e.data.id, e.id);
        assert.equal(e.data.type, 'ticket.issued');
    }
    await s.close();
});

test('ticket_stream: the live position, the call with its reason, the end', async () => {
    await d.post(`${H}/close-day`);
    await at('1', 'open');
    const [first, second, mine] = [await issue(), await issue(), await issue()];
    const s = await d.citizen(mine.link).stream('/ticket/stream');
    const start = await s.next('ticket');
    assert.deepEqual([start.data.number, start.data.state, start.data.ahead], [mine.number, 'waiting', 2]);
    await at('1', 'next');
    await s.next('ticket', (t) => t.ahead === 1);
    await d.citizen(second.link).post('/ticket/cancel');
    await s.next('ticket', (t) => t.ahead === 0);
    await at('1', 'next', { present: 'absent' });
    const called = await s.next('ticket', (t) => t.state === 'called');
    assert.equal(called.data.counter, '1');
    assert.equal(called.data.why.rule, 'rank');
    const own = await d.citizen(mine.link).get('/ticket');
    assert.equal(own.state, 'called');
    assert.ok(!('by' in own) && !('by' in called.data), 'names of staff are for staff');
    await at('1', 'recall');
    assert.equal((await s.next('ticket', (t) => t.calls === 2)).data.state, 'called');
    await at('1', 'begin');
    await s.next('ticket', (t) => t.state === 'serving');
    await at('1', 'finish');
    await s.next('ticket', (t) => t.state === 'done');
    await s.close();
    const again = await d.citizen(mine.link).stream('/ticket/stream');
    assert.equal((await again.next('ticket')).data.state, 'done', 'an ended ticket still says so');
    await again.close();
    const gone = await d.citizen(first.link).stream('/ticket/stream');
    assert.equal((await gone.next('ticket')).data.state, 'missed');
    const waiting = await d.citizen((await issue()).link).stream('/ticket/stream');
    await waiting.next('ticket', (t) => t.state === 'waiting');
    await d.post(`${H}/close-day`);
    await gone.next('ticket', (t) => t.state === 'expired');
    await waiting.next('ticket', (t) => t.state === 'expired');
    await gone.close();
    await waiting.close();
});

test('ticket_stream: a forged link sees nothing', async () => {
    const mine = await issue();
    const forged = mine.link.slice(0, -1) + (mine.link.endsWith('0') ? '1' : '0');
    await assert.rejects(d.citizen(forged).stream('/ticket/stream'), { status: 401 });
    await assert.rejects(d.citizen('small.x.y').stream('/ticket/stream'), { status: 401 });
});

// The body of a chunked answer, as far as it has come.
function unchunked(raw) {
    let at = raw.indexOf('\r\n\r\n') + 4;
    const parts = [];
    for (let end = raw.indexOf('\r\n', at); end > 0; end = raw.indexOf('\r\n', at)) {
        const size = parseInt(raw.toString('latin1', at, end), 16);
        parts.push(raw.subarray(end + 2, end + 2 + size));
        at = end + 2 + size + 2;
    }
    return Buffer.concat(parts).toString();
}

test('streams: a reader too slow for the ring is dropped to a fresh snapshot, others are not held up', async () => {
    const request = `GET /api/v1${H}/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${d.token}\r\n\r\n`;
    const slow = spawn(join(build, 'display/slow_reader'), [String(d.ports.http), request], { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks = [];
    slow.stdout.on('data', (b) => chunks.push(b));
    const quick = await d.stream(`${H}/stream`);
    const first = seqOf((await quick.next('snapshot')).id);
    for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 12; i++) await Promise.all(Array.from({ length: 50 }, () => issue(i % 2 ? 'residence' : 'advice')));
        await d.post(`${H}/close-day`);
    }
    let newest = 0;
    await eventually('the quick one has all', () => {
        for (const e of quick.events.splice(0)) if (e.id) newest = seqOf(e.id);
        return newest >= first + 3 * 1201;
    });
    slow.stdin.write('go\n');
    const text = () => unchunked(Buffer.concat(chunks));
    await eventually('the slow one catches up', () => [...text().matchAll(/^id: \d+-(\d+)$/gm)].map((m) => +m[1]).at(-1) >= newest);
    const ids = [...text().matchAll(/^id: \d+-(\d+)\r?$/gm)].map((m) => +m[1]);
    assert.ok(ids.every((n, i) => i === 0 || n > ids[i - 1]), 'never backwards');
    const events = text().match(/^event: (snapshot|change)/gm);
    assert.equal(events.filter((e) => e === 'event: snapshot').length, 2, 'one at the start, one where it fell behind');
    const ended = new Promise((r) => { slow.once('exit', r); });
    slow.kill('SIGTERM');
    await ended;
    await quick.close();
});

test('streams live through a killed Redis: nothing acknowledged is missing, in order', async () => {
    const s = await d.stream(`${H}/stream`);
    const first = seqOf((await s.next('snapshot')).id);
    const numbers = [(await issue('advice')).number];
    process.kill(d.redisPid(), 'SIGKILL');
    await eventually('tickets again', async () => numbers.push((await issue('advice')).number));
    await d.ready();
    numbers.push((await issue('advice')).number);
    const got = [];
    await eventually('all of them', () => {
        got.push(...s.events.splice(0).filter((e) => e.event === 'change'));
        return numbers.every((n) => got.some((e) => e.data.number === n));
    });
    assert.deepEqual(got.map((e) => seqOf(e.id)), got.map((_, i) => first + 1 + i));
    await s.close();
});

test('streams resume exactly over a restart of the daemon', async () => {
    const s = await d.stream(`${H}/stream`);
    await s.next('snapshot');
    const t = await issue('advice');
    const seen = await s.next('change', (e) => e.ticket === t.id);
    const later = await issue('advice');
    await at('3', 'open');
    const called = (await at('3', 'next')).ticket;
    await s.close();
    await d.restart();
    await eventually('both workers answer', async () => (await Promise.all(Array.from({ length: 12 },
        () => board.get(`${H}/board`)))).length === 12);
    const again = await d.as(board.token).stream(`${H}/board/stream`, { lastEventId: seen.id });
    const got = [];
    await eventually('call and snapshot', () => got.push(...again.events.splice(0)) && got.some((e) => e.event === 'snapshot'));
    assert.deepEqual(got.filter((e) => e.event === 'change' && e.data.call).map((e) => e.data.call.number), [called.number],
        'the call that was missed is announced, then the whole is taken');
    assert.equal(got.find((e) => e.event === 'snapshot').data.calls[0].number, called.number);
    const cut = await d.stream(`${H}/stream`, { lastEventId: seen.id });
    const e = await cut.next('change');
    assert.equal(e.data.ticket, later.id);
    assert.equal(seqOf(e.id), seqOf(seen.id) + 1);
    await cut.close();
    await again.close();
    board.daemon = d;
});

test('hall.configured: streams get the changed hall', async () => {
    await d.post(`${H}/close-day`);
    const s = await board.stream(`${H}/board/stream`);
    await s.next('snapshot');
    await d.importHall('small', { edit: (text) => `${text}\n  - {code: "9", profile: general}\n` });
    const fresh = await s.next('snapshot');
    assert.equal(fresh.data.counters['9'], 'closed');
    await s.close();
});
