// Which lines a profile serves: quick lanes ("*" with up_to_minutes), and the defaults of halls stored before there were any.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, Refused, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());

// Services a 5, b 10, c 30 minutes.
async function fresh(serves) {
    const minutes = { a: 5, b: 10, c: 30 };
    const services = sample().services.map((s) => ({ ...s, minutes: minutes[s.code] }));
    const h = await makeHall(server.redis, sample({ code: `q${n++}`, services, profiles: [{ code: 'all', serves }],
        counters: [{ code: '1', profile: 'all' }] }));
    await h.open('1');
    return h;
}

// The services in the order in which the counter calls them, and the offset of each call in minutes.
async function called(h) {
    const out = [];
    for (let present = ''; ; present = 'absent') {
        const { ticket } = await h.next('1', present);
        if (!ticket) return out;
        out.push(`${ticket.service} ${ticket.why.offset / MINUTE}`);
    }
}

async function order(serves) {
    const h = await fresh(serves);
    for (const service of ['c', 'b', 'a']) {
        await h.issue(service);
        h.at += MINUTE;
    }
    return called(h);
}

test('a quick lane serves what takes no longer, and nothing else', async () => {
    assert.deepEqual(await order([{ service: '*', offset_minutes: 0, up_to_minutes: 10 }]), ['b 0', 'a 0']);
    assert.deepEqual(await order([{ service: '*', offset_minutes: 0, up_to_minutes: 0 }]), ['c 0', 'b 0', 'a 0']);
    assert.deepEqual(await order([{ service: '*', offset_minutes: 0 }]), ['c 0', 'b 0', 'a 0']);
    assert.deepEqual(await order([{ service: '*', offset_minutes: 0, up_to_minutes: 4 }]), []);
});

test('of several quick lanes the lowest offset that fits counts, in whichever order they stand', async () => {
    const lanes = [{ service: '*', offset_minutes: 20 }, { service: '*', offset_minutes: 10, up_to_minutes: 10 },
        { service: '*', offset_minutes: 0, up_to_minutes: 5 }];
    assert.deepEqual(await order(lanes), ['a 0', 'b 10', 'c 20']);
    assert.deepEqual(await order(lanes.reverse()), ['a 0', 'b 10', 'c 20']);
});

test('a service that the profile names is what it says, whatever "*" adds', async () => {
    assert.deepEqual(await order([{ service: '*', offset_minutes: 0, up_to_minutes: 10 }, { service: 'a', offset_minutes: 15 }]),
        ['b 0', 'a 15']);
});

test('a hall stored before there were delays, quick lanes and alarms has the defaults', async () => {
    const h = await fresh([{ service: '*', offset_minutes: 0 }]);
    const t = await h.issue('a');
    assert.equal((await h.write('ticket_delay', 'citizen:', [t.id, 15])).delays, 1);
    await assert.rejects(h.write('ticket_delay', 'citizen:', [t.id, 16]), (e) => e instanceof Refused && e.code === 'field_invalid');
    assert.equal((await h.write('ticket_delay', 'citizen:', [t.id, 15])).delays, 2);
    await assert.rejects(h.write('ticket_delay', 'citizen:', [t.id, 15]), (e) => e instanceof Refused && e.code === 'delay_often');
    await h.write('forecast_set', 'system:forecast', ['{"left":{"b":0}}']);
    await assert.rejects(h.issue('b'), (e) => e instanceof Refused && e.code === 'tickets_out');
});
