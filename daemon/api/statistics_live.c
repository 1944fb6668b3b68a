/* Owns today's statistics of the halls somebody asked about: folds of the events since the day
 * before was closed, each continued from the last event read, so that a page that asks every few
 * seconds costs only what is new. The worker's thread; read in pages, each on a turn of its own.
 * SPDX-License-Identifier: MIT */
#include "api/statistics.h"
#include "base/json.h"
#include "base/mem.h"
#include <stdio.h>
#include <string.h>

enum {
    PAGE = 500,     /* events folded in one turn: some 3 ms */
    HALLS_MAX = 32, /* folds kept; a large hall's is some MB. The one not asked for longest goes. */
    ID_CHARS = 48,
};

struct wish {
    struct wish *next;
    struct call *call;
    statistics_live_fn fn;
};

struct fold {
    struct fold *next;
    struct statistics_live *owner;
    char hall[HALL_CODE_MAX + 1];
    struct zone *zone; /* the hall's when the fold began: another one means folding anew */
    char today[16];
    struct stats *stats;
    char at[ID_CHARS];   /* the last event read; while the beginning is looked for: the oldest one
                            seen */
    bool placed;         /* `at` is where to go on */
    bool reading, stale; /* stale: dropped while being read */
    int64_t used_ms;
    struct wish *wishes, **wishes_end;
};

struct statistics_live {
    struct fold *folds;
    int n;
};

struct statistics_live *statistics_live_new(void)
{
    return MEM_NEW(struct statistics_live);
}

static void fold_free(struct fold *f)
{
    stats_free(f->stats);
    zone_free(f->zone);
    mem_free(f);
}

void statistics_live_free(struct statistics_live *l)
{
    if (!l)
        return;
    while (l->folds) {
        struct fold *f = l->folds;
        l->folds = f->next;
        fold_free(f);
    }
    mem_free(l);
}

static void start_over(struct fold *f)
{
    stats_reset(f->stats);
    f->placed = false;
    f->stale = false;
    str_copy(STR("+"), f->at, sizeof(f->at));
}

static struct fold *find(const struct statistics_live *l, struct str hall)
{
    for (struct fold *f = l->folds; f; f = f->next)
        if (str_is(hall, f->hall))
            return f;
    return NULL;
}

void statistics_live_drop(struct statistics_live *l, struct str hall)
{
    struct fold *f = find(l, hall);

    if (f && f->reading)
        f->stale = true;
    else if (f)
        start_over(f);
}

static void forget_oldest(struct statistics_live *l)
{
    struct fold **oldest = NULL;

    for (struct fold **p = &l->folds; *p; p = &(*p)->next)
        if (!(*p)->reading && (!oldest || (*p)->used_ms < (*oldest)->used_ms))
            oldest = p;
    if (!oldest)
        return; /* all are being read: as many more for a moment */
    struct fold *f = *oldest;
    *oldest = f->next;
    l->n--;
    fold_free(f);
}

static struct fold *fold_of(struct statistics_live *l, struct str hall)
{
    struct fold *f = find(l, hall);

    if (f)
        return f;
    if (l->n >= HALLS_MAX)
        forget_oldest(l);
    f = MEM_NEW(struct fold);
    f->owner = l;
    str_copy(hall, f->hall, sizeof(f->hall));
    f->stats = stats_new();
    f->wishes_end = &f->wishes;
    start_over(f);
    f->next = l->folds;
    l->folds = f;
    l->n++;
    return f;
}

/* All who waited, in their order. reply: of a failure, else NULL. */
static void finish(struct fold *f, const struct store_reply *reply)
{
    struct wish *w = f->wishes;

    f->reading = false;
    f->wishes = NULL;
    f->wishes_end = &f->wishes;
    while (w) {
        struct wish *next = w->next; /* it lives in the arena of a request about to be answered */
        if (reply)
            call_problem_store(w->call, reply);
        w->fn(w->call, reply ? NULL : f->stats);
        w = next;
    }
}

/* The JSON of an entry is its one field "e". */
static struct str entry_json(const struct store_value *entry)
{
    return store_value_str(store_value_at(store_value_at(entry, 1), 1));
}

static struct str entry_id(const struct store_value *entry)
{
    return store_value_str(store_value_at(entry, 0));
}

static bool id_read(struct str id, int64_t *epoch, int64_t *seq)
{
    struct str first;

    return str_cut(&id, '-', &first) && str_to_i64(first, 0, INT64_MAX, epoch) &&
           str_to_i64(id, 0, INT64_MAX, seq);
}

/* Epoch and number of each event follow those of the one before; where they do not, some are gone.
 */
static bool follows(const char *last, struct str id)
{
    int64_t epoch, seq, last_epoch, last_seq;

    return id_read(id, &epoch, &seq) && id_read(str_of(last), &last_epoch, &last_seq) &&
           epoch == last_epoch && seq == last_seq + 1;
}

static void read_on(struct fold *f);

static void fold_entry(struct fold *f, const struct store_value *entry)
{
    struct json_where where;
    json_t *event = json_read(entry_json(entry), &where);

    if (f->at[0] != '-' && !follows(f->at, entry_id(entry)))
        stats_set_partial(f->stats);
    str_copy(entry_id(entry), f->at, sizeof(f->at));
    if (event)
        stats_event(f->stats, f->zone, event);
    json_decref(event);
}

static void on_events(void *arg, const struct store_reply *reply)
{
    struct fold *f = arg;
    size_t n = store_value_count(reply->value);

    if (reply->err != ERR_NONE) {
        finish(f, reply);
        return;
    }
    for (size_t i = 0; !f->stale && i < n; i++)
        fold_entry(f, store_value_at(reply->value, i));
    if (f->stale)
        start_over(f);
    if (f->placed && n < PAGE)
        finish(f, NULL);
    else
        read_on(f);
}

/* Backwards: the day begins behind the newest close of another day, or where the stream does. */
static void on_backwards(void *arg, const struct store_reply *reply)
{
    struct fold *f = arg;
    size_t n = store_value_count(reply->value);
    struct json_where where;

    if (reply->err != ERR_NONE) {
        finish(f, reply);
        return;
    }
    for (size_t i = 0; i < n && !f->placed; i++) {
        const struct store_value *entry = store_value_at(reply->value, i);
        str_copy(entry_id(entry), f->at, sizeof(f->at));
        if (!str_starts(entry_json(entry), "{\"type\":\"hall.day_closed\""))
            continue;
        json_t *event = json_read(entry_json(entry), &where);
        f->placed = event && !str_is(json_str(event, "day"), f->today);
        json_decref(event);
    }
    if (!f->placed && n < PAGE) {
        int64_t epoch, seq;
        if (id_read(str_of(f->at), &epoch, &seq) && seq != 1)
            stats_set_partial(f->stats);
        str_copy(STR("-"), f->at, sizeof(f->at));
        f->placed = true;
    }
    if (f->stale)
        start_over(f);
    read_on(f);
}

static void read_on(struct fold *f)
{
    struct store *store = f->wishes->call->api->config.store;
    char key[64], page[8], from[ID_CHARS + 1];
    struct str events = store_key_events(key, sizeof(key), str_of(f->hall));
    bool whole =
        f->at[0] == '+' || f->at[0] == '-'; /* an end of the stream: nothing to leave out */

    (void)snprintf(page, sizeof(page), "%d", PAGE); /* both fit */
    (void)snprintf(from, sizeof(from), "%s%s", whole ? "" : "(", f->at);
    struct str forwards[] = {STR("XRANGE"), events,       str_of(from),
                             STR("+"),      STR("COUNT"), str_of(page)};
    struct str backwards[] = {STR("XREVRANGE"), events,       str_of(from),
                              STR("-"),         STR("COUNT"), str_of(page)};
    f->reading = true;
    store_command(store, str_of(f->hall), 6, f->placed ? forwards : backwards,
                  f->placed ? on_events : on_backwards, f);
}

void statistics_live_get(struct call *c, struct hall *hall, statistics_live_fn fn)
{
    struct fold *f = fold_of(c->api->live, c->hall);
    struct wish *w = arena_alloc(http_arena(c->req), sizeof(*w));

    *w = (struct wish){.call = c, .fn = fn};
    *f->wishes_end = w;
    f->wishes_end = &w->next;
    f->used_ms = c->now_ms;
    str_copy(str_of(c->day), f->today, sizeof(f->today));
    if (f->reading)
        return;
    if (!f->zone || strcmp(zone_name(f->zone), zone_name(hall->zone)) != 0) {
        zone_free(f->zone);
        f->zone = zone_load(zone_name(hall->zone));
        start_over(f);
    }
    if (!f->zone) { /* taken from the machine since the hall was loaded */
        finish(f, &(struct store_reply){.err = ERR_INTERNAL});
        return;
    }
    read_on(f);
}
