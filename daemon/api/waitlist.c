/* POST /halls/{hall}/waitlist: what is wished for, in cells and moments, for the library. Owns
 * nothing; the worker's thread. SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/codes.h"
#include "api/moment.h"
#include <assert.h>

enum { DAYS_MAX = 62 /* as far as a search looks at once */ };

static void on_joined(void *arg, const struct store_reply *reply)
{
    if (reply->err != ERR_NONE)
        call_problem_store(arg, reply);
    else
        booking_reply_with_link(arg, reply->text);
}

/* Days since 1970-01-01 of the argument; -1: a problem was answered. */
static int date_of(struct call *c, const char *name)
{
    int64_t day = 0;
    int date;

    (void)str_to_i64(args_get(c->command, &c->args, name), 0, INT32_MAX,
                     &day); /* checked as a day */
    date = cal_date((int)day);
    if (date < 0)
        call_problem(c, ERR_DAY_UNKNOWN, name, NULL);
    return date;
}

static bool dates_read(struct call *c, struct hall *hall, int64_t *from_ms, int64_t *to_ms)
{
    int from = date_of(c, "from"), to = from < 0 ? -1 : date_of(c, "to");
    int today = cal_date_at(hall_rules_of(hall), c->now_ms);

    if (to < 0)
        return false;
    if (to < from || to < today || to - from >= DAYS_MAX) {
        call_problem(c, ERR_FIELD_INVALID, "to",
                     "Not before from or today, at most 62 days in all.");
        return false;
    }
    *from_ms = hall_date_begins_ms(hall, from);
    *to_ms = hall_date_begins_ms(hall, to + 1) - 1; /* the last moment, included */
    return true;
}

void local_waitlist_join(struct call *c)
{
    struct hall *hall = halls_find(c->api->halls, c->hall);
    struct visit *v = arena_alloc(http_arena(c->req), sizeof(*v));
    const struct command *row = c->command;
    const struct str *phone = args_find(row, &c->args, "phone");
    struct str services = args_get(row, &c->args, "services");
    struct str persons = args_get(row, &c->args, "persons");
    char hash[SEAL_HASH_CHARS + 1], from[MOMENT_MAX], to[MOMENT_MAX];
    int64_t from_ms, to_ms;
    const char *field = NULL;
    struct booking_sender sender;
    struct buf needs;

    assert(hall); /* the step before has just found it */
    enum err err = visit_read(hall, services, persons, false, v, &field);
    if (err != ERR_NONE) {
        call_problem(c, err, field, NULL);
        return;
    }
    if (!dates_read(c, hall, &from_ms, &to_ms) || !code_of_call(c, "wait", STR(""), hash))
        return;
    booking_sender(c, &sender);
    buf_init(&needs);
    visit_needs(v, CAL_PUBLIC, &needs);
    struct str argv[] = {services,
                         persons.len > 0 ? persons : STR("1"),
                         buf_str(&needs),
                         moment_text(from_ms, from),
                         moment_text(to_ms, to),
                         phone[0],
                         phone[1],
                         phone[2],
                         str_of(hash),
                         args_get(row, &c->args, "lang"),
                         args_get(row, &c->args, "booking"),
                         str_of(sender.address),
                         str_of(sender.prefix)};
    call_store_write(c, row->function, argv, sizeof(argv) / sizeof(argv[0]), on_joined);
    buf_clear(&needs);
}
