// Clerks, kiosks and citizens at work while the store is killed, the daemon is killed with it, the store is stopped and
// goes on, and the daemon is restarted in order. Afterwards the books must balance exactly: what was acknowledged exists once, what was told not to have
// been done does not exist, and what nobody knew was settled once by repeating it.
//
// PAIHAO_CHAOS_ROUNDS (1) runs all faults so many times; script/chaos asks for more. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';
import { persist, Tally } from '../lib/persistent.mjs';

const ROUNDS = Number(process.env.PAIHAO_CHAOS_ROUNDS ?? 1);
const COUNTERS = ['1', '2', '3', '4', '5', '6', '7', '8'];
const KIOSKS = 3;
const SERVICES = ['id-card', 'residence', 'social-card', 'certificate', 'pension', 'advice'];
const H = '/halls/small';

let d;
const tally = new Tally();
const books = { issued: [], called: [], cancelled: [], ended: [], nobody: 0 };
let open = true; // kiosks and clerks go on
const workers = [];

before(async () => {
    d = await startDaemon({ settings: { workers: 2 } });
    await d.importHall('small', { edit: (text) => `${text.trimEnd()}\n${COUNTERS.slice(3)
        .map((code) => `  - {code: "${code}", profile: ${code === '8' ? 'papers' : 'general'}}`).join('\n')}\n`
        .replaceAll('last: 999', 'last: 9999') });
});

after(() => d.stop());

const ask = (client, path, body = {}) => persist(client, 'POST', path, body, { tally });
const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

function expect(answer, statuses, what) {
    assert.ok(statuses.includes(answer.status), `${what}: ${answer.status} ${answer.text}`);
    return answer;
}

async function citizen(ticket) {
    const answer = expect(await ask(d.citizen(ticket.link), '/ticket/cancel'), [200, 409], `cancel ${ticket.number}`);
    if (answer.status === 200) books.cancelled.push(ticket.id);
    else assert.equal(answer.json.code, 'ticket_state');
}

async function kiosk(client) {
    while (open) {
        const answer = expect(await ask(client, `${H}/tickets`, { service: oneOf(SERVICES) }), [201], 'issue');
        books.issued.push(answer.json);
        if (Math.random() < 0.3) workers.push(citizen(answer.json));
    }
}

// Presses next as fast as answers come. What becomes of a citizen is drawn; a missed one stays so, that nobody may
// be called twice.
async function clerk(client, counter) {
    let present = null;
    expect(await ask(client, `${H}/counters/${counter}/open`), [200], 'open');
    while (open) {
        const body = present ? { present: present.fate, ticket: present.id } : {};
        const answer = expect(await ask(client, `${H}/counters/${counter}/next`, body), [200], `next at ${counter}`);
        const { ticket, finished } = answer.json;
        if (present) {
            assert.equal(finished.id, present.id);
            books.ended.push(present);
        }
        present = ticket && { id: ticket.id, fate: Math.random() < 0.15 ? 'absent' : 'finish', counter };
        if (present) books.called.push(present);
        else books.nobody++;
        if (present?.fate === 'finish') {
            expect(await ask(client, `${H}/counters/${counter}/begin`, { ticket: present.id }), [200], 'begin');
        }
    }
    return present;
}

// Until n more acknowledged tickets and calls: the hall lives again.
async function lively(n = 80) {
    const [issued, called] = [books.issued.length, books.called.length];
    await eventually('the hall is at work', () => books.issued.length >= issued + n && books.called.length >= called + n / 2, 30000);
}

async function killRedis() {
    const pid = d.redisPid();
    process.kill(pid, 'SIGKILL');
    await eventually('another Redis', () => d.redisPid() && d.redisPid() !== pid);
}

async function crashDaemon() {
    await d.crash();
    await d.start();
}

async function restartDaemon() {
    await d.restart();
}

// Or dead, and nobody has asked yet how it died.
function isGone(pid) {
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || /\) Z /.test(readFileSync(stat, 'utf8'));
}

// What it left behind cannot even end itself.
async function crashDaemonOverStoppedRedis() {
    const pid = d.redisPid();
    process.kill(pid, 'SIGSTOP');
    d.hold(true);
    d.child.kill('SIGKILL');
    await d.ended;
    await d.start();
    assert.notEqual(d.redisPid(), pid);
    assert.ok(isGone(pid), 'the stopped Redis is gone');
}

async function stopRedis() {
    const pid = d.redisPid();
    const before = { ...tally.answers };
    process.kill(pid, 'SIGSTOP');
    try {
        const more = (status) => (tally.answers[status] ?? 0) - (before[status] ?? 0);
        await eventually('unknown outcomes, then refusals', () => more(504) >= 3 && more(503) >= 10, 15000);
        assert.equal((await d.admin('/readyz')).status, 503);
    } finally {
        process.kill(pid, 'SIGCONT');
    }
}

async function events() {
    const all = [];
    for (let after = '', more = true; more;) {
        const page = await d.get(`${H}/events?limit=1000${after}`);
        all.push(...page.events);
        more = page.more;
        after = `&after=${page.last}`;
    }
    return all;
}

const ids = (list, type) => list.filter((e) => e.type === type).map((e) => e.ticket);
const same = (told, found, what) => {
    assert.equal(new Set(told).size, told.length, `${what}: told twice`);
    assert.equal(new Set(found).size, found.length, `${what}: happened twice`);
    const [seen, said] = [new Set(found), new Set(told)];
    assert.deepEqual(told.filter((x) => !seen.has(x)), [], `${what}: acknowledged, but lost`);
    assert.deepEqual(found.filter((x) => !said.has(x)), [], `${what}: done, but never acknowledged`);
};

test('the hall works on through every fault', async (t) => {
    const kiosks = await Promise.all(Array.from({ length: KIOSKS }, (_, i) => d.device(`k${i}`, 'kiosk', 'small')));
    const clerks = await Promise.all(COUNTERS.map((code) => d.clerk(`clerk-${code}`, 'small')));
    const desks = clerks.map((client, i) => clerk(client, COUNTERS[i]));
    const all = Promise.all([...kiosks.map(kiosk), ...desks]);
    const faults = async () => {
        await lively();
        for (let round = 0; round < ROUNDS; round++) {
            for (const fault of [killRedis, killRedis, stopRedis, crashDaemon, killRedis, restartDaemon,
                crashDaemonOverStoppedRedis]) {
                await fault();
                await lively();
            }
        }
    };
    try {
        await Promise.race([faults(), all.then(() => assert.fail('nobody works any more'))]);
    } finally {
        open = false;
    }
    await all;
    for (const citizens of workers) await citizens;
    books.present = (await Promise.all(desks)).filter(Boolean);
    t.diagnostic(`${books.issued.length} issued, ${books.called.length} called, ${books.cancelled.length} cancelled, `
        + `${books.ended.length} over, ${books.nobody} times nobody; ${tally}`);
    assert.ok(tally.answers[503] > 0 && tally.answers[504] > 0 && tally.broken > 0, 'every kind of outage was met');
});

test('what was acknowledged has happened, once; nothing else has', async () => {
    const all = await events();
    all.forEach((e, i) => assert.equal(Number(e.id.split('-')[1]), i + 1, 'no event is missing'));
    assert.equal(new Set(all.map((e) => e.id.split('-')[0])).size, 1);
    same(books.issued.map((x) => x.id), ids(all, 'ticket.issued'), 'tickets');
    same(books.called.map((x) => x.id), ids(all, 'ticket.called'), 'calls');
    same(books.cancelled, ids(all, 'ticket.cancelled'), 'cancelled');
    same(books.ended.filter((x) => x.fate === 'finish').map((x) => x.id), ids(all, 'ticket.finished'), 'finished');
    same(books.ended.filter((x) => x.fate === 'absent').map((x) => x.id), ids(all, 'ticket.missed'), 'missed');
    for (const { id, counter } of books.called) {
        assert.equal(all.find((e) => e.type === 'ticket.called' && e.ticket === id).counter, counter, id);
    }
});

test('every number was given once, without a gap', () => {
    for (const letter of ['A', 'C']) {
        const numbers = books.issued.map((x) => x.number).filter((x) => x[0] === letter).map((x) => Number(x.slice(1)));
        assert.deepEqual(numbers.sort((a, b) => a - b), numbers.map((_, i) => i + 1));
    }
});

test('the counters and the lines are what the books say', async () => {
    const { counters } = await d.get(`${H}/counters`);
    assert.deepEqual(counters.filter((c) => c.ticket).map((c) => `${c.code} ${c.ticket.id}`).sort(),
        books.present.map((x) => `${x.counter} ${x.id}`).sort());
    const gone = new Set([...books.called.map((x) => x.id), ...books.cancelled]);
    const waiting = books.issued.map((x) => x.id).filter((id) => !gone.has(id));
    const redis = d.redis();
    try {
        const lines = await Promise.all(SERVICES.map((s) => redis.zrange(`{small}:l:${s}`, 0, -1)));
        assert.deepEqual(lines.flat().map((place) => place.split('|')[1]).sort(), waiting.sort());
        const alive = [...waiting, ...books.present.map((x) => x.id),
            ...books.ended.filter((x) => x.fate === 'absent').map((x) => x.id)];
        assert.deepEqual(Object.values(await redis.hgetall('{small}:num')).sort(), alive.sort());
    } finally {
        redis.disconnect();
    }
});

test('the history check finds nothing', () => {
    const told = execFileSync(join(build, 'daemon/ctl/paihaoctl'), ['--state-dir', d.stateDir, 'history', 'check', 'small'],
        { encoding: 'utf8' });
    assert.match(told, /faults 0\n/);
    assert.match(told, new RegExp(`${books.issued.length} issued, ${books.called.length} called`));
});
