// Taking the last press at a counter back: everything is as before, for ten seconds, unless somebody has moved on.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, MINUTE } from '../lib/hall.mjs';
import { keyspace } from '../lib/keyspace.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeHall(server.redis, sample({ code: `u${n++}`, ...change }));
const undo = (h, counter, guard = '', who = `clerk:c${counter}`) => h.write('ticket_undo', who, [counter, guard]);
const look = (h) => keyspace(server.redis, h.tag);

// Presses; undoes; everything has to be as it was.
async function exactly(h, counter, act) {
    const was = await look(h);
    const answer = await act();
    assert.notDeepEqual(await look(h), was, 'the press did something');
    h.at += 3000;
    const undone = await undo(h, counter);
    assert.deepEqual(await look(h), was);
    return { answer, undone };
}

async function hall3() {
    const h = await fresh();
    for (const klass of ['', '', 'elderly']) { await h.issue('a', klass, true); h.at += 1000; }
    await h.open('1');
    return h;
}

test('ticket_undo: each press at a counter alone', async () => {
    const h = await hall3();
    const { undone } = await exactly(h, '1', () => h.next('1'));
    assert.deepEqual(undone.undone, ['ticket.called']);
    assert.deepEqual([undone.tickets[0].number, undone.tickets[0].state, undone.counter.ticket], ['A003', 'waiting', null]);
    await exactly(h, '1', () => h.write('ticket_call', 'clerk:c1', ['1', 'A002', 'asked']));
    await h.next('1');
    for (const move of ['begin', 'absent', 'put_back']) await exactly(h, '1', () => h.present(move, '1'));
    for (const to of [['b', '', ''], ['', '1', ''], ['', '', 'c1']]) {
        await exactly(h, '1', () => h.write('ticket_transfer', 'clerk:c1', ['1', '', ...to]));
    }
    await h.present('begin', '1');
    for (const move of ['finish', 'park', 'put_back']) await exactly(h, '1', () => h.present(move, '1'));
    for (const present of ['finish', 'park', 'put_back']) {
        const both = await exactly(h, '1', () => h.next('1', present));
        assert.equal(both.undone.undone[0], 'ticket.called', 'the last one first');
        assert.deepEqual(both.undone.tickets.map((t) => t.state), ['waiting', 'serving']);
        assert.equal(both.undone.counter.ticket.state, 'serving');
    }
    const { id } = await h.present('park', '1');
    await exactly(h, '1', () => h.write('ticket_resume', 'clerk:c1', ['1', id]));
    await h.open('2');
    await exactly(h, '2', () => h.write('ticket_resume', 'clerk:c2', ['2', id]));
});

test('ticket_undo: the events say what it is now', async () => {
    const h = await hall3();
    await h.next('1');
    await h.present('begin', '1');
    await h.next('1', 'finish');
    const seen = (await h.events()).length;
    await undo(h, '1');
    const told = (await h.events()).slice(seen).filter((e) => e.type.startsWith('ticket'));
    assert.deepEqual(told.map((e) => [e.type, e.undoes, e.number, e.from, e.to, e.line, e.counter, e.calls]), [
        ['ticket.undone', 'ticket.called', 'A001', 'called', 'waiting', 'a', undefined, 0],
        ['ticket.undone', 'ticket.finished', 'A003', 'done', 'serving', 'a', '1', 1]]);
    assert.equal(told[1].why.rule, 'rank');
    assert.ok(told[0].rank > 0 && told[0].since > 0);
    const view = await h.read('ticket_view', ['A003']);
    assert.deepEqual([view.state, view.counter, view.calls], ['serving', '1', 1]);
});

test('ticket_undo: ten seconds to the millisecond; once; nothing to undo', async () => {
    const h = await hall3();
    await assert.rejects(undo(h, '1'), { code: 'undo_none', field: 'counter' });
    await h.next('1');
    h.at += 10001;
    await assert.rejects(undo(h, '1'), { code: 'undo_late' });
    h.at -= 1;
    await assert.rejects(undo(h, '1', 'A001'), { code: 'ticket_other' });
    await undo(h, '1', 'A003');
    await assert.rejects(undo(h, '1'), { code: 'undo_none' });
    await h.next('1');
    h.at -= MINUTE; // another daemon, whose clock lags
    assert.equal((await undo(h, '1')).undone.length, 1);
});

test('ticket_undo: a call out again is not a press of its own; a press that did nothing leaves the one before', async () => {
    const h = await hall3();
    await h.next('1');
    await h.present('recall', '1');
    assert.deepEqual((await undo(h, '1')).undone, ['ticket.called']);
    for (const number of ['A001', 'A002', 'A003']) await h.write('ticket_cancel', 'citizen:', [number]);
    await h.issue();
    await h.next('1');
    await h.present('begin', '1');
    await h.present('finish', '1');
    assert.equal((await h.next('1')).ticket, null);
    assert.deepEqual((await undo(h, '1')).undone, ['ticket.finished']);
});

test('ticket_undo: refused when a ticket has moved on, and nothing changes then', async () => {
    const h = await hall3();
    await h.open('2');
    const moved = async (act) => {
        const { id } = (await h.next('1')).ticket;
        await h.present('put_back', '1');
        await act(id);
        const was = await look(h);
        await assert.rejects(undo(h, '1'), { code: 'undo_late' });
        assert.deepEqual(await look(h), was);
    };
    await moved((id) => h.write('ticket_call', 'clerk:c2', ['2', id, 'asked']));
    await h.present('put_back', '2');
    await moved((id) => h.write('ticket_move', 'supervisor:wang', [id, 'b', 'balance']));
    await moved((id) => h.write('ticket_cancel', 'citizen:', [id]));
    await h.next('1');
    const { id } = await h.present('absent', '1');
    h.at += 1000;
    await h.write('ticket_return', 'kiosk:k1', [id]);
    await assert.rejects(undo(h, '1'), { code: 'undo_late', field: 'ticket' });
});

test('ticket_undo: the number of a finished ticket that is given again is not taken away', async () => {
    const h = await fresh({ last: 2 });
    await h.issue();
    await h.open('1');
    await h.next('1');
    await h.present('begin', '1');
    await h.present('finish', '1');
    await h.issue();
    await h.issue(); // A001 once more
    await assert.rejects(undo(h, '1'), { code: 'undo_late' });
});

test('ticket_undo: who may, and only while the clerk works there', async () => {
    const h = await hall3();
    await h.next('1');
    await assert.rejects(undo(h, '1', '', 'clerk:li'), { code: 'counter_taken' });
    await undo(h, '1', '', 'supervisor:wang');
    await h.next('1');
    await h.present('absent', '1');
    await h.write('counter_close', 'clerk:c1', ['1']);
    await assert.rejects(undo(h, '1'), { code: 'counter_not_open' });
    await h.open('1', 'clerk:li');
    await assert.rejects(undo(h, '1', '', 'clerk:li'), { code: 'undo_none' }, 'not what another clerk did');
    await h.next('1', '', '', 'clerk:li');
    await h.open('1', 'supervisor:wang');
    await assert.rejects(undo(h, '1', '', 'supervisor:wang'), { code: 'undo_none' });
});

test('ticket_undo: what others did meanwhile stays; who was called meanwhile has overtaken', async () => {
    const h = await fresh({ rules: { overtaking_max: 2 } });
    for (let i = 0; i < 5; i++) { await h.issue(); h.at += 1000; }
    await h.open('1');
    await h.open('2');
    await h.next('1'); // A001
    await h.next('2'); // A002, which has waited longest by now
    await h.write('ticket_note', 'clerk:c1', ['A001', 'needs a chair']);
    await undo(h, '1');
    const first = await h.read('ticket_view', ['A001']);
    assert.deepEqual([first.overtaken, first.ahead], [1, 0]);
    assert.equal(first.note, 'needs a chair');
    await h.write('ticket_call', 'clerk:c1', ['1', 'A005', 'asked']);
    assert.equal((await h.read('ticket_view', ['A001'])).overtaken, 2);
    await undo(h, '2');
    assert.equal((await h.read('ticket_view', ['A001'])).overtaken, 1, 'A002 was called in vain');
    await undo(h, '1');
    assert.equal((await h.read('ticket_view', ['A001'])).overtaken, 0);
    assert.deepEqual(await server.redis.lrange(`${h.tag}:e:a`, 0, -1).then((l) => l.map((e) => e.slice(-4))),
        ['A001', 'A002', 'A003', 'A004', 'A005']);
});

test('ticket_undo: whoever was called meanwhile and waits anew has overtaken nobody who entered after that call', async () => {
    const h = await fresh();
    const given = [];
    for (let i = 0; i < 3; i++) { given.push(await h.issue('a')); h.at += 1000; }
    await h.open('1');
    await h.open('2');
    await h.next('1');
    assert.equal((await h.next('2')).ticket.id, given[1].id);
    await h.present('put_back', '2'); // enters behind the third
    await undo(h, '1');
    assert.equal((await h.read('ticket_view', [given[2].id])).overtaken, 0);
    assert.equal((await h.read('ticket_view', [given[0].id])).overtaken, 1, 'it stood there while the second was called');
});

test('ticket_undo: somebody at the bound is at it again', async () => {
    const h = await fresh({ rules: { overtaking_max: 1 } });
    for (let i = 0; i < 3; i++) { await h.issue(); h.at += 1000; }
    await h.open('1');
    await h.open('2');
    await h.write('ticket_call', 'clerk:c1', ['1', 'A003', 'asked']);
    const { answer } = await exactly(h, '2', () => h.next('2'));
    assert.equal(answer.ticket.why.rule, 'bound');
    assert.equal((await h.next('2')).ticket.why.rule, 'bound');
});

test('ticket_undo: a message nobody has begun to send is taken out, one on its way is not', async () => {
    const h = await fresh({ rules: { come_now_ahead: 0 } });
    await h.issue();
    h.at += 1000;
    await h.issue('a', '', true);
    h.at += 1000;
    await h.issue('a', '', true);
    await h.open('1');
    const outbox = async () => (await server.redis.xrange(`${h.tag}:outbox`, '-', '+')).map(([id, f]) => [f[1], f[5], id]);
    const queued = await outbox();
    await exactly(h, '1', () => h.next('1')); // tells A002 to come
    assert.deepEqual(await outbox(), queued);
    await h.next('1');
    await h.present('begin', '1');
    await exactly(h, '1', () => h.next('1', 'finish')); // calls A002, tells A003
    const ended = (await h.events()).filter((e) => e.type === 'message.expired');
    assert.deepEqual(ended.map((e) => [e.kind, e.number, e.reason]),
        [['come_now', 'A002', 'taken_back'], ['come_now', 'A003', 'taken_back'], ['called', 'A002', 'taken_back']]);
    await h.next('1', 'finish');
    const sms = (await outbox()).find(([kind, number]) => kind === 'come_now' && number === 'A003');
    await h.startOne({ id: sms[2] });
    await undo(h, '1');
    assert.ok((await outbox()).some(([kind, number]) => kind === 'come_now' && number === 'A003'));
    assert.equal(await server.redis.hexists(`${h.tag}:tell`, (await h.read('ticket_view', ['A003'])).id), 0, 'told once');
});

test('ticket_undo: direct service ends the ticket; its number is not given twice', async () => {
    const h = await hall3();
    await h.next('1');
    await h.present('begin', '1');
    const was = await look(h);
    const r = await h.write('ticket_direct', 'clerk:c1', ['1', 'c', '', '', 'finish', '']);
    assert.deepEqual([r.ticket.state, r.finished.state], ['serving', 'done']);
    const back = await undo(h, '1');
    assert.deepEqual(back.undone, ['ticket.issued', 'ticket.finished']);
    assert.deepEqual(back.tickets.map((t) => t.state), ['cancelled', 'serving']);
    const is = await look(h);
    for (const key of Object.keys(is)) if (key.includes(r.ticket.id)) delete is[key];
    assert.equal(is[`${h.tag}:n:20261123`]['C%03d'], '1');
    delete is[`${h.tag}:n:20261123`]['C%03d'];
    assert.deepEqual(is, was);
    assert.equal((await h.issue('c')).number, 'C002');
});

test('the history of a ticket goes on over an undo, and has forty pieces at most', async () => {
    const h = await hall3();
    await h.next('1');
    h.at += 2000;
    await undo(h, '1');
    const { id } = (await h.next('1')).ticket;
    assert.equal(await server.redis.hget(`${h.tag}:t:${id}`, 'hi'), 'i0:a;c1:1;z3:1;c3:1');
    for (let i = 0; i < 60; i++) {
        h.at += 1000;
        await h.present(i % 2 ? 'put_back' : 'begin', '1');
        if (i % 2) await h.write('ticket_call', 'clerk:c1', ['1', id, 'again']);
    }
    const pieces = (await server.redis.hget(`${h.tag}:t:${id}`, 'hi')).split(';');
    assert.equal(pieces.length, 40);
    assert.deepEqual([pieces[0], pieces.at(-1)], ['i0:a', 'c63:1']);
});
