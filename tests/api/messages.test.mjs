// What staff see of messages: the life of each, today's counts, and the gateways; the states of the gateways are told by the
// library's own function, as daemons do. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

const H = '/halls/small';
const MASKED = '138****7801';
const PHONE = '13800137801';
let d;
let gateway;
let redis;
let supervisor;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { sms: { budget_parts_month: 1000, price_per_part: '0.045', currency: 'CNY',
        gateways: [gateway.settings(), { name: 'spare', kind: 'null', prefixes: '+49', weight: 0 }] } } });
    await d.importHall('small');
    await d.importHall('small', { code: 'other' });
    supervisor = await d.staff('wu', 'supervisor', 'small');
    redis = d.redis();
});
after(async () => {
    redis.disconnect();
    await d.stop();
    await gateway.stop();
});

const list = async (query = '') => (await supervisor.get(`${H}/messages?${query}`)).messages;
const ask = async (phone) => (await d.post(`${H}/tickets`, { service: 'id-card', ...(phone && { phone }) })).number;
const fails = (promise, status, code, field) => assert.rejects(promise, (e) => {
    assert.deepEqual([e.status, e.code, e.field], [status, code, field]);
    return true;
});
const ended = (number, state) => eventually(`the message of ${number} is ${state}`,
    async () => (await list(`number=${number}`)).find((one) => one.state === state), 20000);

test('the life of a message: who, when, through which gateway, in how many parts; no number, no text', async () => {
    const number = await ask(PHONE);
    const one = await ended(number, 'accepted');
    const { message, at, since, times, ticket, ...rest } = one;
    assert.deepEqual(rest, { kind: 'ticket', state: 'accepted', to: MASKED, number, tries: 1, gateway: 'test', reason: rest.reason, parts: rest.parts });
    assert.ok(rest.parts >= 1 && ticket.endsWith(`-${number}`) && /^\d+-\d+$/.test(message));
    assert.deepEqual(Object.keys(times).sort(), ['accepted', 'submitted']);
    assert.ok(at <= times.submitted && times.submitted <= times.accepted && times.accepted === since);
    const { text } = await supervisor.request('GET', `${H}/messages`);
    assert.ok(!text.includes(PHONE) && !text.includes(gateway.received[0].text), 'neither number nor text');
});

test('what came to nothing is found as such, with its reason', async () => {
    gateway.answer = () => ({ status: 400, body: 'no' });
    const number = await ask(PHONE);
    const one = await ended(number, 'rejected');
    gateway.answer = () => ({ status: 200, body: 'ok' });
    assert.match(one.reason, /400/);
    const failed = await list('state=failed');
    assert.deepEqual(failed.map((m) => m.number), [number]);
    assert.deepEqual((await list('state=rejected')).map((m) => m.message), [one.message]);
    assert.deepEqual(await list('state=expired'), []);
});

test('by number and kind, and page by page', async () => {
    const numbers = [];
    for (let i = 0; i < 4; i++) numbers.push(await ask(PHONE));
    for (const number of numbers) await ended(number, 'accepted');
    assert.equal((await list(`number=${numbers[1].toLowerCase()}`)).length, 1);
    assert.deepEqual(await list('number=Z999'), []);
    assert.ok((await list('kind=ticket')).length >= 6);
    assert.deepEqual(await list('kind=called'), []);
    const seen = [];
    for (let before = ''; before !== null;) {
        const page = await supervisor.get(`${H}/messages?limit=2${before && `&before=${before}`}`);
        assert.ok(page.messages.length <= 2);
        seen.push(...page.messages.map((m) => m.message));
        before = page.before;
    }
    assert.deepEqual(seen, [...seen].sort((a, b) => (a < b ? 1 : -1)), 'newest first');
    assert.equal(new Set(seen).size, (await list('limit=200')).length, 'and each once');
});

test('what is no state, kind or page is refused; another hall is none of theirs', async () => {
    await fails(supervisor.get(`${H}/messages?state=lost`), 422, 'field_invalid', 'state');
    await fails(supervisor.get(`${H}/messages?kind=No!`), 422, 'field_invalid', 'kind');
    await fails(supervisor.get(`${H}/messages?before=x`), 422, 'field_invalid', 'before');
    await fails(supervisor.get(`${H}/messages?limit=0`), 422, 'field_invalid', 'limit');
    for (const path of ['/messages', '/messages/counts']) await fails(supervisor.get(`/halls/other${path}`), 403, 'forbidden');
    const clerk = await d.clerk('li', 'small');
    await fails(clerk.get(`${H}/messages`), 403, 'forbidden');
    await fails(supervisor.get('/sms/gateways'), 403, 'forbidden');
    await fails(supervisor.post('/sms/gateways/test/test', { number: '+8613800137801', text: 'x' }), 403, 'forbidden');
});

test("today's counts are those of the list", async () => {
    const counts = await supervisor.get(`${H}/messages/counts`);
    const all = await list('limit=200');
    assert.equal(counts.messages, all.length);
    const of = (state) => all.filter((m) => m.state === state).length;
    assert.deepEqual(counts.states, { accepted: of('accepted'), rejected: of('rejected') });
    assert.deepEqual(counts.kinds, { ticket: counts.states });
    assert.equal(counts.parts, all.filter((m) => m.state === 'accepted').reduce((n, m) => n + m.parts, 0));
    assert.deepEqual((await d.get('/halls/other/messages/counts')).states, {});
});

test('gateways: what the settings say, what each daemon says, what was spent of the budget; nothing secret', async () => {
    const said = { state: 'open', reason: 'no_answer', rate: 3, window: 16, used: 2 };
    await redis.call('FCALL', 'gateway_state', 1, '{sms}', String(Date.now()), '', 'system:sms', '', 'test', 'another-daemon', JSON.stringify(said));
    const { parts } = await supervisor.get(`${H}/messages/counts`);
    const spent = await eventually('what was sent is told', async () => {
        const found = await d.get('/sms/gateways');
        return found.month === parts && found.gateways[0].spent.day === parts ? found : null;
    }, 20000);
    const [first, second] = spent.gateways;
    assert.deepEqual([first.name, first.kind, first.window, second.name, second.kind, second.prefixes, second.weight],
        ['test', 'http', 16, 'spare', 'null', '+49', 0]);
    const { at, daemon, ...told } = first.daemons.find((one) => one.daemon === 'another-daemon');
    assert.deepEqual(told, said);
    assert.ok(Math.abs(at - spent.now) < 30000);
    assert.deepEqual(spent.budget, { parts_month: 1000, price_per_part: '0.045', currency: 'CNY' });
    const own = await eventually('this daemon tells of its links', async () => (await d.get('/sms/gateways')).gateways[0].daemons
        .find((one) => one.daemon !== 'another-daemon'), 30000);
    assert.deepEqual([own.state, own.window], ['up', 16]);
    assert.ok(!JSON.stringify(spent).includes(gateway.url), 'addresses may hold passwords');
});
