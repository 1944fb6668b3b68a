/* The arrival code of a hall: a keyed hash of hall and time as digits. Owns nothing; any thread.
 * SPDX-License-Identifier: MIT */
#include "core/arrival.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>

enum { CODES = 10000 };

static void code_of(const struct seal *s, struct str hall, int64_t bucket,
                    char out[ARRIVAL_DIGITS + 1])
{
    char value[64], hash[SEAL_HASH_CHARS + 1];
    uint64_t n = 0;
    int len = snprintf(value, sizeof(value), STR_FMT "|%lld", STR_ARG(hall), (long long)bucket);

    assert(len > 0 && (size_t)len < sizeof(value)); /* 32 + 20 */
    seal_hash(s, "arrival", (struct str){value, (size_t)len}, hash);
    for (int i = 0; i < SEAL_HASH_CHARS; i++) /* of a keyed hash any mixing is as good as another */
        n = n * 131 + (unsigned char)hash[i];
    (void)snprintf(out, ARRIVAL_DIGITS + 1, "%04u", (unsigned)(n % CODES)); /* four digits */
}

void arrival_code(const struct seal *s, struct str hall, int64_t now_ms, int64_t life_ms,
                  char out[ARRIVAL_DIGITS + 1])
{
    code_of(s, hall, now_ms / life_ms, out);
}

int64_t arrival_until_ms(int64_t now_ms, int64_t life_ms)
{
    return (now_ms / life_ms + 1) * life_ms;
}

bool arrival_ok(const struct seal *s, struct str hall, const char *digits, int64_t now_ms,
                int64_t life_ms)
{
    char now[ARRIVAL_DIGITS + 1], before[ARRIVAL_DIGITS + 1];

    code_of(s, hall, now_ms / life_ms, now);
    code_of(s, hall, now_ms / life_ms - 1, before);
    /* Both are compared whatever the first says. */
    bool is_now = sodium_memcmp(digits, now, ARRIVAL_DIGITS) == 0;
    bool is_before = sodium_memcmp(digits, before, ARRIVAL_DIGITS) == 0;
    return is_now || is_before;
}
