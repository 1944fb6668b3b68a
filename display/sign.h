/* The LED signs of all halls: what each shows follows from the hall's events, and nothing anybody
 * does waits for a sign. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_SIGN_H
#define PAIHAO_DISPLAY_SIGN_H

#include "config/hall.h"
#include "loop/loop.h"
#include "store/store.h"
#include <stdbool.h>
#include <stdint.h>

struct signs;

struct signs_deps {
    struct loop *loop;
    struct store *store;
    /* This daemon's name among those that share the store: one of them drives a hall's signs. */
    const char *holder;
    /* The hall's file, borrowed until the next turn; NULL: not at hand yet, it is asked for again.
     */
    const struct hall_file *(*hall)(void *arg, struct str code);
    void *arg;
};

/* On main, as all of these. */
struct signs *signs_new(const struct signs_deps *deps);
/* After the store. */
void signs_free(struct signs *s); /* NULL allowed */
void signs_follow(struct signs *s, struct str hall);
/* Every event of every hall, in order. */
void signs_event(struct signs *s, struct str hall, uint64_t epoch, uint64_t seq, struct str json);
/* Events of the hall were missed. */
void signs_reset(struct signs *s, struct str hall);
/* Darkens the signs, and gives them back to whoever goes on. */
void signs_stop(struct signs *s);
/* That is done. */
bool signs_idle(const struct signs *s);

#endif
