/* Proof of work: makes challenges and checks solutions. Owns nothing; any thread. What a challenge
 * is bound to stands in mac_of(). SPDX-License-Identifier: MIT */
#include "core/challenge.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    SALT_BYTES = 16,
    CHEAP_UNTIL = 30, /* a family, an office, a café; a mobile network behind one address pays a bit
                         or two more */
};

/* signed_part: everything in front of the mac. */
static void mac_of(const struct seal *s, struct str hall, struct str signed_part,
                   char out[SEAL_HASH_CHARS + 1])
{
    char value[CHALLENGE_CHARS + 64];
    int len =
        snprintf(value, sizeof(value), STR_FMT "|" STR_FMT, STR_ARG(hall), STR_ARG(signed_part));

    assert(len > 0 && (size_t)len < sizeof(value)); /* a hall's code has 32 characters */
    seal_hash(s, "challenge", (struct str){value, (size_t)len}, out);
}

void challenge_make(const struct seal *s, struct str hall, int bits, int64_t expires_ms,
                    char out[CHALLENGE_CHARS + 1])
{
    unsigned char bytes[SALT_BYTES];
    char salt[SEAL_HASH_CHARS + 1], mac[SEAL_HASH_CHARS + 1];

    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(salt, sizeof(salt), bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    int len = snprintf(out, CHALLENGE_CHARS + 1, "%d.%lld.%s", bits, (long long)expires_ms, salt);
    assert(len > 0 && len + 1 + SEAL_HASH_CHARS <= CHALLENGE_CHARS);
    mac_of(s, hall, (struct str){out, (size_t)len}, mac);
    (void)snprintf(out + len, (size_t)(CHALLENGE_CHARS + 1 - len), ".%s", mac); /* see above */
}

static bool solution_is_valid(struct str s)
{
    if (s.len == 0 || s.len > CHALLENGE_SOLUTION_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return false;
    }
    return true;
}

int challenge_zero_bits(struct str challenge, struct str solution)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    int bits = 0;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)challenge.p, challenge.len);
    crypto_hash_sha256_update(&state, (const unsigned char *)".", 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)solution.p, solution.len);
    crypto_hash_sha256_final(&state, hash);
    for (size_t i = 0; i < sizeof(hash); i++) {
        if (hash[i] != 0)
            return bits + __builtin_clz(hash[i]) - 24;
        bits += 8;
    }
    return bits;
}

/* The mac first: what does not come from us is not even read. */
enum challenge_state challenge_check(const struct seal *s, struct str hall, struct str challenge,
                                     struct str solution, int64_t now_ms)
{
    char right[SEAL_HASH_CHARS + 1];
    struct str rest = challenge, word;
    int64_t bits, expires_ms;

    if (challenge.len <= SEAL_HASH_CHARS + 1 || challenge.len > CHALLENGE_CHARS ||
        !solution_is_valid(solution))
        return CHALLENGE_WRONG;
    struct str signed_part = {challenge.p, challenge.len - SEAL_HASH_CHARS - 1};
    mac_of(s, hall, signed_part, right);
    if (challenge.p[signed_part.len] != '.' ||
        sodium_memcmp(right, challenge.p + signed_part.len + 1, SEAL_HASH_CHARS) != 0)
        return CHALLENGE_WRONG;
    if (!str_cut(&rest, '.', &word) || !str_to_i64(word, 0, 256, &bits) ||
        !str_cut(&rest, '.', &word) || !str_to_i64(word, 0, INT64_MAX, &expires_ms) ||
        challenge_zero_bits(challenge, solution) < bits)
        return CHALLENGE_WRONG;
    return now_ms < expires_ms ? CHALLENGE_GOOD : CHALLENGE_OLD;
}

int challenge_price(unsigned asked)
{
    int bits = CHALLENGE_BITS_AT_REST;

    for (unsigned limit = CHEAP_UNTIL; asked > limit && bits < CHALLENGE_BITS_MAX; limit *= 2)
        bits++;
    return bits;
}
