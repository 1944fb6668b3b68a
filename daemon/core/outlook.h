/* What one forecast found, as the workers are given it: immutable, reference-counted, and a table
 * of the newest one of each hall, one table a thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_OUTLOOK_H
#define PAIHAO_CORE_OUTLOOK_H

#include "base/str.h"
#include "core/eta_world.h"

enum {
    OUTLOOK_FRESH_MS = 120000, /* as long as the store goes by it: docs/calling.md, Keys */
    OUTLOOK_HOURS = 24,
};

struct outlook_wait {
    char id[ETA_ID_MAX];
    struct eta_said said;
};

/* What calls of an hour of today had waited. */
struct outlook_hour {
    int64_t n, p50_ms;
};

struct outlook {
    char hall[ETA_CODE_MAX];
    int64_t at_ms;
    struct buf body;  /* "services":[…],"kept":{…} of docs/calling.md, "The forecast as told" */
    struct buf staff; /* "tickets":[…],"counters":n */
    uint64_t tag, staff_tag;    /* another number where another thing is told */
    struct outlook_wait *waits; /* by id; only of those with a basis */
    int wait_count;
    struct eta_world *world; /* what it was made of */
    struct outlook_hour today[OUTLOOK_HOURS];
    struct eta_range *services; /* a ticket given now, one for each of the world's services */
};

/* Empty, for its maker to fill; a reference to the world is taken. */
struct outlook *outlook_new(struct str hall, struct eta_world *w);
/* Body and staff were written: nothing changes any more. */
void outlook_seal(struct outlook *o);
struct outlook *outlook_ref(struct outlook *o);
void outlook_unref(struct outlook *o); /* NULL allowed */
/* NULL: nothing can be said of that ticket. */
const struct eta_said *outlook_find(const struct outlook *o, const char *id);
/* ,"wait":{"low":…} or {"wait":… : a member, as the writers of base/json.h add one. */
void outlook_add_wait(struct buf *out, const char *key, const struct eta_said *said);
/* {"at":…, and the body; with what only staff see. */
void outlook_json(const struct outlook *o, bool for_staff, struct buf *out);

struct outlooks;
struct outlooks *outlooks_new(void);
void outlooks_free(struct outlooks *t);                   /* NULL allowed */
void outlooks_put(struct outlooks *t, struct outlook *o); /* takes over one reference */
/* The newest one of the hall while it is fresh, else NULL; valid until the next put. */
struct outlook *outlooks_get(const struct outlooks *t, struct str hall, int64_t now_ms);
/* The newest one however old it is: what it says of the day so far stays true. */
struct outlook *outlooks_last(const struct outlooks *t, struct str hall);

#endif
