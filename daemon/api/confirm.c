/* A hold becomes a booking: what its services ask for is checked here, the code and the limits of
 * the phone number in the library. Also accepting an offer. Owns nothing; the worker's thread. A
 * new thing to ask for before booking is a check in on_hall(). SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/codes.h"
#include "base/json.h"

/* Of the booking that is to be confirmed, as it stood when it was read. */
struct confirm {
    char code[SEAL_HASH_CHARS + 1];
    struct str services; /* csv */
    struct str persons;
    enum cal_share share;
    int64_t at_ms;
    bool is_hold; /* held, or run out */
};

static void reply_with_link(void *arg, const struct store_reply *reply)
{
    if (reply->err != ERR_NONE)
        call_problem_store(arg, reply);
    else
        booking_reply_with_link(arg, reply->text);
}

static struct str joined(struct arena *m, const json_t *list)
{
    struct buf csv;

    buf_init(&csv);
    for (size_t i = 0; i < json_array_size(list); i++)
        buf_addf(&csv, "%s%s", i ? "," : "", json_string_value(json_array_get(list, i)));
    struct str s = arena_str(m, buf_str(&csv));
    buf_clear(&csv);
    return s;
}

/* The hold ran out and somebody else took the time, or there is no such time any more: the nearest
 * ones that are free. */
static void on_hall_of_taken(struct call *c, struct hall *hall)
{
    struct confirm *f = c->state;
    struct visit *v = arena_alloc(http_arena(c->req), sizeof(*v));
    const char *field = NULL;

    if (visit_read(hall, f->services, f->persons, false, v, &field) == ERR_NONE)
        booking_refuse_taken(c, ERR_HOLD_EXPIRED, v, f->share, false, f->at_ms);
    else /* not to be booked any more: there is nothing to choose from */
        call_problem(c, ERR_HOLD_EXPIRED, NULL, NULL);
}

static void on_confirmed(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err == ERR_HOLD_EXPIRED)
        call_hall(c, on_hall_of_taken);
    else
        reply_with_link(c, reply);
}

static bool names_documents(const struct hall_file *hall, struct str services)
{
    struct str one;

    while (str_cut(&services, ',', &one)) {
        const struct hall_service *s = hall_service(hall, one);
        if (s && s->document_count > 0)
            return true;
    }
    return false;
}

/* Whether the hall is still open then, with these services: whoever holds a time of a day that was
 * closed meanwhile must choose another one now, and not find a closed door. How many counters there
 * are does not matter: the hold has its unit. */
static bool is_still_there(struct call *c, struct hall *hall)
{
    const struct confirm *f = c->state;
    struct visit *v = arena_alloc(http_arena(c->req), sizeof(*v));
    struct slot_wish wish = {v, f->share, true, f->at_ms};
    const char *field;
    struct buf segments;
    int64_t ends_ms;
    char day[9];

    if (visit_read(hall, f->services, f->persons, true, v, &field) != ERR_NONE)
        return false;
    buf_init(&segments);
    enum err err = slot_segments(hall, &wish, c->now_ms, &segments, &ends_ms, day);
    buf_clear(&segments);
    return err == ERR_NONE;
}

static void on_hall(struct call *c, struct hall *hall)
{
    struct confirm *f = c->state;
    struct str booking = args_get(c->command, &c->args, "booking");
    const struct str *phone = args_find(c->command, &c->args, "phone");
    struct str sealed;

    if (f->is_hold && !is_still_there(c, hall)) {
        on_hall_of_taken(c, hall);
        return;
    }
    if (names_documents(hall->file, f->services) &&
        !str_is(args_get(c->command, &c->args, "checklist"), "yes")) {
        call_problem(c, ERR_CHECKLIST_OPEN, "checklist", NULL);
        return;
    }
    if (!booking_fields(c, f->services, args_get(c->command, &c->args, "fields"), booking, &sealed))
        return;
    struct str argv[] = {booking, phone[0], phone[1], phone[2], str_of(f->code), sealed};
    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), on_confirmed);
}

static void on_held(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct confirm *f = c->state;
    struct arena *m = http_arena(c->req);
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *booking = json_read(reply->text, &where);
    f->services = joined(m, json_object_get(booking, "services"));
    f->persons = arena_printf(m, "%lld", (long long)json_i64(booking, "persons", 1));
    f->share = str_is(json_str(booking, "share"), "staff") ? CAL_STAFF : CAL_PUBLIC;
    f->at_ms = json_i64(booking, "at", 0);
    struct str state = json_str(booking, "state");
    f->is_hold = str_is(state, "held") || str_is(state, "expired");
    json_decref(booking);
    call_hall(c, on_hall);
}

void local_booking_confirm(struct call *c)
{
    struct confirm *f = arena_alloc(http_arena(c->req), sizeof(*f));
    struct str booking = args_get(c->command, &c->args, "booking");

    c->state = f;
    if (code_of_call(c, "book", booking, f->code))
        call_store_read(c, "booking_view", &booking, 1, on_held);
}

void local_booking_accept(struct call *c)
{
    call_store_write(c, c->command->function, c->args.v, c->args.n, reply_with_link);
}
