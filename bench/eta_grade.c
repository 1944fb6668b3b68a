/* Plays the days of one hall: on the first the hall learns, on the others waits are foretold in
 * five ways and compared with what came. One thread. Another way to foretell: a column of struct
 * sample. SPDX-License-Identifier: MIT */
#include "bench/eta_grade.h"

#include "base/mem.h"
#include "bench/eta_day.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LAST = 30, BOOKINGS_MAX = 2000 };

/* Ways: of (a) and (b) one that counts the whole hall, and one that counts only who stands in lines
 * of the counters that serve the ticket; the better one of the two is shown. */
enum way { TWELVE_HALL, TWELVE_NEAR, AVERAGE_HALL, AVERAGE_NEAR, LAST30, OURS, ORACLE, WAYS };

struct sample {
    int ticket;
    int64_t now_ms;
    double told[WAYS]; /* minutes */
    struct eta_range ours, oracle;
};

struct grader {
    const struct grade_plan *plan;
    struct truth *truth;
    struct durations *learned, *perfect;
    struct sample *samples;
    int count, cap, today; /* samples of today begin there */
    double share;          /* of the walk-ins at which something is foretold */
    struct durations_rng rng;
    double *error[WAYS], *wait, *width, *width_said;
    int done, held, held_said, oracle_held, below, above;
};

static bool serves(const struct day *d, int counter, int line)
{
    const struct day_counter *c = &d->counters[counter];

    return !c->away && c->eta.offset_ms[line] != ETA_NOT_SERVED;
}

/* Does any open counter serve both lines? */
static bool share_counter(const struct day *d, int a, int b)
{
    for (int c = 0; c < d->truth->counters; c++) {
        if (serves(d, c, a) && serves(d, c, b))
            return true;
    }
    return a == b;
}

static void tell_by_counting(struct grader *g, const struct day *d, int ticket, struct sample *s)
{
    const struct eta_ticket *me = &d->tickets[ticket].eta;
    int open = 0, near = 0, ahead = 0, ahead_near = 0;
    double work = 0, work_near = 0;

    for (int c = 0; c < d->truth->counters; c++) {
        open += !d->counters[c].away;
        near += serves(d, c, me->line);
    }
    for (int i = 0; i < d->ticket_count; i++) {
        const struct eta_ticket *t = &d->tickets[i].eta;
        double minutes;

        if (d->tickets[i].state != DAY_WAITING || i == ticket || t->rank_ms > me->rank_ms)
            continue;
        minutes = (double)durations_mean_ms(g->learned, t->service, day_hour(d, d->now_ms)) / 6e4;
        ahead++;
        work += minutes;
        if (share_counter(d, t->line, me->line)) {
            ahead_near++;
            work_near += minutes;
        }
    }
    open = open > 0 ? open : 1;
    near = near > 0 ? near : 1;
    s->told[TWELVE_HALL] = ahead * 12.0 / open;
    s->told[TWELVE_NEAR] = ahead_near * 12.0 / near;
    s->told[AVERAGE_HALL] = work / open;
    s->told[AVERAGE_NEAR] = work_near / near;
}

struct called {
    int64_t at_ms, wait_ms;
};

static int by_call(const void *a, const void *b)
{
    const struct called *x = a, *y = b;

    return (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

static void tell_by_last(const struct day *d, int ticket, struct sample *s)
{
    struct called *all = mem_calloc((size_t)d->ticket_count + 1, sizeof(*all));
    int64_t waited = d->now_ms - d->tickets[ticket].eta.entered_ms;
    double sum = 0;
    int n = 0;

    for (int i = 0; i < d->ticket_count; i++) {
        const struct day_ticket *t = &d->tickets[i];

        if (t->state != DAY_WAITING)
            all[n++] = (struct called){t->called_ms, t->called_ms - t->eta.entered_ms};
    }
    qsort(all, (size_t)n, sizeof(*all), by_call);
    n = n < LAST ? n : LAST;
    for (int i = 0; i < n; i++)
        sum += (double)all[i].wait_ms;
    mem_free(all);
    s->told[LAST30] = n > 0 && sum / n > (double)waited ? (sum / n - (double)waited) / 6e4 : 0;
}

/* The true rates, as eta_arrivals_learned() gives the learned ones. */
static int true_arrivals(const struct day *d, const struct eta_input *in, struct eta_arrivals *out)
{
    const struct truth *t = d->truth;
    int n = 0;

    for (int s = 0; s < t->services; s++) {
        for (int q = 0; q < 10; q++) {
            int64_t from = in->now_ms - in->now_ms % (15 * MINUTE_MS) + q * 15 * MINUTE_MS;
            int minute = (int)((from - d->start_ms) / MINUTE_MS);

            if (from >= d->close_ms)
                continue;
            for (int c = 0; c < t->classes; c++) {
                double rate = truth_walk_in_rate(t, s, minute) * d->demand * (double)HOUR_MS;

                out[n++] = (struct eta_arrivals){s, rate * t->class_share[c], t->target_ms[c],
                                                 from > in->now_ms ? from : in->now_ms,
                                                 from + 15 * MINUTE_MS};
            }
        }
    }
    return n;
}

struct view {
    struct eta_input in;
    struct eta_ticket *tickets;
    int *index; /* of the day's ticket -> of the input's */
    struct eta_counter *counters;
    struct eta_booking bookings[BOOKINGS_MAX];
    struct eta_arrivals *arrivals;
};

static void view_fill(struct view *v, const struct day *d)
{
    const struct truth *t = d->truth;

    v->tickets = mem_calloc((size_t)d->ticket_count + 1, sizeof(*v->tickets));
    v->index = mem_calloc((size_t)d->ticket_count + 1, sizeof(*v->index));
    v->counters = mem_calloc((size_t)t->counters + 1, sizeof(*v->counters));
    v->arrivals = mem_calloc((size_t)t->services * 10 * TRUTH_CLASSES + 1, sizeof(*v->arrivals));
    v->in = (struct eta_input){.now_ms = d->now_ms,
                               .hour_ms = d->now_ms - (d->now_ms - d->start_ms) % HOUR_MS,
                               .hour = day_hour(d, d->now_ms),
                               .services = t->services,
                               .walk_in_target_ms = t->target_ms[0],
                               .overtaking_max = t->hall->rules.overtaking_max,
                               .early_ms = t->hall->booking.early_minutes * MINUTE_MS,
                               .late_ms = t->hall->booking.late_minutes * MINUTE_MS,
                               .counters = v->counters,
                               .counter_count = t->counters,
                               .tickets = v->tickets,
                               .bookings = v->bookings,
                               .arrivals = v->arrivals,
                               .seed = 1};
    for (int i = 0; i < d->ticket_count; i++) {
        v->index[i] = v->in.ticket_count;
        if (d->tickets[i].state == DAY_WAITING)
            v->tickets[v->in.ticket_count++] = d->tickets[i].eta;
    }
    for (int i = 0; i < d->booking_count && v->in.booking_count < BOOKINGS_MAX; i++) {
        if (!d->bookings[i].over)
            v->bookings[v->in.booking_count++] = d->bookings[i].eta;
    }
    for (int c = 0; c < t->counters; c++)
        v->counters[c] = d->counters[c].eta;
}

static void view_clear(struct view *v)
{
    mem_free(v->tickets);
    mem_free(v->index);
    mem_free(v->counters);
    mem_free(v->arrivals);
}

static void foretell(struct grader *g, const struct day *d, const int *tickets, struct sample *s)
{
    struct eta_range *ranges = mem_calloc((size_t)d->ticket_count + 1, sizeof(*ranges));
    struct eta_range *services = mem_calloc((size_t)d->truth->services, sizeof(*services));
    struct eta_output out = {ranges, services, NULL};
    struct view v;

    memset(&v, 0, sizeof(v));
    view_fill(&v, d);
    v.in.durations = g->learned;
    v.in.arrival_count = eta_arrivals_learned(&v.in, v.arrivals);
    eta_run(&v.in, &out);
    s[0].ours = ranges[v.index[tickets[0]]];
    s[1].ours = ranges[v.index[tickets[1]]];
    v.in.durations = g->perfect;
    v.in.arrival_count = true_arrivals(d, &v.in, v.arrivals);
    eta_run(&v.in, &out);
    s[0].oracle = ranges[v.index[tickets[0]]];
    s[1].oracle = ranges[v.index[tickets[1]]];
    view_clear(&v);
    mem_free(ranges);
    mem_free(services);
}

static int random_waiting(struct grader *g, const struct day *d)
{
    for (;;) {
        int i = (int)(durations_random(&g->rng) * d->ticket_count);

        if (d->tickets[i].state == DAY_WAITING)
            return i;
    }
}

/* A walk-in has a ticket: what would be told to it, and to somebody who waits already? */
static void on_ticket(struct day *d, int ticket, void *arg)
{
    struct grader *g = arg;
    int tickets[2] = {ticket, 0};
    struct sample *s;

    if (durations_random(&g->rng) >= g->share)
        return;
    tickets[1] = random_waiting(g, d);
    if (g->count + 2 > g->cap) {
        g->cap = g->cap * 2 + 256;
        g->samples = mem_realloc(g->samples, (size_t)g->cap * sizeof(*g->samples));
    }
    s = &g->samples[g->count];
    memset(s, 0, 2 * sizeof(*s));
    foretell(g, d, tickets, s);
    for (int k = 0; k < 2; k++) {
        s[k].ticket = tickets[k];
        s[k].now_ms = d->now_ms;
        s[k].told[OURS] = (double)s[k].ours.likely_ms / 6e4;
        s[k].told[ORACLE] = (double)s[k].oracle.likely_ms / 6e4;
        tell_by_counting(g, d, tickets[k], &s[k]);
        tell_by_last(d, tickets[k], &s[k]);
    }
    g->count += tickets[1] == ticket ? 1 : 2;
}

static bool inside(const struct eta_range *r, int64_t wait_ms)
{
    return wait_ms >= r->low_ms && wait_ms <= r->high_ms;
}

static void grade_today(struct grader *g, const struct day *d)
{
    for (; g->today < g->count; g->today++) {
        const struct sample *s = &g->samples[g->today];
        int64_t wait = d->tickets[s->ticket].called_ms - s->now_ms;
        struct eta_said said = eta_say(&s->ours);

        if (!s->ours.known || !s->oracle.known)
            continue;
        for (int w = 0; w < WAYS; w++)
            g->error[w][g->done] = fabs(s->told[w] - (double)wait / 6e4);
        g->wait[g->done] = (double)wait / 6e4;
        g->width[g->done] = (double)(s->ours.high_ms - s->ours.low_ms) / 6e4;
        g->width_said[g->done] = said.high - said.low;
        g->done++;
        g->held += inside(&s->ours, wait);
        g->below += wait < s->ours.low_ms;
        g->above += wait > s->ours.high_ms;
        g->held_said += eta_kept(&said, wait);
        g->oracle_held += inside(&s->oracle, wait);
    }
    g->count = g->today = 0;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof(*v), by_size);
    return n > 0 ? v[n / 2] : 0;
}

static struct grade result(struct grader *g)
{
    struct grade r = {.samples = g->done};
    double n = g->done > 0 ? g->done : 1, of[WAYS];

    for (int w = 0; w < WAYS; w++)
        of[w] = median(g->error[w], g->done);
    r.wait_min = median(g->wait, g->done);
    r.twelve = fmin(of[TWELVE_HALL], of[TWELVE_NEAR]);
    r.average = fmin(of[AVERAGE_HALL], of[AVERAGE_NEAR]);
    r.last30 = of[LAST30];
    r.ours = of[OURS];
    r.oracle = of[ORACLE];
    r.held = g->held / n;
    r.held_said = g->held_said / n;
    r.oracle_held = g->oracle_held / n;
    r.below = g->below / n;
    r.above = g->above / n;
    r.width = median(g->width, g->done);
    r.width_said = median(g->width_said, g->done);
    return r;
}

static void play_days(struct grader *g)
{
    const struct grade_plan *plan = g->plan;
    double walk_ins = 0;

    for (int number = 0; number < plan->learn_days + plan->test_days; number++) {
        struct day d = {.truth = g->truth, .learns = g->learned, .knows = g->perfect, .arg = g};

        if (number == plan->learn_days)
            g->share = plan->moments / (walk_ins / plan->learn_days * plan->test_days);
        if (number >= plan->learn_days)
            d.on_ticket = on_ticket;
        day_play(&d, number, plan->seed);
        for (int i = 0; i < d.ticket_count; i++)
            walk_ins += d.tickets[i].walk_in;
        grade_today(g, &d);
        day_clear(&d);
    }
}

struct grade grade_hall(const struct grade_plan *plan)
{
    struct grader g = {.plan = plan, .rng = {.state = plan->seed ^ 0x5eed}};
    double *columns[WAYS + 3];
    size_t max = (size_t)plan->moments * 4 + 1000; /* twice what is expected */
    struct grade r;

    for (int i = 0; i < WAYS + 3; i++)
        columns[i] = mem_calloc(max, sizeof(double));
    memcpy(g.error, columns, sizeof(g.error));
    g.wait = columns[WAYS];
    g.width = columns[WAYS + 1];
    g.width_said = columns[WAYS + 2];
    g.truth = truth_new(plan->hall, plan->seed);
    g.learned = truth_blank(g.truth);
    g.perfect = truth_durations(g.truth);
    play_days(&g);
    r = result(&g);
    for (int i = 0; i < WAYS + 3; i++)
        mem_free(columns[i]);
    mem_free(g.samples);
    durations_free(g.learned);
    durations_free(g.perfect);
    truth_free(g.truth);
    return r;
}
