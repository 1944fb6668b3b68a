/* Sets a hall up to be played forward: everything that is the same in each run. Who waits stands
 * in the lines already, so that a run begins with a copy of them. One thread at a time.
 * SPDX-License-Identifier: MIT */
#include "core/eta_play_inside.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Longer than any day of a hall: who is not called by then is not called today. */
#define PLAYED_MS (INT64_C(14) * 3600 * 1000)

static int line_of(const struct eta_input *in, int line)
{
    int index = line >= 0 ? line : in->services - 1 - line;

    assert(index < in->services + in->counter_count);
    return index;
}

/* The order in which they entered their lines; the same moment: the order of arrival. */
struct by_entry {
    int64_t entered_ms;
    int ticket;
};

static int compare_entry(const void *a, const void *b)
{
    const struct by_entry *x = a, *y = b;

    if (x->entered_ms != y->entered_ms)
        return x->entered_ms < y->entered_ms ? -1 : 1;
    return x->ticket - y->ticket;
}

static void set_nodes(struct eta_play *p)
{
    const struct eta_input *in = p->in;

    p->node_cap = in->ticket_count + in->booking_count + 64;
    p->node = mem_calloc((size_t)p->node_cap, sizeof(*p->node));
    p->place = mem_calloc((size_t)p->node_cap, sizeof(*p->place));
    for (int i = 0; i < in->ticket_count; i++) {
        const struct eta_ticket *t = &in->tickets[i];
        uint64_t key = play_mix(in->seed, (uint64_t)t->entered_ms);

        p->node[i] = (struct play_node){t->rank_ms, play_mix(key, (uint64_t)t->service),
                                        line_of(in, t->line), t->service, t->persons};
    }
}

static void set_lines(struct eta_play *p)
{
    const struct eta_input *in = p->in;
    struct by_entry *order = mem_calloc((size_t)in->ticket_count + 1, sizeof(*order));
    int here = 0;

    for (int i = 0; i < in->ticket_count; i++) {
        if (in->tickets[i].from_ms <= in->now_ms)
            order[here++] = (struct by_entry){in->tickets[i].entered_ms, i};
    }
    qsort(order, (size_t)here, sizeof(*order), compare_entry);
    for (int k = 0; k < here; k++) {
        int i = order[k].ticket;
        struct eta_entry entry = {p->node[i].rank, i};

        p->place[i] = eta_line_enter(&p->begin[p->node[i].line], entry, in->tickets[i].overtaken);
    }
    mem_free(order);
}

static void mark_busy(const struct eta_play *p, bool *busy)
{
    const struct eta_input *in = p->in;

    for (int i = 0; i < in->ticket_count; i++)
        busy[p->node[i].line] = true;
    for (int i = 0; i < in->booking_count; i++)
        busy[in->bookings[i].service] = true;
    for (int i = 0; i < in->arrival_count; i++)
        busy[in->arrivals[i].service] = true;
}

static void add_serve(struct eta_play *p, struct play_counter *c, int line, int64_t offset_ms)
{
    c->serves[c->count++] = (struct play_serve){line, offset_ms};
    if (offset_ms < c->offset_min_ms)
        c->offset_min_ms = offset_ms;
    p->served[line] = true;
}

static void set_counter(struct eta_play *p, int index, const bool *busy)
{
    const struct eta_counter *from = &p->in->counters[index];
    struct play_counter *c = &p->counter[index];
    int own = p->in->services + index;

    c->serves = mem_calloc((size_t)p->in->services + 1, sizeof(*c->serves));
    c->offset_min_ms = INT64_MAX;
    c->key = play_mix(play_mix(p->in->seed, (uint64_t)from->since_ms), (uint64_t)index);
    if (busy[own])
        add_serve(p, c, own, 0);
    for (int want = 1; want >= 0; want--) {
        for (int s = 0; s < p->in->services; s++) {
            if (from->offset_ms[s] != ETA_NOT_SERVED && busy[s] == want)
                add_serve(p, c, s, from->offset_ms[s]);
        }
        if (want == 1)
            c->busy_lines = c->count;
    }
}

static void set_draws(struct eta_play *p)
{
    const struct eta_input *in = p->in;
    size_t services = (size_t)in->services;

    p->curve = mem_calloc(services + 1, sizeof(*p->curve));
    p->mean = mem_calloc((services + 1) * DURATIONS_HOURS, sizeof(*p->mean));
    p->doubt = mem_calloc(services + 1, sizeof(*p->doubt));
    p->pace = mem_calloc(services + 1, sizeof(*p->pace));
    for (int s = 0; s < in->services; s++) {
        durations_curve_served(in->durations, s, &p->curve[s]);
        p->doubt[s] = durations_doubt(in->durations, s);
        for (int h = 0; h < DURATIONS_HOURS; h++)
            p->mean[s * DURATIONS_HOURS + h] = (double)durations_mean_ms(in->durations, s, h);
    }
    durations_way(in->durations, &p->way);
    durations_lateness(in->durations, &p->lateness);
    p->gap_ms = durations_gap_ms(in->durations);
    p->break_ms = durations_break_ms(in->durations);
    durations_pause(in->durations, &p->pause);
    p->pause_rate = durations_pause_rate(in->durations);
    for (int h = 0; h < DURATIONS_HALVES; h++)
        p->break_rate[h] = durations_break_rate(in->durations, h);
}

static void set_watched(struct eta_play *p)
{
    for (int i = 0; i < p->in->ticket_count; i++)
        p->watched += p->served[p->node[i].line];
    for (int s = 0; s < p->in->services; s++)
        p->watched += p->served[s];
}

struct eta_play *eta_play_new(const struct eta_input *in)
{
    struct eta_play *p = MEM_NEW(struct eta_play);
    size_t lines = (size_t)(in->services + in->counter_count) + 1;
    bool *busy = mem_calloc(lines, sizeof(*busy));

    assert(in->hour_ms <= in->now_ms && in->hour >= 0 && in->hour < DURATIONS_HOURS);
    p->in = in;
    p->lines = in->services + in->counter_count;
    p->begin = mem_calloc(lines, sizeof(*p->begin));
    p->line = mem_calloc(lines, sizeof(*p->line));
    p->head_rank = mem_calloc(lines, sizeof(*p->head_rank));
    p->bound_rank = mem_calloc(lines, sizeof(*p->bound_rank));
    p->head_node = mem_calloc(lines, sizeof(*p->head_node));
    p->bound_node = mem_calloc(lines, sizeof(*p->bound_node));
    p->served = mem_calloc(lines, sizeof(*p->served));
    p->ghost = mem_calloc((size_t)in->services + 1, sizeof(*p->ghost));
    p->counter = mem_calloc((size_t)in->counter_count + 1, sizeof(*p->counter));
    p->event_cap = in->counter_count + in->ticket_count + in->booking_count + in->arrival_count + 1;
    p->event = mem_calloc((size_t)p->event_cap, sizeof(*p->event));
    p->end_ms = in->now_ms + PLAYED_MS;
    if (in->close_ms > 0 && in->close_ms < p->end_ms)
        p->end_ms = in->close_ms;
    set_nodes(p);
    set_lines(p);
    mark_busy(p, busy);
    for (int c = 0; c < in->counter_count; c++)
        set_counter(p, c, busy);
    set_draws(p);
    set_watched(p);
    mem_free(busy);
    return p;
}

void eta_play_free(struct eta_play *p)
{
    for (int i = 0; i < p->lines; i++) {
        eta_line_clear(&p->begin[i]);
        eta_line_clear(&p->line[i]);
    }
    for (int c = 0; c < p->in->counter_count; c++)
        mem_free(p->counter[c].serves);
    mem_free(p->begin);
    mem_free(p->line);
    mem_free(p->head_rank);
    mem_free(p->bound_rank);
    mem_free(p->head_node);
    mem_free(p->bound_node);
    mem_free(p->counter);
    mem_free(p->node);
    mem_free(p->place);
    mem_free(p->ghost);
    mem_free(p->event);
    mem_free(p->served);
    mem_free(p->curve);
    mem_free(p->mean);
    mem_free(p->doubt);
    mem_free(p->pace);
    mem_free(p);
}

bool eta_play_served(const struct eta_play *p, int line)
{
    return p->served[line_of(p->in, line)];
}
