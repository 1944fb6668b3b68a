/* A hall as one forecast sees it: the input of eta_run() with the names behind its indices, shared
 * by threads. Filled by its maker, immutable and reference-counted from then on.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ETA_WORLD_H
#define PAIHAO_CORE_ETA_WORLD_H

#include "core/eta.h"

enum {
    ETA_CODE_MAX = 33, /* a code of 32 */
    ETA_ID_MAX = 24,   /* 13 digits, '-', letter, up to 5 digits */
};

/* What changes rarely: services, profiles, what was learned. One for many worlds. */
struct eta_basis {
    int services, profiles;
    char (*service_codes)[ETA_CODE_MAX];
    char (*profile_codes)[ETA_CODE_MAX];
    int64_t *offsets; /* profiles + 1 rows of `services`; the last one serves nothing */
    struct durations *durations;
};

/* Offsets serve nothing until they are set. Takes over the durations. */
struct eta_basis *eta_basis_new(int services, int profiles, struct durations *durations);
struct eta_basis *eta_basis_ref(struct eta_basis *b);
void eta_basis_unref(struct eta_basis *b);                          /* NULL allowed */
int64_t *eta_basis_offsets(const struct eta_basis *b, int profile); /* b->profiles: nothing */
int eta_basis_service(const struct eta_basis *b, struct str code);  /* -1: none */
int eta_basis_profile(const struct eta_basis *b, struct str code);

struct eta_world_sizes {
    int counters, tickets, bookings, arrivals;
};

struct eta_desk {
    char code[ETA_CODE_MAX]; /* "" : works without the program */
    int profile;
};

struct eta_world {
    struct eta_basis *basis;
    struct eta_input in; /* its pointers are the arrays below */
    struct eta_counter *counters;
    struct eta_desk *desks; /* beside counters */
    struct eta_ticket *tickets;
    char (*ids)[ETA_ID_MAX]; /* beside tickets */
    struct eta_booking *bookings;
    struct eta_arrivals *arrivals;
};

/* With the counts and pointers of `in` set; a reference to the basis is taken. */
struct eta_world *eta_world_new(struct eta_basis *b, const struct eta_world_sizes *n);
struct eta_world *eta_world_ref(struct eta_world *w);
void eta_world_unref(struct eta_world *w); /* NULL allowed */

/* What if: so many counters with a profile more or less (idle ones go first), or one counter with
 * another profile (opened, where it is not at work). -1 and "" where not asked for. */
struct eta_change {
    int profile, add;
    struct str counter;
    int to;
};
struct eta_world *eta_world_changed(const struct eta_world *w, const struct eta_change *change);

#endif
