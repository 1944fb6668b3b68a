// Proof of work and one-time codes: what they are good for, and everything they are not good for.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { book, bookableHall, confirm, freeTime, hold, localDay, newPhone, refusal, sendCode, solve, work } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

let d;
let gateway;
let at;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] }, workers: 1 } }); // a proxy on this machine is believed
    for (const code of ['small', 'other']) await bookableHall(d, { code, units: 100 });
    at = await freeTime(d, 'small', 'social-card', { skip: 10 });
});

after(async () => {
    await d.stop();
    await gateway.stop();
});

const from = (address) => ({ headers: { 'x-forwarded-for': address } });
const held = () => hold(d, 'small', { services: ['social-card'], at });
const ask = async (body, hall = 'small', options = {}) =>
    d.nobody().post(`/halls/${hall}/codes`, { ...body, ...await work(d, hall) }, options);
const otherDigits = (code) => String((Number(code) + 1) % 1000000).padStart(6, '0');

// fetch() would join the lines itself.
function raw(fields) {
    return new Promise((resolve, reject) => {
        const socket = connect(d.ports.http, '127.0.0.1');
        let text = '';
        socket.setEncoding('utf8').on('data', (piece) => { text += piece; }).once('error', reject).once('close', () => resolve(text));
        socket.write(['GET /api/v1/halls/small/challenge HTTP/1.1', 'Host: x', 'Connection: close', ...fields, '', ''].join('\r\n'));
    });
}

test('a challenge is good once, solved, in its own hall and unchanged', async () => {
    const wish = { services: ['social-card'], at };
    const challenge = await d.nobody().get('/halls/small/challenge');
    assert.equal(challenge.bits, 14);
    assert.ok(challenge.expires > Date.now() + 590000 && challenge.expires <= Date.now() + 600000);
    const solved = solve(challenge);
    const post = (proof, hall = 'small') => refusal(d.nobody().post(`/halls/${hall}/holds`, { ...wish, ...proof }));
    assert.equal(await post(solved, 'other'), '422 challenge_invalid challenge');
    assert.equal(await post({ ...solved, solution: `${solved.solution}0` }), '422 challenge_invalid challenge');
    assert.equal(await post({ ...solved, challenge: solved.challenge.replace(/^14/, '1') }), '422 challenge_invalid challenge');
    assert.equal(await post({ ...solved, challenge: solved.challenge.replace(/\.\d{13}\./, '.9999999999999.') }), '422 challenge_invalid challenge');
    assert.equal(await post({ ...solved, challenge: 'x' }), '422 challenge_invalid challenge');
    assert.equal(await post({}), '422 field_missing challenge');
    assert.match(await post(solved), /^answered/);
    assert.equal(await post(solved), '409 challenge_used challenge');
    assert.equal(await refusal(d.nobody().post('/halls/small/codes', { purpose: 'manage', phone: newPhone(), ...solved })),
        '409 challenge_used challenge');
});

test('a challenge costs a network that asks often more, and nobody else', async () => {
    const bits = async (address) => (await d.nobody().get('/halls/small/challenge', from(address))).bits;
    const asked = [];
    for (let i = 0; i < 125; i++) asked.push(await bits(`198.51.100.${i}`)); // one /24
    assert.deepEqual([asked[0], asked[29], asked[30], asked[60], asked[120]], [14, 14, 15, 16, 17]);
    assert.equal(await bits('198.51.101.1'), 14);
    const v6 = [];
    for (let i = 0; i < 31; i++) v6.push(await bits(`2001:db8:7:${i.toString(16)}::1`)); // one /48
    assert.equal(v6[30], 15);
    // What a client claims itself stands in front of what the proxy adds, and does not count.
    assert.equal(await bits('203.0.113.9, 198.51.100.200'), 17);
    // A proxy may also add a line of its own behind the client's.
    assert.match(await raw(['x-forwarded-for: 203.0.113.10', 'X-Forwarded-For: 198.51.100.201']), /"bits":17/);
});

test('a code opens what it was sent for, and only that', async () => {
    const phone = newPhone();
    const [one, two] = [await held(), await held()];
    const code = await sendCode(d, gateway, 'small', { purpose: 'book', phone, booking: one.id });
    const own = (body, hall = 'small') => refusal(d.nobody().post(`/halls/${hall}/my-bookings`, body));
    assert.equal(await own({ phone, code }), '410 code_dead code'); // another purpose
    assert.equal(await refusal(confirm(d, two.link, { phone, code })), '410 code_dead code'); // another booking
    assert.equal(await refusal(confirm(d, one.link, { phone: newPhone(), code })), '410 code_dead code'); // another phone
    assert.equal((await confirm(d, one.link, { phone, code: `${code.slice(0, 3)} ${code.slice(3)}` })).state, 'confirmed');
    const manage = await sendCode(d, gateway, 'small', { purpose: 'manage', phone });
    assert.equal(await own({ phone, code: manage }, 'other'), '410 code_dead code'); // another hall
    assert.match(await own({ phone, code: manage }), /^answered/);
    assert.equal(await own({ phone, code: manage }), '410 code_dead code'); // one use
});

test('a code dies with its fifth wrong try, and none of them tells more than "wrong"', async () => {
    const phone = newPhone();
    const code = await sendCode(d, gateway, 'small', { purpose: 'manage', phone });
    const own = async (typed) => (await d.nobody().request('POST', '/halls/small/my-bookings', { body: { phone, code: typed } })).json;
    const { instance: first, ...wrong } = await own('12345'); // no code at all: not counted
    const told = [];
    for (let i = 0; i < 5; i++) told.push(await own(otherDigits(code)));
    for (const { instance, ...t } of told) {
        assert.notEqual(instance, first);
        assert.deepEqual(t, wrong);
    }
    assert.equal((await own(code)).code, 'code_dead');
});

test('the right code among 30 tries at once is not found by luck: five are looked at', async () => {
    const phone = newPhone();
    const code = await sendCode(d, gateway, 'small', { purpose: 'manage', phone });
    const told = await Promise.all(Array.from({ length: 30 }, (_, i) => refusal(d.nobody().post('/halls/small/my-bookings',
        { phone, code: String((Number(code) + 1 + i) % 1000000).padStart(6, '0') }, from(`203.0.${i}.1`)))));
    assert.equal(told.filter((t) => t === '422 code_wrong code').length, 5);
    assert.equal(told.filter((t) => t === '410 code_dead code').length, 25);
});

test('one sender cannot use up the tries of others', async () => {
    const [phone, bot] = [newPhone(), from('192.0.2.77')];
    const own = (code, options) => refusal(d.nobody().post('/halls/small/my-bookings', { phone, code }, options));
    for (let i = 0; i < 10; i++) assert.equal(await own('000000', bot), '410 code_dead code');
    const code = await sendCode(d, gateway, 'small', { purpose: 'manage', phone });
    for (let i = 0; i < 5; i++) assert.equal(await own(otherDigits(code), bot), '429 rate_limit');
    const wait = { services: ['social-card'], from: localDay(1), to: localDay(2), phone, code: otherDigits(code) };
    assert.equal(await refusal(d.nobody().post('/halls/small/waitlist', wait, bot)), '429 rate_limit');
    assert.match(await own(code), /^answered/);
});

test('a new code takes the place of the old one', async () => {
    const phone = newPhone();
    const old = await sendCode(d, gateway, 'small', { purpose: 'manage', phone });
    let fresh = old;
    for (let i = 0; i < 2 && fresh === old; i++) fresh = await sendCode(d, gateway, 'small', { purpose: 'manage', phone });
    assert.equal(await refusal(d.nobody().post('/halls/small/my-bookings', { phone, code: old })), '422 code_wrong code');
    assert.match(await refusal(d.nobody().post('/halls/small/my-bookings', { phone, code: fresh })), /^answered/);
});

test('code_send tells nothing about the number', async () => {
    const known = (await book(d, gateway, 'small', { at })).tel;
    await ask({ purpose: 'manage', phone: newPhone() }); // warms nothing up; the same row for both
    const answers = [await ask({ purpose: 'manage', phone: known }), await ask({ purpose: 'manage', phone: newPhone() })];
    assert.deepEqual(Object.keys(answers[0]), Object.keys(answers[1]));
    assert.deepEqual(Object.keys(answers[0]).sort(), ['again', 'expires', 'sent']);
    const nobody = newPhone();
    const code = await sendCode(d, gateway, 'small', { purpose: 'manage', phone: nobody });
    assert.deepEqual(await d.nobody().post('/halls/small/my-bookings', { phone: nobody, code }), { bookings: [], waiting: [] });
});

test('code_send wants a booking for "book" only', async () => {
    const phone = newPhone();
    const { id } = await held();
    assert.equal(await refusal(ask({ purpose: 'book', phone })), '422 field_missing booking');
    assert.equal(await refusal(ask({ purpose: 'manage', phone, booking: id })), '422 field_invalid booking');
    assert.equal(await refusal(ask({ purpose: 'wait', phone, booking: id })), '422 field_invalid booking');
    assert.equal(await refusal(ask({ purpose: 'book', phone, booking: id }, 'other')), '404 booking_unknown booking');
    assert.equal(await refusal(ask({ purpose: 'book', phone: '110', booking: id })), '422 phone_invalid phone');
});

test('a phone number gets three codes at once, an address twenty', async () => {
    const phone = newPhone();
    for (let i = 0; i < 3; i++) await ask({ purpose: 'manage', phone }, 'small', from(`192.0.2.${i}`));
    assert.equal(await refusal(ask({ purpose: 'manage', phone }, 'small', from('192.0.2.9'))), '429 rate_limit');
    for (let i = 0; i < 20; i++) await ask({ purpose: 'manage', phone: newPhone() }, 'small', from('192.0.2.50'));
    assert.equal(await refusal(ask({ purpose: 'manage', phone: newPhone() }, 'small', from('192.0.2.50'))), '429 rate_limit');
    await ask({ purpose: 'manage', phone: newPhone() }, 'small', from('192.0.2.51'));
});

test('code_send with the same key sends one message', async () => {
    const phone = newPhone();
    const body = { purpose: 'manage', phone, ...await work(d, 'small') };
    const before = gateway.received.length;
    const [a, b] = [await d.nobody().post('/halls/small/codes', body, { key: 'code-once-1' }),
        await d.nobody().post('/halls/small/codes', body, { key: 'code-once-1' })];
    assert.deepEqual(a, b);
    const marker = await sendCode(d, gateway, 'small', { purpose: 'manage', phone: newPhone() });
    assert.ok(marker);
    assert.equal(gateway.received.slice(before).filter((m) => m.to.endsWith(phone)).length, 1);
});

test('codes and holds end by the clock', async () => {
    const fast = await startDaemon({ settings: { sms: { gateways: [gateway.settings()] }, demo: { clock_speed: 120 } } });
    try {
        await bookableHall(fast, { units: 1, booking: { hold_minutes: 2 } });
        const when = await freeTime(fast, 'small', 'social-card', { skip: 20 });
        const phone = newPhone();
        const clock = async () => (await fast.nobody().get('/clock')).now;
        const code = await sendCode(fast, gateway, 'small', { purpose: 'manage', phone });
        const sentAt = await clock();

        // At the last moment of the hold (a second of ours) its holder and everybody else at once: one of them has it.
        const mine = await hold(fast, 'small', { services: ['social-card'], at: when });
        const bookCode = await sendCode(fast, gateway, 'small', { purpose: 'book', phone, booking: mine.id });
        const proofs = await Promise.all(Array.from({ length: 12 }, () => work(fast, 'small')));
        const rivals = [];
        await eventually('the hold is about to end', async () => await clock() >= mine.expires - 6000, 5000);
        for (const proof of proofs) {
            rivals.push(refusal(fast.nobody().post('/halls/small/holds', { services: ['social-card'], at: when, ...proof })));
            if (proof === proofs[5]) rivals.unshift(refusal(confirm(fast, mine.link, { phone, code: bookCode })));
        }
        const told = await Promise.all(rivals);
        assert.equal(told.filter((t) => t.startsWith('answered')).length, 1, told.join('\n'));
        assert.ok(['answered', '409 hold_expired'].some((t) => told[0].startsWith(t)), told[0]);
        const { bookings } = await fast.get(`/halls/small/bookings?from=${localDay(0, sentAt)}&days=3`);
        assert.equal(bookings.filter((b) => b.at === when && ['held', 'confirmed'].includes(b.state)).length, 1);

        // One that ran out is still confirmed as long as nobody took it.
        const later = await freeTime(fast, 'small', 'social-card', { plus: 2, skip: 40 });
        const slow = await hold(fast, 'small', { services: ['social-card'], at: later });
        await eventually('the hold has ended', async () => await clock() > slow.expires, 10000);
        const latePhone = newPhone();
        const late = await sendCode(fast, gateway, 'small', { purpose: 'book', phone: latePhone, booking: slow.id });
        assert.equal((await confirm(fast, slow.link, { phone: latePhone, code: late })).state, 'confirmed');

        // One that ran out and is somebody else's now: the nearest times instead.
        const third = await freeTime(fast, 'small', 'social-card', { plus: 2, skip: 60 });
        const lost = await hold(fast, 'small', { services: ['social-card'], at: third });
        await eventually('the hold has ended', async () => await clock() > lost.expires, 10000);
        await book(fast, gateway, 'small', { at: third });
        const lostCode = await sendCode(fast, gateway, 'small', { purpose: 'book', phone, booking: lost.id });
        const { status, json } = await fast.citizen(lost.link).request('POST', '/booking/confirm', { body: { phone, code: lostCode } });
        assert.deepEqual([status, json.code], [409, 'hold_expired']);
        assert.ok(json.alternatives.length > 0 && !json.alternatives.includes(third), JSON.stringify(json));

        await eventually('the code has ended', async () => await clock() > sentAt + 600000, 15000);
        assert.equal(await refusal(fast.nobody().post('/halls/small/my-bookings', { phone, code })), '410 code_dead code');
    } finally {
        await fast.stop();
    }
});

test('without a gateway no code is promised; a demo shows it', async () => {
    const silent = await startDaemon({ settings: { http: { trusted_proxies: '' }, workers: 1 } });
    try {
        await bookableHall(silent);
        const told = await refusal(silent.nobody().post('/halls/small/codes', { purpose: 'manage', phone: newPhone(), ...await work(silent, 'small') }));
        assert.equal(told, '409 messages_off');
        // Nobody is believed here: one network, whatever it claims.
        let bits;
        for (let i = 0; i < 31; i++) ({ bits } = await silent.nobody().get('/halls/small/challenge', from(`192.0.${i}.1`)));
        assert.equal(bits, 15);
    } finally {
        await silent.stop();
    }
    const demo = await startDaemon({ settings: { demo: { show_codes: true } } });
    try {
        await bookableHall(demo);
        const phone = newPhone();
        const held1 = await hold(demo, 'small', { services: ['social-card'], at: await freeTime(demo, 'small', 'social-card') });
        const { code } = await demo.nobody().post('/halls/small/codes',
            { purpose: 'book', phone, booking: held1.id, ...await work(demo, 'small') });
        assert.equal((await confirm(demo, held1.link, { phone, code })).state, 'confirmed');
    } finally {
        await demo.stop();
    }
});
