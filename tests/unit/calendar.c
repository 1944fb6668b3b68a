/* core/calendar.h: one table for each rule. What all of them make together is held against an
 * independent calendar by tests/core/calendar.test.mjs.
 * SPDX-License-Identifier: MIT */
#include "core/calendar.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WEEKDAYS = 0x1f,
    EVERY_DAY = 0x7f,
    MONDAY = 0, /* 2026-11-23 was one */
    NEVER = -1,
};
#define AT(hour, minute) ((hour)*60 + (minute))

static const struct cal_when weekdays_8_to_12[] = {{WEEKDAYS, AT(8, 0), AT(12, 0), 1, 0}};
static const struct cal_when always[] = {{EVERY_DAY, 0, AT(24, 0), 1, 0}};
static const struct cal_period three_and_one[] = {
    {{EVERY_DAY, 0, AT(24, 0), 1, 0}, {[CAL_PUBLIC] = 3, [CAL_STAFF] = 1}}};
static const struct cal_pool one_pool[] = {{three_and_one, 1}};

static struct zone *loaded(const char *name)
{
    struct zone *z = zone_load(name);

    if (z == NULL)
        fail_msg("%s cannot be loaded", name);
    return z;
}

/* Shanghai, Monday to Friday 8 to 12, three and one counters. */
static struct cal_rules simple(const struct zone *zone)
{
    return (struct cal_rules){.zone = zone,
                              .hours = weekdays_8_to_12,
                              .n_hours = 1,
                              .pools = one_pool,
                              .n_pools = 1,
                              .base_minutes = 5,
                              .to_days = 14};
}

/* The units of the public (or staff) at a local minute; NEVER where there is no cell. */
static int units_at(const struct cal_rules *r, int yyyymmdd, int minute, enum cal_share share)
{
    struct cal_day d;

    cal_day(r, 0, cal_date(yyyymmdd), &d);
    for (int c = 0; c < d.n_cells; c++) {
        if (d.minute[c] == minute)
            return d.units[share][c];
    }
    return NEVER;
}

static int cells_at(const struct cal_day *d, int minute)
{
    int n = 0;

    for (int c = 0; c < d->n_cells; c++)
        n += d->minute[c] == minute;
    return n;
}

static void test_cal_date_takes_days_that_exist(void **state)
{
    static const int good[] = {19700101, 20000229, 20280229, 20261123, 21991231};
    static const int bad[] = {0,        -20261123, 19691231, 22000101, 20260229, 21000229,
                              20261301, 20260001,  20260100, 20260431, 2026112,  2147483647};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(cal_yyyymmdd(cal_date(good[i])), good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(cal_date(bad[i]), -1);
    assert_int_equal(cal_date(19700101), 0);
    for (int date = 0; date < 84006; date++)
        assert_int_equal(cal_date(cal_yyyymmdd(date)), date);
    assert_int_equal(cal_weekday(0), 3);
    assert_int_equal(cal_weekday(cal_date(20261123)), MONDAY);
    assert_int_equal(cal_weekday(-4), 6);
}

static void test_cal_day_is_open_by_the_week(void **state)
{
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);

    assert_int_equal(units_at(&r, 20261123, AT(7, 55), CAL_PUBLIC), 0);
    assert_int_equal(units_at(&r, 20261123, AT(8, 0), CAL_PUBLIC), 3);
    assert_int_equal(units_at(&r, 20261123, AT(11, 55), CAL_STAFF), 1);
    assert_int_equal(units_at(&r, 20261123, AT(12, 0), CAL_PUBLIC), 0);
    assert_int_equal(units_at(&r, 20261128, AT(9, 0), CAL_PUBLIC), 0); /* Saturday */
    assert_int_equal(units_at(&r, 20280229, AT(9, 0), CAL_PUBLIC), 3); /* leap day, a Tuesday */
    zone_free(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cal_date_takes_days_that_exist),
        cmocka_unit_test(test_cal_day_is_open_by_the_week),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
