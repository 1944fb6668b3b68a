/* core/calendar.h: the booking window, its release, and what is left of a day.
 * SPDX-License-Identifier: MIT */
#include "tests/lib/calendar_hall.h"

#include <stdlib.h>
#include <string.h>

static int64_t local_ms(const struct zone *z, int yyyymmdd, int minute)
{
    struct zone_local l = {.year = yyyymmdd / 10000,
                           .month = yyyymmdd / 100 % 100,
                           .day = yyyymmdd % 100,
                           .minute = minute};
    int64_t utc_ms;

    (void)zone_utc(z, &l, &utc_ms);
    return utc_ms;
}

static void check_window(const struct cal_rules *r, int64_t now_ms, int first, int last)
{
    int a;
    int b;

    cal_window(r, now_ms, &a, &b);
    if (first == 0) /* none */
        assert_true(b < a);
    else
        assert_true(cal_yyyymmdd(a) == first && cal_yyyymmdd(b) == last);
}

static void test_cal_window_in_days(void **state)
{
    struct zone *z = loaded("Pacific/Kiritimati"); /* 14 h ahead of UTC */
    struct cal_rules r = simple(z);
    int64_t now_ms = local_ms(z, 20261127, AT(0, 1)); /* Friday; still Thursday in UTC */

    check_window(&r, now_ms, 20261127, 20261211);
    check_window(&r, local_ms(z, 20261126, AT(23, 59)), 20261126, 20261210);
    r.from_days = 1;
    r.to_days = 1;
    check_window(&r, now_ms, 20261128, 20261128); /* a Saturday: days are days */
    r.working_days = true;
    check_window(&r, now_ms, 20261130, 20261130);
    r.from_days = 0;
    check_window(&r, now_ms, 20261127, 20261130);
    check_window(&r, local_ms(z, 20261128, 0), 20261128,
                 20261130); /* today is day 0, open or not */
    r.to_days = 10;
    check_window(&r, now_ms, 20261127, 20261211);
    r.from_days = 10;
    r.to_days = 10;
    check_window(&r, now_ms, 20261211, 20261211);
    zone_free(z);
}

static void test_cal_window_of_a_hall_that_hardly_opens(void **state)
{
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);
    struct cal_special hours[] = {{.kind = CAL_CLOSED}, {ON(0), .kind = CAL_HOURS, SPAN(9, 10)}};
    int64_t now_ms = local_ms(z, 20261127, AT(9, 0));
    int today = cal_date(20261127);

    hours[0].from = 0;
    hours[0].to = 90000;
    hours[1].from = hours[1].to = today + 30;
    r.working_days = true;
    r.specials = hours;
    r.n_specials = 1;
    check_window(&r, now_ms, 20261127, 20261127);
    r.from_days = 1;
    check_window(&r, now_ms, 0, 0);
    r.n_specials = 2;
    check_window(&r, now_ms, 20261227, 20261227);
    r.from_days = 2;
    check_window(&r, now_ms, 0, 0);
    assert_true(cal_opens_ms(&r, today + 30) < now_ms);
    zone_free(z);
}

/* When does the window first have that date? Asked day by day. */
static int first_window_with(const struct cal_rules *r, int date)
{
    for (int day = date - 60; day <= date; day++) {
        int first;
        int last;

        cal_window(r, local_ms(r->zone, cal_yyyymmdd(day), AT(12, 0)), &first, &last);
        if (last >= date)
            return day;
    }
    return NEVER;
}

static void test_cal_opens_when_the_window_reaches_the_date(void **state)
{
    static const struct cal_when breaks[] = {{4, AT(8, 0), AT(12, 0), 1, 0}}; /* Wednesdays */
    struct zone *z = loaded("Europe/Berlin");
    struct cal_rules r = simple(z);
    struct cal_holiday holidays[] = {{cal_date(20261224), cal_date(20270103), false, 0},
                                     {cal_date(20261219), cal_date(20261219), true, MONDAY}};

    r.breaks = breaks;
    r.n_breaks = 1;
    r.holidays = holidays;
    r.n_holidays = 2;
    r.release_minute = AT(7, 30);
    for (int working = 0; working <= 1; working++) {
        r.working_days = working != 0;
        for (r.to_days = 0; r.to_days < 20; r.to_days += 3) {
            for (int date = cal_date(20261201); date < cal_date(20270420); date++) {
                int day = cal_yyyymmdd(first_window_with(&r, date));

                assert_true(cal_opens_ms(&r, date) == local_ms(z, day, AT(7, 30)));
            }
        }
    }
    r.working_days = false;
    r.to_days = 3;
    r.release_minute = AT(2, 30); /* on the day of the date 20270331 the clocks leave it out */
    assert_true(cal_opens_ms(&r, cal_date(20270331)) == local_ms(z, 20270328, AT(3, 0)));
    zone_free(z);
}

static void test_cal_drip_is_spread_and_keyed(void **state)
{
    enum { CELLS = 288, DATES = 40, BUCKETS = 10, MINUTE_MS = 60000 };
    struct cal_rules r = {.release_spread_minutes = 30, .release_seed = 7};
    int buckets[BUCKETS] = {0};
    int same = 0;

    for (int date = 20000; date < 20000 + DATES; date++) {
        for (int cell = 0; cell < CELLS; cell++) {
            int64_t drip_ms = cal_drip_ms(&r, date, cell);

            assert_in_range(drip_ms, 0, 30 * MINUTE_MS - 1);
            assert_true(drip_ms == cal_drip_ms(&r, date, cell));
            buckets[drip_ms / (30 * MINUTE_MS / BUCKETS)]++;
            same += drip_ms == cal_drip_ms(&r, date, cell + 1);
            same += drip_ms == cal_drip_ms(&r, date + 1, cell);
            r.release_seed = UINT64_C(7) << 32;
            same += drip_ms == cal_drip_ms(&r, date, cell);
            r.release_seed = 7;
        }
    }
    for (int i = 0; i < BUCKETS; i++) /* 1152 expected, deviation 32 */
        assert_in_range(buckets[i], 990, 1310);
    assert_true(same < 5);
    r.release_spread_minutes = 0;
    assert_true(cal_drip_ms(&r, 20000, 1) == 0);
}

static void test_cal_left_is_the_least_of_all_parts(void **state)
{
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);
    uint8_t used[CAL_CELLS_MAX] = {0};
    uint8_t used_by_service[] = {[99] = 0, [100] = 1, [101] = 2};
    struct cal_day d;
    struct cal_part parts[2];

    cal_day(&r, 0, cal_date(20261123), &d); /* cells 96 to 143 */
    used[98] = 1;
    used[101] = 3;
    used[102] = 200; /* more than there are: units were taken away */
    parts[0] = (struct cal_part){.day = &d, .used = used, .n_used = 144, .n_cells = 2};
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 95), 0); /* closed */
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 96), 3);
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 97), 2);
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 100), 0);
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 102), 0);
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 142), 3);
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 143), 0); /* its second cell is closed */
    assert_int_equal(cal_left(parts, 1, CAL_STAFF, 96), 1);
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, -1), 0);
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 287), 0);
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, CAL_CELLS_MAX), 0);
    assert_int_equal(cal_left(parts, 0, CAL_PUBLIC, 96), 0);
    parts[0].n_used = 98; /* cells behind are unused */
    assert_int_equal(cal_left(parts, 1, CAL_PUBLIC, 101), 3);
    parts[0].n_used = 144;
    /* One behind the other: the second takes its cell 100 or so, with a cap of its own. */
    parts[1] = (struct cal_part){
        .day = &d, .used = used_by_service, .n_used = 102, .offset = 2, .n_cells = 2, .cap = 2};
    assert_int_equal(cal_left(parts, 2, CAL_PUBLIC, 96), 2);
    assert_int_equal(cal_left(parts, 2, CAL_PUBLIC, 98), 0);
    assert_int_equal(cal_left(parts, 2, CAL_PUBLIC, 97), 1);
    assert_int_equal(cal_left(parts, 2, CAL_PUBLIC, 141), 0);
    assert_int_equal(cal_left(parts, 2, CAL_PUBLIC, 140), 2);
    parts[1].cap = 9; /* above the units: the cap alone counts here */
    parts[1].offset = 0;
    assert_int_equal(cal_left(parts + 1, 1, CAL_PUBLIC, 97), 9);
    assert_int_equal(cal_left(parts + 1, 1, CAL_PUBLIC, 94), 0); /* closed stays closed */
    zone_free(z);
}

static void test_cal_left_overbooks_the_public_rounding_down(void **state)
{
    static const struct {
        int units, permille, capacity;
    } rows[] = {{3, 333, 3},  {3, 334, 4},     {10, 99, 10},    {10, 100, 11}, {1, 999, 1},
                {1, 1000, 2}, {255, 100, 255}, {240, 100, 255}, {0, 1000, 0},  {8, -5, 8}};
    struct cal_day d = {.n_cells = 1};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct cal_part p = {.day = &d, .n_cells = 1, .overbook_permille = rows[i].permille};

        d.units[CAL_PUBLIC][0] = (uint8_t)rows[i].units;
        d.units[CAL_STAFF][0] = (uint8_t)rows[i].units;
        assert_int_equal(cal_left(&p, 1, CAL_PUBLIC, 0), rows[i].capacity);
        assert_int_equal(cal_left(&p, 1, CAL_STAFF, 0), rows[i].units);
        if (rows[i].units == 0)
            continue;
        d.units[CAL_PUBLIC][0] = 1;
        p.cap = rows[i].units;
        assert_int_equal(cal_left(&p, 1, CAL_PUBLIC, 0), rows[i].capacity);
    }
}

static void test_cal_fit_in_the_order_of_making(void **state)
{
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);
    struct cal_day d;
    struct cal_booked b[] = {
        {30, 96, 4, false}, /* third at 97 */
        {10, 97, 2, false}, /* first */
        {40, 98, 1, false}, /* fourth: does not fit */
        {20, 97, 2, false}, /* second */
        {40, 99, 2, true},  /* the fourth took none: fits */
        {5, 143, 2, true},  /* runs into the closing */
        {1, -1, 1, true},   /* at no cell */
        {2, 96, 0, true},   /* no length */
        {50, 96, 1, false}, /* second there */
    };
    static const bool fits[] = {true, true, false, true, true, false, false, false, true};

    cal_day(&r, 0, cal_date(20261123), &d);
    cal_fit(&d, CAL_PUBLIC, 0, b, 9);
    for (int i = 0; i < 9; i++)
        assert_int_equal(b[i].fits, fits[i]);
    cal_fit(&d, CAL_PUBLIC, 400, b, 9); /* 4.2 units */
    assert_true(b[2].fits);
    cal_fit(&d, CAL_STAFF, 400, b, 9);
    for (int i = 0; i < 9; i++)
        assert_int_equal(b[i].fits, i == 1 || i == 4 || i == 8);
    cal_fit(&d, CAL_PUBLIC, 0, NULL, 0);
    /* The same moment: the index decides. */
    for (int i = 0; i < 5; i++)
        b[i] = (struct cal_booked){7, 100, 1, false};
    cal_fit(&d, CAL_PUBLIC, 0, b, 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(b[i].fits, i < 3);
    zone_free(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cal_window_in_days),
        cmocka_unit_test(test_cal_window_of_a_hall_that_hardly_opens),
        cmocka_unit_test(test_cal_opens_when_the_window_reaches_the_date),
        cmocka_unit_test(test_cal_drip_is_spread_and_keyed),
        cmocka_unit_test(test_cal_left_is_the_least_of_all_parts),
        cmocka_unit_test(test_cal_left_overbooks_the_public_rounding_down),
        cmocka_unit_test(test_cal_fit_in_the_order_of_making),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
