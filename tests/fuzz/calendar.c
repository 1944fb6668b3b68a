/* Rules out of bytes: whatever they say, no day of them breaks what others build on. Between them,
 * hall files allow less than this. SPDX-License-Identifier: MIT */
#include "core/calendar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
    const uint8_t *p;
    size_t left;
};

static int take(struct bytes *b, int from, int to)
{
    unsigned n = 0;

    for (int i = 0; i < 2 && b->left > 0; i++, b->left--)
        n = n << 8 | *b->p++;
    return from + (int)(n % (unsigned)(to - from + 1));
}

static struct cal_when take_when(struct bytes *b)
{
    struct cal_when w = {(unsigned)take(b, 0, 127), take(b, -100, 1600), take(b, -100, 1600),
                         take(b, 0, 5), take(b, -1, 84000)};
    return w;
}

static struct cal_special take_special(struct bytes *b, int date)
{
    struct cal_special s = {.from = date - take(b, 0, 9), .to = date + take(b, -9, 9)};

    s.kind = (enum cal_special_kind)take(b, 0, 3);
    s.weekday = take(b, 0, 6);
    s.pool = take(b, -1, 1);
    s.fewer[CAL_PUBLIC] = (uint8_t)take(b, 0, 255);
    s.fewer[CAL_STAFF] = (uint8_t)take(b, 0, 255);
    s.n_spans = take(b, 0, CAL_SPANS_MAX);
    for (int i = 0; i < s.n_spans; i++)
        s.spans[i] = (struct cal_span){take(b, -100, 1600), take(b, -100, 1600)};
    return s;
}

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_left(const struct cal_day *d, struct bytes *b)
{
    uint8_t used[CAL_CELLS_MAX];
    struct cal_part p = {.day = d, .used = used, .n_used = take(b, 0, CAL_CELLS_MAX)};
    struct cal_booked booked[ROWS];
    int level = take(b, 0, 255);

    memset(used, level, sizeof(used));
    p.offset = take(b, 0, 30);
    p.n_cells = take(b, 0, 300);
    for (int c = -40; c < CAL_CELLS_MAX + 40; c++) {
        int inside = c + p.offset;
        int left = cal_left(&p, 1, CAL_PUBLIC, c);

        must(left >= 0);
        must(left == 0 || (inside >= 0 && inside + p.n_cells <= d->n_cells));
        must(left == 0 || left <= d->units[CAL_PUBLIC][inside]);
    }
    p.cap = take(b, 0, 255);
    p.overbook_permille = take(b, 0, 1000);
    for (int c = 0; c < d->n_cells; c++)
        must(cal_left(&p, 1, CAL_PUBLIC, c) <= CAL_UNITS_MAX);
    for (int i = 0; i < ROWS; i++)
        booked[i] = (struct cal_booked){take(b, 0, 3), take(b, -2, 330), take(b, 0, 300), true};
    cal_fit(d, CAL_STAFF, take(b, 0, 1000), booked, ROWS);
    for (int i = 0; i < ROWS; i++)
        must(!booked[i].fits || (booked[i].cell >= 0 && d->units[CAL_STAFF][booked[i].cell] > 0));
}

static void check_day(const struct cal_rules *r, int pool, int date, struct bytes *b)
{
    struct cal_day d;
    struct cal_day next;
    struct cal_span spans[3];
    int n = cal_open_spans(r, date, spans, 3);

    cal_day(r, pool, date, &d);
    cal_day(r, pool, date + 1, &next);
    must(d.n_cells >= 0 && d.n_cells <= CAL_CELLS_MAX);
    must(next.begins_ms >= cal_cell_ms(&d, d.n_cells));
    for (int c = 0; c < CAL_CELLS_MAX; c++) {
        int units = d.units[CAL_PUBLIC][c] + d.units[CAL_STAFF][c];

        must(units == 0 || (c < d.n_cells && d.minute[c] >= 0 && d.minute[c] < 1440));
        must(!d.start[c] || units > 0);
        if (c >= d.n_cells)
            continue;
        must(cal_cell_at(&d, cal_cell_ms(&d, c)) == c);
        must(units == 0 || cal_is_open(r, cal_cell_ms(&d, c)));
        must(units == 0 || (n > 0 && cal_is_working_day(r, date)));
    }
    for (int i = 0; i < n; i++)
        must(spans[i].from_minute < spans[i].to_minute &&
             (i == 0 || spans[i - 1].to_minute < spans[i].from_minute));
    check_left(&d, b);
}

static void check_window(const struct cal_rules *r, int64_t now_ms)
{
    int first;
    int last;
    int64_t drip_ms;

    cal_window(r, now_ms, &first, &last);
    drip_ms = cal_drip_ms(r, last, 100);
    must(drip_ms >= 0 && drip_ms <= r->release_spread_minutes * INT64_C(60000));
    /* What is in the window today opens today (until 24:00) or did before. */
    must(last < first || cal_opens_ms(r, last) <= now_ms + 2 * INT64_C(86400000));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"Asia/Shanghai",       "Europe/Berlin",   "Africa/Cairo",
                                        "Australia/Lord_Howe", "America/Havana",  "Pacific/Apia",
                                        "Antarctica/Troll",    "America/St_Johns"};
    enum { NAMES = sizeof(names) / sizeof(names[0]) };
    static struct zone *zones[NAMES];
    struct bytes b = {data, size};
    int k = take(&b, 0, NAMES - 1);
    int date = take(&b, 14000, 26000);
    struct cal_when hours[ROWS] = {take_when(&b), take_when(&b)};
    struct cal_when breaks[ROWS] = {take_when(&b)};
    struct cal_holiday holiday = {date - take(&b, 0, 3), date + take(&b, -3, 3),
                                  take(&b, 0, 1) != 0, take(&b, 0, 6)};
    struct cal_special specials[ROWS];
    struct cal_period plan[ROWS];
    struct cal_pool pools[2] = {{plan, ROWS}, {plan, 1}};
    struct cal_rules r = {.hours = hours,
                          .n_hours = 2,
                          .breaks = breaks,
                          .n_breaks = take(&b, 0, 1),
                          .holidays = &holiday,
                          .n_holidays = take(&b, 0, 1),
                          .specials = specials,
                          .n_specials = take(&b, 0, ROWS),
                          .pools = pools,
                          .n_pools = 2,
                          .base_minutes = take(&b, 0, 200)};

    if (zones[k] == NULL && (zones[k] = zone_load(names[k])) == NULL)
        abort();
    r.zone = zones[k];
    r.to_days = take(&b, 0, 40);
    r.from_days = take(&b, 0, r.to_days);
    r.working_days = take(&b, 0, 1) != 0;
    r.release_minute = take(&b, 0, 1440);
    r.release_spread_minutes = take(&b, 0, 1440);
    for (int i = 0; i < ROWS; i++) {
        specials[i] = take_special(&b, date);
        plan[i].when = take_when(&b);
        plan[i].units[CAL_PUBLIC] = (uint8_t)take(&b, 0, 255);
        plan[i].units[CAL_STAFF] = (uint8_t)take(&b, 0, 255);
    }
    check_day(&r, take(&b, 0, 1), date, &b);
    check_window(&r, (int64_t)date * 86400000 + take(&b, 0, 1440) * 60000);
    return 0;
}
