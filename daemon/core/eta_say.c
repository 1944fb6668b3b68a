/* How a range of waits is told to people, and when such a promise was kept. Any thread.
 * SPDX-License-Identifier: MIT */
#include "core/eta.h"

/* Nobody plans by the minute what is half an hour away. */
static int step_at(int64_t minutes)
{
    return minutes < 10 ? 1 : minutes < 30 ? 5 : 10;
}

static int down(int64_t ms)
{
    int64_t minutes = ms > 0 ? ms / 60000 : 0;

    return (int)(minutes - minutes % step_at(minutes));
}

static int up(int64_t ms)
{
    int64_t minutes = ms > 0 ? (ms + 59999) / 60000 : 0;
    int step = step_at(minutes);

    return (int)((minutes + step - 1) / step * step);
}

static int nearest(int64_t ms)
{
    int64_t minutes = ms > 0 ? (ms + 30000) / 60000 : 0;
    int step = step_at(minutes);

    return (int)((minutes + step / 2) / step * step);
}

struct eta_said eta_say(const struct eta_range *r)
{
    struct eta_said said = {down(r->low_ms), nearest(r->likely_ms), up(r->high_ms)};

    if (said.likely < said.low)
        said.likely = said.low;
    if (said.high < said.likely)
        said.high = said.likely;
    return said;
}

bool eta_kept(const struct eta_said *said, int64_t wait_ms)
{
    int64_t minutes = wait_ms > 0 ? (wait_ms + 30000) / 60000 : 0;

    return minutes >= said->low && minutes <= said->high;
}
