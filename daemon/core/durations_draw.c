/* Draws from what a hall learned: histograms become curves of quantiles, of which a draw is one
 * look-up. No function of the C library whose last digit differs between machines is used: sqrt,
 * frexp and ldexp are exact. SPDX-License-Identifier: MIT */
#include "core/durations_inside.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define SHAPE_WEIGHT 20.0 /* visits that the hall's shape counts for in a service's */
#define PRIOR_WEIGHT 10.0 /* observations that what is known of other halls counts for */

/* Times at a counter where nothing is known: a long tail, standard deviation 0.6 of the mean. */
static const double usual_shape[BUCKETS] = {
    [10] = 1,  [11] = 2,  [12] = 3,  [13] = 5, [14] = 7, [15] = 9, [16] = 11, [17] = 13, [18] = 14,
    [19] = 14, [20] = 13, [21] = 11, [22] = 9, [23] = 7, [24] = 5, [25] = 3,  [26] = 2,  [27] = 1};
/* Ways: a minute, from a quarter of one to four. Given up: mostly after two to five. */
static const double usual_came[BUCKETS] = {
    [12] = 2, [14] = 5, [16] = 8, [18] = 9, [20] = 8, [22] = 5, [24] = 2, [26] = 1};
static const double usual_gave_up[BUCKETS] = {
    [22] = 2, [23] = 4, [24] = 6, [25] = 6, [26] = 4, [27] = 2};
/* Pauses: some minutes, or a meal of half an hour to an hour. */
static const double usual_paused[BUCKETS] = {[14] = 2, [16] = 4, [18] = 4, [20] = 3, [22] = 2,
                                             [24] = 1, [27] = 3, [28] = 3, [29] = 2, [30] = 1};
#define GONE_BEFORE 0.1 /* share of pauses after which nobody comes back, before it is known */

double durations_random(struct durations_rng *rng)
{
    uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    z = (z ^ z >> 31) >> 11;
    return (double)(rng->mirrored ? (UINT64_C(1) << 53) - 1 - z : z) * 0x1p-53;
}

static double total(const double *h, int n)
{
    double sum = 0;

    for (int i = 0; i < n; i++)
        sum += h[i];
    return sum;
}

/* The histogram and, with so much weight, another one. */
static void blend(double *out, const double *h, const double *other, double weight)
{
    double scale = weight / total(other, BUCKETS);

    for (int i = 0; i < BUCKETS; i++)
        out[i] = h[i] + other[i] * scale;
}

/* Even inside a bucket; `edge` are the n + 1 ends of the buckets. */
static void make_curve(const double *h, const double *edge, int n, struct durations_curve *out)
{
    double all = total(h, n), below = 0;
    int b = 0;

    assert(all > 0);
    for (int step = 0; step <= DURATIONS_STEPS; step++) {
        double want = all * step / DURATIONS_STEPS;

        while (b < n - 1 && (below + h[b] < want || h[b] <= 0)) {
            below += h[b];
            b++;
        }
        if (step == DURATIONS_STEPS || below + h[b] < want) {
            while (b > 0 && h[b] <= 0) /* the last one with anything in it ends the curve */
                b--;
            out->at[step] = edge[b + 1];
        } else {
            out->at[step] = edge[b] + (edge[b + 1] - edge[b]) * (want - below) / h[b];
        }
    }
}

static void octave_curve(const double *h, struct durations_curve *out)
{
    double edge[BUCKETS + 1];

    for (int i = 0; i <= BUCKETS; i++)
        edge[i] = durations_bucket_from(i);
    make_curve(h, edge, BUCKETS, out);
}

static double curve_mean(const struct durations_curve *c)
{
    return (total(c->at, DURATIONS_STEPS + 1) - (c->at[0] + c->at[DURATIONS_STEPS]) / 2) /
           DURATIONS_STEPS;
}

static void scale(struct durations_curve *c, double factor)
{
    for (int i = 0; i <= DURATIONS_STEPS; i++)
        c->at[i] *= factor;
}

/* The last 64th reaches from its quantile to the end of the last bucket, but most of it lies at its
 * beginning: its end is set where an even spread has the mean of what is really there. */
static void trim_tail(const double *h, struct durations_curve *c)
{
    double rest = total(h, BUCKETS) / DURATIONS_STEPS, left = rest, sum = 0;
    double *last = &c->at[DURATIONS_STEPS], from = last[-1];

    for (int b = BUCKETS - 1; b >= 0 && left > 0; b--) {
        double take = h[b] < left ? h[b] : left;

        sum += take * (durations_bucket_from(b) + durations_bucket_from(b + 1)) / 2;
        left -= take;
    }
    *last = 2 * sum / rest - from;
    if (*last < from * 1.05)
        *last = from * 1.05;
}

void durations_curve_served(const struct durations *d, int service, struct durations_curve *out)
{
    double hall[BUCKETS], own[BUCKETS];

    assert(service >= 0 && service < d->count);
    blend(hall, d->shape, usual_shape, PRIOR_WEIGHT);
    blend(own, d->service[service].shape, hall, SHAPE_WEIGHT);
    octave_curve(own, out);
    trim_tail(own, out);
    scale(out, 1 / curve_mean(out));
}

/* The share of the curve below x. */
static double share_below(const struct durations_curve *c, double x)
{
    int low = 0, high = DURATIONS_STEPS;

    if (x <= c->at[0])
        return 0;
    while (high - low > 1) {
        int middle = (low + high) / 2;

        *(c->at[middle] <= x ? &low : &high) = middle;
    }
    if (c->at[high] <= x)
        return 1;
    return (low + (x - c->at[low]) / (c->at[high] - c->at[low])) / DURATIONS_STEPS;
}

/* The value below which the share `place` of the curve lies. */
static double value_at(const struct durations_curve *c, double place)
{
    int step;

    place *= DURATIONS_STEPS;
    step = (int)place < DURATIONS_STEPS ? (int)place : DURATIONS_STEPS - 1;
    return c->at[step] + (c->at[step + 1] - c->at[step]) * (place - step);
}

double durations_curve_draw(const struct durations_curve *c, double passed, double u)
{
    double below = passed > c->at[0] ? share_below(c, passed) : 0, drawn;

    /* Longer than any before it: half as long again at most, twice as long in the extreme. What
     * lasts that long goes on in proportion to what it took so far. */
    if (below > 1 - 0.5 / DURATIONS_STEPS)
        return passed / sqrt(sqrt(1 - 0.9375 * u));
    drawn = value_at(c, below + (1 - below) * u);
    return drawn > passed ? drawn : passed;
}

int64_t durations_draw(const struct durations *d, int service, int hour, int persons,
                       int64_t elapsed_ms, struct durations_rng *rng)
{
    double whole = durations_mean(d, service, hour) * (persons > 1 ? persons : 1);
    struct durations_curve c;
    int64_t ms;

    durations_curve_served(d, service, &c);
    ms = (int64_t)(durations_curve_draw(&c, (double)elapsed_ms / whole, durations_random(rng)) *
                   whole);
    return ms > elapsed_ms ? ms : elapsed_ms;
}

void durations_way(const struct durations *d, struct durations_way *out)
{
    double h[BUCKETS];

    out->absent = durations_absent_share(d);
    blend(h, d->came, usual_came, PRIOR_WEIGHT);
    octave_curve(h, &out->came);
    trim_tail(h, &out->came);
    scale(&out->came, WAY_UNIT_MS);
    blend(h, d->gave_up, usual_gave_up, PRIOR_WEIGHT);
    octave_curve(h, &out->gave_up);
    trim_tail(h, &out->gave_up);
    scale(&out->gave_up, WAY_UNIT_MS);
}

struct durations_walk durations_way_draw(const struct durations_way *w, int64_t elapsed_ms,
                                         struct durations_rng *rng)
{
    double passed = (double)elapsed_ms, absent = w->absent;
    double u = durations_random(rng), v = durations_random(rng);
    struct durations_walk walk;

    if (elapsed_ms > 0) { /* the longer nobody comes, the less likely somebody does */
        double gone = absent * (1 - share_below(&w->gave_up, passed));
        double coming = (1 - absent) * (1 - share_below(&w->came, passed));

        absent = gone + coming > 0 ? gone / (gone + coming) : 1;
    }
    walk.came = u >= absent;
    walk.ms = (int64_t)durations_curve_draw(walk.came ? &w->came : &w->gave_up, passed, v);
    walk.ms = walk.ms > elapsed_ms ? walk.ms : elapsed_ms;
    return walk;
}

int64_t durations_draw_way(const struct durations *d, int64_t elapsed_ms, struct durations_rng *rng)
{
    struct durations_way w;
    struct durations_walk walk;

    durations_way(d, &w);
    walk = durations_way_draw(&w, elapsed_ms, rng);
    return walk.came ? walk.ms : -1;
}

void durations_pause(const struct durations *d, struct durations_pause *out)
{
    double h[BUCKETS], breaks = total(d->rested, BUCKETS);

    blend(h, d->paused, usual_paused, PRIOR_WEIGHT);
    octave_curve(h, &out->back);
    scale(&out->back, PAUSE_UNIT_MS);
    if (breaks > 0)
        memcpy(h, d->rested, sizeof(h));
    octave_curve(h, &out->rest);
    scale(&out->rest, PAUSE_UNIT_MS);
    out->gone = (d->gone.sum + PRIOR_WEIGHT * GONE_BEFORE) / (d->gone.n + PRIOR_WEIGHT);
    out->brief = share_below(&out->back, (double)DURATIONS_BREAK_MS);
}

int64_t durations_pause_at(const struct durations_pause *p, int64_t passed_ms, double u)
{
    double below = share_below(&p->back, (double)passed_ms);
    double back = (1 - p->gone) * (1 - below), gone = p->gone / (p->gone + back);
    int64_t ms;

    /* The longer it is, the likelier it is none that ends today. */
    if (u < gone || below >= 1 || passed_ms > PAUSE_MAX_MS)
        return INT64_MAX;
    ms = (int64_t)value_at(&p->back, below + (1 - below) * (u - gone) / (1 - gone));
    return ms > passed_ms ? ms : passed_ms;
}

int64_t durations_pause_brief(const struct durations_pause *p, double u)
{
    return (int64_t)value_at(&p->back, p->brief * u);
}

int64_t durations_pause_rest(const struct durations_pause *p, double u)
{
    return (int64_t)value_at(&p->rest, u);
}

/* Before anything is known: from half an hour early to five minutes late, most ten minutes early.
 */
static double usual_late(int bucket)
{
    double minutes = ((double)LATE_FROM_MS + (bucket + 0.5) * (double)LATE_STEP_MS) / 60e3;

    if (minutes < -30 || minutes > 6)
        return 0;
    return minutes < -10 ? minutes + 31 : (6 - minutes) * 1.3;
}

void durations_lateness(const struct durations *d, struct durations_lateness *out)
{
    double h[LATE_BUCKETS], edge[LATE_BUCKETS + 1], all = 0;

    for (int b = 0; b < LATE_BUCKETS; b++)
        all += usual_late(b);
    for (int b = 0; b <= LATE_BUCKETS; b++)
        edge[b] = (double)(LATE_FROM_MS + b * LATE_STEP_MS);
    for (int b = 0; b < LATE_BUCKETS; b++)
        h[b] = d->late[b] + usual_late(b) * PRIOR_WEIGHT / all;
    out->missed = durations_missed_share(d);
    make_curve(h, edge, LATE_BUCKETS, &out->late);
}

int64_t durations_late_draw(const struct durations_lateness *l, int64_t now_late_ms,
                            struct durations_rng *rng)
{
    double below = share_below(&l->late, (double)now_late_ms);
    double kept = (1 - l->missed) * (1 - below);
    double u = durations_random(rng), v = durations_random(rng);
    int64_t late;

    if (below >= 1 || u * (kept + l->missed) >= kept)
        return INT64_MAX;
    late = (int64_t)value_at(&l->late, below + (1 - below) * v);
    return late > now_late_ms ? late : now_late_ms;
}

int64_t durations_draw_late(const struct durations *d, int64_t now_late_ms,
                            struct durations_rng *rng)
{
    struct durations_lateness l;

    durations_lateness(d, &l);
    return durations_late_draw(&l, now_late_ms, rng);
}
