/* What the loser of a race is told: the problem with the nearest times that are still free. Answers
 * on a later turn when the counters must be read. The worker's thread. SPDX-License-Identifier: MIT
 */
#include "api/slots.h"
#include <stdio.h>

enum { ALTERNATIVES = 6 }; /* what a phone shows without scrolling */

struct loss {
    enum err err;
    struct str services;
    char persons[8];
    enum cal_share share;
    bool for_staff, again;
    int tries; /* of a hall that changes meanwhile */
    int64_t at_ms;
};

static void refuse(struct call *c, const struct loss *l, const int64_t *at_ms, int n)
{
    struct buf list;

    buf_init(&list);
    buf_add_c(&list, ",\"alternatives\":[");
    for (int i = 0; i < n; i++)
        buf_addf(&list, "%s%lld", i > 0 ? "," : "", (long long)at_ms[i]);
    buf_add_char(&list, ']');
    struct problem p = {.err = l->err, .field = "at", .extra = list.p};
    call_problem_full(c, &p);
    buf_clear(&list);
}

/* The counters at hand may be older than the refusal: then they still show the time as free. */
static bool shows_as_free(struct call *c, const struct loss *l, const struct visit *v)
{
    struct slot_wish wish = {.visit = v, .share = l->share, .for_staff = l->for_staff};
    struct slot_view view;
    struct slot_day d;

    slot_view_open(c, &wish, &view);
    int date = cal_date_at(hall_rules_of(view.hall), l->at_ms);
    if (!slot_day_open(&view, date, &d))
        return false;
    int cell = cal_cell_at(d.first, l->at_ms);
    return cell >= 0 && slot_day_left(&view, &d, cell) > 0;
}

static void look(struct call *c, struct loss *l);

static void on_slots(struct call *c, void *arg, enum err err)
{
    struct loss *l = arg;
    int64_t at_ms[ALTERNATIVES];
    const char *field;
    struct visit v;

    if (err == ERR_CALENDAR_CHANGED && ++l->tries < CALENDAR_TRIES) {
        look(c, l);
        return;
    }
    if (err == ERR_NONE)
        err = visit_read(halls_find(c->api->halls, c->hall), l->services, str_of(l->persons),
                         l->for_staff, &v, &field);
    if (err != ERR_NONE) {
        refuse(c, l, NULL, 0);
    } else if (!l->again && shows_as_free(c, l, &v)) {
        l->again = true;
        slots_drop(c->api->slots, c->hall);
        look(c, l);
    } else {
        refuse(c, l, at_ms,
               slots_nearest(c, &v, l->share, l->for_staff, l->at_ms, at_ms, ALTERNATIVES));
    }
}

static void on_hall(struct call *c, struct hall *hall)
{
    struct loss *l = c->state;
    const char *field;
    int first, last;
    struct visit v;

    if (visit_read(hall, l->services, str_of(l->persons), l->for_staff, &v, &field) != ERR_NONE) {
        refuse(c, l, NULL, 0);
        return;
    }
    slot_near_range(hall, l->for_staff, c->now_ms, l->at_ms, &first, &last);
    slots_load(c, &v, l->share, first, last, on_slots, l);
}

static void look(struct call *c, struct loss *l)
{
    c->state = l;
    call_hall(c, on_hall);
}

void booking_refuse_taken(struct call *c, enum err err, const struct visit *v, enum cal_share share,
                          bool for_staff, int64_t at_ms)
{
    struct arena *m = http_arena(c->req);
    struct loss *l = arena_alloc(m, sizeof(*l));

    *l = (struct loss){.err = err,
                       .services = visit_services(v, m),
                       .share = share,
                       .for_staff = for_staff,
                       .at_ms = at_ms};
    (void)snprintf(l->persons, sizeof(l->persons), "%d", v->persons); /* at most 10 */
    look(c, l);
}
