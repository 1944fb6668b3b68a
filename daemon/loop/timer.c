/* Timers on a loop, by CLOCK_MONOTONIC. A timer belongs to its loop's thread and may be stopped or
 * freed in its own call.
 * SPDX-License-Identifier: MIT */
#include "loop/timer.h"

#include "base/clock.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

struct timer {
    struct event *event;
    loop_fn fn;
    void *arg;
    int64_t due_ms;
    int64_t every_ms; /* 0: once */
};

static void arm(struct timer *t, int64_t now_ms)
{
    int64_t in_ms = t->due_ms > now_ms ? t->due_ms - now_ms : 0;
    struct timeval tv = {(time_t)(in_ms / 1000), (suseconds_t)(in_ms % 1000 * 1000)};

    evtimer_add(t->event, &tv);
}

static void on_due(evutil_socket_t fd, short what, void *arg)
{
    struct timer *t = arg;
    int64_t now_ms = clock_mono_ms();

    /* libevent waits by the kernel's coarse clock, which may be a tick (4 ms) early. */
    if (now_ms < t->due_ms) {
        arm(t, now_ms);
        return;
    }
    if (t->every_ms > 0) {
        t->due_ms += t->every_ms;
        if (t->due_ms <= now_ms)
            t->due_ms = now_ms + t->every_ms; /* after a stall: no burst to catch up */
        arm(t, now_ms);
    }
    t->fn(t->arg);
}

struct timer *timer_new(struct loop *l, loop_fn fn, void *arg)
{
    struct timer *t = MEM_NEW(struct timer);

    t->fn = fn;
    t->arg = arg;
    t->event = evtimer_new(loop_base(l), on_due, t);
    if (t->event == NULL)
        abort(); /* no memory */
    return t;
}

void timer_free(struct timer *t)
{
    if (t == NULL)
        return;
    event_free(t->event);
    mem_free(t);
}

void timer_once(struct timer *t, int64_t in_ms)
{
    int64_t now_ms = clock_mono_ms();

    t->every_ms = 0;
    t->due_ms = now_ms + (in_ms > 0 ? in_ms : 0);
    arm(t, now_ms);
}

void timer_every(struct timer *t, int64_t every_ms)
{
    int64_t now_ms = clock_mono_ms();

    assert(every_ms > 0);
    t->every_ms = every_ms;
    t->due_ms = now_ms + every_ms;
    arm(t, now_ms);
}

void timer_stop(struct timer *t)
{
    event_del(t->event);
}
