/* The two clocks. Owns the setting of the demo clock, written once before threads start and only
 * read afterwards; any thread.
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

static struct {
    int speed;
    int64_t start_ms;      /* business time when the demo clock was set */
    int64_t start_mono_ms; /* monotonic time of that moment */
} demo = {1, 0, 0};
static int demo_set;

static int64_t read_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t); /* cannot fail with these two ids */
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now_ms(void)
{
    if (demo_set)
        return demo.start_ms + (clock_mono_ms() - demo.start_mono_ms) * demo.speed;
    return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void clock_demo(int64_t start_ms, int speed)
{
    assert(speed >= 1 && speed <= 3600);
    demo.start_ms = start_ms != 0 ? start_ms : read_us(CLOCK_REALTIME) / 1000;
    demo.start_mono_ms = clock_mono_ms();
    demo.speed = speed;
    demo_set = 1;
}

int clock_speed(void)
{
    return demo.speed;
}
