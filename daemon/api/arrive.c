/* Being in the hall: the code its board shows, and what a citizen's own phone does with it. Also numbers taken from home,
 * which that code completes. Owns nothing: the code follows from the hall and the clock. The worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/codes.h"
#include "base/clock.h"
#include "base/json.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    ARRIVAL_DIGITS = 4, /* read across a hall; the library counts the wrong ones */
    ARRIVAL_MS = 10 * 60 * 1000, /* the one before is still taken: nobody has to hurry */
};

/* Real time, however fast a demo's clock runs: people type it. */
static int64_t bucket_ms(void)
{
    return (int64_t)ARRIVAL_MS * clock_speed();
}

static void arrival_code(const struct call *c, int64_t bucket, char out[ARRIVAL_DIGITS + 1])
{
    char value[64], hash[SEAL_HASH_CHARS + 1];
    uint64_t n = 0;
    int len = snprintf(value, sizeof(value), STR_FMT "|%lld", STR_ARG(c->hall), (long long)bucket);

    assert(len > 0 && (size_t)len < sizeof(value)); /* 32 + 20 */
    seal_hash(c->api->config.seal, "arrival", (struct str){value, (size_t)len}, hash);
    for (int i = 0; i < SEAL_HASH_CHARS; i++) /* any mixing of a keyed hash is as good as another */
        n = n * 131 + (unsigned char)hash[i];
    (void)snprintf(out, ARRIVAL_DIGITS + 1, "%04u", (unsigned)(n % 10000)); /* four digits */
}

static bool same_digits(const char *a, const char *b)
{
    unsigned differs = 0;

    for (int i = 0; i < ARRIVAL_DIGITS; i++)
        differs |= (unsigned)(a[i] ^ b[i]);
    return differs == 0;
}

/* Both are compared whatever the first says. */
static bool arrival_is_right(const struct call *c)
{
    char typed[ARRIVAL_DIGITS + 1], now[ARRIVAL_DIGITS + 1], before[ARRIVAL_DIGITS + 1];
    int64_t bucket = c->now_ms / bucket_ms();

    if (!code_digits(args_get(c->command, &c->args, "arrival"), ARRIVAL_DIGITS, typed))
        return false;
    arrival_code(c, bucket, now);
    arrival_code(c, bucket - 1, before);
    return same_digits(typed, now) | same_digits(typed, before);
}

void local_arrival_view(struct call *c)
{
    char code[ARRIVAL_DIGITS + 1];
    int64_t bucket = c->now_ms / bucket_ms();
    struct buf out;

    arrival_code(c, bucket, code);
    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_cstr(&out, "code", code);
    json_add_member_i64(&out, "until", (bucket + 1) * bucket_ms());
    buf_add_char(&out, '}');
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

static void on_ticket(void *arg, const struct store_reply *reply)
{
    if (reply->err != ERR_NONE)
        call_problem_store(arg, reply);
    else
        booking_reply_with_link(arg, reply->text);
}

/* A wrong code goes to the library, too: it counts them. */
static void arrive(struct call *c, const char *what, store_fn fn)
{
    struct str argv[] = {args_get(c->command, &c->args, what),
                         arrival_is_right(c) ? STR("link") : STR("wrong")};

    call_store_write(c, c->command->function, argv, 2, fn);
}

void local_booking_arrive(struct call *c)
{
    arrive(c, "booking", on_ticket);
}

void local_ticket_arrive(struct call *c)
{
    arrive(c, "ticket", call_on_reply);
}

void local_ticket_remote(struct call *c)
{
    struct hall *hall = halls_find(c->api->halls, c->hall);
    const struct str *a = c->args.v; /* service class lang phone×3, as the library takes them */
    char pow[SEAL_HASH_CHARS + 1];
    struct booking_sender from;

    assert(hall); /* the step before has just found it */
    if (!hall->file->remote.open) {
        call_problem(c, ERR_REMOTE_CLOSED, NULL, NULL);
        return;
    }
    if (!hall->file->tickets_outside_hours && !hall_is_open(hall, c->now_ms)) {
        call_problem(c, ERR_HALL_CLOSED, NULL, NULL);
        return;
    }
    if (!booking_pow(c, pow))
        return;
    booking_sender(c, &from);
    struct str argv[] = {a[0], a[1], a[2], a[3], a[4], a[5],
                         str_of(pow), str_of(from.address), str_of(from.prefix)};
    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), on_ticket);
}
