/* Reading the bookings that exist, piece by piece, and the offers made for some of them. What is
 * read lives until bookings_free(). The worker's thread. SPDX-License-Identifier: MIT */
#include "api/conflict.h"
#include "api/moment.h"
#include "api/slots.h"
#include "base/log.h"
#include "base/mem.h"
#include <assert.h>

enum { PIECE_MS = 7 * 24 * 3600 * 1000 }; /* a week */

static const int64_t FAR_MS = 7258118400000; /* the end of 2199, as far as the calendar goes */

static void ask(struct call *c, struct bookings *b);

void bookings_free(struct bookings *b)
{
    for (int i = 0; i < b->n_pages; i++)
        json_decref(b->pages[i]);
    mem_free(b->pages);
    mem_free(b->v);
}

static void keep_page(struct bookings *b, json_t *page)
{
    if (b->n_pages == b->pages_cap) {
        b->pages_cap = b->pages_cap > 0 ? b->pages_cap * 2 : 16;
        b->pages = mem_realloc(b->pages, (size_t)b->pages_cap * sizeof(*b->pages));
    }
    b->pages[b->n_pages++] = page;
}

static void add(struct bookings *b, json_t *json)
{
    if (!str_is(json_str(json, "state"), "confirmed"))
        return;
    if (b->n == b->cap) {
        b->cap = b->cap > 0 ? b->cap * 2 : 64;
        b->v = mem_realloc(b->v, (size_t)b->cap * sizeof(*b->v));
    }
    b->v[b->n++] = (struct booked){
        .json = json,
        .id = json_str(json, "id"),
        .segments = json_str(json, "segments"),
        .made_ms = json_i64(json, "made", 0),
        .at_ms = json_i64(json, "at", 0),
        .share = str_is(json_str(json, "share"), "staff") ? CAL_STAFF : CAL_PUBLIC,
    };
}

/* The array of a page just read, or NULL: fn has been told. */
static json_t *take_page(struct call *c, struct bookings *b, const struct store_reply *reply)
{
    struct json_where where;
    enum err err = reply->err == ERR_STORE_TIMEOUT ? ERR_STORE_DOWN : reply->err;
    json_t *page = err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    json_t *list = json_object_get(page, "bookings");

    if (page)
        keep_page(b, page);
    b->version = json_i64(page, "version", 0);
    if (err == ERR_NONE && !json_is_array(list)) {
        log_error("hall " STR_FMT ": the store's bookings cannot be read", STR_ARG(c->hall));
        err = ERR_INTERNAL;
    }
    if (err != ERR_NONE)
        b->fn(c, b, err);
    return err == ERR_NONE ? list : NULL;
}

static void call_list(struct call *c, const int64_t range[2], int limit, store_fn fn)
{
    char from[MOMENT_MAX], to[MOMENT_MAX], most[MOMENT_MAX];
    struct str argv[] = {moment_text(range[0], from), moment_text(range[1], to),
                         moment_text(limit, most)};

    call_store_read(c, "booking_list", argv, 3, fn);
}

/* After an empty piece: the next booking there is, however far. */
static void on_next(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct bookings *b = c->state;
    json_t *list = take_page(c, b, reply);

    if (!list)
        return;
    if (json_array_size(list) == 0) {
        b->fn(c, b, ERR_NONE);
        return;
    }
    b->from_ms = json_i64(json_array_get(list, 0), "at", FAR_MS);
    ask(c, b);
}

static void on_piece(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct bookings *b = c->state;
    json_t *list = take_page(c, b, reply);
    int64_t rest[2] = {b->from_ms + PIECE_MS, b->to_ms};

    if (!list)
        return;
    for (size_t i = 0; i < json_array_size(list) && b->n < CONFLICT_BOOKINGS_MAX; i++)
        add(b, json_array_get(list, i));
    b->more = b->n == CONFLICT_BOOKINGS_MAX;
    b->from_ms = rest[0];
    if (b->more || rest[0] >= rest[1])
        b->fn(c, b, ERR_NONE);
    else if (json_array_size(list) == 0)
        call_list(c, rest, 1, on_next);
    else
        ask(c, b);
}

static void ask(struct call *c, struct bookings *b)
{
    int64_t range[2] = {b->from_ms, b->from_ms + PIECE_MS};

    range[1] = range[1] < b->to_ms ? range[1] : b->to_ms;
    /* Held and ended ones are listed, too: as many again, and the rest of a week that has more is
     * of no use, as it is above the limit anyway. */
    call_list(c, range, 2 * CONFLICT_BOOKINGS_MAX, on_piece);
}

/* "<version>.<epoch>|<permille>|…": only for the share of those who do not come. */
static void on_overbook(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct bookings *b = c->state;
    struct str text = reply->text, head, permille;
    int64_t n;

    if (reply->err != ERR_NONE) {
        b->fn(c, b, reply->err == ERR_STORE_TIMEOUT ? ERR_STORE_DOWN : reply->err);
        return;
    }
    if (str_cut(&text, '|', &head) && str_cut(&text, '|', &permille) &&
        str_to_i64(permille, 0, 1000, &n))
        b->overbook = (int)n;
    ask(c, b);
}

struct bookings *bookings_load(struct call *c, int64_t from_ms, int64_t to_ms,
                               void (*fn)(struct call *c, struct bookings *b, enum err err))
{
    struct bookings *b = arena_alloc(http_arena(c->req), sizeof(*b));
    struct str argv[] = {STR("hall"), STR("p"), STR("19700101")};

    b->from_ms = from_ms;
    b->to_ms = to_ms > 0 ? to_ms : FAR_MS;
    b->fn = fn;
    c->state = b;
    call_store_read(c, "slot_read", argv, 3, on_overbook);
    return b;
}

static void read_offer(struct booked *b, const json_t *offer)
{
    struct str state = json_str(offer, "state");

    b->offer = str_is(state, "offered")    ? OFFER_LIVE
               : str_is(state, "declined") ? OFFER_DECLINED
               : str_is(state, "expired")  ? OFFER_EXPIRED
                                           : OFFER_NONE;
    b->offer_until_ms = json_i64(offer, "expires", 0);
}

static void next_offer(struct call *c, struct bookings *b);

static void on_offer(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct bookings *b = c->state;
    struct json_where where;

    if (reply->err == ERR_NONE) {
        json_t *offer = json_read(reply->text, &where);
        read_offer(&b->v[b->at], offer);
        json_decref(offer);
    } else if (reply->err != ERR_BOOKING_UNKNOWN) { /* forgotten: a week after its end */
        b->fn(c, b, reply->err == ERR_STORE_TIMEOUT ? ERR_STORE_DOWN : reply->err);
        return;
    }
    b->at++;
    next_offer(c, b);
}

static void next_offer(struct call *c, struct bookings *b)
{
    for (; b->at < b->n; b->at++) {
        struct str id = json_str(b->v[b->at].json, "offer");
        if (b->v[b->at].conflict == CONFLICT_NONE || id.len == 0)
            continue;
        call_store_read(c, "booking_view", &id, 1, on_offer);
        return;
    }
    b->fn(c, b, ERR_NONE);
}

void conflicts_load_offers(struct call *c, struct bookings *b,
                           void (*fn)(struct call *c, struct bookings *b, enum err err))
{
    b->at = 0;
    b->fn = fn;
    c->state = b;
    next_offer(c, b);
}

static void on_offers(struct call *c, struct bookings *b, enum err err)
{
    if (err == ERR_NONE) {
        b->done(c, b);
        return;
    }
    bookings_free(b);
    call_problem(c, err, NULL, NULL);
}

static void on_hall(void *arg, struct hall *hall, enum err err)
{
    struct call *c = arg;
    struct bookings *b = c->state;

    if (err != ERR_NONE) {
        on_offers(c, b, err);
        return;
    }
    conflicts_find(hall, b);
    for (int i = 0; i < b->n; i++)
        if (b->v[i].at_ms < c->now_ms)
            b->v[i].conflict = CONFLICT_NONE;
    conflicts_load_offers(c, b, on_offers);
}

static void on_bookings(struct call *c, struct bookings *b, enum err err)
{
    struct hall *hall = halls_find(c->api->halls, c->hall);

    /* A change of the hall may be in the store and its event not here yet. */
    if (hall && hall->version < b->version) {
        halls_drop(c->api->halls, c->hall);
        hall = NULL;
    }
    if (err == ERR_NONE && !hall)
        halls_load(c->api->halls, c->hall, on_hall, c);
    else
        on_hall(c, hall, err);
}

void conflicts_load(struct call *c, void (*fn)(struct call *c, struct bookings *b))
{
    struct hall *hall = halls_find(c->api->halls, c->hall);
    int from, to;

    assert(hall); /* the step before has just found it */
    int today = cal_date_at(hall_rules_of(hall), c->now_ms);
    if (!search_date(c, "from", today, &from) || !search_date(c, "to", -1, &to))
        return;
    struct bookings *b = bookings_load(c, hall_date_begins_ms(hall, from > today ? from : today),
                                       to < 0 ? 0 : hall_date_begins_ms(hall, to + 1), on_bookings);
    b->done = fn;
}

struct str booked_services(const struct booked *b, struct arena *m)
{
    const json_t *services = json_object_get(b->json, "services");
    struct buf csv;

    buf_init(&csv);
    for (size_t i = 0; i < json_array_size(services); i++) {
        const char *code = json_string_value(json_array_get(services, i));
        buf_addf(&csv, "%s%s", i > 0 ? "," : "", code ? code : "");
    }
    struct str s = arena_str(m, buf_str(&csv));
    buf_clear(&csv);
    return s;
}
