/* GET /halls/{hall}/status: what everybody may know of a hall, for pages elsewhere. Owns the last
 * answer of each hall asked about, so that a thousand embeds cost one answer in some seconds, and
 * what the weeks before say, read once an hour. The worker's thread. SPDX-License-Identifier: MIT
 */
#include "api/status.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    GOOD_MS = 3000, /* an answer; also told to caches on the way: max-age below */
    PAST_GOOD_MS = 3600000,
    PAST_AGAIN_MS = 30000, /* after a failure */
};

struct status_wish {
    struct status_wish *next;
    struct call *call;
};

struct statuses {
    struct status_hall *halls; /* only of halls there are: as many as a daemon has */
};

struct statuses *statuses_new(void)
{
    return MEM_NEW(struct statuses);
}

void statuses_free(struct statuses *s)
{
    if (!s)
        return;
    for (struct status_hall *h = s->halls, *next; h; h = next) {
        next = h->next;
        past_reading_free(h->reading);
        buf_clear(&h->json);
        mem_free(h);
    }
    mem_free(s);
}

static struct status_hall *find(const struct statuses *s, struct str code)
{
    for (struct status_hall *h = s->halls; h; h = h->next)
        if (str_is(code, h->code))
            return h;
    return NULL;
}

void statuses_drop(struct statuses *s, struct str hall)
{
    struct status_hall *h = find(s, hall);

    if (!h)
        return;
    h->made_ms = 0;
    h->past_day[0] = '\0';
    h->past_ms = 0;
}

static struct status_hall *hall_of(struct statuses *s, struct str code)
{
    struct status_hall *h = find(s, code);

    if (h)
        return h;
    h = MEM_NEW(struct status_hall);
    str_copy(code, h->code, sizeof(h->code));
    buf_init(&h->json);
    h->wishes_end = &h->wishes;
    h->next = s->halls;
    s->halls = h;
    return h;
}

static bool is_good(const struct status_hall *h, int64_t mono_ms)
{
    return h->made_ms > 0 && mono_ms - h->made_ms < GOOD_MS;
}

/* Read, and of today; or it failed a moment ago, and is done without. */
static bool past_is_good(const struct status_hall *h, const struct call *c, int64_t mono_ms)
{
    bool read = strcmp(h->past_day, c->day) == 0;

    return h->past_ms > 0 && mono_ms - h->past_ms < (read ? PAST_GOOD_MS : PAST_AGAIN_MS);
}

static uint64_t hash_of(struct str s)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 1099511628211u;
    return hash;
}

/* The tag is made before the moment is added: it stays while nothing else changes. */
static void make(struct call *c, struct hall *hall, struct status_hall *h)
{
    buf_reset(&h->json);
    status_view(c, hall, h, &h->json);
    (void)snprintf(h->etag, sizeof(h->etag), "W/\"%016llx\"",
                   (unsigned long long)hash_of(buf_str(&h->json)));
    json_add_member_i64(&h->json, "at", c->now_ms);
    buf_add_char(&h->json, '}');
    h->made_ms = clock_mono_ms();
}

/* Any site's script may read this one answer: it says nothing about anybody. */
static void reply(struct call *c, const struct status_hall *h)
{
    struct http_field fields[] = {{"ETag", str_of(h->etag)},
                                  {"Cache-Control", STR("public, max-age=3")},
                                  {"Access-Control-Allow-Origin", STR("*")}};

    if (call_knows(c, h->etag))
        call_reply(c, 304, (struct str){NULL, 0}, fields, 3);
    else
        call_reply(c, c->command->status, buf_str(&h->json), fields, 3);
}

static void on_hall(struct call *c, struct hall *hall)
{
    struct status_hall *h = hall_of(c->api->statuses, c->hall);

    if (!is_good(h, clock_mono_ms()))
        make(c, hall, h);
    reply(c, h);
}

/* The first to wait makes the answer, the others are given the same. */
static void on_past(struct call *first, struct status_hall *h)
{
    struct status_wish *w = h->wishes;

    (void)first; /* one of the wishes */
    h->wishes = NULL;
    h->wishes_end = &h->wishes;
    while (w) {
        struct status_wish *next = w->next; /* it lives in the arena of a request about to end */
        call_hall(w->call, on_hall);
        w = next;
    }
}

void local_hall_status(struct call *c)
{
    struct status_hall *h = hall_of(c->api->statuses, c->hall);
    int64_t mono_ms = clock_mono_ms();

    if (is_good(h, mono_ms)) {
        reply(c, h);
        return;
    }
    if (past_is_good(h, c, mono_ms)) {
        call_hall(c, on_hall);
        return;
    }
    struct status_wish *w = arena_alloc(http_arena(c->req), sizeof(*w));
    *w = (struct status_wish){.call = c};
    *h->wishes_end = w;
    h->wishes_end = &w->next;
    if (!h->reading)
        past_read(c, h, on_past);
}
