/* Timers by monotonic time.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_LOOP_TIMER_H
#define PAIHAO_LOOP_TIMER_H

#include "loop/loop.h"
#include <stdint.h>

struct timer;

struct timer *timer_new(struct loop *l, loop_fn fn, void *arg); /* not armed */
void timer_free(struct timer *t);                               /* NULL allowed */
/* Arms anew. A timer never comes early. */
void timer_once(struct timer *t, int64_t in_ms);
void timer_every(struct timer *t, int64_t every_ms);
void timer_stop(struct timer *t);

#endif
