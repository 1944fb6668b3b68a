/* Owns what a worker knows of the counters of its halls: which units are taken, as the library's
 * slot_read tells it, a column for each pool and share over many days. An event of the hall makes
 * them old; whoever asks next has them read anew, and who asks meanwhile waits for the same read,
 * so a rush costs one. Searches go by these counters, taking never does: that is checked in the
 * library. The worker's thread. SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "api/moment.h"
#include "base/log.h"
#include "base/mem.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    BUCKETS = 256,      /* a power of two */
    ENTRIES_MAX = 1024, /* halls; as many as halls.c keeps */
    DAY_CHARS = 8,
};

struct waiter {
    struct waiter *next;
    struct entry *entry;
    struct call *call;
    slots_fn fn;
    void *arg;
};

/* One read on its way. */
struct load {
    struct load *next;
    struct entry *entry;
    uint64_t generation; /* of the hall when it was sent */
    struct slots_range range;
    char *pools;
    struct waiter *waiters;
};

struct entry {
    struct entry *next;
    char code[HALL_CODE_MAX + 1];
    uint64_t generation; /* from 1 */
    int64_t version;     /* of the hall, as last read */
    int overbook;
    int pins; /* of whoever is being told or is about to be */
    struct slots_column *columns;
    struct load *loads;
};

struct slots {
    struct entry *buckets[BUCKETS];
    int n_entries;
};

struct slots *slots_new(void)
{
    return MEM_NEW(struct slots);
}

static void entry_free(struct entry *e)
{
    assert(!e->loads); /* the store has answered everything before it went */
    slots_columns_free(&e->columns);
    mem_free(e);
}

/* Drops every hall that nobody waits for. */
static void make_room(struct slots *s, bool all)
{
    for (int i = 0; i < BUCKETS; i++) {
        for (struct entry **at = &s->buckets[i]; *at;) {
            struct entry *e = *at;
            if (!all && (e->loads || e->pins > 0)) {
                at = &e->next;
                continue;
            }
            *at = e->next;
            entry_free(e);
            s->n_entries--;
        }
    }
}

void slots_free(struct slots *s)
{
    if (!s)
        return;
    make_room(s, true);
    mem_free(s);
}

static struct entry **bucket_of(struct slots *s, struct str code)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < code.len; i++)
        hash = (hash ^ (unsigned char)code.p[i]) * 16777619u;
    return &s->buckets[hash & (BUCKETS - 1)];
}

static struct entry *entry_find(struct slots *s, struct str code)
{
    for (struct entry *e = *bucket_of(s, code); e; e = e->next)
        if (str_is(code, e->code))
            return e;
    return NULL;
}

static struct entry *entry_make(struct slots *s, struct str code)
{
    struct entry *e = entry_find(s, code);

    if (e)
        return e;
    if (s->n_entries >= ENTRIES_MAX)
        make_room(s, false);
    struct entry **bucket = bucket_of(s, code);
    e = MEM_NEW(struct entry);
    assert(code.len <= HALL_CODE_MAX);
    memcpy(e->code, code.p, code.len);
    e->generation = 1;
    e->next = *bucket;
    *bucket = e;
    s->n_entries++;
    return e;
}

void slots_drop(struct slots *s, struct str hall)
{
    struct entry *e = entry_find(s, hall);

    if (e)
        e->generation++;
}

uint64_t slots_generation(struct slots *s, struct str hall)
{
    struct entry *e = entry_find(s, hall);

    return e ? e->generation : 0;
}

int slots_overbook(struct slots *s, struct str hall)
{
    struct entry *e = entry_find(s, hall);

    return e ? e->overbook : 0;
}

const struct slots_column *slots_column(struct slots *s, struct str hall, const char *pool,
                                        enum cal_share share)
{
    struct entry *e = entry_find(s, hall);

    return e ? slots_column_find(e->columns, str_of(pool), share) : NULL;
}

static bool has_all(const struct entry *e, struct str pools, const struct slots_range *r)
{
    struct str pool;

    while (str_cut(&pools, ',', &pool)) {
        const struct slots_column *c = slots_column_find(e->columns, pool, r->share);
        if (!c || slots_column_generation(c) != e->generation || !slots_column_covers(c, r))
            return false;
    }
    return true;
}

/* "<version>.<epoch>|<permille>|" and the columns. */
static bool read_reply(struct load *l, struct str text)
{
    struct entry *e = l->entry;
    struct str version, permille, digits, pools = str_of(l->pools), pool;
    int64_t n, v;

    if (!str_cut(&text, '|', &version) || !str_cut(&version, '.', &digits) ||
        !str_to_i64(digits, 0, INT64_MAX, &v) || !str_cut(&text, '|', &permille) ||
        !str_to_i64(permille, 0, 1000, &n))
        return false;
    if (v != e->version && e->pins == 0)
        slots_columns_free(&e->columns); /* its pools may be others */
    e->version = v;
    e->overbook = (int)n;
    while (str_cut(&pools, ',', &pool)) {
        struct slots_column *c = slots_column_read(&l->range, l->generation, pool, &text);
        if (!c)
            return false;
        slots_column_put(&e->columns, c);
    }
    return true;
}

static void waiter_tell(struct waiter *w, enum err err)
{
    w->fn(w->call, w->arg, err);
    w->entry->pins--;
    mem_free(w);
}

static void on_hall(void *arg, struct hall *hall, enum err err)
{
    waiter_tell(arg, err == ERR_NONE ? ERR_CALENDAR_CHANGED : err);
}

/* The counters belong to a version of the hall. Who asked with another one has to ask anew: its
 * pools may be others. */
static void waiter_go_on(struct waiter *w, int64_t version)
{
    struct halls *halls = w->call->api->halls;
    struct hall *hall = halls_find(halls, w->call->hall);

    if (hall && hall->version >= version) {
        waiter_tell(w, ERR_NONE);
        return;
    }
    if (hall) /* else it is on its way already */
        halls_drop(halls, w->call->hall);
    halls_load(halls, w->call->hall, on_hall, w);
}

static void unlink_load(struct load *l)
{
    for (struct load **at = &l->entry->loads; *at; at = &(*at)->next) {
        if (*at == l) {
            *at = l->next;
            return;
        }
    }
}

static void on_read(void *arg, const struct store_reply *reply)
{
    struct load *l = arg;
    struct entry *e = l->entry;
    enum err err = reply->err == ERR_STORE_TIMEOUT ? ERR_STORE_DOWN : reply->err;

    unlink_load(l);
    if (err == ERR_NONE && !read_reply(l, reply->text)) {
        log_error("hall %s: the store's counters cannot be read", e->code);
        err = ERR_INTERNAL;
    }
    for (struct waiter *w = l->waiters; w; w = w->next)
        e->pins++;
    for (struct waiter *w = l->waiters, *next; w; w = next) {
        next = w->next;
        if (err == ERR_NONE)
            waiter_go_on(w, e->version);
        else
            waiter_tell(w, err);
    }
    mem_free(l->pools);
    mem_free(l);
}

static void load_send(struct call *c, struct load *l)
{
    char now[MOMENT_MAX], letter = share_letter(l->range.share);
    struct buf days;

    buf_init(&days);
    buf_reserve(&days, SLOT_DAYS_MAX * (DAY_CHARS + 1));
    for (int date = l->range.first; date <= l->range.last; date++)
        buf_addf(&days, "%s%08d", days.len > 0 ? "," : "", cal_yyyymmdd(date));
    struct str argv[] = {
        moment_text(c->now_ms, now), str_of(l->pools), {&letter, 1}, buf_str(&days)};
    struct store_call call = {
        .function = "slot_read",
        .tag = str_of(l->entry->code),
        .read_only = true,
        .argc = 4,
        .argv = argv,
        .fn = on_read,
        .arg = l,
    };
    store_call(c->api->config.store, &call);
    buf_clear(&days);
}

/* A read that brings all of it and was sent after the last event. */
static struct load *load_find(const struct entry *e, struct str pools, const struct slots_range *r)
{
    for (struct load *l = e->loads; l; l = l->next)
        if (l->generation == e->generation && l->range.share == r->share &&
            l->range.first <= r->first && r->last <= l->range.last && str_is(pools, l->pools))
            return l;
    return NULL;
}

/* Whoever asks for a day near gets two months, or four, so that the next one who asks for another
 * day has it already; and no less than was there before. */
static struct slots_range widened(struct call *c, const struct entry *e, struct str pools,
                                  const struct slots_range *r)
{
    static const int ahead[] = {SLOT_DAYS_MAX / 2, SLOT_DAYS_MAX};
    struct hall *hall = halls_find(c->api->halls, c->hall);
    struct str pool = STR("");

    assert(hall); /* whoever asks has read a visit from it */
    int today = cal_date_at(hall_rules_of(hall), c->now_ms);
    (void)str_cut(&pools, ',', &pool); /* there is always one */
    const struct slots_column *old = slots_column_find(e->columns, pool, r->share);
    for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
        struct slots_range more = {r->share, today, today + ahead[i]};
        bool less = old && slots_column_covers(old, &more);
        if (r->first >= today && r->last < today + ahead[i] && !less)
            return (struct slots_range){r->share, today, today + ahead[i] - 1};
    }
    return *r;
}

void slots_load_pools(struct call *c, struct str pools, const struct slots_range *r, slots_fn fn,
                      void *arg)
{
    struct entry *e = entry_make(c->api->slots, c->hall);

    assert(r->first <= r->last && r->last - r->first < SLOT_DAYS_MAX);
    if (has_all(e, pools, r)) {
        e->pins++;
        fn(c, arg, ERR_NONE);
        e->pins--;
        return;
    }
    struct waiter *w = MEM_NEW(struct waiter);
    *w = (struct waiter){.entry = e, .call = c, .fn = fn, .arg = arg};
    struct load *l = load_find(e, pools, r);
    if (!l) {
        l = MEM_NEW(struct load);
        *l = (struct load){.next = e->loads,
                           .entry = e,
                           .generation = e->generation,
                           .range = widened(c, e, pools, r),
                           .pools = mem_strndup(pools.p, pools.len)};
        e->loads = l;
        load_send(c, l);
    }
    w->next = l->waiters;
    l->waiters = w;
}

void slots_load(struct call *c, const struct visit *v, enum cal_share share, int first_date,
                int last_date, slots_fn fn, void *arg)
{
    struct slots_range r = {share, first_date, last_date};
    struct buf pools;

    buf_init(&pools);
    for (int i = 0; i < v->n_parts; i++)
        buf_addf(&pools, "%s%s", i > 0 ? "," : "", v->parts[i].pool_name);
    slots_load_pools(c, buf_str(&pools), &r, fn, arg);
    buf_clear(&pools);
}
