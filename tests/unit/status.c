/* A hall's weeks as hours, the best hour, and when it opens next. SPDX-License-Identifier: MIT */
#include "core/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define MINUTE 60000LL
#define HOUR   (60 * MINUTE)
/* 2026-11-24 00:00 in Shanghai, a Tuesday. */
#define TUESDAY 1795449600000LL

/* Adds a day of that weekday: in each hour so many calls with that wait. */
static void day(struct status_fold *f, int weekday, const char *cells)
{
    struct buf b;
    struct json_where where;
    struct stats *s = stats_new();

    buf_init(&b);
    buf_addf(&b,
             "{\"v\":1,\"partial\":false,\"cells\":[%s],\"classes\":[],\"counters\":[],"
             "\"messages\":{}}",
             cells);
    json_t *json = json_read(buf_str(&b), &where);
    assert_non_null(json);
    assert_true(stats_load(s, json));
    status_fold_add(f, weekday, s);
    json_decref(json);
    stats_free(s);
    buf_clear(&b);
}

/* Buckets below 16 s are exact seconds: bucket 64 begins at 128 s and is 8 s wide, 80 at 256 s. */
#define CELL(hour, bucket, n)                                                                      \
    "{\"code\":\"a\",\"hour\":" #hour ",\"wait\":{\"sum\":1000,\"b\":[" #bucket "," #n "]}}"

static void read_days(struct status_past *out, int tuesdays, int fridays)
{
    struct status_fold *f = status_fold_new();

    for (int i = 0; i < tuesdays; i++)
        day(f, 1, CELL(9, 120, 4) "," CELL(10, 64, 4) "," CELL(11, 64, 4) "," CELL(14, 112, 1));
    for (int i = 0; i < fridays; i++)
        day(f, 4, CELL(9, 64, 6));
    status_fold_read(f, out);
    status_fold_free(f);
}

static void test_status_hours_add_up_over_days(void **state)
{
    struct status_past p;

    read_days(&p, 4, 2);
    assert_int_equal(p.groups[1].days, 4);
    assert_int_equal(p.groups[1].hours[9].days, 4);
    assert_int_equal(p.groups[1].hours[9].n, 16);
    assert_int_equal(p.groups[1].hours[12].n, 0);
    assert_int_equal(p.groups[STATUS_ALL].days, 6);
    assert_int_equal(p.groups[STATUS_ALL].hours[9].n, 28);
    assert_int_equal(p.groups[STATUS_ALL].hours[9].days, 6);
    assert_true(p.groups[1].hours[9].p50_ms > p.groups[1].hours[10].p50_ms);
}

static void test_status_usual_is_of_the_weekday_where_there_are_enough(void **state)
{
    struct status_past p;

    read_days(&p, 3, 2);
    assert_ptr_equal(status_usual(&p, 1), &p.groups[1]);
    assert_ptr_equal(status_usual(&p, 4), &p.groups[STATUS_ALL]);
    assert_ptr_equal(status_usual(&p, 6), &p.groups[STATUS_ALL]);
    read_days(&p, 1, 1);
    assert_null(status_usual(&p, 1));
}

static void test_status_a_day_without_its_beginning_or_calls_is_left_out(void **state)
{
    struct status_fold *f = status_fold_new();
    struct status_past p;
    struct stats *partial = stats_new();

    stats_set_partial(partial);
    status_fold_add(f, 0, partial);
    day(f, 0, "{\"code\":\"a\",\"hour\":9,\"walk_in\":3}");
    status_fold_read(f, &p);
    assert_int_equal(p.groups[0].days, 0);
    assert_int_equal(p.groups[STATUS_ALL].days, 0);
    stats_free(partial);
    status_fold_free(f);
}

static const struct cal_span day_spans[] = {{8 * 60 + 30, 11 * 60 + 15}, {13 * 60, 17 * 60}};

static void test_status_open_minutes_of_each_hour(void **state)
{
    int open[STATS_HOURS];

    status_open_minutes(day_spans, 2, open);
    assert_int_equal(open[7], 0);
    assert_int_equal(open[8], 30);
    assert_int_equal(open[9], 60);
    assert_int_equal(open[11], 15);
    assert_int_equal(open[12], 0);
    assert_int_equal(open[16], 60);
    assert_int_equal(open[17], 0);
}

static void test_status_best_hour_is_the_shortest_the_earlier_of_equals(void **state)
{
    int open[STATS_HOURS];
    struct status_past p;

    for (int i = 0; i < STATS_HOURS; i++)
        open[i] = 60;
    read_days(&p, 5, 5);
    assert_int_equal(status_best_hour(&p, 1, open, 0), 10);
    open[10] = 0; /* closed meanwhile */
    assert_int_equal(status_best_hour(&p, 1, open, 0), 11);
    assert_int_equal(status_best_hour(&p, 1, open, 12), -1); /* 14: one hour is no choice */
    assert_int_equal(status_best_hour(&p, 4, open, 0), -1);
    assert_int_equal(status_best_hour(&p, 2, open, 0), -1);
}

static void test_status_best_hour_is_silent_with_few_days(void **state)
{
    int open[STATS_HOURS];
    struct status_past p;

    for (int i = 0; i < STATS_HOURS; i++)
        open[i] = 60;
    read_days(&p, STATUS_DAYS_MIN - 1, 5);
    assert_int_equal(status_best_hour(&p, 1, open, 0), -1);
    read_days(&p, STATUS_DAYS_MIN, 5);
    assert_int_equal(status_best_hour(&p, 1, open, 0), 10);
}

/* --- when it opens --- */

static const struct cal_when hours[] = {{0x1f, 8 * 60 + 30, 17 * 60, 1, 0}};
static const struct cal_when breaks[] = {{0x1f, 12 * 60, 13 * 60, 1, 0}};

static struct cal_rules rules(struct zone *zone)
{
    return (struct cal_rules){
        .zone = zone, .hours = hours, .n_hours = 1, .breaks = breaks, .n_breaks = 1};
}

static void test_calendar_opens_next_after_breaks_nights_weekends(void **state)
{
    struct zone *zone = zone_load("Asia/Shanghai");
    struct cal_rules r = rules(zone);
    int64_t friday = TUESDAY + 3 * 24 * HOUR;

    assert_int_equal(cal_opens_next_ms(&r, TUESDAY), TUESDAY + 8 * HOUR + 30 * MINUTE);
    assert_int_equal(cal_opens_next_ms(&r, TUESDAY + 12 * HOUR), TUESDAY + 13 * HOUR);
    assert_int_equal(cal_opens_next_ms(&r, TUESDAY + 17 * HOUR), TUESDAY + 32 * HOUR + 30 * MINUTE);
    assert_int_equal(cal_opens_next_ms(&r, friday + 20 * HOUR), friday + 80 * HOUR + 30 * MINUTE);
    assert_int_equal(cal_open_until_ms(&r, TUESDAY + 9 * HOUR), TUESDAY + 12 * HOUR);
    assert_int_equal(cal_open_until_ms(&r, TUESDAY + 16 * HOUR), TUESDAY + 17 * HOUR);
    assert_int_equal(cal_open_until_ms(&r, TUESDAY + 12 * HOUR), -1);
    r.n_hours = 0;
    assert_int_equal(cal_opens_next_ms(&r, TUESDAY), -1);
    zone_free(zone);
}

static void test_calendar_open_until_goes_over_midnight(void **state)
{
    static const struct cal_when night[] = {{1 << 1, 20 * 60, 24 * 60, 1, 0},
                                            {1 << 2, 0, 6 * 60, 1, 0}};
    static const struct cal_when always[] = {{0x7f, 0, 24 * 60, 1, 0}};
    struct zone *zone = zone_load("Asia/Shanghai");
    struct cal_rules r = {.zone = zone, .hours = night, .n_hours = 2};

    assert_int_equal(cal_open_until_ms(&r, TUESDAY + 21 * HOUR), TUESDAY + 30 * HOUR);
    r.hours = always;
    r.n_hours = 1;
    assert_int_equal(cal_open_until_ms(&r, TUESDAY + 21 * HOUR), -1);
    zone_free(zone);
}

static void test_calendar_opens_next_where_the_clocks_change(void **state)
{
    /* 2026-03-29 02:00 becomes 03:00 in Berlin, a Sunday. */
    static const struct cal_when sunday[] = {{1 << 6, 4 * 60, 6 * 60, 1, 0}};
    struct zone *zone = zone_load("Europe/Berlin");
    struct cal_rules r = {.zone = zone, .hours = sunday, .n_hours = 1};

    /* 04:00 there is 02:00 UTC. */
    assert_int_equal(cal_opens_next_ms(&r, 1774742400000LL), 1774749600000LL);
    zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_hours_add_up_over_days),
        cmocka_unit_test(test_status_usual_is_of_the_weekday_where_there_are_enough),
        cmocka_unit_test(test_status_a_day_without_its_beginning_or_calls_is_left_out),
        cmocka_unit_test(test_status_open_minutes_of_each_hour),
        cmocka_unit_test(test_status_best_hour_is_the_shortest_the_earlier_of_equals),
        cmocka_unit_test(test_status_best_hour_is_silent_with_few_days),
        cmocka_unit_test(test_calendar_opens_next_after_breaks_nights_weekends),
        cmocka_unit_test(test_calendar_open_until_goes_over_midnight),
        cmocka_unit_test(test_calendar_opens_next_where_the_clocks_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
