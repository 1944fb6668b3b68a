// Signs spoken to by a frame: Modbus over TCP and on a serial line against Debian's python3-pymodbus, whose registers must
// hold the number; Alpha and a template of the hall's own against a reader written here.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startDaemon, eventually, root } from '../lib/daemon.mjs';
import { freePort } from '../lib/redis.mjs';
import { crc16 } from '../lib/sign_controller.mjs';
import { isState, withSigns } from '../lib/signs.mjs';

const PYTHON = '/usr/bin/python3'; // Debian's own: another one in the path would not have its packages
const H = '/halls/small';
const NUMBER = (ticket) => [Number(ticket.number.slice(1)), ticket.number.charCodeAt(0)];
let d;
let redis;

class Modbus {
    units = {};

    async start(...args) {
        this.child = spawn(PYTHON, [join(root, 'tests/lib/modbus_server.py'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
        this.ended = once(this.child, 'exit');
        this.said = '';
        this.child.stderr.setEncoding('utf8').on('data', (text) => { this.said += text; });
        let rest = '';
        this.child.stdout.setEncoding('utf8').on('data', (text) => {
            const lines = (rest + text).split('\n');
            rest = lines.pop();
            for (const line of lines.map((one) => JSON.parse(one))) {
                if (line.ready) this.address = line.ready;
                else this.units[line.unit] = line.registers;
            }
        });
        await eventually(`pymodbus is ready: ${this.said}`, () => {
            if (this.child.exitCode !== null) throw new Error(this.said);
            return this.address;
        }, 20000);
        return this;
    }

    holds(unit, registers) {
        return eventually(`unit ${unit} holds ${registers}`, () => {
            assert.deepEqual(this.units[unit], registers, this.said);
            return true;
        }, 20000);
    }

    async stop() {
        this.child.kill('SIGKILL');
        await this.ended;
    }
}

// Keeps what it is sent and answers with what `answer` makes of it.
async function listen(answer = () => null) {
    const sockets = new Set();
    const peer = { got: Buffer.alloc(0), answer };
    const server = createServer((socket) => {
        sockets.add(socket.unref());
        socket.on('error', () => socket.destroy());
        socket.on('data', (piece) => {
            peer.got = Buffer.concat([peer.got, piece]);
            const said = peer.answer(piece);
            if (said) socket.write(said);
        });
    });
    server.unref();
    await new Promise((r) => { server.listen(0, '127.0.0.1', r); });
    return Object.assign(peer, { address: `127.0.0.1:${server.address().port}`,
        stop() { for (const socket of sockets) socket.destroy(); return new Promise((r) => { server.close(r); }); } });
}

const issue = (service) => d.post(`${H}/tickets`, { service });
const at = (counter, verb, body = {}) => d.post(`${H}/counters/${counter}/${verb}`, body);
const configure = (signs) => d.importHall('small', { edit: withSigns(signs.map((s) => ({ refresh_seconds: 1, ...s }))) });

before(async () => {
    d = await startDaemon();
    await d.importHall('small');
    redis = d.redis();
    for (const counter of ['1', '2', '3']) await at(counter, 'open');
});
after(async () => {
    redis?.disconnect();
    await d?.stop();
});

for (const how of ['tcp', 'serial']) {
    test(`modbus over ${how}: the registers of each unit hold number, counter and letter`, async () => {
        const modbus = await new Modbus().start(how, String(await freePort()));
        const address = how === 'tcp' ? modbus.address : `serial:${modbus.address}:9600`;
        await configure([{ code: 'a', driver: 'modbus', address, unit: 1, counter: '1' },
            { code: 'b', driver: 'modbus', address, unit: 7, counter: '3' }]);
        await modbus.holds(1, [0, 0, 32]);
        await modbus.holds(7, [0, 0, 32]);
        const [a, b] = [await issue('id-card'), await issue('pension')];
        await at('1', 'call', { ticket: a.id, reason: 'test' });
        await at('3', 'call', { ticket: b.id, reason: 'test' });
        await modbus.holds(1, [NUMBER(a)[0], 1, NUMBER(a)[1]]);
        await modbus.holds(7, [NUMBER(b)[0], 3, NUMBER(b)[1]]);
        for (const code of ['a', 'b']) await isState(redis, code, 'ok');
        await at('1', 'absent');
        await modbus.holds(1, [0, 0, 32]);
        await modbus.holds(7, [NUMBER(b)[0], 3, NUMBER(b)[1]]);
        // A unit that is not there: one sign is ill, the other goes on.
        await configure([{ code: 'a', driver: 'modbus', address, unit: 1, counter: '1' },
            { code: 'gone', driver: 'modbus', address, unit: 9, counter: '3' }]);
        await modbus.holds(7, [0, 0, 32]); // darkened when it left
        await eventually('unit 9 does not answer', async () => (await redis.hget('{small}:health', 'sign:gone') ?? '')
            .match(/"state":"(silent|refused|broken)"/), 20000);
        const c = await issue('id-card');
        await at('1', 'call', { ticket: c.id, reason: 'test' });
        await modbus.holds(1, [NUMBER(c)[0], 1, NUMBER(c)[1]]);
        await modbus.stop();
        await isState(redis, 'a', 'broken');
        await at('1', 'absent');
        await at('3', 'absent');
    });
}

test('alpha: the priority text, with a checksum a reader of its own finds right; taken at the word of the line', async () => {
    const sign = await listen();
    await configure([{ code: 'a', driver: 'alpha', address: sign.address, unit: 0, text: '{number} -> {counter}', idle: '欢迎 hi' }]);
    const frames = () => sign.got.toString('latin1').split('\x04').slice(0, -1).map((frame) => {
        const [, unit, body, sum] = frame.match(/^\0{5}\x01Z(..)(\x02A0\x1b b[^\x03]*\x03)([0-9A-F]{4})$/);
        assert.equal(parseInt(sum, 16), [...body].reduce((s, c) => s + c.charCodeAt(0), 0) & 0xffff);
        return [unit, body.slice(6, -1)];
    });
    await eventually('its idle text', () => frames().length > 0);
    assert.deepEqual(frames()[0], ['00', '?? hi']);
    const t = await issue('advice');
    await at('3', 'call', { ticket: t.id, reason: 'test' });
    // The counter's name is 3 号（无障碍）: what the sign has no letter for is a question mark.
    await eventually('the call', () => frames().at(-1)[1] === `${t.number} -> 3 ??????`);
    await isState(redis, 'a', 'ok');
    await at('3', 'absent');
    await sign.stop();
});

test('a template of the hall with an answer: GBK, length, CRC; another answer is told', async () => {
    const sign = await listen((piece) => Buffer.from([0x06, piece[1]]));
    await configure([{ code: 'f', driver: 'frame', address: sign.address, unit: 18, text: '请{number}号', idle: '',
        frame: '7E {addr} {from} {len:be16} {text|gbk} {num:be16} {crc16arc} 0D', answer: '06 {addr}' }]);
    const t = await issue('advice');
    await at('3', 'call', { ticket: t.id, reason: 'test' });
    const text = Buffer.concat([Buffer.from('c7eb', 'hex'), Buffer.from(t.number), Buffer.from('bac5', 'hex')]);
    const over = Buffer.concat([Buffer.from([0, text.length]), text, Buffer.from([0, NUMBER(t)[0]])]);
    const crc = crc16(over);
    const frame = Buffer.concat([Buffer.from([0x7e, 18]), over, Buffer.from([crc & 255, crc >> 8, 0x0d])]);
    await eventually('the frame', () => sign.got.includes(frame));
    await isState(redis, 'f', 'ok', { shown: `请${t.number}号` });
    sign.answer = () => Buffer.from([0x15, 18]);
    await isState(redis, 'f', 'refused', { error: 'other_answer' });
    sign.answer = () => null;
    await isState(redis, 'f', 'silent', { error: 'no_answer' });
    sign.answer = () => Buffer.from([0x06, 18]);
    await isState(redis, 'f', 'ok');
    await sign.stop();
});
