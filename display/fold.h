/* The fold of one hall's events: which tickets are alive, and the lines they wait in. Made from the
 * snapshot of the function library, kept up by events. Reads ranks, never makes one.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_FOLD_H
#define PAIHAO_DISPLAY_FOLD_H

#include "base/json.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    FOLD_ID_MAX = 24,      /* 13 digits, '-', letter, up to 5 digits */
    FOLD_CODE_MAX = 34,    /* '@' and a code of 32 */
    FOLD_BOOKING_MAX = 32, /* 13 digits, "-b" and a number */
    FOLD_NEXT = 6,         /* of each line; who is further back has no need to watch out */
};

struct fold_ticket {
    struct fold_ticket *next; /* of the same bucket */
    char id[FOLD_ID_MAX];
    char service[FOLD_CODE_MAX];
    char class[FOLD_CODE_MAX];
    char line[FOLD_CODE_MAX];
    char counter[FOLD_CODE_MAX]; /* "" when at none */
    char state[12];
    int64_t rank;
    int64_t since_ms;
    int calls;
    int returns;
    bool phone;
    char *why;                      /* JSON of the last call, or NULL */
    char booking[FOLD_BOOKING_MAX]; /* "" when it came without one */
    int64_t booked_ms;
    int persons;
    char *steps;     /* JSON of the services left behind the present one, or NULL */
    char *promise;   /* JSON of the first wait told, or NULL */
    int travel;      /* minutes of the way to the hall; -1: the citizen said nothing */
    int delays;      /* how often it asked for more time */
    int64_t away_ms; /* until then; 0: it did not */
    char rating[8];  /* "" before it was rated */
    unsigned seen;   /* grows with each event a citizen's page shows something of */
};

struct fold;

struct fold *fold_new(void);
void fold_free(struct fold *f);
/* snapshot: the answer of hall_snapshot. */
void fold_load(struct fold *f, const json_t *snapshot);
/* Applies one event. Returns the ticket it was about (also when it has just ended: it cannot be
 * found any more after the next event), or NULL. One that was served is kept out of sight for a
 * little while: its end may be undone. */
const struct fold_ticket *fold_apply(struct fold *f, const json_t *event);
bool fold_ended(const struct fold_ticket *t);
const struct fold_ticket *fold_find(const struct fold *f, struct str id);
/* How many wait in the line / before the ticket in its line, or before the place kept for one that
 * is on its way. */
int fold_waiting(const struct fold *f, const char *line);
int fold_ahead(const struct fold *f, const struct fold_ticket *t);
/* {"line":n,...} of all lines of services that somebody waits in. */
void fold_waiting_json(const struct fold *f, struct buf *out);
/* Does everybody see who waits in it? Not in one held for a clerk: its name is that person's. */
bool fold_is_public_line(const char *line);
/* [["A003",1795435210000],...]: the first FOLD_NEXT numbers of a line, each with the moment it
 * should be called by, so that several lines can be merged. */
void fold_next_json(const struct fold *f, const char *line, struct buf *out);
/* {"line":[...],...} of all public lines that somebody waits in. */
void fold_next_all_json(const struct fold *f, struct buf *out);
/* Calls fn for every ticket alive that is at a counter. */
void fold_each_at_counter(const struct fold *f, void (*fn)(void *, const struct fold_ticket *),
                          void *arg);
/* The members of a Ticket, with "ahead" while it waits or is on its way, without braces. */
void fold_ticket_json(const struct fold *f, const struct fold_ticket *t, struct buf *out);

#endif
