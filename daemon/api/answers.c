/* Owns finished answers of searches, so that a rush of the same question costs a look-up and a
 * copy. One is good until its hall's counters are dropped or the hall is configured anew, and a
 * second at most: rules of time (notice, release) need no event, and of many halls at once (an
 * answer without a hall) a second's age is good enough. The ETag is made of the text, so
 * it survives both where nothing changed, and all workers agree on it. The worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "base/mem.h"
#include <stdio.h>
#include <string.h>

enum {
    BUCKETS = 1024, /* a power of two */
    /* Questions asked within a second in all halls of a worker: 1500 of the longest answers (62
     * days or 300 times, some 9 kB) are 13 MB. When full, all are dropped: they are cheap to make.
     */
    ANSWERS_MAX = 1500,
    GOOD_MS = 1000,
    ETAG_CHARS = 24,
};

struct answer {
    struct answer *next;
    uint64_t hash;
    char *key; /* hall and question */
    size_t key_len;
    uint64_t generation;
    int64_t version, made_ms; /* business time: the rules go by it */
    struct buf json;
    char etag[ETAG_CHARS];
};

struct answers {
    struct answer *buckets[BUCKETS];
    int n;
};

struct answers *answers_new(void)
{
    return MEM_NEW(struct answers);
}

static void drop_all(struct answers *a)
{
    for (int i = 0; i < BUCKETS; i++) {
        for (struct answer *x = a->buckets[i], *next; x; x = next) {
            next = x->next;
            buf_clear(&x->json);
            mem_free(x->key);
            mem_free(x);
        }
        a->buckets[i] = NULL;
    }
    a->n = 0;
}

void answers_free(struct answers *a)
{
    if (!a)
        return;
    drop_all(a);
    mem_free(a);
}

static uint64_t hash_of(struct str s)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 1099511628211u;
    return hash;
}

static struct answer *find(const struct answers *a, uint64_t hash, struct str key)
{
    for (struct answer *x = a->buckets[hash & (BUCKETS - 1)]; x; x = x->next)
        if (x->hash == hash && str_eq(key, (struct str){x->key, x->key_len}))
            return x;
    return NULL;
}

static void reply(struct call *c, const struct answer *x)
{
    struct http_field fields[] = {{"ETag", str_of(x->etag)}, {"Cache-Control", STR("no-cache")}};

    if (call_knows(c, x->etag))
        call_reply(c, 304, (struct str){NULL, 0}, fields, 2);
    else
        call_reply(c, c->command->status, buf_str(&x->json), fields, 2);
}

/* Of one hall: nothing was taken or changed since. */
static bool is_of_present(struct call *c, const struct answer *x)
{
    const struct hall *hall = halls_find(c->api->halls, c->hall);

    return hall && x->version == hall->version &&
           x->generation == slots_generation(c->api->slots, c->hall);
}

bool answers_try(struct call *c, struct str key)
{
    const struct answer *x = find(c->api->answers, hash_of(key), key);

    if (!x || c->now_ms < x->made_ms || c->now_ms - x->made_ms >= GOOD_MS ||
        (c->hall.len > 0 && !is_of_present(c, x)))
        return false;
    reply(c, x);
    return true;
}

static struct answer *make(struct answers *a, uint64_t hash, struct str key)
{
    struct answer **bucket;

    if (a->n >= ANSWERS_MAX)
        drop_all(a);
    bucket = &a->buckets[hash & (BUCKETS - 1)];
    struct answer *x = MEM_NEW(struct answer);
    x->hash = hash;
    x->key = mem_strndup(key.p, key.len);
    x->key_len = key.len;
    buf_init(&x->json);
    x->next = *bucket;
    *bucket = x;
    a->n++;
    return x;
}

void answers_reply(struct call *c, struct str key, struct str json, uint64_t generation)
{
    struct answers *a = c->api->answers;
    const struct hall *hall = halls_find(c->api->halls, c->hall);
    uint64_t hash = hash_of(key);
    struct answer *x = find(a, hash, key);

    if (!x)
        x = make(a, hash, key);
    x->generation = generation;
    x->version = hall ? hall->version : -1; /* a hall just dropped: good for nobody else */
    x->made_ms = c->now_ms;
    buf_reset(&x->json);
    buf_add_str(&x->json, json);
    (void)snprintf(x->etag, sizeof(x->etag), "W/\"%016llx\"", (unsigned long long)hash_of(json));
    reply(c, x);
}
