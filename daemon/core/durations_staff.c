/* Counters of one day: when they are open, how long they pause, and which pause is the break of the
 * day. A break is known as one only when its counter is open again, so that going home is none.
 * Single-threaded.
 * SPDX-License-Identifier: MIT */
#include "core/durations_inside.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

enum { HALF_MINUTES = 30, DAY_MINUTES = 24 * 60 };
#define MINUTE_MS INT64_C(60000)

struct staff_counter {
    enum durations_counter state;
    bool rested;
    int64_t since_ms; /* open, or not; 0: it was not open today */
    int minute;       /* of the local day, then */
};

struct durations_staff {
    int count;
    struct staff_counter *counter;
};

struct durations_staff *durations_staff_new(int counters)
{
    struct durations_staff *s = MEM_NEW(struct durations_staff);

    s->count = counters;
    s->counter = mem_calloc((size_t)counters + 1, sizeof(*s->counter));
    return s;
}

void durations_staff_free(struct durations_staff *s)
{
    if (s == NULL)
        return;
    mem_free(s->counter);
    mem_free(s);
}

void durations_staff_day_over(struct durations_staff *s, struct durations *d)
{
    for (int i = 0; i < s->count; i++) {
        if (s->counter[i].state == DURATIONS_PAUSED)
            durations_paused(d, -1);
    }
    memset(s->counter, 0, (size_t)s->count * sizeof(*s->counter));
}

/* Shares an open time among the half hours it was in; what goes past midnight is of no day. */
static void learn_open(struct durations *d, int minute, int64_t ms)
{
    while (ms > 0 && minute < DAY_MINUTES) {
        int64_t here = (HALF_MINUTES - minute % HALF_MINUTES) * MINUTE_MS;

        here = here < ms ? here : ms;
        durations_open(d, minute / HALF_MINUTES, here);
        ms -= here;
        minute += HALF_MINUTES - minute % HALF_MINUTES;
    }
}

static void work_ends(struct staff_counter *c, struct durations *d, int64_t ms)
{
    durations_worked(d, ms);
    if (!c->rested)
        learn_open(d, c->minute, ms);
}

static void work_begins(struct staff_counter *c, struct durations *d, int64_t ms)
{
    if (c->state == DURATIONS_PAUSED)
        durations_paused(d, ms);
    if (c->since_ms > 0 && !c->rested && ms >= DURATIONS_BREAK_MS && ms <= PAUSE_MAX_MS) {
        durations_break(d, c->minute / HALF_MINUTES, ms);
        c->rested = true;
    }
}

void durations_staff_set(struct durations_staff *s, struct durations *d, int counter,
                         enum durations_counter state, int64_t now_ms, int minute)
{
    struct staff_counter *c = &s->counter[counter];
    int64_t ms = now_ms > c->since_ms ? now_ms - c->since_ms : 0;

    assert(counter >= 0 && counter < s->count && minute >= 0 && minute < DAY_MINUTES);
    if (state == c->state)
        return;
    if (c->state == DURATIONS_OPEN)
        work_ends(c, d, ms);
    else if (state == DURATIONS_OPEN)
        work_begins(c, d, ms);
    else if (c->state == DURATIONS_PAUSED)
        durations_paused(d, -1);
    /* Away since it was last open, however it is called meanwhile. */
    if (c->state == DURATIONS_OPEN || state == DURATIONS_OPEN) {
        c->since_ms = now_ms;
        c->minute = minute;
    }
    c->state = state;
}

bool durations_staff_rested(const struct durations_staff *s, int counter)
{
    assert(counter >= 0 && counter < s->count);
    return s->counter[counter].rested;
}
