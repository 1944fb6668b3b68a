// Tickets on paper, by the real daemon and a printer that misbehaves on request: each case ends in the state that
// docs/displays.md names, the ticket is there whatever the paper does, and nothing is printed twice. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import receiptline from 'receiptline';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { pbm, readPaper } from '../lib/escpos.mjs';
import { startPrinter } from '../lib/printer.mjs';

const H = '/halls/small';
let d;
let printer;
let raster;
let kiosk;
let wide;

const hallFile = (text) => `${text}
printers:
  - {code: p1, address: "${printer.address}", kiosks: [k1], names: {zh: 大门, en: Entrance}, header: {zh: 便民惠民}}
  - {code: p2, address: "${raster.address}", kiosks: [k2], columns: 48, qr: raster, cut: no, footer: {zh: 请保管, en: Keep it}}
`;

before(async () => {
    printer = await startPrinter();
    raster = await startPrinter();
    d = await startDaemon({ settings: { http: { public_url: 'https://queue.example.org' } } });
    await d.importHall('small', { edit: hallFile });
    kiosk = await d.device('k1', 'kiosk', 'small');
    wide = await d.device('k2', 'kiosk', 'small');
});
after(async () => {
    await d?.stop();
    await Promise.all([printer?.stop(), raster?.stop()]);
});

beforeEach(() => {
    for (const p of [printer, raster]) Object.assign(p, { paper: 'ok', cover: false, silent: false, garbage: false, onJob: '', slips: [] });
});

const issue = (body = {}, who = kiosk) => who.post(`${H}/tickets`, { service: 'id-card', lang: 'zh', ...body });
const print = (ticket, body = {}, who = kiosk) => who.post(`${H}/tickets/${ticket.id}/print`, body);
const view = (job) => d.get(`${H}/prints/${job.job}`);
const over = (job) => eventually(`job ${job.job} is over`, async () => {
    const now = await view(job);
    return now.state !== 'asked' && now.state !== 'printing' && now;
}, 25000);
const printed = async (ticket, body, who) => {
    const job = await over(await print(ticket, body, who));
    assert.deepEqual([job.state, job.error], ['printed', undefined]);
    return job;
};
const eventsOf = async (job) => {
    const all = (await d.get(`${H}/events?limit=1000`)).events;
    return all.filter((e) => e.job === job.job);
};
const linesOf = (paper) => paper.lines.map((line) => line.text).filter(Boolean);
const alarms = async () => (await d.get(`${H}/alarms`)).alarms.filter((one) => one.kind === 'printer');

function zbar(image) {
    const dir = mkdtempSync(join(tmpdir(), 'qr-'));
    try {
        writeFileSync(join(dir, 'qr.pbm'), pbm(image));
        return execFileSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', join(dir, 'qr.pbm')], { encoding: 'utf8' }).trim();
    } finally {
        rmSync(dir, { recursive: true });
    }
}

test('a ticket as it stands on paper of 58 mm: words, sizes, the native QR code', async () => {
    const one = await issue({ class: 'elderly' });
    const ticket = await issue({ class: 'elderly' });
    const job = await printed(ticket);
    assert.equal(printer.slips.length, 1);
    const paper = readPaper(printer.slips[0]);
    assert.ok(paper.began, 'the printer is set back first');
    assert.deepEqual([paper.cuts, paper.asked, paper.images.length], [1, 1, 0]);
    const lines = linesOf(paper);
    const line = (text) => paper.lines.find((found) => found.text === text) ?? assert.fail(`${text} is not in ${lines.join('\n')}`);
    assert.deepEqual([line('便民服务站').size, line('便民服务站').double], ['2x2', true]);
    assert.equal(line(ticket.number).size, '6x6', 'the number is as large as it fits');
    for (const text of ['Neighbourhood service point', '便民惠民', '您的号码  Your number', '身份证办理  Identity card',
        '60 岁以上  60 or older', '前面还有 1 人', 'People before you: 1', '- 户口簿原件', '- 近期证件照']) line(text);
    const time = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' }).format(ticket.issued);
    line(`取号时间 ${time}`);
    assert.ok(!lines.some((text) => text.includes('补打')), 'not marked');
    assert.deepEqual(paper.qr.map(({ model, level, text }) => ({ model, level, text })),
        [{ model: 2, level: 'M', text: `https://queue.example.org/t#${ticket.link}` }]);
    assert.deepEqual((await eventsOf(job)).map((e) => [e.type, e.printer, e.number, e.ticket, e.reprint]),
        [['print.asked', 'p1', ticket.number, ticket.id, false], ['print.done', 'p1', ticket.number, ticket.id, false]]);
    await kiosk.post(`${H}/tickets/${one.id}/print`); // the next job gets its turn
    await eventually('the second one came out', () => printer.slips.length === 2);
});

test('paper of 80 mm: the QR code as a picture that a reader reads, no cutter, another language', async () => {
    const ticket = await issue({ lang: 'en' }, wide);
    await printed(ticket, {}, wide);
    const paper = readPaper(raster.slips[0], { columns: 48 });
    assert.deepEqual([paper.cuts, paper.qr.length, paper.images.length], [0, 0, 1]);
    assert.ok(paper.feeds > 0);
    assert.ok(paper.images[0].width <= 576, `${paper.images[0].width} dots`);
    assert.equal(zbar(paper.images[0]), `https://queue.example.org/t#${ticket.link}`);
    const lines = linesOf(paper);
    assert.equal(paper.lines[0].text, 'Neighbourhood service');
    for (const text of ['Your number  您的号码', 'Please have ready:', '- Household register (original)', 'Keep it  请保管']) {
        assert.ok(lines.includes(text), `${text} in ${lines.join('\n')}`);
    }
});

test('a second copy is marked as a reprint; staff print at any printer, a kiosk at its own only', async () => {
    const ticket = await issue();
    await printed(ticket);
    const clerk = await d.clerk('wang', 'small');
    await assert.rejects(print(ticket, { printer: 'p2' }), (e) => e.code === 'printer_unknown');
    await assert.rejects(print(ticket, {}, clerk), (e) => e.code === 'printer_unknown' && e.field === 'printer');
    const job = await printed(ticket, { printer: 'p2', lang: 'en' }, clerk);
    assert.equal((await eventsOf(job)).at(-1).reprint, true);
    const lines = linesOf(readPaper(raster.slips[0], { columns: 48 }));
    assert.equal(lines[0], 'Reprint  补打');
    await d.post(`${H}/tickets/${ticket.id}/cancel`);
    await assert.rejects(print(ticket), (e) => e.code === 'ticket_ended');
    await assert.rejects(print({ id: 'A998' }), (e) => e.code === 'ticket_unknown');
});

// The ticket is there in any case, and calling goes on meanwhile.
async function fails(set, state, error, { jobs, health }) {
    Object.assign(printer, set);
    const ticket = await issue();
    const job = await print(ticket);
    const begun = performance.now();
    await d.post(`${H}/counters/1/open`).catch((e) => assert.equal(e.code, 'counter_open'));
    const next = await d.post(`${H}/counters/1/next`, { present: 'absent' }).catch(() => d.post(`${H}/counters/1/next`));
    assert.ok(next.ticket, 'somebody is called');
    const took = performance.now() - begun;
    const end = await over(job);
    assert.deepEqual([end.state, end.error], [state, error]);
    assert.ok(took < 5000, `the call took ${Math.round(took)} ms`);
    assert.ok((await d.get(`${H}/tickets/${ticket.id}`)).number, 'the ticket is there');
    assert.equal(printer.slips.length, jobs);
    const told = (await eventsOf(job)).at(-1);
    assert.deepEqual([told.type, told.error], ['print.failed', error]);
    await eventually('the supervisor is told', async () => (await alarms()).some((one) => one.subject === 'p1'));
    const redis = d.redis();
    await eventually('its health is kept', async () => JSON.parse(await redis.hget('{small}:health', 'printer:p1')).state === health);
    redis.disconnect();
    Object.assign(printer, { paper: 'ok', cover: false, silent: false, garbage: false, onJob: '', slips: [] });
    return ticket;
}

test('no paper: failed at once, nothing sent; well again by itself', async () => {
    const ticket = await fails({ paper: 'out' }, 'failed', 'paper_out', { jobs: 0, health: 'paper_out' });
    await eventually('the alarm ends', async () => (await alarms()).length === 0, 20000);
    const job = await printed(ticket);
    assert.equal((await eventsOf(job)).at(-1).reprint, false, 'nothing was on paper before');
});

// The next ticket comes out, and the alarm is over.
async function recovers() {
    await printed(await issue());
    await eventually('the alarm ends', async () => (await alarms()).length === 0);
    printer.slips = [];
}

test('the cover is open', async () => {
    await fails({ cover: true }, 'failed', 'cover_open', { jobs: 0, health: 'cover_open' });
    await recovers();
});

test('little paper is enough, and told', async () => {
    printer.paper = 'low';
    await printed(await issue());
    const redis = d.redis();
    await eventually('told', async () => JSON.parse(await redis.hget('{small}:health', 'printer:p1')).state === 'paper_low');
    redis.disconnect();
    assert.deepEqual(await alarms(), []);
});

test('nobody listens', async () => {
    await printer.refuse();
    await fails({}, 'failed', 'refused', { jobs: 0, health: 'refused' });
    await printer.listen();
    await recovers();
});

test('it says nothing at all, or nothing a printer would', async () => {
    await fails({ silent: true }, 'failed', 'silent', { jobs: 0, health: 'silent' });
    await recovers();
    await fails({ garbage: true }, 'failed', 'silent', { jobs: 0, health: 'silent' }); // no printer listens there
    await recovers();
});

test('it hangs up in the middle: unknown, and the next copy is marked', async () => {
    const ticket = await fails({ onJob: 'hang up' }, 'unknown', 'hung_up', { jobs: 1, health: 'broken' });
    const job = await printed(ticket);
    assert.equal((await eventsOf(job)).at(-1).reprint, true);
    assert.ok(linesOf(readPaper(printer.slips[0]))[0].startsWith('补打'));
});

test('it falls silent with the job in hand: unknown, never sent again', async () => {
    await fails({ onJob: 'say nothing' }, 'unknown', 'silent', { jobs: 1, health: 'silent' });
    await recovers();
});

test('the paper ends in the middle of a ticket', async () => {
    await fails({ onJob: 'run out of paper' }, 'failed', 'paper_out', { jobs: 1, health: 'paper_out' });
    await recovers();
});

test('a printer that knows no GS r is done when it has been well for a while', async () => {
    printer.onJob = 'know no GS r';
    await printed(await issue());
    assert.equal(printer.slips.length, 1);
});

test('the same request asked twice is one job; jobs of one printer come out one by one', async () => {
    const tickets = await Promise.all([issue(), issue(), issue(), issue()]);
    const key = 'the-same-request-1';
    const twice = await Promise.all([0, 1].map(() => kiosk.request('POST', `${H}/tickets/${tickets[0].id}/print`, { body: {}, key })));
    assert.equal(twice[0].json.job, twice[1].json.job);
    const jobs = await Promise.all(tickets.slice(1).map((one) => print(one)));
    for (const job of [twice[0].json, ...jobs]) assert.equal((await over(job)).state, 'printed');
    assert.deepEqual(printer.slips.map((slip) => readPaper(slip).lines.find((line) => line.size === '6x6').text).sort(),
        tickets.map((one) => one.number).sort());
    assert.ok(printer.sockets.size <= 1);
});

test('the public hall says which kiosk has a printer, not where it is', async () => {
    const { text, json } = await d.nobody().request('GET', H);
    assert.deepEqual(json.printers.map((one) => [one.code, one.kiosks]), [['p1', ['k1']], ['p2', ['k2']]]);
    assert.ok(!text.includes('127.0.0.1'), text);
    assert.ok((await d.get(`${H}/config`)).printers[0].address.startsWith('127.0.0.1'));
    for (const wrong of ['8.8.8.8:9100', 'printer.local:9100', '192.168.1.31']) {
        const answer = await d.request('PUT', `${H}/config`, { headers: { 'content-type': 'application/yaml' },
            body: `${(await d.request('GET', `${H}/config`, { headers: { accept: 'application/yaml' } })).text}`.replace(printer.address, wrong) });
        assert.deepEqual([answer.status, answer.json.code], [422, 'hall_invalid'], wrong);
    }
});

test('the daemon dies between sending and the answer: the job is unknown, no second paper', async () => {
    printer.onJob = 'say nothing';
    const ticket = await issue();
    const waiting = [await print(ticket)];
    await eventually('all of it was sent', () => printer.slips.length === 1);
    waiting.push(await print(await issue())); // asked for, not begun
    await d.crash();
    printer.onJob = '';
    await d.start();
    assert.deepEqual((({ state, error }) => [state, error])(await over(waiting[0])), ['unknown', 'interrupted']);
    assert.equal((await over(waiting[1])).state, 'printed', 'what was only asked for is printed after all');
    assert.equal(printer.slips.length, 2);
    assert.equal(printer.slips.filter((slip) => linesOf(readPaper(slip)).includes(ticket.number)).length, 1);
    const job = await printed(ticket);
    assert.equal((await eventsOf(job)).at(-1).reprint, true);
});

test('the decoder reads what receiptline writes', () => {
    const runs = ['便民服务站', 'A012', '您的号码 Your number', '前面还有 5 人', '请备好：户口簿原件'];
    const doc = `^^^${runs[0]}\n\n^^^^^${runs[1]}\n${runs[2]}\n${runs[3]}\n|${runs[4]}\n{code:https://queue.example.org/t#x; option:qrcode,6,m}\n=`;
    const bytes = Buffer.from(receiptline.transform(doc, { cpl: 32, encoding: 'gb18030', command: 'escpos' }), 'binary');
    const paper = readPaper(bytes, { loose: true });
    const texts = linesOf(paper).map((text) => text.trim()).filter(Boolean);
    assert.deepEqual(texts, runs);
    const size = (text) => paper.lines.find((line) => line.text.trim() === text).size;
    assert.deepEqual([size(runs[0]), size(runs[2])], ['2x2', '1x1']);
    assert.equal(zbar(paper.images[0]), 'https://queue.example.org/t#x');
});
