/* The printers of the halls: what is asked for by the kiosks and by staff comes out on paper, once.
 * docs/displays.md, "Printing". All of it on main. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_PRINT_H
#define PAIHAO_DISPLAY_PRINT_H

#include "config/hall.h"
#include "core/outlook.h"
#include "core/seal.h"
#include "core/zone.h"
#include "loop/loop.h"
#include "store/store.h"

struct print;

/* Borrowed until the function that was given it returns. */
struct print_view {
    const struct hall_file *file;
    const struct zone *zone;
    int64_t version;
};

struct print_deps {
    struct loop *loop;
    struct store *store;
    const struct seal *seal;
    const char *ticket_url; /* "https://example.org/t#" */
    const char *holder; /* of the lease: the same after a restart, another one for each daemon */
    /* False: not at hand yet; it is asked for again. */
    bool (*hall)(void *arg, struct str code, struct print_view *out);
    void *arg;
};

struct print *print_new(const struct print_deps *deps);
/* After the store. NULL allowed. */
void print_free(struct print *p);
void print_follow(struct print *p, struct str hall);
/* Every event of every hall. */
void print_event(struct print *p, struct str hall, struct str json);
/* Events of the hall were missed. */
void print_reset(struct print *p, struct str hall);
/* A reference is taken. */
void print_forecast(struct print *p, struct outlook *o);
/* Nothing new is begun. */
void print_stop(struct print *p);
/* No paper is on its way. */
bool print_idle(const struct print *p);

#endif
