// The admin listener: health, readiness, metrics; and nothing of the API. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';

let d;

before(async () => {
    d = await startDaemon();
    await d.importHall('small');
});

after(() => d.stop());

test('the daemon says that it lives and is ready', async () => {
    assert.deepEqual((await d.admin('/healthz')).json, { ok: true });
    assert.deepEqual((await d.admin('/readyz')).json, { ready: true });
});

test('the metrics are what Prometheus wants, and count', async () => {
    await d.post('/halls/small/tickets', { service: 'id-card' });
    await d.request('GET', '/nothing');
    const text = await eventually('the event is counted', async () => {
        const { text: now } = await d.admin('/metrics');
        return now.includes('paihao_events_total{type="ticket.issued"} 1') && now;
    });
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    assert.equal(checked.stdout + checked.stderr, '');
    assert.match(text, /paihao_commands_total{command="ticket_issue"} 1\n/);
    assert.match(text, /paihao_refusals_total{code="not_found"} 1\n/);
    assert.match(text, /paihao_store_up 1\n/);
    assert.match(text, /paihao_build_info{version="[\d.]+"} 1\n/);
});

test('the admin listener serves nothing else, and the public one nothing of it', async () => {
    for (const path of ['/', '/api/v1/halls', '/kiosk', '/healthz/x']) assert.equal((await d.admin(path)).status, 404, path);
    for (const path of ['/healthz', '/readyz', '/metrics']) {
        assert.equal((await d.request('GET', path, { base: d.url })).status, 404, path);
    }
    const answer = await d.request('POST', '/metrics', { base: d.adminUrl });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get('allow'), 'GET, HEAD');
});
