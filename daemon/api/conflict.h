/* Bookings that exist, held against a calendar: shared by conflict_list, rebook and hall_preview.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_CONFLICT_H
#define PAIHAO_API_CONFLICT_H

#include "api/booking.h"
#include "base/json.h"

enum { CONFLICT_BOOKINGS_MAX = 2000 }; /* read at once; some weeks of a large hall */

enum conflict { CONFLICT_NONE, CONFLICT_CLOSED, CONFLICT_CAPACITY, CONFLICT_SERVICE };
enum offer { OFFER_NONE, OFFER_LIVE, OFFER_DECLINED, OFFER_EXPIRED };

struct booked {
    json_t *json; /* of booking_list; borrowed from its page */
    struct str id, segments;
    int64_t made_ms, at_ms;
    enum cal_share share;
    enum conflict conflict;
    enum offer offer;
    int64_t offer_until_ms;
};

struct bookings {
    struct booked *v; /* confirmed ones, by time */
    int n;
    bool more; /* there are further ones behind them */
    int overbook;
    int64_t version; /* of the hall in the store */
    /* of the reading */
    json_t **pages;
    int n_pages, pages_cap, cap;
    int64_t from_ms, to_ms;
    int at; /* whose offer is looked up */
    void (*fn)(struct call *c, struct bookings *b, enum err err);
    void (*done)(struct call *c, struct bookings *b);
    void *arg; /* of whoever loads them */
};

/* Reads the confirmed bookings from one moment on to another (0: the last there is), in pieces, so
 * that the store is never kept long; fn comes once, on a later turn, and bookings_free()s. */
struct bookings *bookings_load(struct call *c, int64_t from_ms, int64_t to_ms,
                               void (*fn)(struct call *c, struct bookings *b, enum err err));
void bookings_free(struct bookings *b);
/* Which of them do not fit that hall, in the order in which they were made. */
void conflicts_find(struct hall *hall, struct bookings *b);
/* The state of the offers made for those in conflict; b->fn comes once more, perhaps at once. */
void conflicts_load_offers(struct call *c, struct bookings *b,
                           void (*fn)(struct call *c, struct bookings *b, enum err err));
/* Booking as everybody knows it, without what is for C only. */
void booked_add_json(struct buf *out, const struct booked *b);
struct str booked_services(const struct booked *b, struct arena *m); /* csv */
/* {"booking":…,"reason":…,"offer":…} */
void conflict_add_json(struct buf *out, const struct booked *b);
void conflicts_add_json(struct buf *out, const struct bookings *b); /* ,"conflicts":[…],"more":… */

/* All of it for the hall as it is: bookings of the row's dates `from` to `to` (without: from now
 * on), conflicts, offers. Those that have begun are counted, but in no conflict. fn comes once,
 * unless a problem was answered. */
void conflicts_load(struct call *c, void (*fn)(struct call *c, struct bookings *b));

#endif
