/* Between the files that answer booking commands. booking_calendar.c: a hall file as rules of the
 * calendar; visit.c: what is wanted; slots.c: what is taken; free.c: what is free.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_BOOKING_H
#define PAIHAO_API_BOOKING_H

#include "api/call.h"
#include "core/calendar.h"

enum {
    VISIT_SERVICES_MAX = 8,
    /* Each service in its pool and, with a cap, in its own pseudo pool. */
    VISIT_PARTS_MAX = VISIT_SERVICES_MAX * 2,
    PERSONS_MAX = 10,
    OPEN_SPANS_MAX = 128, /* of one day: a hall file has 50 spans of hours and as many breaks */
};

/* The calendar of a hall, made from its file when first asked for and freed with it (struct
 * hall.calendar). */
struct hall_calendar;
const struct cal_rules *hall_rules_of(struct hall *hall);
void hall_calendar_free(struct hall_calendar *c);
/* One date of one pool, worked out once and kept; pool: index into cal_rules.pools. Good until 128
 * dates later. */
const struct cal_day *hall_cal_day(struct hall *hall, int pool, int date);
/* When the release of that date begins (cal_opens_ms), kept with the pool's day. */
int64_t hall_opens_ms(struct hall *hall, int pool, int date);
/* cal_window(), kept for the day. */
void hall_window(struct hall *hall, int64_t now_ms, int *first, int *last);
int hall_pool_of(struct hall *hall, const struct hall_service *service); /* -1: none plans for it */
int hall_pool_find(const struct hall *hall, struct str code);            /* -1 */

/* The first moment of that date in the hall's zone. */
int64_t hall_date_begins_ms(const struct hall *hall, int date);

/* One part of a visit, in cells behind its start. */
struct visit_part {
    const char *pool_name; /* as in segments: the pool's code, or "~service" */
    int pool;              /* index into cal_rules.pools: whose day says where it is open */
    int cap;               /* 0, or the service's own */
    int offset, n_cells;
};

/* Points into the hall: to be read anew on a later turn of the loop. */
struct visit {
    const struct hall_service *services[VISIT_SERVICES_MAX];
    int n_services;
    int persons;
    int n_cells; /* the whole length */
    struct visit_part parts[VISIT_PARTS_MAX];
    int n_parts;
    char pseudo[VISIT_SERVICES_MAX][40]; /* "~" and a code of at most 32 */
};

/* services: csv; persons: text, "" is 1. ERR_NONE, ERR_SERVICE_UNKNOWN, ERR_BOOKING_CLOSED (hall or
 * service not bookable), ERR_FIELD_INVALID (persons above the service's, a service twice). *field
 * names the argument at fault. for_staff: also what is closed for citizens. out must stay where it
 * is: its parts point into it. */
enum err visit_read(struct hall *hall, struct str services, struct str persons, bool for_staff,
                    struct visit *out, const char **field);
/* "pool|share|offset|count;…" of docs/booking.md. */
void visit_needs(const struct visit *v, enum cal_share share, struct buf *out);
/* The csv it was read from. */
struct str visit_services(const struct visit *v, struct arena *m);

/* In whose name a time is taken. */
struct slot_wish {
    const struct visit *visit;
    enum cal_share share;
    bool for_staff; /* without notice, window and release */
    int64_t at_ms;
};
/* The segments of a visit that begins at at_ms, with the present capacities. ERR_NONE,
 * ERR_SLOT_NONE. Does not ask what is taken. */
enum err slot_segments(struct hall *hall, const struct slot_wish *w, int64_t now_ms,
                       struct buf *segments, int64_t *ends_ms, char day[9]);

/* What is taken in a hall: kept by the worker, dropped by events. fn comes exactly once, perhaps at
 * once; it then may use the visit_ and slot_ functions below until it returns; the hall is there
 * (halls_find()). err: ERR_NONE, of the store, or ERR_CALENDAR_CHANGED: the hall is another one
 * meanwhile, read the visit anew and ask again. */
typedef void (*slots_fn)(struct call *c, void *arg, enum err err);
/* How often to do so. Once is too little: the counters may tell of a new file before its event has
 * come, and the event then drops the hall a second time. */
enum { CALENDAR_TRIES = 5 };
void slots_load(struct call *c, const struct visit *v, enum cal_share share, int first_date,
                int last_date, slots_fn fn, void *arg);
/* Up to max starts of free times nearest to at_ms (earlier or later), in the order of time; after
 * slots_load() of the month before and behind. */
int slots_nearest(struct call *c, const struct visit *v, enum cal_share share, bool for_staff,
                  int64_t at_ms, int64_t *out, int max);

/* A refusal slot_taken or hold_expired, answered on a later turn, with "alternatives":[ms…]: up to
 * six of the nearest free times. */
void booking_refuse_taken(struct call *c, enum err err, const struct visit *v, enum cal_share share,
                          bool for_staff, int64_t at_ms);
/* Puts "link":"…" in front of an answer that begins with {"id":"…". */
void booking_reply_with_link(struct call *c, struct str json);

/* pow.c, sender.c (of challenges and limits): false when a problem was answered. pow: what the
 * library gets, the challenge's hash or "old". */
/* Keyed hashes. */
struct booking_sender {
    char address[SEAL_HASH_CHARS + 1]; /* of the sender's IPv4 or IPv6 /64 */
    char prefix[SEAL_HASH_CHARS + 1];  /* /24 or /48 */
};
void booking_sender(const struct call *c, struct booking_sender *out);
bool booking_pow(struct call *c, char pow[SEAL_HASH_CHARS + 1]);

/* Sealed form of the fields a citizen typed, checked against what the services of v ask for; false
 * when a problem was answered. fields: JSON of the argument, or empty. out is empty when there are
 * none. */
bool booking_fields(struct call *c, struct str services_csv, struct str fields, struct str booking,
                    struct str *out);

#endif
