/* A hold becomes a booking: what its services ask for is checked here, the code and the limits of
 * the phone number in the library. Also accepting an offer. Owns nothing; the worker's thread. A
 * new thing to ask for before booking is a check in on_hall(). SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/codes.h"
#include "api/conflict.h"

/* Of the booking that is to be confirmed, as it stood when it was read. */
struct confirm {
    char code[SEAL_HASH_CHARS + 1];
    struct str json;
    struct str services; /* csv */
    struct str persons;
    enum cal_share share;
    int64_t at_ms;
    bool is_open; /* a hold, also one that ran out, or an offer: else the library only repeats
                     itself */
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
static bool is_still_there(struct hall *hall, const struct confirm *f)
{
    struct json_where where;
    json_t *json = json_read(f->json, &where);
    struct booked one = {.json = json,
                         .id = json_str(json, "id"),
                         .segments = json_str(json, "segments"),
                         .share = f->share};
    struct bookings all = {.v = &one, .n = 1};

    conflicts_find(hall, &all);
    json_decref(json);
    return one.conflict == CONFLICT_NONE || one.conflict == CONFLICT_CAPACITY;
}

/* Checklist and fields; false when a problem was answered. */
static bool is_complete(struct call *c, struct hall *hall, struct str *sealed)
{
    const struct confirm *f = c->state;

    if (names_documents(hall->file, f->services) &&
        !str_is(args_get(c->command, &c->args, "checklist"), "yes")) {
        call_problem(c, ERR_CHECKLIST_OPEN, "checklist", NULL);
        return false;
    }
    return booking_fields(c, f->services, args_get(c->command, &c->args, "fields"),
                          args_get(c->command, &c->args, "booking"), sealed);
}

static void on_hall(struct call *c, struct hall *hall)
{
    struct confirm *f = c->state;
    struct str booking = args_get(c->command, &c->args, "booking");
    const struct str *phone = args_find(c->command, &c->args, "phone");
    struct str sealed = STR("");

    if (f->is_open && !is_still_there(hall, f)) {
        on_hall_of_taken(c, hall);
        return;
    }
    if (f->is_open && !is_complete(c, hall, &sealed))
        return;
    struct str argv[] = {booking, phone[0], phone[1], phone[2], str_of(f->code), sealed};
    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), on_confirmed);
}

static void send_accept(struct call *c)
{
    call_store_write(c, c->command->function, c->args.v, c->args.n, reply_with_link);
}

static void on_hall_of_offer(struct call *c, struct hall *hall)
{
    struct confirm *f = c->state;

    if (is_still_there(hall, f))
        send_accept(c);
    else
        call_problem(c, ERR_OFFER_GONE, "booking", NULL);
}

/* What there is, read; false when a problem was answered. */
static bool read_booking(struct call *c, const struct store_reply *reply)
{
    struct confirm *f = c->state;
    struct arena *m = http_arena(c->req);
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return false;
    }
    json_t *booking = json_read(reply->text, &where);
    struct str state = json_str(booking, "state");
    f->is_open = str_is(state, "held") || str_is(state, "expired") || str_is(state, "offered");
    f->json = arena_str(m, reply->text);
    f->services = joined(m, json_object_get(booking, "services"));
    f->persons = arena_printf(m, "%lld", (long long)json_i64(booking, "persons", 1));
    f->share = str_is(json_str(booking, "share"), "staff") ? CAL_STAFF : CAL_PUBLIC;
    f->at_ms = json_i64(booking, "at", 0);
    json_decref(booking);
    return true;
}

static void on_held(void *arg, const struct store_reply *reply)
{
    if (read_booking(arg, reply))
        call_hall(arg, on_hall);
}

static void on_offered(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (!read_booking(c, reply))
        return;
    if (((const struct confirm *)c->state)->is_open)
        call_hall(c, on_hall_of_offer);
    else
        send_accept(c);
}

static void ask(struct call *c, struct confirm *f, store_fn fn)
{
    struct str booking = args_get(c->command, &c->args, "booking");

    c->state = f;
    call_store_read(c, "booking_get", &booking, 1, fn);
}

void local_booking_confirm(struct call *c)
{
    struct confirm *f = arena_alloc(http_arena(c->req), sizeof(*f));

    if (code_of_call(c, "book", args_get(c->command, &c->args, "booking"), f->code))
        ask(c, f, on_held);
}

void local_booking_accept(struct call *c)
{
    ask(c, arena_alloc(http_arena(c->req), sizeof(struct confirm)), on_offered);
}
