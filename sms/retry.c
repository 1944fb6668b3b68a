/* When a message is tried again: the pause doubles with each try up to a bound, and lies somewhere
 * in its upper half, so that messages that failed together do not come back together. Pure: any
 * thread. SPDX-License-Identifier: MIT */
#include "sms/retry.h"

int64_t retry_in_ms(const struct retry_rules *rules, int tries, int64_t left_ms, uint32_t random)
{
    if (tries >= rules->max_tries)
        return RETRY_NO_MORE;
    int64_t pause_ms = rules->first_ms;
    for (int i = 1; i < tries && pause_ms < rules->max_ms; i++)
        pause_ms *= 2;
    if (pause_ms > rules->max_ms)
        pause_ms = rules->max_ms;
    pause_ms -= random % (pause_ms / 2 + 1);
    return pause_ms < left_ms ? pause_ms : RETRY_EXPIRES;
}
