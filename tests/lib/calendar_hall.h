/* A hall for the tests of core/calendar.h: Monday to Friday 8 to 12, three counters for the public
 * and one for staff. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_CALENDAR_HALL_H
#define PAIHAO_TESTS_CALENDAR_HALL_H

#include "core/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    WEEKDAYS = 0x1f,
    EVERY_DAY = 0x7f,
    MONDAY = 0, /* 2026-11-23 was one */
    NEVER = -1,
};
#define AT(hour, minute) ((hour)*60 + (minute))
#define ON(yyyymmdd)     .from = (yyyymmdd), .to = (yyyymmdd)
#define SPAN(f, t)       .spans = {{AT(f, 0), AT(t, 0)}}, .n_spans = 1

static const struct cal_when weekdays_8_to_12[] = {{WEEKDAYS, AT(8, 0), AT(12, 0), 1, 0}};
static const struct cal_period three_and_one[] = {
    {{EVERY_DAY, 0, AT(24, 0), 1, 0}, {[CAL_PUBLIC] = 3, [CAL_STAFF] = 1}}};
static const struct cal_pool one_pool[] = {{three_and_one, 1}};

static inline struct zone *loaded(const char *name)
{
    struct zone *z = zone_load(name);

    if (z == NULL)
        fail_msg("%s cannot be loaded", name);
    return z;
}

static inline struct cal_rules simple(const struct zone *zone)
{
    return (struct cal_rules){.zone = zone,
                              .hours = weekdays_8_to_12,
                              .n_hours = 1,
                              .pools = one_pool,
                              .n_pools = 1,
                              .base_minutes = 5,
                              .to_days = 14};
}

#endif
