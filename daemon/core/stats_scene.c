/* What each event of a ticket means for statistics: what it counts and measures, and how the ticket
 * stands afterwards. Pure. A new kind of event is a row of the table at the end; a new count is a
 * row of stats.def. ticket.undone is stats_ticket.c's own. SPDX-License-Identifier: MIT */
#include "core/stats_scene.h"
#include <assert.h>
#include <string.h>

void stats_scene_count(struct stats_scene *sc, enum stats_count what, int64_t n)
{
    struct stats_act *a = &sc->act;

    if (n == 0)
        return;
    assert(a->n_counts < STATS_ADDS);
    a->counts[a->n_counts].count = what;
    a->counts[a->n_counts++].n = n;
}

static void measure(struct stats_scene *sc, enum stats_time what, int64_t ms)
{
    struct stats_act *a = &sc->act;

    assert(a->n_times < STATS_TIMES);
    a->times[a->n_times].time = what;
    a->times[a->n_times++].ms = ms < 0 ? 0 : ms;
}

/* In the line that the event names; ranks are in events wherever they are new. */
static void enters(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;

    now->entered_ms = sc->at_ms;
    now->called_ms = now->begun_ms = 0;
    now->rank_ms = json_i64(sc->event, "rank", now->rank_ms);
}

/* At the counter no more: what was served until now is the counter's work. */
static void leaves(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;

    if (now->begun_ms > 0 && sc->at_ms > now->begun_ms) {
        sc->act.serving_ms = sc->at_ms - now->begun_ms;
        now->served_ms += sc->act.serving_ms;
    }
    now->called_ms = now->begun_ms = 0;
}

static void on_issued(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;
    struct str to = json_str(sc->event, "to");

    stats_scene_count(sc, STATS_persons, json_i64(sc->event, "persons", 1));
    if (str_is(to, "serving")) {
        stats_scene_count(sc, STATS_direct, 1);
        now->begun_ms = sc->at_ms;
    } else if (json_str(sc->event, "booking").len > 0) {
        stats_scene_count(sc, STATS_booked, 1);
    } else if (str_is(to, "coming")) {
        stats_scene_count(sc, STATS_remote, 1);
    } else {
        stats_scene_count(sc, STATS_walk_in, 1);
    }
    if (!str_is(to, "serving"))
        enters(sc);
    if (str_is(to, "serving"))
        now->was_called = true;
}

static void on_arrived(struct stats_scene *sc)
{
    enters(sc);
}

static void count_rule(struct stats_scene *sc, struct str rule)
{
    static const struct {
        const char *rule;
        enum stats_count count;
    } rules[] = {{"rank", STATS_by_rank},
                 {"bound", STATS_by_bound},
                 {"chosen", STATS_by_choice},
                 {"counter", STATS_by_counter}};

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (str_is(rule, rules[i].rule))
            stats_scene_count(sc, rules[i].count, 1);
}

/* The first range told is judged by the first call; a chosen call says nothing about it. */
static void judge(struct stats_scene *sc, struct str rule)
{
    struct stats_promise *p = &sc->ticket->now.promise;

    if (!p->open)
        return;
    p->open = false;
    if (str_is(rule, "chosen"))
        return;
    stats_scene_count(sc, STATS_forecasts_given, 1);
    stats_scene_count(sc, STATS_forecasts_kept, eta_kept(&p->said, sc->at_ms - p->at_ms));
}

static void on_called(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;
    const json_t *why = json_object_get(sc->event, "why");
    struct str rule = json_str(why, "rule");
    int64_t booked = json_i64(why, "booked", 0), arrived = json_i64(why, "arrived", 0);

    stats_scene_count(sc, STATS_called, 1);
    count_rule(sc, rule);
    stats_scene_count(sc, STATS_overtaken, json_i64(why, "overtaken", 0));
    measure(sc, STATS_WAIT, json_i64(why, "waited", sc->at_ms - now->entered_ms));
    if (!now->was_called && booked > 0)
        measure(sc, STATS_BOOKED_WAIT, sc->at_ms - (booked > arrived ? booked : arrived));
    if (!now->was_called && now->rank_ms > 0) {
        stats_scene_count(sc, STATS_target_of, 1);
        stats_scene_count(sc, STATS_target_met, sc->at_ms <= now->rank_ms);
    }
    judge(sc, rule);
    now->was_called = true;
    now->called_ms = sc->at_ms;
    now->begun_ms = now->served_ms = 0;
}

static void on_recalled(struct stats_scene *sc)
{
    stats_scene_count(sc, STATS_recalled, 1);
}

static void on_begun(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;

    if (now->called_ms > 0)
        measure(sc, STATS_WAY, sc->at_ms - now->called_ms);
    now->called_ms = 0;
    now->begun_ms = sc->at_ms;
}

static void on_finished(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;
    bool begun = now->begun_ms > 0;

    leaves(sc);
    stats_scene_count(sc, STATS_served, 1);
    if (begun)
        measure(sc, STATS_SERVICE, now->served_ms);
}

/* The event is of the next service; what was done is in `done`. */
static void on_stepped(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;
    bool begun = now->begun_ms > 0;

    str_copy(json_str(sc->event, "done"), sc->act.service, sizeof(sc->act.service));
    leaves(sc);
    stats_scene_count(sc, STATS_stepped, 1);
    if (begun)
        measure(sc, STATS_SERVICE, now->served_ms);
    now->served_ms = 0;
    enters(sc);
}

static void on_missed(struct stats_scene *sc)
{
    leaves(sc);
    stats_scene_count(sc, STATS_missed, 1);
}

static void on_parked(struct stats_scene *sc)
{
    leaves(sc);
    stats_scene_count(sc, STATS_parked, 1);
}

static void on_resumed(struct stats_scene *sc)
{
    if (str_is(json_str(sc->event, "to"), "serving"))
        sc->ticket->now.begun_ms = sc->at_ms;
    else
        enters(sc);
}

static void on_returned(struct stats_scene *sc)
{
    stats_scene_count(sc, STATS_returned, 1);
    enters(sc);
}

static void on_put_back(struct stats_scene *sc)
{
    leaves(sc);
    stats_scene_count(sc, STATS_put_back, 1);
    sc->ticket->now.served_ms = 0;
    enters(sc);
}

/* It is about the service it leaves; a forecast for that one says nothing any more. */
static void on_transferred(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;

    leaves(sc);
    if (now->service[0])
        memcpy(sc->act.service, now->service, sizeof(now->service));
    stats_scene_count(sc, STATS_transferred, 1);
    now->promise.open = false;
    now->served_ms = 0;
    enters(sc);
}

static void on_moved(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;

    if (now->service[0])
        memcpy(sc->act.service, now->service, sizeof(now->service));
    sc->act.counter[0] = '\0';
    stats_scene_count(sc, STATS_moved, 1);
    now->promise.open = false;
    enters(sc);
}

static void on_delayed(struct stats_scene *sc)
{
    struct stats_standing *now = &sc->ticket->now;

    stats_scene_count(sc, STATS_delayed, 1);
    now->promise.open = false;
    now->rank_ms = json_i64(sc->event, "rank", now->rank_ms);
}

static void on_cancelled(struct stats_scene *sc)
{
    leaves(sc);
    stats_scene_count(sc, STATS_cancelled, 1);
}

static void on_expired(struct stats_scene *sc)
{
    leaves(sc);
    stats_scene_count(sc, STATS_expired, 1);
}

static void on_promised(struct stats_scene *sc)
{
    struct stats_promise *p = &sc->ticket->now.promise;

    stats_scene_count(sc, STATS_forecasts_told, 1);
    p->open = true;
    p->at_ms = sc->at_ms;
    p->said = (struct eta_said){
        .low = (int)json_i64(sc->event, "low", 0),
        .likely = (int)json_i64(sc->event, "likely", 0),
        .high = (int)json_i64(sc->event, "high", 0),
    };
}

static void on_rated(struct stats_scene *sc)
{
    static const struct {
        const char *reason;
        enum stats_count count;
    } reasons[] = {{"wait", STATS_bad_wait},
                   {"staff", STATS_bad_staff},
                   {"result", STATS_bad_result},
                   {"place", STATS_bad_place},
                   {"other", STATS_bad_other}};
    struct str reason = json_str(sc->event, "reason");

    if (!str_is(json_str(sc->event, "rating"), "bad")) {
        stats_scene_count(sc, STATS_good, 1);
        return;
    }
    stats_scene_count(sc, STATS_bad, 1);
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (str_is(reason, reasons[i].reason))
            stats_scene_count(sc, reasons[i].count, 1);
}

static const struct stats_scene_row rows[] = {
    {"ticket.issued", on_issued, true},
    {"ticket.arrived", on_arrived, true},
    {"ticket.called", on_called, true},
    {"ticket.recalled", on_recalled, true},
    {"ticket.begun", on_begun, true},
    {"ticket.finished", on_finished, true},
    {"ticket.stepped", on_stepped, true},
    {"ticket.missed", on_missed, true},
    {"ticket.parked", on_parked, true},
    {"ticket.resumed", on_resumed, true},
    {"ticket.returned", on_returned, true},
    {"ticket.put_back", on_put_back, true},
    {"ticket.transferred", on_transferred, true},
    {"ticket.moved", on_moved, true},
    {"ticket.delayed", on_delayed, true},
    {"ticket.cancelled", on_cancelled, true},
    {"ticket.expired", on_expired, true},
    {"ticket.promised", on_promised, false},
    {"ticket.rated", on_rated, false},
};

const struct stats_scene_row *stats_scene_find(struct str type)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_is(type, rows[i].type))
            return &rows[i];
    return NULL;
}
