// What citizens write back, from the phone's own network: a message centre (npm smpp), a real Kannel, the real daemon, and
// the answer back to the phone. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bookableHall, freeTime } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startKannel } from '../lib/kannel.mjs';

const SECRET = 'a-secret-of-kannel-alone';
let kannel;
let d;
let numbers = 0;

before(async () => {
    kannel = await startKannel({ texts: async (k) => {
        const gateway = k.gateway({ inbound_format: 'query', inbound_id: 'id' });
        d = await startDaemon({ settings: { sms: { retry_first_ms: 50, retry_max_ms: 500, gateways: [gateway] } } });
        return `${d.url}/api/v1/sms/kannel/inbound/${SECRET}`;
    } });
    await bookableHall(d, { edit: (config) => ({ ...config, replies: true }) });
});

after(async () => {
    await kannel?.stop();
    await d?.stop();
});

function newNumber() {
    numbers += 1;
    return `861380000${String(2000 + numbers)}`;
}
const issue = (phone, lang = 'zh') => d.post('/halls/small/tickets', { service: 'id-card', lang, phone: `+${phone}` });
const got = (phone, holds) => kannel.smsc.received((m) => m.to === phone && m.text.includes(holds));
const state = async (t) => (await d.get(`/halls/small/tickets/${t.id}`)).state;
async function heard(word) {
    const { events } = await d.get('/halls/small/events?limit=1000');
    return events.filter((e) => e.type === 'message.inbound' && e.word === word);
}

test('0 to the confirmation of a booking cancels it, and the phone is told so', async () => {
    const phone = newNumber();
    const b = await d.post('/halls/small/bookings', { services: ['social-card'], at: await freeTime(d, 'small', 'social-card'),
        phone: `+${phone}`, lang: 'zh' });
    const told = await got(phone, '已预约');
    assert.match(told.text, /回复 0 取消，1 会到，2 晚到。/);
    kannel.smsc.say(phone, '０。'); // full-width, as a Chinese keyboard has it
    const answer = await got(phone, '已取消');
    assert.match(answer.text, /^便民服务站：您 .* 的预约已取消。$/);
    assert.equal((await d.get(`/halls/small/bookings/${b.id}`)).state, 'cancelled');
    assert.deepEqual((await heard('cancel')).map((e) => [e.done, e.ticket, e.number]), [['cancel', b.id, b.number]]);
});

test('2 to a ticket asks for more time; 1 says that its citizen comes', async () => {
    const phone = newNumber();
    const t = await issue(phone, 'en');
    await got(phone, 'Reply 0 to cancel, 1 if you are coming, 2 for more time.');
    kannel.smsc.say(phone, '1 Yes!');
    await got(phone, `Neighbourhood service point: thank you, we expect you: number ${t.number}.`);
    assert.equal(typeof (await d.get(`/halls/small/tickets/${t.id}`)).coming, 'number');
    kannel.smsc.say(phone, '2');
    await got(phone, `all right, you have more time (number ${t.number}). Please be here by `);
    assert.equal(await state(t), 'coming');
});

test('退订 ends the messages, with one last one; 订阅 brings them back', async () => {
    const phone = newNumber();
    const t = await issue(phone);
    await got(phone, t.number);
    kannel.smsc.say(phone, '退订');
    await got(phone, '已退订');
    await d.post('/halls/small/counters/1/open');
    await d.post('/halls/small/counters/1/call', { ticket: t.id, reason: 'asked' });
    assert.equal(await state(t), 'called');
    kannel.smsc.say(phone, '订阅');
    await got(phone, '已恢复短信通知');
    const mine = kannel.smsc.messages.filter((m) => m.to === phone);
    assert.equal(mine.length, 3, 'nothing of the call in between');
});

test('a text that is brought twice counts once; without the secret none does', async () => {
    const phone = newNumber();
    const [one, two] = [await issue(phone), await issue(phone)];
    const bring = async (secret, words, id) => (await d.nobody().request('GET',
        `/sms/kannel/inbound/${secret}?from=%2B${phone}&to=1069&text=${encodeURIComponent(words)}&id=${id}`)).status;
    assert.equal(await bring('another-secret-of-24-chs', '0', 'm-1'), 404);
    assert.equal(await state(two), 'waiting');
    for (let i = 0; i < 3; i++) assert.equal(await bring(SECRET, '0', 'm-1'), 200);
    assert.deepEqual([await state(one), await state(two)], ['waiting', 'cancelled']);
    assert.equal(await bring(SECRET, '0', 'm-2'), 200);
    assert.equal(await state(one), 'cancelled');
});

test('what is not understood gets one helpful answer; who is not known gets none', async () => {
    const [phone, stranger] = [newNumber(), newNumber()];
    const t = await issue(phone);
    await got(phone, t.number);
    kannel.smsc.say(stranger, '你好');
    kannel.smsc.say(phone, '请问几点关门？');
    await got(phone, `没看懂您的回复。关于您的 ${t.number} 号，请回复：0 取消`);
    kannel.smsc.say(phone, '喂？');
    kannel.smsc.say(phone, '1');
    await got(phone, '收到');
    await eventually('both are heard', async () => (await heard('help')).length === 2);
    assert.equal(kannel.smsc.messages.filter((m) => m.to === phone).length, 3);
    assert.equal(kannel.smsc.messages.filter((m) => m.to === stranger).length, 0);
    await eventually('every message of this file ended', async () => {
        const { events } = await d.get('/halls/small/events?limit=1000');
        const n = (type) => events.filter((e) => e.type === type).length;
        return n('message.accepted') === n('message.queued');
    });
});
