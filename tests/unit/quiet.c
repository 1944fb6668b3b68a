/* Quiet hours: over midnight, within a day, and where the clocks change.
 * SPDX-License-Identifier: MIT */
#include "core/quiet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

/* UTC */
static int64_t at(int year, int month, int day, int hour, int minute)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour};

    tm.tm_min = minute;
    return (int64_t)timegm(&tm) * 1000;
}

static void assert_quiet(const char *zone, int from, int to, int64_t now_ms, int64_t from_ms,
                         int64_t till_ms)
{
    struct zone *z = zone_load(zone);
    int64_t begins = 0, ends = 0;

    assert_non_null(z);
    quiet_next(z, from, to, now_ms, &begins, &ends);
    assert_int_equal(begins, from_ms);
    assert_int_equal(ends, till_ms);
    zone_free(z);
}

enum { EIGHT = 8 * 60, NINE_PM = 21 * 60 };

static void test_quiet_over_midnight(void **state)
{
    int64_t from = at(2026, 11, 23, 13, 0), till = at(2026, 11, 24, 0, 0);

    (void)state;
    assert_quiet("Asia/Shanghai", NINE_PM, EIGHT, at(2026, 11, 23, 4, 0), from, till);
    assert_quiet("Asia/Shanghai", NINE_PM, EIGHT, from, from, till);
    assert_quiet("Asia/Shanghai", NINE_PM, EIGHT, at(2026, 11, 23, 17, 0), from, till);
    assert_quiet("Asia/Shanghai", NINE_PM, EIGHT, till - 1, from, till);
    assert_quiet("Asia/Shanghai", NINE_PM, EIGHT, till, from + 86400000, till + 86400000);
}

static void test_quiet_within_a_day(void **state)
{
    int64_t from = at(2026, 11, 23, 4, 0), till = at(2026, 11, 23, 6, 0);

    (void)state;
    assert_quiet("Asia/Shanghai", 720, 840, at(2026, 11, 22, 17, 0), from, till);
    assert_quiet("Asia/Shanghai", 720, 840, at(2026, 11, 23, 5, 0), from, till);
    assert_quiet("Asia/Shanghai", 720, 840, till, from + 86400000, till + 86400000);
}

static void test_quiet_where_the_clocks_change(void **state)
{
    (void)state;
    /* Berlin, an hour shorter and an hour longer */
    assert_quiet("Europe/Berlin", NINE_PM, EIGHT, at(2026, 3, 28, 22, 0), at(2026, 3, 28, 20, 0),
                 at(2026, 3, 29, 6, 0));
    assert_quiet("Europe/Berlin", NINE_PM, EIGHT, at(2026, 10, 24, 22, 0), at(2026, 10, 24, 19, 0),
                 at(2026, 10, 25, 7, 0));
    /* 02:30 is not there, and is there twice */
    assert_quiet("Europe/Berlin", NINE_PM, 150, at(2026, 3, 28, 22, 0), at(2026, 3, 28, 20, 0),
                 at(2026, 3, 29, 1, 0));
    assert_quiet("Europe/Berlin", NINE_PM, 150, at(2026, 10, 24, 22, 0), at(2026, 10, 24, 19, 0),
                 at(2026, 10, 25, 0, 30));
}

static void test_quiet_always_covers_or_follows(void **state)
{
    struct zone *z = zone_load("Europe/Berlin");

    (void)state;
    assert_non_null(z);
    for (int64_t now = at(2026, 3, 20, 0, 0); now < at(2026, 11, 5, 0, 0); now += 7 * 60 * 1000) {
        int64_t from, till;
        struct zone_local l;
        quiet_next(z, NINE_PM, EIGHT, now, &from, &till);
        zone_local(z, now, &l);
        assert_true(till > now && till - now <= 36 * 3600000);
        assert_int_equal(now >= from, l.hour >= 21 || l.hour < 8);
    }
    zone_free(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_over_midnight),
        cmocka_unit_test(test_quiet_within_a_day),
        cmocka_unit_test(test_quiet_where_the_clocks_change),
        cmocka_unit_test(test_quiet_always_covers_or_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
