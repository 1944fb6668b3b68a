// The honest wait on paper, where there is one. The clock runs 60 times as fast. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { readPaper } from '../lib/escpos.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { openFor, teach, told } from '../lib/waits.mjs';

const H = '/halls/small';
let d;
let printer;

before(async () => {
    printer = await startPrinter();
    d = await startDaemon({ settings: { demo: { clock_speed: 60 } } });
    const { now } = await d.get('/clock');
    const edit = (text) => `${openFor(600, now)(text)}\nprinters: [{code: p1, address: "${printer.address}"}]\n`;
    await d.importHall('small', { hours: false, edit });
    await d.post(`${H}/counters/1/open`, { profile: 'general' });
});
after(async () => {
    await d?.stop();
    await printer?.stop();
});

async function linesOf(ticket, lang) {
    const before = printer.slips.length;
    const { job } = await d.post(`${H}/tickets/${ticket.id}/print`, { printer: 'p1', lang });
    await eventually('it came out', () => printer.slips.length > before, 20000);
    await eventually('and is done', async () => (await d.get(`${H}/prints/${job}`)).state === 'printed', 20000);
    return readPaper(printer.slips.at(-1)).lines.map((line) => line.text);
}

test('the range that is told on the pages stands on the ticket, in both languages', async () => {
    const first = await d.post(`${H}/tickets`, { service: 'id-card' });
    assert.ok(!(await linesOf(first, 'zh')).some((text) => text.includes('预计')), 'nothing learned, nothing claimed');
    await d.post(`${H}/tickets/${first.id}/cancel`);
    await teach(d, 'small', { ms: 20000 });
    const line = [];
    for (let i = 0; i < 6; i++) line.push(await d.post(`${H}/tickets`, { service: 'id-card' }));
    await told(d, 'small', (one) => one.waiting === 6 && one.wait?.high > 0);
    const lines = await linesOf(line.at(-1), 'zh');
    assert.ok(lines.includes('前面还有 5 人'), lines.join('\n'));
    assert.ok(lines.some((text) => /^预计等候(\d+|约 \d+| \d+-\d+) 分钟$/.test(text)), lines.join('\n'));
    assert.ok(lines.some((text) => /^About \d+(-\d+)? min to wait$/.test(text)), lines.join('\n'));
});
