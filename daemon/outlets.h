/* Where numbers leave the daemon as light or on paper: the halls' LED signs and printers, which
 * follow the same events. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_OUTLETS_H
#define PAIHAO_OUTLETS_H

#include "core/outlook.h"
#include "core/seal.h"
#include "follow.h"
#include "store/bell.h"

struct outlets;

/* Everything is borrowed for the life of the outlets. */
struct outlets_deps {
    struct loop *loop;
    struct store *store;
    struct follow *follow; /* for the halls' files */
    const struct seal *seal;
    const char *ticket_url; /* "https://example.org/t#" */
    const char *holder; /* of the leases: the same after a restart, another one for each daemon */
};

/* On main, as all of these. */
struct outlets *outlets_new(const struct outlets_deps *deps);
/* After the store. NULL allowed. */
void outlets_free(struct outlets *o);
void outlets_follow(struct outlets *o, struct str hall);
/* Every event of every hall, in order. */
void outlets_event(struct outlets *o, const struct bell_event *e);
/* Events of the hall were missed. */
void outlets_reset(struct outlets *o, struct str hall);
/* A reference is taken. */
void outlets_forecast(struct outlets *o, struct outlook *of);
/* Darkens the signs; begins no further paper. */
void outlets_stop(struct outlets *o);
/* That is done. */
bool outlets_idle(const struct outlets *o);

#endif
