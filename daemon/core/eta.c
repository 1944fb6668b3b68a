/* How long still: many runs of a hall that is played forward (eta_play_run.c), and what they say
 * together. Runs on a job thread; pure. How a range is told to people: eta_say.c.
 * SPDX-License-Identifier: MIT */
#include "core/eta.h"

#include "base/mem.h"
#include "core/eta_play.h"

#include <assert.h>
#include <string.h>

/* So many runs that a hall with 2,000 waiting, 60 counters and 40 services takes below 20 ms, told
 * by its size and not by the clock, or the same input would give other minutes on a busy machine.
 * Never so few that the tenth and the ninetieth percent are a matter of luck; more than 256 change
 * them by less than what is rounded away. */
enum { RUNS_MIN = 32, RUNS_MAX = 256, WORK = 90000 };

static int runs_for(const struct eta_input *in)
{
    int64_t calls = in->ticket_count + in->booking_count + in->counter_count + 1;
    int64_t runs = WORK / (calls + in->services);

    if (in->runs > 0)
        return in->runs;
    runs = runs < RUNS_MAX ? runs : RUNS_MAX;
    return runs > RUNS_MIN ? (int)runs & ~1 : RUNS_MIN;
}

/* Sorts the few that there are. */
static void sort(int32_t *v, int n)
{
    static const int gaps[] = {57, 23, 10, 4, 1};

    for (size_t g = 0; g < sizeof(gaps) / sizeof(*gaps); g++) {
        for (int i = gaps[g]; i < n; i++) {
            int32_t x = v[i];
            int k = i;

            for (; k >= gaps[g] && v[k - gaps[g]] > x; k -= gaps[g])
                v[k] = v[k - gaps[g]];
            v[k] = x;
        }
    }
}

/* Of n sorted ones: below it the share p of all that might have been drawn. */
static int64_t quantile(const int32_t *v, int n, double p)
{
    double at = p * (n + 1) - 1;
    int i = (int)at;

    if (at <= 0)
        return v[0];
    if (i >= n - 1)
        return v[n - 1];
    return v[i] + (int64_t)((at - i) * (v[i + 1] - v[i]));
}

/* Of those runs in which it was called: when it is not in most of them, nothing can be said. Its
 * waits stand `step` apart. */
static struct eta_range range_of(const int32_t *waits, size_t step, int runs, int32_t *v)
{
    struct eta_range r = {false, 0, 0, 0};
    int n = 0;

    for (int i = 0; i < runs; i++) {
        int32_t wait = waits[(size_t)i * step];

        if (wait != ETA_NEVER)
            v[n++] = wait;
    }
    if (n * 2 < runs || n < 2)
        return r;
    sort(v, n);
    r.known = true;
    r.low_ms = quantile(v, n, 0.1);
    r.likely_ms = quantile(v, n, 0.5);
    r.high_ms = quantile(v, n, 0.9);
    return r;
}

/* Nothing is claimed for a line on whose services nothing is known. */
static bool line_known(const struct eta_input *in, const struct eta_play *p, int line, int service)
{
    return eta_play_served(p, line) && durations_known(in->durations, service);
}

static void play(const struct eta_input *in, struct eta_play *p, struct eta_output *out)
{
    int runs = runs_for(in), watched = in->ticket_count + in->services;
    int32_t *all = mem_calloc((size_t)watched * (size_t)runs + 1, sizeof(*all));
    int32_t *of_one = mem_calloc((size_t)runs + 1, sizeof(*of_one));

    for (int r = 0; r < runs; r++)
        eta_play_once(p, r, all + (size_t)r * (size_t)watched);
    for (int i = 0; i < watched; i++) {
        const struct eta_ticket *t = i < in->ticket_count ? &in->tickets[i] : NULL;
        int service = t != NULL ? t->service : i - in->ticket_count;
        struct eta_range r = range_of(all + i, (size_t)watched, runs, of_one);

        if (!line_known(in, p, t != NULL ? t->line : service, service))
            r = (struct eta_range){false, 0, 0, 0};
        *(t != NULL ? &out->tickets[i] : &out->services[service]) = r;
    }
    mem_free(of_one);
    mem_free(all);
}

/* Expected time at the counter, with the way to it. */
static int64_t visit_ms(const struct eta_input *in, int service, int persons)
{
    int64_t one = durations_mean_ms(in->durations, service, in->hour);

    return one * (persons > 1 ? persons : 1) + durations_gap_ms(in->durations);
}

/* What is left of a visit that has begun. */
static int64_t rest_ms(const struct eta_input *in, const struct eta_counter *c)
{
    enum { PARTS = 16 };
    int64_t whole =
        durations_mean_ms(in->durations, c->service, in->hour) * (c->persons > 1 ? c->persons : 1);
    double passed = in->now_ms > c->since_ms ? (double)(in->now_ms - c->since_ms) : 0, sum = 0;
    struct durations_curve curve;

    if (c->state == ETA_CALLED || whole <= 0)
        return whole;
    durations_curve_served(in->durations, c->service, &curve);
    passed /= (double)whole;
    for (int i = 0; i < PARTS; i++)
        sum += durations_curve_draw(&curve, passed, (i + 0.5) / PARTS) - passed;
    return (int64_t)(sum / PARTS * (double)whole);
}

static void add_work(const struct eta_input *in, int64_t *work_ms)
{
    struct durations_lateness lateness;
    struct durations_way way;

    memset(work_ms, 0, (size_t)in->services * sizeof(*work_ms));
    durations_lateness(in->durations, &lateness);
    durations_way(in->durations, &way);
    for (int i = 0; i < in->ticket_count; i++) {
        const struct eta_ticket *t = &in->tickets[i];

        work_ms[t->service] +=
            (int64_t)((double)visit_ms(in, t->service, t->persons) * (1 - way.absent));
    }
    for (int i = 0; i < in->booking_count; i++) {
        const struct eta_booking *b = &in->bookings[i];

        work_ms[b->service] += (int64_t)((double)visit_ms(in, b->service, b->persons) *
                                         (1 - way.absent) * (1 - lateness.missed));
    }
    for (int i = 0; i < in->counter_count; i++) {
        if (in->counters[i].state != ETA_IDLE)
            work_ms[in->counters[i].service] += rest_ms(in, &in->counters[i]);
    }
}

void eta_run(const struct eta_input *in, struct eta_output *out)
{
    struct eta_play *p = eta_play_new(in);

    play(in, p, out);
    if (out->work_ms != NULL)
        add_work(in, out->work_ms);
    eta_play_free(p);
}

/* By quarters for two hours, in which waves come and go; the third as a whole. */
static int64_t part_ms(int64_t from_ms, int64_t begins_ms)
{
    const int64_t quarter_ms = 900000, hour_ms = 3600000;

    return from_ms - begins_ms < 2 * hour_ms ? quarter_ms : hour_ms;
}

int eta_arrivals_learned(const struct eta_input *in, struct eta_arrivals *out)
{
    const int64_t hour_ms = 3600000;
    const struct durations *d = in->durations;
    double ahead = durations_ahead_share(d);
    int64_t begins = in->now_ms - (in->now_ms - in->hour_ms) % hour_ms;
    int n = 0;

    for (int s = 0; s < in->services; s++) {
        int64_t ms;

        for (int64_t from = begins; from < begins + 3 * hour_ms; from += ms) {
            int64_t since = from - in->hour_ms;
            int hour = (int)((in->hour + since / hour_ms) % DURATIONS_HOURS);
            double rate = durations_rate(d, s, hour);
            struct eta_arrivals a;

            ms = part_ms(from, begins);
            if (ms < hour_ms)
                rate *= durations_wave(d, hour * 4 + (int)(since % hour_ms / ms));
            if (rate <= 0 || from + ms <= in->now_ms)
                continue;
            a = (struct eta_arrivals){s, rate * (1 - ahead), in->walk_in_target_ms, from,
                                      from + ms};
            out[n++] = a;
            if (ahead <= 0)
                continue;
            a.per_hour = rate * ahead;
            a.target_ms -= durations_ahead_ms(d);
            out[n++] = a;
        }
    }
    return n;
}
