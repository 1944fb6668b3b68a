// A run with phone numbers, after which no file, log, event, answer or metric holds one of them. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';

const NUMBERS = Array.from({ length: 40 }, (_, i) => `1380013${String(1000 + i * 7)}`);

const filesBelow = (dir) => readdirSync(dir, { withFileTypes: true }).flatMap((f) => {
    const path = join(dir, f.name);
    return f.isDirectory() ? filesBelow(path) : f.isFile() ? [path] : [];
});

test('phone numbers are nowhere in the clear', async () => {
    const d = await startDaemon({ settings: { log: { level: 'debug' } } });
    await d.importHall('small');
    await d.post('/halls/small/counters/1/open');
    const shown = [];
    for (const [i, phone] of NUMBERS.entries()) {
        const typed = [phone, `+86 ${phone}`, `0086-${phone}`, phone.replace(/(...)(....)(....)/, '$1 $2 $3')][i % 4];
        const answer = await d.request('POST', '/halls/small/tickets', { body: { service: 'id-card', phone: typed } });
        assert.equal(answer.status, 201, answer.text);
        assert.equal(answer.json.phone, true);
        shown.push(answer.text);
        const wrong = await d.request('POST', '/halls/small/tickets', { body: { service: 'none', phone } });
        shown.push(wrong.text);
    }
    await eventually('the messages are sent', async () => /paihao_messages_total\{state="accepted"\} 4\d/.test((await d.admin('/metrics')).text));
    await d.post('/halls/small/counters/1/next');
    shown.push((await d.request('GET', '/halls/small/events?limit=1000')).text);
    shown.push((await d.request('GET', '/halls/small/tickets?state=waiting&limit=200')).text);
    shown.push((await d.admin('/metrics')).text);
    await d.stop({ keep: true });
    for (const file of filesBelow(d.stateDir)) shown.push(readFileSync(file, 'latin1'));
    shown.push(d.log);
    assert.ok(shown.some((text) => text.includes('ticket_issue')), 'the append-only file was among them');
    for (const phone of NUMBERS) {
        for (const text of shown) assert.ok(!text.includes(phone) && !text.includes(phone.slice(3)), phone);
    }
});
