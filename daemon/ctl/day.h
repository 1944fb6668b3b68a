/* The demo day: hundreds of citizens and some counters live a day through the HTTP API, by the
 * daemon's own (sped-up) clock; afterwards the history check reads every event of it.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_DAY_H
#define PAIHAO_CTL_DAY_H

#include "ctl/client.h"
#include <stdint.h>

struct day_plan {
    const char *hall;
    int citizens;  /* 1..5000 */
    int counters;  /* 1..200, the first of the hall */
    int hours;     /* length of the day by the daemon's clock, 1..12 */
    uint64_t seed; /* the same seed, the same citizens */
};

/* Runs it and prints what happened. The exit code: 0 when nothing went wrong and the check found
 * nothing. */
int day_run(struct client *c, const struct day_plan *plan);
/* Reads all events of a hall and prints what the history check finds; 0 when it finds nothing. */
int day_check(struct client *c, const char *hall);

#endif
