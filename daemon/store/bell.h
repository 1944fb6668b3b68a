/* The ear at the halls' streams: one SUBSCRIBE connection that only wakes, XRANGE that reads.
 * Delivers every event of every followed hall exactly once and in order, to one function, on the
 * loop's thread. A lost PUBLISH costs latency (the poll), never an event. SPDX-License-Identifier:
 * MIT */
#ifndef PAIHAO_STORE_BELL_H
#define PAIHAO_STORE_BELL_H

#include "store/store.h"

struct bell;

struct bell_event {
    struct str hall;
    uint64_t epoch; /* of the stream: changes when the hall's store was lost and made anew */
    uint64_t seq;   /* dense from 1 within the epoch */
    struct str json;
};

struct bell_ops {
    void (*event)(void *arg, const struct bell_event *e);
    /* Events of this hall were missed for good (trimmed or another epoch): whoever folds them must
     * take a fresh snapshot. Called also once after bell_follow(), before the hall's first event:
     * a snapshot taken from then on and the events that follow leave no gap between them. */
    void (*reset)(void *arg, struct str hall);
    /* Something was added to the hall's outbox; also after each connect, since a message of the
     * bell may have been lost. */
    void (*outbox)(void *arg, struct str hall);
};

/* s: where XRANGE is sent; the bell opens its own SUBSCRIBE connection with the same config. */
struct bell *bell_new(struct loop *l, const struct store_config *config, struct store *s,
                      const struct bell_ops *ops, void *arg);
void bell_free(struct bell *b);
/* Follow a hall from its newest event on (or "sys"). Following twice is nothing. */
void bell_follow(struct bell *b, struct str hall);

#endif
