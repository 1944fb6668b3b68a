// Every kind of message there is has a cause, and here it is: the steps of daily life, and what they write. The list of kinds is
// that of sms/text.c, so one that nothing sends is found here. SPDX-License-Identifier: MIT
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { startRedis } from '../lib/redis.mjs';
import { Desk, bookable, cellAt, newPhone, DAY, MINUTE } from '../lib/booking.mjs';

const HOUR = 60 * MINUTE;
const ALL = [...readFileSync(new URL('../../sms/text.c', import.meta.url), 'utf8').matchAll(/^ {4}\[TEXT_\w+\] = "(\w+)",/gm)]
    .map(([, name]) => name);
let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());

async function fresh() {
    const desk = new Desk(server.redis, `kd${n++}`);
    return desk.configure({ ...bookable({ code: desk.tag.slice(1, -1), rules: { come_now_ahead: 0 } }), reminders: [120], delay_minutes: 20, messages_per_number_day: 0,
        alarms: { phones: ['+8613800138000'] } });
}
const issue = (h, phone) => h.write('ticket_issue', 'kiosk:k1', ['a', '', 'zh', phone.record, phone.sealed, phone.hash]);
const reply = (h, phone, word) => h.write('message_inbound', 'system:sms', [`in${n++}`, 'k1.in', phone.hash, word, `mark${n++}`, 600, '1']);
async function called(h, phone) {
    await issue(h, phone);
    await h.open('1');
    await h.next('1');
}
async function waitForOffer(h, phone = newPhone()) {
    const b = await h.book();
    await h.wait({}, phone);
    await h.cancel(b.id);
    return phone;
}
const forecast = (h, json) => h.write('forecast_set', 'system:forecast', [JSON.stringify(json)]);

async function cancelTimes(h, times) {
    const phone = newPhone();
    for (let i = 0; i < times; i++) {
        h.at += HOUR; // codes are not sent faster
        await h.cancel((await h.book({ cell: 100 + 10 * i }, phone)).id);
    }
}

// kind → cause. What else the cause writes stands before or behind it.
const CAUSES = {
    code: (h) => h.code('manage', newPhone()),
    booked: (h) => h.book(),
    moved: async (h) => h.move((await h.book()).id, { cell: 130 }),
    cancelled: async (h) => h.cancel((await h.book()).id),
    rebook: async (h) => h.offer((await h.book()).id, { cell: 130 }),
    reminder: async (h) => {
        await h.book();
        h.at = cellAt(120) - 2 * HOUR;
        await h.tick();
    },
    offer: (h) => waitForOffer(h),
    warning: (h) => cancelTimes(h, 5),
    blocked: (h) => cancelTimes(h, 6),
    ticket: (h) => issue(h, newPhone()),
    called: (h) => called(h, newPhone()),
    missed: async (h) => {
        await called(h, newPhone());
        await h.present('absent', '1');
    },
    come_now: async (h) => {
        await issue(h, newPhone());
        const { id } = await issue(h, newPhone());
        h.at += 2 * MINUTE; // not just told with the number
        await forecast(h, { come: [id] });
    },
    delay: async (h) => {
        const { id } = await issue(h, newPhone());
        await forecast(h, { promises: [[id, 5, 10, 20]] });
        await forecast(h, { late: [[id, 41]] });
    },
    alarm: (h) => h.write('alarm_set', 'system:forecast', ['wait', 'a', 35, 1]),
    reply_cancelled: async (h) => {
        const phone = newPhone();
        await h.book({}, phone);
        await reply(h, phone, 'cancel');
    },
    reply_declined: async (h) => reply(h, await waitForOffer(h), 'cancel'),
    reply_coming: async (h) => {
        const phone = newPhone();
        await h.book({}, phone);
        await reply(h, phone, 'confirm');
    },
    reply_more_time: async (h) => {
        const phone = newPhone();
        await issue(h, phone);
        await reply(h, phone, 'more_time');
    },
    reply_late: async (h) => {
        const phone = newPhone();
        await h.book({}, phone);
        [h.at, h.day] = [cellAt(110), DAY];
        await reply(h, phone, 'more_time');
    },
    reply_no: async (h) => {
        const phone = newPhone();
        await called(h, phone);
        await h.present('begin', '1');
        const b = await h.book({}, phone);
        await reply(h, phone, 'more_time'); // not on its day
        return b;
    },
    reply_none: async (h) => {
        const phone = newPhone();
        await h.cancel((await h.book({}, phone)).id);
        await reply(h, phone, 'cancel');
    },
    reply_help: async (h) => {
        const phone = newPhone();
        await h.book({}, phone);
        await reply(h, phone, 'help');
    },
    reply_stopped: async (h) => {
        const phone = newPhone();
        await h.book({}, phone);
        await reply(h, phone, 'stop');
    },
    reply_started: async (h) => {
        const phone = newPhone();
        await h.book({}, phone);
        await reply(h, phone, 'stop');
        await reply(h, phone, 'start');
    },
};

test('every kind of sms/text.c has a cause here', () => {
    assert.ok(ALL.length >= 25, 'the list was found');
    assert.deepEqual(Object.keys(CAUSES).sort(), [...ALL].sort());
});

for (const [kind, cause] of Object.entries(CAUSES)) {
    test(`message ${kind}: written, once, to whom it is about`, async () => {
        const h = await fresh();
        await cause(h);
        const sent = (await h.sent()).filter((one) => one.k === kind);
        assert.equal(sent.length, 1, `${kind} among ${(await h.sent()).map((one) => one.k)}`);
        assert.ok(sent[0].p, 'it has somebody to go to');
        assert.ok(+sent[0].x > h.at, 'and is worth something');
    });
}

const last = async (h) => (await h.sent()).at(-1);

test('a booking that its citizen cancels or moves is told at once, also in quiet hours; not by whose wish it was', async () => {
    const h = await fresh();
    await h.write('hall_tick', 'system:', [h.at - HOUR, h.at + 9 * HOUR]);
    const [one, two] = [await h.book({ units: 9 }), await h.book({ units: 9 })];
    await h.move(one.id, { cell: 130, units: 9 });
    const moved = await last(h);
    assert.deepEqual([moved.k, moved.t, +moved.b, moved.o, moved.nb], ['moved', one.id, cellAt(130), '', undefined]);
    await h.cancel(two.id, 'citizen:', 'Frau Meier ist krank');
    const cancelled = await last(h);
    assert.deepEqual([cancelled.k, cancelled.t, +cancelled.b, cancelled.o, cancelled.nb], ['cancelled', two.id, cellAt(120), '', undefined]);
});

test('what staff write goes with the message to the citizen, and of what a hold was nothing is told', async () => {
    const h = await fresh();
    const [one, two] = [await h.book({ units: 9 }), await h.book({ units: 9 })];
    await h.move(one.id, { cell: 130, units: 9 }, 'clerk:li', 'power cut');
    assert.deepEqual([(await last(h)).k, (await last(h)).o], ['moved', 'power cut']);
    await h.cancel(two.id, 'clerk:li', '停电检修');
    assert.deepEqual([(await last(h)).k, (await last(h)).o], ['cancelled', '停电检修']);
    const was = (await h.sent()).length;
    await h.cancel((await h.hold({ units: 9 })).id);
    assert.equal((await h.sent()).length, was);
});

test('a cancel by SMS is answered, and not told a second time; one who wants no messages is told nothing', async () => {
    const h = await fresh();
    const [one, two] = [newPhone(), newPhone()];
    await h.book({ units: 9 }, one);
    const b = await h.book({ units: 9 }, two);
    await reply(h, one, 'cancel');
    await h.write('optout_set', 'clerk:li', [two.hash, '1']);
    await h.cancel(b.id);
    const kinds = (await h.sent()).map((sent) => sent.k);
    assert.deepEqual([kinds.filter((k) => k === 'cancelled').length, kinds.filter((k) => k === 'reply_cancelled').length], [0, 1]);
});
