// Hall files in and out, their faults, their versions, and what everybody may see of a hall. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, root, startDaemon } from '../lib/daemon.mjs';

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
