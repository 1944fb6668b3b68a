/* What the calendar's part of a search costs: 60 days of one pool of a hall with a real one's
 * rules, half booked, and how many visits may still begin at each start. bench/run calendar builds
 * and runs it. SPDX-License-Identifier: MIT */
#include "core/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    DAYS = 60,
    ROUNDS = 9,
    SEARCHES = 2000,
    CAPACITY = 8,
    HOLIDAYS = 34, /* a year of China's, and the days worked instead */
    SPECIALS = 12,
};

static const struct cal_when hours[] = {{0x1f, 9 * 60, 12 * 60, 1, 0},
                                        {0x1f, 13 * 60, 17 * 60, 1, 0},
                                        {0x20, 9 * 60, 12 * 60, 2, 20000}};
static const struct cal_when breaks[] = {{0x1f, 10 * 60 + 30, 10 * 60 + 45, 1, 0}};
static const struct cal_period periods[] = {{{0x7f, 9 * 60, 17 * 60, 1, 0}, {CAPACITY - 2, 2}},
                                            {{0x15, 9 * 60, 12 * 60, 1, 0}, {2, 0}}};
static const struct cal_pool pool = {periods, 2};

static int64_t cpu_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Every day of the hall, whatever the weekday; so many cells that a visit of n takes. */
static long search(const struct cal_rules *r, int first, const uint8_t *used, int n_cells)
{
    long free_starts = 0;

    for (int date = first; date < first + DAYS; date++) {
        struct cal_day day;
        struct cal_part part = {
            .day = &day, .used = used, .n_used = CAL_CELLS_MAX, .n_cells = n_cells};

        cal_day(r, 0, date, &day);
        for (int c = 0; c < day.n_cells; c++) {
            if (day.start[c] && cal_left(&part, 1, CAL_PUBLIC, c) > 0)
                free_starts++;
        }
    }
    return free_starts;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

static void measure(const char *zone_name_, int year, int n_cells, bool every_day)
{
    struct cal_holiday holidays[HOLIDAYS];
    struct cal_special specials[SPECIALS];
    uint8_t used[CAL_CELLS_MAX];
    struct zone *zone = zone_load(zone_name_);
    int first = cal_date(year * 10000 + 301);
    struct cal_when whole = {0x7f, 9 * 60, 14 * 60 + 20, 1, 0}; /* 64 base slots */
    struct cal_period one = {whole, {CAPACITY, 0}};
    struct cal_pool simple = {&one, 1};
    struct cal_rules r = {.zone = zone,
                          .hours = every_day ? &whole : hours,
                          .n_hours = every_day ? 1 : 3,
                          .breaks = breaks,
                          .n_breaks = every_day ? 0 : 1,
                          .holidays = holidays,
                          .n_holidays = HOLIDAYS,
                          .specials = specials,
                          .n_specials = SPECIALS,
                          .pools = every_day ? &simple : &pool,
                          .n_pools = 1,
                          .base_minutes = 5};
    double us[ROUNDS];
    long found = 0;

    for (int i = 0; i < HOLIDAYS; i++)
        holidays[i] = (struct cal_holiday){first + 100 + i * 7, first + 100 + i * 7, i % 5 == 0, 0};
    for (int i = 0; i < SPECIALS; i++)
        specials[i] = (struct cal_special){
            .from = first - 300 + i, .to = first - 300 + i, .kind = CAL_CLOSED};
    for (int c = 0; c < CAL_CELLS_MAX; c++)
        used[c] = (uint8_t)(c % 2 == 0 ? CAPACITY / 2 : (c * 7) % (CAPACITY + 1));
    for (int round = 0; round < ROUNDS; round++) {
        int64_t began = cpu_ns();

        for (int i = 0; i < SEARCHES; i++)
            found += search(&r, first, used, n_cells);
        us[round] = (double)(cpu_ns() - began) / SEARCHES / 1000;
    }
    qsort(us, ROUNDS, sizeof(us[0]), by_size);
    printf("| %s | %d | %s | %d | %.1f (%.1f–%.1f) | %ld |\n", zone_name_, year,
           every_day ? "64 slots, each day" : "week with breaks", n_cells, us[ROUNDS / 2], us[0],
           us[ROUNDS - 1], found / SEARCHES / ROUNDS);
    zone_free(zone);
}

int main(void)
{
    puts("| zone | from 1 March | hall | cells a visit | CPU µs a search of 60 days | free starts "
         "|\n"
         "| --- | --- | --- | --- | --- | --- |");
    for (int n = 1; n <= 6; n += n == 1 ? 2 : 3)
        measure("Asia/Shanghai", 2027, n, true);
    measure("Asia/Shanghai", 2027, 3, false);
    measure("Europe/Berlin", 2027, 3, true);
    measure("Europe/Berlin", 2060, 3, true);
    return 0;
}
