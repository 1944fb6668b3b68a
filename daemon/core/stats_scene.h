/* One event of a ticket as statistics see it: what it adds, and how the ticket stood before.
 * Between stats_ticket.c (which keeps tickets and applies acts) and stats_scene.c (what each event
 * means). SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_STATS_SCENE_H
#define PAIHAO_CORE_STATS_SCENE_H

#include "base/table.h"
#include "core/eta.h"
#include "core/stats_inside.h"

enum {
    STATS_ID_MAX = 32,
    /* One press does two things to one ticket at most (a step, and the call that follows); as much
     * again in case another one came in between. */
    STATS_ACTS = 4,
    STATS_ADDS = 8, /* a call counts most: itself, its rule, overtakings, target and forecast */
};

struct stats_promise {
    bool open; /* told and not yet judged */
    int64_t at_ms;
    struct eta_said said;
};

/* How a ticket stands. */
struct stats_standing {
    char service[STATS_CODE_MAX];
    bool ended;
    bool was_called; /* in this visit */
    int64_t rank_ms;
    int64_t entered_ms; /* its line */
    int64_t called_ms;  /* 0: not at a counter, or begun */
    int64_t begun_ms;   /* 0: not being served */
    int64_t served_ms;  /* of this service, before it was parked */
    struct stats_promise promise;
};

struct stats_act {
    char type[24];
    char service[STATS_CODE_MAX];
    char class[STATS_CODE_MAX];
    char counter[STATS_CODE_MAX]; /* "" : none has part in it */
    int hour;
    int n_counts, n_times;
    struct {
        enum stats_count count;
        int64_t n;
    } counts[STATS_ADDS];
    struct {
        enum stats_time time;
        int64_t ms;
    } times[STATS_TIMES];
    int64_t serving_ms; /* of the counter */
    struct stats_standing before;
};

struct stats_ticket {
    struct table_node node;
    struct stats_ticket *next_ended; /* in the order of ending */
    char id[STATS_ID_MAX];
    struct stats_standing now;
    int64_t ended_ms;
    bool queued;                       /* among the ended */
    struct stats_act acts[STATS_ACTS]; /* the newest last */
    int n_acts;
};

/* Everything one event is about. */
struct stats_scene {
    struct stats *stats;
    const json_t *event;
    struct stats_ticket *ticket;
    int64_t at_ms;
    struct stats_act act;
};

struct stats_scene_row {
    const char *type;
    void (*fn)(struct stats_scene *sc);
    bool moves; /* the ticket stands differently afterwards, so it may be undone */
};
/* NULL: says nothing about a ticket. */
const struct stats_scene_row *stats_scene_find(struct str type);
void stats_scene_count(struct stats_scene *sc, enum stats_count what, int64_t n);

#endif
