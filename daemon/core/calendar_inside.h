/* Between the files of the calendar: how a date is worked, and where its cells lie in local time.
 * Only for core/calendar*.c. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_CALENDAR_INSIDE_H
#define PAIHAO_CORE_CALENDAR_INSIDE_H

#include "core/calendar.h"

enum {
    CAL_DAY_MINUTES = 24 * 60,
    CAL_STRETCHES_MAX = 4, /* no zone has ever changed its clocks more than once within a day */
};

/* Cells that follow one another in local time: cell first + i begins at minute + 5 i. */
struct cal_stretch {
    int first, end; /* first <= cell < end */
    int minute;
};

/* A local day. One without any moment (left out at a change of date) has no cells. */
struct cal_frame {
    int64_t begins_ms;
    int n_cells;
    int n_stretches;
    struct cal_stretch stretches[CAL_STRETCHES_MAX];
};
void cal_frame(const struct zone *zone, int date, struct cal_frame *out);

/* What the special days and holidays make of a date. */
struct cal_worked {
    int date;
    int weekday;                       /* whose hours, breaks and plan it has */
    const struct cal_special *special; /* the one that decides, or NULL */
    bool holiday;                      /* closed unless the special day says otherwise */
    bool fewer;                        /* some CAL_FEWER names the date */
};
void cal_worked(const struct cal_rules *r, int date, struct cal_worked *out);
/* The cheap part of it: which of two rows a date belongs to. */
static inline bool cal_names(int from, int to, int date)
{
    return from <= date && date <= to;
}
bool cal_when_on(const struct cal_when *w, const struct cal_worked *day);
/* One byte a local minute: 1 where the hall is open. False: nowhere, and then map is not filled. */
bool cal_open_map(const struct cal_rules *r, const struct cal_worked *day,
                  uint8_t map[CAL_DAY_MINUTES]);

#endif
