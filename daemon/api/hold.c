/* booking_hold, booking_make and the two moves: their own arguments; take.c does the rest. The
 * worker's thread. SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "api/take.h"
#include "base/json.h"
#include <assert.h>

static struct str arg(const struct call *c, const char *name)
{
    return args_get(c->command, &c->args, name);
}

static struct str or_one(struct str persons)
{
    return persons.len > 0 ? persons : STR("1");
}

static struct str flag(struct str yes_or_no)
{
    return str_is(yes_or_no, "yes") ? STR("1") : STR("0");
}

static int64_t moment_of(const struct call *c)
{
    int64_t at_ms = 0;

    (void)str_to_i64(arg(c, "at"), 0, INT64_MAX, &at_ms); /* checked by its row */
    return at_ms;
}

/* What hold and make have in common. */
static struct take *take_of_row(struct call *c)
{
    struct take *t = take_new(c);

    t->services = arg(c, "services");
    t->persons = or_one(arg(c, "persons"));
    t->at_ms = moment_of(c);
    t->reply = booking_reply_with_link;
    return t;
}

/* more: the hash of the challenge, the sender's address and prefix. */
static void send_hold(struct call *c, struct take *t, const struct take_place *p)
{
    struct str argv[] = {
        t->services,
        t->persons,
        p->at,
        p->ends,
        p->day,
        p->segments,
        p->version,
        str_of(t->random),
        arg(c, "class"),
        arg(c, "lang"),
        flag(arg(c, "ordered")),
        t->more[0],
        t->more[1],
        t->more[2],
    };

    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), take_on_reply);
}

void local_booking_hold(struct call *c)
{
    struct arena *m = http_arena(c->req);
    struct booking_sender *sender = arena_alloc(m, sizeof(*sender));
    char *pow = arena_alloc(m, SEAL_HASH_CHARS + 1);

    if (!booking_pow(c, pow))
        return;
    booking_sender(c, sender);
    struct take *t = take_of_row(c);
    t->share = CAL_PUBLIC;
    t->send = send_hold;
    t->more[0] = str_of(pow);
    t->more[1] = str_of(sender->address);
    t->more[2] = str_of(sender->prefix);
    take_run(c, t);
}

/* more: record, sealed number and hash of the phone; sealed fields. */
static void send_make(struct call *c, struct take *t, const struct take_place *p)
{
    struct str argv[] = {
        t->services,
        t->persons,
        p->at,
        p->ends,
        p->day,
        p->segments,
        p->version,
        str_of(t->random),
        arg(c, "class"),
        arg(c, "lang"),
        flag(arg(c, "ordered")),
        t->more[0],
        t->more[1],
        t->more[2],
        t->more[3],
        arg(c, "override"),
    };

    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), take_on_reply);
}

void local_booking_make(struct call *c)
{
    struct take *t = take_of_row(c);
    const struct str *phone = args_find(c->command, &c->args, "phone");

    t->share = search_share(c, CAL_STAFF);
    t->for_staff = true;
    t->send = send_make;
    for (int i = 0; i < 3; i++)
        t->more[i] = phone[i];
    if (booking_fields(c, t->services, arg(c, "fields"), str_of(t->random), &t->more[3]))
        take_run(c, t);
}

/* more: the booking, why it is moved. */
static void send_move(struct call *c, struct take *t, const struct take_place *p)
{
    struct str argv[] = {t->more[0], p->at, p->ends, p->day, p->segments, p->version, t->more[1]};

    call_store_write(c, "booking_move", argv, sizeof(argv) / sizeof(argv[0]), take_on_reply);
}

/* Services and persons of the booking that is moved. */
static bool read_booking(struct call *c, struct take *t, struct str json, enum cal_share *share)
{
    struct arena *m = http_arena(c->req);
    struct json_where where;
    json_t *b = json_read(json, &where);
    const json_t *services = json_object_get(b, "services");
    struct buf csv;

    buf_init(&csv);
    for (size_t i = 0; i < json_array_size(services); i++) {
        const char *code = json_string_value(json_array_get(services, i));
        buf_addf(&csv, "%s%s", i > 0 ? "," : "", code ? code : "");
    }
    t->services = arena_str(m, buf_str(&csv));
    t->persons = arena_printf(m, "%lld", (long long)json_i64(b, "persons", 1));
    *share = str_is(json_str(b, "share"), "staff") ? CAL_STAFF : CAL_PUBLIC;
    bool ok = csv.len > 0;
    buf_clear(&csv);
    json_decref(b);
    return ok;
}

static void on_viewed(void *call, const struct store_reply *reply)
{
    struct call *c = call;
    struct take *t = c->state;
    enum cal_share share;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
    } else if (!read_booking(c, t, reply->text, &share)) {
        call_problem(c, ERR_INTERNAL, NULL, NULL);
    } else {
        /* The staff's share is for staff to give, also when the citizen moves. */
        t->share = t->for_staff ? search_share(c, share) : CAL_PUBLIC;
        take_run(c, t);
    }
}

static void move(struct call *c, bool by_staff)
{
    struct take *t = take_new(c);

    t->at_ms = moment_of(c);
    t->for_staff = by_staff;
    t->send = send_move;
    t->reply = by_staff ? call_reply_json : booking_reply_with_link;
    t->more[0] = arg(c, "booking");
    t->more[1] = by_staff ? arg(c, "reason") : STR("");
    c->state = t;
    call_store_read(c, "booking_view", t->more, 1, on_viewed);
}

void local_booking_move(struct call *c)
{
    move(c, false);
}

void local_booking_shift(struct call *c)
{
    move(c, true);
}
