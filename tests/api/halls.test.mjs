// Hall files in and out, their faults, their versions, and what everybody may see of a hall. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, eventually, root, startDaemon } from '../lib/daemon.mjs';

const files = readdirSync(join(root, 'config/halls')).map((f) => f.replace(/\.yaml$/, ''));
const yaml = { 'content-type': 'application/yaml' };
const small = readFileSync(join(root, 'config/halls/small.yaml'), 'utf8');
let d;

before(async () => { d = await startDaemon(); });

after(() => d.stop());

const put = (text, { code = 'small', headers = yaml, query = '' } = {}) =>
    d.request('PUT', `/halls/${code}/config${query}`, { body: text, headers });

for (const name of files) {
    test(`${name} is stored, exported as JSON and as YAML, and both read back to the same hall`, async () => {
        await d.importHall(name, { hours: true });
        const config = await d.get(`/halls/${name}/config`);
        const text = await d.get(`/halls/${name}/config`, { headers: { accept: 'application/yaml' } });
        assert.equal(typeof text, 'string');
        for (const [body, headers] of [[config, {}], [text, yaml]]) {
            await d.put(`/halls/${name}/config`, body, { headers });
            assert.deepEqual(await d.get(`/halls/${name}/config`), config);
        }
    });
}

test('an export is what was stored last, whoever stored it', async () => {
    for (let i = 10; i < 40; i++) {
        const accent = `#0b6e${i}`;
        assert.equal((await put(small.replace('#0b6e4f', accent))).status, 200);
        assert.equal((await d.get('/halls/small/config')).accent, accent);
    }
});

test('the list holds all halls with their names', async () => {
    const { halls } = await d.get('/halls');
    assert.deepEqual(halls.map((h) => h.code).sort(), [...files].sort());
    for (const hall of halls) assert.ok(hall.names.zh || hall.names.de || hall.names.en);
});

test('a fault names its line, its column and a sentence', async () => {
    const cases = [
        [small.replace('series: A\n', 'serie: A\n'), 'serie: A'],
        [small.replace('minutes: 12', 'minutes: abc'), 'minutes: abc'],
        [small.replace('zone: Asia/Shanghai', 'zone: Asia/Nowhere'), 'Asia/Nowhere'],
        [small.replace('profile: papers', 'profile: none'), 'profile: none'],
        [small.replace('code: small', 'code: [small'), null],
    ];
    for (const [text, at] of cases) {
        const answer = await put(text);
        assert.equal(`${answer.status} ${answer.json.code}`, '422 hall_invalid', answer.text);
        const { detail, line, column } = answer.json;
        assert.match(detail, new RegExp(`^small\\.yaml:${line}:${column}: .*[.]$`));
        if (at) assert.equal(line, text.slice(0, text.indexOf(at)).split('\n').length, detail);
    }
});

test('the file must be of the hall in the address, and YAML or JSON', async () => {
    let answer = await put(small, { code: 'other' });
    assert.equal(`${answer.status} ${answer.json.code} ${answer.json.field}`, '422 hall_invalid code');
    answer = await put(small, { headers: { 'content-type': 'text/plain' } });
    assert.equal(`${answer.status} ${answer.json.code}`, '415 media_type');
    answer = await put('x'.repeat(1100000));
    assert.equal(answer.status, 413);
    answer = await d.request('GET', '/halls/other');
    assert.equal(answer.json.code, 'hall_unknown');
});

test('with a version the file is stored only over that version', async () => {
    const { version } = await d.importHall('small');
    let answer = await put(small, { query: `?version=${version - 1}` });
    assert.equal(`${answer.status} ${answer.json.code}`, '409 hall_version');
    answer = await put(small, { query: `?version=${version}` });
    assert.equal(answer.json.version, version + 1);
});

test('a new file is seen by every worker, and the ETag with it', async () => {
    await d.importHall('small', { edit: (text) => text.replace('#0b6e4f', '#112233') });
    await eventually('all workers serve it', async () => {
        for (let i = 0; i < 8; i++) if ((await d.get('/halls/small')).accent !== '#112233') return false;
        return true;
    }, 3000);
    const first = await d.request('GET', '/halls/small');
    const etag = first.headers.get('etag');
    const again = await d.request('GET', '/halls/small', { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
    assert.equal(again.headers.get('etag'), etag);
    const other = await d.request('GET', '/halls/small', { headers: { 'if-none-match': 'W/"0.0.1", "x"' } });
    assert.equal(other.status, 200);
});

test('the public view has version, open_now and public_url', async () => {
    const hall = await d.nobody().get('/halls/small');
    assert.equal(hall.public_url, d.url);
    assert.equal(typeof hall.open_now, 'boolean');
    assert.ok(hall.version > 0);
    assert.equal(hall.services.length, 6);
});

test('a kiosk gives no tickets outside the hours, staff do', async () => {
    // Closed at this moment, whatever the moment is: open in the hour twelve hours from now (Shanghai is UTC+8).
    const hour = new Date(Date.now() + (8 + 12) * 3600000).toISOString().slice(11, 13);
    const hours = `hours:\n  - {days: [mon, tue, wed, thu, fri, sat, sun], from: "${hour}:00", to: "${hour}:59"}`;
    const closed = (text) => text.replace(/hours:\n {2}- .*$/m, hours);
    await d.importHall('small', { hours: true, edit: closed });
    const kiosk = await d.device('k1', 'kiosk', 'small');
    assert.equal((await d.get('/halls/small')).open_now, false);
    const answer = await kiosk.request('POST', '/halls/small/tickets', { body: { service: 'id-card' } });
    assert.equal(`${answer.status} ${answer.json.code}`, '409 hall_closed');
    await d.post('/halls/small/tickets', { service: 'id-card' });
    await d.importHall('small', { edit: closed });
    await eventually('the kiosk may', async () => (await kiosk.request('POST', '/halls/small/tickets',
        { body: { service: 'id-card' } })).status === 201, 3000);
});

// paihaoctl against the daemon: { code, out, err }.
const ctl = (...args) => new Promise((resolve, reject) => {
    const child = spawn(join(build, 'daemon/ctl/paihaoctl'), ['--state-dir', d.stateDir, ...args]);
    const said = { out: '', err: '' };
    child.stdout.on('data', (piece) => { said.out += piece; });
    child.stderr.on('data', (piece) => { said.err += piece; });
    child.on('error', reject).on('close', (code) => resolve({ code, ...said }));
});
const holidaysOf = async (hall) => (await d.get(`/halls/${hall}/config`)).holidays;
const fileWith = (name, text) => {
    const path = join(d.dir, name);
    writeFileSync(path, text);
    return path;
};

test('paihaoctl puts the holidays of a year into a hall, in place of those it had for that year', async () => {
    await d.importHall('small');
    const before = await d.get('/halls/small/config');
    assert.equal(before.holidays.length, 2); // both of 2026
    const done = await ctl('hall', 'holidays', 'small', join(root, 'config/holidays/cn-2026.yaml'));
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /^small: 13 entries stored, version \d+\n$/);
    const after = await d.get('/halls/small/config');
    assert.deepEqual({ ...after, holidays: [] }, { ...before, holidays: [] }, 'nothing else has changed');
    assert.equal(after.holidays.length, 13);
    const worked = after.holidays.filter((h) => h.workday);
    assert.deepEqual(worked.map((h) => h.from), ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']);
    assert.ok(worked.every((h) => h.like && h.names.zh));
    await ctl('hall', 'holidays', 'small', join(root, 'config/holidays/de-be-2027.yaml'));
    const both = await holidaysOf('small');
    assert.equal(both.length, 13 + 10);
    assert.deepEqual(both.map((h) => h.from), both.map((h) => h.from).sort());
    const again = await ctl('hall', 'holidays', 'small', join(root, 'config/holidays/cn-2026.yaml'), '--json');
    assert.ok(JSON.parse(again.out).version > 0);
    assert.deepEqual(await holidaysOf('small'), both);
});

test('paihaoctl takes an iCalendar file, in the language of the hall', async () => {
    await d.importHall('berlin');
    const event = (from, to, name) => `BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:${from}\r\nDTEND;VALUE=DATE:${to}\r\nSUMMARY:${name}\r\nEND:VEVENT\r\n`;
    const calendar = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${event('20281225', '20281227', 'Weihnachten')}${event('20280617', '20280618', '75. Jahrestag\\, 17.\r\n  Juni')}END:VCALENDAR\r\n`;
    const had = await holidaysOf('berlin');
    const done = await ctl('hall', 'holidays', 'berlin', fileWith('berlin.ics', calendar));
    assert.equal(done.code, 0, done.err);
    assert.deepEqual(await holidaysOf('berlin'), [...had,
        { from: '2028-06-17', names: { de: '75. Jahrestag, 17. Juni' }, workday: false },
        { from: '2028-12-25', to: '2028-12-26', names: { de: 'Weihnachten' }, workday: false }]);
});

test('a list of holidays with a fault changes nothing and is told with its line', async () => {
    await d.importHall('small');
    const before = await d.get('/halls/small');
    const cases = [
        ['list.yaml', 'country: CN\nyear: 2027\nholidays:\n  - {from: "2027-02-29", names: {zh: 节}}\n', 'list.yaml:4:12: '],
        ['list.yaml', 'country: CN\nyear: 2027\nholidays:\n  - {from: "2027-02-01", names: {zh: 班}, workday: yes}\n', 'list.yaml:4:5: '],
        ['bad.ics', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270101T000000Z\r\n', 'bad.ics:3:1: '],
        ['cut.ics', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n', 'cut.ics:2:1: '],
        ['hall.yaml', small, 'hall.yaml:3:1: `code` is not known'],
    ];
    for (const [name, text, message] of cases) {
        const refused = await ctl('hall', 'holidays', 'small', fileWith(name, text));
        assert.equal(refused.code, 65, refused.out);
        assert.ok(refused.err.startsWith(join(d.dir, message)), refused.err);
    }
    assert.equal((await ctl('hall', 'holidays', 'small', join(d.dir, 'none.yaml'))).code, 66);
    assert.equal((await ctl('hall', 'holidays', 'small')).code, 64);
    const nowhere = await ctl('hall', 'holidays', 'nowhere', join(root, 'config/holidays/cn-2026.yaml'));
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.err, /There is no such hall\. \(hall_unknown\)/);
    assert.deepEqual(await d.get('/halls/small'), before);
});

test('paihaoctl tries a hall file without storing it', async () => {
    await d.importHall('small');
    const before = await d.get('/halls/small');
    const tried = await ctl('hall', 'preview', fileWith('closed.yaml', small.replace('  open: yes ', '  open: no ')), '--days', '3');
    assert.equal(tried.code, 0, tried.err);
    assert.equal(typeof JSON.parse(tried.out), 'object');
    const bad = fileWith('bad.yaml', small.replace('series: A\n', 'serie: A\n'));
    const refused = await ctl('hall', 'preview', bad);
    assert.equal(refused.code, 65, refused.out);
    assert.ok(refused.err.startsWith(`${bad}:`) && refused.err.includes('`serie` is not known'), refused.err);
    assert.equal((await ctl('hall', 'preview')).code, 64);
    assert.deepEqual(await d.get('/halls/small'), before);
});

test('holidays are not stored over a change that somebody else made meanwhile', async () => {
    await d.importHall('small');
    // A daemon of our own in between: it answers as the true one does, but another file is stored before the last step.
    const between = createServer(async (request, response) => {
        if (request.method === 'PUT') await d.importHall('small', { edit: (text) => text.replace('8 Heping', '9 Heping') });
        const body = [];
        for await (const piece of request) body.push(piece);
        const { host, connection, 'content-length': length, ...headers } = request.headers;
        const answer = await fetch(d.url + request.url, { method: request.method, headers,
            body: request.method === 'PUT' ? Buffer.concat(body) : undefined });
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') });
        response.end(await answer.text());
    });
    await new Promise((resolve) => { between.listen(0, '127.0.0.1', resolve); });
    const refused = await ctl('--url', `http://127.0.0.1:${between.address().port}`, 'hall', 'holidays', 'small',
        join(root, 'config/holidays/cn-2026.yaml'));
    between.close();
    assert.equal(refused.code, 1);
    assert.match(refused.err, /somebody else has changed small meanwhile, so nothing was stored/);
    const present = await d.get('/halls/small/config');
    assert.equal(present.address.en, '9 Heping Road');
    assert.equal(present.holidays.length, 2);
});

// Each request on a connection of its own: the kernel gives them to the workers in turn.
test('a file stored through one worker is in force at every other before the answer', async () => {
    const apart = { headers: { connection: 'close' } };
    await d.importHall('small', { code: 'fresh' });
    for (let i = 10; i < 40; i++) {
        const accent = `#0b6e${i}`;
        const text = small.replace('code: small', 'code: fresh').replace('#0b6e4f', accent);
        assert.equal((await put(text, { code: 'fresh', headers: { ...yaml, ...apart.headers } })).status, 200);
        const day = new Date(Date.now() + 86400000 * (1 + i % 5)).toISOString().slice(0, 10).replaceAll('-', '');
        const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 ? d.get('/halls/fresh', apart)
            : d.get(`/halls/fresh/times?services=id-card&day=${day}`, apart))));
        assert.deepEqual(answers.map((answer) => answer.accent ?? answer.day), Array.from({ length: 8 }, (_, n) => (n % 2 ? accent : day)));
    }
});
