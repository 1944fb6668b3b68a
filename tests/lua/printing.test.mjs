// Print jobs: asked for, claimed once, over in one of three ways; the lease of whoever drives the printers.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startRedis } from '../lib/redis.mjs';
import { makeHall, sample, Refused, MINUTE } from '../lib/hall.mjs';

let server;
let n = 0;
before(async () => { server = await startRedis(); });
after(() => server.stop());

const PRINTERS = [{ code: 'p1', address: '127.0.0.1:9100', kiosks: ['k1', 'k3'] }, { code: 'p2', address: '127.0.0.1:9101', kiosks: [] }];
const fresh = (printers = PRINTERS) => makeHall(server.redis, { ...sample({ code: `pr${n++}` }), printers });
const refused = (promise, code, field) => assert.rejects(promise, (e) => e instanceof Refused && e.code === code
    && (!field || e.field === field));
const ask = (h, ticket, { who = 'kiosk:k1', printer = '', lang = '' } = {}) => h.write('ticket_print', who, [ticket, printer, lang]);
const set = (h, job, state, error = '') => h.write('print_set', 'system:print', [job, state, error]);
const view = (h, job) => h.read('print_view', [job]);
const list = async (h) => (await h.read('print_list')).jobs;
const told = async (h) => (await h.events()).filter((e) => e.type.startsWith('print.'));

test('ticket_print: a job for the kiosk\'s printer, told once', async () => {
    const h = await fresh();
    const t = await h.issue();
    const { job, state } = await ask(h, t.number);
    assert.deepEqual([job, state], [`${h.at}-p1`, 'asked']);
    assert.deepEqual(await list(h), [{ job, state: 'asked', ticket: t.id, printer: 'p1', lang: 'zh', at: h.at }]);
    const [event] = await told(h);
    assert.deepEqual(event, { ...event, type: 'print.asked', by: 'kiosk:k1', job, printer: 'p1', ticket: t.id, number: t.number, reprint: false });
    const second = await ask(h, t.id, { who: 'kiosk:k3', lang: 'en' });
    assert.deepEqual([second.job, (await list(h))[1].lang], [`${h.at}-p2`, 'en'], 'two of one moment are told apart');
});

test('ticket_print: who may print where', async () => {
    const h = await fresh();
    const t = await h.issue();
    await refused(ask(h, t.id, { who: 'kiosk:k2' }), 'printer_unknown', 'printer');
    await refused(ask(h, t.id, { printer: 'p2' }), 'printer_unknown');
    await refused(ask(h, t.id, { who: 'clerk:li' }), 'printer_unknown');
    await refused(ask(h, t.id, { who: 'clerk:li', printer: 'p9' }), 'printer_unknown');
    assert.equal((await ask(h, t.id, { who: 'clerk:li', printer: 'p2' })).state, 'asked');
    assert.equal((await ask(h, t.id, { printer: 'p1' })).state, 'asked');
    await refused(ask(h, 'A999'), 'ticket_unknown', 'ticket');
    await h.write('ticket_cancel', 'clerk:li', [t.id]);
    await refused(ask(h, t.id), 'ticket_ended', 'ticket');
    await refused(ask(await fresh(undefined), 'A001'), 'ticket_unknown');
    const none = await makeHall(server.redis, sample({ code: `pr${n++}` }));
    await refused(ask(none, (await none.issue()).id), 'printer_unknown'); // stored before there were printers
});

test('ticket_print: a printer that is away does not gather jobs for ever', async () => {
    const h = await fresh();
    const t = await h.issue();
    for (let i = 0; i < 500; i++) await ask(h, t.id);
    await refused(ask(h, t.id), 'busy');
    assert.equal((await list(h)).length, 100, 'a list is bounded');
    h.at += 6 * 60 * MINUTE + 1;
    assert.equal((await ask(h, t.id)).state, 'asked', 'what is hours old is nobody\'s');
    assert.equal(await server.redis.zcard(`${h.tag}:prints`), 1);
});

test('print_set: claimed once; printed, failed or unknown, each told once', async () => {
    const h = await fresh();
    const t = await h.issue();
    for (const [state, error, event] of [['printed', '', 'print.done'], ['failed', 'paper_out', 'print.failed'], ['unknown', 'silent', 'print.failed']]) {
        const { job } = await ask(h, t.id);
        assert.equal((await set(h, job, 'printing')).changed, true);
        assert.equal((await set(h, job, 'printing')).changed, false, 'another daemon does not get it');
        assert.deepEqual(await view(h, job), { job, state: 'printing' });
        assert.equal((await set(h, job, state, error)).changed, true);
        assert.equal((await set(h, job, state, error)).changed, false);
        assert.deepEqual(await view(h, job), { job, state, ...(error && { error }) });
        const last = (await told(h)).at(-1);
        assert.deepEqual([last.type, last.job, last.error], [event, job, error || undefined]);
    }
    assert.deepEqual(await list(h), []);
});

test('print_set: moves that are none', async () => {
    const h = await fresh();
    const t = await h.issue();
    const { job } = await ask(h, t.id);
    for (const state of ['printed', 'unknown']) assert.equal((await set(h, job, state)).changed, false, `asked -> ${state}`);
    await refused(set(h, job, 'asked'), 'field_invalid', 'state');
    await refused(set(h, job, 'failed', 'Paper "out"'), 'field_invalid', 'error');
    await refused(set(h, 'x', 'failed'), 'job_unknown', 'job');
    await refused(view(h, 'x'), 'job_unknown');
    await set(h, job, 'failed', 'cover_open');
    assert.equal((await set(h, job, 'printing')).changed, false, 'what failed is not begun');
    const other = (await ask(h, t.id)).job;
    await set(h, other, 'printing');
    await set(h, other, 'unknown', 'interrupted');
    assert.equal((await set(h, other, 'printed')).changed, true, 'a daemon thought dead knows better');
    assert.deepEqual(await view(h, other), { job: other, state: 'printed' });
});

test('a copy is a reprint once one may be on paper', async () => {
    const h = await fresh();
    const t = await h.issue();
    const jobs = [];
    for (let i = 0; i < 3; i++) jobs.push((await ask(h, t.id)).job);
    await set(h, jobs[0], 'failed', 'refused');
    assert.equal((await set(h, jobs[1], 'printing')).reprint, false, 'nothing was on paper');
    assert.equal((await set(h, jobs[2], 'printing')).reprint, true, 'asked before, printed after');
    await set(h, jobs[2], 'printed');
    assert.equal((await told(h)).at(-1).reprint, true);
    const { job } = await ask(h, t.id, { who: 'clerk:li', printer: 'p2' });
    assert.equal((await told(h)).at(-1).reprint, true);
    assert.equal((await set(h, job, 'printing')).reprint, true);
});

test('lease_take: one holder, who renews; another one after it ran out', async () => {
    const h = await fresh();
    const take = (holder, ms = 60000, what = 'printers') => h.write('lease_take', 'system:print', [what, holder, ms]);
    assert.deepEqual(await take('a'), { held: true });
    assert.deepEqual(await take('b'), { held: false });
    assert.deepEqual(await take('a'), { held: true });
    assert.deepEqual(await take('b', 60000, 'signs'), { held: true }, 'signs are another matter');
    const left = await server.redis.pttl(`${h.tag}:lease:printers`);
    assert.ok(left > 50000 && left <= 60000, `${left} ms`);
    await server.redis.del(`${h.tag}:lease:printers`);
    assert.deepEqual(await take('b'), { held: true });
});

test('an alarm of a printer is kept and told', async () => {
    const h = await fresh();
    assert.deepEqual(await h.write('alarm_set', 'system:print', ['printer', 'p1', 3, 1]), { changed: true });
    assert.equal((await h.read('alarm_list')).alarms[0].kind, 'printer');
});
