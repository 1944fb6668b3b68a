/* The inside of a store, shared by store.c (calls) and health.c (readiness).
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_INSIDE_H
#define PAIHAO_STORE_INSIDE_H

#include "loop/timer.h"
#include "store/calls.h"
#include "store/errors.h"
#include "store/link.h"
#include "store/store.h"

enum { REASON_MAX = 320 }; /* a name of a socket or host and a sentence */

enum store_state { AWAY, GREETING, LOADING, READY };

struct store {
    struct loop *loop;
    struct link *link;
    int64_t deadline_us;
    int inflight_max;
    struct str library;
    struct str version; /* of library */
    enum store_state state;
    const struct store_error *trouble; /* what Redis answered last instead of working */
    char reason[REASON_MAX];
    char told_reason[REASON_MAX]; /* these two belong to health.c's list */
    struct store *next_unready;
    bool reason_logged;
    bool told_ready;
    struct call_list sent;    /* a reply is owed for each, in this order */
    struct call_list waiting; /* for READY, until grace_until_us */
    struct call_list failed;  /* answered in the next turn */
    int64_t grace_until_us;
    int64_t watch_at_us; /* 0: not armed */
    struct timer *watch; /* ONE for all deadlines */
    struct timer *heart;
    struct timer *turn;
    loop_fn on_change;
    void *on_change_arg;
    int answering; /* depth of callbacks we stand in */
    bool stopping;
};

/* health.c */
void health_init(struct store *s);
void health_clear(struct store *s);
void health_up(struct store *s);                    /* connected: the greeting begins */
void health_down(struct store *s, const char *why); /* the connection is over */
void health_note(struct store *s, const struct call *c, const struct store_value *v);
void health_load_library(struct store *s);
/* Once a second: asks an idle or troubled Redis how it is. */
void health_beat(struct store *s);

/* store.c */
void store_send_own(struct store *s, int argc, const struct str *argv, store_fn fn);
void store_send_waiting(struct store *s);

#endif
