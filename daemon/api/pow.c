/* Proof of work: GET /halls/{hall}/challenge and the check of its solution. Owns a worker's table
 * of the networks that asked lately: bounded, so that a flood from everywhere makes it forget, not
 * grow. That a challenge is used only once, or too late, is for the library to say, which answers
 * a repeated request before it looks at anything. The worker's thread. SPDX-License-Identifier: MIT
 */
#include "api/pow.h"
#include "api/booking.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "core/challenge.h"
#include <string.h>

enum {
    SETS = 512,
    WAYS = 4, /* 2048 networks of ten minutes: more than ask a hall in a rush, 80 KB */
    WINDOW_MS = 10 * 60 * 1000,
};

struct asked {
    char prefix[SEAL_HASH_CHARS + 1];
    unsigned count;
    int64_t begins_ms; /* monotonic */
};

struct pow_asked {
    struct asked sets[SETS][WAYS];
};

struct pow_asked *pow_asked_new(void)
{
    return MEM_NEW(struct pow_asked);
}

void pow_asked_free(struct pow_asked *p)
{
    mem_free(p);
}

static bool is_over(const struct asked *a, int64_t mono_ms)
{
    return a->count == 0 || mono_ms - a->begins_ms >= WINDOW_MS;
}

/* The network's own entry; else one that is free or over, else the one that asked least: who asks
 * much cannot be washed out by many that ask once. */
static struct asked *entry_of(struct asked *set, const char *prefix, int64_t mono_ms)
{
    struct asked *least = &set[0];

    for (int w = 0; w < WAYS; w++)
        if (set[w].count > 0 && strcmp(set[w].prefix, prefix) == 0)
            return &set[w];
    for (int w = 0; w < WAYS; w++) {
        if (is_over(&set[w], mono_ms))
            return &set[w];
        if (set[w].count < least->count)
            least = &set[w];
    }
    least->count = 0;
    return least;
}

unsigned pow_asked_count(struct pow_asked *p, const char *prefix, int64_t mono_ms)
{
    /* The hash is uniform already: characters of 64 kinds choose the set. */
    unsigned n = (unsigned char)prefix[0] * 61u * 61u + (unsigned char)prefix[1] * 61u +
                 (unsigned char)prefix[2];
    struct asked *a = entry_of(p->sets[n % SETS], prefix, mono_ms);

    if (is_over(a, mono_ms) || strcmp(a->prefix, prefix) != 0) {
        str_copy(str_of(prefix), a->prefix, sizeof(a->prefix));
        a->count = 0;
        a->begins_ms = mono_ms;
    }
    return ++a->count;
}

void local_challenge_make(struct call *c)
{
    char challenge[CHALLENGE_CHARS + 1];
    struct booking_sender from;
    /* The work is done in real time, however fast a demo's clock runs. */
    int64_t expires_ms = c->now_ms + (int64_t)CHALLENGE_LIFE_MS * clock_speed();
    struct buf out;

    booking_sender(c, &from);
    int bits = challenge_price(pow_asked_count(c->api->asked, from.prefix, clock_mono_ms()));
    challenge_make(c->api->config.seal, c->hall, bits, expires_ms, challenge);
    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_cstr(&out, "challenge", challenge);
    json_add_member_i64(&out, "bits", bits);
    json_add_member_i64(&out, "expires", expires_ms);
    buf_add_char(&out, '}');
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

bool booking_pow(struct call *c, char pow[SEAL_HASH_CHARS + 1])
{
    const struct seal *seal = c->api->config.seal;
    struct str challenge = args_get(c->command, &c->args, "challenge");
    struct str solution = args_get(c->command, &c->args, "solution");

    switch (challenge_check(seal, c->hall, challenge, solution, c->now_ms)) {
    case CHALLENGE_WRONG:
        call_problem(c, ERR_CHALLENGE_INVALID, "challenge", NULL);
        return false;
    case CHALLENGE_OLD:
        str_copy(STR("old"), pow, SEAL_HASH_CHARS + 1);
        return true;
    case CHALLENGE_GOOD:
        seal_hash(seal, "pow", challenge, pow);
        break;
    }
    return true;
}
