/* Being in the hall: the code its board shows, and what a citizen's own phone does with it. Also
 * numbers taken from home, which that code completes. Owns nothing; the worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/codes.h"
#include "base/clock.h"
#include "base/json.h"
#include "core/arrival.h"
#include <assert.h>

/* Real time, however fast a demo's clock runs: people type it. */
static int64_t life_ms(void)
{
    return (int64_t)ARRIVAL_LIFE_MS * clock_speed();
}

static bool arrival_is_right(const struct call *c)
{
    char digits[ARRIVAL_DIGITS + 1];

    return code_digits(args_get(c->command, &c->args, "arrival"), ARRIVAL_DIGITS, digits) &&
           arrival_ok(c->api->config.seal, c->hall, digits, c->now_ms, life_ms());
}

void local_arrival_view(struct call *c)
{
    char code[ARRIVAL_DIGITS + 1];
    struct buf out;

    arrival_code(c->api->config.seal, c->hall, c->now_ms, life_ms(), code);
    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_cstr(&out, "code", code);
    json_add_member_i64(&out, "until", arrival_until_ms(c->now_ms, life_ms()));
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
    struct str argv[] = {
        a[0], a[1], a[2], a[3], a[4], a[5], str_of(pow), str_of(from.address), str_of(from.prefix)};
    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), on_ticket);
}
