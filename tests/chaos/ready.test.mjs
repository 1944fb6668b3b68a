// /readyz speaks for every thread: while a single one of them has no connection to the store yet, a request may come to
// just that one. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { OwnRedis, RedisProxy } from '../lib/own_redis.mjs';

const WORKERS = 2;
let redis;

before(async () => { redis = await new OwnRedis().start(); });
after(() => redis.stop());

// The connections of stores begin with INFO (the bell's with SUBSCRIBE): main's, then each worker's.
for (let held = 0; held <= WORKERS; held++) {
    test(`not ready while store ${held} of ${WORKERS + 1} has no answer, ready right after`, async (t) => {
        let stores = 0;
        const proxy = await new RedisProxy(redis.path, (first) => first.includes('INFO') && stores++ === held).start();
        t.after(() => proxy.stop());
        const d = await startDaemon({ ready: false, settings: { workers: WORKERS, store: { redis: proxy.address } } });
        await eventually('the others are connected', () => stores === WORKERS + 1
            && (d.log.match(/store of .* is ready/g) ?? []).length === WORKERS);
        const answer = await d.admin('/readyz');
        assert.equal(answer.status, 503);
        assert.equal(answer.json.ready, false);
        assert.match(answer.json.reason, /127\.0\.0\.1/);
        assert.match((await d.admin('/metrics')).text, /^paihao_store_up 0$/m);
        proxy.release();
        await d.ready();
        const answers = await Promise.all(Array.from({ length: 40 }, () => d.request('GET', '/staff',
            { headers: { connection: 'close' } })));
        assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([200]));
        await d.stop();
    });
}
