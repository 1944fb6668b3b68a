// Staff, sessions, devices, the register of halls: everything under the tag {sys}.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { Hall, MINUTE } from '../lib/hall.mjs';

let server;
let sys;
before(async () => { server = await startRedis(); });
after(() => server.stop());
beforeEach(async () => { await server.redis.flushall(); sys = new Hall(server.redis, 'sys'); });

const as = 'admin:local';
const add = (name, role = 'clerk', halls = 'xh') => sys.write('staff_add', as, [name, role, halls, `hash-of-${name}`]);
const login = (name, token, idle = 8 * 60 * MINUTE) => sys.write('session_open', as, [token, name, sys.at + 12 * 60 * MINUTE, idle,
    `guess-of-${name}`]);
const who = (token) => sys.read('principal_find', [token]);

test('staff_add, list, disable: names are unique, the last admin stays', async () => {
    assert.deepEqual(await add('root', 'admin', '*'), { name: 'root', role: 'admin', halls: ['*'], disabled: false });
    await add('li', 'clerk', 'xh,pd');
    await assert.rejects(add('li'), { code: 'staff_exists' });
    assert.deepEqual((await sys.read('staff_list', ['', ''])).staff.map((s) => s.name), ['li', 'root']);
    assert.deepEqual((await sys.read('staff_list', ['li', 1])).staff.map((s) => s.name), ['root']);
    await assert.rejects(sys.write('staff_disable', as, ['root']), { code: 'staff_last_admin' });
    await add('second', 'admin', '*');
    assert.equal((await sys.write('staff_disable', as, ['root'])).disabled, true);
    await assert.rejects(sys.write('staff_disable', as, ['second']), { code: 'staff_last_admin' });
    await assert.rejects(sys.write('staff_disable', as, ['nobody']), { code: 'staff_unknown' });
});

test('staff_rights: of clerks, known ones; told, listed, and found with the session', async () => {
    const rights = (name, csv) => sys.write('staff_rights', as, [name, csv]);
    await add('root', 'admin', '*');
    const li = await sys.write('staff_add', as, ['li', 'clerk', 'xh', 'h', 'choose']);
    assert.deepEqual(li, { name: 'li', role: 'clerk', halls: ['xh'], rights: ['choose'], disabled: false });
    await login('li', 't1');
    assert.equal((await who('t1')).rights, 'choose');
    assert.equal((await rights('li', '')).rights, undefined);
    assert.equal((await who('t1')).rights, undefined, 'the session goes on without it');
    const seen = (await sys.redis.xrange('{sys}:events', '-', '+')).length;
    await rights('li', '');
    assert.equal((await sys.redis.xrange('{sys}:events', '-', '+')).length, seen, 'nothing has changed');
    await rights('li', 'choose');
    assert.match((await sys.redis.xrevrange('{sys}:events', '+', '-', 'COUNT', 1))[0][1][1], /staff.changed.*"staff":"li"/);
    assert.deepEqual((await sys.read('staff_list', ['', ''])).staff[0].rights, ['choose']);
    await assert.rejects(rights('li', 'fly'), { code: 'field_invalid', field: 'rights' });
    await assert.rejects(rights('root', 'choose'), { code: 'field_invalid', field: 'rights' });
    await assert.rejects(rights('nobody', ''), { code: 'staff_unknown' });
    await assert.rejects(sys.write('staff_add', as, ['wu', 'supervisor', 'xh', 'h', 'choose']), { code: 'field_invalid' });
    assert.equal((await sys.read('staff_list', ['', ''])).staff.length, 2);
});

test('a session: found by its hash, ends by idleness, by its limit, by logout', async () => {
    await add('li');
    await login('li', 't1');
    assert.deepEqual(await who('t1'), { kind: 'staff', name: 'li', role: 'clerk', halls: 'xh', expires: sys.at + 8 * 60 * MINUTE });
    sys.at += 7 * 60 * MINUTE;
    await sys.write('session_touch', as, ['t1']);
    sys.at += 4.9 * 60 * MINUTE;
    assert.equal((await who('t1')).name, 'li');
    sys.at += 0.2 * 60 * MINUTE;
    await assert.rejects(who('t1'), { code: 'unauthenticated' }, 'twelve hours are over');
    await login('li', 't2', 10 * MINUTE);
    sys.at += 11 * MINUTE;
    await assert.rejects(who('t2'), { code: 'unauthenticated' }, 'idle');
    await login('li', 't3');
    await sys.write('session_close', as, ['t3']);
    await assert.rejects(who('t3'), { code: 'unauthenticated' });
    await assert.rejects(sys.write('session_close', as, ['t3']), { code: 'unauthenticated' });
    await assert.rejects(sys.write('session_touch', as, ['t3']), { code: 'unauthenticated' });
});

test('a new password and disabling end every session', async () => {
    await add('li');
    await login('li', 'a');
    await login('li', 'b');
    await sys.write('staff_password', as, ['li', 'other', 'guess-of-li']);
    for (const t of ['a', 'b']) await assert.rejects(who(t), { code: 'unauthenticated' });
    await login('li', 'c');
    await sys.write('staff_disable', as, ['li']);
    await assert.rejects(who('c'), { code: 'unauthenticated' });
    await assert.rejects(login('li', 'd'), { code: 'login_failed' });
    assert.equal((await sys.read('staff_secret', ['li', 'guess-of-li'])).disabled, true);
});

test('failed logins: free four times, then each doubles the wait, also for names nobody has', async () => {
    await add('li');
    for (const name of ['li', 'ghost']) {
        const waits = [];
        for (let i = 0; i < 8; i++) waits.push((await sys.write('session_fail', 'public:', [`guess-of-${name}`])).wait_ms);
        assert.deepEqual(waits, [0, 0, 0, 0, 1000, 2000, 4000, 8000]);
        assert.equal((await sys.read('staff_secret', [name, `guess-of-${name}`])).wait_ms, 8000);
    }
    assert.equal((await sys.read('staff_secret', ['ghost', ''])).hash, null);
    await login('li', 't');
    assert.equal((await sys.read('staff_secret', ['li', 'guess-of-li'])).wait_ms, 0, 'a success clears it');
});

test('devices: a token belongs to one hall; removed, it is worthless', async () => {
    await assert.rejects(sys.write('device_add', as, ['k1', 'kiosk', 'xh', 'th1']), { code: 'hall_unknown' });
    await sys.write('hall_register', as, ['xh']);
    await sys.write('hall_register', as, ['xh']);
    assert.deepEqual((await sys.read('hall_codes')).halls, ['xh']);
    await sys.write('device_add', as, ['k1', 'kiosk', 'xh', 'th1']);
    await assert.rejects(sys.write('device_add', as, ['k1', 'board', 'xh', 'th2']), { code: 'device_exists' });
    assert.deepEqual(await who('th1'), { kind: 'device', name: 'k1', role: 'kiosk', halls: 'xh', hall: 'xh' });
    assert.deepEqual((await sys.read('device_list', ['', ''])).devices, [{ name: 'k1', kind: 'kiosk', hall: 'xh' }]);
    await sys.write('device_remove', as, ['k1']);
    await assert.rejects(who('th1'), { code: 'unauthenticated' });
    await assert.rejects(sys.write('device_remove', as, ['k1']), { code: 'device_unknown' });
});
