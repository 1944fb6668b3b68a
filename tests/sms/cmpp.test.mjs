// The CMPP driver of the daemon against a gateway written from the specification (tests/lib/ismg.mjs), which finds
// fault with every octet and misbehaves on request. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';
import { startDriver } from '../lib/gateway_driver.mjs';
import { startIsmg } from '../lib/ismg.mjs';
import { eventually } from '../lib/redis.mjs';

const ME = '+8613800000001';
const PHONE = '8613800000001';
const ONE = '请 A012 号到 3 号窗口。';
const LONG = ONE.repeat(9); // 135 characters, 3 parts
const utf16 = (text) => Buffer.from(text, 'utf16le').swap16();

const settings = (ismg, change = {}) => ({ kind: 'cmpp', address: ismg.address, login: '900001', version: '3.0',
    service_id: 'QUEUE', from: '10690001', timeout_ms: 10000, ...change });

// A gateway and a driver that it let in; both end with the test, and the gateway has found no fault.
async function both(t, { gateway = {}, change = {}, secret = '888888', up = true } = {}) {
    const ismg = await startIsmg(gateway);
    const driver = await startDriver(settings(ismg, change), { password: secret });
    t.after(async () => {
        await driver.stop();
        await ismg.stop();
        assert.deepEqual(ismg.faults, []);
    });
    if (up) await driver.up();
    return { ismg, driver };
}

const lines = (driver, key) => driver.lines.filter((l) => l[key] !== undefined);
const soon = (what, check) => eventually(what, check, 20000);
// Whatever the gateway has to say to the driver, and the driver to it, has been said.
async function settled(ismg, driver) {
    const from = driver.lines.length;
    const mark = `mark ${Math.random()}`;
    await ismg.deliver({ from: PHONE, content: Buffer.from(mark) });
    await driver.told((l) => l.inbound === mark, from);
}

for (const [asked, offered, spoken] of [['2.0', '3.0', false], ['3.0', '3.0', true], ['3.0', '2.0', false]]) {
    test(`cmpp submit: asked for ${asked} of a gateway of ${offered}, every field is as it must be`, async (t) => {
        const { ismg, driver } = await both(t, { gateway: { version: offered }, change: { version: asked } });
        assert.deepEqual(ismg.asked, [{ spid: '900001', version: asked === '3.0' ? 0x30 : 0x20 }]);
        ismg.report = { stat: 'DELIVRD' };
        const result = await driver.send(ONE, { valid_ms: 600000 });
        const [s] = ismg.submits;
        assert.deepEqual([s.three, s.text, s.fmt, s.total, s.no, s.number, s.from, s.service, s.feeUser, s.feeNumber, s.feeType,
            s.feeCode, s.udhi], [spoken, ONE, 8, 1, 1, PHONE, '10690001', 'QUEUE', 2, '', '01', '0', 0]);
        assert.deepEqual(result, { result: 'm0', outcome: 'ok', uncertain: false, reason: 'accepted', pause_ms: 0,
            ids: [String(s.id).padStart(20, '0')] });
        assert.match(s.valid, /032\+$/);
        const [year, month, day, hour, minute, second] = s.valid.match(/../g).map(Number);
        const ends = Date.UTC(2000 + year, month - 1, day, hour - 8, minute, second);
        assert.ok(Math.abs(ends - Date.now() - 600000) < 60000, s.valid);
        assert.deepEqual(await driver.told((l) => l.report), { report: result.ids[0], fate: 'delivered', reason: 'DELIVRD' });
        assert.deepEqual(await ismg.reports[0], { result: 0 });
    });
}

test('cmpp texts: ASCII where it is enough, UCS-2 for all else, long ones joined by the phone', async (t) => {
    const { ismg, driver } = await both(t);
    const texts = ['Number A012: counter 3 [room 2] ~ {x}', 'x'.repeat(159), 'x'.repeat(160), `${'['.repeat(200)}`, 'café', '`a`',
        LONG, `${'中'.repeat(66)}😀${'文'.repeat(66)}`];
    const formats = [];
    for (const text of texts) {
        const before = ismg.submits.length;
        assert.equal((await driver.send(text)).outcome, 'ok', text);
        formats.push(ismg.submits.slice(before).map((s) => s.fmt).join(' '));
    }
    assert.deepEqual(ismg.texts(), texts);
    assert.deepEqual(formats, ['0', '0', '8 8 8', '0 0 0', '8', '8', '8 8 8', '8 8 8']);
    assert.equal(new Set(ismg.submits.filter((s) => s.total > 1).map((s) => s.reference)).size, 4);
    const result = await driver.send('中'.repeat(300));
    assert.deepEqual([result.outcome, result.reason], ['permfail', 'text_long']);
});

test('cmpp settings: UCS-2 for all, numbers without their country, who pays', async (t) => {
    const { ismg, driver } = await both(t, { change: { data_coding: '8', number_form: 'national', fee_user_type: 3,
        fee_number: PHONE, fee_type: '02', fee_code: '10' } });
    await driver.send('Counter 3');
    const [s] = ismg.submits;
    assert.deepEqual([s.fmt, s.number, s.feeUser, s.feeNumber, s.feeType, s.feeCode], [8, '13800000001', 3, PHONE, '02', '10']);
});

for (const when of ['before', 'after']) {
    test(`cmpp report: each part has its own id and report, ${when} the answer and twice`, async (t) => {
        const { ismg, driver } = await both(t);
        ismg.report = { when, times: 2 };
        const { outcome, ids } = await driver.send(LONG);
        assert.equal(outcome, 'ok');
        assert.deepEqual(ids, ismg.submits.map((s) => String(s.id).padStart(20, '0')));
        assert.equal(new Set(ids).size, 3);
        assert.deepEqual(await Promise.all(ismg.reports), Array(6).fill({ result: 0 }));
        assert.deepEqual(lines(driver, 'report').map((l) => l.report).sort(), [...ids, ...ids].sort());
    });
}

test('cmpp report: comes on another connection of the account, as often as not', async (t) => {
    const { ismg, driver } = await both(t);
    const second = await startDriver(settings(ismg), { password: '888888' });
    t.after(() => second.stop());
    await second.up();
    ismg.report = { other: true };
    const { ids } = await driver.send(ONE);
    assert.equal((await second.told((l) => l.report)).report, ids[0]);
    await Promise.all(ismg.reports);
    await settled(ismg, driver);
    assert.deepEqual(lines(driver, 'report'), []);
});

test('cmpp report: every state is one of ours, and ACCEPTD is none', async (t) => {
    const { ismg, driver } = await both(t);
    const fates = { ACCEPTD: undefined, DELIVRD: 'delivered', EXPIRED: 'expired', DELETED: 'undelivered', UNDELIV: 'undelivered',
        UNKNOWN: 'unknown', REJECTD: 'rejected', 'MB:0069': 'undelivered', 'a b"c': 'undelivered' };
    for (const stat of Object.keys(fates)) {
        ismg.report = { stat };
        await driver.send(ONE);
    }
    await Promise.all(ismg.reports);
    assert.deepEqual(lines(driver, 'report').map((l) => l.fate), Object.values(fates).slice(1));
    assert.deepEqual(lines(driver, 'report').map((l) => l.reason), [...Object.keys(fates).slice(1, -1), 'abc']);
});

test('cmpp report: is acknowledged once it is written down, and not when it is not', async (t) => {
    const { ismg, driver } = await both(t);
    await driver.take('later');
    ismg.report = {};
    await driver.send(ONE);
    await driver.send(ONE);
    await driver.told(() => lines(driver, 'report').length === 2);
    let acknowledged = 0;
    for (const r of ismg.reports) void r.then(() => { acknowledged++; });
    await driver.take('yes');
    await settled(ismg, driver);
    assert.equal(acknowledged, 0);
    driver.say({ taken: false });
    driver.say({ taken: true });
    assert.deepEqual(await ismg.reports[1], { result: 0 });
    assert.equal(acknowledged, 1);
});

test('cmpp results: each refusal is one of five words, of several parts the worst', async (t) => {
    const { ismg, driver } = await both(t);
    const outcomes = { 1: 'config', 2: 'config', 3: 'tempfail', 4: 'permfail', 5: 'config', 6: 'permfail', 7: 'config',
        8: 'throttled', 9: 'config', 10: 'config', 11: 'config', 12: 'config', 13: 'permfail', 99: 'tempfail', 117: 'tempfail' };
    for (const [result, outcome] of Object.entries(outcomes)) {
        ismg.answer = () => ({ result: Number(result) });
        const r = await driver.send(ONE);
        assert.deepEqual([r.outcome, r.uncertain, r.ids], [outcome, false, []], result);
    }
    for (const [results, outcome, uncertain] of [[[99, 8, 8], 'throttled', false], [[99, 99, 3], 'tempfail', false],
        [[0, 8, 0], 'tempfail', true], [[99, 8, 0], 'tempfail', true], [[8, 8, 13], 'permfail', false], [[0, 5, 0], 'config', false]]) {
        ismg.answer = (s) => ({ result: results[s.no - 1] });
        const r = await driver.send(LONG);
        assert.deepEqual([r.outcome, r.uncertain], [outcome, uncertain], results);
    }
    ismg.answer = () => ({ result: 0 });
    assert.equal((await driver.send(ONE)).outcome, 'ok');
});

test('cmpp window: never more than the contract allows, and all of it used', async (t) => {
    const { ismg, driver } = await both(t, { gateway: { window: 5 }, change: { window: 5 } });
    const held = [];
    let most = 0;
    ismg.answer = () => new Promise((r) => {
        held.push(r);
        most = Math.max(most, held.length);
    });
    driver.say({ many: 20, to: ME, text: LONG });
    for (let answered = 0; answered < 60; answered++) {
        const wanted = Math.min(5, 60 - answered);
        await soon(`${wanted} in the window`, () => held.length === wanted);
        held.splice(answered % held.length, 1)[0]({ result: 0 }); // in any order
    }
    const { ok } = await driver.told((l) => l.many);
    assert.deepEqual([ok, most], [20, 5]);
    assert.deepEqual(ismg.texts(), Array(20).fill(LONG));
    const order = ismg.submits.map((s) => `${s.reference}`).filter((r, i, all) => r !== all[i - 1]);
    assert.equal(order.length, 20, 'the parts of each message one behind the other');
});

test('cmpp window: messages of more parts than fit wait for their turn, and not too many of them', async (t) => {
    const { ismg, driver } = await both(t, { gateway: { window: 4 }, change: { window: 4 } });
    let open;
    const gate = new Promise((r) => { open = r; });
    ismg.answer = async (s) => {
        await gate;
        return { result: s.reference === ismg.submits[3].reference && s.no === 2 ? 13 : 0 };
    };
    const results = Array.from({ length: 6 }, () => driver.begin(LONG));
    const last = await results.pop()();
    assert.deepEqual([last.outcome, last.uncertain, last.reason], ['tempfail', false, 'window_full']);
    await soon('the window is full', () => ismg.submits.length === 4);
    open();
    const outcomes = [];
    for (const result of results) outcomes.push((await result()).outcome);
    assert.deepEqual(outcomes, ['ok', 'permfail', 'ok', 'ok', 'ok']);
    assert.deepEqual(ismg.texts(), Array(4).fill(LONG));
});

test('cmpp window: no answer is uncertain and not sent again; one that comes late means nothing', async (t) => {
    const { ismg, driver } = await both(t, { change: { timeout_ms: 1000 } });
    let late;
    ismg.answer = () => new Promise((r) => { late = r; });
    const r = await driver.send(ONE);
    assert.deepEqual([r.outcome, r.uncertain, r.reason, r.ids], ['tempfail', true, 'no_answer', []]);
    late({ result: 0 });
    ismg.answer = () => ({ result: 0 });
    await soon('the next one is taken', async () => (await driver.send('second')).outcome === 'ok');
    assert.equal(ismg.submits.filter((s) => s.text === ONE).length, 1);
    assert.ok(ismg.tests >= 1, 'it asked whether anybody is there');
});

test('cmpp link: what has left when it breaks is uncertain, what waited is not; then there is another one', async (t) => {
    const { ismg, driver } = await both(t, { gateway: { window: 4 }, change: { window: 4 } });
    ismg.answer = () => null;
    const waiting = [[driver.begin(LONG), true], [driver.begin(LONG), true], [driver.begin(ONE), false]];
    for (let i = 0; i < 2; i++) driver.begin(ONE);
    assert.equal((await driver.send(ONE)).reason, 'window_full'); // so they have all been taken
    await soon('four parts have come', () => ismg.submits.length === 4);
    ismg.drop();
    for (const [result, uncertain] of waiting) {
        const r = await result();
        assert.deepEqual([r.outcome, r.uncertain, r.reason], ['tempfail', uncertain, 'link_lost']);
    }
    assert.equal((await driver.down()).reason, 'hung_up');
    await driver.up(2);
    ismg.answer = () => ({ result: 0 });
    assert.equal((await driver.send(ONE)).outcome, 'ok');
});

test('cmpp link: a gateway that hangs is asked three times and left', async (t) => {
    const { ismg, driver } = await both(t, { change: { timeout_ms: 200, enquire_s: 1 } });
    ismg.mute = true;
    assert.equal((await driver.down('silent')).up, false);
    assert.ok(ismg.tests >= 3, ismg.tests);
    ismg.mute = false;
    await driver.up(2);
    await soon('a message is taken', async () => (await driver.send(ONE)).outcome === 'ok');
});

test('cmpp link: before there is one, and while the gateway says nothing, a message is just not taken', async (t) => {
    const { ismg, driver } = await both(t, { gateway: { mute: true }, change: { timeout_ms: 300 }, up: false });
    const r = await driver.send(ONE);
    assert.deepEqual([r.outcome, r.uncertain, r.reason], ['tempfail', false, 'link_down']);
    await driver.down('no_answer');
    ismg.mute = false;
    await driver.up();
    await soon('a message is taken', async () => (await driver.send(ONE)).outcome === 'ok');
});

for (const manner of ['answer', 'request']) {
    test(`cmpp active test: both ways, of a gateway that answers with an ${manner}`, async (t) => {
        const { ismg, driver } = await both(t, { change: { enquire_s: 1, timeout_ms: 20000 } });
        ismg.testManner = manner;
        await soon('a test', () => ismg.tests >= 1);
        const answer = await ismg.one().ask(8);
        assert.deepEqual([...answer], [0]);
        assert.equal((await driver.send(ONE)).outcome, 'ok');
        assert.equal(ismg.entered, 1);
    });
}

for (const [status, reason] of [[2, 'connect_login'], [3, 'connect_secret'], [4, 'connect_version'], [9, 'connect_status_9']]) {
    test(`cmpp connect: status ${status} is said as ${reason}, and tried again`, async (t) => {
        const gateway = status === 3 ? {} : { status };
        const { ismg, driver } = await both(t, { gateway, secret: status === 3 ? 'other' : '888888', up: false });
        await driver.down(reason);
        await soon('another attempt', () => ismg.asked.length >= 2);
        assert.equal(ismg.entered, 0);
        if (status === 3) return;
        ismg.status = 0;
        await driver.up();
    });
}

for (const [proof, warned] of [['wide', false], ['narrow', false], ['wrong', true]]) {
    test(`cmpp connect: an AuthenticatorISMG made the ${proof} way is no reason to leave`, async (t) => {
        const { driver } = await both(t, { gateway: { proof } });
        assert.equal((await driver.send(ONE)).outcome, 'ok');
        assert.equal(driver.log.includes('AuthenticatorISMG does not fit'), warned);
    });
}

test('cmpp inbound: texts in every format, acknowledged once they are written down', async (t) => {
    for (const version of ['2.0', '3.0']) {
        const { ismg, driver } = await both(t, { gateway: { version } });
        const gb = Buffer.from([0xc8, 0xa1, 0xcf, 0xfb, 0x31, 0x81, 0x30, 0x81, 0x30, 0xff]); // 取消1, U+0080, none
        const all = [[0, Buffer.from('TD'), 'TD'], [8, utf16('退订😀'), '退订😀'], [15, gb, '取消1\u0080\ufffd'],
            [0, Buffer.from([0xc8, 0xa1, 0x00]), '取 '], [8, Buffer.alloc(0), '']];
        for (const [fmt, content, text] of all) {
            const from = driver.lines.length;
            assert.deepEqual(await ismg.deliver({ from: PHONE, fmt, content }), { result: 0 });
            assert.deepEqual(await driver.told((l) => l.inbound !== undefined, from), { inbound: text, from: PHONE, to: '10690001' });
        }
        assert.deepEqual(await ismg.deliver({ from: PHONE, fmt: 4, content: Buffer.from([1, 2, 3]) }), { result: 0 });
        assert.deepEqual(await ismg.deliver({ from: PHONE, content: Buffer.from('1'), tail: 0 }), { result: 0 });
        await settled(ismg, driver);
        assert.equal(lines(driver, 'inbound').length, all.length + 2);
    }
});

test('cmpp inbound: a long text is joined, whatever order its parts come in; a last part that comes again counts', async (t) => {
    const { ismg, driver } = await both(t);
    const octets = utf16('我今天来不了了，请取消预约。'.repeat(12));
    const part = (no, reference = 9) => ismg.deliver({ from: PHONE, fmt: 8, udhi: 1, content: Buffer.concat([
        Buffer.from([5, 0, 3, reference, 3, no]), octets.subarray((no - 1) * 133, no === 3 ? undefined : no * 133)]) });
    await part(2);
    await part(3, 77); // of another text
    await part(3);
    await driver.take('no');
    void part(1); // is not taken, so it comes again
    const text = octets.swap16().toString('utf16le');
    octets.swap16();
    await driver.told((l) => l.inbound === text);
    await driver.take('yes');
    assert.deepEqual(await part(1), { result: 0 });
    await settled(ismg, driver); // the answer may be quicker than the driver's line
    assert.deepEqual(lines(driver, 'inbound').map((l) => l.inbound).slice(0, -1), [text, text]);
    const wide = (no) => ismg.deliver({ from: PHONE, fmt: 0, udhi: 1,
        content: Buffer.from([6, 8, 4, 1, 2, 2, no, ...Buffer.from(no === 1 ? 'can' : 'cel')]) });
    await wide(1);
    await wide(2);
    await driver.told((l) => l.inbound === 'cancel');
});

test('cmpp garbage: cut off, unknown or no frames at all; what can be answered is, what cannot ends the link', async (t) => {
    const { ismg, driver } = await both(t);
    const c = ismg.one();
    const id = Buffer.alloc(8, 1);
    assert.deepEqual([...await c.ask(5, id, Buffer.alloc(10))], [...id, 0, 0, 0, 4]); // a DELIVER cut off
    assert.equal((await ismg.deliver({ from: PHONE, report: 1, content: Buffer.from('none') })).result, 1);
    assert.equal((await ismg.deliver({ from: PHONE, udhi: 1, content: Buffer.from([200, 0, 3]) })).result, 1);
    c.say(0x10, 1, Buffer.from('another kind of peer'));
    c.say(0x80000004, 4711, Buffer.alloc(12)); // an answer to nothing
    c.say(0x80000001, 1, Buffer.alloc(21)); // to CONNECT, once more
    assert.equal((await driver.send(ONE)).outcome, 'ok');
    for (const [n, bytes] of [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), Buffer.from([0, 0, 0, 11, 1, 2, 3, 4, 5, 6, 7]),
        Buffer.from([0, 0, 0, 12, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 1]), Buffer.from([0, 0, 0, 14, 0x80, 0, 0, 4, 0, 0, 0, 1, 2, 3]),
    ].entries()) {
        ismg.one().socket.write(bytes);
        await driver.up(n + 2);
        assert.equal((await driver.send(ONE)).outcome, 'ok');
    }
});

test('cmpp leave: what is on its way and what is being written down is waited for, then TERMINATE and its answer', async (t) => {
    const { ismg, driver } = await both(t);
    let answer;
    ismg.answer = () => new Promise((r) => { answer = r; });
    ismg.report = { when: 'before' };
    const result = driver.begin(ONE);
    await soon('it is on its way', () => answer);
    await driver.take('later');
    const left = driver.leave();
    answer({ result: 0 });
    assert.equal((await result()).outcome, 'ok');
    await driver.told((l) => l.report);
    assert.equal((await ismg.one().ask(8)).length, 1);
    assert.equal(ismg.terminated, 0);
    driver.say({ taken: true });
    assert.deepEqual(await ismg.reports[0], { result: 0 });
    assert.equal(await left, 0);
    assert.equal(ismg.terminated, 1);
    assert.equal(ismg.entered, 1);
});

test('cmpp leave: a gateway that hangs, or is not there, does not keep us', async (t) => {
    const { ismg, driver } = await both(t);
    ismg.mute = true;
    assert.equal(await driver.leave(), 0);
    const nobody = await startDriver(settings({ address: '127.0.0.1:1' }), { password: '888888' });
    await nobody.down('unreachable');
    assert.equal(await nobody.leave(), 0);
});

test('cmpp terminate: of the gateway is answered, what is on its way may still be, then it is tried again', async (t) => {
    const { ismg, driver } = await both(t);
    let answer;
    ismg.answer = () => new Promise((r) => { answer = r; });
    const result = driver.begin(ONE);
    await soon('it is on its way', () => answer);
    const c = ismg.one();
    assert.equal((await c.ask(2)).length, 0);
    const refused = await driver.send(ONE);
    assert.deepEqual([refused.outcome, refused.uncertain, refused.reason], ['tempfail', false, 'link_down']);
    answer({ result: 0 });
    assert.equal((await result()).outcome, 'ok');
    c.socket.end();
    await driver.down('terminated');
    await driver.up(2);
    ismg.answer = () => ({ result: 0 });
    assert.equal((await driver.send(ONE)).outcome, 'ok');
});

test('cmpp close: with messages on their way and reports half written down, nothing is left behind', async (t) => {
    const { ismg, driver } = await both(t);
    await driver.take('later');
    ismg.report = { when: 'before' };
    await driver.send(ONE);
    ismg.answer = () => null;
    driver.say({ many: 9, to: ME, text: LONG });
    await soon('the window is full', () => ismg.submits.length === 17);
    await driver.told((l) => l.report);
});

test('cmpp daemon: a ticket is a text in the gateway, its reports make it delivered, and no number stands in the log', async (t) => {
    const ismg = await startIsmg();
    ismg.report = { when: 'before', times: 2 };
    const dir = mkdtempSync(join(tmpdir(), 'paihao-cmpp-'));
    t.after(() => ismg.stop());
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    writeFileSync(join(dir, 'secret'), '888888\n');
    const d = await startDaemon({ settings: { log: { level: 'debug' }, sms: { retry_first_ms: 50, retry_max_ms: 500,
        gateways: [settings(ismg, { name: 'mobile', password_file: join(dir, 'secret') })] } } });
    t.after(() => d.stop());
    await d.importHall('small');
    const ticket = await d.post('/halls/small/tickets', { service: 'id-card', lang: 'zh', phone: PHONE.slice(2) });
    const text = await soon('the text has come', () => ismg.texts().find((s) => s.includes(ticket.number)));
    assert.ok(text.endsWith(`/t#${ticket.link}`), text);
    await soon('the hall knows', async () => (await d.get('/halls/small/events?limit=1000')).events
        .some((e) => e.type === 'message.delivered' && e.ticket === ticket.id));
    assert.deepEqual(await ismg.reports[0], { result: 0 });
    await d.stop();
    assert.equal(ismg.terminated, 1);
    assert.deepEqual(ismg.faults, []);
    assert.ok(!d.log.includes(PHONE.slice(2)));
});
