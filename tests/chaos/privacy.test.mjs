// Citizens leave their numbers in every spelling, messages go out (and fail) through every kind of gateway, links are
// used, people log in, and numbers turn up where they do not belong. Then everything that stays or can be read is
// searched for each of them: the state directory, the store, every command the store was given, the log, the metrics,
// the events, the streams, the lists. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bookableHall, confirm, freeTime, sendCode, work } from '../lib/citizen.mjs';
import { eventually, PASSWORD, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { dumpRedis, filesBelow, phoneNeedles, search, secretNeedles, spellings } from '../lib/needles.mjs';

const H = '/halls/small';
const SETTINGS = { log: { level: 'debug' } };
const numbers = []; // left in the field that is meant for them
const misplaced = []; // everywhere else
const secrets = []; // [{what, text}]
const codes = []; // one-time codes: six digits are too short to be looked for within others
const answers = []; // [{where, bytes}] of requests that must not show a number
const streamed = [];
let commands = ''; // as Redis was given them
// Each line begins with seconds and six digits of microseconds: as good as a code, now and then.
const untimed = () => commands.replace(/^\+\d+\.\d{6} /gm, '');
let d;
let gateway;
let kiosk;
let clerk;
let monitor;

const take = (list, block) => {
    list.push(`13${block}${String(74120000 + list.length * 7).padStart(8, '0')}`);
    return list.at(-1);
};
const number = () => take(numbers, 9);
const stray = () => take(misplaced, 7);
const secret = (what, text) => {
    secrets.push({ what, text });
    return text;
};
const keep = (where, answer) => {
    answers.push({ where: `the answer to ${where}`, bytes: Buffer.from(answer.text + JSON.stringify([...answer.headers])) });
    return answer;
};

async function listen() {
    monitor = connect(join(d.stateDir, 'redis.sock'));
    const before = commands.length;
    monitor.setEncoding('utf8').on('data', (text) => { commands += text; }).on('error', () => { /* ends with Redis */ });
    monitor.write('MONITOR\r\n');
    await eventually('Redis tells', () => commands.slice(before).startsWith('+OK'));
}

function unlisten() {
    monitor.destroy();
}

// The same daemon with other settings; tokens of before stay good.
async function restart(settings) {
    unlisten();
    d.options.settings = { ...SETTINGS, ...settings };
    await d.restart();
    secret('the control token', d.token);
    await listen();
}

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { ...SETTINGS, http: { request_deadline_ms: 1000 } } });
    secret('the control token', d.token);
    await listen();
    await d.importHall('small');
    kiosk = await d.device('k1', 'kiosk', 'small');
    clerk = await d.clerk('li', 'small');
    secret('a password', PASSWORD);
    secret('a device token', kiosk.token);
    secret('a session token', clerk.token);
});

after(async () => {
    if (d && !d.exited) await d.stop();
    await gateway?.stop();
});

async function issue(phone, lang = 'zh') {
    const answer = keep('issue', await kiosk.request('POST', `${H}/tickets`, { body: { service: 'id-card', phone, lang } }));
    assert.equal(answer.status, 201, `${phone}: ${answer.text}`);
    secret('a link', answer.json.link.split('.')[2]);
    return answer.json;
}

async function ended(tickets, type) {
    await eventually(`${tickets.length} times ${type}`, async () => {
        const { events } = await d.get(`${H}/events?limit=1000`);
        return tickets.every((t) => events.some((e) => e.type === type && e.ticket === t.id));
    }, 20000);
}

test('numbers in every spelling, without a gateway', async () => {
    const tickets = [];
    for (let i = 0; i < spellings(number()).length; i++) tickets.push(await issue(spellings(number())[i]));
    await ended(tickets, 'message.accepted');
});

test('links are used', async () => {
    const tickets = [await issue(number()), await issue(number())];
    for (const t of tickets) {
        const citizen = d.citizen(t.link);
        keep('ticket', await citizen.request('GET', '/ticket'));
        const stream = await citizen.stream('/ticket/stream');
        streamed.push(stream);
        await stream.next('ticket');
        keep('page', await d.request('GET', '/t', { base: d.url, token: null }));
        keep('qr', await citizen.request('POST', '/qr', { body: { text: `${d.url}/t#${t.link}` }, key: null }));
    }
    await d.citizen(tickets[0].link).post('/ticket/cancel');
    for (const link of [tickets[0].link.replace(/.$/, '!'), `small.${tickets[0].id}.0000000000000000`]) {
        assert.equal((await d.citizen(link).request('GET', '/ticket')).status, 401);
    }
    const staff = await d.stream(`${H}/stream`);
    const board = await d.stream(`${H}/board/stream`);
    await staff.next('snapshot');
    await board.next('snapshot');
    streamed.push(staff, board);
    await clerk.post(`${H}/counters/1/open`);
    for (let i = 0; i < 3; i++) await clerk.post(`${H}/counters/1/next`, i ? { present: 'absent' } : {});
});

test('people log in, rightly and wrongly', async () => {
    const phoneAsPassword = number(); // long enough, and people do
    await d.addStaff('zhao', 'clerk', 'small', phoneAsPassword);
    secret('a session token', (await d.login('zhao', phoneAsPassword)).token);
    const wrong = secret('a wrong password', 'not-the-password-of-li');
    const left = await d.login('li');
    secret('a session token', left.token);
    keep('logout', await left.request('DELETE', '/session'));
    for (const [name, password] of [['li', wrong], ['li', stray()], [stray(), PASSWORD], [stray(), stray()],
        ['not-a-name-but-a-pass.word', wrong]]) {
        const answer = keep('login', await d.nobody().request('POST', '/session', { body: { name, password }, key: null }));
        assert.equal(answer.status, 401);
    }
    secret('what was typed where the name belongs', 'not-a-name-but-a-pass.word');
    keep('password', await d.request('POST', '/staff/zhao/password', { body: { password: secret('a new password', 'yet another horse 9') } }));
    keep('weak', await d.request('POST', '/staff/zhao/password', { body: { password: secret('a weak password', 'weak-one') } }));
});

test('numbers where they do not belong are refused', async () => {
    const post = (path, body, options = {}) => kiosk.request('POST', path, { body, ...options });
    const bad = [
        () => post(`${H}/tickets`, { service: stray() }),
        () => post(`${H}/tickets`, { service: 'id-card', class: stray() }),
        () => post(`${H}/tickets`, { service: 'id-card', lang: stray() }),
        () => post(`${H}/tickets`, { service: 'id-card', mobile: stray() }),
        () => post(`${H}/tickets`, { service: 'id-card', [stray()]: 'mobile' }),
        () => post(`${H}/tickets`, { service: 'id-card', phone: Number(stray()) }),
        () => post(`${H}/tickets`, { service: 'id-card', phone: [stray()] }),
        () => post(`${H}/tickets`, { service: 'id-card', phone: `${stray()}99999` }),
        () => post(`${H}/tickets`, { service: 'id-card', phone: `${stray()} ext. 5` }),
        () => post(`${H}/tickets`, `{"service":"id-card","phone":"${stray()}"`),
        () => post(`${H}/tickets`, `{"service":"id-card","phone":${stray()}x}`),
        () => post(`${H}/tickets`, `{"phone":"${stray()}","phone":"${stray()}"}`),
        () => post(`${H}/tickets`, `phone=${stray()}`, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
        () => post(`${H}/tickets`, `${stray()} `.repeat(10000)),
        () => post(`${H}/tickets`, { service: 'id-card' }, { key: `${stray()} ${stray()}` }),
        () => post(`${H}/tickets/${stray()}/return`, {}),
        () => post(`/halls/${stray()}/tickets`, { service: 'id-card' }),
        () => kiosk.request('GET', `${H}/board?phone=${stray()}/${encodeURIComponent(`+86${stray()}`)}`, { token: 'x' }),
        () => kiosk.request('GET', `/${stray()}`),
        () => kiosk.request('GET', `/t/${stray()}?${stray()}`, { base: d.url }),
        () => kiosk.request('GET', `${H}/board`, { headers: { authorization: `Bearer ${stray()}` } }),
        () => kiosk.request('GET', '/ticket', { headers: { authorization: `Ticket small.${stray()}.${stray()}` } }),
        () => kiosk.request('GET', '/session', { headers: { cookie: `paihao_session=${stray()}`, authorization: 'Basic x' } }),
        () => kiosk.request('GET', '/nothing', { headers: { 'user-agent': stray(), referer: `tel:${stray()}`,
            'x-phone': stray(), accept: `text/${stray()}`, 'x-request-id': stray(), 'x-forwarded-for': stray() } }),
        () => kiosk.request('POST', `${H}/tickets`, { body: '{}', headers: { 'content-type': `text/${stray()}` } }),
        () => d.request('GET', `${H}/events?after=${stray()}-x&limit=${stray()}`),
        () => d.request('GET', `${H}/tickets/${stray()}`),
        () => d.request('GET', `/sms/none/report/${stray()}?message=${stray()}&state=${stray()}`),
        () => d.request('POST', '/devices', { body: { name: stray(), kind: 'phone', hall: 'small' } }),
        () => d.request('POST', `/staff/${stray()}/disable`),
        () => d.request('DELETE', `/devices/${stray()}`),
        () => d.request('PUT', `${H}/config`, { body: `code: small\n${stray()}: [${stray()}\n`,
            headers: { 'content-type': 'application/yaml' } }),
        () => d.request('PUT', `${H}/config`, { body: `{"code": "small", "zone": "${stray()}", "x": ${stray()}}` }),
        () => clerk.request('POST', `${H}/counters/${stray()}/next`, { body: {} }),
        () => clerk.request('POST', `${H}/counters/1/pause`, { body: { reason: `${stray()}\u0007` } }),
        () => d.admin(`/metrics/${stray()}?${stray()}`),
    ];
    for (const request of bad) {
        const answer = await request();
        assert.ok(answer.status >= 400 && answer.status < 500, `${request}: ${answer.status} ${answer.text}`);
        answers.push({ where: `the answer to ${request}`, bytes: Buffer.from(answer.text) });
    }
});

test('requests that are no HTTP are refused', async () => {
    const raw = [
        () => `GET /api/v1/halls HTTP/1.1\r\nHost: x\r\n${stray()}\r\n\r\n`,
        () => `${stray()} / HTTP/1.1\r\nHost: x\r\n\r\n`,
        () => `GET /${stray()} HTTP/9.${stray()}\r\n\r\n`,
        () => `GET /%${stray()}%zz HTTP/1.1\r\nHost: x\r\n\r\n`,
        () => `GET /${stray().repeat(2000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
        () => `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${stray().repeat(8000)}\r\n\r\n`,
        () => `POST /api/v1${H}/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: ${stray()}\r\n\r\n`,
        () => `POST /api/v1${H}/tickets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${stray()}\r\n\r\n`,
        () => `POST /api/v1${H}/tickets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${stray()};x=${stray()}\r\n`,
    ];
    for (const request of raw) {
        const socket = connect(d.ports.http, '127.0.0.1');
        let text = '';
        const closed = new Promise((r) => { socket.once('close', r); });
        socket.setEncoding('utf8').on('data', (piece) => {
            text += piece;
            socket.end();
        }).on('error', () => { /* refused is good, too */ });
        socket.write(request());
        await closed;
        assert.match(text, /^HTTP\/1\.1 4\d\d |^$/, request.toString());
        answers.push({ where: `the answer to ${request}`, bytes: Buffer.from(text) });
    }
});

test('messages through a gateway whose address holds the number, good and bad', async () => {
    const fast = { retry_first_ms: 20, retry_max_ms: 50, retry_max_tries: 3 };
    const password = secret('the password of the gateway', 'pass-of-the-gateway');
    const url = `${gateway.url}/send?user=paihao&password=${password}&to={to}&text={text}&id={id}`;
    await restart({ sms: { ...fast, gateways: [gateway.settingsByUrl({ url, rate_per_second: 500, timeout_ms: 300,
        report_secret: secret('the secret of the reports', 'secret-of-the-reports') })] } });
    const good = await issue(spellings(number())[4]);
    await ended([good], 'message.accepted');
    assert.ok(gateway.received.some((m) => m.to.includes(numbers.at(-1)) && m.text.includes(good.link)), 'it was really sent');
    const wants = [
        [(m) => ({ status: 500, body: `no way to ${m.to}` }), 'message.retry'],
        [(m) => ({ status: 400, body: `bad number ${m.to}` }), 'message.rejected'],
        [(m) => ({ status: 302, body: `see tel:${m.to}` }), 'message.rejected'],
        [() => null, 'message.retry'],
    ];
    for (const [answer, type] of wants) {
        gateway.answer = answer;
        await ended([await issue(number())], type);
    }
    gateway.answer = () => ({ status: 200 });
    const id = gateway.received.find((m) => m.to.includes(numbers.at(-5)))?.id ?? gateway.received[0].id;
    const report = (s, state) => d.nobody().request('GET', `/sms/test/report/${s}?message=${id}&state=${state}`);
    assert.equal((await report(stray(), '1')).status, 404);
    await report('secret-of-the-reports', stray());
});

test('messages through a gateway that cannot be reached, and one that takes them in its body', async () => {
    const fast = { retry_first_ms: 20, retry_max_ms: 50, retry_max_tries: 2 };
    await restart({ sms: { ...fast, gateways: [gateway.settingsByUrl({ url: 'http://127.0.0.1:1/{to}?text={text}' })] } });
    await ended([await issue(number()), await issue(number())], 'message.rejected');
    await restart({ sms: { ...fast, gateways: [gateway.settings({ rate_per_second: 500 })] } });
    const tickets = [];
    for (const typed of spellings(number())) tickets.push(await issue(typed, 'en'));
    await ended(tickets, 'message.accepted');
    assert.ok(gateway.received.filter((m) => m.to.includes(numbers.at(-1))).length >= tickets.length);
});

// From an address behind a proxy, so that the address is not that of everything else here.
test('citizens book, with codes, typed fields and links', async () => {
    await restart({ http: { trusted_proxies: '127.0.0.1' },
        sms: { gateways: [gateway.settings({ rate_per_second: 500 })] } });
    const field = (code, type) => ({ code, names: { zh: code }, type, required: true, max: 50 });
    await bookableHall(d, { services: { residence: { fields: [field('landlord', 'text'), field('born', 'date')] } } });
    const from = { headers: { 'x-forwarded-for': secret('an address', '198.51.100.77') } };
    const post = async (path, body, options = {}) => {
        const answer = keep(path, await d.nobody().request('POST', path, { body, ...from, ...options }));
        assert.ok(answer.status < 300, `${path}: ${answer.text}`);
        return answer.json;
    };
    for (const [i, typed] of ['女士甲的合租房', 'a flat of Mrs Example-Landlady'].entries()) {
        const phone = number();
        const at = await freeTime(d, 'small', 'residence', { skip: i * 10 });
        const held = await post(`${H}/holds`, { services: ['residence'], at, ...await work(d, 'small') });
        const codeOf = async (purpose, booking) => {
            codes.push(await sendCode(d, gateway, 'small', { purpose, phone, booking }));
            return codes.at(-1);
        };
        const code = await codeOf('book', held.id);
        secret('a link', held.link.split('.')[2]);
        const fields = { landlord: secret('what was typed', typed), born: secret('a date of birth', `1958-03-2${i}`) };
        const body = { phone, code, checklist: 'yes', fields };
        for (const wrong of [{ code: 'abcdef' }, { checklist: undefined }, { fields: { ...fields, born: 'x' } }]) {
            const refused = await d.citizen(held.link).request('POST', '/booking/confirm', { body: { ...body, ...wrong } });
            assert.equal(keep('confirm', refused).status, 422);
        }
        await confirm(d, held.link, body);
        await post(`${H}/my-bookings`, { phone, code: await codeOf('manage') });
        keep('check-in', await kiosk.request('POST', `${H}/check-in`, { body: { phone } }));
        keep('the file', await d.citizen(held.link).request('GET', '/booking/calendar.ics'));
    }
    const waiting = number();
    codes.push(await sendCode(d, gateway, 'small', { purpose: 'wait', phone: waiting }));
    const day = (await d.get(`${H}/days?services=residence`)).days[1];
    await post(`${H}/waitlist`, { services: ['residence'], from: day.day, to: day.day, phone: waiting, code: codes.at(-1) });
    await post(`${H}/remote-tickets`, { service: 'residence', phone: number(), ...await work(d, 'small') });
    await d.post(`${H}/bookings`, { services: ['residence'], phone: number(), share: 'public',
        at: await freeTime(d, 'small', 'residence', { skip: 40 }), fields: { landlord: secret('what was typed at the desk', 'desk-typed-words'), born: '1960-01-01' } });
});

// Everything that can be read afterwards.
async function collect() {
    const get = async (path, where = path) => {
        // The search holds up this process for longer than the daemon keeps a connection that nobody uses.
        const answer = await d.request('GET', path, { headers: { connection: 'close' } });
        assert.equal(answer.status, 200, `${path}: ${answer.text}`);
        return { where, bytes: Buffer.from(answer.text) };
    };
    const hay = [];
    for (const path of ['/halls', H, `${H}/config`, `${H}/board`, `${H}/counters`, '/staff', '/devices', '/openapi.json']) {
        hay.push(await get(path));
    }
    for (const state of ['waiting', 'called', 'serving', 'parked', 'missed']) hay.push(await get(`${H}/tickets?state=${state}&limit=200`));
    for (const { id } of (await d.get(`${H}/tickets?state=waiting&limit=200`)).tickets) hay.push(await get(`${H}/tickets/${id}`));
    for (let after = '', more = true; more;) {
        const page = await get(`${H}/events?limit=1000${after}`, 'the events');
        hay.push(page);
        ({ more } = JSON.parse(page.bytes));
        after = `&after=${JSON.parse(page.bytes).last}`;
    }
    hay.push({ where: '/metrics', bytes: Buffer.from((await d.admin('/metrics')).text) });
    hay.push({ where: 'the streams', bytes: Buffer.from(JSON.stringify(streamed.map((s) => s.events))) });
    const redis = d.redis();
    try {
        await redis.config('SET', 'rdbcompression', 'no');
        await redis.bgrewriteaof();
        await eventually('the file is rewritten', async () => /aof_rewrite_in_progress:0/.test(await redis.info('persistence')));
        await redis.save();
        hay.push({ where: 'the store', bytes: await dumpRedis(redis) });
    } finally {
        redis.disconnect();
    }
    hay.push({ where: 'the log', bytes: Buffer.from(d.log) });
    return [...hay, ...filesBelow(d.stateDir, (name) => name === 'ctl.token' || name === 'keys' || name.endsWith('.sock'))];
}

const planted = [
    ['a number in a file', (n) => writeFileSync(join(d.stateDir, 'planted'), `tel ${n[0].slice(0, 3)} / ${n[0].slice(3)}`)],
    ['a number in the store', (n) => d.redisDo('set', '{small}:planted', `+86${n[0]}`)],
    ['a number as a whole number', (n) => d.redisDo('hset', '{small}:planted-hash', 'x', n[0])],
    ['a plain hash in the store', (n) => d.redisDo('set', '{small}:planted-hash-of', phoneNeedles([n[0]])
        .find((x) => x.what.includes('BLAKE2b-256')).bytes)],
    ['a stray number in the log', () => { d.log += `\nweb: GET /${misplaced[0]}`; }],
    ['a token in the log', () => { d.log += `\nkiosk ${kiosk.token}`; }],
    ['a password in the store', () => d.redisDo('set', '{sys}:planted', PASSWORD)],
];

test('none of it stays anywhere', async () => {
    for (const s of streamed) await s.close();
    assert.ok(numbers.length > 20 && misplaced.length > 60 && secrets.length > 40 && commands.length > 50000);
    const hay = await collect();
    for (const name of ['the log', '/metrics', 'the store', 'the events', 'the streams', 'dump.rdb', 'aof']) {
        assert.ok(hay.some((h) => h.where.includes(name) && h.bytes.length > 100), name);
    }
    const [ours, strays] = [phoneNeedles(numbers), phoneNeedles(misplaced)];
    const hidden = secrets.flatMap(({ what, text }) => secretNeedles(what, text));
    assert.deepEqual(search(hay, [...ours, ...strays, ...hidden], [...numbers, ...misplaced]), []);
    const shown = ({ where, bytes }) => codes.filter((code) => new RegExp(`(?<!\\d)${code}(?!\\d)`).test(bytes.toString('latin1')))
        .map((code) => `${code} in ${where}`);
    assert.equal(codes.length, 5);
    assert.equal(shown({ where: 'a log', bytes: Buffer.from(`code=${codes[0]}, sent`) }).length, 1); // it would be seen
    assert.deepEqual([...hay, ...answers, { where: 'what Redis was told', bytes: Buffer.from(untimed()) }].flatMap(shown), []);
    // Who asked with a misplaced word may be told it again; a number that was left for messages nobody is told.
    assert.deepEqual(search(answers, ours, numbers), []);
    // Redis is given sealed numbers and hashes of tokens. A misplaced word may be asked for there ("no such ticket").
    const told = [{ where: 'what Redis was told', bytes: Buffer.from(untimed()) }];
    const passwords = secrets.filter((s) => s.what !== 'what was typed where the name belongs');
    assert.deepEqual(search(told, [...ours, ...passwords.flatMap(({ what, text }) => secretNeedles(what, text))], numbers), []);
});

test('the search finds what was planted', async () => {
    d.redisDo = async (...args) => {
        const redis = d.redis();
        await redis.call(...args);
        redis.disconnect();
    };
    const needles = [...phoneNeedles([numbers[0], misplaced[0]]),
        ...secrets.flatMap(({ what, text }) => secretNeedles(what, text))];
    let before = 0;
    for (const [what, plant] of planted) {
        await plant(numbers);
        const found = search(await collect(), needles, [numbers[0], misplaced[0]]);
        assert.ok(found.length > before, what);
        before = found.length;
    }
});

test('the keys are in their file alone', async () => {
    const keys = readFileSync(join(d.stateDir, 'keys'), 'utf8').match(/[0-9a-f]{64}/g);
    const hay = await collect();
    const bytes = keys.flatMap((key) => [...secretNeedles('a key', key), { what: 'a key', bytes: Buffer.from(key, 'hex') }]);
    assert.deepEqual(search(hay, bytes), []);
    unlisten();
    await d.stop();
});
