/* What changes a ticket between its calls: moved to another service, delayed, promised a wait,
 * rated, or served at once without a number. Written from docs/lifecycle.md and docs/calling.md.
 * Single-threaded. To extend: a function here and its row in history.c. SPDX-License-Identifier:
 * MIT */
#include "ctl/history_inside.h"

#include <string.h>

#define COPY(field, s) str_copy(s, field, sizeof(field))

enum { MINUTE_MS = 60000 };

void history_on_moved(struct history *h, struct past_ticket *t, const json_t *e)
{
    int64_t was = t->rank;
    history_transfer(t, e);
    history_enter(h, t, e);
    history_check_rank(h, t, e, was);
    if (strcmp(t->line, t->service) != 0)
        history_note(h, "%s is moved to %s, which is no line of a service", t->number, t->line);
}

/* A bound of the rules; `otherwise` where the hall tells none. */
static int64_t rule(const struct history *h, const char *name, int64_t otherwise)
{
    return json_i64(json_object_get(h->hall, "rules"), name, otherwise);
}

static void check_delay(struct history *h, const struct past_ticket *t, int64_t until_ms,
                        int64_t own_rank)
{
    int64_t longest = rule(h, "delay_minutes_max", 15) * MINUTE_MS;
    if (until_ms <= h->now_ms || until_ms > h->now_ms + longest)
        history_note(h, "%s is delayed by %" PRId64 " s", t->number, (until_ms - h->now_ms) / 1000);
    if (t->delays > rule(h, "delay_max", 2))
        history_note(h, "%s is delayed %d times", t->number, t->delays);
    int64_t expected = own_rank > until_ms ? own_rank : until_ms;
    if (t->rank != expected)
        history_note(h, "%s has rank %" PRId64 ", but it was to be %" PRId64, t->number, t->rank,
                     expected);
}

/* Until when is told where it comes back by itself. Whoever is not in the hall yet just comes
 * later: how much later is in the rank alone. */
void history_on_delayed(struct history *h, struct past_ticket *t, const json_t *e)
{
    int64_t until_ms = json_i64(e, "until", 0), was = t->rank;
    int64_t own_rank = t->away_ms > 0 ? t->own_rank : was;
    t->delays++;
    t->rank = json_i64(e, "rank", 0);
    if (json_i64(e, "delays", 0) != t->delays)
        history_note(h, "%s is delayed for the %d. time", t->number, t->delays);
    if (!str_is(json_str(e, "line"), t->line))
        history_note(h, "%s goes into another line by a delay", t->number);
    if (!h->other_rules && until_ms > 0)
        check_delay(h, t, until_ms, own_rank);
    if (!h->other_rules && until_ms == 0 && t->rank < was)
        history_note(h, "%s comes sooner by a delay", t->number);
    t->away_ms = until_ms;
    t->own_rank = own_rank;
}

void history_on_promised(struct history *h, struct past_ticket *t, const json_t *e)
{
    int64_t low = json_i64(e, "low", -1), likely = json_i64(e, "likely", -1),
            high = json_i64(e, "high", -1);
    if (t->promised)
        history_note(h, "%s is promised a wait twice", t->number);
    if (low < 0 || likely < low || high < likely)
        history_note(h, "%s is promised %" PRId64 " to %" PRId64 " minutes, most likely %" PRId64,
                     t->number, low, high, likely);
    t->promised = true;
}

void history_on_rated(struct history *h, struct past_ticket *t, const json_t *e)
{
    struct str rating = json_str(e, "rating");
    if (t->rated)
        history_note(h, "%s is rated twice", t->number);
    if (!str_is(rating, "good") && !str_is(rating, "bad"))
        history_note(h, "%s is rated '" STR_FMT "'", t->number, STR_ARG(rating));
    t->rated = true;
}

/* Each call once, and the present one only. */
void history_on_shown(struct history *h, struct past_ticket *t, const json_t *e)
{
    struct past_counter *c = history_counter_of(h, e, t->id);
    if (c == NULL)
        return;
    int64_t calls = json_i64(e, "calls", 0);
    if (calls != t->calls)
        history_note(h, "call %" PRId64 " of %s is shown, but it was called %d times", calls,
                     t->number, t->calls);
    else if (t->shown >= calls)
        history_note(h, "call %" PRId64 " of %s is shown twice", calls, t->number);
    t->shown = (int)calls;
}

void history_on_told(struct history *h, struct past_ticket *t, const json_t *e)
{
    (void)h;
    (void)t;
    (void)e;
}

/* At a counter that is open and has nobody. */
void history_on_direct(struct history *h, struct past_ticket *t, const json_t *e)
{
    struct past_counter *c = history_counter_of(h, e, "");
    if (!json_bool(e, "direct", false))
        history_note(h, "%s is served at once, but not as one without a number", t->number);
    COPY(t->line, json_str(e, "line"));
    t->rank = json_i64(e, "rank", 0);
    if (c == NULL)
        return;
    if (!c->open)
        history_note(h, "counter %s serves %s but is not open", c->code, t->number);
    strcpy(c->ticket, t->id);
    strcpy(t->counter, c->code);
}

void history_stopped(struct history *h, const json_t *e)
{
    const char *service = json_string_value(json_object_get(e, "service"));
    if (service == NULL)
        return;
    if (str_is(json_str(e, "type"), "hall.stopped"))
        json_object_set_new(h->stopped, service, json_true());
    else if (strcmp(service, "*") == 0)
        json_object_clear(h->stopped);
    else
        json_object_del(h->stopped, service);
}

/* Staff may still give a number, and a booking keeps its time. */
void history_check_stopped(struct history *h, const struct past_ticket *t, const json_t *e)
{
    struct str by = json_str(e, "by");
    const char *service = json_string_value(json_object_get(e, "service"));
    bool own = str_starts(by, "kiosk:") || str_starts(by, "citizen:");
    if (!own || service == NULL || json_object_get(e, "booking") != NULL)
        return;
    if (json_object_get(h->stopped, "*") != NULL || json_object_get(h->stopped, service) != NULL)
        history_note(h, "%s is given though %s was stopped", t->number, service);
}
