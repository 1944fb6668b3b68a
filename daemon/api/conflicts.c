/* GET /halls/{hall}/conflicts and POST /halls/{hall}/rebook: bookings that no longer fit, and an
 * equivalent time, held, for each of them. A rebooking is a chain of calls, each atomic by itself
 * and under a request id of its own: broken off and repeated it goes on where it was. The worker's
 * thread. SPDX-License-Identifier: MIT */
#include "api/conflict.h"
#include "api/moment.h"
#include "api/slots.h"
#include "api/take.h"
#include <string.h>

enum {
    /* Of one request: some 300 calls of the store take a second, as long as somebody waits for a
     * page. The rest is done by asking again. */
    OFFERS_MAX = 300,
    TRIES = 5,      /* of one booking whose new time is taken, or whose hall changes, meanwhile */
    DAYS_BACK = 31, /* no time further away is worth looking for */
    DAYS_AHEAD = 62,
};

static void on_listed(struct call *c, struct bookings *b)
{
    struct buf out;

    buf_init(&out);
    buf_add_char(&out, '{');
    conflicts_add_json(&out, b);
    buf_add_char(&out, '}');
    bookings_free(b);
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

void local_conflict_list(struct call *c)
{
    conflicts_load(c, on_listed);
}

struct rebook {
    struct call *call;
    struct bookings *bookings;
    int at;               /* the booking it is at */
    enum cal_share share; /* in which a time is looked for */
    int tries;
    bool inside, waiting; /* of the loop: callbacks may come at once */
    int offered, already;
    bool more;
    struct buf unresolved;
    char request[REQUEST_CHARS + 1]; /* of the whole; each offer has one made of it */
};

static void rebook_on(struct rebook *r);

static void rebook_end(struct rebook *r)
{
    buf_clear(&r->unresolved);
    bookings_free(r->bookings);
}

static void rebook_fail(struct rebook *r, enum err err)
{
    rebook_end(r);
    call_problem(r->call, err, NULL, NULL);
}

static void rebook_answer(struct rebook *r)
{
    struct buf out;

    buf_init(&out);
    buf_addf(&out, "{\"offered\":%d,\"already\":%d,\"unresolved\":[" STR_FMT "],\"more\":%s}",
             r->offered, r->already, STR_ARG(buf_str(&r->unresolved)), r->more ? "true" : "false");
    rebook_end(r);
    call_reply_json(r->call, buf_str(&out));
    buf_clear(&out);
}

static void go_on(struct rebook *r)
{
    r->waiting = false;
    if (!r->inside)
        rebook_on(r);
}

static void next_booking(struct rebook *r)
{
    r->at++;
    r->tries = 0;
    if (r->at < r->bookings->n)
        r->share = r->bookings->v[r->at].share;
    go_on(r);
}

static void unresolved(struct rebook *r)
{
    if (r->unresolved.len > 0)
        buf_add_char(&r->unresolved, ',');
    booked_add_json(&r->unresolved, &r->bookings->v[r->at]);
    next_booking(r);
}

/* Nothing free in this share: the public one is the last to look at. */
static void no_time(struct rebook *r)
{
    if (r->share == CAL_PUBLIC) {
        unresolved(r);
        return;
    }
    r->share = CAL_PUBLIC;
    go_on(r);
}

/* The key of this request stands for many calls: each gets an id of its own, the same each time. */
static void make_request(struct rebook *r, const struct booked *b)
{
    struct call *c = r->call;
    char hash[SEAL_HASH_CHARS + 1];
    struct str id = arena_printf(http_arena(c->req), "%s|" STR_FMT, r->request, STR_ARG(b->id));

    seal_hash(c->api->config.seal, "request", id, hash);
    memcpy(c->request, hash, SEAL_HASH_CHARS);
}

static void on_offered(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct rebook *r = c->state;

    if (reply->err == ERR_NONE) {
        slots_drop(c->api->slots, c->hall);
        r->offered++;
        next_booking(r);
    } else if (reply->err == ERR_SLOT_TAKEN && ++r->tries < TRIES) {
        slots_drop(c->api->slots, c->hall);
        go_on(r);
    } else if (reply->err == ERR_SLOT_TAKEN) {
        unresolved(r);
    } else if (reply->err == ERR_CALENDAR_CHANGED && ++r->tries < TRIES) {
        halls_drop(c->api->halls, c->hall);
        slots_drop(c->api->slots, c->hall);
        go_on(r);
    } else if (reply->err == ERR_BOOKING_STATE || reply->err == ERR_BOOKING_UNKNOWN) {
        next_booking(r); /* was cancelled, moved or offered another time just now */
    } else {
        rebook_fail(r, reply->err);
    }
}

static void send_offer(struct rebook *r, struct hall *hall, const struct slot_wish *wish)
{
    struct call *c = r->call;
    const struct booked *b = &r->bookings->v[r->at];
    char at[MOMENT_MAX], ends[MOMENT_MAX], version[MOMENT_MAX], day[9];
    char random[TAKE_RANDOM_CHARS + 1];
    struct buf segments;
    int64_t ends_ms;

    buf_init(&segments);
    if (slot_segments(hall, wish, c->now_ms, &segments, &ends_ms, day) == ERR_NONE) {
        take_random(random);
        make_request(r, b);
        struct str argv[] = {
            b->id,         moment_text(wish->at_ms, at), moment_text(ends_ms, ends),
            str_of(day),   buf_str(&segments),           moment_text(hall->version, version),
            str_of(random)};
        call_store_write(c, "booking_offer", argv, sizeof(argv) / sizeof(argv[0]), on_offered);
    } else {
        unresolved(r);
    }
    buf_clear(&segments);
}

/* Where to look for a time: near the old one, but far enough ahead to be read in time. */
static void near_of(struct hall *hall, int64_t now_ms, int64_t at_ms, struct slot_near *near)
{
    const struct cal_rules *rules = hall_rules_of(hall);
    int today = cal_date_at(rules, now_ms), date = cal_date_at(rules, at_ms);

    *near = (struct slot_near){
        .at_ms = at_ms,
        .earliest_ms = now_ms + (int64_t)rules->notice_minutes * 60000,
        .first = date - DAYS_BACK > today ? date - DAYS_BACK : today,
        .last = date + DAYS_AHEAD,
    };
}

/* The visit of the booking it is at. Also what is closed for citizens by now: they had it. */
static bool read_visit(struct rebook *r, struct hall *hall, struct visit *v)
{
    const struct booked *b = &r->bookings->v[r->at];
    struct arena *m = http_arena(r->call->req);
    char persons[MOMENT_MAX];
    const char *field;
    struct str n = moment_text(json_i64(b->json, "persons", 1), persons);

    return visit_read(hall, booked_services(b, m), n, true, v, &field) == ERR_NONE;
}

/* Later rather than earlier: who planned for Friday may not be able to come on Tuesday. */
static bool offer_time(const struct slot_view *view, const struct slot_near *near, int64_t *at_ms)
{
    struct slot_near later = *near;

    if (later.earliest_ms < near->at_ms)
        later.earliest_ms = near->at_ms;
    return slot_nearest_of(view, &later, at_ms, 1) > 0 || slot_nearest_of(view, near, at_ms, 1) > 0;
}

static void on_slots(struct call *c, void *arg, enum err err)
{
    struct rebook *r = arg;
    struct hall *hall = halls_find(c->api->halls, c->hall);
    struct slot_near near;
    struct slot_view view;
    struct visit v;
    int64_t at_ms;

    if (err == ERR_CALENDAR_CHANGED && ++r->tries < TRIES) {
        go_on(r); /* with the hall as it is by now; most often only the news of our own closure came */
        return;
    }
    if (err != ERR_NONE) {
        rebook_fail(r, err);
        return;
    }
    if (!read_visit(r, hall, &v)) {
        unresolved(r);
        return;
    }
    struct slot_wish wish = {.visit = &v, .share = r->share, .for_staff = true};
    slot_view_open(c, &wish, &view);
    near_of(hall, c->now_ms, r->bookings->v[r->at].at_ms, &near);
    if (!offer_time(&view, &near, &at_ms)) {
        no_time(r);
        return;
    }
    wish.at_ms = at_ms;
    send_offer(r, hall, &wish);
}

static void look_for(struct rebook *r, struct hall *hall)
{
    struct slot_near near;
    struct visit v;

    if (!read_visit(r, hall, &v)) {
        unresolved(r);
        return;
    }
    near_of(hall, r->call->now_ms, r->bookings->v[r->at].at_ms, &near);
    slots_load(r->call, &v, r->share, near.first, near.last, on_slots, r);
}

static void on_hall(void *arg, struct hall *hall, enum err err)
{
    struct rebook *r = arg;

    if (err != ERR_NONE)
        rebook_fail(r, err);
    else
        look_for(r, hall);
}

static void one(struct rebook *r)
{
    struct call *c = r->call;
    const struct booked *b = &r->bookings->v[r->at];
    struct hall *hall = halls_find(c->api->halls, c->hall);

    if (b->conflict != CONFLICT_NONE && b->offer == OFFER_LIVE)
        r->already++;
    if (b->conflict == CONFLICT_NONE || b->offer == OFFER_LIVE)
        next_booking(r);
    else if (!json_bool(b->json, "phone", false))
        unresolved(r); /* nobody could tell them; a held time would only keep others out */
    else if (hall)
        look_for(r, hall);
    else
        halls_load(c->api->halls, c->hall, on_hall, r);
}

static void rebook_on(struct rebook *r)
{
    r->inside = true;
    while (r->at < r->bookings->n && r->offered < OFFERS_MAX) {
        r->waiting = true;
        one(r);
        if (r->waiting) {
            r->inside = false;
            return;
        }
    }
    r->more = r->bookings->more || r->at < r->bookings->n;
    rebook_answer(r);
}

static void on_conflicts(struct call *c, struct bookings *b)
{
    struct rebook *r = arena_alloc(http_arena(c->req), sizeof(*r));

    r->call = c;
    r->bookings = b;
    r->share = b->n > 0 ? b->v[0].share : CAL_PUBLIC;
    buf_init(&r->unresolved);
    memcpy(r->request, c->request, sizeof(r->request));
    c->state = r;
    rebook_on(r);
}

void local_rebook(struct call *c)
{
    conflicts_load(c, on_conflicts);
}
