// Request ids: the same request twice has one effect and one answer; another body under the same id is refused; a
// refused or failed call leaves the store as it was.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());
const fresh = (change) => makeHall(server.redis, sample({ code: `r${n++}`, ...change }));
const id = (text) => text.padEnd(22, 'x');

test('a repeated request gets the first answer and changes nothing more', async () => {
    const h = await fresh();
    const args = ['a', '', 'zh', '', '', ''];
    const first = await h.write('ticket_issue', 'kiosk:k1', args, `${id('one')}:mark1`);
    const twenty = await Promise.all(Array.from({ length: 20 }, () => h.write('ticket_issue', 'kiosk:k1', args, `${id('one')}:mark1`)));
    for (const again of twenty) assert.deepEqual(again, first);
    assert.equal((await h.snapshot()).tickets.length, 1);
    await assert.rejects(h.write('ticket_issue', 'kiosk:k1', args, `${id('one')}:mark2`), { code: 'idempotency_mismatch' });
});

test('a repeated next does not call a second citizen', async () => {
    const h = await fresh();
    await h.issue('a');
    await h.issue('a');
    await h.open('1');
    const first = await h.write('ticket_next', 'clerk:c1', ['1', '', ''], `${id('n1')}:m`);
    assert.deepEqual(await h.write('ticket_next', 'clerk:c1', ['1', '', ''], `${id('n1')}:m`), first);
    assert.equal((await h.events()).filter((e) => e.type === 'ticket.called').length, 1);
});

test('a refusal is not kept: the same request works once its reason is gone', async () => {
    const h = await fresh();
    await assert.rejects(h.write('ticket_next', 'clerk:c1', ['1', '', ''], `${id('later')}:m`), { code: 'counter_not_open' });
    await h.open('1');
    assert.equal((await h.write('ticket_next', 'clerk:c1', ['1', '', ''], `${id('later')}:m`)).ticket, null);
});

test('refused calls leave the store as it was, byte for byte', async () => {
    const h = await fresh({ last: 2 });
    await h.issue('a');
    await h.open('1');
    await h.next('1');
    const digest = () => server.redis.call('DEBUG', 'DIGEST').catch(() => null);
    const wrong = [
        ['ticket_issue', 'kiosk:k1', ['zzz', '', '', '', '', '']],
        ['ticket_issue', 'kiosk:k1', ['a', 'zzz', '', '', '', '']],
        ['ticket_next', 'clerk:c1', ['1', '', '']],
        ['ticket_next', 'clerk:c1', ['1', 'finish', '']],
        ['ticket_next', 'clerk:c1', ['1', 'dance', '']],
        ['ticket_next', 'clerk:zz', ['1', 'absent', '']],
        ['ticket_call', 'clerk:c1', ['1', 'A001', 'x']],
        ['ticket_finish', 'clerk:c1', ['1', '']],
        ['ticket_transfer', 'clerk:c1', ['1', '', '', '']],
        ['ticket_transfer', 'clerk:c1', ['1', '', 'zzz', '']],
        ['ticket_return', 'kiosk:k1', ['A001']],
        ['ticket_return', 'kiosk:k1', ['1795435200000-A777']],
        ['ticket_cancel', 'citizen:', ['A001']],
        ['counter_open', 'clerk:zz', ['1', '']],
        ['counter_close', 'clerk:c1', ['1']],
        ['counter_pause', 'clerk:c1', ['2', 'x']],
        ['message_start', 'system:sms', ['1-1', 'ticket', '', '', '1', '', '']],
        ['message_end', 'system:sms', []],
    ];
    const before = await server.redis.dbsize();
    const was = [await h.snapshot(), await h.events(), await digest()];
    for (const [name, who, args] of wrong) {
        await assert.rejects(h.write(name, who, args, `${id(name)}:m`), (e) => e.code !== undefined, name);
    }
    assert.equal(await server.redis.dbsize(), before);
    assert.deepEqual([await h.snapshot(), await h.events(), await digest()], was);
});

test('reading functions cannot write and writing ones refuse FCALL_RO', async () => {
    const h = await fresh();
    await assert.rejects(h.fcall('FCALL_RO', 'ticket_next', [h.at, '', 'clerk:c1', h.day, '1', '', '']), /write/i);
});
