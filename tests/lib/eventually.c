/* Owns the waiting of unit tests. Runs on the test's thread. SPDX-License-Identifier: MIT */
#include "tests/lib/eventually.h"

#include "base/clock.h"
#include "loop/timer.h"

enum { PATIENCE_MS = 20000, LOOK_MS = 1 };

struct wait {
    struct loop *loop;
    bool (*holds)(void *arg);
    void *arg;
    int64_t until_ms;
    bool held;
};

static void on_look(void *arg)
{
    struct wait *w = arg;

    w->held = w->holds(w->arg);
    if (w->held || clock_mono_ms() >= w->until_ms)
        loop_stop(w->loop);
}

bool eventually(struct loop *l, bool (*holds)(void *arg), void *arg)
{
    struct wait w = {l, holds, arg, clock_mono_ms() + PATIENCE_MS, false};
    struct timer *look = timer_new(l, on_look, &w);

    timer_every(look, LOOK_MS);
    loop_run(l);
    timer_free(look);
    return w.held;
}
