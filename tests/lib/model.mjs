// Who is next, once more, by brute force: every waiting ticket knows who overtook it. Shares no code with the library.
import { MINUTE } from './hall.mjs';

// A seeded generator, so that a failing day can be run again (mulberry32).
export function random(seed) {
    let a = seed;
    return (below) => {
        a = (a + 0x6d2b79f5) | 0;
        let t = Math.imul(a ^ (a >>> 15), 1 | a);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) % below;
    };
}

export class Model {
    constructor(config) {
        this.config = config;
        this.waiting = [];
        this.pushed = 0;
    }

    enter(t, line, rank, at) { this.waiting.push({ id: t.id, line, rank, entered: at, push: this.pushed++, over: new Set() }); }

    leave(id) { this.waiting = this.waiting.filter((w) => w.id !== id); }

    called(id) {
        const y = this.waiting.find((w) => w.id === id);
        this.leave(id);
        for (const x of this.waiting) if (x.line === y.line && x.push < y.push) x.over.add(id);
    }

    pick(counter) {
        const conf = this.config.counters.find((c) => c.code === counter);
        const lines = new Map([[`@${counter}`, 0]]);
        for (const s of this.config.profiles.find((p) => p.code === conf.profile).serves) {
            if (s.service === '*') for (const x of this.config.services) lines.set(x.code, 0);
            else lines.set(s.service, s.offset_minutes * MINUTE);
        }
        const mine = this.waiting.filter((w) => lines.has(w.line)).map((w) => ({ ...w, key: w.rank + lines.get(w.line) }));
        const bounds = [...lines.keys()].map((l) => mine.filter((w) => w.line === l && w.over.size >= this.config.rules.overtaking_max)
            .sort((a, b) => a.push - b.push)[0]).filter(Boolean);
        const by = (a, b) => a.key - b.key || (a.id < b.id ? -1 : 1);
        return (bounds.length ? bounds : mine).sort(by)[0]?.id ?? null;
    }
}

