/* The calendar: dates and a day's cells. Pure; any thread. Whether the hall is open is in
 * calendar_rules.c, the booking window in calendar_window.c, what is left in calendar_left.c.
 *
 * No question is asked cell by cell: a day falls into stretches in which local time simply goes on
 * (one, and two where the clocks change), and a span of local minutes is a range of cells in each.
 * SPDX-License-Identifier: MIT */
#include "core/calendar.h"

#include "core/calendar_inside.h"
#include "core/zone_rule.h"

#include <assert.h>
#include <string.h>

enum {
    DAY_MS = DAY_S * 1000,
    REACH_MS = 27 * 3600 * 1000, /* no local time is further from UTC */
    YEAR_FIRST = 1970,
    YEAR_LAST = 2199, /* no hall plans further ahead; keeps dates small */
};

int cal_date(int yyyymmdd)
{
    int year = yyyymmdd / 10000;
    int month = yyyymmdd / 100 % 100;
    int day = yyyymmdd % 100;
    int date;

    if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12)
        return -1;
    date = (int)civil_days(year, month, day);
    return cal_yyyymmdd(date) == yyyymmdd ? date : -1; /* a 30th of February is some other day */
}

int cal_yyyymmdd(int date)
{
    int year;
    int month;
    int day;

    civil_date(date, &year, &month, &day);
    return year * 10000 + month * 100 + day;
}

int cal_weekday(int date)
{
    return ((date + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

int cal_date_at(const struct cal_rules *r, int64_t utc_ms)
{
    int64_t begins_ms;
    int64_t ends_ms;
    int day = zone_day(r->zone, utc_ms, &begins_ms, &ends_ms);

    return (int)civil_days(day / 10000, day / 100 % 100, day % 100);
}

static int64_t midnight_ms(const struct zone *zone, int date)
{
    struct zone_local l = {.year = YEAR_FIRST, .month = 1, .day = 1 + date};
    int64_t utc_ms;

    (void)zone_utc(zone, &l, &utc_ms); /* gap or twice: both give the day's first moment */
    return utc_ms;
}

static int floor_div(int a, int b)
{
    return a / b - (a % b < 0);
}

/* Cells of a day in which clocks may change. */
static void frame_changing(const struct zone *zone, int date, struct cal_frame *out)
{
    int64_t ends_ms = midnight_ms(zone, date + 1);
    int64_t cells;
    int cell = 0;

    out->begins_ms = midnight_ms(zone, date);
    cells = (ends_ms - out->begins_ms) / CAL_CELL_MS; /* what is left at the end is no cell */
    if (cells > CAL_CELLS_MAX)
        cells = CAL_CELLS_MAX;
    out->n_cells = (int)cells;
    while (cell < out->n_cells && out->n_stretches < CAL_STRETCHES_MAX) {
        int64_t at_ms = out->begins_ms + (int64_t)cell * CAL_CELL_MS;
        int64_t until_ms;
        int offset_s = zone_offset(zone, at_ms, &until_ms);
        int local_s = (int)((at_ms - (int64_t)date * DAY_MS) / 1000 + offset_s);
        struct cal_stretch *s = &out->stretches[out->n_stretches++];

        *s = (struct cal_stretch){cell, out->n_cells, floor_div(local_s, 60)};
        /* The first cell that begins with the next offset. */
        if (until_ms < out->begins_ms + (int64_t)out->n_cells * CAL_CELL_MS)
            s->end = (int)((until_ms - out->begins_ms + CAL_CELL_MS - 1) / CAL_CELL_MS);
        cell = s->end;
    }
    out->n_cells = cell;
}

void cal_frame(const struct zone *zone, int date, struct cal_frame *out)
{
    int64_t naive_ms = (int64_t)date * DAY_MS;
    int64_t until_ms;
    int64_t offset_ms = (int64_t)zone_offset(zone, naive_ms - REACH_MS, &until_ms) * 1000;

    *out = (struct cal_frame){0};
    if (until_ms <= naive_ms + DAY_MS + REACH_MS) {
        frame_changing(zone, date, out);
        return;
    }
    out->begins_ms = naive_ms - offset_ms;
    out->n_cells = DAY_MS / CAL_CELL_MS;
    out->n_stretches = 1;
    out->stretches[0] = (struct cal_stretch){0, out->n_cells, 0};
}

/* What is planned for a day, before it is cut to the hours. */
struct plan {
    const struct cal_frame *frame;
    int first, end; /* no cell outside has any units */
    int units[CAL_SHARES][CAL_CELLS_MAX];
    uint8_t start[CAL_CELLS_MAX];
};

/* The cells of a stretch that begin at from <= minute < to. */
static bool cells_between(const struct cal_stretch *s, int from, int to, int *first, int *end)
{
    int n = s->end - s->first;
    int low = -floor_div(s->minute - from, CAL_CELL_MINUTES); /* rounded up */
    int high = -floor_div(s->minute - to, CAL_CELL_MINUTES);

    *first = s->first + (low < 0 ? 0 : low);
    *end = s->first + (high > n ? n : high);
    return *first < *end;
}

static void add_units(struct plan *p, struct cal_span span, const uint8_t units[CAL_SHARES],
                      int sign)
{
    int first;
    int end;

    for (int i = 0; i < p->frame->n_stretches; i++) {
        if (!cells_between(&p->frame->stretches[i], span.from_minute, span.to_minute, &first, &end))
            continue;
        for (int share = 0; share < CAL_SHARES; share++) {
            int more = sign * units[share];

            for (int c = first; c < end && more != 0; c++)
                p->units[share][c] += more;
        }
    }
}

/* Marks where a booking may begin: each base minutes from the span's beginning, or in the first
 * cell behind where the two do not meet. */
static void add_starts(struct plan *p, const struct cal_when *w, int base)
{
    int first;
    int end;

    for (int i = 0; i < p->frame->n_stretches; i++) {
        const struct cal_stretch *s = &p->frame->stretches[i];
        int since;

        if (!cells_between(s, w->from_minute, w->to_minute, &first, &end))
            continue;
        since = (s->minute + (first - s->first) * CAL_CELL_MINUTES - w->from_minute) % base;
        for (int c = first; c < end; c++) {
            p->start[c] |= since < CAL_CELL_MINUTES;
            since += CAL_CELL_MINUTES;
            if (since >= base)
                since -= base;
        }
        if (first < p->first)
            p->first = first;
        if (end > p->end)
            p->end = end;
    }
}

static void plan_pool(const struct cal_rules *r, const struct cal_pool *pool,
                      const struct cal_worked *day, struct plan *p)
{
    int base = r->base_minutes < CAL_CELL_MINUTES ? CAL_CELL_MINUTES : r->base_minutes;

    for (int i = 0; i < pool->n_periods; i++) {
        const struct cal_period *period = &pool->periods[i];
        const struct cal_when *w = &period->when;

        /* A period for walk-ins alone says nothing about when bookings begin. */
        if ((period->units[CAL_PUBLIC] | period->units[CAL_STAFF]) == 0 || !cal_when_on(w, day))
            continue;
        add_units(p, (struct cal_span){w->from_minute, w->to_minute}, period->units, 1);
        add_starts(p, w, base);
    }
}

static void plan_fewer(const struct cal_rules *r, int pool, int date, struct plan *p)
{
    static const struct cal_span whole = {0, CAL_DAY_MINUTES};

    for (int i = 0; i < r->n_specials; i++) {
        const struct cal_special *s = &r->specials[i];

        if (s->kind != CAL_FEWER || !cal_names(s->from, s->to, date) ||
            (s->pool != CAL_ANY_POOL && s->pool != pool))
            continue;
        if (s->n_spans == 0)
            add_units(p, whole, s->fewer, -1);
        for (int k = 0; k < s->n_spans; k++)
            add_units(p, s->spans[k], s->fewer, -1);
    }
}

static uint8_t bounded(int units)
{
    return (uint8_t)(units < 0 ? 0 : units > CAL_UNITS_MAX ? CAL_UNITS_MAX : units);
}

static void cut_to_hours(const struct plan *p, const uint8_t map[CAL_DAY_MINUTES],
                         struct cal_day *out)
{
    for (int c = p->first; c < p->end; c++) {
        int minute = out->minute[c];

        if (minute < 0 || minute >= CAL_DAY_MINUTES || map[minute] == 0)
            continue;
        out->units[CAL_PUBLIC][c] = bounded(p->units[CAL_PUBLIC][c]);
        out->units[CAL_STAFF][c] = bounded(p->units[CAL_STAFF][c]);
        out->start[c] = p->start[c] & ((out->units[CAL_PUBLIC][c] | out->units[CAL_STAFF][c]) != 0);
    }
}

void cal_day(const struct cal_rules *r, int pool, int date, struct cal_day *out)
{
    uint8_t map[CAL_DAY_MINUTES];
    struct cal_worked day;
    struct cal_frame frame;
    struct plan plan;

    assert(pool >= 0 && pool < r->n_pools);
    cal_frame(r->zone, date, &frame);
    memset(out, 0, sizeof(*out));
    out->date = date;
    out->begins_ms = frame.begins_ms;
    out->n_cells = frame.n_cells;
    for (int i = 0; i < frame.n_stretches; i++) {
        const struct cal_stretch *s = &frame.stretches[i];

        for (int c = s->first; c < s->end; c++)
            out->minute[c] = (int16_t)(s->minute + (c - s->first) * CAL_CELL_MINUTES);
    }
    cal_worked(r, date, &day);
    if (!cal_open_map(r, &day, map))
        return;
    memset(&plan, 0, sizeof(plan));
    plan.frame = &frame;
    plan.first = frame.n_cells;
    plan_pool(r, &r->pools[pool], &day, &plan);
    if (day.fewer)
        plan_fewer(r, pool, date, &plan);
    cut_to_hours(&plan, map, out);
}

int cal_cell_at(const struct cal_day *d, int64_t utc_ms)
{
    int64_t since_ms = utc_ms - d->begins_ms;

    if (since_ms < 0 || since_ms % CAL_CELL_MS != 0 || since_ms / CAL_CELL_MS >= d->n_cells)
        return -1;
    return (int)(since_ms / CAL_CELL_MS);
}
