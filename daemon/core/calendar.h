/* The calendar: which times of a hall can be booked. Computed from the rules whenever somebody
 * asks; nothing is made beforehand or kept. Pure; any thread; many zones side by side.
 *
 * A day is cut into cells of five minutes, counted from the moment at which it begins in the hall's
 * zone. So a day of 23 or 25 hours has 276 or 300 of them, a local time that is missing has no
 * cell, one that comes twice has two, and what was counted in a cell stays true when hours or
 * lengths of services change. Whether a cell is open is asked of the local time at which it begins:
 * open while from <= minute < to.
 *
 * Dates are days since 1970-01-01. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_CALENDAR_H
#define PAIHAO_CORE_CALENDAR_H

#include "core/zone.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CAL_CELL_MINUTES = 5,
    CAL_CELL_MS = CAL_CELL_MINUTES * 60000,
    CAL_CELLS_MAX = 324, /* 27 h: no zone has ever set its clocks back by more within one day */
    CAL_UNITS_MAX = 255, /* one byte a cell */
    CAL_SPANS_MAX = 6,   /* of one special day */
    CAL_ANY_POOL = -1,
};

enum cal_share { CAL_PUBLIC, CAL_STAFF, CAL_SHARES };

/* A weekly span of local time. */
struct cal_when {
    unsigned day_mask; /* bit 0 is Monday */
    int from_minute, to_minute;
    int every_weeks; /* 1: each week */
    int week_of;     /* any date of a week that counts; read when every_weeks > 1 */
};

/* Counters planned in a span; spans that overlap add up. */
struct cal_period {
    struct cal_when when;
    uint8_t units[CAL_SHARES];
};

struct cal_pool {
    const struct cal_period *periods;
    int n_periods;
};

struct cal_span {
    int from_minute, to_minute;
};

enum cal_special_kind {
    CAL_CLOSED, /* the whole day, or only the spans if there are any */
    CAL_HOURS,  /* open in the spans instead of the weekly hours and breaks; counters as planned for
                 * that weekday,  or the one a workday of the holidays is worked like */
    CAL_WORKDAY, /* hours, breaks and plan of `weekday`, whatever day it is */
    CAL_FEWER,   /* so many units less in a pool, the whole day or only in the spans */
};

/* The last special day in the list that names a date decides about CLOSED, HOURS and WORKDAY; every
 * FEWER counts. What a CLOSED with spans leaves is as the holidays and the week have it. */
struct cal_special {
    int from, to; /* dates, both included */
    enum cal_special_kind kind;
    struct cal_span spans[CAL_SPANS_MAX];
    int n_spans;
    int weekday; /* 0 = Monday; of CAL_WORKDAY */
    int pool;    /* of CAL_FEWER; CAL_ANY_POOL: each */
    uint8_t fewer[CAL_SHARES];
};

/* A public holiday, or a day worked instead of one. Special days go before holidays, holidays
 * before the week. A date that is both holiday and workday is worked. */
struct cal_holiday {
    int from, to;
    bool workday;
    int weekday; /* of a workday: whose hours and plan it has; 0 = Monday */
};

struct cal_rules {
    const struct zone *zone;
    const struct cal_when *hours, *breaks;
    int n_hours, n_breaks;
    const struct cal_holiday *holidays;
    int n_holidays;
    const struct cal_special *specials;
    int n_specials;
    const struct cal_pool *pools;
    int n_pools;
    int base_minutes; /* a booking may begin so many minutes apart, from the beginning of each
                         planned span */
    /* The window: from the from_days'th to the to_days'th day after today. With working_days only
     * days on which the hall is open are counted; today is day 0 in either way. */
    int from_days, to_days;
    bool working_days;
    int notice_minutes; /* a time less than this ahead cannot be booked any more */
    /* A day comes into the window at release_minute, each of its times up to release_spread_minutes
     * later: when is a keyed choice for each cell, so that nobody knows it beforehand and everybody
     * computes the same. */
    int release_minute, release_spread_minutes;
    uint64_t release_seed;
};

/* Dates. */
int cal_date(int yyyymmdd); /* -1: there is no such day, or not from 1970 to 2199 */
int cal_yyyymmdd(int date);
int cal_weekday(int date); /* 0 = Monday */
int cal_date_at(const struct cal_rules *r, int64_t utc_ms);

/* Whether the hall is open at that moment: hours, breaks, holidays, special days. */
bool cal_is_open(const struct cal_rules *r, int64_t utc_ms);
/* Is it open at any time of that date? */
bool cal_is_working_day(const struct cal_rules *r, int date);
/* Up to max spans of local minutes in which the hall is open that date, in their order; returns how
 * many. */
int cal_open_spans(const struct cal_rules *r, int date, struct cal_span *out, int max);

/* When the hall opens next, later than now; -1: not within a hundred days. */
int64_t cal_opens_next_ms(const struct cal_rules *r, int64_t now_ms);
/* Until when it is open now, over midnight if need be; -1: it is closed, or open for days. */
int64_t cal_open_until_ms(const struct cal_rules *r, int64_t now_ms);

/* One date of one pool. */
struct cal_day {
    int date;
    int64_t begins_ms;
    int n_cells;
    int16_t minute[CAL_CELLS_MAX]; /* local minute of the date at which the cell begins; below 0
                                    * where clocks went back over midnight: closed */
    uint8_t units[CAL_SHARES][CAL_CELLS_MAX]; /* 0 where the hall is closed or nothing is planned */
    uint8_t start[CAL_CELLS_MAX];             /* 1: a booking may begin here */
};
void cal_day(const struct cal_rules *r, int pool, int date, struct cal_day *out);
static inline int64_t cal_cell_ms(const struct cal_day *d, int cell)
{
    return d->begins_ms + (int64_t)cell * CAL_CELL_MS;
}
/* The cell that begins at that moment, or -1. */
int cal_cell_at(const struct cal_day *d, int64_t utc_ms);

/* First and last date of the public window as of now; last < first: none. */
void cal_window(const struct cal_rules *r, int64_t now_ms, int *first, int *last);
/* The public may book a cell from cal_opens_ms() + cal_drip_ms() on: the release time of the first
 * day that has the date in its window (long past for most), and a little more for each cell. The
 * first has to count open days where the window does; the second is cheap. */
int64_t cal_opens_ms(const struct cal_rules *r, int date);
int64_t cal_drip_ms(const struct cal_rules *r, int date, int cell);

/* One part of a visit: so many cells of a pool's day, from `offset` cells behind the visit's start.
 */
struct cal_part {
    const struct cal_day *day;
    const uint8_t *used; /* n_used bytes; cells behind are unused */
    int n_used;
    int offset, n_cells;
    int cap; /* 0: the day's units; else at most so many at once, wherever the day has any units */
    int overbook_permille; /* so many more than the units (or the cap), rounded down; of the public
                              share only */
};
/* How many visits may still begin at that cell: the least that any of its cells has left; 0 also
 * where one is closed. Never negative, however few units are left by a change of hours. Does not
 * look at start[], notice or release. */
int cal_left(const struct cal_part *parts, int n_parts, enum cal_share share, int cell);

/* Bookings of one pool, date and share held against the units: in the order of made_ms (then index)
 * each takes its cells or does not fit; one that does not fit takes none. */
struct cal_booked {
    int64_t made_ms;
    int cell, n_cells;
    bool fits; /* out */
};
void cal_fit(const struct cal_day *d, enum cal_share share, int overbook_permille,
             struct cal_booked *b, int n);

#endif
