/* Owns the calendar of a hall as a worker keeps it: the rules of core/calendar.h made from the hall
 * file, and the days worked out so far. Freed with the hall. The worker's thread. A new rule of the
 * file is filled in by rules_fill(). SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "base/mem.h"
#include <assert.h>
#include <string.h>

enum {
    /* Days kept for each pool, by the low bits of their date: more than the longest list of days
     * (62) and the longest read of counters (SLOT_DAYS_MAX), so that no two of them share a place.
     * A day is some 1.7 kB: 20 pools keep at most 4 MB a hall. */
    DAYS_KEPT = 128,
};

struct kept_day {
    struct cal_day day;
    int64_t opens_ms; /* when its release begins; INT64_MIN: not asked yet */
};

struct hall_calendar {
    struct cal_rules rules;
    struct cal_when *whens; /* hours, breaks */
    struct cal_holiday *holidays;
    struct cal_special *specials;
    struct cal_pool *pools;
    struct cal_period *periods; /* of all pools, one after the other */
    int *pool_of;               /* of each service, by its place in the file; -1: none */
    struct kept_day **days;     /* n_pools rows of DAYS_KEPT */
    bool has_window;            /* counting open days of months costs as much as a search */
    int window_of, window_first, window_last;
};

static struct cal_when when_of(const struct hall_hours *h)
{
    return (struct cal_when){
        .day_mask = h->day_mask,
        .from_minute = h->from_minute,
        .to_minute = h->to_minute,
        .every_weeks = h->every_weeks > 1 ? h->every_weeks : 1,
        .week_of = h->every_weeks > 1 ? cal_date(h->week_of_date) : 0,
    };
}

static void fill_whens(struct hall_calendar *c, const struct hall_file *f)
{
    struct cal_when *at = c->whens = mem_calloc(f->hour_count + f->break_count + 1, sizeof(*at));

    c->rules.hours = at;
    c->rules.n_hours = (int)f->hour_count;
    for (size_t i = 0; i < f->hour_count; i++)
        *at++ = when_of(&f->hours[i]);
    c->rules.breaks = at;
    c->rules.n_breaks = (int)f->break_count;
    for (size_t i = 0; i < f->break_count; i++)
        *at++ = when_of(&f->breaks[i]);
}

static void fill_holidays(struct hall_calendar *c, const struct hall_file *f)
{
    c->holidays = mem_calloc(f->holiday_count + 1, sizeof(*c->holidays));
    for (size_t i = 0; i < f->holiday_count; i++) {
        const struct hall_holiday *h = &f->holidays[i];
        c->holidays[i] = (struct cal_holiday){
            .from = cal_date(h->from_date),
            .to = cal_date(h->to_date),
            .workday = h->workday,
            .weekday = h->like_weekday,
        };
    }
    c->rules.holidays = c->holidays;
    c->rules.n_holidays = (int)f->holiday_count;
}

static enum cal_special_kind kind_of(const char *word)
{
    static const struct {
        const char *word;
        enum cal_special_kind kind;
    } kinds[] = {{"closed", CAL_CLOSED},
                 {"hours", CAL_HOURS},
                 {"workday", CAL_WORKDAY},
                 {"fewer", CAL_FEWER}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].word, word) == 0)
            return kinds[i].kind;
    assert(!"a kind the hall file's schema does not know");
    return CAL_CLOSED;
}

static void fill_specials(struct hall_calendar *c, const struct hall_file *f)
{
    c->specials = mem_calloc(f->special_count + 1, sizeof(*c->specials));
    for (size_t i = 0; i < f->special_count; i++) {
        const struct hall_special *h = &f->special_days[i];
        struct cal_special *s = &c->specials[i];
        *s = (struct cal_special){
            .from = cal_date(h->from_date),
            .to = cal_date(h->to_date),
            .kind = kind_of(h->kind),
            .weekday = h->like_weekday,
            .pool = CAL_ANY_POOL,
            .fewer = {(uint8_t)h->public_units, (uint8_t)h->staff_units},
        };
        for (size_t p = 0; p < f->pool_count; p++)
            if (strcmp(f->pools[p].code, h->pool) == 0)
                s->pool = (int)p;
        assert(h->span_count <= CAL_SPANS_MAX);
        s->n_spans = (int)h->span_count;
        for (size_t k = 0; k < h->span_count; k++)
            s->spans[k] = (struct cal_span){h->spans[k].from_minute, h->spans[k].to_minute};
    }
    c->rules.specials = c->specials;
    c->rules.n_specials = (int)f->special_count;
}

static void fill_pools(struct hall_calendar *c, const struct hall_file *f)
{
    size_t n_periods = 0;

    for (size_t p = 0; p < f->pool_count; p++)
        n_periods += f->pools[p].plan_count;
    c->pools = mem_calloc(f->pool_count + 1, sizeof(*c->pools));
    struct cal_period *at = c->periods = mem_calloc(n_periods + 1, sizeof(*at));
    for (size_t p = 0; p < f->pool_count; p++) {
        const struct hall_pool *pool = &f->pools[p];
        c->pools[p] = (struct cal_pool){at, (int)pool->plan_count};
        for (size_t i = 0; i < pool->plan_count; i++, at++) {
            at->when = when_of(&pool->plan[i].when);
            at->units[CAL_PUBLIC] = (uint8_t)pool->plan[i].public_units;
            at->units[CAL_STAFF] = (uint8_t)pool->plan[i].staff_units;
        }
    }
    c->rules.pools = c->pools;
    c->rules.n_pools = (int)f->pool_count;
}

static void rules_fill(struct hall_calendar *c, const struct hall *hall)
{
    const struct hall_file *f = hall->file;
    const struct hall_booking *b = &f->booking;
    struct cal_rules *r = &c->rules;

    *r = (struct cal_rules){
        .zone = hall->zone,
        .base_minutes = b->base_minutes > CAL_CELL_MINUTES ? b->base_minutes : CAL_CELL_MINUTES,
        .from_days = b->from_days,
        .to_days = b->to_days,
        .working_days = b->working_days,
        .notice_minutes = b->notice_minutes,
        .release_minute = b->release_minute,
        .release_spread_minutes = b->release_spread_minutes,
        .release_seed = hall->release_seed,
    };
    fill_whens(c, f);
    fill_holidays(c, f);
    fill_specials(c, f);
    fill_pools(c, f);
}

static struct hall_calendar *calendar_new(const struct hall *hall)
{
    struct hall_calendar *c = MEM_NEW(struct hall_calendar);
    const struct hall_file *f = hall->file;

    rules_fill(c, hall);
    c->pool_of = mem_calloc(f->service_count + 1, sizeof(*c->pool_of));
    for (size_t i = 0; i < f->service_count; i++)
        c->pool_of[i] = hall_file_pool(f, &f->services[i]);
    c->days = mem_calloc(f->pool_count * DAYS_KEPT + 1, sizeof(*c->days));
    return c;
}

void hall_calendar_free(struct hall_calendar *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->rules.n_pools * DAYS_KEPT; i++)
        mem_free(c->days[i]);
    mem_free(c->days);
    mem_free(c->pool_of);
    mem_free(c->periods);
    mem_free(c->pools);
    mem_free(c->specials);
    mem_free(c->holidays);
    mem_free(c->whens);
    mem_free(c);
}

const struct cal_rules *hall_rules_of(struct hall *hall)
{
    if (!hall->calendar)
        hall->calendar = calendar_new(hall);
    return &hall->calendar->rules;
}

static struct kept_day *keep_day(struct hall *hall, int pool, int date)
{
    const struct cal_rules *r = hall_rules_of(hall);

    assert(pool >= 0 && pool < r->n_pools && date >= 0);
    struct kept_day **at = &hall->calendar->days[pool * DAYS_KEPT + date % DAYS_KEPT];
    if (!*at)
        *at = mem_calloc(1, sizeof(**at));
    else if ((*at)->day.date == date)
        return *at;
    cal_day(r, pool, date, &(*at)->day);
    (*at)->day.date = date;
    (*at)->opens_ms = INT64_MIN;
    return *at;
}

const struct cal_day *hall_cal_day(struct hall *hall, int pool, int date)
{
    return &keep_day(hall, pool, date)->day;
}

int64_t hall_opens_ms(struct hall *hall, int pool, int date)
{
    struct kept_day *k = keep_day(hall, pool, date);

    if (k->opens_ms == INT64_MIN)
        k->opens_ms = cal_opens_ms(&hall->calendar->rules, date);
    return k->opens_ms;
}

void hall_window(struct hall *hall, int64_t now_ms, int *first, int *last)
{
    const struct cal_rules *r = hall_rules_of(hall);
    struct hall_calendar *c = hall->calendar;
    int today = cal_date_at(r, now_ms);

    if (!c->has_window || c->window_of != today) {
        cal_window(r, now_ms, &c->window_first, &c->window_last);
        c->window_of = today;
        c->has_window = true;
    }
    *first = c->window_first;
    *last = c->window_last;
}

int64_t hall_date_begins_ms(const struct hall *hall, int date)
{
    struct zone_local l = {.year = 1970, .month = 1, .day = 1 + date};
    int64_t utc_ms;

    (void)zone_utc(hall->zone, &l, &utc_ms); /* gap or twice: both give the day's first moment */
    return utc_ms;
}

int hall_pool_of(struct hall *hall, const struct hall_service *service)
{
    (void)hall_rules_of(hall); /* makes the calendar */
    return hall->calendar->pool_of[service - hall->file->services];
}

int hall_pool_find(const struct hall *hall, struct str code)
{
    for (size_t p = 0; p < hall->file->pool_count; p++)
        if (str_is(code, hall->file->pools[p].code))
            return (int)p;
    return -1;
}
