/* Forecasts as told: what main posts and the workers keep. An outlook is read by any thread, a
 * table by its own. SPDX-License-Identifier: MIT */
#include "core/outlook.h"
#include "base/json.h"
#include "base/mem.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 256 }; /* a power of two; chains stay short up to a few hundred halls */

struct counted {
    struct outlook outlook; /* first: an outlook is a counted one */
    atomic_int references;
};

struct kept {
    struct kept *next;
    struct outlook *outlook;
};

struct outlooks {
    struct kept *slots[SLOTS];
};

struct outlook *outlook_new(struct str hall, struct eta_world *w)
{
    struct counted *c = MEM_NEW(struct counted);
    struct outlook *o = &c->outlook;

    atomic_init(&c->references, 1);
    str_copy(hall, o->hall, sizeof(o->hall));
    o->at_ms = w->in.now_ms;
    buf_init(&o->body);
    buf_init(&o->staff);
    o->world = eta_world_ref(w);
    o->waits = mem_calloc((size_t)w->in.ticket_count + 1, sizeof(*o->waits));
    o->services = mem_calloc((size_t)w->in.services + 1, sizeof(*o->services));
    return o;
}

static uint64_t hash_of(uint64_t hash, struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 1099511628211u; /* FNV-1a */
    return hash;
}

void outlook_seal(struct outlook *o)
{
    o->tag = hash_of(14695981039346656037u, buf_str(&o->body));
    o->staff_tag = hash_of(o->tag, buf_str(&o->staff));
}

struct outlook *outlook_ref(struct outlook *o)
{
    atomic_fetch_add(&((struct counted *)o)->references, 1);
    return o;
}

void outlook_unref(struct outlook *o)
{
    if (!o || atomic_fetch_sub(&((struct counted *)o)->references, 1) != 1)
        return;
    buf_clear(&o->body);
    buf_clear(&o->staff);
    eta_world_unref(o->world);
    mem_free(o->waits);
    mem_free(o->services);
    mem_free(o);
}

static int by_id(const void *id, const void *wait)
{
    return strcmp(id, ((const struct outlook_wait *)wait)->id);
}

const struct eta_said *outlook_find(const struct outlook *o, const char *id)
{
    const struct outlook_wait *w =
        bsearch(id, o->waits, (size_t)o->wait_count, sizeof(*o->waits), by_id);

    return w ? &w->said : NULL;
}

void outlook_add_wait(struct buf *out, const char *key, const struct eta_said *said)
{
    json_add_key(out, key);
    buf_addf(out, "{\"low\":%d,\"likely\":%d,\"high\":%d}", said->low, said->likely, said->high);
}

void outlook_json(const struct outlook *o, bool for_staff, struct buf *out)
{
    buf_addf(out, "{\"at\":%lld,", (long long)o->at_ms);
    buf_add_str(out, buf_str(&o->body));
    if (for_staff) {
        buf_add_char(out, ',');
        buf_add_str(out, buf_str(&o->staff));
    }
    buf_add_char(out, '}');
}

struct outlooks *outlooks_new(void)
{
    return MEM_NEW(struct outlooks);
}

void outlooks_free(struct outlooks *t)
{
    if (!t)
        return;
    for (int i = 0; i < SLOTS; i++) {
        for (struct kept *k = t->slots[i], *next; k; k = next) {
            next = k->next;
            outlook_unref(k->outlook);
            mem_free(k);
        }
    }
    mem_free(t);
}

static struct kept **slot_of(const struct outlooks *t, struct str hall)
{
    struct kept **at =
        (struct kept **)&t->slots[hash_of(14695981039346656037u, hall) & (SLOTS - 1)];

    while (*at && !str_is(hall, (*at)->outlook->hall))
        at = &(*at)->next;
    return at;
}

void outlooks_put(struct outlooks *t, struct outlook *o)
{
    struct kept **at = slot_of(t, str_of(o->hall));

    if (!*at)
        *at = MEM_NEW(struct kept);
    outlook_unref((*at)->outlook);
    (*at)->outlook = o;
}

struct outlook *outlooks_get(const struct outlooks *t, struct str hall, int64_t now_ms)
{
    struct kept *k = *slot_of(t, hall);

    return k && now_ms - k->outlook->at_ms < OUTLOOK_FRESH_MS ? k->outlook : NULL;
}

struct outlook *outlooks_last(const struct outlooks *t, struct str hall)
{
    struct kept *k = *slot_of(t, hall);

    return k ? k->outlook : NULL;
}
