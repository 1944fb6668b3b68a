/* How a hall is read: where it stands (one call), then the events since the last day whose lessons
 * are kept, so that a daemon that was away has learned the same as one that was not. Events that
 * come meanwhile wait. Main thread. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "forecast/inside.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    LOAD_AGAIN_MS = 1000,
    BACK_PAGE = 1000, /* only looked at for the end of a day */
    PAGE = 300,       /* folded in one turn: some 3 ms */
    EVENT_ID_MAX = 44,
};

static void read_back(struct forecast_hall *h, uint64_t before);
static void read_on(struct forecast_hall *h);

static void drop_queue(struct forecast_hall *h)
{
    for (struct forecast_queued *q = h->first, *next; q; q = next) {
        next = q->next;
        json_decref(q->event);
        mem_free(q);
    }
    h->first = NULL;
    h->last = &h->first;
}

void forecast_unload(struct forecast_hall *h)
{
    if (h->state == FORECAST_LOADING)
        h->forecast->loading--;
    h->state = FORECAST_EMPTY;
    h->load_again_ms = clock_mono_ms() + LOAD_AGAIN_MS;
    drop_queue(h);
    scene_free(h->scene);
    h->scene = NULL;
    lessons_free(h->lessons);
    h->lessons = NULL;
    stats_free(h->stats);
    h->stats = NULL;
    plan_free(h->plan);
    h->plan = NULL;
    eta_basis_unref(h->basis);
    h->basis = NULL;
    mem_free(h->booked);
    h->booked = NULL;
    h->booked_count = h->day = h->open_count = 0;
    json_decref(h->seen);
    h->seen = NULL;
    json_decref(h->health);
    h->health = NULL;
    h->health_ms = 0;
    mem_free(h->left);
    h->left = NULL;
    h->set_ms = 0;
    h->stale = false;
}

void forecast_call(struct forecast_hall *h, const char *function, bool read_only,
                   const struct str *args, int n, store_fn fn, void *arg)
{
    char now[24], day[16] = "";
    struct str argv[8] = {{now, 0}};
    int64_t now_ms = clock_now_ms();
    int at = 1;

    argv[0].len = (size_t)snprintf(now, sizeof(now), "%" PRId64, now_ms);
    if (!read_only) {
        int64_t begins, ends;
        (void)snprintf(day, sizeof(day), "%08d", zone_day(h->plan->zone, now_ms, &begins, &ends));
        argv[at++] = STR("");
        argv[at++] = STR("system:");
        argv[at++] = str_of(day);
    }
    for (int i = 0; i < n; i++)
        argv[at++] = args[i];
    struct store_call call = {
        .function = function,
        .tag = str_of(h->code),
        .read_only = read_only,
        .repeatable = true, /* all of them are made once by the library, however often told */
        .argc = at,
        .argv = argv,
        .fn = fn,
        .arg = arg,
    };
    h->calls++;
    store_call(h->forecast->deps.store, &call);
}

/* --- events --- */

/* What follows from an event alone, whether it is of this morning or of now. */
static void fold_past(struct forecast_hall *h, const json_t *event)
{
    stats_event(h->stats, h->plan->zone, event);
    lessons_event(h->lessons, event);
    if (!str_is(json_str(event, "type"), "hall.day_closed"))
        return;
    struct str day = json_str(event, "day");
    if (strncmp(day.p, h->lessons->day, sizeof(h->lessons->day)) <= 0 && h->lessons->day[0])
        return; /* closed by hand, and once more at midnight */
    lessons_close(h->lessons, day);
    tell_day(h, day, json_i64(event, "at", 0));
}

static void fold_live(struct forecast_hall *h, const json_t *event)
{
    struct str type = json_str(event, "type");

    fold_past(h, event);
    alarms_event(h, event);
    bool about_bookings = str_starts(type, "booking.") || str_starts(type, "slot.");
    h->bookings_due = h->bookings_due || about_bookings;
    if (scene_event(h->scene, event) || about_bookings)
        h->dirty = true;
}

void forecast_take(struct forecast_hall *h, uint64_t epoch, uint64_t seq, json_t *event)
{
    if (h->state == FORECAST_LOADING) {
        struct forecast_queued *q = MEM_NEW(struct forecast_queued);
        *q = (struct forecast_queued){.epoch = epoch, .seq = seq, .event = event};
        *h->last = q;
        h->last = &q->next;
        return;
    }
    bool known = epoch == h->epoch && seq <= h->seq;
    if (h->state == FORECAST_READY && !known && (epoch != h->epoch || seq != h->seq + 1)) {
        log_debug("hall %s: an event is missing, read anew", h->code);
        forecast_unload(h);
    } else if (h->state == FORECAST_READY && !known) {
        h->seq = seq;
        if (!event)
            return;
        bool configured = str_is(json_str(event, "type"), "hall.configured");
        fold_live(h, event);
        if (configured)
            forecast_unload(h);
    }
    json_decref(event);
}

/* --- the past --- */

static void give_up(struct forecast_hall *h, const char *what, enum err err)
{
    log_debug("hall %s: no forecast yet: %s: %s", h->code, what, err_code(err));
    forecast_unload(h);
}

static void ready(struct forecast_hall *h)
{
    struct forecast_queued *queue = h->first;

    h->first = NULL;
    h->last = &h->first;
    h->state = FORECAST_READY;
    h->forecast->loading--;
    h->dirty = true;
    h->bookings_due = true;
    log_debug("hall %s: forecasts begin at event %" PRIu64 "-%" PRIu64, h->code, h->epoch, h->seq);
    for (struct forecast_queued *q = queue, *next; q; q = next) {
        next = q->next;
        forecast_take(h, q->epoch, q->seq, q->event);
        mem_free(q);
    }
}

/* True when the hall was given up, or the daemon stops: nothing more is to be done. */
static bool is_over(struct forecast_hall *h)
{
    h->calls--;
    return h->state != FORECAST_LOADING || h->forecast->stopping;
}

static uint64_t seq_of(const struct store_value *entry)
{
    struct str id = store_value_str(store_value_at(entry, 0)), epoch;
    int64_t seq = 0;

    (void)(str_cut(&id, '-', &epoch) && str_to_i64(id, 0, INT64_MAX, &seq));
    return (uint64_t)seq;
}

static struct str text_of(const struct store_value *entry)
{
    return store_value_str(store_value_at(store_value_at(entry, 1), 1));
}

static void on_page(void *arg, const struct store_reply *reply)
{
    struct forecast_hall *h = arg;
    size_t n = store_value_count(reply->value);
    struct json_where where;

    if (is_over(h))
        return;
    if (reply->err != ERR_NONE || h->stale) {
        give_up(h, "its events", reply->err);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const struct store_value *entry = store_value_at(reply->value, i);
        json_t *event = json_read(text_of(entry), &where);
        h->history = seq_of(entry) + 1;
        if (event)
            fold_past(h, event);
        json_decref(event);
    }
    if (n < PAGE)
        ready(h);
    else
        read_on(h);
}

static void read_range(struct forecast_hall *h, const char *command, const struct str *range,
                       int count, store_fn fn)
{
    char key[64], number[12];
    struct str tag = str_of(h->code);

    (void)snprintf(number, sizeof(number), "%d", count); /* any int fits */
    struct str argv[] = {str_of(command), store_key_events(key, sizeof(key), tag),
                         range[0],        range[1],
                         STR("COUNT"),    str_of(number)};
    h->calls++;
    store_command(h->forecast->deps.store, tag, 6, argv, fn, h);
}

static struct str event_id(const struct forecast_hall *h, uint64_t seq, char out[EVENT_ID_MAX])
{
    int n = snprintf(out, EVENT_ID_MAX, "%" PRIu64 "-%" PRIu64, h->epoch, seq);

    return (struct str){out, (size_t)n};
}

static void read_on(struct forecast_hall *h)
{
    char from[EVENT_ID_MAX], to[EVENT_ID_MAX];
    struct str range[] = {event_id(h, h->history, from), event_id(h, h->seq, to)};

    read_range(h, "XRANGE", range, PAGE, on_page);
}

/* The close of a day whose lessons are kept: what lies behind it is to be learned. */
static bool ends_known_day(const struct forecast_hall *h, struct str text)
{
    static const char type[] = "\"type\":\"hall.day_closed\"", day[] = "\"day\":\"";
    const char *at = memmem(text.p, text.len, day, sizeof(day) - 1);

    if (!h->lessons->day[0] || !at || !memmem(text.p, text.len, type, sizeof(type) - 1))
        return false;
    at += sizeof(day) - 1;
    return text.p + text.len - at >= 8 && strncmp(at, h->lessons->day, 8) <= 0;
}

static void on_back(void *arg, const struct store_reply *reply)
{
    struct forecast_hall *h = arg;
    size_t n = store_value_count(reply->value);

    if (is_over(h))
        return;
    if (reply->err != ERR_NONE) {
        give_up(h, "its events", reply->err);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const struct store_value *entry = store_value_at(reply->value, i);
        if (ends_known_day(h, text_of(entry))) {
            h->history = seq_of(entry) + 1;
            read_on(h);
            return;
        }
        h->history = seq_of(entry);
    }
    if (n == BACK_PAGE && h->history > 1) {
        read_back(h, h->history - 1);
        return;
    }
    if (h->history > 1) /* older ones are gone: the first day is not a whole one */
        stats_set_partial(h->stats);
    read_on(h);
}

static void read_back(struct forecast_hall *h, uint64_t before)
{
    char from[EVENT_ID_MAX];
    struct str range[] = {event_id(h, before, from), STR("-")};

    read_range(h, "XREVRANGE", range, BACK_PAGE, on_back);
}

/* --- the present --- */

static bool read_event_id(struct forecast_hall *h, struct str id)
{
    struct str epoch;
    int64_t e, seq;

    if (!str_cut(&id, '-', &epoch) || !str_to_i64(epoch, 0, INT64_MAX, &e) ||
        !str_to_i64(id, 0, INT64_MAX, &seq))
        return false;
    h->epoch = (uint64_t)e;
    h->seq = h->history = (uint64_t)seq;
    return true;
}

static bool read_start(struct forecast_hall *h, const json_t *j)
{
    const json_t *learned = json_object_get(j, "learned");

    if (!read_event_id(h, json_str(j, "event")) || json_i64(j, "version", -1) != h->plan->version)
        return false;
    h->scene = scene_new(h->plan, j);
    h->lessons = lessons_new(h->plan, json_is_object(learned) ? learned : NULL);
    h->stats = stats_new();
    h->seen = json_incref(json_object_get(j, "seen"));
    h->seen_ms = clock_now_ms();
    alarms_load(h, json_object_get(j, "alarms"));
    return true;
}

static void on_start(void *arg, const struct store_reply *reply)
{
    struct forecast_hall *h = arg;
    struct json_where where;

    if (is_over(h))
        return;
    json_t *j = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (!j || h->stale || !read_start(h, j))
        give_up(h, "where it stands", reply->err);
    else
        read_back(h, h->seq);
    json_decref(j);
}

void forecast_load(struct forecast_hall *h)
{
    struct forecast *f = h->forecast;
    struct forecast_view view;

    h->load_again_ms = clock_mono_ms() + LOAD_AGAIN_MS;
    if (!f->deps.hall(f->deps.arg, str_of(h->code), &view))
        return;
    h->plan = plan_new(view.file, view.version);
    if (!h->plan)
        return;
    h->state = FORECAST_LOADING;
    f->loading++;
    forecast_call(h, "forecast_start", true, NULL, 0, on_start, h);
}
