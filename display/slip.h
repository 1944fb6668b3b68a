/* A ticket as it stands on paper. Pure; any thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_SLIP_H
#define PAIHAO_DISPLAY_SLIP_H

#include "config/hall.h"
#include "core/eta.h"
#include "core/zone.h"

struct slip {
    const struct hall_file *hall;
    const struct hall_printer *printer;
    const struct zone *zone;
    struct str lang; /* the citizen's */
    struct str number;
    struct str service; /* codes */
    struct str klass;
    int64_t issued_ms;
    int64_t booked_ms; /* 0: came without a booking */
    int64_t persons;
    int64_t ahead;               /* -1: not waiting any more */
    const struct eta_said *wait; /* NULL: nothing can be said */
    struct str link;             /* of the citizen's page; may be empty */
    bool reprint;
    int64_t now_ms;
};

/* ESC/POS, with the request for the byte that says it is done. */
void slip_write(const struct slip *s, struct buf *out);

#endif
