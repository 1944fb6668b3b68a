/* What is free: the calendar's days held against the counters of slots.c, and the rules of time
 * (notice, window, release) that hold for citizens. No state; the worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { STAFF_AHEAD_DAYS = 732 /* what is returned to every two years; a year mistyped is none */ };

void slot_times_of(struct hall *hall, bool for_staff, int64_t now_ms, struct slot_times *out)
{
    const struct cal_rules *r = hall_rules_of(hall);

    *out = (struct slot_times){.now_ms = now_ms, .earliest_ms = now_ms, .for_staff = for_staff};
    if (for_staff) {
        out->first = cal_date_at(r, now_ms);
        out->last = out->first + STAFF_AHEAD_DAYS;
        return;
    }
    out->earliest_ms = now_ms + (int64_t)r->notice_minutes * 60000;
    hall_window(hall, now_ms, &out->first, &out->last);
}

static bool is_released(struct hall *hall, int64_t opens_ms, int date, int cell, int64_t now_ms)
{
    return opens_ms + cal_drip_ms(hall_rules_of(hall), date, cell) <= now_ms;
}

bool slot_is_in_time(struct hall *hall, const struct visit *v, const struct slot_times *t, int date,
                     int cell)
{
    int pool = v->parts[0].pool;

    if (date < t->first || date > t->last ||
        cal_cell_ms(hall_cal_day(hall, pool, date), cell) < t->earliest_ms)
        return false;
    return t->for_staff ||
           is_released(hall, hall_opens_ms(hall, pool, date), date, cell, t->now_ms);
}

void slot_view_open(struct call *c, const struct slot_wish *w, struct slot_view *out)
{
    struct slots *slots = c->api->slots;

    memset(out, 0, sizeof(*out));
    out->hall = halls_find(c->api->halls, c->hall);
    out->visit = w->visit;
    out->share = w->share;
    out->generation = slots_generation(slots, c->hall);
    out->overbook = w->share == CAL_PUBLIC ? slots_overbook(slots, c->hall) : 0;
    assert(out->hall);
    slot_times_of(out->hall, w->for_staff, c->now_ms, &out->times);
    for (int i = 0; i < w->visit->n_parts; i++) {
        out->columns[i] = slots_column(slots, c->hall, w->visit->parts[i].pool_name, w->share);
        if (out->columns[i] && slots_column_generation(out->columns[i]) < out->generation)
            out->generation = slots_column_generation(out->columns[i]);
    }
}

bool slot_day_open(const struct slot_view *view, int date, struct slot_day *out)
{
    const struct visit *v = view->visit;
    int64_t spread_ms = (int64_t)hall_rules_of(view->hall)->release_spread_minutes * 60000;

    out->date = date;
    out->first = hall_cal_day(view->hall, v->parts[0].pool, date);
    out->opens_ms =
        view->times.for_staff ? INT64_MIN : hall_opens_ms(view->hall, v->parts[0].pool, date);
    out->all_released = view->times.for_staff || out->opens_ms + spread_ms <= view->times.now_ms;
    for (int i = 0; i < v->n_parts; i++) {
        const struct visit_part *p = &v->parts[i];
        struct cal_part *part = &out->parts[i];
        *part = (struct cal_part){
            .day = hall_cal_day(view->hall, p->pool, date),
            .offset = p->offset,
            .n_cells = p->n_cells,
            .cap = p->cap,
            .overbook_permille = view->overbook,
        };
        if (!view->columns[i])
            return false;
        part->used = slots_column_day(view->columns[i], date, &part->n_used);
        if (!part->used)
            return false;
    }
    return true;
}

int slot_day_left(const struct slot_view *view, const struct slot_day *d, int cell)
{
    const struct slot_times *t = &view->times;

    if (!d->first->start[cell] || cal_cell_ms(d->first, cell) < t->earliest_ms)
        return 0;
    if (d->date < t->first || d->date > t->last)
        return 0;
    if (!d->all_released && !is_released(view->hall, d->opens_ms, d->date, cell, t->now_ms))
        return 0;
    return cal_left(d->parts, view->visit->n_parts, view->share, cell);
}

/* The nearest times found so far, nearest first. */
struct nearest {
    int64_t at_ms;
    int64_t *out;
    int n, max;
};

static int64_t distance(int64_t a_ms, int64_t b_ms)
{
    return a_ms > b_ms ? a_ms - b_ms : b_ms - a_ms;
}

static void nearest_add(struct nearest *n, int64_t at_ms)
{
    int i = n->n;

    if (n->n == n->max) {
        if (distance(at_ms, n->at_ms) >= distance(n->out[n->n - 1], n->at_ms))
            return;
        i = --n->n;
    }
    for (; i > 0 && distance(at_ms, n->at_ms) < distance(n->out[i - 1], n->at_ms); i--)
        n->out[i] = n->out[i - 1];
    n->out[i] = at_ms;
    n->n++;
}

static void nearest_of_day(const struct slot_view *view, const struct slot_near *near, int date,
                           struct nearest *n)
{
    struct slot_day d;

    if (date < near->first || date > near->last || !slot_day_open(view, date, &d))
        return;
    for (int cell = 0; cell < d.first->n_cells; cell++) {
        int64_t at_ms = cal_cell_ms(d.first, cell);
        if (at_ms >= near->earliest_ms && slot_day_left(view, &d, cell) > 0)
            nearest_add(n, at_ms);
    }
}

int slot_nearest_of(const struct slot_view *view, const struct slot_near *near, int64_t *out,
                    int max)
{
    enum { DAY_MIN_MS = 21 * 3600 * 1000 }; /* no local day is shorter */
    struct nearest n = {.at_ms = near->at_ms, .out = out, .max = max};
    int date = cal_date_at(hall_rules_of(view->hall), near->at_ms);
    int away_max = date - near->first > near->last - date ? date - near->first : near->last - date;

    /* Outwards day by day, until whatever is further away cannot be nearer. */
    for (int away = 0; away <= away_max; away++) {
        if (n.n == max && (int64_t)(away - 1) * DAY_MIN_MS > distance(out[max - 1], near->at_ms))
            break;
        nearest_of_day(view, near, date - away, &n);
        if (away > 0)
            nearest_of_day(view, near, date + away, &n);
    }
    return n.n;
}

void slot_near_range(struct hall *hall, bool for_staff, int64_t now_ms, int64_t at_ms, int *first,
                     int *last)
{
    enum { NEAR_DAYS = 31 }; /* what is further away is no alternative, but another choice */
    struct slot_times t;
    int date = cal_date_at(hall_rules_of(hall), at_ms);

    slot_times_of(hall, for_staff, now_ms, &t);
    *first = date - NEAR_DAYS > t.first ? date - NEAR_DAYS : t.first;
    *last = date + NEAR_DAYS < t.last ? date + NEAR_DAYS : t.last;
    if (*last - *first >= SLOT_DAYS_MAX || *last < *first) /* at_ms lies outside all of it */
        *last = *first;
}

static int compare_moments(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int slots_nearest(struct call *c, const struct visit *v, enum cal_share share, bool for_staff,
                  int64_t at_ms, int64_t *out, int max)
{
    struct slot_wish wish = {.visit = v, .share = share, .for_staff = for_staff, .at_ms = at_ms};
    struct slot_near near = {.at_ms = at_ms};
    struct slot_view view;

    slot_view_open(c, &wish, &view);
    slot_near_range(view.hall, for_staff, c->now_ms, at_ms, &near.first, &near.last);
    int n = slot_nearest_of(&view, &near, out, max);
    qsort(out, (size_t)n, sizeof(*out), compare_moments);
    return n;
}
