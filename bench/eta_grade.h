/* The days of one hall, and how near each way of telling the wait comes to what it was.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BENCH_ETA_GRADE_H
#define PAIHAO_BENCH_ETA_GRADE_H

#include "config/hall.h"
#include <stdint.h>

enum { LEARN_DAYS_MAX = 60 };

struct grade_plan {
    const struct hall_file *hall;
    uint64_t seed;
    int learn_days, test_days;
    int moments; /* about so many in all, at each of which two tickets are told their wait */
};

struct grade {
    int samples;
    double wait_min;                              /* median wait that was there to foretell */
    double twelve, average, last30, ours, oracle; /* median absolute errors, in minutes */
    double held, held_said, oracle_held;          /* shares of the waits inside the range */
    double below, above;                          /* of ours */
    double width, width_said;                     /* medians, in minutes */
};

struct grade grade_hall(const struct grade_plan *plan);

#endif
