/* How a hall stands at this moment, for its forecast: who waits, is on the way or at a counter, and
 * which counters work. Loaded from a snapshot, kept up by events. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FORECAST_SCENE_H
#define PAIHAO_FORECAST_SCENE_H

#include "base/json.h"
#include "base/table.h"
#include "forecast/plan.h"

enum { SCENE_LINE_MAX = 40 /* '&' and a clerk's role and name, or '@' and a counter's code */ };

enum scene_state {
    SCENE_GONE,
    SCENE_WAITING,
    SCENE_COMING,
    SCENE_CALLED,
    SCENE_SERVING,
    SCENE_ASIDE
};

struct scene_ticket {
    struct table_node node;
    char id[ETA_ID_MAX];
    enum scene_state state; /* aside: parked or missed; gone: ended, kept while it may be undone */
    int service;            /* -1: no longer in the hall file */
    int counter;            /* -1: at none */
    char line[SCENE_LINE_MAX];
    int64_t rank_ms, entered_ms, since_ms;
    int64_t issued_ms, booked_ms; /* booked: 0 without a booking */
    int64_t until_ms;             /* of one that asked for more time: back then */
    int persons, delays;
    int travel_minutes; /* -1: not told */
    int64_t told_ms;    /* to come, by this daemon; 0: not yet */
    int64_t due_ms;     /* called by then, as it was promised; 0: not known */
    int64_t late_ms;    /* when the store was last asked to tell of a longer wait */
    bool phone, promised;
};

struct scene_counter {
    bool open;
    int64_t paused_ms; /* since then; 0: it is not */
    int profile;
    char clerk[SCENE_LINE_MAX]; /* "" : nobody */
};

struct scene_line;

struct scene {
    const struct plan *plan;
    struct table tickets;           /* of scene_ticket */
    struct scene_counter *counters; /* plan->counters */
    int *ghosts;                    /* for each profile */
    json_t *stopped;                /* service or "*" -> reason */
    struct scene_line *lines;
    int alive; /* tickets that are not gone */
};

struct scene *scene_new(const struct plan *plan, const json_t *snapshot);
void scene_free(struct scene *s); /* NULL allowed */
/* True when forecasts may be other ones now. */
bool scene_event(struct scene *s, const json_t *event);
struct scene_ticket *scene_find(const struct scene *s, struct str id);
/* All of them, in no order. */
struct scene_ticket *scene_first(const struct scene *s);
struct scene_ticket *scene_next(const struct scene *s, const struct scene_ticket *t);
/* Forgets those gone before that moment. */
void scene_trim(struct scene *s, int64_t before_ms);
/* Somebody is here, or somebody works. */
bool scene_in_use(const struct scene *s);
/* The reason why no numbers are given for a service, or NULL. */
const char *scene_stopped(const struct scene *s, int service);

/* scene_lines.c: who was overtaken how often (docs/lifecycle.md). */
void scene_line_called(struct scene *s, const struct scene_ticket *t);
void scene_line_undone(struct scene *s, const struct scene_ticket *t);
int scene_overtaken(const struct scene *s, const struct scene_ticket *t);
void scene_lines_free(struct scene *s);

#endif
