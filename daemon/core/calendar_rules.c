/* Whether a hall is open: special days before holidays before the week. Pure; any thread. A further
 * kind of special day gets its case in cal_open_map() (and in cal_worked() when it changes the
 * weekday).
 * SPDX-License-Identifier: MIT */
#include "core/calendar_inside.h"

#include "core/zone_rule.h"

#include <string.h>

void cal_worked(const struct cal_rules *r, int date, struct cal_worked *out)
{
    bool worked = false;

    *out = (struct cal_worked){.date = date, .weekday = cal_weekday(date)};
    for (int i = 0; i < r->n_holidays; i++) {
        const struct cal_holiday *h = &r->holidays[i];

        if (!cal_names(h->from, h->to, date))
            continue;
        if (h->workday) {
            worked = true;
            out->weekday = h->weekday;
        } else {
            out->holiday = true;
        }
    }
    out->holiday = out->holiday && !worked;
    for (int i = 0; i < r->n_specials; i++) {
        const struct cal_special *s = &r->specials[i];

        if (!cal_names(s->from, s->to, date))
            continue;
        if (s->kind == CAL_FEWER)
            out->fewer = true;
        else
            out->special = s;
    }
    if (out->special != NULL && out->special->kind == CAL_WORKDAY)
        out->weekday = out->special->weekday;
}

static int week_of(int date)
{
    int monday = date - cal_weekday(date);

    return (monday + 3) / 7; /* 1970-01-01 was a Thursday; exact, so below 0 too */
}

/* The weekday is the one the date is worked like, the week always its own. */
bool cal_when_on(const struct cal_when *w, const struct cal_worked *day)
{
    return (w->day_mask >> day->weekday & 1) != 0 &&
           (w->every_weeks <= 1 ||
            (week_of(day->date) - week_of(w->week_of)) % w->every_weeks == 0);
}

static void fill(uint8_t map[CAL_DAY_MINUTES], int from, int to, uint8_t value)
{
    if (from < 0)
        from = 0;
    if (to > CAL_DAY_MINUTES)
        to = CAL_DAY_MINUTES;
    if (from < to)
        memset(map + from, value, (size_t)(to - from));
}

static void fill_weekly(uint8_t map[CAL_DAY_MINUTES], const struct cal_when *when, int n,
                        const struct cal_worked *day, uint8_t value)
{
    for (int i = 0; i < n; i++) {
        if (cal_when_on(&when[i], day))
            fill(map, when[i].from_minute, when[i].to_minute, value);
    }
}

static void fill_spans(uint8_t map[CAL_DAY_MINUTES], const struct cal_special *s, uint8_t value)
{
    for (int i = 0; i < s->n_spans; i++)
        fill(map, s->spans[i].from_minute, s->spans[i].to_minute, value);
}

bool cal_open_map(const struct cal_rules *r, const struct cal_worked *day,
                  uint8_t map[CAL_DAY_MINUTES])
{
    const struct cal_special *s = day->special;
    bool weekly = s == NULL ? !day->holiday : s->kind == CAL_WORKDAY;

    if (s != NULL && s->kind == CAL_CLOSED)
        weekly = s->n_spans > 0 && !day->holiday;
    if (!weekly && (s == NULL || s->kind != CAL_HOURS))
        return false;
    memset(map, 0, CAL_DAY_MINUTES);
    if (weekly) {
        fill_weekly(map, r->hours, r->n_hours, day, 1);
        fill_weekly(map, r->breaks, r->n_breaks, day, 0);
    }
    if (s != NULL && s->kind != CAL_WORKDAY)
        fill_spans(map, s, s->kind == CAL_HOURS);
    return memchr(map, 1, CAL_DAY_MINUTES) != NULL;
}

bool cal_is_open(const struct cal_rules *r, int64_t utc_ms)
{
    uint8_t map[CAL_DAY_MINUTES];
    struct cal_worked day;
    struct zone_local l;
    int date = cal_date_at(r, utc_ms);

    zone_local(r->zone, utc_ms, &l);
    cal_worked(r, date, &day);
    /* Where clocks went back over midnight the date shown is yesterday's, which is over. */
    return civil_days(l.year, l.month, l.day) == date && cal_open_map(r, &day, map) &&
           map[l.hour * 60 + l.minute] == 1;
}

/* Times that the clocks leave out do not count: a frame has only those that are. */
bool cal_is_working_day(const struct cal_rules *r, int date)
{
    uint8_t map[CAL_DAY_MINUTES];
    struct cal_worked day;
    struct cal_frame frame;

    cal_worked(r, date, &day);
    if (!cal_open_map(r, &day, map))
        return false;
    cal_frame(r->zone, date, &frame);
    for (int i = 0; i < frame.n_stretches; i++) {
        const struct cal_stretch *s = &frame.stretches[i];
        int from = s->minute < 0 ? 0 : s->minute;
        int to = s->minute + (s->end - s->first) * CAL_CELL_MINUTES;

        if (to > CAL_DAY_MINUTES)
            to = CAL_DAY_MINUTES;
        if (from < to && memchr(map + from, 1, (size_t)(to - from)) != NULL)
            return true;
    }
    return false;
}

int cal_open_spans(const struct cal_rules *r, int date, struct cal_span *out, int max)
{
    uint8_t map[CAL_DAY_MINUTES + 1];
    struct cal_worked day;
    struct cal_frame frame;
    uint8_t *from = map;
    int n = 0;

    cal_worked(r, date, &day);
    cal_frame(r->zone, date, &frame);
    if (frame.n_cells == 0 || !cal_open_map(r, &day, map))
        return 0;
    map[CAL_DAY_MINUTES] = 0; /* ends the last span */
    while (n < max && (from = memchr(from, 1, (size_t)(map + CAL_DAY_MINUTES - from))) != NULL) {
        uint8_t *to = memchr(from, 0, (size_t)(map + CAL_DAY_MINUTES + 1 - from));

        out[n++] = (struct cal_span){(int)(from - map), (int)(to - map)};
        from = to;
    }
    return n;
}
