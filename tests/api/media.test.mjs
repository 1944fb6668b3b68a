// Files for boards under /media/: what is served, in which parts, and that nothing else of the disk is.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';

const PART = 1 << 20;
const film = Buffer.from(Array.from({ length: PART + 5000 }, (_, i) => (i * 31 + (i >> 8)) & 255));
let dir;
let d;

before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'paihao-media-'));
    const shown = join(dir, 'shown');
    mkdirSync(shown);
    writeFileSync(join(shown, 'film.webm'), film);
    writeFileSync(join(shown, 'map_2.PNG'), 'not a kind: capitals');
    writeFileSync(join(shown, 'map.png'), 'a picture');
    writeFileSync(join(shown, 'empty.mp4'), '');
    writeFileSync(join(shown, 'large.mp4'), '');
    truncateSync(join(shown, 'large.mp4'), 9 << 20);
    writeFileSync(join(shown, 'notes.txt'), 'for staff');
    writeFileSync(join(dir, 'secret.png'), 'secret');
    symlinkSync(join(dir, 'secret.png'), join(shown, 'link.png'));
    mkdirSync(join(shown, 'folder.png'));
    d = await startDaemon({ settings: { display: { media_dir: shown } } });
});
after(async () => {
    await d?.stop();
    rmSync(dir, { recursive: true, force: true });
});

// As it stands on the wire: fetch() would tidy the path up.
function get(path, { method = 'GET', headers = {} } = {}) {
    return new Promise((done, fail) => {
        const sent = request({ host: '127.0.0.1', port: d.ports.http, path, method, headers }, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
        });
        sent.on('error', fail);
        sent.end();
    });
}
const range = (text, path = '/media/film.webm') => get(path, { headers: { range: text } });

test('a picture comes whole, with its type, and is not sent twice', async () => {
    const answer = await get('/media/map.png');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'image/png');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(String(answer.body), 'a picture');
    const again = await get('/media/map.png', { headers: { 'if-none-match': answer.headers.etag } });
    assert.equal(again.status, 304);
    const head = await get('/media/map.png', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body.length, head.headers['content-length']], [200, 0, '9']);
    assert.equal((await get('/media/empty.mp4')).body.length, 0);
    assert.equal((await get('/media/map.png', { method: 'POST' })).status, 405);
});

test('a film comes in parts: all of them together are the film', async () => {
    const parts = [];
    for (let from = 0; from < film.length;) {
        const answer = await range(`bytes=${from}-`);
        assert.equal(answer.status, 206);
        assert.equal(answer.headers['content-type'], 'video/webm');
        const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers['content-range']).map(Number);
        assert.deepEqual([first, last - first + 1, size], [from, answer.body.length, film.length]);
        assert.ok(answer.body.length <= PART);
        parts.push(answer.body);
        from += answer.body.length;
    }
    assert.ok(Buffer.concat(parts).equals(film));
    assert.ok((await range('bytes=100-199')).body.equals(film.subarray(100, 200)));
    assert.ok((await range('bytes=-10')).body.equals(film.subarray(-10)));
    assert.equal((await range(`bytes=${film.length - 1}-999999999999`)).body.length, 1);
});

test('a part that is not there is refused; what is no range is not heeded', async () => {
    for (const text of [`bytes=${film.length}-`, 'bytes=99999999999999-']) {
        assert.equal((await range(text)).status, 416, text);
    }
    for (const text of ['bytes=5-4', 'bytes=0-1,5-6', 'bytes=x', 'bytes=', 'bytes=-', 'bytes=-0', 'lines=1-2', 'bytes=18446744073709551616-']) {
        const answer = await range(text);
        assert.deepEqual([answer.status, answer.body.length], [200, film.length], text);
    }
    assert.equal((await get('/media/large.mp4')).status, 416); // in parts only
    assert.equal((await range('bytes=0-', '/media/large.mp4')).status, 206);
});

test('nothing but the files of that folder, and no list of them', async () => {
    for (const path of ['/media/', '/media', '/media/notes.txt', '/media/map_2.PNG', '/media/link.png', '/media/folder.png',
        '/media/../secret.png', '/media/..%2fsecret.png', '/media/%2e%2e/secret.png', '/media/shown/../../secret.png',
        '/media//map.png', '/media/./map.png', '/media/map.png/', '/media/.png', '/media/none.png', '/media/map.png%00.png',
        `/media/${'a'.repeat(300)}.png`, '/media/%E5%9B%BE.png', '/media\\secret.png']) {
        const answer = await get(path);
        assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
        assert.doesNotMatch(String(answer.body), /secret|for staff/);
    }
});

test('without the setting there is nothing', async () => {
    const bare = await startDaemon();
    try {
        assert.equal((await fetch(`${bare.url}/media/map.png`)).status, 404);
    } finally {
        await bare.stop();
    }
});
