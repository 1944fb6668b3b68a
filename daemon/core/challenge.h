/* Proof of work: a challenge costs whoever asks for something that costs us money some computing
 * time. Nothing is kept of a challenge until it is used. Pure; any thread. SPDX-License-Identifier:
 * MIT */
#ifndef PAIHAO_CORE_CHALLENGE_H
#define PAIHAO_CORE_CHALLENGE_H

#include "base/str.h"
#include "core/seal.h"
#include <stdint.h>

enum {
    CHALLENGE_CHARS = 80,               /* longest now: 2 + 13 + 22 + 22 and three dots */
    CHALLENGE_SOLUTION_MAX = 24,        /* far more than a counter of 2^20 tries needs */
    CHALLENGE_BITS_AT_REST = 14,        /* 16,000 hashes: a fifth of a second on a slow phone */
    CHALLENGE_BITS_MAX = 20,            /* a million: ten seconds there, and still solvable */
    CHALLENGE_LIFE_MS = 10 * 60 * 1000, /* solved before a form is filled in, sent after it */
};

/* "<bits>.<expires ms>.<salt>.<mac>". Not bound to an address: phones change their network. */
void challenge_make(const struct seal *s, struct str hall, int bits, int64_t expires_ms,
                    char out[CHALLENGE_CHARS + 1]);
/* Whether it is ours, of this hall and solved; and if so, whether it has expired. Whether it was
 * used before is for others. */
enum challenge_state { CHALLENGE_WRONG, CHALLENGE_OLD, CHALLENGE_GOOD };
enum challenge_state challenge_check(const struct seal *s, struct str hall, struct str challenge,
                                     struct str solution, int64_t now_ms);
/* Zero bits that SHA-256(challenge + '.' + solution) begins with. */
int challenge_zero_bits(struct str challenge, struct str solution);
/* What a network pays that has asked so often lately. */
int challenge_price(unsigned asked);

#endif
