// The SMPP driver of the daemon against two message centres that know nothing of each other: npm smpp, which does what
// a test says, and the example SMSC of Debian's Net::SMPP. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startDriver } from '../lib/gateway_driver.mjs';
import { eventually, freePort } from '../lib/redis.mjs';
import { listens, startCentre } from '../lib/smpp_centre.mjs';

const LONG = '请 A012 号到 3 号窗口。'.repeat(9); // 3 parts
const SEVEN = 'Number A012: counter 3 [room {2}]. '.repeat(9); // 3 parts of 7 bits

// A centre and a driver bound to it, stopped when the test ends.
async function both(t, change = {}, { password, before } = {}) {
    const centre = await startCentre();
    before?.(centre);
    const driver = await startDriver(centre.settings(change), { password });
    t.after(async () => {
        await driver.stop();
        await centre.stop();
    });
    if (!before) await centre.session();
    if (!before) await driver.up();
    return { centre, driver };
}

const text = (pdu) => pdu.message_payload?.message ?? pdu.short_message.message;
const udh = (pdu) => [...Buffer.concat(pdu.short_message.udh)];

test('smpp submit: the bind and the message say what the settings say', async (t) => {
    const { centre, driver } = await both(t, { system_type: 'VMA', address_range: '^1069', service_type: 'CMT', from: 'Paihao',
        login: 'hall', data_coding: '0' }, { password: 'pass 8ch' });
    const [bind] = centre.binds;
    assert.deepEqual([bind.system_id, bind.password, bind.system_type, bind.interface_version, bind.address_range],
        ['hall', 'pass 8ch', 'VMA', 0x34, '^1069']);
    const result = await driver.send('请到 3 号窗口', { valid_ms: 599500 });
    assert.deepEqual(result, { result: 'm0', outcome: 'ok', uncertain: false, reason: 'accepted', pause_ms: 0, ids: ['id-1'] });
    const [pdu] = centre.submitted;
    assert.equal(text(pdu), '请到 3 号窗口');
    assert.deepEqual([pdu.destination_addr, pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.source_addr, pdu.source_addr_ton,
        pdu.source_addr_npi, pdu.service_type, pdu.data_coding, pdu.registered_delivery, pdu.esm_class],
    ['8613800000001', 1, 1, 'Paihao', 5, 0, 'CMT', 8, 1, 0]);
    assert.ok(Math.abs(pdu.validity_period - Date.now() - 600000) < 60000, pdu.validity_period);
    await driver.send('Counter 3 [2] costs 5 €');
    assert.equal(text(centre.submitted[1]), 'Counter 3 [2] costs 5 €');
    assert.equal(centre.submitted[1].data_coding, 0);
});

for (const [way, check] of [
    ['udh', (p, i) => p.esm_class === 0x40 && udh(p).slice(0, 2).join() === '0,3' && udh(p).slice(3).join() === `3,${i + 1}`],
    ['sar', (p, i) => p.esm_class === 0 && p.sar_total_segments === 3 && p.sar_segment_seqnum === i + 1],
    ['payload', (p) => p.short_message.message === '' || !p.short_message.message.length],
]) {
    test(`smpp long: a text of three parts arrives whole by ${way}, its parts together`, async (t) => {
        const { centre, driver } = await both(t, { long_messages: way });
        const results = await Promise.all([driver.send(LONG), driver.send(SEVEN), driver.send(LONG)]);
        const each = way === 'payload' ? 1 : 3;
        for (const r of results) assert.deepEqual([r.outcome, r.ids.length], ['ok', each]);
        for (let m = 0; m < 3; m++) {
            const parts = centre.submitted.slice(m * each, (m + 1) * each);
            assert.equal(parts.map(text).join(''), m === 1 ? SEVEN : LONG);
            parts.forEach((p, i) => assert.ok(check(p, i), JSON.stringify(p)));
            const reference = (p) => (way === 'udh' ? udh(p)[2] : p.sar_msg_ref_num);
            assert.equal(new Set(parts.map(reference)).size, 1);
            if (m > 0 && way !== 'payload') assert.notEqual(reference(parts[0]), reference(centre.submitted[(m - 1) * each]));
        }
    });
}

test('smpp submit: a centre that garbles 7 bits gets UCS-2, one of Latin-1 gets that', async (t) => {
    const ucs2 = await both(t, { data_coding: '8' });
    await ucs2.driver.send('Counter @3');
    assert.deepEqual([ucs2.centre.submitted[0].data_coding, text(ucs2.centre.submitted[0])], [8, 'Counter @3']);
    const latin1 = await both(t, { alphabet: 'latin1' });
    await latin1.driver.send('Zähler @3 [x]');
    await latin1.driver.send('5 €'); // not in Latin-1
    // npm smpp reads data_coding 0 as GSM 7-bit: what is compared are the octets.
    latin1.centre.submitted.forEach((p) => assert.ok(p.command_length > 0));
    assert.deepEqual(latin1.centre.submitted.map((p) => p.data_coding), [0, 8]);
    assert.equal(text(latin1.centre.submitted[1]), '5 €');
});

const receipt = (id, stat, more = {}) => ({ esm_class: 4,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2611240910 done date:2611240910 stat:${stat} err:000 text:x`, ...more });

test('smpp receipts: by text or by fields, early, twice and for nothing known', async (t) => {
    const { centre, driver } = await both(t);
    centre.onSubmit = async (pdu, session) => { // the receipt overtakes the answer
        await centre.deliver(receipt('early', 'DELIVRD'));
        return { message_id: 'early' };
    };
    assert.deepEqual((await driver.send('x')).ids, ['early']);
    await driver.settled();
    const at = (match) => driver.lines.findIndex(match);
    assert.ok(at((l) => l.report === 'early' && l.fate === 'delivered') < at((l) => l.result));
    const cases = [
        [receipt('t1', 'UNDELIV', { short_message: 'id:t1 stat:UNDELIV err:045' }), 't1', 'undelivered', '045'],
        [receipt('t2', 'EXPIRED'), 't2', 'expired', ''],
        [receipt('t3', 'REJECTD'), 't3', 'rejected', ''],
        [receipt('t4', 'UNKNOWN'), 't4', 'unknown', ''],
        [{ esm_class: 4, short_message: '', receipted_message_id: 'v1', message_state: 2 }, 'v1', 'delivered', ''],
        [{ esm_class: 4, short_message: 'id:other stat:DELIVRD', receipted_message_id: 'v2', message_state: 5,
            network_error_code: Buffer.from([3, 1, 2]) }, 'v2', 'undelivered', '3:258'],
        [receipt('early', 'DELIVRD'), 'early', 'delivered', ''], // once more: whoever keeps them counts
    ];
    for (const [pdu, id, fate, reason] of cases) {
        const before = driver.lines.length;
        const answer = await centre.deliver(pdu);
        assert.equal(answer.command_status, 0);
        assert.deepEqual(await driver.settled(before), [{ report: id, fate, reason }]);
    }
    const before = driver.lines.length;
    for (const stat of ['ACCEPTD', 'ENROUTE', 'NEVERHEARD'])
        assert.equal((await centre.deliver(receipt('t1', stat))).command_status, 0);
    assert.equal((await centre.deliver({ esm_class: 4, short_message: 'nothing of the kind' })).command_status, 0);
    assert.deepEqual(await driver.settled(before), []);
});

test('smpp receipts: ids that a centre writes in two ways are one', async (t) => {
    const { centre, driver } = await both(t, { dlr_id_base: 'dec' });
    centre.onSubmit = () => ({ message_id: '00AbCd12' });
    assert.deepEqual((await driver.send('x')).ids, [String(0xabcd12)]);
    await centre.deliver(receipt(`00${0xabcd12}`, 'DELIVRD'));
    await driver.told((l) => l.report === String(0xabcd12));
});

test('smpp deliver: acknowledged only once it is written down', async (t) => {
    const { centre, driver } = await both(t);
    driver.say({ take: 'later' });
    let answer;
    const delivered = centre.deliver(receipt('a', 'DELIVRD')).then((r) => { answer = r; });
    await driver.told((l) => l.report === 'a');
    await driver.send('in between'); // it has been there and back meanwhile
    assert.equal(answer, undefined);
    driver.say({ taken: true });
    await delivered;
    assert.equal(answer.command_status, 0);
    driver.say({ take: 'no' });
    assert.equal((await centre.deliver({ short_message: 'TD' })).command_status, 0x64);
    driver.say({ take: 'yes' });
    assert.equal((await centre.deliver({ short_message: 'TD' })).command_status, 0);
    assert.deepEqual((await driver.settled()).filter((l) => 'inbound' in l).map((l) => [l.inbound, l.from, l.to]),
        Array(2).fill(['TD', '13800000009', '10691234']));
});

const ucs2 = (s) => Buffer.from(s, 'utf16le').swap16();
const parts16 = (ref, octets, sizes, wide) => {
    let at = 0;
    return sizes.map((n, i) => {
        const head = wide ? [6, 8, 4, ref >> 8, ref & 255, sizes.length, i + 1] : [5, 0, 3, ref, sizes.length, i + 1];
        at += n;
        return { esm_class: 0x40, data_coding: 8, short_message: Buffer.concat([Buffer.from(head), octets.subarray(at - n, at)]) };
    });
};

test('smpp inbound: long texts are joined from parts in any order, others are read as they are coded', async (t) => {
    const { centre, driver } = await both(t);
    const words = '我要取消 😀 明天的预约';
    const octets = ucs2(words); // the cut goes through the pair of the face
    const expect = async (pdus, wanted, more = {}) => {
        const before = driver.lines.length;
        for (const pdu of pdus) assert.equal((await centre.deliver({ ...pdu, ...more })).command_status, 0);
        assert.deepEqual((await driver.settled(before)).map((l) => l.inbound), [wanted]);
    };
    const [a, b, c] = parts16(7, octets, [12, 10, octets.length - 22], false);
    await expect([c, a, a, b], words);
    await expect(parts16(7, octets, [12, octets.length - 12], true).reverse(), words); // the same number, 16 bits wide
    await expect([1, 2].map((n) => ({ data_coding: 0, short_message: `part ${n} `, sar_msg_ref_num: 300, sar_total_segments: 2,
        sar_segment_seqnum: n })), 'part 1 part 2 ');
    await expect([{ data_coding: 8, short_message: '', message_payload: ucs2(words.repeat(20)) }], words.repeat(20));
    await expect([{ data_coding: 0, short_message: Buffer.from([0x1b, 0x65, 0x00, 0x5b]) }], '€@Ä');
    await expect([{ data_coding: 3, short_message: Buffer.from([0x5a, 0xe4]) }], 'Zä');
    await expect([{ data_coding: 0, short_message: '' }], '');
    await expect([{ data_coding: 0, short_message: 'T', source_addr_ton: 1, source_addr: '8613800000009' }], 'T');
    assert.equal((await driver.settled()).at(-1).from, '+8613800000009');
    // Two of different people never meet; a picture is nothing to read; what is no part of anything is refused.
    const before = driver.lines.length;
    await centre.deliver({ ...a, source_addr: '13800000001' });
    await centre.deliver({ ...b, source_addr: '13800000002' });
    await centre.deliver({ ...c, source_addr: '13800000001' });
    assert.equal((await centre.deliver({ data_coding: 4, short_message: Buffer.from([1, 2]) })).command_status, 0);
    assert.equal((await centre.deliver({ esm_class: 0x40, short_message: Buffer.from([9, 1]) })).command_status, 0x66);
    assert.equal((await centre.deliver({ sar_total_segments: 200, sar_segment_seqnum: 1, short_message: 'x' })).command_status, 0x66);
    assert.deepEqual(await driver.settled(before), []);
    // The last part was not written down: it alone comes again.
    driver.say({ take: 'no' });
    const [d, e] = parts16(9, octets, [12, octets.length - 12], false);
    assert.equal((await centre.deliver(d)).command_status, 0);
    assert.equal((await centre.deliver(e)).command_status, 0x64);
    driver.say({ take: 'yes' });
    await expect([e], words);
});

test('smpp answers: each status is one of five words', async (t) => {
    const { centre, driver } = await both(t);
    for (const [status, outcome, reason, pause] of [
        [0x58, 'throttled', 'smpp_throttled', 1000], [0x14, 'throttled', 'smpp_queue_full', 1000],
        [0x0b, 'permfail', 'smpp_destination', 0], [0x0a, 'config', 'smpp_source', 0], [0x15, 'config', 'smpp_service_type', 0],
        [0x08, 'tempfail', 'smpp_system', 0], [0x45, 'tempfail', 'smpp_submit_failed', 0], [0x4ff, 'tempfail', 'smpp_4ff', 0],
    ]) {
        centre.onSubmit = () => ({ command_status: status });
        const r = await driver.send('x');
        assert.deepEqual([r.outcome, r.reason, r.pause_ms, r.uncertain, r.ids], [outcome, reason, pause, false, []]);
    }
    let n = 0;
    centre.onSubmit = () => (n++ === 1 ? { command_status: 0x58 } : { message_id: `p${n}` }); // one part of three
    const r = await driver.send(LONG);
    assert.deepEqual([r.outcome, r.reason, r.uncertain], ['tempfail', 'smpp_throttled', true]);
    centre.onSubmit = (pdu, session) => { session.generic_nack({ sequence_number: pdu.sequence_number, command_status: 3 }); };
    assert.deepEqual([(await driver.send('x')).outcome], ['config']);
    centre.onSubmit = () => ({ message_id: '' }); // it says no id: nothing to match receipts by
    assert.deepEqual((await driver.send('x')).ids, []);
});

test('smpp window: never more on their way than it allows, and a word when there is room', async (t) => {
    const { centre, driver } = await both(t, { window: 4 });
    let open = [];
    centre.onSubmit = () => new Promise((r) => { open.push(r); });
    const six = Array.from({ length: 6 }, () => driver.begin('x'));
    await centre.has(4);
    assert.deepEqual([(await six[4]()).outcome, (await six[5]()).reason], ['throttled', 'window_full']);
    open.shift()({ message_id: 'a' });
    assert.equal((await six[0]()).outcome, 'ok');
    assert.equal((await driver.told((l) => l.room)).room, 1);
    const long = driver.begin(LONG); // three parts, room for one: the others follow as room comes
    await centre.has(5);
    open.splice(0).forEach((r, i) => r({ message_id: `b${i}` }));
    await centre.has(7);
    open.splice(0).forEach((r, i) => r({ message_id: `c${i}` }));
    assert.equal((await long()).ids.length, 3);
    assert.equal(centre.most, 4);
    assert.equal(centre.submitted.slice(4).map(text).join(''), LONG);
});

test('smpp link: what was on its way when it broke is uncertain, and it binds again', async (t) => {
    const { centre, driver } = await both(t, { window: 3 });
    centre.onSubmit = () => null;
    const three = Array.from({ length: 3 }, () => driver.begin('x'));
    await centre.has(3);
    centre.live().destroy();
    for (const r of await Promise.all(three.map((f) => f())))
        assert.deepEqual([r.outcome, r.uncertain, r.reason], ['tempfail', true, 'link_lost']);
    const refused = await driver.send('x');
    if (refused.outcome !== 'ok') assert.deepEqual([refused.outcome, refused.uncertain, refused.reason], ['tempfail', false, 'link_down']);
    await driver.down('hung_up');
    await centre.session(2);
    await driver.up(2);
    centre.onSubmit = () => ({ message_id: 'again' });
    assert.deepEqual((await driver.send('x')).ids, ['again']);
});

test('smpp link: a text of which a part was taken and another never sent is uncertain, too', async (t) => {
    const { centre, driver } = await both(t, { window: 1 });
    centre.onSubmit = (pdu, session) => {
        if (centre.submitted.length === 1) return { message_id: 'first' };
        session.destroy();
        return null;
    };
    const r = await driver.send(LONG);
    assert.deepEqual([r.outcome, r.uncertain], ['tempfail', true]);
});

test('smpp link: a centre that hangs is asked, and left when it does not answer', async (t) => {
    const { centre, driver } = await both(t, { timeout_ms: 1000, enquire_s: 600 });
    centre.onSubmit = () => null;
    const r = await driver.send('x');
    assert.deepEqual([r.outcome, r.uncertain, r.reason], ['tempfail', true, 'no_answer']);
    await eventually('an enquire_link after it', () => centre.enquiries === 1);
    assert.ok(!(await driver.settled()).some((l) => l.up === false)); // it answered: the link stays
    centre.onEnquire = () => false;
    await driver.send('x');
    await driver.down('no_enquire_answer');
    await centre.session(2);
});

test('smpp link: silence is tested, and the centre may test as well', async (t) => {
    const { centre, driver } = await both(t, { enquire_s: 1 });
    await eventually('two enquire_links', () => centre.enquiries >= 2, 20000);
    const answer = await new Promise((r) => { centre.live().enquire_link({}, r); });
    assert.equal(answer.command, 'enquire_link_resp');
    assert.ok(!(await driver.settled()).some((l) => l.up === false));
});

test('smpp bind: refused, it says why, tries again, and then sends', async (t) => {
    const { centre, driver } = await both(t, {}, { before: (c) => { c.onBind = () => ({ command_status: 0x0e }); } });
    await driver.down('smpp_password');
    const r = await driver.send('x');
    assert.deepEqual([r.outcome, r.reason], ['config', 'smpp_password']);
    centre.onBind = () => ({});
    await driver.up();
    assert.equal((await driver.send('x')).outcome, 'ok');
});

test('smpp bind: a centre that never answers it is left', async (t) => {
    const { driver } = await both(t, { timeout_ms: 300 }, { before: (c) => { c.onBind = () => null; } });
    await driver.down('no_bind_answer');
    const r = await driver.send('x');
    assert.deepEqual([r.outcome, r.reason], ['tempfail', 'link_down']);
});

test('smpp garbage: it ends the connection, or is answered, or is passed over', async (t) => {
    const { centre, driver } = await both(t);
    const pdu = (command, body = '', { status = 0, sequence = 77, length } = {}) => {
        const b = Buffer.alloc(16 + body.length);
        [length ?? b.length, command, status, sequence].forEach((v, i) => b.writeUInt32BE(v >>> 0, i * 4));
        b.write(body, 16, 'latin1');
        return b;
    };
    centre.raw(pdu(0x102, 'whatever')); // alert_notification
    centre.raw(pdu(0x80000004, '', { status: 0x45 })); // an answer to nothing, without a body
    centre.raw(pdu(0xdead, 'x'));
    await eventually('a generic_nack', () => centre.nacks.length === 1);
    assert.deepEqual([centre.nacks[0].command_status, centre.nacks[0].sequence_number], [3, 77]);
    let refused;
    centre.live().on('deliver_sm_resp', (p) => { refused = p; });
    centre.raw(pdu(5, 'cut short', { sequence: 78 }));
    await eventually('a refusal', () => refused?.sequence_number === 78 && refused.command_status === 2);
    assert.equal((await driver.send('still there')).outcome, 'ok');
    centre.raw('HTTP/1.1 400 Bad Request\r\n\r\n');
    await driver.down('frame_length');
    await centre.session(2);
    await driver.up(2);
    centre.raw(pdu(5, '', { length: 8 }));
    await driver.told(() => driver.lines.filter((l) => l.reason === 'frame_length').length === 2);
});

test('smpp leave: waits for answers and for what is being written down, then unbinds', async (t) => {
    const centre = await startCentre();
    const driver = await startDriver(centre.settings());
    t.after(() => centre.stop());
    await centre.session();
    await driver.up();
    let answer;
    centre.onSubmit = () => new Promise((r) => { answer = r; });
    driver.say({ take: 'later' });
    const sent = driver.begin('x');
    await centre.has(1);
    const delivered = centre.deliver(receipt('a', 'DELIVRD'));
    await driver.told((l) => l.report === 'a');
    const left = driver.leave();
    const refused = await driver.send('too late');
    assert.deepEqual([refused.outcome, refused.reason, centre.unbinds], ['tempfail', 'link_down', 0]);
    answer({ message_id: 'b' });
    assert.deepEqual((await sent()).ids, ['b']);
    assert.equal(centre.unbinds, 0);
    driver.say({ taken: true });
    assert.equal((await delivered).command_status, 0);
    assert.equal(await left, 0);
    assert.equal(centre.unbinds, 1);
    assert.ok(driver.lines.some((l) => l.left === 1));
});

test('smpp leave: the centre may leave first, and is met again', async (t) => {
    const { centre, driver } = await both(t);
    const answer = await new Promise((r) => { centre.live().unbind({}, r); });
    assert.equal(answer.command, 'unbind_resp');
    centre.live().close();
    await driver.told((l) => l.up === false);
    await driver.up(2);
});

// A key and certificate of its own authority, made out to `name`.
function certificate(dir, name) {
    const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2',
        '-subj', `/CN=${name}`, '-addext', `subjectAltName=${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`);
    return { key: readFileSync(join(dir, `${name}.key`)), cert: readFileSync(join(dir, `${name}.pem`)), file: join(dir, `${name}.pem`) };
}

test('smpp tls: a certificate must come from an authority that is believed, and name the host', async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-tls-'));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    const right = certificate(dir, '127.0.0.1');
    const named = certificate(dir, 'localhost');
    const wrong = certificate(dir, 'centre.example');
    for (const [own, ca_file, host, good] of [
        [right, right.file, '127.0.0.1', true],
        [named, named.file, 'localhost', true],
        [right, named.file, '127.0.0.1', false], // another authority
        [right, '', '127.0.0.1', false], // the system's
        [wrong, wrong.file, '127.0.0.1', false], // another host
    ]) {
        const centre = await startCentre({ tls: own });
        const driver = await startDriver(centre.settings({ tls: true, ca_file, address: `${host}:${centre.port}` }));
        if (good) {
            await driver.up();
            assert.deepEqual((await driver.send(LONG)).ids.length, 3);
        } else {
            await driver.down('tls_refused');
            assert.equal(centre.binds.length, 0);
        }
        await driver.stop();
        await centre.stop();
    }
});

// Debian's example says "port = 9900": it is run from a copy in the test's folder that listens elsewhere.
async function startPerl(t) {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-perl-'));
    const port = await freePort();
    const source = readFileSync('/usr/share/doc/libnet-smpp-perl/examples/smsc.pl', 'latin1');
    assert.match(source, /^\$port = 9900;$/m);
    writeFileSync(join(dir, 'smsc.pl'), source.replace(/^\$port = 9900;$/m, `$port = ${port};`), 'latin1');
    const child = spawn('perl', [join(dir, 'smsc.pl'), '3'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const perl = { said: '', port };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (s) => { perl.said += s; });
    t.after(async () => {
        const ended = new Promise((r) => { child.once('close', r); });
        child.kill('SIGKILL');
        await ended;
        rmSync(dir, { recursive: true, force: true });
    });
    await eventually('the SMSC of Net::SMPP', () => listens(port), 20000);
    return perl;
}

test('smpp perl: a second, unrelated centre takes messages of every kind', async (t) => {
    const perl = await startPerl(t);
    const driver = await startDriver({ kind: 'smpp', address: `127.0.0.1:${perl.port}`, login: 'GSMSGW', from: '10691234' },
        { password: 'secret' });
    await driver.up();
    const results = await Promise.all([driver.send('Counter 3'), driver.send(LONG), driver.send('请到 3 号窗口')]);
    assert.deepEqual(results.map((r) => [r.outcome, r.ids.length]), [['ok', 1], ['ok', 3], ['ok', 1]]);
    assert.equal(results[0].ids[0], '123456789');
    assert.equal(await driver.leave(), 0);
    await eventually('its word of our leave', () => perl.said.includes('Remote sent unbind'), 20000);
});
