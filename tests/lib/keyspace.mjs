// Everything a hall has in its Redis, readable, so that two moments can be compared. Left out is what goes on whatever is taken
// back: events, messages and their queue, answers kept for repeats, what may be undone, the count of entries, a ticket's history.
const GOES_ON = /^\{[^}]*\}:(events|outbox|in|r:.*|m:.*|ml|mt|mc:.*|mn:.*|sm:.*)$/;

const pairs = (flat) => Object.fromEntries(flat.flatMap((x, i) => (i % 2 ? [] : [[x, flat[i + 1]]])));

const READ = {
    string: (redis, key) => redis.get(key),
    hash: async (redis, key) => Object.fromEntries(Object.entries(await redis.hgetall(key)).filter(([f, v]) => v !== '' && f !== 'hi' && f !== 'un')),
    set: async (redis, key) => (await redis.smembers(key)).sort(),
    zset: async (redis, key) => pairs(await redis.zrange(key, 0, -1, 'WITHSCORES')),
    list: (redis, key) => redis.lrange(key, 0, -1),
    stream: (redis, key) => redis.xrange(key, '-', '+'),
};

// What a fresh ticket does not store.
function wholeTickets(all, tag) {
    for (const [key, t] of Object.entries(all)) {
        const id = new RegExp(`^${tag}:t:((\\d{13})-\\w+)$`).exec(key);
        if (id) all[key] = { ln: t.sv, ts: id[2], ca: '0', rt: '0', ...t };
    }
    return all;
}

export async function keyspace(redis, tag) {
    const all = {};
    for (const key of (await redis.keys(`${tag.replace(/[{}]/g, '?')}:*`)).sort()) {
        if (GOES_ON.test(key)) continue;
        const value = await READ[await redis.type(key)](redis, key);
        all[key] = value;
        if (await redis.ttl(key) !== -1 && /:t:/.test(key)) all[`${key} ends`] = true;
    }
    return wholeTickets(all, tag);
}
