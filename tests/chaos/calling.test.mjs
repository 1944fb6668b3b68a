// A hundred clerks press next through two daemons while tickets arrive, citizens cancel and ask for more time, and Redis
// and the daemons are killed under them. Nobody is called twice at a time, nobody who waits is passed over with an error,
// and the history check reads all of it. Then a clock that is far ahead of the other, and midnight with waiting people.
//
// PAIHAO_CHAOS_LONG=1: a minute of it, with each fault again and again; the day is closed between the rounds, since a whole
// minute is more than the 50,000 events that are kept. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { build, eventually, startDaemon } from '../lib/daemon.mjs';
import { OwnRedis } from '../lib/own_redis.mjs';
import { persist, Tally } from '../lib/persistent.mjs';

const CLERKS = 100;
const KIOSKS = 30; // so many that people wait
const CALM_MS = process.env.PAIHAO_CHAOS_LONG ? 3000 : 500; // between two faults
const ROUNDS = process.env.PAIHAO_CHAOS_LONG ? 4 : 1;
const SERVICES = ['id-card', 'residence', 'social-card', 'certificate', 'pension', 'advice'];
const PROFILES = ['general', 'papers', 'quick'];
const H = '/halls/small';
const counters = Array.from({ length: CLERKS }, (_, i) => String(i + 1));
const profileOf = (code) => PROFILES[Number(code) % 10 === 0 ? 2 : Number(code) % 3 === 0 ? 1 : 0];

let own;
let one;
let two;

const settings = (more) => ({ store: own.settings(), key_file: join(own.dir, 'keys'), workers: 2, ...more });

before(async () => {
    own = await new OwnRedis().start();
    one = await startDaemon({ settings: settings() });
    two = await startDaemon({ settings: settings() });
    await one.importHall('small', { edit: (text) => text.replaceAll('last: 999', 'last: 9999')
        .replace(/^remote:\n {2}open: no/m, 'remote:\n  open: yes').replace('last_tickets: yes', 'last_tickets: no')
        .replace(/^counters:\n(.*\n)*/m, `counters:\n${counters
            .map((code) => `  - {code: "${code}", profile: ${profileOf(code)}}`).join('\n')}\n`) });
});

after(async () => {
    await one?.stop();
    await two?.stop();
    await own?.stop();
});

const oneOf = (list) => list[Math.floor(Math.random() * list.length)];
const pause = (ms) => new Promise((r) => { setTimeout(r, ms); });

// Every attempt by whichever daemon comes first: a repeated request is often answered by the one that did not do it.
// who: citizens carry their link; staff is whoever runs the daemon.
function anyOf(daemons, who) {
    return { request(method, path, options) {
        const d = oneOf(daemons);
        return d.request(method, path, { ...options, token: who ?? d.token });
    } };
}

async function events(d, since = '') {
    const all = [];
    for (let after = since && `&after=${since}`, more = true; more;) {
        const page = await d.get(`${H}/events?limit=1000${after}`);
        all.push(...page.events);
        more = page.more;
        after = `&after=${page.last}`;
    }
    return all;
}

// Without holding this process up: it would not see that a daemon ends connections that nobody uses, and use one.
async function historyCheck(d) {
    const { stdout } = await promisify(execFile)(join(build, 'daemon/ctl/paihaoctl'),
        ['--state-dir', d.stateDir, 'history', 'check', 'small']).catch((e) => e); // faults: it ends with 1
    assert.match(stdout, /^history: [1-9]\d* events, .*faults 0\n/, 'something was checked, and is in order');
    return stdout.trim();
}

// A hall at work: `go` says for how long. Who is where is kept here as the answers tell it.
class Day {
    constructor(daemons, codes) {
        Object.assign(this, { daemons, codes, go: true, at: new Map(), tally: new Tally(), citizens: [], nobody: 0,
            did: { issued: 0, called: 0, undone: 0, direct: 0, sent: 0, cancelled: 0, delayed: 0 } });
        this.staff = anyOf(daemons);
    }

    ask(path, body, client = this.staff) { return persist(client, 'POST', path, body, { tally: this.tally }); }

    // The ticket is at the counter from this answer on; until it is let go no other counter may be given it.
    take(code, ticket) {
        assert.equal(this.at.get(ticket.id), undefined, `${ticket.id} at ${code} is at another counter, too`);
        this.at.set(ticket.id, code);
    }

    letGo(ticket) { this.at.delete(ticket.id); }

    async press(code, verb, body, statuses = [200]) {
        const answer = await this.ask(`${H}/counters/${code}/${verb}`, body);
        assert.ok(statuses.includes(answer.status), `${verb} at ${code}: ${answer.status} ${answer.text}`);
        return answer;
    }

    // Whoever is there now goes, as `present` says, and the next one comes.
    async next(code, held) {
        const present = held && (held.state === 'serving' ? oneOf(['finish', 'finish', 'park', 'put_back'])
            : oneOf(['absent', 'put_back']));
        if (held) this.letGo(held);
        const { json } = await this.press(code, 'next', held ? { present, ticket: held.id } : {});
        if (held) assert.equal(json.finished.id, held.id);
        if (!json.ticket) this.nobody++;
        if (!json.ticket) return null;
        this.take(code, json.ticket);
        this.did.called++;
        return json.ticket;
    }

    async begin(code, held) {
        const { json } = await this.press(code, 'begin', { ticket: held.id });
        return json;
    }

    // Takes back what was pressed last. Too late: it stays as it was.
    async undo(code, held) {
        this.letGo(held);
        const answer = await this.press(code, 'undo', { ticket: held.id }, [200, 409]);
        if (answer.status === 409) {
            assert.match(answer.json.code, /^undo_(late|none)$/);
            this.take(code, held);
            return held;
        }
        this.did.undone++;
        const back = answer.json.counter.ticket;
        if (back) this.take(code, back);
        return back;
    }

    // To another service, or to be held for another counter.
    async send(code, held) {
        const body = Math.random() < 0.5 ? { service: oneOf(SERVICES) } : { to_counter: oneOf(this.codes) };
        this.letGo(held);
        await this.press(code, 'transfer', { ticket: held.id, ...body });
        this.did.sent++;
        return null;
    }

    async direct(code) {
        const { json } = await this.press(code, 'direct', { service: 'advice' }, [201]);
        this.take(code, json.ticket);
        this.did.direct++;
        return json.ticket;
    }

    async clerk(code) {
        await this.press(code, 'open', {});
        let held = null;
        while (this.go) {
            const x = Math.random();
            if (held?.state === 'called' && x < 0.7) held = await this.begin(code, held);
            else if (held && x < 0.75) held = await this.undo(code, held);
            else if (held && x < 0.8) held = await this.send(code, held);
            else if (!held && x < 0.03) held = await this.direct(code);
            else held = await this.next(code, held);
        }
        return held;
    }

    async citizen(ticket) {
        const client = anyOf(this.daemons, `Ticket ${ticket.link}`);
        const gone = (answer) => {
            assert.ok([200, 409].includes(answer.status), `${ticket.number}: ${answer.status} ${answer.text}`);
            return answer.status === 409;
        };
        if (Math.random() < 0.3) {
            if (gone(await this.ask('/ticket/delay', { minutes: 5 }, client))) return;
            this.did.delayed++;
            if (gone(await this.ask('/ticket/back', {}, client))) return;
        }
        if (!gone(await this.ask('/ticket/cancel', {}, client))) this.did.cancelled++;
    }

    async kiosk() {
        while (this.go) {
            const answer = await this.ask(`${H}/tickets`, { service: oneOf(SERVICES), class: oneOf(['normal', 'elderly']) });
            assert.equal(answer.status, 201, answer.text);
            this.did.issued++;
            if (Math.random() < 0.25) this.citizens.push(this.citizen(answer.json));
        }
    }

    begun(kiosks) {
        this.desks = this.codes.map((code) => this.clerk(code));
        this.all = Promise.all([...this.desks, ...Array.from({ length: kiosks }, () => this.kiosk())]);
        this.failed = this.all.then(() => assert.fail('nobody works any more'));
        this.failed.catch(() => { /* whoever waits for all of it is told */ });
    }

    async lively() {
        const { issued, called } = this.did;
        await Promise.race([this.failed, eventually('the hall is at work', () => this.did.issued > issued + 10
            && this.did.called > called + 20, 30000)]);
        await Promise.race([this.failed, pause(CALM_MS)]);
    }

    async over() {
        this.go = false;
        const held = (await this.all).slice(0, this.codes.length);
        await Promise.all(this.citizens);
        return new Map(this.codes.map((code, i) => [code, held[i]]).filter(([, ticket]) => ticket));
    }
}

// Every counter goes on until nobody is left for it: then nobody waits in a line that anybody serves.
async function emptied(day, held) {
    await Promise.all(day.codes.map(async (code) => {
        let ticket = held.get(code) ?? null;
        do {
            if (ticket?.state === 'called') ticket = await day.begin(code, ticket);
            if (ticket) day.letGo(ticket);
            const { json } = await day.press(code, 'next', ticket ? { present: 'finish', ticket: ticket.id } : {});
            ticket = json.ticket;
            if (ticket) day.take(code, ticket);
        } while (ticket);
    }));
    const { tickets } = await one.get(`${H}/tickets?state=waiting&limit=200`);
    assert.deepEqual(tickets.map((t) => `${t.number} in ${t.line}`), []);
}

// Gone until somebody was refused.
const killRedis = (day) => async () => {
    const refused = day.tally.answers[503] ?? 0;
    await own.kill();
    await eventually('the hall is refused', () => (day.tally.answers[503] ?? 0) > refused);
    await own.start();
};

const crash = (d) => async () => {
    await d.crash();
    await d.start();
};

async function hammer(t) {
    const day = new Day([one, two], counters);
    day.begun(KIOSKS);
    try {
        await day.lively();
        for (const fault of [killRedis(day), crash(one), killRedis(day), crash(two)]) {
            await fault();
            await day.lively();
        }
    } finally {
        day.go = false;
    }
    const held = await day.over();
    const told = (await one.get(`${H}/counters`)).counters.filter((c) => c.ticket);
    assert.deepEqual(new Map(told.map((c) => [c.code, c.ticket.id])), new Map([...held].map(([code, x]) => [code, x.id])));
    await emptied(day, held);
    t.diagnostic(`${JSON.stringify(day.did)}, ${day.nobody} times nobody; ${day.tally}`);
    t.diagnostic(await historyCheck(one));
    assert.ok(day.tally.answers[503] > 0 && day.tally.broken > 0, 'the outages were met');
    assert.ok(Object.values(day.did).every((n) => n > 0), 'everything that can happen did');
}

test('a hundred clerks press next through every fault: each is called by one, and nobody is lost', async (t) => {
    for (let i = 0; i < ROUNDS; i++) {
        if (i > 0) await one.post(`${H}/close-day`);
        await hammer(t);
    }
});

test('one daemon whose clock runs away: what it does and what the other does fit together', async (t) => {
    await one.post(`${H}/close-day`);
    const fast = await startDaemon({ settings: settings({ demo: { clock_speed: 30 } }) });
    t.after(() => fast.stop());
    const day = new Day([one, fast], counters.slice(0, 12));
    day.begun(2);
    const before = (await events(one)).at(-1).id; // not their number: in a long day the first ones are gone by the end
    try {
        await Promise.race([day.failed, eventually('its clock is a minute ahead, and the hall has worked', async () =>
            (await fast.get('/clock')).now - (await one.get('/clock')).now > 60000 && day.did.called > 60 && day.did.undone > 0,
        30000)]);
    } finally {
        day.go = false;
    }
    await emptied(day, await day.over());
    const at = (await events(one, before)).map((e) => e.at);
    const back = at.filter((ms, i) => i > 0 && ms < at[i - 1] - 30000).length;
    assert.ok(back > 10, `time has gone back ${back} times`);
    t.diagnostic(`time has gone back ${back} times; ${await historyCheck(one)}`);
});

// Every key of the hall that belongs to a day.
async function ofTheDay(redis) {
    const all = await redis.keys('{small}:*');
    return all.filter((key) => /^\{small\}:(l:|e:|u:|heads|missed|parked|num|coming|away|back|tell|due|stopped|ghosts)/.test(key)
        && key !== '{small}:entries').sort();
}

test('midnight with people waiting, called, away and held: two daemons end the day once', async () => {
    const redis = own.client();
    try {
        await one.post(`${H}/close-day`);
        await Promise.all(['1', '2', '3'].map((code) => one.post(`${H}/counters/${code}/open`)));
        const issued = [];
        for (const service of [...SERVICES, ...SERVICES]) issued.push(await one.post(`${H}/tickets`, { service }));
        const called = (await one.post(`${H}/counters/1/next`)).ticket; // waits at the counter
        const held = (await one.post(`${H}/counters/2/next`)).ticket;
        await one.post(`${H}/counters/2/transfer`, { to_counter: '3' });
        const rest = issued.filter((x) => ![called.id, held.id].includes(x.id));
        await one.post(`${H}/tickets/${rest[0].id}/delay`, { minutes: 10 });
        await one.post(`${H}/stop`, { service: 'pension', reason: 'full' });
        await one.post(`${H}/ghosts`, { profile: 'general', count: 2 });
        const closed = async () => (await events(one)).filter((e) => e.type === 'hall.day_closed');
        const before = (await closed()).length;
        const [version, epoch] = (await redis.get('{small}:v')).split('.');
        await redis.set('{small}:v', `${version}.${epoch}.20200101`);
        // Undone by nobody any more, and pressed at once through both.
        const presses = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 2 ? one : two).request('POST',
            i % 3 ? `${H}/counters/1/undo` : `${H}/tickets`, { body: i % 3 ? {} : { service: 'pension' } })));
        assert.deepEqual(new Set(presses.map((a) => a.status)), new Set([201, 409]));
        assert.deepEqual(new Set(presses.filter((a) => a.status === 409).map((a) => a.json.code)), new Set(['counter_not_open']));
        const all = await closed();
        assert.equal(all.length, before + 1);
        assert.equal(all.at(-1).day, '20200101');
        assert.equal(all.at(-1).expired, issued.length);
        const given = presses.filter((a) => a.status === 201).map((a) => a.json);
        assert.equal(new Set(given.map((x) => x.number)).size, 4, 'and it is not stopped any more');
        for (const x of given) await one.post(`${H}/tickets/${x.id}/cancel`);
        assert.deepEqual(await ofTheDay(redis), []);
        const { counters: desks } = await two.get(`${H}/counters`);
        assert.deepEqual(desks.filter((c) => c.state !== 'closed' || c.ticket), []);
        await historyCheck(one);
    } finally {
        redis.disconnect();
    }
});
