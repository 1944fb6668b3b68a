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
    LEN_DIGITS = 3,     /* before the bytes of each pool and day */
    DAY_CHARS = 8,
};

struct slots_column {
    struct slots_column *next;
    char pool[POOL_NAME_MAX + 1];
    enum cal_share share;
    int first, n_days;
    uint64_t generation;
    uint32_t *at; /* n_days + 1 offsets into bytes */
    uint8_t *bytes;
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
    int pins; /* waiters between the read and their turn */
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

static void column_free(struct slots_column *c)
{
    mem_free(c->at);
    mem_free(c->bytes);
    mem_free(c);
}

static void columns_free(struct entry *e)
{
    for (struct slots_column *c = e->columns, *next; c; c = next) {
        next = c->next;
        column_free(c);
    }
    e->columns = NULL;
}

static void entry_free(struct entry *e)
{
    assert(!e->loads); /* the store has answered everything before it went */
    columns_free(e);
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

static struct slots_column *column_find(const struct entry *e, struct str pool,
                                        enum cal_share share)
{
    for (struct slots_column *c = e->columns; c; c = c->next)
        if (c->share == share && str_is(pool, c->pool))
            return c;
    return NULL;
}

const struct slots_column *slots_column(struct slots *s, struct str hall, const char *pool,
                                        enum cal_share share)
{
    struct entry *e = entry_find(s, hall);

    return e ? column_find(e, str_of(pool), share) : NULL;
}

uint64_t slots_column_generation(const struct slots_column *c)
{
    return c->generation;
}

const uint8_t *slots_column_day(const struct slots_column *c, int date, int *n)
{
    int i = date - c->first;

    if (i < 0 || i >= c->n_days)
        return NULL;
    *n = (int)(c->at[i + 1] - c->at[i]);
    return c->bytes + c->at[i];
}

static bool covers(const struct slots_column *c, const struct slots_range *r)
{
    return c->first <= r->first && r->last < c->first + c->n_days;
}

static bool has_all(const struct entry *e, struct str pools, const struct slots_range *r)
{
    struct str pool;

    while (str_cut(&pools, ',', &pool)) {
        const struct slots_column *c = column_find(e, pool, r->share);
        if (!c || c->generation != e->generation || !covers(c, r))
            return false;
    }
    return true;
}

/* Reads one column from *rest and moves it on; NULL when that is no such thing. */
static struct slots_column *column_read(const struct load *l, struct str pool, struct str *rest)
{
    struct slots_column *c = MEM_NEW(struct slots_column);
    struct str from = *rest;
    size_t total = 0;

    str_copy(pool, c->pool, sizeof(c->pool));
    c->share = l->range.share;
    c->first = l->range.first;
    c->n_days = l->range.last - l->range.first + 1;
    c->generation = l->generation;
    c->at = mem_calloc((size_t)c->n_days + 1, sizeof(*c->at));
    c->bytes = mem_calloc(from.len + 1, 1); /* a little more than it holds */
    for (int i = 0; i < c->n_days; i++) {
        int64_t n;
        if (from.len < LEN_DIGITS ||
            !str_to_i64((struct str){from.p, LEN_DIGITS}, 0, CAL_CELLS_MAX, &n) ||
            from.len - LEN_DIGITS < (size_t)n) {
            column_free(c);
            return NULL;
        }
        memcpy(c->bytes + total, from.p + LEN_DIGITS, (size_t)n);
        total += (size_t)n;
        c->at[i + 1] = (uint32_t)total;
        from = (struct str){from.p + LEN_DIGITS + n, from.len - LEN_DIGITS - (size_t)n};
    }
    c->bytes = mem_realloc(c->bytes, total + 1);
    *rest = from;
    return c;
}

static void column_put(struct entry *e, struct slots_column *fresh)
{
    for (struct slots_column **at = &e->columns; *at; at = &(*at)->next) {
        struct slots_column *old = *at;
        if (old->share == fresh->share && strcmp(old->pool, fresh->pool) == 0) {
            *at = old->next;
            column_free(old);
            break;
        }
    }
    fresh->next = e->columns;
    e->columns = fresh;
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
        columns_free(e); /* its pools may be others */
    e->version = v;
    e->overbook = (int)n;
    while (str_cut(&pools, ',', &pool)) {
        struct slots_column *c = column_read(l, pool, &text);
        if (!c)
            return false;
        column_put(e, c);
    }
    return true;
}

static void waiter_tell(struct waiter *w, enum err err)
{
    w->entry->pins--;
    w->fn(w->call, w->arg, err);
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
    for (struct waiter *w = l->waiters; w; w = w->next)
        e->pins++;
    if (err == ERR_NONE && !read_reply(l, reply->text)) {
        log_error("hall %s: the store's counters cannot be read", e->code);
        err = ERR_INTERNAL;
    }
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
    const struct slots_column *old = column_find(e, pool, r->share);
    for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
        bool less = old && old->first == today && old->n_days > ahead[i];
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
        fn(c, arg, ERR_NONE);
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
