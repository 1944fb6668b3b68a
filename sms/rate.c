/* How fast a gateway may be given messages: the moment from which the next one may go is all there
 * is to remember. A message of several parts counts as several. Pure: any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/rate.h"

/* A loop's timers are that coarse; what is late by less is caught up with at once. */
enum { SLACK_US = 20000 };

int64_t rate_wait_us(const struct rate *r, int64_t mono_us)
{
    return r->free_us > mono_us + SLACK_US ? r->free_us - mono_us : 0;
}

void rate_take(struct rate *r, int64_t mono_us, int n)
{
    if (r->free_us < mono_us)
        r->free_us = mono_us;
    r->free_us += (int64_t)n * 1000000 / r->per_second;
}

void rate_pause(struct rate *r, int64_t mono_us, int64_t pause_ms)
{
    int64_t until_us = mono_us + pause_ms * 1000;
    if (r->free_us < until_us)
        r->free_us = until_us;
}
