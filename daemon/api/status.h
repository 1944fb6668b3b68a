/* Between the files that answer a hall's public status. status.c: what is kept, for whom, how long;
 * status_past.c: the weeks behind, read from the store; status_view.c: the answer.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_STATUS_H
#define PAIHAO_API_STATUS_H

#include "api/call.h"
#include "core/status.h"

enum {
    STATUS_PAST_DAYS = 42
}; /* six of each weekday: old enough to be usual, new enough to hold */

/* Of one hall, one worker. */
struct status_hall {
    struct status_hall *next;
    char code[HALL_CODE_MAX + 1];
    struct buf json; /* the last answer */
    char etag[24];
    int64_t made_ms; /* on the steady clock; 0: there is none */
    struct status_past past;
    char past_day[16];                        /* the day before which it lies; "": not read yet */
    int64_t past_ms;                          /* when it was read, on the steady clock */
    struct past_reading *reading;             /* NULL: it is not being read */
    struct status_wish *wishes, **wishes_end; /* who waits for that */
};

struct statuses *statuses_new(void);
void statuses_free(struct statuses *s); /* after the store */
/* The hall is another one now, or its events are. */
void statuses_drop(struct statuses *s, struct str hall);

/* Reads the days before today into h->past, some at a time; fn comes once, on a later turn, also
 * where the store could not be read: then less is known. c lives until then. */
typedef void (*past_fn)(struct call *c, struct status_hall *h);
void past_read(struct call *c, struct status_hall *h, past_fn fn);
void past_reading_free(struct past_reading *r); /* NULL allowed */

/* The answer but for its last member, the moment. */
void status_view(const struct call *c, struct hall *hall, const struct status_hall *h,
                 struct buf *out);

#endif
