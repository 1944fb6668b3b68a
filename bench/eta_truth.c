/* The true laws of a hall for bench/eta.c. What is assumed stands in bench/README.md, "eta"; it is
 * made to be like a hall, not like the model of core/eta.c: visits are lognormal, clerks differ,
 * days differ, services and hours differ from the configured minutes. One thread.
 * SPDX-License-Identifier: MIT */
#include "bench/eta_truth.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define SERVICE_SPREAD 0.30 /* of a service's true mean around the hall's ratio */
#define CELL_SPREAD    0.08 /* of an hour of a service */
#define PAUSE_SPREAD   0.5  /* of the logarithm of a short pause; of lunch 0.15 */
#define PAUSE_MS       (6 * (double)MINUTE_MS)
#define WORK_MS        (2.5 * (double)HOUR_MS) /* between two short pauses */
#define PAUSE_GONE     0.01                    /* fell ill, was called away */
#define VISITS_LEARNED 400 /* of each service and hour: the truth to a fiftieth */

double truth_normal(struct durations_rng *rng)
{
    double u = durations_random(rng), v = durations_random(rng);

    return sqrt(-2 * log(1 - u)) * cos(6.283185307179586 * v);
}

static double lognormal(double mean, double sigma, struct durations_rng *rng)
{
    return mean * exp(sigma * truth_normal(rng) - sigma * sigma / 2);
}

double truth_visit_ms(const struct truth *t, int service, int hour, struct durations_rng *rng)
{
    const struct truth_service *s = &t->service[service];

    return lognormal(s->mean_ms[hour], s->sigma, rng);
}

double truth_way_ms(struct durations_rng *rng)
{
    return lognormal(45e3, 0.5, rng);
}

double truth_gave_up_ms(struct durations_rng *rng)
{
    return lognormal(150e3, 0.3, rng);
}

/* Most some minutes early, some quite early, some late. */
double truth_late_ms(struct durations_rng *rng)
{
    double part = durations_random(rng);

    if (part < 0.15)
        return (3 + 5 * truth_normal(rng)) * (double)MINUTE_MS;
    if (part < 0.3)
        return (-22 + 6 * truth_normal(rng)) * (double)MINUTE_MS;
    return (-9 + 4 * truth_normal(rng)) * (double)MINUTE_MS;
}

double truth_gap_ms(struct durations_rng *rng)
{
    return -20e3 * log(1 - durations_random(rng));
}

double truth_lunch_ms(const struct truth *t, struct durations_rng *rng)
{
    return lognormal((double)(t->lunch_minutes * MINUTE_MS), 0.15, rng);
}

double truth_pause_ms(struct durations_rng *rng)
{
    if (durations_random(rng) < PAUSE_GONE)
        return INFINITY;
    return lognormal(PAUSE_MS, PAUSE_SPREAD, rng);
}

double truth_work_ms(struct durations_rng *rng)
{
    return -WORK_MS * log(1 - durations_random(rng));
}

static int service_index(const struct hall_file *hall, const char *code)
{
    for (size_t s = 0; s < hall->service_count; s++) {
        if (strcmp(hall->services[s].code, code) == 0)
            return (int)s;
    }
    return -1;
}

static void set_offsets(struct truth *t, int counter)
{
    const struct hall_file *hall = t->hall;
    int64_t *row = t->offsets + counter * t->services;
    const struct hall_profile *p = NULL;

    for (size_t i = 0; i < hall->profile_count; i++) {
        if (strcmp(hall->profiles[i].code, hall->counters[counter].profile) == 0)
            p = &hall->profiles[i];
    }
    assert(p != NULL);
    for (int s = 0; s < t->services; s++)
        row[s] = ETA_NOT_SERVED;
    for (size_t k = 0; k < p->serve_count; k++) {
        if (strcmp(p->serves[k].service, "*") == 0) {
            for (int s = 0; s < t->services; s++)
                row[s] = p->serves[k].offset_minutes * MINUTE_MS;
        }
    }
    for (size_t k = 0; k < p->serve_count; k++) {
        int s = service_index(hall, p->serves[k].service);

        if (s >= 0)
            row[s] = p->serves[k].offset_minutes * MINUTE_MS;
    }
}

/* Some services are asked for much more often than others. A counter divides its time among its own
 * ones by that; so much work of a service comes at a load of 1. */
static void set_capacity(struct truth *t, struct durations_rng *rng)
{
    double *wanted = mem_calloc((size_t)t->services, sizeof(*wanted));

    for (int s = 0; s < t->services; s++)
        wanted[s] = exp(0.9 * truth_normal(rng));
    for (int c = 0; c < t->counters; c++) {
        const int64_t *row = t->offsets + c * t->services;
        double all = 0;

        for (int s = 0; s < t->services; s++)
            all += row[s] == 0 ? wanted[s] : 0;
        for (int s = 0; s < t->services; s++)
            t->service[s].capacity += row[s] == 0 ? wanted[s] / all : 0;
    }
    mem_free(wanted);
}

/* The morning is brisk, the end of the day slow. */
static double hour_pace(int hour)
{
    return hour < 9 ? 0.93 : hour < 12 ? 0.98 : hour < 14 ? 1.0 : hour < 16 ? 1.04 : 1.10;
}

static void set_services(struct truth *t, struct durations_rng *rng)
{
    double ratio = 0.9 + 0.3 * durations_random(rng); /* clerks know their minutes roughly */

    for (int i = 0; i < t->services; i++) {
        const struct hall_service *from = &t->hall->services[i];
        struct truth_service *s = &t->service[i];
        double mean =
            from->minutes * (double)MINUTE_MS * ratio * exp(SERVICE_SPREAD * truth_normal(rng));

        s->sigma = 0.4 + 0.35 * durations_random(rng);
        s->booked = from->booking.open;
        s->persons_max = from->booking.persons_max > 1 ? from->booking.persons_max : 1;
        for (int h = 0; h < DURATIONS_HOURS; h++)
            s->mean_ms[h] = mean * hour_pace(h) * exp(CELL_SPREAD * truth_normal(rng));
    }
}

static void set_hours(struct truth *t)
{
    for (int day = 0; day < 5; day++) {
        for (size_t i = 0; i < t->hall->hour_count; i++) {
            const struct hall_hours *h = &t->hall->hours[i];

            if (h->day_mask & 1U << day) {
                t->from_minute[day] = h->from_minute;
                t->to_minute[day] = h->to_minute;
            }
        }
        assert(t->to_minute[day] > 0);
    }
    for (size_t i = 0; i < t->hall->break_count; i++) {
        if (t->hall->breaks[i].every_weeks == 1) {
            t->break_from = t->hall->breaks[i].from_minute;
            t->break_to = t->hall->breaks[i].to_minute;
        }
    }
}

/* Waves: after opening, before noon, in the afternoon. The lowest is 0.85, the highest 1.05 (and
 * more where a counter is at lunch). */
static void set_load(struct truth *t)
{
    for (int q = 0; q < TRUTH_QUARTERS; q++) {
        double hour = q / 4.0, a = hour - 9.5, b = hour - 11.25, c = hour - 14.75;

        t->load[q] =
            0.85 + 0.20 * exp(-a * a / 0.5) + 0.15 * exp(-b * b / 0.3) + 0.20 * exp(-c * c / 0.8);
    }
}

static void set_people(struct truth *t)
{
    double priority = 0.16;

    t->classes = (int)t->hall->class_count;
    assert(t->classes <= TRUTH_CLASSES);
    for (int c = 0; c < t->classes; c++) {
        t->target_ms[c] = t->hall->classes[c].target_minutes * MINUTE_MS;
        t->class_share[c] = c == 0 ? 1 - priority : priority / (t->classes - 1);
    }
    t->absent = 0.06;
    t->missed = 0.15;
    t->booked_share = t->services > 30 && t->counters < 20 ? 0.6 : 0.3;
    t->lunch_minutes = t->to_minute[0] > 14 * 60 ? 40 : 20;
    t->lunch_from = t->to_minute[0] > 14 * 60 ? 11 * 60 + 30 : 10 * 60;
    t->lunch_turns = 3;
}

struct truth *truth_new(const struct hall_file *hall, uint64_t seed)
{
    struct truth *t = MEM_NEW(struct truth);
    struct durations_rng rng = {.state = seed};

    t->hall = hall;
    t->services = (int)hall->service_count;
    t->counters = (int)hall->counter_count;
    t->service = mem_calloc((size_t)t->services, sizeof(*t->service));
    t->offsets = mem_calloc((size_t)(t->services * t->counters), sizeof(*t->offsets));
    for (int c = 0; c < t->counters; c++)
        set_offsets(t, c);
    set_services(t, &rng);
    set_capacity(t, &rng);
    set_hours(t);
    set_load(t);
    set_people(t);
    return t;
}

void truth_free(struct truth *t)
{
    mem_free(t->service);
    mem_free(t->offsets);
    mem_free(t);
}

/* A visit of several persons takes them all; on average so many. Two in fifteen are a family. */
static double persons_mean(const struct truth_service *s)
{
    return s->persons_max > 1 ? 1 + 0.13 * (s->persons_max / 2.0) : 1;
}

double truth_walk_in_rate(const struct truth *t, int service, int minute)
{
    const struct truth_service *s = &t->service[service];
    double visit = s->mean_ms[minute / 60] * persons_mean(s) + 65e3; /* way and gap */
    double walk_in = t->load[minute / 15] - (s->booked ? t->booked_share * (1 - t->missed) : 0);

    if (minute >= t->break_from && minute < t->break_to)
        return 0;
    return s->capacity * walk_in / visit / (1 - t->absent) / (1 + PAUSE_MS / WORK_MS);
}

struct durations *truth_blank(const struct truth *t)
{
    struct durations_service *s = mem_calloc((size_t)t->services, sizeof(*s));
    struct durations *d;

    for (int i = 0; i < t->services; i++)
        s[i] = (struct durations_service){t->hall->services[i].code, t->hall->services[i].minutes};
    d = durations_new(s, t->services);
    mem_free(s);
    return d;
}

struct durations *truth_durations(const struct truth *t)
{
    struct durations *d = truth_blank(t);
    struct durations_rng rng = {.state = 99};

    for (int k = 0; k < VISITS_LEARNED; k++) {
        for (int s = 0; s < t->services; s++) {
            for (int h = 8; h < 19; h++)
                durations_served(d, s, h, (int64_t)truth_visit_ms(t, s, h, &rng), 1);
        }
    }
    for (int k = 0; k < 20000; k++) {
        bool absent = durations_random(&rng) < t->absent,
             missed = durations_random(&rng) < t->missed;

        durations_came(d, absent ? (int64_t)-truth_gave_up_ms(&rng) : (int64_t)truth_way_ms(&rng));
        durations_booking(d, !missed, (int64_t)truth_late_ms(&rng));
        durations_gap(d, (int64_t)truth_gap_ms(&rng));
    }
    durations_age(d);
    return d;
}
