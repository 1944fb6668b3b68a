// One hall in a Redis of the test's own, and its functions called as the daemon calls them, with the clock passed
// in: hall.at is the moment (ms), hall.day the local date; both are moved by the test.
import { randomBytes } from 'node:crypto';

export const NOON = 1795435200000; // 2026-11-23 12:00 UTC
export const MINUTE = 60000;

const names = (zh, en) => ({ zh, en });

// A hall as canonical JSON: services a, b, c; counters 1..n; K = 3.
export function sample(change = {}) {
    const rules = { overtaking_max: 3, return_within_minutes: 45, return_max: 2, return_minutes: 5,
        put_back_minutes: 5, come_now_ahead: 3, ...change.rules };
    const service = (code, series) => ({ code, series, minutes: 10, names: names(code, code), words: [],
        documents: [], kiosk: true, open: true });
    return {
        code: change.code ?? 'xh', names: names('厅', 'Hall'), zone: 'Asia/Shanghai', country: '86',
        languages: ['zh', 'en'], accent: '#0b6e4f', hours: [], tickets_outside_hours: true, rules,
        classes: [{ code: 'normal', target_minutes: 30, names: names('普通', 'Standard') },
            { code: 'elderly', target_minutes: 10, names: names('老人', 'Elderly') }],
        series: [{ letter: 'A', first: 1, last: change.last ?? 999 }, { letter: 'C', first: 1, last: 999 }],
        services: change.services ?? [service('a', 'A'), service('b', 'A'), service('c', 'C')],
        profiles: change.profiles ?? [
            { code: 'all', serves: [{ service: '*', offset_minutes: 0 }] },
            { code: 'helper', serves: [{ service: 'c', offset_minutes: 0 }, { service: 'a', offset_minutes: 10 }] }],
        counters: change.counters ?? ['1', '2', '3', '4'].map((code) => ({ code, profile: code === '4' ? 'helper' : 'all' })),
    };
}

export class Refused extends Error {
    constructor(code, field, wait) {
        super(`${code} ${field}`);
        this.code = code;
        this.field = field;
        this.wait = wait && Number(wait); // seconds
    }
}

export async function makeHall(redis, config = sample()) {
    const hall = new Hall(redis, config.code);
    await hall.write('hall_configure', 'system:', [JSON.stringify(config), '']);
    return hall;
}

function onlyOne({ messages }) {
    if (messages.length !== 1) throw new Error(`${messages.length} answers for one message`);
    if (messages[0].error) throw new Refused(messages[0].error, 'message');
    return messages[0];
}

export class Hall {
    constructor(redis, code) {
        this.redis = redis;
        this.tag = `{${code}}`;
        this.at = NOON;
        this.day = code === 'sys' ? '' : '20261123';
    }

    async fcall(kind, name, args) {
        try {
            return JSON.parse(await this.redis.call(kind, name, 1, this.tag, ...args.map(String)));
        } catch (e) {
            const refused = /^REFUSED (\S+) (\S+)(?: (\d+))?/.exec(e.message);
            if (refused) throw new Refused(refused[1], refused[2], refused[3]);
            throw e;
        }
    }

    // request: "" or 22 characters, ":" and a mark of the body.
    write(name, who, args = [], request = '') {
        return this.fcall('FCALL', name, [this.at, request, who, this.day, ...args]);
    }

    // The eight arguments a daemon gives message_start of one message, from its outbox entry; m: members that differ.
    async startArgs(m, fresh = 1) {
        const [[, flat] = [m.id, []]] = await this.redis.xrange(`${this.tag}:outbox`, m.id, m.id);
        const e = { p: '', i: '', y: '' };
        for (let i = 0; i < flat.length; i += 2) e[flat[i]] = flat[i + 1];
        Object.assign(e, m);
        return [e.id, e.k, e.t, e.n, fresh, e.p, e.i, e.y];
    }

    // Batches of one: what is answered for it, or its refusal.
    async startOne(m, fresh = 1) {
        const answer = await this.write('message_start', 'system:sms', await this.startArgs(m, fresh));
        return { version: answer.version, ...onlyOne(answer) };
    }

    async endOne(m, outcome, why = '', parts = '', gateway = 'kannel') {
        return { state: onlyOne(await this.write('message_end', 'system:sms', [m.id, outcome, gateway, why, parts])) };
    }

    read(name, args = []) { return this.fcall('FCALL_RO', name, [this.at, ...args]); }

    issue(service = 'a', klass = '', phone = false) {
        const record = randomBytes(6).toString('hex');
        const p = phone ? [record, 'k1.sealed', `hash-${record}`] : ['', '', ''];
        return this.write('ticket_issue', 'kiosk:k1', [service, klass, 'zh', ...p]);
    }

    open(counter, who = `clerk:c${counter}`, profile = '') { return this.write('counter_open', who, [counter, profile]); }

    next(counter, present = '', guard = '', who = `clerk:c${counter}`) {
        return this.write('ticket_next', who, [counter, present, guard]);
    }

    // A move of the ticket at the counter: recall begin finish absent put_back park.
    present(move, counter, guard = '', who = `clerk:c${counter}`) {
        return this.write(`ticket_${move}`, who, [counter, guard]);
    }

    async events(after = '') {
        const got = [];
        for (;;) {
            const page = await this.read('event_list', [got.length ? got.at(-1).id : after, 1000]);
            got.push(...page.events);
            if (!page.more) return got;
        }
    }

    snapshot() { return this.read('hall_snapshot'); }
}
