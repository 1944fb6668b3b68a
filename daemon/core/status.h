/* What the days of the last weeks say about a hall: how long calls of each hour had waited, for
 * each weekday and for all days, and which hour of a day is the best to come in. Pure; any thread
 * that has the fold to itself. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_STATUS_H
#define PAIHAO_CORE_STATUS_H

#include "core/calendar.h"
#include "core/stats.h"

enum {
    STATUS_DAYS_MIN = 3,  /* fewer days say what happened, not what is usual */
    STATUS_CALLS_MIN = 5, /* of fewer calls nothing is told: a median of two is a person's wait */
    STATUS_WEEKDAYS = 7,
    STATUS_ALL = STATUS_WEEKDAYS, /* the group of all days, behind those of the weekdays */
    STATUS_GROUPS,
};

struct status_hour {
    int days;          /* on which somebody was called in this hour */
    int64_t n, p50_ms; /* of the calls */
};

struct status_group {
    int days; /* on which anybody was called */
    struct status_hour hours[STATS_HOURS];
};

struct status_past {
    struct status_group groups[STATUS_GROUPS];
};

struct status_fold;
struct status_fold *status_fold_new(void);
void status_fold_free(struct status_fold *f);
/* weekday: 0 = Monday. A day whose beginning was not seen, or without calls, is left out. */
void status_fold_add(struct status_fold *f, int weekday, const struct stats *day);
void status_fold_read(const struct status_fold *f, struct status_past *out);

/* What is usual on such a day: that weekday's hours where there are enough of them, else those of
 * all days, else NULL. */
const struct status_group *status_usual(const struct status_past *p, int weekday);
/* Enough days and calls to tell of. */
bool status_hour_tells(const struct status_hour *h);

/* How many minutes of each local hour are within the spans. */
void status_open_minutes(const struct cal_span *spans, int n, int out[STATS_HOURS]);
/* The hour of such a weekday with the shortest usual wait, of those from from_hour on in which the
 * hall is open for half of it at least; the earlier one of equals. -1: nothing to be said, or no
 * choice. */
int status_best_hour(const struct status_past *p, int weekday, const int open[STATS_HOURS],
                     int from_hour);

#endif
