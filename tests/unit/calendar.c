/* core/calendar.h, dates and days: one table for each rule. What all of them make together is held
 * against an independent calendar by tests/core/calendar.test.mjs.
 * SPDX-License-Identifier: MIT */
#include "tests/lib/calendar_hall.h"

#include <stdlib.h>
#include <string.h>

static const struct cal_when always[] = {{EVERY_DAY, 0, AT(24, 0), 1, 0}};

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

static void test_cal_when_every_second_week(void **state)
{
    /* Any day of the week counts, and every other day of it: here a Sunday. */
    static const struct cal_when second[] = {{EVERY_DAY, AT(8, 0), AT(12, 0), 2, 0}};
    static const struct {
        int date;
        int units;
    } rows[] = {{20261123, 3}, {20261129, 3}, {20261130, 0}, {20261206, 0}, {20261207, 3},
                {20261122, 0}, {20261116, 0}, {20261115, 3}, {20261109, 3}, {20261108, 0},
                {20270104, 3}, {20280228, 3}, {20280229, 3}, {20280306, 0}};
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_when hours = second[0];
    struct cal_rules r = simple(z);

    r.hours = &hours;
    for (int sunday = 0; sunday <= 1; sunday++) {
        hours.week_of = cal_date(sunday ? 20261129 : 20261123);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            assert_int_equal(units_at(&r, rows[i].date, AT(9, 0), CAL_PUBLIC), rows[i].units);
    }
    hours.every_weeks = 3;
    assert_int_equal(units_at(&r, 20261130, AT(9, 0), CAL_PUBLIC), 0);
    assert_int_equal(units_at(&r, 20261207, AT(9, 0), CAL_PUBLIC), 0);
    assert_int_equal(units_at(&r, 20261214, AT(9, 0), CAL_PUBLIC), 3);
    assert_int_equal(units_at(&r, 20261102, AT(9, 0), CAL_PUBLIC), 3);
    zone_free(z);
}

static void test_cal_breaks_are_cut_out(void **state)
{
    static const struct cal_when breaks[] = {{1, AT(9, 0), AT(9, 30), 1, 0},
                                             {WEEKDAYS, AT(11, 30), AT(13, 0), 1, 0}};
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);
    struct cal_span spans[4];

    r.breaks = breaks;
    r.n_breaks = 2;
    assert_int_equal(units_at(&r, 20261123, AT(8, 55), CAL_PUBLIC), 3);
    assert_int_equal(units_at(&r, 20261123, AT(9, 0), CAL_PUBLIC), 0);
    assert_int_equal(units_at(&r, 20261123, AT(9, 25), CAL_PUBLIC), 0);
    assert_int_equal(units_at(&r, 20261123, AT(9, 30), CAL_PUBLIC), 3);
    assert_int_equal(units_at(&r, 20261124, AT(9, 0), CAL_PUBLIC), 3); /* only on Monday */
    assert_int_equal(units_at(&r, 20261124, AT(11, 30), CAL_PUBLIC), 0);
    assert_int_equal(cal_open_spans(&r, cal_date(20261123), spans, 4), 2);
    assert_int_equal(spans[0].from_minute, AT(8, 0));
    assert_int_equal(spans[0].to_minute, AT(9, 0));
    assert_int_equal(spans[1].from_minute, AT(9, 30));
    assert_int_equal(spans[1].to_minute, AT(11, 30));
    assert_int_equal(cal_open_spans(&r, cal_date(20261123), spans, 1), 1);
    assert_int_equal(cal_open_spans(&r, cal_date(20261128), spans, 4), 0);
    zone_free(z);
}

/* Special days before holidays before the week. 2026-11-23 is a Monday, -28 a Saturday. */
struct precedence {
    const char *what;
    struct cal_holiday holidays[2];
    int n_holidays;
    struct cal_special specials[2];
    int n_specials;
    int date;
    int at_8, at_10, at_14; /* public units; open 8 to 12 on weekdays, on Tuesdays until 16 */
};

static const struct precedence precedences[] = {
    {"the week alone", {{0}}, 0, {{0}}, 0, 20261123, 3, 3, 0},
    {"a holiday", {{ON(20261123)}}, 1, {{0}}, 0, 20261123, 0, 0, 0},
    {"a holiday of some days", {{20261120, 20261125, false, 0}}, 1, {{0}}, 0, 20261125, 0, 0, 0},
    {"the day behind it", {{20261120, 20261125, false, 0}}, 1, {{0}}, 0, 20261126, 3, 3, 0},
    {"a Saturday worked like Tuesday", {{ON(20261128), true, 1}}, 1, {{0}}, 0, 20261128, 3, 3, 3},
    {"holiday, then worked",
     {{ON(20261123)}, {ON(20261123), true, 1}},
     2,
     {{0}},
     0,
     20261123,
     3,
     3,
     3},
    {"worked, then holiday",
     {{ON(20261123), true, 1}, {ON(20261123)}},
     2,
     {{0}},
     0,
     20261123,
     3,
     3,
     3},
    {"worked like a Sunday", {{ON(20261123), true, 6}}, 1, {{0}}, 0, 20261123, 0, 0, 0},
    {"closed", {{0}}, 0, {{ON(20261123), .kind = CAL_CLOSED}}, 1, 20261123, 0, 0, 0},
    {"closed from 9 to 11",
     {{0}},
     0,
     {{ON(20261123), .kind = CAL_CLOSED, SPAN(9, 11)}},
     1,
     20261123,
     3,
     0,
     0},
    {"closed from 9 to 11 on a holiday",
     {{ON(20261123)}},
     1,
     {{ON(20261123), .kind = CAL_CLOSED, SPAN(9, 11)}},
     1,
     20261123,
     0,
     0,
     0},
    {"closed from 9 to 11 on a worked Saturday",
     {{ON(20261128), true, 1}},
     1,
     {{ON(20261128), .kind = CAL_CLOSED, SPAN(9, 11)}},
     1,
     20261128,
     3,
     0,
     3},
    {"closed, although worked",
     {{ON(20261128), true, 1}},
     1,
     {{ON(20261128), .kind = CAL_CLOSED}},
     1,
     20261128,
     0,
     0,
     0},
    {"hours of its own",
     {{0}},
     0,
     {{ON(20261123), .kind = CAL_HOURS, SPAN(9, 15)}},
     1,
     20261123,
     0,
     3,
     3},
    {"hours of its own on a holiday",
     {{ON(20261123)}},
     1,
     {{ON(20261123), .kind = CAL_HOURS, SPAN(9, 15)}},
     1,
     20261123,
     0,
     3,
     3},
    {"hours without a span", {{0}}, 0, {{ON(20261123), .kind = CAL_HOURS}}, 1, 20261123, 0, 0, 0},
    {"a holiday, but worked like Tuesday",
     {{ON(20261128)}},
     1,
     {{ON(20261128), .kind = CAL_WORKDAY, .weekday = 1}},
     1,
     20261128,
     3,
     3,
     3},
    {"the last one decides: worked",
     {{0}},
     0,
     {{ON(20261128), .kind = CAL_CLOSED}, {20261101, 20261130, .kind = CAL_WORKDAY, .weekday = 0}},
     2,
     20261128,
     3,
     3,
     0},
    {"the last one decides: closed",
     {{0}},
     0,
     {{20261101, 20261130, .kind = CAL_WORKDAY, .weekday = 0}, {ON(20261128), .kind = CAL_CLOSED}},
     2,
     20261128,
     0,
     0,
     0},
    {"the last one that names the date",
     {{0}},
     0,
     {{ON(20261128), .kind = CAL_WORKDAY, .weekday = 1}, {ON(20261127), .kind = CAL_CLOSED}},
     2,
     20261128,
     3,
     3,
     3},
    {"fewer decides nothing",
     {{0}},
     0,
     {{ON(20261123), .kind = CAL_CLOSED},
      {ON(20261123), .kind = CAL_FEWER, .pool = CAL_ANY_POOL, .fewer = {1, 0}}},
     2,
     20261123,
     0,
     0,
     0},
    {"fewer opens nothing",
     {{0}},
     0,
     {{ON(20261128), .kind = CAL_FEWER, .pool = 0, .fewer = {1, 0}}},
     1,
     20261128,
     0,
     0,
     0},
};

static void test_cal_day_special_before_holiday_before_week(void **state)
{
    static const struct cal_when hours[] = {{WEEKDAYS, AT(8, 0), AT(12, 0), 1, 0},
                                            {2, AT(12, 0), AT(16, 0), 1, 0}};
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);

    r.hours = hours;
    r.n_hours = 2;
    for (size_t i = 0; i < sizeof(precedences) / sizeof(precedences[0]); i++) {
        struct precedence p = precedences[i];
        bool open = p.at_8 + p.at_10 + p.at_14 > 0;

        for (int k = 0; k < 2; k++) {
            p.holidays[k].from = cal_date(p.holidays[k].from);
            p.holidays[k].to = cal_date(p.holidays[k].to);
            p.specials[k].from = cal_date(p.specials[k].from);
            p.specials[k].to = cal_date(p.specials[k].to);
        }
        r.holidays = p.holidays;
        r.n_holidays = p.n_holidays;
        r.specials = p.specials;
        r.n_specials = p.n_specials;
        if (units_at(&r, p.date, AT(8, 0), CAL_PUBLIC) != p.at_8 ||
            units_at(&r, p.date, AT(10, 0), CAL_PUBLIC) != p.at_10 ||
            units_at(&r, p.date, AT(14, 0), CAL_PUBLIC) != p.at_14 ||
            cal_is_working_day(&r, cal_date(p.date)) != open)
            fail_msg("%s", p.what);
    }
    zone_free(z);
}

static void test_cal_hours_have_the_plan_of_the_weekday(void **state)
{
    static const struct cal_when hours[] = {{WEEKDAYS, AT(8, 0), AT(16, 0), 1, 0}};
    static const struct cal_period plan[] = {
        {{1, AT(8, 0), AT(12, 0), 1, 0}, {5, 0}},       /* Monday */
        {{1 << 5, AT(8, 0), AT(20, 0), 1, 0}, {2, 0}}}; /* Saturday */
    static const struct cal_pool pool = {plan, 2};
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);
    int saturday = cal_date(20261128);
    struct cal_special open = {.from = saturday, .to = saturday, .kind = CAL_HOURS, SPAN(10, 22)};
    struct cal_holiday worked = {saturday, saturday, true, MONDAY};

    r.hours = hours;
    r.pools = &pool;
    r.specials = &open;
    r.n_specials = 1;
    assert_int_equal(units_at(&r, 20261128, AT(9, 0), CAL_PUBLIC), 0);
    assert_int_equal(units_at(&r, 20261128, AT(10, 0), CAL_PUBLIC), 2);
    assert_int_equal(units_at(&r, 20261128, AT(20, 0), CAL_PUBLIC), 0); /* open, nothing planned */
    r.holidays = &worked;
    r.n_holidays = 1;
    assert_int_equal(units_at(&r, 20261128, AT(10, 0), CAL_PUBLIC), 5);
    assert_int_equal(units_at(&r, 20261128, AT(12, 0), CAL_PUBLIC), 0);
    zone_free(z);
}

static void test_cal_periods_add_up_and_fewer_take_away(void **state)
{
    static const struct cal_period plan[] = {{{EVERY_DAY, AT(8, 0), AT(12, 0), 1, 0}, {3, 1}},
                                             {{EVERY_DAY, AT(9, 0), AT(11, 0), 1, 0}, {2, 0}},
                                             {{EVERY_DAY, AT(10, 0), AT(10, 5), 1, 0}, {255, 255}}};
    static const struct cal_pool pools[] = {{plan, 3}, {plan, 1}};
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);
    int monday = cal_date(20261123);
    struct cal_special fewer[] = {
        {.from = monday, .to = monday, .kind = CAL_FEWER, .pool = 0, .fewer = {1, 0}},
        {.from = monday, .to = monday, .kind = CAL_FEWER, .pool = 1, .fewer = {9, 9}},
        {.from = monday - 9,
         .to = monday + 9,
         .kind = CAL_FEWER,
         .pool = CAL_ANY_POOL,
         .fewer = {2, 1},
         .spans = {{AT(8, 30), AT(9, 30)}, {AT(11, 0), AT(24, 0)}},
         .n_spans = 2}};
    static const struct {
        int minute, planned, fewer, staff, staff_fewer;
    } rows[] = {{AT(8, 0), 3, 2, 1, 1},  {AT(8, 30), 3, 0, 1, 0},         {AT(9, 0), 5, 2, 1, 0},
                {AT(9, 30), 5, 4, 1, 1}, {AT(10, 0), 255, 255, 255, 255}, {AT(10, 5), 5, 4, 1, 1},
                {AT(11, 0), 3, 0, 1, 0}, {AT(11, 55), 3, 0, 1, 0}};

    r.pools = pools;
    r.n_pools = 2;
    r.specials = fewer;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        r.n_specials = 0;
        assert_int_equal(units_at(&r, 20261123, rows[i].minute, CAL_PUBLIC), rows[i].planned);
        assert_int_equal(units_at(&r, 20261123, rows[i].minute, CAL_STAFF), rows[i].staff);
        r.n_specials = 3;
        assert_int_equal(units_at(&r, 20261123, rows[i].minute, CAL_PUBLIC), rows[i].fewer);
        assert_int_equal(units_at(&r, 20261123, rows[i].minute, CAL_STAFF), rows[i].staff_fewer);
    }
    zone_free(z);
}

static int starts_of(const struct cal_rules *r, int yyyymmdd, int *minutes)
{
    struct cal_day d;
    int n = 0;

    cal_day(r, 0, cal_date(yyyymmdd), &d);
    for (int c = 0; c < d.n_cells; c++) {
        if (d.start[c])
            minutes[n++] = d.minute[c];
    }
    return n;
}

static void test_cal_day_starts_at_the_base_of_each_span(void **state)
{
    static const struct cal_period plan[] = {
        {{EVERY_DAY, AT(8, 0), AT(9, 0), 1, 0}, {3, 0}},
        {{EVERY_DAY, AT(9, 10), AT(10, 0), 1, 0}, {1, 0}},
        {{EVERY_DAY, AT(10, 5), AT(11, 0), 1, 0}, {0, 0}},   /* for walk-ins alone */
        {{EVERY_DAY, AT(10, 3), AT(10, 40), 1, 0}, {0, 1}}}; /* not where a cell begins */
    static const struct cal_pool pool = {plan, 4};
    static const int expected[] = {AT(8, 0),  AT(8, 20), AT(8, 40), AT(9, 10),
                                   AT(9, 30), AT(9, 50), AT(10, 5), AT(10, 25)};
    enum { EXPECTED = sizeof(expected) / sizeof(expected[0]) };
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);
    int minutes[CAL_CELLS_MAX];

    r.pools = &pool;
    r.base_minutes = 20;
    assert_int_equal(starts_of(&r, 20261123, minutes), EXPECTED);
    for (int i = 0; i < EXPECTED; i++)
        assert_int_equal(minutes[i], expected[i]);
    assert_int_equal(starts_of(&r, 20261128, minutes), 0);
    zone_free(z);
}

static void test_cal_day_goes_to_midnight(void **state)
{
    struct zone *z = loaded("Asia/Shanghai");
    struct cal_rules r = simple(z);
    struct cal_span span;
    struct cal_day d;

    r.hours = always;
    cal_day(&r, 0, cal_date(20261128), &d);
    assert_int_equal(d.n_cells, 288);
    assert_int_equal(d.minute[0], 0);
    assert_int_equal(d.minute[287], AT(23, 55));
    assert_int_equal(d.units[CAL_PUBLIC][0], 3);
    assert_int_equal(d.units[CAL_PUBLIC][287], 3);
    assert_true(cal_cell_ms(&d, 0) == INT64_C(1795795200000)); /* 2026-11-27T16:00Z */
    assert_int_equal(cal_cell_at(&d, cal_cell_ms(&d, 287)), 287);
    assert_int_equal(cal_cell_at(&d, cal_cell_ms(&d, 288)), -1);
    assert_int_equal(cal_cell_at(&d, cal_cell_ms(&d, 5) + 1), -1);
    assert_int_equal(cal_cell_at(&d, d.begins_ms - CAL_CELL_MS), -1);
    assert_int_equal(cal_open_spans(&r, d.date, &span, 1), 1);
    assert_int_equal(span.to_minute, AT(24, 0));
    zone_free(z);
}

/* Days of which an hour (or more, or all) is missing or comes twice. */
static void test_cal_day_where_clocks_change(void **state)
{
    static const struct {
        const char *zone;
        int date, n_cells, minute, times, first_minute, last_minute;
    } rows[] = {
        {"Europe/Berlin", 20270328, 276, AT(2, 0), 0, 0, AT(23, 55)},
        {"Europe/Berlin", 20270328, 276, AT(3, 0), 1, 0, AT(23, 55)},
        {"Europe/Berlin", 20271031, 300, AT(2, 30), 2, 0, AT(23, 55)},
        {"Europe/Berlin", 20600328, 276, AT(2, 55), 0, 0, AT(23, 55)}, /* behind the table */
        {"Australia/Lord_Howe", 20271003, 282, AT(2, 0), 0, 0, AT(23, 55)},
        {"Australia/Lord_Howe", 20270404, 294, AT(1, 30), 2, 0, AT(23, 55)},
        {"Antarctica/Troll", 20240331, 264, AT(1, 30), 0, 0, AT(23, 55)},
        {"Antarctica/Troll", 20241027, 312, AT(1, 30), 2, 0, AT(23, 55)},
        {"Africa/Cairo", 20240426, 276, AT(0, 30), 0, AT(1, 0), AT(23, 55)},
        {"Africa/Cairo", 20241031, 300, AT(23, 30), 2, 0, AT(23, 55)},
        {"America/Santiago", 20240908, 276, 0, 0, AT(1, 0), AT(23, 55)},
        {"America/Havana", 20241103, 300, AT(0, 30), 2, 0, AT(23, 55)},
        {"America/Havana", 20240310, 276, AT(0, 0), 0, AT(1, 0), AT(23, 55)},
        {"Asia/Beirut", 20240331, 276, 0, 0, AT(1, 0), AT(23, 55)},
        {"Asia/Beirut", 20241026, 300, AT(23, 0), 2, 0, AT(23, 55)},
        {"Pacific/Apia", 20111229, 288, AT(12, 0), 1, 0, AT(23, 55)},
        {"Pacific/Apia", 20111230, 0, AT(12, 0), 0, 0, 0},
        {"Pacific/Apia", 20111231, 288, AT(12, 0), 1, 0, AT(23, 55)},
        {"Asia/Kathmandu", 20270328, 288, AT(2, 0), 1, 0, AT(23, 55)},
        {"Asia/Kathmandu", 19860101, 285, AT(0, 10), 0, AT(0, 15), AT(23, 55)},
        /* An hour back one minute behind midnight: the day has begun and goes on. */
        {"America/St_Johns", 20061029, 300, AT(0, 30), 1, 0, AT(23, 55)},
        {"America/St_Johns", 20061028, 288, AT(23, 30), 1, 0, AT(23, 55)},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zone *z = loaded(rows[i].zone);
        struct cal_rules r = simple(z);
        struct cal_day d;
        struct cal_day next;

        r.hours = always;
        cal_day(&r, 0, cal_date(rows[i].date), &d);
        if (d.n_cells != rows[i].n_cells || cells_at(&d, rows[i].minute) != rows[i].times ||
            (d.n_cells > 0 && (d.minute[0] != rows[i].first_minute ||
                               d.minute[d.n_cells - 1] != rows[i].last_minute)))
            fail_msg("%s %d: %d cells, %d at %d, %d to %d", rows[i].zone, rows[i].date, d.n_cells,
                     cells_at(&d, rows[i].minute), rows[i].minute, d.minute[0],
                     d.minute[d.n_cells > 0 ? d.n_cells - 1 : 0]);
        assert_int_equal(cal_is_working_day(&r, d.date), d.n_cells > 0);
        cal_day(&r, 0, d.date + 1, &next);
        assert_true(next.begins_ms == cal_cell_ms(&d, d.n_cells));
        for (int c = 0; c < d.n_cells; c++) {
            assert_int_equal(cal_date_at(&r, cal_cell_ms(&d, c)), d.date);
            assert_int_equal(d.units[CAL_PUBLIC][c], d.minute[c] >= 0 ? 3 : 0);
            assert_int_equal(d.start[c], d.minute[c] >= 0);
            assert_int_equal(cal_is_open(&r, cal_cell_ms(&d, c)), d.minute[c] >= 0);
        }
        zone_free(z);
    }
}

static void test_cal_hours_that_the_clocks_leave_out(void **state)
{
    static const struct cal_when night = {EVERY_DAY, AT(2, 0), AT(3, 0), 1, 0};
    struct zone *z = loaded("Europe/Berlin");
    struct cal_rules r = simple(z);
    int minutes[CAL_CELLS_MAX];

    r.hours = &night;
    r.base_minutes = 30;
    assert_false(cal_is_working_day(&r, cal_date(20270328)));
    assert_int_equal(starts_of(&r, 20270328, minutes), 0);
    assert_true(cal_is_working_day(&r, cal_date(20271031)));
    assert_int_equal(starts_of(&r, 20271031, minutes), 4); /* 2:00 2:30 2:00 2:30 */
    assert_int_equal(starts_of(&r, 20271030, minutes), 2);
    zone_free(z);
}

static void test_cal_is_open_to_the_minute(void **state)
{
    static const struct cal_when odd = {WEEKDAYS, AT(8, 3), AT(8, 6), 1, 0};
    struct zone *z = loaded("Asia/Kathmandu");
    struct cal_rules r = simple(z);
    int64_t monday_ms;

    r.hours = &odd;
    (void)zone_utc(z, &(struct zone_local){.year = 2026, .month = 11, .day = 23}, &monday_ms);
    for (int minute = 0; minute < AT(24, 0); minute++) {
        bool open = minute >= odd.from_minute && minute < odd.to_minute;

        assert_int_equal(cal_is_open(&r, monday_ms + minute * INT64_C(60000)), open);
        assert_int_equal(cal_is_open(&r, monday_ms + minute * INT64_C(60000) + 59999), open);
        assert_false(cal_is_open(&r, monday_ms + (minute - AT(24, 0)) * INT64_C(60000)));
    }
    assert_int_equal(units_at(&r, 20261123, AT(8, 0), CAL_PUBLIC), 0); /* the cell's beginning */
    assert_int_equal(units_at(&r, 20261123, AT(8, 5), CAL_PUBLIC), 3); /* decides */
    zone_free(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cal_date_takes_days_that_exist),
        cmocka_unit_test(test_cal_day_is_open_by_the_week),
        cmocka_unit_test(test_cal_when_every_second_week),
        cmocka_unit_test(test_cal_breaks_are_cut_out),
        cmocka_unit_test(test_cal_day_special_before_holiday_before_week),
        cmocka_unit_test(test_cal_hours_have_the_plan_of_the_weekday),
        cmocka_unit_test(test_cal_periods_add_up_and_fewer_take_away),
        cmocka_unit_test(test_cal_day_starts_at_the_base_of_each_span),
        cmocka_unit_test(test_cal_day_goes_to_midnight),
        cmocka_unit_test(test_cal_day_where_clocks_change),
        cmocka_unit_test(test_cal_hours_that_the_clocks_leave_out),
        cmocka_unit_test(test_cal_is_open_to_the_minute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
