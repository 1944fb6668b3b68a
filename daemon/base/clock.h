/* Two clocks: business time (what citizens see; may be sped up for a demo or a simulation) and
 * monotonic time (deadlines). Never libevent's cached time.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_CLOCK_H
#define PAIHAO_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970-01-01 UTC: CLOCK_REALTIME, or the demo clock below. */
int64_t clock_now_ms(void);
/* Milliseconds of CLOCK_MONOTONIC; never sped up. */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
/* Demo clock, set once before threads start: business time starts at start_ms (0 = now) and runs
 * speed times as fast (1..3600). */
void clock_demo(int64_t start_ms, int speed);
int clock_speed(void);

#endif
