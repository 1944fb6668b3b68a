/* How many more can be served until the hall closes: the counter time left, less the work there
 * already is, wherever that work can go. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FORECAST_LEFT_H
#define PAIHAO_FORECAST_LEFT_H

#include <stdbool.h>
#include <stdint.h>

struct left_input {
    int services, profiles;
    const int64_t *offsets;     /* profiles x services; ETA_NOT_SERVED */
    const int64_t *capacity_ms; /* of each profile: its counters, until they close */
    const int64_t *work_ms;     /* of each service: everybody here and booked */
    const int64_t *mean_ms;     /* of one more; 0: not known */
};

/* left: for each service; -1: cannot be told (not known, or no counter serves it). The time that
 * is left is nobody's: each service is told how many of its own it would hold. So the numbers do
 * not add up, and each ticket given lowers those of all services that share its counters. */
void left_run(const struct left_input *in, int *left);

#endif
