/* Taking a time: what booking_hold, booking_make and the moves share. SPDX-License-Identifier: MIT
 */
#ifndef PAIHAO_API_TAKE_H
#define PAIHAO_API_TAKE_H

#include "api/booking.h"
#include "api/moment.h"

enum { TAKE_RANDOM_CHARS = 16 };

/* A time worked out: the arguments every function that takes one has. */
struct take_place {
    struct str at, ends, day, segments, version;
};

struct take {
    struct str services, persons; /* csv; "" is 1 */
    enum cal_share share;
    bool for_staff;
    int tries; /* of a hall that changes meanwhile */
    int64_t at_ms;
    int64_t version; /* of the hall it was worked out for */
    /* Calls the library with the place; its store_fn is take_on_reply. */
    void (*send)(struct call *c, struct take *t, const struct take_place *p);
    void (*reply)(struct call *c, struct str json);
    enum err refusal; /* of C's own, told unless the library has answered this request before */
    const char *field;
    char random[TAKE_RANDOM_CHARS + 1];
    struct str more[8]; /* of whoever sends */
};

struct take *take_new(struct call *c);
/* Works the place out and sends; answers whatever comes of it. */
void take_run(struct call *c, struct take *t);
void take_on_reply(void *call, const struct store_reply *reply);
/* 16 hex digits. */
void take_random(char out[TAKE_RANDOM_CHARS + 1]);

#endif
