/* What the files of the history check share. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_HISTORY_INSIDE_H
#define PAIHAO_CTL_HISTORY_INSIDE_H

#include "ctl/history.h"
#include <inttypes.h>

enum { CODE_MAX = 40, OVER_MAX = 64, STEPS_MAX = 8 };

struct past_ticket {
    char id[32];
    char number[12];
    char state[12];
    char line[CODE_MAX];
    char counter[CODE_MAX];
    char service[CODE_MAX];
    char class[CODE_MAX];
    char booking[32];                /* "" when it came without one */
    char steps[STEPS_MAX][CODE_MAX]; /* services left behind the present one */
    int n_steps;
    bool ordered;
    int64_t rank;
    int64_t since_ms; /* in its state */
    int calls;
    int shown; /* up to which of its calls a board has shown */
    int64_t away_ms;  /* asked for more time, until then; 0: it did not */
    int64_t own_rank; /* while it is away: the rank from before */
    int delays;
    bool promised, rated;
    long push;                /* order of entering lines */
    uint64_t call_seq;        /* its last call: the event, */
    long call_push;           /* its place in that order then, */
    char call_line[CODE_MAX]; /* and the line it was called out of */
    int n_over;
    char over[OVER_MAX]
             [32]; /* who overtook it since it entered; OVERTAKING bounds are far below OVER_MAX */
};

/* A ticket before the last press at a counter, which may be undone. */
struct past_press {
    struct past_press *next; /* the press before */
    char type[32];           /* the event it made */
    char counter[CODE_MAX];
    int64_t at_ms;
    uint64_t seq;
    struct past_ticket was;
};

struct past_counter {
    char code[CODE_MAX];
    char profile[CODE_MAX];
    char clerk[CODE_MAX]; /* a name without its role; "" when nobody works there */
    char ticket[32];
    bool open;
};

struct past_series {
    char letter;
    int first, span;
    int last;         /* number given last, 0 = none yet */
    bool may_restart; /* a day was closed: the next one may begin anew */
};

struct history {
    const json_t *hall;
    struct history_result result;
    char *faults[HISTORY_FAULTS_MAX];
    struct past_ticket *tickets;
    size_t n_tickets, room;
    struct past_counter *counters;
    size_t n_counters;
    struct past_series series[26];
    uint64_t epoch, seq;
    long pushes;
    bool
        other_rules; /* the hall was configured otherwise than it is now: ranks cannot be checked */
    char (*missed)[32]; /* bookings that were missed */
    size_t n_missed, missed_room;
    struct past_press *presses; /* the newest first */
    json_t *stopped;            /* services, or "*", that give no more numbers today */
    char just_back[32]; /* put back by the event before: the same press may not call it again */
    char just_back_from[CODE_MAX]; /* that counter, */
    int64_t just_back_ms;          /* and when: another press may */
    int64_t now_ms;                /* of the event being read */
    char event[64];                /* id of the event being read */
    bool begun;
    bool late;     /* older events were trimmed: reading begins behind the first close of day */
    bool skipping; /* and has not got there yet */
};

/* Notes a fault of the present event. */
void history_note(struct history *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct past_ticket *history_ticket(struct history *h, struct str id);
struct past_counter *history_counter(struct history *h, struct str code);
/* Was this the ticket that the counter had to call? history_check.c */
void history_check_call(struct history *h, const struct past_counter *c,
                        const struct past_ticket *t, struct str rule);
/* The number given now, against the one given before. */
void history_check_number(struct history *h, const struct past_ticket *t);
/* At which offset (ms) the counter serves the line; -1 when it does not. */
int64_t history_offset(const struct history *h, const struct past_counter *c, const char *line);

/* history_rules.c. The rank a ticket is given with, or that it enters a line with; `was` is the one
 * before. */
void history_check_given(struct history *h, const struct past_ticket *t, const json_t *e);
void history_check_rank(struct history *h, const struct past_ticket *t, const json_t *e,
                        int64_t was);
/* The service a visit goes on with: one that was left, and the right one. Takes it out of the
 * ticket's steps. */
void history_check_step(struct history *h, struct past_ticket *t, const json_t *e);
/* Another service instead of the present one. */
void history_transfer(struct past_ticket *t, const json_t *e);
void history_read_steps(struct past_ticket *t, const json_t *e);
void history_booking(struct history *h, const json_t *e);
/* A number given by a kiosk or to a phone though the service was stopped. */
void history_stopped(struct history *h, const json_t *e);
void history_check_stopped(struct history *h, const struct past_ticket *t, const json_t *e);

/* Into a line: the ticket's state is waiting. history.c */
void history_enter(struct history *h, struct past_ticket *t, const json_t *e);
/* The counter of the event, which must have this ticket ("": none). Notes it when it has not. */
struct past_counter *history_counter_of(struct history *h, const json_t *e, const char *holds);

/* history_moves.c: what changes a ticket without a call. */
void history_on_moved(struct history *h, struct past_ticket *t, const json_t *e);
void history_on_delayed(struct history *h, struct past_ticket *t, const json_t *e);
void history_on_promised(struct history *h, struct past_ticket *t, const json_t *e);
void history_on_rated(struct history *h, struct past_ticket *t, const json_t *e);
void history_on_shown(struct history *h, struct past_ticket *t, const json_t *e);
void history_on_told(struct history *h, struct past_ticket *t, const json_t *e);
void history_on_direct(struct history *h, struct past_ticket *t, const json_t *e);

/* history_undo.c: keeps the ticket as it is before the event, where that can be undone; and takes
 * back what an undo says. `from`: the state the event says it had. */
void history_keep(struct history *h, const struct past_ticket *t, const json_t *e);
void history_on_undone(struct history *h, struct past_ticket *t, const json_t *e);
void history_forget_presses(struct history *h);

#endif
