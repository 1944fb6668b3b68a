/* What the files of the forecast share with each other. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FORECAST_INSIDE_H
#define PAIHAO_FORECAST_INSIDE_H

#include "core/stats.h"
#include "forecast/forecast.h"
#include "forecast/lessons.h"
#include "forecast/scene.h"
#include "loop/timer.h"

enum {
    SPANS_MAX = 16, /* of one day's opening hours */
    LOADING_MAX =
        2, /* halls read at once: so that a start with hundreds does not hold up the store */
    MINUTE_MS = 60000,
};

struct forecast_queued {
    struct forecast_queued *next;
    uint64_t epoch, seq;
    json_t *event;
};

struct forecast_span {
    int64_t from_ms, to_ms;
};

struct forecast_booked {
    int service, persons;
    int64_t at_ms, advantage_ms, target_ms;
};

/* On or off as the store has it; asked: it was told to change that. */
struct forecast_alarm {
    struct forecast_alarm *next;
    char kind[12];
    char subject[ETA_CODE_MAX];
    bool on, asked;
    int64_t asked_ms; /* on the steady clock */
    struct forecast_hall *hall;
};

enum forecast_state { FORECAST_EMPTY, FORECAST_LOADING, FORECAST_READY };

struct forecast_hall {
    struct forecast_hall *next;
    struct forecast *forecast;
    char code[ETA_CODE_MAX];
    enum forecast_state state;
    int calls;             /* answers of the store outstanding */
    int64_t load_again_ms; /* not before, on the steady clock */
    uint64_t epoch, seq;   /* of the last event folded */
    uint64_t history;      /* while loading: the next event of the past to look at */
    uint64_t history_from;
    bool stale; /* events were missed while loading: once more */
    struct plan *plan;
    struct scene *scene;
    struct lessons *lessons;
    struct stats *stats;
    struct eta_basis *basis; /* of the lessons as they were when it was made */
    struct forecast_queued *first, **last;
    struct forecast_booked *booked; /* of today, by time */
    int booked_count;
    bool bookings_due, bookings_asked;
    int64_t bookings_ms; /* when they were asked for, on the steady clock */
    struct forecast_span open[SPANS_MAX];
    int open_count;
    int day; /* yyyymmdd, and when it begins and ends */
    int64_t day_begins_ms, day_ends_ms;
    struct forecast_alarm *alarms;
    json_t *seen;
    bool seen_asked;
    int64_t seen_ms; /* when it was read */
    json_t *health;
    bool health_asked;
    int64_t health_ms; /* when it was read */
    bool dirty, running;
    int64_t run_mono_ms, run_ms; /* of the last one: steady clock and business time */
    int64_t set_ms;              /* when the store was last told */
    char *left;                  /* JSON last told */
};

struct forecast {
    struct forecast_deps deps;
    struct timer *look;
    struct forecast_hall *first;
    int loading;
    bool stopping;
};

/* load.c */
void forecast_load(struct forecast_hall *h);
void forecast_unload(struct forecast_hall *h);
/* An event in its order: folds it, or keeps it until the hall is loaded. Takes over the event;
 * NULL: one on which nothing here hangs. */
void forecast_take(struct forecast_hall *h, uint64_t epoch, uint64_t seq, json_t *event);
void forecast_ask_bookings(struct forecast_hall *h);
void forecast_ask_seen(struct forecast_hall *h);
void forecast_ask_health(struct forecast_hall *h);
void forecast_call(struct forecast_hall *h, const char *function, bool read_only,
                   const struct str *args, int n, store_fn fn, void *arg);

/* build.c */
struct eta_world *build_world(struct forecast_hall *h, int64_t now_ms);
void build_day(struct forecast_hall *h, int64_t now_ms);
bool build_is_open(const struct forecast_hall *h, int64_t now_ms);

/* run.c */
bool forecast_run(struct forecast_hall *h);

/* tell.c */
void tell_store(struct forecast_hall *h, const struct outlook *o, const int *left);
void tell_day(struct forecast_hall *h, struct str day, int64_t at_ms);

/* alarms.c */
void alarms_load(struct forecast_hall *h, const json_t *alarms);
void alarms_event(struct forecast_hall *h, const json_t *event);
void alarms_look(struct forecast_hall *h, const struct outlook *o, const int64_t *longest_ms);
void alarms_free(struct forecast_hall *h);

#endif
