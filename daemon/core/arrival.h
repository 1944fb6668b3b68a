/* The code that a hall's board shows and a citizen's phone sends to prove that they are in one
 * room. It follows from the hall and the time, so nothing of it is stored and every daemon shows
 * the same. Pure; any thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ARRIVAL_H
#define PAIHAO_CORE_ARRIVAL_H

#include "base/str.h"
#include "core/seal.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    ARRIVAL_DIGITS = 4, /* read across a hall; who asks counts the wrong ones */
    ARRIVAL_LIFE_MS = 10 * 60 * 1000,
};

/* The present one and the end of its time. life_ms: ARRIVAL_LIFE_MS, longer where the clock runs
 * faster. */
void arrival_code(const struct seal *s, struct str hall, int64_t now_ms, int64_t life_ms,
                  char out[ARRIVAL_DIGITS + 1]);
int64_t arrival_until_ms(int64_t now_ms, int64_t life_ms);
/* The present one or the one before, so that nobody has to hurry. digits: ARRIVAL_DIGITS of them.
 */
bool arrival_ok(const struct seal *s, struct str hall, const char *digits, int64_t now_ms,
                int64_t life_ms);

#endif
