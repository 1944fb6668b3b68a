/* How fast a gateway may be given messages. Pure: the time is an argument. SPDX-License-Identifier:
 * MIT */
#ifndef PAIHAO_SMS_RATE_H
#define PAIHAO_SMS_RATE_H

#include <stdint.h>

struct rate {
    int per_second;
    int64_t free_us; /* monotonic; before this moment nothing is sent */
};

/* 0: send now; else so long must be waited. */
int64_t rate_wait_us(const struct rate *r, int64_t mono_us);
/* n parts go out now: evenly spaced, no burst, since contracts count each second by itself. */
void rate_take(struct rate *r, int64_t mono_us, int n);
/* The gateway asked to be left alone. */
void rate_pause(struct rate *r, int64_t mono_us, int64_t pause_ms);

#endif
