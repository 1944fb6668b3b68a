// The pages as the daemon serves them: codings, caching, security. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startDaemon } from '../lib/daemon.mjs';

const pages = ['/', '/kiosk', '/board', '/clerk', '/t'];
let d;

before(async () => { d = await startDaemon(); });

after(() => d.stop());

// Without fetch(), which decodes by itself.
const get = (path, headers = {}, method = 'GET') => new Promise((done, failed) => {
    request(d.url + path, { method, headers }, (response) => {
        const pieces = [];
        response.on('data', (p) => pieces.push(p));
        response.on('end', () => done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) }));
    }).on('error', failed).end();
});

for (const page of pages) {
    test(`${page} is the same page in every coding`, async () => {
        const plain = await get(page);
        assert.equal(plain.status, 200);
        assert.match(plain.headers['content-type'], /^text\/html/);
        assert.equal(plain.headers['content-encoding'], undefined);
        const codings = [['br', 'br', brotliDecompressSync], ['gzip', 'gzip', gunzipSync],
            ['gzip, deflate, br', 'br', brotliDecompressSync], ['br;q=0, gzip', 'gzip', gunzipSync]];
        for (const [accepted, coding, decode] of codings) {
            const answer = await get(page, { 'accept-encoding': accepted });
            assert.equal(answer.headers['content-encoding'], coding, accepted);
            assert.match(answer.headers.vary, /accept-encoding/i);
            assert.deepEqual(decode(answer.body), plain.body);
        }
    });

    test(`${page} may be kept but is asked for again`, async () => {
        const { headers } = await get(page);
        assert.equal(headers['cache-control'], 'no-cache');
        for (const known of [headers.etag, `"x", ${headers.etag}`, '*']) {
            const again = await get(page, { 'if-none-match': known });
            assert.equal(again.status, 304);
            assert.equal(again.body.length, 0);
        }
        assert.equal((await get(page, { 'if-none-match': '"x"' })).status, 200);
    });

    test(`${page} runs no script but its own`, async () => {
        const { headers, body } = await get(page);
        assert.match(headers['content-security-policy'], /default-src 'none'; script-src 'self'/);
        assert.ok(!/unsafe/.test(headers['content-security-policy']));
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.ok(!/<script(?![^>]*\bsrc=)/.test(body), 'an inline script');
        assert.ok(!/\son\w+=|\sstyle=/.test(body), 'an inline handler or style');
    });

    test(`${page} leads only to assets that are there, kept for ever`, async () => {
        const { body } = await get(page);
        const assets = [...body.toString().matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((m) => m[1]);
        assert.ok(assets.length > 0);
        for (const asset of assets) {
            const answer = await get(asset);
            assert.equal(answer.status, 200, asset);
            assert.match(answer.headers['cache-control'], /max-age=31536000, immutable/, asset);
        }
    });
}

test('other methods and other paths are refused', async () => {
    const post = await get('/kiosk', {}, 'POST');
    assert.equal(post.status, 405);
    assert.equal(post.headers.allow, 'GET, HEAD');
    const head = await get('/kiosk', {}, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
    for (const path of ['/kiosk/', '/nothing', '/assets/', '/assets/../etc/passwd', '/index.html', '/api', '/api/v2/halls']) {
        assert.ok([400, 404].includes((await get(path)).status), path);
    }
});
