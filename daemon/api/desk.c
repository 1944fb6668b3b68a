/* Bookings and blocked phone numbers as staff see them: what the library keeps sealed is opened
 * here, a phone number only as its last four digits. Owns nothing; the worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/fields.h"
#include "api/moment.h"
#include "base/json.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    TAIL_DIGITS = 4,
    /* One page of a calendar, so that neither the store nor this worker stands still for long; a
     * hall with more than that in the days asked for is told so ("more") and asks for fewer days.
     */
    BOOKINGS_MAX = 5000,
};

/* "0001" from "+8613800010001"; nothing where the number does not open. */
static void put_tail(const struct call *c, json_t *one)
{
    struct str record = json_str(one, "record"), sealed = json_str(one, "sealed");
    struct buf plain;

    if (record.len == 0 || sealed.len == 0)
        return;
    struct str context =
        arena_printf(http_arena(c->req), STR_FMT "/" STR_FMT, STR_ARG(c->hall), STR_ARG(record));
    buf_init(&plain);
    if (seal_open_text(c->api->config.seal, sealed, context, &plain) && plain.len > TAIL_DIGITS)
        json_object_set_new(one, "phone_tail", json_string(plain.p + plain.len - TAIL_DIGITS));
    if (plain.p)
        explicit_bzero(plain.p, plain.len);
    buf_clear(&plain);
}

/* An object in place of the mark that there is one. */
static void put_fields(const struct call *c, json_t *booking)
{
    struct str sealed = json_str(booking, "fields_sealed");
    json_t *fields = sealed.len > 0 ? fields_open(c, sealed) : NULL;

    json_object_set_new(booking, "fields", fields ? fields : json_object());
}

static void drop_sealed(json_t *one)
{
    static const char *const sealed[] = {"record", "sealed", "fields_sealed"};

    for (size_t i = 0; i < sizeof(sealed) / sizeof(sealed[0]); i++)
        json_object_del(one, sealed[i]);
}

static void reply(struct call *c, json_t *answer)
{
    char *text = json_dumps(answer, JSON_COMPACT);

    call_reply_json(c, str_of(text));
    free(text); /* jansson's allocator, not ours */
    json_decref(answer);
}

/* The library's answer with the numbers of its list opened. */
static json_t *open_list(const struct call *c, const struct store_reply *r, const char *key)
{
    struct json_where where;
    json_t *one;
    size_t i;

    json_t *answer = json_read(r->text, &where);
    assert(answer); /* the library's own text */
    json_array_foreach(json_object_get(answer, key), i, one)
    {
        put_tail(c, one);
        drop_sealed(one);
    }
    return answer;
}

static void on_list(void *arg, const struct store_reply *r)
{
    struct call *c = arg;

    if (r->err != ERR_NONE) {
        call_problem_store(c, r);
        return;
    }
    json_t *answer = open_list(c, r, "bookings");
    size_t n = json_array_size(json_object_get(answer, "bookings"));
    json_object_set_new(answer, "more", json_boolean(n >= BOOKINGS_MAX));
    reply(c, answer);
}

void local_booking_list(struct call *c)
{
    const struct hall *hall = halls_find(c->api->halls, c->hall);
    char from[MOMENT_MAX], to[MOMENT_MAX], limit[MOMENT_MAX];
    int64_t day = 0, days = 1;

    assert(hall); /* the step before has just found it */
    (void)str_to_i64(args_get(c->command, &c->args, "from"), 0, INT32_MAX, &day); /* both checked */
    (void)str_to_i64(args_get(c->command, &c->args, "days"), 1, 7, &days);
    int date = cal_date((int)day);
    if (date < 0) {
        call_problem(c, ERR_DAY_UNKNOWN, "from", NULL);
        return;
    }
    struct str argv[] = {moment_text(hall_date_begins_ms(hall, date), from),
                         moment_text(hall_date_begins_ms(hall, date + (int)days), to),
                         moment_text(BOOKINGS_MAX, limit)};
    call_store_read(c, c->command->function, argv, 3, on_list);
}

static void on_booking(void *arg, const struct store_reply *r)
{
    struct call *c = arg;
    struct json_where where;

    if (r->err != ERR_NONE) {
        call_problem_store(c, r);
        return;
    }
    json_t *booking = json_read(r->text, &where);
    assert(booking); /* the library's own text */
    put_tail(c, booking);
    put_fields(c, booking);
    drop_sealed(booking);
    reply(c, booking);
}

void local_booking_get(struct call *c)
{
    call_store_read(c, c->command->function, c->args.v, 1, on_booking);
}

static void on_blocks(void *arg, const struct store_reply *r)
{
    struct call *c = arg;

    if (r->err != ERR_NONE)
        call_problem_store(c, r);
    else
        reply(c, open_list(c, r, "blocks"));
}

void local_block_list(struct call *c)
{
    call_store_read(c, c->command->function, NULL, 0, on_blocks);
}
