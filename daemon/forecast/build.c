/* The input of one forecast, made of the scene, the lessons and the bookings of today. Main thread;
 * what it gives is read by a job thread. What the forecast is to know besides is filled in here.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "forecast/inside.h"
#include <stdlib.h>
#include <string.h>

struct building {
    const struct forecast_hall *hall;
    int64_t now_ms;
    struct scene_ticket **tickets; /* that wait or are on their way, by id */
    int ticket_count;
    int *desk_of; /* of each counter of the plan; -1: closed */
    int desks;
};

static int by_id(const void *a, const void *b)
{
    return strcmp((*(struct scene_ticket *const *)a)->id, (*(struct scene_ticket *const *)b)->id);
}

static void collect(struct building *b)
{
    const struct scene *s = b->hall->scene;

    b->tickets = mem_calloc((size_t)s->alive + 1, sizeof(*b->tickets));
    for (struct scene_ticket *t = scene_first(s); t; t = scene_next(s, t))
        if (t->service >= 0 && (t->state == SCENE_WAITING || t->state == SCENE_COMING))
            b->tickets[b->ticket_count++] = t;
    qsort(b->tickets, (size_t)b->ticket_count, sizeof(struct scene_ticket *), by_id);
    b->desk_of = mem_calloc((size_t)s->plan->counters + 1, sizeof(*b->desk_of));
    for (int i = 0; i < s->plan->counters; i++) {
        const struct scene_counter *k = &s->counters[i];
        bool works = k->open || k->paused_ms > 0;
        b->desk_of[i] = works && k->profile >= 0 ? b->desks++ : -1;
    }
    for (int p = 0; p < s->plan->profiles; p++)
        b->desks += s->ghosts[p];
}

/* As eta.h wants it: a service, or -1 - n of the counter it is held for. Held for a counter or a
 * clerk that is not at work, it is as good as in its service's line: there it goes when they leave.
 */
static int line_of(const struct building *b, const struct scene_ticket *t)
{
    const struct scene *s = b->hall->scene;

    for (int i = 0; i < s->plan->counters; i++) {
        const char *own = t->line[0] == '@' ? s->plan->counter_codes[i].code : s->counters[i].clerk;
        if ((t->line[0] == '@' || t->line[0] == '&') && b->desk_of[i] >= 0 &&
            strcmp(own, t->line + 1) == 0)
            return -1 - b->desk_of[i];
    }
    return t->service;
}

/* On its way: it cannot be there before. */
static int64_t there_from(const struct building *b, const struct scene_ticket *t)
{
    int minutes = t->travel_minutes >= 0 ? t->travel_minutes : b->hall->plan->rules.travel_minutes;
    int64_t way_ms = (int64_t)minutes * MINUTE_MS;

    if (t->state != SCENE_COMING)
        return 0;
    if (t->delays > 0)
        return t->until_ms > b->now_ms ? t->until_ms : b->now_ms;
    int64_t from_ms = (t->told_ms > 0 ? t->told_ms : b->now_ms) + way_ms;
    return from_ms > b->now_ms ? from_ms : b->now_ms;
}

static void fill_tickets(const struct building *b, struct eta_world *w)
{
    for (int i = 0; i < b->ticket_count; i++) {
        const struct scene_ticket *t = b->tickets[i];
        int64_t from_ms = there_from(b, t);
        memcpy(w->ids[i], t->id, ETA_ID_MAX);
        w->tickets[i] = (struct eta_ticket){
            .line = line_of(b, t),
            .service = t->service,
            .rank_ms = t->rank_ms,
            .entered_ms = from_ms > 0 ? from_ms : t->entered_ms,
            .from_ms = from_ms,
            .overtaken = t->state == SCENE_WAITING ? scene_overtaken(b->hall->scene, t) : 0,
            .persons = t->persons,
        };
    }
}

static void fill_counters(const struct building *b, struct eta_world *w)
{
    const struct scene *s = b->hall->scene;
    int at = 0;

    for (int i = 0; i < s->plan->counters; i++) {
        if (b->desk_of[i] < 0)
            continue;
        memcpy(w->desks[at].code, s->plan->counter_codes[i].code, ETA_CODE_MAX);
        w->desks[at++].profile = s->counters[i].profile;
    }
    for (int p = 0; p < s->plan->profiles; p++)
        for (int i = 0; i < s->ghosts[p]; i++)
            w->desks[at++].profile = p;
    for (int i = 0; i < b->desks; i++)
        w->counters[i] = (struct eta_counter){
            .offset_ms = eta_basis_offsets(w->basis, w->desks[i].profile),
            .state = ETA_IDLE,
            .from_ms = b->now_ms,
            .persons = 1,
        };
    for (int i = 0; i < s->plan->counters; i++) {
        if (b->desk_of[i] < 0)
            continue;
        struct eta_counter *c = &w->counters[b->desk_of[i]];
        c->rested = durations_staff_rested(b->hall->lessons->staff, i);
        c->paused_ms = s->counters[i].paused_ms;
    }
}

static void fill_present(const struct building *b, struct eta_world *w)
{
    const struct scene *s = b->hall->scene;

    for (const struct scene_ticket *t = scene_first(s); t; t = scene_next(s, t)) {
        int desk = t->counter >= 0 ? b->desk_of[t->counter] : -1;
        if (desk < 0 || t->service < 0)
            continue;
        struct eta_counter *c = &w->counters[desk];
        c->state = t->state == SCENE_CALLED ? ETA_CALLED : ETA_SERVING;
        c->since_ms = t->since_ms;
        c->service = t->service;
        c->persons = t->persons;
    }
}

static int fill_bookings(const struct building *b, struct eta_booking *out)
{
    const struct forecast_hall *h = b->hall;
    int n = 0;

    for (int i = 0; i < h->booked_count; i++) {
        const struct forecast_booked *k = &h->booked[i];
        if (k->at_ms + h->plan->late_ms < b->now_ms)
            continue;
        if (out)
            out[n] = (struct eta_booking){k->service, k->persons, k->at_ms, k->advantage_ms,
                                          k->target_ms};
        n++;
    }
    return n;
}

static uint64_t seed_of(const char *code)
{
    uint64_t seed = 14695981039346656037u;

    for (; *code; code++)
        seed = (seed ^ (unsigned char)*code) * 1099511628211u; /* FNV-1a */
    return seed;
}

static void fill_scalars(const struct building *b, struct eta_world *w,
                         const struct zone_local *local)
{
    const struct plan *p = b->hall->plan;
    struct eta_input *in = &w->in;

    in->now_ms = b->now_ms;
    in->hour = local->hour;
    in->hour_ms = b->now_ms - (int64_t)(local->minute * 60 + local->second) * 1000;
    in->close_ms = 0; /* whoever is inside at closing time is served */
    in->walk_in_target_ms = p->class[p->normal].target_ms;
    in->overtaking_max = p->rules.overtaking_max;
    in->early_ms = p->early_ms;
    in->late_ms = p->late_ms;
    in->seed = seed_of(b->hall->code);
}

static struct eta_basis *basis_of(struct forecast_hall *h)
{
    if (!h->basis || h->lessons->changed) {
        eta_basis_unref(h->basis);
        h->basis = plan_basis(h->plan, durations_copy(h->lessons->durations));
        h->lessons->changed = false;
    }
    return h->basis;
}

struct eta_world *build_world(struct forecast_hall *h, int64_t now_ms)
{
    struct building b = {.hall = h, .now_ms = now_ms};
    struct zone_local local;

    zone_local(h->plan->zone, now_ms, &local);
    collect(&b);
    struct eta_world_sizes n = {b.desks, b.ticket_count, fill_bookings(&b, NULL),
                                h->plan->services * ETA_ARRIVALS_EACH};
    struct eta_world *w = eta_world_new(basis_of(h), &n);
    fill_scalars(&b, w, &local);
    fill_tickets(&b, w);
    fill_counters(&b, w);
    fill_present(&b, w);
    (void)fill_bookings(&b, w->bookings);
    w->in.arrival_count = 0;
    w->in.arrival_count = eta_arrivals_learned(&w->in, w->arrivals);
    mem_free(b.tickets);
    mem_free(b.desk_of);
    return w;
}

static int64_t moment_of(const struct zone *zone, int date, int minute)
{
    struct zone_local l = {.year = 1970, .month = 1, .day = 1 + date, .minute = minute};
    int64_t ms;

    (void)zone_utc(zone, &l, &ms); /* a gap or a second time: both are near enough */
    return ms;
}

/* The hall's opening hours of today, read once for each day. */
void build_day(struct forecast_hall *h, int64_t now_ms)
{
    struct cal_span spans[SPANS_MAX];
    struct forecast_view view;

    if (h->day != 0 && now_ms >= h->day_begins_ms && now_ms < h->day_ends_ms)
        return;
    if (!h->forecast->deps.hall(h->forecast->deps.arg, str_of(h->code), &view))
        return; /* looked at again with the next forecast */
    h->day = zone_day(h->plan->zone, now_ms, &h->day_begins_ms, &h->day_ends_ms);
    int date = cal_date(h->day);
    h->open_count = cal_open_spans(view.rules, date, spans, SPANS_MAX);
    for (int i = 0; i < h->open_count; i++) {
        h->open[i].from_ms = moment_of(h->plan->zone, date, spans[i].from_minute);
        h->open[i].to_ms = moment_of(h->plan->zone, date, spans[i].to_minute);
    }
    h->bookings_due = true;
}

bool build_is_open(const struct forecast_hall *h, int64_t now_ms)
{
    for (int i = 0; i < h->open_count; i++)
        if (now_ms >= h->open[i].from_ms && now_ms < h->open[i].to_ms)
            return true;
    return false;
}
