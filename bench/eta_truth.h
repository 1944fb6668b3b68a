/* A hall as it really is, which nobody in it knows: what visits take by service and hour, who comes
 * when, who does not. Drawn once from a sample hall and a seed. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BENCH_ETA_TRUTH_H
#define PAIHAO_BENCH_ETA_TRUTH_H

#include "config/hall.h"
#include "core/eta.h"

enum { TRUTH_CLASSES = 8, TRUTH_QUARTERS = 96 };
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   INT64_C(3600000)

struct truth_service {
    double mean_ms[DURATIONS_HOURS];
    double sigma;    /* of the logarithm of one visit */
    double capacity; /* counters that a fair share of the hall's work gives it */
    bool booked;
    int persons_max;
};

struct truth {
    const struct hall_file *hall;
    int services, counters, classes;
    struct truth_service *service;
    int64_t *offsets;            /* counters rows of services */
    double load[TRUTH_QUARTERS]; /* of an hour's quarter: demand / capacity, bookings included */
    double booked_share;         /* of the demand, where a service can be booked */
    double class_share[TRUTH_CLASSES];
    int64_t target_ms[TRUTH_CLASSES];
    double absent, missed;
    int from_minute[5], to_minute[5]; /* of Monday to Friday */
    int break_from, break_to;         /* nobody comes then; 0, 0: none */
    int lunch_minutes, lunch_from, lunch_turns;
};

struct truth *truth_new(const struct hall_file *hall, uint64_t seed);
void truth_free(struct truth *t);

/* Draws of the true laws. */
double truth_normal(struct durations_rng *rng);
double truth_visit_ms(const struct truth *t, int service, int hour, struct durations_rng *rng);
double truth_way_ms(struct durations_rng *rng);
double truth_gave_up_ms(struct durations_rng *rng);
double truth_late_ms(struct durations_rng *rng);
double truth_gap_ms(struct durations_rng *rng);
double truth_lunch_ms(const struct truth *t, struct durations_rng *rng);
double truth_pause_ms(struct durations_rng *rng); /* a short one; INFINITY: does not come back */
double truth_work_ms(struct durations_rng *rng);  /* between two of them */
/* Walk-ins of one service per ms at a minute of the day. */
double truth_walk_in_rate(const struct truth *t, int service, int minute);
/* What somebody would have learned who watched for ever. */
struct durations *truth_durations(const struct truth *t);
struct durations *truth_blank(const struct truth *t); /* what a new hall begins with */

#endif
