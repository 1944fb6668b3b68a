/* POST /halls/{hall}/check-in: at the kiosk or the desk, by link, phone number or booking. A phone
 * number shows nothing but today's bookings, and those only while their time to check in is near.
 * Owns nothing; the worker's thread. SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "base/json.h"
#include <assert.h>
#include <string.h>

static int64_t minutes_ms(int minutes)
{
    return (int64_t)minutes * 60 * 1000;
}

/* "from": the moment from which it can be checked in. */
static void refuse_early(struct call *c, const struct hall *hall, int64_t at_ms)
{
    int64_t from_ms = at_ms - minutes_ms(hall->file->booking.early_minutes);
    struct problem p = {
        .err = ERR_BOOKING_EARLY,
        .extra = arena_printf(http_arena(c->req), ",\"from\":%lld", (long long)from_ms).p,
    };

    call_problem_full(c, &p);
}

static void on_hall_of_early(struct call *c, struct hall *hall)
{
    refuse_early(c, hall, *(const int64_t *)c->state);
}

static void on_early(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    int64_t *at_ms = arena_alloc(http_arena(c->req), sizeof(*at_ms));
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *booking = json_read(reply->text, &where);
    *at_ms = json_i64(booking, "at", 0);
    json_decref(booking);
    c->state = at_ms;
    call_hall(c, on_hall_of_early);
}

/* state: the booking's id. */
static void on_checked_in(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err == ERR_BOOKING_EARLY)
        call_store_read(c, "booking_view", c->state, 1, on_early);
    else if (reply->err != ERR_NONE)
        call_problem_store(c, reply);
    else
        booking_reply_with_link(c, reply->text);
}

static void check_in(struct call *c, struct str id)
{
    struct str *booking = arena_alloc(http_arena(c->req), sizeof(*booking));
    struct str argv[] = {id, c->who.role == ROLE_KIOSK ? STR("kiosk") : STR("staff")};

    *booking = id;
    c->state = booking;
    call_store_write(c, c->command->function, argv, 2, on_checked_in);
}

enum { OPEN, LATE, EARLY, WHEN_COUNT, NOT_TODAY = WHEN_COUNT };

static int when_of(const struct call *c, const struct hall *hall, const json_t *booking)
{
    const struct hall_booking *rules = &hall->file->booking;
    int64_t at_ms = json_i64(booking, "at", 0);

    bool is_early = c->now_ms < at_ms - minutes_ms(rules->early_minutes);

    if (!is_early && c->now_ms <= at_ms + minutes_ms(rules->late_minutes))
        return OPEN; /* around midnight it may be of another day */
    if (!str_is(json_str(booking, "day"), c->day))
        return NOT_TODAY;
    return is_early ? EARLY : LATE;
}

static void add_choice(struct buf *out, const json_t *booking)
{
    const json_t *services = json_object_get(booking, "services");

    buf_add_c(out, out->p[out->len - 1] == '[' ? "{" : ",{");
    json_add_member_str(out, "id", json_str(booking, "id"));
    json_add_member_i64(out, "at", json_i64(booking, "at", 0));
    json_add_member_str(out, "number", json_str(booking, "number"));
    json_add_member_i64(out, "persons", json_i64(booking, "persons", 1));
    json_add_key(out, "services");
    buf_add_char(out, '[');
    for (size_t i = 0; i < json_array_size(services); i++) {
        if (i > 0)
            buf_add_char(out, ',');
        json_add_cstr(out, json_string_value(json_array_get(services, i)));
    }
    buf_add_c(out, "]}");
}

struct found {
    const json_t *first[WHEN_COUNT]; /* the earliest of each: the list is in the order of time */
    int n_open;
    struct buf choices;
};

static void sort_out(const struct call *c, const struct hall *hall, const json_t *list,
                     struct found *f)
{
    buf_init(&f->choices);
    buf_add_c(&f->choices, "{\"choose\":[");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        int when = when_of(c, hall, one);
        if (when < WHEN_COUNT && !f->first[when])
            f->first[when] = one;
        if (when == OPEN) {
            f->n_open++;
            add_choice(&f->choices, one);
        }
    }
    buf_add_c(&f->choices, "]}");
}

/* state: the library's answer about a phone number. A late one is still tried: the library says
 * that it was missed. */
static void on_hall_of_phone(struct call *c, struct hall *hall)
{
    const struct str *text = c->state;
    struct found f = {.n_open = 0};
    struct json_where where;
    json_t *reply = json_read(*text, &where);

    sort_out(c, hall, json_object_get(reply, "bookings"), &f);
    const json_t *one = f.first[OPEN] ? f.first[OPEN] : f.first[LATE];
    if (f.n_open > 1)
        call_reply_json(c, buf_str(&f.choices));
    else if (one && (f.n_open == 1 || !f.first[EARLY]))
        check_in(c, arena_str(http_arena(c->req), json_str(one, "id")));
    else if (f.first[EARLY])
        refuse_early(c, hall, json_i64(f.first[EARLY], "at", 0));
    else
        call_problem(c, ERR_BOOKING_UNKNOWN, "phone", NULL);
    buf_clear(&f.choices);
    json_decref(reply);
}

static void on_found(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    struct str *text = arena_alloc(http_arena(c->req), sizeof(*text));
    *text = arena_str(http_arena(c->req), reply->text);
    c->state = text;
    call_hall(c, on_hall_of_phone);
}

/* The whole address of the QR code, or what stands behind its '#'. */
static void by_link(struct call *c, struct str link)
{
    const char *mark = memrchr(link.p, '#', link.len);
    struct str hall = {NULL, 0}, id = {NULL, 0};

    if (mark)
        link = (struct str){mark + 1, link.len - (size_t)(mark + 1 - link.p)};
    if (!str_cut(&link, '.', &hall) || !str_cut(&link, '.', &id) ||
        !seal_link_ok(c->api->config.seal, hall, id, link))
        /* Not 401: that would say that the kiosk's own token is wrong. */
        call_problem(c, ERR_BOOKING_UNKNOWN, "link", NULL);
    else if (!str_eq(hall, c->hall))
        call_problem(c, ERR_BOOKING_UNKNOWN, "link", "This booking is of another hall.");
    else
        check_in(c, id);
}

void local_check_in(struct call *c)
{
    struct str link = args_get(c->command, &c->args, "link");
    struct str booking = args_get(c->command, &c->args, "booking");
    const struct str *phone = args_find(c->command, &c->args, "phone");
    int given = (link.len > 0) + (booking.len > 0) + (phone[0].len > 0);

    if (given == 0)
        call_problem(c, ERR_FIELD_MISSING, "link", "Exactly one of link, phone and booking.");
    else if (given > 1)
        call_problem(c, ERR_FIELD_INVALID, phone[0].len > 0 ? "phone" : "booking",
                     "Exactly one of link, phone and booking.");
    else if (link.len > 0)
        by_link(c, link);
    else if (booking.len > 0)
        check_in(c, booking);
    else
        call_store_read(c, "booking_of_phone", &phone[2], 1, on_found);
}
