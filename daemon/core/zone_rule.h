/* Civil days and the POSIX rule in the footer of a TZif file. Only for core/zone*.c and
 * core/calendar*.c.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ZONE_RULE_H
#define PAIHAO_CORE_ZONE_RULE_H

#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

enum { DAY_S = 86400 };

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar; month 1..12, any day. */
int64_t civil_days(int64_t year, int month, int64_t day);
void civil_date(int64_t days, int *year, int *month, int *day);

/* A time span with one offset: from <= t < to, in seconds since 1970 UTC. */
struct zone_span {
    int64_t from_s;
    int64_t to_s;
    int offset_s;
};

struct zone_date {
    enum { DATE_JULIAN, DATE_DAY, DATE_WEEKDAY } kind; /* Jn, n, Mm.w.d */
    int month;
    int week; /* 1..5, 5 is the last one */
    int day;  /* of the year, or the weekday with 0 = Sunday */
    int time_s;
};

struct zone_rule {
    int standard_s; /* offsets east of UTC */
    int summer_s;
    bool has_summer;
    struct zone_date begins;
    struct zone_date ends;
};

/* POSIX.1 section 8.3 with the hours of RFC 8536 (-167..167). False: no such rule. */
bool zone_rule_parse(struct zone_rule *r, struct str text);
struct zone_span zone_rule_span(const struct zone_rule *r, int64_t t_s);

#endif
