/* Between the files that answer statistics. statistics.c: which days, and where from;
 * statistics_live.c: today's fold; statistics_view.c and statistics_csv.c: the answers.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_STATISTICS_H
#define PAIHAO_API_STATISTICS_H

#include "api/call.h"
#include "core/stats.h"

enum { STATISTICS_DAYS_MAX = 62 }; /* two months: what one compares; some MB of folds meanwhile */

enum statistics_state {
    STATISTICS_NONE,   /* nothing is known of that day */
    STATISTICS_STORED, /* over */
    STATISTICS_LIVE    /* up to now */
};

/* The days asked for, one after the other. */
struct statistics {
    int first, n; /* date of the first one; how many */
    int today;
    int64_t at_ms;
    struct stats *days[STATISTICS_DAYS_MAX]; /* NULL: nothing; owned, but for the live one */
    enum statistics_state states[STATISTICS_DAYS_MAX];
};

/* statistics_live.c: the fold of the day that is not over, one for each hall asked about, kept by
 * the worker and continued from the last event read. */
struct statistics_live *statistics_live_new(void);
void statistics_live_free(struct statistics_live *l); /* after the store */
/* The hall's events are not those we read. */
void statistics_live_drop(struct statistics_live *l, struct str hall);
/* Folds what has happened until now. fn comes exactly once, perhaps at once; stats is valid until
 * it returns, and NULL where a problem was answered. */
typedef void (*statistics_live_fn)(struct call *c, const struct stats *stats);
void statistics_live_get(struct call *c, struct hall *hall, statistics_live_fn fn);

/* statistics_view.c, statistics_csv.c */
void statistics_view(const struct statistics *s, struct buf *out);
/* A row for each day, service and hour; or for each day and counter. */
void statistics_csv(const struct statistics *s, const struct hall_file *hall, struct buf *out);
void statistics_csv_counters(const struct statistics *s, const struct hall_file *hall,
                             struct buf *out);

#endif
