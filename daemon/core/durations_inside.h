/* What the files of core/durations*.c share. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_DURATIONS_INSIDE_H
#define PAIHAO_CORE_DURATIONS_INSIDE_H

#include "core/durations.h"

enum {
    BUCKETS = 40,       /* quarters of an octave: 19 % wide, less than a service's own spread */
    OCTAVES_BELOW = 5,  /* from 1/32 of the unit to 32 of it */
    LATE_BUCKETS = 120, /* of 2 minutes: from 2 hours before the time to 2 hours after it */
};
#define LATE_STEP_MS  INT64_C(120000)
#define LATE_FROM_MS  (-LATE_BUCKETS / 2 * LATE_STEP_MS)
#define WAY_UNIT_MS   60000.0  /* ways are counted as multiples of a minute */
#define PAUSE_UNIT_MS 480000.0 /* pauses of 8 minutes: from 15 seconds to four hours */
/* Longer: whoever is away for so long has not paused, but closed. */
#define PAUSE_MAX_MS INT64_C(10800000)

struct service_learned {
    char *code;
    double configured_ms;
    double n, sum_ms; /* for one person */
    double hour_n[DURATIONS_HOURS], hour_sum_ms[DURATIONS_HOURS];
    double arrived[DURATIONS_HOURS];
    double persons[DURATIONS_PERSONS]; /* walk-ins of 1, 2 ... persons */
    double shape[BUCKETS];             /* of the times as multiples of the mean expected then */
};

/* How one thing went all in all. */
struct sum {
    double n, sum;
};

struct durations {
    int count;
    struct service_learned *service;
    double served;                    /* visits */
    double usual_ratio;               /* of a service's times to its configured ones */
    struct sum hour[DURATIONS_HOURS]; /* the same, of what was expected of the service */
    struct sum today;                 /* the same, of what was expected in that hour */
    double shape[BUCKETS];
    double came[BUCKETS], gave_up[BUCKETS]; /* multiples of WAY_UNIT_MS */
    struct sum absent;                      /* calls, and which of them were not answered */
    struct sum missed;                      /* the same of bookings */
    double late[LATE_BUCKETS];
    struct sum gap;                                          /* ms */
    struct sum pause;                                        /* breaks and their ms */
    double open[DURATIONS_HALVES], pauses[DURATIONS_HALVES]; /* hours, breaks begun */
    struct sum gone;                         /* pauses, and after which nobody came back */
    struct sum brief;                        /* hours open, and pauses that were no break */
    double paused[BUCKETS], rested[BUCKETS]; /* all of them, and breaks, of PAUSE_UNIT_MS */
    struct sum ahead_share, ahead_ms;
    double quarter[DURATIONS_QUARTERS]; /* walk-ins of all services */
    double hour_days[DURATIONS_HOURS];  /* days on which somebody came in that hour */
    bool hour_today[DURATIONS_HOURS];
};

int durations_bucket(double ratio);       /* 0..BUCKETS-1, the outer ones take what is beyond */
double durations_bucket_from(int bucket); /* its lower end */
void durations_set_ratio(struct durations *d); /* after a change of its services */
double durations_mean(const struct durations *d, int service, int hour);
double durations_absent_share(const struct durations *d);
double durations_missed_share(const struct durations *d);

#endif
