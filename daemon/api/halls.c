/* Owns a worker's cache of halls. A hall that is on its way keeps the list of those who wait for
 * it; one that was dropped meanwhile is read once more before anybody gets it. Unknown halls are
 * remembered briefly, so that guessing codes costs the store little. SPDX-License-Identifier: MIT
 */
#include "api/halls.h"
#include "api/moment.h"
#include "base/clock.h"
#include "base/mem.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    SLOTS = 256,        /* a power of two; chains stay short up to a few hundred halls */
    ENTRIES_MAX = 1024, /* some 30 KB each: bounds a worker at 30 MB, far above any installation */
    UNKNOWN_KEPT_MS = 1000 /* a hall just made elsewhere must not stay unknown for long */
};

struct waiter {
    struct waiter *next;
    halls_fn fn;
    void *arg;
};

enum entry_state { ENTRY_EMPTY, ENTRY_LOADING, ENTRY_KEPT, ENTRY_UNKNOWN };

struct entry {
    struct entry *next;
    struct halls *halls;
    enum entry_state state;
    bool stale;   /* dropped while loading */
    uint64_t asked; /* files stored before it was read */
    bool telling; /* its waiters are being called: must not be freed by what they do */
    int64_t unknown_since_ms;
    struct waiter *waiters;
    struct hall hall; /* its code is always set */
};

struct halls {
    struct store *store;
    const struct seal *seal; /* or NULL */
    struct halls_stored *stored; /* or NULL */
    struct entry *slots[SLOTS];
    int n_entries;
};

struct halls *halls_new(struct store *s, const struct seal *seal, struct halls_stored *stored)
{
    struct halls *h = MEM_NEW(struct halls);
    h->store = s;
    h->seal = seal;
    h->stored = stored;
    return h;
}

static void entry_free(struct entry *e)
{
    assert(!e->waiters); /* the store has answered everything before it went */
    hall_clear(&e->hall);
    mem_free(e);
}

void halls_free(struct halls *h)
{
    if (!h)
        return;
    for (int i = 0; i < SLOTS; i++) {
        for (struct entry *e = h->slots[i], *next; e; e = next) {
            next = e->next;
            entry_free(e);
        }
    }
    mem_free(h);
}

static struct entry **slot_of(struct halls *h, struct str code)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < code.len; i++)
        hash = (hash ^ (unsigned char)code.p[i]) * 16777619u;
    return &h->slots[hash & (SLOTS - 1)];
}

static struct entry *entry_find(struct halls *h, struct str code)
{
    for (struct entry *e = *slot_of(h, code); e; e = e->next)
        if (str_is(code, e->hall.code))
            return e;
    return NULL;
}

/* Makes room by dropping whatever nobody waits for; unknown ones are the usual reason to be full.
 */
static void make_room(struct halls *h)
{
    for (int i = 0; i < SLOTS; i++) {
        for (struct entry **at = &h->slots[i]; *at;) {
            struct entry *e = *at;
            if (e->state == ENTRY_LOADING || e->telling) {
                at = &e->next;
                continue;
            }
            *at = e->next;
            entry_free(e);
            h->n_entries--;
        }
    }
}

/* Keyed, so that nobody outside can tell beforehand when a time comes free. */
static uint64_t seed_of(const struct seal *seal, struct str code)
{
    char hash[SEAL_HASH_CHARS + 1];
    uint64_t seed;

    seal_hash(seal, "release", code, hash);
    memcpy(&seed, hash, sizeof(seed));
    return seed;
}

static struct entry *entry_make(struct halls *h, struct str code)
{
    struct entry *e = entry_find(h, code);

    if (e)
        return e;
    assert(code.len <= HALL_CODE_MAX);
    if (h->n_entries >= ENTRIES_MAX)
        make_room(h);
    struct entry **slot = slot_of(h, code);
    e = MEM_NEW(struct entry);
    e->halls = h;
    memcpy(e->hall.code, code.p, code.len);
    e->hall.release_seed = h->seal ? seed_of(h->seal, code) : 0;
    e->next = *slot;
    *slot = e;
    h->n_entries++;
    return e;
}

struct hall *halls_find(struct halls *h, struct str code)
{
    struct entry *e = entry_find(h, code);

    return e && e->state == ENTRY_KEPT ? &e->hall : NULL;
}

static uint64_t n_stored(const struct halls *h)
{
    return h->stored ? atomic_load(&h->stored->n) : 0;
}

struct hall *halls_find_new(struct halls *h, struct str code)
{
    struct entry *e = entry_find(h, code);

    if (e && e->asked != n_stored(h))
        halls_drop(h, code);
    return halls_find(h, code);
}

static void tell(struct entry *e, enum err err)
{
    struct waiter *w = e->waiters;

    e->waiters = NULL;
    e->telling = true;
    while (w) {
        struct waiter *next = w->next;
        w->fn(w->arg, err == ERR_NONE ? &e->hall : NULL, err);
        mem_free(w);
        w = next;
    }
    e->telling = false;
}

static void entry_ask(struct entry *e);

static void on_config(void *arg, const struct store_reply *reply)
{
    struct entry *e = arg;
    enum err err = reply->err;

    if (e->stale && err == ERR_NONE) {
        entry_ask(e);
        return;
    }
    e->state = ENTRY_EMPTY;
    hall_clear(&e->hall);
    if (err == ERR_STORE_TIMEOUT) /* a read has no unknown outcome */
        err = ERR_STORE_DOWN;
    if (err == ERR_NONE && !hall_read_reply(&e->hall, reply->text))
        err = ERR_INTERNAL;
    if (err == ERR_NONE) {
        e->state = ENTRY_KEPT;
    } else if (err == ERR_HALL_UNKNOWN && !e->stale) {
        e->state = ENTRY_UNKNOWN;
        e->unknown_since_ms = clock_mono_ms();
    }
    tell(e, err);
}

static void entry_ask(struct entry *e)
{
    char now[MOMENT_MAX];

    e->state = ENTRY_LOADING;
    e->stale = false;
    e->asked = n_stored(e->halls);
    struct str argv[] = {moment_text(clock_now_ms(), now)};
    struct store_call call = {
        .function = "hall_config",
        .tag = str_of(e->hall.code),
        .read_only = true,
        .argc = 1,
        .argv = argv,
        .fn = on_config,
        .arg = e,
    };
    store_call(e->halls->store, &call);
}

void halls_load(struct halls *h, struct str code, halls_fn fn, void *arg)
{
    struct entry *e = entry_make(h, code);
    struct waiter *w = MEM_NEW(struct waiter);

    w->fn = fn;
    w->arg = arg;
    w->next = e->waiters;
    e->waiters = w;
    if (e->state != ENTRY_LOADING)
        entry_ask(e);
}

bool halls_is_unknown(struct halls *h, struct str code)
{
    struct entry *e = entry_find(h, code);

    return e && e->state == ENTRY_UNKNOWN &&
           clock_mono_ms() - e->unknown_since_ms < UNKNOWN_KEPT_MS;
}

void halls_drop(struct halls *h, struct str code)
{
    struct entry *e = entry_find(h, code);

    if (!e)
        return;
    if (e->state == ENTRY_LOADING)
        e->stale = true;
    else
        e->state = ENTRY_EMPTY;
}

void halls_on_stored(struct halls *h, struct str code)
{
    if (h->stored)
        atomic_fetch_add(&h->stored->n, 1);
    halls_drop(h, code);
}
