/* When a message is tried again. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_RETRY_H
#define PAIHAO_SMS_RETRY_H

#include <stdint.h>

struct retry_rules {
    int max_tries;
    int64_t first_ms;
    int64_t max_ms;
};

enum {
    RETRY_NO_MORE = -1, /* tried often enough */
    RETRY_EXPIRES = -2, /* the next try would come when the message is worth nothing any more */
};

/* In how many ms try tries + 1 is made; tries counts from 1. left_ms: how long the message is still
 * worth sending. random: any number, for the jitter. */
int64_t retry_in_ms(const struct retry_rules *rules, int tries, int64_t left_ms, uint32_t random);

#endif
