/* What playing a hall needs and knows nothing of halls: the heap of what comes next, and numbers
 * that are the same on every machine (frexp is exact; log and exp of the C library need not be).
 * One thread at a time. SPDX-License-Identifier: MIT */
#include "core/eta_play_inside.h"

#include <assert.h>
#include <math.h>

uint64_t play_mix(uint64_t a, uint64_t b)
{
    uint64_t z = (a ^ b * UINT64_C(0xff51afd7ed558ccd)) + UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static bool earlier(struct play_event a, struct play_event b)
{
    return a.at_ms < b.at_ms || (a.at_ms == b.at_ms && a.what < b.what);
}

void play_event_add(struct eta_play *p, int64_t at_ms, int what)
{
    struct play_event e = {at_ms, what};
    int i = p->event_count++;

    assert(p->event_count <= p->event_cap); /* each number stands here at most once */
    while (i > 0 && earlier(e, p->event[(i - 1) / 2])) {
        p->event[i] = p->event[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    p->event[i] = e;
}

struct play_event play_event_take(struct eta_play *p)
{
    struct play_event first = p->event[0], last = p->event[--p->event_count];
    int i = 0;

    for (int child = 1; child < p->event_count; child = 2 * i + 1) {
        if (child + 1 < p->event_count && earlier(p->event[child + 1], p->event[child]))
            child++;
        if (!earlier(p->event[child], last))
            break;
        p->event[i] = p->event[child];
        i = child;
    }
    p->event[i] = last;
    return first;
}

/* -log(1 - u), the same on every machine to its last digit. */
double play_exponential(double u)
{
    int exponent;
    double m = frexp(1 - u, &exponent), z, z2, sum = 0;

    z = (m - 1) / (m + 1);
    z2 = z * z;
    for (int k = 19; k >= 1; k -= 2)
        sum = sum * z2 + 1.0 / k;
    return -(2 * z * sum + exponent * 0.6931471805599453);
}

/* A bell-shaped number around 0 with standard deviation 1: the sum of 12 even ones. */
double play_about(struct durations_rng *rng)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += durations_random(rng);
    return sum;
}
